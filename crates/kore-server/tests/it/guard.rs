//! What an owner cannot do in their team's cluster although they administer its namespaces: the ways
//! from there to the node or to rights that nobody gave them.

use std::{path::PathBuf, process::Stdio, time::Duration};

use kore_api::names::TeamName;
use kore_domain::cluster_rbac::{Impersonation, PLATFORM_ADMIN_GROUP, baseline};
use kore_testkit::control_plane::{ControlPlane, tools};
use tokio::{io::AsyncWriteExt, time::Instant};

use crate::gateway::apply;

struct Kubectl(PathBuf);

impl Kubectl {
    /// Whether it went well, and what was said.
    async fn run(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut child = tokio::process::Command::new(tools().unwrap().join("kubectl"))
            .env_clear()
            .env("KUBECONFIG", &self.0)
            .env("HOME", "/nonexistent")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
        let output = tokio::time::timeout(Duration::from_secs(120), child.wait_with_output()).await.unwrap().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// Repeats until the cluster has taken over what was just applied to it.
    async fn until(&self, arguments: &[&str], input: &str, done: impl Fn(bool, &str) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let (well, said) = self.run(arguments, input).await;
            if done(well, &said) {
                return;
            }
            assert!(Instant::now() < deadline, "{arguments:?} {input}: {said}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

const CREATE: [&str; 4] = ["create", "--dry-run=server", "-f", "-"];

fn pod(namespace: &str, security: &str) -> String {
    format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "p", "namespace": "{namespace}"}},
        "spec": {{{security} "containers": [{{"name": "c", "image": "i"}}]}}}}"#
    )
}

fn namespace(level: &str) -> String {
    format!(
        r#"{{"apiVersion": "v1", "kind": "Namespace", "metadata": {{"name": "n",
        "labels": {{"pod-security.kubernetes.io/enforce": "{level}"}}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_stays_within_their_own_namespaces_and_off_the_node() {
    let cluster = ControlPlane::start_with_controllers().await.unwrap();
    let root = cluster.client().await.unwrap();
    let team: TeamName = "payments".parse().unwrap();
    for object in baseline(&team, Impersonation::Constrained) {
        apply(&root, &object).await;
    }
    let kubectl = |user: &str, group: &str| Kubectl(cluster.kubeconfig_as(user, Some(group)).unwrap());
    let owner = kubectl("kore:ana", "kore:payments:admin");
    let admin = kubectl("kore:root", PLATFORM_ADMIN_GROUP);
    owner.until(&["auth", "can-i", "create", "pods", "-n", "kube-system"], "", |well, _| well).await;
    admin.until(&["get", "serviceaccount", "default", "-n", "default"], "", |well, _| well).await;

    let token = ["create", "token", "default", "-n", "kube-system"];
    let everywhere = ["create", "clusterrolebinding", "b", "--dry-run=server", "--clusterrole"];
    let account = "--serviceaccount=default:default";
    let binding = |role| [&everywhere[..], &[role, account]].concat();
    let role =
        |verb, resource| vec!["create", "clusterrole", "r", "--dry-run=server", "--verb", verb, "--resource", resource];
    let privileged = namespace("privileged");
    let plain = pod("kube-system", "");
    let fenced: [(Vec<&str>, &str, &str); 7] = [
        (CREATE.to_vec(), &plain, "belongs to the cluster"),
        (token.to_vec(), "", "belongs to the cluster"),
        (CREATE.to_vec(), &privileged, "privileged pods reach the node"),
        (role("impersonate", "serviceaccounts"), "", "neither impersonation"),
        (binding("admin"), "", "bind this role in a namespace"),
        (binding("edit"), "", "bind this role in a namespace"),
        (vec!["label", "namespace", "kube-system", "a=b", "--dry-run=server"], "", "belongs to the cluster"),
    ];
    for (arguments, input, refusal) in &fenced {
        owner.until(arguments, input, |well, said| !well && said.contains(refusal)).await;
        let (well, said) = admin.run(arguments, input).await;
        assert!(well, "the platform's administrator may: {arguments:?}: {said}");
    }

    // Kore's own is nobody's to change by hand, and no namespace of an owner has pods with the node's rights.
    let delete = ["delete", "clusterrole", "kore:gateway", "--dry-run=server"];
    for person in [&owner, &admin] {
        person.until(&delete, "", |well, said| !well && said.contains("Kore keeps this object")).await;
        for security in [r#""hostNetwork": true,"#, r#""volumes": [{"name": "v", "hostPath": {"path": "/"}}],"#] {
            let (well, said) = person.run(&CREATE, &pod("default", security)).await;
            assert!(!well && said.contains("violates PodSecurity \"baseline"), "{said}");
        }
    }

    // An account of theirs is no way around.
    owner.run(&["create", "clusterrole", "pods", "--verb=create", "--resource=pods"], "").await;
    owner.run(&["create", "clusterrolebinding", "pods", "--clusterrole=pods", account], "").await;
    let robot = ["create", "--dry-run=server", "--as=system:serviceaccount:default:default", "-f", "-"];
    let superuser = Kubectl(cluster.kubeconfig());
    superuser.until(&robot, &pod("default", ""), |well, _| well).await;
    let (well, said) = superuser.run(&robot, &plain).await;
    assert!(!well && said.contains("belongs to the cluster"), "{said}");

    // What owners do every day.
    let bind = ["create", "rolebinding", "b", "--clusterrole=edit", "-n", "default", "--dry-run=server", account];
    for (arguments, input) in
        [(&CREATE[..], pod("default", "")), (&CREATE, namespace("restricted")), (&bind, String::new())]
    {
        let (well, said) = owner.run(arguments, &input).await;
        assert!(well, "{arguments:?}: {said}");
    }
    let (well, said) = owner.run(&role("get,list", "pods"), "").await;
    assert!(well, "{said}");
}
