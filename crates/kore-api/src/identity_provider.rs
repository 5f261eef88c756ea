//! Identity providers: who vouches for people, and what their groups mean here.

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    identity::{PlatformRole, TeamRole},
    names::TeamName,
};

/// An OpenID Connect provider that people sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityProviderSpec {
    /// What its button says; the name when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub display_name: Option<String>,
    /// Whether people may sign in with it, and whether its groups give roles.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its address, to the letter as its tokens spell it.
    #[schemars(length(min = 1, max = 255))]
    pub issuer: String,
    /// Its name for this installation.
    #[schemars(length(min = 1, max = 255))]
    pub client_id: String,
    /// What proves that it is this installation. Never answered; kept when a write leaves it out, taken
    /// away by an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4096), extend("writeOnly" = true))]
    pub client_secret: Option<String>,
    /// What to ask for besides `openid`.
    #[serde(default = "scopes")]
    #[schemars(length(max = 30))]
    pub scopes: Vec<String>,
    /// Which claims say what.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Who may come, by the domain of their verified e-mail address; everybody when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub allowed_domains: Vec<String>,
    /// Who may come, by a group that they are in; everybody when empty. With both lists, both must agree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub allowed_groups: Vec<String>,
    /// What its groups are worth here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    pub group_mappings: Vec<GroupMapping>,
    /// Its public keys (a JSON Web Key Set), where they shall not be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    pub keys: Option<Value>,
    /// The way to it, where it is not on the Internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<IssuerNetwork>,
}

const fn yes() -> bool {
    true
}

fn scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).to_vec()
}

fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["object", "null"], "additionalProperties": true })
}

/// Which claims say what about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClaimNames {
    /// What their login name is made from at the first sign-in.
    pub username: String,
    /// Their e-mail address; `email_verified` says whether it counts.
    pub email: String,
    /// How people read their name.
    pub display_name: String,
    /// Their groups: a list, or one text. Dots lead inwards, as `realm_access.roles`.
    pub groups: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            username: "preferred_username".to_owned(),
            email: "email".to_owned(),
            display_name: "name".to_owned(),
            groups: "groups".to_owned(),
        }
    }
}

/// What a group is worth: a role across the platform, or one in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupMapping {
    /// The group, to the letter as the claim spells it.
    #[schemars(length(min = 1, max = 255))]
    pub group: String,
    /// Role across the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_role: Option<PlatformRole>,
    /// The team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamName>,
    /// The role there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<TeamRole>,
}

/// What an administrator allows for the way to one issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssuerNetwork {
    /// PEM of the authorities that its certificate may be from, instead of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 65536))]
    pub certificate_authority: Option<String>,
    /// Address ranges that are not public and may be asked, as `10.1.0.0/16`. One of loopback
    /// (`127.0.0.1/32`) allows http there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub allowed_addresses: Vec<String>,
}

/// What is known about a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityProviderStatus {
    /// The address to register at the provider.
    pub redirect_uri: String,
    /// The address to register there for the way back from signing out.
    pub post_logout_redirect_uri: String,
    /// Whether a client secret is kept.
    pub client_secret_set: bool,
    /// How many people have signed in with it.
    pub identities: u64,
}

/// A sign-in to try a provider with, before it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderPreview {
    /// Its id; a secret of whoever asked for it.
    pub id: String,
    /// Where to sign in at the provider. Works once.
    pub url: String,
    /// The address that must be registered there first.
    pub redirect_uri: String,
    /// When it is forgotten.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// What came of it; missing until somebody has signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<PreviewOutcome>,
}

/// What a sign-in would come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewOutcome {
    /// Why there are no claims: what the provider said, or what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Every claim, as the provider sends it.
    #[serde(default)]
    #[schemars(schema_with = "any_object")]
    pub claims: Value,
    /// Whether they may come in; the reason when not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// The login name that they would get, or have.
    #[serde(default)]
    pub name: String,
    /// Their e-mail address, if it is verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Role across the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_role: Option<PlatformRole>,
    /// Roles in teams, and the group that each comes from.
    #[serde(default)]
    pub teams: Vec<PreviewRole>,
    /// What deserves a look: groups that mean nothing here, claims that are missing.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// A role that a group would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewRole {
    /// The team.
    pub team: String,
    /// The role.
    pub role: TeamRole,
    /// The group.
    pub group: String,
}

/// How people may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInSettings {
    /// Whether passwords of Kore's own work. The admin socket of the machine does in any case.
    pub local: bool,
}
