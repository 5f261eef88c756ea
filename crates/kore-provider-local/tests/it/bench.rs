//! An installation of its own for one test.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use k8s_openapi::api::core::v1::Namespace;
use kore_api::{
    address::{AddressPoolSpec, ClusterAddresses},
    config::Configuration,
    operation::{OperationAction, Step, Target},
    plan::LocalParameters,
    supervisor::Request,
};
use kore_domain::addresses::allot;
use kore_engine::{
    clock::{Clock, SharedClock, SystemClock},
    component::Progress,
    error::StepError,
    kill::NoKillPoints,
    memory::{MemoryLedger, MemoryOperations},
    operations::{NewOperation, OperationLog, operation_id},
    preview::Prospect,
    provider::{ClusterProvider, ClusterRequest},
    run::{Engine, Outcome, Pace, Work},
};
use kore_kube::{clusters::Clusters, mint::Mints};
use kore_localkube::{
    client::Supervisor,
    inventory::{self, Item, Scope},
    ports,
    supervisor::{self, Options, Told},
};
use kore_provider_local::LocalProvider;
use kube::{
    Api, Client,
    api::{ObjectMeta, PostParams},
};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(300);
const UID: &str = "uid-1";

#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) provider: LocalProvider,
    management: Client,
    engine: Engine,
    operations: Arc<MemoryOperations>,
    supervisor: Supervisor,
    scope: Scope,
    configuration: Configuration,
    options: Options,
    home: Arc<tempfile::TempDir>,
    addresses: ClusterAddresses,
}

/// A clock that is ahead.
#[derive(Debug)]
struct Later(Duration);

impl Clock for Later {
    fn now(&self) -> jiff::Timestamp {
        SystemClock.now() + self.0
    }
}

/// `target/debug/deps/it-…` → `target/debug/kored`.
fn kored() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let program = me.parent().and_then(Path::parent).unwrap().join("kored");
    assert!(program.exists(), "{} is missing: cargo build -p kored", program.display());
    program
}

pub(crate) fn tools() -> PathBuf {
    let tools = std::env::var_os("KORE_TOOLS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bin/tools"), PathBuf::from);
    tools.canonicalize().expect("the programs are missing: tools/build")
}

/// Ranges as the address plan would give them, if it knew this installation only.
async fn addresses(provider: &LocalProvider, configuration: &Configuration) -> ClusterAddresses {
    let of = |cidr: &str, prefix: u8| serde_json::json!({ "cidrs": [cidr], "prefix": prefix });
    let pool = serde_json::json!({
        "provider": "local", "pod": of(&configuration.address_pool, 20), "service": of("100.92.0.0/15", 22),
    });
    let pool: AddressPoolSpec = serde_json::from_value(pool).unwrap();
    provider.fits(&pool).unwrap();
    let occupied = provider.occupied().await.unwrap();
    let seed = configuration.installation.as_str().bytes().fold(7, |sum: u64, byte| sum * 31 + u64::from(byte));
    let (pool, ranges) = allot(&[("local", &pool)], provider.purposes(), &[], &occupied, seed).unwrap();
    ClusterAddresses::new(pool, ranges)
}

impl Bench {
    pub(crate) async fn start(installation: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let home = Arc::new(tempfile::Builder::new().prefix("kore-").tempdir().unwrap());
        let data_dir = home.path().join("data");
        let options = Options {
            data_dir: data_dir.clone(),
            kored: kored(),
            tools: tools(),
            told: Told {
                installation: Some(installation.parse().unwrap()),
                listen: Some(free(&format!("{installation} listen"))),
                gateway_listen: Some(free(&format!("{installation} gateway"))),
                ..Told::default()
            },
            with_server: false,
        };
        let supervisor = up(options.clone()).await;
        let configuration: Configuration =
            supervisor::read_configuration(&data_dir.join(kore_api::config::FILE)).unwrap().unwrap();
        let management = kore_kube::client::from_file(&configuration.management_kubeconfig).await.unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let operations = Arc::new(MemoryOperations::new(Arc::clone(&clock)));
        let engine = Engine {
            ledger: Arc::new(MemoryLedger::default()),
            operations: operations.clone(),
            clock: Arc::clone(&clock),
            kill: Arc::new(NoKillPoints),
            pace: Pace::default(),
        };
        let namespace = Namespace {
            metadata: ObjectMeta { name: Some("team-payments".into()), ..ObjectMeta::default() },
            ..Namespace::default()
        };
        Api::<Namespace>::all(management.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        let provider = LocalProvider::new(configuration.clone(), management.clone(), clock).with_relay(kored());
        let scope = Scope::installation(installation, &data_dir);
        let addresses = addresses(&provider, &configuration).await;
        Self { provider, management, engine, operations, supervisor, scope, configuration, options, home, addresses }
    }

    /// Down, which leaves of the kernel's things what a reboot leaves, and up again.
    pub(crate) async fn reboot(&self) {
        self.reboot_and(|| ()).await;
    }

    /// The same, and something happens before it is up again.
    pub(crate) async fn reboot_and<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        self.supervisor.call(&Request::Down, |_| {}).await.unwrap();
        let happened = meanwhile();
        up(self.options.clone()).await;
        happened
    }

    /// Takes everything away, whatever the test did.
    pub(crate) async fn stop(&self) {
        let result = self.supervisor.call(&Request::Purge, |_| {}).await;
        let left = inventory::take(&self.scope).await;
        eprintln!("stopped: {result:?}; left in {}: {left:?}", self.home.path().display());
    }

    pub(crate) async fn inventory(&self) -> Vec<Item> {
        inventory::take(&self.scope).await
    }

    pub(crate) fn request(&self, name: &str, parameters: Value) -> ClusterRequest {
        // As the API stores it: every default filled in.
        let parameters: LocalParameters = serde_json::from_value(parameters).unwrap();
        let parameters = serde_json::to_value(parameters).unwrap();
        self.provider.validate(&parameters).unwrap();
        ClusterRequest {
            name: name.parse().unwrap(),
            uid: UID.into(),
            team_id: "team-1".into(),
            parameters,
            rung: None,
            account: None,
            addresses: Some(self.addresses.clone()),
        }
    }

    /// A client with the controllers' credential.
    pub(crate) async fn client(&self, team: &str, cluster: &str) -> Client {
        let clusters = Clusters::new(self.management.clone(), Mints::default());
        clusters.client(&format!("{team}/{cluster}").parse().unwrap()).await.unwrap().unwrap()
    }

    async fn begin(&self, action: OperationAction, generation: i64, request: &ClusterRequest) -> Work {
        let work = Work::new(UID, operation_id(UID, action, generation));
        let target = Target {
            kind: "Cluster".into(),
            team: Some(request.name.team.to_string()),
            name: request.name.name.to_string(),
            uid: UID.into(),
            generation,
        };
        let operation = NewOperation {
            id: work.operation,
            action,
            target,
            requested_by: "user:ana".into(),
            request_id: None,
            parameters: request.parameters.clone(),
        };
        self.operations.begin(operation).await.unwrap();
        work
    }

    /// Runs until everything is as it should be; prints how long each step took.
    pub(crate) async fn bring(&self, request: &ClusterRequest, generation: i64) -> Vec<Step> {
        let began = Instant::now();
        let work = self.begin(OperationAction::Change, generation, request).await;
        loop {
            let components = self.provider.components(request).await.unwrap();
            let open = self.engine.open_keys(UID).await.unwrap();
            let leftovers = self.provider.leftovers(request, &open).await.unwrap();
            match self.engine.run(&work, &components, &leftovers).await.unwrap() {
                Outcome::Done => break,
                Outcome::Waiting { reason, .. } => {
                    eprintln!("waits for {reason}");
                    assert!(began.elapsed() < PATIENCE, "{:#?}", self.steps(&work).await);
                }
                Outcome::Failed(error) => panic!("{error}: {:#?}", error.failure()),
            }
        }
        eprintln!("generation {generation} reached after {:.1} s", began.elapsed().as_secs_f32());
        self.report(&work).await
    }

    pub(crate) async fn tear_down(&self, request: &ClusterRequest, generation: i64) {
        let began = Instant::now();
        let work = self.begin(OperationAction::Delete, generation, request).await;
        loop {
            match self.engine.teardown(&work, &self.provider, request).await.unwrap() {
                (Outcome::Done, remainder) => {
                    assert_eq!(remainder.left, 0);
                    eprintln!("{} things gone after {:.1} s", remainder.gone, began.elapsed().as_secs_f32());
                    break;
                }
                (Outcome::Waiting { reason, .. }, _) => {
                    eprintln!("waits for {reason}");
                    assert!(began.elapsed() < PATIENCE, "{:#?}", self.steps(&work).await);
                }
                (Outcome::Failed(error), _) => panic!("{error}: {:#?}", error.failure()),
            }
        }
        self.report(&work).await;
    }

    /// What a run would do, by what a provider sees.
    pub(crate) async fn preview(
        &self,
        provider: &LocalProvider,
        request: &ClusterRequest,
    ) -> Result<Prospect, StepError> {
        self.engine.preview(&provider.components(request).await?, &[]).await
    }

    /// Looks until what is seen is as it should be: the API server learns of rights by watching.
    pub(crate) async fn until(
        &self,
        request: &ClusterRequest,
        what: &str,
        holds: impl Fn(&Result<Prospect, StepError>) -> bool,
    ) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let seen = self.preview(&self.provider, request).await;
            if holds(&seen) {
                return;
            }
            assert!(Instant::now() < deadline, "not {what}: {seen:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// One attempt to empty the node that a request no longer has.
    pub(crate) async fn drain(
        &self,
        provider: &LocalProvider,
        request: &ClusterRequest,
    ) -> Result<Progress, StepError> {
        let keys = self.engine.open_keys(UID).await.unwrap();
        let leftovers = provider.leftovers(request, &keys).await.unwrap();
        leftovers.iter().find(|one| one.id().as_str().ends_with("/drain")).unwrap().delete().await
    }

    /// The provider as it will be so much later.
    pub(crate) fn later(&self, by: Duration) -> LocalProvider {
        let clock: SharedClock = Arc::new(Later(by));
        LocalProvider::new(self.configuration.clone(), self.management.clone(), clock).with_relay(kored())
    }

    /// Names of what a provider takes for left over.
    pub(crate) async fn leftovers(&self, provider: &LocalProvider, request: &ClusterRequest) -> Vec<String> {
        let keys = self.engine.open_keys(UID).await.unwrap();
        let leftovers = provider.leftovers(request, &keys).await.unwrap();
        leftovers.iter().map(|component| component.id().to_string()).collect()
    }

    async fn steps(&self, work: &Work) -> Vec<Step> {
        self.operations.get(work.operation).await.unwrap().unwrap().steps
    }

    async fn report(&self, work: &Work) -> Vec<Step> {
        let steps = self.steps(work).await;
        for step in &steps {
            if let (Some(from), Some(until)) = (step.started_at, step.ended_at) {
                eprintln!("  {:6.2} s  {}", until.duration_since(from).as_secs_f32(), step.name);
            }
        }
        steps
    }
}

async fn up(options: Options) -> Supervisor {
    let socket = kore_api::config::supervisor_socket(&options.data_dir);
    let deadline = Instant::now() + PATIENCE;
    // The one before may still hold the lock.
    tokio::spawn(async move {
        while let Err(error) = supervisor::run(options.clone()).await {
            eprintln!("{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let supervisor = Supervisor::new(&socket);
    let began = Instant::now();
    while let Err(error) = supervisor.call(&Request::Up, |_| {}).await {
        assert!(Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    eprintln!("platform up after {:.1} s", began.elapsed().as_secs_f32());
    supervisor
}

/// A port that nobody gets by accident before we do: outgoing connections have others.
fn free(seed: &str) -> SocketAddr {
    let port = ports::pick(seed, 1, &BTreeSet::new(), ports::free).unwrap();
    SocketAddr::from(([127, 0, 0, 1], port))
}
