//! What needs somebody, among what the caller may see: facts from the indexes and a query of the database for each of
//! the kinds that live there. What they mean is [`kore_domain::attention`]'s.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use kore_api::{
    access::ElevationState,
    address::Purpose,
    attention::Attention,
    cloud::{CloudAccount, CloudOrganization},
    cluster::Cluster,
    config::REHEARSAL_TEAM,
    names::{PlanName, TeamName},
    namespace::ClusterNamespace,
    operation::{Failure, Operation},
    plan::version_name,
};
use kore_domain::{
    access::{Authorized, OpContext, Permission, Platform, Visibility},
    addresses::count,
    attention::{
        About, LATELY, SOON, addresses_short, cloud_access, drift, elevation_waits, ends, kubernetes_behind,
        over_budget, plan_behind, readiness, worst_first,
    },
    query::Operator,
    upgrade::{Minor, wanted},
};
use kore_store::{AuditField, AuditQuery, AuditTerm, Invitation};
use kube::ResourceExt;

use crate::{
    App, AppError,
    envelope::team_of,
    objects::{Sight, Stored},
    rights::shown,
};

/// Rows of the database that are looked at for each kind.
const ROWS: u64 = 500;
const PURPOSES: [Purpose; 3] = [Purpose::Node, Purpose::Pod, Purpose::Service];

/// What was read for other reasons too.
pub(crate) struct Known<'a> {
    /// Clusters that the caller may see.
    pub(crate) clusters: &'a [Arc<Cluster>],
    /// Operations that failed, the newest first.
    pub(crate) failures: &'a [Operation],
    /// Invitations, where the caller may invite.
    pub(crate) invitations: &'a [Invitation],
}

impl App {
    /// What needs somebody, the worst first, given what was read already. With `team` only what is that team's, which the
    /// caller may read.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn attention(
        &self,
        cx: &OpContext,
        team: Option<&TeamName>,
        known: &Known<'_>,
    ) -> Result<Vec<Attention>, AppError> {
        let failures = by_target(known.failures);
        let mut items = self.of_clusters(cx, known.clusters, &failures);
        items.extend(self.of_namespaces(cx, team, &failures)?);
        items.extend(self.of_elevations(cx, team).await?);
        items.extend(of_invitations(cx, known.invitations));
        items.extend(self.of_tokens(cx, team).await?);
        items.extend(self.of_drift(cx, team).await?);
        if team.is_none() {
            items.extend(self.of_addresses(cx).await?);
            items.extend(self.of_clouds(cx)?);
        }
        worst_first(&mut items);
        Ok(items)
    }

    /// What is there of a kind in teams and clusters that may be seen.
    pub(crate) fn in_sight<K: Stored>(&self, cx: &OpContext, team: Option<&TeamName>) -> Result<Vec<Arc<K>>, AppError> {
        let kind = K::entry();
        let reads = kind.verbs.get.unwrap_or(kind.verbs.list);
        let sight = Sight::new(self, cx, cx.visible(reads).get(reads)?.clone())?;
        let space = team.map(kore_api::meta::team_namespace);
        Ok(K::index(self).select(space.as_deref(), |object| object.visible(&sight)))
    }

    fn of_clusters(
        &self,
        cx: &OpContext,
        clusters: &[Arc<Cluster>],
        failures: &HashMap<&str, &Failure>,
    ) -> Vec<Attention> {
        let mut items = Vec::new();
        for cluster in clusters {
            let name = cluster.name_any();
            let about =
                About { kind: "Cluster", team: cluster.metadata.namespace.as_deref().and_then(team_of), name: &name };
            let failure = cluster.metadata.uid.as_ref().and_then(|uid| failures.get(uid.as_str()).copied());
            items.extend(readiness(&about, cluster.conditions(), failure, cx.now));
            let plan = &cluster.spec.plan;
            let current = self.indexes.plans.get(None, plan.name.as_str()).and_then(|plan| plan.spec.current_version);
            items.extend(plan_behind(&about, plan.name.as_str(), plan.version, current));
            // What stands behind a rehearsed cluster follows that one.
            if about.team != Some(REHEARSAL_TEAM) {
                let running = cluster.status.as_ref().and_then(|it| it.kubernetes_version.as_deref()?.parse().ok());
                let offered = current.and_then(|current| self.offered(&plan.name, current));
                items.extend(
                    running.zip(offered).and_then(|(running, offered)| kubernetes_behind(&about, running, offered)),
                );
            }
        }
        items
    }

    /// The Kubernetes version that a version of a plan has.
    fn offered(&self, plan: &PlanName, version: u32) -> Option<Minor> {
        let version = self.indexes.plan_versions.get(None, &version_name(plan, version))?;
        wanted(&version.spec.parameters)
    }

    fn of_namespaces(
        &self,
        cx: &OpContext,
        team: Option<&TeamName>,
        failures: &HashMap<&str, &Failure>,
    ) -> Result<Vec<Attention>, AppError> {
        let mut items = Vec::new();
        for namespace in self.in_sight::<ClusterNamespace>(cx, team)? {
            let (name, team) = (namespace.name_any(), namespace.metadata.namespace.as_deref().and_then(team_of));
            let about = About { kind: "ClusterNamespace", team, name: &name };
            let failure = namespace.metadata.uid.as_ref().and_then(|uid| failures.get(uid.as_str()).copied());
            items.extend(readiness(&about, namespace.conditions(), failure, cx.now));
            let found = namespace.status.as_ref().and_then(|status| status.drift.as_ref());
            items.extend(found.and_then(|found| drift(&about, &found.what.join("; "), found.at, cx.now)));
        }
        Ok(items)
    }

    /// What others ask for and the caller may decide about.
    async fn of_elevations(&self, cx: &OpContext, team: Option<&TeamName>) -> Result<Vec<Attention>, AppError> {
        let proof = cx.visible(Permission::ElevationDecide);
        let visibility = proof.get(Permission::ElevationDecide)?;
        if visibility.is_empty() {
            return Ok(Vec::new());
        }
        let teams: Option<Vec<String>> = match visibility {
            Visibility::All => None,
            Visibility::Only { teams, .. } => Some(teams.iter().map(ToString::to_string).collect()),
        };
        let found = self.store.list_elevations(teams.as_deref(), cx.subject.id, cx.now).await?;
        let waits = found.into_iter().filter(|one| {
            one.state == ElevationState::Requested
                && one.subject_id != cx.subject.id
                && team.is_none_or(|team| one.spec.scope.team.as_ref() == Some(team))
        });
        let items = waits.map(|one| {
            let (name, scope) = (one.id.to_string(), &one.spec.scope);
            let place = shown(scope);
            let about = About { kind: "Elevation", team: scope.team.as_ref().map(TeamName::as_str), name: &name };
            elevation_waits(&about, &one.subject.to_string(), &one.spec.role, &place, &one.spec.reason, one.created_at)
        });
        Ok(items.collect())
    }

    /// One's own tokens, and those of robots that may be seen.
    async fn of_tokens(&self, cx: &OpContext, team: Option<&TeamName>) -> Result<Vec<Attention>, AppError> {
        let before = cx.now.checked_add(SOON).unwrap_or(Timestamp::MAX);
        let robots = match narrowed(cx, Permission::RobotRead, team)? {
            Some(proof) => self.store.robot_tokens_ending(&proof, cx.now, before, ROWS).await?,
            None => Vec::new(),
        };
        let mut items: Vec<Attention> = robots
            .iter()
            .filter_map(|(robot, token, end)| {
                let about = About { kind: "Token", team: Some(robot.team.as_str()), name: token };
                ends(&about, true, &format!("robot:{robot}"), *end, cx.now)
            })
            .collect();
        if team.is_none() && cx.subject.principal.user().is_some() {
            for own in self.store.long_tokens_of(cx.subject.id, cx.now).await? {
                let name = own.name.clone().unwrap_or_default();
                let about = About { kind: "Token", team: None, name: &name };
                items.extend(ends(&about, true, &cx.subject.actor(), own.expires_at, cx.now));
            }
        }
        Ok(items)
    }

    /// What came loose of clusters and was put right: the trail has it.
    async fn of_drift(&self, cx: &OpContext, team: Option<&TeamName>) -> Result<Vec<Attention>, AppError> {
        let Some(proof) = narrowed(cx, Permission::AuditReadTeam, team)? else { return Ok(Vec::new()) };
        let term =
            AuditTerm { field: AuditField::Action, operator: Operator::Equal, value: "cluster.drift".to_owned() };
        let since = cx.now.checked_sub(LATELY).ok();
        let query = AuditQuery { terms: vec![term], since, limit: ROWS, ..AuditQuery::default() };
        let mut items: HashMap<String, Attention> = HashMap::new();
        // The newest comes first; of each cluster one is enough.
        for record in self.store.list_audit(&proof, &query).await? {
            let Some(name) = record.object.rsplit('/').next() else { continue };
            let about = About { kind: "Cluster", team: record.team.as_deref(), name };
            let what = record.detail.as_deref().unwrap_or_default();
            let found = drift(&about, what, record.at, cx.now);
            if let Some(found) = found {
                items.entry(record.object).or_insert(found);
            }
        }
        Ok(items.into_values().collect())
    }

    fn of_clouds(&self, cx: &OpContext) -> Result<Vec<Attention>, AppError> {
        let found = self.in_sight::<CloudOrganization>(cx, None)?;
        let items = found.iter().filter_map(|cloud| {
            let name = cloud.name_any();
            cloud_access(&About { kind: "CloudOrganization", team: None, name: &name }, cloud.conditions())
        });
        let mut items: Vec<_> = items.collect();
        for account in self.in_sight::<CloudAccount>(cx, None)? {
            let name = account.name_any();
            let about = About { kind: "CloudAccount", team: None, name: &name };
            let spent = account.status.as_ref().and_then(|status| status.spent.as_ref());
            items.extend(spent.and_then(|spent| over_budget(&about, spent)));
            items.extend(readiness(&about, account.conditions(), None, cx.now));
        }
        Ok(items)
    }

    async fn of_addresses(&self, cx: &OpContext) -> Result<Vec<Attention>, AppError> {
        let Ok(proof) = cx.authorize(Permission::AddressRead, Platform) else { return Ok(Vec::new()) };
        let mut given: HashMap<(String, Purpose), u64> = HashMap::new();
        for row in self.store.list_addresses(&proof).await? {
            *given.entry((row.pool, row.purpose)).or_default() += 1;
        }
        let mut items = Vec::new();
        for pool in self.indexes.address_pools.list(None) {
            let name = pool.name_any();
            for purpose in PURPOSES {
                let all = pool.spec.of(purpose).map_or(0, count);
                let given = given.get(&(name.clone(), purpose)).copied().unwrap_or_default();
                let about = About { kind: "AddressPool", team: None, name: &name };
                items.extend(addresses_short(&about, purpose.name(), given, all));
            }
        }
        Ok(items)
    }
}

fn of_invitations(cx: &OpContext, found: &[Invitation]) -> Vec<Attention> {
    let unused = found.iter().filter(|one| one.revoked_at.is_none() && one.used_by.is_empty());
    let items = unused.filter_map(|one| {
        let about = About { kind: "Invitation", team: Some(one.team.as_str()), name: &one.name };
        ends(&about, false, "", one.expires_at, cx.now)
    });
    items.collect()
}

/// How the last operations of objects failed, by the objects' uids. Only where an object says itself that it failed is it
/// looked at.
fn by_target(failures: &[Operation]) -> HashMap<&str, &Failure> {
    let mut found = HashMap::new();
    for Operation { target, failure, .. } in failures {
        if let Some(failure) = failure {
            found.entry(target.uid.as_str()).or_insert(failure);
        }
    }
    found
}

/// Where the caller holds a permission, within the team that is asked about; nothing where that is nowhere.
pub(crate) fn narrowed(
    cx: &OpContext,
    permission: Permission,
    team: Option<&TeamName>,
) -> Result<Option<Authorized<Visibility>>, AppError> {
    match team {
        Some(team) => Ok(cx.authorize(permission, team.clone()).ok().map(Into::into)),
        None => {
            let proof = cx.visible(permission);
            let nowhere = proof.get(permission)?.is_empty();
            Ok((!nowhere).then_some(proof))
        }
    }
}
