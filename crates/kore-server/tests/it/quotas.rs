//! Quotas through the API: who sees and sets them, and that many at once never get more than there is.

use futures::future::join_all;
use kore_api::identity::{PlatformRole, TeamRole};
use kore_testkit::test_app::TestApp;
use serde_json::{Value, json};

const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

fn cluster(name: &str, nodes: u32) -> Value {
    let overrides = json!({ "nodePools": { "default": { "size": nodes } } });
    json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" }, "overrides": overrides } })
}

fn quota(name: &str, spec: &Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": spec })
}

/// Used, limit and what is asked for of one thing.
fn line(body: &Value, lines: &str, name: &str) -> (u64, Option<u64>, u64) {
    let lines = body.pointer(lines).and_then(Value::as_array).unwrap();
    let line = lines.iter().find(|line| line["quota"] == name).unwrap();
    (line["used"].as_u64().unwrap(), line["limit"].as_u64(), line["asked"].as_u64().unwrap_or_default())
}

async fn world() -> (TestApp, kore_testkit::test_app::Actor) {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        test.team(&admin, team).await.unwrap();
    }
    test.plan(&admin, "small").await.unwrap();
    (test, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_clusters_at_once_as_many_are_made_as_the_quota_allows() {
    let (test, admin) = world().await;
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let set = admin.put("/api/v1/quotas/payments", "\"0\"", &quota("payments", &json!({ "clusters": 6 }))).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let asks = (0..100).map(|number| {
        let (owner, body) = (owner.clone(), cluster(&format!("c{number}"), 1));
        async move { owner.post(CLUSTERS, &body).await }
    });
    let answers = join_all(asks).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len(), 6, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let refused: Vec<_> = answers.iter().filter(|answer| answer.code() == "KORE-QUOTA-0001").collect();
    assert_eq!((refused.len(), refused[0].status.as_u16()), (94, 403), "{}", refused[0].text);
    assert_eq!(admin.get(&format!("{CLUSTERS}?limit=500")).await.names().len(), 6);

    // What refuses says which quota, how much of it, and what somebody can do.
    let last = owner.post(CLUSTERS, &cluster("last", 1)).await;
    assert_eq!(last.body["owner"], "platformTeam");
    assert_eq!(
        last.body["metadata"],
        json!({ "team": "payments", "quota": "clusters", "used": "6", "limit": "6", "asked": "1" })
    );
    assert_eq!(
        last.body["detail"],
        "the quota of team payments does not allow it: clusters: 6 of 6 used, 1 more asked for"
    );
    assert!(last.body["fix"].to_string().contains("kore team quota set payments clusters=7"), "{}", last.text);
    // A cluster that goes makes room for another; one that could not be made leaves nothing behind.
    let first = made[0].body["metadata"]["name"].as_str().unwrap();
    let path = format!("{CLUSTERS}/{first}");
    let gone = owner.delete(&path, owner.get(&path).await.etag()).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    let again = owner.post(CLUSTERS, &cluster("last", 1)).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(owner.post(CLUSTERS, &cluster("last", 1)).await.code(), "KORE-OBJECT-0002");
    let seen = owner.get("/api/v1/quotas/payments").await;
    assert_eq!(line(&seen.body, "/status/lines", "clusters"), (6, Some(6), 0));
    assert_eq!(line(&seen.body, "/status/lines", "nodes"), (6, None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_is_asked_of_the_quota() {
    let (test, admin) = world().await;
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let set = admin.put("/api/v1/quotas/default", "\"0\"", &quota("default", &json!({ "nodes": 3 }))).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let preview = owner.post(&format!("{CLUSTERS}?dryRun=All"), &cluster("dev", 2)).await;
    assert_eq!(line(&preview.body, "/quota", "nodes"), (0, Some(3), 2), "{}", preview.text);
    assert_eq!(preview.body["problems"], Value::Null);
    let made = owner.post(CLUSTERS, &cluster("dev", 2)).await;
    assert_eq!(made.status, 201, "{}", made.text);

    let path = format!("{CLUSTERS}/dev");
    let grow = json!({ "spec": { "overrides": { "nodePools": { "default": { "size": 4 } } } } });
    let preview = owner.patch(&format!("{path}?dryRun=All"), made.etag(), &grow).await;
    assert_eq!(line(&preview.body, "/quota", "nodes"), (2, Some(3), 2), "{}", preview.text);
    assert_eq!(preview.body["problems"][0]["code"], "KORE-QUOTA-0001");
    assert_eq!(owner.patch(&path, made.etag(), &grow).await.code(), "KORE-QUOTA-0001");
    let other = owner.patch(&path, made.etag(), &json!({ "spec": { "paused": true } })).await;
    assert_eq!(other.status, 200, "{}", other.text);
    // A change of somebody else came first: what was reserved for this one is free again.
    let more = json!({ "spec": { "overrides": { "nodePools": { "default": { "size": 3 } } } } });
    assert_eq!(owner.patch(&path, made.etag(), &more).await.code(), "KORE-OBJECT-0003");
    let seen = owner.get("/api/v1/quotas/payments").await;
    assert_eq!(line(&seen.body, "/status/lines", "nodes"), (2, Some(3), 0));
    let grown = owner.patch(&path, other.etag(), &more).await;
    assert_eq!(grown.status, 200, "{}", grown.text);
    let seen = owner.get("/api/v1/quotas/payments").await;
    assert_eq!(line(&seen.body, "/status/lines", "nodes"), (3, Some(3), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_are_counted_and_free_again_when_they_go() {
    let (test, admin) = world().await;
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(owner.post(CLUSTERS, &cluster("dev", 1)).await.status, 201);
    let set = admin.put("/api/v1/quotas/payments", "\"0\"", &quota("payments", &json!({ "namespaces": 2 }))).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let all = "/api/v1/teams/payments/clusternamespaces";
    let namespace = |name: &str| {
        let spec = json!({ "cluster": "dev", "name": name });
        json!({ "metadata": { "name": format!("dev.{name}") }, "spec": spec })
    };
    let asks = (0..10).map(|number| {
        let (owner, body) = (owner.clone(), namespace(&format!("n{number}")));
        async move { owner.post(all, &body).await }
    });
    let answers = join_all(asks).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    let refused = answers.iter().filter(|answer| answer.code() == "KORE-QUOTA-0001").count();
    assert_eq!((made.len(), refused), (2, 8), "{:?}", answers.iter().map(|one| &one.text).collect::<Vec<_>>());
    let path = format!("{all}/{}", made[0].body["metadata"]["name"].as_str().unwrap());
    assert_eq!(owner.delete(&path, owner.get(&path).await.etag()).await.status, 200);
    assert_eq!(owner.post(all, &namespace("last")).await.status, 201);
    let seen = owner.get("/api/v1/quotas/payments").await;
    assert_eq!(line(&seen.body, "/status/lines", "namespaces"), (2, Some(2), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_their_team_s_quota_and_administrators_set_it() {
    let (test, admin) = world().await;
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let auditor = test.person("otto", Some(PlatformRole::Auditor)).await.unwrap();
    let own = quota("payments", &json!({ "clusters": 9 }));
    let refused = owner.put("/api/v1/quotas/payments", "*", &own).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "KORE-AUTH-0003"), "{}", refused.text);
    assert_eq!(owner.get("/api/v1/quotas/fraud").await.status, 404);
    assert_eq!(owner.get("/api/v1/quotas/default").await.status, 403);
    assert_eq!(owner.get("/api/v1/quotas").await.names(), ["payments"]);
    assert_eq!(auditor.get("/api/v1/quotas").await.names(), ["default", "fraud", "payments"]);
    assert_eq!(admin.get("/api/v1/quotas/nobody").await.status, 404);

    let seen = admin.get("/api/v1/quotas/payments").await;
    assert_eq!((seen.etag(), &seen.body["spec"]), ("\"0\"", &json!({})));
    let set = admin.put("/api/v1/quotas/payments", seen.etag(), &own).await;
    assert_eq!((set.status.as_u16(), set.etag()), (200, "\"1\""), "{}", set.text);
    assert_eq!(admin.put("/api/v1/quotas/payments", seen.etag(), &own).await.code(), "KORE-OBJECT-0003");
    assert_eq!(admin.put("/api/v1/quotas/payments", "*", &quota("fraud", &json!({}))).await.status, 422);
    let wrong = quota("payments", &json!({ "clusters": -1, "pods": 3 }));
    assert_eq!(admin.put("/api/v1/quotas/payments", "*", &wrong).await.pointers(), ["/spec/clusters", "/spec/pods"]);
    let back = admin.patch("/api/v1/quotas/payments", "*", &json!({ "spec": { "clusters": null } })).await;
    assert_eq!((back.status.as_u16(), &back.body["spec"]), (200, &json!({})), "{}", back.text);

    let trail = owner.get("/api/v1/teams/payments/auditrecords?filter=action=quota.update").await;
    let records = trail.body["items"].as_array().unwrap();
    let results: Vec<_> = records.iter().map(|record| record["result"].as_str().unwrap()).collect();
    assert!(results.contains(&"allowed"), "{records:?}");
}
