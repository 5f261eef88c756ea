//! What `up`, `down` and `status` share: the supervisor of an installation on this machine.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use kore_api::{
    codes::Code,
    operation::Step,
    supervisor::{Platform, Reply, Request},
};
use kore_client::{ClientError, Credentials, admin::Admin, session::Session};

use super::context;
use crate::{
    app::{App, Installation},
    cli::UpArgs,
    config::Context,
    error::{CliError, Result},
    exit::Exit,
    progress::{Progress, TICK},
    supervisor::Supervisor,
    tools,
    tree::{self, Node},
};

/// How long a fresh supervisor may take to listen.
const LISTEN: Duration = Duration::from_secs(20);
/// How long the server's administration socket may take once the platform is up.
const ADMIN: Duration = Duration::from_secs(60);

/// The server's process; the last one of a platform to start.
const SERVER: &str = "server";

/// Held by the one `kore up` or `kore down` of an installation.
#[derive(Debug)]
pub struct Busy {
    _file: File,
}

/// Makes the private directories and takes the installation's lock.
///
/// # Errors
/// [`Code::LocalBusy`] when another one holds it.
pub fn lock(installation: &Installation) -> Result<Busy> {
    let run = installation.data.join("run");
    for dir in [&run, &installation.data.join("logs")] {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|error| CliError::file(dir, &error))?;
    }
    let path = run.join("up.lock");
    let open = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = open.map_err(|error| CliError::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Busy { _file: file }),
        Err(TryLockError::WouldBlock) => Err(CliError::new(
            Code::LocalBusy,
            format!("another kore up or kore down of {:?} is running", installation.name),
        )
        .fix("wait for it to end; kore status shows what runs")),
        Err(TryLockError::Error(error)) => Err(CliError::file(&path, &error)),
    }
}

/// The platform as the supervisor knows it; none when no supervisor listens, or it has not come as far
/// as the server.
pub async fn platform(installation: &Installation) -> Option<Platform> {
    let socket = installation.supervisor_socket();
    let Ok(Reply::Processes { processes }) = Supervisor::ask(&socket, &Request::List).await else { return None };
    if !processes.iter().any(|process| process.spec.name == SERVER) {
        return None;
    }
    match Supervisor::ask(&socket, &Request::Status).await {
        Ok(Reply::Platform { platform }) => Some(*platform),
        _ => None,
    }
}

/// Arguments of `kored local`.
fn arguments(installation: &Installation, args: &UpArgs) -> Vec<std::ffi::OsString> {
    let mut list: Vec<std::ffi::OsString> =
        vec!["local".into(), "--data".into(), installation.data.clone().into(), "--installation".into()];
    list.push(installation.name.clone().into());
    if let Some(port) = args.port {
        list.extend(["--port".into(), port.to_string().into()]);
        list.extend(["--gateway-port".into(), port.saturating_add(1).to_string().into()]);
    }
    for cloud in &args.rehearse {
        list.extend(["--rehearse".into(), cloud.cloud().name().into()]);
    }
    for (cloud, file) in &args.evaluate {
        let mut told = std::ffi::OsString::from(format!("{}=", cloud.cloud().name()));
        told.push(file);
        list.extend(["--evaluate".into(), told]);
    }
    if let Some(pool) = &args.address_pool {
        list.extend(["--address-pool".into(), pool.into()]);
    }
    list
}

/// Starts the supervisor, detached from this terminal unless it is for the foreground.
///
/// # Errors
/// When it ends at once or does not listen in time, with the end of its log.
pub async fn start(app: &App, installation: &Installation, args: &UpArgs) -> Result<tokio::process::Child> {
    let program = tools::kored(app)?;
    let log = installation.data.join("logs/supervisor.log");
    let open = OpenOptions::new().create(true).append(true).mode(0o600).open(&log);
    let output = open.map_err(|error| CliError::file(&log, &error))?;
    let errors = output.try_clone().map_err(|error| CliError::file(&log, &error))?;
    let began = output.metadata().map_or(0, |meta| meta.len());
    let detach = tools::on_path(app, "setsid").filter(|_| !args.foreground);
    let mut command = match detach {
        // A session of its own: it outlives this terminal. A safe call for it is not in std yet.
        Some(setsid) => {
            let mut command = tokio::process::Command::new(setsid);
            command.arg(&program);
            command
        }
        None => {
            let mut command = tokio::process::Command::new(&program);
            command.process_group(0);
            command
        }
    };
    command.args(arguments(installation, args)).stdin(Stdio::null()).current_dir("/");
    if args.foreground {
        command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    } else {
        command.stdout(output).stderr(errors);
    }
    let mut child = command
        .spawn()
        .map_err(|error| CliError::new(Code::LocalToolMissing, format!("{}: {error}", program.display())))?;
    let deadline = Instant::now() + LISTEN;
    loop {
        if Supervisor::connect(&installation.supervisor_socket()).await.is_ok() {
            return Ok(child);
        }
        let ended = child.try_wait().ok().flatten();
        if ended.is_some() || Instant::now() > deadline {
            let how = ended.map_or_else(|| "does not listen".to_owned(), |status| format!("ended: {status}"));
            let mut error = CliError::new(Code::LocalProcess, format!("kored local {how}"));
            for line in end_of(&log, began, 8) {
                error = error.note("said", line);
            }
            return Err(error
                .exit(Exit::FAILED)
                .fix("kore doctor; its log: kore logs platform --component supervisor"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn end_of(path: &Path, from: u64, count: usize) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let start = usize::try_from(from).unwrap_or(0).min(bytes.len());
    let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(count)).map(|line| (*line).to_owned()).collect()
}

/// What a conversation ended with.
#[derive(Debug)]
pub enum Ended {
    /// The platform is up.
    Up(Box<Platform>),
    /// Everything has stopped.
    Done,
}

/// Sends a request and shows the steps it answers with below those that are there.
///
/// # Errors
/// When the supervisor says that it failed, hangs up, or Ctrl-C is pressed.
pub async fn converse(
    app: &App,
    installation: &Installation,
    request: &Request,
    progress: &mut Progress,
    nodes: &mut Vec<Node>,
) -> Result<Ended> {
    let before = nodes.clone();
    let mut steps: Vec<Step> = Vec::new();
    let socket = installation.supervisor_socket();
    let lost = |error: &io::Error| {
        CliError::new(Code::LocalProcess, format!("the supervisor hung up: {error}"))
            .exit(Exit::FAILED)
            .fix("run the command again; its log: kore logs platform --component supervisor")
    };
    let mut conversation = Supervisor::connect(&socket).await.map_err(|error| lost(&error))?;
    conversation.send(request).await.map_err(|error| lost(&error))?;
    let mut ticks = tokio::time::interval(TICK);
    loop {
        let reply = tokio::select! {
            reply = conversation.next() => reply,
            _ = ticks.tick() => {
                progress.update(nodes, app.now());
                continue;
            }
            _ = tokio::signal::ctrl_c() => {
                progress.finish(nodes, app.now());
                return Err(CliError::silent(Exit::INTERRUPTED));
            }
        };
        match reply {
            Ok(Some(Reply::Step { step })) => {
                match steps.iter_mut().find(|known| known.name == step.name) {
                    Some(known) => *known = step,
                    None => steps.push(step),
                }
                *nodes = before.iter().cloned().chain(tree::from_steps(&steps)).collect();
                progress.update(nodes, app.now());
            }
            Ok(Some(Reply::Platform { platform })) => return Ok(Ended::Up(platform)),
            Ok(Some(Reply::Done)) => return Ok(Ended::Done),
            Ok(Some(Reply::Failed { failure })) => {
                progress.finish(nodes, app.now());
                let mut error = CliError::failure(&failure);
                error.exit = if failure.code == Code::LocalBusy.entry().code { Exit::CONFLICT } else { Exit::FAILED };
                return Err(error);
            }
            Ok(Some(_)) => {}
            Ok(None) if matches!(request, Request::Down) => return Ok(Ended::Done),
            Ok(None) => {
                progress.finish(nodes, app.now());
                return Err(lost(&io::ErrorKind::UnexpectedEof.into()));
            }
            Err(error) => {
                progress.finish(nodes, app.now());
                return Err(lost(&error));
            }
        }
    }
}

/// The administration socket's client, once it answers: tokens of the local administrator.
///
/// # Errors
/// When it does not answer in time.
pub async fn admin_session(platform: &Platform) -> Result<(Admin, kore_api::identity::TokenResponse)> {
    let admin = Admin::new(&platform.admin_socket)?;
    let deadline = Instant::now() + ADMIN;
    loop {
        match admin.session().await {
            Ok(tokens) => return Ok((admin, tokens)),
            Err(error) if error.is_passing() && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(ClientError::Unreachable { cause, .. }) => {
                return Err(CliError::new(Code::Unavailable, "the server's administration socket does not answer")
                    .exit(Exit::FAILED)
                    .note("because", cause)
                    .fix("look at its log: kore logs platform --component server"));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Signs the command line in to a platform on this machine, as the context of the installation's name.
/// Answers whether that context is the current one.
///
/// # Errors
/// When the session or the configuration cannot be written.
pub fn sign_in(
    app: &App,
    installation: &Installation,
    platform: &Platform,
    tokens: kore_api::identity::TokenResponse,
) -> Result<bool> {
    let server = context::parse_server(&platform.url)?;
    let mut config = app.config()?;
    let entry = Context { server: server.clone(), data_dir: Some(installation.data.clone()), ..Context::default() };
    context::put(&mut config, &installation.name, entry, false)?;
    config.save(&app.paths)?;
    app.sessions(&installation.name).save(&Session::new(&server, tokens, app.now()))?;
    Ok(config.current_context.as_deref() == Some(installation.name.as_str()))
}

/// A signed-in client of a platform on this machine.
///
/// # Errors
/// When the address cannot be used.
pub fn client(app: &App, installation: &Installation, platform: &Platform) -> Result<kore_client::Client> {
    let context = Context { server: context::parse_server(&platform.url)?, ..Context::default() };
    app.client_for(&context, Credentials::Session(app.sessions(&installation.name)))
}
