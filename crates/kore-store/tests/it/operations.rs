//! Operations, their steps and numbers; the ledger.

use std::{collections::BTreeSet, time::Duration};

use kore_api::{
    codes::{Code, Owner},
    operation::{Failure, Operation, OperationAction, OperationState, Remainder, Step, StepState, Target},
};
use kore_domain::access::{Permission, Visibility};
use kore_engine::{
    ledger::{Ledger, LedgerState},
    operations::{NewOperation, OperationLog, operation_id},
};
use kore_store::OperationQuery;
use serde_json::json;

use crate::support::{Db, cases, everything, now, system};

cases![
    an_operation_round_trips,
    whoever_begins_first_inserts,
    a_newer_operation_supersedes_the_unfinished,
    every_change_has_a_number_and_none_is_missed,
    operations_are_listed_in_pages_within_what_one_may_see,
    the_ledger_keeps_what_may_exist,
    one_key_has_one_owner,
];

pub(crate) fn new(team: &str, cluster: &str, generation: i64) -> NewOperation {
    let uid = format!("uid-{team}-{cluster}");
    NewOperation {
        id: operation_id(&uid, OperationAction::Change, generation),
        action: OperationAction::Change,
        target: Target { kind: "Cluster".into(), team: Some(team.into()), name: cluster.into(), uid, generation },
        requested_by: "user:ana".into(),
        request_id: Some("r1".into()),
        parameters: json!({"nodePools": {"default": {"size": 2}}, "text": "ü \u{1F980}"}),
    }
}

pub(crate) fn step(name: &str, state: StepState) -> Step {
    Step {
        name: name.into(),
        title: format!("Step {name}"),
        state,
        waiting_for: (state == StepState::Running).then(|| "the API server to answer".into()),
        attempts: 1,
        failure: None,
        started_at: Some(now()),
        ended_at: None,
    }
}

fn failure(retryable: bool) -> Failure {
    Failure {
        code: "KORE-LOCAL-0002".into(),
        message: "disk is full".into(),
        cause: Some("ENOSPC".into()),
        owner: Owner::You,
        fix: vec!["free some space".into()],
        retryable,
    }
}

async fn begin(db: &Db, operation: &NewOperation) -> Operation {
    db.store.begin(operation.clone()).await.unwrap()
}

async fn an_operation_round_trips(db: Db) {
    let wanted = new("payments", "dev", 1);
    let made = begin(&db, &wanted).await;
    assert_eq!(
        (made.state, &made.parameters, &made.target),
        (OperationState::Pending, &wanted.parameters, &wanted.target)
    );
    let steps = [step("b", StepState::Pending), step("a", StepState::Pending), step("c", StepState::Pending)];
    db.store.plan(wanted.id, &steps).await.unwrap();
    db.store.state(wanted.id, OperationState::Running, None, None).await.unwrap();
    db.store.step(wanted.id, &step("a", StepState::Running)).await.unwrap();
    db.store.step(wanted.id, &step("late", StepState::Done)).await.unwrap();
    let read = db.store.get(wanted.id).await.unwrap().unwrap();
    let states: Vec<_> = read.steps.iter().map(|step| (step.name.as_str(), step.state)).collect();
    assert_eq!(
        states,
        [("b", StepState::Pending), ("a", StepState::Running), ("c", StepState::Pending), ("late", StepState::Done)]
    );
    assert_eq!(read.steps[1], step("a", StepState::Running));
    assert!(read.started_at.is_some() && read.ended_at.is_none());

    db.store.state(wanted.id, OperationState::Failed, Some(&failure(true)), None).await.unwrap();
    let read = db.store.get(wanted.id).await.unwrap().unwrap();
    assert_eq!((read.failure, read.ended_at), (Some(failure(true)), None), "it goes on by itself");
    let remainder = Remainder { gone: 7, left: 0 };
    db.store.state(wanted.id, OperationState::Done, None, Some(remainder)).await.unwrap();
    let read = db.store.get(wanted.id).await.unwrap().unwrap();
    assert_eq!((read.state, read.failure, read.remainder), (OperationState::Done, None, Some(remainder)));
    assert!(read.ended_at.is_some());
    db.store.plan(wanted.id, &[]).await.unwrap();
    assert!(db.store.get(wanted.id).await.unwrap().unwrap().steps.is_empty());
    let missing = db.store.state(uuid::Uuid::nil(), OperationState::Done, None, None).await.unwrap_err();
    assert_eq!(missing.code, Code::NotFound);
    assert!(db.store.step(uuid::Uuid::nil(), &step("a", StepState::Done)).await.is_err());
    assert!(db.store.get(uuid::Uuid::nil()).await.unwrap().is_none());
}

async fn whoever_begins_first_inserts(db: Db) {
    let wanted = new("payments", "dev", 1);
    let mut other = wanted.clone();
    other.requested_by = "user:bob".into();
    let (first, second) = tokio::join!(db.store.begin(wanted.clone()), db.store.begin(other));
    assert_eq!(first.unwrap(), second.unwrap());
    let query = OperationQuery { limit: 10, ..OperationQuery::default() };
    let listed = db.store.list_operations(&everything(Permission::OperationRead), &query).await.unwrap();
    assert_eq!(listed.len(), 1);
}

async fn a_newer_operation_supersedes_the_unfinished(db: Db) {
    let (done, running, failing, next) =
        (new("payments", "dev", 1), new("payments", "dev", 2), new("payments", "dev", 3), new("payments", "dev", 4));
    let other = new("payments", "prod", 1);
    begin(&db, &other).await;
    begin(&db, &done).await;
    db.store.state(done.id, OperationState::Done, None, None).await.unwrap();
    begin(&db, &running).await;
    db.store.state(running.id, OperationState::Running, None, None).await.unwrap();
    begin(&db, &failing).await;
    db.store.state(failing.id, OperationState::Failed, Some(&failure(true)), None).await.unwrap();
    begin(&db, &next).await;
    let state = async |id| db.store.get(id).await.unwrap().unwrap().state;
    assert_eq!(state(done.id).await, OperationState::Done);
    assert_eq!(state(running.id).await, OperationState::Superseded);
    assert_eq!(state(failing.id).await, OperationState::Superseded);
    assert_eq!(state(next.id).await, OperationState::Pending);
    assert_eq!(state(other.id).await, OperationState::Pending);
}

async fn every_change_has_a_number_and_none_is_missed(db: Db) {
    let mut changes = db.store.operation_changes();
    assert_eq!(db.store.operations_revision().await.unwrap(), 0);
    let writers = (0..4).map(|writer| {
        let store = db.store.clone();
        tokio::spawn(async move {
            let operation = new("payments", &format!("c{writer}"), 1);
            store.begin(operation.clone()).await.unwrap();
            for round in 0..5 {
                store.step(operation.id, &step(&format!("s{round}"), StepState::Done)).await.unwrap();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    // The watcher sees every operation's last change, however writes and reads interleave.
    let (mut seen, mut last) = (0, BTreeSet::new());
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while last.len() < 4 {
        for record in db.store.operations_since(seen, 3).await.unwrap() {
            assert!(record.revision > seen);
            seen = record.revision;
            if record.operation.steps.len() == 5 {
                last.insert(record.operation.id);
            }
        }
        assert!(tokio::time::Instant::now() < deadline, "changes were missed: {last:?}");
        let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(db.store.operations_revision().await.unwrap(), 24, "4 begun, 20 steps");
    assert_eq!(*changes.borrow_and_update(), 24);
    assert!(db.store.operations_since(24, 10).await.unwrap().is_empty());
}

async fn operations_are_listed_in_pages_within_what_one_may_see(db: Db) {
    for team in ["payments", "fraud"] {
        for index in 0..5 {
            begin(&db, &new(team, &format!("c{index}"), 1)).await;
        }
    }
    let team = |teams: &[&str]| {
        let teams = teams.iter().map(|team| team.parse().unwrap()).collect();
        system().grant(Permission::OperationRead, Visibility::teams(teams))
    };
    let all = everything(Permission::OperationRead);
    let (mut query, mut ids) = (OperationQuery { limit: 3, ..OperationQuery::default() }, Vec::new());
    loop {
        let page = db.store.list_operations(&all, &query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some((last.operation.created_at, last.operation.id.parse().unwrap()));
        ids.extend(page.into_iter().map(|record| record.operation.id));
    }
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (10, 10));
    let count = async |proof: &kore_domain::access::Authorized<Visibility>, query: OperationQuery| {
        db.store.list_operations(proof, &OperationQuery { limit: 100, ..query }).await.unwrap().len()
    };
    assert_eq!(count(&team(&["payments"]), OperationQuery::default()).await, 5);
    assert_eq!(count(&team(&[]), OperationQuery::default()).await, 0);
    let foreign = OperationQuery { team: Some("fraud".into()), ..OperationQuery::default() };
    assert_eq!(count(&team(&["payments"]), foreign.clone()).await, 0);
    assert_eq!(count(&all, foreign).await, 5);
    let narrow = OperationQuery {
        target_name: Some("c1".into()),
        target_kind: Some("Cluster".into()),
        states: vec![OperationState::Pending],
        requested_by: Some("user:ana".into()),
        ..OperationQuery::default()
    };
    assert_eq!(count(&all, narrow).await, 2);
    let id = new("fraud", "c1", 1).id;
    assert!(db.store.get_operation(&team(&["payments"]), id).await.unwrap().is_none());
    assert!(db.store.get_operation(&team(&["fraud"]), id).await.unwrap().is_some());
}

async fn the_ledger_keeps_what_may_exist(db: Db) {
    let state = async || -> Vec<_> {
        db.store.entries("u1").await.unwrap().into_iter().map(|entry| (entry.key, entry.state)).collect()
    };
    db.store.intend("u1", "network/bridge", "link:kore0").await.unwrap();
    db.store.intend("u1", "network/bridge", "link:kore0").await.unwrap();
    db.store.intend("u1", "node/a", "netns:kore-a").await.unwrap();
    assert_eq!(
        state().await,
        [("netns:kore-a".into(), LedgerState::Intent), ("link:kore0".into(), LedgerState::Intent)]
    );
    db.store.created("u1", "link:kore0").await.unwrap();
    db.store.intend("u1", "network/bridge", "link:kore0").await.unwrap();
    assert_eq!(state().await[1].1, LedgerState::Created, "an intent does not take back what was seen");
    assert_eq!(db.store.ledger_all_open().await.unwrap().len(), 2);
    db.store.gone("u1", "link:kore0").await.unwrap();
    db.store.gone("u1", "link:kore0").await.unwrap();
    assert_eq!(state().await[1].1, LedgerState::Gone);
    db.store.intend("u1", "network/bridge", "link:kore0").await.unwrap();
    assert_eq!(state().await.len(), 3, "made again: a new row, the old one stays");
    assert_eq!(state().await[0], ("link:kore0".into(), LedgerState::Intent));
    assert_eq!(db.store.created("u1", "never").await.unwrap_err().code, Code::NotFound);
}

async fn one_key_has_one_owner(db: Db) {
    let (first, second) = tokio::join!(db.store.intend("u1", "c", "link:x"), db.store.intend("u2", "c", "link:x"));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let owner = if first.is_ok() { "u1" } else { "u2" };
    db.store.gone(owner, "link:x").await.unwrap();
    db.store.intend("u3", "c", "link:x").await.unwrap();
    assert_eq!(db.store.intend(owner, "c", "link:x").await.unwrap_err().code, Code::AlreadyExists);
    // Keys are told apart byte by byte.
    db.store.intend("u4", "c", "link:X").await.unwrap();
}
