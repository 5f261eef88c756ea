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

fn request(action: OperationAction) -> ClusterRequest {
    let size = if action == OperationAction::Change { 1 } else { 2 };
    ClusterRequest {
        name: "payments/dev".parse().unwrap(),
        uid: UID.into(),
        team_id: "team".into(),
        parameters: json!({ "nodePools": { "default": { "size": size } } }),
        rung: None,
        addresses: None,
    }
}

/// What a create, change (2 → 1 nodes, and a part that must be replaced) or delete does, as the
/// controller does it.
async fn perform(directory: &Path, action: OperationAction, kill: Arc<dyn KillPoints>) {
    let store = Store::connect(&format!("sqlite://{}", directory.join("kore.sqlite").display())).await.unwrap();
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
    let request = request(action);
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
    let action: OperationAction = serde_json::from_value(json!(action)).unwrap();
    let directory = Path::new(&directory);
    perform(directory, action, Arc::new(KillAt::new(directory.join("places")))).await;
}

fn word(action: OperationAction) -> String {
    serde_json::to_value(action).unwrap().as_str().unwrap().to_owned()
}

/// Runs the child, which ends itself at a place, where there is one; what it passed, and whether it
/// lived to its end.
fn run_child(directory: &Path, action: OperationAction, at: Option<&str>) -> (Vec<String>, bool) {
    let places = directory.join("places");
    let _ = std::fs::remove_dir_all(&places);
    std::fs::create_dir(&places).unwrap();
    if let Some(at) = at {
        std::fs::write(places.join("at"), at).unwrap();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads", "1"])
        .env(DIRECTORY, directory)
        .env(ACTION, word(action))
        .output()
        .unwrap();
    let killed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    assert!(output.status.success() || killed, "{}", String::from_utf8_lossy(&output.stderr));
    let passed = std::fs::read_to_string(places.join("passed")).unwrap_or_default();
    (passed.lines().map(str::to_owned).collect(), !killed)
}

/// The world before an action, as files.
async fn before(action: OperationAction) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("world")).unwrap();
    if action != OperationAction::Create {
        perform(directory.path(), OperationAction::Create, Arc::new(NoKillPoints)).await;
    }
    if action == OperationAction::Change {
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

async fn check(directory: &Path, action: OperationAction, at: &str) {
    let mut keys = World::Directory(directory.join("world")).keys();
    let mut wanted: Vec<String> = match action {
        OperationAction::Create => {
            vec!["certificates", "kube-apiserver", "network", "node/default-1", "node/default-2"]
        }
        OperationAction::Change => vec!["certificates", "kube-apiserver", "network", "node/default-1"],
        OperationAction::Delete => vec![],
    }
    .into_iter()
    .map(|name| format!("payments.dev/{name}"))
    .collect();
    keys.sort();
    wanted.sort();
    assert_eq!(keys, wanted, "the world after a crash at {at} of {action:?}");
    let store = Store::connect(&format!("sqlite://{}", directory.join("kore.sqlite").display())).await.unwrap();
    let entries = store.entries(UID).await.unwrap();
    let mut open: Vec<String> =
        entries.into_iter().filter(|entry| entry.state != LedgerState::Gone).map(|entry| entry.key).collect();
    open.sort();
    assert_eq!(open, wanted, "the ledger after a crash at {at} of {action:?}");
    let operation = store.get(operation_id(UID, action, 1)).await.unwrap().unwrap();
    assert_eq!(operation.state, OperationState::Done);
    store.close().await.unwrap();
}

async fn matrix(action: OperationAction) {
    let template = before(action).await;
    let clean = copy(template.path());
    let (places, lived) = run_child(clean.path(), action, None);
    assert!(lived, "a clean run ends");
    check(clean.path(), action, "no place").await;
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
        let (_, lived) = run_child(directory.path(), action, Some(at));
        assert!(!lived, "nobody died at {at}");
        died += 1;
        // Whoever comes next goes on, and a third finds nothing to do.
        assert!(run_child(directory.path(), action, None).1);
        check(directory.path(), action, at).await;
        let (again, lived) = run_child(directory.path(), action, None);
        assert!(lived && again.is_empty(), "a run after the end did something: {again:?}");
    }
    println!("kill points of {}: {count} counted, {} run, {died} died and recovered", word(action), chosen.len());
}

#[tokio::test]
async fn a_create_cut_off_anywhere_is_harmless() {
    matrix(OperationAction::Create).await;
}

#[tokio::test]
async fn a_change_cut_off_anywhere_is_harmless() {
    matrix(OperationAction::Change).await;
}

#[tokio::test]
async fn a_delete_cut_off_anywhere_is_harmless() {
    matrix(OperationAction::Delete).await;
}
