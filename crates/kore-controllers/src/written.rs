//! How controllers write what they found about an object.

use std::fmt::Debug;

use kore_api::meta;
use kore_kube::apply;
use kube::{Api, Resource, core::object::HasStatus};
use serde::{Serialize, de::DeserializeOwned};

use crate::ReconcileError;

/// Writes the status where it differs from what was read; the object with it, where it was written. An object that is gone
/// needs none.
pub(crate) async fn write_status<K>(
    api: &Api<K>,
    object: &K,
    status: &K::Status,
    doing: &'static str,
) -> Result<Option<K>, ReconcileError>
where
    K: HasStatus<Status: Serialize + PartialEq> + Resource<DynamicType: Default> + DeserializeOwned + Clone + Debug,
{
    if object.status() == Some(status) {
        return Ok(None);
    }
    match apply::apply_status(api, object, meta::MANAGER_CONTROLLER, status).await {
        Ok(written) => Ok(Some(written)),
        Err(error) if apply::is_not_found(&error) => Ok(None),
        Err(error) => Err(ReconcileError::kube(doing)(error)),
    }
}
