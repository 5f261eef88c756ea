//! One index per kind of Kore's own, shared by the server and the controllers of a process.

use kore_api::{
    address::AddressPool,
    cluster::Cluster,
    plan::{Plan, PlanVersion},
    team::Team,
};
use kube::{Api, Client, runtime::watcher::Config};

use crate::index::Index;

/// The indexes of a process.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    /// Teams.
    pub teams: Index<Team>,
    /// Plans.
    pub plans: Index<Plan>,
    /// Versions of plans.
    pub plan_versions: Index<PlanVersion>,
    /// Clusters of all teams.
    pub clusters: Index<Cluster>,
    /// Pools of addresses.
    pub address_pools: Index<AddressPool>,
}

impl Indexes {
    /// Keeps all of them; one task to spawn, which never ends by itself. The definitions must be
    /// served ([`crate::crds::install`]).
    pub async fn follow(self, client: Client) {
        tokio::join!(
            self.teams.follow(Api::all(client.clone()), Config::default()),
            self.plans.follow(Api::all(client.clone()), Config::default()),
            self.plan_versions.follow(Api::all(client.clone()), Config::default()),
            self.clusters.follow(Api::all(client.clone()), Config::default()),
            self.address_pools.follow(Api::all(client), Config::default()),
        );
    }

    /// Waits until each has its first listing.
    pub async fn synced(&self) {
        tokio::join!(
            self.teams.synced(),
            self.plans.synced(),
            self.plan_versions.synced(),
            self.clusters.synced(),
            self.address_pools.synced(),
        );
    }

    /// Whether any of them shows what was there before its watch was interrupted.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.teams.is_stale()
            || self.plans.is_stale()
            || self.plan_versions.is_stale()
            || self.clusters.is_stale()
            || self.address_pools.is_stale()
    }

    /// Whether each has its first listing.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.teams.is_synced()
            && self.plans.is_synced()
            && self.plan_versions.is_synced()
            && self.clusters.is_synced()
            && self.address_pools.is_synced()
    }
}
