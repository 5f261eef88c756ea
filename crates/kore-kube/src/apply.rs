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

/// Replaces fields of an object's status by a JSON merge patch (`{"status": …}` is added here).
///
/// # Errors
/// What the API server answers.
pub async fn patch_status<K, S>(api: &Api<K>, name: &str, manager: &str, status: &S) -> Result<K, kube::Error>
where
    K: Resource + DeserializeOwned + Clone + Debug,
    S: Serialize + Debug,
{
    let patch = Patch::Merge(serde_json::json!({ "status": status }));
    let parameters = PatchParams { field_manager: Some(manager.to_owned()), ..PatchParams::default() };
    api.patch_status(name, &parameters, &patch).await
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
