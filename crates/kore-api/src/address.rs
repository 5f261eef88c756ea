//! Address plan: pools that ranges are handed out of, and who has which range.

use ipnet::Ipv4Net;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::Provider;

/// What a range is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Addresses of nodes.
    Node,
    /// Addresses of pods; of local clusters also those of their nodes, which are the first of it.
    Pod,
    /// Addresses of services.
    Service,
    /// Taken by something that Kore did not make.
    External,
}

impl Purpose {
    /// As it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Pod => "pod",
            Self::Service => "service",
            Self::External => "external",
        }
    }
}

/// Where clusters take their address ranges from. No two ranges that are handed out overlap, whichever
/// pools they are of.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "AddressPool",
    status = "AddressPoolStatus",
    derive = "PartialEq",
    shortname = "kpool",
    printcolumn = r#"{"name":"Provider","type":"string","jsonPath":".spec.provider"}"#,
    printcolumn = r#"{"name":"Region","type":"string","jsonPath":".spec.region"}"#,
    printcolumn = r#"{"name":"Stage","type":"string","jsonPath":".spec.stage"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressPoolSpec {
    /// Whose clusters it is for; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "provider is immutable"}]))]
    pub provider: Provider,
    /// Only for clusters in this region; for any when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only for clusters of this stage, as `production`; for any when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ranges for nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<PoolRanges>,
    /// Ranges for pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<PoolRanges>,
    /// Ranges for services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<PoolRanges>,
}

impl AddressPoolSpec {
    /// The ranges for one purpose.
    #[must_use]
    pub const fn of(&self, purpose: Purpose) -> Option<&PoolRanges> {
        match purpose {
            Purpose::Node => self.node.as_ref(),
            Purpose::Pod => self.pod.as_ref(),
            Purpose::Service => self.service.as_ref(),
            Purpose::External => None,
        }
    }
}

/// Ranges of one size out of larger ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolRanges {
    /// IPv4 networks that ranges are taken from, in order.
    #[schemars(with = "Vec<String>", length(min = 1, max = 32))]
    pub cidrs: Vec<Ipv4Net>,
    /// Length of the prefix of each range that is handed out.
    #[schemars(range(min = 8, max = 28))]
    pub prefix: u8,
}

/// What is known about a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddressPoolStatus {
    /// Generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// The ranges of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterAddresses {
    /// The pool that they are of.
    pub pool: String,
    /// Of its nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub node: Option<Ipv4Net>,
    /// Of its pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub pod: Option<Ipv4Net>,
    /// Of its services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub service: Option<Ipv4Net>,
}

impl ClusterAddresses {
    /// The ranges of a pool, each with what it is for.
    #[must_use]
    pub fn new(pool: impl Into<String>, ranges: impl IntoIterator<Item = (Purpose, Ipv4Net)>) -> Self {
        let mut addresses = Self { pool: pool.into(), node: None, pod: None, service: None };
        for (purpose, range) in ranges {
            match purpose {
                Purpose::Node => addresses.node = Some(range),
                Purpose::Pod => addresses.pod = Some(range),
                Purpose::Service => addresses.service = Some(range),
                Purpose::External => {}
            }
        }
        addresses
    }

    /// Each range with what it is for.
    pub fn ranges(&self) -> impl Iterator<Item = (Purpose, Ipv4Net)> {
        [(Purpose::Node, self.node), (Purpose::Pod, self.pod), (Purpose::Service, self.service)]
            .into_iter()
            .filter_map(|(purpose, range)| Some((purpose, range?)))
    }
}

/// A range that somebody has. Those of clusters come and go with them; those of the world outside are
/// recorded and removed by administrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressReservationSpec {
    /// The range, IPv4.
    #[schemars(with = "String")]
    pub cidr: Ipv4Net,
    /// Who has it, or what it is, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What is known about a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddressReservationStatus {
    /// What it is for.
    pub purpose: Purpose,
    /// The pool that it is of; none for what exists outside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pool: String,
    /// Who has it, as `cluster/payments/dev`; nobody for what exists outside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Who recorded it.
    pub made_by: String,
}
