//! Cluster: what teams come for.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{address::ClusterAddresses, condition::Condition, names::PlanName, plan::LocalDriver, schema};

/// What a cluster should be: a plan version and the team's overrides.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "Cluster",
    namespaced,
    status = "ClusterStatus",
    derive = "PartialEq",
    shortname = "kcluster",
    printcolumn = r#"{"name":"Plan","type":"string","jsonPath":".spec.plan.name"}"#,
    printcolumn = r#"{"name":"Version","type":"string","jsonPath":".status.kubernetesVersion"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Reason","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpec {
    /// Which plan, and which version of it.
    pub plan: PlanRef,
    /// RFC 7396 merge patch over the plan version's parameters.
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    #[schemars(schema_with = "schema::free_form")]
    pub overrides: serde_json::Value,
    /// Nobody changes anything while this is set; deleting goes on all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Deletion is refused while this is set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deletion_protection: bool,
}

/// A plan and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRef {
    /// The plan.
    pub name: PlanName,
    /// The version; the server fills in the plan's current one on create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// What is known about a cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Generation of the spec that was last fully reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Operation of the current or last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Version that the API server reports, as `v1.36.3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    /// Address of the API server as the gateway reaches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What runs: nodes, or a control plane only and why. Recorded before the first thing is made, and
    /// kept whatever becomes of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<ClusterRung>,
    /// Name of the cloud account that it is in, recorded before the first thing is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Number of that account in its cloud, as people need it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    /// Its zone in the DNS, as `prod.payments.apps.example.org`, where its cloud organisation has one that it is delegated from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Ranges of addresses that are its own, recorded before the first thing is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<ClusterAddresses>,
    /// Nodes wanted and ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCount>,
    /// Parameters that were last applied, defaults and overrides merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::free_form")]
    pub parameters: Option<serde_json::Value>,
    /// `Ready`, `Progressing` and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What a cluster can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRung {
    /// Whether pods run.
    pub workloads: bool,
    /// Why, in a sentence for people.
    pub reason: String,
    /// What the parameters asked for when this was decided; asking for something else decides anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<LocalDriver>,
}

/// Nodes wanted and ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeCount {
    /// As the parameters say.
    pub desired: u32,
    /// `Ready` in the cluster.
    pub ready: u32,
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}

fn is_empty_object(value: &serde_json::Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}
