//! ClusterNamespace: objects in a cluster, applied, looked at now and then, and taken away with the
//! namespace. It waits for its cluster, and goes with it.

mod apply;
mod dereference;
mod status;

use std::{collections::HashMap, sync::Arc};

use futures::{StreamExt, stream::BoxStream};
use kore_api::{event::EventAction, namespace::ClusterNamespace};
use kore_kube::indexes::Indexes;
use kube::{
    Api, ResourceExt,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

use self::{apply::Site, dereference::Found, status::Standing};
use crate::{
    ReconcileError,
    context::ControllersContext,
    finalizer::{ensure_finalizer, has_finalizer},
    trigger::{on, on_intent},
};

/// A namespace is looked at when its spec changes, when its deletion is asked for, and when its cluster
/// has been brought to something, or comes or goes.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<ClusterNamespace>> {
    let namespaces = indexes.namespaces.clone();
    let mut seen: HashMap<(Option<String>, String), Option<i64>> = HashMap::new();
    let clusters = on(&indexes.clusters, move |change| {
        let cluster = &*change.object;
        let key = (cluster.namespace(), cluster.name_any());
        let reached = cluster.status.as_ref().and_then(|status| status.observed_generation);
        let before = match change.action {
            EventAction::Deleted => {
                seen.remove(&key);
                None
            }
            _ => seen.insert(key, reached),
        };
        if change.action != EventAction::Deleted && before == Some(reached) {
            return Vec::new();
        }
        let space = cluster.namespace();
        let concerned = namespaces.select(space.as_deref(), |one| one.spec.cluster.as_str() == cluster.name_any());
        concerned.iter().map(|namespace| ObjectRef::from_obj(&**namespace)).collect()
    });
    futures::stream::select(on_intent(&indexes.namespaces), clusters).boxed()
}

/// Finalizer first; then the stages.
pub(crate) async fn reconcile(
    namespace: Arc<ClusterNamespace>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    let deleting = namespace.metadata.deletion_timestamp.is_some();
    if deleting && !has_finalizer(&*namespace) {
        return Ok(Action::await_change());
    }
    if namespace.spec.paused && !deleting {
        status::write(&context, &namespace, Standing::Paused).await?;
        return Ok(Action::await_change());
    }
    let found = match dereference::dereference(&namespace, &context.indexes) {
        Ok(found) => found,
        Err(error) => {
            status::write(&context, &namespace, Standing::Blocked(&error)).await?;
            return Ok(Action::await_change());
        }
    };
    let Found { cluster: Some(cluster), .. } = &found else {
        if deleting {
            return apply::gone(&context, &namespace, &found, "with its cluster").await;
        }
        let reason = format!("cluster {} is not there", namespace.spec.cluster);
        status::write(&context, &namespace, Standing::Waiting(&reason)).await?;
        return Ok(Action::await_change());
    };
    let site = Site { context: &context, namespace: &namespace, found: &found };
    if deleting {
        return site.remove().await;
    }
    if cluster.status.as_ref().is_none_or(|status| status.observed_generation.is_none()) {
        status::write(&context, &namespace, Standing::Waiting("the cluster is being made")).await?;
        return Ok(Action::await_change());
    }
    let space = namespace.namespace().unwrap_or_default();
    let api: Api<ClusterNamespace> = Api::namespaced(context.client.clone(), &space);
    let namespace = ensure_finalizer(&api, Arc::clone(&namespace)).await?;
    Site { context: &context, namespace: &namespace, found: &found }.reach().await
}
