//! How the platform itself is, for whoever looks after it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kore_api::{
    cloud::Cloud,
    meta,
    platform::{CheckState, Leader, Platform, PlatformCheck},
};
use kore_domain::access::{self, OpContext, Permission};
use kore_kube::lease;

use crate::{App, AppError};

/// Name of the lease that the controllers' leader holds.
pub const LEADER: &str = "kored";

impl App {
    /// The clouds that are rehearsed here. Whoever is signed in may know: nothing that they make there is real.
    #[must_use]
    pub fn rehearsed(&self) -> Vec<Cloud> {
        self.rehearsal.borrow().iter().map(|one| one.cloud).collect()
    }

    /// The platform as this server sees it, which began then. What does not answer is said, and is no error.
    ///
    /// # Errors
    /// 403.
    pub async fn platform(&self, cx: &OpContext, started_at: Timestamp) -> Result<Platform, AppError> {
        self.authorize(cx, Permission::ManagementRead, access::Platform, "platform").await?;
        let (checks, leader, open) = tokio::join!(
            self.checks(),
            lease::holder(&self.kube, meta::SYSTEM_NAMESPACE, LEADER),
            self.store.open_operations(),
        );
        let checks: Vec<PlatformCheck> = checks
            .into_iter()
            .map(|check| PlatformCheck {
                name: check.name.to_owned(),
                state: if check.fault.is_none() { CheckState::Ok } else { CheckState::Failed },
                message: check.fault,
            })
            .collect();
        let indexes = &self.indexes;
        let objects = [
            ("Team", indexes.teams.len()),
            ("Plan", indexes.plans.len()),
            ("PlanVersion", indexes.plan_versions.len()),
            ("PlanPolicy", indexes.plan_policies.len()),
            ("Cluster", indexes.clusters.len()),
            ("ClusterNamespace", indexes.namespaces.len()),
            ("AddressPool", indexes.address_pools.len()),
            ("CloudOrganization", indexes.organizations.len()),
            ("AccountRule", indexes.account_rules.len()),
            ("CloudAccount", indexes.accounts.len()),
        ];
        Ok(Platform {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
            uptime_seconds: u64::try_from(cx.now.duration_since(started_at).as_secs()).unwrap_or_default(),
            ready: checks.iter().all(|check| check.state == CheckState::Ok),
            checks,
            leader: leader.ok().flatten().map(|(identity, renewed_at)| Leader { identity, renewed_at }),
            database: self.store.kind().as_str().to_owned(),
            stale: indexes.is_stale(),
            rehearsal: self.rehearsal.borrow().clone(),
            evaluation: self.evaluation.clone(),
            objects: objects.map(|(kind, count)| (kind.to_owned(), count as u64)).into(),
            operations: open.map_or_else(|_| BTreeMap::new(), |open| open.into_iter().collect()),
        })
    }
}
