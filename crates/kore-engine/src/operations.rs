//! Where operations and their steps are recorded.

use async_trait::async_trait;
use kore_api::operation::{Failure, Operation, OperationAction, OperationState, Remainder, Step, Target};
use uuid::Uuid;

use crate::error::StepError;

/// The namespace of operation ids (RFC 9562, version 5).
const NAMESPACE: Uuid = Uuid::from_u128(0x6b6f_7265_6f70_5000_8000_0000_0000_0001);

/// Id of the operation that brings an object to a generation: whoever comes first inserts it.
#[must_use]
pub fn operation_id(object_uid: &str, action: OperationAction, generation: i64) -> Uuid {
    let action = match action {
        OperationAction::Create => "create",
        OperationAction::Change => "change",
        OperationAction::Delete => "delete",
    };
    Uuid::new_v5(&NAMESPACE, format!("{object_uid}/{action}/{generation}").as_bytes())
}

/// Id of the operation that puts right what came loose in a generation that was reached. `after` is
/// the object's last operation: whoever sees the same object comes to the same id, and each correction
/// has a record of its own.
#[must_use]
pub fn correction_id(object_uid: &str, generation: i64, after: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{object_uid}/correct/{generation}/{after}").as_bytes())
}

/// What is known when an operation is first recorded.
#[derive(Debug, Clone)]
pub struct NewOperation {
    /// From [`operation_id`] or [`correction_id`].
    pub id: Uuid,
    /// What it does.
    pub action: OperationAction,
    /// What it works on.
    pub target: Target,
    /// Who asked.
    pub requested_by: String,
    /// The request that began it.
    pub request_id: Option<String>,
    /// The parameters that are applied.
    pub parameters: serde_json::Value,
}

/// Keeps operations. Every call is durable when it returns.
#[async_trait]
pub trait OperationLog: Send + Sync {
    /// Inserts it unless it is there; earlier unfinished ones of the same target become superseded.
    async fn begin(&self, operation: NewOperation) -> Result<Operation, StepError>;
    /// Replaces the whole list of steps, in order (the plan of the operation).
    async fn plan(&self, id: Uuid, steps: &[Step]) -> Result<(), StepError>;
    /// Records one step by its name.
    async fn step(&self, id: Uuid, step: &Step) -> Result<(), StepError>;
    /// Records where the operation stands.
    async fn state(
        &self,
        id: Uuid,
        state: OperationState,
        failure: Option<&Failure>,
        remainder: Option<Remainder>,
    ) -> Result<(), StepError>;
    /// Reads it back.
    async fn get(&self, id: Uuid) -> Result<Option<Operation>, StepError>;
}
