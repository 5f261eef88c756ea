//! Everything of an installation on this machine, found without any record of ours: by marks in
//! environments, names, aliases and places. For tests ("nothing left"), for `kore down` and its
//! `--purge`, and for whoever wants to know what Kore holds here.
//!
//! Names: network namespaces, nft tables and CNI networks begin with `kore.<installation>.`, aliases
//! of links with `kore:<installation>:`, cgroups lie below `/kore/<installation>`, mounts and files
//! below the data directory, processes carry the installation's mark or sit in its cgroups.

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use nix::{
    mount::{MntFlags, umount2},
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{process::Command, time::Instant};

use crate::{
    failure, files,
    host::{cgroup::Cgroups, proc},
    node::remains,
    process::{MARK_DATA, MARK_INSTALLATION},
};

const NAMESPACES: &str = "/run/netns";
/// Links that kubelets make for log shippers, whatever their own root directory is.
const LOG_LINKS: &str = "/var/log/containers";
/// Where CNI keeps what its plugins answered, whatever their own data directory is.
const CNI_RESULTS: &str = "/var/lib/cni/results";

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    installation: String,
    data_dir: PathBuf,
}

impl Scope {
    /// Everything of an installation.
    #[must_use]
    pub fn installation(name: &str, data_dir: &Path) -> Self {
        Self { installation: name.to_owned(), data_dir: data_dir.to_owned() }
    }

    /// Whether a dotted name (of a namespace, a table) is in scope.
    fn names(&self, name: &str) -> bool {
        within(name, &format!("kore.{}", self.installation), '.')
    }

    /// Whether a link's alias is in scope.
    fn aliases(&self, alias: &str) -> bool {
        within(alias, &format!("kore:{}", self.installation), ':')
    }

    fn cgroup(&self) -> String {
        format!("/kore/{}", self.installation)
    }

    fn process(&self, pid: i32) -> bool {
        let environment = proc::environment(pid);
        let is = |mark: &str, value: &str| environment.get(mark).is_some_and(|found| found == value);
        is(MARK_INSTALLATION, &self.installation) && is(MARK_DATA, &self.data_dir.display().to_string())
    }
}

/// Whether `name` is `scope` or lies below it.
fn within(name: &str, scope: &str, separator: char) -> bool {
    name.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A running process.
    Process,
    /// A mount point.
    Mount,
    /// A network namespace.
    Namespace,
    /// A network link.
    Link,
    /// An nft table.
    Table,
    /// A cgroup.
    Cgroup,
    /// A file or directory.
    File,
}

/// A thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// How to find it: a path, a name, a pid with its command line.
    pub name: String,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Process => "process",
            Kind::Mount => "mount",
            Kind::Namespace => "network namespace",
            Kind::Link => "link",
            Kind::Table => "nft table",
            Kind::Cgroup => "cgroup",
            Kind::File => "file",
        };
        write!(f, "{kind} {}", self.name)
    }
}

/// Takes the inventory. What this user may not see is not in it.
pub async fn take(scope: &Scope) -> Vec<Item> {
    let cgroups = Cgroups::detect();
    let mut found = BTreeSet::new();
    let mut add = |kind, name: String| {
        found.insert(Item { kind, name });
    };
    for pid in processes(scope, &cgroups) {
        add(Kind::Process, format!("{pid} {}", proc::command_line(pid)));
    }
    for mount in mounts(&scope.data_dir) {
        add(Kind::Mount, mount.display().to_string());
    }
    for name in namespaces(scope) {
        add(Kind::Namespace, name);
    }
    for name in links(scope).await {
        add(Kind::Link, name);
    }
    for (family, name) in tables(scope).await {
        add(Kind::Table, format!("{family} {name}"));
    }
    for (_, directory) in cgroups.directories(&scope.cgroup()) {
        if directory.exists() {
            add(Kind::Cgroup, directory.display().to_string());
        }
    }
    for path in stray_files(scope).into_iter().chain([scope.data_dir.clone()]) {
        if fs::symlink_metadata(&path).is_ok() {
            add(Kind::File, path.display().to_string());
        }
    }
    found.into_iter().collect()
}

/// Ends and removes all of it but the files of the data directory: what a reboot would take, too.
///
/// # Errors
/// The first thing that resists; everything else is removed all the same.
pub async fn clear(scope: &Scope) -> Result<(), StepError> {
    let cgroups = Cgroups::detect();
    let mut result = end_processes(scope, &cgroups).await;
    for mount in mounts(&scope.data_dir).iter().rev() {
        // Detached: whoever still has it open keeps it until they close it, and nobody of ours runs.
        if let Err(error) = umount2(mount, MntFlags::MNT_DETACH) {
            let what = format!("cannot unmount {}", mount.display());
            result = result.and(Err(failure::io(what, error.into())));
        }
    }
    for name in namespaces(scope) {
        let path = Path::new(NAMESPACES).join(&name);
        // A name without a mount is left by a crash between the two steps of making one.
        let _ = umount2(&path, MntFlags::MNT_DETACH);
        result = result.and(files::remove(&path));
    }
    for name in links(scope).await {
        // One end of a pair takes the other along, and a namespace takes what is in it.
        let _ = run("ip", &["link", "delete", &name]).await;
    }
    for (family, name) in tables(scope).await {
        result = result.and(run("nft", &["delete", "table", &family, &name]).await.map(drop));
    }
    result = result.and(cgroups.remove(&scope.cgroup()).await);
    cgroups.prune(&scope.cgroup());
    for path in stray_files(scope) {
        result = result.and(files::remove(&path));
    }
    remains::remove_places();
    result
}

fn processes(scope: &Scope, cgroups: &Cgroups) -> BTreeSet<i32> {
    let me = i32::try_from(std::process::id()).unwrap_or_default();
    let marked = proc::all().into_iter().map(|found| found.pid).filter(|&pid| scope.process(pid));
    let mut found: BTreeSet<i32> = marked.chain(cgroups.processes(&scope.cgroup())).collect();
    found.remove(&me);
    found
}

async fn end_processes(scope: &Scope, cgroups: &Cgroups) -> Result<(), StepError> {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut sockets = BTreeSet::new();
    loop {
        let left = processes(scope, cgroups);
        if left.is_empty() {
            break;
        }
        if Instant::now() > deadline {
            let what = format!("processes {left:?} do not end");
            return Err(StepError::new(Code::LocalProcess, Class::Retry(failure::SOON), what));
        }
        for pid in left {
            sockets.extend(proc::shim_sockets(pid));
            // Ended in between is what we want.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sockets.iter().try_for_each(|path| files::remove(path))
}

/// Mount points at or below a directory, in the order they were mounted.
fn mounts(directory: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split(' ').nth(4))
        // proc(5): space, tab, newline and backslash are escaped; of these only spaces occur.
        .map(|mount| PathBuf::from(mount.replace("\\040", " ")))
        .filter(|mount| mount.starts_with(directory))
        .collect()
}

fn namespaces(scope: &Scope) -> Vec<String> {
    names_in(Path::new(NAMESPACES)).into_iter().filter(|name| scope.names(name)).collect()
}

fn names_in(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

async fn links(scope: &Scope) -> Vec<String> {
    let Ok(text) = run("ip", &["-json", "link", "show"]).await else { return Vec::new() };
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap_or_default();
    all.iter()
        .filter(|link| link.get("ifalias").and_then(|alias| alias.as_str()).is_some_and(|alias| scope.aliases(alias)))
        .filter_map(|link| link.get("ifname")?.as_str().map(str::to_owned))
        .collect()
}

async fn tables(scope: &Scope) -> Vec<(String, String)> {
    let Ok(text) = run("nft", &["-j", "list", "tables"]).await else { return Vec::new() };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let entries = all.get("nftables").and_then(|entries| entries.as_array()).cloned().unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| {
            let table = entry.get("table")?;
            Some((table.get("family")?.as_str()?.to_owned(), table.get("name")?.as_str()?.to_owned()))
        })
        .filter(|(_, name)| scope.names(name))
        .collect()
}

/// Files that programs put outside of the data directory whatever they are told.
fn stray_files(scope: &Scope) -> Vec<PathBuf> {
    let links = names_in(Path::new(LOG_LINKS))
        .into_iter()
        .map(|name| Path::new(LOG_LINKS).join(name))
        .filter(|path| fs::read_link(path).is_ok_and(|target| target.starts_with(&scope.data_dir)));
    let results = names_in(Path::new(CNI_RESULTS))
        .into_iter()
        // NETWORK-CONTAINER-INTERFACE
        .filter(|name| name.rsplitn(3, '-').nth(2).is_some_and(|network| scope.names(network)))
        .map(|name| Path::new(CNI_RESULTS).join(name));
    let nodes = scope.data_dir.join("nodes");
    let sockets = names_in(&nodes).into_iter().flat_map(|node| remains::sockets(&nodes.join(node)));
    links.chain(results).chain(sockets).collect()
}

async fn run(program: &str, arguments: &[&str]) -> Result<String, StepError> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| failure::io(format!("cannot start {program}"), error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let what = format!("{program} {}", arguments.join(" "));
    Err(StepError::new(Code::LocalNetwork, Class::Retry(failure::SOON), what).caused_by(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_ends_at_its_separator() {
        let all = Scope::installation("a", Path::new("/d"));
        assert!(all.names("kore.a.t.c.n1") && all.names("kore.a"));
        assert!(!all.names("kore.ab.t.c") && !all.names("kore") && !all.names("xkore.a.t"));
        assert!(all.aliases("kore:a:t.c") && !all.aliases("kore:ab:t.c"));
        assert_eq!(all.cgroup(), "/kore/a");
    }
}
