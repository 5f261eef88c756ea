//! What the things of a cluster and of a node are called on this machine. All of it follows from the
//! names of installation, cluster and node, so that it is found without any record.

use std::path::PathBuf;

use crate::files;

/// What the names of an installation's namespaces, tables and pod networks begin with.
#[must_use]
pub fn prefix(installation: &str) -> String {
    format!("kore.{installation}.")
}

/// Names of a cluster's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterNames {
    /// The installation.
    pub installation: String,
    /// The cluster, as `payments.dev`: names have no dots, so this tells all clusters apart.
    pub cluster: String,
    /// The installation's data directory.
    pub data: PathBuf,
}

impl ClusterNames {
    /// Name of its table of rules; names of its nodes' namespaces and pod networks begin with it.
    #[must_use]
    pub fn table(&self) -> String {
        format!("{}{}", prefix(&self.installation), self.cluster)
    }

    /// Alias of its bridge.
    #[must_use]
    pub fn alias(&self) -> String {
        format!("kore:{}:{}", self.installation, self.cluster)
    }

    /// Name of its bridge. Links have 15 bytes: names derive from a digest, aliases are for people.
    #[must_use]
    pub fn bridge(&self) -> String {
        format!("kb{}", files::short_hash(&self.alias(), 10))
    }

    /// Cgroup of everything that runs on its nodes.
    #[must_use]
    pub fn cgroup(&self) -> String {
        format!("/kore/{}/{}", self.installation, self.cluster)
    }

    /// Its files.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.data.join("clusters").join(&self.cluster)
    }

    /// Name of one of its processes.
    #[must_use]
    pub fn process(&self, program: &str) -> String {
        format!("{}/{program}", self.cluster)
    }
}

/// Names of a node's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeNames {
    /// Its cluster.
    pub cluster: ClusterNames,
    /// Its name in the cluster, as `default-1`.
    pub node: String,
}

impl NodeNames {
    /// Alias of its link.
    #[must_use]
    pub fn alias(&self) -> String {
        format!("{}:{}", self.cluster.alias(), self.node)
    }

    /// Name of its network namespace.
    #[must_use]
    pub fn namespace(&self) -> String {
        format!("{}.{}", self.cluster.table(), self.node)
    }

    /// Name of its link in the bridge.
    #[must_use]
    pub fn link(&self) -> String {
        format!("kv{}", files::short_hash(&self.alias(), 10))
    }

    /// Its cgroup.
    #[must_use]
    pub fn cgroup(&self) -> String {
        format!("{}/{}", self.cluster.cgroup(), self.node)
    }

    /// Its files. The path is short because sockets lie below it (`sun_path` has 107 bytes).
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.cluster.data.join("nodes").join(self.directory_name())
    }

    fn directory_name(&self) -> String {
        files::short_hash(&self.alias(), 8)
    }

    /// Name of its pod network; names of files below `/var/lib/cni` begin with it.
    #[must_use]
    pub fn pod_network(&self) -> String {
        self.namespace()
    }

    /// Name of one of its processes.
    #[must_use]
    pub fn process(&self, program: &str) -> String {
        self.cluster.process(&format!("{}/{program}", self.node))
    }
}
