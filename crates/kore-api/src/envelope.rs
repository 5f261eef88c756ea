//! The one shape of every object on the wire, and of lists.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An object of any kind, whichever home it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Object<Spec, Status = serde_json::Value> {
    /// Always [`crate::meta::API_VERSION`].
    pub api_version: String,
    /// The kind, as `Cluster`.
    pub kind: String,
    /// Identity and bookkeeping.
    pub metadata: Metadata,
    /// Intent.
    pub spec: Spec,
    /// Observation; written by controllers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// Identity and bookkeeping of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Name within its scope; some kinds get theirs from the server.
    #[serde(default)]
    pub name: String,
    /// Team, for team-scoped kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Identity that is never used again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// Revision; the ETag. Opaque.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resource_version: String,
    /// Counts changes of the spec.
    #[serde(default)]
    pub generation: i64,
    /// When it was made (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub creation_timestamp: Option<Timestamp>,
    /// When its deletion was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub deletion_timestamp: Option<Timestamp>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// What the caller may do with it, as `["update","delete"]`; on single reads only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<String>>,
}

/// A page of objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// Always [`crate::meta::API_VERSION`].
    pub api_version: String,
    /// `<Kind>List`.
    pub kind: String,
    /// Where the next page begins.
    pub metadata: ListMeta,
    /// The objects.
    pub items: Vec<T>,
}

/// About a page. Only an empty `continue` is the end; a short page is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListMeta {
    /// Revision of the index that was read.
    #[serde(default)]
    pub resource_version: String,
    /// Opaque, signed, bound to filter and order; empty at the end.
    #[serde(default, rename = "continue", skip_serializing_if = "String::is_empty")]
    pub continue_token: String,
    /// How many follow this page, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_item_count: Option<u64>,
}
