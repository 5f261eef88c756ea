//! Objects that Kore keeps in the cluster, and looks at whether they work.

use std::sync::Arc;

use async_trait::async_trait;
use k8s_openapi::api::{
    apps::v1::Deployment,
    authentication::v1::SelfSubjectReview,
    authorization::v1::SubjectAccessReview,
    core::v1::{ConfigMap, Namespace},
};
use kore_api::{codes::Code, meta};
use kore_domain::cluster_rbac::GATEWAY_USER;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
};
use kore_localkube::{failure, files};
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams, PostParams},
    core::TypeMeta,
};
use serde_json::{Value, json};

use crate::{
    part::{Act, differs},
    site::{Site, cluster},
};

/// What is in a cluster from Kore is noted there, so that looking costs one request.
const NOTE: &str = "kore-baseline";
const NOTE_NAMESPACE: &str = "kube-system";

/// Objects applied together.
pub(crate) struct Objects {
    pub(crate) site: Arc<Site>,
    /// Key of their digest in the note.
    pub(crate) name: &'static str,
    /// Applied in this order.
    pub(crate) objects: Vec<Value>,
    /// By the credential with every right: before the others' rights are there.
    pub(crate) as_admin: bool,
}

impl Objects {
    async fn client(&self) -> Result<Option<&Client>, StepError> {
        if self.as_admin { self.site.admin().await } else { self.site.provisioner().await }
    }

    fn digest(&self) -> String {
        files::short_hash(&Value::from(self.objects.clone()).to_string(), 32)
    }
}

#[async_trait]
impl Act for Objects {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.client().await? else { return Ok(Observed::Absent) };
        let notes: Api<ConfigMap> = Api::namespaced(client.clone(), NOTE_NAMESPACE);
        let note = notes.get_opt(NOTE).await.map_err(cluster)?;
        let applied = note.and_then(|note| note.data?.remove(self.name));
        Ok(match applied {
            None => Observed::Absent,
            Some(digest) if digest == self.digest() => Observed::Ready,
            Some(_) => differs(vec![format!("another version of {} is applied", self.name)]),
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(client) = self.client().await? else {
            return Ok(Progress::Waiting { reason: "credentials of the cluster".to_owned() });
        };
        for object in &self.objects {
            apply(client, object, meta::MANAGER_BASELINE).await?;
        }
        // One manager per key: each set of objects owns its own.
        let note = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": NOTE, "namespace": NOTE_NAMESPACE},
            "data": {self.name: self.digest()},
        });
        apply(client, &note, &format!("{}-{}", meta::MANAGER_BASELINE, self.name)).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        // They live in the cluster and go with it.
        Ok(Progress::Applied)
    }
}

async fn apply(client: &Client, object: &Value, manager: &str) -> Result<(), StepError> {
    let damaged = |error: serde_json::Error| failure::internal("an object of the baseline is none").caused_by(error);
    let types: TypeMeta = serde_json::from_value(object.clone()).map_err(damaged)?;
    let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &types.kind));
    let object: DynamicObject = serde_json::from_value(object.clone()).map_err(damaged)?;
    let api: Api<DynamicObject> = match &object.metadata.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let name = format!("{} {}", types.kind, object.metadata.name.clone().unwrap_or_default());
    kore_kube::apply::apply(&api, manager, &object).await.map(drop).map_err(|error| {
        let what = format!("the cluster refused {name}");
        StepError::new(Code::ClusterNotReady, Class::Retry(failure::SOON), what).caused_by(error)
    })
}

/// A Deployment that serves.
pub(crate) struct Serving {
    pub(crate) site: Arc<Site>,
    pub(crate) namespace: &'static str,
    pub(crate) deployment: &'static str,
}

#[async_trait]
impl Act for Serving {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.site.provisioner().await? else { return Ok(Observed::Absent) };
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

    async fn apply(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
}

/// Whether the gateway's credential can do what it is for, and nothing else.
pub(crate) struct Access(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Access {
    async fn observe(&self) -> Result<Observed, StepError> {
        let site = &self.0;
        let waiting = |what: &str| Ok(Observed::Waiting { reason: what.to_owned() });
        let (Some(secret), Some(provisioner)) =
            (site.secret(meta::CREDENTIAL_GATEWAY).await?, site.provisioner().await?)
        else {
            return waiting("the gateway's credential");
        };
        let gateway = client_of(&secret).await?;
        let me: SelfSubjectReview = Api::all(gateway.clone())
            .create(&PostParams::default(), &SelfSubjectReview::default())
            .await
            .map_err(cluster)?;
        if me.status.and_then(|status| status.user_info?.username).as_deref() != Some(GATEWAY_USER) {
            return waiting("the cluster to know the gateway by its certificate");
        }
        // By itself it may see nothing.
        match Api::<Namespace>::all(gateway).list(&ListParams::default().limit(1)).await {
            Err(kube::Error::Api(status)) if status.code == 403 => {}
            Err(error) => return Err(cluster(error)),
            Ok(_) => {
                let what = "the gateway's credential can read the cluster without impersonation";
                return Err(StepError::new(Code::Internal, Class::Terminal, what));
            }
        }
        for group in ["admin", "view"].map(|role| format!("kore:{}:{role}", site.cluster.team)) {
            let review: SubjectAccessReview = serde_json::from_value(json!({"metadata": {}, "spec": {
                "user": GATEWAY_USER,
                "resourceAttributes": {
                    "verb": "impersonate:user-info", "group": "authentication.k8s.io", "version": "v1",
                    "resource": "groups", "name": group}}}))
            .map_err(|error| failure::internal("an access review is none").caused_by(error))?;
            let answer = Api::<SubjectAccessReview>::all(provisioner.clone())
                .create(&PostParams::default(), &review)
                .await
                .map_err(cluster)?;
            if !answer.status.is_some_and(|status| status.allowed) {
                return waiting(&format!("the gateway to be allowed to speak for group {group}"));
            }
        }
        Ok(Observed::Ready)
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
}

/// A client of a gateway Secret, which has no kubeconfig.
async fn client_of(secret: &k8s_openapi::api::core::v1::Secret) -> Result<Client, StepError> {
    let text = |name: &str| {
        let value = secret.data.as_ref().and_then(|data| data.get(name));
        value.and_then(|value| String::from_utf8(value.0.clone()).ok()).unwrap_or_default()
    };
    let pair = kore_localkube::certificates::Pair { certificate: text("tls.crt"), key: text("tls.key") };
    let kubeconfig = kore_localkube::certificates::kubeconfig(&text("server"), &text("ca.crt"), &pair);
    let mut wrapped = secret.clone();
    wrapped
        .data
        .get_or_insert_default()
        .insert("kubeconfig".to_owned(), k8s_openapi::ByteString(kubeconfig.into_bytes()));
    kore_kube::client::from_secret(&wrapped)
        .await
        .map_err(|error| failure::internal("no client of the gateway's credential").caused_by(error))
}
