//! Cluster: a graph of components that its provider knows, brought to each generation of its spec by
//! an operation, looked at now and then, and taken down with a record that nothing is left.

mod account;
mod apply;
mod build;
mod dereference;
mod status;
mod validate;

use std::sync::Arc;

use futures::{StreamExt, stream::BoxStream};
use kore_api::{
    cluster::Cluster,
    condition::{self, Condition},
    event::EventAction,
};
use kore_engine::{error::Class, upgrade::may_change};
use kore_kube::indexes::Indexes;
use kube::{
    Api, ResourceExt,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

pub(crate) use self::validate::Valid;
use self::{account::Placed, apply::Site, status::Standing};
use crate::{
    ReconcileError,
    context::ControllersContext,
    finalizer::{ensure_finalizer, has_finalizer},
    plan::version_of,
    trigger::{on, on_intent},
};

/// A cluster is looked at when its spec changes, when its deletion is asked for, when the plan version
/// that it names is published, and when a policy, or what its team is labelled with, may block it or
/// unblock it.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<Cluster>> {
    let clusters = indexes.clusters.clone();
    let published = on(&indexes.plan_versions, move |change| {
        // What versions say never changes; of those that there were, every cluster knew.
        if change.action != EventAction::Applied {
            return Vec::new();
        }
        let name = change.object.name_any();
        let waiting = clusters.select(None, |cluster| {
            let reached = cluster.status.as_ref().and_then(|status| status.observed_generation);
            reached != cluster.metadata.generation && version_of(cluster).as_deref() == Some(&name)
        });
        waiting.iter().map(|cluster| ObjectRef::from_obj(&**cluster)).collect()
    });
    let all = indexes.clone();
    let policies = on(&indexes.plan_policies, move |change| judged(&all, change.action, None));
    let all = indexes.clone();
    let teams = on(&indexes.teams, move |change| judged(&all, change.action, Some(&change.object.name_any())));
    let clusters = indexes.clusters.clone();
    let accounts = on(&indexes.accounts, move |change| {
        // Of what there was, every cluster knew.
        if change.action != EventAction::Applied {
            return Vec::new();
        }
        let name = change.object.name_any();
        let waiting = clusters.select(None, |cluster| {
            let status = cluster.status.as_ref();
            status.is_some_and(|status| {
                let is_reached = status.observed_generation == cluster.metadata.generation;
                let is_ready = |one: &Condition| one.type_ == condition::READY && one.status == "True";
                let is_well = is_reached && status.conditions.iter().any(is_ready);
                status.account.as_deref() == Some(&name) && !is_well
            })
        });
        waiting.iter().map(|cluster| ObjectRef::from_obj(&**cluster)).collect()
    });
    let all = [on_intent(&indexes.clusters), published, policies.boxed(), teams.boxed(), accounts];
    futures::stream::select_all(all).boxed()
}

/// Clusters that policies refuse, or that are blocked, perhaps no longer: of a team, or of all.
fn judged(indexes: &Indexes, action: EventAction, team: Option<&str>) -> Vec<ObjectRef<Cluster>> {
    // Of what there was, every cluster knew.
    if action == EventAction::Snapshot {
        return Vec::new();
    }
    let namespace = team.map(|team| format!("team-{team}"));
    let blocked = |cluster: &Cluster| {
        let conditions = cluster.status.iter().flat_map(|status| &status.conditions);
        conditions.into_iter().any(|one| one.type_ == condition::READY && one.reason == condition::REASON_BLOCKED)
    };
    let clusters = indexes.clusters.list(namespace.as_deref()).into_iter();
    clusters
        .filter(|cluster| {
            blocked(cluster) || validate::is_refused(cluster, &dereference::dereference(cluster, indexes))
        })
        .map(|cluster| ObjectRef::from_obj(&*cluster))
        .collect()
}

/// Finalizer first; then the stages.
pub(crate) async fn reconcile(
    cluster: Arc<Cluster>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    let site = Site { context: &context, cluster: &cluster };
    let deleting = cluster.metadata.deletion_timestamp.is_some();
    if deleting && !has_finalizer(&*cluster) {
        return Ok(Action::await_change());
    }
    // Pausing keeps what is there from being changed; `deletionProtection` keeps it from being deleted.
    if cluster.spec.paused && !deleting {
        let status = status::status(&cluster, Standing::Paused, context.clock.now());
        status::write(&context.client, &cluster, &status).await?;
        return Ok(Action::await_change());
    }
    let found = dereference::dereference(&cluster, &context.indexes);
    if deleting {
        return match validate::last_known(&cluster, &found, &context.providers) {
            Ok(valid) => site.remove(&valid).await,
            Err(error) => site.blocked(&error).await,
        };
    }
    match validate::validate(&cluster, &found, &context.providers) {
        Ok(valid) => {
            let api: Api<Cluster> = Api::namespaced(context.client.clone(), &cluster.namespace().unwrap_or_default());
            let cluster = ensure_finalizer(&api, Arc::clone(&cluster)).await?;
            let (cluster, valid) = match account::place(&context, &api, cluster, valid).await? {
                Placed::In(cluster, valid) => (cluster, valid),
                Placed::Waits(cluster, valid, reason) => {
                    return Site { context: &context, cluster: &cluster }.wait(&valid, &reason).await;
                }
                Placed::Nowhere(error) => return site.blocked(&error).await,
            };
            let standing = match valid.provider.standing(&valid.request).await {
                Ok(standing) => standing,
                Err(error) => return Site { context: &context, cluster: &cluster }.unseen(&valid, error).await,
            };
            if let Err(error) = may_change(standing, &valid.request.parameters) {
                return Site { context: &context, cluster: &cluster }.blocked(&error).await;
            }
            let (cluster, valid) = apply::settle_rung(&api, cluster, valid).await?;
            let site = Site { context: &context, cluster: &cluster };
            match site.reserve(&valid).await {
                Ok(()) => {}
                Err(error) if error.class == Class::Quota => return site.blocked(&error).await,
                Err(error) => return Err(ReconcileError::Records(error)),
            }
            match apply::settle_addresses(&context, &api, Arc::clone(&cluster), valid).await? {
                Ok((cluster, valid)) => Site { context: &context, cluster: &cluster }.reach(&valid).await,
                Err(error) => site.blocked(&error).await,
            }
        }
        Err(error) => site.blocked(&error).await,
    }
}
