//! Teams, plans and clusters on a real etcd, kube-apiserver and kube-controller-manager, with
//! clusters in memory and records in SQLite.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Namespace;
use kore_api::{
    address::AddressPool,
    audit::AuditRecord,
    cloud::Cloud,
    cluster::{Cluster, ClusterSpec, PlanRef},
    codes::Owner,
    condition,
    meta::{self, FINALIZER},
    names::ClusterRef,
    operation::{Operation, OperationAction, OperationState, StepState},
    plan::{LocalParameters, Plan, PlanSpec, PlanVersion, PlanVersionSpec, Provider, Stage as Life},
    policy::{PlanPolicy, PlanPolicySpec},
    team::{Team, TeamSpec},
};
use kore_controllers::{AuditSink, ControllersContext};
use kore_domain::{
    access::{Permission, Platform, SystemContext},
    addresses::overlap,
};
use kore_engine::{
    clock::SystemClock,
    cloud::CloudProvider,
    error::{Class, StepError},
    kill::NoKillPoints,
    memory::{Fault, MemoryCloud, MemoryProvider, Obstacle},
    operations::{OperationLog, operation_id},
    provider::ClusterProvider,
    run::{Engine, Pace},
};
use kore_kube::{clusters::Clusters, crds, index::Index, indexes::Indexes, lease, mint::Mints};
use kore_store::{Store, StoreOptions};
use kore_testkit::control_plane::ControlPlane;
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

const PATIENCE: Duration = Duration::from_secs(240);

pub(super) struct Stage {
    pub(super) client: Client,
    pub(super) indexes: Indexes,
    pub(super) store: Store,
    pub(super) provider: MemoryProvider,
    pub(super) cloud: MemoryCloud,
    plane: ControlPlane,
    shutdown: watch::Sender<bool>,
    leader: watch::Receiver<bool>,
    pub(super) records: Arc<Records>,
    _files: tempfile::TempDir,
}

/// Keeps what goes on record, beside the trail that the gateway writes.
pub(super) struct Records(pub(super) Mutex<Vec<AuditRecord>>, Store);

#[async_trait]
impl AuditSink for Records {
    async fn append(&self, record: AuditRecord) -> Result<(), StepError> {
        self.0.lock().unwrap().push(record);
        Ok(())
    }

    async fn last_change(
        &self,
        cluster: &ClusterRef,
        ending: &str,
        since: Timestamp,
    ) -> Result<Option<AuditRecord>, StepError> {
        AuditSink::last_change(&self.1, cluster, ending, since).await
    }
}

pub(super) async fn stage() -> Stage {
    let plane = ControlPlane::start_with_controllers().await.unwrap();
    let client = plane.client().await.unwrap();
    crds::install(&client).await.unwrap();
    crds::install(&client).await.unwrap();
    let files = tempfile::tempdir().unwrap();
    let store = Store::connect_with(&format!("sqlite://{}", files.path().join("kore.sqlite").display()), patient())
        .await
        .unwrap();
    store.migrate().await.unwrap();
    let clock = Arc::new(SystemClock);
    let indexes = Indexes::default();
    tokio::spawn(indexes.clone().follow(client.clone()));
    let provider = MemoryProvider::default();
    let (shutdown, down) = watch::channel(false);
    let candidate = lease::Candidate {
        namespace: meta::SYSTEM_NAMESPACE.to_owned(),
        name: "kored".to_owned(),
        identity: "test".to_owned(),
    };
    let (leader, election) = lease::elect(client.clone(), candidate, clock.clone(), down.clone());
    tokio::spawn(election);
    let records = Arc::new(Records(Mutex::default(), store.clone()));
    let provided: Arc<dyn ClusterProvider> = Arc::new(provider.clone());
    let cloud = MemoryCloud::default();
    let clouds: Arc<dyn CloudProvider> = Arc::new(cloud.clone());
    let context = ControllersContext {
        client: client.clone(),
        clusters: Clusters::new(client.clone(), Mints::default()),
        indexes: indexes.clone(),
        providers: Arc::new(HashMap::from([(Provider::Local, provided)])),
        clouds: Arc::new(HashMap::from([(Cloud::Aws, clouds)])),
        engine: Engine {
            ledger: Arc::new(store.clone()),
            operations: Arc::new(store.clone()),
            clock: clock.clone(),
            kill: Arc::new(NoKillPoints),
            pace: Pace::default(),
        },
        store: store.clone(),
        audit: records.clone(),
        clock,
        installation: "test".to_owned(),
        drift_period: Duration::from_secs(1),
        cloud_drift_period: Duration::from_secs(1),
    };
    tokio::spawn(kore_controllers::run(context, leader.clone(), down));
    Stage { client, indexes, store, provider, cloud, plane, shutdown, leader, records, _files: files }
}

/// How long a busy machine takes says nothing of the database.
pub(crate) fn patient() -> StoreOptions {
    StoreOptions { patience: Duration::from_secs(120), ..StoreOptions::default() }
}

/// Waits for a level of an object in an index.
pub(super) async fn until<K: kore_kube::index::Kind>(
    index: &Index<K>,
    namespace: Option<&str>,
    name: &str,
    what: &str,
    holds: impl FnMut(Option<&K>) -> bool,
) {
    if index.wait_until(namespace, name, PATIENCE, holds).await.is_err() {
        panic!("{name} never was {what}: {:?}", index.get(namespace, name));
    }
}

pub(super) fn ready(cluster: Option<&Cluster>, status: &str, reason: &str) -> bool {
    let found = cluster.and_then(|cluster| cluster.status.as_ref());
    let found = found.and_then(|status| status.conditions.iter().find(|one| one.type_ == condition::READY));
    found.is_some_and(|found| found.status == status && found.reason == reason)
}

fn reached(cluster: Option<&Cluster>) -> bool {
    let at = cluster.and_then(|cluster| cluster.status.as_ref()).and_then(|status| status.observed_generation);
    ready(cluster, "True", condition::REASON_RECONCILED) && at == cluster.and_then(|one| one.metadata.generation)
}

pub(super) fn team(name: &str) -> Team {
    Team::new(name, TeamSpec { id: format!("id-{name}"), display_name: None, description: None })
}

pub(super) fn cluster(name: &str, overrides: Value) -> Cluster {
    let spec = ClusterSpec {
        plan: PlanRef { name: "small".parse().unwrap(), version: Some(1) },
        overrides,
        paused: false,
        deletion_protection: false,
    };
    let mut cluster = Cluster::new(name, spec);
    cluster.metadata.annotations = Some(
        [
            (meta::ANNOTATION_REQUESTED_BY.to_owned(), "user:ana".to_owned()),
            (meta::ANNOTATION_REQUEST.to_owned(), "request-1".to_owned()),
        ]
        .into(),
    );
    cluster
}

pub(super) async fn create<K>(api: &Api<K>, object: &K) -> K
where
    K: kube::Resource + Clone + DeserializeOwned + serde::Serialize + Debug,
{
    api.create(&PostParams::default(), object).await.unwrap()
}

impl Stage {
    fn clusters(&self) -> Api<Cluster> {
        Api::namespaced(self.client.clone(), "team-payments")
    }

    /// Changes a cluster. What is looked at afterwards is no older: the index comes a moment behind.
    async fn change(&self, name: &str, spec: Value) -> Cluster {
        let patch = Patch::Merge(json!({ "spec": spec }));
        let changed = self.clusters().patch(name, &PatchParams::default(), &patch).await.unwrap();
        let seen = |found: Option<&Cluster>| {
            found.is_none_or(|found| found.metadata.generation >= changed.metadata.generation)
        };
        self.cluster_is(name, "seen as changed", seen).await;
        changed
    }

    async fn operation(&self, cluster: &Cluster, action: OperationAction, generation: i64) -> Operation {
        let id = operation_id(&cluster.uid().unwrap(), action, generation);
        self.store.get(id).await.unwrap().unwrap_or_else(|| panic!("no operation {action:?}/{generation}"))
    }

    async fn cluster_is(&self, name: &str, what: &str, holds: impl FnMut(Option<&Cluster>) -> bool) {
        until(&self.indexes.clusters, Some("team-payments"), name, what, holds).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teams_plans_and_clusters_live_and_end() {
    let stage = stage().await;
    plans(&stage).await;
    a_team_gets_its_namespace(&stage).await;
    a_cluster_is_made_changed_and_put_right(&stage).await;
    a_poorer_world_removes_nothing(&stage).await;
    blocked_paused_and_failing_clusters_say_so(&stage).await;
    what_cannot_be_looked_at_is_said(&stage).await;
    a_policy_blocks_and_lets_go(&stage).await;
    an_upgrade_waits_and_goes_on(&stage).await;
    what_a_team_may_not_have_is_not_made(&stage).await;
    no_two_clusters_have_the_same_addresses(&stage).await;
    only_kore_writes(&stage).await;
    nothing_is_left(&stage).await;
    stage.shutdown.send_replace(true);
    let mut leader = stage.leader.clone();
    let stepped_down = tokio::time::timeout(PATIENCE, leader.wait_for(|leads| !leads)).await;
    assert!(stepped_down.is_ok());
}

pub(super) async fn plans(stage: &Stage) {
    let spec = PlanSpec {
        provider: Provider::Local,
        title: None,
        description: None,
        current_version: Some(1),
        teams: kore_api::allocation::Allocation::default(),
    };
    create(&Api::all(stage.client.clone()), &Plan::new("small", spec)).await;
    let unpublished = |plan: Option<&Plan>| {
        let status = plan.and_then(|plan| plan.status.as_ref());
        status.is_some_and(|status| status.conditions.iter().any(|one| one.reason == "Unpublished"))
    };
    until(&stage.indexes.plans, None, "small", "unpublished", unpublished).await;
    let versions: Api<PlanVersion> = Api::all(stage.client.clone());
    let spec = PlanVersionSpec {
        plan: "small".parse().unwrap(),
        version: 1,
        provider: Provider::Local,
        notes: None,
        parameters: serde_json::to_value(LocalParameters::default()).unwrap(),
        stage: Life::Published,
        stage_reason: None,
        stage_since: None,
    };
    let version = create(&versions, &PlanVersion::new("small-v1", spec)).await;
    assert_eq!(version.spec.parameters["nodePools"]["default"]["size"], 1, "nested free-form fields are kept");
    let published = |plan: Option<&Plan>| plan.and_then(|plan| plan.status.as_ref()).is_some_and(|s| s.versions == [1]);
    until(&stage.indexes.plans, None, "small", "published", published).await;
    let patch = Patch::Merge(json!({ "spec": { "parameters": { "kubernetesVersion": "1.35" } } }));
    let refused = versions.patch("small-v1", &PatchParams::default(), &patch).await.unwrap_err();
    assert!(refused.to_string().contains("immutable"), "{refused}");
    stages(&versions, &version.spec).await;
}

/// The API server itself keeps what is published, and lets stages go forward only.
async fn stages(versions: &Api<PlanVersion>, published: &PlanVersionSpec) {
    let patch = async |name: &'static str, spec: Value| {
        versions.patch(name, &PatchParams::default(), &Patch::Merge(json!({ "spec": spec }))).await
    };
    let draft = PlanVersionSpec { version: 2, stage: Life::Draft, ..published.clone() };
    create(versions, &PlanVersion::new("small-v2", draft)).await;
    let other = json!({ "nodePools": { "default": { "size": 3 } } });
    patch("small-v2", json!({ "parameters": other, "notes": "three" })).await.unwrap();
    assert!(patch("small-v2", json!({ "version": 3 })).await.is_err(), "a draft is of one version");
    patch("small-v2", json!({ "stage": "published" })).await.unwrap();
    for change in [
        json!({ "parameters": { "nodePools": { "default": { "size": 2 } } } }),
        json!({ "parameters": { "nodePools": { "more": { "size": 2 } } } }),
        json!({ "notes": "four" }),
        json!({ "notes": null }),
        json!({ "provider": "other" }),
        json!({ "stage": "draft" }),
    ] {
        assert!(patch("small-v2", change.clone()).await.is_err(), "{change}");
    }
    patch("small-v2", json!({ "stage": "deprecated", "stageReason": "too big" })).await.unwrap();
    assert!(patch("small-v2", json!({ "stage": "published" })).await.is_err(), "never back");
    let last = patch("small-v2", json!({ "stage": "retired" })).await.unwrap();
    assert_eq!(last.spec.parameters["nodePools"]["default"]["size"], 3);
    versions.delete("small-v2", &DeleteParams::default()).await.unwrap();
}

async fn a_team_gets_its_namespace(stage: &Stage) {
    let teams: Api<Team> = Api::all(stage.client.clone());
    create(&teams, &team("payments")).await;
    let has_namespace = |team: Option<&Team>| {
        let status = team.and_then(|team| team.status.as_ref());
        status.is_some_and(|status| status.conditions.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
    };
    until(&stage.indexes.teams, None, "payments", "ready", has_namespace).await;
    let namespace = Api::<Namespace>::all(stage.client.clone()).get("team-payments").await.unwrap();
    assert_eq!(namespace.labels()[meta::LABEL_TEAM], "payments");
    let patch = Patch::Merge(json!({ "spec": { "id": "another" } }));
    assert!(teams.patch("payments", &PatchParams::default(), &patch).await.is_err(), "a team's id never changes");
}

async fn a_cluster_is_made_changed_and_put_right(stage: &Stage) {
    stage.provider.weather.bring([Fault::Before, Fault::Settling, Fault::After]);
    let made = create(&stage.clusters(), &cluster("dev", json!({}))).await;
    stage.cluster_is("dev", "reached", reached).await;
    let operation = stage.operation(&made, OperationAction::Create, 1).await;
    assert_eq!(operation.state, OperationState::Done);
    assert_eq!((operation.requested_by.as_str(), operation.request_id.as_deref()), ("user:ana", Some("request-1")));
    assert!(operation.steps.iter().all(|step| step.state == StepState::Done && step.attempts > 0), "{operation:?}");
    let found = stage.clusters().get("dev").await.unwrap();
    assert!(found.finalizers().iter().any(|finalizer| finalizer == FINALIZER));
    assert_eq!(found.status.unwrap().parameters.unwrap()["nodePools"]["default"]["size"], 1);
    assert_eq!(stage.provider.world.keys().len(), 4);

    for (generation, size) in [(2, 2), (3, 1)] {
        let changed =
            stage.change("dev", json!({ "overrides": { "nodePools": { "default": { "size": size } } } })).await;
        assert_eq!(changed.metadata.generation, Some(generation));
        let sized = |cluster: Option<&Cluster>| {
            let nodes = cluster.and_then(|cluster| cluster.status.as_ref()).and_then(|status| status.nodes);
            nodes.is_some_and(|nodes| nodes.ready == size) && reached(cluster)
        };
        stage.cluster_is("dev", "of its new size", sized).await;
        assert_eq!(stage.operation(&made, OperationAction::Change, generation).await.state, OperationState::Done);
        assert_eq!(stage.provider.world.keys().len(), 3 + size as usize);
    }
    let used =
        |version: Option<&PlanVersion>| version.and_then(|one| one.status.as_ref()).is_some_and(|s| s.used_by == 1);
    until(&stage.indexes.plan_versions, None, "small-v1", "used by one", used).await;

    // A stranger takes something away: it is found by looking, and put right by an operation. When it
    // happens again, by another one.
    let mut operations = vec![operation_of(stage.indexes.clusters.get(Some("team-payments"), "dev").as_deref())];
    for what in ["network", "certificates", "network"] {
        stage.provider.world.remove(&format!("payments.dev/{what}"));
        let known = operations.clone();
        let put_right = |found: Option<&Cluster>| reached(found) && !known.contains(&operation_of(found));
        stage.cluster_is("dev", "put right", put_right).await;
        let id = operation_of(stage.indexes.clusters.get(Some("team-payments"), "dev").as_deref());
        let correction = stage.store.get(id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((correction.state, correction.target.generation), (OperationState::Done, 3));
        assert_eq!(correction.requested_by, "system:controller");
        let done: Vec<_> = correction.steps.iter().filter(|step| step.state == StepState::Done).collect();
        assert_eq!(done.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), [what]);
        let records = stage.records.0.lock().unwrap().clone();
        let said: Vec<_> = records.into_iter().filter(|one| one.detail.as_ref().unwrap().contains(&id)).collect();
        assert_eq!(
            said.iter().map(|one| one.action.as_str()).collect::<Vec<_>>(),
            ["cluster.drift", "cluster.change.result"]
        );
        assert!(said[0].detail.as_ref().unwrap().starts_with(&format!("found {what} (gone)")), "{said:?}");
        operations.push(id);
    }
}

fn operation_of(cluster: Option<&Cluster>) -> String {
    cluster.and_then(|cluster| cluster.status.as_ref()?.operation.clone()).unwrap()
}

/// What a cluster was made with is on record; a world that offers less removes nothing.
async fn a_poorer_world_removes_nothing(stage: &Stage) {
    let barren = |is| stage.provider.barren.store(is, Ordering::SeqCst);
    let runs =
        |cluster: Option<&Cluster>| cluster.and_then(|one| one.status.as_ref()?.rung.as_ref()).unwrap().workloads;
    let before = stage.provider.world.keys();
    barren(true);
    let says_so = |found: Option<&Cluster>| {
        let ready = found.and_then(|one| one.status.as_ref()?.conditions.iter().find(|one| one.type_ == "Ready"));
        ready.is_some_and(|ready| ready.message.contains("KORE-LOCAL-0013"))
    };
    stage.cluster_is("dev", "poorer", says_so).await;
    let changed = stage.change("dev", json!({ "overrides": { "nodePools": { "default": { "size": 2 } } } })).await;
    let generation = changed.metadata.generation.unwrap();
    let of_this = move |found: Option<&Cluster>| {
        let ready = found.and_then(|one| one.status.as_ref()?.conditions.iter().find(|one| one.type_ == "Ready"));
        says_so(found) && ready.and_then(|ready| ready.observed_generation) == Some(generation)
    };
    stage.cluster_is("dev", "poorer, and changed", of_this).await;
    let failure = stage.operation(&changed, OperationAction::Change, generation).await.failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.owner), ("KORE-LOCAL-0013", Owner::PlatformTeam));
    assert!(!failure.fix.is_empty() && failure.retryable);
    assert_eq!(stage.provider.world.keys(), before);
    assert!(runs(stage.indexes.clusters.get(Some("team-payments"), "dev").as_deref()));

    // One that was made in the poorer world stays what it is when the world gets richer.
    create(&stage.clusters(), &cluster("plane", json!({}))).await;
    stage.cluster_is("plane", "reached", |found| reached(found) && !runs(found)).await;
    barren(false);
    stage.cluster_is("dev", "going on", |found| reached(found) && runs(found)).await;
    assert_eq!(stage.provider.world.keys().len(), before.len() + 1 + 3);
    stage.change("plane", json!({ "deletionProtection": true })).await;
    stage.cluster_is("plane", "as it was", |found| reached(found) && !runs(found)).await;
    stage.clusters().delete("plane", &DeleteParams::default()).await.unwrap();
    stage.cluster_is("plane", "gone", |found| found.is_none()).await;
}

async fn blocked_paused_and_failing_clusters_say_so(stage: &Stage) {
    create(&stage.clusters(), &cluster("wrong", json!({ "nodePools": { "default": { "size": 9 } } }))).await;
    stage.cluster_is("wrong", "blocked", |found| ready(found, "False", condition::REASON_BLOCKED)).await;
    let found = stage.clusters().get("wrong").await.unwrap();
    let message = &found.status.unwrap().conditions[0].message;
    assert!(message.contains("KORE-CLUSTER-0001") && message.contains("/nodePools/default/size"), "{message}");
    stage.change("wrong", json!({ "overrides": { "nodePools": { "default": { "size": 1 } } } })).await;
    stage.cluster_is("wrong", "right again", reached).await;

    let mut paused = cluster("paused", json!({}));
    paused.spec.paused = true;
    create(&stage.clusters(), &paused).await;
    stage.cluster_is("paused", "paused", |found| ready(found, "Unknown", condition::REASON_PAUSED)).await;
    assert!(!stage.provider.world.keys().iter().any(|key| key.starts_with("payments.paused/")));
    stage.clusters().delete("paused", &DeleteParams::default()).await.unwrap();
    stage.cluster_is("paused", "gone", |found| found.is_none()).await;

    // Pausing is no protection from deletion: that is another field.
    create(&stage.clusters(), &cluster("paused", json!({}))).await;
    stage.cluster_is("paused", "reached", reached).await;
    stage.change("paused", json!({ "paused": true })).await;
    stage.cluster_is("paused", "paused", |found| ready(found, "Unknown", condition::REASON_PAUSED)).await;
    stage.clusters().delete("paused", &DeleteParams::default()).await.unwrap();
    stage.cluster_is("paused", "gone", |found| found.is_none()).await;
    assert!(!stage.provider.world.keys().iter().any(|key| key.starts_with("payments.paused/")));

    stage.provider.weather.bring([Fault::Terminal]);
    let failing = create(&stage.clusters(), &cluster("failing", json!({}))).await;
    stage.cluster_is("failing", "failed", |found| ready(found, "False", condition::REASON_FAILED)).await;
    stage.cluster_is("failing", "tried again later", reached).await;
    assert_eq!(stage.operation(&failing, OperationAction::Create, 1).await.state, OperationState::Done);
}

/// A cluster that nobody can look at is not called ready, whatever it was before.
async fn what_cannot_be_looked_at_is_said(stage: &Stage) {
    let bring = |class: Option<Class>| *stage.provider.obstacle.lock().unwrap() = class.map(Obstacle::Unreachable);
    let says = |found: Option<&Cluster>| {
        let conditions = found.and_then(|one| one.status.as_ref()).map(|status| status.conditions.clone());
        conditions.unwrap_or_default().iter().any(|one| one.type_ == "Ready" && one.message.contains("KORE-CLOUD-0002"))
    };
    let made = create(&stage.clusters(), &cluster("dark", json!({}))).await;
    stage.cluster_is("dark", "reached", reached).await;
    let before = stage.provider.world.things();
    // What passes is waited for; for what does not there is an operation with code, owner and fix.
    bring(Some(Class::Retry(Duration::from_millis(10))));
    stage
        .cluster_is("dark", "waiting", |found| says(found) && ready(found, "False", condition::REASON_RECONCILING))
        .await;
    bring(Some(Class::AccessLost));
    stage.cluster_is("dark", "failed", |found| says(found) && ready(found, "False", condition::REASON_FAILED)).await;
    let found = stage.clusters().get("dark").await.unwrap();
    let id = found.status.unwrap().operation.unwrap();
    assert_ne!(id, operation_id(&made.uid().unwrap(), OperationAction::Create, 1).to_string());
    let failure = stage.store.get(id.parse().unwrap()).await.unwrap().unwrap().failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.owner), ("KORE-CLOUD-0002", Owner::PlatformTeam));
    // So is it for one that is not there yet.
    let early = create(&stage.clusters(), &cluster("early", json!({}))).await;
    stage.cluster_is("early", "failed", |found| says(found) && ready(found, "False", condition::REASON_FAILED)).await;
    assert_eq!(stage.operation(&early, OperationAction::Create, 1).await.failure.unwrap().code, "KORE-CLOUD-0002");
    assert_eq!(stage.provider.world.things(), before, "nothing was touched");
    bring(None);
    // It is as it should be, and so is the operation that said otherwise: what comes loose later has one of its own.
    stage.cluster_is("dark", "as it should be", |found| ready(found, "True", condition::REASON_RECONCILED)).await;
    assert_eq!(stage.store.get(id.parse().unwrap()).await.unwrap().unwrap().state, OperationState::Done);
    stage.provider.world.remove("payments.dark/network");
    let another = |found: Option<&Cluster>| {
        reached(found) && ready(found, "True", condition::REASON_RECONCILED) && operation_of(found) != id
    };
    stage.cluster_is("dark", "put right by another operation", another).await;
    for name in ["dark", "early"] {
        stage
            .cluster_is(name, "as it should be", |found| {
                reached(found) && ready(found, "True", condition::REASON_RECONCILED)
            })
            .await;
        stage.clusters().delete(name, &DeleteParams::default()).await.unwrap();
        stage.cluster_is(name, "gone", |found| found.is_none()).await;
    }
}

/// One version up: held by what stands in the way, taken back, begun again once mended, and never back.
async fn an_upgrade_waits_and_goes_on(stage: &Stage) {
    let says = |part: &'static str| {
        move |found: Option<&Cluster>| {
            let conditions = found.and_then(|one| one.status.as_ref()).map(|status| status.conditions.clone());
            conditions.unwrap_or_default().iter().any(|one| one.message.contains(part))
        }
    };
    let version = |found: Option<&Cluster>| found.and_then(|one| one.status.as_ref()?.kubernetes_version.clone());
    let to = async |version: &str| stage.change("old", json!({ "overrides": { "kubernetesVersion": version } })).await;
    create(&stage.clusters(), &cluster("old", json!({ "kubernetesVersion": "1.35" }))).await;
    stage.cluster_is("old", "reached", |found| reached(found) && version(found).as_deref() == Some("v1.35.3")).await;
    let before = stage.provider.world.things();

    // The API server of the management cluster knows no order of versions: the controller does.
    to("1.37").await;
    stage.cluster_is("old", "blocked", says("to 1.36 first, not to 1.37")).await;
    let found = stage.clusters().get("old").await.unwrap();
    assert!(ready(Some(&found), "False", condition::REASON_BLOCKED) && says("KORE-INPUT-0006")(Some(&found)));
    *stage.provider.obstacle.lock().unwrap() = Some(Obstacle::Unseen);
    to("1.36").await;
    stage.cluster_is("old", "held", says("KORE-CLUSTER-0009")).await;
    assert_eq!(stage.provider.world.things(), before, "nothing was touched");
    to("1.35").await;
    stage.cluster_is("old", "as it was", reached).await;

    *stage.provider.obstacle.lock().unwrap() = Some(Obstacle::Budget("shop/web".to_owned()));
    let changed = to("1.36").await;
    let generation = changed.metadata.generation.unwrap();
    stage.cluster_is("old", "held", says("budget shop/web allows no disruption")).await;
    let operation = stage.operation(&changed, OperationAction::Change, generation).await;
    let step = operation.steps.iter().find(|step| step.name == "upgrade/preflight").unwrap();
    let failure = step.failure.as_ref().unwrap();
    assert_eq!((step.state, failure.code.as_str()), (StepState::Retrying, "KORE-CLUSTER-0009"));
    *stage.provider.obstacle.lock().unwrap() = None;
    let arrived = |found: Option<&Cluster>| reached(found) && version(found).as_deref() == Some("v1.36.3");
    stage.cluster_is("old", "upgraded", arrived).await;
    assert_eq!(
        stage.operation(&changed, OperationAction::Change, generation).await.state,
        OperationState::Done,
        "the same operation went on"
    );
    to("1.35").await;
    stage.cluster_is("old", "blocked", says("never goes down")).await;
    to("1.36").await;
    stage.cluster_is("old", "as it was", reached).await;
    stage.clusters().delete("old", &DeleteParams::default()).await.unwrap();
    stage.cluster_is("old", "gone", |found| found.is_none()).await;
}

fn small_nodes() -> PlanPolicy {
    let spec = json!({
        "provider": "local", "owner": "platform-team", "reason": "nodes cost money",
        "teams": { "labels": { "tier": "small" } }, "rules": { "nodePools.*.size": { "maximum": 1 } },
    });
    PlanPolicy::new("small-nodes", serde_json::from_value::<PlanPolicySpec>(spec).unwrap())
}

/// What a policy refuses is neither applied nor dropped, and said with field, reason and owner.
async fn a_policy_blocks_and_lets_go(stage: &Stage) {
    let policies: Api<PlanPolicy> = Api::all(stage.client.clone());
    let teams: Api<Team> = Api::all(stage.client.clone());
    stage.change("wrong", json!({ "overrides": { "nodePools": { "default": { "size": 2 } } } })).await;
    stage.cluster_is("wrong", "two nodes", reached).await;
    let before = stage.provider.world.keys();
    create(&policies, &small_nodes()).await;
    let label = async |value: Value| {
        let patch = Patch::Merge(json!({ "metadata": { "labels": { "tier": value } } }));
        teams.patch("payments", &PatchParams::default(), &patch).await.unwrap()
    };

    // It holds for teams with a label that this one gets now, and loses again.
    label(json!("small")).await;
    stage.cluster_is("wrong", "blocked", |found| ready(found, "False", condition::REASON_BLOCKED)).await;
    let found = stage.clusters().get("wrong").await.unwrap();
    assert_eq!(found.spec.overrides["nodePools"]["default"]["size"], 2, "nothing is dropped");
    let status = found.status.unwrap();
    let ready_is = status.conditions.iter().find(|one| one.type_ == condition::READY).unwrap();
    for part in ["KORE-CLUSTER-0001", "nodePools.default.size", "small-nodes", "platform-team", "nodes cost money"] {
        assert!(ready_is.message.contains(part), "{part}: {}", ready_is.message);
    }
    // A change that is refused is not applied either.
    stage.change("wrong", json!({ "overrides": { "nodePools": { "default": { "size": 3 } } } })).await;
    let still = |found: Option<&Cluster>| {
        let conditions = found.and_then(|found| found.status.as_ref()).map(|status| status.conditions.clone());
        ready(found, "False", condition::REASON_BLOCKED)
            && conditions.unwrap_or_default().iter().any(|one| one.message.contains("is 3, more than 1"))
    };
    stage.cluster_is("wrong", "still blocked", still).await;
    assert_eq!(stage.provider.world.keys(), before);
    stage.change("wrong", json!({ "overrides": { "nodePools": { "default": { "size": 2 } } } })).await;
    label(Value::Null).await;
    stage.cluster_is("wrong", "let go", reached).await;

    // The same by the policy itself.
    label(json!("small")).await;
    stage.cluster_is("wrong", "blocked again", |found| ready(found, "False", condition::REASON_BLOCKED)).await;
    policies.delete("small-nodes", &DeleteParams::default()).await.unwrap();
    stage.cluster_is("wrong", "let go again", reached).await;
    label(Value::Null).await;
}

fn blocked_by(cluster: Option<&Cluster>, code: &str) -> bool {
    let found = cluster.and_then(|cluster| cluster.status.as_ref());
    let found = found.and_then(|status| status.conditions.iter().find(|one| one.type_ == condition::READY));
    found.is_some_and(|found| found.reason == condition::REASON_BLOCKED && found.message.starts_with(code))
}

async fn delete(stage: &Stage, name: &str) {
    stage.clusters().delete(name, &DeleteParams::default()).await.unwrap();
    stage.cluster_is(name, "gone", |cluster| cluster.is_none()).await;
}

/// Clusters that did not come through the API: over quota nothing is made; with room they go on.
async fn what_a_team_may_not_have_is_not_made(stage: &Stage) {
    let used = async || stage.store.quota_usage(None).await.unwrap().remove("id-payments").unwrap_or_default();
    let system = SystemContext { component: "test", now: jiff::Timestamp::UNIX_EPOCH };
    let (before, things) = (used().await, stage.provider.world.keys());
    let limit = async |clusters: u64, nodes: u64| {
        let spec = serde_json::from_value(json!({ "clusters": clusters, "nodes": nodes })).unwrap();
        let revision = stage.store.quota("id-payments").await.unwrap().revision;
        let proof = system.grant(Permission::QuotaWrite, Platform);
        stage.store.set_quota(&proof, "id-payments", revision, &spec, system.now).await.unwrap();
    };
    limit(before.clusters + 2, before.nodes + 2).await;
    let two = json!({ "nodePools": { "default": { "size": 2 } } });
    create(&stage.clusters(), &cluster("fits", two.clone())).await;
    stage.cluster_is("fits", "reached", reached).await;
    create(&stage.clusters(), &cluster("more", json!({}))).await;
    stage.cluster_is("more", "blocked", |cluster| blocked_by(cluster, "KORE-QUOTA-0001")).await;
    let message = stage.indexes.clusters.get(Some("team-payments"), "more").unwrap();
    let message = format!("{:?}", message.status.as_ref().unwrap().conditions);
    assert!(message.contains(&format!("nodes: {0} of {0} used, 1 more asked for", before.nodes + 2)), "{message}");
    assert!(!stage.provider.world.keys().iter().any(|key| key.starts_with("payments.more/")));

    // One that exists and grows too far keeps what it has.
    stage.change("fits", json!({ "overrides": { "nodePools": { "default": { "size": 3 } } } })).await;
    stage.cluster_is("fits", "blocked", |cluster| blocked_by(cluster, "KORE-QUOTA-0001")).await;
    assert_eq!(stage.provider.world.keys().iter().filter(|key| key.starts_with("payments.fits/")).count(), 5);
    // Smaller is free once it is smaller, and the other goes on by itself.
    stage.change("fits", json!({ "overrides": null })).await;
    stage.cluster_is("fits", "reached", reached).await;
    stage.cluster_is("more", "reached", reached).await;
    assert_eq!((used().await.clusters, used().await.nodes), (before.clusters + 2, before.nodes + 2));
    // A quota below what there is takes nothing away, and stands in the way of growing only.
    limit(0, 0).await;
    stage.change("fits", json!({ "deletionProtection": true })).await;
    stage.cluster_is("fits", "reached", reached).await;
    for name in ["fits", "more"] {
        delete(stage, name).await;
    }
    assert_eq!((used().await, stage.provider.world.keys()), (before, things));
    limit(100, 100).await;
}

async fn no_two_clusters_have_the_same_addresses(stage: &Stage) {
    stage.provider.planned.store(true, Ordering::SeqCst);
    let of = |cidr: &str, prefix: u8| json!({ "cidrs": [cidr], "prefix": prefix });
    let spec = json!({ "provider": "local", "pod": of("10.0.0.0/17", 20), "service": of("10.1.0.0/16", 22) });
    let pool = AddressPool::new("small", serde_json::from_value(spec).unwrap());
    create(&Api::all(stage.client.clone()), &pool).await;
    // Clusters that are there already get ranges like any other.
    for there in stage.indexes.clusters.list(Some("team-payments")) {
        let has = |cluster: Option<&Cluster>| {
            let status = cluster.and_then(|cluster| cluster.status.as_ref());
            status.is_some_and(|status| status.addresses.is_some()) || blocked_by(cluster, "KORE-CLUSTER")
        };
        if !there.spec.paused {
            stage.cluster_is(&there.name_any(), "given addresses", has).await;
        }
    }
    create(&stage.clusters(), &cluster("one", json!({}))).await;
    stage.cluster_is("one", "reached", reached).await;
    let addresses = |name: &str| stage.indexes.clusters.get(Some("team-payments"), name).unwrap().status.clone();
    let one = addresses("one").unwrap().addresses.unwrap();
    assert_eq!((one.pool.as_str(), one.node), ("small", None));
    let others: Vec<_> = stage.store.addresses().await.unwrap();
    for row in others.iter().filter(|row| row.object != "cluster/payments/one") {
        assert!(one.ranges().all(|(_, range)| !overlap(range, row.cidr)), "{row:?}");
    }
    let mut names = vec!["one".to_owned()];
    loop {
        let name = format!("c{}", names.len());
        create(&stage.clusters(), &cluster(&name, json!({}))).await;
        names.push(name.clone());
        let settled = |cluster: Option<&Cluster>| reached(cluster) || blocked_by(cluster, "KORE-NETWORK-0001");
        stage.cluster_is(&name, "reached or blocked", settled).await;
        if !reached(stage.indexes.clusters.get(Some("team-payments"), &name).as_deref()) {
            break;
        }
        assert!(names.len() < 9, "the pool has room for eight");
    }
    let last = names.last().unwrap().clone();
    assert!(!stage.provider.world.keys().iter().any(|key| key.starts_with(&format!("payments.{last}/"))));
    delete(stage, "one").await;
    stage.cluster_is(&last, "reached", reached).await;
    assert_eq!(addresses(&last).unwrap().addresses.unwrap().pod, one.pod, "what was given back is used again");
    for name in &names[1..] {
        delete(stage, name).await;
    }
    stage.provider.planned.store(false, Ordering::SeqCst);
    let left = stage.store.addresses().await.unwrap();
    assert!(!left.iter().any(|row| names.iter().any(|name| row.object.ends_with(&format!("/{name}")))), "{left:?}");
}

async fn only_kore_writes(stage: &Stage) {
    let person = stage.plane.client_as("mallory", Some("system:masters")).await.unwrap();
    let clusters: Api<Cluster> = Api::namespaced(person, "team-payments");
    assert!(clusters.get("dev").await.is_ok());
    let patch = Patch::Merge(json!({ "spec": { "paused": true } }));
    let refused = clusters.patch("dev", &PatchParams::default(), &patch).await.unwrap_err();
    assert!(refused.to_string().contains("read-only here"), "{refused}");
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { meta::ANNOTATION_REQUESTED_BY: "user:ana" } } }));
    assert!(clusters.patch("dev", &PatchParams::default(), &patch).await.is_err());
    assert!(clusters.delete("dev", &DeleteParams::default()).await.is_err());
    assert!(clusters.create(&PostParams::default(), &cluster("mine", json!({}))).await.is_err());
}

async fn nothing_is_left(stage: &Stage) {
    let teams: Api<Team> = Api::all(stage.client.clone());
    teams.delete("payments", &DeleteParams::default()).await.unwrap();
    let refuses = |team: Option<&Team>| {
        let status = team.and_then(|team| team.status.as_ref());
        status.is_some_and(|status| status.conditions.iter().any(|one| one.message.starts_with("still owns")))
    };
    until(&stage.indexes.teams, None, "payments", "refusing", refuses).await;

    stage.provider.world.put("payments.dev/made-by-the-cluster", "a volume").unwrap();
    stage.provider.weather.bring([Fault::Before, Fault::After]);
    let mut ended = Vec::new();
    for name in ["dev", "wrong", "failing"] {
        let deleted = stage.clusters().delete(name, &DeleteParams::default()).await.unwrap();
        ended.push(deleted.left().unwrap());
    }
    for cluster in &ended {
        stage.cluster_is(&cluster.name_any(), "gone", |found| found.is_none()).await;
        let generation = cluster.metadata.generation.unwrap();
        let operation = stage.operation(cluster, OperationAction::Delete, generation).await;
        assert_eq!(operation.state, OperationState::Done);
        let remainder = operation.remainder.unwrap();
        assert!(remainder.gone >= 4 && remainder.left == 0, "{remainder:?}");
    }
    assert!(stage.provider.world.keys().is_empty());
    until(&stage.indexes.teams, None, "payments", "gone", |found| found.is_none()).await;
    let namespaces = Api::<Namespace>::all(stage.client.clone());
    assert!(namespaces.get_opt("team-payments").await.unwrap().is_none());
}
