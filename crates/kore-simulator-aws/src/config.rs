//! What a simulator is started with.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::backing::{Backing, Followed, Synthetic};

/// Access key id of the administrator of the management account: credentials for setting tests up. Its secret is never
/// looked at.
pub const ADMINISTRATOR: &str = "AKIAKOREADMINISTRATOR";
/// The management account, which is moto's default one.
pub const MANAGEMENT: &str = "123456789012";

/// What a simulator is started with.
#[derive(Clone)]
pub struct Config {
    /// Where moto is, as `http://127.0.0.1:5000`. Start it with `MOTO_IAM_LOAD_MANAGED_POLICIES=true`, or the policies
    /// that AWS keeps are not there.
    pub moto: Url,
    /// What ids are made of.
    pub seed: u64,
    /// Behaviour; the control API changes it while the simulator runs.
    pub settings: Settings,
    /// What is behind clusters.
    pub backing: Arc<dyn Backing>,
    /// What is behind them instead, where somebody makes real ones by the control API.
    pub followed: Option<Arc<Followed>>,
    /// The time: what sessions and tokens end by. States of things go by observations instead.
    pub now: fn() -> Timestamp,
}

impl Config {
    /// The usual ones in front of this moto.
    #[must_use]
    pub fn new(moto: Url) -> Self {
        Self {
            moto,
            seed: 1,
            settings: Settings::default(),
            backing: Arc::new(Synthetic),
            followed: None,
            now: Timestamp::now,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("moto", &self.moto.as_str())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Behaviour that tests choose; as JSON in `PUT /_kore/settings`, where what is left out stays as it is by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// For how many observations a thing is on its way: CREATING, UPDATING, DELETING, `*_IN_PROGRESS`, PENDING.
    pub polls: u32,
    /// Whether identity policies are enforced, for every service.
    pub enforce: bool,
    /// Whether each cluster leaves behind what load balancers and volumes of its workloads are.
    pub leftovers: bool,
    /// Quotas.
    pub quotas: Quotas,
}

impl Default for Settings {
    fn default() -> Self {
        Self { polls: 2, enforce: false, leftovers: false, quotas: Quotas::default() }
    }
}

/// How much of each there may be (AWS General Reference, "Service quotas" of each service).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Quotas {
    /// Clusters in an account and region.
    pub clusters: usize,
    /// Managed node groups of a cluster.
    pub nodegroups: usize,
    /// Nodes of a node group.
    pub nodes: i64,
    /// VPCs in an account and region.
    pub vpcs: usize,
    /// Elastic IP addresses in an account and region.
    pub addresses: usize,
    /// vCPUs of machines of standard families that are paid by the hour. A new account has five.
    pub vcpus: usize,
    /// And of those that are taken back.
    pub spot_vcpus: usize,
    /// Accounts of the organisation, the management account and closed ones among them.
    pub accounts: usize,
    /// Accounts closed in 30 days.
    pub closures: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            clusters: 100,
            nodegroups: 30,
            nodes: 450,
            vpcs: 5,
            addresses: 5,
            vcpus: 64,
            spot_vcpus: 64,
            accounts: 10,
            closures: 10,
        }
    }
}
