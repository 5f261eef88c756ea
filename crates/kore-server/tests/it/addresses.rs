//! The address plan through the API: pools, what exists outside, and a cluster that there is no room for.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use kore_api::{
    address::{AddressPoolSpec, Purpose},
    identity::PlatformRole,
    plan::Provider,
};
use kore_engine::{memory::MemoryProvider, provider::ClusterProvider};
use kore_store::{AddressAsk, Addressed};
use kore_testkit::test_app::TestApp;
use serde_json::{Value, json};

const POOLS: &str = "/api/v1/addresspools";
const RESERVATIONS: &str = "/api/v1/addressreservations";
const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

fn pool(name: &str, pods: &str, prefix: u8) -> Value {
    let of = |cidr: &str, prefix: u8| json!({ "cidrs": [cidr], "prefix": prefix });
    let spec = json!({ "provider": "local", "pod": of(pods, prefix), "service": of("10.9.0.0/16", 22) });
    json!({ "metadata": { "name": name }, "spec": spec })
}

fn outside(cidr: &str) -> Value {
    json!({ "metadata": {}, "spec": { "cidr": cidr, "note": "the office" } })
}

/// As a cluster's controller does.
async fn reserve(test: &TestApp, holder: &str, pool: &Value) -> Addressed {
    let spec: AddressPoolSpec = serde_json::from_value(pool["spec"].clone()).unwrap();
    let ask = AddressAsk {
        holder,
        object: "cluster/payments/dev",
        made_by: "system:controller",
        purposes: &[Purpose::Pod, Purpose::Service],
        pools: &[("small", &spec)],
        has: None,
        occupied: &[],
        seed: 0,
    };
    test.app.store.reserve_addresses(ask, test.app.clock.now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_keeps_what_somebody_has_of_it() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    let auditor = test.person("otto", Some(PlatformRole::Auditor)).await.unwrap();
    let nobody = test.person("nina", None).await.unwrap();
    let small = pool("small", "10.0.0.0/19", 20);
    assert_eq!(auditor.post(POOLS, &small).await.status, 403);
    let made = admin.post(POOLS, &small).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!((auditor.get(POOLS).await.names(), nobody.get(POOLS).await.status.as_u16()), (vec!["small"], 403));
    let wrong = admin.post(POOLS, &pool("wrong", "10.0.0.1/19", 18)).await;
    assert_eq!(wrong.pointers(), ["/spec/pod/cidrs/0", "/spec/pod/cidrs/0"], "{}", wrong.text);
    let empty = json!({ "metadata": { "name": "empty" }, "spec": { "provider": "local" } });
    assert_eq!(admin.post(POOLS, &empty).await.pointers(), ["/spec"]);

    let Addressed::Yes(addresses) = reserve(&test, "uid-1", &small).await else { panic!("there is room") };
    let path = format!("{POOLS}/small");
    let moved = admin.put(&path, "*", &pool("small", "10.64.0.0/19", 20)).await;
    assert_eq!((moved.code(), moved.status.as_u16()), ("KORE-OBJECT-0012", 409), "{}", moved.text);
    assert!(moved.body["detail"].as_str().unwrap().contains(&addresses.pod.unwrap().to_string()), "{}", moved.text);
    assert_eq!(admin.delete(&path, "*").await.code(), "KORE-OBJECT-0012");
    let wider = admin.put(&path, "*", &pool("small", "10.0.0.0/18", 20)).await;
    assert_eq!(wider.status, 200, "{}", wider.text);
    test.app.store.release_addresses("uid-1").await.unwrap();
    assert_eq!(admin.delete(&path, "*").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exists_outside_is_recorded_once_and_never_overlaps() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    let auditor = test.person("otto", Some(PlatformRole::Auditor)).await.unwrap();
    assert_eq!(auditor.post(RESERVATIONS, &outside("10.0.0.0/16")).await.status, 403);
    let preview = admin.post(&format!("{RESERVATIONS}?dryRun=All"), &outside("10.0.0.0/16")).await;
    assert_eq!(preview.body["changes"][0]["after"]["cidr"], "10.0.0.0/16", "{}", preview.text);
    let made = admin.post(RESERVATIONS, &outside("10.0.0.0/16")).await;
    assert_eq!((made.status.as_u16(), &made.body["status"]["purpose"]), (201, &json!("external")), "{}", made.text);
    let again = admin.post(RESERVATIONS, &outside("10.0.128.0/17")).await;
    assert_eq!((again.code(), again.status.as_u16()), ("KORE-NETWORK-0002", 409), "{}", again.text);
    assert!(again.body["detail"].as_str().unwrap().contains("the office"), "{}", again.text);
    assert_eq!(admin.post(RESERVATIONS, &outside("10.0.0.1/16")).await.pointers(), ["/spec/cidr"]);

    let small = pool("small", "10.0.0.0/15", 20);
    let Addressed::Yes(addresses) = reserve(&test, "uid-1", &small).await else { panic!("there is room") };
    assert_eq!(addresses.pod.unwrap().to_string(), "10.1.0.0/20", "the first half is the office's");
    let rows = auditor.get(RESERVATIONS).await;
    let owners: Vec<_> = rows.body["items"].as_array().unwrap().iter().map(|row| &row["status"]["owner"]).collect();
    assert_eq!(owners.len(), 3, "{}", rows.text);
    let cluster = auditor.get(&format!("{RESERVATIONS}?filter=owner=cluster/payments/dev,purpose=pod")).await;
    let name = cluster.names()[0].to_owned();
    assert_eq!(admin.delete(&format!("{RESERVATIONS}/{name}"), "*").await.code(), "KORE-OBJECT-0012");
    let office = format!("{RESERVATIONS}/{}", made.body["metadata"]["name"].as_str().unwrap());
    assert_eq!(auditor.delete(&office, made.etag()).await.status, 403);
    assert_eq!(admin.delete(&office, made.etag()).await.status, 200);
    assert_eq!(admin.get(&office).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_there_is_no_room_for_is_refused_before_it_is_made() {
    let provider = MemoryProvider::default();
    provider.planned.store(true, Ordering::SeqCst);
    let provided: Arc<dyn ClusterProvider> = Arc::new(provider);
    let test = TestApp::start_with(HashMap::from([(Provider::Local, provided)])).await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let cluster = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" } } });
    let none = admin.post(CLUSTERS, &cluster).await;
    assert_eq!((none.code(), none.status.as_u16()), ("KORE-NETWORK-0001", 409), "{}", none.text);
    assert_eq!(none.body["owner"], "platformTeam");
    assert_eq!(admin.get(&format!("{CLUSTERS}/dev")).await.status, 404);

    let small = pool("small", "10.0.0.0/20", 20);
    assert_eq!(admin.post(POOLS, &small).await.status, 201);
    let preview = admin.post(&format!("{CLUSTERS}?dryRun=All"), &cluster).await;
    assert_eq!(preview.body["problems"], Value::Null, "{}", preview.text);
    assert!(matches!(reserve(&test, "uid-other", &small).await, Addressed::Yes(_)));
    let full = admin.post(&format!("{CLUSTERS}?dryRun=All"), &cluster).await;
    assert_eq!(full.body["problems"][0]["code"], "KORE-NETWORK-0001", "{}", full.text);
    assert!(full.body["problems"][0]["detail"].as_str().unwrap().contains("small has no pod range left"));
    test.app.store.release_addresses("uid-other").await.unwrap();
    let made = admin.post(CLUSTERS, &cluster).await;
    assert_eq!(made.status, 201, "{}", made.text);
}
