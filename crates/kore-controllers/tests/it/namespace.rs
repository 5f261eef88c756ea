//! Namespaces of a cluster: two control planes, the platform's and the cluster's.

use k8s_openapi::{
    api::{
        core::v1::{LimitRange, Namespace, Secret},
        networking::v1::NetworkPolicy,
        rbac::v1::{ClusterRole, ClusterRoleBinding, RoleBinding},
    },
    apimachinery::pkg::apis::meta::v1::OwnerReference,
};
use kore_api::{
    audit::{AuditRecord, AuditResult},
    cluster::Cluster,
    condition, meta,
    namespace::{ClusterNamespace, ClusterNamespaceSpec, PodSecurity},
    team::Team,
};
use kore_domain::access::{Permission, Platform, SystemContext};
use kore_testkit::control_plane::ControlPlane;
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::{
    cluster::{apply, send, until as again, with_owner},
    reconcile::{Stage, cluster, create, plans, stage, team, until},
};

const TEAM: &str = "team-payments";

fn namespace(name: &str, fields: &Value, of: &Cluster) -> ClusterNamespace {
    let mut spec = json!({"cluster": "dev", "name": name});
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let spec: ClusterNamespaceSpec = serde_json::from_value(spec).unwrap();
    let mut object = ClusterNamespace::new(&format!("dev.{name}"), spec);
    // As the API makes them.
    object.metadata.owner_references = Some(vec![OwnerReference {
        api_version: meta::API_VERSION.to_owned(),
        kind: "Cluster".to_owned(),
        name: of.name_any(),
        uid: of.uid().unwrap(),
        ..OwnerReference::default()
    }]);
    object
}

struct World {
    stage: Stage,
    /// The cluster's own API server, as its administrator and as an owner of the team.
    admin: Client,
    owner: Client,
    dev: Cluster,
    _plane: ControlPlane,
}

impl World {
    async fn new() -> Self {
        let (stage, plane) = tokio::join!(stage(), ControlPlane::start_with_controllers());
        let plane = plane.unwrap();
        let (admin, owner) = with_owner(&plane).await;
        plans(&stage).await;
        create(&Api::<Team>::all(stage.client.clone()), &team("payments")).await;
        let has_space = |team: Option<&Team>| team.is_some_and(|team| team.status.is_some());
        until(&stage.indexes.teams, None, "payments", "ready", has_space).await;
        let kubeconfig = std::fs::read_to_string(plane.kubeconfig()).unwrap();
        let secret: Secret = serde_json::from_value(json!({"metadata": {"name": "dev-provisioner"},
            "stringData": {"kubeconfig": kubeconfig}}))
        .unwrap();
        create(&Api::namespaced(stage.client.clone(), TEAM), &secret).await;
        let api: Api<Cluster> = Api::namespaced(stage.client.clone(), TEAM);
        let dev = create(&api, &cluster("dev", json!({"guardrails": "production"}))).await;
        Self { stage, admin, owner, dev, _plane: plane }
    }

    fn api(&self) -> Api<ClusterNamespace> {
        Api::namespaced(self.stage.client.clone(), TEAM)
    }

    async fn is(&self, name: &str, what: &str, holds: impl FnMut(Option<&ClusterNamespace>) -> bool) {
        until(&self.stage.indexes.namespaces, Some(TEAM), name, what, holds).await;
    }

    async fn reached(&self, name: &str) {
        self.is(name, "as it should be", |one| {
            let at = one.and_then(|one| one.status.as_ref()).and_then(|status| status.observed_generation);
            ready(one, "True", condition::REASON_RECONCILED).is_some()
                && at == one.and_then(|one| one.metadata.generation)
        })
        .await;
    }

    async fn change(&self, name: &str, spec: Value) {
        let patch = Patch::Merge(json!({ "spec": spec }));
        self.api().patch(name, &PatchParams::default(), &patch).await.unwrap();
        let generation = self.api().get(name).await.unwrap().metadata.generation;
        self.is(name, "seen", |one| one.and_then(|one| one.metadata.generation) == generation).await;
        self.reached(name).await;
    }

    async fn policies(&self) -> Vec<String> {
        let api: Api<NetworkPolicy> = Api::namespaced(self.admin.clone(), "web");
        let list = api.list(&ListParams::default()).await.unwrap();
        list.items.iter().map(ResourceExt::name_any).collect()
    }

    fn records(&self, action: &str) -> Vec<AuditRecord> {
        let records = self.stage.records.0.lock().unwrap();
        records.iter().filter(|record| record.action == action).cloned().collect()
    }
}

/// The message of its condition, if it stands so.
fn ready<'a>(namespace: Option<&'a ClusterNamespace>, status: &str, reason: &str) -> Option<&'a str> {
    let found = namespace.and_then(|one| one.status.as_ref());
    let found = found.and_then(|one| one.conditions.iter().find(|one| one.type_ == condition::READY))?;
    (found.status == status && found.reason == reason).then_some(found.message.as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn namespaces_are_made_kept_taken_over_and_gone() {
    let world = World::new().await;
    create(&world.api(), &namespace("web", &json!({}), &world.dev)).await;
    world.reached("dev.web").await;
    everything_is_closed_and_has_limits(&world).await;
    openings_come_and_go(&world).await;
    a_waiver_ends_by_itself(&world).await;
    people_do_not_change_what_kore_keeps(&world).await;
    what_is_changed_by_hand_is_put_right_and_said(&world).await;
    a_namespace_of_somebody_else_is_not_touched(&world).await;
    what_does_not_fit_is_blocked(&world).await;
    what_a_team_may_not_have_waits_for_room(&world).await;
    deleted_is_gone(&world).await;
    they_go_with_their_cluster(&world).await;
}

async fn everything_is_closed_and_has_limits(world: &World) {
    let made = Api::<Namespace>::all(world.admin.clone()).get("web").await.unwrap();
    let labels = made.labels();
    assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted", "as production asks for");
    assert_eq!((labels[meta::LABEL_TEAM].as_str(), labels[meta::LABEL_INSTALLATION].as_str()), ("payments", "test"));
    assert_eq!(world.policies().await, ["kore-allow-dns", "kore-allow-same-namespace", "kore-default-deny"]);
    let limits = Api::<LimitRange>::namespaced(world.admin.clone(), "web").get("kore-limits").await.unwrap();
    assert_eq!(serde_json::to_value(limits.spec).unwrap()["limits"][0]["max"], json!({"cpu": "1", "memory": "2Gi"}));

    // A good pod passes and is filled in; one that asks for too much is refused, by the container's limit or the
    // namespace's quota.
    let pod = |name: &str, resources: Value| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "web", "image": "nginx:1.29", "resources": resources, "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}})
    };
    let pods = "/api/v1/namespaces/web/pods";
    let silent = pod("good", json!({}));
    let good = again("made", || send(&world.owner, "POST", pods, &silent), |answer| answer.status == 201).await;
    let container = &good.body["spec"]["containers"][0]["resources"];
    assert_eq!(container["requests"], json!({"cpu": "50m", "memory": "64Mi"}));
    assert_eq!(good.body["spec"]["volumes"], Value::Null, "no credential for the API server unless asked for");
    let greedy = json!({"limits": {"memory": "3Gi"}});
    let refused = send(&world.owner, "POST", pods, &pod("greedy", greedy)).await;
    assert!(refused.status == 403 && refused.message().contains("maximum memory usage"), "{refused:?}");
    let half = json!({"requests": {"cpu": "700m"}, "limits": {"memory": "64Mi"}});
    assert_eq!(send(&world.owner, "POST", pods, &pod("half", half.clone())).await.status, 201);
    let refused = send(&world.owner, "POST", pods, &pod("more", half)).await;
    assert!(refused.status == 403 && refused.message().contains("exceeded quota: kore-quota"), "{refused:?}");
    world
        .is("dev.web", "told what is used", |one| {
            let status = one.and_then(|one| one.status.as_ref());
            status.and_then(|status| status.quota.get("pods")).is_some_and(|pods| pods.used == "2" && pods.hard == "10")
        })
        .await;
}

async fn openings_come_and_go(world: &World) {
    let network = json!({"dns": false, "ingress": true, "internet": true, "fromNamespaces": ["shop"]});
    let access = json!({"viewers": "deploy", "developers": "admin"});
    world.change("dev.web", json!({"network": network, "access": access, "quota": {"template": "medium"}})).await;
    let expected = [
        "kore-allow-from-namespaces",
        "kore-allow-ingress",
        "kore-allow-internet",
        "kore-allow-same-namespace",
        "kore-default-deny",
    ];
    assert_eq!(world.policies().await, expected);
    let api: Api<RoleBinding> = Api::namespaced(world.admin.clone(), "web");
    let deploy = api.get("kore:deploy").await.unwrap();
    let bound: Vec<_> = deploy.subjects.unwrap().into_iter().map(|subject| subject.name).collect();
    assert_eq!(bound, ["kore:payments/web:deploy", "kore:payments:view", "kore:payments:deploy"]);
    assert_eq!(deploy.role_ref.name, "kore:namespace:deploy");
    world.change("dev.web", json!({"network": null, "access": null})).await;
    assert_eq!(world.policies().await, ["kore-allow-dns", "kore-allow-same-namespace", "kore-default-deny"]);
    let deploy = api.get("kore:deploy").await.unwrap();
    assert_eq!(deploy.subjects.unwrap().len(), 2, "what the team's roles came to is taken back");
}

/// Namespaces that did not come through the API.
/// What is over is put back without anybody asking, is no drift, and is on record.
async fn a_waiver_ends_by_itself(world: &World) {
    let label = "kore.internal/waive-registries";
    let drift = world.records("clusternamespace.drift").len();
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(6);
    world
        .change("dev.web", json!({"waivers": {"registries": {"reason": "a release", "until": until.to_string()}}}))
        .await;
    let labelled =
        async || Api::<Namespace>::all(world.admin.clone()).get("web").await.unwrap().labels().contains_key(label);
    assert!(labelled().await);
    let waived = |one: Option<&ClusterNamespace>| one.unwrap().status.as_ref().unwrap().waived.clone();
    world.is("dev.web", "holding again", |one| waived(one).is_empty()).await;
    assert!(jiff::Timestamp::now() >= until && !labelled().await);
    let ended = world.records("clusternamespace.waiverEnded");
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(ended[0].detail.as_deref(), Some("holds again: registries"));
    assert_eq!(world.records("clusternamespace.drift").len(), drift);
    world.change("dev.web", json!({"waivers": null})).await;
}

async fn what_a_team_may_not_have_waits_for_room(world: &World) {
    let store = &world.stage.store;
    let system = SystemContext { component: "test", now: jiff::Timestamp::UNIX_EPOCH };
    let used = async || store.quota_usage(None).await.unwrap().remove("id-payments").unwrap_or_default().namespaces;
    let limit = async |namespaces: u64| {
        let spec = serde_json::from_value(json!({ "namespaces": namespaces })).unwrap();
        let revision = store.quota("id-payments").await.unwrap().revision;
        let proof = system.grant(Permission::QuotaWrite, Platform);
        store.set_quota(&proof, "id-payments", revision, &spec, system.now).await.unwrap();
    };
    let there = used().await;
    assert!(there > 0, "what was made is counted");
    limit(there).await;
    create(&world.api(), &namespace("more", &json!({}), &world.dev)).await;
    let refused = |one: Option<&ClusterNamespace>| {
        ready(one, "False", condition::REASON_BLOCKED).is_some_and(|why| why.contains("KORE-QUOTA-0001"))
    };
    world.is("dev.more", "blocked", refused).await;
    let spaces: Api<Namespace> = Api::all(world.admin.clone());
    assert!(spaces.get_opt("more").await.unwrap().is_none());
    limit(there + 1).await;
    world.reached("dev.more").await;
    world.api().delete("dev.more", &DeleteParams::default()).await.unwrap();
    world.is("dev.more", "gone", |one| one.is_none()).await;
    assert_eq!(used().await, there);
}

/// Whatever RBAC lets them do: here everything.
async fn people_do_not_change_what_kore_keeps(world: &World) {
    let owner = &world.owner;
    let base = "/apis/networking.k8s.io/v1/namespaces/web/networkpolicies";
    for (path, message) in [
        (&format!("{base}/kore-default-deny"), "Kore keeps this object"),
        (&"/api/v1/namespaces/web/resourcequotas/kore-quota".to_owned(), "Kore keeps this object"),
        (&"/api/v1/namespaces/web".to_owned(), "kore namespace delete"),
    ] {
        let answer = send(owner, "DELETE", path, &Value::Null).await;
        assert!(answer.status == 403 && answer.message().contains(message), "{path}: {answer:?}");
    }
    let answer = send(owner, "DELETE", base, &Value::Null).await;
    assert_eq!(answer.status, 403, "not all at once either: {answer:?}");
    let label = |name: &str, value: Value| json!({"metadata": {"labels": {name: value}}});
    let enforce = "pod-security.kubernetes.io/enforce";
    for (name, value) in [
        (enforce, json!("baseline")),
        (enforce, Value::Null),
        ("pod-security.kubernetes.io/enforce-version", json!("v1.25")),
        ("kore.internal/kept-by", Value::Null),
        ("kore.internal/more", json!("x")),
    ] {
        let answer = send(owner, "PATCH", "/api/v1/namespaces/web", &label(name, value)).await;
        assert!(answer.status == 403 && answer.message().contains("Kore keeps this namespace"), "{name}: {answer:?}");
    }
    let own = send(owner, "PATCH", "/api/v1/namespaces/web", &label("mine", json!("yes"))).await;
    assert_eq!(own.status, 200, "{}", own.message());
}

async fn what_is_changed_by_hand_is_put_right_and_said(world: &World) {
    assert!(world.records("clusternamespace.drift").is_empty(), "{:?}", world.records("clusternamespace.drift"));
    // As the gateway records it; she could not have done it as an owner.
    let record = |object: &str| AuditRecord {
        id: String::new(),
        at: jiff::Timestamp::now(),
        actor: "user:root".to_owned(),
        action: "kubectl.delete".to_owned(),
        object: object.to_owned(),
        team: Some("payments".to_owned()),
        result: AuditResult::Allowed,
        status: Some(200),
        code: None,
        source: "gateway".to_owned(),
        address: None,
        request_id: None,
        detail: None,
        changes: Vec::new(),
    };
    let resource = "networkpolicies.networking.k8s.io/kore-default-deny in web";
    let trail = [
        record(&format!("payments/dev {resource}")),
        AuditRecord { actor: "user:other".to_owned(), ..record(&format!("payments/other {resource}")) },
        AuditRecord { actor: "user:other".to_owned(), ..record(&format!("payments/dev {resource}er")) },
        AuditRecord {
            action: "kubectl.get".to_owned(),
            actor: "user:other".to_owned(),
            ..record(&format!("payments/dev {resource}"))
        },
    ];
    world.stage.store.append_audit(&trail).await.unwrap();
    // However often it is looked at since.
    let read = AuditRecord { action: "kubectl.get".to_owned(), ..record(&format!("payments/dev {resource}")) };
    world.stage.store.append_audit(&vec![read; 120]).await.unwrap();
    let quota = json!({"spec": {"hard": {"pods": "1000"}}});
    let path = "/api/v1/namespaces/web/resourcequotas/kore-quota?fieldManager=kubectl-edit";
    assert_eq!(send(&world.admin, "PATCH", path, &quota).await.status, 200);
    let policies: Api<NetworkPolicy> = Api::namespaced(world.admin.clone(), "web");
    policies.delete("kore-default-deny", &DeleteParams::default()).await.unwrap();
    let told = |one: Option<&ClusterNamespace>| {
        let found = one.and_then(|one| one.status.as_ref()).and_then(|status| status.drift.as_ref());
        found.is_some_and(|found| found.what.iter().any(|what| what.contains("kore-default-deny")))
    };
    world.is("dev.web", "told of", told).await;
    assert!(policies.get("kore-default-deny").await.is_ok());
    let quota = send(&world.admin, "GET", path, &Value::Null).await;
    assert_eq!(quota.body["spec"]["hard"]["pods"], "40");
    let said: Vec<_> = world.records("clusternamespace.drift").into_iter().map(|one| one.detail.unwrap()).collect();
    let said = said.join("\n");
    assert!(said.contains("ResourceQuota web/kore-quota: /spec/hard/pods by kubectl-edit at 20"), "{said}");
    assert!(said.contains("NetworkPolicy web/kore-default-deny: gone (kubectl.delete by user:root at 20"), "{said}");
    assert!(!said.contains("user:other"), "{said}");
}

async fn a_namespace_of_somebody_else_is_not_touched(world: &World) {
    let namespaces: Api<Namespace> = Api::all(world.admin.clone());
    let foreign: Namespace = serde_json::from_value(json!({"metadata": {"name": "old"}})).unwrap();
    let foreign = create(&namespaces, &foreign).await;
    create(&world.api(), &namespace("old", &json!({}), &world.dev)).await;
    let refused = |one: Option<&ClusterNamespace>| {
        ready(one, "False", condition::REASON_BLOCKED).is_some_and(|message| message.contains("KORE-CLUSTER-0008"))
    };
    world.is("dev.old", "refused", refused).await;
    let same = namespaces.get("old").await.unwrap();
    assert_eq!(same.labels(), foreign.labels());
    // Given up again, it stays.
    world.api().delete("dev.old", &DeleteParams::default()).await.unwrap();
    world.is("dev.old", "gone", |one| one.is_none()).await;
    let same = namespaces.get("old").await.unwrap();
    assert!(same.uid() == foreign.uid() && same.metadata.deletion_timestamp.is_none());

    create(&world.api(), &namespace("old", &json!({"adopt": true}), &world.dev)).await;
    world.reached("dev.old").await;
    let taken = namespaces.get("old").await.unwrap();
    assert_eq!((taken.uid(), taken.labels()["kore.internal/kept-by"].as_str()), (foreign.uid(), "kore"));
    let status = world.api().get("dev.old").await.unwrap().status.unwrap();
    assert_eq!((status.uid, status.pod_security), (foreign.uid(), Some(PodSecurity::Restricted)));
}

async fn what_does_not_fit_is_blocked(world: &World) {
    create(&world.api(), &namespace("lax", &json!({"podSecurity": "baseline"}), &world.dev)).await;
    let refused = |one: Option<&ClusterNamespace>| {
        ready(one, "False", condition::REASON_BLOCKED).is_some_and(|message| message.contains("/podSecurity"))
    };
    world.is("dev.lax", "blocked", refused).await;
    assert!(Api::<Namespace>::all(world.admin.clone()).get_opt("lax").await.unwrap().is_none());
    world.change("dev.lax", json!({"podSecurity": "restricted", "paused": false})).await;
    let misnamed = ClusterNamespace {
        metadata: kube::core::ObjectMeta {
            name: Some("dev.other".to_owned()),
            ..namespace("lax", &json!({}), &world.dev).metadata
        },
        ..namespace("lax", &json!({}), &world.dev)
    };
    let refused = world.api().create(&kube::api::PostParams::default(), &misnamed).await.unwrap_err();
    assert!(refused.to_string().contains("named after"), "{refused}");
}

async fn deleted_is_gone(world: &World) {
    apply(
        &world.admin,
        &[json!({"apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "held", "namespace": "web", "finalizers": ["example.com/held"]}})],
    )
    .await;
    let outside = async |name: &str| {
        let roles = Api::<ClusterRole>::all(world.admin.clone()).get_opt(name).await.unwrap();
        let bindings = Api::<ClusterRoleBinding>::all(world.admin.clone()).get_opt(name).await.unwrap();
        (roles.is_some(), bindings.is_some())
    };
    assert_eq!(outside("kore:gateway:web").await, (true, true), "the gateway speaks for its groups");
    world.api().delete("dev.web", &DeleteParams::default()).await.unwrap();
    let held = |one: Option<&ClusterNamespace>| {
        ready(one, "False", condition::REASON_DELETING).is_some_and(|message| message.contains("example.com/held"))
    };
    world.is("dev.web", "held up by what is in it", held).await;
    assert!(world.records("clusternamespace.delete.result").iter().all(|one| !one.object.ends_with("dev.web")));
    let path = "/api/v1/namespaces/web/configmaps/held";
    assert_eq!(send(&world.admin, "PATCH", path, &json!({"metadata": {"finalizers": null}})).await.status, 200);
    // Nobody runs the pods here, so nobody says that they have ended.
    let pods = "/api/v1/namespaces/web/pods";
    for pod in ["good", "half"] {
        let now = json!({"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0});
        send(&world.admin, "DELETE", &format!("{pods}/{pod}"), &now).await;
    }
    world.is("dev.web", "gone", |one| one.is_none()).await;
    assert!(Api::<Namespace>::all(world.admin.clone()).get_opt("web").await.unwrap().is_none());
    assert_eq!(outside("kore:gateway:web").await, (false, false), "what belongs to it and is in no namespace");
    let ended = world.records("clusternamespace.delete.result");
    assert!(ended.iter().any(|one| one.object == "clusternamespace/payments/dev.web"), "{ended:?}");
}

async fn they_go_with_their_cluster(world: &World) {
    let clusters: Api<Cluster> = Api::namespaced(world.stage.client.clone(), TEAM);
    clusters.delete("dev", &DeleteParams::default()).await.unwrap();
    until(&world.stage.indexes.clusters, Some(TEAM), "dev", "gone", |one| one.is_none()).await;
    for name in ["dev.old", "dev.lax"] {
        world.is(name, "gone with its cluster", |one| one.is_none()).await;
    }
    let ended = world.records("clusternamespace.delete.result");
    assert!(ended.iter().any(|one| one.detail.as_deref().is_some_and(|said| said.contains("with its cluster"))));
}
