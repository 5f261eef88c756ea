//! `kore kubeconfig`: the file around [`crate::kubeconfig`].

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use kore_api::{codes::Code, names::ClusterRef};
use kore_client::{ListQuery, resource, session::write_private};
use serde_json::json;

use super::{exec, objects};
use crate::{
    app::App,
    cli::KubeconfigCommand,
    error::{CliError, Result},
    kubeconfig::{self, KubeconfigError, entry_name},
    output,
    table::{Cell, Table},
    tools, views,
};

/// How long kubectl or another kore may hold the lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// Backups that are kept.
const BACKUPS: usize = 5;

/// Runs `kore kubeconfig`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: KubeconfigCommand) -> Result {
    match command {
        KubeconfigCommand::Add { cluster, all, namespace, switch } => {
            add(app, cluster.as_deref(), all, namespace.as_deref(), switch).await
        }
        KubeconfigCommand::Remove { cluster, all } => remove(app, cluster.as_deref(), all).await,
        KubeconfigCommand::List => list(app),
        KubeconfigCommand::Print { cluster } => {
            let cluster = app.cluster(cluster.as_deref())?;
            let client = app.client().await?;
            let entry = exec::entry(app, &client, &cluster).await?;
            app.printer.data(&kubeconfig::single(&entry));
            Ok(())
        }
    }
}

/// The file that is written: kubectl's own rule (client-go `PathOptions.GetDefaultFilename`).
#[must_use]
pub fn file(app: &App) -> PathBuf {
    let files: Vec<PathBuf> = match app.var("KUBECONFIG") {
        Some(list) => std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => Vec::new(),
    };
    let chosen = match files.as_slice() {
        [] => app.paths.home.join(".kube/config"),
        [only] => only.clone(),
        [.., last] => files.iter().find(|path| path.exists()).unwrap_or(last).clone(),
    };
    // A link stays a link: what it points at is replaced.
    chosen.canonicalize().unwrap_or(chosen)
}

fn read(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(CliError::file(path, &error)),
    }
}

fn explain(path: &Path, error: KubeconfigError) -> CliError {
    let text = format!("{}: {error}", path.display());
    match error {
        KubeconfigError::Malformed(_) => {
            CliError::usage(text).fix(format!("correct {}; it was left as it is", path.display()))
        }
        KubeconfigError::Foreign(name) => CliError::new(Code::AlreadyExists, text)
            .fix(format!("rename or remove it: kubectl config delete-context {name}")),
        KubeconfigError::OtherContext { name, .. } => CliError::new(Code::AlreadyExists, text)
            .fix(format!("remove it first: kore kubeconfig remove {}", name.trim_start_matches("kore/"))),
    }
}

/// Held while the file is replaced; the same lock that kubectl takes (client-go `lockFile`).
struct Lock(PathBuf);

impl Lock {
    async fn take(path: &Path) -> Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| CliError::file(parent, &error))?;
        }
        let deadline = Instant::now() + LOCK_PATIENCE;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&lock) {
                Ok(_) => return Ok(Self(lock)),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(CliError::file(&lock, &error));
                }
                Err(_) if Instant::now() > deadline => {
                    return Err(CliError::new(
                        Code::LocalBusy,
                        format!("{} is held by another program", lock.display()),
                    )
                    .fix(format!("if nothing else is running, remove {}", lock.display())));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Replaces the file atomically, keeping its mode, after a backup.
fn replace(app: &App, path: &Path, old: &str, new: &str) -> Result {
    if old == new {
        return Ok(());
    }
    let failed = |error: io::Error| CliError::file(path, &error);
    let mode = fs::metadata(path).ok().map(|meta| meta.permissions().mode() & 0o7777);
    if mode.is_some() {
        let stamp = app.now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".kore-{stamp}"));
        write_private(&path.with_file_name(name), old.as_bytes()).map_err(failed)?;
        drop_old_backups(path);
    }
    write_private(path, new.as_bytes()).map_err(failed)?;
    if let Some(mode) = mode {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(failed)?;
    }
    Ok(())
}

fn drop_old_backups(path: &Path) {
    let Some(parent) = path.parent() else { return };
    let prefix = format!("{}.kore-", path.file_name().unwrap_or_default().to_string_lossy());
    let mut backups: Vec<PathBuf> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path())
        .collect();
    backups.sort();
    for old in backups.iter().rev().skip(BACKUPS) {
        let _ = fs::remove_file(old);
    }
}

async fn add(app: &App, cluster: Option<&str>, all: bool, namespace: Option<&str>, switch: bool) -> Result {
    let client = app.client().await?;
    let clusters: Vec<ClusterRef> = if all {
        let path = resource::CLUSTER.collection(app.globals.team.as_deref());
        let (items, _) = objects::read_list(&client, &path, &ListQuery::default()).await?;
        items.iter().filter_map(|item| views::qualified(item).parse().ok()).collect()
    } else {
        vec![app.cluster(cluster)?]
    };
    if clusters.is_empty() {
        app.printer.note("You see no clusters. Make one:  kore cluster create TEAM/NAME --plan PLAN");
        return Ok(());
    }
    let mut entries = Vec::new();
    for cluster in &clusters {
        let entry = exec::entry(app, &client, cluster).await?;
        entries.push(kubeconfig::Entry { namespace: namespace.map(str::to_owned), ..entry });
    }
    let path = file(app);
    let lock = Lock::take(&path).await?;
    let old = read(&path)?;
    let new = kubeconfig::add(&old, &entries, switch).map_err(|error| explain(&path, error))?;
    replace(app, &path, &old, &new)?;
    drop(lock);
    for cluster in &clusters {
        app.printer.text(&format!("context/{}", entry_name(cluster)));
    }
    let current = kubeconfig::current(&new).ok().flatten();
    let current = current.map_or_else(|| "not set".to_owned(), |name| format!("{name:?}"));
    app.printer.note(&format!("Written to {}; kubectl's current context is {current}.", app.paths.tilde(&path)));
    if let Some(first) = clusters.first().filter(|_| !switch) {
        // Where there is no kubectl of the person's own, ours is named by its path.
        let kubectl = match tools::on_path(app, "kubectl") {
            Some(_) => "kubectl".to_owned(),
            None => tools::find(app, "kubectl").map_or_else(|| "kubectl".to_owned(), |path| path.display().to_string()),
        };
        app.printer.note(&format!("  {kubectl} --context {} get nodes", entry_name(first)));
    }
    Ok(())
}

async fn remove(app: &App, cluster: Option<&str>, all: bool) -> Result {
    let path = file(app);
    let names: BTreeSet<String> = if all {
        owned(app)?.into_iter().map(|owned| owned.name).collect()
    } else {
        let cluster = app.cluster(cluster)?;
        BTreeSet::from([entry_name(&cluster)])
    };
    let removed = remove_names(app, &path, &names).await?;
    for name in &removed {
        app.printer.text(&format!("context/{name} removed"));
    }
    if removed.is_empty() {
        app.printer.note(&format!("{} has no such entry.", app.paths.tilde(&path)));
    }
    Ok(())
}

async fn remove_names(app: &App, path: &Path, names: &BTreeSet<String>) -> Result<Vec<String>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let _lock = Lock::take(path).await?;
    let old = read(path)?;
    let ours = kubeconfig::owned(&old).map_err(|error| explain(path, error))?;
    let removed: Vec<String> = ours.into_iter().map(|owned| owned.name).filter(|name| names.contains(name)).collect();
    if !removed.is_empty() {
        let new = kubeconfig::remove(&old, names).map_err(|error| explain(path, error))?;
        replace(app, path, &old, &new)?;
    }
    Ok(removed)
}

/// Removes every entry that one of Kore's contexts made. Says how many.
///
/// # Errors
/// When the file cannot be read or written.
pub async fn remove_of_context(app: &App, context: &str) -> Result<usize> {
    let names = owned(app)?.into_iter().filter(|owned| owned.context == context).map(|owned| owned.name).collect();
    remove_names(app, &file(app), &names).await.map(|removed| removed.len())
}

/// Entries of ours in the file.
///
/// # Errors
/// When the file cannot be read.
pub fn owned(app: &App) -> Result<Vec<kubeconfig::Owned>> {
    let path = file(app);
    kubeconfig::owned(&read(&path)?).map_err(|error| explain(&path, error))
}

/// Whether the file has an entry for this cluster.
#[must_use]
pub fn has_entry(app: &App, cluster: &ClusterRef) -> bool {
    let name = entry_name(cluster);
    owned(app).is_ok_and(|owned| owned.iter().any(|owned| owned.name == name))
}

fn list(app: &App) -> Result {
    let owned = owned(app)?;
    if !app.for_people() {
        let items: Vec<_> = owned
            .iter()
            .map(|owned| json!({"name": owned.name, "context": owned.context, "server": owned.server}))
            .collect();
        return output::list(app, "Kubeconfig", &items, &json!({}), "No entries of Kore's.");
    }
    if owned.is_empty() {
        app.printer.note(&format!(
            "{} has no entries of Kore's. Add one:  kore kubeconfig add TEAM/CLUSTER",
            app.paths.tilde(&file(app))
        ));
        return Ok(());
    }
    let mut table = Table::new(&["NAME", "KORE CONTEXT", "SERVER"]);
    for owned in owned {
        table.row(vec![Cell::new(owned.name), Cell::new(owned.context), Cell::new(owned.server)]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}
