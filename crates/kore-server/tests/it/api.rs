//! The API on a real API server and SQLite: the way of each object, and every refusal.

use http::{Method, StatusCode};
use kore_api::identity::TeamRole;
use kore_server::routes::{self, Access};
use kore_testkit::test_app::{Answer, TestApp};
use serde_json::{Value, json};

const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

#[expect(clippy::needless_pass_by_value, reason = "callers write the overrides in place")]
fn cluster(name: &str, overrides: Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" }, "paused": true, "overrides": overrides } })
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["requestId"], answer.header("x-request-id"));
    assert!(!answer.body["fix"].as_array().unwrap().is_empty() && !answer.body["owner"].is_null(), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_made_read_changed_and_deleted() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();

    // The creator of a team is its owner.
    let members = admin.get("/api/v1/teams/payments/memberships").await;
    assert_eq!(members.names(), ["admin"]);
    assert_eq!(members.body["items"][0]["spec"]["role"], "owner");
    // A published version is the plan's current one, with every default filled in.
    let plan = admin.get("/api/v1/plans/small").await;
    assert_eq!(plan.body["spec"]["currentVersion"], 1);
    let version = admin.get("/api/v1/planversions/small-v1").await;
    assert_eq!(version.body["spec"]["parameters"]["nodePools"]["default"]["size"], 1);

    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let viewer = test.member("vera", "payments", TeamRole::Viewer).await.unwrap();

    // A dry run says what would happen and makes nothing.
    let preview = owner.post(&format!("{CLUSTERS}?dryRun=All"), &cluster("dev", json!({}))).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    assert_eq!(preview.body["problems"], Value::Null);
    let changes = preview.body["changes"].to_string();
    assert!(changes.contains("nodePools") && preview.body["digest"].is_string(), "{changes}");
    assert_eq!(owner.get(&format!("{CLUSTERS}/dev")).await.code(), "KORE-OBJECT-0001");

    // The same request twice with one key is one cluster and one answer.
    let key = [("idempotency-key", "\"k1\"")];
    let made = owner.send(Method::POST, CLUSTERS, &key, Some(&cluster("dev", json!({})))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.body["spec"]["plan"]["version"], 1);
    assert_eq!(made.body["metadata"]["annotations"]["kore.internal/requested-by"], "user:olga");
    assert_eq!(made.body["metadata"]["annotations"]["kore.internal/request-id"], made.header("x-request-id"));
    assert_eq!(made.header("kore-operation"), "", "nothing is done to what is paused");
    let again = owner.send(Method::POST, CLUSTERS, &key, Some(&cluster("dev", json!({})))).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &made.body));
    is(&owner.send(Method::POST, CLUSTERS, &key, Some(&cluster("other", json!({})))).await, 422, "KORE-OBJECT-0008");
    is(&owner.post(CLUSTERS, &cluster("dev", json!({}))).await, 409, "KORE-OBJECT-0002");

    // The writer reads what was written; 304 when nothing changed; actions are the caller's.
    let path = format!("{CLUSTERS}/dev");
    let read = owner.get(&path).await;
    assert_eq!(read.etag(), made.etag());
    assert_eq!(
        read.body["metadata"]["actions"],
        json!(["update", "delete", "writeNamespaces", "accessView", "accessDeploy", "accessEdit", "accessAdmin"])
    );
    assert_eq!(viewer.get(&path).await.body["metadata"]["actions"], json!(["accessView"]));
    let same = owner.send(Method::GET, &path, &[("if-none-match", read.etag())], None).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));

    // A change says which revision it means; the preview names the field as people write it.
    let patch = json!({ "spec": { "overrides": { "nodePools": { "default": { "size": 2 } } } } });
    is(&owner.send(Method::PATCH, &path, &[], Some(&patch)).await, 428, "KORE-OBJECT-0004");
    let stale = owner.patch(&path, "\"1\"", &patch).await;
    is(&stale, 412, "KORE-OBJECT-0003");
    assert_eq!(stale.etag(), read.etag());
    let preview = owner.patch(&format!("{path}?dryRun=All"), read.etag(), &patch).await;
    assert_eq!(preview.body["changes"][0]["path"], "nodePools.default.size", "{}", preview.text);
    let digest = preview.body["digest"].as_str().unwrap().to_owned();
    let moved = [("if-match", read.etag()), ("if-preview-digest", "0")];
    is(&owner.send(Method::PATCH, &path, &moved, Some(&patch)).await, 412, "KORE-OBJECT-0003");
    let looked = [("if-match", read.etag()), ("if-preview-digest", digest.as_str())];
    let changed = owner.send(Method::PATCH, &path, &looked, Some(&patch)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.body["metadata"]["generation"], 2);
    // What changes nothing is no change.
    let same = owner.patch(&path, changed.etag(), &patch).await;
    assert_eq!((same.etag(), same.header("kore-operation")), (changed.etag(), ""));
    // What is fixed stays fixed.
    let fixed = json!({ "spec": { "overrides": { "driver": "controlPlaneOnly" } } });
    let refused = owner.patch(&path, changed.etag(), &fixed).await;
    is(&refused, 422, "KORE-INPUT-0005");
    assert_eq!(refused.pointers(), ["/spec/overrides/driver"]);

    let access = viewer.get(&format!("{path}/access")).await;
    assert_eq!(access.body["server"], "https://127.0.0.1:8421/k8s/payments/dev");

    // Owners keep what still owns things, and protected things.
    let team = admin.get("/api/v1/teams/payments").await;
    let refused = admin.delete("/api/v1/teams/payments", team.etag()).await;
    is(&refused, 409, "KORE-OBJECT-0005");
    assert_eq!(refused.body["metadata"]["clusters"], "payments/dev");
    let protect = owner.patch(&path, changed.etag(), &json!({ "spec": { "deletionProtection": true } })).await;
    is(&owner.delete(&path, protect.etag()).await, 409, "KORE-OBJECT-0006");
    let open = owner.patch(&path, protect.etag(), &json!({ "spec": { "deletionProtection": null } })).await;
    let gone = owner.delete(&path, open.etag()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    is(&owner.get(&path).await, 404, "KORE-OBJECT-0001");

    // All of it is on record, with who, what, where, result, and nothing of the bodies.
    let trail = owner.get("/api/v1/teams/payments/auditrecords?limit=500").await;
    let actions: Vec<_> =
        trail.body["items"].as_array().unwrap().iter().map(|record| record["action"].as_str().unwrap()).collect();
    for action in ["team.create", "cluster.create", "cluster.update", "cluster.delete", "cluster.enter"] {
        assert!(actions.contains(&action), "{action} not in {actions:?}");
    }
    let created = admin.get("/api/v1/auditrecords?filter=action=cluster.create,result=allowed").await;
    assert_eq!(created.body["items"].as_array().unwrap().len(), 1, "{}", created.text);
    assert_eq!(created.body["items"][0]["object"], "cluster/payments/dev");
    assert_eq!(created.body["items"][0]["requestId"], made.header("x-request-id"));
    is(&viewer.get("/api/v1/teams/payments/auditrecords").await, 403, "KORE-AUTH-0003");

    let mut live = cluster("live", json!({}));
    live["spec"]["paused"] = json!(false);
    let made = owner.post(CLUSTERS, &live).await;
    assert_eq!(made.header("kore-operation").len(), 36, "{}", made.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_is_said_with_code_owner_and_fix() {
    let test = TestApp::start().await.unwrap();
    let (nobody, admin) = (test.anonymous(), test.admin().await.unwrap());
    test.team(&admin, "payments").await.unwrap();
    test.team(&admin, "fraud").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let viewer = test.member("vera", "payments", TeamRole::Viewer).await.unwrap();

    // Every route but the public ones refuses who is not signed in.
    for route in routes::table().into_iter().filter(|route| route.access != Access::Public) {
        let path = route.path.replace("{team}", "payments").replace("{name}", "dev");
        is(&nobody.send(route.method, &path, &[], None).await, 401, "KORE-AUTH-0001");
    }
    is(&test.with_token("kore_at_nonsense").get("/api/v1/teams").await, 401, "KORE-AUTH-0001");

    // A foreign team looks like none; a known one says which role is missing.
    for path in ["/api/v1/teams/fraud", "/api/v1/teams/fraud/clusters", "/api/v1/teams/nowhere/clusters"] {
        is(&owner.get(path).await, 404, "KORE-OBJECT-0001");
    }
    is(&owner.post("/api/v1/teams/fraud/clusters", &cluster("dev", json!({}))).await, 404, "KORE-OBJECT-0001");
    is(&viewer.post(CLUSTERS, &cluster("dev", json!({}))).await, 403, "KORE-AUTH-0003");
    is(&owner.post("/api/v1/plans", &json!({})).await, 403, "KORE-AUTH-0003");
    assert_eq!(owner.get("/api/v1/teams").await.names(), ["payments"]);
    assert_eq!(admin.get("/api/v1/teams").await.names(), ["fraud", "payments"]);

    // A wrong plan, unknown fields, names, ranges.
    let body = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "smal" } } });
    let refused = owner.post(CLUSTERS, &body).await;
    is(&refused, 422, "KORE-INPUT-0003");
    assert!(refused.text.contains("did you mean"), "{}", refused.text);
    let body = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "pausd": true } });
    let refused = owner.post(CLUSTERS, &body).await;
    is(&refused, 422, "KORE-INPUT-0002");
    assert_eq!(refused.pointers(), ["/spec/pausd"]);
    assert!(refused.text.contains("did you mean \\\"paused\\\""), "{}", refused.text);
    let refused = owner.post(CLUSTERS, &cluster("dev", json!({ "nodePools": { "default": { "size": 99 } } }))).await;
    is(&refused, 422, "KORE-INPUT-0002");
    assert_eq!(refused.pointers(), ["/spec/overrides/nodePools/default/size"]);
    is(&owner.post(CLUSTERS, &cluster("Not_A_Name", json!({}))).await, 422, "KORE-INPUT-0004");
    let reserved = json!({ "metadata": { "name": "dev", "labels": { "kore.internal/team": "fraud" } }, "spec": { "plan": { "name": "small" } } });
    is(&owner.post(CLUSTERS, &reserved).await, 422, "KORE-INPUT-0002");
    // In a dry run what refuses is part of the answer.
    let preview = owner
        .post(&format!("{CLUSTERS}?dryRun=All"), &cluster("dev", json!({ "nodePools": { "default": { "size": 99 } } })))
        .await;
    assert_eq!(preview.body["problems"][0]["code"], "KORE-INPUT-0002", "{}", preview.text);

    // Forms of requests.
    is(&admin.get("/api/v1/nothing").await, 404, "KORE-OBJECT-0001");
    // A browser gets a page, but not of the API.
    let browser = [("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
    let page = admin.send(Method::GET, "/auth/%3Cb%3E", &browser, None).await;
    assert!(
        page.status == StatusCode::NOT_FOUND && page.header("content-type").starts_with("text/html"),
        "{}",
        page.text
    );
    assert!(page.text.contains("KORE-OBJECT-0001") && !page.text.contains("<b>"), "{}", page.text);
    let place = admin.send(Method::GET, "/clusters/%3Cb%3E", &browser, None).await;
    assert_eq!(place.header("location"), "/auth/login?next=%2Fclusters%2F%253Cb%253E", "the console says so itself");
    is(&admin.send(Method::GET, "/api/v1/nothing", &browser, None).await, 404, "KORE-OBJECT-0001");
    is(&admin.get("/clusters").await, 404, "KORE-OBJECT-0001");
    is(&admin.send(Method::PUT, "/api/v1/teams", &[], None).await, 405, "KORE-SERVER-0006");
    let text = [("content-type", "text/plain")];
    is(&admin.send(Method::POST, "/api/v1/teams", &text, Some(&json!({}))).await, 415, "KORE-SERVER-0007");
    is(&admin.post("/api/v1/teams", &json!({ "x": "y".repeat(1 << 20) })).await, 413, "KORE-SERVER-0005");
    for query in ["limit=x", "limit=0", "filter=nofield=1", "orderBy=nofield", "unknown=1", "labelSelector=(("] {
        is(&admin.get(&format!("/api/v1/clusters?{query}")).await, 400, "KORE-INPUT-0001");
    }
    is(&admin.get("/api/v1/clusters?continue=abc").await, 410, "KORE-OBJECT-0007");
    is(&admin.get("/api/v1/events?kinds=Nothing").await, 400, "KORE-INPUT-0001");

    // Lists: pages, filters, orders.
    for name in ["c", "a", "b"] {
        let made = owner.post(CLUSTERS, &cluster(name, json!({}))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    let page = owner.get("/api/v1/clusters?limit=2").await;
    assert_eq!((page.names(), &page.body["metadata"]["remainingItemCount"]), (vec!["a", "b"], &json!(1)));
    let token = page.body["metadata"]["continue"].as_str().unwrap();
    assert_eq!(owner.get(&format!("/api/v1/clusters?limit=2&continue={token}")).await.names(), ["c"]);
    is(&owner.get(&format!("/api/v1/clusters?orderBy=-name&continue={token}")).await, 410, "KORE-OBJECT-0007");
    assert_eq!(owner.get("/api/v1/clusters?filter=name~b,plan=small&orderBy=-created").await.names(), ["b"]);
    assert_eq!(admin.get("/api/v1/teams/fraud/clusters").await.names(), Vec::<&str>::new());

    // Headers that keep browsers honest, no CORS, and health.
    let live = nobody.get("/livez").await;
    assert_eq!((live.text.as_str(), live.header("x-content-type-options")), ("ok\n", "nosniff"));
    assert!(live.headers.get("access-control-allow-origin").is_none());
    let ready = nobody.get("/readyz?verbose").await;
    assert!(ready.status.is_success() && ready.text.contains("[+]database ok"), "{}", ready.text);
    assert!(nobody.get("/metrics").await.text.contains("kore_http_requests_total"));

    // A team keeps an owner; people who are not there cannot be members.
    let member = admin.get("/api/v1/teams/fraud/memberships/admin").await;
    is(&admin.delete("/api/v1/teams/fraud/memberships/admin", member.etag()).await, 409, "KORE-OBJECT-0011");
    let ghost = json!({ "metadata": { "name": "ghost" }, "spec": { "role": "viewer" } });
    is(&admin.post("/api/v1/teams/fraud/memberships", &ghost).await, 422, "KORE-INPUT-0002");

    // Refusals are on record too.
    let denied = admin.get("/api/v1/auditrecords?filter=result=denied,actor=user:vera").await;
    assert_eq!(denied.body["items"][0]["code"], "KORE-AUTH-0003", "{}", denied.text);

    // Without a database nothing is changed: what cannot be recorded is not done.
    test.app.store.close().await.unwrap();
    let refused = admin.post("/api/v1/teams", &json!({ "metadata": { "name": "late" }, "spec": {} })).await;
    is(&refused, 503, "KORE-SERVER-0002");
    assert!(test.app.indexes.teams.get(None, "late").is_none());
    assert_eq!(nobody.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
