//! What there is to know about one parameter of a plan. It comes from the provider's struct in
//! [`crate::plan`], by way of its JSON Schema and these keywords of ours:
//!
//! | keyword | says |
//! |---|---|
//! | `x-kore-group` | under which heading it is shown |
//! | `x-kore-unit` | what a number counts |
//! | `x-kore-immutable` | that it is fixed when the cluster is made |
//! | `x-kore-change` | what changing it does: an [`Effect`] |

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What changing a parameter does to a cluster that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// What runs goes on running.
    InPlace,
    /// Nodes or servers are renewed one after the other.
    Rolling,
    /// What it describes is removed and made again.
    Replaces,
}

impl Effect {
    /// As people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Rolling => "rolling",
            Self::Replaces => "replaces",
        }
    }
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Dotted path; `*` stands for any name, as in `nodePools.*.size`.
    pub path: String,
    /// How people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it is.
    pub description: String,
    /// Its type, as JSON Schema has it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Range, values or pattern, for people; empty when anything of its type goes.
    pub allowed: String,
    /// What a number counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Under which heading it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its value where nobody says anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether it is fixed when the object is made.
    pub immutable: bool,
    /// What changing it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}
