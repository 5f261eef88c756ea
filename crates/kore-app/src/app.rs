//! Everything a use case needs, in one place, and what many of them do.

use std::{collections::HashMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    audit::AuditResult,
    cloud::Cloud,
    cluster::Cluster,
    codes::Code,
    identity::TeamRole,
    names::{ClusterRef, NamespaceRef, TeamName, UserName},
    platform::Rehearsal,
    problem::Problem,
    team::Team,
    upgrade::CheckResult,
};
use kore_domain::access::{Authorized, OpContext, Permission, Protected};
use kore_engine::{
    clock::SharedClock,
    cloud::Clouds,
    component::{Component, Components},
    provider::{ClusterProvider, ClusterRequest, Providers},
    run::Engine,
    upgrade,
};
use kore_kube::{clusters::Clusters, indexes::Indexes};
use kore_store::{Store, StoreError};
use kube::ResourceExt;
use tokio::sync::watch;

use crate::{
    AppError,
    audit::{Audit, Keeping},
    envelope::team_of,
    limits::Limits,
    objects::Outlook,
    signin::SignIn,
};

/// How long a membership may be there before its team is.
const TEAM_COMES: SignedDuration = SignedDuration::from_mins(10);

/// After how long a write has been made or never will be: longer than any may take.
const WRITE_ENDS: SignedDuration = SignedDuration::from_mins(10);

/// How kubectl reaches clusters.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// As `https://127.0.0.1:8421`.
    pub address: String,
    /// PEM of the CA that signed its certificate.
    pub certificate_authority: String,
}

/// Everything a use case needs.
pub struct App {
    /// The time.
    pub clock: SharedClock,
    /// What is relational or append-only.
    pub store: Store,
    /// The management cluster, for writes.
    pub kube: kube::Client,
    /// The way into the clusters of teams.
    pub clusters: Clusters,
    /// The management cluster, for reads.
    pub indexes: Indexes,
    /// Who did what.
    pub audit: Audit,
    /// How that is signed, delivered, and for how long it is kept.
    pub keeping: Arc<Keeping>,
    /// Who people are.
    pub signin: Arc<SignIn>,
    /// Who makes clusters.
    pub providers: Arc<Providers>,
    /// Where accounts are made.
    pub clouds: Arc<Clouds>,
    /// Looks at components for previews; the controllers run them.
    pub engine: Engine,
    /// How kubectl reaches clusters.
    pub gateway: Gateway,
    /// Clouds that something stands in for, as they are just now.
    pub rehearsal: watch::Receiver<Vec<Rehearsal>>,
    /// The clouds in which this installation acts by an access key: it is for evaluation alone.
    pub evaluation: Vec<Cloud>,
    /// What no two processes share: places in event streams are good for one.
    pub process: [u8; 16],
    /// Signs page tokens.
    pub page_key: [u8; 32],
    /// Requests per caller.
    pub limits: Limits,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("indexes", &self.indexes).finish_non_exhaustive()
    }
}

/// Whether one dependency works.
#[derive(Debug, Clone)]
pub struct Check {
    /// Which, as `database`.
    pub name: &'static str,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// Who will own a team that is made: a person, since a team is never without one.
fn founder(cx: &OpContext) -> Result<&UserName, AppError> {
    let nobody = || {
        let problem = Problem::new(Code::AuthForbidden, "a team is made by a person, who owns it then");
        problem.with_fix("make the team as a person, and bind the robot a role in it").into()
    };
    cx.subject.principal.user().ok_or_else(nobody)
}

impl App {
    /// Decides, and puts a refusal on record, as an attempt to use the permission.
    ///
    /// # Errors
    /// The refusal.
    pub async fn authorize<T: Protected>(
        &self,
        cx: &OpContext,
        permission: Permission,
        resource: T,
        object: &str,
    ) -> Result<Authorized<T>, AppError> {
        self.authorize_to(cx, permission.name(), permission, resource, object).await
    }

    /// Decides about an action, and puts a refusal on record.
    ///
    /// # Errors
    /// The refusal.
    pub async fn authorize_to<T: Protected>(
        &self,
        cx: &OpContext,
        action: &str,
        permission: Permission,
        resource: T,
        object: &str,
    ) -> Result<Authorized<T>, AppError> {
        let team = resource.resource().team().cloned();
        match cx.authorize(permission, resource) {
            Ok(proof) => Ok(proof),
            Err(denied) => {
                let error = AppError::from(denied);
                let mut record = cx.audit(action, team.as_ref(), object.to_owned(), AuditResult::Denied);
                record.status = Some(error.problem.status);
                record.code = Some(error.problem.code.clone());
                self.audit.refused(record).await;
                Err(error.recorded())
            }
        }
    }

    /// A team, once the caller may know of it.
    ///
    /// # Errors
    /// 404 when there is none.
    pub fn team(&self, name: &TeamName) -> Result<Arc<Team>, AppError> {
        self.indexes.teams.get(None, name.as_str()).ok_or_else(AppError::hidden)
    }

    /// Forgets who belonged to teams that are gone, and what was granted in teams and clusters that are; how
    /// many rows that were.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn forget_what_is_gone(&self, now: Timestamp) -> Result<u64, AppError> {
        // Before the first listing everything would seem to be gone.
        if !self.indexes.teams.is_synced() || !self.indexes.clusters.is_synced() {
            return Ok(0);
        }
        let teams = self.indexes.teams.list(None);
        let ids: HashMap<String, String> = teams.iter().map(|team| (team.name_any(), team.spec.id.clone())).collect();
        let there = |cluster: &Arc<Cluster>| {
            let id = ids.get(team_of(cluster.namespace().as_deref()?)?)?;
            Some(((*id).clone(), cluster.name_any()))
        };
        let clusters = self.indexes.clusters.list(None).iter().filter_map(there).collect();
        let before = now - TEAM_COMES;
        let rows = self.store.sweep_clusters(&clusters, before).await?;
        Ok(rows + self.store.sweep_teams(&ids.into_values().collect(), before).await?)
    }

    /// Frees what was reserved of quotas and addresses for clusters and namespaces that never came to be or are gone; how
    /// many reservations.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn free_lost_reservations(&self, now: Timestamp) -> Result<u64, AppError> {
        // What the index does not show any more, or not yet, would seem to be gone.
        if !self.indexes.is_synced() || self.indexes.is_stale() {
            return Ok(0);
        }
        let there = self.indexes.clusters.list(None).iter().filter_map(|cluster| cluster.uid()).collect();
        let namespaces = self.indexes.namespaces.list(None).iter().filter_map(|one| one.uid()).collect();
        let freed = self.store.sweep_quota("cluster/", &there, now - WRITE_ENDS).await?
            + self.store.sweep_quota("clusternamespace/", &namespaces, now - WRITE_ENDS).await?;
        Ok(freed + self.store.sweep_addresses(&there, now - WRITE_ENDS).await?)
    }

    /// Makes the caller the owner of a team that is about to be made.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub(crate) async fn intend_owner(&self, cx: &OpContext, team: &TeamName, id: &str) -> Result<(), AppError> {
        // Members of an earlier team of this name would be members of this one for a moment.
        self.forget_what_is_gone(cx.now).await?;
        let owner = founder(cx)?;
        let proof = cx.authorize(Permission::MembershipWrite, team.clone())?;
        match self.store.add_membership(&proof, id, owner, TeamRole::Owner, cx.now).await {
            // They have one of an earlier team of this name, or make it twice at the same moment.
            Ok(_) | Err(StoreError::Unique(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Their next request must already know it.
        self.signin.forget();
        Ok(())
    }

    /// Makes the caller the owner of a team that is there now, and nobody a member of it who is one of
    /// another team of this name.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub(crate) async fn confirm_owner(&self, cx: &OpContext, team: &TeamName, id: &str) -> Result<(), AppError> {
        let proof = cx.authorize(Permission::MembershipWrite, team.clone())?;
        self.store.found_team(&proof, id, founder(cx)?, cx.now).await?;
        self.signin.forget();
        Ok(())
    }

    /// Takes everybody out of the team with this id.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub(crate) async fn forget_members(&self, cx: &OpContext, team: &TeamName, id: &str) -> Result<(), AppError> {
        self.store.forget_team(&cx.authorize(Permission::TeamDelete, team.clone())?, id).await?;
        self.signin.forget();
        Ok(())
    }

    /// Whether there is such a cluster.
    #[must_use]
    pub fn has_cluster(&self, cluster: &ClusterRef) -> bool {
        let namespace = kore_api::meta::team_namespace(&cluster.team);
        self.indexes.clusters.get(Some(&namespace), cluster.name.as_str()).is_some()
    }

    /// Whether there is such a namespace, made or adopted by Kore.
    #[must_use]
    pub fn has_namespace(&self, namespace: &NamespaceRef) -> bool {
        let space = kore_api::meta::team_namespace(&namespace.cluster.team);
        let name = kore_api::namespace::object_name(&namespace.cluster.name, &namespace.name);
        self.indexes.namespaces.get(Some(&space), &name).is_some()
    }

    /// What bringing a cluster to these parameters, or removing it, would do to the world.
    ///
    /// # Errors
    /// What a component's observation answers.
    pub(crate) async fn outlook(
        &self,
        provider: &dyn ClusterProvider,
        request: &ClusterRequest,
        removal: bool,
    ) -> Result<Outlook, AppError> {
        let failed = |error| AppError::from_step(&error);
        let components = provider.components(request).await.map_err(failed)?;
        let keys: Vec<String> = if request.uid.is_empty() {
            Vec::new()
        } else {
            let entries = self.engine.ledger.entries(&request.uid).await.map_err(failed)?;
            entries
                .into_iter()
                .filter(|entry| entry.state != kore_engine::ledger::LedgerState::Gone)
                .map(|entry| entry.key)
                .collect()
        };
        let claimed: Vec<String> = components.iter().filter_map(|component| component.external_key()).collect();
        let unclaimed: Vec<String> = keys.into_iter().filter(|key| !claimed.contains(key)).collect();
        let leftovers = provider.leftovers(request, &unclaimed).await.map_err(failed)?;
        let none: Components = Vec::new();
        let prospect = if removal {
            // What lives inside something that is deleted whole is not deleted one by one.
            let all = components.into_iter().chain(leftovers);
            let all: Vec<Box<dyn Component>> = all.filter(|one| one.external_key().is_some()).collect();
            self.engine.preview(&none, &all).await
        } else {
            self.engine.preview(&components, &leftovers).await
        }
        .map_err(failed)?;
        let preflight = match removal {
            true => None,
            false => upgrade::preflight(provider, request, self.engine.clock.now()).await.map_err(failed)?,
        };
        let mut beforehand = prospect.checks;
        if !request.uid.is_empty() {
            // Of what is there already most was asked: that nothing lacks says nothing.
            beforehand.retain(|check| check.result != CheckResult::Pass);
        }
        let (actions, digest) = (prospect.actions, prospect.digest);
        Ok(Outlook { actions, digest, preflight, beforehand, ..Outlook::default() })
    }

    /// One line for each dependency.
    pub async fn checks(&self) -> Vec<Check> {
        let (database, management) = tokio::join!(self.store.ping(), self.kube.apiserver_version());
        let index = |name, synced: bool| Check { name, fault: (!synced).then(|| "not read yet".to_owned()) };
        vec![
            Check { name: "database", fault: database.err().map(|error| error.to_string()) },
            Check { name: "management-cluster", fault: management.err().map(|_| "does not answer".to_owned()) },
            index("index-teams", self.indexes.teams.is_synced()),
            index("index-plans", self.indexes.plans.is_synced()),
            index("index-planversions", self.indexes.plan_versions.is_synced()),
            index("index-planpolicies", self.indexes.plan_policies.is_synced()),
            index("index-clusters", self.indexes.clusters.is_synced()),
            index("index-clusternamespaces", self.indexes.namespaces.is_synced()),
            index("index-addresspools", self.indexes.address_pools.is_synced()),
            index("index-cloudorganizations", self.indexes.organizations.is_synced()),
            index("index-accountrules", self.indexes.account_rules.is_synced()),
            index("index-cloudaccounts", self.indexes.accounts.is_synced()),
        ]
    }
}
