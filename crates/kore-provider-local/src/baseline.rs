//! What every cluster has from the start: rights of Kore's own parts, guardrails, name service, storage
//! class.

use kore_domain::{
    cluster_rbac::{self, Impersonation},
    guardrails,
};
use kore_localkube::{
    control_plane::{CLUSTER_DOMAIN, KUBELET_CLIENT, STORAGE_PROVISIONER, name_service},
    node,
};
use serde_json::{Value, json};

use crate::{policy_engine, site::Site};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Who may do what: applied first, by the one credential that may grant.
pub(crate) fn rights(site: &Site, impersonation: Impersonation) -> Vec<Value> {
    let mut objects = cluster_rbac::baseline(&site.ground.cluster.team, impersonation);
    objects.extend(own_rights());
    objects
}

/// Those of a cluster behind one of a rehearsed cloud: whoever made that one grants the rest.
pub(crate) fn behind_rights() -> Vec<Value> {
    let mut objects = vec![cluster_rbac::controllers()];
    objects.extend(own_rights());
    objects
}

/// What the parts of a cluster on this machine need themselves.
fn own_rights() -> Vec<Value> {
    let mut objects = Vec::new();
    // exec and logs: the API server towards kubelets.
    objects.push(bound("kore:kubelet-client", "system:kubelet-api-admin", &user(KUBELET_CLIENT)));
    objects.push(role(
        "kore:storage-provisioner",
        &json!([
            {"apiGroups": [""], "resources": ["persistentvolumes"],
             "verbs": ["get", "list", "watch", "create", "patch", "update", "delete"]},
            {"apiGroups": [""], "resources": ["persistentvolumeclaims"],
             "verbs": ["get", "list", "watch", "update", "patch"]},
            {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["storage.k8s.io"], "resources": ["storageclasses"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch", "update"]},
        ]),
    ));
    objects.push(bound("kore:storage-provisioner", "kore:storage-provisioner", &user(STORAGE_PROVISIONER)));
    objects.extend(policy_engine::rights());
    objects
}

/// What is refused or warned of. Images of the installation's own registry are always allowed.
pub(crate) fn guardrails(site: &Site) -> Vec<Value> {
    let own = std::iter::once(site.configuration.registry.as_str());
    let registries: Vec<&str> = own.chain(site.allowed_registries.iter().map(String::as_str)).collect();
    guardrails::guardrails(site.guardrails, &registries)
}

/// Name service and storage.
pub(crate) fn services(site: &Site) -> Vec<Value> {
    let labels = json!({"k8s-app": "kube-dns"});
    let account = json!({"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"});
    vec![
        json!({"apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": "coredns", "namespace": "kube-system"}}),
        role(
            "system:coredns",
            &json!([
                {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"],
                 "verbs": ["list", "watch"]},
                {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
            ]),
        ),
        bound("system:coredns", "system:coredns", &account),
        json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "coredns", "namespace": "kube-system"},
            "data": {"Corefile": corefile(node::has_resolvers())}}),
        json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": labels},
            "spec": {"clusterIP": site.services().map(name_service), "selector": labels, "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": "dns"},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": "dns-tcp"}]}}),
        coredns(site, &labels),
        json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
            "metadata": {"name": "local", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "kore.internal/local", "reclaimPolicy": "Delete",
            "volumeBindingMode": "WaitForFirstConsumer"}),
    ]
}

/// Without a name server of the host there is nobody to forward to, and `loop` would stop CoreDNS.
/// `pods insecure` is CoreDNS's word for names made of pods' addresses without a watch on all pods, as
/// clusters have them everywhere; it lowers nothing of TLS or rights.
fn corefile(forward: bool) -> String {
    let beyond = if forward { "    forward . /etc/resolv.conf\n    loop\n" } else { "" };
    format!(
        ".:5353 {{\n    errors\n    health :8080\n    ready :8181\n    \
         kubernetes {CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {{\n        pods insecure\n        \
         fallthrough in-addr.arpa ip6.arpa\n        ttl 30\n    }}\n    prometheus :9153\n{beyond}    \
         cache 30\n    reload\n    loadbalance\n}}\n"
    )
}

fn coredns(site: &Site, labels: &Value) -> Value {
    let image = format!("{}/kore/coredns:1.15.0", site.configuration.registry);
    json!({"apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "serviceAccountName": "coredns",
                "priorityClassName": "system-cluster-critical",
                "dnsPolicy": "Default",
                // Bound as soon as a node registers, and started as soon as it can: the scheduler would
                // come back only seconds after the node got ready.
                "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule"}],
                "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{
                    "name": "coredns",
                    "image": image,
                    "args": ["-conf", "/etc/coredns/Corefile"],
                    "resources": {"requests": {"cpu": "50m", "memory": "40Mi"}, "limits": {"memory": "170Mi"}},
                    "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                        "capabilities": {"drop": ["ALL"]}},
                    "ports": [
                        {"name": "dns", "containerPort": 5353, "protocol": "UDP"},
                        {"name": "dns-tcp", "containerPort": 5353, "protocol": "TCP"},
                        {"name": "metrics", "containerPort": 9153, "protocol": "TCP"}],
                    "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
                    "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 30},
                    "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": true}],
                }],
                "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
            },
        },
    }})
}

pub(crate) fn user(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "User", "name": name})
}

pub(crate) fn group(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "Group", "name": name})
}

pub(crate) fn role(name: &str, rules: &Value) -> Value {
    json!({"apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

pub(crate) fn bound(name: &str, role: &str, subject: &Value) -> Value {
    json!({"apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRoleBinding", "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}, "subjects": [subject]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_forwarded_where_nobody_answers() {
        assert!(corefile(true).contains("forward . /etc/resolv.conf"));
        assert!(!corefile(false).contains("forward") && !corefile(false).contains("loop"));
    }
}
