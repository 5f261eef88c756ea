//! A process that ends itself (SIGKILL) at each place in turn, on a world of files and records in
//! SQLite: the cluster exists once or not at all, and whoever comes next goes on.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use kore_api::operation::{OperationAction, OperationState, Target};
use kore_engine::{
    clock::SystemClock,
    component::Components,
    kill::{KillAt, KillPoints, NoKillPoints},
    ledger::{Ledger, LedgerState},
    memory::{MemoryProvider, World},
    operations::{NewOperation, OperationLog, operation_id},
    provider::{ClusterProvider, ClusterRequest},
    run::{Engine, Outcome, Pace, Work},
};
use kore_store::Store;
use serde_json::json;

const DIRECTORY: &str = "KORE_KILL_DIRECTORY";
const ACTION: &str = "KORE_KILL_ACTION";
const UID: &str = "uid-kill";

/// What is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Create,
    /// From two nodes to one, and a part that must be replaced.
    Change,
    /// One Kubernetes version up.
    Upgrade,
    Delete,
}

impl Deed {
    const ALL: [Self; 4] = [Self::Create, Self::Change, Self::Upgrade, Self::Delete];

    const fn action(self) -> OperationAction {
        match self {
            Self::Create => OperationAction::Create,
            Self::Change | Self::Upgrade => OperationAction::Change,
            Self::Delete => OperationAction::Delete,
        }
    }

    fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

fn request(deed: Deed) -> ClusterRequest {
    let size = if deed == Deed::Change { 1 } else { 2 };
    let version = if deed == Deed::Upgrade { "1.36" } else { "1.35" };
    ClusterRequest {
        name: "payments/dev".parse().unwrap(),
        uid: UID.into(),
        team_id: "team".into(),
        parameters: json!({ "kubernetesVersion": version, "nodePools": { "default": { "size": size } } }),
        rung: None,
        account: None,
        addresses: None,
    }
}

/// What a deed does, as the controller does it.
async fn perform(directory: &Path, deed: Deed, kill: Arc<dyn KillPoints>) {
    let action = deed.action();
    let store = Store::connect_with(
        &format!("sqlite://{}", directory.join("kore.sqlite").display()),
        crate::reconcile::patient(),
    )
    .await
    .unwrap();
    store.migrate().await.unwrap();
    let provider = MemoryProvider { world: World::Directory(directory.join("world")), ..MemoryProvider::default() };
    let pace = Pace {
        fastest: Duration::ZERO,
        slowest: Duration::ZERO,
        stay: Duration::from_secs(20),
        width: 1,
        random: Arc::new(|| 0.0),
    };
    let engine = Engine {
        ledger: Arc::new(store.clone()),
        operations: Arc::new(store.clone()),
        clock: Arc::new(SystemClock),
        kill,
        pace,
    };
    let request = request(deed);
    let id = operation_id(UID, action, 1);
    let target = Target {
        kind: "Cluster".into(),
        team: Some("payments".into()),
        name: "dev".into(),
        uid: UID.into(),
        generation: 1,
    };
    let new = NewOperation {
        id,
        action,
        target,
        requested_by: "user:ana".into(),
        request_id: None,
        parameters: request.parameters.clone(),
    };
    store.begin(new).await.unwrap();
    store.state(id, OperationState::Running, None, None).await.unwrap();
    let work = Work::new(UID, id);
    let (outcome, remainder) = if action == OperationAction::Delete {
        let (outcome, remainder) = engine.teardown(&work, &provider, &request).await.unwrap();
        assert_eq!(remainder.left, 0);
        (outcome, Some(remainder))
    } else {
        let components: Components = provider.components(&request).await.unwrap();
        let keys = engine.open_keys(UID).await.unwrap();
        let leftovers = provider.leftovers(&request, &keys).await.unwrap();
        (engine.run(&work, &components, &leftovers).await.unwrap(), None)
    };
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
    store.state(id, OperationState::Done, None, remainder).await.unwrap();
    store.close().await.unwrap();
}

/// Not a test by itself: what the others start as a process of its own.
#[tokio::test]
async fn child() {
    let (Some(directory), Ok(action)) = (std::env::var_os(DIRECTORY), std::env::var(ACTION)) else { return };
    let deed = Deed::ALL.into_iter().find(|deed| deed.word() == action).unwrap();
    let directory = Path::new(&directory);
    perform(directory, deed, Arc::new(KillAt::new(directory.join("places")))).await;
}

/// Runs the child, which ends itself at a place, where there is one; what it passed, and whether it
/// lived to its end.
fn run_child(directory: &Path, deed: Deed, at: Option<&str>) -> (Vec<String>, bool) {
    let places = directory.join("places");
    let _ = std::fs::remove_dir_all(&places);
    std::fs::create_dir(&places).unwrap();
    if let Some(at) = at {
        std::fs::write(places.join("at"), at).unwrap();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads", "1"])
        .env(DIRECTORY, directory)
        .env(ACTION, deed.word())
        .output()
        .unwrap();
    let killed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    assert!(output.status.success() || killed, "{}", String::from_utf8_lossy(&output.stderr));
    let passed = std::fs::read_to_string(places.join("passed")).unwrap_or_default();
    (passed.lines().map(str::to_owned).collect(), !killed)
}

/// The world before an action, as files.
async fn before(deed: Deed) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("world")).unwrap();
    if deed != Deed::Create {
        perform(directory.path(), Deed::Create, Arc::new(NoKillPoints)).await;
    }
    if deed == Deed::Change {
        World::Directory(directory.path().join("world")).put("payments.dev/certificates", "broken").unwrap();
    }
    directory
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    let source: PathBuf = from.join(".");
    let copied = Command::new("cp").arg("-a").arg(source).arg(to.path()).status().unwrap();
    assert!(copied.success());
    to
}

async fn check(directory: &Path, deed: Deed, at: &str) {
    let world = World::Directory(directory.join("world"));
    let mut keys = world.keys();
    if deed == Deed::Upgrade {
        let versions = world.things().into_values().filter(|value| value.starts_with("at "));
        assert_eq!(versions.collect::<Vec<_>>(), ["at 1.36"; 3], "after a crash at {at}");
    }
    let mut wanted: Vec<String> = match deed {
        Deed::Create | Deed::Upgrade => {
            vec!["certificates", "kube-apiserver", "network", "node/default-1", "node/default-2"]
        }
        Deed::Change => vec!["certificates", "kube-apiserver", "network", "node/default-1"],
        Deed::Delete => vec![],
    }
    .into_iter()
    .map(|name| format!("payments.dev/{name}"))
    .collect();
    keys.sort();
    wanted.sort();
    assert_eq!(keys, wanted, "the world after a crash at {at} of {deed:?}");
    let store = Store::connect_with(
        &format!("sqlite://{}", directory.join("kore.sqlite").display()),
        crate::reconcile::patient(),
    )
    .await
    .unwrap();
    let entries = store.entries(UID).await.unwrap();
    let mut open: Vec<String> =
        entries.into_iter().filter(|entry| entry.state != LedgerState::Gone).map(|entry| entry.key).collect();
    open.sort();
    assert_eq!(open, wanted, "the ledger after a crash at {at} of {deed:?}");
    let operation = store.get(operation_id(UID, deed.action(), 1)).await.unwrap().unwrap();
    assert_eq!(operation.state, OperationState::Done);
    store.close().await.unwrap();
}

async fn matrix(deed: Deed) {
    let template = before(deed).await;
    let clean = copy(template.path());
    let (places, lived) = run_child(clean.path(), deed, None);
    assert!(lived, "a clean run ends");
    check(clean.path(), deed, "no place").await;
    let count = places.len();
    assert!(count >= 4, "{count} points only");

    let chosen: Vec<&String> = if std::env::var_os("KORE_SOAK").is_some() {
        places.iter().collect()
    } else {
        let seed: usize = std::env::var("KORE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(42);
        // Every residue modulo 4 is a moment of its own: before and after each row and the effect.
        (0..4).map(|moment| &places[moment + 4 * ((seed + moment * 7) % (count / 4))]).collect()
    };
    let mut died = 0;
    for &at in &chosen {
        let directory = copy(template.path());
        let (_, lived) = run_child(directory.path(), deed, Some(at));
        assert!(!lived, "nobody died at {at}");
        died += 1;
        // Whoever comes next goes on, and a third finds nothing to do.
        assert!(run_child(directory.path(), deed, None).1);
        check(directory.path(), deed, at).await;
        let (again, lived) = run_child(directory.path(), deed, None);
        assert!(lived && again.is_empty(), "a run after the end did something: {again:?}");
    }
    println!("kill points of {}: {count} counted, {} run, {died} died and recovered", deed.word(), chosen.len());
}

#[tokio::test]
async fn a_create_cut_off_anywhere_is_harmless() {
    matrix(Deed::Create).await;
}

#[tokio::test]
async fn a_change_cut_off_anywhere_is_harmless() {
    matrix(Deed::Change).await;
}

#[tokio::test]
async fn an_upgrade_cut_off_anywhere_is_harmless() {
    matrix(Deed::Upgrade).await;
}

#[tokio::test]
async fn a_delete_cut_off_anywhere_is_harmless() {
    matrix(Deed::Delete).await;
}
