//! What a search finds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that answers to what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// As `Cluster`.
    pub kind: String,
    /// The team that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Its name.
    pub name: String,
    /// How people read it, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What was found, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hits {
    /// Of all kinds together.
    pub items: Vec<Hit>,
}
