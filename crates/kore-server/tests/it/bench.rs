//! A list page over 10,000 paused clusters in 1,000 teams, and the memory that the server takes with
//! them. Prints figures; run by hand: `cargo test --release -p kore-server --test it -- --ignored bench --nocapture`.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use k8s_openapi::api::core::v1::Namespace;
use kore_api::{cluster::Cluster, team::Team};
use kore_testkit::test_app::TestApp;
use kube::{Api, api::PostParams};
use serde_json::json;

const TEAMS: usize = 1_000;
const CLUSTERS: usize = 10_000;
const PAGES: usize = 500;

fn resident_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096 / (1 << 20)
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: minutes, and figures instead of a verdict"]
async fn a_page_of_many_clusters() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    let before = resident_mib();
    let kube = &test.app.kube;
    let parameters = PostParams::default();
    stream::iter(0..TEAMS)
        .for_each_concurrent(32, |number| async move {
            let name = format!("team{number:04}");
            let namespace: Namespace = serde_json::from_value(json!({ "metadata": { "name": format!("team-{name}") } })).unwrap();
            Api::all(kube.clone()).create(&PostParams::default(), &namespace).await.unwrap();
            let team: Team = serde_json::from_value(json!({
                "apiVersion": "kore.internal/v1alpha1", "kind": "Team", "metadata": { "name": name }, "spec": { "id": name }
            }))
            .unwrap();
            Api::all(kube.clone()).create(&PostParams::default(), &team).await.unwrap();
        })
        .await;
    stream::iter(0..CLUSTERS)
        .for_each_concurrent(32, |number| {
            let parameters = &parameters;
            async move {
                let namespace = format!("team-team{:04}", number % TEAMS);
                let cluster: Cluster = serde_json::from_value(json!({
                    "apiVersion": "kore.internal/v1alpha1", "kind": "Cluster",
                    "metadata": { "name": format!("cluster{number:05}"), "namespace": namespace },
                    "spec": { "plan": { "name": "small", "version": 1 }, "paused": true },
                }))
                .unwrap();
                Api::namespaced(kube.clone(), &namespace).create(parameters, &cluster).await.unwrap();
            }
        })
        .await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while test.app.indexes.clusters.len() < CLUSTERS {
        assert!(Instant::now() < deadline, "{} of {CLUSTERS} indexed", test.app.indexes.clusters.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (what, query) in [
        ("default page", "limit=50"),
        ("newest first", "limit=50&orderBy=-created"),
        ("filtered", "limit=50&filter=team=team0500"),
        ("of a team", "team"),
    ] {
        let path = match query {
            "team" => "/api/v1/teams/team0500/clusters".to_owned(),
            query => format!("/api/v1/clusters?{query}"),
        };
        let mut times = Vec::with_capacity(PAGES);
        for _ in 0..PAGES {
            let began = Instant::now();
            let page = admin.get(&path).await;
            times.push(began.elapsed());
            // Requests are limited per caller; the limit is no part of the measurement.
            if page.status == 429 {
                times.pop();
                tokio::time::sleep(Duration::from_millis(20)).await;
            } else {
                assert!(page.status.is_success(), "{}", page.text);
            }
        }
        let (median, worst) = (percentile(&mut times, 50), percentile(&mut times, 99));
        println!("{what}: p50 {median:.1?}, p99 {worst:.1?} over {} pages", times.len());
    }
    println!("memory: {before} MiB empty, {} MiB with {CLUSTERS} clusters in {TEAMS} teams", resident_mib());
}
