//! AuditRecord: who did what, where, with which result.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One decision or change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// UUIDv7, ordered by time.
    pub id: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who, as `user:ana`, `anonymous` or `system:controller`.
    pub actor: String,
    /// What, as `cluster.create` or `kubectl.get`.
    pub action: String,
    /// The team, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// On what, as `cluster/payments/dev` or `payments/dev pods/web default`.
    pub object: String,
    /// How it ended.
    pub result: AuditResult,
    /// HTTP status where there was a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Problem code of refusals and failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// From where: `cli`, `console`, `api`, `gateway`, `controller`.
    pub source: String,
    /// Client address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The request's id, the same in CLI error, server log and cluster audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Further facts; never secrets, never bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AuditResult {
    /// Done.
    Allowed,
    /// Not allowed.
    Denied,
    /// Not begun: the request was not right, or not right any more.
    Refused,
    /// Begun, but it failed.
    Failed,
}
