//! Exactly what is published is enough, where the stand-in enforces policies; and what of it no test needs is known.

use std::collections::BTreeSet;

use kore_engine::cloud::CloudProvider;
use kore_provider_aws::permissions::{Place, Purpose, UNSEEN};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts,
    clusters::{Bench, request},
    world::{World, organization},
    zones::{NAME, change, zones},
};

async fn live(bench: &Bench) {
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let mut grown = request("uid-1", &json!({ "default": { "size": 2 } }));
    bench.until_done(&grown).await;
    grown.parameters["kubernetesVersion"] = json!("1.36");
    bench.until_done(&grown).await;
    // What runs in it writes into its zone.
    let [zone] = <[String; 1]>::try_from(zones(bench, NAME).await).unwrap();
    change(bench, &zone, "CREATE", &format!("shop.{NAME}"), "A", &["192.0.2.1"]).await;
    bench.until_gone(&grown).await;
}

#[tokio::test]
async fn a_whole_life_needs_no_more_than_the_published_policies_and_no_less() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    bench.world.control(Method::PUT, "settings", json!({ "enforce": true, "leftovers": true })).await;
    live(&bench).await;
    assert_eq!(bench.world().await, before);

    let needed = |purpose: &Purpose| purpose.place() == Place::Account || *purpose == Purpose::ParentZone;
    // EKS asks whether whoever makes a node group may start machines: it starts them for nobody else.
    let asked_by_eks = [(Purpose::Cluster.role().to_owned(), "ec2:RunInstances".to_owned())];
    nothing_more(&bench.requests().await, needed, asked_by_eks);
}

#[tokio::test]
async fn an_organisation_needs_no_more_than_the_published_policies_and_no_less() {
    let world = World::new().await;
    accounts::live(&world).await;
    let provider = world.provider();
    let organization = organization();
    provider.spent(&organization, "2026-11-30T12:00:00Z".parse().unwrap()).await.unwrap();
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    provider.estimate(&organization, &asked.parameters).await.unwrap();
    let all = world.control(Method::GET, "requests", Value::Null).await;
    let needed = |purpose: &Purpose| purpose.place() == Place::Management && *purpose != Purpose::ParentZone;
    nothing_more(all.as_array().unwrap(), needed, []);
}

/// Of what these roles may do, whatever was not needed is in the table of judges, with the reason, and nothing else is.
fn nothing_more(
    requests: &[Value],
    needed: impl Fn(&Purpose) -> bool,
    besides: impl IntoIterator<Item = (String, String)>,
) {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let used: BTreeSet<(String, String)> = requests
        .iter()
        .map(|one| (text(one, "role"), format!("{}:{}", text(one, "service"), text(one, "operation"))))
        .chain(besides)
        .collect();
    let granted: BTreeSet<(String, String)> = Purpose::ALL
        .into_iter()
        .filter(&needed)
        .flat_map(|purpose| purpose.statements().into_iter().map(move |statement| (purpose.role(), statement)))
        .flat_map(|(role, statement)| statement.actions.iter().map(move |action| (role.into(), (*action).to_owned())))
        .collect();
    let unused: BTreeSet<_> = granted.difference(&used).cloned().collect();
    // What the table of judges says that the front does not see, and nothing else.
    let known = UNSEEN.iter().filter(|(purpose, ..)| needed(purpose)).flat_map(|(purpose, _, actions)| {
        actions.iter().map(|action| (purpose.role().to_owned(), (*action).to_owned()))
    });
    assert_eq!(unused, known.collect());
}
