//! Tokens for the API servers of clusters, made of the credentials of our roles.

use std::fmt;

use async_trait::async_trait;
use kore_kube::{
    mint::{Mint, Token},
    proxy::BoxError,
};
use serde::{Deserialize, Serialize};

use crate::{
    cloud::{Cloud, Role},
    permissions::Purpose,
    token::{VALID, token},
};

/// What credential Secrets call this.
pub const MINT: &str = "aws";

/// A way into a cluster, as credential Secrets have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Way {
    account: String,
    region: String,
    /// Name of the purpose whose role is shown.
    purpose: String,
    /// Uid of the Cluster object.
    object: String,
    /// Its name in EKS.
    cluster: String,
}

impl Way {
    /// As this role, into the cluster of this name.
    #[must_use]
    pub fn new(role: &Role, cluster: &str) -> Self {
        Self {
            account: role.account.clone(),
            region: role.region.clone(),
            purpose: role.purpose.name().to_owned(),
            object: role.object.clone(),
            cluster: cluster.to_owned(),
        }
    }

    fn role(&self) -> Result<Role, BoxError> {
        let purpose = [Purpose::Cluster, Purpose::Gateway].into_iter().find(|one| one.name() == self.purpose);
        let purpose = purpose.ok_or_else(|| format!("no clusters are entered as {}", self.purpose))?;
        let Self { account, region, object, .. } = self.clone();
        Ok(Role { account, region, purpose, object })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Strings alone are always JSON.
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// Makes tokens for clusters of EKS.
#[derive(Debug, Clone)]
pub struct EksTokens(Cloud);

impl EksTokens {
    /// With who Kore is in AWS.
    #[must_use]
    pub fn new(cloud: Cloud) -> Self {
        Self(cloud)
    }
}

#[async_trait]
impl Mint for EksTokens {
    async fn token(&self, wanted: &str) -> Result<Token, BoxError> {
        let way: Way = serde_json::from_str(wanted)?;
        let credentials = self.0.within(way.role()?).credentials().await?;
        let now = self.0.now();
        let value = token(&credentials, &way.region, &way.cluster, now)?;
        // A token is good for no longer than the credential that it was signed with.
        let left = credentials.expiry().map(|end| end.duration_since(now).unwrap_or_default());
        Ok(Token { value: value.into(), lasts: left.map_or(VALID, |left| left.min(VALID)) })
    }
}
