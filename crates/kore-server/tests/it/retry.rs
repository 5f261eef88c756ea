//! Having a failed operation tried again: who may, and when there is nothing to try.

use kore_api::{
    codes::Owner,
    identity::TeamRole,
    meta::ANNOTATION_RETRY,
    operation::{Failure, OperationAction, OperationState, Target},
};
use kore_engine::operations::{NewOperation, OperationLog, operation_id};
use kore_testkit::test_app::{Actor, TestApp};
use kube::ResourceExt;
use serde_json::{Value, json};
use uuid::Uuid;

/// An operation on a cluster, as its controller would leave it.
async fn leave(app: &TestApp, uid: &str, generation: i64, state: OperationState) -> Uuid {
    let new = NewOperation {
        id: operation_id(uid, OperationAction::Change, generation),
        action: OperationAction::Change,
        target: Target {
            kind: "Cluster".into(),
            team: Some("payments".into()),
            name: "dev".into(),
            uid: uid.into(),
            generation,
        },
        requested_by: "user:ana".into(),
        request_id: None,
        parameters: json!({}),
    };
    let id = new.id;
    let failure = Failure {
        code: "KORE-LOCAL-0002".into(),
        message: "disk is full".into(),
        cause: None,
        owner: Owner::You,
        fix: Vec::new(),
        retryable: false,
    };
    app.app.store.begin(new).await.unwrap();
    app.app.store.state(id, state, (state == OperationState::Failed).then_some(&failure), None).await.unwrap();
    id
}

async fn retry(actor: &Actor, id: Uuid) -> (u16, String) {
    let answer = actor.post(&format!("/api/v1/operations/{id}/retry"), &Value::Null).await;
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_last_is_tried_again_by_who_may_work_in_the_cluster() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.team(&admin, "fraud").await.unwrap();
    app.plan(&admin, "small").await.unwrap();
    let dora = app.member("dora", "payments", TeamRole::Developer).await.unwrap();
    let vera = app.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    let otto = app.member("otto", "fraud", TeamRole::Owner).await.unwrap();
    let cluster = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "paused": true } });
    assert_eq!(admin.post("/api/v1/teams/payments/clusters", &cluster).await.status, 201);
    let there = || app.app.indexes.clusters.get(Some("team-payments"), "dev").unwrap();
    let uid = there().uid().unwrap();
    let wanted = || there().annotations().get(ANNOTATION_RETRY).cloned();

    let done = leave(&app, &uid, 1, OperationState::Done).await;
    assert_eq!(retry(&dora, done).await, (409, "KORE-OBJECT-0015".to_owned()), "it did not fail");
    let failed = leave(&app, &uid, 2, OperationState::Failed).await;
    assert_eq!(retry(&vera, failed).await, (403, "KORE-AUTH-0003".to_owned()));
    assert_eq!(retry(&otto, failed).await.0, 404, "another team's");
    assert_eq!(retry(&dora, Uuid::nil()).await.0, 404);
    assert_eq!(wanted(), None, "nobody who may has asked");

    assert_eq!(retry(&dora, failed).await.0, 200);
    let first = wanted();
    assert!(first.is_some(), "its controller is told");
    assert_eq!(retry(&dora, failed).await.0, 200);
    assert_ne!(wanted(), first, "each time");
    let trail = admin.get("/api/v1/auditrecords?filter=action=operation.retry").await;
    let results: Vec<_> = trail.body["items"].as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
    assert_eq!(results.iter().filter(|result| **result == "allowed").count(), 2, "{}", trail.text);
    assert!(results.iter().any(|result| *result == "denied"), "{}", trail.text);

    leave(&app, &uid, 3, OperationState::Running).await;
    assert_eq!(retry(&dora, failed).await, (409, "KORE-OBJECT-0015".to_owned()), "a newer one is under way");
    let elsewhere = leave(&app, "gone", 1, OperationState::Failed).await;
    assert_eq!(retry(&dora, elsewhere).await, (409, "KORE-OBJECT-0015".to_owned()), "what it was about is gone");
}
