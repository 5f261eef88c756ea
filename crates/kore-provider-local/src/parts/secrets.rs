//! Authorities and credentials of a cluster: Secrets in the team's namespace of the management cluster.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use kore_api::meta;
use kore_baseline::text;
use kore_domain::cluster_rbac::{GATEWAY_USER, PROVISIONER_USER};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};
use kore_localkube::certificates::{self, Authorities, Pair, Request};

use crate::site::Site;

/// A Secret of a cluster; which one, its label says.
pub(crate) struct Credential {
    pub(crate) site: Arc<Site>,
    pub(crate) credential: &'static str,
}

impl Credential {
    /// The entries that it should have, with a certificate issued now.
    fn entries(&self, authorities: &Authorities, server: &str) -> Result<BTreeMap<String, String>, StepError> {
        let user = if self.credential == meta::CREDENTIAL_GATEWAY { GATEWAY_USER } else { PROVISIONER_USER };
        let leaf = certificates::issue(&authorities.cluster, &Request::client(user, None), self.site.now())?;
        let Pair { certificate, key } = leaf.clone();
        let mut entries = vec![
            ("server", server.to_owned()),
            ("ca.crt", authorities.cluster.certificate.clone()),
            ("tls.crt", certificate),
            ("tls.key", key),
        ];
        if self.credential == meta::CREDENTIAL_PROVISIONER {
            entries.push(("kubeconfig", certificates::kubeconfig(server, &authorities.cluster.certificate, &leaf)));
        }
        Ok(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

#[async_trait]
impl Act for Credential {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(secret) = self.site.ground.secret(self.credential).await? else { return Ok(Observed::Absent) };
        if self.credential == meta::CREDENTIAL_CA {
            // Made once: whoever removes an entry gets an error, never another authority.
            return Ok(Observed::Ready);
        }
        let (Some(plane), Some(authorities)) = (self.site.plane()?, self.site.authorities().await?) else {
            return Ok(differs(vec!["its authorities are gone".to_owned()]));
        };
        let mut found = Vec::new();
        if text(&secret, "server") != plane.endpoint() {
            found.push("the address of the API server".to_owned());
        }
        if text(&secret, "ca.crt") != authorities.cluster.certificate {
            found.push("the authority".to_owned());
        }
        if certificates::due(text(&secret, "tls.crt"), self.site.now()) {
            found.push("the certificate is due for renewal".to_owned());
        }
        Ok(if found.is_empty() { Observed::Ready } else { differs(found) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let site = &self.site;
        if self.credential == meta::CREDENTIAL_CA {
            if site.ground.secret(self.credential).await?.is_none() {
                let authorities = Authorities::create(&site.ground.cluster.to_string(), rand::random(), site.now())?;
                site.ground.write(self.credential, authorities.to_entries()).await?;
            }
            return Ok(Progress::Applied);
        }
        let (Some(plane), Some(authorities)) = (site.plane()?, site.authorities().await?) else {
            return Ok(Progress::Waiting { reason: "the cluster's authorities".to_owned() });
        };
        site.ground.write(self.credential, self.entries(&authorities, &plane.endpoint())?).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.site.ground.remove(self.credential).await?;
        Ok(Progress::Applied)
    }
}
