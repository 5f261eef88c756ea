//! Roles, bindings, elevations, and questions about them, through the router.

use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const BINDINGS: &str = "/api/v1/rolebindings";
const ELEVATIONS: &str = "/api/v1/elevations";

fn binding(subject: &str, role: &str, scope: &Value) -> Value {
    json!({ "metadata": {}, "spec": { "subject": subject, "role": role, "scope": scope } })
}

fn elevation(role: &str, scope: &Value, minutes: u32) -> Value {
    json!({ "metadata": {}, "spec": { "role": role, "scope": scope, "minutes": minutes, "reason": "INC-1" } })
}

fn with(mut object: Value, pointer: &str, field: &str, value: Value) -> Value {
    object.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert(field.to_owned(), value);
    object
}

fn name(answer: &Answer) -> String {
    answer.body["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn decide(actor: &Actor, elevation: &str, verb: &str) -> Answer {
    actor.post(&format!("{ELEVATIONS}/{elevation}/{verb}"), &Value::Null).await
}

async fn review(actor: &Actor, query: &str) -> Answer {
    actor.get(&format!("/api/v1/access/review?{query}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_questions_are_answered_in_order_about_the_caller_alone_and_change_nothing() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        app.team(&admin, team).await.unwrap();
    }
    let dora = app.member("dora", "payments", TeamRole::Developer).await.unwrap();
    let on_record = async || {
        let system = kore_domain::access::SystemContext { component: "test", now: jiff::Timestamp::now() };
        let proof = system.grant(kore_domain::access::Permission::AuditReadTeam, kore_domain::access::Visibility::All);
        let query = kore_store::AuditQuery { limit: 500, ..kore_store::AuditQuery::default() };
        app.app.store.list_audit(&proof, &query).await.unwrap().len()
    };
    let before = on_record().await;
    let ask = async |actor: &Actor, questions: &Value| {
        actor.post("/api/v1/access/reviews", &json!({ "questions": questions })).await
    };
    let questions = json!([
        { "permission": "namespace.write", "team": "payments" },
        { "permission": "cluster.create", "team": "payments" },
        { "permission": "cluster.create", "team": "fraud" },
        { "permission": "cluster.create", "team": "nowhere" },
        { "permission": "cluster.delete", "team": "payments", "cluster": "nowhere" },
        { "permission": "team.create" },
        { "permission": "team.list" },
    ]);
    let hidden = json!({
        "allowed": false, "holders": [], "reason": "there is no such object, or it is not theirs to know about",
    });
    let answer = ask(&dora, &questions).await;
    let expected = json!({ "answers": [
        { "allowed": true, "holders": ["developer", "maintainer", "owner", "platform-admin"] },
        {
            "allowed": false, "holders": ["maintainer", "owner", "platform-admin"],
            "reason": "cluster.create on team payments needs the role maintainer in team payments",
        },
        hidden, hidden, hidden,
        { "allowed": false, "holders": ["platform-admin"], "reason": "team.create needs the role platform-admin" },
        { "allowed": true, "holders": ["signed-in", "platform-auditor", "platform-admin"] },
    ] });
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &expected));
    let all = ask(&admin, &questions).await;
    let allowed: Vec<_> = all.body["answers"].as_array().unwrap().iter().map(|one| one["allowed"] == true).collect();
    assert_eq!(allowed, [true, true, true, false, false, true, true], "{}", all.text);

    // 1 to 100, of permissions that there are, by whoever is signed in.
    let question = json!({ "permission": "team.read", "team": "payments" });
    for (count, status) in [(0, 422), (1, 200), (100, 200), (101, 422)] {
        assert_eq!(ask(&dora, &json!(vec![&question; count])).await.status, status, "{count}");
    }
    let bad = ask(&dora, &json!([question, { "permission": "team.raed" }])).await;
    assert_eq!((bad.status.as_u16(), bad.pointers()), (422, vec!["/questions/1"]), "{}", bad.text);
    assert_eq!(ask(&dora, &json!([{ "permission": "team.read", "subject": "user:admin" }])).await.status, 422);
    assert_eq!(ask(&dora, &json!([{ "permission": "cluster.read", "cluster": "dev" }])).await.status, 422);
    assert_eq!(ask(&app.anonymous(), &questions).await.status, 401);
    app.app.audit.flush(jiff::Timestamp::MAX).await;
    assert!(on_record().await - before <= 1, "nothing but the stranger is on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_made_bound_used_and_taken_away() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let ben = app.person("ben", None).await.unwrap();

    // A role of one's own, with what is wrong about it told at once.
    let bad = json!({ "metadata": { "name": "watcher" }, "spec": { "permissions": ["team.raed", "audit.readTeam"] } });
    let answer = admin.post("/api/v1/roles", &bad).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/spec/permissions/0"]));
    assert!(answer.text.contains("team.read"), "{}", answer.text);
    let good = json!({ "metadata": { "name": "watcher" }, "spec": { "permissions": ["team.read", "audit.readTeam"] } });
    assert_eq!(ana.post("/api/v1/roles", &good).await.status, 403, "roles are the platform's");
    assert_eq!(admin.post("/api/v1/roles", &good).await.status, 201);
    assert_eq!(admin.post("/api/v1/roles", &good).await.code(), "KORE-OBJECT-0002");
    let taken = with(good.clone(), "/metadata", "name", json!("owner"));
    assert_eq!(admin.post("/api/v1/roles", &taken).await.code(), "KORE-OBJECT-0002", "a built-in name");
    let roles = ben.get("/api/v1/roles").await;
    assert!(roles.names().contains(&"viewer") && roles.names().contains(&"watcher"), "{}", roles.text);

    // Bound by the team's owner, of use with the next request.
    assert_eq!(ben.get("/api/v1/teams/payments").await.status, 404, "not theirs to know");
    let scope = json!({ "team": "payments" });
    let bound = ana.post(BINDINGS, &binding("user:ben", "watcher", &scope)).await;
    assert_eq!(bound.status, 201, "{}", bound.text);
    assert_eq!(bound.body["status"]["grantedBy"], "user:ana");
    assert_eq!(ben.get("/api/v1/teams/payments").await.status, 200);
    assert_eq!(ben.get("/api/v1/teams/payments/auditrecords").await.status, 200);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters").await.status, 403, "known now, and not allowed");
    assert_eq!(ana.post(BINDINGS, &binding("user:ben", "watcher", &scope)).await.code(), "KORE-OBJECT-0002");
    assert_eq!(ben.get(BINDINGS).await.names(), [name(&bound)], "one's own");

    // In use, so that it stays.
    let etag = admin.get("/api/v1/roles/watcher").await.etag().to_owned();
    assert_eq!(admin.delete("/api/v1/roles/watcher", &etag).await.code(), "KORE-OBJECT-0012");
    // What a role allows changes for whoever has it.
    let wider = json!({ "metadata": { "name": "watcher" }, "spec": { "permissions": ["team.read", "cluster.read"] } });
    let answer = admin.put("/api/v1/roles/watcher", &etag, &wider).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters").await.status, 200);
    assert_eq!(ben.get("/api/v1/teams/payments/auditrecords").await.status, 403);

    // Taken away: gone with the next request, and not by those who may not.
    let path = format!("{BINDINGS}/{}", name(&bound));
    assert_eq!(ben.delete(&path, "*").await.status, 403, "nobody unbinds without the right");
    assert_eq!(ana.delete(&path, "*").await.status, 200);
    assert_eq!(ben.get("/api/v1/teams/payments").await.status, 404);
    assert_eq!(admin.delete("/api/v1/roles/watcher", "*").await.status, 200);
    let built_in = admin.delete("/api/v1/roles/viewer", "*").await;
    assert_eq!((built_in.status.as_u16(), built_in.code()), (403, "KORE-AUTH-0003"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hands_on_what_they_do_not_hold() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.team(&admin, "fraud").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let max = app.member("max", "payments", TeamRole::Maintainer).await.unwrap();
    app.person("ben", None).await.unwrap();
    let own = json!({ "team": "payments" });

    assert_eq!(max.post(BINDINGS, &binding("user:ben", "viewer", &own)).await.status, 403);
    assert_eq!(ana.post(BINDINGS, &binding("user:ben", "viewer", &json!({ "team": "fraud" }))).await.status, 404);
    assert_eq!(ana.post(BINDINGS, &binding("user:ben", "viewer", &json!({}))).await.status, 403, "the platform");
    let beyond = ana.post(BINDINGS, &binding("user:ana", "cluster-admin", &own)).await;
    assert_eq!((beyond.status.as_u16(), beyond.code()), (403, "KORE-AUTH-0008"));
    assert!(beyond.text.contains("cluster.accessPlatform"), "{}", beyond.text);
    for fixed in ["platform-admin", "signed-in", "nonesuch"] {
        assert_eq!(admin.post(BINDINGS, &binding("user:ben", fixed, &json!({}))).await.pointers(), ["/spec/role"]);
    }

    // A role that lets somebody bind, and change roles and users, makes nobody more than they are.
    let permissions = json!(["roleBinding.write", "role.write", "membership.write", "user.read", "user.write"]);
    let clerk = json!({ "metadata": { "name": "clerk" }, "spec": { "permissions": permissions } });
    assert_eq!(admin.post("/api/v1/roles", &clerk).await.status, 201);
    assert_eq!(admin.post(BINDINGS, &binding("user:cleo", "clerk", &json!({}))).await.pointers(), ["/spec/subject"]);
    let cleo = app.person("cleo", None).await.unwrap();
    let bound = admin.post(BINDINGS, &binding("user:cleo", "clerk", &json!({}))).await;
    assert_eq!(bound.status, 201, "{}", bound.text);
    let tries = [
        cleo.post(BINDINGS, &binding("user:cleo", "owner", &own)).await,
        cleo.put("/api/v1/roles/clerk", "*", &with(clerk.clone(), "/spec", "permissions", json!(["team.delete"])))
            .await,
        cleo.post("/api/v1/roles", &json!({ "metadata": { "name": "x" }, "spec": { "permissions": ["plan.write"] } }))
            .await,
        cleo.post(
            "/api/v1/teams/payments/memberships",
            &json!({ "metadata": { "name": "cleo" }, "spec": { "role": "viewer" } }),
        )
        .await,
        cleo.patch("/api/v1/users/cleo", "*", &json!({ "spec": { "platformRole": "admin" } })).await,
        cleo.post("/api/v1/users", &json!({ "metadata": { "name": "eve" }, "spec": { "platformRole": "auditor" } }))
            .await,
    ];
    for (number, answer) in tries.iter().enumerate() {
        assert!(answer.status == 403, "{number}: {}", answer.text);
    }
    let demoted = cleo.patch("/api/v1/users/admin", "*", &json!({ "spec": { "platformRole": null } })).await;
    assert_eq!(demoted.code(), "KORE-AUTH-0008", "nor takes from others what they do not hold");
    // Nobody becomes somebody who holds more, or decides about their account.
    for answer in [
        cleo.post("/api/v1/users/ana/claim?reset=true", &Value::Null).await,
        cleo.delete("/api/v1/users/ana", "*").await,
        cleo.patch("/api/v1/users/ana", "*", &json!({ "spec": { "email": "cleo@example.com" } })).await,
        cleo.delete("/api/v1/users/ana/second-factor", "*").await,
        cleo.delete("/api/v1/sessions?user=ana", "*").await,
    ] {
        assert_eq!(answer.code(), "KORE-AUTH-0008", "{}", answer.text);
    }
    // What they hold themselves they may hand on.
    assert_eq!(cleo.post(BINDINGS, &binding("user:ben", "clerk", &json!({}))).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elevation_is_asked_for_approved_by_another_used_and_ended() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let olga = app.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let eve = app.person("eve", None).await.unwrap();
    let own = json!({ "team": "payments" });

    let none = vera.post(ELEVATIONS, &elevation("owner", &own, 30)).await;
    assert_eq!((none.status.as_u16(), none.code()), (403, "KORE-AUTH-0003"), "{}", none.text);
    let rule = json!({ "maxMinutes": 60, "approval": true });
    let spec = with(binding("user:vera", "owner", &own), "/spec", "elevation", rule);
    let rule = ana.post(BINDINGS, &spec).await;
    assert_eq!(rule.status, 201, "{}", rule.text);
    let members = "/api/v1/teams/payments/memberships";
    let member = json!({ "metadata": { "name": "eve" }, "spec": { "role": "viewer" } });
    assert_eq!(vera.post(members, &member).await.status, 403, "a rule alone gives nothing");

    let long = vera.post(ELEVATIONS, &elevation("owner", &own, 61)).await;
    assert_eq!(long.pointers(), ["/spec/minutes"]);
    let silent = with(elevation("owner", &own, 30), "/spec", "reason", json!(" "));
    assert_eq!(vera.post(ELEVATIONS, &silent).await.pointers(), ["/spec/reason"]);
    let asked = vera.post(ELEVATIONS, &elevation("owner", &own, 30)).await;
    assert_eq!((asked.status.as_u16(), &asked.body["status"]["state"]), (201, &json!("requested")), "{}", asked.text);
    let id = name(&asked);
    assert_eq!(vera.post(ELEVATIONS, &elevation("owner", &own, 10)).await.code(), "KORE-OBJECT-0002");
    assert_eq!(vera.post(members, &member).await.status, 403);

    // Only another one who may decides, and nobody else knows of it.
    assert_eq!(decide(&vera, &id, "approve").await.status, 403);
    assert_eq!(decide(&eve, &id, "approve").await.status, 404);
    assert!(eve.get(ELEVATIONS).await.names().is_empty());
    assert_eq!(olga.get(ELEVATIONS).await.names(), [id.as_str()]);
    assert_eq!(
        olga.get(&format!("{ELEVATIONS}/{id}")).await.body["metadata"]["actions"],
        json!(["approve", "refuse", "end"])
    );
    let active = decide(&olga, &id, "approve").await;
    assert_eq!((active.status.as_u16(), &active.body["status"]["state"]), (200, &json!("active")), "{}", active.text);
    assert_eq!(active.body["status"]["decidedBy"], "user:olga");
    assert_eq!(decide(&ana, &id, "refuse").await.code(), "KORE-AUTH-0009");

    // It holds, is not handed on, and does not approve others'.
    let owner = with(member.clone(), "/spec", "role", json!("owner"));
    assert_eq!(
        vera.post(members, &owner).await.code(),
        "KORE-AUTH-0008",
        "what comes by an elevation is not handed on"
    );
    assert_eq!(vera.post(members, &member).await.status, 201, "what they are themselves they may");
    // Nor passed round: two who have it for a while do not keep each other up.
    let for_eve = json!({ "maxMinutes": 60, "approval": true });
    let spec = with(binding("user:eve", "developer", &own), "/spec", "elevation", for_eve);
    assert_eq!(ana.post(BINDINGS, &spec).await.status, 201);
    let other = name(&eve.post(ELEVATIONS, &elevation("developer", &own, 30)).await);
    let refused = decide(&vera, &other, "approve").await;
    assert!(refused.status == 403 && refused.text.contains("approves no other"), "{}", refused.text);
    let may = review(&vera, "permission=membership.write&team=payments").await;
    assert!(may.body["via"][0].as_str().unwrap().contains(&id), "{}", may.text);
    assert_eq!(decide(&vera, &id, "end").await.body["status"]["state"], "ended");
    let may = review(&vera, "permission=membership.write&team=payments").await;
    assert_eq!(may.body["allowed"], false);

    // Without approval it begins at once, and goes with the binding.
    assert_eq!(ana.delete(&format!("{BINDINGS}/{}", name(&rule)), "*").await.status, 200);
    let rule = json!({ "maxMinutes": 60, "approval": false });
    let spec = with(binding("user:vera", "owner", &own), "/spec", "elevation", rule);
    let rule = ana.post(BINDINGS, &spec).await;
    let asked = vera.post(ELEVATIONS, &elevation("owner", &own, 30)).await;
    assert_eq!(asked.body["status"]["state"], "active", "{}", asked.text);
    assert_eq!(vera.patch("/api/v1/teams/payments", "*", &json!({ "spec": { "displayName": "P" } })).await.status, 200);
    assert_eq!(ana.delete(&format!("{BINDINGS}/{}", name(&rule)), "*").await.status, 200);
    assert_eq!(vera.patch("/api/v1/teams/payments", "*", &json!({ "spec": { "displayName": "Q" } })).await.status, 403);

    // All of it is on record.
    let trail = ana.get("/api/v1/teams/payments/auditrecords?limit=200").await;
    let actions: Vec<&str> =
        trail.body["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    for action in
        ["elevation.request", "elevation.approve", "elevation.end", "rolebinding.create", "rolebinding.delete"]
    {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_get_into_clusters_by_an_elevation_only() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let root = app.person("root", Some(kore_api::identity::PlatformRole::Admin)).await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let own = json!({ "team": "payments" });
    let inside = "permission=cluster.accessPlatform&team=payments";
    let refused = review(&root, inside).await;
    assert_eq!(refused.body["allowed"], false);
    assert!(refused.body["reason"].as_str().unwrap().contains("elevation to cluster-admin"), "{}", refused.text);
    let long = root.post(ELEVATIONS, &elevation("cluster-admin", &own, 481)).await;
    assert_eq!(long.pointers(), ["/spec/minutes"]);
    let asked = root.post(ELEVATIONS, &elevation("cluster-admin", &own, 60)).await;
    assert_eq!(asked.body["status"]["state"], "active", "{}", asked.text);
    assert_eq!(review(&root, inside).await.body["allowed"], true);
    assert_eq!(decide(&root, &name(&asked), "end").await.status, 200);
    assert_eq!(review(&root, inside).await.body["allowed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_what_and_why_not() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let eve = app.person("eve", None).await.unwrap();

    let own = review(&vera, "permission=cluster.create&team=payments").await;
    assert_eq!(own.body["reason"], "cluster.create on team payments needs the role maintainer in team payments");
    let hidden = review(&eve, "permission=cluster.create&team=payments").await;
    let nowhere = review(&eve, "permission=cluster.create&team=nowhere").await;
    assert_eq!(hidden.body["reason"], nowhere.body["reason"], "one's own question tells nothing about others");
    assert_eq!(review(&vera, "permission=cluster.destroy").await.status, 400);
    assert_eq!(review(&vera, "permission=team.read&subject=user:ana&team=payments").await.status, 403);
    assert_eq!(review(&eve, "permission=team.read&subject=user:ana&team=payments").await.status, 404);
    let others = review(&ana, "permission=team.read&subject=user:vera&team=payments").await;
    assert_eq!(others.body["via"], json!(["role viewer as a member of team payments"]), "{}", others.text);

    let who = ana.get("/api/v1/access/subjects?permission=team.update&team=payments").await;
    let who: Vec<&str> =
        who.body["subjects"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert_eq!(who, ["user:admin", "user:ana"]);
    assert_eq!(vera.get("/api/v1/access/subjects?permission=team.update&team=payments").await.status, 403);

    app.team(&admin, "fraud").await.unwrap();
    let spec =
        json!({ "metadata": {}, "spec": { "subject": "user:vera", "role": "viewer", "scope": { "team": "fraud" } } });
    assert_eq!(admin.post(BINDINGS, &spec).await.status, 201);
    let all = admin.get("/api/v1/access/holdings?subject=user:vera").await;
    assert_eq!(all.body["holds"].as_array().unwrap().len(), 2, "{}", all.text);
    let some = ana.get("/api/v1/access/holdings?subject=user:vera").await;
    assert_eq!(some.body["holds"].as_array().unwrap().len(), 1, "an owner sees what others hold in their team");
    assert_eq!(eve.get("/api/v1/access/holdings?subject=user:vera").await.status, 403);
    assert_eq!(eve.get("/api/v1/access/holdings").await.body["holds"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binding_for_one_cluster_shows_that_cluster_and_no_other() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.plan(&admin, "small").await.unwrap();
    for name in ["dev", "prod"] {
        let cluster = json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" } } });
        let made = admin.post("/api/v1/teams/payments/clusters", &cluster).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let ben = app.person("ben", None).await.unwrap();
    let scope = json!({ "team": "payments", "cluster": "dev" });
    let nowhere = json!({ "team": "payments", "cluster": "nowhere" });
    assert_eq!(
        admin.post(BINDINGS, &binding("user:ben", "developer", &nowhere)).await.pointers(),
        ["/spec/scope/cluster"]
    );
    assert_eq!(admin.post(BINDINGS, &binding("user:ben", "developer", &scope)).await.status, 201);
    assert_eq!(ben.get("/api/v1/clusters").await.names(), ["dev"]);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters").await.names(), ["dev"]);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters/dev").await.status, 200);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters/prod").await.status, 404);
    assert_eq!(ben.get("/api/v1/teams/payments").await.status, 403);
    assert_eq!(ben.get("/api/v1/teams/payments/clusters/dev/access").await.status, 200);
    assert_eq!(ben.delete("/api/v1/teams/payments/clusters/dev", "*").await.status, 403);
}
