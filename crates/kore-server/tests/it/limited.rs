//! A token with a limit is good for what the limit says, whatever its owner may do to themselves.

use kore_domain::access::Limit;
use kore_testkit::test_app::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_keeps_its_token_off_its_owners_sessions_teams_and_elevations() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let ana = app.person("ana", None).await.unwrap();
    let id = app.app.store.principal_id(&"user:ana".parse().unwrap()).await.unwrap().unwrap();
    let limit = Limit { permissions: ["team.read".to_owned()].into(), teams: None };
    let (_, leaked) = app.session(id, Some(limit)).await.unwrap();

    let other = app.session(id, None).await.unwrap().0;
    for path in ["/api/v1/sessions".to_owned(), format!("/api/v1/sessions/{other}")] {
        assert_eq!(leaked.delete(&path, "*").await.code(), "KORE-AUTH-0003", "{path}");
    }
    assert_eq!(ana.get("/api/v1/whoami").await.status, 200, "ana's own session goes on");

    let offer = json!({ "spec": { "role": "viewer" } });
    let offer = admin.post("/api/v1/teams/payments/invitations", &offer).await;
    let code = json!({ "code": offer.body["status"]["link"] });
    assert_eq!(leaked.post("/api/v1/invitations/accept", &code).await.code(), "KORE-AUTH-0003");
    assert_eq!(ana.get("/api/v1/whoami").await.body["teams"], json!([]));
    assert_eq!(ana.post("/api/v1/invitations/accept", &code).await.status, 200, "it is not used up");

    let rule = json!({ "maxMinutes": 30, "approval": false });
    let spec =
        json!({ "subject": "user:ana", "role": "developer", "scope": { "team": "payments" }, "elevation": rule });
    let bound = admin.post("/api/v1/rolebindings", &json!({ "metadata": {}, "spec": spec })).await;
    assert_eq!(bound.status, 201, "{}", bound.text);
    let wish = json!({ "role": "developer", "scope": { "team": "payments" }, "minutes": 5, "reason": "test" });
    let wish = json!({ "metadata": {}, "spec": wish });
    assert_eq!(leaked.post("/api/v1/elevations", &wish).await.code(), "KORE-AUTH-0003");
    let made = ana.post("/api/v1/elevations", &wish).await;
    assert_eq!(made.body["status"]["state"], "active", "{}", made.text);
    let end = format!("/api/v1/elevations/{}/end", made.body["metadata"]["name"].as_str().unwrap());
    assert_eq!(leaked.post(&end, &Value::Null).await.code(), "KORE-AUTH-0003");
    assert_eq!(ana.post(&end, &Value::Null).await.status, 200);

    // Pages are for browsers: no token opens a session there, which would be good for all that ana may do.
    for actor in [&leaked, &ana] {
        for path in ["/auth/account", "/auth/account/factor", "/auth/device/verify?user_code=WDJB-MJHT"] {
            let answer = actor.get(path).await;
            assert!(
                answer.status == 303 && answer.header("location").starts_with("/auth/login"),
                "{path}: {}",
                answer.text
            );
        }
    }
    let everything = leaked.post("/auth/logout?all=true", &Value::Null).await;
    assert_eq!(everything.code(), "KORE-AUTH-0003", "{}", everything.text);
    assert_eq!(ana.get("/api/v1/whoami").await.status, 200);
}
