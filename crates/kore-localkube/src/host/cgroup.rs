//! Cgroups, v1 and v2. A group of ours has the same path in every hierarchy; whatever runs in any of
//! them belongs to it, also after it left its parents and its process group.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::proc;
use crate::{failure, files};

/// Controllers that kubelets use in v2.
const NEEDED: [&str; 6] = ["cpu", "cpuset", "memory", "pids", "io", "hugetlb"];

/// What everything in a group may have together. Memory is a limit. Processors are a weight, so that what is idle
/// is used: a limit in v1 would refuse every pod whose own is higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Processors.
    pub vcpus: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
}

/// One mounted hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    /// Where it is mounted.
    pub mount: PathBuf,
    /// v2 (unified), else v1.
    pub unified: bool,
    /// Whether child groups need `cpuset.cpus` and `cpuset.mems` copied down (v1 only).
    pub cpuset: bool,
}

/// The hierarchies of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cgroups {
    hierarchies: Vec<Hierarchy>,
}

impl Cgroups {
    /// As mounted now.
    #[must_use]
    pub fn detect() -> Self {
        Self::from_mountinfo(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default())
    }

    /// From the text of `/proc/self/mountinfo` (proc(5)).
    #[must_use]
    pub fn from_mountinfo(text: &str) -> Self {
        let mut hierarchies: Vec<Hierarchy> = Vec::new();
        for line in text.lines() {
            let Some((left, right)) = line.split_once(" - ") else { continue };
            let Some(mount) = left.split(' ').nth(4) else { continue };
            let mut right = right.split(' ');
            let kind = right.next().unwrap_or_default();
            let options = right.nth(1).unwrap_or_default();
            // Only the machine's own tree: containers and tests may mount others elsewhere.
            if !mount.starts_with("/sys/fs/cgroup") || !matches!(kind, "cgroup" | "cgroup2") {
                continue;
            }
            hierarchies.push(Hierarchy {
                mount: PathBuf::from(mount),
                unified: kind == "cgroup2",
                cpuset: kind == "cgroup" && options.split(',').any(|option| option == "cpuset"),
            });
        }
        Self { hierarchies }
    }

    /// Whether this is cgroup v2 alone; v1 and hybrid machines answer no.
    #[must_use]
    pub fn v2(&self) -> bool {
        self.hierarchies.iter().all(|hierarchy| hierarchy.unified) && !self.hierarchies.is_empty()
    }

    /// Whether there is any.
    #[must_use]
    pub fn mounted(&self) -> bool {
        !self.hierarchies.is_empty()
    }

    /// The directories of a group, one per hierarchy.
    pub fn directories(&self, group: &str) -> impl Iterator<Item = (&Hierarchy, PathBuf)> {
        let relative = group.trim_start_matches('/').to_owned();
        self.hierarchies.iter().map(move |hierarchy| (hierarchy, hierarchy.mount.join(&relative)))
    }

    /// Whether the group is there in every hierarchy.
    #[must_use]
    pub fn exists(&self, group: &str) -> bool {
        self.directories(group).all(|(_, directory)| directory.is_dir())
    }

    /// Whether the group is there in any hierarchy.
    #[must_use]
    pub fn any(&self, group: &str) -> bool {
        self.directories(group).any(|(_, directory)| directory.is_dir())
    }

    /// Makes a group and its parents in every hierarchy, ready to take processes and children.
    ///
    /// # Errors
    /// `KORE-LOCAL-0008` where a hierarchy is not writable.
    pub fn ensure(&self, group: &str) -> Result<(), StepError> {
        for hierarchy in &self.hierarchies {
            let mut directory = hierarchy.mount.clone();
            for part in group.split('/').filter(|part| !part.is_empty()) {
                if hierarchy.unified && self.v2() {
                    delegate(&directory).map_err(|error| unusable(&directory, error))?;
                }
                directory.push(part);
                match fs::create_dir(&directory) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(unusable(&directory, error));
                    }
                    _ => {}
                }
                if hierarchy.cpuset {
                    inherit_cpuset(&directory).map_err(|error| unusable(&directory, error))?;
                }
            }
        }
        Ok(())
    }

    /// Whether a group that is there is bound so.
    #[must_use]
    pub fn is_bound(&self, group: &str, bounds: Bounds) -> bool {
        let says = |path: &Path, value: &str| fs::read_to_string(path).is_ok_and(|text| text.trim() == value);
        self.bounds(group, bounds).iter().all(|(path, value)| says(path, value))
    }

    /// Binds a group that is there.
    ///
    /// # Errors
    /// Where the kernel refuses: in v1, memory below what is in use now.
    pub fn bind(&self, group: &str, bounds: Bounds) -> Result<(), StepError> {
        let mut bounds = self.bounds(group, bounds).into_iter();
        bounds.try_for_each(|(path, value)| fs::write(&path, value).map_err(|error| unusable(&path, error)))
    }

    /// The files of a group that bind it, and what is in them then: those of v1 or v2, as far as the hierarchies
    /// have them (cgroups(7)).
    fn bounds(&self, group: &str, bounds: Bounds) -> Vec<(PathBuf, String)> {
        let memory = u64::from(bounds.memory_mib) << 20;
        let shares = u64::from(bounds.vcpus).saturating_mul(1024).clamp(2, 262_144);
        // As Kubernetes turns the one into the other (KEP-2254).
        let weight = 1 + (shares - 2) * 9999 / 262_142;
        let files =
            [("memory.limit_in_bytes", memory), ("cpu.shares", shares), ("memory.max", memory), ("cpu.weight", weight)];
        let all = self
            .directories(group)
            .flat_map(|(_, directory)| files.map(|(name, value)| (directory.join(name), value.to_string())));
        all.filter(|(path, _)| path.exists()).collect()
    }

    /// Every process in the group or below it, in any hierarchy.
    #[must_use]
    pub fn processes(&self, group: &str) -> Vec<i32> {
        let mut found: Vec<i32> = self
            .directories(group)
            .flat_map(|(_, directory)| tree(&directory))
            .filter_map(|directory| fs::read_to_string(directory.join("cgroup.procs")).ok())
            .flat_map(|text| text.lines().filter_map(|line| line.parse().ok()).collect::<Vec<i32>>())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Ends everything in the group and below with SIGKILL; returns when nothing is left.
    ///
    /// # Errors
    /// When something survives for ten seconds.
    pub async fn kill(&self, group: &str) -> Result<(), StepError> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        let mut sockets = BTreeSet::new();
        loop {
            let left = self.processes(group);
            if left.is_empty() {
                return sockets.iter().try_for_each(|path: &PathBuf| files::remove(path));
            }
            if tokio::time::Instant::now() > deadline {
                return Err(StepError::new(
                    Code::LocalCgroup,
                    Class::Retry(failure::SOON),
                    format!("processes {left:?} of cgroup {group} do not end"),
                ));
            }
            for pid in left {
                sockets.extend(proc::shim_sockets(pid));
                // Gone in between is what we want.
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Removes the group and everything below it from every hierarchy; it must hold no process.
    ///
    /// # Errors
    /// When a directory stays busy.
    pub async fn remove(&self, group: &str) -> Result<(), StepError> {
        for (_, directory) in self.directories(group) {
            for directory in tree(&directory) {
                remove_directory(&directory).await?;
            }
        }
        Ok(())
    }

    /// Whether Kore can make groups here; leaves nothing behind.
    #[must_use]
    pub fn writable(&self) -> bool {
        // One group for each process and one look at a time: whoever else looks, or removes groups that
        // are empty, would take it away in between, and the machine would seem to be a poorer one.
        static LOOKING: Mutex<()> = Mutex::new(());
        let _alone = LOOKING.lock().unwrap_or_else(PoisonError::into_inner);
        let group = format!("/kore-probe-{}", std::process::id());
        let writable = self.ensure(&group).is_ok();
        self.prune(&group);
        writable
    }

    /// Removes the group and then its parents as far as they are empty.
    pub fn prune(&self, group: &str) {
        let mut group = group;
        while !group.is_empty() {
            for (_, directory) in self.directories(group) {
                // One that holds others, or is gone already, is none of ours to remove.
                let _ = fs::remove_dir(directory);
            }
            group = group.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
}

/// A cgroup takes a moment after its last process ended until it can be removed.
async fn remove_directory(directory: &Path) -> Result<(), StepError> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    loop {
        match fs::remove_dir(directory) {
            Err(error) if error.raw_os_error() == Some(nix::libc::EBUSY) => {
                if tokio::time::Instant::now() > deadline {
                    return Err(unusable(directory, error));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(directory, error)),
            _ => return Ok(()),
        }
    }
}

/// A directory and those below it, deepest first.
fn tree(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if let Ok(entries) = fs::read_dir(directory) {
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found.extend(tree(&entry.path()));
            }
        }
        found.push(directory.to_owned());
    }
    found
}

/// v2: children get what kubelets need of what their parent has.
fn delegate(directory: &Path) -> io::Result<()> {
    let present = fs::read_to_string(directory.join("cgroup.controllers"))?;
    for controller in present.split_whitespace().filter(|controller| NEEDED.contains(controller)) {
        fs::write(directory.join("cgroup.subtree_control"), format!("+{controller}"))?;
    }
    Ok(())
}

/// v1: a cpuset without CPUs and memory nodes takes no process.
fn inherit_cpuset(directory: &Path) -> io::Result<()> {
    let Some(parent) = directory.parent() else { return Ok(()) };
    for file in ["cpuset.cpus", "cpuset.mems"] {
        if fs::read_to_string(directory.join(file))?.trim().is_empty() {
            fs::write(directory.join(file), fs::read_to_string(parent.join(file))?)?;
        }
    }
    Ok(())
}

fn unusable(directory: &Path, error: io::Error) -> StepError {
    StepError::new(Code::LocalCgroup, Class::Retry(failure::SOON), format!("cgroup {}", directory.display()))
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
31 24 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:28 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
33 31 0:29 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
34 31 0:30 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
35 31 0:31 / /tmp/cg2 rw,relatime - cgroup2 none rw";

    #[test]
    fn v1_hybrid_and_v2_are_told_apart() {
        let hybrid = Cgroups::from_mountinfo(HYBRID);
        assert!(!hybrid.v2() && hybrid.mounted());
        let directories: Vec<_> = hybrid.directories("/kore/a").map(|(_, d)| d.display().to_string()).collect();
        assert_eq!(
            directories,
            ["/sys/fs/cgroup/cpuset/kore/a", "/sys/fs/cgroup/pids/kore/a", "/sys/fs/cgroup/unified/kore/a"]
        );
        let v2 = Cgroups::from_mountinfo("30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate");
        assert!(v2.v2());
        assert!(!Cgroups::from_mountinfo("").v2() && !Cgroups::from_mountinfo("").mounted());
    }

    #[test]
    fn a_group_is_bound_by_the_files_that_it_has() {
        let home = tempfile::tempdir().unwrap();
        let mounts = ["memory", "cpu", "unified"].map(|name| home.path().join(name));
        let hierarchies = mounts.iter().map(|mount| Hierarchy { mount: mount.clone(), unified: false, cpuset: false });
        let cgroups = Cgroups { hierarchies: hierarchies.collect() };
        for (mount, file) in mounts.iter().zip(["memory.limit_in_bytes", "cpu.shares", "cpu.weight"]) {
            fs::create_dir_all(mount.join("a")).unwrap();
            fs::write(mount.join("a").join(file), "0\n").unwrap();
        }
        let bounds = Bounds { vcpus: 2, memory_mib: 4096 };
        assert!(!cgroups.is_bound("/a", bounds));
        cgroups.bind("/a", bounds).unwrap();
        assert!(cgroups.is_bound("/a", bounds) && !cgroups.is_bound("/a", Bounds { vcpus: 3, ..bounds }));
        let read = |mount: usize, file: &str| fs::read_to_string(mounts[mount].join("a").join(file)).unwrap();
        assert_eq!(read(0, "memory.limit_in_bytes"), "4294967296");
        assert_eq!((read(1, "cpu.shares"), read(2, "cpu.weight")), ("2048".to_owned(), "79".to_owned()));
        assert!(!mounts[0].join("a/memory.max").exists(), "what is not there is not made");
    }
}
