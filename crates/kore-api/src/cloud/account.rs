//! CloudAccount: an account in a cloud, in which clusters of a team are made.

use jiff::Timestamp;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountGuardrails, MonthlyBudget};
use crate::{
    condition::Condition,
    names::{OrganizationName, RuleName, TeamName},
};

/// An account in a cloud. Kore makes it in its organisation, under the guardrails, with the roles that Kore takes there.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "CloudAccount",
    status = "CloudAccountStatus",
    derive = "PartialEq",
    shortname = "kaccount",
    printcolumn = r#"{"name":"Organization","type":"string","jsonPath":".spec.organization"}"#,
    printcolumn = r#"{"name":"Team","type":"string","jsonPath":".spec.team"}"#,
    printcolumn = r#"{"name":"Stage","type":"string","jsonPath":".spec.stage"}"#,
    printcolumn = r#"{"name":"Account","type":"string","jsonPath":".status.account"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudAccountSpec {
    /// The organisation that it is in; immutable.
    #[schemars(extend("x-kubernetes-validations" = [
        {"rule": "self == oldSelf", "message": "organization is immutable"}
    ]))]
    pub organization: OrganizationName,
    /// Whose clusters are in it; those of every team that rules give it when not set. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "team is immutable"}]))]
    pub team: Option<TeamName>,
    /// Number of an account that is there already: it is marked and moved into Kore's unit, and never closed. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "existing is immutable"}]))]
    pub existing: Option<String>,
    /// For clusters of which stage it was made, as `production`; for none in particular when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The rule that it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleName>,
    /// Name of the unit, below Kore's own, that it is in; in Kore's own when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizational_unit: Option<String>,
    /// Whether the account is closed in the cloud when this object is deleted. Otherwise it stays in the organisation as it
    /// is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub close_when_deleted: bool,
}

/// What is known about an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudAccountStatus {
    /// The generation that was reached last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Its number in the cloud, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The address of its root user, which is how it is found before it has a number: written before it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What nobody in it can do, as it was when its generation was reached last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardrails: Option<AccountGuardrails>,
    /// The operation that is under way, or was the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What it has cost this month, once the cloud's bill was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<AccountSpent>,
    /// `Ready`: it is there, in its unit, with its roles. `Progressing`: somebody works on it. `WithinBudget`: it has cost less
    /// than its rule allows; not there without a budget.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What an account has cost in a month so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountSpent {
    /// The month, as `2026-11`.
    pub month: String,
    /// How much, as `123.45`.
    pub amount: String,
    /// Of which money (ISO 4217), as `USD`.
    pub currency: String,
    /// When the bill was read.
    #[schemars(with = "String")]
    pub read_at: Timestamp,
    /// What it may cost a month, by its rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<MonthlyBudget>,
}

/// Condition: an account has cost less than its rule allows.
pub const WITHIN_BUDGET: &str = "WithinBudget";
