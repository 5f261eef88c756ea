//! How credentials end: by time, by being given back, by being stolen; and what a credential for one
//! cluster is good for.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    identity::{ClusterCredential, TokenResponse},
    problem::Problem,
};
use kore_app::{limits::Limits, signin::Audience};
use kore_engine::clock::Clock;
use kore_testkit::clock::TestClock;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::signin::{Edge, json as read};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn edge() -> (Edge, TestClock) {
    let clock = TestClock::at("2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap());
    (Edge::with(Arc::new(clock.clone()), Limits::default()).await, clock)
}

async fn session(edge: &Edge) -> TokenResponse {
    edge.state.app.signin.admin_session(Some("test".into())).await.unwrap()
}

async fn code(answer: Response<Body>) -> (u16, String) {
    let status = answer.status().as_u16();
    (status, read::<Problem>(answer).await.code)
}

async fn refreshed(edge: &Edge, tokens: &TokenResponse) -> Result<TokenResponse, String> {
    let token = tokens.refresh_token.clone().unwrap();
    edge.token(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await
}

#[tokio::test]
async fn credentials_end_by_time() {
    let (edge, clock) = edge().await;
    let mut tokens = session(&edge).await;
    clock.advance(SignedDuration::from_mins(15) - SignedDuration::from_secs(1));
    assert_eq!(edge.whoami(&tokens.access_token).await.status(), StatusCode::OK);
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(code(edge.whoami(&tokens.access_token).await).await, (401, "KORE-AUTH-0002".to_owned()));
    tokens = refreshed(&edge, &tokens).await.unwrap();
    assert_eq!(edge.whoami(&tokens.access_token).await.status(), StatusCode::OK);
    // A week without use.
    clock.advance(DAY * 7);
    assert_eq!(refreshed(&edge, &tokens).await.unwrap_err(), "invalid_grant");
    // A month in any case.
    let mut tokens = session(&edge).await;
    for _ in 0..29 {
        clock.advance(DAY);
        tokens = refreshed(&edge, &tokens).await.unwrap();
    }
    clock.advance(DAY);
    assert_eq!(refreshed(&edge, &tokens).await.unwrap_err(), "invalid_grant");
}

#[tokio::test]
async fn a_token_that_is_given_back_ends_its_session_and_no_other() {
    let (edge, _) = edge().await;
    let (ours, other) = (session(&edge).await, session(&edge).await);
    let revoke = async |token: &str| edge.form("/auth/revoke", &[("token", token)]).await.status();
    assert_eq!(revoke("kore_rt_nothing").await, StatusCode::OK, "what is unknown is as good as gone (RFC 7009)");
    assert_eq!(revoke(ours.refresh_token.as_deref().unwrap()).await, StatusCode::OK);
    assert_eq!(code(edge.whoami(&ours.access_token).await).await, (401, "KORE-AUTH-0002".to_owned()));
    assert_eq!(refreshed(&edge, &ours).await.unwrap_err(), "invalid_grant");
    assert_eq!(edge.whoami(&other.access_token).await.status(), StatusCode::OK);
    assert!(refreshed(&edge, &other).await.is_ok());
}

#[tokio::test]
async fn a_credential_for_a_cluster_is_good_there_for_ten_minutes_and_ends_with_its_session() {
    let (edge, clock) = edge().await;
    let cluster = json!({
        "apiVersion": "kore.internal/v1alpha1", "kind": "Cluster", "spec": { "plan": { "name": "small" } },
        "metadata": { "name": "dev", "namespace": "team-payments", "resourceVersion": "1" },
    });
    edge.state.app.indexes.clusters.apply(serde_json::from_value(cluster).unwrap());
    let tokens = session(&edge).await;
    let ask = async |name: &str| {
        let request = Request::post(format!("/api/v1/teams/payments/clusters/{name}/credential"));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token));
        edge.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(code(ask("nothing").await).await, (404, "KORE-OBJECT-0001".to_owned()));
    let answer = ask("dev").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let credential: ClusterCredential = read(answer).await;
    assert_eq!(credential.expires_at, clock.now() + SignedDuration::from_mins(10));
    assert_eq!(code(edge.whoami(&credential.token).await).await, (401, "KORE-AUTH-0007".to_owned()), "not at the API");

    let signin = &edge.state.app.signin;
    let shown = async |token: &str, cluster: &str| {
        let found = signin.authenticate(token, Audience::Cluster(cluster)).await;
        found.map(|found| found.subject.principal.name()).map_err(|error| error.problem.code.clone())
    };
    assert_eq!(shown(&credential.token, "payments/dev").await.unwrap(), "admin");
    assert_eq!(shown(&credential.token, "payments/prod").await.unwrap_err(), "KORE-AUTH-0007");
    clock.advance(SignedDuration::from_mins(10));
    assert_eq!(shown(&credential.token, "payments/dev").await.unwrap_err(), "KORE-AUTH-0002");

    // A refresh token that comes twice ends everything that hangs on the session.
    let credential: ClusterCredential = read(ask("dev").await).await;
    let next = refreshed(&edge, &tokens).await.unwrap();
    assert_eq!(refreshed(&edge, &tokens).await.unwrap_err(), "invalid_grant");
    assert_eq!(edge.whoami(&next.access_token).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refreshed(&edge, &next).await.unwrap_err(), "invalid_grant");
    assert_eq!(shown(&credential.token, "payments/dev").await.unwrap_err(), "KORE-AUTH-0002");
}

#[tokio::test]
async fn the_admin_socket_opens_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let (edge, _) = edge().await;
    let directory = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(directory.path(), 0o755);
    let (path, stop) = (directory.path().join("admin.sock"), CancellationToken::new());
    let served = {
        let (path, state, stop) = (path.clone(), edge.state.clone(), stop.clone());
        tokio::spawn(async move { kore_server::signin::admin::serve(&path, state, stop).await })
    };
    // Status that curl got, or 000 when it could not connect.
    let ask = async |user: Option<&str>| {
        let mut words = vec!["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket"];
        words.extend([path.to_str().unwrap(), "http://localhost/admin/status"]);
        let (reuid, regid) = (user.map(|id| format!("--reuid={id}")), user.map(|id| format!("--regid={id}")));
        if let (Some(reuid), Some(regid)) = (&reuid, &regid) {
            words.splice(0..0, ["setpriv", reuid, regid, "--clear-groups", "--"]);
        }
        let output = tokio::process::Command::new(words[0]).args(&words[1..]).output().await.unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while ask(None).await != "200" {
        assert!(std::time::Instant::now() < deadline, "the socket does not answer");
    }
    assert_eq!(ask(Some("65534")).await, "000", "the file is closed to others");
    // And if somebody opens it: the kernel tells who is at the other end.
    mode(&path, 0o666);
    assert_eq!(ask(Some("65534")).await, "403");
    assert_eq!(ask(None).await, "200");
    stop.cancel();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn uses_of_tokens_are_on_record() {
    let (edge, _) = edge().await;
    let tokens = session(&edge).await;
    let whoami = async |address: &str, id: &str| {
        let request = Request::get("/api/v1/whoami")
            .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token))
            .header("x-request-id", id);
        edge.send_from(address, request.body(Body::empty()).unwrap()).await.status()
    };
    for (address, id) in [("127.0.0.1", "own"), ("192.0.2.7", "first"), ("192.0.2.7", "second"), ("192.0.2.8", "third")]
    {
        assert_eq!(whoami(address, id).await, StatusCode::OK);
    }
    refreshed(&edge, &tokens).await.unwrap();
    let proof = kore_domain::access::SystemContext { component: "test", now: Timestamp::UNIX_EPOCH }
        .grant(kore_domain::access::Permission::AuditReadTeam, kore_domain::access::Visibility::All);
    let query = kore_store::AuditQuery { limit: 100, ..Default::default() };
    let mut records = edge.state.app.store.list_audit(&proof, &query).await.unwrap();
    records.reverse();
    let told: Vec<_> = records
        .iter()
        .filter(|record| record.action.starts_with("session."))
        .map(|record| (record.action.as_str(), record.actor.as_str(), record.address.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        told,
        [
            ("session.create", "system:admin-socket", "-"),
            ("session.use", "user:admin", "192.0.2.7"),
            ("session.use", "user:admin", "192.0.2.8"),
            ("session.refresh", "user:admin", "127.0.0.1"),
        ]
    );
    assert_eq!(records.iter().filter_map(|record| record.request_id.as_deref()).next(), Some("first"));
    let text = format!("{records:?}");
    assert!(!text.contains(&tokens.access_token[8..]) && !text.contains("kore_rt"), "{text}");
}
