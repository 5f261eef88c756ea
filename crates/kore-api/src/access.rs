//! Roles, bindings, elevations, and questions about who may do what.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::{ClusterName, NamespaceName, Principal, TeamName};

/// A role that an administrator made: a name for a set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleSpec {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Names of permissions, as `cluster.read`.
    pub permissions: Vec<String>,
}

/// About a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleStatus {
    /// Whether it comes with Kore and cannot be changed.
    pub built_in: bool,
}

/// Where a role holds: across the platform, in a team, for one cluster, or in one namespace of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScopeSpec {
    /// The team; none means the whole platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamName>,
    /// The cluster of the team; none means all that the team has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterName>,
    /// The namespace of the cluster, as the cluster calls it; none means the whole cluster. There a role is good for
    /// what is inside: looking, deploying, editing, administering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespaceName>,
}

/// That a role must be asked for before it is of use, and then holds for a while only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ElevationRule {
    /// Longest time in minutes, 1 to 1440.
    pub max_minutes: u32,
    /// Whether somebody else has to approve.
    pub approval: bool,
}

/// A role for somebody, somewhere. It never changes: it is made and removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleBindingSpec {
    /// Who gets the role: `user:ana` or `robot:payments/ci`.
    pub subject: Principal,
    /// The role, built in or made.
    pub role: String,
    /// Where it holds.
    #[serde(default)]
    pub scope: ScopeSpec,
    /// Until when (RFC 3339); none means until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// Only for requests from these networks (CIDR); empty means from anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub networks: Vec<IpNet>,
    /// When there is one, the role is of use only after an elevation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elevation: Option<ElevationRule>,
}

/// About a binding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingStatus {
    /// Who made it, as `user:ana`.
    pub granted_by: String,
}

/// A request for a role for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ElevationSpec {
    /// The role that is asked for.
    pub role: String,
    /// Where it is to hold.
    #[serde(default)]
    pub scope: ScopeSpec,
    /// For how long, from the moment that it is active.
    pub minutes: u32,
    /// What for; people read it.
    pub reason: String,
}

/// How far an elevation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ElevationState {
    /// Waits for somebody to approve it; given up after a day.
    Requested,
    /// It holds.
    Active,
    /// Somebody said no.
    Refused,
    /// Its time is over, or nobody decided in time.
    Expired,
    /// It was ended early.
    Ended,
}

/// About an elevation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElevationStatus {
    /// Who asked.
    pub subject: Principal,
    /// How far it has come.
    pub state: ElevationState,
    /// Whether somebody else has to approve.
    pub approval: bool,
    /// Who approved, refused or ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When an active one ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub active_until: Option<Timestamp>,
}

/// The answer to "may they?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessReview {
    /// Who was asked about.
    pub subject: String,
    /// What they would do.
    pub permission: String,
    /// To what, as `team payments`.
    pub resource: String,
    /// Whether they may.
    pub allowed: bool,
    /// By what they may: each of these is enough.
    pub via: Vec<String>,
    /// Why not, and what would be needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One question of many: may the caller?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessQuestion {
    /// As `cluster.create`.
    pub permission: String,
    /// On this team; on the platform as a whole, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// On this cluster of the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// In this namespace of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Questions about what the caller may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessQuestions {
    /// At least one, at most 100.
    #[schemars(length(min = 1, max = 100))]
    pub questions: Vec<AccessQuestion>,
}

/// Whether the caller may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessAnswer {
    /// Whether they may.
    pub allowed: bool,
    /// Why not, and what would be needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The roles that come with Kore and allow it, the smallest first; none, where there is nothing that the caller
    /// may know about.
    pub holders: Vec<String>,
}

/// Answers, in the order of the questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessAnswers {
    /// One for each question.
    pub answers: Vec<AccessAnswer>,
}

/// Who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoMay {
    /// What they would do.
    pub permission: String,
    /// To what.
    pub resource: String,
    /// Everybody who may.
    pub subjects: Vec<Holder>,
}

/// Somebody who may do something, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// Who.
    pub subject: String,
    /// By what: each of these is enough.
    pub via: Vec<String>,
}

/// What somebody may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatMay {
    /// Who.
    pub subject: String,
    /// What they hold, one line for each role that they have somewhere.
    pub holds: Vec<Holding>,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// By what they have it, as `member of team payments`.
    pub via: String,
    /// The role.
    pub role: String,
    /// Where it holds, as `team payments`.
    pub scope: String,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// Only from these networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub networks: Vec<IpNet>,
    /// What it allows.
    pub permissions: Vec<String>,
}

/// Whether an address lies in one of the networks; none at all means anywhere. An IPv4 address that
/// came mapped into IPv6 is the IPv4 address.
#[must_use]
pub fn from_networks(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    networks.is_empty()
        || address
            .map(|address| address.to_canonical())
            .is_some_and(|address| networks.iter().any(|network| network.contains(&address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_network_in_either_form() {
        let networks: Vec<IpNet> = vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        let from = |text: &str| from_networks(&networks, Some(text.parse().unwrap()));
        assert!(from("192.0.2.7") && from("::ffff:192.0.2.7") && from("2001:db8::1"));
        assert!(!from("192.0.3.7") && !from("2001:db9::1"));
        assert!(!from_networks(&networks, None), "from nobody knows where");
        assert!(from_networks(&[], None));
    }
}
