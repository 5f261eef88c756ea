//! Robots and long-lived tokens, through the router.

use http::Method;
use jiff::{SignedDuration, Timestamp};
use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const ROBOTS: &str = "/api/v1/teams/payments/robots";
const TOKENS: &str = "/api/v1/teams/payments/robots/ci/tokens";

pub(crate) fn robot(name: &str, spec: &Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": spec })
}

pub(crate) async fn bind(actor: &Actor, robot: &str, role: &str, scope: &Value) -> Answer {
    let spec = json!({ "subject": format!("robot:{robot}"), "role": role, "scope": scope });
    actor.post("/api/v1/rolebindings", &json!({ "metadata": {}, "spec": spec })).await
}

fn text(answer: &Answer, field: &str) -> String {
    answer.body[field].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn remove(actor: &Actor, path: &str) -> Answer {
    actor.send(Method::DELETE, path, &[], None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_has_no_rights_until_they_are_granted_and_none_once_it_is_disabled() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.team(&admin, "fraud").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let max = app.member("max", "payments", TeamRole::Maintainer).await.unwrap();
    let eve = app.person("eve", None).await.unwrap();

    // Made by owners, seen by members, and by nobody else.
    let body = robot("ci", &json!({ "description": "builds and deploys" }));
    assert_eq!(app.anonymous().post(ROBOTS, &body).await.status, 401);
    assert_eq!(max.post(ROBOTS, &body).await.status, 403);
    assert_eq!(eve.post(ROBOTS, &body).await.status, 404);
    let made = ana.post(ROBOTS, &body).await;
    assert_eq!((made.status.as_u16(), made.body["status"]["tokens"].as_u64()), (201, Some(0)), "{}", made.text);
    assert_eq!(ana.post(ROBOTS, &body).await.code(), "KORE-OBJECT-0002");
    assert_eq!(ana.post(ROBOTS, &robot("Bad", &json!({}))).await.code(), "KORE-INPUT-0004");
    assert_eq!(max.get(ROBOTS).await.names(), ["ci"]);
    assert_eq!(max.get("/api/v1/robots").await.names(), ["ci"]);
    assert!(eve.get("/api/v1/robots").await.names().is_empty());
    assert_eq!(eve.get(&format!("{ROBOTS}/ci")).await.status, 404);
    assert_eq!(ana.get("/api/v1/teams/fraud/robots/ci").await.status, 404);

    // A token, shown once.
    assert_eq!(max.post(TOKENS, &json!({ "name": "t" })).await.status, 403);
    assert_eq!(eve.post(TOKENS, &json!({ "name": "t" })).await.status, 404);
    let made = ana.post(TOKENS, &json!({ "name": "t" })).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, "no-store"), "{}", made.text);
    let secret = text(&made, "token");
    assert!(secret.starts_with("kore_rb_"), "{secret}");
    let listed = max.get(TOKENS).await;
    assert_eq!(listed.body["items"][0]["id"], made.body["id"]);
    assert!(!listed.text.contains(&secret) && listed.body["items"][0].get("token").is_none());
    assert!(listed.body["items"][0].get("lastUsedAt").is_none(), "not used yet: {}", listed.text);

    // It knows who it is, and nothing else of anybody's.
    let ci = app.with_token(&secret);
    let me = ci.get("/api/v1/whoami").await;
    assert_eq!((me.body["name"].as_str(), me.body["teams"].as_array().map(Vec::len)), (Some("payments/ci"), Some(0)));
    for path in ["/api/v1/teams/payments", "/api/v1/teams/payments/clusters", ROBOTS, TOKENS, "/api/v1/teams/fraud"] {
        assert_eq!(ci.get(path).await.status, 404, "{path}");
    }
    for path in ["/api/v1/users", "/api/v1/sessions?filter=user%3Dana"] {
        assert_eq!(ci.get(path).await.status, 403, "{path}");
    }
    for path in ["/api/v1/teams", "/api/v1/clusters", "/api/v1/robots", "/api/v1/rolebindings", "/api/v1/operations"] {
        let answer = ci.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.names().len()), (200, 0), "{path}");
    }
    assert_eq!(ci.post("/api/v1/teams", &json!({ "metadata": { "name": "mine" }, "spec": {} })).await.status, 403);
    assert_eq!(ci.post("/api/v1/tokens", &json!({ "name": "mine" })).await.status, 403);
    assert!(max.get(TOKENS).await.body["items"][0]["lastUsedAt"].is_string(), "used now");
    assert!(max.get(&format!("{ROBOTS}/ci")).await.body["status"]["lastUsedAt"].is_string());

    // Granted: of use with the next request, in that team only.
    let scope = json!({ "team": "payments" });
    assert_eq!(bind(&ana, "payments/ci", "maintainer", &scope).await.status, 201);
    assert_eq!(ci.get("/api/v1/teams/payments/clusters").await.status, 200);
    assert_eq!(ci.get("/api/v1/teams/fraud").await.status, 404);
    assert_eq!(ci.get("/api/v1/teams/payments/auditrecords").await.status, 200);
    assert_eq!(ci.post(TOKENS, &json!({ "name": "own" })).await.status, 403, "no rights over robots");

    // Disabled: nothing at the next request; enabled: as before. Nobody overwrites what they have not seen.
    let path = format!("{ROBOTS}/ci");
    let etag = ana.get(&path).await.etag().to_owned();
    assert_eq!(max.patch(&path, &etag, &json!({ "spec": { "disabled": true } })).await.status, 403);
    assert_eq!(ana.patch(&path, &etag, &json!({ "spec": { "disabled": true } })).await.status, 200);
    assert_eq!(ana.patch(&path, &etag, &json!({ "spec": { "disabled": false } })).await.status, 412);
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002");
    assert_eq!(ana.patch(&path, "*", &json!({ "spec": { "disabled": false } })).await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.status, 200);

    // Revoked: that token at the next request.
    assert_eq!(max.send(Method::DELETE, &format!("{TOKENS}/{}", text(&made, "id")), &[], None).await.status, 403);
    assert_eq!(remove(&ana, &format!("{TOKENS}/{}", text(&made, "id"))).await.status, 204);
    assert_eq!(remove(&ana, &format!("{TOKENS}/{}", text(&made, "id"))).await.status, 404, "it has ended");
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002");

    // Deleted: with everything. A robot is no user, whatever is done to users.
    let next = app.with_token(&text(&ana.post(TOKENS, &json!({ "name": "next" })).await, "token"));
    assert_eq!(next.get("/api/v1/teams/payments/clusters").await.status, 200);
    assert_eq!(admin.get("/api/v1/users").await.names(), ["admin", "ana", "eve", "max"]);
    assert_eq!(ana.delete(&path, "*").await.status, 200);
    assert_eq!(next.get("/api/v1/whoami").await.status, 401);
    assert!(admin.get("/api/v1/rolebindings").await.names().is_empty(), "its bindings are gone with it");

    let trail = ana.get("/api/v1/teams/payments/auditrecords?limit=500").await;
    for action in ["robot.create", "robot.update", "robot.delete", "token.create", "token.revoke"] {
        assert!(trail.text.contains(&format!("{action:?}")), "{action}: {}", trail.text);
    }
    assert!(!trail.text.contains("kore_rb_"), "no secret is in the trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_more_by_a_robot_than_they_are() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(ana.post(ROBOTS, &robot("ci", &json!({}))).await.status, 201);
    // Somebody who may do anything to robots, and nothing else.
    let keeper = json!({ "metadata": { "name": "keeper" }, "spec": { "permissions": ["robot.write", "robot.read"] } });
    assert_eq!(admin.post("/api/v1/roles", &keeper).await.status, 201);
    let ben = app.person("ben", None).await.unwrap();
    let spec = json!({ "subject": "user:ben", "role": "keeper", "scope": { "team": "payments" } });
    assert_eq!(admin.post("/api/v1/rolebindings", &json!({ "metadata": {}, "spec": spec })).await.status, 201);
    assert_eq!(ben.post(TOKENS, &json!({ "name": "empty" })).await.status, 201, "a robot that holds nothing");

    let scope = json!({ "team": "payments" });
    assert_eq!(bind(&ana, "payments/ci", "developer", &scope).await.status, 201);
    let beyond = ben.post(TOKENS, &json!({ "name": "x" })).await;
    assert_eq!((beyond.status.as_u16(), beyond.code()), (403, "KORE-AUTH-0008"), "{}", beyond.text);
    let own = ben.post(TOKENS, &json!({ "name": "x", "permissions": ["robot.read"] })).await;
    assert_eq!(own.status, 201, "within what they hold: {}", own.text);
    let trust = json!([{ "issuer": "https://token.actions.githubusercontent.com", "audience": "kore",
        "claims": { "repository_id": "1", "repository_owner_id": "2" } }]);
    let path = format!("{ROBOTS}/ci");
    let trusted = ben.patch(&path, "*", &json!({ "spec": { "trust": trust } })).await;
    assert_eq!(trusted.code(), "KORE-AUTH-0008");
    assert_eq!(ana.patch(&path, "*", &json!({ "spec": { "trust": trust } })).await.status, 200);
    assert_eq!(ben.patch(&path, "*", &json!({ "spec": { "disabled": true } })).await.status, 200, "less is fine");

    // What the platform's administrator bound is beyond the team's owner too.
    assert_eq!(ben.patch(&path, "*", &json!({ "spec": { "disabled": false } })).await.status, 200);
    let elevated = bind(&admin, "payments/ci", "cluster-admin", &scope).await;
    assert_eq!(elevated.status, 201, "{}", elevated.text);
    for item in ana.get(TOKENS).await.body["items"].as_array().unwrap() {
        assert_eq!(remove(&ana, &format!("{TOKENS}/{}", item["id"].as_str().unwrap())).await.status, 204);
    }
    assert_eq!(ana.post(TOKENS, &json!({ "name": "x" })).await.code(), "KORE-AUTH-0008");
    assert_eq!(admin.post(TOKENS, &json!({ "name": "x" })).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_token_is_rotated_with_overlap() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(ana.post(ROBOTS, &robot("ci", &json!({}))).await.status, 201);
    let first = ana.post(TOKENS, &json!({ "name": "ci" })).await;
    let second = ana.post(TOKENS, &json!({ "name": "ci", "replaces": first.body["id"], "overlapMinutes": 60 })).await;
    assert_eq!(second.status, 201, "{}", second.text);
    let (old, new) = (app.with_token(&text(&first, "token")), app.with_token(&text(&second, "token")));
    assert_eq!((old.get("/api/v1/whoami").await.status, new.get("/api/v1/whoami").await.status).0, 200, "both work");
    assert_eq!(new.get("/api/v1/whoami").await.status, 200);
    let listed = ana.get(TOKENS).await;
    let ends =
        |number: usize| -> Timestamp { listed.body["items"][number]["expiresAt"].as_str().unwrap().parse().unwrap() };
    assert!(ends(1) <= Timestamp::now() + SignedDuration::from_hours(1), "the old one ends: {}", listed.text);
    assert!(ends(0) > Timestamp::now() + SignedDuration::from_hours(29 * 24));
    let third = ana.post(TOKENS, &json!({ "name": "ci" })).await;
    assert_eq!((third.status.as_u16(), third.code()), (409, "KORE-AUTH-0014"), "two at a time");
    let none = ana.post(TOKENS, &json!({ "name": "ci", "replaces": uuid::Uuid::nil() })).await;
    assert_eq!(none.pointers(), ["/replaces"]);
    // Without overlap the old one ends with the request.
    let next = ana.post(TOKENS, &json!({ "name": "ci", "replaces": first.body["id"], "overlapMinutes": 0 })).await;
    assert_eq!(next.status, 201, "{}", next.text);
    assert_eq!(old.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002");
    assert_eq!(new.get("/api/v1/whoami").await.status, 200);
    let wrong = json!({ "name": "", "expiresAt": "2020-01-01T00:00:00Z", "permissions": ["cluster.raed"] });
    assert_eq!(ana.post(TOKENS, &wrong).await.pointers(), ["/name", "/expiresAt", "/permissions/0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_token_does_no_more_than_it_says_and_makes_no_others() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        app.team(&admin, team).await.unwrap();
    }
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let eve = app.person("eve", None).await.unwrap();
    let make = async |actor: &Actor, body: Value| actor.post("/api/v1/tokens", &body).await;
    let made = make(&ana, json!({ "name": "report", "permissions": ["cluster.read", "team.read"] })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = text(&made, "token");
    assert!(secret.starts_with("kore_pt_"));
    let report = app.with_token(&secret);
    assert_eq!(report.get("/api/v1/teams/payments/clusters").await.status, 200);
    assert_eq!(report.get("/api/v1/teams/payments").await.status, 200);
    for path in ["/api/v1/teams/payments/memberships", "/api/v1/tokens", "/api/v1/sessions"] {
        assert_eq!(report.get(path).await.status, 403, "{path}");
    }
    let bound =
        json!({ "metadata": {}, "spec": { "subject": "user:eve", "role": "viewer", "scope": { "team": "payments" } } });
    assert_eq!(report.post("/api/v1/rolebindings", &bound).await.status, 403);

    // In one team only: an administrator's token is not one of the platform.
    let narrow = app.with_token(&text(&make(&admin, json!({ "name": "fraud", "teams": ["fraud"] })).await, "token"));
    assert_eq!(narrow.get("/api/v1/teams/fraud").await.status, 200);
    assert_eq!(narrow.get("/api/v1/teams/payments").await.status, 403);
    assert_eq!(narrow.get("/api/v1/users").await.status, 403);
    assert_eq!(narrow.post(ROBOTS, &robot("x", &json!({}))).await.status, 403);

    // No limit but ninety days; and still it makes no others, whatever its owner may do.
    let broad = app.with_token(&text(&make(&ana, json!({ "name": "all" })).await, "token"));
    assert_eq!(broad.get("/api/v1/teams/payments/memberships").await.status, 200);
    let further = make(&broad, json!({ "name": "more" })).await;
    assert_eq!((further.status.as_u16(), further.code()), (403, "KORE-AUTH-0003"), "{}", further.text);
    assert_eq!(make(&narrow, json!({ "name": "more" })).await.status, 403);
    let binds = json!(["robot.write", "robot.read", "roleBinding.write"]);
    let robots = app.with_token(&text(&make(&ana, json!({ "name": "r", "permissions": binds })).await, "token"));
    assert_eq!(robots.post(ROBOTS, &robot("ci", &json!({}))).await.status, 201);
    assert_eq!(bind(&robots, "payments/ci", "viewer", &json!({ "team": "payments" })).await.code(), "KORE-AUTH-0008");
    assert_eq!(bind(&ana, "payments/ci", "viewer", &json!({ "team": "payments" })).await.status, 201);
    let beyond = robots.post(TOKENS, &json!({ "name": "t" })).await;
    assert_eq!(beyond.code(), "KORE-AUTH-0003", "no token makes another: {}", beyond.text);

    // One's own, and nobody else's.
    assert_eq!(ana.get("/api/v1/tokens").await.body["items"].as_array().unwrap().len(), 3);
    assert!(eve.get("/api/v1/tokens").await.body["items"].as_array().unwrap().is_empty());
    let path = format!("/api/v1/tokens/{}", text(&made, "id"));
    assert_eq!(remove(&eve, &path).await.status, 404);
    assert_eq!(remove(&ana, "/api/v1/tokens/7").await.status, 404);
    assert_eq!(remove(&ana, &path).await.status, 204);
    assert_eq!(report.get("/api/v1/teams/payments").await.code(), "KORE-AUTH-0002");
    assert_eq!(admin.send(Method::DELETE, "/api/v1/sessions?user=ana", &[], None).await.status, 200);
    assert_eq!(broad.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002", "every session is every token");
}
