//! The one multiplexed event stream (server-sent events).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happened to an object. `id:` of the event is for `Last-Event-ID` and means nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Which kind, as `Cluster` or `Operation`.
    pub kind: String,
    /// What happened.
    pub action: EventAction,
    /// The object; for `Deleted` its last state.
    pub object: serde_json::Value,
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EventAction {
    /// It existed when the stream began.
    Snapshot,
    /// It is new or changed.
    Applied,
    /// It is gone.
    Deleted,
}
