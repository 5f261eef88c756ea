//! Clusters on this machine, for real: the supervisor with its management cluster and registry, the
//! engine, nodes, pods, fewer nodes, and nothing left. Needs root and the programs of `tools/build`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests are not told from a program; how long each step took is part of the result"
)]

mod bench;

use std::time::{Duration, Instant};

use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Namespace, Node, Pod},
    policy::v1::PodDisruptionBudget,
    rbac::v1::{ClusterRole, ClusterRoleBinding},
};
use kore_api::codes::Code;
use kore_domain::cluster_rbac::GATEWAY_USER;
use kore_engine::{
    component::Progress,
    error::{Class, StepError},
    preview::Prospect,
    provider::{ClusterProvider, ClusterRequest},
};
use kore_localkube::{
    host::size::MachineSize,
    inventory::{Item, Kind},
    ladder::{self, Rung},
};
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
};
use serde_json::json;

use self::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_runs_pods_survives_a_reboot_shrinks_and_leaves_nothing() {
    let bench = Bench::start("it-nodes").await;
    let result = tokio::spawn({
        let bench = bench.clone();
        async move { story(&bench).await }
    })
    .await;
    bench.stop().await;
    result.unwrap();
}

/// Processors and memory of a node that pods may ask for.
async fn may_be_asked_of(client: &Client, node: &str) -> (String, String) {
    let node = Api::<Node>::all(client.clone()).get(node).await.unwrap();
    let mut there = node.status.unwrap().allocatable.unwrap();
    let mut amount = |name| there.remove(name).unwrap().0;
    (amount("cpu"), amount("memory"))
}

async fn story(bench: &Bench) {
    let before = bench.inventory().await;
    let two =
        bench.request("payments/dev", json!({"nodePools": {"default": {"size": 2, "vcpus": 1, "memoryMib": 1024}}}));
    bench.bring(&two, 1).await;
    let facts = bench.provider.facts(&two).await.unwrap();
    assert!(facts.rung.workloads, "{}", facts.rung.reason);
    assert_eq!((facts.nodes.desired, facts.nodes.ready), (2, 2));
    assert!(facts.kubernetes_version.unwrap().starts_with("v1."));

    let client = bench.client("payments", "dev").await;
    let hello: Deployment = serde_json::from_value(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "hello"},
        "spec": {"replicas": 4, "selector": {"matchLabels": {"app": "hello"}}, "template": {
            "metadata": {"labels": {"app": "hello"}},
            "spec": {
                "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
                    "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": {"app": "hello"}}}],
                "containers": [{"name": "hello", "image": "kore.internal/hello:1",
                    "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}}]}}}
    }))
    .unwrap();
    let deployments: Api<Deployment> = Api::default_namespaced(client.clone());
    deployments.create(&PostParams::default(), &hello).await.unwrap();
    let began = Instant::now();
    ready_pods(&deployments, 4).await;
    eprintln!("4 pods ready after {:.1} s", began.elapsed().as_secs_f32());
    for node in ["default-1", "default-2"] {
        assert_eq!(may_be_asked_of(&client, node).await, ("1".to_owned(), "1Gi".to_owned()));
    }
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let on: std::collections::BTreeSet<String> =
        pods.list(&ListParams::default()).await.unwrap().into_iter().filter_map(|pod| pod.spec?.node_name).collect();
    assert_eq!(on.len(), 2, "pods run on both nodes: {on:?}");

    // As after a reboot: no process, namespace, link, mount or cgroup is left, and all data is.
    bench.reboot().await;
    assert!(!bench.inventory().await.iter().any(|item| item.name.contains("default-1")));
    bench.bring(&two, 5).await;
    restarted(&pods, 4).await;
    ready_pods(&deployments, 4).await;
    let before = without_processes(&before);

    // Nothing changes: nothing is done.
    let steps = bench.bring(&two, 2).await;
    assert!(steps.iter().all(|step| step.attempts == 0), "{steps:#?}");

    a_poorer_machine_removes_nothing(bench, &two).await;

    let one =
        bench.request("payments/dev", json!({"nodePools": {"default": {"size": 1, "vcpus": 1, "memoryMib": 1024}}}));
    a_budget_keeps_a_node(bench, &client, &two, &one).await;
    bench.bring(&one, 3).await;
    let nodes: Api<Node> = Api::all(client.clone());
    assert_eq!(nodes.list(&ListParams::default()).await.unwrap().items.len(), 1);
    ready_pods(&deployments, 4).await;
    let swept = bench.provider.sweep(&one).await.unwrap();
    assert!(swept.iter().all(|key| !key.contains("default-2")), "{swept:?}");

    bench.tear_down(&one, 4).await;
    assert_eq!(bench.provider.sweep(&one).await.unwrap(), Vec::<String>::new());
    assert_eq!(without_processes(&bench.inventory().await), before);
}

/// A disruption budget keeps pods where they are: the node stays, and somebody is asked to act. When
/// the node is wanted again, it takes pods again.
async fn a_budget_keeps_a_node(bench: &Bench, client: &Client, two: &ClusterRequest, one: &ClusterRequest) {
    let budget: PodDisruptionBudget = serde_json::from_value(json!({"metadata": {"name": "hello"},
        "spec": {"minAvailable": 4, "selector": {"matchLabels": {"app": "hello"}}}}))
    .unwrap();
    let budgets: Api<PodDisruptionBudget> = Api::default_namespaced(client.clone());
    budgets.create(&PostParams::default(), &budget).await.unwrap();
    let nodes: Api<Node> = Api::all(client.clone());
    let cordoned = async || nodes.get("default-2").await.unwrap().spec.unwrap().unschedulable == Some(true);

    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match bench.drain(&bench.provider, one).await.unwrap() {
            Progress::Waiting { reason } if reason.contains("disruption budget") => break,
            other => assert!(Instant::now() < deadline, "{other:?}"),
        }
    }
    assert!(cordoned().await);
    // As long as others leave it is no standstill, however long it takes.
    let late = bench.later(Duration::from_secs(61));
    let error = loop {
        match bench.drain(&late, one).await {
            Err(error) => break error,
            Ok(waits) => assert!(Instant::now() < deadline, "{waits:?}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!((error.code, error.class), (Code::ClusterDrainBlocked, Class::Quota), "{error}");
    assert!(error.message.contains("pod default/hello-") && error.message.contains("disruption budget"), "{error}");
    assert!(cordoned().await, "it is still there");

    bench.bring(two, 6).await;
    assert!(!cordoned().await);
    budgets.delete("hello", &DeleteParams::default()).await.unwrap();
}

/// What the cluster was made with is on record: a machine that offers less is an error, not a wish.
async fn a_poorer_machine_removes_nothing(bench: &Bench, request: &ClusterRequest) {
    let reason = "control plane only, workloads will not run: nodes need root".to_owned();
    let poorer =
        Rung { workloads: false, reason, restrict_oom_score: false, cgroup_v1: true, size: MachineSize::default() };
    let provider = bench.provider.clone().with_host(move || poorer.clone());
    let recorded = ClusterRequest { rung: Some(bench.provider.rung(request).unwrap()), ..request.clone() };
    assert_eq!(provider.rung(&recorded).unwrap(), recorded.rung.clone().unwrap());
    let error = bench.preview(&provider, &recorded).await.unwrap_err();
    assert_eq!(error.code, Code::LocalRungLost, "{error:?}");
    assert!(error.message.contains("nodes need root"), "{error}");
    assert_eq!(bench.leftovers(&provider, &recorded).await, Vec::<String>::new());
    // Without the record its nodes would be taken for leftovers.
    assert!(bench.leftovers(&provider, request).await.iter().any(|id| id == "node/default-1/kubelet"));
}

/// Processes of the platform have other ids after a reboot: their programs count.
fn without_processes(items: &[Item]) -> Vec<String> {
    let mut names: Vec<String> = items
        .iter()
        .map(|item| match item.kind {
            Kind::Process => item.name.split(' ').nth(1).unwrap_or_default().to_owned(),
            _ => format!("{:?} {}", item.kind, item.name),
        })
        .collect();
    names.sort();
    names
}

/// Every request looks at the machine: what one sees does not hang on who else looks.
#[test]
fn who_looks_at_the_machine_sees_the_same_as_everybody_else() {
    let tools = bench::tools();
    let alone = ladder::detect(&tools);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..200).for_each(|_| assert_eq!(ladder::detect(&tools), alone)));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_plane_alone_is_a_cluster_too() {
    let bench = Bench::start("it-plane").await;
    let result = tokio::spawn({
        let bench = bench.clone();
        async move {
            let before = bench.inventory().await;
            let request = bench.request("payments/plane", json!({"driver": "controlPlaneOnly"}));
            bench.bring(&request, 1).await;
            let facts = bench.provider.facts(&request).await.unwrap();
            assert!(!facts.rung.workloads && facts.rung.reason.contains("control plane only"), "{:?}", facts.rung);
            assert_eq!(facts.nodes.desired, 0);
            what_is_changed_by_hand_is_put_right(&bench, &request).await;
            a_way_in_that_is_too_wide_is_noticed(&bench, &request).await;
            ports_that_others_took_meanwhile_are_given_up(&bench, &request).await;
            bench.tear_down(&request, 2).await;
            assert_eq!(without_processes(&bench.inventory().await), without_processes(&before));
        }
    })
    .await;
    bench.stop().await;
    result.unwrap();
}

/// While it was down somebody took the ports of its API server and its data store: it comes back at others,
/// and everybody finds it there, with what it had.
async fn ports_that_others_took_meanwhile_are_given_up(bench: &Bench, request: &ClusterRequest) {
    let kept: Namespace = serde_json::from_value(json!({"metadata": {"name": "kept"}})).unwrap();
    let namespaces: Api<Namespace> = Api::all(bench.client("payments", "plane").await);
    namespaces.create(&PostParams::default(), &kept).await.unwrap();
    let before = bench.provider.facts(request).await.unwrap().endpoint.unwrap();
    let port: u16 = before.rsplit_once(':').unwrap().1.parse().unwrap();
    let taken = bench
        .reboot_and(|| [port, port + 1].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).unwrap()))
        .await;
    bench.bring(request, 20).await;
    let now = bench.provider.facts(request).await.unwrap().endpoint.unwrap();
    assert_ne!(now, before);
    drop(taken);
    let namespaces: Api<Namespace> = Api::all(bench.client("payments", "plane").await);
    assert!(namespaces.get("kept").await.is_ok());
    // Whoever has the old port back does not get the cluster back.
    assert!(bench.preview(&bench.provider, request).await.unwrap().is_settled());
}

/// Somebody with every right changes what Kore keeps: it is named and put right.
async fn what_is_changed_by_hand_is_put_right(bench: &Bench, request: &ClusterRequest) {
    let client = bench.client("payments", "plane").await;
    let (roles, bindings): (Api<ClusterRole>, Api<ClusterRoleBinding>) =
        (Api::all(client.clone()), Api::all(client.clone()));
    assert!(bench.preview(&bench.provider, request).await.unwrap().is_settled());
    let more = json!({"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
        "metadata": {"labels": {"mine": "stays"}}});
    roles.patch("kore:team:view", &PatchParams::default(), &Patch::Merge(&more)).await.unwrap();
    bindings.delete("kore:team:admin", &DeleteParams::default()).await.unwrap();
    let prospect = bench.preview(&bench.provider, request).await.unwrap();
    let rights = prospect.actions.iter().find(|action| action.component == "rights").unwrap();
    // By whom, and when, is what the object itself says.
    let [changed, gone] = rights.detail.as_slice() else { panic!("{:?}", rights.detail) };
    assert!(changed.starts_with("ClusterRole kore:team:view: /rules by unknown at 20"), "{changed}");
    assert_eq!(gone, "ClusterRoleBinding kore:team:admin: gone");
    bench.bring(request, 10).await;
    let role = roles.get("kore:team:view").await.unwrap();
    assert!(role.rules.unwrap().iter().all(|rule| !rule.verbs.contains(&"*".to_owned())));
    assert_eq!(role.metadata.labels.unwrap().get("mine").map(String::as_str), Some("stays"), "not ours to remove");
    assert!(bindings.get("kore:team:admin").await.is_ok());
    assert!(bench.preview(&bench.provider, request).await.unwrap().is_settled());
}

/// The gateway's credential is granted something by hand: the cluster is not ready until that is undone.
async fn a_way_in_that_is_too_wide_is_noticed(bench: &Bench, request: &ClusterRequest) {
    let client = bench.client("payments", "plane").await;
    let (roles, bindings): (Api<ClusterRole>, Api<ClusterRoleBinding>) =
        (Api::all(client.clone()), Api::all(client.clone()));
    // The older verb: the constrained one never reaches this group.
    let masters: ClusterRole = serde_json::from_value(json!({"metadata": {"name": "masters"}, "rules": [
        {"apiGroups": [""], "resources": ["users", "groups"], "verbs": ["impersonate"]},
        {"apiGroups": ["authentication.k8s.io"], "resources": ["*"], "verbs": ["impersonate"]}]}))
    .unwrap();
    roles.create(&PostParams::default(), &masters).await.unwrap();
    for (role, word) in [("view", "without speaking for anybody"), ("masters", "system:masters")] {
        let binding: ClusterRoleBinding = serde_json::from_value(json!({"metadata": {"name": "by-hand"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": GATEWAY_USER}]}))
        .unwrap();
        bindings.create(&PostParams::default(), &binding).await.unwrap();
        let noticed = |seen: &Result<Prospect, StepError>| {
            let error = seen.as_ref().err();
            error.is_some_and(|error| error.code == Code::ClusterAccessUnsafe && error.message.contains(word))
        };
        bench.until(request, &format!("{role} of the gateway noticed"), noticed).await;
        bindings.delete("by-hand", &DeleteParams::default()).await.unwrap();
        let well = |seen: &Result<Prospect, StepError>| seen.as_ref().is_ok_and(Prospect::is_settled);
        bench.until(request, &format!("well without {role}"), well).await;
    }
}

/// Waits until the containers of so many pods were started again: what their status said before the
/// reboot does not count.
async fn restarted(pods: &Api<Pod>, wanted: i32) {
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        let all = pods.list(&ListParams::default()).await.unwrap();
        let statuses =
            all.into_iter().flat_map(|pod| pod.status.unwrap_or_default().container_statuses.unwrap_or_default());
        let restarts: i32 = statuses.map(|status| status.restart_count).sum();
        if restarts >= wanted {
            return;
        }
        assert!(Instant::now() < deadline, "only {restarts} containers were started again");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn ready_pods(deployments: &Api<Deployment>, wanted: i32) {
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        let status = deployments.get("hello").await.unwrap().status.unwrap_or_default();
        if status.ready_replicas == Some(wanted) && status.unavailable_replicas.is_none() {
            return;
        }
        assert!(Instant::now() < deadline, "pods are not ready: {status:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
