//! Runs all controllers while this replica leads.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures::{StreamExt, future::BoxFuture, stream::BoxStream};
use kore_kube::index::{Index, Kind};
use kube::{
    ResourceExt,
    runtime::{
        applier,
        controller::{Action, Config, Error, ReconcileRequest},
    },
};
use tokio::sync::watch;

use crate::{
    ReconcileError, cloud_account, cloud_organization, cluster, context::ControllersContext, namespace, plan, team,
    trigger::infallible,
};

/// How many objects of a kind are reconciled at once.
const WIDTH: u16 = 64;
/// Changes of many objects that concern one are taken together.
const GATHER: Duration = Duration::from_millis(500);

/// Runs all controllers while `leads` is true, until `shutdown` is. Losing the lead drops what is
/// under way; the next leader observes and goes on.
pub async fn run(context: ControllersContext, mut leads: watch::Receiver<bool>, mut shutdown: watch::Receiver<bool>) {
    let context = Arc::new(context);
    loop {
        tokio::select! {
            led = leads.wait_for(|leads| *leads) => if led.is_err() { return },
            _ = shutdown.wait_for(|down| *down) => return,
        }
        tracing::info!(installation = %context.installation, "controllers begin");
        let mut all = std::pin::pin!(all(&context));
        tokio::select! {
            () = &mut all => {}
            led = leads.wait_for(|leads| !*leads) => if led.is_err() { return },
            _ = shutdown.wait_for(|down| *down) => return,
        }
        tracing::info!(installation = %context.installation, "controllers stand by");
    }
}

async fn all(context: &Arc<ControllersContext>) {
    context.indexes.synced().await;
    let indexes = &context.indexes;
    tokio::join!(
        control(context, &indexes.teams, team::triggers(indexes), Duration::ZERO, |object, context| Box::pin(
            team::reconcile(object, context)
        )),
        control(context, &indexes.plans, plan::triggers(indexes), GATHER, |object, context| Box::pin(plan::reconcile(
            object, context
        ))),
        control(context, &indexes.plan_versions, plan::version_triggers(indexes), GATHER, |object, context| Box::pin(
            plan::reconcile_version(object, context)
        )),
        control(context, &indexes.clusters, cluster::triggers(indexes), Duration::ZERO, |object, context| Box::pin(
            cluster::reconcile(object, context)
        )),
        control(
            context,
            &indexes.namespaces,
            namespace::triggers(indexes),
            Duration::ZERO,
            |object, context| Box::pin(namespace::reconcile(object, context))
        ),
        control(
            context,
            &indexes.organizations,
            cloud_organization::triggers(indexes),
            Duration::ZERO,
            |object, context| Box::pin(cloud_organization::reconcile(object, context))
        ),
        control(context, &indexes.accounts, cloud_account::triggers(indexes), Duration::ZERO, |object, context| {
            Box::pin(cloud_account::reconcile(object, context))
        }),
    );
}

type Reconciled = BoxFuture<'static, Result<Action, ReconcileError>>;

async fn control<K>(
    context: &Arc<ControllersContext>,
    index: &Index<K>,
    triggers: BoxStream<'static, ReconcileRequest<K>>,
    gather: Duration,
    reconcile: impl FnMut(Arc<K>, Arc<ControllersContext>) -> Reconciled,
) where
    K: Kind,
    K::DynamicType: Debug + Send + Sync,
{
    let config = Config::default().concurrency(WIDTH).debounce(gather);
    let queue = triggers.map(infallible);
    let results = applier(reconcile, error_policy::<K>, Arc::clone(context), index.store(), queue, config);
    let mut results = std::pin::pin!(results);
    let kind = K::kind(&K::DynamicType::default()).to_string();
    while let Some(result) = results.next().await {
        let label = match &result {
            Ok(_) => "ok",
            // Gone before its turn came.
            Err(Error::ObjectNotFound(_)) => continue,
            Err(_) => "error",
        };
        metrics::counter!("kore_reconciles_total", "kind" => kind.clone(), "result" => label).increment(1);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "kube's applier calls it so")]
fn error_policy<K: Kind>(object: Arc<K>, error: &ReconcileError, _: Arc<ControllersContext>) -> Action {
    let kind = K::kind(&K::DynamicType::default()).to_string();
    tracing::warn!(
        kind = %kind, namespace = object.namespace(), name = %object.name_any(),
        error = error as &dyn std::error::Error, "reconcile of {kind} {} did not end", object.name_any()
    );
    Action::requeue(error.requeue())
}
