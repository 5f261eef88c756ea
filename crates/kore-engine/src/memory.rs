//! A provider whose clusters are entries in a map or files in a directory, and records in memory:
//! the real engine and controllers run on them in tests, with faults where wanted.

mod cloud;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Debug,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use kore_api::{
    address::Purpose,
    cloud::Cloud,
    cluster::{ClusterRung, NodeCount},
    codes::Code,
    operation::{Failure, Operation, OperationState, Remainder, Step},
    plan::{LocalParameters, Provider},
    upgrade::Preflight,
};
use kore_domain::upgrade::{Budget, Facts, Minor, Node, Standing};
use uuid::Uuid;

pub use self::cloud::MemoryCloud;
use crate::{
    clock::{SharedClock, SystemClock},
    component::{Component, ComponentId, Components, Observed, Progress},
    error::{Class, StepError},
    ledger::{Ledger, LedgerEntry, LedgerState},
    operations::{NewOperation, OperationLog},
    provider::{ClusterFacts, ClusterProvider, ClusterRequest},
    upgrade,
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A ledger in memory.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Vec<LedgerEntry>>);

impl MemoryLedger {
    fn set(&self, owner: &str, key: &str, state: LedgerState) {
        for entry in lock(&self.0).iter_mut().filter(|entry| entry.owner == owner && entry.key == key) {
            if entry.state != LedgerState::Gone {
                entry.state = state;
            }
        }
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn intend(&self, owner: &str, component: &str, key: &str) -> Result<(), StepError> {
        let mut entries = lock(&self.0);
        if !entries.iter().any(|entry| entry.owner == owner && entry.key == key && entry.state != LedgerState::Gone) {
            entries.push(LedgerEntry {
                owner: owner.to_owned(),
                component: component.to_owned(),
                key: key.to_owned(),
                state: LedgerState::Intent,
            });
        }
        Ok(())
    }

    async fn created(&self, owner: &str, key: &str) -> Result<(), StepError> {
        self.set(owner, key, LedgerState::Created);
        Ok(())
    }

    async fn gone(&self, owner: &str, key: &str) -> Result<(), StepError> {
        self.set(owner, key, LedgerState::Gone);
        Ok(())
    }

    async fn entries(&self, owner: &str) -> Result<Vec<LedgerEntry>, StepError> {
        Ok(lock(&self.0).iter().rev().filter(|entry| entry.owner == owner).cloned().collect())
    }
}

/// An operation log in memory; counts its writes.
#[derive(Debug)]
pub struct MemoryOperations {
    clock: SharedClock,
    operations: Mutex<BTreeMap<Uuid, Operation>>,
    writes: AtomicU64,
}

impl MemoryOperations {
    /// An empty log.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, operations: Mutex::default(), writes: AtomicU64::new(0) }
    }

    /// How many writes there were.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    /// Every operation, in the order of their ids.
    #[must_use]
    pub fn all(&self) -> Vec<Operation> {
        lock(&self.operations).values().cloned().collect()
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Operation)) {
        self.writes.fetch_add(1, Ordering::SeqCst);
        if let Some(operation) = lock(&self.operations).get_mut(&id) {
            change(operation);
        }
    }
}

#[async_trait]
impl OperationLog for MemoryOperations {
    async fn begin(&self, new: NewOperation) -> Result<Operation, StepError> {
        let mut operations = lock(&self.operations);
        if let Some(operation) = operations.get(&new.id) {
            return Ok(operation.clone());
        }
        self.writes.fetch_add(1, Ordering::SeqCst);
        for earlier in operations.values_mut().filter(|earlier| earlier.target.uid == new.target.uid) {
            if matches!(earlier.state, OperationState::Pending | OperationState::Running | OperationState::Failed) {
                earlier.state = OperationState::Superseded;
            }
        }
        let operation = Operation {
            id: new.id.to_string(),
            action: new.action,
            target: new.target,
            requested_by: new.requested_by,
            request_id: new.request_id,
            state: OperationState::Pending,
            parameters: new.parameters,
            steps: Vec::new(),
            failure: None,
            created_at: self.clock.now(),
            started_at: None,
            ended_at: None,
            remainder: None,
        };
        operations.insert(new.id, operation.clone());
        Ok(operation)
    }

    async fn plan(&self, id: Uuid, steps: &[Step]) -> Result<(), StepError> {
        self.change(id, |operation| operation.steps = steps.to_vec());
        Ok(())
    }

    async fn step(&self, id: Uuid, step: &Step) -> Result<(), StepError> {
        self.change(id, |operation| {
            if let Some(found) = operation.steps.iter_mut().find(|found| found.name == step.name) {
                *found = step.clone();
            }
        });
        Ok(())
    }

    async fn state(
        &self,
        id: Uuid,
        state: OperationState,
        failure: Option<&Failure>,
        remainder: Option<Remainder>,
    ) -> Result<(), StepError> {
        let now = self.clock.now();
        self.change(id, |operation| {
            operation.state = state;
            operation.failure = failure.cloned();
            operation.remainder = remainder.or(operation.remainder);
            if state == OperationState::Running {
                operation.started_at.get_or_insert(now);
            }
            operation.ended_at = matches!(state, OperationState::Done | OperationState::Failed).then_some(now);
        });
        Ok(())
    }

    async fn get(&self, id: Uuid) -> Result<Option<Operation>, StepError> {
        Ok(lock(&self.operations).get(&id).cloned())
    }
}

/// Where things exist: in memory, or as files that outlive the process.
#[derive(Debug, Clone)]
pub enum World {
    /// In memory.
    Memory(Arc<Mutex<BTreeMap<String, String>>>),
    /// A file per thing.
    Directory(PathBuf),
}

impl Default for World {
    fn default() -> Self {
        Self::Memory(Arc::default())
    }
}

impl World {
    fn file(directory: &std::path::Path, key: &str) -> PathBuf {
        directory.join(key.replace('/', "%"))
    }

    fn get(&self, key: &str) -> Option<String> {
        match self {
            Self::Memory(things) => lock(things).get(key).cloned(),
            Self::Directory(directory) => std::fs::read_to_string(Self::file(directory, key)).ok(),
        }
    }

    /// Makes something be, as a stranger or a fault would.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn put(&self, key: &str, value: &str) -> std::io::Result<()> {
        match self {
            Self::Memory(things) => {
                lock(things).insert(key.to_owned(), value.to_owned());
                Ok(())
            }
            Self::Directory(directory) => std::fs::write(Self::file(directory, key), value),
        }
    }

    /// Makes something not be.
    pub fn remove(&self, key: &str) {
        match self {
            Self::Memory(things) => {
                lock(things).remove(key);
            }
            // Not being there is what is wanted; the next observation sees anything else.
            Self::Directory(directory) => drop(std::fs::remove_file(Self::file(directory, key))),
        }
    }

    /// Every key, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        match self {
            Self::Memory(things) => lock(things).keys().cloned().collect(),
            Self::Directory(directory) => {
                let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
                let mut keys: Vec<_> =
                    entries.map(|entry| entry.file_name().to_string_lossy().replace('%', "/")).collect();
                keys.sort();
                keys
            }
        }
    }
}

impl World {
    /// Everything that there is, and what it is.
    #[must_use]
    pub fn things(&self) -> BTreeMap<String, String> {
        self.keys().into_iter().filter_map(|key| self.get(&key).map(|value| (key, value))).collect()
    }
}

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It fails and had no effect.
    Before,
    /// It has its effect and then fails.
    After,
    /// It is not consistent yet.
    Settling,
    /// It fails for good.
    Terminal,
}

/// Faults of the calls to come, in order; none once they are used up.
#[derive(Debug, Clone, Default)]
pub struct Weather(Arc<Mutex<VecDeque<Fault>>>);

impl Weather {
    /// More faults.
    pub fn bring(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.0).extend(faults);
    }

    fn next(&self) -> Fault {
        lock(&self.0).pop_front().unwrap_or(Fault::None)
    }
}

impl Fault {
    fn error(self) -> Option<StepError> {
        let class = match self {
            Self::None => return None,
            Self::Before | Self::After => Class::Retry(Duration::ZERO),
            Self::Settling => Class::Settling(Duration::ZERO),
            Self::Terminal => Class::Terminal,
        };
        Some(StepError::new(Code::LocalProcess, class, "the weather is bad"))
    }
}

/// One thing of a [`World`].
#[derive(Debug, Clone)]
pub struct Thing {
    /// Its component's name.
    pub id: ComponentId,
    /// What it comes after.
    pub after: Vec<ComponentId>,
    /// Its key; `None` for what lives inside something else, which then is not removed by itself.
    pub key: Option<String>,
    /// What it should be.
    pub value: String,
    /// Where it is.
    pub world: World,
    /// What goes wrong.
    pub weather: Weather,
}

impl Thing {
    fn place(&self) -> &str {
        self.key.as_deref().unwrap_or(self.id.as_str())
    }

    fn act(&self, effect: impl FnOnce() -> std::io::Result<()>) -> Result<Progress, StepError> {
        let fault = self.weather.next();
        if let (Fault::Before | Fault::Settling | Fault::Terminal, Some(error)) = (fault, fault.error()) {
            return Err(error);
        }
        effect().map_err(|error| {
            StepError::new(Code::LocalInstallation, Class::Terminal, "the world refuses").caused_by(error)
        })?;
        fault.error().map_or(Ok(Progress::Applied), Err)
    }
}

#[async_trait]
impl Component for Thing {
    fn id(&self) -> ComponentId {
        self.id.clone()
    }

    fn title(&self) -> String {
        format!("Make {}", self.id)
    }

    fn after(&self) -> Vec<ComponentId> {
        self.after.clone()
    }

    fn external_key(&self) -> Option<String> {
        self.key.clone()
    }

    async fn observe(&self) -> Result<Observed, StepError> {
        Ok(match self.world.get(self.place()) {
            None => Observed::Absent,
            Some(value) if value == self.value => Observed::Ready,
            Some(value) => {
                Observed::Differs { detail: vec![format!("{value} is not {}", self.value)], replace: value == "broken" }
            }
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.act(|| self.world.put(self.place(), &self.value))
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.act(|| {
            self.world.remove(self.place());
            Ok(())
        })
    }
}

/// Clusters of [`Thing`]s: a network, an API server after it, and nodes after that.
#[derive(Debug, Clone, Default)]
pub struct MemoryProvider {
    /// Where they are.
    pub world: World,
    /// What goes wrong.
    pub weather: Weather,
    /// Whether the world can have no nodes (any more).
    pub barren: Arc<AtomicBool>,
    /// Whether its clusters want ranges of the address plan.
    pub planned: Arc<AtomicBool>,
    /// Whether its clusters are in accounts of a cloud.
    pub in_accounts: Arc<AtomicBool>,
    /// What stands in the way of changes.
    pub obstacle: Arc<Mutex<Option<Obstacle>>>,
}

/// What stands in the way of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Nobody can look.
    Unseen,
    /// A disruption budget of this name allows nothing.
    Budget(String),
    /// Nobody gets in to look where the cluster stands, by an error of this class.
    Unreachable(Class),
}

/// The component that everything of Kubernetes comes after.
const API: &str = "kube-apiserver";

impl MemoryProvider {
    fn thing(&self, request: &ClusterRequest, name: &str, after: &[&str], keyed: bool) -> Box<dyn Component> {
        let place = format!("{}.{}/{name}", request.name.team, request.name.name);
        Box::new(Thing {
            id: ComponentId::new(name),
            after: after.iter().map(|name| ComponentId::new(*name)).collect(),
            key: keyed.then_some(place),
            value: "as it should be".to_owned(),
            world: self.world.clone(),
            weather: self.weather.clone(),
        })
    }

    /// A thing of Kubernetes at a version, of which its value tells.
    fn versioned(&self, request: &ClusterRequest, name: &str, after: &[&str], version: Minor) -> Box<dyn Component> {
        Box::new(Thing {
            id: ComponentId::new(name),
            after: after.iter().map(|name| ComponentId::new(*name)).collect(),
            key: Some(format!("{}{name}", Self::prefix(request))),
            value: at(version),
            world: self.world.clone(),
            weather: self.weather.clone(),
        })
    }

    /// The version of a thing that is there.
    fn version(&self, request: &ClusterRequest, name: &str) -> Option<Minor> {
        self.world.get(&format!("{}{name}", Self::prefix(request)))?.strip_prefix(AT)?.parse().ok()
    }

    fn nodes(&self, request: &ClusterRequest) -> Result<Vec<String>, StepError> {
        let parameters: LocalParameters = parameters(&request.parameters)?;
        if !self.rung(request)?.workloads {
            return Ok(Vec::new());
        }
        let pools = parameters.node_pools.into_iter();
        Ok(pools.flat_map(|(pool, nodes)| (1..=nodes.size).map(move |n| format!("node/{pool}-{n}"))).collect())
    }

    fn prefix(request: &ClusterRequest) -> String {
        format!("{}.{}/", request.name.team, request.name.name)
    }
}

const AT: &str = "at ";

fn at(version: Minor) -> String {
    format!("{AT}{version}")
}

/// Lets an upgrade begin once nothing speaks against it.
struct Gate {
    provider: MemoryProvider,
    request: ClusterRequest,
    clock: SharedClock,
}

impl Gate {
    async fn preflight(&self) -> Result<Option<Preflight>, StepError> {
        upgrade::preflight(&self.provider, &self.request, self.clock.now()).await
    }
}

#[async_trait]
impl Component for Gate {
    fn id(&self) -> ComponentId {
        ComponentId::fixed("upgrade/preflight")
    }

    fn title(&self) -> String {
        "Look whether the cluster can go on".to_owned()
    }

    fn external_key(&self) -> Option<String> {
        None
    }

    async fn observe(&self) -> Result<Observed, StepError> {
        Ok(match self.preflight().await? {
            Some(preflight) if preflight.holds() => {
                Observed::Differs { detail: upgrade::lines(&preflight), replace: false }
            }
            _ => Observed::Ready,
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.preflight().await?.map_or(Ok(()), |preflight| upgrade::let_go(&preflight))?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
}

fn parameters(value: &serde_json::Value) -> Result<LocalParameters, StepError> {
    serde_json::from_value(value.clone())
        .map_err(|error| StepError::new(Code::InputInvalid, Class::Invalid, "parameters").caused_by(error))
}

#[async_trait]
impl ClusterProvider for MemoryProvider {
    fn provider(&self) -> Provider {
        Provider::Local
    }

    fn cloud(&self) -> Option<Cloud> {
        self.in_accounts.load(Ordering::SeqCst).then_some(Cloud::Aws)
    }

    fn validate(&self, value: &serde_json::Value) -> Result<(), StepError> {
        parameters(value).map(drop)
    }

    fn purposes(&self) -> &'static [Purpose] {
        if self.planned.load(Ordering::SeqCst) { &[Purpose::Pod, Purpose::Service] } else { &[] }
    }

    fn rung(&self, request: &ClusterRequest) -> Result<ClusterRung, StepError> {
        Ok(request.rung.clone().unwrap_or_else(|| {
            let workloads = !self.barren.load(Ordering::SeqCst);
            let reason = if workloads { "nodes in memory" } else { "control plane only: the world is barren" };
            ClusterRung { workloads, reason: reason.to_owned(), driver: None }
        }))
    }

    async fn standing(&self, request: &ClusterRequest) -> Result<Option<Standing>, StepError> {
        if let Some(Obstacle::Unreachable(class)) = *lock(&self.obstacle) {
            return Err(StepError::new(Code::CloudAccessLost, class, "the world lets nobody in"));
        }
        let Some(newest) = self.version(request, API) else { return Ok(None) };
        let oldest = self.nodes(request)?.iter().filter_map(|node| self.version(request, node)).min();
        let at = oldest.unwrap_or(newest).min(newest);
        Ok(Some(Standing { at, to: (at != newest).then_some(newest) }))
    }

    async fn upgrade_facts(&self, request: &ClusterRequest) -> Facts {
        let obstacle = lock(&self.obstacle).clone();
        if let Some(Obstacle::Unseen) = obstacle {
            return Facts::unknown("nobody can look");
        }
        let of = |name: &str| self.version(request, name).map_or_else(String::new, |version| format!("v{version}.3"));
        let nodes = self.nodes(request).unwrap_or_default().into_iter();
        let nodes = nodes.map(|name| Node { version: of(&name), name, unready: None, cordoned: false });
        let budget = |name| Budget { name, pods: 1, allowed: 0, counted: true };
        let budgets = match obstacle {
            Some(Obstacle::Budget(name)) => vec![budget(name)],
            _ => Vec::new(),
        };
        Facts {
            control_plane: Ok(of(API)),
            nodes: Ok(nodes.collect()),
            deprecated: Ok(Vec::new()),
            budgets: Ok(budgets),
            webhooks: Ok(Vec::new()),
            lone_pods: Ok(Vec::new()),
            told: Ok(Vec::new()),
        }
    }

    async fn components(&self, request: &ClusterRequest) -> Result<Components, StepError> {
        if self.rung(request)?.workloads && self.barren.load(Ordering::SeqCst) {
            return Err(StepError::new(Code::LocalRungLost, Class::AccessLost, "the world is barren"));
        }
        let version = parameters(&request.parameters)?.kubernetes_version.parse::<Minor>().map_err(|error| {
            StepError::new(Code::InputInvalid, Class::Invalid, "a version that is none").caused_by(error)
        })?;
        let mut components =
            vec![self.thing(request, "network", &[], true), self.thing(request, "certificates", &[], true)];
        let mut before = vec!["network", "certificates"];
        if self.version(request, API).is_some_and(|at| at != version) {
            let (provider, request) = (self.clone(), request.clone());
            components.push(Box::new(Gate { provider, request, clock: Arc::new(SystemClock) }));
            before.push("upgrade/preflight");
        }
        components.push(self.versioned(request, API, &before, version));
        let nodes = self.nodes(request)?;
        let mut last = API;
        for node in &nodes {
            components.push(self.versioned(request, node, &[API, last], version));
            // What is there becomes another one node after the other.
            if self.version(request, node).is_some_and(|at| at != version) {
                last = node;
            }
        }
        Ok(components)
    }

    async fn leftovers(&self, request: &ClusterRequest, keys: &[String]) -> Result<Components, StepError> {
        let mut claimed = vec!["network".to_owned(), "certificates".to_owned(), API.to_owned()];
        claimed.extend(self.nodes(request)?);
        let prefix = Self::prefix(request);
        let names = keys.iter().filter_map(|key| key.strip_prefix(&prefix));
        Ok(names
            .filter(|name| !claimed.iter().any(|claimed| claimed == name))
            .map(|name| self.thing(request, name, &[API], true))
            .collect())
    }

    async fn sweep(&self, request: &ClusterRequest) -> Result<Vec<String>, StepError> {
        let prefix = Self::prefix(request);
        Ok(self.world.keys().into_iter().filter(|key| key.starts_with(&prefix)).collect())
    }

    async fn facts(&self, request: &ClusterRequest) -> Result<ClusterFacts, StepError> {
        let nodes = self.nodes(request)?;
        let prefix = Self::prefix(request);
        let ready = nodes.iter().filter(|node| self.world.get(&format!("{prefix}{node}")).is_some()).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(ClusterFacts {
            kubernetes_version: self.version(request, API).map(|version| format!("v{version}.3")),
            endpoint: Some("https://127.0.0.1:1".to_owned()),
            rung: self.rung(request)?,
            nodes: NodeCount { desired: count(nodes.len()), ready: count(ready) },
            domain: None,
        })
    }
}
