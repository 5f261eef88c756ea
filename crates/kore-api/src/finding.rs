//! Security findings: what is allowed and less safe than it could be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that is allowed and less safe than it could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What it is, as `guardrails-warn-only`: stays the same for as long as the finding does.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// Dotted path of the field that it comes from, as `guardrails`.
    pub path: String,
    /// What is less safe, in a sentence.
    pub message: String,
    /// What would end it.
    pub fix: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Worth knowing; often as it should be.
    Low,
    /// Not for what matters to anybody.
    Medium,
}

/// What is found before and after a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// As it is; empty for what is not there yet.
    pub before: Vec<Finding>,
    /// As it would be.
    pub after: Vec<Finding>,
}
