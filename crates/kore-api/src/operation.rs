//! Operation: every long action as named steps, shown the same in CLI, console and API.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{codes::Owner, schema};

/// A change under way or done. Its id is `uuidv5(object id, generation)` (delete: generation and the word).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// UUID.
    pub id: String,
    /// What it does.
    pub action: OperationAction,
    /// What it works on.
    pub target: Target,
    /// Who asked, as `user:ana`.
    pub requested_by: String,
    /// Request id that began it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Where it stands.
    pub state: OperationState,
    /// The parameters that are really applied.
    #[schemars(schema_with = "schema::free_form")]
    pub parameters: serde_json::Value,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// The failure, when `state` is `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it was recorded.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When work began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub started_at: Option<Timestamp>,
    /// When it ended, either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<Timestamp>,
    /// For deletions: how many external things were verified gone, and how many are left (always 0 at `done`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remainder: Option<Remainder>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OperationAction {
    /// The first generation.
    Create,
    /// A later generation, or drift put right.
    Change,
    /// Removal.
    Delete,
}

/// What an operation works on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The kind, as `Cluster`.
    pub kind: String,
    /// The team, for team-scoped kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The name.
    pub name: String,
    /// The object's uid.
    pub uid: String,
    /// The generation of the spec.
    pub generation: i64,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OperationState {
    /// Recorded, nobody works on it yet.
    Pending,
    /// Being worked on.
    Running,
    /// Failed; `failure.retryable` says whether Kore goes on by itself.
    Failed,
    /// A newer generation took over.
    Superseded,
    /// Reached.
    Done,
}

/// One named step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Stable name: the component's id, as `control-plane/kube-apiserver`.
    pub name: String,
    /// How people read it.
    pub title: String,
    /// Where it stands.
    pub state: StepState,
    /// What a running step waits for; never empty for longer than 30 seconds of running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<Timestamp>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Being worked on.
    Running,
    /// Failed and tried again later by itself.
    Retrying,
    /// Failed; somebody must act.
    Failed,
    /// Reached.
    Done,
    /// Nothing was to be done.
    Skipped,
}

/// Why something failed and whose move it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable code, as `KORE-LOCAL-0012`.
    pub code: String,
    /// What failed, in a sentence.
    pub message: String,
    /// The raw cause, one level down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whose move it is.
    pub owner: Owner,
    /// What they do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
    /// Whether Kore tries again by itself.
    pub retryable: bool,
}

impl Failure {
    /// Code, message and cause on one line.
    #[must_use]
    pub fn line(&self) -> String {
        let line = format!("{}: {}", self.code, self.message);
        self.cause.iter().fold(line, |line, cause| format!("{line}: {cause}"))
    }
}

/// The record at the end of a deletion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Remainder {
    /// External things verified gone.
    pub gone: u64,
    /// External things still there.
    pub left: u64,
}
