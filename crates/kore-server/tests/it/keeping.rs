//! Keeping the audit trail: what is done to it by SQL is found, what is old goes, and sinks get all of it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    audit::{AuditRecord, AuditResult, AuditVerification},
    config::{AuditFileSettings, AuditSettings, AuditSinkSettings, AuditWebhookSettings},
    identity::TeamRole,
};
use kore_app::{
    audit::{Audit, DeliveryPace, Keeping},
    signin::token::system_entropy,
};
use kore_domain::access::{Permission, Platform, SystemContext};
use kore_engine::clock::SystemClock;
use kore_localkube::certificates::{Request as Certificate, authority, issue};
use kore_store::{Store, StoreOptions, Taken};
use kore_testkit::{
    databases::{Databases, Engine, TestDatabase},
    test_app::TestApp,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use sha2::Sha256;

fn record(n: i64, actor: &str, at: Timestamp) -> AuditRecord {
    AuditRecord {
        id: String::new(),
        at,
        actor: actor.into(),
        action: "cluster.create".into(),
        team: None,
        object: format!("cluster/payments/c{n}"),
        result: AuditResult::Allowed,
        status: None,
        code: None,
        source: "cli".into(),
        address: None,
        request_id: None,
        detail: None,
        changes: Vec::new(),
    }
}

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A trail of ten records and two checkpoints.
struct Trail {
    home: tempfile::TempDir,
    database: TestDatabase,
    keeping: Keeping,
    store: Store,
}

impl Trail {
    async fn new(databases: &Databases, engine: Engine) -> Self {
        let home = tempfile::tempdir().unwrap();
        let database = databases.fresh(engine).await.unwrap();
        let keeping = Self::keeping(home.path(), system_entropy);
        let store = Self::connect(&database.url, Some(&keeping)).await;
        store.migrate().await.unwrap();
        keeping.seal.resume(&store, now()).await.unwrap();
        let trail = Self { home, database, keeping, store };
        for round in [0..6, 6..10] {
            trail.append(round).await;
            assert!(trail.keeping.seal.checkpoint(&trail.store, now()).await.unwrap());
        }
        assert!(!trail.keeping.seal.checkpoint(&trail.store, now()).await.unwrap(), "nothing new, nothing signed");
        assert_eq!(trail.findings().await, [""; 0]);
        trail
    }

    fn keeping(home: &std::path::Path, entropy: fn(&mut [u8])) -> Keeping {
        Keeping::open(&home.join("audit"), entropy, &AuditSettings::default()).unwrap()
    }

    async fn connect(url: &str, keeping: Option<&Keeping>) -> Store {
        let chain_key = keeping.map(|keeping| keeping.seal.key().chain_key());
        Store::connect_with(url, StoreOptions { chain_key, ..StoreOptions::default() }).await.unwrap()
    }

    async fn append(&self, round: std::ops::Range<i64>) {
        let records: Vec<_> = round.map(|n| record(n, "user:ana", now())).collect();
        self.store.append_audit(&records).await.unwrap();
    }

    /// The server ended, by a signal that it cannot catch, and starts again.
    async fn restart(&mut self) {
        self.keeping = Self::keeping(self.home.path(), |_| panic!("the key is there"));
        self.store = Self::connect(&self.database.url, Some(&self.keeping)).await;
        self.keeping.seal.resume(&self.store, now()).await.unwrap();
    }

    async fn sql(&self, statement: &str) {
        let raw = sea_orm::Database::connect(&self.database.url).await.unwrap();
        let rows = raw.execute_unprepared(statement).await.unwrap().rows_affected();
        assert!(rows > 0, "{statement}");
        raw.close().await.unwrap();
    }

    async fn verify(&self) -> AuditVerification {
        let proof = SystemContext { component: "test", now: now() }.grant(Permission::AuditReadPlatform, Platform);
        kore_app::audit::verify(&self.store, &proof, &self.keeping.seal, now()).await.unwrap()
    }

    async fn findings(&self) -> Vec<String> {
        let verified = self.verify().await;
        assert_eq!(verified.intact, verified.findings.is_empty());
        verified.findings.into_iter().map(|found| format!("{}: {}", found.place, found.what)).collect()
    }

    /// What is found says this.
    async fn found(&self, wanted: &[&str]) {
        let found = self.findings().await;
        for wanted in wanted {
            assert!(found.iter().any(|line| line.contains(wanted)), "{wanted} is not in {found:#?}");
        }
    }
}

async fn attacks(engine: Engine) {
    let databases = Databases::new();

    // The tail with its checkpoint; before and after the server starts again and goes on.
    let mut trail = Trail::new(&databases, engine).await;
    let cut = ["DELETE FROM audit_records WHERE sequence > 6", "DELETE FROM audit_checkpoints WHERE number > 2"];
    for statement in cut {
        trail.sql(statement).await;
    }
    let gone = "record 7 of kored: the end is cut off: records 7 to 10 are missing, and checkpoint 3";
    trail.found(&["checkpoint 3: in the key directory and not in the database", gone]).await;
    trail.restart().await;
    trail.append(10..15).await;
    trail.keeping.seal.checkpoint(&trail.store, now()).await.unwrap();
    trail.found(&["record 10 of kored: checkpoint 3", "computed anew"]).await;

    // Everything.
    let trail = Trail::new(&databases, engine).await;
    trail.sql("DELETE FROM audit_records").await;
    trail.sql("DELETE FROM audit_checkpoints").await;
    trail.found(&["checkpoints 1 to 3: in the key directory and not in the database", "records 1 to 10"]).await;

    // All computed anew, without what the attacker did; with checkpoints of a key of their own.
    let trail = Trail::new(&databases, engine).await;
    trail.sql("DELETE FROM audit_records").await;
    trail.sql("DELETE FROM audit_checkpoints").await;
    let forger = Trail::connect(&trail.database.url, None).await;
    forger.append_audit(&(0..10).map(|n| record(n, "user:eve", now())).collect::<Vec<_>>()).await.unwrap();
    let theirs = tempfile::tempdir().unwrap();
    let theirs = Trail::keeping(theirs.path(), |bytes| bytes.fill(3));
    theirs.seal.resume(&forger, now()).await.unwrap();
    trail.found(&["record 1 of kored: Kore did not write it", "record 6 of kored: checkpoint 2", "another"]).await;

    // A record in the name of somebody else, at the end, where nothing is signed yet.
    let trail = Trail::new(&databases, engine).await;
    forger.close().await.unwrap();
    let forger = Trail::connect(&trail.database.url, None).await;
    forger.append_audit(&[record(11, "user:bob", now())]).await.unwrap();
    assert_eq!(
        trail.findings().await,
        ["record 11 of kored: Kore did not write it: its seal is missing or false"],
        "and it stays found"
    );
    trail.append(12..13).await;
    trail.keeping.seal.checkpoint(&trail.store, now()).await.unwrap();
    trail.found(&["record 11 of kored: Kore did not write it"]).await;

    // The checkpoints alone.
    let trail = Trail::new(&databases, engine).await;
    trail.sql("UPDATE audit_checkpoints SET signature = 'ff' WHERE number = 2").await;
    trail.found(&["checkpoint 2: in the database is another"]).await;
    trail.sql("DELETE FROM audit_checkpoints WHERE number = 2").await;
    assert_eq!(trail.findings().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn attacks_on_sqlite_are_found() {
    attacks(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attacks_on_postgresql_are_found() {
    attacks(Engine::Postgresql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attacks_on_mariadb_are_found() {
    attacks(Engine::Mariadb).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_between_checkpoints_holds_too_and_crashes_leave_no_finding() {
    let databases = Databases::new();
    let trail = Trail::new(&databases, Engine::Sqlite).await;
    trail.append(10..12).await;
    trail.keeping.seal.state(&trail.store, now()).await.unwrap();
    trail.append(12..14).await;
    assert_eq!(trail.findings().await, [""; 0]);
    let verified = trail.verify().await;
    assert_eq!((verified.chains[0].signed, verified.chains[0].last, verified.checkpoints), (12, 14, 3));
    // What was written after the last statement is what can be cut off with the server, and no more.
    trail.sql("DELETE FROM audit_records WHERE sequence > 12").await;
    assert_eq!(trail.findings().await, [""; 0], "as the documents say");
    trail.sql("DELETE FROM audit_records WHERE sequence > 11").await;
    trail.found(&["record 12 of kored: the end is cut off: record 12 is missing, and the statement of"]).await;

    // The process ended after the file and before the database; and in the middle of a line.
    let mut trail = Trail::new(&databases, Engine::Sqlite).await;
    trail.sql("DELETE FROM audit_checkpoints WHERE number = 3").await;
    let file = trail.home.path().join("audit/checkpoints.jsonl");
    let mut text = std::fs::read(&file).unwrap();
    text.extend_from_slice(b"{\"number\":4,\"bo");
    std::fs::write(&file, text).unwrap();
    trail.restart().await;
    assert_eq!(trail.findings().await, [""; 0]);
    trail.append(10..11).await;
    assert!(trail.keeping.seal.checkpoint(&trail.store, now()).await.unwrap());
    assert_eq!((trail.findings().await.len(), trail.verify().await.checkpoints), (0, 4));

    // The directory is lost: a new key says nothing about what the old one signed.
    std::fs::remove_dir_all(trail.home.path().join("audit")).unwrap();
    trail.keeping = Trail::keeping(trail.home.path(), |bytes| bytes.fill(9));
    trail.store = Trail::connect(&trail.database.url, Some(&trail.keeping)).await;
    trail.keeping.seal.resume(&trail.store, now()).await.unwrap();
    trail.found(&["checkpoints 1 to 4: in the database and not in the key directory"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_sealing_is_signed_as_it_is() {
    let databases = Databases::new();
    let database = databases.fresh(Engine::Sqlite).await.unwrap();
    let before = Trail::connect(&database.url, None).await;
    before.migrate().await.unwrap();
    before.append_audit(&(0..3).map(|n| record(n, "user:ana", now())).collect::<Vec<_>>()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let keeping = Trail::keeping(home.path(), system_entropy);
    let store = Trail::connect(&database.url, Some(&keeping)).await;
    keeping.seal.resume(&store, now()).await.unwrap();
    let trail = Trail { home, database, keeping, store };
    trail.append(3..5).await;
    assert_eq!(trail.findings().await, [""; 0]);
    trail.sql("UPDATE audit_records SET seal = NULL WHERE sequence = 4").await;
    trail.found(&["record 4 of kored: Kore did not write it"]).await;
}

async fn retention(engine: Engine) {
    let databases = Databases::new();
    let mut trail = Trail::new(&databases, engine).await;
    let seal = &trail.keeping.seal;
    let later = now() + days(500);
    let records: Vec<_> = (10..14).map(|n| record(n, "user:ana", later - days(14 - n))).collect();
    trail.store.append_audit(&records).await.unwrap();
    let retire = async |taken: Option<&Taken>| {
        seal.retire(&trail.store, later - days(400), taken, 100_000, later).await.unwrap()
    };
    let taken = Taken::from([("kored".to_owned(), 3)]);
    assert_eq!(retire(Some(&Taken::new())).await, 0, "a sink has nothing yet");
    assert_eq!(retire(Some(&taken)).await, 3, "and now three");
    assert_eq!(retire(None).await, 7, "and those that are old, all of which a checkpoint names");
    assert_eq!(retire(None).await, 0);
    assert_eq!(trail.findings().await, [""; 0]);
    assert_eq!((trail.verify().await.chains[0].first, trail.verify().await.records), (11, 4));
    trail.restart().await;
    trail.append(14..16).await;
    trail.keeping.seal.checkpoint(&trail.store, later).await.unwrap();
    assert_eq!(trail.findings().await, [""; 0], "checkpoints from before name what is gone, and are kept");
    // What Kore did not sign for is missed.
    trail.sql("DELETE FROM audit_records WHERE sequence = 11").await;
    trail.found(&["record 12 of kored: record 11 is missing"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_on_sqlite_keeps_what_is_left_verifiable() {
    retention(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_on_postgresql_keeps_what_is_left_verifiable() {
    retention(Engine::Postgresql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_on_mariadb_keeps_what_is_left_verifiable() {
    retention(Engine::Mariadb).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_removes_no_evidence() {
    let databases = Databases::new();
    let trail = Trail::new(&databases, Engine::Sqlite).await;
    trail.sql("UPDATE audit_records SET actor = 'user:eve' WHERE sequence = 4").await;
    let later = now() + days(500);
    let removed = trail.keeping.seal.retire(&trail.store, later, None, 100_000, later).await.unwrap();
    assert_eq!(removed, 0);
    trail.found(&["record 4 of kored: it was changed"]).await;
}

/// Everything at once, and nothing that only looks like an attack.
async fn at_work(engine: Engine) {
    let databases = Databases::new();
    let trail = Arc::new(Trail::new(&databases, engine).await);
    let chain_key = Some(trail.keeping.seal.key().chain_key());
    let options = StoreOptions { writer: "kored-2".into(), chain_key, ..StoreOptions::default() };
    let others = [Store::connect_with(&trail.database.url, options).await.unwrap(), trail.store.clone()];
    let mut writers = tokio::task::JoinSet::new();
    for (writer, store) in others.into_iter().cycle().take(4).enumerate() {
        writers.spawn(async move {
            for round in 0..40_i64 {
                let at = now() - days(i64::try_from(writer).unwrap() * 300);
                store.append_audit(&[record(round, "user:ana", at), record(round, "user:bob", at)]).await.unwrap();
            }
        });
    }
    let keeper = tokio::spawn({
        let trail = Arc::clone(&trail);
        async move {
            let (seal, mut removed) = (&trail.keeping.seal, 0);
            for round in 0..30 {
                seal.state(&trail.store, now()).await.unwrap();
                if round % 3 == 0 {
                    seal.checkpoint(&trail.store, now()).await.unwrap();
                    removed += seal.retire(&trail.store, now() + days(1), None, 7, now()).await.unwrap();
                }
            }
            removed
        }
    });
    let mut looks = 0;
    while !keeper.is_finished() || looks < 3 {
        assert_eq!(trail.findings().await, [""; 0]);
        looks += 1;
    }
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    assert!(keeper.await.unwrap() > 0, "something was removed meanwhile");
    assert_eq!(trail.findings().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_at_work_on_sqlite_is_intact_at_every_moment() {
    at_work(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_at_work_on_postgresql_is_intact_at_every_moment() {
    at_work(Engine::Postgresql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_at_work_on_mariadb_is_intact_at_every_moment() {
    at_work(Engine::Mariadb).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_verify_and_others_do_not() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    for path in ["/api/v1/audit/verification", "/api/v1/audit/sinks"] {
        assert_eq!(test.anonymous().get(path).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(owner.get(path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.get(path).await.status, StatusCode::OK);
    }
    let verified = admin.get("/api/v1/audit/verification").await;
    assert_eq!((&verified.body["intact"], &verified.body["findings"]), (&json!(true), &json!([])), "{}", verified.text);
    assert!(verified.body["records"].as_u64().unwrap() >= 2);

    // Old records go, which is on record, and the rest holds.
    let (now, old) = (test.app.clock.now(), test.app.clock.now() - days(401));
    let mut records: Vec<_> = (0..5).map(|n| record(n, "user:ana", old)).collect();
    records.push(record(6, "user:ana", now));
    let older = StoreOptions {
        writer: "kored-old".into(),
        chain_key: Some(test.app.keeping.seal.key().chain_key()),
        ..StoreOptions::default()
    };
    let url = format!("sqlite://{}", test.directory().join("kore.sqlite").display());
    Store::connect_with(&url, older).await.unwrap().append_audit(&records).await.unwrap();
    test.app.keeping.seal.checkpoint(&test.app.store, now).await.unwrap();
    assert_eq!(test.app.retire_audit(now).await.unwrap(), 5);
    let retired = admin.get("/api/v1/auditrecords?filter=action=audit.retire").await;
    let retired = &retired.body["items"][0];
    assert_eq!((&retired["actor"], &retired["result"]), (&json!("system:retention"), &json!("allowed")));
    assert!(retired["detail"].as_str().unwrap().starts_with("5 records from before "), "{retired}");
    let verified = admin.get("/api/v1/audit/verification").await;
    assert_eq!(verified.body["intact"], json!(true), "{}", verified.text);
    let chain = verified.body["chains"].as_array().unwrap().iter().find(|chain| chain["writer"] == "kored-old");
    assert_eq!(chain.unwrap()["first"], json!(6));

    let raw = sea_orm::Database::connect(&url).await.unwrap();
    raw.execute_unprepared("UPDATE audit_records SET actor = 'user:eve' WHERE action = 'team.create'").await.unwrap();
    let verified = admin.get("/api/v1/audit/verification").await;
    assert_eq!((verified.status, &verified.body["intact"]), (StatusCode::OK, &json!(false)));
    assert_eq!(verified.body["findings"][0]["what"], "it was changed", "{}", verified.text);
}

/// A receiver that answers as it is told.
#[derive(Clone)]
struct Receiver {
    status: Arc<AtomicU16>,
    received: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

impl Receiver {
    /// A status of 0 never answers.
    fn new(status: u16) -> Self {
        Self { status: Arc::new(AtomicU16::new(status)), received: Arc::default() }
    }

    async fn listen(&self, address: &str) -> String {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/audit?key=of-the-receiver", listener.local_addr().unwrap());
        let router = Router::new().route("/audit", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn bodies(&self) -> Vec<Value> {
        self.received.lock().unwrap().iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect()
    }

    /// Ids in the order in which they came.
    fn ids(&self) -> Vec<String> {
        let bodies = self.bodies();
        let records = bodies.iter().flat_map(|body| body["records"].as_array().unwrap().clone());
        records.map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> (StatusCode, HeaderMap) {
    let status = receiver.status.load(Ordering::SeqCst);
    if status == 0 {
        std::future::pending::<()>().await;
    }
    let mut answer = HeaderMap::new();
    if status == 302 {
        answer.insert("location", "/audit".parse().unwrap());
    }
    if status == 200 {
        receiver.received.lock().unwrap().push((headers, body));
    }
    (StatusCode::from_u16(status).unwrap(), answer)
}

const SECRET: &str = "a secret of this test";

struct Delivery {
    home: tempfile::TempDir,
    store: Store,
    audit: Audit,
    tasks: tokio::task::JoinSet<()>,
}

impl Delivery {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let secret = home.path().join("secret");
        std::fs::write(&secret, SECRET).unwrap();
        std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let url = format!("sqlite://{}?mode=rwc", home.path().join("kore.sqlite").display());
        let store = Store::connect_with(&url, crate::people::patient()).await.unwrap();
        store.migrate().await.unwrap();
        Self { home, audit: Audit::new(store.clone()), store, tasks: tokio::task::JoinSet::new() }
    }

    fn webhook(&self, name: &str, url: &str) -> AuditSinkSettings {
        let secret_file = self.home.path().join("secret");
        let webhook = AuditWebhookSettings { url: url.to_owned(), secret_file, ca_file: None };
        AuditSinkSettings { name: name.to_owned(), file: None, webhook: Some(webhook) }
    }

    fn file(&self, name: &str) -> AuditSinkSettings {
        let file = AuditFileSettings { path: self.home.path().join(name), rotate_mib: 1, keep: 1 };
        AuditSinkSettings { name: name.to_owned(), file: Some(file), webhook: None }
    }

    fn open(&self, sinks: Vec<AuditSinkSettings>) -> Keeping {
        let settings = AuditSettings { sinks, ..AuditSettings::default() };
        Keeping::open(&self.home.path().join("audit"), system_entropy, &settings).unwrap()
    }

    fn run(&mut self, sinks: Vec<AuditSinkSettings>) {
        let ms = Duration::from_millis;
        let pace = DeliveryPace { idle: ms(20), first: ms(5), most: ms(40) };
        for sink in self.open(sinks).sinks {
            let clock = Arc::new(SystemClock);
            self.tasks.spawn(sink.run(self.store.clone(), clock, self.audit.changes(), pace));
        }
    }

    async fn append(&self, count: i64) -> Vec<String> {
        let records: Vec<_> = (0..count).map(|n| record(n, "user:ana", now())).collect();
        let ids = self.store.append_audit(&records).await.unwrap();
        ids.into_iter().map(|id| id.to_string()).collect()
    }

    async fn until(&self, sink: &str, met: impl Fn(&kore_store::SinkState) -> bool) -> kore_store::SinkState {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let state = self.store.sink(sink).await.unwrap();
            if met(&state) {
                return state;
            }
            assert!(Instant::now() < deadline, "{state:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_gets_every_record_in_order_and_signed() {
    let mut delivery = Delivery::new().await;
    let receiver = Receiver::new(200);
    let url = receiver.listen("127.0.0.1:0").await;
    let mut ids = delivery.append(250).await;
    delivery.run(vec![delivery.webhook("siem", &url)]);
    delivery.until("siem", |state| state.records == 250).await;
    ids.extend(delivery.append(3).await);
    let state = delivery.until("siem", |state| state.records == 253).await;
    assert_eq!((receiver.ids(), state.taken), (ids, Taken::from([("kored".into(), 253)])));
    assert_eq!((state.up_to, state.failing_since), (Some(now()), None));
    for (headers, body) in receiver.received.lock().unwrap().iter() {
        let text = |name: &str| headers[name].to_str().unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{}.{}.", text("webhook-id"), text("webhook-timestamp")).as_bytes());
        mac.update(body);
        let signature = STANDARD.decode(text("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
        assert!(mac.verify_slice(&signature).is_ok());
    }
    assert_eq!(receiver.bodies()[0]["sink"], "siem");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_fails_is_told_of_and_gets_everything_when_it_recovers() {
    let mut delivery = Delivery::new().await;
    let receiver = Receiver::new(500);
    let url = receiver.listen("127.0.0.1:0").await;
    let ids = delivery.append(5).await;
    delivery.run(vec![delivery.webhook("siem", &url)]);
    let failing = delivery.until("siem", |state| state.last_error.is_some()).await;
    assert_eq!(failing.last_error.as_deref(), Some("it answered 500 Internal Server Error"));
    assert_eq!((failing.records, failing.taken.len(), failing.failing_since.is_some()), (0, 0, true));
    // A redirect is no receipt, and nobody goes there.
    receiver.status.store(302, Ordering::SeqCst);
    let elsewhere = |state: &kore_store::SinkState| state.last_error.as_deref() == Some("it answered 302 Found");
    assert_eq!(delivery.until("siem", elsewhere).await.failing_since, failing.failing_since);
    receiver.status.store(200, Ordering::SeqCst);
    let state = delivery.until("siem", |state| state.records == 5).await;
    assert_eq!((state.last_error, state.failing_since, receiver.ids()), (None, None, ids));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_dead_gets_everything_when_it_is_there() {
    let mut delivery = Delivery::new().await;
    // A port that nobody listens on, until somebody does.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    delivery.run(vec![delivery.webhook("siem", &format!("http://{address}/audit?key=of-the-receiver"))]);
    let ids = delivery.append(3).await;
    let state = delivery.until("siem", |state| state.last_error.is_some()).await;
    let error = state.last_error.unwrap();
    assert!(error.contains("refused") && !error.contains("of-the-receiver"), "{error}");
    let receiver = Receiver::new(200);
    receiver.listen(&address.to_string()).await;
    delivery.until("siem", |state| state.records == 3).await;
    assert_eq!(receiver.ids(), ids);
}

/// A receiver behind TLS that takes one batch a connection.
async fn behind_tls(home: &std::path::Path) -> (String, std::path::PathBuf) {
    let now = Timestamp::now();
    let authority = authority("test receiver", now).unwrap();
    let request = Certificate::server("receiver", &["localhost"], &[std::net::Ipv4Addr::LOCALHOST.into()]);
    let leaf = issue(&authority, &request, now).unwrap();
    let file = |name: &str, text: &str| {
        let path = home.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let ca = file("receiver-ca.pem", &authority.certificate);
    let tls = kore_server::gateway::tls::config(&file("tls.crt", &leaf.certificate), &file("tls.key", &leaf.key));
    let acceptor = tokio_rustls::TlsAcceptor::from(tls.unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/audit", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let Ok(stream) = acceptor.accept(socket).await else { continue };
            let service = hyper::service::service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                request.into_body().collect().await?;
                Ok::<_, hyper::Error>(http::Response::new(String::new()))
            });
            let io = hyper_util::rt::TokioIo::new(stream);
            let server = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
            tokio::spawn(async move { server.serve_connection(io, service).await.is_ok() });
        }
    });
    (url, ca)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_trusted_by_its_certificate() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut delivery = Delivery::new().await;
    let (url, ca) = behind_tls(delivery.home.path()).await;
    delivery.append(3).await;
    let stranger = delivery.webhook("stranger", &url);
    let mut known = delivery.webhook("known", &url);
    known.webhook.as_mut().unwrap().ca_file = Some(ca);
    delivery.run(vec![stranger, known]);
    delivery.until("known", |state| state.records == 3).await;
    let state = delivery.until("stranger", |state| state.last_error.is_some()).await;
    assert!(state.last_error.unwrap().to_lowercase().contains("certificate"));
    assert_eq!(state.records, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_hangs_holds_nobody_up() {
    let mut delivery = Delivery::new().await;
    let hanging = Receiver::new(0);
    let url = hanging.listen("127.0.0.1:0").await;
    delivery.run(vec![delivery.webhook("hanging", &url), delivery.file("archive.jsonl".trim_end_matches(".jsonl"))]);
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.extend(delivery.append(10).await);
    }
    delivery.until("archive", |state| state.records == 200).await;
    let text = std::fs::read_to_string(delivery.home.path().join("archive")).unwrap();
    let written: Vec<String> = text.lines().map(|line| serde_json::from_str::<AuditRecord>(line).unwrap().id).collect();
    assert_eq!(written, ids);
    assert_eq!(delivery.store.sink("hanging").await.unwrap().records, 0);
    delivery.tasks.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_but_not_receipted_comes_again_with_the_same_ids() {
    let mut delivery = Delivery::new().await;
    let receiver = Receiver::new(200);
    let url = receiver.listen("127.0.0.1:0").await;
    let ids = delivery.append(4).await;
    delivery.run(vec![delivery.webhook("siem", &url)]);
    delivery.until("siem", |state| state.records == 4).await;
    delivery.tasks.shutdown().await;
    // The database lost the receipt of the last two, as when the process ends before it is written.
    let mut state = delivery.store.sink("siem").await.unwrap();
    state.taken = Taken::from([("kored".into(), 2)]);
    state.records = 2;
    delivery.store.save_sink("siem", &state).await.unwrap();
    delivery.run(vec![delivery.webhook("siem", &url)]);
    delivery.until("siem", |state| state.records == 4).await;
    assert_eq!(receiver.ids(), [&ids[..], &ids[2..]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn sinks_that_make_no_sense_stop_the_start() {
    let delivery = Delivery::new().await;
    let refused = |sinks: Vec<AuditSinkSettings>| {
        let settings = AuditSettings { sinks, ..AuditSettings::default() };
        let error = Keeping::open(&delivery.home.path().join("audit"), system_entropy, &settings).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        format!("{error}: {cause}")
    };
    let good = delivery.webhook("siem", "https://siem.example/audit");
    assert_eq!(delivery.open(vec![good.clone()]).sinks[0].shown(), "https://siem.example/audit");
    assert_eq!(refused(vec![good.clone(), good.clone()]), "audit.sinks: siem: there are two of this name");
    assert!(refused(vec![delivery.webhook("siem", "http://siem.example/")]).contains("the address is https://"));
    assert!(refused(vec![AuditSinkSettings { name: "A b".into(), ..good.clone() }]).contains("a name is"));
    assert!(refused(vec![AuditSinkSettings { webhook: None, ..good }]).contains("either a file or a webhook"));
}
