//! What is behind the clusters that EKS tells of.

mod followed;
mod synthetic;

use async_trait::async_trait;

pub(crate) use self::followed::Wanted;
pub use self::{followed::Followed, synthetic::Synthetic};

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
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// Address of its API server.
    pub endpoint: String,
    /// Its certificate authority, base64 of PEM.
    pub authority: String,
    /// The issuer of its service accounts' tokens.
    pub issuer: String,
}

/// Makes what EKS tells of real. Asked again and again until it is so; EKS says meanwhile that it is on its way.
#[async_trait]
pub trait Backing: Send + Sync {
    /// A cluster is to be ACTIVE, of this version and with services in this range: how it is reached, once it is up.
    async fn cluster(&self, cluster: &ClusterRef, version: &str, services: &str) -> Option<Reached>;
    /// A cluster is to be of this version: whether it is.
    async fn version(&self, cluster: &ClusterRef, version: &str) -> bool;
    /// A cluster is to be gone: whether it is.
    async fn gone(&self, cluster: &ClusterRef) -> bool;
    /// A node group is to have so many nodes, none when it is deleted: whether it has.
    async fn nodes(&self, cluster: &ClusterRef, nodegroup: &str, nodes: u32) -> bool;
}
