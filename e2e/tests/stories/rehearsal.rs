//! AWS, rehearsed: from an organisation that is connected to a team's cluster with pods in it, and back to nothing.

use std::{process::Output, time::Duration};

use crate::{
    browser::Browser,
    console,
    inventory::{Inventory, nothing_left_since},
    machine::{Machine, eventually},
};

/// As `kore up` prints it.
fn connect(machine: &Machine, said: &str) {
    let command =
        said.lines().find(|line| line.contains("kore cloud add aws")).expect("how to connect the organisation");
    let arguments: Vec<&str> = command.split_whitespace().skip(1).map(|word| word.trim_matches('\'')).collect();
    machine.kore(&arguments);
}

fn publish(machine: &Machine) {
    let pool = ["address-pool", "create", "aws", "--provider", "aws", "--nodes", "10.128.0.0/12:20"];
    machine.kore(&[&pool[..], &["--services", "172.20.0.0/14:20"]].concat());
    machine.kore(&["plan", "create", "eks", "--provider", "aws"]);
    let from = "apiAccessFrom=[\"192.0.2.0/24\"]";
    let sets = ["--set", "region=eu-central-1", "--set", "stage=production", "--set", from, "--nodes", "1"];
    machine.kore(&[&["plan", "publish", "eks"][..], &sets].concat());
    machine.kore(&[
        "account-rule",
        "create",
        "common",
        "--cloud",
        "rehearsal",
        "--unit",
        "Payments",
        "--monthly-budget",
        "500USD",
    ]);
    machine.kore(&["team", "create", "payments"]);
}

/// What there is in AWS, but for what the cloud team made and what accounts come with.
fn world(machine: &Machine) -> serde_json::Value {
    let settings = std::fs::read_to_string(machine.data().join("kore.yaml")).unwrap();
    let address = settings.lines().find_map(|line| line.trim().strip_prefix("aws: ")).expect("where AWS is");
    let answer = Browser::default().get(&format!("http://{}/_kore/world", address.trim_matches(['"', '\''])));
    serde_json::from_str(&answer.body).unwrap()
}

/// What was written into the parent zone, in the management account.
fn delegations(world: &serde_json::Value) -> Vec<String> {
    let records = &world["accounts"]["123456789012"]["records"];
    let records = records.as_array().into_iter().flatten();
    records.filter_map(|record| record.as_str()).map(str::to_owned).collect()
}

/// Deletes the cluster while a service in it has a load balancer outside, which is taken down as its controller does it:
/// nothing else goes before that has ended.
fn deleted_with_a_load_balancer(machine: &Machine, inside: &dyn Fn(&[&str]) -> String) -> Output {
    inside(&["-n", "web", "create", "service", "loadbalancer", "shop", "--tcp", "80:8080"]);
    let finalizers = |value: &str| {
        let patch = format!(r#"{{"metadata":{{"finalizers":{value}}}}}"#);
        inside(&["-n", "web", "patch", "service", "shop", "--type", "merge", "-p", &patch]);
    };
    finalizers(r#"["service.kubernetes.io/load-balancer-cleanup"]"#);
    std::thread::scope(|scope| {
        let deleting =
            scope.spawn(|| machine.run("kore", &["cluster", "delete", "payments/prod", "--yes", "--timeout", "15m"]));
        let since = ["-n", "web", "get", "service", "shop", "-o", "jsonpath={.metadata.deletionTimestamp}"];
        eventually("the service to be going", Duration::from_secs(60), || {
            (!inside(&since).trim().is_empty()).then_some(())
        });
        assert_eq!(inside(&["get", "nodes", "--no-headers"]).lines().count(), 2, "nodes go after it");
        finalizers("null");
        deleting.join().unwrap()
    })
}

/// What the team's cluster is called in the DNS.
const DOMAIN: &str = "prod.payments.rehearsal.test";

#[test]
fn a_team_gets_an_account_and_a_cluster_of_eks_runs_pods_in_it_and_gives_it_back() {
    let mut machine = Machine::new("eks");
    let before = Inventory::take(&machine.installation);
    let said = machine.up(&["--no-first-cluster", "--rehearse", "aws"]);
    assert!(said.contains("nothing here is real"), "{said}");
    console::claim(&said);
    connect(&machine, &said);
    publish(&machine);
    let empty = Inventory::take(&machine.installation);

    let create = ["cluster", "create", "payments/prod", "--plan", "eks"];
    let foreseen = machine.kore(&[&create[..], &["--dry-run"]].concat());
    assert!(foreseen.contains("Make the account payments-production-"), "{foreseen}");
    assert!(foreseen.contains("Look whether the organisation has room"), "{foreseen}");
    let cost = machine.kore(&["cost", "estimate", "payments/prod", "--plan", "eks"]);
    assert!(cost.contains("USD a month") && cost.contains("1 NAT gateway"), "{cost}");
    let elsewhere = machine.kore_fails(1, &[&create[..], &["--set", "region=us-east-1"]].concat());
    assert!(elsewhere.contains("is used in eu-central-1, not in us-east-1"), "{elsewhere}");
    let said = machine.kore(&create);
    assert!(said.contains("cluster/payments/prod created"), "{said}");
    let inside = |arguments: &[&str]| machine.kore(&[&["exec", "payments/prod", "--", "kubectl"], arguments].concat());
    assert_eq!(inside(&["get", "nodes", "--no-headers"]).lines().count(), 1);
    // Through the gateway, as who they are.
    assert!(inside(&["auth", "whoami"]).contains("kore:admin"));
    assert_eq!(inside(&["auth", "can-i", "create", "deployments"]).trim(), "yes");

    machine.kore(&["namespace", "create", "payments/prod/web"]);
    let coredns = inside(&["-n", "kube-system", "get", "deploy", "coredns", "-o", "jsonpath={..image}"]);
    let (registry, _) = coredns.split_once('/').unwrap();
    inside(&["-n", "web", "create", "deployment", "web", "--image", &format!("{registry}/kore/hello:1")]);
    inside(&["-n", "web", "rollout", "status", "deployment/web", "--timeout", "60s"]);

    console::tell(&machine, "payments/prod", &["rehearsal.spec.ts"]);

    machine.kore(&["cluster", "edit", "payments/prod", "--nodes", "2", "--yes"]);
    assert_eq!(inside(&["get", "nodes", "--no-headers"]).lines().filter(|line| line.contains(" Ready ")).count(), 2);
    machine.kore(&["cluster", "upgrade", "payments/prod", "--to", "1.36", "--yes"]);
    let nodes = inside(&["get", "nodes", "--no-headers"]);
    assert_eq!(nodes.lines().filter(|line| line.contains(" Ready ") && line.contains("v1.36.")).count(), 2, "{nodes}");
    inside(&["-n", "web", "rollout", "status", "deployment/web", "--timeout", "60s"]);
    let there = world(&machine);
    assert_eq!(there["clusters"].as_array().map(Vec::len), Some(1), "{there:#}");
    // Its zone, delegated: name servers were asked before the step was done.
    assert!(machine.kore(&["cluster", "show", "payments/prod"]).contains(DOMAIN));
    assert!(delegations(&there).iter().any(|record| record.contains(DOMAIN)), "{there:#}");
    let second = machine.kore(&["cluster", "create", "payments/second", "--plan", "eks", "--dry-run"]);
    assert!(second.contains("Before anything is made") && second.contains("pass"), "{second}");
    let account = machine.kore(&["account", "list", "-o", "name"]);
    let shown = machine.kore(&["account", "show", account.trim().rsplit('/').next().unwrap()]);
    assert!(shown.contains("0.00 of 500 USD in "), "{shown}");
    // A team finds its account in the cloud by its number.
    let number = shown.lines().find_map(|line| line.strip_prefix("Account ")).unwrap().trim();
    assert!(number.len() == 12 && machine.kore(&["cluster", "show", "payments/prod"]).contains(number), "{shown}");

    let output = deleted_with_a_load_balancer(&machine, &inside);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains(" 0 left"), "{said}");
    assert!(said.contains("Take down what was made for service web/shop"), "{said}");
    let left = world(&machine);
    assert_eq!(left["clusters"], serde_json::json!([]), "{left:#}");
    assert!(delegations(&left).is_empty(), "{left:#}");
    eventually("what stood behind it to be gone", Duration::from_secs(30), || {
        machine.kore(&["cluster", "list", "-o", "name"]).trim().is_empty().then_some(())
    });
    nothing_left_since(&empty, &machine.installation);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}
