//! What the engine of NetworkPolicies, Calico's felix on every node, needs in a cluster: its kinds, its
//! rights, and its word that it may work.

use kore_domain::cluster_rbac::LABEL_KEPT;
use kore_localkube::node::POLICY_ENGINE;
use serde_json::{Value, json};

use crate::baseline::{bound, group, role, user};

const GROUP: &str = "crd.projectcalico.org";

/// Kinds that felix watches, and whether objects of them are in namespaces. People are not meant to make
/// any (nobody but administrators may): NetworkPolicies of Kubernetes are what is promised.
const KINDS: [(&str, &str, bool); 9] = [
    ("BGPConfiguration", "bgpconfigurations", false),
    ("ClusterInformation", "clusterinformations", false),
    ("FelixConfiguration", "felixconfigurations", false),
    ("GlobalNetworkPolicy", "globalnetworkpolicies", false),
    ("GlobalNetworkSet", "globalnetworksets", false),
    ("HostEndpoint", "hostendpoints", false),
    ("IPPool", "ippools", false),
    ("NetworkPolicy", "networkpolicies", true),
    ("NetworkSet", "networksets", true),
];

/// The kinds, without their fields: felix itself checks what it reads. Kore's to keep: without them no
/// policy would be enforced any more, and a team's owners may change kinds otherwise.
pub(crate) fn kinds() -> Vec<Value> {
    let kind = |(kind, plural, namespaced): (&str, &str, bool)| {
        let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{GROUP}"), "labels": {LABEL_KEPT: "kore"}},
            "spec": {
                "group": GROUP,
                "names": {"kind": kind, "listKind": format!("{kind}List"), "plural": plural,
                    "singular": kind.to_lowercase()},
                "scope": if namespaced { "Namespaced" } else { "Cluster" },
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}],
            },
        })
    };
    KINDS.map(kind).into()
}

/// Felix only looks. What joins pods to the network speaks as the kubelet, and looks at more besides: a
/// pod that has to leave the network may be gone, which to the Node authoriser is somebody else's.
pub(crate) fn rights() -> Vec<Value> {
    let look = ["list", "watch"];
    let plurals = KINDS.map(|(_, plural, _)| plural);
    let felix = json!([
        {"apiGroups": [""], "resources": ["namespaces", "pods", "serviceaccounts", "services"], "verbs": look},
        {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": look},
        {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": look},
        {"apiGroups": [GROUP], "resources": plurals, "verbs": ["get", "list", "watch"]},
    ]);
    let nodes = json!([
        {"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["get"]},
        {"apiGroups": [GROUP], "resources": ["clusterinformations"], "verbs": ["get"]},
    ]);
    vec![
        role("kore:policy-engine", &felix),
        bound("kore:policy-engine", "kore:policy-engine", &user(POLICY_ENGINE)),
        role("kore:pod-network", &nodes),
        bound("kore:pod-network", "kore:pod-network", &group("system:nodes")),
    ]
}

/// That there is something to read: felix and the plugin wait for it.
pub(crate) fn start() -> Vec<Value> {
    vec![json!({
        "apiVersion": format!("{GROUP}/v1"), "kind": "ClusterInformation", "metadata": {"name": "default"},
        "spec": {"datastoreReady": true},
    })]
}
