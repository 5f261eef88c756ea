//! Objects that Kore keeps in the cluster: there, as applied whatever anybody does by hand, and
//! working.

use std::sync::Arc;

use async_trait::async_trait;
use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap, rbac::v1::ClusterRole};
use kore_api::{codes::Code, meta};
use kore_domain::cluster_rbac::{Impersonation, MANAGER_ACCESS, PEOPLE_ROLE, rebound};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, SOON, StepError, internal},
    part::{Act, differs},
};
use kore_kube::kept::{Kept, drifts};
use kube::{Api, Client};
use serde_json::{Value, json};

use sha2::{Digest, Sha256};

use crate::{
    errors::cluster,
    ground::{Administrator, Ground},
};

/// What is in a cluster from Kore is noted there: whether it is there at all, and in which version,
/// costs one request.
const NOTE: &str = "kore-baseline";
const NOTE_NAMESPACE: &str = "kube-system";
/// Characters of a digest in the note.
const DIGEST: usize = 32;

/// Objects applied together. They live in the cluster and go with it.
pub struct Objects {
    /// In which cluster.
    pub ground: Arc<Ground>,
    /// Key of their digest in the note.
    pub name: &'static str,
    /// Applied in this order.
    pub objects: Vec<Value>,
    /// By the way with every right, before the others' rights are there; otherwise with the controllers' credential.
    pub administrator: Option<Arc<dyn Administrator>>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").field("ground", &self.ground).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Objects {
    async fn client(&self) -> Result<Option<Client>, StepError> {
        match &self.administrator {
            Some(administrator) => administrator.client().await,
            None => self.ground.provisioner().await,
        }
    }

    fn digest(&self) -> String {
        let digest = hex::encode(Sha256::digest(Value::from(self.objects.clone()).to_string()));
        digest.get(..DIGEST).unwrap_or_default().to_owned()
    }
}

#[async_trait]
impl Act for Objects {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.client().await? else { return Ok(Observed::Absent) };
        let notes: Api<ConfigMap> = Api::namespaced(client.clone(), NOTE_NAMESPACE);
        let note = notes.get_opt(NOTE).await.map_err(cluster)?;
        match note.and_then(|note| note.data?.remove(self.name)) {
            None => return Ok(Observed::Absent),
            Some(digest) if digest != self.digest() => {
                return Ok(differs(vec![format!("another version of {} is applied", self.name)]));
            }
            Some(_) => {}
        }
        let objects: Result<Vec<Kept>, StepError> =
            self.objects.iter().map(|object| kept(&client, object, meta::MANAGER_BASELINE)).collect();
        let found = drifts(&objects?).await.map_err(|(object, error)| refused(&object, error))?;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        Ok(if found.is_empty() { Observed::Ready } else { differs(found) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(client) = self.client().await? else {
            return Ok(Progress::Waiting { reason: "credentials of the cluster".to_owned() });
        };
        for object in &self.objects {
            apply(&client, object, meta::MANAGER_BASELINE).await?;
        }
        // One manager per key: each set of objects owns its own.
        let note = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": NOTE, "namespace": NOTE_NAMESPACE},
            "data": {self.name: self.digest()},
        });
        apply(&client, &note, &format!("{}-{}", meta::MANAGER_BASELINE, self.name)).await?;
        Ok(Progress::Applied)
    }
}

/// What Kore's own parts may do, as the API server's version checks it, and with it who may speak for
/// whom: both are of the same way of checking, or nobody gets in.
#[derive(Debug)]
pub struct Rights {
    objects: Objects,
    impersonation: Impersonation,
}

impl Rights {
    /// For an API server that checks so; `objects` say the same.
    #[must_use]
    pub fn new(
        ground: Arc<Ground>,
        administrator: Arc<dyn Administrator>,
        impersonation: Impersonation,
        objects: Vec<Value>,
    ) -> Self {
        let objects = Objects { ground, name: "rights", objects, administrator: Some(administrator) };
        Self { objects, impersonation }
    }

    /// The list of people that has to be written anew, if it has.
    async fn people(&self) -> Result<Option<(Api<ClusterRole>, ClusterRole)>, StepError> {
        let Some(client) = self.objects.client().await? else { return Ok(None) };
        let roles: Api<ClusterRole> = Api::all(client);
        let Some(role) = roles.get_opt(PEOPLE_ROLE).await.map_err(cluster)? else { return Ok(None) };
        let damaged = |error: serde_json::Error| internal("the role of people is none").caused_by(error);
        let rules = serde_json::to_value(&role.rules).map_err(damaged)?;
        let Some(written) = rebound(&rules, self.impersonation) else { return Ok(None) };
        let mut written: ClusterRole = serde_json::from_value(written).map_err(damaged)?;
        written.metadata.resource_version = role.metadata.resource_version;
        Ok(Some((roles, written)))
    }
}

#[async_trait]
impl Act for Rights {
    async fn observe(&self) -> Result<Observed, StepError> {
        match self.objects.observe().await? {
            Observed::Ready if self.people().await?.is_some() => {
                Ok(differs(vec![format!("{PEOPLE_ROLE} is of another way of checking")]))
            }
            observed => Ok(observed),
        }
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let progress = self.objects.apply().await?;
        // Written as it was read, or not at all: somebody may be bound or lose their binding in between.
        if let Some((roles, role)) = self.people().await? {
            kore_kube::apply::apply(&roles, MANAGER_ACCESS, &role).await.map_err(cluster)?;
        }
        Ok(progress)
    }
}

fn refused(object: &str, error: kube::Error) -> StepError {
    let what = format!("the cluster refused {object}");
    StepError::new(Code::ClusterNotReady, Class::Retry(SOON), what).caused_by(error)
}

fn kept(client: &Client, object: &Value, manager: &str) -> Result<Kept, StepError> {
    let damaged = |error| internal("an object of the baseline is none").caused_by(error);
    Kept::of(client, manager, object).map_err(damaged)
}

async fn apply(client: &Client, object: &Value, manager: &str) -> Result<(), StepError> {
    let kept = kept(client, object, manager)?;
    kept.apply().await.map(drop).map_err(|error| refused(&kept.name, error))
}

/// A Deployment that serves.
#[derive(Debug)]
pub struct Serving {
    /// In which cluster.
    pub ground: Arc<Ground>,
    /// Of which namespace.
    pub namespace: &'static str,
    /// Which.
    pub deployment: &'static str,
}

#[async_trait]
impl Act for Serving {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.ground.provisioner().await? else { return Ok(Observed::Absent) };
        let deployments: Api<Deployment> = Api::namespaced(client.clone(), self.namespace);
        let name = format!("deployment {}/{}", self.namespace, self.deployment);
        let Some(found) = deployments.get_opt(self.deployment).await.map_err(cluster)? else {
            return Ok(Observed::Waiting { reason: format!("{name}: to exist") });
        };
        let conditions = found.status.and_then(|status| status.conditions).unwrap_or_default();
        Ok(match conditions.iter().find(|condition| condition.type_ == "Available") {
            Some(available) if available.status == "True" => Observed::Ready,
            Some(available) => Observed::Waiting {
                reason: format!("{name}: condition Available ({})", available.message.clone().unwrap_or_default()),
            },
            None => Observed::Waiting { reason: format!("{name}: condition Available") },
        })
    }
}
