//! Exactly what is published is enough, where the stand-in enforces policies; and what of it no test needs is known.

use std::collections::BTreeSet;

use kore_provider_aws::permissions::{Place, Purpose, UNSEEN};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clusters::{Bench, request},
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

    let requests = bench.requests().await;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let used: BTreeSet<(String, String)> = requests
        .iter()
        .map(|one| (text(one, "role"), format!("{}:{}", text(one, "service"), text(one, "operation"))))
        // EKS asks whether whoever makes a node group may start machines: it starts them for nobody else.
        .chain([(Purpose::Cluster.role().to_owned(), "ec2:RunInstances".to_owned())])
        .collect();
    let needed = |purpose: &Purpose| purpose.place() == Place::Account || *purpose == Purpose::ParentZone;
    let granted: BTreeSet<(String, String)> = Purpose::ALL
        .into_iter()
        .filter(needed)
        .flat_map(|purpose| purpose.statements().into_iter().map(move |statement| (purpose.role(), statement)))
        .flat_map(|(role, statement)| statement.actions.iter().map(move |action| (role.into(), (*action).to_owned())))
        .collect();
    let unused: BTreeSet<_> = granted.difference(&used).cloned().collect();
    // What the table of judges says that the front does not see, and nothing else.
    let known = UNSEEN.iter().flat_map(|(purpose, _, actions)| {
        actions.iter().map(|action| (purpose.role().to_owned(), (*action).to_owned()))
    });
    assert_eq!(unused, known.collect());
}
