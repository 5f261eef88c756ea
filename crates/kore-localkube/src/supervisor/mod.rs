//! The daemon behind `kored local --data DIR`: one per data directory. It holds the table of
//! processes, brings the platform up and down, and answers on a Unix socket. It is not the server:
//! restarting either touches neither the other nor any cluster.

mod machine;
mod platform;
mod settings;
mod steps;

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::Arc,
};

use kore_api::{
    codes::Code,
    config::{self, Configuration},
    supervisor::{Reply, Request},
};
use kore_engine::{
    clock::{SharedClock, SystemClock},
    error::{Class, StepError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    signal::unix::{SignalKind, signal},
    sync::{Mutex, mpsc, watch},
};

use self::steps::Steps;
use crate::{
    failure, files,
    host::{proc, settings::Settings},
    inventory,
    process::{MARK_DATA, MARK_PROCESS, Processes},
    rehearsal::StandIn,
};

pub use machine::{Finding, examine};
pub use platform::{MANAGEMENT, SERVER, SERVER_USER};
pub use settings::{Told, read as read_configuration};

/// How `kored local` was called.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory, absolute.
    pub data_dir: PathBuf,
    /// This very program: for `kored server` and relays.
    pub kored: PathBuf,
    /// Directory with the Kubernetes programs.
    pub tools: PathBuf,
    /// What was told beyond that.
    pub told: Told,
    /// Whether `Up` ends with a running `kored server`.
    pub with_server: bool,
}

#[derive(Debug)]
struct Daemon {
    options: Options,
    configuration: Configuration,
    processes: Processes,
    clock: SharedClock,
    /// Held by whoever brings the platform up or down.
    moving: Mutex<()>,
    /// Set once, when it was told to go down: cuts an `Up` short and refuses new processes.
    stopping: watch::Sender<bool>,
    exit: watch::Sender<bool>,
}

/// Serves until it was told to go down, or got SIGTERM or SIGINT; after a signal the processes run on
/// and the next supervisor takes them over.
///
/// # Errors
/// `KORE-LOCAL-0005` when another supervisor holds the data directory; when the directory cannot be
/// used.
pub async fn run(options: Options) -> Result<(), StepError> {
    files::directory(&options.data_dir.join("run"))?;
    let _lock = lock(&options)?;
    let configuration = settings::settle(&options.data_dir, &options.tools, &options.told)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let processes = Processes::open(configuration.installation.as_str(), &options.data_dir, Arc::clone(&clock))?;
    let socket = config::supervisor_socket(&options.data_dir);
    files::remove(&socket)?;
    let listener = UnixListener::bind(&socket).map_err(failure::file("listen on", &socket))?;
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).map_err(failure::file("protect", &socket))?;
    let daemon = Arc::new(Daemon {
        options,
        configuration,
        processes,
        clock,
        moving: Mutex::new(()),
        stopping: watch::Sender::new(false),
        exit: watch::Sender::new(false),
    });
    let mut exit = daemon.exit.subscribe();
    let renewing = Arc::clone(&daemon);
    tokio::spawn(async move { renewing.renew_forever().await });
    let signals = |kind| signal(kind).map_err(|error| failure::io("cannot wait for signals", error));
    let (mut terminate, mut interrupt) = (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?);
    tracing::info!(socket = %socket.display(), "supervising");
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(serve(Arc::clone(&daemon), stream));
                }
                Err(error) => tracing::warn!(%error, "accept failed"),
            },
            _ = exit.changed() => break,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    files::remove(&socket)
}

/// Removes everything of an installation without a supervisor, its data too: `kored local --purge`.
/// Returns what is left, which is nothing unless something could not be removed.
///
/// # Errors
/// `KORE-LOCAL-0005` when a supervisor runs; when something cannot be removed.
pub async fn purge(options: &Options) -> Result<Vec<inventory::Item>, StepError> {
    let Some(configuration) = settings::read(&options.data_dir.join(config::FILE))? else {
        if let Some(name) = &options.told.installation {
            Settings::default().release(name.as_str(), &options.data_dir)?;
        }
        files::remove(&options.data_dir)?;
        return Ok(Vec::new());
    };
    let lock = lock(options)?;
    let scope = inventory::Scope::installation(configuration.installation.as_str(), &options.data_dir);
    inventory::clear(&scope).await?;
    Settings::default().release(configuration.installation.as_str(), &options.data_dir)?;
    drop(lock);
    files::remove(&options.data_dir)?;
    Ok(inventory::take(&scope).await)
}

/// Looks at this machine without changing anything: `kored local --check`, for `kore doctor`.
///
/// # Errors
/// When the data directory holds a configuration that cannot be read.
pub fn check(options: &Options) -> Result<Vec<Finding>, StepError> {
    let configuration = match settings::read(&options.data_dir.join(config::FILE))? {
        Some(present) => Configuration { tools: options.tools.clone(), ..present },
        None => settings::fresh(&options.data_dir, &options.tools, &options.told)?,
    };
    let me = options.data_dir.display().to_string();
    let running: BTreeSet<String> = proc::all()
        .into_iter()
        .map(|found| proc::environment(found.pid))
        .filter(|environment| environment.get(MARK_DATA) == Some(&me))
        .filter_map(|mut environment| environment.remove(MARK_PROCESS))
        .collect();
    let stand_in = StandIn::of(&configuration, &options.kored);
    Ok(examine(&configuration, stand_in.as_ref(), |name| running.contains(name)))
}

fn lock(options: &Options) -> Result<File, StepError> {
    let path = options.data_dir.join("run/supervisor.lock");
    files::directory(&options.data_dir.join("run"))?;
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(failure::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let what = format!("another supervisor holds {}", options.data_dir.display());
            Err(StepError::new(Code::LocalBusy, Class::Terminal, what))
        }
        Err(TryLockError::Error(error)) => Err(failure::file("lock", &path)(error)),
    }
}

/// Answers the requests of one connection, one after the other.
async fn serve(daemon: Arc<Daemon>, stream: UnixStream) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let (out, mut replies) = mpsc::unbounded_channel();
        match serde_json::from_str::<Request>(&line) {
            // A task of its own: what was begun goes on when the caller has gone.
            Ok(request) => {
                tokio::spawn(answer(Arc::clone(&daemon), request, out));
            }
            Err(error) => {
                let failure = StepError::new(Code::InputMalformed, Class::Invalid, error.to_string()).failure();
                let _ = out.send(Reply::Failed { failure });
            }
        }
        while let Some(reply) = replies.recv().await {
            let Ok(mut text) = serde_json::to_string(&reply) else { return };
            text.push('\n');
            if write.write_all(text.as_bytes()).await.is_err() {
                return;
            }
        }
        if *daemon.stopping.borrow() && daemon.processes.list().is_empty() {
            daemon.exit.send_replace(true);
        }
    }
}

async fn answer(daemon: Arc<Daemon>, request: Request, out: mpsc::UnboundedSender<Reply>) {
    let steps = Steps { out: out.clone(), clock: Arc::clone(&daemon.clock) };
    let processes = &daemon.processes;
    let process = |status| Reply::Process { process: Box::new(status) };
    let result = match request {
        Request::Status => Ok(Reply::Platform { platform: Box::new(daemon.platform()) }),
        Request::List => Ok(Reply::Processes { processes: processes.list() }),
        Request::Observe { name } => Ok(processes.observe(&name).map_or(Reply::Absent, process)),
        Request::Restart { name } => Ok(processes.restart(&name).map_or(Reply::Absent, process)),
        Request::Remove { name } => processes.remove(&name).await.map(|()| Reply::Done),
        Request::Apply { .. } if *daemon.stopping.borrow() => {
            Err(StepError::new(Code::LocalBusy, Class::Retry(failure::SOON), "the platform is going down"))
        }
        Request::Apply { process: spec } => processes.apply(*spec).map(process),
        Request::Up => daemon.up(&steps).await.map(|platform| Reply::Platform { platform: Box::new(platform) }),
        Request::Down => daemon.down(&steps, false).await.map(|()| Reply::Done),
        Request::Purge => daemon.down(&steps, true).await.map(|()| Reply::Done),
    };
    let reply = result.unwrap_or_else(|error| Reply::Failed { failure: error.failure() });
    let _ = out.send(reply);
}
