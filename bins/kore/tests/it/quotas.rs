//! Quotas and the address plan.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::{Value, json};
use wiremock::{
    Mock,
    matchers::{body_partial_json, header, method, path},
};

use crate::world::{World, code, filters, list, object, ok};

fn quota(spec: Value) -> Value {
    let line = |quota: &str, used: u32, limit: Value| json!({ "quota": quota, "used": used, "limit": limit });
    let lines = json!([
        line("clusters", 2, json!(2)),
        line("nodes", 3, json!(10)),
        line("vcpus", 0, Value::Null),
        line("memoryMib", 0, Value::Null),
        line("namespaces", 4, Value::Null),
    ]);
    object("Quota", None, "payments", spec, json!({ "lines": lines }))
}

#[tokio::test]
async fn a_quota_is_shown_and_set() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", "/api/v1/quotas/payments", ok(&quota(json!({ "nodes": 10 })))).await;
    assert_snapshot!(world.kore(&["team", "quota", "show", "payments"]).await);
    world.on("GET", "/api/v1/quotas", list("Quota", &[quota(json!({}))])).await;
    assert_snapshot!(world.kore(&["team", "quota", "list"]).await);
    Mock::given(method("PUT"))
        .and(path("/api/v1/quotas/payments"))
        .and(header("if-match", "\"7\""))
        .and(body_partial_json(json!({ "spec": { "nodes": "unlimited", "clusters": 5 } })))
        .respond_with(ok(&quota(json!({ "nodes": "unlimited", "clusters": 5 }))))
        .expect(1)
        .mount(&world.server)
        .await;
    let set = ["team", "quota", "set", "payments", "nodes=unlimited", "clusters=5"];
    assert_snapshot!(world.kore(&set).await);
    let (exit, _, err) = world.run(&["team", "quota", "set", "payments", "pods=3"]).await;
    assert!(exit == 2 && err.contains("there is no quota \"pods\""), "{err}");
}

#[tokio::test]
async fn what_exceeds_a_quota_is_denied() {
    let _filters = filters();
    let world = World::new().await;
    let detail = "the quota of team payments does not allow it: clusters: 2 of 2 used, 1 more asked for";
    world.on("POST", "/api/v1/teams/payments/clusters", code(Code::QuotaExceeded, detail)).await;
    assert_snapshot!(world.kore(&["cluster", "create", "payments/x", "--plan", "evaluation"]).await);
}

#[tokio::test]
async fn pools_and_ranges_are_listed_made_and_recorded() {
    let _filters = filters();
    let world = World::new().await;
    let of = |cidr: &str, prefix: u8| json!({ "cidrs": [cidr], "prefix": prefix });
    let spec = json!({ "provider": "local", "pod": of("100.88.0.0/14", 20), "service": of("100.92.0.0/15", 22) });
    let pool = object("AddressPool", None, "local", spec.clone(), json!({}));
    world.on("GET", "/api/v1/addresspools", list("AddressPool", std::slice::from_ref(&pool))).await;
    assert_snapshot!(world.kore(&["address-pool", "list"]).await);
    Mock::given(method("POST"))
        .and(path("/api/v1/addresspools"))
        .and(body_partial_json(json!({ "metadata": { "name": "local" }, "spec": spec })))
        .respond_with(ok(&pool))
        .expect(1)
        .mount(&world.server)
        .await;
    let create = ["address-pool", "create", "local", "--pods", "100.88.0.0/14:20", "--services", "100.92.0.0/15:22"];
    assert_snapshot!(world.kore(&create).await);
    let row = |id: &str, cidr: &str, status: Value| {
        object("AddressReservation", None, id, json!({ "cidr": cidr, "note": "" }), status)
    };
    let rows = [
        row("r1", "100.88.0.0/20", json!({ "purpose": "pod", "pool": "local", "owner": "cluster/payments/dev" })),
        row("r2", "10.0.0.0/8", json!({ "purpose": "external", "madeBy": "user:ana" })),
    ];
    world.on("GET", "/api/v1/addressreservations", list("AddressReservation", &rows)).await;
    assert_snapshot!(world.kore(&["address-pool", "reservations"]).await);
    let (exit, _, err) = world.run(&["address-pool", "release", "10.1.0.0/16"]).await;
    assert!(exit == 2 && err.contains("nobody has 10.1.0.0/16"), "{err}");
}
