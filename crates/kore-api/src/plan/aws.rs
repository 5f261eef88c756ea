//! Parameters of the `aws` provider: clusters of EKS.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrails, default_allowed_registries};

/// Parameters of the `aws` provider: clusters of EKS in an account of the team's. Each says by keywords what
/// [`crate::parameter`] lists: heading, unit, whether it is fixed, else what changing it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsParameters {
    /// Kubernetes version as `1.35`, of those that EKS offers. It goes up by one minor version at a time, control
    /// plane first and then pool by pool, and never down.
    #[schemars(title = "Kubernetes version", extend("x-kore-group" = "Kubernetes", "x-kore-change" = "rolling"))]
    #[serde(default = "default_kubernetes_version")]
    pub kubernetes_version: String,
    /// Region that the cluster is in, as `eu-central-1`.
    #[schemars(
        title = "Region",
        regex(pattern = "^[a-z]{2}(-[a-z]+)+-[0-9]$"),
        extend("x-kore-group" = "Network", "x-kore-immutable" = true)
    )]
    pub region: String,
    /// What the cluster is for, as `production`: account rules go by it. A cluster stays in the account that it was made in.
    #[schemars(
        title = "Stage",
        regex(pattern = "^[a-z]([-a-z0-9]*[a-z0-9])?$"),
        length(max = 40),
        extend("x-kore-group" = "Network", "x-kore-immutable" = true)
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Zones of the region that nodes are spread over: what one zone's failure takes is one of so many parts.
    #[schemars(
        title = "Zones",
        range(min = 2, max = 3),
        extend("x-kore-group" = "Network", "x-kore-unit" = "zones", "x-kore-immutable" = true)
    )]
    #[serde(default = "default_zones")]
    pub zones: u8,
    /// How nodes reach the world.
    #[schemars(title = "Way out", extend("x-kore-group" = "Network", "x-kore-change" = "inPlace"))]
    #[serde(default)]
    pub egress: AwsEgress,
    /// Networks that the API server is reachable from besides its own, as `192.0.2.0/24`: the one that Kore asks from among
    /// them, which has no other way in; so there is one at least. The whole Internet is never among them.
    #[schemars(
        title = "API server reachable from",
        with = "Vec<String>",
        length(max = 40),
        extend("x-kore-group" = "Security", "x-kore-change" = "inPlace")
    )]
    #[serde(default)]
    pub api_access_from: Vec<Ipv4Net>,
    /// EKS starts and ends nodes itself, as pods need them, of machines that it chooses (EKS Auto Mode), and keeps network,
    /// storage and name service on them; there are no pools then. AWS asks about an eighth more for such machines.
    #[schemars(title = "Nodes as needed", extend("x-kore-group" = "Nodes", "x-kore-immutable" = true))]
    #[serde(default)]
    pub auto_mode: bool,
    /// Groups of nodes by name.
    #[schemars(title = "Node pools", extend("x-kore-group" = "Nodes", "x-kore-change" = "inPlace"))]
    #[serde(default = "default_node_pools")]
    pub node_pools: BTreeMap<String, AwsNodePool>,
    /// How long the logs of the control plane and of the network are kept.
    #[schemars(
        title = "Logs are kept",
        extend("x-kore-group" = "Security", "x-kore-change" = "inPlace")
    )]
    #[serde(default)]
    pub log_retention: LogRetention,
    /// What the cluster does with what is unsafe in it.
    #[schemars(title = "Guardrails", extend("x-kore-group" = "Security", "x-kore-change" = "inPlace"))]
    #[serde(default)]
    pub guardrails: Guardrails,
    /// Registries that images may come from, or paths of one, as `ghcr.io/example`.
    #[schemars(
        title = "Allowed registries",
        length(max = 50),
        inner(regex(pattern = "^[a-z0-9]([-a-z0-9._:]*[a-z0-9])?(/[a-z0-9._-]+)*$")),
        extend("x-kore-group" = "Security", "x-kore-change" = "inPlace")
    )]
    #[serde(default = "default_allowed_registries")]
    pub allowed_registries: Vec<String>,
}

impl AwsParameters {
    /// How many NAT gateways it has.
    #[must_use]
    pub const fn gateways(&self) -> u8 {
        match self.egress {
            AwsEgress::OneGateway => 1,
            AwsEgress::GatewayInEachZone => self.zones,
        }
    }
}

/// How nodes reach the world.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AwsEgress {
    /// By one NAT gateway: cheaper, and gone with its zone.
    #[default]
    OneGateway,
    /// By a gateway in each zone.
    GatewayInEachZone,
}

/// Days for which logs are kept, of those that CloudWatch knows (API reference, `PutRetentionPolicy`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LogRetention {
    /// A week.
    Week,
    /// A month.
    #[default]
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}

impl LogRetention {
    /// How many days that are.
    #[must_use]
    pub const fn days(self) -> u16 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }
}

/// A group of equal nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsNodePool {
    /// Number of nodes, spread over the zones.
    #[schemars(
        title = "Nodes",
        range(min = 1, max = 450),
        extend("x-kore-group" = "Nodes", "x-kore-unit" = "nodes", "x-kore-change" = "inPlace")
    )]
    pub size: u32,
    /// Kinds of machines, as `m7i.large`: the first that there is. Nodes of another kind are another pool.
    #[schemars(
        title = "Machine types",
        length(min = 1, max = 20),
        inner(regex(pattern = "^[a-z0-9-]+\\.[a-z0-9-]+$")),
        extend("x-kore-group" = "Nodes", "x-kore-immutable" = true)
    )]
    #[serde(default = "default_machine_types")]
    pub machine_types: Vec<String>,
    /// Size of each node's disk.
    #[schemars(
        title = "Disk",
        range(min = 20, max = 16_384),
        extend("x-kore-group" = "Nodes", "x-kore-unit" = "GiB", "x-kore-immutable" = true)
    )]
    #[serde(default = "default_disk_gib")]
    pub disk_gib: u32,
    /// What nodes run on.
    #[schemars(title = "Image", extend("x-kore-group" = "Nodes", "x-kore-immutable" = true))]
    #[serde(default)]
    pub image: AwsImage,
    /// How nodes are paid for.
    #[schemars(title = "Capacity", extend("x-kore-group" = "Nodes", "x-kore-immutable" = true))]
    #[serde(default)]
    pub capacity: AwsCapacity,
}

/// What nodes run on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AwsImage {
    /// Bottlerocket for x86: nothing but what runs containers, and read-only.
    #[default]
    Bottlerocket,
    /// Bottlerocket for ARM.
    BottlerocketArm,
    /// Amazon Linux 2023 for x86.
    AmazonLinux,
    /// Amazon Linux 2023 for ARM.
    AmazonLinuxArm,
}

/// How nodes are paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AwsCapacity {
    /// By the hour, and kept.
    #[default]
    OnDemand,
    /// Cheaper, and taken back when AWS needs them.
    Spot,
}

fn default_kubernetes_version() -> String {
    "1.35".to_owned()
}

const fn default_zones() -> u8 {
    3
}

const fn default_disk_gib() -> u32 {
    50
}

fn default_machine_types() -> Vec<String> {
    vec!["m7i.large".to_owned(), "m6i.large".to_owned()]
}

fn default_node_pools() -> BTreeMap<String, AwsNodePool> {
    let pool = AwsNodePool {
        size: 3,
        machine_types: default_machine_types(),
        disk_gib: default_disk_gib(),
        image: AwsImage::default(),
        capacity: AwsCapacity::default(),
    };
    BTreeMap::from([("default".to_owned(), pool)])
}
