//! A person without root: clusters have a control plane and no nodes, and everybody is told so.

use crate::{
    inventory::{Inventory, nothing_left_since},
    machine::Machine,
};

const LABEL: &str = "control plane only, workloads will not run: nodes need root";

#[test]
fn a_person_without_root_gets_control_planes() {
    let mut machine = Machine::without_root("plane");
    let before = Inventory::take(&machine.installation);
    let said = machine.up(&[]);
    assert!(said.contains(LABEL) && said.contains("sandbox/first"), "{said}");
    assert!(machine.up(&[]).contains("already up"));

    machine.kore(&["team", "create", "payments"]);
    let created = machine.run("kore", &["cluster", "create", "payments/dev", "--plan", "evaluation"]);
    assert!(created.status.success());
    let shown: serde_json::Value =
        serde_json::from_str(&machine.kore(&["cluster", "show", "payments/dev", "-o", "json"])).unwrap();
    assert_eq!(
        (&shown["status"]["rung"]["workloads"], &shown["status"]["rung"]["reason"]),
        (&false.into(), &LABEL.into())
    );
    // Who insists on nodes is told why there are none, and what to do.
    let error = machine
        .kore_fails(9, &["cluster", "create", "payments/nodes", "--plan", "evaluation", "--set", "driver=native"]);
    assert!(error.contains("KORE-LOCAL-0004") && error.contains("root") && error.contains("fix"), "{error}");

    // It is Kubernetes all the same.
    machine.kore(&["kubeconfig", "add", "payments/dev"]);
    let kubectl = |arguments: &[&str]| machine.kubectl(&[&["--context", "kore/payments/dev"], arguments].concat());
    kubectl(&["create", "configmap", "kept", "--from-literal=word=here"]);
    assert_eq!(kubectl(&["get", "nodes", "-o", "name"]), "");

    machine.kore(&["down", "--name", &machine.installation]);
    machine.up(&[]);
    assert_eq!(kubectl(&["get", "configmap", "kept", "-o", "jsonpath={.data.word}"]), "here");
    for cluster in ["payments/nodes", "payments/dev"] {
        machine.kore(&["cluster", "delete", cluster, "--yes"]);
    }
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}
