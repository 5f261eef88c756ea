//! One index per kind of Kore's own, shared by the server and the controllers of a process.

use std::sync::Arc;

use kore_api::{
    address::AddressPool,
    cloud::{AccountRule, Cloud, CloudAccount, CloudAccountSpec, CloudOrganization},
    cluster::Cluster,
    names::{AccountName, PlanName, TeamName},
    namespace::ClusterNamespace,
    plan::{Plan, PlanVersion, Provider},
    policy::PlanPolicy,
    team::Team,
};
use kore_domain::{
    account_rule::{Named, Question, which},
    cloud::{stage, vended},
    policy::applies,
};
use kore_engine::{cloud::OrganizationRequest, provider::ClusterAccount};
use kube::{Api, Client, ResourceExt, runtime::watcher::Config};
use serde_json::Value;

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
    /// Policies over plans.
    pub plan_policies: Index<PlanPolicy>,
    /// Clusters of all teams.
    pub clusters: Index<Cluster>,
    /// Namespaces of clusters, of all teams.
    pub namespaces: Index<ClusterNamespace>,
    /// Pools of addresses.
    pub address_pools: Index<AddressPool>,
    /// Organisations in clouds.
    pub organizations: Index<CloudOrganization>,
    /// Rules that give teams accounts.
    pub account_rules: Index<AccountRule>,
    /// Accounts in clouds.
    pub accounts: Index<CloudAccount>,
}

impl Indexes {
    /// Keeps all of them; one task to spawn, which never ends by itself. The definitions must be
    /// served ([`crate::crds::install`]).
    pub async fn follow(self, client: Client) {
        tokio::join!(
            self.teams.follow(Api::all(client.clone()), Config::default()),
            self.plans.follow(Api::all(client.clone()), Config::default()),
            self.plan_versions.follow(Api::all(client.clone()), Config::default()),
            self.plan_policies.follow(Api::all(client.clone()), Config::default()),
            self.clusters.follow(Api::all(client.clone()), Config::default()),
            self.namespaces.follow(Api::all(client.clone()), Config::default()),
            self.address_pools.follow(Api::all(client.clone()), Config::default()),
            self.organizations.follow(Api::all(client.clone()), Config::default()),
            self.account_rules.follow(Api::all(client.clone()), Config::default()),
            self.accounts.follow(Api::all(client), Config::default()),
        );
    }

    /// Waits until each has its first listing.
    pub async fn synced(&self) {
        tokio::join!(
            self.teams.synced(),
            self.plans.synced(),
            self.plan_versions.synced(),
            self.plan_policies.synced(),
            self.clusters.synced(),
            self.namespaces.synced(),
            self.address_pools.synced(),
            self.organizations.synced(),
            self.account_rules.synced(),
            self.accounts.synced(),
        );
    }

    /// Whether any of them shows what was there before its watch was interrupted.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.teams.is_stale()
            || self.plans.is_stale()
            || self.plan_versions.is_stale()
            || self.plan_policies.is_stale()
            || self.clusters.is_stale()
            || self.namespaces.is_stale()
            || self.address_pools.is_stale()
            || self.organizations.is_stale()
            || self.account_rules.is_stale()
            || self.accounts.is_stale()
    }

    /// Whether each has its first listing.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.teams.is_synced()
            && self.plans.is_synced()
            && self.plan_versions.is_synced()
            && self.plan_policies.is_synced()
            && self.clusters.is_synced()
            && self.namespaces.is_synced()
            && self.address_pools.is_synced()
            && self.organizations.is_synced()
            && self.account_rules.is_synced()
            && self.accounts.is_synced()
    }

    /// The account that a cluster is in, as far as both are there.
    #[must_use]
    pub fn account_of(&self, cluster: &Cluster) -> Option<ClusterAccount> {
        self.account(cluster.status.as_ref()?.account.as_deref()?)
    }

    /// The account of this name, once it has a number.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<ClusterAccount> {
        let account = self.accounts.get(None, name)?;
        let organization = self.organizations.get(None, account.spec.organization.as_str())?;
        let number = account.status.as_ref()?.account.clone()?;
        Some(ClusterAccount { number, organization: OrganizationRequest::from(&*organization) })
    }

    /// The accounts of an organisation.
    #[must_use]
    pub fn accounts_in(&self, organization: &str) -> Vec<Arc<CloudAccount>> {
        self.accounts.select(None, |account| account.spec.organization.as_str() == organization)
    }

    /// The account that rules give a cluster of this cloud when it is made, by its team and what it is asked to be: its name,
    /// and what it is to be where it is not there yet.
    ///
    /// # Errors
    /// Why none does, in a sentence.
    pub fn account_for(
        &self,
        cloud: Cloud,
        team: &TeamName,
        parameters: &Value,
    ) -> Result<(AccountName, CloudAccountSpec), String> {
        let of_cloud = |name: &str| self.organizations.get(None, name).is_some_and(|one| one.spec.provider == cloud);
        let rules = self.account_rules.select(None, |rule| of_cloud(rule.spec.organization.as_str()));
        let names: Vec<_> = rules.iter().map(|rule| rule.name_any()).collect();
        let named: Vec<_> = rules.iter().zip(&names).map(|(rule, name)| Named { name, spec: &rule.spec }).collect();
        let labels = self.teams.get(None, team.as_str()).map(|team| team.labels().clone()).unwrap_or_default();
        let stage = stage(parameters);
        let whom = stage.map_or_else(|| format!("team {team}"), |stage| format!("team {team} and stage {stage}"));
        let rule = which(&named, &Question { team, labels: &labels, stage })
            .ok_or_else(|| format!("no account rule holds for {whom}"))?;
        vended(rule, team, stage).ok_or_else(|| format!("rule {} makes no account for {whom}", rule.name))
    }

    /// The policies that apply to clusters of a plan in a team, in the order of their names.
    #[must_use]
    pub fn policies(&self, provider: Provider, plan: &PlanName, team: &TeamName) -> Vec<Arc<PlanPolicy>> {
        let found = self.teams.get(None, team.as_str());
        let labels = found.map(|team| team.labels().clone()).unwrap_or_default();
        let mut policies =
            self.plan_policies.select(None, |policy| applies(&policy.spec, provider, plan, team, &labels));
        policies.sort_by_key(|policy| policy.name_any());
        policies
    }
}
