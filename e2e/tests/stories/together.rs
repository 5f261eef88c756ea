//! Several at once: two `kore up`, four clusters, a cluster deleted while it is made.

use std::process::{Child, Output, Stdio};

use crate::{
    inventory::{Inventory, nothing_left_since},
    machine::Machine,
};

#[test]
fn what_is_asked_for_at_the_same_moment_ends_well() {
    let mut machine = Machine::new("together");
    let before = Inventory::take(&machine.installation);

    // One brings it up; the other one says that it is being brought up, or finds it up.
    let up = ["up", "--name", &machine.installation, "--port", &machine.port().to_string(), "--no-first-cluster"];
    let ups = all(vec![begin(&machine, &up), begin(&machine, &up)]);
    assert!(ups.iter().any(|one| one.status.success()), "nobody brought it up");
    for refused in ups.iter().filter(|one| !one.status.success()) {
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(7) && said.contains("KORE-LOCAL-0005") && said.contains("fix"), "{said}");
    }
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "busy"]);
    let empty = Inventory::take(&machine.installation);

    let clusters = ["busy/one", "busy/two", "busy/three", "busy/four"];
    let plane_only = ["--set", "driver=controlPlaneOnly"];
    let create = |name: &'static str, further: &[&str]| {
        begin(&machine, &[&["cluster", "create", name, "--plan", "evaluation"], further].concat())
    };
    let created = all(vec![
        create(clusters[0], &[]),
        create(clusters[1], &[]),
        create(clusters[2], &plane_only),
        create(clusters[3], &plane_only),
    ]);
    assert!(created.iter().all(|one| one.status.success()), "not every cluster was made");
    // Each is one of its own: it knows its nodes only.
    for (cluster, nodes) in clusters.into_iter().zip([1, 1, 0, 0]) {
        let found = machine.kore(&["exec", cluster, "--", "kubectl", "get", "nodes", "-o", "name"]);
        assert_eq!(found.lines().count(), nodes, "{cluster}: {found}");
    }

    // One is deleted while it is made; the others are deleted at the same time.
    machine.kore(&["cluster", "create", "busy/brief", "--plan", "evaluation", "--no-wait"]);
    let delete = |name: &'static str| begin(&machine, &["cluster", "delete", name, "--yes"]);
    let deleted = all(clusters.into_iter().chain(["busy/brief"]).map(delete).collect());
    for one in &deleted {
        let said = String::from_utf8_lossy(&one.stdout).into_owned() + &String::from_utf8_lossy(&one.stderr);
        assert!(one.status.success() && said.contains("0 left"), "{said}");
    }
    nothing_left_since(&empty, &machine.installation);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

fn begin(machine: &Machine, arguments: &[&str]) -> Child {
    println!("$ kore {} &", arguments.join(" "));
    machine.command("kore").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for all of them. They say less than fits into a pipe.
fn all(children: Vec<Child>) -> Vec<Output> {
    let outputs: Vec<Output> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    outputs.iter().for_each(|output| println!("{}", crate::machine::show(output)));
    outputs
}
