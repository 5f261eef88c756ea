//! Plan and PlanVersion: what an administrator offers. What a published version says never changes;
//! where it is in its life ([`Stage`]) goes forward only.

mod aws;

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    allocation::Allocation,
    condition::Condition,
    names::{PlanName, TeamName},
    preview::FieldChange,
    problem::FieldError,
    schema,
};

pub use aws::{AwsCapacity, AwsEgress, AwsImage, AwsNodePool, AwsParameters, LogRetention};

/// Who provisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Provider {
    /// Clusters on the machine that Kore runs on.
    Local,
    /// Clusters of Amazon EKS.
    Aws,
}

impl Provider {
    /// Everybody.
    pub const ALL: [Self; 2] = [Self::Local, Self::Aws];
}

/// A plan: a name under which versions are published.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "Plan",
    status = "PlanStatus",
    derive = "PartialEq",
    shortname = "kplan",
    printcolumn = r#"{"name":"Provider","type":"string","jsonPath":".spec.provider"}"#,
    printcolumn = r#"{"name":"Current","type":"integer","jsonPath":".spec.currentVersion"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanSpec {
    /// Who provisions clusters of this plan; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "provider is immutable"}]))]
    pub provider: Provider,
    /// How people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Version that new clusters get; none until one is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u32>,
    /// Which teams may make clusters of it. Others are not told that it exists; clusters that they have
    /// stay.
    #[serde(default)]
    pub teams: Allocation,
}

/// What is known about a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanStatus {
    /// Generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Versions that were published, whatever became of them since, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<u32>,
    /// The version that is being drafted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<u32>,
    /// `Ready` and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// Where a plan version is in its life. It goes forward only; stages may be left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// It may change, and no cluster can be made of it.
    Draft,
    /// Clusters are made of it; what it says never changes again.
    #[default]
    Published,
    /// Clusters can still be made of it, with a warning.
    Deprecated,
    /// No cluster comes to it; those that there are stay.
    Retired,
}

impl Stage {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
        }
    }
}

/// A version of a plan, named `<plan>-v<version>`. Once it is no draft, everything but its stage is
/// immutable, and the stage goes forward only (CEL in the CRD).
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "PlanVersion",
    status = "PlanVersionStatus",
    derive = "PartialEq",
    shortname = "kpv",
    validation = Rule::new("self.spec.plan == oldSelf.spec.plan && self.spec.version == oldSelf.spec.version && self.spec.provider == oldSelf.spec.provider").message("what a plan version is a version of is immutable"),
    validation = Rule::new("oldSelf.spec.stage == 'draft' || (self.spec.parameters == oldSelf.spec.parameters && has(self.spec.notes) == has(oldSelf.spec.notes) && (!has(self.spec.notes) || self.spec.notes == oldSelf.spec.notes))").message("a published plan version is immutable"),
    validation = Rule::new("self.spec.stage == oldSelf.spec.stage || oldSelf.spec.stage == 'draft' || (oldSelf.spec.stage == 'published' && self.spec.stage != 'draft') || (oldSelf.spec.stage == 'deprecated' && self.spec.stage == 'retired')").message("the stage of a plan version goes forward only"),
    printcolumn = r#"{"name":"Plan","type":"string","jsonPath":".spec.plan"}"#,
    printcolumn = r#"{"name":"Version","type":"integer","jsonPath":".spec.version"}"#,
    printcolumn = r#"{"name":"Stage","type":"string","jsonPath":".spec.stage"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanVersionSpec {
    /// The plan it belongs to.
    pub plan: PlanName,
    /// 1, 2, 3 …
    pub version: u32,
    /// Who provisions; equals the plan's.
    pub provider: Provider,
    /// What changed, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// The provider's parameters with every default filled in ([`LocalParameters`] for `local`).
    #[schemars(schema_with = "schema::free_form")]
    pub parameters: serde_json::Value,
    /// Where it is in its life.
    #[serde(default)]
    pub stage: Stage,
    /// Why it is deprecated or retired, and what to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub stage_reason: Option<String>,
    /// Since when it is in its stage; Kore says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub stage_since: Option<Timestamp>,
}

/// What is known about a plan version.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanVersionStatus {
    /// Generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// How many clusters use it.
    #[serde(default)]
    pub used_by: u32,
}

/// What moving a cluster to a plan version would do to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanImpact {
    /// Its team.
    pub team: TeamName,
    /// Its name there.
    pub cluster: String,
    /// The version that it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// What of its parameters would change; nothing when the version means the same to it.
    pub changes: Vec<FieldChange>,
    /// What of that cannot be: parameters that are fixed, and overrides that the version or a policy does
    /// not allow. The move is refused while there is any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<FieldError>,
}

/// What a plan version would do to the clusters that follow its plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanImpactList {
    /// Each cluster that is on another version.
    pub clusters: Vec<PlanImpact>,
}

/// Name of the object of a plan's version.
#[must_use]
pub fn version_name(plan: &PlanName, version: u32) -> String {
    format!("{plan}-v{version}")
}

/// Parameters of the `local` provider: clusters on the machine that Kore runs on. Each says by keywords
/// what [`crate::parameter`] lists: heading, unit, whether it is fixed, else what changing it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocalParameters {
    /// Kubernetes version as `1.36`, of those that this installation has. It goes up by one minor version at
    /// a time, control plane first and then node by node, and never down.
    #[schemars(title = "Kubernetes version", extend("x-kore-group" = "Kubernetes", "x-kore-change" = "rolling"))]
    #[serde(default = "default_kubernetes_version")]
    pub kubernetes_version: String,
    /// How far up the ladder this cluster goes.
    #[schemars(title = "Driver", extend("x-kore-group" = "Nodes", "x-kore-immutable" = true))]
    #[serde(default)]
    pub driver: LocalDriver,
    /// Groups of nodes by name.
    #[schemars(title = "Node pools", extend("x-kore-group" = "Nodes", "x-kore-change" = "inPlace"))]
    #[serde(default = "default_node_pools")]
    pub node_pools: BTreeMap<String, LocalNodePool>,
    /// What the cluster does with what is unsafe in it.
    #[schemars(title = "Guardrails", extend("x-kore-group" = "Security", "x-kore-change" = "inPlace"))]
    #[serde(default)]
    pub guardrails: Guardrails,
    /// Registries that images may come from, or paths of one, as `ghcr.io/example`. The installation's
    /// own registry is always among them.
    #[schemars(
        title = "Allowed registries",
        length(max = 50),
        inner(regex(pattern = "^[a-z0-9]([-a-z0-9._:]*[a-z0-9])?(/[a-z0-9._-]+)*$")),
        extend("x-kore-group" = "Security", "x-kore-change" = "inPlace")
    )]
    #[serde(default = "default_allowed_registries")]
    pub allowed_registries: Vec<String>,
}

/// What a cluster does with what is unsafe in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Guardrails {
    /// It warns whoever asks for it, and does it: for trying things out.
    #[default]
    Evaluation,
    /// It refuses.
    Production,
}

/// How far up the ladder a local cluster goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LocalDriver {
    /// Nodes where this machine can run them (root, cgroups, a runtime), else control plane only.
    #[default]
    Auto,
    /// Nodes that run pods, or a clear refusal.
    Native,
    /// A real API server with access, quotas and custom resources, but no nodes: workloads will not run.
    ControlPlaneOnly,
}

/// A group of equal nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocalNodePool {
    /// Number of nodes. More of them come beside those that there are; fewer are emptied first.
    #[schemars(
        title = "Nodes",
        range(min = 1, max = 5),
        extend("x-kore-group" = "Nodes", "x-kore-unit" = "nodes", "x-kore-change" = "inPlace")
    )]
    pub size: u32,
    /// Processors of each node. Its pods may ask for so many together, and get their share of the machine's by
    /// it when all are busy; a node has no more than its machine. Nodes of another size are another pool.
    #[schemars(
        title = "Processors",
        range(min = 1, max = 256),
        extend("x-kore-group" = "Nodes", "x-kore-unit" = "vCPU", "x-kore-immutable" = true)
    )]
    #[serde(default = "default_vcpus")]
    pub vcpus: u32,
    /// Memory of each node: its pods may ask for so much together, and never have more. Nodes of another size are
    /// another pool.
    #[schemars(
        title = "Memory",
        range(min = 512, max = 1_048_576),
        extend("x-kore-group" = "Nodes", "x-kore-unit" = "MiB", "x-kore-immutable" = true)
    )]
    #[serde(default = "default_memory_mib")]
    pub memory_mib: u32,
}

impl LocalNodePool {
    /// So many nodes of the usual size.
    #[must_use]
    pub fn of(size: u32) -> Self {
        Self { size, vcpus: default_vcpus(), memory_mib: default_memory_mib() }
    }
}

const fn default_vcpus() -> u32 {
    2
}

const fn default_memory_mib() -> u32 {
    4096
}

fn default_kubernetes_version() -> String {
    "1.36".to_owned()
}

fn default_node_pools() -> BTreeMap<String, LocalNodePool> {
    BTreeMap::from([("default".to_owned(), LocalNodePool::of(1))])
}

/// Docker's official images, which `kubectl create deployment web --image=nginx` takes, and Kubernetes' own.
fn default_allowed_registries() -> Vec<String> {
    ["docker.io/library", "registry.k8s.io"].map(str::to_owned).into()
}

impl Default for LocalParameters {
    fn default() -> Self {
        Self {
            kubernetes_version: default_kubernetes_version(),
            driver: LocalDriver::default(),
            node_pools: default_node_pools(),
            guardrails: Guardrails::default(),
            allowed_registries: default_allowed_registries(),
        }
    }
}
