//! What the server does while something beneath it is away, and afterwards, without a restart.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::body::Body;
use futures::future::BoxFuture;
use http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use kore_api::audit::{AuditRecord, AuditResult};
use kore_domain::access::{Permission, Platform, SystemContext, Visibility};
use kore_kube::proxy::TransportError;
use kore_server::gateway::{Clusters, Target};
use kore_testkit::{
    databases::{Databases, Engine},
    disk::SmallDisk,
    test_app::{Actor, Answer, TestApp},
};
use serde_json::{Value, json};

use crate::gateway::{Running, everyone};

/// A refusal with code, owner and fix, that says whether to try again.
fn typed(answer: &Answer, status: u16, code: &str, owner: &str) {
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{}", answer.text);
    assert_eq!((&answer.body["owner"], &answer.body["retryable"]), (&json!(owner), &json!(true)), "{}", answer.text);
    assert!(!answer.body["fix"].as_array().unwrap().is_empty(), "{}", answer.text);
    assert!(status != 503 || !answer.header("retry-after").is_empty());
}

async fn healthy(nobody: &Actor) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let ready = nobody.get("/readyz?verbose").await;
        if ready.status == StatusCode::OK {
            return;
        }
        assert!(Instant::now() < deadline, "{}", ready.text);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn team(name: &str) -> Value {
    json!({ "metadata": { "name": name }, "spec": {} })
}

fn system() -> SystemContext {
    SystemContext { component: "test", now: Timestamp::now() }
}

async fn trail(test: &TestApp, action: &str) -> Vec<AuditRecord> {
    let query = kore_store::AuditQuery {
        terms: vec![kore_store::AuditTerm {
            field: kore_store::AuditField::Action,
            operator: kore_domain::query::Operator::Equal,
            value: action.into(),
        }],
        limit: 10_000,
        ..Default::default()
    };
    let proof = system().grant(Permission::AuditReadTeam, Visibility::All);
    test.app.store.list_audit(&proof, &query).await.unwrap()
}

async fn chain_holds(test: &TestApp) {
    let proof = system().grant(Permission::AuditReadPlatform, Platform);
    assert_eq!(test.app.store.verify_audit(&proof, &kore_store::Expected::new()).await.unwrap().breaks, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_is_named_and_comes_back_without_a_restart() {
    let databases = Databases::new();
    let database = databases.fresh(Engine::Postgresql).await.unwrap();
    let test = TestApp::start_on(&database.url).await.unwrap();
    let (nobody, admin) = (test.anonymous(), test.admin().await.unwrap());
    test.team(&admin, "payments").await.unwrap();
    let server = databases.server(Engine::Postgresql).await.unwrap();
    server.interrupt().await.unwrap();
    // What was remembered about the caller's token is not what is tested.
    test.app.signin.forget();
    typed(&admin.get("/api/v1/teams").await, 503, "KORE-SERVER-0002", "platformTeam");
    typed(&admin.post("/api/v1/teams", &team("late")).await, 503, "KORE-SERVER-0002", "platformTeam");
    assert!(test.app.indexes.teams.get(None, "late").is_none(), "what cannot be recorded is not done");
    assert_eq!(nobody.get("/api/v1/teams").await.status, StatusCode::UNAUTHORIZED, "nobody is let in meanwhile");
    let ready = nobody.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        ready.text.contains("[-]database failed") && ready.text.contains("[+]management-cluster ok"),
        "{}",
        ready.text
    );
    assert_eq!(nobody.get("/livez").await.status, StatusCode::OK, "a restart would not help");

    server.resume().await.unwrap();
    healthy(&nobody).await;
    test.team(&admin, "after").await.unwrap();
    test.app.audit.flush(Timestamp::MAX).await;
    let made: Vec<_> = trail(&test, "team.create").await.into_iter().map(|record| record.object).collect();
    assert_eq!(made, ["team/after", "team/payments"], "what was acknowledged, and nothing else");
    let strangers = trail(&test, "authenticate").await;
    assert_eq!(strangers.len(), 1, "the refusal of those minutes: {strangers:?}");
    chain_holds(&test).await;
    drop(test);
    databases.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_the_database_is_named_and_loses_nothing() {
    let disk = SmallDisk::new(2048).unwrap();
    let test = TestApp::start_on(&format!("sqlite://{}/kore.sqlite?mode=rwc", disk.path().display())).await.unwrap();
    let (nobody, admin) = (test.anonymous(), test.admin().await.unwrap());
    test.team(&admin, "payments").await.unwrap();
    disk.fill(40).unwrap();
    let user = |number: usize| json!({ "metadata": { "name": format!("user{number:04}") }, "spec": {} });
    let (mut made, mut full) = (0, None);
    for number in 0..5000 {
        let answer = admin.post("/api/v1/users", &user(number)).await;
        if answer.status != StatusCode::CREATED {
            full = Some(answer);
            break;
        }
        made += 1;
    }
    typed(&full.expect("it is full at some time"), 507, "KORE-LOCAL-0002", "you");
    typed(&admin.post("/api/v1/teams", &team("late")).await, 507, "KORE-LOCAL-0002", "you");
    assert_eq!(admin.get("/api/v1/teams").await.names(), ["payments"], "reads go on");
    disk.free().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while admin.post("/api/v1/users", &user(9000)).await.status != StatusCode::CREATED {
        assert!(Instant::now() < deadline, "it does not come back");
    }
    healthy(&nobody).await;
    let people = test.app.store.list_users(&system().grant(Permission::UserRead, Platform)).await.unwrap();
    assert_eq!(people.len(), made + 2, "whoever was acknowledged, the last one and the administrator");
    let records = trail(&test, "user.create").await;
    let allowed: std::collections::BTreeSet<_> =
        records.iter().filter(|record| record.result == AuditResult::Allowed).map(|record| &record.object).collect();
    assert!(
        people
            .iter()
            .filter(|user| user.name.as_str() != "admin")
            .all(|user| allowed.contains(&format!("user/{}", user.name)))
    );
    chain_holds(&test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_management_cluster_reads_go_on_and_say_so_and_writes_are_refused() {
    let mut test = TestApp::start().await.unwrap();
    let (nobody, admin) = (test.anonymous(), test.admin().await.unwrap());
    test.team(&admin, "payments").await.unwrap();
    assert_eq!(admin.get("/api/v1/teams").await.header("kore-stale"), "");
    test.plane.interrupt().unwrap();
    typed(&admin.post("/api/v1/teams", &team("late")).await, 503, "KORE-SERVER-0003", "platformTeam");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let teams = admin.get("/api/v1/teams").await;
        assert_eq!((teams.status, teams.names()), (StatusCode::OK, vec!["payments"]));
        if teams.header("kore-stale") == "true" {
            break;
        }
        assert!(Instant::now() < deadline, "what may be out of date is not labelled");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(admin.get("/api/v1/teams/payments").await.header("kore-stale"), "true");
    assert_eq!(admin.get("/api/v1/users").await.header("kore-stale"), "", "people live elsewhere");
    let ready = nobody.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        ready.text.contains("[-]management-cluster failed") && ready.text.contains("[+]database ok"),
        "{}",
        ready.text
    );

    test.plane.resume().await.unwrap();
    healthy(&nobody).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while admin.get("/api/v1/teams").await.header("kore-stale") == "true" {
        assert!(Instant::now() < deadline, "it does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    test.team(&admin, "after").await.unwrap();
    assert_eq!(admin.get("/api/v1/teams").await.names(), ["after", "payments"]);
}

/// A cluster that takes everything, and counts what changed something.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Clusters for Counting {
    fn send<'a>(
        &'a self,
        _: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        self.0.fetch_add(usize::from(request.method() == Method::POST), Ordering::SeqCst);
        Box::pin(async { Ok(Response::new(Body::from("{}"))) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_the_spool_stops_changes_and_loses_no_record() {
    const PODS: &str = "/k8s/payments/dev/api/v1/namespaces/default/pods";
    let disk = SmallDisk::new(256).unwrap();
    let cluster = Arc::new(Counting::default());
    let running = Running::start_on(cluster.clone(), Some(disk.path().join("spool"))).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;
    let http = running.http();
    let post = async || {
        let answer = http.post(running.url(PODS)).bearer_auth(&ana).body("{}").send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert!(status == 200 || body["message"].as_str().unwrap().starts_with("KORE-LOCAL-0002"), "{status} {body}");
        status
    };
    assert_eq!(post().await, 200);
    let mut acknowledged = 1;
    // What was shipped gives its room back; then there is none.
    let deadline = Instant::now() + Duration::from_secs(20);
    while std::fs::read_dir(disk.path().join("spool")).unwrap().count() > 0 {
        assert!(Instant::now() < deadline, "the first record stays on the disk");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    disk.fill(0).unwrap();
    for _ in 0..5 {
        assert_eq!(post().await, 507);
    }
    let (status, _) = running.get(&ana, PODS).await;
    assert_eq!(status, StatusCode::OK, "reads need no room");
    // Room for a few, so that records are cut off halfway.
    disk.free().unwrap();
    disk.fill(1).unwrap();
    for _ in 0..5 {
        let answers = futures::future::join_all((0..30).map(|_| post())).await;
        acknowledged += answers.into_iter().filter(|status| *status == 200).count();
    }
    disk.free().unwrap();
    for _ in 0..3 {
        assert_eq!(post().await, 200, "it goes on by itself");
        acknowledged += 1;
    }
    assert_eq!(cluster.0.load(Ordering::SeqCst), acknowledged, "what was refused was not forwarded");
    let records = running.trail(acknowledged, "kubectl.create").await;
    let done = records.iter().filter(|record| record.status == Some(200)).count();
    assert_eq!(done, acknowledged, "{} records", records.len());
}
