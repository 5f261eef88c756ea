//! What is behind the clusters that EKS tells of.

use async_trait::async_trait;

/// A cluster, by what is unique about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClusterRef {
    /// Account id.
    pub account: String,
    /// As `eu-central-1`.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Drawn anew for each cluster, also of a name that was there before.
    pub id: String,
}

/// How a cluster is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Address of its API server.
    pub endpoint: String,
    /// Its certificate authority, base64 of PEM.
    pub authority: String,
    /// The issuer of its service accounts' tokens.
    pub issuer: String,
}

/// Makes what EKS tells of real. Failures are its own to report; EKS goes on without.
#[async_trait]
pub trait Backing: Send + Sync {
    /// A cluster is to become ACTIVE: how it is reached.
    async fn cluster_created(&self, cluster: &ClusterRef, version: &str) -> Reached;
    /// A cluster is gone.
    async fn cluster_deleted(&self, cluster: &ClusterRef);
    /// A node group is to have so many nodes; none when it is deleted.
    async fn nodegroup_scaled(&self, cluster: &ClusterRef, nodegroup: &str, nodes: u32);
}

/// Addresses in the form of EKS's, with nothing behind them.
#[derive(Debug, Clone, Copy)]
pub struct Synthetic;

#[async_trait]
impl Backing for Synthetic {
    async fn cluster_created(&self, cluster: &ClusterRef, _version: &str) -> Reached {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let id = cluster.id.replace('-', "").to_uppercase();
        let authority =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(&id));
        Reached {
            endpoint: format!("https://{id}.gr7.{}.eks.amazonaws.com", cluster.region),
            authority: BASE64_STANDARD.encode(authority),
            issuer: format!("https://oidc.eks.{}.amazonaws.com/id/{id}", cluster.region),
        }
    }

    async fn cluster_deleted(&self, _cluster: &ClusterRef) {}

    async fn nodegroup_scaled(&self, _cluster: &ClusterRef, _nodegroup: &str, _nodes: u32) {}
}
