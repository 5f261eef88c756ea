//! RFC 9457 problem details, the one shape of every refusal.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    codes::{Code, Owner},
    policy::PolicyRefusal,
    preview::FieldChange,
};

/// `application/problem+json`. Texts may change; `code` and the keys of `metadata` may not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Address of the page about this code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The code's title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Stable code, as `KORE-INPUT-0002`.
    pub code: String,
    /// Whose move it is.
    pub owner: Owner,
    /// Whether the same request may pass later without anybody acting.
    pub retryable: bool,
    /// What to do, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
    /// Fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What somebody else changed since the revision that was named (412), where that is still known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// Every variable that appears in `detail`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// The request's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// RFC 6901 pointer into the body that was sent.
    pub pointer: String,
    /// Schema keyword or rule, as `unknownField`, `maximum`, `immutable`.
    pub rule: String,
    /// What is wrong with it.
    pub detail: String,
    /// Which policy refuses it, why, and whose that is; for rules of policies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Box<PolicyRefusal>>,
}

impl FieldError {
    /// A field that is wrong.
    #[must_use]
    pub fn new(pointer: impl Into<String>, rule: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), rule: rule.to_owned(), detail: detail.into(), refusal: None }
    }
}

impl Problem {
    /// A problem of this code, with the code's own status, owner and fix.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let entry = code.entry();
        Self {
            type_uri: format!("urn:kore:problem:{}", entry.code),
            title: entry.title.to_owned(),
            status: entry.status,
            detail: detail.into(),
            code: entry.code.to_owned(),
            owner: entry.owner,
            retryable: entry.retryable,
            fix: entry.fix.iter().map(|&line| line.to_owned()).collect(),
            errors: Vec::new(),
            changes: Vec::new(),
            metadata: BTreeMap::new(),
            request_id: String::new(),
        }
    }

    /// With a variable that appears in the text.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// With a field that is wrong.
    #[must_use]
    pub fn with_field(mut self, pointer: impl Into<String>, rule: &str, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError::new(pointer, rule, detail));
        self
    }

    /// With another fix than the code's own.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = vec![fix.into()];
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}
