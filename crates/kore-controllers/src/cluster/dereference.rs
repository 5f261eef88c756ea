//! What a cluster refers to, from the indexes.

use std::sync::Arc;

use kore_api::{cluster::Cluster, plan::PlanVersion, policy::PlanPolicy, team::Team};
use kore_engine::provider::ClusterAccount;
use kore_kube::indexes::Indexes;
use kube::ResourceExt;

use crate::plan::version_of;

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The team whose namespace it is in.
    pub(crate) team: Option<Arc<Team>>,
    /// The plan version it names.
    pub(crate) version: Option<Arc<PlanVersion>>,
    /// The policies that apply to it.
    pub(crate) policies: Vec<Arc<PlanPolicy>>,
    /// The account that it is in, where it is in one.
    pub(crate) account: Option<ClusterAccount>,
}

/// Looks up what a cluster refers to.
pub(crate) fn dereference(cluster: &Cluster, indexes: &Indexes) -> Found {
    let namespace = cluster.namespace().unwrap_or_default();
    let team = namespace.strip_prefix("team-").and_then(|team| indexes.teams.get(None, team));
    let version = version_of(cluster).and_then(|name| indexes.plan_versions.get(None, &name));
    let policies = match (&version, namespace.strip_prefix("team-").and_then(|team| team.parse().ok())) {
        (Some(version), Some(team)) => indexes.policies(version.spec.provider, &version.spec.plan, &team),
        _ => Vec::new(),
    };
    Found { team, version, policies, account: indexes.account_of(cluster) }
}
