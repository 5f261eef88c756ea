//! Objects that Kore keeps in the cluster: there, as applied whatever anybody does by hand, and
//! working.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream};
use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap};
use kore_api::{codes::Code, meta};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
};
use kore_localkube::{failure, files};
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind},
    core::TypeMeta,
};
use serde_json::{Value, json};

use crate::{
    part::{Act, differs},
    site::{Site, cluster},
};

/// What is in a cluster from Kore is noted there: whether it is there at all, and in which version,
/// costs one request.
const NOTE: &str = "kore-baseline";
const NOTE_NAMESPACE: &str = "kube-system";
/// How many objects are looked at at once.
const LOOKS: usize = 8;

/// Objects applied together. They live in the cluster and go with it.
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
    async fn client(&self) -> Result<Option<Client>, StepError> {
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
        match note.and_then(|note| note.data?.remove(self.name)) {
            None => return Ok(Observed::Absent),
            Some(digest) if digest != self.digest() => {
                return Ok(differs(vec![format!("another version of {} is applied", self.name)]));
            }
            Some(_) => {}
        }
        // Boxed one by one: the compiler cannot show a stream of borrowed futures to be Send.
        let looks: Vec<BoxFuture<'_, _>> =
            self.objects.iter().map(|object| -> BoxFuture<'_, _> { Box::pin(compare(&client, object)) }).collect();
        let found: Vec<Option<String>> = stream::iter(looks).buffered(LOOKS).try_collect().await?;
        let found: Vec<String> = found.into_iter().flatten().collect();
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

/// An object, where it is kept, and how people read it.
struct Kept {
    api: Api<DynamicObject>,
    object: DynamicObject,
    name: String,
}

impl Kept {
    fn of(client: &Client, object: &Value) -> Result<Self, StepError> {
        let damaged =
            |error: serde_json::Error| failure::internal("an object of the baseline is none").caused_by(error);
        let types: TypeMeta = serde_json::from_value(object.clone()).map_err(damaged)?;
        let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &types.kind));
        let object: DynamicObject = serde_json::from_value(object.clone()).map_err(damaged)?;
        let name = object.name_any();
        let (api, place) = match &object.metadata.namespace {
            Some(namespace) => {
                (Api::namespaced_with(client.clone(), namespace, &resource), format!("{namespace}/{name}"))
            }
            None => (Api::all_with(client.clone(), &resource), name),
        };
        Ok(Self { api, object, name: format!("{} {place}", types.kind) })
    }

    fn refused(&self, error: kube::Error) -> StepError {
        let what = format!("the cluster refused {}", self.name);
        StepError::new(Code::ClusterNotReady, Class::Retry(failure::SOON), what).caused_by(error)
    }
}

async fn apply(client: &Client, object: &Value, manager: &str) -> Result<(), StepError> {
    let kept = Kept::of(client, object)?;
    let applied = kore_kube::apply::apply(&kept.api, manager, &kept.object).await;
    applied.map(drop).map_err(|error| kept.refused(error))
}

/// What applying an object would change, as the API server says; nothing when it is as it should be.
async fn compare(client: &Client, object: &Value) -> Result<Option<String>, StepError> {
    let kept = Kept::of(client, object)?;
    let Some(live) = kept.api.get_opt(&kept.object.name_any()).await.map_err(|error| kept.refused(error))? else {
        return Ok(Some(format!("{}: gone", kept.name)));
    };
    let tried = kore_kube::apply::would_apply(&kept.api, meta::MANAGER_BASELINE, &kept.object).await;
    let wanted = tried.map_err(|error| kept.refused(error))?;
    let fields = changed(&content(live), &content(wanted));
    Ok((!fields.is_empty()).then(|| format!("{}: {}", kept.name, fields.join(", "))))
}

/// An object without what the API server keeps about it.
fn content(object: DynamicObject) -> Value {
    let metadata = json!({"labels": object.metadata.labels, "annotations": object.metadata.annotations});
    let mut content = object.data;
    if let Some(content) = content.as_object_mut() {
        content.remove("status");
        content.insert("metadata".to_owned(), metadata);
    }
    content
}

/// Paths at which two values differ. Lists are named, not their members.
fn changed(is: &Value, should: &Value) -> Vec<String> {
    let (Value::Object(is), Value::Object(should)) = (is, should) else {
        return if is == should { Vec::new() } else { vec![String::new()] };
    };
    let keys: BTreeSet<&String> = is.keys().chain(should.keys()).collect();
    let of = |map: &serde_json::Map<String, Value>, key: &str| map.get(key).cloned().unwrap_or_default();
    keys.into_iter()
        .flat_map(|key| changed(&of(is, key), &of(should, key)).into_iter().map(move |path| format!("/{key}{path}")))
        .collect()
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named_by_its_path() {
        let is = json!({"rules": [1], "metadata": {"labels": {"a": "1"}}, "spec": {"x": 1, "more": true}});
        assert_eq!(changed(&is, &is), Vec::<String>::new());
        let should = json!({"rules": [1, 2], "metadata": {"labels": null}, "spec": {"x": 2, "more": true}});
        assert_eq!(changed(&is, &should), ["/metadata/labels", "/rules", "/spec/x"]);
        assert_eq!(changed(&json!({}), &json!({"metadata": null})), Vec::<String>::new());
    }
}
