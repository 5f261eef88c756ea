//! Robots, tokens, and CI jobs that are robots.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::json;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_partial_json, body_string_contains, header, method, path, query_param},
};

use crate::world::{World, code, filters, list, object, ok};

const CI: &str = "/api/v1/teams/payments/robots/ci";
const TOKENS: &str = "/api/v1/teams/payments/robots/ci/tokens";

fn robot(spec: serde_json::Value) -> serde_json::Value {
    object("Robot", Some("payments"), "ci", spec, json!({ "tokens": 1 }))
}

fn token(id: &str, name: &str) -> serde_json::Value {
    json!({
        "id": id, "name": name, "owner": "robot:payments/ci", "createdAt": "2026-11-20T12:00:00Z",
        "expiresAt": "2026-12-20T12:00:00Z",
    })
}

fn made(id: &str) -> ResponseTemplate {
    let mut made = token(id, "ci");
    made["token"] = "kore_rb_secret".into();
    ResponseTemplate::new(201).set_body_json(made)
}

fn access(token: &str) -> ResponseTemplate {
    ok(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900 }))
}

fn whoami() -> ResponseTemplate {
    ok(&json!({ "name": "payments/ci", "id": "0193", "teams": [], "sessionExpiresAt": "2026-11-22T12:00:00Z" }))
}

#[tokio::test]
async fn a_robot_is_made_trusted_and_disabled() {
    let _filters = filters();
    let world = World::new().await;
    world.on("POST", "/api/v1/teams/payments/robots", ok(&robot(json!({})))).await;
    assert_snapshot!("robot-create", world.kore(&["robot", "create", "payments/ci", "--description", "deploys"]).await);
    world.on("GET", CI, ok(&robot(json!({})))).await;
    let uri = world.server.uri();
    let rule = json!({
        "issuer": "https://token.actions.githubusercontent.com", "audience": uri, "maxMinutes": 15,
        "claims": { "repository_id": "74", "repository_owner_id": "65", "environment": "production" },
    });
    Mock::given(method("PUT"))
        .and(path(CI))
        .and(body_partial_json(json!({ "spec": { "trust": [rule.clone()] } })))
        .respond_with(ok(&robot(json!({ "trust": [rule.clone()] }))))
        .expect(1)
        .mount(&world.server)
        .await;
    let add = ["robot", "trust", "add", "payments/ci", "--github", "--repository-id", "74"];
    let whole = [&add[..], &["--repository-owner-id", "65", "--environment", "production"]].concat();
    assert_snapshot!("robot-trust-add", world.kore(&whole).await);
    assert_eq!(world.run(&add).await.0, 2, "a name can be taken over: the owner's number too");
    assert_eq!(world.run(&["robot", "trust", "add", "payments/ci", "--claim", "sub=x"]).await.0, 2, "whose?");
    assert_eq!(world.run(&["robot", "disable", "payments/ci"]).await.0, 2, "nobody can be asked");

    world.server.reset().await;
    let mut rule = rule;
    rule["audience"] = "https://kore.example.com".into();
    let trusting = robot(json!({ "trust": [rule], "description": "deploys" }));
    world.on("GET", CI, ok(&trusting)).await;
    world.on("GET", "/api/v1/robots", list("Robot", &[trusting])).await;
    assert_snapshot!("robot-list", world.kore(&["robot", "list"]).await);
    assert_snapshot!("robot-show", world.kore(&["robot", "show", "payments/ci"]).await);
    assert_eq!(world.run(&["robot", "trust", "remove", "payments/ci", "2", "--yes"]).await.0, 2, "there is one");
    Mock::given(method("PUT"))
        .and(path(CI))
        .and(body_partial_json(json!({ "spec": { "trust": [] } })))
        .respond_with(ok(&robot(json!({}))))
        .expect(1)
        .mount(&world.server)
        .await;
    assert_eq!(world.run(&["robot", "trust", "remove", "payments/ci", "1", "--yes"]).await.0, 0);
}

#[tokio::test]
async fn static_tokens_are_shown_once_and_rotated() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", CI, ok(&robot(json!({})))).await;
    world.on("POST", TOKENS, made("t-1")).await;
    let create = ["robot", "token", "create", "payments/ci", "--permission", "cluster.read"];
    assert_snapshot!("robot-token-create", world.kore(&create).await);
    let (_, out, _) = world.run(&[&create[..], &["-o", "env"]].concat()).await;
    assert_eq!(out, "KORE_SERVER='http://server'\nKORE_TOKEN='kore_rb_secret'\n");
    world.on("GET", TOKENS, ok(&json!({ "items": [token("t-1", "ci")] }))).await;
    assert_snapshot!("robot-token-list", world.kore(&["robot", "token", "list", "payments/ci"]).await);

    world.server.reset().await;
    world.on("GET", CI, ok(&robot(json!({})))).await;
    world.on("GET", TOKENS, ok(&json!({ "items": [token("t-1", "ci")] }))).await;
    Mock::given(method("POST"))
        .and(path(TOKENS))
        .and(body_partial_json(json!({ "name": "ci", "replaces": "t-1", "overlapMinutes": 120 })))
        .respond_with(made("t-2"))
        .expect(1)
        .mount(&world.server)
        .await;
    let rotate = ["robot", "token", "rotate", "payments/ci", "--overlap", "2h"];
    assert_snapshot!("robot-token-rotate", world.kore(&rotate).await);
    world.on("DELETE", "/api/v1/teams/payments/robots/ci/tokens/t-1", ResponseTemplate::new(204)).await;
    let (exit, out, _) = world.run(&["robot", "token", "revoke", "payments/ci", "ci"]).await;
    assert_eq!((exit, out.as_str()), (0, "token/t-1 revoked\n"));
    assert_eq!(world.run(&["robot", "token", "revoke", "payments/ci", "none"]).await.0, 6);

    // Two: say which.
    world.server.reset().await;
    world.on("GET", CI, ok(&robot(json!({})))).await;
    world.on("GET", TOKENS, ok(&json!({ "items": [token("t-1", "ci"), token("t-2", "ci")] }))).await;
    assert_eq!(world.run(&["robot", "token", "rotate", "payments/ci"]).await.0, 2);
    assert_eq!(world.run(&["robot", "token", "revoke", "payments/ci", "ci"]).await.0, 2);
    world.on("POST", "/api/v1/tokens", code(Code::InputInvalid, "Token: /expiresAt at most 90 days from now")).await;
    assert_eq!(world.run(&["token", "create", "report", "--expires", "91d"]).await.0, 1);
}

/// A job without a context, a session or a secret.
async fn job() -> World {
    let mut world = World::new().await;
    std::fs::remove_dir_all(world.path(".config")).unwrap();
    std::fs::remove_dir_all(world.path(".local")).unwrap();
    world.env.insert("KORE_SERVER".into(), world.server.uri());
    world.env.insert("KORE_ROBOT".into(), "payments/ci".into());
    let who = Mock::given(method("GET")).and(path("/api/v1/whoami")).and(header("authorization", "Bearer kore_at_ci"));
    who.respond_with(whoami()).mount(&world.server).await;
    world
}

async fn exchanges(world: &World, token: &str) {
    Mock::given(method("POST"))
        .and(path("/auth/token"))
        .and(body_string_contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"))
        .and(body_string_contains("audience=robot%3Apayments%2Fci"))
        .and(body_string_contains(format!("subject_token={token}&")))
        .respond_with(access("kore_at_ci"))
        .mount(&world.server)
        .await;
}

#[tokio::test]
async fn a_job_is_the_robot_that_trusts_it_and_leaves_nothing_behind() {
    let mut world = job().await;
    let (exit, _, err) = world.run(&["whoami", "-o", "name"]).await;
    assert_eq!(exit, 2, "there is no token: {err}");
    assert!(err.contains("id-token: write") && err.contains("KORE_ID_TOKEN_FILE"), "{err}");

    // GitLab: in a variable. Once for several commands.
    exchanges(&world, "from.gitlab.job").await;
    world.env.insert("KORE_ID_TOKEN".into(), "from.gitlab.job".into());
    assert_eq!(world.run(&["whoami", "-o", "name"]).await, (0, "payments/ci\n".into(), String::new()));
    assert_eq!(world.run(&["auth", "token"]).await, (0, "kore_at_ci\n".into(), String::new()));
    world.env.insert("KORE_TOKEN".into(), "kore_at_ci".into());
    let before = world.server.received_requests().await.unwrap().len();
    assert_eq!(world.run(&["whoami", "-o", "name"]).await.1, "payments/ci\n");
    assert_eq!(world.server.received_requests().await.unwrap().len(), before + 1, "nothing is exchanged again");
    world.env.remove("KORE_TOKEN");

    // A pod: in a file.
    exchanges(&world, "from.a.pod").await;
    world.env.remove("KORE_ID_TOKEN");
    world.write("token", "from.a.pod\n");
    world.env.insert("KORE_ID_TOKEN_FILE".into(), world.path("token").display().to_string());
    assert_eq!(world.run(&["whoami", "-o", "name"]).await.1, "payments/ci\n");
    world.env.remove("KORE_ID_TOKEN_FILE");

    // GitHub: asked for, made out to the server.
    exchanges(&world, "from.github.job").await;
    let uri = world.server.uri();
    Mock::given(method("GET"))
        .and(path("/idtoken"))
        .and(query_param("api-version", "2.0"))
        .and(query_param("audience", uri.as_str()))
        .and(header("authorization", "Bearer runner"))
        .respond_with(ok(&json!({ "count": 1, "value": "from.github.job" })))
        .mount(&world.server)
        .await;
    world.env.insert("ACTIONS_ID_TOKEN_REQUEST_URL".into(), format!("{uri}/idtoken?api-version=2.0"));
    world.env.insert("ACTIONS_ID_TOKEN_REQUEST_TOKEN".into(), "runner".into());
    assert_eq!(world.run(&["whoami", "-o", "name"]).await.1, "payments/ci\n");

    // kubectl's plugin, which is a child, exchanges nothing; and no credential stays on the runner.
    world
        .on(
            "GET",
            "/api/v1/teams/payments/clusters/dev/access",
            ok(&json!({
        "server": "https://127.0.0.1:1/k8s/payments/dev", "certificateAuthority": "PEM" })),
        )
        .await;
    world
        .on(
            "POST",
            "/api/v1/teams/payments/clusters/dev/credential",
            ok(&json!({
        "token": "kore_kc_secret", "expiresAt": "2036-01-01T00:00:00Z" })),
        )
        .await;
    let (exit, out, err) = world.run(&["exec", "payments/dev", "--", "sh", "-c", "echo $KORE_TOKEN"]).await;
    assert_eq!((exit, out.as_str()), (0, "kore_at_ci\n"), "{err}");
    assert!(!world.path(".cache/kore/credentials").exists());
    assert!(!world.path(".local/state/kore/sessions").exists());
}

#[tokio::test]
async fn a_job_that_is_not_trusted_is_told_where_the_reason_is() {
    let mut world = job().await;
    world.env.insert("KORE_ID_TOKEN".into(), "a.b.c".into());
    let refusal = json!({ "error": "invalid_grant", "error_description": "the token is not exchanged; the audit trail of the robot's team says why" });
    world.on("POST", "/auth/token", ResponseTemplate::new(400).set_body_json(refusal)).await;
    assert_snapshot!(world.kore(&["whoami"]).await);
}

#[tokio::test]
async fn a_static_token_in_the_environment_is_enough() {
    let mut world = job().await;
    world.env.remove("KORE_ROBOT");
    world.env.insert("KORE_TOKEN".into(), "kore_rb_static".into());
    let who =
        Mock::given(method("GET")).and(path("/api/v1/whoami")).and(header("authorization", "Bearer kore_rb_static"));
    who.respond_with(whoami()).mount(&world.server).await;
    assert_eq!(world.run(&["whoami", "-o", "name"]).await, (0, "payments/ci\n".into(), String::new()));
}
