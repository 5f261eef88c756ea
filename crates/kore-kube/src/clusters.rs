//! The controllers' way into the clusters of teams: credential Secrets in the management cluster, and the clients that they make.

use k8s_openapi::api::core::v1::Secret;
use kore_api::{meta, names::ClusterRef};
use kube::{Api, Client};

use crate::{
    client::{self, ClientError},
    mint::Mints,
};

/// The way into every cluster. Cheap to clone.
#[derive(Clone)]
pub struct Clusters {
    /// Where the credentials are.
    pub management: Client,
    /// Who makes tokens where no credential lasts.
    pub mints: Mints,
}

impl std::fmt::Debug for Clusters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clusters").field("mints", &self.mints).finish_non_exhaustive()
    }
}

impl Clusters {
    /// Of an installation whose clusters take credentials that last, and those of these mints.
    #[must_use]
    pub fn new(management: Client, mints: Mints) -> Self {
        Self { management, mints }
    }

    /// Secrets of the cluster's team.
    #[must_use]
    pub fn secrets(&self, cluster: &ClusterRef) -> Api<Secret> {
        Api::namespaced(self.management.clone(), &meta::team_namespace(&cluster.team))
    }

    /// A client with the controllers' credential; none before there is one.
    ///
    /// # Errors
    /// What the management cluster answers; when the credential cannot be used.
    pub async fn client(&self, cluster: &ClusterRef) -> Result<Option<Client>, ClientError> {
        let secret = self.credential(cluster).await;
        match secret.map_err(|error| ClientError::Client(format!("credential of {cluster}"), Box::new(error)))? {
            Some(secret) => self.with(&secret).await.map(Some),
            None => Ok(None),
        }
    }

    /// The controllers' credential; none before there is one.
    ///
    /// # Errors
    /// What the management cluster answers.
    pub async fn credential(&self, cluster: &ClusterRef) -> Result<Option<Secret>, kube::Error> {
        self.secrets(cluster).get_opt(&format!("{}-{}", cluster.name, meta::CREDENTIAL_PROVISIONER)).await
    }

    /// A client with this credential.
    ///
    /// # Errors
    /// When the credential cannot be used.
    pub async fn with(&self, secret: &Secret) -> Result<Client, ClientError> {
        client::from_secret(secret, &self.mints, true).await
    }

    /// As [`Clusters::with`], and an answer that puts a request off is an answer: by default it is waited for and the request
    /// sent again, for minutes where the server says so (an eviction that a disruption budget refuses).
    ///
    /// # Errors
    /// As [`Clusters::with`].
    pub async fn asking_once(&self, secret: &Secret) -> Result<Client, ClientError> {
        client::from_secret(secret, &self.mints, false).await
    }
}
