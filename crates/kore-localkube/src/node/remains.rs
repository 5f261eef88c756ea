//! What a node leaves on the machine when its processes are gone: container processes and their
//! shims, mounts, cgroups, and files in places that programs of others have fixed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use kore_engine::error::StepError;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::names::NodeNames;
use crate::{
    files,
    host::{cgroup::Cgroups, mounts, proc},
};

/// Where shims have their sockets, whatever containerd is told.
const SHIM_SOCKETS: &str = "/run/containerd/s";
/// Where the kubelet links logs, whatever it is told.
const LOG_LINKS: &str = "/var/log/containers";
/// Where libcni keeps results, whatever it is told.
const CNI_RESULTS: &str = "/var/lib/cni/results";
/// Where felix's mounts are, empty outside of its own view: what several nodes, or a Calico that is the
/// machine's own, may have in common.
const FELIX_PLACES: [&str; 2] = ["/var/lib/calico", "/run/calico"];

/// Shims of a node: their command line names its containerd.
#[must_use]
pub fn shims(names: &NodeNames) -> Vec<i32> {
    let address = format!("-address {}", names.directory().join("containerd.sock").display());
    proc::all()
        .into_iter()
        .map(|found| found.pid)
        .filter(|&pid| {
            let line = proc::command_line(pid);
            line.split(' ').next().is_some_and(|program| program.ends_with("containerd-shim-runc-v2"))
                && line.contains(&address)
        })
        .collect()
}

/// Ends whatever runs on a node: everything in its cgroup, and shims that left it.
///
/// # Errors
/// When something survives.
pub async fn end(names: &NodeNames) -> Result<(), StepError> {
    for pid in shims(names) {
        // Ended in between is what we want.
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    Cgroups::detect().kill(&names.cgroup()).await
}

/// Whether something of the last boot, or of a namespace that is gone, is still taken for running.
#[must_use]
pub fn has_stale_state(names: &NodeNames) -> bool {
    names.directory().join("state").exists() || names.directory().join("runc").exists()
}

/// After a reboot or when its namespace is gone: nothing that containerd thinks is running can be.
/// Images and volumes stay.
///
/// # Errors
/// When something resists.
pub async fn forget_running(names: &NodeNames) -> Result<(), StepError> {
    end(names).await?;
    remove_sockets(names)?;
    mounts::undo(&names.directory())?;
    for name in ["state", "runc", "cni-addresses"] {
        files::remove(&names.directory().join(name))?;
    }
    Ok(())
}

/// Removes the files of a node and what it left elsewhere; nothing of it may run any more.
///
/// # Errors
/// When something resists.
pub fn remove(names: &NodeNames) -> Result<(), StepError> {
    remove_sockets(names)?;
    mounts::undo(&names.directory())?;
    for path in log_links(names).into_iter().chain(results(names)) {
        files::remove(&path)?;
    }
    remove_places();
    files::remove(&names.directory())
}

/// Removes the empty places of felix's mounts, once none runs on the machine: removing a place undoes what others
/// have mounted there.
pub(crate) fn remove_places() {
    let runs = |pid| proc::program(pid).is_some_and(|program| program.ends_with("calico-felix"));
    if proc::all().iter().any(|found| runs(found.pid)) {
        return;
    }
    for place in FELIX_PLACES {
        // Not empty: somebody else's. Felix makes it anew where it misses it.
        let _ = fs::remove_dir(place);
    }
}

/// Files of a node outside of its directory.
#[must_use]
pub fn strays(names: &NodeNames) -> Vec<PathBuf> {
    log_links(names).into_iter().chain(results(names)).chain(sockets(&names.directory())).collect()
}

fn entries(directory: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn log_links(names: &NodeNames) -> Vec<PathBuf> {
    let pods = names.directory();
    entries(LOG_LINKS).filter(|path| fs::read_link(path).is_ok_and(|target| target.starts_with(&pods))).collect()
}

fn results(names: &NodeNames) -> Vec<PathBuf> {
    let prefix = format!("{}-", names.pod_network());
    entries(CNI_RESULTS)
        .filter(|path| {
            // NETWORK-CONTAINER-INTERFACE; the container is 64 hex digits, so no other network's name fits.
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.strip_prefix(&prefix).and_then(|rest| rest.split('-').next()).is_some_and(|id| id.len() == 64)
        })
        .collect()
}

/// Sockets of the shims of the node that has its files in this directory. They are named by a digest;
/// each bundle says which are its own.
pub(crate) fn sockets(directory: &Path) -> Vec<PathBuf> {
    let bundles = directory.join("state/io.containerd.runtime.v2.task/k8s.io");
    let mut found = BTreeSet::new();
    for bundle in fs::read_dir(bundles).into_iter().flatten().flatten() {
        for file in ["address", "bootstrap.json"] {
            let text = fs::read_to_string(bundle.path().join(file)).unwrap_or_default();
            found.extend(text.split('"').filter_map(|part| part.trim().strip_prefix("unix://")).map(PathBuf::from));
        }
    }
    found.into_iter().filter(|path| path.starts_with(SHIM_SOCKETS) && path.exists()).collect()
}

fn remove_sockets(names: &NodeNames) -> Result<(), StepError> {
    sockets(&names.directory()).iter().try_for_each(|path| files::remove(path))
}
