//! A production cluster refuses what is unsafe and says how to do it; a namespace of a team's is closed, has a
//! quota, and takes good pods; what somebody changes is put right and they are named.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    inventory::{Inventory, nothing_left_since},
    machine::{Machine, eventually},
};

#[test]
fn a_production_cluster_refuses_what_is_unsafe_and_takes_what_is_good() {
    let mut machine = Machine::new("guard");
    let before = Inventory::take(&machine.installation);
    machine.up(&["--no-first-cluster"]);
    machine.kore(&["team", "create", "payments"]);
    let create = ["cluster", "create", "payments/live", "--plan", "evaluation", "--set", "guardrails=production"];
    machine.kore(&create);
    machine.kore(&["namespace", "create", "payments/live/web", "--open", "internet,from=shop"]);
    machine.kore(&["kubeconfig", "add", "payments/live", "--namespace", "web"]);
    let story = Story { machine: &machine };

    // A good pod runs, and is filled in with what it does not say.
    story.apply(0, &pod("good", &json!({})));
    story.kubectl(&["wait", "pod/good", "--for=condition=Ready", "--timeout=120s"]);
    let asked = story.kubectl(&["get", "pod/good", "-o", "jsonpath={.spec.containers[0].resources}"]);
    let asked: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!((&asked["requests"]["memory"], &asked["limits"]["memory"]), (&json!("64Mi"), &json!("256Mi")));

    // Each bad one is refused, and the message says what, why, whose rule and what to do.
    for (what, object) in [
        ("hostNetwork uses the node's own network", pod("bad", &json!({"hostNetwork": true}))),
        ("volume root is a directory of the node", with_volume()),
        ("adds capabilities", with_container(&json!({"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}))),
        ("image ghcr.io/example/web:1 comes from", with_container(&json!({"image": "ghcr.io/example/web:1"}))),
        ("type NodePort opens a port on every node", service()),
    ] {
        // Pods that people make stand under the Pod Security Standard too, which is asked first; deployments do not.
        let object = if object["kind"] == "Pod" { deployment(&object) } else { object };
        let said = story.apply(1, &object);
        for part in [what, "Why: ", "Whose rule: ", "Fix: "] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    // Here others say no before a policy is asked: what the API server runs with, and that nobody gives what they
    // do not hold.
    let said = story.apply(1, &with_container(&json!({"securityContext": {"privileged": true}})));
    assert!(said.contains("privileged"), "{said}");
    let said = story.apply(1, &binding());
    assert!(said.contains("not currently held"), "{said}");
    let said = story.apply(1, &with_container(&json!({"resources": {"limits": {"memory": "3Gi"}}})));
    assert!(said.contains("maximum memory usage per Container is 2Gi"), "{said}");

    what_is_changed_is_put_right_and_said(&story);

    // What is inside is shown before it goes, and then it is gone.
    let shown = machine.kore(&["namespace", "delete", "payments/live/web", "--dry-run", "-o", "json"]);
    assert!(shown.contains("1 pods"), "{shown}");
    assert!(story.kubectl(&["get", "pod/good", "-o", "name"]).contains("pod/good"), "nothing was changed");
    machine.kore(&["namespace", "delete", "payments/live/web", "--yes"]);
    let gone = machine.run("kubectl", &["--context", "kore/payments/live", "get", "namespace", "web"]);
    assert!(String::from_utf8_lossy(&gone.stderr).contains("not found"));

    machine.kore(&["cluster", "delete", "payments/live", "--yes"]);
    machine.kore(&["team", "delete", "payments", "--yes"]);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

/// An administrator who took the platform's rights for a while makes the cluster lax: a minute later it is not,
/// and the trail says who it was.
fn what_is_changed_is_put_right_and_said(story: &Story<'_>) {
    let machine = story.machine;
    machine.kore(&["elevation", "request", "cluster-admin", "payments/live", "--reason", "drift"]);
    let binding = "validatingadmissionpolicybinding/kore-guardrail-registries";
    let lax = r#"{"spec":{"validationActions":["Warn"]}}"#;
    story.kubectl(&["patch", binding, "--type", "merge", "-p", lax]);
    eventually("the guardrail to be back", Duration::from_secs(150), || {
        let actions = story.kubectl(&["get", binding, "-o", "jsonpath={.spec.validationActions}"]);
        (actions.contains("Deny") && !actions.contains("Warn")).then_some(())
    });
    let records = machine.kore(&["audit", "list", "--filter", "action=cluster.drift", "-o", "json"]);
    for part in
        ["kore-guardrail-registries: /spec/validationActions by kubectl-patch", "kubectl.patch by user:admin at"]
    {
        assert!(records.contains(part), "{part}: {records}");
    }
}

struct Story<'a> {
    machine: &'a Machine,
}

impl Story<'_> {
    fn kubectl(&self, arguments: &[&str]) -> String {
        self.machine.kubectl(&[&["--context", "kore/payments/live"], arguments].concat())
    }

    /// Applies an object; what was said about it.
    fn apply(&self, code: i32, object: &Value) -> String {
        let file = self.machine.path("object.json");
        std::fs::write(&file, object.to_string()).unwrap();
        let arguments = ["--context", "kore/payments/live", "apply", "-f", file.to_str().unwrap()];
        let output = self.machine.run("kubectl", &arguments);
        assert_eq!(output.status.code(), Some(code), "{object}");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }
}

/// A pod that keeps to the Pod Security Standard `restricted`, with more fields.
fn pod(name: &str, fields: &Value) -> Value {
    let mut spec = json!({
        "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "web", "image": "kore.internal/hello:1",
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1},
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}],
    });
    json_merge(&mut spec, fields);
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
}

fn json_merge(target: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().unwrap() {
        target[name] = value.clone();
    }
}

fn with_container(fields: &Value) -> Value {
    let mut pod = pod("bad", &json!({}));
    json_merge(&mut pod["spec"]["containers"][0], fields);
    pod
}

fn with_volume() -> Value {
    pod("bad", &json!({"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}))
}

fn deployment(pod: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "bad"}, "spec": {
        "selector": {"matchLabels": {"app": "bad"}},
        "template": {"metadata": {"labels": {"app": "bad"}}, "spec": pod["spec"]}}})
}

fn service() -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad"},
        "spec": {"type": "NodePort", "selector": {"app": "web"}, "ports": [{"port": 80}]}})
}

fn binding() -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "bad"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "kore:bob"}]})
}
