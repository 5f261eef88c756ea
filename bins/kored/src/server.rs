//! `kored server`: API, access gateway and controllers in one process.
//!
//! Order: database, management cluster, definitions, indexes, then everything that serves. Whoever
//! waits for readiness asks `/readyz`; liveness is there as soon as the port is.

use std::{collections::HashMap, future::Future, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use k8s_openapi::api::core::v1::Secret;
use kore_api::{
    cloud::Cloud,
    codes::Code,
    config::{AWS_SUBJECT, Configuration},
    meta,
    plan::Provider,
};
use kore_app::{
    App, Gateway,
    audit::{DeliveryPace, Keeping},
    limits::Limits,
    signin::{KubeBinder, SignIn, token::system_entropy},
    spool::Spool,
};
use kore_controllers::ControllersContext;
use kore_engine::{
    clock::{SharedClock, SystemClock},
    cloud::{CloudProvider, Clouds},
    kill::{KillPoints, NoKillPoints},
    provider::{ClusterProvider, Providers},
    run::{Engine, Pace},
};
use kore_kube::{
    clusters::Clusters,
    identity::ServiceAccountIdentity,
    index::Index,
    indexes::Indexes,
    lease,
    mint::{Mint, Mints},
    proxy::{Endpoint, Transport, Transports, gateway_secrets},
};
use kore_provider_aws::{
    AwsProvider,
    cloud::{Cloud as Aws, Identity, KeyFile},
    cluster::{EksProvider, Freshness},
    mint::{EksTokens, MINT},
};
use kore_provider_local::LocalProvider;
use kore_server::{
    AppState,
    gateway::{self, clusters::Direct},
    listen::{self, Patience},
    signin,
};
use kore_store::{Store, StoreOptions};
use kube::{
    Api,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::rehearsal;

/// How long database and management cluster may take to answer at start.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long connections may take to end at stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(600);
/// How often refusals that wait are recorded.
const FLUSH: Duration = Duration::from_secs(5);
/// How often where the audit trail stands is signed: what an attacker could cut off who also stops us.
const SIGN: Duration = Duration::from_secs(2);
/// How often that becomes a checkpoint, which is kept for good.
const CHECKPOINT: Duration = Duration::from_secs(60);
/// How often a cluster that is as it should be is looked at.
const DRIFT_PERIOD: Duration = Duration::from_secs(60);
/// How often what is kept in a cloud's organisation is looked at.
const CLOUD_DRIFT_PERIOD: Duration = Duration::from_secs(900);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The installation's `kore.yaml`
    #[arg(long)]
    config: PathBuf,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let configuration = kore_localkube::supervisor::read_configuration(&arguments.config)
        .with_context(|| format!("{} cannot be read", arguments.config.display()))?
        .with_context(|| format!("there is no {}", arguments.config.display()))?;
    serve(configuration).await
}

async fn serve(configuration: Configuration) -> anyhow::Result<()> {
    let listener = bind(configuration.listen).await?;
    let gateway_listener = bind(configuration.gateway_listen).await?;
    let clock: SharedClock = Arc::new(SystemClock);
    let keeping = keeping(&configuration)?;
    let store = database(&configuration, &clock, &keeping).await?;
    keeping.seal.resume(&store, clock.now()).await.context("the audit trail cannot be signed")?;
    let kube = management(&configuration).await?;
    kore_kube::crds::install(&kube).await.context("the management cluster does not take Kore's definitions")?;
    kore_app::found_address_pool(&kube, &configuration.address_pool).await?;
    open_management(&kube).await.context("the management cluster does not take Kore's rules")?;

    let mut tasks = JoinSet::new();
    let indexes = Indexes::default();
    tasks.spawn(indexes.clone().follow(kube.clone()));
    let aws = aws(&configuration, &kube, &clock);
    let mints = Mints::new([(MINT, Arc::new(EksTokens::new(aws.clone())) as Arc<dyn Mint>)]);
    let inside = Clusters::new(kube.clone(), mints);
    let providers = Arc::new(providers(&configuration, &aws, &inside, &clock));
    let stand_in = rehearsal::stand_in(&configuration.cloud, &aws);
    let clouds = Arc::new(clouds(&configuration, aws));
    let rehearsal = rehearsal::begin(&configuration);
    let rehearsed = rehearsal.subscribe();
    if let Some(stand_in) = stand_in.clone() {
        tasks.spawn(rehearsal::keep(stand_in, kube.clone(), rehearsal));
    }
    let engine = Engine {
        ledger: Arc::new(store.clone()),
        operations: Arc::new(store.clone()),
        clock: Arc::clone(&clock),
        kill: kill_points(&configuration),
        pace: Pace::default(),
    };
    let (stop, stopped) = watch::channel(false);
    let candidate = lease::Candidate {
        namespace: meta::SYSTEM_NAMESPACE.to_owned(),
        name: kore_app::platform::LEADER.to_owned(),
        identity: identity(&configuration),
    };
    let (leads, election) = lease::elect(kube.clone(), candidate, Arc::clone(&clock), stopped.clone());
    tasks.spawn(async move {
        let _ = election.await;
    });
    if let (Some(stand_in), Some(local)) = (stand_in, providers.get(&Provider::Local)) {
        tasks.spawn(rehearsal::follow(stand_in, inside.clone(), Arc::clone(local), leads.clone()));
    }
    let controllers = ControllersContext {
        client: kube.clone(),
        clusters: inside.clone(),
        indexes: indexes.clone(),
        providers: Arc::clone(&providers),
        clouds: Arc::clone(&clouds),
        engine: engine.clone(),
        store: store.clone(),
        audit: Arc::new(store.clone()),
        clock: Arc::clone(&clock),
        installation: configuration.installation.to_string(),
        drift_period: DRIFT_PERIOD,
        cloud_drift_period: CLOUD_DRIFT_PERIOD,
    };
    let ready = rehearsal::ready(rehearsed.clone());
    tasks.spawn(async move {
        ready.await;
        kore_controllers::run(controllers, leads, stopped).await;
    });

    let public_url = format!("http://{}", configuration.listen);
    let binder = Box::new(KubeBinder::new(inside.clone()));
    let signin = Arc::new(SignIn::new(store.clone(), Arc::clone(&clock), system_entropy, &public_url)?.binding(binder));
    let spool_ended = CancellationToken::new();
    let spool = Spool::open(&configuration.data_dir.join("spool"), Arc::new(store.clone()), spool_ended.clone())?;
    let clusters = clusters(&configuration, &inside, &mut tasks)?;
    let app = Arc::new(App {
        audit: signin.audit().clone(),
        keeping: Arc::new(keeping),
        process: uuid::Uuid::new_v4().into_bytes(),
        page_key: page_key(&store, &clock).await?,
        clock,
        store,
        clusters: inside,
        kube,
        indexes,
        signin: Arc::clone(&signin),
        providers,
        clouds,
        engine,
        gateway: access(&configuration),
        rehearsal: rehearsed,
        evaluation: configuration.cloud.evaluation.keys().copied().collect(),
        limits: Limits::default(),
    });
    let gateway = gateway::Gateway::new(signin, clusters, spool);
    let state = AppState { gateway: Some(gateway.clone()), ..AppState::new(Arc::clone(&app)) };
    tasks.spawn(flush_refusals(Arc::clone(&app)));
    tasks.spawn(sign(Arc::clone(&app)));
    for sink in &app.keeping.sinks {
        let (store, clock) = (app.store.clone(), Arc::clone(&app.clock));
        tasks.spawn(Arc::clone(sink).run(store, clock, app.audit.changes(), DeliveryPace::default()));
    }
    tasks.spawn(sweep(app));

    let router = kore_server::router(state.clone())?;
    let server = tokio::spawn(listen::serve(listener, router, Patience::default(), state.stopping.clone()));
    let gateway =
        tokio::spawn(gateway::serve(gateway_listener, certificate(&configuration)?, gateway, state.stopping.clone()));
    let socket = configuration.admin_socket.clone();
    let admin_state = state.clone();
    let admin = tokio::spawn(async move {
        let stop = admin_state.stopping.clone();
        signin::admin::serve(&socket, admin_state, stop).await
    });
    tracing::info!(address = %public_url, gateway = %configuration.gateway_listen, "serving");
    asked_to_stop().await?;
    tracing::info!("stopping");
    state.stopping.cancel();
    let _ = stop.send(true);
    let ended = async { tokio::join!(server, gateway, admin) };
    if tokio::time::timeout(DRAIN, ended).await.is_err() {
        tracing::warn!("some connections did not end in {} seconds", DRAIN.as_secs());
    }
    state.app.audit.flush(jiff::Timestamp::MAX).await;
    spool_ended.cancel();
    tasks.shutdown().await;
    let app = &state.app;
    if let Err(error) = app.keeping.seal.checkpoint(&app.store, app.clock.now()).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the end of the audit trail is not signed");
    }
    Ok(())
}

/// Where the audit trail's key and checkpoints are.
pub(crate) fn key_directory(configuration: &Configuration) -> PathBuf {
    configuration.data_dir.join("audit")
}

/// How the audit trail is kept; key and checkpoints have a directory of their own.
fn keeping(configuration: &Configuration) -> anyhow::Result<Keeping> {
    Keeping::open(&key_directory(configuration), system_entropy, &configuration.audit)
        .context("the audit trail cannot be kept as the configuration says")
}

/// Connects and brings the schema up to date; a database that is still starting is waited for.
async fn database(configuration: &Configuration, clock: &SharedClock, keeping: &Keeping) -> anyhow::Result<Store> {
    let options = StoreOptions {
        clock: Arc::clone(clock),
        writer: identity(configuration),
        chain_key: Some(keeping.seal.key().chain_key()),
        ..StoreOptions::default()
    };
    let store =
        eventually("the database", || Store::connect_with(&configuration.database_url, options.clone())).await?;
    store.migrate().await.context("the schema of the database cannot be brought up to date")?;
    Ok(store)
}

/// A client of the management cluster, once that answers.
async fn management(configuration: &Configuration) -> anyhow::Result<kube::Client> {
    let path = &configuration.management_kubeconfig;
    let client =
        kore_kube::client::from_file(path).await.with_context(|| format!("{} cannot be used", path.display()))?;
    eventually("the management cluster", || client.apiserver_version()).await?;
    Ok(client)
}

async fn eventually<T, E, F>(what: &str, mut attempt: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = Result<T, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let tries = async {
        loop {
            match attempt().await {
                Ok(value) => return value,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "waiting for {what}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, tries)
        .await
        .with_context(|| format!("{what} did not answer within {} seconds", PATIENCE.as_secs()))
}

/// Everybody who makes clusters here.
fn providers(configuration: &Configuration, aws: &Aws, inside: &Clusters, clock: &SharedClock) -> Providers {
    let local = LocalProvider::new(configuration.clone(), inside.management.clone(), Arc::clone(clock));
    let installation = configuration.installation.to_string();
    let eks = EksProvider::new(aws.clone(), Arc::clone(clock), Freshness::default(), installation);
    HashMap::from([
        (Provider::Local, Arc::new(local) as Arc<dyn ClusterProvider>),
        (Provider::Aws, Arc::new(eks.entering(inside.clone())) as Arc<dyn ClusterProvider>),
    ])
}

/// AWS, or what stands in for it.
fn aws(configuration: &Configuration, kube: &kube::Client, clock: &SharedClock) -> Aws {
    let identity = match configuration.cloud.evaluation.get(&Cloud::Aws) {
        Some(file) => {
            tracing::warn!(file = %file.display(), "acts in AWS by an access key: for evaluation alone");
            Identity::AccessKey(KeyFile(file.clone()))
        }
        None => Identity::Tokens {
            from: Arc::new(ServiceAccountIdentity::new(kube.clone(), AWS_SUBJECT)),
            issuer: configuration.cloud.issuer.clone(),
            subject: AWS_SUBJECT.to_owned(),
        },
    };
    Aws::new(identity, configuration.cloud.stand_in(Cloud::Aws), Arc::clone(clock))
}

/// Every cloud that accounts are made in here.
fn clouds(configuration: &Configuration, aws: Aws) -> Clouds {
    let aws = AwsProvider::new(configuration.installation.to_string(), aws);
    HashMap::from([(Cloud::Aws, Arc::new(aws) as Arc<dyn CloudProvider>)])
}

/// For tests, a server ends itself where a directory below its data says; that of a release knows no such thing.
#[cfg(debug_assertions)]
fn kill_points(configuration: &Configuration) -> Arc<dyn KillPoints> {
    let directory = configuration.data_dir.join("kill-points");
    if directory.exists() { Arc::new(kore_engine::kill::KillAt::new(directory)) } else { Arc::new(NoKillPoints) }
}

#[cfg(not(debug_assertions))]
fn kill_points(_: &Configuration) -> Arc<dyn KillPoints> {
    Arc::new(NoKillPoints)
}

/// The same across restarts, so that a restarted server leads at once and goes on with its chain of
/// audit records.
fn identity(configuration: &Configuration) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("kored/{}/{}", configuration.installation, host.trim())
}

/// Signs page tokens; kept, so that a page goes on after a restart.
async fn page_key(store: &Store, clock: &SharedClock) -> anyhow::Result<[u8; 32]> {
    const NAME: &str = "page-key";
    let parse = |text: &str| text.parse::<uuid::Uuid>().ok();
    let half = |id: uuid::Uuid| id.into_bytes();
    if let Some((first, second)) = store.setting(NAME).await?.as_deref().and_then(|text| text.split_once('.'))
        && let (Some(first), Some(second)) = (parse(first), parse(second))
    {
        return Ok(joined(half(first), half(second)));
    }
    let (first, second) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    store.set_setting(NAME, &format!("{first}.{second}"), clock.now()).await?;
    Ok(joined(half(first), half(second)))
}

fn joined(first: [u8; 16], second: [u8; 16]) -> [u8; 32] {
    let mut key = [0; 32];
    let (left, right) = key.split_at_mut(16);
    left.copy_from_slice(&first);
    right.copy_from_slice(&second);
    key
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let code = Code::LocalPortInUse.entry().code;
    TcpListener::bind(address).await.with_context(|| format!("{code}: {address} cannot be listened on"))
}

/// How the gateway reaches clusters: by the credentials that their provider left for it.
fn clusters(configuration: &Configuration, inside: &Clusters, tasks: &mut JoinSet<()>) -> anyhow::Result<Arc<Direct>> {
    let secrets = Index::<Secret>::default();
    tasks.spawn(secrets.clone().follow(Api::all(inside.management.clone()), gateway_secrets()));
    let management = Transport::new(&Endpoint::from_kubeconfig(&configuration.management_kubeconfig)?)?;
    Ok(Arc::new(Direct::new(Transports::new(secrets, inside.mints.clone()), management)))
}

/// The gateway's certificate, which the machine's supervisor keeps fresh.
fn certificate(configuration: &Configuration) -> anyhow::Result<Arc<rustls::ServerConfig>> {
    let pki = configuration.data_dir.join("pki");
    gateway::tls::config(&pki.join("gateway.crt"), &pki.join("gateway.key")).context("the gateway has no certificate")
}

/// Lets administrators read the management cluster through the gateway, and nothing else there.
async fn open_management(kube: &kube::Client) -> anyhow::Result<()> {
    for object in kore_domain::cluster_rbac::management() {
        let object: DynamicObject = serde_json::from_value(object)?;
        let types = object.types.clone().context("an object without a type")?;
        let resource = ApiResource::from_gvk(&GroupVersionKind::try_from(&types)?);
        let api: Api<DynamicObject> = Api::all_with(kube.clone(), &resource);
        let name = object.metadata.name.clone().unwrap_or_default();
        api.patch(&name, &PatchParams::apply(meta::MANAGER_BASELINE).force(), &Patch::Apply(&object)).await?;
    }
    Ok(())
}

/// How people's kubectl reaches clusters.
fn access(configuration: &Configuration) -> Gateway {
    let ca = configuration.data_dir.join("pki/ca.crt");
    let certificate_authority = std::fs::read_to_string(&ca).unwrap_or_else(|error| {
        tracing::warn!(%error, "{} cannot be read; kubectl will not trust the gateway", ca.display());
        String::new()
    });
    Gateway { address: format!("https://{}", configuration.gateway_listen), certificate_authority }
}

/// Records refusals that were counted, or that the database was not there for.
async fn flush_refusals(app: Arc<App>) {
    loop {
        tokio::time::sleep(FLUSH).await;
        app.audit.flush(app.clock.now()).await;
    }
}

/// Signs where the audit trail stands.
async fn sign(app: Arc<App>) {
    let mut due = tokio::time::Instant::now() + CHECKPOINT;
    loop {
        tokio::time::sleep(SIGN).await;
        let now = app.clock.now();
        let signed = if tokio::time::Instant::now() < due {
            app.keeping.seal.state(&app.store, now).await
        } else {
            due += CHECKPOINT;
            app.keeping.seal.checkpoint(&app.store, now).await.map(drop)
        };
        if let Err(error) = signed {
            tracing::warn!(error = &error as &dyn std::error::Error, "where the audit trail stands is not signed");
        }
    }
}

/// Removes what is over: expired tokens and sessions, idle callers, what was granted in teams and clusters that
/// are gone, old audit records.
async fn sweep(app: Arc<App>) {
    app.indexes.synced().await;
    loop {
        let now = app.clock.now();
        if let Err(error) = app.store.sweep_expired(now).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is expired stays for now");
        }
        match app.forget_what_is_gone(now).await {
            Ok(0) => {}
            Ok(rows) => {
                tracing::info!(rows, "what was granted in teams and clusters that are gone is forgotten");
                app.signin.forget();
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what was granted in teams and clusters that are gone stays for now"
                );
            }
        }
        match app.free_lost_reservations(now).await {
            Ok(0) => {}
            Ok(reservations) => tracing::info!(reservations, "what was reserved for nothing is free again"),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what was reserved for nothing stays so for now"
                );
            }
        }
        match app.retire_audit(now).await {
            Ok(0) => {}
            Ok(records) => tracing::info!(records, "old audit records are removed"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "old audit records stay for now");
            }
        }
        app.limits.forget_idle();
        tokio::time::sleep(SWEEP).await;
    }
}

async fn asked_to_stop() -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
