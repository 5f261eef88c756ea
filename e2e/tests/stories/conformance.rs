//! It is Kubernetes: tests of upstream's [Conformance] suite and of network policies, run by upstream's program
//! through the gateway.

use crate::machine::{Machine, bin};

#[test]
fn a_handful_of_conformance_tests_pass_through_the_gateway() {
    run("handful", "conformance-handful.txt");
}

#[test]
#[ignore = "takes half an hour: make soak"]
fn the_listed_conformance_tests_pass_through_the_gateway() {
    run("listed", "conformance.txt");
}

#[test]
#[ignore = "takes five minutes: make soak"]
fn the_listed_tests_of_network_policies_pass() {
    run("policies", "network-policies.txt");
}

fn run(story: &str, list: &str) {
    let mut machine = Machine::new(story);
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "upstream"]);
    machine.kore(&["cluster", "create", "upstream/conformance", "--plan", "evaluation", "--nodes", "2"]);
    // The tests do what only Kubernetes' own administrator may.
    let (place, reason) = ("upstream/conformance", "conformance tests");
    machine.kore(&["elevation", "request", "cluster-admin", place, "--for", "8h", "--reason", reason]);
    machine.kore(&["kubeconfig", "add", "upstream/conformance"]);
    // The tests take the current context of a file of their own.
    let kubeconfig = machine.path("conformance.yaml");
    let context = ["--context", "kore/upstream/conformance"];
    std::fs::write(&kubeconfig, machine.kubectl(&[&context[..], &["config", "view", "--minify", "--raw"]].concat()))
        .unwrap();
    let directory = bin().join("../e2e");
    let (script, list) = (directory.join("conformance"), directory.join(list));
    let (kubeconfig, data) = (kubeconfig.display().to_string(), machine.data().display().to_string());
    let told = machine.run(script.to_str().unwrap(), &[list.to_str().unwrap(), &kubeconfig, &data]);
    assert!(told.status.success(), "conformance tests failed");
    machine.purge();
}
