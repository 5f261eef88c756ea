//! Nothing is behind clusters.

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Backing, ClusterRef, Reached};

/// Addresses in the form of EKS's, with nothing behind them.
#[derive(Debug, Clone, Copy)]
pub struct Synthetic;

#[async_trait]
impl Backing for Synthetic {
    async fn cluster(&self, cluster: &ClusterRef, _: &str, _: &str) -> Option<Reached> {
        let id = cluster.id.replace('-', "").to_uppercase();
        let authority =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(&id));
        Some(Reached {
            endpoint: format!("https://{id}.gr7.{}.eks.amazonaws.com", cluster.region),
            authority: BASE64_STANDARD.encode(authority),
            issuer: format!("https://oidc.eks.{}.amazonaws.com/id/{id}", cluster.region),
        })
    }

    async fn version(&self, _: &ClusterRef, _: &str) -> bool {
        true
    }

    async fn gone(&self, _: &ClusterRef) -> bool {
        true
    }

    async fn nodes(&self, _: &ClusterRef, _: &str, _: u32) -> bool {
        true
    }
}
