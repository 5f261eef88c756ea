//! Authorities and credentials of a cluster: Secrets in the team's namespace of the management cluster.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kore_api::{codes::Code, meta};
use kore_domain::cluster_rbac::{GATEWAY_USER, PROVISIONER_USER};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
};
use kore_localkube::{
    certificates::{self, Authorities, Pair, Request},
    failure,
};
use kube::{
    Resource,
    api::{DeleteParams, ObjectMeta, PostParams},
};

use crate::{
    part::{Act, differs},
    site::{Site, management},
};

/// A Secret of a cluster; which one, its [`meta::LABEL_CREDENTIAL`] says.
pub(crate) struct Credential {
    pub(crate) site: Arc<Site>,
    pub(crate) credential: &'static str,
}

impl Credential {
    fn object(&self, entries: BTreeMap<String, String>) -> Secret {
        let site = &self.site;
        let labels = [
            (meta::LABEL_CREDENTIAL, self.credential.to_owned()),
            (meta::LABEL_TEAM, site.cluster.team.to_string()),
            (meta::LABEL_CLUSTER, site.cluster.name.to_string()),
            (meta::LABEL_INSTALLATION, site.names.installation.clone()),
        ];
        Secret {
            metadata: ObjectMeta {
                name: Some(site.secret_name(self.credential)),
                labels: Some(labels.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
                ..ObjectMeta::default()
            },
            type_: Some("kore.internal/credential".to_owned()),
            data: Some(entries.into_iter().map(|(key, value)| (key, ByteString(value.into_bytes()))).collect()),
            ..Secret::default()
        }
    }

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

    async fn write(&self, mut secret: Secret) -> Result<(), StepError> {
        let api = self.site.secrets();
        let present = self.site.secret(self.credential).await?;
        let result = match present {
            Some(present) => {
                secret.meta_mut().resource_version = present.metadata.resource_version;
                api.replace(&self.site.secret_name(self.credential), &PostParams::default(), &secret).await
            }
            None => api.create(&PostParams::default(), &secret).await,
        };
        match result {
            Ok(_) => Ok(()),
            Err(error) if kore_kube::apply::is_not_found(&error) => {
                let namespace = meta::team_namespace(&self.site.cluster.team);
                let what = format!("namespace {namespace} of the team to exist");
                Err(StepError::new(Code::ManagementUnavailable, Class::Settling(failure::SOON), what))
            }
            Err(error) => Err(management(error)),
        }
    }
}

fn text<'a>(secret: &'a Secret, name: &str) -> &'a str {
    secret
        .data
        .as_ref()
        .and_then(|data| data.get(name))
        .and_then(|value| std::str::from_utf8(&value.0).ok())
        .unwrap_or_default()
}

#[async_trait]
impl Act for Credential {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(secret) = self.site.secret(self.credential).await? else { return Ok(Observed::Absent) };
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
            if site.secret(self.credential).await?.is_none() {
                let authorities = Authorities::create(&site.cluster.to_string(), rand::random(), site.now())?;
                self.write(self.object(authorities.to_entries())).await?;
            }
            return Ok(Progress::Applied);
        }
        let (Some(plane), Some(authorities)) = (site.plane()?, site.authorities().await?) else {
            return Ok(Progress::Waiting { reason: "the cluster's authorities".to_owned() });
        };
        self.write(self.object(self.entries(&authorities, &plane.endpoint())?)).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let name = self.site.secret_name(self.credential);
        match self.site.secrets().delete(&name, &DeleteParams::default()).await {
            Ok(_) => Ok(Progress::Applied),
            Err(error) if kore_kube::apply::is_not_found(&error) => Ok(Progress::Applied),
            Err(error) => Err(management(error)),
        }
    }
}
