//! What somebody sees first: what needs them, in which order, and how much there is that is theirs to see.

use jiff::{SignedDuration, Timestamp};
use kore_api::{audit::AuditRecord, cluster::Cluster, identity::TeamRole, team::Team};
use kore_testkit::test_app::{Actor, TestApp};
use kube::runtime::watcher::Event;
use serde_json::{Value, json};

/// What somebody is told, as `critical operationFailed payments/dev`.
async fn told(actor: &Actor, query: &str) -> Vec<String> {
    let answer = actor.get(&format!("/api/v1/overview{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let text = |one: &Value, place: &str| one.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = answer.body["attention"].as_array().unwrap().iter();
    items
        .map(|one| {
            let (severity, kind, team) = (text(one, "/severity"), text(one, "/kind"), text(one, "/team"));
            let name = match text(one, "/object/kind").as_str() {
                "Elevation" | "Invitation" => "?".to_owned(),
                _ => text(one, "/object/name"),
            };
            format!("{severity} {kind} {team}/{name}")
        })
        .collect()
}

/// A cluster as its controller would leave it.
fn stand(app: &TestApp, team: &str, name: &str, reason: &str, version: &str) {
    let namespace = format!("team-{team}");
    let mut cluster = Cluster::clone(&app.app.indexes.clusters.get(Some(&namespace), name).unwrap());
    let status = json!({
        "kubernetesVersion": version,
        "conditions": [{
            "type": "Ready", "status": if reason == "Reconciled" { "True" } else { "False" }, "reason": reason,
            "message": "KORE-LOCAL-0004: no room", "lastTransitionTime": "2026-01-01T00:00:00Z",
        }],
    });
    cluster.status = Some(serde_json::from_value(status).unwrap());
    let later = cluster.metadata.resource_version.as_ref().unwrap().parse::<u64>().unwrap() + 1_000_000;
    cluster.metadata.resource_version = Some(later.to_string());
    app.app.indexes.clusters.apply(cluster);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_of_what_is_theirs_to_see_and_the_worst_first() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        app.team(&admin, team).await.unwrap();
    }
    app.plan(&admin, "small").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let otto = app.member("otto", "fraud", TeamRole::Owner).await.unwrap();
    let ben = app.person("ben", None).await.unwrap();
    for (team, name) in [("payments", "dev"), ("payments", "old"), ("fraud", "hidden")] {
        let cluster = json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" }, "paused": true } });
        let made = admin.post(&format!("/api/v1/teams/{team}/clusters"), &cluster).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    assert_eq!(told(&admin, "").await, [""; 0], "nothing needs anybody");

    stand(&app, "payments", "dev", "OperationFailed", "v1.36.1");
    stand(&app, "payments", "old", "Reconciled", "v1.32.4");
    stand(&app, "fraud", "hidden", "Blocked", "v1.36.1");
    // Somebody asks for a role that others have to approve.
    let rule = json!({
        "subject": "user:ben", "role": "developer", "scope": { "team": "payments" },
        "elevation": { "maxMinutes": 30, "approval": true },
    });
    assert_eq!(admin.post("/api/v1/rolebindings", &json!({ "metadata": {}, "spec": rule })).await.status, 201);
    let wish = json!({ "role": "developer", "scope": { "team": "payments" }, "minutes": 5, "reason": "INC-1" });
    let asked = ben.post("/api/v1/elevations", &json!({ "metadata": {}, "spec": wish })).await;
    assert_eq!(asked.body["status"]["state"], "requested", "{}", asked.text);
    // What ends, soon and not.
    let after = |hours: i64| (Timestamp::now() + SignedDuration::from_hours(hours)).to_string();
    for hours in [20, 100] {
        let spec = json!({ "role": "viewer", "expiresAt": after(hours) });
        let made = ana.post("/api/v1/teams/payments/invitations", &json!({ "spec": spec })).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let robot = json!({ "metadata": { "name": "ci" }, "spec": {} });
    assert_eq!(ana.post("/api/v1/teams/payments/robots", &robot).await.status, 201);
    for (name, hours) in [("ends", 100), ("stays", 300)] {
        let token = json!({ "name": name, "expiresAt": after(hours) });
        let made = ana.post("/api/v1/teams/payments/robots/ci/tokens", &token).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made =
            vera.post("/api/v1/tokens", &json!({ "name": format!("own-{name}"), "expiresAt": after(hours) })).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    // Something came loose.
    let drift = |id: &str, hours: i64| AuditRecord {
        id: id.to_owned(),
        at: Timestamp::now() - SignedDuration::from_hours(hours),
        actor: "system:controller".to_owned(),
        action: "cluster.drift".to_owned(),
        team: Some("payments".to_owned()),
        object: "cluster/payments/dev".to_owned(),
        result: kore_api::audit::AuditResult::Allowed,
        status: None,
        code: None,
        source: "controller".to_owned(),
        address: None,
        request_id: None,
        detail: Some("found ConfigMap kube-system/coredns".to_owned()),
        changes: Vec::new(),
    };
    app.app.store.append_audit(&[drift("", 30), drift("", 2), drift("", 1)]).await.unwrap();

    let failed = "critical operationFailed payments/dev";
    let blocked = "critical blocked fraud/hidden";
    let waits = "warning elevationWaits payments/?";
    let old = "warning kubernetesBehind payments/old";
    let (token, own) = ("info tokenEnds payments/ends", "info tokenEnds /own-ends");
    let invitation = "info invitationEnds payments/?";
    let drifted = "info driftRepaired payments/dev";
    assert_eq!(told(&admin, "").await, [failed, blocked, waits, old, token, invitation, drifted]);
    assert_eq!(told(&ana, "").await, [failed, waits, old, token, invitation, drifted]);
    assert_eq!(told(&vera, "").await, [failed, old, token, own], "neither who comes in nor the trail is a viewer's");
    assert_eq!(told(&otto, "").await, [blocked]);
    assert_eq!(told(&ben, "").await, [""; 0], "what one asks for oneself needs others");
    assert_eq!(told(&vera, "?team=payments").await, [failed, old, token]);
    assert_eq!(told(&admin, "?team=fraud").await, [blocked]);
    for (actor, team) in [(&vera, "fraud"), (&admin, "nowhere"), (&admin, "NO")] {
        assert_eq!(actor.get(&format!("/api/v1/overview?team={team}")).await.status, 404, "{team}");
    }
    assert_eq!(app.anonymous().get("/api/v1/overview").await.status, 401);

    let answer = vera.get("/api/v1/overview").await;
    let first = &answer.body["attention"][0];
    assert_eq!(first["code"], "KORE-LOCAL-0004", "{}", answer.text);
    assert_eq!(first["object"], json!({ "kind": "Cluster", "name": "dev" }));
    assert!(first["owner"].is_string() && first["since"] == "2026-01-01T00:00:00Z", "{first}");
    assert_eq!((&answer.body["teams"], &answer.body["clusters"]), (&json!(1), &json!(2)), "only what is hers");
    assert_eq!((&answer.body["quota"], &answer.body["openInvitations"]), (&Value::Null, &Value::Null));
    let of_team = |actor: &Actor| {
        let actor = actor.clone();
        async move { actor.get("/api/v1/overview?team=payments").await.body }
    };
    let (owners, viewers) = (of_team(&ana).await, of_team(&vera).await);
    let clusters = owners["quota"].as_array().unwrap().iter().find(|line| line["quota"] == "clusters").unwrap();
    assert_eq!(clusters["used"], 2, "{owners}");
    assert_eq!(owners["openInvitations"], 2, "the one that ends soon, and the one that does not");
    assert_eq!(viewers["openInvitations"], Value::Null, "who may not invite does not hear of invitations");
    // Decided: nobody waits any more.
    let name = asked.body["metadata"]["name"].as_str().unwrap();
    assert_eq!(ana.post(&format!("/api/v1/elevations/{name}/approve"), &Value::Null).await.status, 200);
    assert!(!told(&admin, "").await.contains(&waits.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_addresses_is_told_when_they_run_short() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let pods = json!({ "cidrs": ["10.0.0.0/23"], "prefix": 24 });
    let pool = json!({ "metadata": { "name": "local" }, "spec": { "provider": "local", "pod": pods } });
    assert_eq!(admin.post("/api/v1/addresspools", &pool).await.status, 201);
    let spec = app.app.indexes.address_pools.get(None, "local").unwrap().spec.clone();
    for (number, told_of) in [(1, ""), (2, "critical addressesShort /local")] {
        let holder = format!("uid-{number}");
        let object = format!("cluster/payments/c{number}");
        let ask = kore_store::AddressAsk {
            object: &object,
            holder: &holder,
            made_by: "test",
            purposes: &[kore_api::address::Purpose::Pod],
            pools: &[("local", &spec)],
            has: None,
            occupied: &[],
            seed: number,
        };
        let given = app.app.store.reserve_addresses(ask, Timestamp::now()).await.unwrap();
        assert!(matches!(given, kore_store::Addressed::Yes(_)), "{given:?}");
        let wanted: Vec<_> = Some(told_of).filter(|text| !text.is_empty()).into_iter().collect();
        assert_eq!(told(&admin, "").await, wanted);
    }
    assert_eq!(told(&ana, "").await, [""; 0], "addresses are the platform's");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_that_they_are_in_a_team_that_is_gone() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    assert_eq!(vera.get("/api/v1/whoami").await.body["teams"][0]["team"], "payments");
    // As its controller lets it go, which tells the database nothing.
    let team = app.app.indexes.teams.get(None, "payments").unwrap();
    app.app.indexes.teams.write(Event::Delete(Team::clone(&team)));
    assert_eq!(vera.get("/api/v1/whoami").await.body["teams"], json!([]));
}
