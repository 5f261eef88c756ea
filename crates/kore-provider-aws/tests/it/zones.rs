//! Zones of clusters: what name servers tell the world of them, whose they are, and how they go.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RecordType,
};
use jiff::{SignedDuration, Timestamp};
use kore_api::upgrade::CheckResult;
use kore_engine::{
    clock::SystemClock,
    error::Class,
    provider::{ClusterProvider, ClusterRequest},
    run::Outcome,
};
use kore_provider_aws::cluster::{EksProvider, Freshness};
use reqwest::Method;
use serde_json::json;

use crate::{
    clusters::{AT_ONCE, Bench, Hand, request},
    world::{DOMAIN, PARENT_ZONE},
};

/// What the zone of the cluster is called.
pub(crate) const NAME: &str = "live.payments.apps.example.org";
/// Names of name servers.
type Servers = BTreeSet<String>;

/// What a stranger is told when asking for the name servers of a zone.
async fn seen(bench: &Bench, zone: &str) -> Servers {
    let address = url::Url::parse(bench.world.url()).unwrap().socket_addrs(|| None).unwrap()[0];
    let mut connection = ConnectionConfig::udp();
    connection.port = address.port();
    let server = NameServerConfig::new(address.ip(), true, vec![connection]);
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    builder.options_mut().cache_size = 0;
    match builder.build().unwrap().lookup(format!("{zone}."), RecordType::NS).await {
        Ok(found) => found.answers().iter().map(|record| record.data.to_string()).collect(),
        Err(error) => {
            assert!(error.is_no_records_found(), "{error}");
            Servers::new()
        }
    }
}

/// What is in a zone, as AWS lists it.
async fn records(bench: &Bench, zone: &str) -> String {
    bench.world.zones(Method::GET, &format!("hostedzone/{zone}/rrset"), String::new()).await
}

/// Changes records as an administrator would.
pub(crate) async fn change(bench: &Bench, zone: &str, action: &str, name: &str, kind: &str, values: &[&str]) {
    let values: String =
        values.iter().map(|value| format!("<ResourceRecord><Value>{value}</Value></ResourceRecord>")).collect();
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes><Change>\
         <Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>{kind}</Type><TTL>60</TTL>\
         <ResourceRecords>{values}</ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>\
         </ChangeResourceRecordSetsRequest>"
    );
    bench.world.zones(Method::POST, &format!("hostedzone/{zone}/rrset"), body).await;
}

/// Ids of the zones of this name.
pub(crate) async fn zones(bench: &Bench, name: &str) -> Vec<String> {
    let listed = bench.world.zones(Method::GET, &format!("hostedzonesbyname?dnsname={name}"), String::new()).await;
    let parts = listed.split("<HostedZone>").filter(|part| part.contains(&format!("<Name>{name}.</Name>")));
    parts.map(|part| part.split("/hostedzone/").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_world_finds_a_clusters_zone_and_no_more_once_it_is_gone() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    let before = bench.world().await;
    assert_eq!(seen(&bench, NAME).await, Servers::new());
    bench.until_done(&asked).await;
    let found = seen(&bench, NAME).await;
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.is_disjoint(&seen(&bench, DOMAIN).await));
    assert_eq!(bench.provider.facts(&asked).await.unwrap().domain.as_deref(), Some(NAME));

    // What runs in the cluster writes into its zone; it goes with it.
    let [zone] = <[String; 1]>::try_from(zones(&bench, NAME).await).unwrap();
    change(&bench, &zone, "CREATE", &format!("shop.{NAME}"), "A", &["192.0.2.1"]).await;
    bench.until_gone(&asked).await;
    assert_eq!(seen(&bench, NAME).await, Servers::new());
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn what_somebody_changes_of_it_is_put_right() {
    let bench = Bench::new().await;
    // Zones are told a hundred at a time.
    for number in 0..101 {
        bench.world.make_zone(&format!("z{number}.example.net")).await;
    }
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let right = seen(&bench, NAME).await;
    change(&bench, PARENT_ZONE, "UPSERT", NAME, "NS", &["ns.example.net."]).await;
    bench.until_done(&asked).await;
    assert_eq!(seen(&bench, NAME).await, right);

    // A zone that is made anew has other name servers, and a reference that no other one had.
    let [zone] = <[String; 1]>::try_from(zones(&bench, NAME).await).unwrap();
    bench.world.zones(Method::DELETE, &format!("hostedzone/{zone}"), String::new()).await;
    bench.until_done(&asked).await;
    let anew = seen(&bench, NAME).await;
    assert!(anew.len() == 4 && anew.is_disjoint(&right), "{anew:?}");
    bench.until_gone(&asked).await;
}

#[tokio::test]
async fn a_delegation_of_somebody_elses_is_neither_taken_nor_removed() {
    let mut bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    change(&bench, PARENT_ZONE, "CREATE", NAME, "NS", &["ns.example.net."]).await;
    // That another name is free says nothing of this one, however much is believed.
    let provider = EksProvider::new(bench.world.cloud(), Arc::new(SystemClock), Freshness::default(), "one");
    let at_once = std::mem::replace(&mut bench.provider, Arc::new(provider));
    for (name, result) in [("payments/other", CheckResult::Pass), ("payments/live", CheckResult::Fail)] {
        let new = ClusterRequest { uid: String::new(), name: name.parse().unwrap(), ..asked.clone() };
        let components = bench.provider.components(&new).await.unwrap();
        let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
        let free = prospect.checks.iter().find(|check| check.name == "free").unwrap();
        assert_eq!(free.result, result, "{name}: {free:?}");
    }
    bench.provider = at_once;
    let before = records(&bench, PARENT_ZONE).await;
    let world = bench.world().await;
    // Whoever asks beforehand is told, before anything else of the cluster is made.
    let new = ClusterRequest { uid: String::new(), ..asked.clone() };
    let components = bench.provider.components(&new).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    let refused: Vec<_> = prospect.checks.iter().filter(|check| check.result != CheckResult::Pass).collect();
    let [free] = &refused[..] else { panic!("{:?}", prospect.checks) };
    assert_eq!((free.name.as_str(), free.result), ("free", CheckResult::Fail));
    assert!(free.detail[0].contains(NAME) && free.detail[0].contains("nobody says whose it is"), "{free:?}");
    let came = bench.pass(&asked).await;
    assert_eq!(bench.world().await, world);
    let Ok(Outcome::Failed(error)) = came else { panic!("{came:?}") };
    assert_eq!(error.class, Class::Conflict);
    assert!(error.message.contains("delegated from"), "{error:?}");
    bench.until_gone(&asked).await;
    assert_eq!(records(&bench, PARENT_ZONE).await, before);
}

#[tokio::test]
async fn a_zone_stays_until_name_servers_have_forgotten_its_delegation() {
    let mut bench = Bench::new().await;
    let clock = Arc::new(Hand(Mutex::new(Timestamp::now())));
    let pace = Freshness { delegation: SignedDuration::from_hours(1), ..AT_ONCE };
    bench.provider = Arc::new(EksProvider::new(bench.world.cloud(), Arc::clone(&clock) as _, pace, "one"));
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    bench.world.engine.pace.stay = Duration::from_millis(20);
    for _ in 0..60 {
        assert!(!bench.teardown(&asked).await);
    }
    bench.world.engine.pace.stay = Duration::from_secs(2);
    // The delegation went at once, and all else but the zone.
    assert_eq!(seen(&bench, NAME).await, Servers::new());
    assert_eq!(zones(&bench, NAME).await.len(), 1);
    assert!(bench.world().await["clusters"].as_array().unwrap().is_empty());
    clock.turn(3600);
    bench.until_gone(&asked).await;
    assert!(zones(&bench, NAME).await.is_empty());
}
