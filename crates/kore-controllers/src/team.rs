//! Team: a namespace of its own, and no deletion while it owns clusters.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use k8s_openapi::api::core::v1::Namespace;
use kore_api::{
    cluster::Cluster,
    condition,
    event::EventAction,
    meta,
    team::{Team, TeamStatus},
};
use kore_kube::{apply, indexes::Indexes};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams},
    core::ObjectMeta,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

use crate::{
    ReconcileError,
    condition::Truth,
    context::ControllersContext,
    finalizer::{ensure_finalizer, has_finalizer, remove_finalizer},
    trigger::{on, on_intent},
};

/// A team is looked at when its spec changes and when one of its clusters is gone.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<Team>> {
    let released = on(&indexes.clusters, |change| {
        let namespace = change.object.namespace();
        let team = namespace.as_deref().and_then(|namespace| namespace.strip_prefix("team-"));
        match team {
            Some(team) if change.action == EventAction::Deleted => vec![ObjectRef::new(team)],
            _ => Vec::new(),
        }
    });
    futures::stream::select(on_intent(&indexes.teams), released).boxed()
}

/// Makes the team's namespace, or removes it once nothing is owned.
pub(crate) async fn reconcile(team: Arc<Team>, context: Arc<ControllersContext>) -> Result<Action, ReconcileError> {
    let api: Api<Team> = Api::all(context.client.clone());
    if team.metadata.deletion_timestamp.is_some() {
        return remove(&team, &api, &context).await;
    }
    let team = ensure_finalizer(&api, team).await?;
    let namespace = namespace(&team, &context.installation);
    let namespaces: Api<Namespace> = Api::all(context.client.clone());
    apply::apply(&namespaces, meta::MANAGER_CONTROLLER, &namespace)
        .await
        .map_err(ReconcileError::kube("applying the team's namespace"))?;
    let status = status(&team, Truth::True, condition::REASON_RECONCILED, "", &context);
    write(&team, &api, status).await?;
    Ok(Action::await_change())
}

async fn remove(team: &Team, api: &Api<Team>, context: &ControllersContext) -> Result<Action, ReconcileError> {
    if !has_finalizer(team) {
        return Ok(Action::await_change());
    }
    let name = format!("team-{}", team.name_any());
    // Asked of the API server and not of the index: a cluster made a moment ago counts.
    let clusters: Api<Cluster> = Api::namespaced(context.client.clone(), &name);
    let owned = clusters.list(&ListParams::default()).await.map_err(ReconcileError::kube("listing clusters"))?;
    if !owned.items.is_empty() {
        let names: Vec<_> = owned.items.iter().map(ResourceExt::name_any).collect();
        let message = format!("still owns {}", names.join(", "));
        write(team, api, status(team, Truth::False, condition::REASON_DELETING, &message, context)).await?;
        return Ok(Action::requeue(Duration::from_secs(30)));
    }
    let namespaces: Api<Namespace> = Api::all(context.client.clone());
    match namespaces.delete(&name, &DeleteParams::background()).await {
        Ok(_) => {
            let message = format!("waits for namespace {name} to be gone");
            write(team, api, status(team, Truth::False, condition::REASON_DELETING, &message, context)).await?;
            Ok(Action::requeue(Duration::from_secs(1)))
        }
        Err(error) if apply::is_not_found(&error) => {
            remove_finalizer(api, team).await?;
            Ok(Action::await_change())
        }
        Err(error) => Err(ReconcileError::kube("deleting the team's namespace")(error)),
    }
}

fn namespace(team: &Team, installation: &str) -> Namespace {
    let labels = [
        (meta::LABEL_TEAM.to_owned(), team.name_any()),
        (meta::LABEL_INSTALLATION.to_owned(), installation.to_owned()),
    ];
    Namespace {
        metadata: ObjectMeta {
            name: Some(format!("team-{}", team.name_any())),
            labels: Some(labels.into()),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    }
}

fn status(team: &Team, ready: Truth, reason: &str, message: &str, context: &ControllersContext) -> TeamStatus {
    let mut status = team.status.clone().unwrap_or_default();
    let generation = team.metadata.generation;
    let now = context.clock.now();
    crate::condition::set(&mut status.conditions, condition::READY, ready, reason, message, generation, now);
    status.observed_generation = generation;
    status.namespace = Some(format!("team-{}", team.name_any()));
    status
}

async fn write(team: &Team, api: &Api<Team>, status: TeamStatus) -> Result<(), ReconcileError> {
    if team.status.as_ref() == Some(&status) {
        return Ok(());
    }
    let written = apply::apply_status(api, team, meta::MANAGER_CONTROLLER, &status).await;
    written.map(drop).map_err(ReconcileError::kube("writing the team's status"))
}
