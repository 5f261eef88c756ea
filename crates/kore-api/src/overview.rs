//! What somebody sees first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{attention::Attention, operation::Operation, quota::QuotaLine};

/// How things are, among what the caller may see: everywhere, or in one team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// What needs somebody, the worst first.
    pub attention: Vec<Attention>,
    /// Operations that wait or are under way, the newest first: ten at most.
    pub running: Vec<Operation>,
    /// Operations that failed, the newest first: five at most.
    pub failed: Vec<Operation>,
    /// How many teams there are; with a team, one.
    pub teams: u64,
    /// How many clusters there are.
    pub clusters: u64,
    /// What the team has of what it may have. Only with a team, and for those who may read its quota.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<Vec<QuotaLine>>,
    /// Invitations of the team that can still be used. Only with a team, and for those who may invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_invitations: Option<u64>,
}
