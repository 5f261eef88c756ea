//! AuditRecord: who did what, where, with which result.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::preview::FieldChange;

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
    /// What a change changes, field by field. Values of secret fields are left out, and long ones; a last
    /// entry with the path `…` says how many more fields there were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
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

/// Whether the audit trail is what Kore wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerification {
    /// Whether nothing was found.
    pub intact: bool,
    /// When it was looked at.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Records that were looked at.
    pub records: u64,
    /// The chains: each writer has one.
    pub chains: Vec<AuditChain>,
    /// Signed checkpoints that were looked at.
    pub checkpoints: u64,
    /// When the newest of them was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_checkpoint: Option<Timestamp>,
    /// The key that signs: beginning of the SHA-256 of its public part.
    pub key: String,
    /// What does not hold.
    pub findings: Vec<AuditFinding>,
}

/// A writer's chain of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditChain {
    /// The writer: a server.
    pub writer: String,
    /// Number of the first record that is kept.
    pub first: i64,
    /// Number of the last record.
    pub last: i64,
    /// Number of the last record that was signed; those after it were written in the last seconds.
    pub signed: i64,
    /// How many records were looked at.
    pub records: u64,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditFinding {
    /// Where, as `record 17 of kored/default/host` or `checkpoint 3`.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// How far the delivery of audit records to a sink has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditSink {
    /// Its name in the configuration.
    pub name: String,
    /// Where records go: a file's path, or a webhook's address without its query.
    pub target: String,
    /// How many records it has taken.
    pub delivered: i64,
    /// How many it has not.
    pub behind: i64,
    /// When the newest record that it has taken was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub up_to: Option<Timestamp>,
    /// When it took the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub delivered_at: Option<Timestamp>,
    /// Since when it takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub failing_since: Option<Timestamp>,
    /// Why it takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// The sinks of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditSinkList {
    /// One by one.
    pub items: Vec<AuditSink>,
}
