//! Quotas: whatever many do at once, nobody has more than their team may have, and what is freed can be
//! had again.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use futures::future::join_all;
use kore_api::quota::{DEFAULT, Dimension, Quantities, QuotaSpec};
use kore_domain::access::Permission;
use kore_store::{QuotaHolder, Reserved, Store, StoreError};
use proptest::{
    prelude::{Strategy, prop_oneof},
    strategy::{Just, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::support::{Db, at, cases, grant, now, team_grant};

cases![
    a_quota_is_set_by_revision_and_the_default_holds_elsewhere,
    of_a_hundred_at_once_as_many_come_through_as_may,
    whatever_many_do_at_once_no_quota_is_exceeded,
    what_was_made_is_counted_and_what_was_reserved_stands,
    what_nobody_came_back_for_is_freed,
];

const TEAM: &str = "id-payments";

fn spec(value: Value) -> QuotaSpec {
    serde_json::from_value(value).unwrap()
}

async fn limit(db: &Db, team_id: &str, value: Value) {
    let proof = grant(Permission::QuotaWrite);
    let seen = db.store.quota(team_id).await.unwrap().revision;
    db.store.set_quota(&proof, team_id, seen, &spec(value), now()).await.unwrap();
}

fn nodes(nodes: u64) -> Quantities {
    Quantities { clusters: 1, nodes, ..Quantities::default() }
}

fn holder<'a>(object: &'a str, uid: Option<&'a str>, request: Option<&'a str>) -> QuotaHolder<'a> {
    QuotaHolder { team_id: TEAM, object, uid, request }
}

async fn used(store: &Store) -> Quantities {
    store.quota_usage(Some(TEAM)).await.unwrap().remove(TEAM).unwrap_or_default()
}

async fn a_quota_is_set_by_revision_and_the_default_holds_elsewhere(db: Db) {
    let proof = grant(Permission::QuotaWrite);
    assert_eq!(db.store.quota(TEAM).await.unwrap().revision, 0);
    let first = spec(json!({ "clusters": 2, "nodes": "unlimited" }));
    let set = db.store.set_quota(&proof, TEAM, 0, &first, now()).await.unwrap();
    assert_eq!((set.revision, &set.spec), (1, &first));
    let stale = db.store.set_quota(&proof, TEAM, 0, &QuotaSpec::default(), now()).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))));
    assert!(db.store.set_quota(&grant(Permission::PlanWrite), TEAM, 1, &first, now()).await.is_err());
    limit(&db, DEFAULT, json!({ "clusters": 1, "nodes": 3 })).await;
    assert_eq!(db.store.quotas().await.unwrap().len(), 2);

    let intend = async |team_id, object, wanted| {
        let of = QuotaHolder { team_id, object, uid: None, request: Some("r") };
        db.store.intend_quota(of, wanted, now()).await.unwrap()
    };
    assert_eq!(intend(TEAM, "cluster/a", nodes(50)).await, Reserved::Yes, "its own quota says unlimited");
    assert_eq!(intend(TEAM, "cluster/b", nodes(1)).await, Reserved::Yes);
    let Reserved::Refused(lines) = intend("id-other", "cluster/a", nodes(4)).await else { panic!("too many nodes") };
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].quota, lines[0].used, lines[0].limit, lines[0].asked), (Dimension::Nodes, 0, Some(3), 4));
    assert_eq!(intend("id-other", "cluster/a", nodes(3)).await, Reserved::Yes);
    assert_eq!(intend("id-other", "cluster/a", nodes(3)).await, Reserved::Yes, "asked twice is asked once");
    assert!(matches!(intend("id-other", "cluster/b", nodes(0)).await, Reserved::Refused(_)));

    let delete = team_grant(Permission::TeamDelete, "payments");
    db.store.forget_team(&delete, TEAM).await.unwrap();
    assert_eq!((db.store.quota(TEAM).await.unwrap().revision, used(&db.store).await), (0, Quantities::default()));
}

async fn of_a_hundred_at_once_as_many_come_through_as_may(db: Db) {
    limit(&db, TEAM, json!({ "clusters": 7, "nodes": 20 })).await;
    let ask = async |number: usize| {
        let (object, request, uid) = (format!("cluster/c{number}"), format!("r{number}"), format!("uid-{number}"));
        let of = holder(&object, None, Some(&request));
        let reserved = db.store.intend_quota(of, nodes(2), now()).await.unwrap();
        if reserved == Reserved::Yes {
            let of = holder(&object, Some(&uid), Some(&request));
            assert_eq!(db.store.claim_quota(of, Quantities::default(), nodes(2), now()).await.unwrap(), Reserved::Yes);
        }
        reserved
    };
    let answers = join_all((0..100).map(ask)).await;
    let through = answers.iter().filter(|answer| **answer == Reserved::Yes).count();
    assert_eq!(through, 7);
    assert_eq!(used(&db.store).await, Quantities { clusters: 7, nodes: 14, ..Quantities::default() });
    let refused = answers.into_iter().find_map(|answer| match answer {
        Reserved::Refused(lines) => Some(lines),
        Reserved::Yes => None,
    });
    let line = refused.unwrap().remove(0);
    assert_eq!((line.quota, line.used, line.limit, line.asked), (Dimension::Clusters, 7, Some(7), 1));
}

/// What may happen to one cluster, one after the other.
#[derive(Debug, Clone)]
enum Step {
    /// It is made or changed to this many nodes; the write passes.
    Write(u64),
    /// As `Write`, and the write fails.
    Fail(u64),
    /// As `Write`, and whoever wrote is gone before the object is.
    Vanish(u64),
    /// It is made with kubectl: nobody asked before.
    Behind(u64),
    /// It is as it should be.
    Settle,
    /// It is gone.
    Delete,
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let size = 0_u64..6;
    let step = prop_oneof![
        4 => size.clone().prop_map(Step::Write),
        1 => size.clone().prop_map(Step::Fail),
        1 => size.clone().prop_map(Step::Vanish),
        1 => size.prop_map(Step::Behind),
        2 => Just(Step::Settle),
        2 => Just(Step::Delete),
    ];
    proptest::collection::vec(proptest::collection::vec(step, 1..8), 4..16)
}

/// What a cluster is at its end: its uid and how much it has.
async fn live(store: &Store, number: usize, steps: &[Step], most: Quantities) -> Option<(String, Quantities)> {
    let object = format!("cluster/c{number}");
    let mut alive: Option<(String, Quantities, Quantities)> = None;
    for (turn, step) in steps.iter().enumerate() {
        let request = format!("r{number}-{turn}");
        let uid = alive.as_ref().map(|(uid, ..)| uid.clone());
        let of = holder(&object, uid.as_deref(), Some(&request));
        match step {
            Step::Write(size) | Step::Fail(size) | Step::Vanish(size) => {
                if store.intend_quota(of, nodes(*size), now()).await.unwrap() != Reserved::Yes {
                    continue;
                }
                match step {
                    Step::Fail(_) => store.withdraw_quota(of).await.unwrap(),
                    Step::Write(_) => {
                        let has = alive.as_ref().map(|(_, _, has)| *has).unwrap_or_default();
                        let uid = uid.unwrap_or_else(|| format!("uid-{number}-{turn}"));
                        let of = holder(&object, Some(&uid), Some(&request));
                        let claimed = store.claim_quota(of, Quantities::default(), nodes(*size), now()).await.unwrap();
                        assert_eq!(claimed, Reserved::Yes, "what was reserved is there");
                        alive = Some((uid, nodes(*size), has.or_more(nodes(*size))));
                    }
                    _ => {}
                }
            }
            Step::Behind(size) if alive.is_none() => {
                let uid = format!("uid-{number}-{turn}");
                let of = holder(&object, Some(&uid), None);
                let claimed = store.claim_quota(of, Quantities::default(), nodes(*size), now()).await.unwrap();
                if claimed == Reserved::Yes {
                    alive = Some((uid, nodes(*size), nodes(*size)));
                }
            }
            Step::Settle => {
                if let Some((uid, wanted, has)) = &mut alive {
                    store.settle_quota(holder(&object, Some(uid), None), *wanted, now()).await.unwrap();
                    *has = store.quota_held(uid).await.unwrap().unwrap();
                }
            }
            Step::Delete => {
                if let Some((uid, ..)) = alive.take() {
                    store.release_quota(&uid).await.unwrap();
                }
            }
            Step::Behind(_) => {}
        }
        let used = used(store).await;
        assert_eq!(used.beyond(most), Quantities::default(), "{used:?} of {most:?} after {step:?}");
    }
    alive.map(|(uid, _, has)| (uid, has))
}

async fn whatever_many_do_at_once_no_quota_is_exceeded(db: Db) {
    let mut runner = TestRunner::deterministic();
    let (most, written) = (Quantities { clusters: 5, nodes: 11, ..Quantities::default() }, AtomicUsize::new(0));
    limit(&db, TEAM, json!({ "clusters": 5, "nodes": 11 })).await;
    for _ in 0..12 {
        let world = steps().new_tree(&mut runner).unwrap().current();
        let lives = world.iter().enumerate().map(async |(number, steps)| {
            written.fetch_add(steps.len(), Ordering::Relaxed);
            live(&db.store, number, steps, most).await
        });
        let alive: Vec<_> = join_all(lives).await.into_iter().flatten().collect();
        // Writes that vanished hold what they reserved until the sweeper comes.
        let there: HashSet<String> = alive.iter().map(|(uid, _)| uid.clone()).collect();
        db.store.sweep_quota("cluster/", &there, at(600)).await.unwrap();
        let sum = alive.iter().map(|(_, has)| *has).fold(Quantities::default(), Quantities::plus);
        assert_eq!(used(&db.store).await, sum, "{world:?}");
        for uid in &there {
            db.store.release_quota(uid).await.unwrap();
        }
        assert_eq!(used(&db.store).await, Quantities::default());
    }
    assert!(written.load(Ordering::Relaxed) > 200, "{written:?}");
}

async fn what_was_made_is_counted_and_what_was_reserved_stands(db: Db) {
    limit(&db, TEAM, json!({ "nodes": 4 })).await;
    // Reserved, and then the quota was lowered: the promise holds, and nothing more.
    let request = holder("cluster/a", None, Some("r1"));
    assert_eq!(db.store.intend_quota(request, nodes(4), now()).await.unwrap(), Reserved::Yes);
    limit(&db, TEAM, json!({ "nodes": 1 })).await;
    let a = holder("cluster/a", Some("uid-a"), Some("r1"));
    assert_eq!(db.store.claim_quota(a, Quantities::default(), nodes(4), now()).await.unwrap(), Reserved::Yes);
    assert_eq!(used(&db.store).await.nodes, 4);
    let more = db.store.claim_quota(a, Quantities::default(), nodes(5), now()).await.unwrap();
    assert!(matches!(more, Reserved::Refused(lines) if lines[0].used == 4 && lines[0].asked == 1));
    // Less is always allowed; it is free once it was seen to be gone.
    let shrink = holder("cluster/a", Some("uid-a"), Some("r2"));
    assert_eq!(db.store.intend_quota(shrink, nodes(2), now()).await.unwrap(), Reserved::Yes);
    assert_eq!(db.store.claim_quota(shrink, Quantities::default(), nodes(2), now()).await.unwrap(), Reserved::Yes);
    assert_eq!(used(&db.store).await.nodes, 4, "the nodes are still there");
    db.store.settle_quota(shrink, nodes(2), now()).await.unwrap();
    assert_eq!(used(&db.store).await.nodes, 2);
    // What runs is counted though nobody reserved it, and never refused.
    let b = holder("cluster/b", Some("uid-b"), None);
    assert_eq!(db.store.claim_quota(b, nodes(3), nodes(3), now()).await.unwrap(), Reserved::Yes);
    assert_eq!(used(&db.store).await.nodes, 5);
    // Somebody is about to make it larger: it is not made smaller under their hands.
    limit(&db, TEAM, json!({})).await;
    let grow = holder("cluster/b", Some("uid-b"), Some("r3"));
    assert_eq!(db.store.intend_quota(grow, nodes(4), now()).await.unwrap(), Reserved::Yes);
    db.store.settle_quota(b, nodes(1), now()).await.unwrap();
    assert_eq!(db.store.quota_held("uid-b").await.unwrap(), Some(nodes(3)));
}

async fn what_nobody_came_back_for_is_freed(db: Db) {
    let lost = holder("cluster/lost", None, Some("r1"));
    assert_eq!(db.store.intend_quota(lost, nodes(1), now()).await.unwrap(), Reserved::Yes);
    let gone = holder("cluster/gone", Some("uid-gone"), None);
    assert_eq!(db.store.claim_quota(gone, Quantities::default(), nodes(1), now()).await.unwrap(), Reserved::Yes);
    let here = holder("cluster/here", Some("uid-here"), None);
    assert_eq!(db.store.claim_quota(here, Quantities::default(), nodes(1), now()).await.unwrap(), Reserved::Yes);
    let other = holder("clusternamespace/dev", Some("uid-other"), None);
    let one = Quantities { namespaces: 1, ..Quantities::default() };
    assert_eq!(db.store.claim_quota(other, Quantities::default(), one, now()).await.unwrap(), Reserved::Yes);
    let there = HashSet::from(["uid-here".to_owned()]);
    assert_eq!(db.store.sweep_quota("cluster/", &there, now()).await.unwrap(), 0, "they may still come");
    assert_eq!(db.store.sweep_quota("cluster/", &there, at(1)).await.unwrap(), 2);
    assert_eq!(used(&db.store).await, Quantities { clusters: 1, nodes: 1, namespaces: 1, ..Quantities::default() });
}
