//! Kubernetes versions through the API: what may be asked for, and what a preview says against it.

use std::{collections::HashMap, sync::Arc};

use kore_api::plan::Provider;
use kore_engine::{
    memory::{MemoryProvider, Obstacle},
    provider::ClusterProvider,
};
use kore_testkit::test_app::TestApp;
use serde_json::{Value, json};

const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

fn cluster(version: &str) -> Value {
    let overrides = json!({ "kubernetesVersion": version });
    json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "overrides": overrides } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_goes_up_by_one_and_a_preview_says_what_holds_it() {
    let provider = MemoryProvider::default();
    let provided: Arc<dyn ClusterProvider> = Arc::new(provider.clone());
    let test = TestApp::start_with(HashMap::from([(Provider::Local, provided)])).await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let made = admin.post(CLUSTERS, &cluster("1.35")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("{CLUSTERS}/dev");
    let dry = format!("{path}?dryRun=All");
    // Before anything of it is there, any version goes.
    let preview = admin.put(&dry, "*", &cluster("1.33")).await;
    assert_eq!((preview.status.as_u16(), &preview.body["preflight"]), (200, &Value::Null), "{}", preview.text);

    for thing in ["kube-apiserver", "node/default-1"] {
        provider.world.put(&format!("payments.dev/{thing}"), "at 1.35").unwrap();
    }
    for (version, why) in [("1.34", "never goes down"), ("1.37", "to 1.36 first")] {
        let refused = admin.put(&path, "*", &cluster(version)).await;
        assert_eq!((refused.code(), refused.status.as_u16()), ("KORE-INPUT-0006", 422), "{}", refused.text);
        assert_eq!(refused.pointers(), ["/spec/overrides/kubernetesVersion"]);
        assert!(refused.body["detail"].as_str().unwrap().contains(why), "{}", refused.text);
    }
    let result = |preview: &Value, name: &str| {
        let checks = preview["preflight"]["checks"].as_array().unwrap();
        checks.iter().find(|check| check["name"] == name).unwrap()["result"].as_str().unwrap().to_owned()
    };
    for (obstacle, budgets, versions) in [
        (None, "pass", "pass"),
        (Some(Obstacle::Budget("shop/web".to_owned())), "fail", "pass"),
        (Some(Obstacle::Unseen), "unknown", "unknown"),
    ] {
        *provider.obstacle.lock().unwrap() = obstacle;
        let preview = admin.put(&dry, "*", &cluster("1.36")).await;
        assert_eq!((preview.status.as_u16(), &preview.body["problems"]), (200, &Value::Null), "{}", preview.text);
        assert_eq!(result(&preview.body, "disruptionBudgets"), budgets, "{}", preview.text);
        assert_eq!(result(&preview.body, "versions"), versions, "{}", preview.text);
        assert_eq!(preview.body["changes"][0]["effect"], "rolling", "{}", preview.text);
    }

    // A plan version that skips one cannot be moved to, and says so beforehand.
    let free = json!({ "metadata": { "name": "free" }, "spec": { "plan": { "name": "small" } } });
    assert_eq!(admin.post(CLUSTERS, &free).await.status, 201);
    let spec =
        json!({ "plan": "small", "version": 2, "provider": "local", "parameters": { "kubernetesVersion": "1.38" } });
    let version = json!({ "metadata": { "name": "small-v2" }, "spec": spec });
    assert_eq!(admin.post("/api/v1/planversions", &version).await.status, 201);
    let mut moved = cluster("1.35");
    moved["spec"] = json!({ "plan": { "name": "small", "version": 2 } });
    let refused = admin.put(&path, "*", &moved).await;
    assert_eq!(refused.code(), "KORE-INPUT-0006", "{}", refused.text);
    let impact = admin.get("/api/v1/planversions/small-v2/impact").await;
    assert_eq!(impact.body["clusters"][0]["blocked"], Value::Null, "its override stays: {}", impact.text);
    let blocked = &impact.body["clusters"][1]["blocked"];
    assert_eq!(blocked[0]["pointer"], "/kubernetesVersion", "{}", impact.text);
    assert!(blocked[0]["detail"].as_str().unwrap().contains("to 1.37 first"), "{}", impact.text);

    // What holds it does not refuse the wish, which can be taken back until it is on its way.
    for version in ["1.36", "1.35", "1.36"] {
        let wish = admin.put(&path, "*", &cluster(version)).await;
        assert_eq!(wish.status, 200, "{}", wish.text);
    }
    provider.world.put("payments.dev/kube-apiserver", "at 1.36").unwrap();
    let back = admin.put(&path, "*", &cluster("1.35")).await;
    assert!(back.body["detail"].as_str().unwrap().contains("no way back"), "{}", back.text);
    let shown = admin.put(&dry, "*", &cluster("1.36")).await;
    assert_eq!(shown.body["preflight"], Value::Null, "{}", shown.text);
}
