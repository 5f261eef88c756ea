//! Plan and PlanVersion: which versions are published, and how many clusters use each.

use std::{collections::HashMap, sync::Arc};

use futures::{StreamExt, stream::BoxStream};
use kore_api::{
    cluster::Cluster,
    condition, meta,
    plan::{Plan, PlanStatus, PlanVersion, PlanVersionStatus, Stage, version_name},
};
use kore_kube::{apply, indexes::Indexes};
use kube::{
    Api, ResourceExt,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

use crate::{
    ReconcileError,
    condition::Truth,
    context::ControllersContext,
    trigger::{on, on_intent},
};

/// A plan's current version is set but not published.
const REASON_UNPUBLISHED: &str = "Unpublished";

/// A plan is looked at when its spec changes and when a version of it comes or goes.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<Plan>> {
    let versions = on(&indexes.plan_versions, |change| vec![ObjectRef::new(change.object.spec.plan.as_str())]);
    futures::stream::select(on_intent(&indexes.plans), versions).boxed()
}

/// A version is looked at when it comes, and when a cluster comes to it or leaves it.
pub(crate) fn version_triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<PlanVersion>> {
    let mut uses: HashMap<(Option<String>, String), Option<String>> = HashMap::new();
    let clusters = on(&indexes.clusters, move |change| {
        let cluster = &*change.object;
        let key = (cluster.namespace(), cluster.name_any());
        let gone = change.action == kore_api::event::EventAction::Deleted;
        let used = if gone { None } else { version_of(cluster) };
        let before = if gone { uses.remove(&key).flatten() } else { uses.insert(key, used.clone()).flatten() };
        if before == used {
            return Vec::new();
        }
        before.into_iter().chain(used).map(|name| ObjectRef::new(&name)).collect()
    });
    futures::stream::select(on_intent(&indexes.plan_versions), clusters).boxed()
}

/// Lists a plan's published versions.
pub(crate) async fn reconcile(plan: Arc<Plan>, context: Arc<ControllersContext>) -> Result<Action, ReconcileError> {
    if plan.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let name = plan.name_any();
    let found = context.indexes.plan_versions.select(None, |version| version.spec.plan.as_str() == name);
    let drafted = |version: &&Arc<PlanVersion>| version.spec.stage == Stage::Draft;
    let draft = found.iter().find(drafted).map(|version| version.spec.version);
    let mut versions: Vec<u32> =
        found.iter().filter(|version| !drafted(version)).map(|version| version.spec.version).collect();
    versions.sort_unstable();
    let mut status = PlanStatus { versions, draft, ..plan.status.clone().unwrap_or_default() };
    let (ready, reason, message) = match plan.spec.current_version {
        Some(current) if !status.versions.contains(&current) => {
            (Truth::False, REASON_UNPUBLISHED, format!("version {current} is current but not published"))
        }
        _ => (Truth::True, condition::REASON_RECONCILED, String::new()),
    };
    let generation = plan.metadata.generation;
    crate::condition::set(
        &mut status.conditions,
        condition::READY,
        ready,
        reason,
        &message,
        generation,
        context.clock.now(),
    );
    status.observed_generation = generation;
    if plan.status.as_ref() != Some(&status) {
        let api: Api<Plan> = Api::all(context.client.clone());
        apply::apply_status(&api, &*plan, meta::MANAGER_CONTROLLER, &status)
            .await
            .map_err(ReconcileError::kube("writing the plan's status"))?;
    }
    Ok(Action::await_change())
}

/// Counts the clusters that use a version.
pub(crate) async fn reconcile_version(
    version: Arc<PlanVersion>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    if version.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let name = version.name_any();
    let users = context.indexes.clusters.select(None, |cluster| version_of(cluster).as_deref() == Some(&name));
    let status = PlanVersionStatus {
        observed_generation: version.metadata.generation,
        used_by: u32::try_from(users.len()).unwrap_or(u32::MAX),
    };
    if version.status.as_ref() != Some(&status) {
        let api: Api<PlanVersion> = Api::all(context.client.clone());
        apply::apply_status(&api, &*version, meta::MANAGER_CONTROLLER, &status)
            .await
            .map_err(ReconcileError::kube("writing the plan version's status"))?;
    }
    Ok(Action::await_change())
}

/// Name of the plan version that a cluster refers to.
pub(crate) fn version_of(cluster: &Cluster) -> Option<String> {
    let plan = &cluster.spec.plan;
    plan.version.map(|version| version_name(&plan.name, version))
}
