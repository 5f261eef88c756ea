//! Preflight: what was looked at before a cluster gets another Kubernetes version, and what came of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of looking at a cluster that is to be upgraded. Any check that failed or could not be made
/// holds the upgrade before anything is touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preflight {
    /// The version that it comes from, as `1.35`.
    pub from: String,
    /// The version that it goes to.
    pub to: String,
    /// Each thing that was looked at.
    pub checks: Vec<Check>,
}

impl Preflight {
    /// The checks that hold the upgrade.
    pub fn held(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.result.holds())
    }

    /// Whether any check holds the upgrade.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.held().next().is_some()
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable name, as `disruptionBudgets`.
    pub name: String,
    /// How people read it.
    pub title: String,
    /// What came of it.
    pub result: CheckResult,
    /// What was found, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<String>,
    /// What to do, one line each; empty where nothing is to be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
}

/// What came of a check, the better before the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckResult {
    /// Nothing speaks against it.
    Pass,
    /// It goes on, and somebody should know.
    Warn,
    /// It could not be looked at: never as good as a pass.
    Unknown,
    /// Something would break.
    Fail,
}

impl CheckResult {
    /// Whether the upgrade waits for it.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Fail | Self::Unknown)
    }

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}
