//! Where a namespace stands, and how that is said.

use std::collections::BTreeMap;

use kore_api::{
    condition::{READY, REASON_BLOCKED, REASON_DELETING, REASON_PAUSED, REASON_RECONCILED, REASON_RECONCILING},
    namespace::{ClusterNamespace, ClusterNamespaceStatus, DriftFound, PodSecurity, Usage},
};
use kore_engine::error::StepError;
use kube::{Api, ResourceExt};

use crate::{
    ReconcileError,
    condition::{Truth, set},
    context::ControllersContext,
    operation::coded,
    written::write_status,
};

/// Where a namespace stands.
pub(crate) enum Standing<'a> {
    /// Nobody works on it.
    Paused,
    /// Somebody has to act.
    Blocked(&'a StepError),
    /// It is not there yet, or could not be looked at.
    Waiting(&'a str),
    /// As it should be.
    Reached {
        uid: String,
        pod_security: PodSecurity,
        quota: BTreeMap<String, Usage>,
        drift: Option<DriftFound>,
        waived: Vec<String>,
    },
    /// It is going.
    Deleting(&'a str),
}

/// Writes the status where it differs from what was read.
pub(crate) async fn write(
    context: &ControllersContext,
    namespace: &ClusterNamespace,
    standing: Standing<'_>,
) -> Result<(), ReconcileError> {
    let status = status(context, namespace, standing);
    let space = namespace.namespace().unwrap_or_default();
    let api: Api<ClusterNamespace> = Api::namespaced(context.client.clone(), &space);
    write_status(&api, namespace, &status, "writing the namespace's status").await.map(drop)
}

fn status(
    context: &ControllersContext,
    namespace: &ClusterNamespace,
    standing: Standing<'_>,
) -> ClusterNamespaceStatus {
    let mut status = namespace.status.clone().unwrap_or_default();
    let generation = namespace.metadata.generation;
    let (truth, reason, message) = match standing {
        Standing::Paused => (Truth::Unknown, REASON_PAUSED, "spec.paused is set: nothing is changed".to_owned()),
        Standing::Blocked(error) => (Truth::False, REASON_BLOCKED, coded(error)),
        Standing::Waiting(reason) => (Truth::False, REASON_RECONCILING, reason.to_owned()),
        Standing::Deleting(reason) => (Truth::False, REASON_DELETING, reason.to_owned()),
        Standing::Reached { uid, pod_security, quota, drift, waived } => {
            status.waived = waived;
            status.observed_generation = generation;
            status.uid = Some(uid);
            status.pod_security = Some(pod_security);
            status.quota = quota;
            status.drift = drift.or(status.drift);
            (Truth::True, REASON_RECONCILED, String::new())
        }
    };
    set(&mut status.conditions, READY, truth, reason, &message, generation, context.clock.now());
    status
}
