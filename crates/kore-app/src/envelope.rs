//! Custom resources as the API shows them: one envelope, the team instead of its namespace.

use kore_api::{
    envelope::{Metadata, Object},
    meta,
};
use kube::{
    Resource, ResourceExt,
    core::object::{HasSpec, HasStatus},
};
use serde::Serialize;
use serde_json::Value;

/// Annotations of other programs' bookkeeping, which nobody here reads.
const NOISE: [&str; 1] = ["kubectl.kubernetes.io/last-applied-configuration"];

/// The team whose namespace this is.
#[must_use]
pub fn team_of(namespace: &str) -> Option<&str> {
    namespace.strip_prefix("team-")
}

/// The envelope of a custom resource.
///
/// # Errors
/// Never for our own types: each of them serialises.
pub fn object<K>(resource: &K) -> Result<Object<Value>, serde_json::Error>
where
    K: Resource<DynamicType = ()> + HasSpec + HasStatus,
    K::Spec: Serialize,
    K::Status: Serialize,
{
    Ok(Object {
        api_version: meta::API_VERSION.to_owned(),
        kind: K::kind(&()).into_owned(),
        metadata: metadata(resource),
        spec: serde_json::to_value(resource.spec())?,
        status: resource.status().map(serde_json::to_value).transpose()?,
    })
}

/// The metadata of a custom resource.
#[must_use]
pub fn metadata<K: Resource>(resource: &K) -> Metadata {
    let meta = resource.meta();
    let mut annotations = resource.annotations().clone();
    annotations.retain(|key, _| !NOISE.contains(&key.as_str()));
    Metadata {
        name: resource.name_any(),
        team: meta.namespace.as_deref().and_then(team_of).map(str::to_owned),
        uid: meta.uid.clone().unwrap_or_default(),
        resource_version: meta.resource_version.clone().unwrap_or_default(),
        generation: meta.generation.unwrap_or_default(),
        creation_timestamp: meta.creation_timestamp.as_ref().map(|time| time.0),
        deletion_timestamp: meta.deletion_timestamp.as_ref().map(|time| time.0),
        labels: resource.labels().clone(),
        annotations,
        actions: None,
    }
}
