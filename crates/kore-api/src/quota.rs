//! Quotas: how much of each thing a team may have, and how much of it is taken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of the quota that holds where a team has none of its own.
pub const DEFAULT: &str = "default";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Dimension {
    /// Clusters.
    Clusters,
    /// Nodes over all clusters.
    Nodes,
    /// Virtual processors over all nodes.
    Vcpus,
    /// Memory over all nodes, in MiB.
    MemoryMib,
    /// Namespaces over all clusters.
    Namespaces,
}

impl Dimension {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Clusters, Self::Nodes, Self::Vcpus, Self::MemoryMib, Self::Namespaces];

    /// As it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clusters => "clusters",
            Self::Nodes => "nodes",
            Self::Vcpus => "vcpus",
            Self::MemoryMib => "memoryMib",
            Self::Namespaces => "namespaces",
        }
    }
}

impl std::fmt::Display for Dimension {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How much of each thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Quantities {
    /// Clusters.
    pub clusters: u64,
    /// Nodes.
    pub nodes: u64,
    /// Virtual processors.
    pub vcpus: u64,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Namespaces.
    pub namespaces: u64,
}

impl Quantities {
    /// How much of one thing.
    #[must_use]
    pub const fn of(&self, dimension: Dimension) -> u64 {
        match dimension {
            Dimension::Clusters => self.clusters,
            Dimension::Nodes => self.nodes,
            Dimension::Vcpus => self.vcpus,
            Dimension::MemoryMib => self.memory_mib,
            Dimension::Namespaces => self.namespaces,
        }
    }

    /// Each thing, put together with the same thing of another.
    #[must_use]
    pub fn with(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            clusters: combine(self.clusters, other.clusters),
            nodes: combine(self.nodes, other.nodes),
            vcpus: combine(self.vcpus, other.vcpus),
            memory_mib: combine(self.memory_mib, other.memory_mib),
            namespaces: combine(self.namespaces, other.namespaces),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// What is here and not there.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub)
    }

    /// The larger of each.
    #[must_use]
    pub fn or_more(self, other: Self) -> Self {
        self.with(other, u64::max)
    }
}

/// The word for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Unlimited {
    /// As many as one likes.
    Unlimited,
}

/// A number, or the word `unlimited`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum QuotaLimit {
    /// At most this many.
    AtMost(u32),
    /// As many as one likes.
    Free(Unlimited),
}

/// What a team may have. What is left out is as in the quota `default`; left out there, it is unlimited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuotaSpec {
    /// Clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<QuotaLimit>,
    /// Nodes over all clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<QuotaLimit>,
    /// Virtual processors over all nodes whose provider sells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpus: Option<QuotaLimit>,
    /// Memory in MiB over all nodes whose provider sells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<QuotaLimit>,
    /// Namespaces over all clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespaces: Option<QuotaLimit>,
}

impl QuotaSpec {
    /// The limit of one thing, where it is set.
    #[must_use]
    pub const fn of(&self, dimension: Dimension) -> Option<QuotaLimit> {
        match dimension {
            Dimension::Clusters => self.clusters,
            Dimension::Nodes => self.nodes,
            Dimension::Vcpus => self.vcpus,
            Dimension::MemoryMib => self.memory_mib,
            Dimension::Namespaces => self.namespaces,
        }
    }
}

/// How much of a quota is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaStatus {
    /// One line for each thing that is counted; none for the quota `default`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<QuotaLine>,
}

/// One thing that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaLine {
    /// What.
    pub quota: Dimension,
    /// How much of it the team has or has asked for.
    pub used: u64,
    /// How much it may have; absent when there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How much more a write asks for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
