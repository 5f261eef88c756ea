//! Search: what is found, in which order, and by whom.

use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, TestApp};
use serde_json::json;

/// What is found, as `Cluster payments/dev`.
async fn found(actor: &Actor, query: &str) -> Vec<String> {
    let answer = actor.get(&format!("/api/v1/search?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let text = |hit: &serde_json::Value, field: &str| hit[field].as_str().unwrap_or_default().to_owned();
    let items = answer.body["items"].as_array().unwrap().iter();
    items.map(|hit| format!("{} {}/{}", text(hit, "kind"), text(hit, "team"), text(hit, "name"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_meant_comes_first_and_what_is_not_ones_own_is_not_found() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        app.team(&admin, team).await.unwrap();
    }
    app.plan(&admin, "small").await.unwrap();
    let secret = json!({ "metadata": { "name": "small-secret" }, "spec": {
        "provider": "local", "title": "Devices", "teams": { "all": false, "names": ["fraud"] },
    } });
    let made = admin.post("/api/v1/plans", &secret).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for (team, name) in [("payments", "dev"), ("payments", "web-dev"), ("payments", "webdev"), ("fraud", "dev-fraud")] {
        let cluster = json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" }, "paused": true } });
        let made = admin.post(&format!("/api/v1/teams/{team}/clusters"), &cluster).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    for team in ["payments", "fraud"] {
        let robot = json!({ "metadata": { "name": "deployer" }, "spec": {} });
        let made = admin.post(&format!("/api/v1/teams/{team}/robots"), &robot).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let nobody = app.person("devon", None).await.unwrap();

    let own =
        ["Cluster payments/dev", "Cluster payments/web-dev", "Robot payments/deployer", "Cluster payments/webdev"];
    let everything = [
        "Cluster payments/dev",
        "Cluster fraud/dev-fraud",
        "Plan /small-secret",
        "User /devon",
        "Cluster payments/web-dev",
        "Cluster payments/webdev",
    ];
    assert_eq!(found(&vera, "q=dev").await, [own[0], own[1], own[3]]);
    assert_eq!(found(&admin, "q=dev").await, everything);
    assert_eq!(found(&vera, "q=DEV&kinds=cluster&limit=1").await, own[..1]);
    assert_eq!(found(&vera, "q=de&kinds=Robot,Team").await, own[2..3]);
    assert_eq!(found(&vera, "q=payments%2Fdev").await, own[..1]);
    assert_eq!(found(&admin, "q=pay%20dev&kinds=Cluster").await, [own[0], own[1], own[3]]);
    assert_eq!(found(&vera, "q=small").await, ["Plan /small"], "what is for other teams is not there");
    // By nobody who may not know: neither by name nor by saying which team.
    for query in ["q=fraud", "q=dev&team=fraud", "q=dev-fraud", "q=vera", "q=e&team=nowhere", "q=e&team=NO%20NAME"] {
        assert_eq!(found(&vera, query).await, [""; 0], "{query}");
    }
    assert_eq!(found(&nobody, "q=e").await, [""; 0], "nothing but plans that are for all is theirs to see");
    assert_eq!(found(&admin, "q=dev&team=fraud").await, ["Cluster fraud/dev-fraud"]);
    assert_eq!(found(&admin, "q=fraud&team=fraud&kinds=Team").await, ["Team /fraud"]);
    assert_eq!(found(&vera, "q=%25").await, [""; 0], "no pattern");

    let robot = kore_domain::access::Limit {
        permissions: ["team.read".to_owned()].into(),
        teams: Some(["payments".parse().unwrap()].into()),
    };
    let id = app.app.store.principal_id(&"user:vera".parse().unwrap()).await.unwrap().unwrap();
    let limited = app.session(id, Some(robot)).await.unwrap().1;
    assert_eq!(found(&limited, "q=payments").await, ["Team /payments"], "a token finds what it may read");

    for (query, status) in [("q=", 422), ("", 422), ("q=a&kinds=Secret", 422), ("q=a&limit=x", 400), ("q=a&x=1", 400)] {
        assert_eq!(vera.get(&format!("/api/v1/search?{query}")).await.status, status, "{query}");
    }
    assert_eq!(vera.get(&format!("/api/v1/search?q={}", "x".repeat(101))).await.status, 422);
    assert_eq!(app.anonymous().get("/api/v1/search?q=dev").await.status, 401);
}
