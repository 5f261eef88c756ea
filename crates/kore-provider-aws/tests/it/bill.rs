//! What accounts have cost, by the stand-in's bill: its amounts are ordered, the questions are those that AWS gets.

use kore_engine::cloud::CloudProvider;
use kore_provider_aws::permissions::Place;
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::json;

use crate::world::{World, organization};

#[tokio::test]
async fn the_bill_of_a_month_is_read_for_all_accounts_at_once() {
    let world = World::new().await;
    let (provider, organization) = (world.provider(), organization());
    let now = "2026-11-30T12:00:00Z".parse().unwrap();
    assert!(provider.spent(&organization, now).await.is_err(), "without the role nobody reads the bill");

    world.connect(MANAGEMENT, Place::Management).await;
    world.control(Method::PUT, "settings", json!({ "enforce": true })).await;
    let spent = provider.spent(&organization, now).await.unwrap();
    assert_eq!((spent.month.as_str(), spent.currency.as_str(), spent.accounts.len()), ("2026-11", "USD", 0));

    // More than a page has.
    for number in 1..=120_u32 {
        let order = json!({ "account": format!("{number:012}"), "amount": format!("{number}.4567891234") });
        world.control(Method::POST, "costs", order).await;
    }
    let spent = provider.spent(&organization, now).await.unwrap();
    assert_eq!(spent.accounts.len(), 120);
    assert_eq!(spent.accounts["000000000120"], "120.46");
}
