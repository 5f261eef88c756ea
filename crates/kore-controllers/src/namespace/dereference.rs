//! What a namespace refers to, from the indexes.

use std::sync::Arc;

use kore_api::{
    cluster::Cluster,
    codes::Code,
    names::{ClusterRef, TeamName},
    namespace::ClusterNamespace,
    plan::Guardrails,
};
use kore_domain::cluster_namespace::guardrails_of;
use kore_engine::error::{Class, StepError};
use kore_kube::indexes::Indexes;
use kube::ResourceExt;

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The cluster's name.
    pub(crate) name: ClusterRef,
    /// The team's immutable id.
    pub(crate) team_id: String,
    /// The cluster, if it is there.
    pub(crate) cluster: Option<Arc<Cluster>>,
    /// Its guardrails.
    pub(crate) guardrails: Guardrails,
}

/// Looks up what a namespace refers to.
///
/// # Errors
/// When it is in no team's namespace.
pub(crate) fn dereference(namespace: &ClusterNamespace, indexes: &Indexes) -> Result<Found, StepError> {
    let space = namespace.namespace().unwrap_or_default();
    let team: Option<TeamName> = space.strip_prefix("team-").and_then(|team| team.parse().ok());
    let Some(team) = team else {
        return Err(StepError::new(Code::ClusterBlocked, Class::Invalid, format!("{space} is no team's namespace")));
    };
    let cluster = indexes.clusters.get(Some(&space), namespace.spec.cluster.as_str());
    let parameters = cluster.as_ref().and_then(|cluster| cluster.status.as_ref()?.parameters.as_ref());
    let guardrails = guardrails_of(parameters);
    let team_id = indexes.teams.get(None, team.as_str()).map(|team| team.spec.id.clone()).unwrap_or_default();
    Ok(Found { team_id, name: ClusterRef { team, name: namespace.spec.cluster.clone() }, guardrails, cluster })
}
