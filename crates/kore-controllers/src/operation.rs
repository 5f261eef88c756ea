//! An operation on an object: which one it is, that it is begun once and ends once, and what goes on record about it.

use std::time::Duration;

use jiff::Timestamp;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    meta,
    operation::{Operation, OperationAction, OperationState, Remainder, Target},
    preview::{Action as PlannedAction, ActionVerb},
};
use kore_engine::{
    error::{Class, StepError},
    operations::{NewOperation, correction_id, operation_id},
    run::Outcome,
};
use kube::{Resource, ResourceExt};
use serde_json::Value;
use uuid::Uuid;

use crate::{ReconcileError, context::ControllersContext};

/// Who reconciles.
pub(crate) const CONTROLLER: &str = "system:controller";

/// How soon something that does not work yet is looked at again.
pub(crate) const SOON: Duration = Duration::from_secs(3);

/// How many of the things that came loose are named.
const FOUND_NAMED: usize = 8;

/// What the present generation asks for. The REST edge names it the same way: a POST makes generation
/// 1, every later one is a change.
pub(crate) fn action<K: Resource>(object: &K) -> OperationAction {
    match object.meta().generation {
        _ if object.meta().deletion_timestamp.is_some() => OperationAction::Delete,
        Some(generation) if generation > 1 => OperationAction::Change,
        _ => OperationAction::Create,
    }
}

/// The operation that brings an object to its generation.
pub(crate) fn wanted<K: Resource>(object: &K, target: Target, parameters: Value) -> NewOperation {
    let action = action(object);
    let annotation = |name: &str| object.annotations().get(name).cloned();
    NewOperation {
        id: operation_id(&target.uid, action, target.generation),
        requested_by: annotation(meta::ANNOTATION_REQUESTED_BY).unwrap_or_else(|| CONTROLLER.to_owned()),
        request_id: annotation(meta::ANNOTATION_REQUEST),
        action,
        target,
        parameters,
    }
}

/// The operation that puts right what came loose; its id is the caller's to choose.
pub(crate) fn correction(target: Target, parameters: Value, id: Uuid) -> NewOperation {
    NewOperation {
        id,
        action: OperationAction::Change,
        target,
        requested_by: CONTROLLER.to_owned(),
        request_id: None,
        parameters,
    }
}

/// The id of the correction that is under way, where `last` is one, or of the next.
pub(crate) async fn correction_of(
    context: &ControllersContext,
    uid: &str,
    generation: i64,
    last: Option<Uuid>,
) -> Result<Uuid, ReconcileError> {
    let mut id = last.unwrap_or_default();
    if under_way(context, generation, id).await?.is_some() {
        return Ok(id);
    }
    loop {
        id = correction_id(uid, generation, id);
        if !get(context, id).await?.is_some_and(|one| has_ended(&one)) {
            return Ok(id);
        }
    }
}

fn has_ended(operation: &Operation) -> bool {
    matches!(operation.state, OperationState::Done | OperationState::Superseded)
}

/// The operation of this id, where it is one of this generation and has not ended. One that failed is tried again.
async fn under_way(
    context: &ControllersContext,
    generation: i64,
    id: Uuid,
) -> Result<Option<Operation>, ReconcileError> {
    Ok(get(context, id).await?.filter(|one| one.target.generation == generation && !has_ended(one)))
}

/// Ends the last operation of an object that is as it should be: what it was for has come by itself, or by somebody else's
/// hand. Whoever follows it is told, and what comes loose later has an operation of its own.
pub(crate) async fn settle(
    context: &ControllersContext,
    generation: i64,
    last: Option<Uuid>,
) -> Result<(), ReconcileError> {
    let Some(id) = last else { return Ok(()) };
    let Some(before) = under_way(context, generation, id).await? else { return Ok(()) };
    let Operation { action, target, requested_by, request_id, parameters, .. } = before.clone();
    let new = NewOperation { id, action, target, requested_by, request_id, parameters };
    end(context, &new, &before, None, None).await
}

/// An operation that was begun.
pub(crate) async fn get(context: &ControllersContext, id: Uuid) -> Result<Option<Operation>, ReconcileError> {
    context.engine.operations.get(id).await.map_err(ReconcileError::Records)
}

/// Whether it was done. That is on record before the object's status says so, and a status is read behind besides: whoever
/// takes what the status says for all there is does again, without an operation, what has come loose since.
pub(crate) async fn is_done(context: &ControllersContext, id: Uuid) -> Result<bool, ReconcileError> {
    Ok(get(context, id).await?.is_some_and(|one| one.state == OperationState::Done))
}

/// Begins it, unless it is begun; as it was before.
pub(crate) async fn begin(context: &ControllersContext, new: &NewOperation) -> Result<Operation, ReconcileError> {
    let operations = &context.engine.operations;
    let begun = operations.begin(new.clone()).await.map_err(ReconcileError::Records)?;
    // What is done stays done: of a deletion, only the finalizer is left to take off.
    if matches!(begun.state, OperationState::Pending | OperationState::Failed) {
        operations.state(new.id, OperationState::Running, None, None).await.map_err(ReconcileError::Records)?;
    }
    Ok(begun)
}

/// Records how it ended, once.
pub(crate) async fn end(
    context: &ControllersContext,
    new: &NewOperation,
    before: &Operation,
    error: Option<&StepError>,
    remainder: Option<Remainder>,
) -> Result<(), ReconcileError> {
    let failure = error.map(StepError::failure);
    let known = before.failure.as_ref().map(|failure| &failure.code);
    let said_before = known.is_some() && known == failure.as_ref().map(|failure| &failure.code);
    if !said_before {
        let detail = match (&failure, remainder) {
            (Some(failure), _) => failure.message.clone(),
            (None, Some(remainder)) => format!("done, {} things gone, {} left", remainder.gone, remainder.left),
            (None, None) => "done".to_owned(),
        };
        let code = failure.as_ref().map(|failure| failure.code.as_str());
        let record = record(new, code, &detail, context.clock.now());
        context.audit.append(record).await.map_err(ReconcileError::Records)?;
    }
    let state = if failure.is_some() { OperationState::Failed } else { OperationState::Done };
    let written = context.engine.operations.state(new.id, state, failure.as_ref(), remainder).await;
    written.map_err(ReconcileError::Records)
}

/// Records what was found to have come loose, before it is put right.
pub(crate) async fn note_finding(
    context: &ControllersContext,
    new: &NewOperation,
    found: &str,
) -> Result<(), ReconcileError> {
    let detail = Some(format!("found {found}; operation {} puts it right", new.id));
    let action = format!("{}.drift", new.target.kind.to_lowercase());
    let record = AuditRecord { action, detail, ..about(new, context.clock.now()) };
    context.audit.append(record).await.map_err(ReconcileError::Records)
}

/// How an operation ended, for the audit trail.
fn record(operation: &NewOperation, failure: Option<&str>, detail: &str, at: Timestamp) -> AuditRecord {
    let verb = match operation.action {
        OperationAction::Create => "create",
        OperationAction::Change => "change",
        OperationAction::Delete => "delete",
    };
    AuditRecord {
        action: format!("{}.{verb}.result", operation.target.kind.to_lowercase()),
        result: if failure.is_some() { AuditResult::Failed } else { AuditResult::Allowed },
        code: failure.map(str::to_owned),
        detail: Some(format!("operation {} for {}: {detail}", operation.id, operation.requested_by)),
        ..about(operation, at)
    }
}

fn about(operation: &NewOperation, at: Timestamp) -> AuditRecord {
    let target = &operation.target;
    let team = target.team.as_deref().map(|team| format!("{team}/")).unwrap_or_default();
    AuditRecord {
        id: String::new(),
        at,
        actor: CONTROLLER.to_owned(),
        action: String::new(),
        object: format!("{}/{team}{}", target.kind.to_lowercase(), target.name),
        team: target.team.clone(),
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

/// What would be done, and why, in a line.
pub(crate) fn found(actions: &[PlannedAction]) -> String {
    let one = |action: &PlannedAction| {
        let what = match action.verb {
            ActionVerb::Create => "gone".to_owned(),
            ActionVerb::Delete => "left over".to_owned(),
            ActionVerb::Change | ActionVerb::Replace => action.detail.join(", "),
        };
        format!("{} ({what})", action.component)
    };
    let mut lines: Vec<_> = actions.iter().take(FOUND_NAMED).map(one).collect();
    if let Some(more) = actions.len().checked_sub(FOUND_NAMED).filter(|more| *more > 0) {
        lines.push(format!("{more} more"));
    }
    lines.join("; ")
}

/// Whether it goes away by itself.
pub(crate) const fn passes(error: &StepError) -> bool {
    matches!(error.class, Class::Retry(_) | Class::Settling(_))
}

/// An error before the first step, by its class. What somebody has to act on is the operation's
/// failure, which is tried again now and then.
pub(crate) fn outcome_of(error: StepError) -> Outcome {
    if passes(&error) { Outcome::Waiting { requeue: SOON, reason: coded(&error) } } else { Outcome::Failed(error) }
}

/// An error as a condition says it.
pub(crate) fn coded(error: &StepError) -> String {
    error.failure().line()
}
