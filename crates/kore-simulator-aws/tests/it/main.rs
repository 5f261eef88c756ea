//! AWS's own SDK for Python drives the simulator, as a stranger would: each script in `tests/outside` is a test.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected is a failure")]

use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use kore_simulator_aws::{Backing, ClusterRef, Config, MotoProcess, Reached, Running, Synthetic};
use tokio::{net::TcpStream, sync::Semaphore};

/// The Python of `tools/moto`.
fn python() -> PathBuf {
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/moto/install");
    let output = Command::new(install).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// moto is gone with whoever started it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_running() {
    let moto = MotoProcess::start(&python()).await.unwrap();
    let address = moto.url().socket_addrs(|| None).unwrap().remove(0);
    assert!(TcpStream::connect(address).await.is_ok());
    drop(moto);
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), gone).await.unwrap();
}

/// Each has a moto of its own, which takes a core: one after the other they are done sooner than side by side.
static ONE: Semaphore = Semaphore::const_new(1);

async fn outside(script: &str) {
    outside_with(script, |_| {}).await;
}

async fn outside_with(script: &str, adjust: impl FnOnce(&mut Config)) {
    let _turn = ONE.acquire().await.unwrap();
    let python = python();
    let running = Running::start(&python, adjust).await.unwrap();
    let path = format!("{}/tests/outside/{script}.py", env!("CARGO_MANIFEST_DIR"));
    let mut program = tokio::process::Command::new(&python);
    // Python's own lines are shown when it fails; it is killed with the test.
    let output = program
        .arg(path)
        .arg(running.url().as_str())
        .env_clear()
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials() {
    outside("credentials").await;
}

/// Notes what EKS has behind its clusters.
#[derive(Debug, Default)]
struct Noted(Mutex<Vec<String>>);

impl Noted {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

#[async_trait]
impl Backing for Noted {
    async fn cluster(&self, cluster: &ClusterRef, version: &str, services: &str) -> Option<Reached> {
        self.note(format!("{} {version} {services}", cluster.name));
        Synthetic.cluster(cluster, version, services).await
    }

    async fn version(&self, cluster: &ClusterRef, version: &str) -> bool {
        self.note(format!("{} to {version}", cluster.name));
        true
    }

    async fn gone(&self, cluster: &ClusterRef) -> bool {
        self.note(format!("{} gone", cluster.name));
        true
    }

    async fn nodes(&self, _: &ClusterRef, nodegroup: &str, nodes: u32) -> bool {
        self.note(format!("{nodegroup} {nodes}"));
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eks() {
    let noted = Arc::new(Noted::default());
    let behind = noted.clone();
    outside_with("eks", |config| config.backing = behind).await;
    let noted = noted.0.lock().unwrap();
    // Of the first test of the script, which is a whole life.
    assert_eq!(noted[..5], ["kore-dev 1.34 172.20.0.0/16", "main 2", "main 3", "main 0", "kore-dev gone"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudformation() {
    outside("cloudformation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions() {
    outside("permissions").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leftovers() {
    outside("leftovers").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn organization() {
    outside("organization").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stacksets() {
    outside("stacksets").await;
}
