//! How the platform is, and who may know.

use kore_api::identity::{PlatformRole, TeamRole};
use kore_testkit::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_the_platform_sees_how_it_is() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let auditor = app.person("audit", Some(PlatformRole::Auditor)).await.unwrap();
    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(owner.get("/api/v1/platform").await.code(), "KORE-AUTH-0003");
    assert_eq!(app.anonymous().get("/api/v1/platform").await.status, 401);

    for actor in [&admin, &auditor] {
        let answer = actor.get("/api/v1/platform").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = &answer.body;
        assert_eq!((&body["ready"], &body["stale"]), (&true.into(), &false.into()), "{}", answer.text);
        assert_eq!((body["database"].as_str(), body["version"].as_str()), (Some("sqlite"), Some("0.1.0")));
        assert!(body["leader"].is_null(), "nobody runs controllers here");
        assert_eq!((body["objects"]["Team"].as_u64(), body["operations"]["running"].as_u64()), (Some(1), Some(0)));
        assert!(body["uptimeSeconds"].as_u64().unwrap() < 600 && body["startedAt"].is_string());
        let checks = body["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["name"] == "database" && check["state"] == "ok"), "{}", answer.text);
        let verbose = app.anonymous().get("/readyz?verbose").await.text;
        for check in checks {
            assert!(verbose.contains(&format!("[+]{} ok", check["name"].as_str().unwrap())), "{verbose}");
        }
    }
}
