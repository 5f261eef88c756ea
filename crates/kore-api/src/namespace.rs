//! ClusterNamespace: a namespace of a cluster, with what it may use and who reaches it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    condition::Condition,
    names::{ClusterName, NamespaceName},
};

/// What a namespace of a cluster should be. The object is named `<cluster>.<name>`.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "ClusterNamespace",
    namespaced,
    status = "ClusterNamespaceStatus",
    derive = "PartialEq",
    shortname = "kns",
    validation = Rule::new("self.metadata.name == self.spec.cluster + '.' + self.spec.name")
        .message("is named after its cluster and its namespace: <cluster>.<name>"),
    printcolumn = r#"{"name":"Cluster","type":"string","jsonPath":".spec.cluster"}"#,
    printcolumn = r#"{"name":"Namespace","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Quota","type":"string","jsonPath":".spec.quota.template"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Reason","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterNamespaceSpec {
    /// The cluster, of the same team; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "cluster is immutable"}]))]
    pub cluster: ClusterName,
    /// Its name there; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "name is immutable"}]))]
    pub name: NamespaceName,
    /// Take over a namespace of this name that is there already, with what is in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopt: bool,
    /// How much it may use.
    #[serde(default)]
    pub quota: Quota,
    /// What each container gets and may have at most; what is not said is the quota template's.
    #[serde(default)]
    pub limits: Limits,
    /// What may reach its pods, and what they may reach. Everything else is closed.
    #[serde(default)]
    pub network: Network,
    /// What its pods may do to their node; by default, and at least, what the cluster's guardrails ask for:
    /// `baseline` in evaluation, `restricted` in production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_security: Option<PodSecurity>,
    /// What the team's roles come to in it, besides what they come to in the whole cluster.
    #[serde(default)]
    pub access: Access,
    /// Guardrails of its cluster that do not hold in it for a while, by their names, as `registries`. Platform
    /// administrators say so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub waivers: BTreeMap<String, Waiver>,
    /// Nobody changes anything while this is set; deleting goes on all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Deletion is refused while this is set; that of its cluster too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deletion_protection: bool,
}

/// That a guardrail does not hold for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Waiver {
    /// What for; people read it.
    pub reason: String,
    /// Until when (RFC 3339), at most 90 days from when it is given.
    #[schemars(with = "String")]
    pub until: Timestamp,
}

/// How much a namespace may use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// How much.
    #[serde(default)]
    pub template: QuotaTemplate,
    /// For template `own`: Kubernetes' names of resources and how much of each, as `requests.cpu: "4"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hard: BTreeMap<String, String>,
}

/// How much a namespace may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum QuotaTemplate {
    /// 1 CPU and 2 GiB requested, 10 pods, 5 volumes, 20 GiB of storage.
    #[default]
    Small,
    /// 4 CPU and 8 GiB requested, 40 pods, 20 volumes, 100 GiB of storage.
    Medium,
    /// 16 CPU and 32 GiB requested, 160 pods, 80 volumes, 500 GiB of storage.
    Large,
    /// As `hard` says.
    Own,
}

/// What each container gets and may have at most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// What is asked for where a container does not say.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    pub request: Amounts,
    /// Its limit where it does not say.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    pub limit: Amounts,
    /// The highest limit.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    pub max: Amounts,
}

/// CPU and memory, as Kubernetes writes quantities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amounts {
    /// As `500m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// As `256Mi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

impl Amounts {
    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cpu.is_none() && self.memory.is_none()
    }
}

/// Openings of a namespace's network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// Its pods may ask the cluster's name service.
    #[serde(default = "yes")]
    pub dns: bool,
    /// Its pods may talk to each other.
    #[serde(default = "yes")]
    pub same_namespace: bool,
    /// Namespaces whose pods may reach its pods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub from_namespaces: Vec<NamespaceName>,
    /// Namespaces whose pods its pods may reach; the other side has to be open too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub to_namespaces: Vec<NamespaceName>,
    /// The cluster's ingress, in namespace `kore-ingress`, may reach its pods.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ingress: bool,
    /// Its pods may reach public addresses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internet: bool,
}

const fn yes() -> bool {
    true
}

impl Default for Network {
    fn default() -> Self {
        Self {
            dns: true,
            same_namespace: true,
            from_namespaces: Vec::new(),
            to_namespaces: Vec::new(),
            ingress: false,
            internet: false,
        }
    }
}

/// A Pod Security Standard; `privileged` is for the platform's own namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PodSecurity {
    /// No known way to the node.
    Baseline,
    /// Current practice of hardening besides: no root, no privilege escalation, a seccomp profile.
    Restricted,
}

/// What the team's roles come to in a namespace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// Viewers of the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewers: Option<NamespaceRole>,
    /// Its developers and maintainers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developers: Option<NamespaceRole>,
}

/// A role in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceRole {
    /// Reads, but no Secrets.
    View,
    /// Changes workloads and what belongs to them, and reads neither Secrets nor shells.
    Deploy,
    /// Changes everything but roles and quotas.
    Edit,
    /// Gives roles in it too.
    Admin,
}

/// What is known about a namespace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterNamespaceStatus {
    /// Generation of the spec that was last fully reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The namespace's own identity; one of the same name that somebody made is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Pod Security Standard that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_security: Option<PodSecurity>,
    /// What it may use, and what it uses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quota: BTreeMap<String, Usage>,
    /// The last time that somebody had changed what Kore keeps there, and it was put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftFound>,
    /// Guardrails that do not hold in it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
    /// `Ready` and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// How much of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// At most.
    pub hard: String,
    /// Now, as the cluster counts it.
    pub used: String,
}

/// What somebody had changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftFound {
    /// When it was found and put right.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What, by whom and when, as far as it can be known.
    pub what: Vec<String>,
}

/// Name of the object of a cluster's namespace.
#[must_use]
pub fn object_name(cluster: &ClusterName, namespace: &NamespaceName) -> String {
    format!("{cluster}.{namespace}")
}
