//! What an upgrade depends on, as it is in the cluster now. What cannot be looked at is told as that.

pub mod deprecated;
mod webhooks;

use k8s_openapi::api::{
    core::v1::{Node as NodeObject, Pod},
    policy::v1::PodDisruptionBudget,
};
use kore_domain::upgrade::{Budget, Facts, Node, Seen};
use kore_engine::error::chain;
use kube::{Api, Client, ResourceExt, api::ListParams};

use crate::{
    ground::Ground,
    node::{is_cordoned, ready_condition},
};

/// Looks at all of it, each thing for itself. Of nodes, at those that are wanted: one that goes has nothing to say, and may never
/// be ready again. `logged` says what else is known of uses of deprecated APIs than that the API server counted them.
pub async fn gather(
    ground: &Ground,
    is_wanted: impl Fn(&NodeObject) -> bool,
    logged: impl Future<Output = Seen<deprecated::Log>>,
) -> Facts {
    let client = match ground.asking_once().await {
        Ok(Some(client)) => client,
        Ok(None) => return Facts::unknown("the cluster has no credential for Kore's controllers yet"),
        Err(error) => return Facts::unknown(&chain(&error)),
    };
    let (control_plane, nodes, deprecated, budgets, webhooks, lone_pods) = tokio::join!(
        async { client.apiserver_version().await.map(|version| version.git_version).map_err(|error| chain(&error)) },
        nodes(&client, is_wanted),
        deprecated::uses(&client, logged),
        budgets(&client),
        webhooks::webhooks(&client),
        lone_pods(&client),
    );
    Facts { control_plane, nodes, deprecated, budgets, webhooks, lone_pods, told: Ok(Vec::new()) }
}

async fn nodes(client: &Client, is_wanted: impl Fn(&NodeObject) -> bool) -> Seen<Vec<Node>> {
    let all: Api<NodeObject> = Api::all(client.clone());
    let all = all.list(&ListParams::default()).await.map_err(|error| chain(&error))?.into_iter();
    Ok(all.filter(is_wanted).map(node).collect())
}

fn node(node: NodeObject) -> Node {
    let (name, cordoned) = (node.name_any(), is_cordoned(&node));
    let unready = match ready_condition(&node) {
        Some(ready) if ready.status == "True" => None,
        Some(ready) => Some(ready.message.clone().unwrap_or_else(|| ready.status.clone())),
        None => Some("it has not said so".to_owned()),
    };
    let version = node.status.and_then(|status| status.node_info).map(|info| info.kubelet_version).unwrap_or_default();
    Node { name, version, unready, cordoned }
}

async fn budgets(client: &Client) -> Seen<Vec<Budget>> {
    let all: Api<PodDisruptionBudget> = Api::all(client.clone());
    Ok(all.list(&ListParams::default()).await.map_err(|error| chain(&error))?.into_iter().map(budget).collect())
}

fn budget(budget: PodDisruptionBudget) -> Budget {
    let name = qualified(&budget);
    let status = budget.status.unwrap_or_default();
    let numbers = status.expected_pods.zip(status.disruptions_allowed);
    let current = status.observed_generation.is_some() && status.observed_generation == budget.metadata.generation;
    let (pods, allowed) = numbers.unwrap_or_default();
    Budget { name, pods, allowed, counted: current && numbers.is_some() }
}

/// Pods that run and that nobody would make again elsewhere.
async fn lone_pods(client: &Client) -> Seen<Vec<String>> {
    let all: Api<Pod> = Api::all(client.clone());
    let running = ListParams::default().fields("status.phase!=Succeeded,status.phase!=Failed");
    let pods = all.list_metadata(&running).await.map_err(|error| chain(&error))?;
    let alone =
        pods.into_iter().filter(|pod| pod.owner_references().iter().all(|owner| owner.controller != Some(true)));
    Ok(alone.map(|pod| qualified(&pod)).collect())
}

fn qualified<K: kube::Resource>(object: &K) -> String {
    format!("{}/{}", object.namespace().unwrap_or_default(), object.name_any())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_budget_counts_once_it_was_counted() {
        let of = |value| budget(serde_json::from_value(value).unwrap());
        let metadata = json!({"name": "web", "namespace": "shop", "generation": 2});
        let status = |generation: i64| {
            json!({"observedGeneration": generation, "expectedPods": 2, "disruptionsAllowed": 1,
                "currentHealthy": 2, "desiredHealthy": 1})
        };
        let counted = of(json!({"metadata": metadata, "status": status(2)}));
        assert_eq!(counted, Budget { name: "shop/web".into(), pods: 2, allowed: 1, counted: true });
        assert!(!of(json!({"metadata": metadata, "status": status(1)})).counted);
        assert!(!of(json!({"metadata": metadata})).counted);
    }

    #[test]
    fn a_node_that_says_nothing_is_not_ready() {
        let of = |conditions| {
            let node_info = json!({"kubeletVersion": "v1.35.4", "architecture": "", "bootID": "",
                "containerRuntimeVersion": "", "kernelVersion": "", "kubeProxyVersion": "", "machineID": "",
                "operatingSystem": "", "osImage": "", "systemUUID": ""});
            let status = json!({"conditions": conditions, "nodeInfo": node_info});
            node(serde_json::from_value(json!({"metadata": {"name": "a"}, "status": status})).unwrap())
        };
        assert_eq!(of(json!([{"type": "Ready", "status": "True"}])).unready, None);
        assert_eq!(of(json!([{"type": "Ready", "status": "Unknown"}])).unready.unwrap(), "Unknown");
        assert!(of(json!([])).unready.is_some());
        assert_eq!(of(json!([])).version, "v1.35.4");
    }
}
