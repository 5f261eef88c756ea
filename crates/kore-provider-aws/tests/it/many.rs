//! What many steady clusters cost: requests, time and memory. A measurement, and long: `make soak` runs it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use jiff::Timestamp;
use kore_engine::provider::{ClusterProvider, ClusterRequest};
use kore_provider_aws::{
    cluster::{EksProvider, Freshness},
    permissions::Place,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clusters::{Bench, Hand, request},
    world::{organization, told},
};

/// At once, while they are made.
const WIDTH: usize = 4;
/// Clusters in an account.
const IN_ACCOUNT: usize = 50;
/// Requests of a steady cluster at most, each time it is looked at.
const MOST: f64 = 3.0;

fn number_of() -> usize {
    told("KORE_MANY", 1000)
}

/// The account that one of them is in.
fn account_of(number: usize) -> String {
    format!("{:012}", 300_000_000_000 + number / IN_ACCOUNT)
}

/// One of them, without a zone: a steady one's is not looked at each minute, and name servers ask for the way to each.
fn asked(number: usize) -> ClusterRequest {
    let name = format!("payments/c-{number}").parse().unwrap();
    let mut one = ClusterRequest { name, ..request(&format!("uid-{number}"), &json!({ "default": { "size": 1 } })) };
    let account = one.account.as_mut().unwrap();
    account.organization = organization();
    account.number = account_of(number);
    one
}

/// Kilobytes of this process that are in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// How many requests there were so far; none of them is read, which would take more memory than what is measured.
async fn count(bench: &Bench) -> usize {
    let count = bench.world.control(Method::GET, "requests/count", Value::Null).await;
    usize::try_from(count.as_u64().unwrap()).unwrap()
}

/// Looks at each of them, as the controller does each minute; requests that this took.
async fn look(bench: &Bench, all: &[ClusterRequest]) -> usize {
    let before = count(bench).await;
    for one in all {
        let components = bench.provider.components(one).await.unwrap();
        let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
        assert!(prospect.is_settled(), "{prospect:?}");
        bench.provider.facts(one).await.unwrap();
    }
    count(bench).await - before
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: a thousand clusters; `make soak` runs it"]
async fn many_steady_clusters_cost_little() {
    let number = number_of();
    let mut bench = Bench::new().await;
    let quotas = json!({ "vpcs": IN_ACCOUNT + 5, "addresses": IN_ACCOUNT + 5, "vcpus": IN_ACCOUNT * 4 });
    bench.world.control(Method::PUT, "settings", json!({ "polls": 0, "quotas": quotas })).await;
    bench.world.engine.pace.stay = Duration::from_secs(10);
    for first in (0..number).step_by(IN_ACCOUNT) {
        bench.world.connect(&account_of(first), Place::Account).await;
    }
    let all: Vec<_> = (0..number).map(asked).collect();
    stream::iter(&all).for_each_concurrent(WIDTH, |one| bench.until_done(one)).await;

    let clock = Arc::new(Hand(Mutex::new(Timestamp::now())));
    let fresh = EksProvider::new(bench.world.cloud(), Arc::clone(&clock) as _, Freshness::default(), "one");
    let (before, cold) = (resident(), Instant::now());
    bench.provider = Arc::new(fresh);
    let requests = look(&bench, &all).await;
    println!("{number} clusters, never seen before: {requests} requests in {:.1} s", cold.elapsed().as_secs_f64());
    // The next look is a minute later, however fast this one was.
    clock.turn(60);
    let warm = Instant::now();
    let requests = look(&bench, &all).await;
    let took = warm.elapsed().as_secs_f64();
    let each = requests as f64 / number as f64;
    println!(
        "{number} clusters, steady: {each:.2} requests each, {:.0} looks a second, {} kB more in memory",
        number as f64 / took,
        resident().saturating_sub(before)
    );
    assert!(each <= MOST, "{each}");
}
