//! What a provider of clusters is.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use ipnet::Ipv4Net;
use kore_api::{
    address::{AddressPoolSpec, ClusterAddresses, Purpose},
    cloud::Cloud,
    cluster::ClusterRung,
    names::ClusterRef,
    plan::Provider,
};
use kore_domain::upgrade::{Facts, Standing};

use crate::{cloud::OrganizationRequest, component::Components, error::StepError};

/// Everything a provider needs to know about one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRequest {
    /// Its name.
    pub name: ClusterRef,
    /// Uid of the Cluster object.
    pub uid: String,
    /// Immutable id of the team.
    pub team_id: String,
    /// Effective parameters: plan version and overrides merged, validated.
    pub parameters: serde_json::Value,
    /// The rung on record, see [`ClusterProvider::rung`]; none before the first apply.
    pub rung: Option<ClusterRung>,
    /// The cloud account that it is in, where its provider has accounts.
    pub account: Option<ClusterAccount>,
    /// The ranges of addresses on record, of the purposes that [`ClusterProvider::purposes`] names; none
    /// before the first apply.
    pub addresses: Option<ClusterAddresses>,
}

/// The account of a cloud that a cluster is in.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterAccount {
    /// By which the cloud knows it.
    pub number: String,
    /// The organisation that it is in.
    pub organization: OrganizationRequest,
}

/// What a provider tells about a cluster that is up.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterFacts {
    /// Version that the API server reports.
    pub kubernetes_version: Option<String>,
    /// Address of the API server as the gateway reaches it.
    pub endpoint: Option<String>,
    /// What it can do.
    pub rung: ClusterRung,
    /// Nodes wanted and ready.
    pub nodes: kore_api::cluster::NodeCount,
    /// Its zone in the DNS, where it has one.
    pub domain: Option<String>,
}

/// Makes clusters of one kind. Holds no state of its own: everything is observed or in the ledger.
#[async_trait]
pub trait ClusterProvider: Send + Sync {
    /// Which plans it serves.
    fn provider(&self) -> Provider;

    /// Validates effective parameters; errors carry class `Invalid` and the path in the message.
    fn validate(&self, parameters: &serde_json::Value) -> Result<(), StepError>;

    /// What the cluster can do: decided once for what its parameters ask, by what the world offers
    /// then. Whoever applies records the answer first and gives it back in the request ever after, so
    /// that a world which offers less later never looks like a wish for less.
    fn rung(&self, request: &ClusterRequest) -> Result<ClusterRung, StepError>;

    /// In accounts of which cloud its clusters are; none where they are in no account.
    fn cloud(&self) -> Option<Cloud> {
        None
    }

    /// What its clusters need ranges of the address plan for.
    fn purposes(&self) -> &'static [Purpose] {
        &[]
    }

    /// Whether clusters can be given the ranges of this pool; errors carry the field in the message.
    fn fits(&self, pool: &AddressPoolSpec) -> Result<(), StepError> {
        let _ = pool;
        Ok(())
    }

    /// Ranges that clusters must not be given although nobody recorded them: the world has them.
    async fn occupied(&self) -> Result<Vec<Ipv4Net>, StepError> {
        Ok(Vec::new())
    }

    /// Where the cluster is between Kubernetes versions, on record before anything is touched for the next one;
    /// none before anything of it was made.
    async fn standing(&self, request: &ClusterRequest) -> Result<Option<Standing>, StepError>;

    /// What speaks for or against an upgrade of the cluster. What cannot be looked at is in the answer as that.
    async fn upgrade_facts(&self, request: &ClusterRequest) -> Facts;

    /// The components of a cluster as it should be. Where that is another Kubernetes version: what
    /// [`crate::upgrade`] asks first, then the control plane, then node after node. Things that an earlier shape had and this one
    /// has not (a removed node) are found by [`ClusterProvider::leftovers`].
    async fn components(&self, request: &ClusterRequest) -> Result<Components, StepError>;

    /// Components for external keys of this owner that no component of the present shape claims;
    /// the engine deletes them. `keys` are those that the ledger has as not gone.
    async fn leftovers(&self, request: &ClusterRequest, keys: &[String]) -> Result<Components, StepError>;

    /// What exists in the world for this cluster by tag or name, whatever the ledger says.
    async fn sweep(&self, request: &ClusterRequest) -> Result<Vec<String>, StepError>;

    /// Facts for the status.
    async fn facts(&self, request: &ClusterRequest) -> Result<ClusterFacts, StepError>;
}

/// The providers of an installation.
pub type Providers = HashMap<Provider, Arc<dyn ClusterProvider>>;
