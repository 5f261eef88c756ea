//! The engine against a world in memory: order, convergence, nothing left.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use kore_api::{
    operation::{OperationAction, StepState, Target},
    preview::ActionVerb,
};
use kore_domain::upgrade::{Minor, Standing};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    clock::SystemClock,
    component::{Component, ComponentId, Components},
    kill::{KillPoints, Moment, NoKillPoints},
    ledger::Ledger,
    memory::{Fault, MemoryLedger, MemoryOperations, MemoryProvider, Obstacle, Thing, Weather, World},
    operations::{NewOperation, OperationLog, operation_id},
    provider::{ClusterProvider, ClusterRequest},
    run::{Engine, Outcome, Pace, Work},
    upgrade,
};

#[derive(Debug, Default)]
struct Journal(Mutex<Vec<(String, Moment)>>);

impl KillPoints for Journal {
    fn reach(&self, component: &str, moment: Moment) {
        self.0.lock().unwrap().push((component.to_owned(), moment));
    }
}

struct Bench {
    engine: Engine,
    ledger: Arc<MemoryLedger>,
    operations: Arc<MemoryOperations>,
    work: Work,
}

fn bench(kill: Arc<dyn KillPoints>) -> Bench {
    let clock = Arc::new(SystemClock);
    let ledger = Arc::new(MemoryLedger::default());
    let operations = Arc::new(MemoryOperations::new(clock.clone()));
    let pace = Pace {
        fastest: Duration::ZERO,
        slowest: Duration::ZERO,
        stay: Duration::from_secs(5),
        width: 3,
        random: Arc::new(|| 0.0),
    };
    let engine = Engine { ledger: ledger.clone(), operations: operations.clone(), clock, kill, pace };
    Bench { engine, ledger, operations, work: Work::new("uid-1", operation_id("uid-1", OperationAction::Create, 1)) }
}

impl Bench {
    async fn begin(&self) {
        let operation = NewOperation {
            id: self.work.operation,
            action: OperationAction::Create,
            target: Target {
                kind: "Cluster".into(),
                team: Some("payments".into()),
                name: "dev".into(),
                uid: "uid-1".into(),
                generation: 1,
            },
            requested_by: "user:ana".into(),
            request_id: None,
            parameters: json!({}),
        };
        self.operations.begin(operation).await.unwrap();
    }

    async fn steps(&self) -> Vec<(String, StepState)> {
        let operation = self.operations.get(self.work.operation).await.unwrap().unwrap();
        operation.steps.into_iter().map(|step| (step.name, step.state)).collect()
    }
}

/// Looks at the versions of everything at each place where a crash could be.
#[derive(Debug, Default)]
struct Skew {
    world: World,
    moments: Mutex<u32>,
}

impl KillPoints for Skew {
    fn reach(&self, component: &str, moment: Moment) {
        *self.moments.lock().unwrap() += 1;
        let things = self.world.things();
        let minor = |value: &str| value.strip_prefix("at ").and_then(|text| text.parse::<Minor>().ok());
        let api = things.get("payments.dev/kube-apiserver").and_then(|value| minor(value));
        let nodes = things.iter().filter(|(key, _)| key.starts_with("payments.dev/node/"));
        let nodes: Vec<Minor> = nodes.filter_map(|(_, value)| minor(value)).collect();
        assert!(nodes.iter().all(|node| Some(*node) <= api), "{component} {moment:?}: {things:?}");
        // One after the other: those that are on their way are at the end.
        let other = nodes.iter().filter(|node| Some(**node) != api).count();
        assert!(nodes.iter().rev().take(other).all(|node| Some(*node) != api), "{component} {moment:?}: {things:?}");
    }
}

fn at(version: &str, nodes: u32) -> ClusterRequest {
    let parameters = json!({ "kubernetesVersion": version, "nodePools": { "default": { "size": nodes } } });
    ClusterRequest { parameters, ..request(nodes) }
}

async fn bring(bench: &Bench, provider: &MemoryProvider, request: &ClusterRequest) -> Outcome {
    let components = provider.components(request).await.unwrap();
    bench.engine.run(&bench.work, &components, &[]).await.unwrap()
}

#[tokio::test]
async fn an_upgrade_waits_for_what_it_needs_and_keeps_to_the_order() {
    let provider = MemoryProvider::default();
    let skew = Arc::new(Skew { world: provider.world.clone(), ..Skew::default() });
    let bench = bench(skew.clone());
    bench.begin().await;
    assert!(matches!(bring(&bench, &provider, &at("1.35", 3)).await, Outcome::Done));
    let before = provider.world.things();
    for (obstacle, why, shown) in [
        (Obstacle::Unseen, "nobody can look", "nodes: unknown"),
        (Obstacle::Budget("shop/web".into()), "shop/web", "disruptionBudgets: fail"),
    ] {
        *provider.obstacle.lock().unwrap() = Some(obstacle);
        match bring(&bench, &provider, &at("1.36", 3)).await {
            Outcome::Waiting { reason, .. } => {
                assert!(reason.contains("KORE-CLUSTER-0009") && reason.contains(why), "{reason}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(provider.world.things(), before, "nothing was touched");
        let prospect = bench.engine.preview(&provider.components(&at("1.36", 3)).await.unwrap(), &[]).await.unwrap();
        assert!(prospect.actions[0].detail.join(" ").contains(shown), "{prospect:?}");
    }
    *provider.obstacle.lock().unwrap() = None;
    *skew.moments.lock().unwrap() = 0;
    // Faults cut it off again and again, and a node comes in between.
    for nodes in [3, 4, 4, 4] {
        provider.weather.bring([Fault::None, Fault::After, Fault::Terminal]);
        bring(&bench, &provider, &at("1.36", nodes)).await;
    }
    assert!(matches!(bring(&bench, &provider, &at("1.36", 4)).await, Outcome::Done));
    assert!(*skew.moments.lock().unwrap() >= 16, "an API server and three nodes");
    let standing = provider.standing(&at("1.36", 4)).await.unwrap();
    assert_eq!(standing, Some(Standing::at("1.36".parse().unwrap())));
    assert!(upgrade::may_change(standing, &at("1.35", 4).parameters).is_err(), "never down");
}

#[test]
fn what_takes_long_is_noticed_soon_after() {
    let pace = Pace { random: Arc::new(|| 0.0), ..Pace::default() };
    let mut waited = Duration::ZERO;
    for attempt in 0..200 {
        let pause = pace.pause(attempt, Duration::ZERO);
        assert!(pause <= pace.fastest + waited / 7 && pause <= pace.slowest, "{pause:?} after {waited:?}");
        waited += pause;
    }
    assert_eq!(pace.pause(200, Duration::ZERO), pace.slowest);
    assert_eq!(pace.pause(0, Duration::from_secs(30)), Duration::from_secs(30));
}

fn request(nodes: u32) -> ClusterRequest {
    ClusterRequest {
        name: "payments/dev".parse().unwrap(),
        uid: "uid-1".into(),
        team_id: "team-1".into(),
        parameters: json!({ "nodePools": { "default": { "size": nodes } } }),
        rung: None,
        account: None,
        addresses: None,
    }
}

async fn run(bench: &Bench, provider: &MemoryProvider, nodes: u32) -> Outcome {
    let components = provider.components(&request(nodes)).await.unwrap();
    let keys = bench.engine.open_keys("uid-1").await.unwrap();
    let leftovers = provider.leftovers(&request(nodes), &keys).await.unwrap();
    bench.engine.run(&bench.work, &components, &leftovers).await.unwrap()
}

#[tokio::test]
async fn a_cluster_is_made_changed_and_taken_down_and_nothing_is_left() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let provider = MemoryProvider::default();
    assert!(matches!(run(&bench, &provider, 2).await, Outcome::Done));
    assert_eq!(provider.world.keys().len(), 5);
    assert!(bench.steps().await.iter().all(|(_, state)| *state == StepState::Done));

    let writes = bench.operations.writes();
    assert!(matches!(run(&bench, &provider, 2).await, Outcome::Done));
    assert_eq!(bench.operations.writes(), writes, "a run that finds nothing to do writes nothing");

    assert!(matches!(run(&bench, &provider, 1).await, Outcome::Done));
    assert_eq!(provider.world.keys().len(), 4);
    assert!(bench.steps().await.contains(&("remove/node/default-2".to_owned(), StepState::Done)));

    provider.world.put("payments.dev/stray", "made by the cluster itself").unwrap();
    let (outcome, remainder) = bench.engine.teardown(&bench.work, &provider, &request(1)).await.unwrap();
    assert!(matches!(outcome, Outcome::Done));
    assert_eq!((remainder.gone, remainder.left), (6, 0));
    assert!(provider.world.keys().is_empty());
}

#[tokio::test]
async fn a_preview_names_what_a_run_would_do_and_changes_nothing() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let provider = MemoryProvider::default();
    run(&bench, &provider, 2).await;
    provider.world.put("payments.dev/network", "something else").unwrap();
    provider.world.put("payments.dev/certificates", "broken").unwrap();
    let before = provider.world.keys();
    let components = provider.components(&request(3)).await.unwrap();
    let prospect = bench.engine.preview(&components, &[]).await.unwrap();
    let seen: Vec<_> = prospect.actions.iter().map(|action| (action.verb, action.component.as_str())).collect();
    assert_eq!(
        seen,
        [
            (ActionVerb::Change, "network"),
            (ActionVerb::Replace, "certificates"),
            (ActionVerb::Create, "node/default-3")
        ]
    );
    assert_eq!(provider.world.keys(), before);
    let fewer = provider.components(&request(1)).await.unwrap();
    let keys = bench.engine.open_keys("uid-1").await.unwrap();
    let leftovers = provider.leftovers(&request(1), &keys).await.unwrap();
    let other = bench.engine.preview(&fewer, &leftovers).await.unwrap();
    assert_eq!(other.actions.last().unwrap().verb, ActionVerb::Delete);
    assert_ne!(other.digest, prospect.digest);
}

#[tokio::test]
async fn what_cannot_help_fails_at_once_and_what_may_is_tried_again() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let provider = MemoryProvider::default();
    provider.weather.bring([Fault::Before, Fault::Settling, Fault::After, Fault::Terminal]);
    let Outcome::Failed(error) = run(&bench, &provider, 1).await else { panic!("not failed") };
    assert!(!error.failure().retryable);
    assert!(bench.steps().await.iter().any(|(_, state)| *state == StepState::Failed));
    assert!(matches!(run(&bench, &provider, 1).await, Outcome::Done));
}

#[tokio::test]
async fn something_newer_ends_the_waiting() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let provider = MemoryProvider::default();
    provider.weather.bring([Fault::Settling; 3]);
    let work = Work { superseded: Arc::new(|| true), ..bench.work.clone() };
    let components = provider.components(&request(1)).await.unwrap();
    let outcome = bench.engine.run(&work, &components, &[]).await.unwrap();
    assert!(matches!(outcome, Outcome::Waiting { .. }));
}

#[tokio::test]
async fn a_thing_made_just_before_a_crash_is_recorded_and_not_made_twice() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let provider = MemoryProvider::default();
    provider.world.put("payments.dev/network", "as it should be").unwrap();
    assert!(matches!(run(&bench, &provider, 1).await, Outcome::Done));
    assert_eq!(bench.engine.open_keys("uid-1").await.unwrap().len(), 4);
    assert_eq!(bench.steps().await[0], ("network".to_owned(), StepState::Skipped));
}

#[tokio::test]
async fn circles_and_unknown_names_are_refused() {
    let bench = bench(Arc::new(NoKillPoints));
    bench.begin().await;
    let world = World::default();
    let thing = |id: &'static str, after: &[&'static str]| -> Box<dyn Component> { boxed(&world, id, after) };
    for components in
        [vec![thing("a", &["b"]), thing("b", &["a"])], vec![thing("a", &["z"])], vec![thing("a", &[]), thing("a", &[])]]
    {
        assert!(matches!(bench.engine.run(&bench.work, &components, &[]).await.unwrap(), Outcome::Failed(_)));
    }
    assert!(world.keys().is_empty());
}

fn boxed(world: &World, id: &str, after: &[&str]) -> Box<dyn Component> {
    Box::new(Thing {
        id: ComponentId::new(id),
        after: after.iter().map(|name| ComponentId::new(*name)).collect(),
        key: Some(id.to_owned()),
        value: "right".to_owned(),
        world: world.clone(),
        weather: Weather::default(),
    })
}

fn graphs() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<u8>)> {
    let edges = (1..9_usize).prop_flat_map(|count| {
        (0..count).map(|place| proptest::collection::vec(0..place.max(1), 0..3)).collect::<Vec<_>>()
    });
    (edges, proptest::collection::vec(0..4_u8, 0..40))
}

/// What was done to the world between two looks at it.
fn effects(world: &World, before: &BTreeMap<String, String>) -> BTreeSet<(String, &'static str)> {
    let after = world.things();
    let made = after.iter().filter_map(|(key, value)| match before.get(key) {
        None => Some((key.clone(), "create")),
        Some(old) if old != value => Some((key.clone(), "change")),
        Some(_) => None,
    });
    let gone = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), "delete"));
    made.chain(gone).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is there and whatever is asked for: what a preview says is what happens to the world, no more
    /// and no less, seen below the provider.
    #[test]
    fn what_is_previewed_is_what_happens(
        changes in prop::collection::vec((1..6_u32, prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8), 0..4)), 1..6)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = bench(Arc::new(NoKillPoints));
            bench.begin().await;
            let provider = MemoryProvider::default();
            for (nodes, tampering) in changes {
                for (place, how) in tampering {
                    let keys = provider.world.keys();
                    if keys.is_empty() {
                        continue;
                    }
                    let key = place.get(&keys);
                    match how {
                        0 => provider.world.remove(key),
                        1 => provider.world.put(key, "broken").unwrap(),
                        _ => provider.world.put(key, "something else").unwrap(),
                    }
                }
                let before = provider.world.things();
                let components = provider.components(&request(nodes)).await.unwrap();
                let keys = bench.engine.open_keys("uid-1").await.unwrap();
                let leftovers = provider.leftovers(&request(nodes), &keys).await.unwrap();
                let prospect = bench.engine.preview(&components, &leftovers).await.unwrap();
                assert_eq!(provider.world.things(), before, "a preview changes nothing");
                let said: BTreeSet<_> = prospect.actions.iter().map(|action| {
                    let component = action.component.strip_prefix("remove/").unwrap_or(&action.component);
                    let verb = match action.verb {
                        ActionVerb::Create => "create",
                        ActionVerb::Change | ActionVerb::Replace => "change",
                        ActionVerb::Delete => "delete",
                    };
                    (format!("payments.dev/{component}"), verb)
                }).collect();
                assert!(matches!(bench.engine.run(&bench.work, &components, &leftovers).await.unwrap(), Outcome::Done));
                assert_eq!(said, effects(&provider.world, &before));
                let after = bench.engine.preview(&components, &[]).await.unwrap();
                assert!(after.is_settled(), "{after:?}");
            }
        });
    }

    /// Whatever goes wrong on the way: in the end everything is there, made in order, then nothing.
    #[test]
    fn random_graphs_with_random_faults_converge_in_order((edges, faults) in graphs()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let journal = Arc::new(Journal::default());
            let bench = bench(journal.clone());
            bench.begin().await;
            let (world, weather) = (World::default(), Weather::default());
            let name = |place: usize| ComponentId::new(format!("c{place}"));
            let components: Components = edges.iter().enumerate().map(|(place, after)| {
                let after = if place == 0 { Vec::new() } else { after.iter().map(|&earlier| name(earlier)).collect() };
                Box::new(Thing {
                    id: name(place), after, key: Some(format!("c{place}")), value: "right".into(),
                    world: world.clone(), weather: weather.clone(),
                }) as Box<dyn Component>
            }).collect();
            let faults: Vec<_> = faults.into_iter().map(|fault| match fault {
                0 => Fault::None, 1 => Fault::Before, 2 => Fault::After, _ => Fault::Settling,
            }).collect();
            weather.bring(faults.clone());
            assert!(matches!(bench.engine.run(&bench.work, &components, &[]).await.unwrap(), Outcome::Done));
            assert_eq!(world.keys().len(), components.len());
            assert_eq!(bench.engine.open_keys("uid-1").await.unwrap().len(), components.len());
            check_order(&journal, &components, |component| component.after());

            weather.bring(faults);
            journal.0.lock().unwrap().clear();
            let all: Vec<&dyn Component> = components.iter().map(AsRef::as_ref).collect();
            assert!(matches!(bench.engine.take_down(&bench.work, &all).await.unwrap(), Outcome::Done));
            assert!(world.keys().is_empty());
            assert!(bench.engine.open_keys("uid-1").await.unwrap().is_empty());
            assert_eq!(bench.ledger.entries("uid-1").await.unwrap().len(), components.len());
            check_order(&journal, &components, |component| {
                components.iter().filter(|other| other.after().contains(&component.id())).map(|other| other.id()).collect()
            });
        });
    }
}

/// Nothing of a component happens before the last thing that happened to those before it.
fn check_order(journal: &Journal, components: &Components, before: impl Fn(&dyn Component) -> Vec<ComponentId>) {
    let journal = journal.0.lock().unwrap();
    for component in components {
        let first = journal.iter().position(|(name, _)| *name == component.id().as_str());
        for earlier in before(component.as_ref()) {
            let last = journal.iter().rposition(|(name, _)| *name == earlier.as_str());
            assert!(first > last, "{} before {earlier} was done", component.id());
        }
    }
}

#[test]
fn ids_of_operations_are_one_per_action_and_generation() {
    let id = |action, generation| operation_id("uid", action, generation);
    assert_eq!(id(OperationAction::Create, 1), id(OperationAction::Create, 1));
    assert_ne!(id(OperationAction::Create, 1), id(OperationAction::Change, 1));
    assert_ne!(id(OperationAction::Change, 1), id(OperationAction::Change, 2));
}
