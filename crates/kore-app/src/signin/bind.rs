//! Who is bound in a cluster: the only people whom the gateway may speak for there.
//!
//! Kept when a credential is handed out: whoever has a role by then is in the list, whoever lost
//! theirs is out of it. Access does not wait for that: the gateway decides every request first.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use k8s_openapi::api::rbac::v1::ClusterRole;
use kore_api::{
    codes::Code,
    names::{ClusterRef, Principal},
};
use kore_domain::cluster_rbac::{Impersonation, MANAGER_ACCESS, people};
use kore_kube::{apply, clusters::Clusters};
use kube::{Api, ResourceExt};

use crate::AppError;

/// Writes the list of people into a cluster.
pub trait Binder: Send + Sync + fmt::Debug {
    /// Makes these people, and nobody else, bound in the cluster.
    fn bind<'a>(
        &'a self,
        cluster: &'a ClusterRef,
        people: &'a [Principal],
    ) -> Pin<Box<dyn Future<Output = Result<(), AppError>> + Send + 'a>>;
}

/// What was written to a cluster last: by which credential, and who.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    credential: (Option<String>, Option<String>),
    people: Vec<Principal>,
}

/// Writes with the clusters' provisioner credentials, when the list has changed since this process
/// wrote it last.
pub struct KubeBinder {
    clusters: Clusters,
    written: Mutex<HashMap<ClusterRef, Written>>,
}

impl fmt::Debug for KubeBinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubeBinder").finish_non_exhaustive()
    }
}

impl KubeBinder {
    /// Over the way into the clusters.
    #[must_use]
    pub fn new(clusters: Clusters) -> Self {
        Self { clusters, written: Mutex::default() }
    }

    async fn write(&self, cluster: &ClusterRef, names: &[Principal]) -> Result<(), AppError> {
        let not_ready = || AppError::new(Code::ClusterNotReady, format!("{cluster} has no API server to talk to yet"));
        let secret = self.clusters.credential(cluster).await?.ok_or_else(not_ready)?;
        // A cluster of the same name made anew has another credential.
        let written = Written { credential: (secret.uid(), secret.resource_version()), people: names.to_vec() };
        if self.lock().get(cluster) == Some(&written) {
            return Ok(());
        }
        let unreachable = |error: kube::Error| not_ready().caused_by(error);
        let client = self.clusters.with(&secret).await.map_err(AppError::internal)?;
        let version = client.apiserver_version().await.map_err(unreachable)?;
        let role = people(names, Impersonation::of_version(&version.git_version));
        let role: ClusterRole = serde_json::from_value(role).map_err(AppError::internal)?;
        apply::apply(&Api::all(client), MANAGER_ACCESS, &role).await.map_err(unreachable)?;
        self.lock().insert(cluster.clone(), written);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClusterRef, Written>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Binder for KubeBinder {
    fn bind<'a>(
        &'a self,
        cluster: &'a ClusterRef,
        people: &'a [Principal],
    ) -> Pin<Box<dyn Future<Output = Result<(), AppError>> + Send + 'a>> {
        Box::pin(self.write(cluster, people))
    }
}
