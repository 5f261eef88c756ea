//! PlanPolicy: what teams may change about the plans that they use.

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    allocation::Allocation,
    names::{PlanName, TeamName},
    parameter::Parameter,
    plan::{Provider, Stage},
};

/// What some teams may change about some plans, and within which limits.
///
/// A policy applies to a cluster when it covers both its team and its plan. **Every** policy that
/// applies must allow what a cluster is: several of them combine by intersection, one more never allows
/// more, and nothing that another policy says undoes a lock.
///
/// A lock holds a parameter, and all below it, at what the plan version says. A limit (`enum`,
/// `minimum`, `maximum`, `pattern`) holds whoever set the value: a plan whose own value is outside
/// cannot be used as it is by the teams that the policy covers.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "PlanPolicy",
    derive = "PartialEq",
    status = "PlanPolicyStatus",
    shortname = "kpolicy",
    printcolumn = r#"{"name":"Provider","type":"string","jsonPath":".spec.provider"}"#,
    printcolumn = r#"{"name":"Owner","type":"string","jsonPath":".spec.owner"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanPolicySpec {
    /// Whose parameters the paths are of; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "provider is immutable"}]))]
    pub provider: Provider,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom people turn to who meet it, as `platform-team`.
    #[schemars(length(min = 1, max = 100))]
    pub owner: String,
    /// Why, for people who meet it; rules may have reasons of their own.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// Which plans; every plan of the provider when it names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<PlanName>,
    /// Which teams.
    #[serde(default)]
    pub teams: Allocation,
    /// What holds for parameters that no rule is about.
    #[serde(default)]
    pub default: PolicyAccess,
    /// Rules by path, as `nodePools.*.size`; a rule holds for all that is below its path. Where several
    /// are about a parameter, each of them holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, PolicyRule>,
}

/// Whether teams may change a parameter at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyAccess {
    /// They may, within the limits.
    #[default]
    Editable,
    /// It stays as the plan version has it.
    Locked,
}

/// What holds for one parameter and what is below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRule {
    /// Whether it may differ from the plan.
    #[serde(default)]
    pub access: PolicyAccess,
    /// The values that it may have.
    #[serde(rename = "enum", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "values")]
    pub values: Vec<Value>,
    /// The least that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The most that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// What a text is like, from its first character to its last (a regular expression).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub pattern: Option<String>,
    /// Why; the policy's own reason when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub reason: Option<String>,
    /// Whom people turn to; the policy's owner when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub owner: Option<String>,
}

/// What is known about a policy: nothing yet that its spec does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanPolicyStatus {}

/// Who refuses a value, and why: what a [`crate::problem::FieldError`] of a policy has besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRefusal {
    /// The policy.
    pub policy: String,
    /// The parameter, as `nodePools.default.size`.
    pub path: String,
    /// The value that is refused; absent when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What the plan version says; absent when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_value: Option<Value>,
    /// Why.
    pub reason: String,
    /// Whom to turn to.
    pub owner: String,
}

/// What the policies say about a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyVerdict {
    /// Whether all of them allow it.
    pub allowed: bool,
    /// The policies that apply, by name.
    pub policies: Vec<String>,
    /// What is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<PolicyRefusal>,
}

/// What a policy, or a change of one, means to one team with one plan, or to one of its clusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictChange {
    /// The team.
    pub team: TeamName,
    /// The plan, as `production-v3`.
    pub plan: String,
    /// The cluster; none when it is about the plan as it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Refused before.
    pub before: Vec<PolicyRefusal>,
    /// Refused after.
    pub after: Vec<PolicyRefusal>,
}

/// A plan version as a team meets it: each parameter, its value, and what policies say about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The plan.
    pub plan: PlanName,
    /// Which version.
    pub version: u32,
    /// Where in its life the version is.
    pub stage: Stage,
    /// For which team; none when nobody asked about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamName>,
    /// The policies that apply, by name.
    pub policies: Vec<String>,
    /// Every parameter of the plan version, and each `*` for members to come.
    pub parameters: Vec<ExplainedParameter>,
    /// JSON Schema (2020-12) of the parameters, for forms.
    pub schema: Value,
}

/// One parameter of a plan version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedParameter {
    /// What it is.
    #[serde(flatten)]
    pub parameter: Parameter,
    /// What the plan version says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Whether the team may make it different from the plan.
    pub editable: bool,
    /// What policies say about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<ExplainedRule>,
}

/// One policy's word about a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRule {
    /// The policy.
    pub policy: String,
    /// The rule's path; none when it is the policy's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it says, as people read it: `locked`, `at most 3`.
    pub says: String,
    /// Why.
    pub reason: String,
    /// Whom to turn to.
    pub owner: String,
}

/// A list of scalars. Structural schemas take values of any type only like this.
fn values(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "maxItems": 64,
        "items": { "x-kubernetes-preserve-unknown-fields": true }
    })
}
