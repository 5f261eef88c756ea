//! What needs somebody.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes::Owner;

/// How bad it is; the worst is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttentionSeverity {
    /// Something does not work, or will not before long.
    Critical,
    /// Somebody should do something soon.
    Warning,
    /// Good to know.
    Info,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttentionKind {
    /// The last operation on it failed.
    OperationFailed,
    /// Plan or policies do not allow it as it is: nothing of it is changed.
    Blocked,
    /// It is not as it should be, or has not been for long.
    NotReady,
    /// Somebody asks for an elevation that the caller may decide about.
    ElevationWaits,
    /// A cloud does not allow Kore what it needs there.
    CloudAccess,
    /// A pool of addresses is nearly used up.
    AddressesShort,
    /// An account costs more than its rule allows, or nearly.
    OverBudget,
    /// A long-lived token ends soon.
    TokenEnds,
    /// An invitation that nobody has used yet ends soon.
    InvitationEnds,
    /// Its Kubernetes is behind what new clusters get.
    KubernetesBehind,
    /// Its plan has a newer version.
    PlanVersionBehind,
    /// Something that Kore keeps in a cluster was changed there, and was put right.
    DriftRepaired,
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttentionObject {
    /// As `Cluster`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Something that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// What it is.
    pub kind: AttentionKind,
    /// How bad it is.
    pub severity: AttentionSeverity,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What it is about.
    pub object: AttentionObject,
    /// The code of a failure, as `KORE-LOCAL-0012`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub detail: String,
    /// Whose move it is.
    pub owner: Owner,
    /// Since when, or when it happened; of what ends, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// What they do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
}
