//! Invitations: who makes them, what a link is good for, and for how long.

use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use kore_api::identity::TeamRole;
use kore_app::limits::Limits;
use kore_domain::access::{Permission, SystemContext};
use kore_engine::clock::Clock;
use kore_testkit::clock::TestClock;
use serde_json::{Value, json};

use crate::signin::{Browser, Edge, PASSWORD, URL, location, text};

const PATH: &str = "/api/v1/teams/payments/invitations";
const ACCEPT: &str = "/api/v1/invitations/accept";

struct World {
    edge: Edge,
    clock: TestClock,
    admin: String,
}

impl World {
    async fn new() -> Self {
        let clock = TestClock::at("2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap());
        let edge = Edge::with(Arc::new(clock.clone()), Limits::default()).await;
        for (team, id) in [("payments", "t1"), ("fraud", "t2")] {
            edge.state.app.indexes.teams.apply(team_object(team, id));
        }
        let admin = edge.admin().await;
        Self { edge, clock, admin }
    }

    /// Somebody who is signed in, with a role in payments.
    async fn person(&self, name: &str, role: Option<TeamRole>) -> String {
        let user = json!({ "metadata": { "name": name }, "spec": {} });
        let made = self.edge.call(&self.admin, Method::POST, "/api/v1/users", Some(&user)).await;
        assert_eq!(made.0, 201, "{}", made.1);
        if let Some(role) = role {
            let now = self.clock.now();
            let proof = SystemContext { component: "test", now }
                .grant(Permission::MembershipWrite, "payments".parse().unwrap());
            let store = &self.edge.state.app.store;
            store.add_membership(&proof, "t1", &name.parse().unwrap(), role, now).await.unwrap();
        }
        self.edge.token_of(name).await
    }

    async fn invite(&self, token: &str, spec: Value) -> (u16, Value) {
        self.edge.call(token, Method::POST, PATH, Some(&json!({ "spec": spec }))).await
    }

    /// The link of a new invitation, and its name.
    async fn link(&self, token: &str, spec: Value) -> (String, String) {
        let (status, made) = self.invite(token, spec).await;
        assert_eq!(status, 201, "{made}");
        let field = |pointer: &str| made.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        (field("/status/link"), field("/metadata/name"))
    }

    async fn accept(&self, token: &str, code: &str) -> (u16, Value) {
        self.edge.call(token, Method::POST, ACCEPT, Some(&json!({ "code": code }))).await
    }

    async fn refused(&self, token: &str, code: &str) -> (u16, String, String) {
        let (status, problem) = self.accept(token, code).await;
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (status, text("code"), text("detail"))
    }

    async fn role(&self, token: &str) -> Value {
        let (_, me) = self.edge.call(token, Method::GET, "/api/v1/whoami", None).await;
        me["teams"].as_array().unwrap().first().map_or(Value::Null, |team| team["role"].clone())
    }
}

fn team_object(name: &str, id: &str) -> kore_api::team::Team {
    serde_json::from_value(json!({
        "apiVersion": "kore.internal/v1alpha1", "kind": "Team", "spec": { "id": id },
        "metadata": { "name": name, "resourceVersion": "1" },
    }))
    .unwrap()
}

fn gone(detail: &str) -> (u16, String, String) {
    (410, "KORE-OBJECT-0013".to_owned(), detail.to_owned())
}

const USED_UP: &str = "This invitation was used by as many people as it was made for.";

#[tokio::test]
async fn a_link_lets_as_many_people_in_as_it_was_made_for() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    let (status, made) = world.invite(&owner, json!({ "role": "developer", "uses": 2, "expiresIn": "48h" })).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["spec"], json!({ "role": "developer", "uses": 2, "expiresAt": "2026-11-24T12:00:00Z" }));
    let (link, name) = (made["status"]["link"].as_str().unwrap(), made["metadata"]["name"].as_str().unwrap());
    assert!(link.starts_with(&format!("{URL}/auth/invitation/kore_iv_")), "{link}");

    let (ana, ben, cleo) =
        (world.person("ana", None).await, world.person("ben", None).await, world.person("cleo", None).await);
    let (status, accepted) = world.accept(&ana, link).await;
    let wanted = json!({ "team": "payments", "role": "developer", "changed": true, "invitedBy": "olga" });
    assert_eq!((status, &accepted), (200, &wanted));
    assert_eq!(world.role(&ana).await, "developer", "from the next request on");
    let (status, again) = world.accept(&ana, link).await;
    assert_eq!((status, &again["changed"]), (200, &false.into()), "and costs nothing a second time");
    let code = link.rsplit('/').next().unwrap();
    assert_eq!(world.accept(&ben, code).await.0, 200, "the code alone does too");
    assert_eq!(world.refused(&cleo, link).await, gone(USED_UP));

    let (_, list) = world.edge.call(&owner, Method::GET, PATH, None).await;
    let status = &list["items"][0]["status"];
    assert_eq!((&status["state"], &status["usesLeft"]), (&"usedUp".into(), &0.into()));
    let used: Vec<_> = status["usedBy"].as_array().unwrap().iter().map(|used| used["user"].clone()).collect();
    assert_eq!(used, ["ana", "ben"]);
    let (_, members) = world.edge.call(&owner, Method::GET, "/api/v1/teams/payments/memberships", None).await;
    let sources: Vec<_> = members["items"].as_array().unwrap().iter().map(|m| m["status"]["source"].clone()).collect();
    assert_eq!(sources, ["invitation:olga", "invitation:olga", "direct"], "{members}");

    // The secret was in one answer only.
    let (_, one) = world.edge.call(&owner, Method::GET, &format!("{PATH}/{name}"), None).await;
    let (_, trail) = world.edge.call(&world.admin, Method::GET, "/api/v1/auditrecords?limit=200", None).await;
    for said in [&list, &one, &trail] {
        assert!(!said.to_string().contains("kore_iv_"), "{said}");
    }
    let accepted: Vec<_> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["action"] == "invitation.accept")
        .map(|record| (record["actor"].clone(), record["team"].clone(), record["result"].clone()))
        .collect();
    let wanted = |who: &str, result: &str| {
        (who.into(), if result == "refused" { Value::Null } else { "payments".into() }, result.into())
    };
    assert_eq!(
        accepted,
        [wanted("user:cleo", "refused"), wanted("user:ben", "allowed"), wanted("user:ana", "allowed")]
    );
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_hold_or_where_they_do_not_belong() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    for (name, role) in [("vera", TeamRole::Viewer), ("dan", TeamRole::Developer), ("mia", TeamRole::Maintainer)] {
        let token = world.person(name, Some(role)).await;
        let (status, problem) = world.invite(&token, json!({ "role": "viewer" })).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), (403, "KORE-AUTH-0003"), "{name}");
        assert_eq!(world.edge.call(&token, Method::GET, PATH, None).await.0, 403, "{name} sees no addresses");
    }
    let stranger = world.person("sam", None).await;
    for (method, path) in [(Method::POST, PATH), (Method::GET, PATH)] {
        let body = json!({ "spec": { "role": "viewer" } });
        assert_eq!(world.edge.call(&stranger, method, path, Some(&body)).await.0, 404, "not theirs to know");
    }
    let (_, all) = world.edge.call(&stranger, Method::GET, "/api/v1/invitations", None).await;
    assert_eq!(all["items"], json!([]));
    assert_eq!(world.edge.call("kore_at_nothing", Method::POST, ACCEPT, Some(&json!({ "code": "x" }))).await.0, 401);
    assert_eq!(world.invite(&owner, json!({ "role": "owner" })).await.0, 201, "an owner makes owners");
    assert_eq!(world.invite(&world.admin, json!({ "role": "owner" })).await.0, 201);
    let (_, all) = world.edge.call(&owner, Method::GET, "/api/v1/invitations?filter=role=owner", None).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
    for (spec, pointer) in [
        (json!({ "role": "developer", "uses": 0 }), "/spec/uses"),
        (json!({ "role": "developer", "uses": 101 }), "/spec/uses"),
        (json!({ "role": "developer", "expiresIn": "31d" }), "/spec/expiresIn"),
        (json!({ "role": "developer", "expiresAt": "2026-11-22T12:00:00Z" }), "/spec/expiresAt"),
        (json!({ "role": "developer", "address": "nobody" }), "/spec/address"),
        (json!({ "role": "king" }), "/spec/role"),
        (json!({ "role": "developer", "expires": "7d" }), "/spec/expires"),
    ] {
        let (status, problem) = world.invite(&owner, spec.clone()).await;
        assert_eq!((status, problem["errors"][0]["pointer"].as_str()), (422, Some(pointer)), "{spec} {problem}");
    }
    let named = json!({ "metadata": { "name": "mine" }, "spec": { "role": "viewer" } });
    let (status, problem) = world.edge.call(&owner, Method::POST, PATH, Some(&named)).await;
    assert_eq!((status, problem["errors"][0]["pointer"].as_str()), (422, Some("/metadata/name")), "{problem}");
}

#[tokio::test]
async fn a_link_ends_by_time_by_being_taken_back_and_with_the_right_of_who_made_it() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    let other = world.person("otto", Some(TeamRole::Owner)).await;
    let ana = world.person("ana", None).await;
    let nothing = gone("There is no such invitation. Is the link complete?");
    for code in ["", "kore_iv_nothing", "https://kore.example.com/auth/invitation/", &world.admin] {
        assert_eq!(world.refused(&ana, code).await, nothing, "{code}");
    }
    assert_eq!(world.edge.call(&ana, Method::POST, ACCEPT, Some(&json!({}))).await.0, 422);

    let (link, name) = world.link(&owner, json!({ "role": "viewer" })).await;
    let (status, revoked) = world.edge.call(&other, Method::DELETE, &format!("{PATH}/{name}"), None).await;
    assert_eq!((status, &revoked["status"]["state"]), (200, &"revoked".into()), "{revoked}");
    assert_eq!(world.refused(&ana, &link).await, gone("This invitation was taken back."));
    assert_eq!(world.edge.call(&other, Method::DELETE, &format!("{PATH}/nothing"), None).await.0, 404);

    // Whoever is no owner any more invites nobody any more, and may again when they are one again.
    let (link, name) = world.link(&other, json!({ "role": "owner", "uses": 5 })).await;
    let member = "/api/v1/teams/payments/memberships/otto";
    let demote = json!({ "metadata": { "name": "otto" }, "spec": { "role": "developer" } });
    assert_eq!(world.edge.call(&owner, Method::PUT, member, Some(&demote)).await.0, 200);
    let void = gone("otto, who made this invitation, may not give this role any more.");
    assert_eq!(world.refused(&ana, &link).await, void);
    let (_, seen) = world.edge.call(&owner, Method::GET, &format!("{PATH}/{name}"), None).await;
    assert_eq!(seen["status"]["state"], "void");
    assert_eq!(world.role(&ana).await, Value::Null, "nothing has come of all this");

    // A team that was deleted and made again is another team.
    let (link, _) = world.link(&owner, json!({ "role": "viewer" })).await;
    world.edge.state.app.indexes.teams.apply(team_object("payments", "t9"));
    assert_eq!(world.refused(&ana, &link).await, gone("The team payments does not exist any more."));
    world.edge.state.app.indexes.teams.apply(team_object("payments", "t1"));

    let (link, _) = world.link(&owner, json!({ "role": "viewer", "expiresIn": "10m" })).await;
    world.clock.advance(SignedDuration::from_mins(10));
    assert_eq!(world.refused(&ana, &link).await, gone("This invitation ended on 2026-11-22 12:10 UTC."));
}

#[tokio::test]
async fn a_link_for_an_address_is_for_whoever_an_administrator_says_has_it() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    let (ana, ben) = (world.person("ana", None).await, world.person("ben", None).await);
    let address = |name: &str, email: &str| json!({ "metadata": { "name": name }, "spec": { "email": email } });
    let put = async |token: &str, name: &str, email: &str| {
        world.edge.call(token, Method::PUT, &format!("/api/v1/users/{name}"), Some(&address(name, email))).await.0
    };
    assert_eq!(put(&world.admin, "ana", "Ana@Example.com").await, 200);
    assert_eq!(put(&world.admin, "ana", "no address").await, 422);
    assert_eq!(put(&ben, "ben", "ana@example.com").await, 403, "nobody gives themselves an address");
    let (link, _) = world.link(&owner, json!({ "role": "developer", "uses": 2, "address": "ANA@example.com" })).await;
    let (status, code, detail) = world.refused(&ben, &link).await;
    assert_eq!((status, code.as_str()), (403, "KORE-AUTH-0003"));
    assert!(!detail.to_lowercase().contains("ana@"), "whose it is stays unsaid: {detail}");
    assert_eq!(world.accept(&ana, &link).await.0, 200);
    assert_eq!(world.role(&ben).await, Value::Null);
}

#[tokio::test]
async fn guesses_are_limited_and_a_repeated_request_shows_no_secret() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    let ana = world.person("ana", None).await;
    let mut last = 0;
    for _ in 0..12 {
        last = world.refused(&ana, "kore_iv_guess").await.0;
    }
    assert_eq!(last, 429);
    let body = json!({ "spec": { "role": "viewer" } }).to_string();
    let post = || {
        let request = http::Request::post(PATH)
            .header("authorization", format!("Bearer {owner}"))
            .header("content-type", "application/json")
            .header("idempotency-key", "\"once\"")
            .body(axum::body::Body::from(body.clone()))
            .unwrap();
        world.edge.send(request)
    };
    let first: Value = serde_json::from_str(&text(post().await).await).unwrap();
    let second: Value = serde_json::from_str(&text(post().await).await).unwrap();
    assert!(first["status"]["link"].is_string(), "{first}");
    assert_eq!(second["metadata"]["name"], first["metadata"]["name"], "the same invitation");
    assert!(second["status"].get("link").is_none(), "what is kept of an answer has no secret in it: {second}");
}

#[tokio::test]
async fn the_page_asks_and_leads_back_after_signing_in() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    world.edge.person(&world.admin, "ana").await;
    let (link, _) = world.link(&owner, json!({ "role": "developer" })).await;
    let path = link.strip_prefix(URL).unwrap().to_owned();
    let mut browser = Browser::new(&world.edge);
    let answer = browser.send(http::Request::get(&path).body(axum::body::Body::empty()).unwrap()).await;
    let (_, page) = browser.get(&location(&answer)).await;
    let answer = browser.submit(&page, "/auth/login", &[("name", "ana"), ("password", PASSWORD)]).await;
    assert_eq!(location(&answer), path, "back to the invitation");
    let (status, page) = browser.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    for says in ["Join team payments?", "developer", "olga", "<strong>ana</strong>", "2026-11-29 12:00 UTC"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("kore_iv_"), "{page}");
    let elsewhere = world.edge.form(&path, &[("decision", "accept")]).await;
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN, "a form from elsewhere");
    let ana = world.edge.token_of("ana").await;
    let answer = text(browser.submit(&page, &path, &[("decision", "decline")]).await).await;
    assert!(answer.contains("Nothing was changed"), "{answer}");
    assert_eq!(world.role(&ana).await, Value::Null);
    let answer = text(browser.submit(&page, &path, &[("decision", "accept")]).await).await;
    assert!(answer.contains("You are in team payments") && answer.contains(r#"href="/teams/payments""#), "{answer}");
    assert_eq!(world.role(&ana).await, "developer");
    let (_, page) = browser.get(&path).await;
    assert!(page.contains("nothing to accept"), "{page}");
    let (status, page) = browser.get("/auth/invitation/rubbish").await;
    assert!(status == StatusCode::GONE && page.contains("KORE-OBJECT-0013"), "{page}");
}

#[tokio::test]
async fn the_only_owner_cannot_go_in_any_way() {
    let world = World::new().await;
    let owner = world.person("olga", Some(TeamRole::Owner)).await;
    let member = "/api/v1/teams/payments/memberships/olga";
    let demote = json!({ "metadata": { "name": "olga" }, "spec": { "role": "viewer" } });
    let disable = json!({ "metadata": { "name": "olga" }, "spec": { "disabled": true } });
    for (token, method, path, body) in [
        (&owner, Method::DELETE, member, None),
        (&owner, Method::PUT, member, Some(&demote)),
        (&world.admin, Method::DELETE, member, None),
        (&world.admin, Method::PUT, "/api/v1/users/olga", Some(&disable)),
        (&world.admin, Method::DELETE, "/api/v1/users/olga", None),
    ] {
        let (status, problem) = world.edge.call(token, method.clone(), path, body).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("KORE-OBJECT-0011")), "{method} {path} {problem}");
    }
    let (_, problem) = world.edge.call(&world.admin, Method::DELETE, "/api/v1/users/olga", None).await;
    assert_eq!(problem["detail"], "nobody else owns team payments");
    assert_eq!(world.edge.whoami(&owner).await.status(), StatusCode::OK);
    world.person("otto", Some(TeamRole::Owner)).await;
    assert_eq!(world.edge.call(&world.admin, Method::PUT, "/api/v1/users/olga", Some(&disable)).await.0, 200);
    assert_eq!(world.edge.whoami(&owner).await.status(), StatusCode::UNAUTHORIZED);
}
