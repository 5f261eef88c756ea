//! People: adding them, letting them in, signing them out.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::json;
use wiremock::{
    Mock,
    matchers::{body_partial_json, method, path, query_param},
};

use crate::world::{World, code, filters, list, made, object, ok};

fn link() -> serde_json::Value {
    json!({"url": "https://kore.example.com/auth/claim/kore_cl_secret", "expiresAt": "2026-11-26T21:30:00Z"})
}

#[tokio::test]
async fn people_are_let_in_and_out() {
    let _filters = filters();
    let world = World::new().await;
    let ana = object("User", None, "ana", json!({"displayName": "Ana", "disabled": false}), json!({}));
    Mock::given(method("POST"))
        .and(path("/api/v1/users"))
        .and(body_partial_json(
            json!({"metadata": {"name": "ana"}, "spec": {"displayName": "Ana", "platformRole": "admin"}}),
        ))
        .respond_with(ok(&ana))
        .expect(1)
        .mount(&world.server)
        .await;
    Mock::given(method("PUT"))
        .and(path("/api/v1/users/ana"))
        .and(body_partial_json(json!({"spec": {"platformRole": "admin", "displayName": "Ana"}})))
        .respond_with(ok(&ana))
        .expect(1)
        .mount(&world.server)
        .await;
    let reset = Mock::given(method("POST")).and(path("/api/v1/users/ana/claim")).and(query_param("reset", "true"));
    reset.respond_with(ok(&link())).with_priority(1).expect(1).mount(&world.server).await;
    world.on("POST", "/api/v1/users/ana/claim", ok(&link())).await;
    world.on("GET", "/api/v1/users/ana", ok(&ana)).await;
    world.on("DELETE", "/api/v1/users/ana", ok(&ana)).await;
    let mut all = String::new();
    for line in [
        &["user", "add", "ana", "--display-name", "Ana", "--admin"][..],
        &["user", "edit", "ana", "--role", "admin", "--yes"],
        &["user", "edit", "ana"],
        &["user", "reset", "ana", "--no-input"],
        &["user", "reset", "ana", "--yes", "-o", "json"],
        &["user", "delete", "ana", "--yes"],
    ] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("users", all);
}

#[tokio::test]
async fn somebody_who_is_there_gets_another_link_only_when_asked_for() {
    let _filters = filters();
    let world = World::new().await;
    world.on("POST", "/api/v1/users", code(Code::AlreadyExists, "user/ana exists already")).await;
    assert_snapshot!("user-add-known", world.kore(&["user", "add", "ana"]).await);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let _filters = filters();
    let world = World::new().await;
    let session = |id: &str, user: &str, label: &str, current: bool| {
        json!({
            "id": id, "user": user, "source": if current { "cli" } else { "console" }, "label": label,
            "address": "192.0.2.7", "current": current, "createdAt": made(), "lastUsedAt": made(),
            "expiresAt": "2026-11-29T12:00:00Z",
        })
    };
    let ours = [
        session("0193-a", "ana", "kore/0.1.0 (linux)", true),
        session("0193-b", "ana", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", false),
    ];
    let theirs = Mock::given(method("GET")).and(path("/api/v1/sessions")).and(query_param("filter", "user=ben"));
    theirs.respond_with(list("Session", &[])).with_priority(1).mount(&world.server).await;
    world.on("GET", "/api/v1/sessions", list("Session", &ours)).await;
    world.on("DELETE", "/api/v1/sessions/0193-b", ok(&ours[1])).await;
    world.on("DELETE", "/api/v1/sessions/0193-c", code(Code::NotFound, "there is no such object")).await;
    let all_of_ben = Mock::given(method("DELETE")).and(path("/api/v1/sessions")).and(query_param("user", "ben"));
    all_of_ben.respond_with(ok(&json!({"ended": 3}))).with_priority(1).expect(1).mount(&world.server).await;
    world.on("DELETE", "/api/v1/sessions", ok(&json!({"ended": 1}))).await;
    let mut all = String::new();
    for line in [
        &["session", "list"][..],
        &["session", "list", "-o", "wide"],
        &["session", "list", "--user", "ben"],
        &["session", "list", "-o", "name"],
        &["session", "revoke", "0193-b"],
        &["session", "revoke", "0193-c"],
        &["session", "revoke"],
        &["session", "revoke", "--all", "--no-input"],
        &["session", "revoke", "--all", "--yes"],
        &["session", "revoke", "--all", "--user", "ben", "--yes"],
    ] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("sessions", all);
}

#[tokio::test]
async fn invitations_are_made_listed_taken_back_and_accepted() {
    let _filters = filters();
    let world = World::new().await;
    let invitation = |name: &str, state: &str, address: Option<&str>, used: &[&str]| {
        let used: Vec<_> = used.iter().map(|user| json!({"user": user, "at": made()})).collect();
        let mut spec = json!({"role": "developer", "uses": 3, "expiresAt": "2026-11-28T21:30:00Z"});
        if let Some(address) = address {
            spec["address"] = address.into();
        }
        let status = json!({"state": state, "usesLeft": 3 - used.len(), "usedBy": used, "invitedBy": "ana"});
        object("Invitation", Some("payments"), name, spec, status)
    };
    let mut fresh = invitation("k7xq2mbd", "open", None, &[]);
    fresh["status"]["link"] = "https://kore.example.com/auth/invitation/kore_iv_secret".into();
    let mut bound = invitation("w4zz9mbd", "open", Some("ben@example.com"), &[]);
    bound["spec"]["uses"] = 1.into();
    bound["status"]["link"] = "https://kore.example.com/auth/invitation/kore_iv_other".into();
    let collection = "/api/v1/teams/payments/invitations";
    let for_ben = Mock::given(method("POST")).and(path(collection)).and(body_partial_json(json!({
        "spec": {"role": "viewer", "uses": 1, "expiresIn": "7d", "address": "ben@example.com"}
    })));
    for_ben.respond_with(ok(&bound)).with_priority(1).expect(1).mount(&world.server).await;
    let three = Mock::given(method("POST")).and(path(collection)).and(body_partial_json(json!({
        "metadata": {"team": "payments"}, "spec": {"role": "developer", "uses": 3, "expiresIn": "48h"}
    })));
    three.respond_with(ok(&fresh)).expect(1..).mount(&world.server).await;
    let listed = [
        invitation("k7xq2mbd", "open", None, &["ben"]),
        invitation("w4zz9mbd", "open", Some("ben@example.com"), &[]),
        invitation("h2hh5mbd", "usedUp", None, &["ben", "cleo", "dan"]),
        invitation("p5pp6mbd", "revoked", None, &[]),
    ];
    world.on("GET", collection, list("Invitation", &listed)).await;
    world.on("GET", "/api/v1/teams/fraud/invitations", list("Invitation", &[])).await;
    world.on("DELETE", "/api/v1/teams/payments/invitations/k7xq2mbd", ok(&listed[0])).await;
    world.on("DELETE", "/api/v1/teams/payments/invitations/x", code(Code::NotFound, "there is no such object")).await;
    let accepted = json!({"team": "payments", "role": "developer", "changed": true, "invitedBy": "ana"});
    let good = Mock::given(method("POST")).and(path("/api/v1/invitations/accept"));
    let good = good.and(body_partial_json(json!({"code": "https://kore.example.com/auth/invitation/kore_iv_good"})));
    good.respond_with(ok(&accepted)).with_priority(1).mount(&world.server).await;
    let used_up = code(Code::InvitationGone, "This invitation was used by as many people as it was made for.");
    world.on("POST", "/api/v1/invitations/accept", used_up).await;
    let (create, accept) = (["team", "invitation", "create", "payments"], ["team", "invitation", "accept"]);
    let mut all = String::new();
    for line in [
        &[&create[..], &["--role", "developer", "--uses", "3", "--expires", "48h"]].concat()[..],
        &[&create[..], &["--address", "ben@example.com"]].concat(),
        &[&create[..], &["--role", "developer", "--uses", "3", "--expires", "48h", "-o", "env"]].concat(),
        &["team", "invitation", "list", "payments"],
        &["team", "invitations", "list", "payments", "-o", "wide"],
        &["team", "invitation", "list", "fraud"],
        &["team", "invitation", "revoke", "payments", "k7xq2mbd"],
        &["team", "invitation", "revoke", "payments", "x"],
        &[&accept[..], &["https://kore.example.com/auth/invitation/kore_iv_good"]].concat(),
        &[&accept[..], &["kore_iv_spent"]].concat(),
    ] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("invitations", all);
    // A link is a secret: it need not be in the list of arguments.
    let link = "https://kore.example.com/auth/invitation/kore_iv_good\n";
    let (exit, _) = world.typed(&accept, link).await;
    assert_eq!(exit, 0);
}

#[tokio::test]
async fn members_are_shown_with_where_they_come_from() {
    let _filters = filters();
    let world = World::new().await;
    let member = |name: &str, role: &str, source: &str| {
        object("Membership", Some("payments"), name, json!({"role": role}), json!({"source": source}))
    };
    let listed = [member("ana", "owner", "direct"), member("ben", "developer", "invitation:ana")];
    world.on("GET", "/api/v1/teams/payments/memberships", list("Membership", &listed)).await;
    assert_snapshot!("members", world.kore(&["team", "member", "list", "payments"]).await);
}
