//! Preview: what a write would do, from the same code as the write.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    finding::Findings,
    parameter::Effect,
    policy::{PolicyVerdict, VerdictChange},
    problem::Problem,
    quota::QuotaLine,
    upgrade::{Check, Preflight},
};

/// The answer to a dry run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The object as it would be.
    pub object: serde_json::Value,
    /// What changes in the spec and the effective parameters.
    pub changes: Vec<FieldChange>,
    /// What would be done to the world, in order.
    pub actions: Vec<Action>,
    /// What it asks of the team's quota.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quota: Vec<QuotaLine>,
    /// What is allowed but worth knowing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What would refuse it; empty when the write would pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What policies say; present for clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyVerdict>,
    /// Whose verdict would be another; for policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<VerdictChange>,
    /// What is allowed and less safe than it could be, before and after; present for clusters and namespaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<Findings>,
    /// What speaks for or against another Kubernetes version; present for clusters that would get one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Preflight>,
    /// What is asked before anything is made, as whether a cloud account has room; present for clusters that would be new there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beforehand: Vec<Check>,
    /// What it would cost; present for clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostEstimate>,
    /// Over everything this preview depended on, and until when it may be acted on: to be given back as
    /// `If-Preview-Digest` as it is, within fifteen minutes.
    pub digest: String,
}

/// What something would cost a month, by its cloud's price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CostEstimate {
    /// How the figure came about, or why there is none, as `not priced: local`.
    pub note: String,
    /// All of it together, as `220.17`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<String>,
    /// Of which money (ISO 4217), as `USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What it is the sum of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<CostLine>,
}

impl CostEstimate {
    /// That there is none, and why.
    #[must_use]
    pub const fn none(note: String) -> Self {
        Self { note, monthly: None, currency: None, lines: Vec::new() }
    }
}

/// A part of what something costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CostLine {
    /// As `2 nodes of pool default, m7i.large`.
    pub what: String,
    /// How much of it in a month.
    pub quantity: u64,
    /// Of what, as `hours`.
    pub unit: String,
    /// What one costs, as `0.1008`.
    pub price: String,
    /// What it costs a month, as `147.17`.
    pub monthly: String,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Dotted path, as `nodePools.default.size`.
    pub path: String,
    /// Value before; absent when new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<serde_json::Value>,
    /// Value after; absent when removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<serde_json::Value>,
    /// What the change does to a cluster that is there; absent where that is not known of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// One component action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// The component, as `node/default-1/kubelet`.
    pub component: String,
    /// How people read it.
    pub title: String,
    /// What happens to it.
    pub verb: ActionVerb,
    /// What differs, for changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<String>,
}

/// What happens to a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ActionVerb {
    /// It is made.
    Create,
    /// It is changed in place.
    Change,
    /// It is removed and made again.
    Replace,
    /// It is removed.
    Delete,
}
