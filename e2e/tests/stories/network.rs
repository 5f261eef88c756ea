//! What a namespace is closed to is refused on the wire, and each named opening opens what it says and no more:
//! pods on two nodes ask each other, the API server, and the world.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{IpAddr, TcpListener},
    process::Command,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    inventory::{Inventory, nothing_left_since},
    machine::{Machine, eventually},
};

/// An address of the world: of a documentation range (RFC 5737), which is nobody's and is not private. The host
/// gets it for as long as the cluster has its bridge.
const WORLD: &str = "203.0.113.7";

/// Where the platform has its ingress, once it has one.
const INGRESS: &str = "kore-ingress";

/// Who gets an answer from whom. `NAMESPACE/POD` asks a pod, a name, the world, or a private address.
const PROBES: [(&str, &str, bool); 23] = [
    // Closed to everybody but its own pods, on whichever node.
    ("web/one", "web/two", true),
    ("web/two", "web/one", true),
    ("web/one", "shop/one", false),
    ("shop/one", "web/one", false),
    ("free/one", "web/one", false),
    // Without policies, a pod reaches whatever is not closed itself.
    ("free/one", "open/one", true),
    ("open/one", "free/one", true),
    ("free/one", "world", true),
    // Name service is open unless closed.
    ("web/one", "name two.web", true),
    ("dark/one", "name two.web", false),
    // Own pods are, too.
    ("dark/one", "dark/two", false),
    // From a namespace, towards it, and only where both sides say so.
    ("shop/one", "db/one", true),
    ("db/one", "shop/one", false),
    ("web/one", "db/one", false),
    ("other/one", "db/one", false),
    ("free/one", "db/one", false),
    // Ingress comes from the platform's own namespace.
    ("kore-ingress/one", "site/one", true),
    ("kore-ingress/one", "web/one", false),
    ("free/one", "site/one", false),
    // The internet is public addresses: not this host, which could be a cloud's metadata service.
    ("out/one", "world", true),
    ("out/one", "private", false),
    ("out/one", "web/one", false),
    ("web/one", "world", false),
];

#[test]
fn what_is_closed_is_closed_and_each_opening_opens_what_it_says() {
    let mut machine = Machine::new("network");
    let before = Inventory::take(&machine.installation);
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "payments"]);
    machine.kore(&["cluster", "create", "payments/live", "--plan", "evaluation", "--nodes", "2"]);
    for (namespace, flag, openings) in [
        ("web", "--open", "dns"),
        ("dark", "--close", "dns,same-namespace"),
        ("shop", "--open", "to=db,to=web"),
        ("db", "--open", "from=shop,from=other"),
        ("other", "--open", "dns"),
        ("site", "--open", "ingress"),
        ("out", "--open", "internet"),
    ] {
        machine.kore(&["namespace", "create", &format!("payments/live/{namespace}"), flag, openings]);
    }
    machine.kore(&["kubeconfig", "add", "payments/live"]);
    let story = Story { machine: &machine };
    for namespace in ["free", "open"] {
        story.kubectl(&["create", "namespace", namespace]);
    }
    let pods = story.pods();
    let world = story.world();

    let failed: Vec<String> = thread::scope(|scope| {
        let probes = PROBES.map(|(from, to, answered)| {
            let (story, pods, world) = (&story, &pods, &world);
            scope.spawn(move || {
                let url = match to {
                    "world" => format!("http://{WORLD}:{}", world.port),
                    "private" => format!("http://{}:{}", world.bridge, world.port),
                    _ => match to.strip_prefix("name ") {
                        Some(name) => format!("http://{name}.svc.cluster.local"),
                        None => format!("http://{}:8080", pods[to]),
                    },
                };
                let got = story.asks(from, &url);
                (got != answered).then(|| format!("{from} → {to} ({url}): answered {got}, meant {answered}"))
            })
        });
        probes.into_iter().filter_map(|probe| probe.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));

    // The engine's kinds are the platform's, whoever owns the team.
    let kind = ["--context", "kore/payments/live", "delete", "crd", "globalnetworkpolicies.crd.projectcalico.org"];
    let refused = machine.run("kubectl", &kind);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Kore keeps this object"), "{refused:?}");

    let wider = json!({"apiVersion": "crd.projectcalico.org/v1", "kind": "GlobalNetworkPolicy",
        "metadata": {"name": "open"}, "spec": {"order": 1, "selector": "all()",
            "ingress": [{"action": "Allow"}], "egress": [{"action": "Allow"}]}});
    let file = machine.path("wider.json");
    std::fs::write(&file, wider.to_string()).unwrap();
    let refused = machine.run("kubectl", &["--context", "kore/payments/live", "create", "-f", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cannot create resource"), "{refused:?}");

    // What is opened or closed afterwards holds for pods that run.
    machine.kore(&["namespace", "edit", "payments/live/web", "--open", "from=free", "--yes"]);
    story.comes_to("free/one", &pods["web/one"], true);
    machine.kore(&["namespace", "edit", "payments/live/web", "--close", "from=free", "--yes"]);
    story.comes_to("free/one", &pods["web/one"], false);

    machine.kore(&["cluster", "delete", "payments/live", "--yes"]);
    machine.kore(&["team", "delete", "payments", "--yes"]);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

/// Where the host answers.
struct World {
    bridge: IpAddr,
    port: u16,
}

struct Story<'a> {
    machine: &'a Machine,
}

impl Story<'_> {
    fn kubectl(&self, arguments: &[&str]) -> String {
        self.machine.kubectl(&[&["--context", "kore/payments/live"], arguments].concat())
    }

    /// Whose credential changes things in a namespace: one's own, or the one for what is the platform's.
    fn credential(&self, namespace: &str) -> [String; 2] {
        let root = self.machine.data().join("clusters/payments.live/pki/admin.kubeconfig");
        let platform = ["--kubeconfig".to_owned(), root.display().to_string()];
        if namespace == INGRESS { platform } else { ["--context", "kore/payments/live"].map(str::to_owned) }
    }

    fn kubectl_in(&self, namespace: &str, arguments: &[&str]) -> String {
        let [flag, which] = self.credential(namespace);
        self.machine.kubectl(&[&[flag.as_str(), which.as_str()], arguments].concat())
    }

    /// Starts every pod that the probes name: `one` on one node, `two` on the other. Their addresses.
    fn pods(&self) -> BTreeMap<&'static str, String> {
        let named = PROBES.iter().flat_map(|(from, to, _)| [*from, *to]).filter(|name| name.contains('/'));
        let all: BTreeSet<&str> = named.collect();
        self.kubectl_in(INGRESS, &["create", "namespace", INGRESS]);
        for (name, (namespace, pod)) in all.iter().map(|name| (name, name.split_once('/').unwrap())) {
            let node = if pod == "two" { "default-2" } else { "default-1" };
            let object = json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": pod, "namespace": namespace, "labels": {"app": pod}},
                "spec": {"nodeSelector": {"kubernetes.io/hostname": node}, "terminationGracePeriodSeconds": 0,
                    "containers": [{"name": "hello", "image": "kore.internal/hello:1",
                        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}}]}});
            let file = self.machine.path(&name.replace('/', "-"));
            std::fs::write(&file, object.to_string()).unwrap();
            self.kubectl_in(namespace, &["apply", "-f", file.to_str().unwrap()]);
        }
        self.kubectl(&["-n", "web", "expose", "pod", "two", "--port=80", "--target-port=8080"]);
        let address = |name: &str| {
            let (namespace, pod) = name.split_once('/').unwrap();
            self.kubectl(&["-n", namespace, "wait", "pod", pod, "--for=condition=Ready", "--timeout=180s"]);
            self.kubectl(&["-n", namespace, "get", "pod", pod, "-o", "jsonpath={.status.podIP}"])
        };
        all.into_iter().map(|name| (name, address(name))).collect()
    }

    /// Gives the host an address of the world on the cluster's bridge, and answers there and on the bridge's own.
    fn world(&self) -> World {
        let alias = format!("kore:{}:payments.live", self.machine.installation);
        let ip = |arguments: &[&str]| -> Value {
            let output = Command::new("ip").arg("-json").args(arguments).output().unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let links = ip(&["link", "show"]);
        let bridge = links.as_array().unwrap().iter().find(|link| link["ifalias"] == alias.as_str()).unwrap();
        let name = bridge["ifname"].as_str().unwrap();
        let found = ip(&["-4", "addr", "show", "dev", name]);
        let address: IpAddr = found[0]["addr_info"][0]["local"].as_str().unwrap().parse().unwrap();
        let added = Command::new("ip").args(["addr", "add", &format!("{WORLD}/32"), "dev", name]).status().unwrap();
        assert!(added.success(), "{WORLD} on {name}");
        let listener = TcpListener::bind((WORLD, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        answer(listener);
        answer(TcpListener::bind((address, port)).unwrap());
        World { bridge: address, port }
    }

    /// Whether somebody answers a pod.
    fn asks(&self, from: &str, url: &str) -> bool {
        let (namespace, pod) = from.split_once('/').unwrap();
        let [flag, which] = self.credential(namespace);
        let arguments = [flag.as_str(), which.as_str(), "-n", namespace, "exec", pod, "--", "wget", "-qO-", url];
        let output = self.machine.quietly("kubectl", &arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let answered = output.status.success() && said.contains("Hello");
        // Closed is what is never answered. A connection that is refused, or a pod that is gone, is something else.
        let silent = String::from_utf8_lossy(&output.stderr).into_owned();
        let dropped = ["deadline exceeded", "timeout"].iter().any(|word| silent.contains(word));
        assert!(answered || dropped, "{from} → {url}: {said}{silent}");
        answered
    }

    fn comes_to(&self, from: &str, to: &str, answered: bool) {
        let url = format!("http://{to}:8080");
        eventually("the change to hold", Duration::from_secs(60), || (self.asks(from, &url) == answered).then_some(()));
    }
}

/// Says hello to whoever connects, until the test ends.
fn answer(listener: TcpListener) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nHello");
        }
    });
}
