//! What is on record: every write, every refusal, under the name of what was done; and no more.

use http::{Method, StatusCode};
use jiff::Timestamp;
use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

/// Action, object, result and code of a record.
fn told(record: &Value) -> [&str; 4] {
    ["action", "object", "result", "code"].map(|field| record[field].as_str().unwrap_or_default())
}

fn encoded(filter: &str) -> String {
    filter.replace('<', "%3C").replace('>', "%3E")
}

async fn trail(admin: &Actor, filter: &str) -> Vec<Value> {
    let answer = admin.get(&format!("/api/v1/auditrecords?limit=500&filter={}", encoded(filter))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.body["items"].as_array().unwrap().clone()
}

/// The records of one request, oldest first.
async fn of(admin: &Actor, answer: &Answer) -> Vec<Value> {
    let mut records = trail(admin, &format!("requestId={}", answer.header("x-request-id"))).await;
    records.reverse();
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_are_recorded_by_what_they_do_and_refusals_with_their_code() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let viewer = test.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let dev = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "paused": true } });
    assert_eq!(owner.post(CLUSTERS, &dev).await.status, StatusCode::CREATED);
    let user = json!({ "metadata": { "name": "uwe" }, "spec": {} });

    // Each request leaves exactly these records.
    let unknown = json!({ "metadata": { "name": "dev2" }, "spec": { "plan": { "name": "small" }, "nodez": 1 } });
    let patch = json!({ "spec": { "paused": false } });
    let (item, stale) = (format!("{CLUSTERS}/dev"), [("if-match", "\"1\"")]);
    let (text, role) = ([("content-type", "text/plain")], json!({ "spec": { "role": "viewer" } }));
    let member = admin.get("/api/v1/teams/payments/memberships/admin").await;
    let other = admin.get("/api/v1/teams/payments/memberships/olga").await;
    let gone = owner.delete("/api/v1/teams/payments/memberships/admin", member.etag()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let plan = json!({ "metadata": { "name": "large" }, "spec": { "provider": "local" } });
    let cases: Vec<(Answer, Vec<[&str; 4]>)> = vec![
        (
            owner.post(CLUSTERS, &unknown).await,
            vec![["cluster.create", "cluster/payments/dev2", "refused", "KORE-INPUT-0002"]],
        ),
        (
            owner.post(CLUSTERS, &dev).await,
            vec![["cluster.create", "cluster/payments/dev", "refused", "KORE-OBJECT-0002"]],
        ),
        (
            owner.send(Method::POST, CLUSTERS, &text, Some(&dev)).await,
            vec![["cluster.create", "cluster/payments/?", "refused", "KORE-SERVER-0007"]],
        ),
        (
            owner.send(Method::PATCH, &item, &[], Some(&patch)).await,
            vec![["cluster.update", "cluster/payments/dev", "refused", "KORE-OBJECT-0004"]],
        ),
        (
            owner.send(Method::PATCH, &item, &stale, Some(&patch)).await,
            vec![["cluster.update", "cluster/payments/dev", "refused", "KORE-OBJECT-0003"]],
        ),
        (
            owner.delete(&format!("{CLUSTERS}/nothing"), "*").await,
            vec![["cluster.delete", "cluster/payments/nothing", "refused", "KORE-OBJECT-0001"]],
        ),
        (viewer.delete(&item, "*").await, vec![["cluster.delete", "cluster/payments/dev", "denied", "KORE-AUTH-0003"]]),
        (viewer.post("/api/v1/plans", &plan).await, vec![["plan.create", "plan/large", "denied", "KORE-AUTH-0003"]]),
        (viewer.get("/api/v1/users").await, vec![["user.read", "users", "denied", "KORE-AUTH-0003"]]),
        (admin.post("/api/v1/plans", &plan).await, vec![["plan.create", "plan/large", "allowed", ""]]),
        (admin.delete("/api/v1/plans/large", "*").await, vec![["plan.delete", "plan/large", "allowed", ""]]),
        (admin.post("/api/v1/users", &user).await, vec![["user.create", "user/uwe", "allowed", ""]]),
        (admin.post("/api/v1/users", &user).await, vec![["user.create", "user/uwe", "refused", "KORE-OBJECT-0002"]]),
        // The last owner stays: only the database finds out.
        (
            owner.patch("/api/v1/teams/payments/memberships/olga", other.etag(), &role).await,
            vec![
                ["membership.update", "membership/payments/olga", "allowed", ""],
                ["membership.update", "membership/payments/olga", "failed", "KORE-OBJECT-0011"],
            ],
        ),
        (
            owner.post(&format!("{item}/credential"), &json!({})).await,
            vec![["cluster.credential", "cluster/payments/dev", "allowed", ""]],
        ),
        (
            owner.post("/api/v1/management/credential", &json!({})).await,
            vec![["management.credential", "management", "denied", "KORE-AUTH-0003"]],
        ),
        // Questions and ordinary reads are not recorded.
        (owner.post(&format!("{CLUSTERS}?dryRun=All"), &unknown).await, vec![]),
        (viewer.get(&item).await, vec![]),
        (viewer.get(CLUSTERS).await, vec![]),
        (viewer.get(&format!("{CLUSTERS}/nothing")).await, vec![]),
    ];
    for (answer, expected) in &cases {
        let records = of(&admin, answer).await;
        assert_eq!(&records.iter().map(told).collect::<Vec<_>>(), expected, "{}", answer.text);
        for record in &records {
            let refusal = record["result"] != "allowed";
            assert_eq!(record["status"].as_u64(), refusal.then(|| u64::from(answer.status.as_u16())), "{record}");
        }
    }
    let published = trail(&admin, "action=planversion.create").await;
    assert_eq!(
        published.iter().map(told).collect::<Vec<_>>(),
        [["planversion.create", "planversion/small-v1", "allowed", ""]]
    );
    // A team's own trail has what was refused there.
    let own = owner.get("/api/v1/teams/payments/auditrecords?filter=result=refused&limit=500").await;
    assert_eq!(own.body["items"].as_array().unwrap().len(), 6, "{}", own.text);
    assert!(own.body["items"].as_array().unwrap().iter().all(|record| record["actor"] == "user:olga"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_recorded_without_their_secrets_and_a_flood_is_two_records() {
    let test = TestApp::start().await.unwrap();
    let (nobody, admin) = (test.anonymous(), test.admin().await.unwrap());
    for _ in 0..30 {
        assert_eq!(nobody.get("/api/v1/whoami").await.status, StatusCode::UNAUTHORIZED);
    }
    let secret = "kore_at_0123456789abcdefghijklmnopqrstuvwxyz";
    let wrong = test.with_token(secret).get("/api/v1/clusters").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let records = trail(&admin, "actor=anonymous").await;
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(told(&records[0]), ["authenticate", "api", "denied", "KORE-AUTH-0001"]);
    assert_eq!((&records[0]["status"], &records[0]["detail"]), (&json!(401), &json!("GET /api/v1/whoami")));

    test.app.audit.flush(Timestamp::MAX).await;
    let records = trail(&admin, "actor=anonymous").await;
    assert_eq!(records.len(), 2, "{records:?}");
    assert_eq!(records[0]["detail"], "30 more within a minute");
    assert!(!format!("{records:?}").contains(&secret[8..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_on_record_field_by_field() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let changes = async |answer: &Answer| {
        assert!(answer.status.is_success(), "{}", answer.text);
        let records = of(&admin, answer).await;
        let line = |change: &Value| {
            let side = |name: &str| change.get(name).map_or_else(|| "-".to_owned(), Value::to_string);
            format!("{} {} {}", change["path"].as_str().unwrap(), side("before"), side("after"))
        };
        records[0]["changes"].as_array().into_iter().flatten().map(line).collect::<Vec<_>>()
    };
    let dev = json!({
        "metadata": { "name": "dev", "labels": { "tier": "test" } },
        "spec": { "plan": { "name": "small" }, "paused": true },
    });
    let made = admin.post(CLUSTERS, &dev).await;
    let found = changes(&made).await;
    assert!(found.contains(&"spec.paused - true".to_owned()), "{found:?}");
    assert!(found.contains(&r#"spec.plan - {"name":"small","version":1}"#.to_owned()), "{found:?}");
    let item = format!("{CLUSTERS}/dev");
    let changed = admin.patch(&item, made.etag(), &json!({ "spec": { "paused": false } })).await;
    assert_eq!(changes(&changed).await, ["spec.paused true -"]);
    let labels = json!({ "metadata": { "labels": { "tier": "prod" } } });
    let changed = admin.patch(&item, changed.etag(), &labels).await;
    assert_eq!(changes(&changed).await, ["metadata.labels.tier \"test\" \"prod\""]);

    let user = admin.post("/api/v1/users", &json!({ "metadata": { "name": "uwe" }, "spec": {} })).await;
    assert_eq!(changes(&user).await, ["spec.disabled - false"]);
    let disabled = admin.patch("/api/v1/users/uwe", user.etag(), &json!({ "spec": { "disabled": true } })).await;
    assert_eq!(changes(&disabled).await, ["spec.disabled false true"]);
    let member = json!({ "metadata": { "name": "uwe" }, "spec": { "role": "viewer" } });
    let member = admin.post("/api/v1/teams/payments/memberships", &member).await;
    assert_eq!(changes(&member).await, ["spec.role - \"viewer\""]);
    let item = "/api/v1/teams/payments/memberships/uwe";
    let role = admin.patch(item, member.etag(), &json!({ "spec": { "role": "owner" } })).await;
    assert_eq!(changes(&role).await, ["spec.role \"viewer\" \"owner\""]);
    let gone = admin.delete(item, role.etag()).await;
    assert_eq!(changes(&gone).await, ["spec.role \"owner\" -"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_field_is_filtered_by_and_pages_hold_their_filter() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    let begun = test.app.clock.now();
    test.team(&admin, "payments").await.unwrap();
    for n in 0..4 {
        let answer = admin.post("/api/v1/users", &json!({ "metadata": { "name": format!("u{n}") }, "spec": {} })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    }
    let count = async |filter: &str| trail(&admin, filter).await.len();
    for (filter, expected) in [
        (format!("at>={begun}"), 5),
        (format!("at<{begun}"), 0),
        (format!("at>={begun},at<2999-01-01T00:00:00Z,action~USER"), 4),
        ("actor=user:admin".to_owned(), 5),
        ("actor!=user:admin".to_owned(), 0),
        ("team=payments".to_owned(), 1),
        ("team=".to_owned(), 4),
        ("object~user/u".to_owned(), 4),
        ("result!=denied".to_owned(), 5),
        ("source=api".to_owned(), 5),
        ("source=cli".to_owned(), 0),
        ("code=KORE-AUTH-0003".to_owned(), 0),
        ("requestId~0".to_owned(), 5),
    ] {
        assert_eq!(count(&filter).await, expected, "{filter}");
    }
    for wrong in ["at~2026", "at>=yesterday", "result=maybe", "actor<a", "detail=x", "at>2026"] {
        let answer = admin.get(&format!("/api/v1/auditrecords?filter={}", encoded(wrong))).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "KORE-INPUT-0001"), "{wrong}");
    }
    let page = admin.get("/api/v1/auditrecords?filter=action=user.create&limit=3").await;
    let next = page.body["metadata"]["continue"].as_str().unwrap();
    let rest = admin.get(&format!("/api/v1/auditrecords?filter=action=user.create&limit=3&continue={next}")).await;
    assert_eq!(rest.body["items"].as_array().unwrap().len(), 1, "{}", rest.text);
    let other = admin.get(&format!("/api/v1/auditrecords?filter=action=team.create&limit=3&continue={next}")).await;
    assert!(!other.status.is_success(), "a page belongs to its filter");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_joins_the_answer_the_trail_and_the_clusters_own_log() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    let team = json!({ "metadata": { "name": "payments" }, "spec": {} });
    let id = "0190b8a2-7d1e-7c3a-9a0b-2f6f6f6f6f6f";
    let made = admin.send(Method::POST, "/api/v1/teams", &[("x-request-id", id)], Some(&team)).await;
    assert_eq!((made.status, made.header("x-request-id")), (StatusCode::CREATED, id), "{}", made.text);
    let changed = json!({ "spec": { "displayName": "Payments" } });
    let headers = [("x-request-id", "second"), ("if-match", "*")];
    let changed = admin.send(Method::PATCH, "/api/v1/teams/payments", &headers, Some(&changed)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(
        of(&admin, &made).await.iter().map(told).collect::<Vec<_>>(),
        [["team.create", "team/payments", "allowed", ""]]
    );
    let log = std::fs::read_to_string(test.plane.directory().join("audit.log")).unwrap();
    let verbs = |id: &str| {
        let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let ours = events.filter(|event| event["auditID"] == id && event["stage"] == "ResponseComplete");
        ours.map(|event| format!("{} {}", event["verb"], event["objectRef"]["name"])).collect::<Vec<_>>()
    };
    assert_eq!(verbs(id), [r#""create" "payments""#]);
    assert_eq!(verbs("second"), [r#""update" "payments""#]);
}
