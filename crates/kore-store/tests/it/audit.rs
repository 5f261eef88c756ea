//! The audit trail and its chain.

use kore_api::audit::{AuditRecord, AuditResult};
use kore_domain::access::{Permission, Visibility};
use kore_store::{AuditQuery, Store, StoreOptions};
use sea_orm::ConnectionTrait;

use crate::support::{Db, at, cases, everything, grant, system};

cases![
    records_round_trip_newest_first_in_pages,
    each_sees_their_own_teams_records,
    chains_hold_over_writers_and_restarts,
    tampering_is_found,
    concurrent_appends_make_one_chain,
    a_batch_that_arrives_twice_is_recorded_once,
];

fn record(second: i64, team: Option<&str>, action: &str) -> AuditRecord {
    AuditRecord {
        id: String::new(),
        at: at(second),
        actor: "user:ana".into(),
        action: action.into(),
        team: team.map(str::to_owned),
        object: format!("cluster/{}/dev", team.unwrap_or("-")),
        result: AuditResult::Denied,
        status: Some(403),
        code: Some("KORE-AUTH-0003".into()),
        source: "cli".into(),
        address: Some("::1".into()),
        request_id: Some(format!("r{second}")),
        detail: Some("100% \u{1F980} _".into()),
    }
}

async fn records_round_trip_newest_first_in_pages(db: Db) {
    let records: Vec<_> = (0..7).map(|second| record(second, Some("payments"), "cluster.create")).collect();
    let ids = db.store.append_audit(&records).await.unwrap();
    db.store.append_audit(&[]).await.unwrap();
    let proof = everything(Permission::AuditReadTeam);
    let (mut query, mut seen) = (AuditQuery { limit: 3, ..AuditQuery::default() }, Vec::new());
    loop {
        let page = db.store.list_audit(&proof, &query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.id.parse().unwrap());
        seen.extend(page);
    }
    let wanted: Vec<_> =
        records.into_iter().zip(&ids).map(|(record, id)| AuditRecord { id: id.to_string(), ..record }).rev().collect();
    assert_eq!(seen, wanted);
    let count =
        async |query: AuditQuery| db.store.list_audit(&proof, &AuditQuery { limit: 100, ..query }).await.unwrap().len();
    assert_eq!(count(AuditQuery { since: Some(at(2)), until: Some(at(5)), ..AuditQuery::default() }).await, 3);
    assert_eq!(count(AuditQuery { object: Some("payments/d".into()), ..AuditQuery::default() }).await, 7);
    assert_eq!(count(AuditQuery { object: Some("PAYMENTS/D".into()), ..AuditQuery::default() }).await, 7);
    assert_eq!(count(AuditQuery { object: Some("%".into()), ..AuditQuery::default() }).await, 0, "no wildcard");
    assert_eq!(count(AuditQuery { actor: Some("user:bob".into()), ..AuditQuery::default() }).await, 0);
    assert_eq!(count(AuditQuery { result: Some(AuditResult::Allowed), ..AuditQuery::default() }).await, 0);
    let one =
        AuditQuery { request_id: Some("r3".into()), action: Some("cluster.create".into()), ..AuditQuery::default() };
    assert_eq!(count(one).await, 1);
}

async fn each_sees_their_own_teams_records(db: Db) {
    let records = [record(0, Some("payments"), "a"), record(1, Some("fraud"), "b"), record(2, None, "user.create")];
    db.store.append_audit(&records).await.unwrap();
    let query = AuditQuery { limit: 10, ..AuditQuery::default() };
    let teams = Visibility::teams(["payments".parse().unwrap()].into());
    let own = system().grant(Permission::AuditReadTeam, teams);
    let seen = db.store.list_audit(&own, &query).await.unwrap();
    assert_eq!(seen.iter().map(|record| record.action.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(db.store.list_audit(&everything(Permission::AuditReadTeam), &query).await.unwrap().len(), 3);
    assert!(db.store.list_audit(&everything(Permission::OperationRead), &query).await.is_err());
}

async fn other_writer(db: &Db, writer: &str) -> Store {
    let options = StoreOptions { writer: writer.to_owned(), ..StoreOptions::default() };
    Store::connect_with(&db.database.url, options).await.unwrap()
}

async fn chains_hold_over_writers_and_restarts(db: Db) {
    db.store.append_audit(&[record(0, None, "a"), record(1, None, "b")]).await.unwrap();
    let restarted = other_writer(&db, "kored").await;
    restarted.append_audit(&[record(2, None, "c")]).await.unwrap();
    let other = other_writer(&db, "kored-2").await;
    other.append_audit(&(0..1100).map(|second| record(second, None, "d")).collect::<Vec<_>>()).await.unwrap();
    // The first writer does not know that the second went on in its name: it looks, and goes on.
    db.store.append_audit(&[record(3, None, "e")]).await.unwrap();
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform)).await.unwrap();
    assert!(verdict.breaks.is_empty(), "{verdict:?}");
    assert_eq!(verdict.records.into_iter().collect::<Vec<_>>(), [("kored".into(), 4), ("kored-2".into(), 1100)]);
}

async fn tampering_is_found(db: Db) {
    let proof = grant(Permission::AuditReadPlatform);
    let records: Vec<_> = (0..6).map(|second| record(second, None, "a")).collect();
    db.store.append_audit(&records).await.unwrap();
    let raw = sea_orm::Database::connect(&db.database.url).await.unwrap();
    let first_break = async || {
        let verdict = db.store.verify_audit(&proof).await.unwrap();
        verdict.breaks.first().map(|found| (found.sequence, found.reason))
    };
    assert_eq!(first_break().await, None);
    let rows = raw.execute_unprepared("UPDATE audit_records SET actor = 'user:eve' WHERE sequence = 4").await.unwrap();
    assert_eq!((rows.rows_affected(), first_break().await), (1, Some((4, "it was changed"))));
    raw.execute_unprepared("UPDATE audit_records SET actor = 'user:ana' WHERE sequence = 4").await.unwrap();
    assert_eq!(first_break().await, None, "put back as it was");
    raw.execute_unprepared("DELETE FROM audit_records WHERE sequence = 3").await.unwrap();
    assert_eq!(first_break().await, Some((4, "a record is missing before it")));
    raw.execute_unprepared("UPDATE audit_records SET sequence = sequence - 1 WHERE sequence = 4").await.unwrap();
    assert_eq!(first_break().await, Some((3, "it does not follow the record before it")));
    raw.close().await.unwrap();
}

async fn concurrent_appends_make_one_chain(db: Db) {
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    store.append_audit(&[record(writer * 10 + round, None, "a")]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform)).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&40), 0));
}

async fn a_batch_that_arrives_twice_is_recorded_once(db: Db) {
    let with_id = |second| AuditRecord { id: uuid::Uuid::now_v7().to_string(), ..record(second, None, "a") };
    let mut batch = vec![with_id(0), with_id(1), record(2, None, "b")];
    let first = db.store.append_audit(&batch).await.unwrap();
    assert_eq!(first[0].to_string(), batch[0].id);
    batch.truncate(2);
    batch.push(batch[0].clone());
    batch.push(with_id(3));
    let again = db.store.append_audit(&batch).await.unwrap();
    assert_eq!((again.len(), &again[..2], again[2]), (4, &first[..2], first[0]));
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform)).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&4), 0));
}
