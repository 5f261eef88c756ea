//! The finalizer: put on before anything is made, taken off when nothing is left.

use std::{fmt::Debug, sync::Arc};

use kore_api::meta::FINALIZER;
use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::ReconcileError;

/// Whether it carries Kore's finalizer.
pub(crate) fn has_finalizer<K: Resource>(object: &K) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == FINALIZER)
}

/// Puts it on, unless it is there; the object as it is then.
pub(crate) async fn ensure_finalizer<K>(api: &Api<K>, object: Arc<K>) -> Result<Arc<K>, ReconcileError>
where
    K: Resource + DeserializeOwned + Clone + Debug,
{
    if has_finalizer(&*object) {
        return Ok(object);
    }
    let mut finalizers = object.finalizers().to_vec();
    finalizers.push(FINALIZER.to_owned());
    write(api, &*object, finalizers).await.map(Arc::new).map_err(ReconcileError::kube("adding the finalizer"))
}

/// Takes it off; the object may be gone then.
pub(crate) async fn remove_finalizer<K>(api: &Api<K>, object: &K) -> Result<(), ReconcileError>
where
    K: Resource + DeserializeOwned + Clone + Debug,
{
    let finalizers = object.finalizers().iter().filter(|finalizer| *finalizer != FINALIZER).cloned().collect();
    match write(api, object, finalizers).await {
        Err(error) if !kore_kube::apply::is_not_found(&error) => {
            Err(ReconcileError::kube("removing the finalizer")(error))
        }
        _ => Ok(()),
    }
}

/// Takes it off an object as it is now: its status may have been written since it was read. One of its name that came later
/// keeps it.
pub(crate) async fn release<K>(api: &Api<K>, object: &K) -> Result<(), ReconcileError>
where
    K: Resource + DeserializeOwned + Clone + Debug,
{
    let now = api.get_opt(&object.name_any()).await.map_err(ReconcileError::kube("reading what is to go"))?;
    match now.filter(|now| now.uid() == object.uid()) {
        Some(now) => remove_finalizer(api, &now).await,
        None => Ok(()),
    }
}

/// The list is replaced whole, so the object must be the one that was read.
async fn write<K>(api: &Api<K>, object: &K, finalizers: Vec<String>) -> Result<K, kube::Error>
where
    K: Resource + DeserializeOwned + Clone + Debug,
{
    let patch = json!({
        "metadata": { "finalizers": finalizers, "uid": object.uid(), "resourceVersion": object.resource_version() }
    });
    api.patch(&object.name_any(), &PatchParams::default(), &Patch::Merge(patch)).await
}
