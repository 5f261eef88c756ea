//! Invitations to teams.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::identity::TeamRole;

/// What is offered, to how many, for how long. The server chooses the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationSpec {
    /// The role that it gives.
    pub role: TeamRole,
    /// How many people may use it; one when not given, at most 100.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100))]
    pub uses: u32,
    /// When it ends; a week from now when not given, at most 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// The same as a duration, as `48h` or `7d`; read only when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<String>,
    /// E-mail address; where it is given, only a person with this address may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

const fn one() -> u32 {
    1
}

/// Whether an invitation works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum InvitationState {
    /// It works.
    Open,
    /// As many used it as may.
    UsedUp,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
    /// Who invited may not do so any more.
    Void,
}

/// What became of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationStatus {
    /// Whether it works.
    pub state: InvitationState,
    /// How many may still use it.
    pub uses_left: u32,
    /// Who used it, the first first.
    pub used_by: Vec<InvitationUse>,
    /// Who invites: login name.
    pub invited_by: String,
    /// What to pass on. A secret: only the answer that makes the invitation has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A person who used an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationUse {
    /// Login name.
    pub user: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// What is sent to accept an invitation.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The code, or the link that ends in it.
    pub code: String,
}

/// What accepting an invitation came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedInvitation {
    /// The team.
    pub team: String,
    /// The caller's role there now.
    pub role: TeamRole,
    /// Whether that is new. An invitation never takes anything away, and is not used up by somebody who
    /// has what it gives.
    pub changed: bool,
    /// Who invited: login name.
    pub invited_by: String,
}
