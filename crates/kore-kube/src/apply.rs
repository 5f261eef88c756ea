//! Server-side apply, and status patches.

use std::fmt::Debug;

use kube::{
    Api, Resource,
    api::{Patch, PatchParams},
};
use serde::{Serialize, de::DeserializeOwned};

/// Applies an object as one field manager, taking over fields that others own: what Kore applies,
/// Kore decides.
///
/// # Errors
/// What the API server answers.
pub async fn apply<K>(api: &Api<K>, manager: &str, object: &K) -> Result<K, kube::Error>
where
    K: Resource + Serialize + DeserializeOwned + Clone + Debug,
{
    let name = object.meta().name.clone().unwrap_or_default();
    api.patch(&name, &PatchParams::apply(manager).force(), &Patch::Apply(object)).await
}

/// What [`apply`] would make of an object, without doing it.
///
/// # Errors
/// What the API server answers.
pub async fn would_apply<K>(api: &Api<K>, manager: &str, object: &K) -> Result<K, kube::Error>
where
    K: Resource + Serialize + DeserializeOwned + Clone + Debug,
{
    let name = object.meta().name.clone().unwrap_or_default();
    api.patch(&name, &PatchParams::apply(manager).force().dry_run(), &Patch::Apply(object)).await
}

/// Makes an object's status be what `status` says, as one field manager: what it said before and
/// does not say now goes. Refused (409) when the object is another one of the same name.
///
/// # Errors
/// What the API server answers.
pub async fn apply_status<K, S>(api: &Api<K>, of: &K, manager: &str, status: &S) -> Result<K, kube::Error>
where
    K: Resource<DynamicType: Default> + DeserializeOwned + Clone + Debug,
    S: Serialize,
{
    write_status(api, of, None, manager, status).await
}

/// As [`apply_status`], and refused (409) also when the object has changed since it was read: for what
/// must never be decided twice.
///
/// # Errors
/// What the API server answers.
pub async fn apply_status_unchanged<K, S>(api: &Api<K>, of: &K, manager: &str, status: &S) -> Result<K, kube::Error>
where
    K: Resource<DynamicType: Default> + DeserializeOwned + Clone + Debug,
    S: Serialize,
{
    write_status(api, of, of.meta().resource_version.as_deref(), manager, status).await
}

async fn write_status<K, S>(
    api: &Api<K>,
    of: &K,
    version: Option<&str>,
    manager: &str,
    status: &S,
) -> Result<K, kube::Error>
where
    K: Resource<DynamicType: Default> + DeserializeOwned + Clone + Debug,
    S: Serialize,
{
    let kind = K::DynamicType::default();
    let name = of.meta().name.clone().unwrap_or_default();
    let mut metadata = serde_json::json!({ "name": name, "uid": of.meta().uid });
    if let (Some(version), Some(metadata)) = (version, metadata.as_object_mut()) {
        metadata.insert("resourceVersion".to_owned(), version.into());
    }
    let patch = serde_json::json!({
        "apiVersion": K::api_version(&kind),
        "kind": K::kind(&kind),
        "metadata": metadata,
        "status": status,
    });
    api.patch_status(&name, &PatchParams::apply(manager).force(), &Patch::Apply(patch)).await
}

/// Whether the answer says that there is no such object.
#[must_use]
pub fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

/// Whether the answer says that the object exists already or was changed in the meantime.
#[must_use]
pub fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409)
}
