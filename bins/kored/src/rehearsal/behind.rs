//! What stands behind the clusters of a rehearsed cloud: clusters of this machine, in a team of their own, made and taken down
//! by the controllers as everybody's are. This hands on what is wanted, and how far it is.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use kore_api::{
    cluster::{Cluster, ClusterSpec, PlanRef},
    condition::READY,
    config::{DEFAULT_ISSUER, REHEARSAL_TEAM},
    names::ClusterRef,
    plan::{LocalDriver, LocalParameters},
};
use kore_baseline::text;
use kore_engine::provider::ClusterProvider;
use kore_kube::{apply::apply, clusters::Clusters};
use kore_provider_aws::rehearsal::{Reached, StandIn, Standing, Wanted};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams},
};
use serde_json::{Value, json};
use tokio::sync::watch;

/// How often it is looked what is wanted.
const LOOK: Duration = Duration::from_secs(1);
/// Field manager of these clusters.
const MANAGER: &str = "kore-rehearsal";

/// Makes real what the stand-in tells of.
pub(crate) struct Behind {
    pub(crate) stand_in: StandIn,
    pub(crate) clusters: Clusters,
    /// Who makes clusters on this machine.
    pub(crate) local: Arc<dyn ClusterProvider>,
}

impl Behind {
    /// Follows the stand-in while this process leads.
    pub(crate) async fn follow(self, leads: watch::Receiver<bool>) {
        loop {
            tokio::time::sleep(LOOK).await;
            if !*leads.borrow() {
                continue;
            }
            if let Err(error) = self.look().await {
                tracing::warn!("what stands behind the rehearsed clusters: {error:#}");
            }
        }
    }

    fn api(&self) -> Api<Cluster> {
        Api::namespaced(self.clusters.management.clone(), &format!("team-{REHEARSAL_TEAM}"))
    }

    async fn look(&self) -> anyhow::Result<()> {
        let wanted = self.stand_in.wanted().await?;
        let there = self.api().list(&ListParams::default()).await?.items;
        let mut there: BTreeMap<String, Cluster> = there.into_iter().map(|one| (one.name_any(), one)).collect();
        for one in wanted {
            let found = there.remove(&one.name);
            let standing =
                if one.gone { self.taken_down(found.as_ref()).await? } else { self.made(&one, found).await? };
            self.stand_in.tell(&one.name, &standing).await?;
        }
        // Of a stand-in that has forgotten everything since.
        for lost in there.into_values() {
            self.taken_down(Some(&lost)).await?;
        }
        Ok(())
    }

    async fn taken_down(&self, found: Option<&Cluster>) -> anyhow::Result<Standing> {
        if let Some(cluster) = found
            && cluster.metadata.deletion_timestamp.is_none()
        {
            self.api().delete(&cluster.name_any(), &DeleteParams::default()).await?;
        }
        Ok(Standing { gone: found.is_none(), ..Standing::default() })
    }

    async fn made(&self, wanted: &Wanted, found: Option<Cluster>) -> anyhow::Result<Standing> {
        let spec = self.spec(wanted)?;
        let cluster = match found {
            Some(found) if found.spec == spec => found,
            _ => {
                let mut object = Cluster::new(&wanted.name, spec);
                let note = format!("stands behind {} in the rehearsed cloud", wanted.cluster);
                object.annotations_mut().insert("kore.internal/description".to_owned(), note);
                apply(&self.api(), MANAGER, &object).await?
            }
        };
        let status = cluster.status.clone().unwrap_or_default();
        let is_ready = status.observed_generation == cluster.metadata.generation
            && status.conditions.iter().any(|one| one.type_ == READY && one.status == "True");
        let ready = if is_ready { wanted.nodes.clone() } else { BTreeMap::new() };
        // A version that this machine has not counts as the one that stands for it.
        let is_here = cluster.spec.overrides.get("kubernetesVersion").is_some();
        let version = (is_ready || !is_here).then(|| wanted.version.clone());
        Ok(Standing { reached: self.reached(&wanted.name).await?, version, ready, gone: false })
    }

    /// What the cluster is to be: of the version that is wanted, where this machine has it.
    fn spec(&self, wanted: &Wanted) -> anyhow::Result<ClusterSpec> {
        let pools: BTreeMap<_, _> = wanted.nodes.iter().map(|(name, size)| (name, json!({ "size": size }))).collect();
        // Nodes come later than the cluster, and may go before it.
        let driver = if pools.is_empty() { LocalDriver::ControlPlaneOnly } else { LocalDriver::Native };
        let any_version = json!({ "driver": driver, "nodePools": pools });
        let of_version = json!({ "driver": driver, "nodePools": pools, "kubernetesVersion": wanted.version });
        let is_here = self.local.validate(&complete(&of_version)?).is_ok();
        let overrides = if is_here { of_version } else { any_version };
        Ok(ClusterSpec {
            plan: PlanRef { name: REHEARSAL_TEAM.parse()?, version: Some(1) },
            overrides,
            paused: false,
            deletion_protection: false,
        })
    }

    /// How its API server is reached, once it answers.
    async fn reached(&self, name: &str) -> anyhow::Result<Option<Reached>> {
        let cluster = ClusterRef { team: REHEARSAL_TEAM.parse()?, name: name.parse()? };
        let Some(secret) = self.clusters.credential(&cluster).await? else { return Ok(None) };
        if self.clusters.with(&secret).await?.apiserver_version().await.is_err() {
            return Ok(None);
        }
        Ok(Some(Reached {
            endpoint: text(&secret, "server").to_owned(),
            authority: BASE64_STANDARD.encode(text(&secret, "ca.crt")),
            issuer: DEFAULT_ISSUER.to_owned(),
        }))
    }
}

/// Overrides with everything that they leave out.
fn complete(overrides: &Value) -> anyhow::Result<Value> {
    let parameters: LocalParameters =
        serde_json::from_value(overrides.clone()).context("no parameters of a local cluster")?;
    Ok(serde_json::to_value(parameters)?)
}
