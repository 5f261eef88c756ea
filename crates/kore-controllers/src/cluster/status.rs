//! What is written about a cluster: always, and only when it differs.

use jiff::Timestamp;
use kore_api::{
    cluster::{Cluster, ClusterStatus},
    condition::{
        PROGRESSING, READY, REASON_BLOCKED, REASON_DELETING, REASON_FAILED, REASON_PAUSED, REASON_RECONCILED,
        REASON_RECONCILING,
    },
};
use kore_engine::{error::StepError, provider::ClusterFacts};
use kube::{Api, Client, ResourceExt};
use uuid::Uuid;

use super::validate::{Valid, generation};
use crate::{
    ReconcileError,
    condition::{Truth, set},
    operation::coded,
    written::write_status,
};

/// Where a cluster stands.
pub(crate) enum Standing<'a> {
    /// Nobody works on it.
    Paused,
    /// Its spec does not fit its plan.
    Blocked(&'a StepError),
    /// An operation is under way.
    Working { operation: Uuid, reason: &'a str },
    /// Nothing is to be done, but something does not work yet or could not be looked at.
    Unsteady { reason: &'a str },
    /// The operation failed; somebody must act.
    Failed { operation: Uuid, error: &'a StepError },
    /// As it should be.
    Reached { operation: Option<Uuid>, valid: &'a Valid, facts: ClusterFacts },
    /// It is being taken down.
    Deleting { operation: Uuid, reason: &'a str },
}

/// The status of a cluster that stands so.
pub(crate) fn status(cluster: &Cluster, standing: Standing<'_>, now: Timestamp) -> ClusterStatus {
    let mut status = cluster.status.clone().unwrap_or_default();
    let at = Some(generation(cluster));
    let say = |status: &mut ClusterStatus, kind, truth, reason, message: &str| {
        set(&mut status.conditions, kind, truth, reason, message, at, now);
    };
    match standing {
        Standing::Paused => {
            say(&mut status, READY, Truth::Unknown, REASON_PAUSED, "spec.paused is set: nothing is changed");
            say(&mut status, PROGRESSING, Truth::False, REASON_PAUSED, "");
        }
        Standing::Blocked(error) => {
            let message = coded(error);
            say(&mut status, READY, Truth::False, REASON_BLOCKED, &message);
            say(&mut status, PROGRESSING, Truth::False, REASON_BLOCKED, "");
        }
        Standing::Working { operation, reason } => {
            status.operation = Some(operation.to_string());
            say(&mut status, READY, Truth::False, REASON_RECONCILING, reason);
            say(&mut status, PROGRESSING, Truth::True, REASON_RECONCILING, reason);
        }
        Standing::Unsteady { reason } => say(&mut status, READY, Truth::False, REASON_RECONCILING, reason),
        Standing::Failed { operation, error } => {
            status.operation = Some(operation.to_string());
            let message = coded(error);
            say(&mut status, READY, Truth::False, REASON_FAILED, &message);
            say(&mut status, PROGRESSING, Truth::False, REASON_FAILED, &message);
        }
        Standing::Reached { operation, valid, facts } => {
            status.operation = operation.map(|id| id.to_string()).or(status.operation);
            status.observed_generation = Some(valid.generation);
            status.parameters = Some(valid.request.parameters.clone());
            status.kubernetes_version = facts.kubernetes_version;
            status.endpoint = facts.endpoint;
            status.rung = Some(facts.rung);
            status.nodes = Some(facts.nodes);
            status.domain = facts.domain;
            status.account_number = valid.request.account.as_ref().map(|account| account.number.clone());
            say(&mut status, READY, Truth::True, REASON_RECONCILED, "");
            say(&mut status, PROGRESSING, Truth::False, REASON_RECONCILED, "");
        }
        Standing::Deleting { operation, reason } => {
            status.operation = Some(operation.to_string());
            say(&mut status, READY, Truth::False, REASON_DELETING, reason);
            say(&mut status, PROGRESSING, Truth::True, REASON_DELETING, reason);
        }
    }
    status
}

/// Writes the status where it differs from what was read.
pub(crate) async fn write(client: &Client, cluster: &Cluster, status: &ClusterStatus) -> Result<(), ReconcileError> {
    let api: Api<Cluster> = Api::namespaced(client.clone(), &cluster.namespace().unwrap_or_default());
    write_status(&api, cluster, status, "writing the cluster's status").await.map(drop)
}
