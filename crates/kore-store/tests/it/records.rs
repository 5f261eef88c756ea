//! Idempotency keys, settings.

use std::collections::BTreeMap;

use kore_store::{Idempotency, IdempotencyKey, StoredResponse};

use crate::support::{Db, at, cases, now};

cases![a_request_sent_again_gets_the_first_answer, of_two_requests_at_once_one_runs, settings_are_set_and_replaced];

fn key(body: &[u8]) -> IdempotencyKey {
    IdempotencyKey::new("k1", "user:ana", "POST /api/v1/teams", body)
}

async fn a_request_sent_again_gets_the_first_answer(db: Db) {
    let begin = async |key: &IdempotencyKey, time| db.store.begin_idempotent(key, time).await.unwrap();
    assert_eq!(begin(&key(b"a"), now()).await, Idempotency::New);
    assert_eq!(begin(&key(b"a"), at(1)).await, Idempotency::Running);
    assert_eq!(begin(&key(b"b"), at(1)).await, Idempotency::Different);
    let other = IdempotencyKey::new("k1", "user:bob", "POST /api/v1/teams", b"b");
    assert_eq!(begin(&other, at(1)).await, Idempotency::New, "keys are their caller's own");
    let response = StoredResponse {
        status: 201,
        headers: BTreeMap::from([("etag".into(), "\"7\"".into())]),
        body: "ü".repeat(100_000),
    };
    db.store.finish_idempotent(&key(b"a"), &response).await.unwrap();
    assert_eq!(begin(&key(b"a"), at(400)).await, Idempotency::Replay(response));
    assert_eq!(begin(&key(b"a"), at(86_400)).await, Idempotency::New, "a day later it is forgotten");
    assert_eq!(begin(&key(b"a"), at(86_400 + 299)).await, Idempotency::Running);
    assert_eq!(begin(&key(b"a"), at(86_400 + 300)).await, Idempotency::New, "its server died");
    db.store.forget_idempotent(&key(b"a")).await.unwrap();
    assert_eq!(begin(&key(b"b"), at(1)).await, Idempotency::New);
}

async fn of_two_requests_at_once_one_runs(db: Db) {
    let (first, second) = (key(b"a"), key(b"a"));
    let (first, second) =
        tokio::join!(db.store.begin_idempotent(&first, now()), db.store.begin_idempotent(&second, now()));
    let mut results = [first.unwrap(), second.unwrap()];
    results.sort_by_key(|result| *result != Idempotency::New);
    assert_eq!(results, [Idempotency::New, Idempotency::Running]);
}

async fn settings_are_set_and_replaced(db: Db) {
    assert_eq!(db.store.setting("seeded").await.unwrap(), None);
    db.store.set_setting("seeded", "1", now()).await.unwrap();
    db.store.set_setting("seeded", "2", at(1)).await.unwrap();
    db.store.set_setting("Seeded", "3", at(1)).await.unwrap();
    assert_eq!(db.store.setting("seeded").await.unwrap().as_deref(), Some("2"));
}
