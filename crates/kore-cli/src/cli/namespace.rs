//! Grammar of namespaces of clusters.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs, duration};
use crate::complete;

/// `kore namespace`.
#[derive(Debug, Subcommand)]
pub enum NamespaceCommand {
    /// List namespaces of all clusters you see, or of --team
    List(ListArgs),
    /// Show a namespace: what it may use and uses, what is open
    #[command(visible_alias = "get")]
    Show {
        /// As team/cluster/name
        #[arg(add = ArgValueCompleter::new(complete::namespaces))]
        namespace: String,
    },
    /// Make a namespace: closed, with a quota, limits and named openings
    Create {
        /// As team/cluster/name
        #[arg(add = ArgValueCompleter::new(complete::namespaces))]
        namespace: String,
        /// Take over a namespace of this name that the cluster has, with what is in it
        #[arg(long)]
        adopt: bool,
        /// What it should be
        #[command(flatten)]
        fields: NamespaceFields,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a namespace, with the preview first; without flags in your editor
    Edit {
        /// As team/cluster/name
        #[arg(add = ArgValueCompleter::new(complete::namespaces))]
        namespace: String,
        /// What it should be
        #[command(flatten)]
        fields: NamespaceFields,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Let a guardrail of the cluster not hold in a namespace for a while (platform administrators)
    Waive(WaiveArgs),
    /// Delete a namespace and everything in it; --dry-run shows what that is
    Delete {
        /// As team/cluster/name
        #[arg(add = ArgValueCompleter::new(complete::namespaces))]
        namespace: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// `kore namespace waive`.
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// As team/cluster/name
    #[arg(add = ArgValueCompleter::new(complete::namespaces))]
    pub namespace: String,
    /// The guardrail, as registries (see docs/guardrails.md)
    pub guardrail: String,
    /// For how long, at most 90d
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, required_unless_present = "end")]
    pub time: Option<std::time::Duration>,
    /// What for; people read it
    #[arg(long, required_unless_present = "end")]
    pub reason: Option<String>,
    /// It holds again
    #[arg(long, conflicts_with_all = ["time", "reason"])]
    pub end: bool,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// What a namespace should be.
#[derive(Debug, Clone, Default, Args)]
pub struct NamespaceFields {
    /// How much it may use
    #[arg(long, value_enum)]
    pub quota: Option<QuotaTemplate>,
    /// With --quota own: a resource and how much of it, as requests.cpu=4
    #[arg(long, value_name = "RESOURCE=AMOUNT")]
    pub hard: Vec<String>,
    /// Open something: dns, same-namespace, ingress, internet, from=NAMESPACE or to=NAMESPACE
    #[arg(long, value_name = "OPENING", value_delimiter = ',')]
    pub open: Vec<String>,
    /// Close something again
    #[arg(long, value_name = "OPENING", value_delimiter = ',')]
    pub close: Vec<String>,
    /// What its pods may do to their node; not less than the cluster's guardrails ask for
    #[arg(long, value_enum)]
    pub pod_security: Option<PodSecurity>,
    /// What the team's viewers are in it
    #[arg(long, value_enum, value_name = "ROLE")]
    pub viewers: Option<NamespaceRole>,
    /// What the team's developers and maintainers are in it
    #[arg(long, value_enum, value_name = "ROLE")]
    pub developers: Option<NamespaceRole>,
    /// Set any field of the spec, as deletionProtection=true or limits.max.memory=4Gi
    #[arg(long, value_name = "PATH=VALUE")]
    pub set_spec: Vec<String>,
}

impl NamespaceFields {
    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.quota.is_none()
            && self.hard.is_empty()
            && self.open.is_empty()
            && self.close.is_empty()
            && self.pod_security.is_none()
            && self.viewers.is_none()
            && self.developers.is_none()
            && self.set_spec.is_empty()
    }
}

/// How much a namespace may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QuotaTemplate {
    /// 1 CPU, 2 GiB, 10 pods
    Small,
    /// 4 CPU, 8 GiB, 40 pods
    Medium,
    /// 16 CPU, 32 GiB, 160 pods
    Large,
    /// As --hard says
    Own,
}

/// A Pod Security Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PodSecurity {
    /// No known way to the node
    Baseline,
    /// No root, no privilege escalation, a seccomp profile besides
    Restricted,
}

/// A role in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NamespaceRole {
    /// Reads, but no Secrets
    View,
    /// Changes workloads; reads no Secrets, opens no shells
    Deploy,
    /// Changes everything but roles and quotas
    Edit,
    /// Gives roles in it too
    Admin,
    /// Nothing besides what the role is in the whole cluster
    None,
}
