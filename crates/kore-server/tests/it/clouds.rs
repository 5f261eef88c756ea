//! Clouds: what Kore needs there, and who may know.

use kore_api::identity::{PlatformRole, TeamRole};
use kore_testkit::test_app::TestApp;

const PERMISSIONS: &str = "/api/v1/clouds/aws/permissions";

#[tokio::test(flavor = "multi_thread")]
async fn administrators_and_auditors_see_what_kore_needs_in_a_cloud() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let auditor = app.person("audit", Some(PlatformRole::Auditor)).await.unwrap();
    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(owner.get(PERMISSIONS).await.code(), "KORE-AUTH-0003");
    assert_eq!(app.anonymous().get(PERMISSIONS).await.status, 401);
    assert_eq!(admin.get("/api/v1/clouds/nimbus/permissions").await.code(), "KORE-OBJECT-0001");

    for actor in [&admin, &auditor] {
        let answer = actor.get(PERMISSIONS).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let identity = &answer.body["identity"];
        assert_eq!(identity["issuer"], "https://kore.example.org");
        assert_eq!(identity["subject"], "system:serviceaccount:kore-system:provider-aws");
        assert_eq!(identity["audience"], "sts.amazonaws.com");
        let purposes = answer.body["purposes"].as_array().unwrap();
        let organization = purposes.iter().find(|one| one["purpose"] == "organization").unwrap();
        assert_eq!((&organization["role"], &organization["place"]), (&"kore-org".into(), &"management".into()));
        assert!(organization["policy"]["Statement"].as_array().is_some_and(|all| !all.is_empty()));
        assert_eq!(organization["trust"]["Statement"][0]["Action"], "sts:AssumeRoleWithWebIdentity");
        assert_eq!(answer.body["boundary"]["name"], "kore-boundary");
        let places: Vec<_> = answer.body["templates"].as_array().unwrap().iter().map(|one| &one["place"]).collect();
        assert_eq!(places, ["management", "account"]);
    }
}
