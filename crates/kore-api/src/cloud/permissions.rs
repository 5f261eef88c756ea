//! What Kore needs to be allowed in a cloud, as a cloud team reviews and applies it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cloud;

/// Who Kore is to a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "by")]
pub enum CloudIdentity {
    /// It shows tokens of its own issuer, and holds no key of the cloud's.
    Tokens {
        /// Who issues them, as `https://kore.example.org`.
        issuer: String,
        /// Whom they name.
        subject: String,
        /// For whom they are.
        audience: String,
    },
    /// It holds an access key: an installation for evaluation.
    AccessKey {
        /// Whose key it is.
        user: String,
        /// Where the server reads it.
        file: String,
    },
}

/// Where a role lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CloudPlace {
    /// In the account that manages the organisation.
    Management,
    /// In each account with clusters.
    Account,
}

/// Everything that Kore needs to be allowed in a cloud, filled in for this installation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudPermissions {
    /// In which cloud.
    pub cloud: Cloud,
    /// Whom the roles trust.
    pub identity: CloudIdentity,
    /// One for each purpose; whoever takes one has none of the others.
    pub purposes: Vec<PurposePermissions>,
    /// What bounds every role that Kore makes; none where the cloud knows no such thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<CloudBoundary>,
    /// What makes the roles, one for each place.
    pub templates: Vec<CloudTemplate>,
    /// What stands in the way of using them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What Kore needs for one purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurposePermissions {
    /// Which, as `organization`.
    pub purpose: String,
    /// Name of its role.
    pub role: String,
    /// What Kore does with it.
    pub why: String,
    /// Where the role lives.
    pub place: CloudPlace,
    /// What the role may do, as the cloud reads it.
    pub policy: Value,
    /// Who may take the role, as the cloud reads it.
    pub trust: Value,
}

/// What no role of a cluster can do, whatever it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudBoundary {
    /// Its name.
    pub name: String,
    /// As the cloud reads it.
    pub policy: Value,
}

/// Something that a template asks whoever applies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateParameter {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
}

/// A document that makes the roles of one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudTemplate {
    /// Roles of which place.
    pub place: CloudPlace,
    /// What to call its file, as `kore-management.json`.
    pub file: String,
    /// What it asks for.
    pub parameters: Vec<TemplateParameter>,
    /// The document.
    pub document: Value,
    /// A command that applies the file, with the parameters to be filled in.
    pub apply: String,
}
