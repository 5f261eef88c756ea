//! Ten thousand clusters' operations in a thousand teams: writing, paging, watching stay quick. Runs
//! with `KORE_SOAK=1`; figures are printed, and those of late pages are held against those of the first.

use std::time::Instant;

use kore_api::operation::{OperationAction, OperationState, Step, StepState, Target};
use kore_domain::access::{Permission, Visibility};
use kore_engine::operations::{NewOperation, OperationLog, operation_id};
use kore_store::OperationQuery;
use serde_json::json;

use crate::support::{Db, cases, everything, system};

cases![ten_thousand_operations_stay_quick];

const TEAMS: usize = 1_000;
const CLUSTERS: usize = 10;

fn operation(team: usize, cluster: usize) -> NewOperation {
    let uid = format!("uid-{team}-{cluster}");
    NewOperation {
        id: operation_id(&uid, OperationAction::Create, 1),
        action: OperationAction::Create,
        target: Target {
            kind: "Cluster".into(),
            team: Some(format!("team-{team}")),
            name: format!("c{cluster}"),
            uid,
            generation: 1,
        },
        requested_by: "user:ana".into(),
        request_id: None,
        parameters: json!({"kubernetesVersion": "1.36", "nodePools": {"default": {"size": 1}}}),
    }
}

fn steps() -> Vec<Step> {
    ["certificates", "etcd", "api-server", "network", "node"]
        .map(|name| Step {
            name: name.into(),
            title: name.into(),
            state: StepState::Done,
            waiting_for: None,
            attempts: 1,
            failure: None,
            started_at: None,
            ended_at: None,
        })
        .to_vec()
}

async fn ten_thousand_operations_stay_quick(db: Db) {
    let begun = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let store = db.store.clone();
        writers.spawn(async move {
            for team in (0..TEAMS).filter(|team| team % 8 == writer) {
                for cluster in 0..CLUSTERS {
                    let operation = operation(team, cluster);
                    store.begin(operation.clone()).await.unwrap();
                    // One in ten with all that a finished one has.
                    if cluster == 0 {
                        store.plan(operation.id, &steps()).await.unwrap();
                        store.state(operation.id, OperationState::Done, None, None).await.unwrap();
                    }
                }
            }
        });
    }
    writers.join_all().await;
    let written = begun.elapsed();

    let all = everything(Permission::OperationRead);
    let some = (0..20).map(|team| format!("team-{team}").parse().unwrap()).collect();
    let some = system().grant(Permission::OperationRead, Visibility::teams(some));
    for (name, proof, mut query) in [
        ("pages of all", &all, OperationQuery::default()),
        ("pages of one team", &all, OperationQuery { team: Some("team-7".into()), ..OperationQuery::default() }),
        ("pages of twenty teams", &some, OperationQuery::default()),
        (
            "pages of none running",
            &all,
            OperationQuery { states: vec![OperationState::Running], ..OperationQuery::default() },
        ),
    ] {
        query.limit = 50;
        let (mut times, mut seen) = (Vec::new(), 0);
        for _ in 0..50 {
            let begun = Instant::now();
            let page = db.store.list_operations(proof, &query).await.unwrap();
            times.push(begun.elapsed());
            seen += page.len();
            query.after = page.last().map(|last| (last.operation.created_at, last.operation.id.parse().unwrap()));
        }
        let (first, late) = times.split_at_mut(25);
        first.sort_unstable();
        late.sort_unstable();
        let (first, late) = (first[12], late[12]);
        println!(
            "{}: {name}: p50 of the first {first:?}, of the later {late:?}, {seen} seen",
            db.database.engine.name()
        );
        assert!(late < first * 5, "{name}: {late:?}, the first {first:?}");
    }
    let begun = Instant::now();
    let (mut last, mut seen) = (0, 0);
    loop {
        let changes = db.store.operations_since(last, 500).await.unwrap();
        let Some(newest) = changes.last() else { break };
        last = newest.revision;
        seen += changes.len();
    }
    let engine = db.database.engine.name();
    println!("{engine}: 12000 writes in {written:?}; {seen} changes read in {:?}", begun.elapsed());
    assert_eq!(seen, TEAMS * CLUSTERS);
}
