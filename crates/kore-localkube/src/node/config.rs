//! The configuration files of a node. YAML and TOML readers take JSON and quoted strings: nothing here
//! depends on how a value is escaped.

use std::{fs, net::IpAddr, path::PathBuf};

use serde_json::json;

use super::Node;
use crate::control_plane::CLUSTER_DOMAIN;

pub(super) fn containerd_file(node: &Node) -> PathBuf {
    node.names.directory().join("containerd.toml")
}

pub(super) fn kubelet_file(node: &Node) -> PathBuf {
    node.names.directory().join("kubelet.yaml")
}

pub(super) fn proxy_file(node: &Node) -> PathBuf {
    node.names.directory().join("kube-proxy.yaml")
}

pub(super) fn felix_file(node: &Node) -> PathBuf {
    node.names.directory().join("felix.cfg")
}

/// Directory of a node in which felix says whose rules are set, as [`pod_network`] reads it. The last
/// part of its name is felix's.
pub(super) const ENDPOINTS: &str = "felix/endpoint-status";

pub(super) fn socket(node: &Node) -> PathBuf {
    node.names.directory().join("containerd.sock")
}

/// All of them.
pub(super) fn files(node: &Node) -> Vec<(PathBuf, String)> {
    let directory = node.names.directory();
    let trust = directory.join("certs.d").join(&node.registry.address);
    vec![
        (containerd_file(node), containerd(node)),
        (directory.join("cni/10-kore.conflist"), pod_network(node)),
        (trust.join("hosts.toml"), registry(node, "", false)),
        // Examples name images `kore.internal/NAME`, the same on every installation.
        (directory.join("certs.d/kore.internal/hosts.toml"), registry(node, "/v2/kore", true)),
        (directory.join("resolv.conf"), resolvers(&fs::read_to_string("/etc/resolv.conf").unwrap_or_default())),
        (kubelet_file(node), kubelet(node)),
        (proxy_file(node), proxy(node)),
        (felix_file(node), felix(node)),
    ]
}

/// The host's name servers without its search domains. A server on the host's loopback is out of a
/// pod's reach, and CoreDNS would forward to itself.
fn resolvers(host: &str) -> String {
    host.lines()
        .filter(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("nameserver")
                && words.next().and_then(|word| word.parse::<IpAddr>().ok()).is_some_and(|ip| !ip.is_loopback())
        })
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Whether the host has a name server that pods can reach.
#[must_use]
pub fn has_resolvers() -> bool {
    !resolvers(&fs::read_to_string("/etc/resolv.conf").unwrap_or_default()).is_empty()
}

fn quoted(text: impl std::fmt::Display) -> String {
    // A JSON string is a TOML basic string.
    json!(text.to_string()).to_string()
}

/// containerd v2, configuration version 3. The node's own root, state and sockets; no plugins that
/// reach beyond the node. Without CRI (too few inotify instances, say) it must end and be started
/// again: it would serve on without, and no kubelet could ever use it.
fn containerd(node: &Node) -> String {
    let directory = node.names.directory();
    let file = |name: &str| quoted(directory.join(name).display());
    let tool = |name: &str| quoted(node.tools.join(name).display());
    format!(
        r#"version = 3
root = {root}
state = {state}
required_plugins = ["io.containerd.grpc.v1.cri"]
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs", "io.containerd.snapshotter.v1.native", "io.containerd.image-verifier.v1.bindir"]

[debug]
  level = "warn"
[grpc]
  address = {socket}
[ttrpc]
  address = {ttrpc}

[plugins.'io.containerd.internal.v1.opt']
  path = {opt}
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = {pause}
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = {certs}
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = {restrict}
  netns_mounts_under_state_dir = true
  cdi_spec_dirs = []
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    conf_dir = {cni}
    bin_dirs = [{bins}]
    use_internal_loopback = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      runtime_path = {shim}
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = {runc}
        Root = {runc_root}
        SystemdCgroup = false
"#,
        root = file("containerd"),
        state = file("state"),
        socket = quoted(socket(node).display()),
        ttrpc = file("containerd.sock.ttrpc"),
        opt = file("opt"),
        pause = quoted(format!("{}/kore/pause:3.10.1", node.registry.address)),
        certs = file("certs.d"),
        restrict = node.machine.restrict_oom_score,
        cni = file("cni"),
        bins = tool("cni"),
        shim = tool("containerd-shim-runc-v2"),
        runc = tool("runc"),
        runc_root = file("runc"),
    )
}

/// Calico's plugin gives pods' links the names that felix goes by, and a pod starts once its rules are
/// set. It speaks as the kubelet: what it may change is what the Node authoriser lets this node change.
fn pod_network(node: &Node) -> String {
    let directory = node.names.directory();
    json!({
        "cniVersion": "1.0.0",
        "name": node.names.pod_network(),
        "plugins": [
            {"type": "calico", "datastore_type": "kubernetes", "nodename": node.names.node,
             "nodename_file_optional": true, "mtu": 1500, "log_level": "WARNING",
             "kubernetes": {"kubeconfig": directory.join("pki/kubelet.kubeconfig")},
             "policy": {"type": "k8s"}, "policy_setup_timeout_seconds": 10,
             "endpoint_status_dir": directory.join(ENDPOINTS),
             "ipam": {
                "type": "host-local",
                "dataDir": directory.join("cni-addresses"),
                "ranges": [[{"subnet": node.block.pods(node.index).to_string()}]],
                "routes": [{"dst": "0.0.0.0/0"}]}},
            {"type": "portmap", "capabilities": {"portMappings": true}, "backend": "nftables", "snat": true}],
    })
    .to_string()
}

/// Felix with NetworkPolicies and nothing else of what it can do: no tunnels, no addresses, no BPF, no
/// reports to its makers. Pods reach the node itself as far as their own policies let them.
fn felix(node: &Node) -> String {
    let directory = node.names.directory();
    let endpoints = directory.join(ENDPOINTS);
    let settings = [
        ("DatastoreType", "kubernetes"),
        ("FelixHostname", &node.names.node),
        ("IptablesBackend", "NFT"),
        ("Ipv6Support", "false"),
        ("DefaultEndpointToHostAction", "ACCEPT"),
        ("EndpointStatusPathPrefix", &endpoints.parent().unwrap_or(&directory).display().to_string()),
        ("RouteSource", "WorkloadIPs"),
        ("IpInIpEnabled", "false"),
        ("VXLANEnabled", "false"),
        ("XDPEnabled", "false"),
        ("UsageReportingEnabled", "false"),
        ("HealthEnabled", "true"),
        ("HealthHost", "127.0.0.1"),
        ("LogFilePath", "none"),
        ("LogSeverityFile", "none"),
        ("LogSeveritySys", "none"),
        ("LogSeverityScreen", "WARNING"),
    ];
    let lines: Vec<_> = settings.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    format!("[global]\n{}", lines.concat())
}

/// Images are named `localhost:PORT/…`; in the node's namespace that is the relay on the bridge.
fn registry(node: &Node, path: &str, override_path: bool) -> String {
    let port = node.registry.address.rsplit_once(':').map_or("443", |(_, port)| port);
    let server = quoted(format!("https://{}:{port}{path}", node.block.bridge()));
    format!(
        "server = {server}\n[host.{server}]\n  capabilities = [\"pull\", \"resolve\"]\n  override_path = {override_path}\n  \
         ca = {}\n  [host.{server}.header]\n    Authorization = {}\n",
        quoted(node.registry.ca.display()),
        quoted(&node.registry.authorization),
    )
}

fn kubelet(node: &Node) -> String {
    let directory = node.names.directory();
    let pki = directory.join("pki");
    let runtime = format!("unix://{}", socket(node).display());
    let mut configuration = json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": node.address(),
        "authentication": {
            "anonymous": {"enabled": false},
            "webhook": {"enabled": true},
            "x509": {"clientCAFile": pki.join("ca.crt")}},
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": pki.join("kubelet.crt"),
        "tlsPrivateKeyFile": pki.join("kubelet.key"),
        "tlsMinVersion": "VersionTLS12",
        "containerRuntimeEndpoint": runtime,
        "imageServiceEndpoint": runtime,
        "clusterDomain": CLUSTER_DOMAIN,
        "clusterDNS": [node.name_server],
        "resolvConf": directory.join("resolv.conf"),
        "podLogsDir": directory.join("pods"),
        "volumePluginDir": directory.join("volume-plugins"),
        "cgroupRoot": node.names.cgroup(),
        "cgroupDriver": "cgroupfs",
        "failSwapOn": false,
        "seccompDefault": true,
        "enforceNodeAllocatable": [],
        // A kubelet takes all of the machine for its node's; what is not is kept from pods.
        "systemReserved": reserved(node),
        // The disk is the machine's: what fills it is not this node's to evict for.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%"},
        "serializeImagePulls": false,
        "nodeStatusUpdateFrequency": "10s",
        "shutdownGracePeriod": "0s",
        "enableProfilingHandler": false,
    });
    if node.machine.cgroup_v1
        && let Some(fields) = configuration.as_object_mut()
    {
        fields.insert("failCgroupV1".to_owned(), json!(false));
    }
    configuration.to_string()
}

/// What of the machine is not the node's.
fn reserved(node: &Node) -> serde_json::Value {
    let machine = node.machine.size;
    let vcpus = machine.vcpus.saturating_sub(node.size.vcpus);
    let memory = machine.memory_kib.saturating_sub(u64::from(node.size.memory_mib) << 10);
    json!({"cpu": vcpus.to_string(), "memory": format!("{memory}Ki")})
}

fn proxy(node: &Node) -> String {
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "hostnameOverride": node.names.node,
        "clientConnection": {"kubeconfig": node.names.directory().join("pki/kube-proxy.kubeconfig")},
        "clusterCIDR": node.block.network().to_string(),
        "bindAddress": "0.0.0.0",
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        // Limits of connection tracking are the machine's.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_of_the_host_are_kept_unless_pods_cannot_reach_them() {
        let host = "search corp\nnameserver 127.0.0.53\nnameserver 10.0.0.1\noptions ndots:2\nnameserver ::1\n";
        assert_eq!(resolvers(host), "nameserver 10.0.0.1\n");
    }
}
