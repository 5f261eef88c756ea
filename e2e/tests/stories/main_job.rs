//! The main job: one command to a working platform; a team gets a real cluster and uses it.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::Stdio,
};

use crate::{
    inventory::{Inventory, nothing_left_since},
    machine::Machine,
    streams::every_streaming_verb_works,
};

const POD: &str = include_str!("web.yaml");

#[test]
fn a_team_gets_a_real_cluster_and_uses_it() {
    let mut machine = Machine::new("main");
    let before = Inventory::take(&machine.installation);

    // One command; the first team cluster is there when it returns.
    let block = machine.up(&[]);
    for word in ["/claim/", "sandbox/first", "kore exec", "kore status"] {
        assert!(block.contains(word), "the block after `kore up` lacks {word}");
    }
    let again = machine.up(&[]);
    assert!(again.contains("already up"), "a second `kore up` says so");
    machine.kore(&["status"]);

    // A team and its cluster.
    machine.kore(&["team", "create", "payments"]);
    let created = machine.run("kore", &["cluster", "create", "payments/dev", "--plan", "evaluation"]);
    assert!(created.status.success());
    let nodes = machine.kore(&["exec", "payments/dev", "--", "kubectl", "get", "nodes", "-o", "name"]);
    assert_eq!(nodes.lines().count(), 1, "{nodes}");

    // Plain kubectl, nothing secret in the file, the current context untouched.
    let kubeconfig = machine.path(".kube/config");
    machine.kore(&["kubeconfig", "add", "payments/dev"]);
    let text = std::fs::read_to_string(&kubeconfig).unwrap();
    for secret in ["token:", "client-key", "client-certificate-data", "password"] {
        assert!(!text.contains(secret), "{secret} in the kubeconfig");
    }
    assert!(!text.contains("current-context: kore/"), "the current context was changed");
    let context = ["--context", "kore/payments/dev"];
    let kubectl = |arguments: &[&str]| machine.kubectl(&[&context, arguments].concat());
    let manifest = machine.path("web.yaml");
    std::fs::write(&manifest, POD).unwrap();
    kubectl(&["apply", "-f", manifest.to_str().unwrap()]);
    kubectl(&["rollout", "status", "deployment/web", "--timeout=180s"]);
    assert!(kubectl(&["logs", "deployment/web"]).contains("listening"));
    assert!(kubectl(&["exec", "deployment/web", "--", "/bin/sh", "-c", "echo inside; ls /"]).contains("inside"));
    let pod = kubectl(&["get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}"]);
    std::fs::write(machine.path("note"), "carried over").unwrap();
    kubectl(&["cp", machine.path("note").to_str().unwrap(), &format!("{pod}:/tmp/note")]);
    assert_eq!(kubectl(&["exec", &pod, "--", "/bin/cat", "/tmp/note"]), "carried over");
    port_forward(&machine, &context, &pod);
    watch(&machine, &context);
    every_streaming_verb_works(&machine);
    let claim = kubectl(&["get", "pvc", "data", "-o", "jsonpath={.status.phase}"]);
    assert_eq!(claim, "Bound", "the default storage class serves claims");
    let lookup = kubectl(&["exec", &pod, "--", "/bin/wget", "-qO-", "http://web.default.svc.cluster.local/healthz"]);
    assert!(lookup.contains("ok"), "a service is reached by its name: {lookup}");

    roles_mean_in_a_cluster_what_they_say(&machine);
    an_elevation_opens_the_cluster_for_a_while(&machine);

    // One node more, one node less, with the preview first.
    let preview = machine.run("kore", &["cluster", "edit", "payments/dev", "--nodes", "2", "--dry-run"]);
    let preview = String::from_utf8_lossy(&preview.stdout).into_owned() + &String::from_utf8_lossy(&preview.stderr);
    assert!(preview.contains("nodePools.default.size"), "{preview}");
    machine.kore(&["cluster", "edit", "payments/dev", "--nodes", "2", "--yes"]);
    assert_eq!(kubectl(&["get", "nodes", "-o", "name"]).lines().count(), 2);
    machine.kore(&["cluster", "edit", "payments/dev", "--nodes", "1", "--yes"]);
    assert_eq!(kubectl(&["get", "nodes", "-o", "name"]).lines().count(), 1);

    // All of it is in the audit trail.
    let audit = machine.kore(&["audit", "list", "--limit", "500"]);
    for word in ["team.create", "cluster.create", "cluster.update", "payments/dev", "kubectl"] {
        assert!(audit.contains(word), "the audit trail lacks {word}");
    }
    assert!(machine.kore(&["audit", "verify"]).starts_with("The audit trail is intact."));

    // Bad input gets a clear error with a code and a fix.
    let error = machine.kore_fails(1, &["cluster", "create", "payments/x", "--plan", "evaluatio"]);
    assert!(error.contains("KORE-INPUT-0003") && error.contains("fix"), "{error}");
    let error = machine.kore_fails(7, &["team", "create", "payments"]);
    assert!(error.contains("KORE-OBJECT-0002"), "{error}");
    let error = machine.kore_fails(6, &["cluster", "show", "payments/nothing"]);
    assert!(error.contains("KORE-OBJECT-0001"), "{error}");
    let error = machine.kore_fails(7, &["team", "delete", "payments", "--yes"]);
    assert!(error.contains("KORE-OBJECT-0005") && error.contains("dev"), "{error}");

    // Deletion ends with the record that nothing is left.
    Inventory::take(&machine.installation);
    let deleted = machine.run("kore", &["cluster", "delete", "payments/dev", "--yes"]);
    assert!(deleted.status.success());
    let text = String::from_utf8_lossy(&deleted.stdout).into_owned() + &String::from_utf8_lossy(&deleted.stderr);
    assert!(text.contains("0 left"), "{text}");
    machine.kore(&["team", "delete", "payments", "--yes"]);

    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

/// By the API server's own word, for the groups that the gateway puts on people's requests.
fn roles_mean_in_a_cluster_what_they_say(machine: &Machine) {
    let kubeconfig = machine.data().join("clusters/payments.dev/pki/admin.kubeconfig");
    let questions = [
        ("get pods", "yes yes yes"),
        ("get nodes", "yes yes yes"),
        ("get secrets", "no yes yes"),
        ("create deployments.apps", "no yes yes"),
        ("create pods/exec", "no yes yes"),
        ("create pods/portforward", "no yes yes"),
        ("create rolebindings.rbac.authorization.k8s.io", "no no yes"),
        ("create namespaces", "no no yes"),
        ("create clusterrolebindings.rbac.authorization.k8s.io", "no no yes"),
        ("get nodes/proxy", "no no no"),
        ("delete nodes", "no no no"),
    ];
    for (question, wanted) in questions {
        let answer = |role: &str| {
            let group = format!("kore:payments:{role}");
            let (verb, what) = question.split_once(' ').unwrap();
            let (what, part) = what.split_once('/').unwrap_or((what, ""));
            let asked =
                ["--kubeconfig", kubeconfig.to_str().unwrap(), "auth", "can-i", verb, what, "--subresource", part];
            let output =
                machine.quietly("kubectl", &[&asked[..], &["--as", "kore:somebody", "--as-group", &group]].concat());
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        assert_eq!(["view", "edit", "admin"].map(answer).join(" "), wanted, "{question}");
    }
}

/// Even an administrator of the platform is Kubernetes' own administrator for a while only.
fn an_elevation_opens_the_cluster_for_a_while(machine: &Machine) {
    let may = || {
        let asked = ["exec", "payments/dev", "--", "kubectl", "auth", "can-i", "delete", "nodes"];
        String::from_utf8_lossy(&machine.run("kore", &asked).stdout).trim().to_owned()
    };
    let check = ["access", "check", "cluster.accessPlatform", "payments/dev"];
    assert_eq!(may(), "no");
    machine.kore_fails(1, &check);
    let request = ["elevation", "request", "cluster-admin", "payments/dev", "--for", "10m", "--reason", "INC-7"];
    assert!(machine.kore(&request).contains("is active until"));
    assert_eq!(may(), "yes", "with the next request");
    assert!(machine.kore(&check).contains("elevation"));
    let listed = machine.kore(&["elevation", "list", "-o", "name"]);
    let id = listed.trim().strip_prefix("elevation/").unwrap();
    machine.kore(&["elevation", "end", id]);
    assert_eq!(may(), "no");
    machine.kore_fails(1, &check);
}

fn port_forward(machine: &Machine, context: &[&str], pod: &str) {
    let target = format!("pod/{pod}");
    let mut command = machine.command("kubectl");
    command.args(context).args(["port-forward", &target, ":8080"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // Held until the end: kubectl writes a line for every connection, and ends when nobody reads.
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let port: u16 = line.split(':').nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    // The status line is what matters; kubectl may reset the connection after the end of the answer.
    let mut answer = String::new();
    let read = BufReader::new(stream).read_line(&mut answer);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.contains("200 OK"), "{answer} {read:?}");
}

fn watch(machine: &Machine, context: &[&str]) {
    let mut command = machine.command("kubectl");
    command.args(context).args(["get", "configmaps", "-w", "-o", "name"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    machine.kubectl(&[context, &["create", "configmap", "seen-by-watch"]].concat());
    let seen = lines.map_while(Result::ok).any(|line| line == "configmap/seen-by-watch");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(seen);
}
