//! The way into the cluster: no credential of EKS lasts, so what is kept is where the API server is and as whom to ask for
//! tokens.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use kore_api::meta;
use kore_baseline::{Administrator, Ground, text};
use kore_engine::{
    component::{Observed, Progress},
    error::{StepError, internal},
    part::{Act, differs},
};
use kore_kube::mint::{FOR, FROM};
use kube::Client;

use super::{
    access::{CONTROLLERS, GATEWAY},
    site::Site,
};
use crate::mint::{MINT, Way};

/// A credential Secret of a cluster; which one, its label says.
pub(super) struct Credential {
    pub(super) site: Arc<Site>,
    pub(super) ground: Arc<Ground>,
    pub(super) credential: &'static str,
}

impl Credential {
    /// What it should hold; none before the cluster has an address.
    async fn entries(&self) -> Result<Option<BTreeMap<String, String>>, StepError> {
        let Some((server, authority)) = self.site.reached().await? else { return Ok(None) };
        let authority = BASE64_STANDARD
            .decode(authority)
            .ok()
            .and_then(|pem| String::from_utf8(pem).ok())
            .ok_or_else(|| internal("the cluster's certificate authority is no PEM"))?;
        let guest = if self.credential == meta::CREDENTIAL_GATEWAY { GATEWAY } else { CONTROLLERS };
        let way = Way::new(&self.site.within(guest.purpose).role, &self.site.names.cluster);
        let entries = [("server", server), ("ca.crt", authority), (FROM, MINT.to_owned()), (FOR, way.to_string())];
        Ok(Some(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
    }
}

#[async_trait]
impl Act for Credential {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(secret) = self.ground.secret(self.credential).await? else { return Ok(Observed::Absent) };
        let Some(wanted) = self.entries().await? else {
            return Ok(Observed::Waiting { reason: "the address of the API server".to_owned() });
        };
        let other = wanted.iter().filter(|(key, value)| text(&secret, key) != value.as_str());
        let other: Vec<_> = other.map(|(key, _)| format!("{key} is another one")).collect();
        Ok(if other.is_empty() { Observed::Ready } else { differs(other) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(entries) = self.entries().await? else {
            return Ok(Progress::Waiting { reason: "the address of the API server".to_owned() });
        };
        self.ground.write(self.credential, entries).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.ground.remove(self.credential).await?;
        Ok(Progress::Applied)
    }
}

/// Who grants first: the controllers themselves, to whom EKS gives every right from the start.
pub(super) struct Controllers(pub(super) Arc<Ground>);

#[async_trait]
impl Administrator for Controllers {
    async fn client(&self) -> Result<Option<Client>, StepError> {
        self.0.provisioner().await
    }
}
