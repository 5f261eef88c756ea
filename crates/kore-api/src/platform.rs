//! How the platform itself is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cloud::{Cloud, ParentZone};

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// It works.
    Ok,
    /// It does not.
    Failed,
}

/// One thing that the server needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlatformCheck {
    /// As `database`.
    pub name: String,
    /// Whether it works.
    pub state: CheckState,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Which of the servers runs the controllers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leader {
    /// As `kored/default/HOST`.
    pub identity: String,
    /// When it said so last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub renewed_at: Option<Timestamp>,
}

/// A cloud that something on the server's machine stands in for. Nothing that is made in it is real.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rehearsal {
    /// Which.
    pub cloud: Cloud,
    /// The organisation that is to be connected; none until the stand-in of AWS has been made ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<RehearsedOrganization>,
}

/// An organisation that the stand-in of AWS has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RehearsedOrganization {
    /// Number of the account that manages it, in which Kore's roles are.
    pub management_account: String,
    /// Region that it is managed from.
    pub home_region: String,
    /// Its root, as `r-ab12`.
    pub organizational_unit: String,
    /// Its zone, which those of clusters are delegated from.
    pub parent_zone: ParentZone,
}

/// The platform itself, as the server that answered sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// Kore's version.
    pub version: String,
    /// When this server began.
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// How long ago that was, in seconds.
    pub uptime_seconds: u64,
    /// Whether everything that is checked works, as `/readyz` says.
    pub ready: bool,
    /// What is checked.
    pub checks: Vec<PlatformCheck>,
    /// Who runs the controllers; none while nobody does, or while the management cluster does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<Leader>,
    /// The database: `sqlite`, `postgresql` or `mariadb`.
    pub database: String,
    /// Whether what the management cluster has is shown as it was before it went away.
    pub stale: bool,
    /// The clouds that are rehearsed here, and what stands in for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rehearsal: Vec<Rehearsal>,
    /// The clouds in which it acts by an access key: an installation for evaluation alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluation: Vec<Cloud>,
    /// How many objects there are of each kind in the management cluster, as this server has them at hand.
    pub objects: BTreeMap<String, u64>,
    /// How many operations are under way, by state; none while the database does not say.
    pub operations: BTreeMap<String, u64>,
}
