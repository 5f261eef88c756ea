//! Starting a process so that it outlives us and is found again, and ending it with its group.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, OpenOptions},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use jiff::Timestamp;
use kore_api::{codes::Code, supervisor::ProcessSpec};
use kore_engine::error::{Class, StepError};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{log, record::Running};
use crate::{
    failure, files,
    host::{cgroup::Cgroups, proc},
};

/// Environment variable with the installation's name, in every process that Kore starts. No program is told
/// anything by these, so that they mark nobody else: people export what `kore` reads (`kore status -o env`).
pub const MARK_INSTALLATION: &str = "KORED_INSTALLATION";
/// Environment variable with the data directory, in every process that Kore starts.
pub const MARK_DATA: &str = "KORED_DATA_DIR";
/// Environment variable with the process's name in the supervisor's table.
pub const MARK_PROCESS: &str = "KORED_PROCESS";

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Moves itself into the cgroups named in its first argument, then becomes the program.
const ENTER: &str = r#"groups=$1; shift; for g in $groups; do echo $$ > "$g/cgroup.procs" || exit 70; done; exec "$@""#;

pub(super) fn marks(installation: &str, data_dir: &Path) -> BTreeMap<String, String> {
    BTreeMap::from([
        (MARK_INSTALLATION.to_owned(), installation.to_owned()),
        (MARK_DATA.to_owned(), data_dir.display().to_string()),
    ])
}

/// Where a named network namespace is found (ip-netns(8)).
pub(super) fn namespace_path(name: &str) -> PathBuf {
    Path::new("/run/netns").join(name)
}

/// Inode of a namespace; another one means it was made anew. A name that is not mounted (after a
/// crash between its two steps) is a plain file on tmpfs and counts as none.
pub(super) fn namespace_identity(name: &str) -> Option<u64> {
    let path = namespace_path(name);
    let found = fs::metadata(&path).ok()?;
    let directory = fs::metadata(path.parent()?).ok()?;
    (found.dev() != directory.dev()).then_some(found.ino())
}

/// A process that was started or taken over.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) running: Running,
    pub(super) ready: bool,
    pub(super) since: Instant,
    child: Option<Child>,
}

impl Process {
    pub(super) fn adopted(running: Running) -> Self {
        Self { running, ready: false, since: Instant::now(), child: None }
    }

    pub(super) fn start(
        spec: &ProcessSpec,
        marks: &BTreeMap<String, String>,
        logs: &Path,
        cgroups: &Cgroups,
        boot: &str,
        now: Timestamp,
    ) -> Result<Self, StepError> {
        let path = log::path(logs, &spec.name);
        if let Some(parent) = path.parent() {
            files::directory(parent)?;
        }
        let open = || OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        let out = open().map_err(failure::file("open", &path))?;
        let err = open().map_err(failure::file("open", &path))?;
        if !spec.program.exists() {
            let what = format!("{} is missing", spec.program.display());
            return Err(StepError::new(Code::LocalToolMissing, Class::Retry(failure::SOON), what));
        }
        let mut line: Vec<String> = Vec::new();
        if let Some(group) = &spec.cgroup {
            // A leaf: in v2 a group with children may hold no process itself.
            let group = &format!("{}/main", group.trim_end_matches('/'));
            cgroups.ensure(group)?;
            let groups: Vec<String> = cgroups.directories(group).map(|(_, d)| d.display().to_string()).collect();
            line.extend(["/bin/sh".into(), "-c".into(), ENTER.into(), "sh".into(), groups.join(" ")]);
        }
        if let Some(namespace) = &spec.network_namespace {
            // Not `ip netns exec`: it remounts /sys, and the kubelet no longer finds its cgroups.
            line.extend(["nsenter".into(), format!("--net={}", namespace_path(namespace).display()), "--".into()]);
        }
        line.push(spec.program.display().to_string());
        line.extend(spec.args.iter().cloned());
        let mut words = line.into_iter();
        let child = Command::new(words.next().unwrap_or_default())
            .args(words)
            .env_clear()
            .env("PATH", PATH)
            .envs(&spec.env)
            .envs(marks)
            .env(MARK_PROCESS, &spec.name)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .process_group(0)
            .spawn()
            .map_err(|error| failure::io(format!("cannot start {}", spec.program.display()), error))?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
        Ok(Self {
            running: Running {
                pid,
                start_ticks: proc::stat(pid).map_or(0, |found| found.start),
                boot: boot.to_owned(),
                started_at: now,
                spec: spec.clone(),
                namespace: spec.network_namespace.as_deref().and_then(namespace_identity),
            },
            ready: false,
            since: Instant::now(),
            child: Some(child),
        })
    }

    /// Whether it was started from another spec, or in a namespace that was made anew since.
    pub(super) fn stale(&self, spec: &ProcessSpec) -> bool {
        let namespace = spec.network_namespace.as_deref().and_then(namespace_identity);
        self.running.spec != *spec || (namespace.is_some() && namespace != self.running.namespace)
    }

    /// Returns, with how, once it has ended. May be dropped and called again.
    pub(super) async fn ended(&mut self) -> String {
        if let Some(child) = &mut self.child {
            return match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
        }
        while proc::runs(self.running.pid, self.running.start_ticks) {
            sleep(Duration::from_millis(300)).await;
        }
        "ended".to_owned()
    }

    /// SIGTERM to the process, after its grace SIGKILL to its whole group.
    pub(super) async fn end(mut self, grace_seconds: u32) {
        if !proc::runs(self.running.pid, self.running.start_ticks) {
            self.end_group();
            return;
        }
        // Ended in between is what we want.
        let _ = kill(Pid::from_raw(self.running.pid), Signal::SIGTERM);
        if timeout(Duration::from_secs(grace_seconds.into()), self.ended()).await.is_err() {
            let _ = kill(Pid::from_raw(self.running.pid), Signal::SIGKILL);
            let _ = timeout(Duration::from_secs(10), self.ended()).await;
        }
        self.end_group();
    }

    /// What a process leaves in its group has nobody to work for. The group keeps its id from being
    /// given to another process for as long as it has members.
    pub(super) fn end_group(&self) {
        if proc::all().iter().any(|found| found.group == self.running.pid) {
            let _ = killpg(Pid::from_raw(self.running.pid), Signal::SIGKILL);
        }
    }
}

/// Ends leaders of ours that no record knows: the supervisor died between starting and recording.
/// Children of a leader (containerd's shims, say) run another program or are in its group.
pub(super) fn end_unrecorded(marks: &BTreeMap<String, String>, known: &BTreeSet<i32>) {
    let me = i32::try_from(std::process::id()).unwrap_or_default();
    for found in proc::all() {
        if found.pid == me || found.group != found.pid || known.contains(&found.pid) {
            continue;
        }
        let environment = proc::environment(found.pid);
        let ours = marks.iter().all(|(name, value)| environment.get(name) == Some(value));
        let shim = proc::program(found.pid)
            .is_some_and(|program| program.file_name().is_some_and(|name| name.to_string_lossy().contains("shim")));
        if ours && environment.contains_key(MARK_PROCESS) && !shim {
            tracing::warn!(pid = found.pid, "ending a process of ours that nobody recorded");
            let _ = killpg(Pid::from_raw(found.pid), Signal::SIGKILL);
        }
    }
}
