//! The holes of the system of 2020 (`research/kore.md`, section 10.1), and the test that keeps each closed.
//!
//! | hole | what it was | what keeps it closed |
//! |---|---|---|
//! | S1 | a query that looks like a path turns tenancy off | `attacks::no_spelling_of_a_path_leads_to_another_team` |
//! | S2 | anybody deletes teams and makes any number | `matrix`: `DELETE /teams/{team}`, `POST /teams` |
//! | S3 | lists show secrets that reading one hides | `s03` below |
//! | S4 | clouds' keys are long-lived and can do everything | not applicable yet: there is no cloud |
//! | S5 | anybody configures sign-in, or nobody at all does | `s05` below; `matrix` for every route with a permission |
//! | S6 | OAuth without state, PKCE, and with tokens in URLs | `s06` below; `signin::the_command_line_signs_in_by_code…` |
//! | S7 | TLS unchecked, audiences unchecked | `attacks::nothing_but_a_credential_of_that_cluster…`; main story (kubeconfig) |
//! | S8 | only the last group survives, wrong claims are read | `gateway::headers`: `nothing_of_the_callers_identity…` |
//! | S9 | the second account ever made administers all | `s09` below |
//! | S10 | who is disabled goes on | `matrix` (disabled); `gateway::a_person_reaches…`; kore-store `who_is_disabled_owns_nothing` |
//! | S11 | passwords in plain text, tokens in logs | `s11` below; `audit::strangers_are_recorded_without_their_secrets…` |
//! | S12 | roles are written down and not asked | `matrix` |
//! | S13 | a restricted parameter is dropped by leaving it out | kore-domain `plan::change`: `s13_leaving_something_out…`; `plan::effective` |
//! | S14 | "provisioned", and nothing is there | not applicable yet: there are no default network policies |
//! | S15 | the last binding of a role stays behind | kore-domain `cluster_rbac` (`people` is applied whole); `revocation` |
//! | S16 | members mount any service account, read all | `guard::an_owner_stays_within_their_own_namespaces…` |
//! | S17 | CORS for everybody, no limits, no request ids | `s17` below; `limits`, `listen`; `audit::one_id_joins…` |
//! | S18 | everything runs as cluster-admin | `gateway::a_person_reaches…` (the gateway's credential); see docs/threat-model.md |
//! | S19 | things are adopted by their name | kore-localkube `processes::a_foreign_process…`, `settings`; every story's inventory |
//! | S20 | rights are checked in three places or none | `matrix`, lists among it; xtask `layers` |

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use kore_api::identity::TeamRole;
use kore_server::routes::{self, Access};
use kore_testkit::test_app::TestApp;
use serde_json::json;

use crate::signin::{Browser, Edge, PASSWORD, claimed};

#[tokio::test(flavor = "multi_thread")]
async fn s03_no_list_and_no_object_has_a_clusters_secrets_in_it() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.plan(&admin, "small").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let cluster = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" } } });
    assert_eq!(ana.post("/api/v1/teams/payments/clusters", &cluster).await.status, 201);
    // As the controllers keep it.
    let secret: k8s_openapi::api::core::v1::Secret = serde_json::from_value(json!({
        "metadata": { "name": "dev-provisioner", "namespace": "team-payments" },
        "stringData": { "kubeconfig": "client-key-data: very-secret" },
    }))
    .unwrap();
    let api = kube::Api::namespaced(app.app.kube.clone(), "team-payments");
    api.create(&kube::api::PostParams::default(), &secret).await.unwrap();
    for path in [
        "/api/v1/teams/payments/clusters",
        "/api/v1/clusters",
        "/api/v1/teams/payments/clusters/dev",
        "/api/v1/teams/payments/clusters/dev/access",
        "/api/v1/teams/payments",
        "/api/v1/teams/payments/operations",
        "/api/v1/teams/payments/auditrecords",
    ] {
        let answer = ana.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        for word in ["very-secret", "client-key", "kubeconfig", "PRIVATE KEY", "kore_kc_"] {
            assert!(!answer.text.contains(word), "{path} says {word}: {}", answer.text);
        }
    }
    for path in ["/api/v1/teams/payments/secrets", "/api/v1/secrets", "/api/v1/teams/payments/secrets/dev-provisioner"]
    {
        assert_eq!(ana.get(path).await.status, 404, "there is no such route: {path}");
    }
}

#[test]
fn s05_nobody_without_a_credential_changes_anything_but_by_signing_in() {
    for route in routes::table() {
        let changes = route.access == Access::Public && !route.method.is_safe();
        assert!(!changes || route.path.starts_with("/auth/"), "{route:?}");
    }
}

#[tokio::test]
async fn s06_a_code_is_bound_to_whoever_asked_and_comes_back_to_this_machine_only() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    let good = [
        ("response_type", "code"),
        ("client_id", "kore-cli"),
        ("redirect_uri", "http://127.0.0.1:49152/callback"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
        ("state", "s"),
    ];
    let mut ask = async |fields: &[(&str, &str)]| {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::get(format!("/auth/authorize?{query}")).body(Body::empty()).unwrap();
        browser.send(request).await
    };
    assert_eq!(ask(&good).await.status(), StatusCode::OK);
    for (field, value) in [
        ("code_challenge", ""),
        ("code_challenge", "short"),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
        ("response_type", "token"),
        ("client_id", "somebody"),
        ("redirect_uri", "http://192.0.2.1/callback"),
    ] {
        let fields = good.map(|(name, usual)| (name, if name == field { value } else { usual }));
        let answer = ask(&fields).await;
        let target = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        assert_ne!(answer.status(), StatusCode::OK, "{field}={value}");
        assert!(!target.contains("code=") && !target.contains("192.0.2.1"), "{field}={value}: {target}");
    }
    // Tokens are asked for in a body: what is in the address is in everybody's log.
    let query = "grant_type=refresh_token&refresh_token=kore_rt_x&client_id=kore-cli";
    let answer = edge.form(&format!("/auth/token?{query}"), &[]).await;
    assert!(answer.status().is_client_error());
    let get = Request::get(format!("/auth/token?{query}")).body(Body::empty()).unwrap();
    assert_eq!(edge.send(get).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn s09_who_comes_second_is_nobody_special() {
    let edge = Edge::new().await;
    let admin = edge.admin().await;
    for name in ["second", "administrator", "root", "kore"] {
        edge.person(&admin, name).await;
        let token = edge.token_of(name).await;
        let (_, me) = edge.call(&token, Method::GET, "/api/v1/whoami", None).await;
        assert_eq!((&me["platformRole"], &me["teams"]), (&json!(null), &json!([])), "{me}");
        let user = json!({ "metadata": { "name": "mine" }, "spec": { "platformRole": "admin" } });
        assert_eq!(edge.call(&token, Method::POST, "/api/v1/users", Some(&user)).await.0, 403);
    }
    // Nobody makes themselves an account.
    let mut stranger = Browser::new(&edge);
    assert!(!stranger.sign_in("newcomer", PASSWORD).await);
    assert_eq!(edge.state.app.store.count_users().await.unwrap(), 5);
}

#[tokio::test]
async fn s11_whoever_reads_the_database_signs_in_as_nobody() {
    let edge = Edge::new().await;
    let browser = claimed(&edge).await;
    let tokens = edge.state.app.signin.admin_session(Some("kore".into())).await.unwrap();
    let link = edge.state.app.signin.claim_link(true).await.unwrap();
    let code = link.url.rsplit('/').next().unwrap().to_owned();
    let mut secrets = vec![PASSWORD.to_owned(), tokens.access_token, tokens.refresh_token.unwrap(), code];
    secrets.extend(browser.cookies.values().cloned());
    let mut read = 0;
    for entry in std::fs::read_dir(edge.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("kore.sqlite") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        read += bytes.len();
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{}… is in {}", &secret[..8], path.display());
        }
    }
    assert!(read > 100_000, "that was the database: {read} bytes");
}

#[tokio::test]
async fn s17_no_page_elsewhere_may_read_an_answer() {
    let edge = Edge::new().await;
    let browser = claimed(&edge).await;
    for (method, path) in [
        (Method::OPTIONS, "/api/v1/teams"),
        (Method::GET, "/api/v1/whoami"),
        (Method::GET, "/api/v1/openapi.json"),
        (Method::OPTIONS, "/auth/token"),
        (Method::GET, "/auth/account"),
    ] {
        let request = Request::builder().method(method.clone()).uri(path).header(header::COOKIE, browser.cookie());
        let request = request.header(header::ORIGIN, "https://evil.example");
        let request = request.header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let answer = edge.send(request.body(Body::empty()).unwrap()).await;
        let allowed: Vec<_> =
            answer.headers().keys().filter(|name| name.as_str().starts_with("access-control")).collect();
        assert!(allowed.is_empty(), "{method} {path}: {allowed:?}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert!(answer.headers().contains_key("x-request-id"), "{method} {path}");
    }
}
