//! What goes on record about a change of a cluster.

use jiff::Timestamp;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    cluster::Cluster,
    meta,
    operation::{OperationAction, Target},
};
use kore_engine::operations::{NewOperation, operation_id};
use kube::ResourceExt;
use uuid::Uuid;

use super::validate::Valid;

/// Who reconciles.
pub(crate) const CONTROLLER: &str = "system:controller";

/// What the present generation asks for. The REST edge names it the same way: a POST makes generation
/// 1, every later one is a change.
pub(crate) fn action(cluster: &Cluster) -> OperationAction {
    match cluster.metadata.generation {
        _ if cluster.metadata.deletion_timestamp.is_some() => OperationAction::Delete,
        Some(generation) if generation > 1 => OperationAction::Change,
        _ => OperationAction::Create,
    }
}

/// The operation that brings a cluster to its generation.
pub(crate) fn operation(cluster: &Cluster, valid: &Valid) -> NewOperation {
    let action = action(cluster);
    let annotation = |name: &str| cluster.annotations().get(name).cloned();
    NewOperation {
        id: operation_id(&valid.request.uid, action, valid.generation),
        requested_by: annotation(meta::ANNOTATION_REQUESTED_BY).unwrap_or_else(|| CONTROLLER.to_owned()),
        request_id: annotation(meta::ANNOTATION_REQUEST),
        action,
        ..correction(valid, Uuid::nil())
    }
}

/// The operation that puts right what came loose; its id is the caller's to choose.
pub(crate) fn correction(valid: &Valid, id: Uuid) -> NewOperation {
    let action = OperationAction::Change;
    NewOperation {
        id,
        action,
        target: Target {
            kind: "Cluster".to_owned(),
            team: Some(valid.request.name.team.to_string()),
            name: valid.request.name.name.to_string(),
            uid: valid.request.uid.clone(),
            generation: valid.generation,
        },
        requested_by: CONTROLLER.to_owned(),
        request_id: None,
        parameters: valid.request.parameters.clone(),
    }
}

/// How an operation ended, for the audit trail.
pub(crate) fn record(operation: &NewOperation, failure: Option<&str>, detail: &str, at: Timestamp) -> AuditRecord {
    let verb = match operation.action {
        OperationAction::Create => "create",
        OperationAction::Change => "change",
        OperationAction::Delete => "delete",
    };
    AuditRecord {
        action: format!("cluster.{verb}.result"),
        result: if failure.is_some() { AuditResult::Failed } else { AuditResult::Allowed },
        code: failure.map(str::to_owned),
        detail: Some(format!("operation {} for {}: {detail}", operation.id, operation.requested_by)),
        ..about(operation, at)
    }
}

/// What was found to have come loose, for the audit trail.
pub(crate) fn finding(operation: &NewOperation, found: &str, at: Timestamp) -> AuditRecord {
    let detail = Some(format!("found {found}; operation {} puts it right", operation.id));
    AuditRecord { action: "cluster.drift".to_owned(), detail, ..about(operation, at) }
}

fn about(operation: &NewOperation, at: Timestamp) -> AuditRecord {
    let team = operation.target.team.clone().unwrap_or_default();
    AuditRecord {
        id: String::new(),
        at,
        actor: CONTROLLER.to_owned(),
        action: String::new(),
        object: format!("cluster/{team}/{}", operation.target.name),
        team: operation.target.team.clone(),
        result: AuditResult::Allowed,
        status: None,
        code: None,
        source: "controller".to_owned(),
        address: None,
        request_id: operation.request_id.clone(),
        detail: None,
        changes: Vec::new(),
    }
}
