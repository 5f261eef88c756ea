//! Nodes: each is a network namespace with a containerd, a kubelet, a kube-proxy and a felix of its own.
//! Names, files and processes of a node are pure functions of what it is; [`remains`] ends and removes
//! what a node leaves on the machine.

mod config;
pub mod names;
pub mod remains;

pub use config::has_resolvers;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use kore_api::supervisor::{ProcessSpec, Readiness};
use kore_engine::error::StepError;

use self::names::NodeNames;
use crate::{
    addresses::{Block, MAX_NODES},
    certificates::{self, Authorities, LeafFiles, Pair, Request, Usage},
    control_plane::{Arguments, SpecExt},
    files,
    host::{
        cgroup::Bounds,
        network::{Bridge, Namespace},
        size::MachineSize,
    },
    registry::Access,
};

/// User of the network policy engines of nodes.
pub const POLICY_ENGINE: &str = "system:kore:felix";

/// What the machine can do, as far as a node's configuration depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// See [`crate::ladder::Rung::restrict_oom_score`].
    pub restrict_oom_score: bool,
    /// See [`crate::ladder::Rung::cgroup_v1`].
    pub cgroup_v1: bool,
    /// How large it is itself.
    pub size: MachineSize,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What its things are called.
    pub names: NodeNames,
    /// The group of nodes it belongs to.
    pub pool: String,
    /// How large it is: what its pods may ask for together.
    pub size: Bounds,
    /// Its index in the cluster (1 to [`MAX_NODES`]): its addresses follow from it.
    pub index: u8,
    /// The cluster's addresses.
    pub block: Block,
    /// The cluster's name server.
    pub name_server: Ipv4Addr,
    /// API server as nodes reach it.
    pub endpoint: String,
    /// Where the programs are.
    pub tools: PathBuf,
    /// Where those of its Kubernetes version are, see [`crate::builds`].
    pub kubernetes: PathBuf,
    /// The registry.
    pub registry: Access,
    /// What the machine can do.
    pub machine: Machine,
}

impl Node {
    /// Its address.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.block.node(self.index)
    }

    /// Its network namespace.
    #[must_use]
    pub fn namespace(&self) -> Namespace {
        namespace(&self.names, self.block, self.index)
    }

    fn pki(&self) -> PathBuf {
        self.names.directory().join("pki")
    }

    fn leaf(&self, name: &str) -> LeafFiles {
        LeafFiles::new(&self.pki(), name)
    }

    /// Certificates: name and request. The kubelet's is for both sides: towards the API server the
    /// Node authoriser knows it by user and group.
    fn leaves(&self) -> [(&'static str, Request); 3] {
        let name = &self.names.node;
        let kubelet = Request {
            organization: Some("system:nodes".to_owned()),
            usage: Usage::Both,
            ..Request::server(format!("system:node:{name}"), &[name], &[IpAddr::V4(self.address())])
        };
        let client = |user| Request::client(user, None);
        [("kubelet", kubelet), ("kube-proxy", client("system:kube-proxy")), ("felix", client(POLICY_ENGINE))]
    }

    fn configuration(&self, authorities: &Authorities) -> Vec<(PathBuf, String)> {
        let mut all = config::files(self);
        all.push((self.pki().join("ca.crt"), authorities.cluster.certificate.clone()));
        all
    }

    /// What of its files is missing, changed or due; empty when nothing is.
    #[must_use]
    pub fn outdated(&self, authorities: &Authorities, now: Timestamp) -> Vec<String> {
        let mut found = Vec::new();
        for (name, request) in self.leaves() {
            if !self.leaf(name).current(&authorities.cluster, &request, now) {
                found.push(format!("certificate {name}"));
            }
            let text = files::read(&self.pki().join(format!("{name}.kubeconfig"))).ok().flatten().unwrap_or_default();
            if !certificates::leads_to(&text, &self.endpoint) {
                found.push(format!("kubeconfig {name}"));
            }
        }
        for (path, contents) in self.configuration(authorities) {
            if files::read(&path).ok().flatten().as_deref() != Some(contents.as_str()) {
                found.push(format!("file {}", path.display()));
            }
        }
        found
    }

    /// Writes its files; renews what is due.
    ///
    /// # Errors
    /// When something cannot be issued or written.
    pub fn write(&self, authorities: &Authorities, now: Timestamp) -> Result<(), StepError> {
        for (name, request) in self.leaves() {
            let leaf = self.leaf(name);
            leaf.ensure(&authorities.cluster, &request, now)?;
            let certificate = files::read(&leaf.certificate)?.unwrap_or_default();
            let key = files::read(&leaf.key)?.unwrap_or_default();
            let pair = Pair { certificate, key };
            let text = certificates::kubeconfig(&self.endpoint, &authorities.cluster.certificate, &pair);
            files::write(&self.pki().join(format!("{name}.kubeconfig")), text.as_bytes())?;
        }
        for (path, contents) in self.configuration(authorities) {
            files::write(&path, contents.as_bytes())?;
        }
        for directory in ["kubelet", "pods", "volume-plugins", config::ENDPOINTS] {
            files::directory(&self.names.directory().join(directory))?;
        }
        Ok(())
    }

    fn spec(&self, directory: &Path, program: &str, args: Vec<String>) -> ProcessSpec {
        let mut spec = ProcessSpec::new(self.names.process(program), directory.join(program), args);
        spec.network_namespace = Some(self.names.namespace());
        spec
    }

    /// The container runtime. It runs in the node's cgroup: when it is removed, whatever ran on the
    /// node ends; when it is started again, pods run on.
    #[must_use]
    pub fn containerd(&self) -> ProcessSpec {
        let configuration = config::containerd_file(self);
        let args = vec!["--config".to_owned(), configuration.display().to_string()];
        let mut spec = self
            .spec(&self.tools, "containerd", args)
            .reads([&configuration])
            .ready(Readiness::Socket { path: config::socket(self) });
        spec.cgroup = Some(self.names.cgroup());
        spec
    }

    /// The kubelet.
    #[must_use]
    pub fn kubelet(&self) -> ProcessSpec {
        let configuration = config::kubelet_file(self);
        let kubeconfig = self.pki().join("kubelet.kubeconfig");
        let directory = self.names.directory().join("kubelet");
        let args = Arguments::default()
            .with("config", configuration.display())
            .with("kubeconfig", kubeconfig.display())
            .with("hostname-override", &self.names.node)
            .with("node-ip", self.address())
            .with("node-labels", format!("kore.internal/pool={}", self.pool))
            .with("root-dir", directory.display())
            .with("cert-dir", directory.join("pki").display());
        let mut spec = self
            .spec(&self.kubernetes, "kubelet", args.0)
            .reads([&configuration, &kubeconfig, &self.leaf("kubelet").certificate, &self.pki().join("ca.crt")])
            .ready(Readiness::Http { url: "http://127.0.0.1:10248/healthz".to_owned() });
        // Rules before pods: what is not ruled yet would be open.
        spec.after = vec![self.names.process("containerd"), self.names.process("felix")];
        spec
    }

    /// Network policies on this node: Calico's felix.
    #[must_use]
    pub fn felix(&self) -> ProcessSpec {
        let configuration = config::felix_file(self);
        let kubeconfig = self.pki().join("felix.kubeconfig");
        let mut spec = self
            .spec(&self.tools, "felix", vec![configuration.display().to_string()])
            .reads([&configuration, &kubeconfig])
            .ready(Readiness::Http { url: "http://127.0.0.1:9099/readiness".to_owned() });
        spec.program = self.tools.join("calico-felix");
        spec.env = BTreeMap::from([
            ("KUBECONFIG".to_owned(), kubeconfig.display().to_string()),
            // Addresses of pods are host-local's, not those of Calico's own pools.
            ("USE_POD_CIDR".to_owned(), "true".to_owned()),
        ]);
        spec
    }

    /// Services on this node.
    #[must_use]
    pub fn kube_proxy(&self) -> ProcessSpec {
        let configuration = config::proxy_file(self);
        let args = Arguments::default().with("config", configuration.display());
        self.spec(&self.kubernetes, "kube-proxy", args.0)
            .reads([&configuration, &self.pki().join("kube-proxy.kubeconfig")])
            .ready(Readiness::Http { url: "http://127.0.0.1:10256/livez".to_owned() })
    }
}

/// The bridge of a cluster.
#[must_use]
pub fn bridge(names: &names::ClusterNames, block: Block) -> Bridge {
    Bridge { name: names.bridge(), alias: names.alias(), address: block.bridge(), prefix: block.nodes().prefix() }
}

/// The network namespace of a node.
#[must_use]
pub fn namespace(names: &NodeNames, block: Block, index: u8) -> Namespace {
    Namespace {
        name: names.namespace(),
        link: names.link(),
        alias: names.alias(),
        bridge: bridge(&names.cluster, block),
        address: block.node(index),
        behind: block.pods(index),
        // Every node that there may ever be: another node's coming or going changes nothing here.
        others: (1..=MAX_NODES)
            .filter(|&other| other != index)
            .map(|other| (block.pods(other), block.node(other)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(home: &std::path::Path) -> Node {
        let cluster =
            names::ClusterNames { installation: "default".into(), cluster: "payments.dev".into(), data: home.into() };
        Node {
            names: NodeNames { cluster, node: "default-1".into() },
            pool: "default".into(),
            index: 1,
            block: "100.88.0.0/14".parse::<crate::addresses::Pool>().unwrap().blocks().next().unwrap(),
            name_server: Ipv4Addr::new(100, 92, 0, 10),
            endpoint: "https://100.88.0.1:24000".into(),
            tools: "/tools".into(),
            kubernetes: "/tools/kubernetes-1.35".into(),
            registry: Access {
                address: "localhost:24100".into(),
                ca: "/d/pki/ca.crt".into(),
                authorization: "Basic c2VjcmV0".into(),
            },
            size: Bounds { vcpus: 2, memory_mib: 4096 },
            machine: Machine {
                restrict_oom_score: true,
                cgroup_v1: true,
                size: MachineSize { vcpus: 8, memory_kib: 16 << 20 },
            },
        }
    }

    #[test]
    fn names_fit_the_kernel_and_tell_clusters_apart() {
        let node = example(std::path::Path::new("/d"));
        assert!(node.names.link().len() <= 15 && node.names.cluster.bridge().len() <= 15);
        let other = names::ClusterNames { cluster: "payments.prod".into(), ..node.names.cluster.clone() };
        assert_ne!(other.bridge(), node.names.cluster.bridge());
        assert_eq!(node.names.namespace(), "kore.default.payments.dev.default-1");
        assert_eq!(node.names.cgroup(), "/kore/default/payments.dev/default-1");
        assert_eq!(node.address().to_string(), "100.88.0.11");
        assert_eq!(node.namespace().others.len(), usize::from(MAX_NODES) - 1);
    }

    #[test]
    fn files_are_private_written_once_and_no_secret_is_an_argument() {
        let home = tempfile::tempdir().unwrap();
        let node = example(home.path());
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let authorities = Authorities::create("payments/dev", [1; 32], now).unwrap();
        assert!(!node.outdated(&authorities, now).is_empty());
        node.write(&authorities, now).unwrap();
        assert_eq!(node.outdated(&authorities, now), Vec::<String>::new());
        for spec in [node.containerd(), node.felix(), node.kubelet(), node.kube_proxy()] {
            assert_eq!(spec.network_namespace.as_deref(), Some("kore.default.payments.dev.default-1"));
            assert!(spec.args.iter().all(|argument| !argument.contains("c2VjcmV0")));
        }
        let before = node.containerd().inputs_digest;
        let mut changed = node;
        changed.machine.restrict_oom_score = false;
        assert!(!changed.outdated(&authorities, now).is_empty());
        changed.write(&authorities, now).unwrap();
        assert_ne!(changed.containerd().inputs_digest, before);
        // The API server moved.
        let before = changed.kubelet().inputs_digest;
        changed.endpoint = "https://100.88.0.1:25000".into();
        assert_eq!(
            changed.outdated(&authorities, now),
            ["kubeconfig kubelet", "kubeconfig kube-proxy", "kubeconfig felix"]
        );
        changed.write(&authorities, now).unwrap();
        assert_ne!(changed.kubelet().inputs_digest, before);
    }
}
