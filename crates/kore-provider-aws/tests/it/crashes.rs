//! A cluster's life, cut off at every place where the engine can be, and lives as chance has them. What is asked for comes
//! about all the same, and nothing is left of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kore_engine::{
    kill::{KillPoints, Moment},
    provider::ClusterRequest,
    run::Outcome,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clusters::{Bench, at_version, request},
    world::told,
};

/// Ends the task that reaches the place of its number, as a crash would: nothing after it runs.
#[derive(Debug)]
struct Fuse {
    passed: AtomicUsize,
    at: usize,
}

impl Fuse {
    fn at(place: usize) -> Arc<Self> {
        Arc::new(Self { passed: AtomicUsize::new(0), at: place })
    }
}

impl KillPoints for Fuse {
    fn reach(&self, _: &str, _: Moment) {
        let place = self.passed.fetch_add(1, Ordering::SeqCst);
        assert!(place != self.at, "crash");
    }
}

/// What is done to a cluster in the stories of this file.
#[derive(Debug, Clone)]
enum Deed {
    /// It is to have these pools, and this version of Kubernetes.
    Be(Value, &'static str),
    /// It is to be gone.
    Go,
}

const FIRST: &str = "1.35";
const NEXT: &str = "1.36";

impl Deed {
    /// What is asked for.
    fn request(&self) -> ClusterRequest {
        match self {
            Self::Be(pools, version) => at_version(&request("uid-1", pools), version),
            Self::Go => request("uid-1", &json!({ "default": { "size": 1 } })),
        }
    }
}

/// One pass; what kept it from being the last.
async fn step(bench: &Bench, asked: &ClusterRequest, deed: &Deed) -> Result<(), String> {
    match deed {
        Deed::Be(..) => match bench.pass(asked).await {
            Ok(Outcome::Done) => Ok(()),
            other => Err(format!("{other:?}")),
        },
        Deed::Go => bench.teardown(asked).await.then_some(()).ok_or_else(|| "something is left".to_owned()),
    }
}

/// Brings a deed to its end; the task that crashes is begun again by somebody who knows only what is on record.
async fn come_about(bench: Arc<Bench>, deed: &Deed) -> Arc<Bench> {
    let asked = deed.request();
    let mut last = String::new();
    for _ in 0..60 {
        let (task, one, deed) = (Arc::clone(&bench), asked.clone(), deed.clone());
        // Whatever is in the task is lost with it.
        match tokio::spawn(async move { step(&task, &one, &deed).await }).await {
            Ok(Ok(())) => return bench,
            Ok(Err(why)) => last = why,
            Err(crash) => last = crash.to_string(),
        }
    }
    panic!("{deed:?} did not come about: {last}");
}

fn story() -> Vec<Deed> {
    vec![
        Deed::Be(json!({ "default": { "size": 1 } }), FIRST),
        Deed::Be(json!({ "default": { "size": 2 }, "more": { "size": 1 } }), FIRST),
        Deed::Be(json!({ "default": { "size": 2 }, "more": { "size": 1 } }), NEXT),
        Deed::Be(json!({ "default": { "size": 2 } }), NEXT),
        Deed::Go,
    ]
}

async fn tell(mut bench: Arc<Bench>, fuse: Arc<Fuse>) -> Arc<Bench> {
    Arc::get_mut(&mut bench).unwrap().world.engine.kill = fuse;
    for deed in story() {
        bench = come_about(bench, &deed).await;
    }
    bench
}

/// How many places there are in a life without a crash.
async fn places(bench: Arc<Bench>) -> (Arc<Bench>, usize) {
    let fuse = Fuse::at(usize::MAX);
    let bench = tell(bench, Arc::clone(&fuse)).await;
    (bench, fuse.passed.load(Ordering::SeqCst))
}

async fn crash_at(places: impl Iterator<Item = usize>, mut bench: Arc<Bench>) {
    let before = bench.world().await;
    for place in places {
        bench = tell(bench, Fuse::at(place)).await;
        assert_eq!(bench.world().await, before, "after a crash at place {place}");
        assert!(bench.world.open("uid-1").await.unwrap().is_empty(), "after a crash at place {place}");
    }
}

#[tokio::test]
async fn a_crash_at_some_places_loses_nothing_and_leaves_nothing() {
    let (bench, count) = places(Arc::new(Bench::new().await)).await;
    println!("{count} places");
    crash_at((0..count).step_by(count / 3), bench).await;
}

#[tokio::test]
#[ignore = "long: every place; `make soak` runs it"]
async fn a_crash_at_every_place_loses_nothing_and_leaves_nothing() {
    let (bench, count) = places(Arc::new(Bench::new().await)).await;
    println!("{count} places");
    crash_at(0..count, bench).await;
}

const FAULTS: [&str; 7] = ["throttled", "unavailable", "internal", "lost", "cut", "denied", "expired"];

/// A life as chance has it: changes before the last one is there, faults anywhere, crashes anywhere.
async fn chance(mut bench: Arc<Bench>, seed: u64) -> Arc<Bench> {
    let mut random = StdRng::seed_from_u64(seed);
    let before = bench.world().await;
    // It never goes back.
    let mut version = FIRST;
    for _ in 0..random.random_range(1..5) {
        if random.random_bool(0.3) {
            version = NEXT;
        }
        let mut pools = json!({ "default": { "size": random.random_range(1..4) } });
        if random.random_bool(0.4) {
            pools["more"] = json!({ "size": random.random_range(1..4) });
        }
        let deed = if random.random_bool(0.15) { Deed::Go } else { Deed::Be(pools, version) };
        for _ in 0..random.random_range(0..3) {
            let service = ["eks", "cloudformation", "ec2", "sts", "elasticloadbalancing"].choose(&mut random).unwrap();
            let fault = json!({
                "service": service, "kind": FAULTS.choose(&mut random).unwrap(),
                "skip": random.random_range(0..30), "times": random.random_range(1..4),
            });
            bench.world.control(Method::POST, "faults", fault).await;
        }
        let fuse = if random.random_bool(0.5) { random.random_range(0..60) } else { usize::MAX };
        Arc::get_mut(&mut bench).unwrap().world.engine.kill = Fuse::at(fuse);
        let asked = deed.request();
        // Not always to its end.
        for _ in 0..random.random_range(1..6) {
            let (task, one, deed) = (Arc::clone(&bench), asked.clone(), deed.clone());
            let _ = tokio::spawn(async move { step(&task, &one, &deed).await }).await;
        }
    }
    bench.world.control(Method::DELETE, "faults", Value::Null).await;
    for deed in [Deed::Be(json!({ "default": { "size": 1 } }), version), Deed::Go] {
        bench = come_about(bench, &deed).await;
    }
    assert_eq!(bench.world().await, before, "seed {seed}");
    assert!(bench.world.open("uid-1").await.unwrap().is_empty(), "seed {seed}");
    bench
}

async fn lives(count: u64) {
    let first = told("KORE_SEED", 1);
    println!("seeds {first}..{}", first + count);
    let mut bench = Arc::new(Bench::new().await);
    for seed in first..first + count {
        println!("seed {seed}");
        bench = chance(bench, seed).await;
    }
}

#[tokio::test]
async fn a_few_lives_as_chance_has_them_leave_nothing() {
    lives(2).await;
}

#[tokio::test]
#[ignore = "hours: ten thousand lives; `make soak` runs it, KORE_LIVES says how many, KORE_SEED from which on"]
async fn many_lives_as_chance_has_them_leave_nothing() {
    let count = told("KORE_LIVES", 10_000);
    lives(count).await;
}
