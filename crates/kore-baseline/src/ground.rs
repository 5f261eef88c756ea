//! One cluster, as the management cluster knows it: its Secrets, and the clients that they make.

use std::collections::BTreeMap;

use async_trait::async_trait;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kore_api::{codes::Code, meta, names::ClusterRef};
use kore_engine::error::{Class, SOON, StepError, internal};
use kore_kube::{
    clusters::Clusters,
    proxy::{Endpoint, Transport},
};
use kube::{
    Api, Client, Resource,
    api::{DeleteParams, ObjectMeta, PostParams},
};
use tokio::sync::Mutex;

use crate::errors::{management, unusable};

/// The way into a cluster with every right, for the first grants and for nothing else. Each provider has its own.
#[async_trait]
pub trait Administrator: Send + Sync {
    /// A client; none before there is a way.
    ///
    /// # Errors
    /// When the way is there and cannot be gone.
    async fn client(&self) -> Result<Option<Client>, StepError>;
}

/// A cluster's place in the management cluster.
pub struct Ground {
    /// Which cluster.
    pub cluster: ClusterRef,
    clusters: Clusters,
    installation: String,
    clients: Mutex<BTreeMap<&'static str, (String, Client)>>,
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("cluster", &self.cluster).finish_non_exhaustive()
    }
}

impl Ground {
    /// That of a cluster of an installation.
    #[must_use]
    pub fn new(clusters: Clusters, installation: String, cluster: ClusterRef) -> Self {
        Self { cluster, clusters, installation, clients: Mutex::default() }
    }

    /// Name of the Secret with this credential.
    #[must_use]
    pub fn secret_name(&self, credential: &str) -> String {
        format!("{}-{credential}", self.cluster.name)
    }

    /// Key of the Secret with this credential in the ledger.
    #[must_use]
    pub fn secret_key(&self, credential: &str) -> String {
        format!("secret/{}/{}", meta::team_namespace(&self.cluster.team), self.secret_name(credential))
    }

    /// Secrets of the team in the management cluster.
    #[must_use]
    pub fn secrets(&self) -> Api<Secret> {
        self.clusters.secrets(&self.cluster)
    }

    /// A Secret of this cluster.
    ///
    /// # Errors
    /// What the management cluster answers.
    pub async fn secret(&self, credential: &str) -> Result<Option<Secret>, StepError> {
        self.secrets().get_opt(&self.secret_name(credential)).await.map_err(management)
    }

    /// Writes a Secret of this cluster, whole.
    ///
    /// # Errors
    /// What the management cluster answers; while the team's namespace is not there yet, that it settles.
    pub async fn write(&self, credential: &str, entries: BTreeMap<String, String>) -> Result<(), StepError> {
        let mut secret = self.object(credential, entries);
        let api = self.secrets();
        let result = match self.secret(credential).await? {
            Some(present) => {
                secret.meta_mut().resource_version = present.metadata.resource_version;
                api.replace(&self.secret_name(credential), &PostParams::default(), &secret).await
            }
            None => api.create(&PostParams::default(), &secret).await,
        };
        match result {
            Ok(_) => Ok(()),
            Err(error) if kore_kube::apply::is_not_found(&error) => {
                let namespace = meta::team_namespace(&self.cluster.team);
                let what = format!("namespace {namespace} of the team to exist");
                Err(StepError::new(Code::ManagementUnavailable, Class::Settling(SOON), what))
            }
            Err(error) => Err(management(error)),
        }
    }

    /// Removes a Secret of this cluster; one that is not there is removed.
    ///
    /// # Errors
    /// What the management cluster answers.
    pub async fn remove(&self, credential: &str) -> Result<(), StepError> {
        match self.secrets().delete(&self.secret_name(credential), &DeleteParams::default()).await {
            Err(error) if !kore_kube::apply::is_not_found(&error) => Err(management(error)),
            _ => Ok(()),
        }
    }

    fn object(&self, credential: &str, entries: BTreeMap<String, String>) -> Secret {
        let labels = [
            (meta::LABEL_CREDENTIAL, credential.to_owned()),
            (meta::LABEL_TEAM, self.cluster.team.to_string()),
            (meta::LABEL_CLUSTER, self.cluster.name.to_string()),
            (meta::LABEL_INSTALLATION, self.installation.clone()),
        ];
        Secret {
            metadata: ObjectMeta {
                name: Some(self.secret_name(credential)),
                labels: Some(labels.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
                ..ObjectMeta::default()
            },
            type_: Some("kore.internal/credential".to_owned()),
            data: Some(entries.into_iter().map(|(key, value)| (key, ByteString(value.into_bytes()))).collect()),
            ..Secret::default()
        }
    }

    /// A client with the controllers' credential; none before there is one.
    ///
    /// # Errors
    /// What the management cluster answers, and when the credential cannot be used.
    pub async fn provisioner(&self) -> Result<Option<Client>, StepError> {
        let Some(secret) = self.secret(meta::CREDENTIAL_PROVISIONER).await? else { return Ok(None) };
        let version = secret.metadata.resource_version.clone().unwrap_or_default();
        let make = async || self.clusters.with(&secret).await;
        self.kept("provisioner", version, make).await.map(Some)
    }

    /// As [`Ground::provisioner`], for requests that are not sent again where the answer is to wait.
    ///
    /// # Errors
    /// As [`Ground::provisioner`].
    pub async fn asking_once(&self) -> Result<Option<Client>, StepError> {
        let Some(secret) = self.secret(meta::CREDENTIAL_PROVISIONER).await? else { return Ok(None) };
        self.clusters.asking_once(&secret).await.map(Some).map_err(unusable)
    }

    /// The gateway's way into the cluster; none before it has a credential.
    ///
    /// # Errors
    /// What the management cluster answers, and when the credential cannot be used.
    pub async fn gateway(&self) -> Result<Option<Transport>, StepError> {
        let Some(secret) = self.secret(meta::CREDENTIAL_GATEWAY).await? else { return Ok(None) };
        let transport = Endpoint::from_secret(&secret, &self.clusters.mints).and_then(|it| Transport::new(&it));
        let unusable = |error| internal("no way with the gateway's credential").caused_by(error);
        transport.map(Some).map_err(unusable)
    }

    /// The client of this name, made anew when what it is made of is: addresses and credentials change
    /// while the cluster is worked on.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn kept(
        &self,
        name: &'static str,
        made_of: String,
        make: impl AsyncFnOnce() -> Result<Client, kore_kube::client::ClientError>,
    ) -> Result<Client, StepError> {
        let mut clients = self.clients.lock().await;
        if let Some((_, client)) = clients.get(name).filter(|(known, _)| *known == made_of) {
            return Ok(client.clone());
        }
        let client = make().await.map_err(unusable)?;
        clients.insert(name, (made_of, client.clone()));
        Ok(client)
    }
}

/// An entry of a Secret as text; nothing where there is none.
#[must_use]
pub fn text<'a>(secret: &'a Secret, name: &str) -> &'a str {
    let entry = secret.data.as_ref().and_then(|data| data.get(name));
    entry.and_then(|value| std::str::from_utf8(&value.0).ok()).unwrap_or_default()
}
