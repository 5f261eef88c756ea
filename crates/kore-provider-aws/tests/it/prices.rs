//! What a cluster costs by the price list of a stand-in: its prices are a fixture, the arithmetic and the questions are not.

use kore_api::{cloud::ParentZone, plan::Provider};
use kore_engine::cloud::CloudProvider;
use kore_provider_aws::permissions::Place;
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{REGION, World, organization};

fn parameters(overrides: &Value) -> Value {
    kore_domain::plan::effective(
        Provider::Aws,
        &json!({ "region": REGION, "apiAccessFrom": ["192.0.2.0/24"] }),
        overrides,
    )
    .unwrap()
}

#[tokio::test]
async fn an_estimate_adds_up_asks_once_and_names_what_has_no_price() {
    let world = World::new().await;
    let (provider, organization) = (world.provider(), organization());
    let one = parameters(&json!({ "nodePools": { "default": { "size": 2 } } }));
    assert!(provider.estimate(&organization, &one).await.is_err(), "without the role nobody reads prices");

    world.connect(MANAGEMENT, Place::Management).await;
    let cost = provider.estimate(&organization, &one).await.unwrap();
    let lines: Vec<_> = cost.lines.iter().map(|line| (line.what.as_str(), line.monthly.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("control plane", "73.00"),
            ("1 NAT gateway", "37.96"),
            ("1 public address", "3.65"),
            ("key", "1.00"),
            ("2 nodes of pool default, m7i.large", "176.37"),
            ("disks of pool default", "9.52"),
        ]
    );
    assert_eq!((cost.monthly.as_deref(), cost.currency.as_deref()), (Some("301.50"), Some("USD")));
    assert!(cost.note.starts_with("by list prices of 2026-11-01"), "{}", cost.note);

    // With a zone for each cluster.
    let mut zoned = organization.clone();
    let zone = ParentZone { id: "Z0123456789ABCDEFGHIJ".to_owned(), domain: "example.org".to_owned() };
    zoned.spec.aws.as_mut().unwrap().parent_zone = Some(zone);
    let cost = provider.estimate(&zoned, &one).await.unwrap();
    assert_eq!(cost.monthly.as_deref(), Some("302.00"));

    let asked = async || {
        let all = world.control(Method::GET, "requests", Value::Null).await;
        all.as_array().unwrap().iter().filter(|one| one["operation"] == "GetProducts").count()
    };
    let before = asked().await;
    let more = parameters(&json!({ "nodePools": { "default": { "size": 3 } } }));
    provider.estimate(&organization, &more).await.unwrap();
    assert_eq!(asked().await, before, "prices are kept");

    let odd = parameters(&json!({ "nodePools": { "default": { "size": 1, "machineTypes": ["x9.huge"] } } }));
    let cost = provider.estimate(&organization, &odd).await.unwrap();
    assert_eq!((cost.monthly, cost.note.as_str()), (None, "no price in the list for 1 node of pool default, x9.huge"));
}
