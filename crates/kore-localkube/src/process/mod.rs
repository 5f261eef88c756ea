//! The table of processes that should run, and one task per process that makes it so: waits for what
//! it needs, starts it, asks whether it is ready, starts it again with backoff, ends it with all of
//! its group. Processes outlive the supervisor; a supervisor that starts again takes them over.

mod launch;
mod log;
mod readiness;
mod record;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kore_api::{
    codes::Code,
    supervisor::{ProcessSpec, ProcessState, ProcessStatus},
};
use kore_engine::{
    clock::SharedClock,
    error::{Class, StepError},
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};

use self::{
    launch::Process,
    record::{Record, Records},
};
use crate::{
    failure,
    host::{cgroup::Cgroups, proc},
};

pub use launch::{MARK_DATA, MARK_INSTALLATION, MARK_PROCESS};

/// How often something that is not ready is asked again.
const ASK: Duration = Duration::from_millis(200);
/// How often something that is ready is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// What was ready and ran this long is started again after the shortest pause: longer ones are for what does
/// not come up.
const SETTLED: Duration = Duration::from_secs(5);
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// The processes of one installation. Clones share it.
#[derive(Debug, Clone)]
pub struct Processes {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    marks: BTreeMap<String, String>,
    records: Records,
    logs: PathBuf,
    boot: String,
    cgroups: Cgroups,
    clock: SharedClock,
    table: Mutex<BTreeMap<String, Entry>>,
    revision: watch::Sender<u64>,
    released: watch::Sender<bool>,
}

#[derive(Debug)]
struct Entry {
    wanted: watch::Sender<Wanted>,
    status: ProcessStatus,
    task: Option<JoinHandle<()>>,
}

impl Entry {
    /// What runs is not what is wanted any more: nobody may take it for that, from this moment on.
    fn outdate(&mut self) {
        self.status.state = ProcessState::Starting;
        self.status.message = Some(OLD.to_owned());
    }
}

/// What something that is started anew waits for.
const OLD: &str = "the old process to end";

#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    /// Run; each other wish, and each restart that is asked for, has a higher epoch. `held` ones wait
    /// for [`Processes::release`].
    Run { spec: Box<ProcessSpec>, epoch: u32, held: bool },
    /// End, with everything in its cgroup.
    Stop,
}

impl Processes {
    /// Opens the table of a data directory: takes over what runs and is ours, ends what is ours and
    /// was never recorded. What does not run is held back until [`Processes::release`].
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn open(installation: &str, data_dir: &Path, clock: SharedClock) -> Result<Self, StepError> {
        let inner = Arc::new(Inner {
            marks: launch::marks(installation, data_dir),
            records: Records { directory: data_dir.join("run/processes") },
            logs: data_dir.join("logs"),
            boot: proc::boot_id(),
            cgroups: Cgroups::detect(),
            clock,
            table: Mutex::default(),
            revision: watch::Sender::new(0),
            released: watch::Sender::new(false),
        });
        let processes = Self { inner };
        let mut known = BTreeSet::new();
        for record in processes.inner.records.load()? {
            let adopted = record.running.clone().filter(|running| running.alive(&processes.inner.boot));
            known.extend(adopted.as_ref().map(|running| running.pid));
            let wanted = Wanted::Run { spec: Box::new(record.spec.clone()), epoch: 0, held: true };
            processes.begin(record, wanted, adopted.map(Process::adopted));
        }
        launch::end_unrecorded(&processes.inner.marks, &known);
        tokio::spawn(log::rotate_forever(processes.inner.logs.clone()));
        Ok(processes)
    }

    /// Lets the processes that were recorded before this supervisor started begin.
    pub fn release(&self) {
        self.inner.released.send_replace(true);
    }

    /// Makes a process be as given; one that runs and differs is started again.
    ///
    /// # Errors
    /// When the spec is not usable or cannot be recorded.
    pub fn apply(&self, spec: ProcessSpec) -> Result<ProcessStatus, StepError> {
        validate(&spec)?;
        let name = spec.name.clone();
        let mut table = self.inner.lock();
        if let Some(entry) = table.get_mut(&name) {
            let (epoch, same) = match &*entry.wanted.borrow() {
                Wanted::Run { epoch, spec: before, .. } => (*epoch, **before == spec),
                Wanted::Stop => {
                    return Err(StepError::new(
                        Code::LocalBusy,
                        Class::Retry(failure::SOON),
                        format!("process {name} is being removed"),
                    ));
                }
            };
            if !same {
                entry.outdate();
            }
            entry.status.spec = spec.clone();
            let epoch = if same { epoch } else { epoch + 1 };
            entry.wanted.send_replace(Wanted::Run { spec: Box::new(spec), epoch, held: false });
            return Ok(entry.status.clone());
        }
        drop(table);
        let record = Record { spec: spec.clone(), running: None, restarts: 0 };
        self.inner.records.save(&record)?;
        let wanted = Wanted::Run { spec: Box::new(spec), epoch: 0, held: false };
        Ok(self.begin(record, wanted, None))
    }

    /// A process as it is; `None` where there is none of this name.
    #[must_use]
    pub fn observe(&self, name: &str) -> Option<ProcessStatus> {
        self.inner.lock().get(name).map(|entry| entry.status.clone())
    }

    /// Every process.
    #[must_use]
    pub fn list(&self) -> Vec<ProcessStatus> {
        self.inner.lock().values().map(|entry| entry.status.clone()).collect()
    }

    /// Ends a process and starts it again.
    #[must_use]
    pub fn restart(&self, name: &str) -> Option<ProcessStatus> {
        let mut table = self.inner.lock();
        let entry = table.get_mut(name)?;
        entry.wanted.send_if_modified(|wanted| match wanted {
            Wanted::Run { epoch, held, .. } => {
                *epoch += 1;
                *held = false;
                true
            }
            Wanted::Stop => false,
        });
        entry.outdate();
        Some(entry.status.clone())
    }

    /// Ends a process with its children and everything in its cgroup, and forgets it and its log.
    ///
    /// # Errors
    /// When something survives, or the record cannot be removed.
    pub async fn remove(&self, name: &str) -> Result<(), StepError> {
        self.stop(name).await?;
        self.inner.records.forget(name)?;
        log::remove(&self.inner.logs, name)
    }

    /// Ends a process; its record stays, so that a later supervisor starts it again.
    ///
    /// # Errors
    /// When something of it survives.
    pub async fn stop(&self, name: &str) -> Result<(), StepError> {
        let (task, cgroup) = {
            let mut table = self.inner.lock();
            let Some(entry) = table.get_mut(name) else { return Ok(()) };
            entry.wanted.send_replace(Wanted::Stop);
            (entry.task.take(), entry.status.spec.cgroup.clone())
        };
        if let Some(task) = task {
            task.await.map_err(|error| failure::internal(format!("the task of {name} failed")).caused_by(error))?;
        }
        if let Some(cgroup) = cgroup {
            self.inner.cgroups.kill(&cgroup).await?;
        }
        self.inner.lock().remove(name);
        self.inner.changed();
        Ok(())
    }

    /// Ends every process, dependents first; `report` hears which ones it waits for.
    ///
    /// # Errors
    /// The first error; the others are ended all the same.
    pub async fn stop_all(&self, mut report: impl FnMut(&[String])) -> Result<(), StepError> {
        let mut result = Ok(());
        loop {
            let present = self.list();
            if present.is_empty() {
                return result;
            }
            let needed: BTreeSet<&String> = present.iter().flat_map(|status| &status.spec.after).collect();
            let mut now: Vec<String> =
                present.iter().map(|status| status.spec.name.clone()).filter(|name| !needed.contains(name)).collect();
            if now.is_empty() {
                // A circle: nobody should have made one, but it must not keep us here.
                now = present.into_iter().map(|status| status.spec.name).collect();
            }
            report(&now);
            for outcome in futures::future::join_all(now.iter().map(|name| self.stop(name))).await {
                result = result.and(outcome);
            }
            if result.is_err() {
                // Whatever did not end is out of the table or never will be: do not spin.
                self.inner.lock().retain(|name, _| !now.contains(name));
            }
        }
    }

    /// Waits until a process is ready; `report` hears what it waits for whenever that changes.
    ///
    /// # Errors
    /// `KORE-LOCAL-0006` when it ended too often or is not ready in time, with its last lines.
    pub async fn wait_ready(
        &self,
        name: &str,
        patience: Duration,
        mut report: impl FnMut(&str),
    ) -> Result<ProcessStatus, StepError> {
        let deadline = Instant::now() + patience;
        let mut changes = self.inner.revision.subscribe();
        let before = self.observe(name).map_or(0, |status| status.restarts);
        let mut said = String::new();
        loop {
            let Some(status) = self.observe(name) else {
                return Err(failure::internal(format!("there is no process {name}")));
            };
            if status.state == ProcessState::Ready {
                return Ok(status);
            }
            let waits = status.message.clone().unwrap_or_else(|| format!("process {name} to start"));
            if status.restarts >= before + 5 || Instant::now() >= deadline {
                let lines = log::tail(&status.log, 5);
                return Err(StepError::new(
                    Code::LocalProcess,
                    Class::Retry(failure::SOON),
                    format!("{name} does not become ready: {waits}"),
                )
                .caused_by(format!("last lines of {}: {lines}", status.log.display())));
            }
            if waits != said {
                report(&waits);
                said = waits;
            }
            // Either tells us to look again; which of them does not matter.
            let _ = tokio::time::timeout(Duration::from_secs(1), changes.changed()).await;
        }
    }

    /// Starts the task of a process.
    fn begin(&self, record: Record, wanted: Wanted, current: Option<Process>) -> ProcessStatus {
        let name = record.spec.name.clone();
        let status = ProcessStatus {
            spec: record.spec.clone(),
            state: if current.is_some() { ProcessState::Starting } else { ProcessState::Waiting },
            pid: current.as_ref().map(|process| process.running.pid),
            restarts: record.restarts,
            message: None,
            started_at: current.as_ref().map(|process| process.running.started_at),
            log: log::path(&self.inner.logs, &name),
        };
        let (sender, receiver) = watch::channel(wanted);
        let mut table = self.inner.lock();
        let task = tokio::spawn(drive(Arc::clone(&self.inner), record, receiver, current));
        table.insert(name, Entry { wanted: sender, status: status.clone(), task: Some(task) });
        status
    }
}

fn validate(spec: &ProcessSpec) -> Result<(), StepError> {
    let good = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    if spec.name.split('/').all(good) && spec.program.is_absolute() {
        return Ok(());
    }
    let what = format!("process {:?} needs a plain name and an absolute program", spec.name);
    Err(StepError::new(Code::InputInvalid, Class::Invalid, what))
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        // Nothing panics while it holds the lock; if it did, the table is still a table.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }

    fn set(&self, name: &str, state: ProcessState, message: Option<String>, process: Option<&Process>, restarts: u32) {
        if let Some(entry) = self.lock().get_mut(name) {
            (entry.status.state, entry.status.message) = (state, message);
            entry.status.restarts = restarts;
            entry.status.pid = process.map(|process| process.running.pid);
            if let Some(process) = process {
                entry.status.started_at = Some(process.running.started_at);
            }
        }
        self.changed();
    }

    /// Tells that a process answers, unless another one is wanted by now.
    fn answers(&self, name: &str, epoch: u32, process: &Process, restarts: u32) {
        let asked = |entry: &Entry| matches!(&*entry.wanted.borrow(), Wanted::Run { epoch: now, .. } if *now == epoch);
        if let Some(entry) = self.lock().get_mut(name).filter(|entry| asked(entry)) {
            (entry.status.state, entry.status.message) = (ProcessState::Ready, None);
            entry.status.restarts = restarts;
            entry.status.pid = Some(process.running.pid);
        }
        self.changed();
    }

    /// What a process still waits for before it can start.
    fn missing(&self, spec: &ProcessSpec) -> Option<String> {
        if let Some(namespace) = &spec.network_namespace
            && launch::namespace_identity(namespace).is_none()
        {
            return Some(format!("network namespace {namespace}"));
        }
        let table = self.lock();
        spec.after.iter().find_map(|name| match table.get(name).map(|entry| &entry.status) {
            None => Some(format!("process {name}, which nobody has asked for yet")),
            Some(status) if status.state == ProcessState::Ready => None,
            Some(status) => Some(match &status.message {
                Some(message) => format!("process {name} ({message})"),
                None => format!("process {name}"),
            }),
        })
    }
}

/// Makes one process be as wanted until it is to stop.
async fn drive(
    inner: Arc<Inner>,
    mut record: Record,
    mut wanted: watch::Receiver<Wanted>,
    mut current: Option<Process>,
) {
    let mut changes = inner.revision.subscribe();
    let mut released = inner.released.subscribe();
    let mut failures = 0_u32;
    let mut current_epoch = 0;
    loop {
        let now = wanted.borrow_and_update().clone();
        let Wanted::Run { spec, epoch, held } = now else {
            if let Some(process) = current.take() {
                process.end(record.spec.grace_seconds).await;
            }
            record.running = None;
            keep(&inner, &record);
            return;
        };
        let name = spec.name.clone();
        if record.spec != *spec {
            record.spec = *spec;
            failures = 0;
            keep(&inner, &record);
        }
        let spec = &record.spec;
        if let Some(process) = current.take_if(|process| process.stale(spec) || epoch != current_epoch) {
            // It runs on for its grace, and holds its ports.
            inner.set(&name, ProcessState::Starting, Some(OLD.to_owned()), Some(&process), record.restarts);
            process.end(spec.grace_seconds).await;
            failures = 0;
        }
        current_epoch = epoch;
        if current.is_none() {
            let missing = if held && !*released.borrow_and_update() {
                Some("the platform to come up (kore up)".to_owned())
            } else {
                inner.missing(spec)
            };
            if let Some(missing) = missing {
                if inner.lock().get(&name).is_none_or(|entry| entry.status.message.as_ref() != Some(&missing)) {
                    inner.set(&name, ProcessState::Waiting, Some(missing), None, record.restarts);
                }
                tokio::select! {
                    _ = wanted.changed() => {}
                    _ = changes.changed() => {}
                    _ = released.changed() => {}
                    () = sleep(LOOK / 4), if spec.network_namespace.is_some() => {}
                }
                continue;
            }
            match Process::start(spec, &inner.marks, &inner.logs, &inner.cgroups, &inner.boot, inner.clock.now()) {
                Ok(process) => {
                    record.running = Some(process.running.clone());
                    keep(&inner, &record);
                    inner.set(&name, ProcessState::Starting, None, Some(&process), record.restarts);
                    current = Some(process);
                }
                Err(error) => {
                    let failure = error.failure();
                    let cause = failure.cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                    tracing::warn!(process = name, "{}{cause}", failure.message);
                    record.restarts += 1;
                    let message = Some(format!("{}{cause}", failure.message));
                    inner.set(&name, ProcessState::BackingOff, message, None, record.restarts);
                    back_off(&mut failures, &mut wanted).await;
                    continue;
                }
            }
        }
        let Some(process) = current.as_mut() else { continue };
        let pause = if process.ready { LOOK } else { ASK };
        tokio::select! {
            _ = wanted.changed() => {}
            how = process.ended() => {
                let lived = process.since.elapsed();
                let line = log::tail(&log::path(&inner.logs, &name), 1);
                tracing::warn!(process = name, how, last = line, "ended by itself");
                if process.ready && lived > SETTLED {
                    failures = 0;
                }
                record.running = None;
                record.restarts += 1;
                keep(&inner, &record);
                process.end_group();
                current = None;
                inner.set(&name, ProcessState::BackingOff, Some(format!("{how}: {line}")), None, record.restarts);
                back_off(&mut failures, &mut wanted).await;
            }
            () = sleep(pause) => {
                if !process.ready {
                    let namespace = spec.network_namespace.as_deref().map(launch::namespace_path);
                    let answer = readiness::check(&spec.ready, namespace.as_deref()).await;
                    process.ready = answer.is_ok();
                    match answer {
                        Ok(()) => inner.answers(&name, epoch, process, record.restarts),
                        Err(waits) => {
                            inner.set(&name, ProcessState::Starting, Some(waits), Some(process), record.restarts);
                        }
                    }
                }
            }
        }
    }
}

/// A record that cannot be written (a full disk) costs adoption after a crash of the supervisor, and
/// nothing else: the marks in the environment still tell whose the process is.
fn keep(inner: &Inner, record: &Record) {
    if let Err(error) = inner.records.save(record) {
        tracing::warn!(process = record.spec.name, %error, "cannot record");
    }
}

async fn back_off(failures: &mut u32, wanted: &mut watch::Receiver<Wanted>) {
    let pause = Duration::from_millis(250).saturating_mul(1 << (*failures).min(8)).min(LONGEST_BACKOFF);
    *failures += 1;
    tokio::select! {
        _ = wanted.changed() => wanted.mark_changed(),
        () = sleep(pause) => {}
    }
}
