//! How a node is emptied: before it goes, and before its kubelet is another one. Pods leave by eviction,
//! which disruption budgets may put off.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Node as NodeObject, Pod};
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, EvictParams, ListParams, Patch, PatchParams},
};
use serde_json::json;

use kore_baseline::{cluster, node::is_cordoned};

use crate::site::Site;

/// How long a disruption budget may keep pods on a node before somebody is asked to act.
const DRAIN_PATIENCE: SignedDuration = SignedDuration::from_secs(60);
/// When draining of a node that goes began: survives a crash of ours.
pub(crate) const DRAINING_SINCE: &str = "kore.internal/draining-since";
/// When draining of a node that is upgraded began.
pub(crate) const UPGRADING_SINCE: &str = "kore.internal/upgrading-since";
/// Somebody else had cordoned the node before: it stays so.
const CORDONED_BEFORE: &str = "kore.internal/cordoned-before";

/// A node as its cluster has it, with the way to it; none before there is either.
pub(crate) async fn registered(site: &Site, node: &str) -> Result<Option<(Api<NodeObject>, NodeObject)>, StepError> {
    let Some(client) = site.ground.provisioner().await? else { return Ok(None) };
    let nodes: Api<NodeObject> = Api::all(client);
    Ok(nodes.get_opt(node).await.map_err(cluster)?.map(|found| (nodes, found)))
}

/// Pods of a node that have to be elsewhere before it may be taken away: not those that are bound to it,
/// or have ended.
async fn pods(client: Client, node: &str) -> Result<Vec<Pod>, StepError> {
    let all: Api<Pod> = Api::all(client);
    let here = ListParams::default().fields(&format!("spec.nodeName={node}"));
    let pods = all.list(&here).await.map_err(cluster)?;
    let ended = |pod: &Pod| {
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
        matches!(phase, Some("Succeeded" | "Failed"))
    };
    let bound =
        |pod: &Pod| pod.owner_references().iter().any(|owner| matches!(owner.kind.as_str(), "DaemonSet" | "Node"));
    Ok(pods.into_iter().filter(|pod| !ended(pod) && !bound(pod)).collect())
}

/// Keeps new pods from a node, and notes in an annotation since when.
async fn cordon(site: &Site, nodes: &Api<NodeObject>, node: &NodeObject, note: &str) -> Result<Timestamp, StepError> {
    let noted = node.annotations().get(note).and_then(|text| text.parse::<Timestamp>().ok());
    let since = noted.unwrap_or_else(|| site.now());
    if noted.is_none() || !is_cordoned(node) {
        let mut notes = BTreeMap::from([(note, since.to_string())]);
        if noted.is_none() && note == UPGRADING_SINCE && is_cordoned(node) {
            notes.insert(CORDONED_BEFORE, "true".to_owned());
        }
        let patch = json!({"metadata": {"annotations": notes}, "spec": {"unschedulable": true}});
        nodes.patch(&node.name_any(), &PatchParams::default(), &Patch::Merge(patch)).await.map_err(cluster)?;
    }
    Ok(since)
}

/// One attempt to move the pods of a node away; what that waits for, or nothing once there are none.
///
/// # Errors
/// `KORE-CLUSTER-0007` when a budget has kept a pod for longer than [`DRAIN_PATIENCE`].
async fn empty(site: &Site, client: Client, node: &str, since: Timestamp) -> Result<Option<String>, StepError> {
    let pods = pods(client, node).await?;
    let Some(client) = site.ground.asking_once().await? else {
        return Ok(Some("credentials of the cluster".to_owned()));
    };
    let (mut kept, mut moves) = (None, false);
    for pod in pods.iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()) {
        let api: Api<Pod> = Api::namespaced(client.clone(), &pod.namespace().unwrap_or_default());
        match api.evict(&pod.name_any(), &EvictParams::default()).await {
            Ok(_) => moves = true,
            Err(error) if kore_kube::apply::is_not_found(&error) => {}
            // A disruption budget says not yet (429), or cannot be decided (500).
            Err(kube::Error::Api(status)) => kept = kept.or(Some((pod, status.message))),
            Err(error) => return Err(cluster(error)),
        }
    }
    let Some(pod) = kept.as_ref().map(|(pod, _)| *pod).or(pods.first()) else { return Ok(None) };
    let name = format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name_any());
    let others = if pods.len() > 1 { format!(" and {} others", pods.len() - 1) } else { String::new() };
    let why = kept.map(|(_, why)| why);
    let because = why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let reason = format!("pod {name}{others} to leave node {node}{because}");
    // A pod that is ending has a time of its own to do so, and as long as any goes it is no standstill.
    let ending = moves || pods.iter().any(|pod| pod.metadata.deletion_timestamp.is_some());
    if why.is_some() && !ending && site.now().duration_since(since) >= DRAIN_PATIENCE {
        return Err(StepError::new(Code::ClusterDrainBlocked, Class::Quota, format!("waits for {reason}")));
    }
    Ok(Some(reason))
}

/// Empties a node that goes, and removes it from its cluster.
pub(crate) struct Drain {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
}

#[async_trait]
impl Act for Drain {
    async fn observe(&self) -> Result<Observed, StepError> {
        let found = registered(&self.site, &self.node).await?;
        Ok(if found.is_some() { Observed::Ready } else { Observed::Absent })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some((nodes, node)) = registered(&self.site, &self.node).await? else { return Ok(Progress::Applied) };
        let since = cordon(&self.site, &nodes, &node, DRAINING_SINCE).await?;
        if let Some(reason) = empty(&self.site, nodes.clone().into_client(), &self.node, since).await? {
            return Ok(Progress::Waiting { reason });
        }
        match nodes.delete(&self.node, &DeleteParams::default()).await {
            Ok(_) => Ok(Progress::Applied),
            Err(error) if kore_kube::apply::is_not_found(&error) => Ok(Progress::Applied),
            Err(error) => Err(cluster(error)),
        }
    }
}

/// Empties a node whose programs are about to be of another version.
pub(crate) struct Clear {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
    /// Its programs of the version wanted: once they run there, nothing is to be emptied.
    pub(crate) programs: Vec<Box<dyn Act>>,
}

#[async_trait]
impl Act for Clear {
    async fn observe(&self) -> Result<Observed, StepError> {
        let mut upgraded = true;
        for program in &self.programs {
            upgraded &= matches!(program.observe().await?, Observed::Ready | Observed::Waiting { .. });
        }
        if upgraded {
            return Ok(Observed::Ready);
        }
        let Some(client) = self.site.ground.provisioner().await? else { return Ok(Observed::Absent) };
        let nodes: Api<NodeObject> = Api::all(client.clone());
        let Some(node) = nodes.get_opt(&self.node).await.map_err(cluster)? else {
            return Ok(Observed::Waiting { reason: format!("node {}: registered by its kubelet", self.node) });
        };
        let mut left = Vec::new();
        if !node.annotations().contains_key(UPGRADING_SINCE) || !is_cordoned(&node) {
            left.push(format!("node {} takes pods", self.node));
        }
        match pods(client, &self.node).await?.len() {
            0 => {}
            count => left.push(format!("{count} pods to move")),
        }
        Ok(if left.is_empty() { Observed::Ready } else { differs(left) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let waits = |reason: String| Ok(Progress::Waiting { reason });
        let Some(client) = self.site.ground.provisioner().await? else {
            return waits("credentials of the cluster".into());
        };
        let nodes: Api<NodeObject> = Api::all(client.clone());
        let Some(node) = nodes.get_opt(&self.node).await.map_err(cluster)? else {
            return waits(format!("node {}: registered by its kubelet", self.node));
        };
        let since = cordon(&self.site, &nodes, &node, UPGRADING_SINCE).await?;
        match empty(&self.site, client, &self.node, since).await? {
            Some(reason) => waits(reason),
            None => Ok(Progress::Applied),
        }
    }
}

/// Lets pods come to a node again that was emptied for its upgrade.
pub(crate) struct Uncordon {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
}

#[async_trait]
impl Act for Uncordon {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.site.ground.provisioner().await? else { return Ok(Observed::Absent) };
        let node = Api::<NodeObject>::all(client).get_opt(&self.node).await.map_err(cluster)?;
        let emptied = node.is_some_and(|node| node.annotations().contains_key(UPGRADING_SINCE));
        Ok(if emptied { differs(vec![format!("node {} takes no pods", self.node)]) } else { Observed::Ready })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some((nodes, node)) = registered(&self.site, &self.node).await? else { return Ok(Progress::Applied) };
        let stays = node.annotations().contains_key(CORDONED_BEFORE).then_some(true);
        let notes = json!({UPGRADING_SINCE: null, CORDONED_BEFORE: null});
        let patch = json!({"metadata": {"annotations": notes}, "spec": {"unschedulable": stays}});
        nodes.patch(&self.node, &PatchParams::default(), &Patch::Merge(patch)).await.map_err(cluster)?;
        Ok(Progress::Applied)
    }
}
