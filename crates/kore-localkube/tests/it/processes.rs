//! The table of processes, through lives of its supervisor.
#![expect(clippy::disallowed_methods, reason = "threads of a test wait on a level with a deadline")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use kore_api::supervisor::{ProcessSpec, ProcessState, ProcessStatus, Readiness};
use kore_engine::clock::SystemClock;
use kore_localkube::{
    host::{cgroup::Cgroups, proc},
    inventory::{self, Scope},
    process::Processes,
};
use tokio::runtime::Runtime;

/// A data directory; whatever still runs for it ends with it, also when the test fails.
struct Home {
    directory: tempfile::TempDir,
    name: String,
}

impl Home {
    fn new(name: &str) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), name: format!("t-{name}-{}", std::process::id()) }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn scope(&self) -> Scope {
        Scope::installation(&self.name, self.path())
    }

    fn life(&self) -> Life {
        let runtime = Runtime::new().unwrap();
        let processes = {
            let _inside = runtime.enter();
            Processes::open(&self.name, self.path(), Arc::new(SystemClock)).unwrap()
        };
        Life { runtime: Some(runtime), processes }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let runtime = Runtime::new().unwrap();
        let _ = runtime.block_on(inventory::clear(&self.scope()));
    }
}

/// One life of a supervisor; dropping it is as if it was killed.
struct Life {
    runtime: Option<Runtime>,
    processes: Processes,
}

impl Life {
    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(future)
    }

    fn apply(&self, spec: ProcessSpec) -> ProcessStatus {
        let _inside = self.runtime.as_ref().unwrap().enter();
        self.processes.apply(spec).unwrap()
    }

    fn ready(&self, name: &str) -> ProcessStatus {
        self.run(self.processes.wait_ready(name, Duration::from_secs(10), |_| {})).unwrap()
    }

    fn until(&self, name: &str, what: &str, holds: impl Fn(&ProcessStatus) -> bool) -> ProcessStatus {
        let deadline = Instant::now() + Duration::from_secs(10);
        self.run(async {
            loop {
                let status = self.processes.observe(name).unwrap();
                if holds(&status) {
                    return status;
                }
                assert!(Instant::now() < deadline, "{what}: {status:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

fn shell(name: &str, script: &str) -> ProcessSpec {
    let mut spec = ProcessSpec::new(name, "/bin/sh", vec!["-c".into(), script.into()]);
    spec.grace_seconds = 1;
    spec
}

fn gone(pid: i32) -> bool {
    proc::stat(pid).is_none_or(|found| found.ended)
}

#[test]
fn what_ends_by_itself_is_started_again_and_a_failing_one_says_why() {
    let home = Home::new("again");
    let life = home.life();
    life.apply(shell("a/steady", "exec sleep 1000"));
    let first = life.ready("a/steady").pid.unwrap();
    assert!(Command::new("kill").arg(first.to_string()).status().unwrap().success());
    let again = life.until("a/steady", "started again", |s| s.restarts == 1 && s.state == ProcessState::Ready);
    assert_ne!(again.pid, Some(first));
    // Ready only by a socket that never comes, so that it never counts as ready.
    let mut failing = shell("a/failing", "echo the reason >&2; exit 3");
    failing.ready = Readiness::Socket { path: home.path().join("none") };
    life.apply(failing);
    let error =
        life.run(life.processes.wait_ready("a/failing", Duration::from_secs(20), |_| {})).unwrap_err().failure();
    assert_eq!(error.code, "KORE-LOCAL-0006");
    assert!(error.cause.unwrap().contains("the reason"));
    life.run(life.processes.remove("a/failing")).unwrap();
    life.run(life.processes.remove("a/steady")).unwrap();
    assert!(life.processes.list().is_empty() && !home.path().join("logs/a").exists());
}

#[test]
fn what_is_wanted_otherwise_is_not_ready_before_it_is_started_anew() {
    let home = Home::new("anew");
    let life = home.life();
    // It takes its second of grace to end.
    let stubborn = |word: &str| shell("stubborn", &format!("trap '' TERM; : {word}; while :; do sleep 0.1; done"));
    life.apply(stubborn("one"));
    let first = life.ready("stubborn").pid;
    assert_eq!(life.apply(stubborn("one")).state, ProcessState::Ready, "nothing else is wanted");
    assert_ne!(life.apply(stubborn("two")).state, ProcessState::Ready);
    assert_ne!(life.processes.observe("stubborn").unwrap().state, ProcessState::Ready);
    let second = life.ready("stubborn").pid;
    assert_ne!(second, first);
    assert_ne!(life.processes.restart("stubborn").unwrap().state, ProcessState::Ready);
    assert_ne!(life.ready("stubborn").pid, second);
    life.run(life.processes.remove("stubborn")).unwrap();
}

#[test]
fn a_later_supervisor_takes_over_what_runs_and_starts_what_does_not() {
    let home = Home::new("adopt");
    let (kept, killed) = {
        let life = home.life();
        life.apply(shell("kept", "exec sleep 1000"));
        life.apply(shell("killed", "exec sleep 1000"));
        (life.ready("kept").pid.unwrap(), life.ready("killed").pid.unwrap())
    };
    assert!(Command::new("kill").args(["-9", &killed.to_string()]).status().unwrap().success());
    let deadline = Instant::now() + Duration::from_secs(10);
    while !gone(killed) {
        // A signal that is sent has not arrived yet.
        assert!(Instant::now() < deadline, "process {killed} does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    let life = home.life();
    assert_eq!(life.ready("kept").pid, Some(kept));
    let waits = life.until("killed", "held back", |s| s.message.is_some());
    assert_eq!((waits.state, waits.message.unwrap().contains("kore up")), (ProcessState::Waiting, true));
    life.processes.release();
    assert_ne!(life.ready("killed").pid, Some(killed));
    // A restart is asked for, and an end of what was taken over works like any other.
    life.processes.restart("kept").unwrap();
    life.until("kept", "restarted", |s| s.state == ProcessState::Ready && s.pid.is_some_and(|pid| pid != kept));
    life.run(life.processes.stop_all(|_| {})).unwrap();
    assert!(life.run(inventory::take(&home.scope())).iter().all(|item| item.kind == inventory::Kind::File));
}

#[test]
fn a_foreign_process_of_the_same_id_is_never_touched() {
    let home = Home::new("foreign");
    {
        let life = home.life();
        life.apply(shell("mine", "exec sleep 1000"));
        life.ready("mine");
        life.run(life.processes.stop("mine")).unwrap();
    }
    let mut stranger = Command::new("sleep").arg("1000").spawn().unwrap();
    let file = home.path().join("run/processes/mine.json");
    let mut record: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let found = proc::stat(i32::try_from(stranger.id()).unwrap()).unwrap();
    let spec = record["spec"].clone();
    for (boot, start) in [(proc::boot_id(), found.start - 1), ("another boot".to_owned(), found.start)] {
        record["running"] = serde_json::json!({"pid": found.pid, "startTicks": start, "boot": boot,
            "startedAt": "2026-01-01T00:00:00Z", "spec": spec, "namespace": null});
        std::fs::write(&file, record.to_string()).unwrap();
        let life = home.life();
        life.processes.release();
        assert_ne!(life.ready("mine").pid, Some(found.pid));
        life.run(life.processes.stop("mine")).unwrap();
    }
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger was ended");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn a_process_that_was_started_and_never_recorded_is_ended() {
    let home = Home::new("lost");
    let lost = {
        let life = home.life();
        life.apply(shell("lost", "exec sleep 1000"));
        life.ready("lost").pid.unwrap()
    };
    std::fs::remove_file(home.path().join("run/processes/lost.json")).unwrap();
    let _life = home.life();
    let deadline = Instant::now() + Duration::from_secs(5);
    while !gone(lost) {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_changed_spec_starts_it_again_and_an_equal_one_does_not() {
    let home = Home::new("change");
    let life = home.life();
    let spec = shell("it", "exec sleep 1000");
    life.apply(spec.clone());
    let first = life.ready("it").pid;
    life.apply(spec.clone());
    assert_eq!(life.ready("it").pid, first);
    life.apply(ProcessSpec { inputs_digest: "other".into(), ..spec });
    life.until("it", "started again", |s| s.state == ProcessState::Ready && s.pid != first);
}

#[test]
fn dependents_start_later_and_end_first() {
    let home = Home::new("order");
    let life = home.life();
    let trace = home.path().join("trace");
    let script = |name: &str| {
        let trace = trace.display();
        format!(
            "trap 'echo end-{name} >> {trace}; exit' TERM; echo begin-{name} >> {trace}; while :; do sleep 0.05; done"
        )
    };
    let mut second = shell("second", &script("second"));
    second.after = vec!["first".into()];
    life.apply(second);
    let waiting = life.until("second", "waits", |s| s.message.is_some());
    assert!(waiting.message.unwrap().contains("first"));
    life.apply(shell("first", &script("first")));
    life.ready("second");
    let lines = || std::fs::read_to_string(&trace).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    let deadline = Instant::now() + Duration::from_secs(5);
    while lines().len() < 2 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    life.run(life.processes.stop_all(|_| {})).unwrap();
    assert_eq!(lines(), ["begin-first", "begin-second", "end-second", "end-first"]);
}

#[test]
fn what_a_process_leaves_behind_ends_with_it() {
    let home = Home::new("children");
    let life = home.life();
    let mark = home.path().join("pids");
    let group = format!("/kore/{}/it", home.name);
    // One child in the process group, one that left it as containerd's shims do.
    let script =
        format!("sleep 1000 & echo $! >> {0}; setsid sleep 1000 & echo $! >> {0}; exec sleep 1000", mark.display());
    let mut spec = shell("it", &script);
    spec.cgroup = Some(group.clone());
    life.apply(spec);
    let leader = life.ready("it").pid.unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    let pids = || -> Vec<i32> {
        std::fs::read_to_string(&mark).unwrap_or_default().lines().filter_map(|line| line.parse().ok()).collect()
    };
    while pids().len() < 2 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Cgroups::detect().processes(&group).contains(&leader), "needs root and cgroups");
    life.run(life.processes.remove("it")).unwrap();
    assert!(gone(leader) && pids().into_iter().all(gone));
    life.run(inventory::clear(&home.scope())).unwrap();
    assert!(!Cgroups::detect().any(&format!("/kore/{}", home.name)));
}

#[test]
fn a_namespaced_process_waits_for_its_namespace_and_follows_a_new_one() {
    let home = Home::new("netns");
    let life = home.life();
    let name = format!("kore.{}.t.c.n1", home.name);
    let ip = |arguments: &[&str]| assert!(Command::new("ip").args(arguments).status().unwrap().success(), "needs root");
    let mut spec = shell("it", "exec sleep 1000");
    spec.network_namespace = Some(name.clone());
    life.apply(spec);
    life.until("it", "waits", |s| s.message.as_ref().is_some_and(|m| m.contains(&name)));
    ip(&["netns", "add", &name]);
    let first = life.ready("it").pid;
    let namespace = |pid: Option<i32>| std::fs::read_link(format!("/proc/{}/ns/net", pid.unwrap())).unwrap();
    assert_ne!(namespace(first), std::fs::read_link("/proc/self/ns/net").unwrap());
    ip(&["netns", "delete", &name]);
    ip(&["netns", "add", &name]);
    let second = life.until("it", "follows", |s| s.state == ProcessState::Ready && s.pid.is_some() && s.pid != first);
    let expected = PathBuf::from("/run/netns").join(&name);
    let inode = |path: PathBuf| std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap());
    assert_eq!(inode(PathBuf::from(format!("/proc/{}/ns/net", second.pid.unwrap()))), inode(expected));
    life.run(life.processes.remove("it")).unwrap();
    life.run(inventory::clear(&home.scope())).unwrap();
    assert!(!Path::new("/run/netns").join(&name).exists());
}
