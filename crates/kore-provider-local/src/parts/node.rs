//! A node: its files, its cgroup, whether it is ready.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use k8s_openapi::api::{coordination::v1::Lease, core::v1::Node as NodeObject};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};
use kore_localkube::{
    host::{
        cgroup::{Bounds, Cgroups},
        mounts, network,
    },
    node::remains,
};
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::drain::{DRAINING_SINCE, UPGRADING_SINCE, registered};
use kore_baseline::{cluster, node::ready_condition};

use crate::site::Site;

const NODE_LEASES: &str = "kube-node-lease";

/// Files of a node, and what it leaves behind.
pub(crate) struct Directory {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
}

#[async_trait]
impl Act for Directory {
    async fn observe(&self) -> Result<Observed, StepError> {
        let names = self.site.node_names(&self.node);
        if !names.directory().exists() {
            let left = !mounts::below(&names.directory()).is_empty() || !remains::strays(&names).is_empty();
            let seated = self.site.layout()?.is_some_and(|layout| layout.nodes.contains_key(&self.node));
            let wanted = self.site.nodes.contains_key(&self.node);
            return Ok(if left || (seated && !wanted) { differs(vec!["strays".to_owned()]) } else { Observed::Absent });
        }
        if !network::namespace_exists(&names.namespace()) && remains::has_stale_state(&names) {
            return Ok(differs(vec!["what ran before the machine restarted".to_owned()]));
        }
        let (Some(node), Some(authorities)) = (self.site.node(&self.node)?, self.site.authorities().await?) else {
            return Ok(differs(vec!["no addresses".to_owned()]));
        };
        let outdated = node.outdated(&authorities, self.site.now());
        Ok(if outdated.is_empty() { Observed::Ready } else { differs(outdated) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let names = self.site.node_names(&self.node);
        if !network::namespace_exists(&names.namespace()) && remains::has_stale_state(&names) {
            remains::forget_running(&names).await?;
        }
        let (Some(node), Some(authorities)) = (self.site.node(&self.node)?, self.site.authorities().await?) else {
            return Ok(Progress::Waiting { reason: format!("addresses of node {}", self.node) });
        };
        node.write(&authorities, self.site.now())?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let names = self.site.node_names(&self.node);
        remains::end(&names).await?;
        remains::remove(&names)?;
        // Last of all: the host's route was found by it.
        self.site.unseat(&self.node)?;
        Ok(Progress::Applied)
    }
}

/// The cgroup of everything on a node, or on all nodes of a cluster.
pub(crate) struct Cgroup {
    pub(crate) path: String,
    /// What they may have together; nothing is said of a node that goes.
    pub(crate) bounds: Option<Bounds>,
}

#[async_trait]
impl Act for Cgroup {
    async fn observe(&self) -> Result<Observed, StepError> {
        let cgroups = Cgroups::detect();
        Ok(match (cgroups.exists(&self.path), cgroups.any(&self.path)) {
            (true, _) if self.bounds.is_some_and(|bounds| !cgroups.is_bound(&self.path, bounds)) => {
                differs(vec!["bound otherwise".to_owned()])
            }
            (true, _) => Observed::Ready,
            (false, true) => differs(vec!["missing in some hierarchies".to_owned()]),
            (false, false) => Observed::Absent,
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let cgroups = Cgroups::detect();
        cgroups.ensure(&self.path)?;
        self.bounds.map_or(Ok(()), |bounds| cgroups.bind(&self.path, bounds))?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let cgroups = Cgroups::detect();
        cgroups.kill(&self.path).await?;
        cgroups.remove(&self.path).await?;
        cgroups.prune(&self.path);
        Ok(Progress::Applied)
    }
}

/// Whether a kubelet that was started then has made its node or spoken of it since: its condition may
/// be from before. These times are whole seconds. A node's lease is no sign of the first seconds: the
/// kubelet makes it with the node as owner, and looks for a node that is not there yet only ten
/// seconds later again.
fn speaks_since(started: Timestamp, signs: [Option<Timestamp>; 2]) -> bool {
    signs.into_iter().flatten().any(|sign| sign.as_second() >= started.as_second())
}

/// The node's condition in its cluster.
pub(crate) struct Ready {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
    /// The version that its kubelet must report, where that matters.
    pub(crate) version: Option<String>,
}

#[async_trait]
impl Act for Ready {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.site.ground.provisioner().await? else { return Ok(Observed::Absent) };
        let nodes: Api<NodeObject> = Api::all(client.clone());
        let waiting = |what: &str| Ok(Observed::Waiting { reason: format!("node {}: {what}", self.node) });
        let Some(node) = nodes.get_opt(&self.node).await.map_err(cluster)? else {
            return waiting("registered by its kubelet");
        };
        if node.annotations().contains_key(DRAINING_SINCE) {
            return Ok(differs(vec![format!("node {} was about to go", self.node)]));
        }
        if let Some(version) = &self.version {
            let reports = node.status.as_ref().and_then(|status| status.node_info.as_ref());
            let reports = reports.map(|info| info.kubelet_version.as_str()).unwrap_or_default();
            if reports != version {
                return waiting(&format!("its kubelet to report {version} instead of {reports}"));
            }
        }
        let made = node.metadata.creation_timestamp.as_ref().map(|time| time.0);
        let said = match ready_condition(&node) {
            Some(ready) if ready.status == "True" => ready.last_heartbeat_time.as_ref().map(|time| time.0),
            Some(ready) => {
                return waiting(&format!("condition Ready ({})", ready.message.clone().unwrap_or_default()));
            }
            None => return waiting("condition Ready"),
        };
        let name = self.site.node_names(&self.node).process("kubelet");
        let Some(started) = self.site.supervisor.observe(&name).await?.and_then(|status| status.started_at) else {
            return waiting("its kubelet to be started");
        };
        if speaks_since(started, [made, said]) {
            return Ok(Observed::Ready);
        }
        let leases: Api<Lease> = Api::namespaced(client.clone(), NODE_LEASES);
        let lease = leases.get_opt(&self.node).await.map_err(cluster)?;
        let renewed = lease.and_then(|lease| lease.spec?.renew_time).map(|time| time.0);
        if renewed.is_some_and(|renewed| renewed >= started) {
            return Ok(Observed::Ready);
        }
        waiting("a sign of life since its kubelet was started")
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let waits = Progress::Waiting { reason: format!("node {}: condition Ready", self.node) };
        let Some((nodes, node)) = registered(&self.site, &self.node).await? else { return Ok(waits) };
        if node.annotations().contains_key(DRAINING_SINCE) {
            // Wanted again while it was being emptied.
            let notes = json!({DRAINING_SINCE: null, UPGRADING_SINCE: null});
            let patch = json!({"metadata": {"annotations": notes}, "spec": {"unschedulable": null}});
            nodes.patch(&self.node, &PatchParams::default(), &Patch::Merge(patch)).await.map_err(cluster)?;
        }
        Ok(waits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubelet_lives_when_it_spoke_since_it_was_started() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let started = at("2026-11-22T12:00:05.7Z");
        let (before, same, after) =
            (at("2026-11-22T12:00:04Z"), at("2026-11-22T12:00:05Z"), at("2026-11-22T12:00:06Z"));
        assert!(speaks_since(started, [Some(same), None]), "made by it");
        assert!(speaks_since(started, [Some(before), Some(after)]), "started again");
        assert!(!speaks_since(started, [Some(before), Some(before)]), "what it said before it ended");
        assert!(!speaks_since(started, [None, None]));
    }
}
