//! Keeps what stands in for AWS ready while the installation rehearses. It forgets everything when it ends, so it is asked now
//! and then whether it still knows us.

mod behind;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use kore_api::{
    cloud::{Cloud, CloudAccount, CloudOrganization},
    config::{CloudSettings, Configuration},
    meta::{ANNOTATION_RETRY, MANAGER_CONTROLLER},
    platform::{Rehearsal, RehearsedOrganization},
};
use kore_engine::provider::ClusterProvider;
use kore_kube::clusters::Clusters;
use kore_provider_aws::{cloud::Cloud as Aws, rehearsal::StandIn};
use kube::{
    Api, ResourceExt,
    api::{ListParams, Patch, PatchParams},
};
use serde_json::json;
use tokio::sync::watch;

/// How long it may take to be made ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked.
const LOOK: Duration = Duration::from_secs(3);

/// What is rehearsed, as it is before anything was made ready.
pub(crate) fn begin(configuration: &Configuration) -> watch::Sender<Vec<Rehearsal>> {
    let clouds = configuration.cloud.rehearsal.keys();
    watch::Sender::new(clouds.map(|&cloud| Rehearsal { cloud, aws: None }).collect())
}

/// What stands in for AWS; none where AWS is no rehearsal.
pub(crate) fn stand_in(settings: &CloudSettings, aws: &Aws) -> Option<StandIn> {
    let endpoint = settings.stand_in(Cloud::Aws)?;
    Some(StandIn::new(aws.clone(), endpoint, settings.issuer.clone()))
}

/// Waits until every rehearsed cloud has been made ready once, or for as long as that should take: whoever asked before would
/// be told that Kore has no roles there, and look again much later.
pub(crate) async fn ready(mut known: watch::Receiver<Vec<Rehearsal>>) {
    let all = known.wait_for(|clouds| clouds.iter().all(|one| one.aws.is_some()));
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        tracing::warn!("what stands in for AWS is not ready in time: goes on without");
    }
}

/// Makes it ready, again and again.
pub(crate) async fn keep(stand_in: StandIn, kube: kube::Client, known: watch::Sender<Vec<Rehearsal>>) {
    let mut was_ready = false;
    loop {
        match prepare(&stand_in, &kube, was_ready).await {
            Ok(None) => {}
            Ok(Some(organization)) => {
                tracing::info!(root = organization.organizational_unit, "what stands in for AWS is ready");
                known.send_replace(vec![Rehearsal { cloud: Cloud::Aws, aws: Some(organization) }]);
                if was_ready && let Err(error) = wake(&kube).await {
                    tracing::warn!("nobody is told that what stands in for AWS began anew: {error:#}");
                }
                was_ready = true;
            }
            Err(error) => tracing::warn!("what stands in for AWS is not ready: {error:#}"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Has organisations and accounts looked at: whoever asked between the end of what stood in for AWS and now was told that
/// Kore has no roles there. Clusters follow their accounts.
async fn wake(kube: &kube::Client) -> anyhow::Result<()> {
    let annotations = json!({ ANNOTATION_RETRY: uuid::Uuid::new_v4().to_string() });
    let patch = Patch::Merge(json!({ "metadata": { "annotations": annotations } }));
    let (organizations, accounts): (Api<CloudOrganization>, Api<CloudAccount>) =
        (Api::all(kube.clone()), Api::all(kube.clone()));
    for one in organizations.list_metadata(&ListParams::default()).await? {
        organizations.patch(&one.name_any(), &PatchParams::apply(MANAGER_CONTROLLER), &patch).await?;
    }
    for one in accounts.list_metadata(&ListParams::default()).await? {
        accounts.patch(&one.name_any(), &PatchParams::apply(MANAGER_CONTROLLER), &patch).await?;
    }
    Ok(())
}

/// Makes clusters of this machine behind those that it tells of.
pub(crate) async fn follow(
    stand_in: StandIn,
    clusters: Clusters,
    local: Arc<dyn ClusterProvider>,
    leads: watch::Receiver<bool>,
) {
    behind::Behind { stand_in, clusters, local }.follow(leads).await;
}

/// The organisation, when something had to be done, or we do not know it yet.
async fn prepare(
    stand_in: &StandIn,
    kube: &kube::Client,
    was_ready: bool,
) -> anyhow::Result<Option<RehearsedOrganization>> {
    if stand_in.is_ready().await? && was_ready {
        return Ok(None);
    }
    let keys = kore_kube::identity::keys(kube).await.context("the management cluster shows no keys")?;
    Ok(Some(stand_in.prepare(&keys).await?))
}
