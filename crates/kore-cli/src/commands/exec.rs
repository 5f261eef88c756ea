//! `kore exec`, `kore shell`: a kubeconfig in the child's environment only. And the credentials behind it.

use std::{
    ffi::OsString,
    fs,
    os::unix::{fs::symlink, process::ExitStatusExt},
    path::PathBuf,
};

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    codes::Code,
    identity::{ClusterAccess, ClusterCredential},
    names::ClusterRef,
};
use kore_client::{Client, ClientConfig, ClientError, Credentials, resource, session::write_private};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    app::App,
    cli::{ExecArgs, ShellArgs},
    error::{CliError, Result},
    exit::Exit,
    kubeconfig::{self, Entry},
    tools,
};

/// A cached credential is used until this long before it expires.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// A credential for one cluster's gateway path.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Bearer token.
    pub token: SecretString,
    /// When it expires.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cached {
    server: String,
    token: String,
    expires_at: Timestamp,
}

fn cache_dir(app: &App, context: &str) -> PathBuf {
    app.paths.cache.join("credentials").join(context)
}

fn cache_file(app: &App, cluster: &ClusterRef) -> PathBuf {
    cache_dir(app, &app.context_name()).join(format!("{}.{}.json", cluster.team, cluster.name))
}

/// Forgets the cached credential of a cluster.
pub fn forget_credential(app: &App, cluster: &ClusterRef) {
    let _ = fs::remove_file(cache_file(app, cluster));
}

/// Forgets all cached credentials of a context.
pub fn forget_credentials(app: &App, context: &str) {
    let _ = fs::remove_dir_all(cache_dir(app, context));
}

/// A credential for a cluster: the cached one while it lives, else a fresh one.
///
/// # Errors
/// When nobody is signed in, or the cluster is not theirs to use.
pub async fn credential(app: &App, cluster: &ClusterRef) -> Result<Credential> {
    let client = app.client().await?;
    if app.token_in_hand().is_some() {
        // Nothing is left on a machine whose next job may be somebody else's.
        let fresh = fresh_credential(&client, cluster).await?;
        return Ok(Credential { token: fresh.token.into(), expires_at: fresh.expires_at });
    }
    let path = cache_file(app, cluster);
    let cached: Option<Cached> = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let usable =
        |cached: &Cached| cached.server == client.server() && cached.expires_at.duration_since(app.now()) > MARGIN;
    if let Some(cached) = cached.filter(usable) {
        return Ok(Credential { token: cached.token.into(), expires_at: cached.expires_at });
    }
    let fresh = fresh_credential(&client, cluster).await?;
    let cached = Cached { server: client.server().to_owned(), token: fresh.token, expires_at: fresh.expires_at };
    if let Ok(text) = serde_json::to_vec(&cached) {
        // A cache that cannot be written costs a request, no more.
        let _ = write_private(&path, &text);
    }
    Ok(Credential { token: cached.token.into(), expires_at: cached.expires_at })
}

/// A fresh credential for a cluster.
///
/// # Errors
/// As the server answers.
pub async fn fresh_credential(
    client: &Client,
    cluster: &ClusterRef,
) -> std::result::Result<ClusterCredential, ClientError> {
    let path = format!("{}/credential", object_path(cluster));
    client.create(&path, &serde_json::json!({})).await.map(|answer| answer.value)
}

/// A client of a cluster through the gateway.
///
/// # Errors
/// When the gateway's address cannot be used.
pub fn gateway(app: &App, access: ClusterAccess, token: SecretString) -> Result<Client> {
    let server = Url::parse(&access.server).map_err(|_| CliError::from(ClientError::Address(access.server)))?;
    let gateway = Client::new(ClientConfig {
        server,
        credentials: Credentials::Token(token),
        client: crate::app::CLIENT.to_owned(),
        timeout: app.globals.request_timeout,
        certificate_authority: Some(access.certificate_authority),
        now: Timestamp::now,
    });
    gateway.map_err(Into::into)
}

fn object_path(cluster: &ClusterRef) -> String {
    resource::CLUSTER.object(Some(cluster.team.as_str()), cluster.name.as_str())
}

/// How kubectl reaches a cluster.
///
/// # Errors
/// When there is no such cluster, with the nearest name.
pub async fn access(client: &Client, cluster: &ClusterRef) -> Result<ClusterAccess> {
    match client.get(&format!("{}/access", object_path(cluster))).await {
        Ok(answer) => Ok(answer.value),
        Err(error) if error.is_not_found() => {
            let team = Some(cluster.team.as_str());
            super::objects::fetch(client, resource::CLUSTER, team, cluster.name.as_str()).await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The kubeconfig entry of a cluster.
///
/// # Errors
/// See [`access`].
pub async fn entry(app: &App, client: &Client, cluster: &ClusterRef) -> Result<Entry> {
    let access = access(client, cluster).await?;
    Ok(Entry {
        cluster: cluster.clone(),
        context: app.context_name(),
        server: access.server,
        certificate_authority: access.certificate_authority,
        command: tools::command(app),
        namespace: None,
    })
}

/// Environment of a child that works on one cluster; everything goes when it is dropped.
#[derive(Debug)]
pub struct Session {
    dir: tempfile::TempDir,
    vars: Vec<(OsString, OsString)>,
}

impl Session {
    /// Prepares it: kubeconfig, credential (so that refusals come before the child starts), kubectl.
    ///
    /// # Errors
    /// When the cluster cannot be used.
    pub async fn new(app: &App, cluster: &ClusterRef) -> Result<Self> {
        let client = app.client().await?;
        let mut entry = entry(app, &client, cluster).await?;
        entry.command = tools::this_program().display().to_string();
        let credential = credential(app, cluster).await?;
        // A session's credential stays in its cache, 0600; the child gets it by the exec plugin.
        debug_assert!(!credential.token.expose_secret().is_empty());
        let dir = tempfile::Builder::new().prefix("kore-exec-").tempdir();
        let dir = dir.map_err(|error| CliError::file(&std::env::temp_dir(), &error))?;
        let config = dir.path().join("config");
        write_private(&config, kubeconfig::single(&entry).as_bytes())
            .map_err(|error| CliError::file(&config, &error))?;
        let mut vars: Vec<(OsString, OsString)> =
            vec![("KUBECONFIG".into(), config.into()), ("KORE_CLUSTER".into(), cluster.to_string().into())];
        if let Some(token) = app.exchanged() {
            vars.push(("KORE_TOKEN".into(), token.into()));
        }
        if tools::on_path(app, "kubectl").is_none()
            && let Some(kubectl) = tools::find(app, "kubectl")
        {
            let bin = dir.path().join("bin");
            fs::create_dir(&bin)
                .and_then(|()| symlink(&kubectl, bin.join("kubectl")))
                .map_err(|error| CliError::file(&bin, &error))?;
            let path = app.var("PATH").unwrap_or("/usr/bin:/bin").to_owned();
            let all: Vec<PathBuf> = std::env::split_paths(&path).chain([bin]).collect();
            if let Ok(path) = std::env::join_paths(all) {
                vars.push(("PATH".into(), path));
            }
        }
        Ok(Self { dir, vars })
    }

    /// A command in this environment.
    #[must_use]
    pub fn command(&self, program: &std::ffi::OsStr) -> tokio::process::Command {
        let resolved = self.find(program).unwrap_or_else(|| program.to_owned());
        let mut command = tokio::process::Command::new(resolved);
        command.envs(self.vars.iter().map(|(key, value)| (key, value)));
        command
    }

    /// The kubectl that was added, when the program is that.
    fn find(&self, program: &std::ffi::OsStr) -> Option<OsString> {
        let added = self.dir.path().join("bin").join(program);
        (program == "kubectl" && added.exists()).then(|| added.into())
    }
}

/// Runs `kore exec`.
///
/// # Errors
/// Ends with the child's exit code.
pub async fn run(app: &App, args: &ExecArgs) -> Result {
    let cluster = app.cluster(Some(&args.cluster))?;
    let session = Session::new(app, &cluster).await?;
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(CliError::usage("which command?").fix(format!("kore exec {cluster} -- kubectl get pods -A")));
    };
    let mut command = session.command(program);
    command.args(arguments);
    spawn(command, &program.to_string_lossy()).await
}

/// Runs `kore shell`.
///
/// # Errors
/// Ends with the shell's exit code.
pub async fn shell(app: &App, args: &ShellArgs) -> Result {
    let cluster = app.cluster(args.cluster.as_deref())?;
    let session = Session::new(app, &cluster).await?;
    let shell = app.var("SHELL").unwrap_or("/bin/sh").to_owned();
    app.printer.note(&format!("A shell on {cluster}; leave it with exit."));
    let mut command = session.command(std::ffi::OsStr::new(&shell));
    command.env("PS1", format!("({cluster}) \\w \\$ "));
    if shell.ends_with("/bash") {
        // Its start-up files would put the old prompt back.
        command.args(["--norc", "-i"]);
    }
    spawn(command, &shell).await
}

async fn spawn(mut command: tokio::process::Command, name: &str) -> Result {
    let mut child = command.kill_on_drop(true).spawn().map_err(|error| {
        CliError::new(Code::LocalToolMissing, format!("{name}: {error}")).exit(Exit(127)).fix(format!("install {name}"))
    })?;
    // The child has the terminal and gets its own Ctrl-C; we only outlive it to clean up.
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    let status = status.map_err(|error| CliError::new(Code::Internal, format!("{name}: {error}")))?;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    match u8::try_from(code) {
        Ok(0) => Ok(()),
        code => Err(CliError::silent(Exit(code.unwrap_or(1)))),
    }
}
