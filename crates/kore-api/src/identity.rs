//! People, memberships, tokens.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cloud::Cloud;

/// What someone may do across the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PlatformRole {
    /// Reads everything, changes nothing.
    Auditor,
    /// Everything but what is inside clusters, which takes an elevation.
    Admin,
}

/// What a member may do in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TeamRole {
    /// Reads.
    Viewer,
    /// Works in the team's clusters: changes what runs there.
    Developer,
    /// Makes, changes and deletes clusters besides, and reads the team's audit trail.
    Maintainer,
    /// Everything in the team: its members, and its clusters as their administrator.
    Owner,
}

/// A person, as the platform knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserSpec {
    /// How people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Role across the platform, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_role: Option<PlatformRole>,
    /// A disabled user loses everything at the next request.
    #[serde(default)]
    pub disabled: bool,
    /// E-mail address, which an administrator vouches for: invitations may be bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A link with which a person sets their password, once. Only the answer that hands it out has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimLink {
    /// Address for the browser. A secret.
    pub url: String,
    /// When it stops working.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
}

/// A sign-in that holds until it expires or is ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whose it is: login name.
    pub user: String,
    /// Through what they signed in, as `cli` or `console`.
    pub source: String,
    /// What they signed in with, as people know it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    #[schemars(with = "String")]
    pub last_used_at: Timestamp,
    /// When it ends if it is not used.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// How many sessions were ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndedSessions {
    /// How many.
    pub ended: u64,
}

/// What is known about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStatus {
    /// The role across the platform that holds: given directly, or by a group of an identity provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_role: Option<PlatformRole>,
    /// Whether a group gives it.
    pub by_group: bool,
    /// Whether a code is asked for after their password.
    pub second_factor: bool,
}

/// A user's role in a team. The object is named after the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembershipSpec {
    /// The role.
    pub role: TeamRole,
}

/// Where a membership comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembershipStatus {
    /// `direct`, `invitation:<who invited>`, or `group:<provider>` when a group of an identity provider gives
    /// the role that holds.
    pub source: String,
    /// The role that holds: the higher one of what was given directly and of what groups give.
    pub role: TeamRole,
    /// The group, where one gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// Somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactorStatus {
    /// Whether a code is asked for after the password.
    pub enabled: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

/// Where to go after one's session has ended: to the sign-in page, or to a provider that may still know one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedOut {
    /// A path of Kore's, or an address of the provider's.
    pub next: String,
}

/// The answer to "who am I".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoAmI {
    /// Login name.
    pub name: String,
    /// Immutable id.
    pub id: String,
    /// Role across the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_role: Option<PlatformRole>,
    /// Roles in teams.
    pub teams: Vec<TeamMembership>,
    /// When the session ends if it is not used.
    #[schemars(with = "String")]
    pub session_expires_at: Timestamp,
    /// The clouds that are rehearsed here: a stand-in answers for them, and nothing that is made in them is real.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rehearsal: Vec<Cloud>,
    /// The clouds in which it acts by an access key: an installation for evaluation alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluation: Vec<Cloud>,
}

/// A team and the caller's role there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamMembership {
    /// The team.
    pub team: String,
    /// The role.
    pub role: TeamRole,
}

/// RFC 6749 section 5.1, plus the user's name.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TokenResponse {
    /// Bearer token, ≤ 15 minutes.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until `access_token` expires.
    pub expires_in: u64,
    /// Used once; answers with the next one (rotation, RFC 9700 section 4.14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What `access_token` is, after an exchange (RFC 8693 section 2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
}

/// RFC 8628 section 3.2.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DeviceAuthorization {
    /// Secret of the device.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: String,
    /// The same with the code filled in.
    pub verification_uri_complete: String,
    /// Seconds.
    pub expires_in: u64,
    /// Seconds between polls.
    pub interval: u64,
}

/// RFC 6749 section 5.2.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OAuthError {
    /// As `authorization_pending`.
    pub error: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

/// A credential for one cluster's gateway path, for kubectl's exec plugin.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterCredential {
    /// Bearer token that works for this cluster only.
    pub token: String,
    /// ≤ 10 minutes away.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
}

/// How kubectl reaches a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterAccess {
    /// The gateway's address of the cluster, as `https://127.0.0.1:8421/k8s/payments/dev`.
    pub server: String,
    /// PEM of the CA that signed the gateway's certificate.
    pub certificate_authority: String,
}
