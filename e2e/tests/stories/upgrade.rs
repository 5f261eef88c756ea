//! A cluster goes one Kubernetes version up while somebody uses what runs in it: no request fails. Before
//! that it is held by a budget that lets no pod go, and goes on by itself; in the middle the server is killed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    inventory::{Inventory, nothing_left_since, processes},
    machine::{Machine, eventually, tell},
};

const SHOP: &str = include_str!("shop.yaml");
const FROM: &str = "1.35";
const TO: &str = "1.36";
const CONTEXT: [&str; 2] = ["--context", "kore/payments/dev"];
/// Where the client asks, and the file that ends it.
const ADDRESS: &str = "KORE_UPGRADE_ADDRESS";
const END: &str = "KORE_UPGRADE_END";

#[test]
fn an_upgrade_costs_no_request() {
    let mut machine = Machine::new("upgrade");
    let before = Inventory::take(&machine.installation);
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "payments"]);
    let create = ["cluster", "create", "payments/dev", "--plan", "development", "--set", "kubernetesVersion=1.35"];
    machine.kore(&create);
    machine.kore(&["kubeconfig", "add", "payments/dev"]);
    let manifest = machine.path("shop.yaml");
    std::fs::write(&manifest, SHOP).unwrap();
    kubectl(&machine, &["apply", "-f", manifest.to_str().unwrap()]);
    kubectl(&machine, &["rollout", "status", "deployment/shop", "--timeout=180s"]);
    assert_eq!(nodes_of_pods(&machine).len(), 2, "a pod on each node");
    is_at(&machine, FROM);

    let error = machine.kore_fails(1, &["cluster", "upgrade", "payments/dev", "--to", "1.37", "--yes"]);
    assert!(error.contains("1.37 is not here") && error.contains("v1.35.4"), "{error}");

    let clients = ["default-1", "default-2"].map(|node| Asking::begin(&machine, node));
    a_budget_holds_it(&machine);
    // Mended: it goes on by itself.
    let budget = r#"{"spec":{"minAvailable":1}}"#;
    kubectl(&machine, &["patch", "pdb", "shop", "--type", "merge", "-p", budget]);
    let began = Instant::now();
    the_server_is_killed_once_it_is_on_its_way(&machine);
    eventually("the cluster to be upgraded", Duration::from_secs(900), || {
        let cluster = cluster(&machine)?;
        let reached = cluster["status"]["observedGeneration"] == cluster["metadata"]["generation"];
        (reached && is_ready(&cluster)).then_some(())
    });
    tell(&format!("upgrade of two nodes: {:.0} s after it could begin", began.elapsed().as_secs_f32()));

    is_at(&machine, TO);
    let cordoned = kubectl(&machine, &["get", "nodes", "-o", "jsonpath={.items[*].spec.unschedulable}"]);
    assert_eq!(cordoned, "", "nodes take pods again");
    kubectl(&machine, &["rollout", "status", "deployment/shop", "--timeout=60s"]);
    let phases = kubectl(&machine, &["get", "pods", "-A", "-o", "jsonpath={.items[*].status.phase}"]);
    assert!(phases.split(' ').all(|phase| phase == "Running"), "{phases}");
    for client in clients {
        let (asked, failed, slowest) = client.end();
        tell(&format!("{asked} requests during the upgrade, {} failed, the slowest took {slowest} ms", failed.len()));
        assert!(asked > 1000, "{asked} requests only");
        assert_eq!(failed, Vec::<String>::new());
    }
    let steps = ["preflight", "kube-apiserver", "node/default-2/drain", "node/default-2/uncordon"];
    let operation = last_operation(&machine);
    for step in steps {
        let name = format!("upgrade/{step}");
        let found = operation["steps"].as_array().unwrap().iter().find(|one| one["name"] == name.as_str());
        assert!(found.is_some(), "{name}: {operation}");
    }

    // There is no way back.
    let error = machine.kore_fails(1, &["cluster", "upgrade", "payments/dev", "--to", FROM, "--yes"]);
    assert!(error.contains("KORE-INPUT-0006") && error.contains("never goes down"), "{error}");

    machine.kore(&["cluster", "delete", "payments/dev", "--yes"]);
    machine.kore(&["team", "delete", "payments", "--yes"]);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

/// The preflight says what holds it, nothing is touched, and it waits.
fn a_budget_holds_it(machine: &Machine) {
    let shown = machine.kore(&["cluster", "upgrade", "payments/dev", "--dry-run", "-o", "json"]);
    let preview: Value = serde_json::from_str(&shown).unwrap();
    let checks = preview["preflight"]["checks"].as_array().unwrap();
    let results: Vec<_> = checks.iter().map(|check| (check["name"].as_str(), check["result"].as_str())).collect();
    assert!(results.contains(&(Some("disruptionBudgets"), Some("fail"))), "{results:?}");
    let others = results.iter().filter(|(name, _)| *name != Some("disruptionBudgets"));
    assert!(others.clone().all(|(_, result)| *result == Some("pass")), "{results:?}");
    machine.run("kore", &["cluster", "upgrade", "payments/dev", "--dry-run"]);

    machine.kore(&["cluster", "upgrade", "payments/dev", "--yes", "--no-wait"]);
    eventually("somebody to be told", Duration::from_secs(120), || {
        let cluster = cluster(machine)?;
        let said = cluster["status"]["conditions"].to_string();
        (said.contains("KORE-CLUSTER-0009") && said.contains("budget default/shop allows no disruption")).then_some(())
    });
    is_at(machine, FROM);
    let cordoned = kubectl(machine, &["get", "nodes", "-o", "jsonpath={.items[*].spec.unschedulable}"]);
    assert_eq!(cordoned, "", "nothing was touched");
}

fn the_server_is_killed_once_it_is_on_its_way(machine: &Machine) {
    eventually("the first node to be emptied", Duration::from_secs(300), || {
        let nodes = machine.quietly("kubectl", &[&CONTEXT[..], &["get", "nodes", "-o", "json"]].concat());
        let nodes: Value = serde_json::from_slice(&nodes.stdout).ok()?;
        nodes["items"].as_array()?.iter().any(|node| node["spec"]["unschedulable"] == true).then_some(())
    });
    let ours = |process: &crate::inventory::Process| {
        process.installation.as_ref() == Some(&machine.installation) && process.name == "server"
    };
    let pid = processes().into_iter().find(ours).unwrap().pid.to_string();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
}

fn kubectl(machine: &Machine, arguments: &[&str]) -> String {
    machine.kubectl(&[&CONTEXT[..], arguments].concat())
}

fn cluster(machine: &Machine) -> Option<Value> {
    let output = machine.quietly("kore", &["cluster", "show", "payments/dev", "-o", "json"]);
    serde_json::from_slice(&output.stdout).ok()
}

fn is_ready(cluster: &Value) -> bool {
    let conditions = cluster["status"]["conditions"].as_array();
    conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"))
}

fn last_operation(machine: &Machine) -> Value {
    let id = cluster(machine).unwrap()["status"]["operation"].as_str().unwrap().to_owned();
    serde_json::from_str(&machine.kore(&["operation", "show", &id, "-o", "json"])).unwrap()
}

/// API server and kubelets report this minor version.
fn is_at(machine: &Machine, minor: &str) {
    let version: Value = serde_json::from_str(&kubectl(machine, &["version", "-o", "json"])).unwrap();
    let mut reported = vec![version["serverVersion"]["gitVersion"].as_str().unwrap().to_owned()];
    let kubelets = ["get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}"];
    reported.extend(kubectl(machine, &kubelets).split(' ').map(str::to_owned));
    assert_eq!(reported.len(), 3);
    assert!(reported.iter().all(|version| version.starts_with(&format!("v{minor}."))), "{reported:?}");
}

fn nodes_of_pods(machine: &Machine) -> std::collections::BTreeSet<String> {
    let nodes = kubectl(machine, &["get", "pods", "-l", "app=shop", "-o", "jsonpath={.items[*].spec.nodeName}"]);
    nodes.split(' ').map(str::to_owned).collect()
}

/// Somebody on a node who asks the service all the time, each time by a new connection.
struct Asking {
    process: Child,
    end: PathBuf,
}

impl Asking {
    fn begin(machine: &Machine, node: &str) -> Self {
        let address = kubectl(machine, &["get", "service", "shop", "-o", "jsonpath={.spec.clusterIP}"]);
        let end = machine.path(&format!("end-{node}"));
        let namespace = format!("--net=/run/netns/kore.{}.payments.dev.{node}", machine.installation);
        let mut command = machine.command("nsenter");
        command.arg(namespace).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "upgrade::client", "--nocapture", "--test-threads", "1"]);
        command.env(ADDRESS, format!("{address}:80")).env(END, &end);
        let process = command.stdout(Stdio::piped()).spawn().unwrap();
        let begun = begun(&end);
        eventually("the service to be known on the node", Duration::from_secs(60), || begun.exists().then_some(()));
        Self { process, end }
    }

    /// How many requests there were, which failed, and how long the slowest took, in milliseconds.
    fn end(mut self) -> (usize, Vec<String>, u128) {
        std::fs::write(&self.end, "").unwrap();
        let mut said = String::new();
        self.process.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(self.process.wait().unwrap().success(), "{said}");
        let of = |word: &str| said.lines().filter_map(|line| line.strip_prefix(word)).map(str::to_owned).collect();
        let (asked, failed, slowest): (Vec<String>, Vec<String>, Vec<String>) =
            (of("asked "), of("failed "), of("slowest "));
        (asked[0].parse().unwrap(), failed, slowest[0].parse().unwrap())
    }
}

/// What is there once a client that ends by this file has had its first answer.
fn begun(end: &Path) -> PathBuf {
    end.with_extension("begun")
}

/// Not a test by itself: what [`Asking`] starts as a process of its own.
#[test]
fn client() {
    let (Ok(address), Some(end)) = (std::env::var(ADDRESS), std::env::var_os(END)) else { return };
    let address: SocketAddr = address.parse().unwrap();
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    println!();
    // A node knows of a service a moment after it was made.
    while ask(address).is_err() {
        assert!(!Path::new(&end).exists(), "no answer at all");
        #[expect(clippy::disallowed_methods, reason = "a client asks now and then")]
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::write(begun(Path::new(&end)), "").unwrap();
    while !Path::new(&end).exists() {
        let began = Instant::now();
        if let Err(error) = ask(address) {
            println!("failed {asked}: {error} after {:?}", began.elapsed());
        }
        slowest = slowest.max(began.elapsed());
        asked += 1;
        #[expect(clippy::disallowed_methods, reason = "a client asks now and then")]
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("asked {asked}\nslowest {}", slowest.as_millis());
}

/// One request and its answer.
fn ask(address: SocketAddr) -> Result<(), String> {
    let limit = Duration::from_secs(5);
    let said = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect_timeout(&address, limit).map_err(said)?;
    stream.set_read_timeout(Some(limit)).map_err(said)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n").map_err(said)?;
    let mut answer = BufReader::new(stream);
    let mut status = String::new();
    answer.read_line(&mut status).map_err(said)?;
    let mut rest = String::new();
    answer.read_to_string(&mut rest).map_err(said)?;
    if status.starts_with("HTTP/1.1 200") && rest.contains("Hello from shop-") { Ok(()) } else { Err(status + &rest) }
}
