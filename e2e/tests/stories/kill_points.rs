//! A server that dies at every place of every step: before the row of the ledger, after it, after the
//! effect, after the record. Whoever is started next goes on; the cluster exists once or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    inventory::{Inventory, nothing_left_since, processes},
    machine::{Machine, eventually, tell, within},
};

const CLUSTER: &str = "payments/dev";

/// How many nodes a cluster has, and their version; none where it is gone.
type Wanted = Option<(u64, &'static str)>;

/// What is done to the cluster, in this order, and what it is then.
const ACTIONS: [(&str, &[&str], Wanted); COUNT] = [
    ("create", &["create", CLUSTER, "--plan", "evaluation", "--set", "kubernetesVersion=1.35"], Some((1, "v1.35."))),
    // With one node: what it is emptied of has nowhere to go meanwhile.
    ("upgrade", &["upgrade", CLUSTER, "--yes"], Some((1, "v1.36."))),
    ("grow", &["edit", CLUSTER, "--nodes", "2", "--yes"], Some((2, "v1.36."))),
    ("shrink", &["edit", CLUSTER, "--nodes", "1", "--yes"], Some((1, "v1.36."))),
    ("delete", &["delete", CLUSTER, "--yes"], None),
];
const COUNT: usize = 5;

#[test]
fn a_server_that_dies_at_some_places_is_harmless() {
    let seed = std::env::var("KORE_SEED").map_or_else(|_| std::process::id() as usize, |seed| seed.parse().unwrap());
    run("kills", &format!("seed {seed}"), |places| {
        // Another moment for each action and round.
        let pick = |round: usize, action: usize| {
            let moment = ["BeforeIntent", "AfterIntent", "AfterEffect", "AfterRecord"][(round + action + seed) % 4];
            let of_moment: Vec<&String> = places[action].iter().filter(|place| place.contains(moment)).collect();
            Some(of_moment[seed.wrapping_mul(31).wrapping_add(round * 7) % of_moment.len()].clone())
        };
        (0..2).map(|round| std::array::from_fn(|action| pick(round, action))).collect()
    });
}

/// The sample below is of the same places, and is told in every run.
#[test]
#[ignore = "takes hours: make soak"]
fn a_server_that_dies_at_any_place_is_harmless() {
    run("kills", "all", |places| {
        let rounds = places.iter().map(Vec::len).max().unwrap_or_default();
        (0..rounds).map(|round| std::array::from_fn(|action| places[action].get(round).cloned())).collect()
    });
}

/// In each round a cluster is made, changed and deleted; the server dies in each action where the
/// round has a place for it.
type Round = [Option<String>; COUNT];

fn run(story: &str, which: &str, choose: impl Fn(&[Vec<String>; COUNT]) -> Vec<Round>) {
    let mut machine = Machine::new(story);
    let directory = machine.data().join("kill-points");
    std::fs::create_dir_all(&directory).unwrap();
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "payments"]);
    let empty = Inventory::take(&machine.installation);

    // A clean run counts the places, and shows what the cluster is after each action.
    let mut places: [Vec<String>; COUNT] = Default::default();
    let mut shapes = Vec::new();
    for (action, places) in places.iter_mut().enumerate() {
        *places = perform(&machine, &directory, action, None);
        shapes.push(shape(&machine));
    }
    nothing_left_since(&empty, &machine.installation);
    let counted: Vec<String> =
        places.iter().zip(ACTIONS).map(|(places, (name, ..))| format!("{name} {}", places.len())).collect();
    tell(&format!("kill points counted: {}", counted.join(", ")));
    assert!(places.iter().all(|places| places.len() >= 8), "too few places: {places:#?}");

    let began = Instant::now();
    let mut died = 0;
    for (number, round) in choose(&places).iter().enumerate() {
        for (action, place) in round.iter().enumerate() {
            // Changes have fewer places than the others: no need to do them again.
            if place.is_none() && (1..COUNT - 1).contains(&action) {
                continue;
            }
            println!("round {number}: {} dies at {place:?}", ACTIONS[action].0);
            perform(&machine, &directory, action, place.as_deref());
            died += usize::from(place.is_some());
            let wanted = match ACTIONS[action].2 {
                Some((nodes, _)) => &shapes[if nodes == 2 { 2 } else { 0 }],
                None => &shapes[action],
            };
            let mut seen = BTreeMap::new();
            let same = within(Duration::from_secs(60), || {
                seen = shape(&machine);
                (seen == *wanted).then_some(())
            });
            assert!(same.is_some(), "after {} died at {place:?}: {seen:#?}, not {wanted:#?}", ACTIONS[action].0);
        }
        nothing_left_since(&empty, &machine.installation);
    }
    let cost = began.elapsed().as_secs_f32() / died as f32;
    tell(&format!("kill points run: {died} ({which}), {died} died and recovered, {cost:.1} s each"));
    machine.purge();
}

/// Does it, with a server that dies at this place; answers the places that were passed.
fn perform(machine: &Machine, directory: &Path, action: usize, place: Option<&str>) -> Vec<String> {
    let (name, words, wanted) = ACTIONS[action];
    let (at, passed): (PathBuf, PathBuf) = (directory.join("at"), directory.join("passed"));
    let _ = std::fs::remove_file(&passed);
    let server = server(machine);
    if let Some(place) = place {
        // In one go: the server may look at any time.
        std::fs::write(directory.join("new"), place).unwrap();
        std::fs::rename(directory.join("new"), &at).unwrap();
    }
    let output = machine.run("kore", &[&["cluster"], words].concat());
    // The server may die before it has answered at all; what was asked for is done all the same.
    let unreachable = output.status.code() == Some(10) && place.is_some();
    assert!(output.status.success() || unreachable, "kore cluster {name}, dying at {place:?}");
    eventually(&format!("{name} to end, dying at {place:?}"), Duration::from_secs(300), || {
        settled(machine, wanted).then_some(())
    });
    if let Some(place) = place {
        assert!(!at.exists(), "nobody died at {place} of {name}");
        assert_ne!(self::server(machine), server, "the same server is there after it died at {place}");
    }
    let text = std::fs::read_to_string(&passed).unwrap_or_default();
    // How often a step is tried depends on the time that things take: first tries only.
    text.lines().filter(|line| line.ends_with(" 1")).map(str::to_owned).collect()
}

/// Whether the cluster is Ready with so many nodes at this version, or is not there.
fn settled(machine: &Machine, wanted: Wanted) -> bool {
    let output = machine.quietly("kore", &["cluster", "show", CLUSTER, "-o", "json"]);
    let Some((nodes, version)) = wanted else { return output.status.code() == Some(6) };
    let Ok(cluster) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else { return false };
    let conditions = cluster["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let ready = conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == "True");
    let (count, at) = (&cluster["status"]["nodes"], &cluster["status"]["kubernetesVersion"]);
    let reached = cluster["status"]["observedGeneration"] == cluster["metadata"]["generation"];
    ready
        && reached
        && at.as_str().is_some_and(|at| at.starts_with(version))
        && count["ready"] == nodes
        && count["desired"] == nodes
}

/// What there must be exactly once: what the supervisor runs, and what the kernel holds for it.
fn shape(machine: &Machine) -> BTreeMap<String, usize> {
    let mut shape = BTreeMap::new();
    let ours = processes().into_iter().filter(|process| process.installation.as_ref() == Some(&machine.installation));
    for process in ours.filter(|process| process.leads && !process.program.contains("shim")) {
        *shape.entry(format!("process {}", process.name)).or_default() += 1;
    }
    let found = Inventory::take(&machine.installation);
    for kind in ["netns", "link", "nft"] {
        // The number that the kernel gives a namespace says nothing.
        let names = found.of(kind).map(|item| item.split(" (id").next().unwrap());
        names.for_each(|name| *shape.entry(format!("{kind} {name}")).or_default() += 1);
    }
    shape
}

fn server(machine: &Machine) -> BTreeSet<i32> {
    let ours = |process: &crate::inventory::Process| {
        process.installation.as_ref() == Some(&machine.installation) && process.name == "server" && process.leads
    };
    processes().into_iter().filter(ours).map(|process| process.pid).collect()
}
