//! The audit trail and its chain.

use kore_api::{
    audit::{AuditRecord, AuditResult},
    preview::FieldChange,
};
use kore_domain::access::{Permission, Visibility};
use kore_domain::query::Operator;
use kore_store::{
    AuditField, AuditQuery, AuditTerm, ChainKey, Expected, ExpectedChain, Mark, SinkState, Store, StoreError,
    StoreOptions, StoredCheckpoint, Taken,
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{Db, at, cases, everything, grant, system};

cases![
    records_round_trip_newest_first_in_pages,
    each_sees_their_own_teams_records,
    chains_hold_over_writers_and_restarts,
    every_field_is_filtered_by_in_sql,
    changes_are_kept_and_part_of_the_hash,
    tampering_is_found,
    attacks_on_a_signed_trail_are_found,
    retention_leaves_a_chain_and_goes_on,
    checkpoints_are_kept_once,
    sinks_take_every_record_once_and_keep_their_place,
    nobody_moves_a_sink_past_records,
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
        changes: Vec::new(),
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
}

async fn every_field_is_filtered_by_in_sql(db: Db) {
    let records: Vec<_> = (0..7).map(|second| record(second, Some("payments"), "cluster.create")).collect();
    db.store.append_audit(&records).await.unwrap();
    let quiet = AuditRecord {
        team: None,
        code: None,
        request_id: None,
        result: AuditResult::Allowed,
        source: "gateway".into(),
        action: "kubectl.get".into(),
        ..record(100, None, "")
    };
    db.store.append_audit(&[quiet]).await.unwrap();
    let proof = everything(Permission::AuditReadTeam);
    let count = async |terms: &[(AuditField, Operator, &str)]| {
        let term = |(field, operator, value): &(AuditField, Operator, &str)| AuditTerm {
            field: *field,
            operator: *operator,
            value: (*value).to_owned(),
        };
        let query = AuditQuery { terms: terms.iter().map(term).collect(), limit: 100, ..AuditQuery::default() };
        db.store.list_audit(&proof, &query).await.map(|found| found.len())
    };
    use AuditField as F;
    use Operator as O;
    let (second, fifth) = (at(2).to_string(), at(5).to_string());
    for (terms, expected) in [
        (&[(F::At, O::AtLeast, second.as_str()), (F::At, O::Below, fifth.as_str())][..], 3),
        (&[(F::At, O::Equal, second.as_str())], 1),
        (&[(F::Object, O::Contains, "payments/d")], 7),
        (&[(F::Object, O::Contains, "PAYMENTS/D")], 7),
        (&[(F::Object, O::Contains, "%")], 0),
        (&[(F::Object, O::Equal, "cluster/payments/dev")], 7),
        (&[(F::Actor, O::Equal, "user:bob")], 0),
        (&[(F::Actor, O::NotEqual, "user:bob")], 8),
        (&[(F::Actor, O::Contains, "AN")], 8),
        (&[(F::Action, O::Contains, "kubectl.")], 1),
        (&[(F::Action, O::NotEqual, "kubectl.get")], 7),
        (&[(F::Result, O::Equal, "allowed")], 1),
        (&[(F::Result, O::NotEqual, "allowed")], 7),
        (&[(F::Source, O::Equal, "gateway")], 1),
        (&[(F::Source, O::NotEqual, "gateway")], 7),
        (&[(F::Code, O::Equal, "KORE-AUTH-0003")], 7),
        (&[(F::Code, O::NotEqual, "KORE-AUTH-0003")], 1),
        (&[(F::Code, O::Equal, "")], 1),
        (&[(F::Team, O::Equal, "payments")], 7),
        (&[(F::Team, O::NotEqual, "payments")], 1),
        (&[(F::Team, O::NotEqual, "")], 7),
        (&[(F::RequestId, O::Equal, "r3"), (F::Action, O::Equal, "cluster.create")], 1),
    ] {
        assert_eq!(count(terms).await.unwrap(), expected, "{terms:?}");
    }
    for wrong in [
        (F::At, O::Contains, "2026"),
        (F::At, O::AtLeast, "yesterday"),
        (F::Result, O::Equal, "perhaps"),
        (F::Actor, O::Below, "a"),
    ] {
        assert!(count(&[wrong]).await.is_err(), "{wrong:?}");
    }
}

async fn changes_are_kept_and_part_of_the_hash(db: Db) {
    let change = FieldChange { path: "spec.paused".into(), before: Some(json!(true)), after: None, effect: None };
    let changed = AuditRecord { changes: vec![change], ..record(0, None, "a") };
    db.store.append_audit(&[changed.clone(), record(1, None, "b")]).await.unwrap();
    let query = AuditQuery { limit: 10, ..AuditQuery::default() };
    let found = db.store.list_audit(&everything(Permission::AuditReadTeam), &query).await.unwrap();
    assert_eq!((&found[1].changes, found[0].changes.len()), (&changed.changes, 0));
    assert_eq!(breaks(&db.store, &Expected::new()).await, [""; 0]);
    sql(&db, "UPDATE audit_records SET changes = '[]' WHERE sequence = 1").await;
    assert_eq!(breaks(&db.store, &Expected::new()).await, ["kored 1: it was changed"]);
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
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform), &Expected::new()).await.unwrap();
    assert!(verdict.breaks.is_empty(), "{verdict:?}");
    assert_eq!(verdict.records.into_iter().collect::<Vec<_>>(), [("kored".into(), 4), ("kored-2".into(), 1100)]);
}

async fn sql(db: &Db, statement: &str) {
    let raw = sea_orm::Database::connect(&db.database.url).await.unwrap();
    raw.execute_unprepared(statement).await.unwrap();
    raw.close().await.unwrap();
}

async fn breaks(store: &Store, expected: &Expected) -> Vec<String> {
    let verdict = store.verify_audit(&grant(Permission::AuditReadPlatform), expected).await.unwrap();
    let line = |found: kore_store::ChainBreak| format!("{} {}: {}", found.writer, found.sequence, found.reason);
    verdict.breaks.into_iter().map(line).collect()
}

async fn tampering_is_found(db: Db) {
    let records: Vec<_> = (0..6).map(|second| record(second, None, "a")).collect();
    db.store.append_audit(&records).await.unwrap();
    let found = async || breaks(&db.store, &Expected::new()).await;
    assert_eq!(found().await, [""; 0]);
    sql(&db, "UPDATE audit_records SET actor = 'user:eve' WHERE sequence = 4").await;
    assert_eq!(found().await, ["kored 4: it was changed"]);
    sql(&db, "UPDATE audit_records SET actor = 'user:ana' WHERE sequence = 4").await;
    assert_eq!(found().await, [""; 0], "put back as it was");
    sql(&db, "DELETE FROM audit_records WHERE sequence = 3").await;
    assert_eq!(found().await, ["kored 4: record 3 is missing"]);
    sql(&db, "UPDATE audit_records SET sequence = sequence - 1 WHERE sequence = 4").await;
    assert_eq!(found().await, ["kored 3: it does not follow the record before it"]);
}

/// A store that seals, and what a checkpoint of now says.
async fn sealed(db: &Db) -> Store {
    let options = StoreOptions { chain_key: Some(ChainKey([7; 32])), ..StoreOptions::default() };
    Store::connect_with(&db.database.url, options).await.unwrap()
}

async fn sign(store: &Store) -> Expected {
    let chains = store.audit_chains().await.unwrap();
    let expect = |chain: kore_store::Chain| {
        let mark = Mark { hash: chain.hash, checkpoint: "checkpoint 1".into() };
        let marks = [(chain.sequence, mark)].into();
        (chain.writer, ExpectedChain { marks, ..ExpectedChain::default() })
    };
    chains.into_iter().map(expect).collect()
}

async fn attacks_on_a_signed_trail_are_found(db: Db) {
    let store = sealed(&db).await;
    store.append_audit(&(0..6).map(|second| record(second, None, "a")).collect::<Vec<_>>()).await.unwrap();
    let signed = sign(&store).await;
    assert_eq!(breaks(&store, &signed).await, [""; 0]);

    // A forged record at the end, with a right hash: as another writer, whose chain has no seals.
    let forger = other_writer(&db, "forger").await;
    forger.append_audit(&[record(7, None, "forged")]).await.unwrap();
    assert_eq!(breaks(&store, &signed).await, ["forger 1: Kore did not write it: its seal is missing or false"]);
    sql(&db, "DELETE FROM audit_records WHERE writer = 'forger'").await;

    // The tail, first as the running server would sign it, then for everybody.
    sql(&db, "DELETE FROM audit_records WHERE sequence > 4").await;
    let cut = "the end is cut off: records 5 to 6 are missing, and checkpoint 1 signed the last of them";
    assert_eq!(breaks(&store, &signed).await, [format!("kored 5: {cut}")]);
    assert_eq!(sign(&store).await, signed, "a server that goes on signs what it wrote, not what is left");
    // What it writes next does not fit either.
    store.append_audit(&[record(8, None, "a")]).await.unwrap();
    assert_eq!(breaks(&store, &signed).await, ["kored 7: records 5 to 6 are missing"]);
    sql(&db, "DELETE FROM audit_records WHERE sequence > 4").await;
    // After a restart it goes on from what is left; the signed place is another one now.
    let restarted = sealed(&db).await;
    restarted.append_audit(&[record(9, None, "a"), record(10, None, "a")]).await.unwrap();
    let anew = "checkpoint 1 signed another record in its place: the chain was computed anew";
    assert_eq!(breaks(&restarted, &signed).await, [format!("kored 6: {anew}")]);

    sql(&db, "DELETE FROM audit_records").await;
    let all = "the end is cut off: records 1 to 6 are missing, and checkpoint 1 signed the last of them";
    assert_eq!(breaks(&restarted, &signed).await, [format!("kored 1: {all}")], "the whole writer");
}

async fn retention_leaves_a_chain_and_goes_on(db: Db) {
    let store = sealed(&db).await;
    store.append_audit(&(0..1200).map(|second| record(second, None, "a")).collect::<Vec<_>>()).await.unwrap();
    let start = async |before: i64, through: i64| {
        let found = store.retired_start("kored", at(before), through, 100_000).await.unwrap();
        found.map(|start| start.sequence)
    };
    assert_eq!(start(0, 1200).await, None);
    assert_eq!(start(1, 1200).await, Some(2));
    assert_eq!(start(700, 1200).await, Some(701));
    assert_eq!(start(700, 600).await, Some(601), "not more than was signed");
    assert_eq!(start(9999, 1200).await, Some(1200), "the chain goes on from its last record");
    assert_eq!(store.retired_start("nobody", at(9), 9, 9).await.unwrap(), None);
    let to = store.retired_start("kored", at(700), 1200, 100_000).await.unwrap().unwrap();
    let mut signed = sign(&store).await;
    let before = signed["kored"].clone();
    assert_eq!(store.verify_audit_part("kored", &before, to.sequence - 1).await.unwrap(), []);
    sql(&db, "UPDATE audit_records SET actor = 'user:eve' WHERE sequence = 300").await;
    assert_eq!(store.verify_audit_part("kored", &before, to.sequence - 1).await.unwrap()[0].sequence, 300);
    assert_eq!(store.verify_audit_part("kored", &before, 299).await.unwrap(), []);
    sql(&db, "UPDATE audit_records SET actor = 'user:ana' WHERE sequence = 300").await;
    signed.get_mut("kored").unwrap().start = to;
    assert_eq!(breaks(&store, &signed).await, [""; 0], "signed, and not yet done");
    assert_eq!(store.delete_audit_before("kored", to.sequence).await.unwrap(), 700);
    assert_eq!(store.delete_audit_before("kored", to.sequence).await.unwrap(), 0);
    assert_eq!(breaks(&store, &signed).await, [""; 0]);
    assert_eq!(breaks(&store, &Expected::new()).await, ["kored 701: records 1 to 700 are missing"]);
    let restarted = sealed(&db).await;
    restarted.append_audit(&[record(2000, None, "a")]).await.unwrap();
    sql(&db, "DELETE FROM audit_records WHERE sequence < 800").await;
    assert_eq!(breaks(&store, &signed).await, ["kored 800: records 701 to 799 are missing"], "by an attacker");
}

async fn checkpoints_are_kept_once(db: Db) {
    let checkpoint = |number: i64| StoredCheckpoint { number, body: format!("{{{number}}}"), signature: "ab".into() };
    assert_eq!(db.store.last_checkpoint().await.unwrap(), None);
    for number in 1..=3 {
        db.store.insert_checkpoint(&checkpoint(number)).await.unwrap();
    }
    let again = db.store.insert_checkpoint(&checkpoint(3)).await;
    assert!(matches!(again, Err(StoreError::Unique(_))), "{again:?}");
    assert_eq!(db.store.last_checkpoint().await.unwrap(), Some(checkpoint(3)));
    assert_eq!(db.store.checkpoints_after(1, 1).await.unwrap(), [checkpoint(2)]);
    assert_eq!(db.store.checkpoints_after(3, 9).await.unwrap(), []);
}

async fn sinks_take_every_record_once_and_keep_their_place(db: Db) {
    let other = other_writer(&db, "kored-2").await;
    for round in 0..4 {
        db.store.append_audit(&[record(round, None, "a"), record(round, None, "b")]).await.unwrap();
        other.append_audit(&[record(round, None, "c")]).await.unwrap();
    }
    let (mut taken, mut ids) = (Taken::new(), Vec::new());
    loop {
        let (records, after) = db.store.audit_to_deliver(&taken, 5).await.unwrap();
        if records.is_empty() {
            assert_eq!(after, taken);
            break;
        }
        assert!(records.len() <= 5);
        ids.extend(records.into_iter().map(|record| record.id));
        taken = after;
    }
    assert_eq!((ids.len(), ids.iter().collect::<std::collections::HashSet<_>>().len()), (12, 12));
    assert_eq!(taken, Taken::from([("kored".into(), 8), ("kored-2".into(), 4)]));
    assert_eq!(db.store.sink("siem").await.unwrap(), SinkState::default());
    let state = SinkState {
        taken,
        records: 12,
        up_to: Some(at(3)),
        delivered_at: Some(at(4)),
        failing_since: Some(at(5)),
        last_error: Some("503".into()),
    };
    db.store.save_sink("siem", &state).await.unwrap();
    assert_eq!(db.store.sink("siem").await.unwrap(), state);
    let well = SinkState { failing_since: None, last_error: None, records: 13, ..state };
    db.store.save_sink("siem", &well).await.unwrap();
    assert_eq!(db.store.sink("siem").await.unwrap(), well);
    assert_eq!(db.store.sink("other").await.unwrap(), SinkState::default());
}

async fn nobody_moves_a_sink_past_records(db: Db) {
    let store = sealed(&db).await;
    let state = |to| SinkState { taken: Taken::from([("kored".into(), to)]), records: to, ..SinkState::default() };
    store.save_sink("siem", &state(3)).await.unwrap();
    store.save_sink("other", &state(9)).await.unwrap();
    assert_eq!(store.sink("siem").await.unwrap(), state(3));
    sql(&db, "UPDATE audit_sinks SET taken = REPLACE(taken, ':3', ':7') WHERE name = 'siem'").await;
    assert_eq!(store.sink("siem").await.unwrap().taken, Taken::new(), "it begins anew");
    // Nor by the place of another.
    let raw = sea_orm::Database::connect(&db.database.url).await.unwrap();
    raw.execute_unprepared("DELETE FROM audit_sinks WHERE name = 'siem'").await.unwrap();
    raw.execute_unprepared("UPDATE audit_sinks SET name = 'siem' WHERE name = 'other'").await.unwrap();
    raw.close().await.unwrap();
    assert_eq!(store.sink("siem").await.unwrap().taken, Taken::new());
    store.save_sink("siem", &state(4)).await.unwrap();
    assert_eq!(store.sink("siem").await.unwrap(), state(4));
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
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform), &Expected::new()).await.unwrap();
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
    let verdict = db.store.verify_audit(&grant(Permission::AuditReadPlatform), &Expected::new()).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&4), 0));
}
