//! What `kored local`, the supervisor, and its callers say to each other over its Unix socket:
//! one JSON request on a line, then one or more JSON replies on lines.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    cloud::Cloud,
    operation::{Failure, Step},
};

/// What a caller asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "do")]
pub enum Request {
    /// Bring the platform up; answers with [`Reply::Step`] lines, then [`Reply::Platform`] or [`Reply::Failed`].
    Up,
    /// What runs; answers [`Reply::Platform`].
    Status,
    /// Stop everything in reverse order, keep data; answers steps, then [`Reply::Done`], then exits.
    Down,
    /// As `Down`, and remove everything of the installation from this machine, its data too.
    Purge,
    /// Make a process be as given; started again if it changed. Answers [`Reply::Process`].
    Apply {
        /// What should run.
        process: Box<ProcessSpec>,
    },
    /// Look at a process; answers [`Reply::Process`] or [`Reply::Absent`].
    Observe {
        /// Which.
        name: String,
    },
    /// Stop a process and forget it; answers [`Reply::Done`] once it and its children are gone.
    Remove {
        /// Which.
        name: String,
    },
    /// Stop and start a process (its spec unchanged); answers [`Reply::Process`].
    Restart {
        /// Which.
        name: String,
    },
    /// All processes; answers [`Reply::Processes`].
    List,
}

/// What the supervisor answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Reply {
    /// A step of `Up` or `Down` began, waits or ended.
    Step {
        /// The step.
        step: Step,
    },
    /// The platform as it runs.
    Platform {
        /// Where to reach it.
        platform: Box<Platform>,
    },
    /// A process as it runs.
    Process {
        /// Its state.
        process: Box<ProcessStatus>,
    },
    /// All processes.
    Processes {
        /// Their states.
        processes: Vec<ProcessStatus>,
    },
    /// There is no such process.
    Absent,
    /// Done.
    Done,
    /// Not done, and why.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// Where to reach a local platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// The installation's name.
    pub installation: String,
    /// Console and API, as `http://127.0.0.1:8420`.
    pub url: String,
    /// Gateway, as `https://127.0.0.1:8421`.
    pub gateway: String,
    /// Unix socket of the server's administration routes.
    pub admin_socket: PathBuf,
    /// Version of the management cluster.
    pub kubernetes_version: String,
    /// Whether clusters can have nodes here, and why (not).
    pub workloads: bool,
    /// The reason in a sentence.
    pub workloads_reason: String,
    /// The clouds that are rehearsed here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rehearsal: Vec<Cloud>,
    /// The clouds in which it acts by an access key: an installation for evaluation alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluation: Vec<Cloud>,
}

/// A process that should run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessSpec {
    /// Unique in the installation, as `payments.dev/kube-apiserver`.
    pub name: String,
    /// Program, absolute.
    pub program: PathBuf,
    /// Arguments. Never secrets: everybody on the machine can read them.
    pub args: Vec<String>,
    /// Environment; nothing is inherited but `PATH`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Name of the network namespace it runs in; it waits until that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_namespace: Option<String>,
    /// Cgroup it runs in, as `/kore/1f2e/…`; stopping it for good ends whatever else lives there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<String>,
    /// Other processes that must be ready first.
    #[serde(default)]
    pub after: Vec<String>,
    /// When it counts as ready.
    #[serde(default)]
    pub ready: Readiness,
    /// Digest of the files it reads at start; a change starts it again.
    #[serde(default)]
    pub inputs_digest: String,
    /// Seconds between SIGTERM and SIGKILL.
    #[serde(default = "default_grace")]
    pub grace_seconds: u32,
}

fn default_grace() -> u32 {
    10
}

impl ProcessSpec {
    /// A process that counts as ready when it runs and depends on nothing.
    #[must_use]
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>, args: Vec<String>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            args,
            env: BTreeMap::new(),
            network_namespace: None,
            cgroup: None,
            after: Vec::new(),
            ready: Readiness::Started,
            inputs_digest: String::new(),
            grace_seconds: default_grace(),
        }
    }
}

/// When a process counts as ready.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "by")]
pub enum Readiness {
    /// As soon as it runs.
    #[default]
    Started,
    /// When this HTTPS address answers 200 (CA and client certificate from files).
    Https {
        /// The address.
        url: String,
        /// PEM file with the CA.
        ca: PathBuf,
        /// PEM file with the client certificate and key, where one is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<PathBuf>,
    },
    /// When this loopback HTTP address answers 200, inside its network namespace.
    Http {
        /// The address.
        url: String,
    },
    /// When this Unix socket accepts a connection.
    Socket {
        /// The socket.
        path: PathBuf,
    },
}

/// A process as it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessStatus {
    /// What should run.
    pub spec: ProcessSpec,
    /// Where it stands.
    pub state: ProcessState,
    /// Its pid while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<i32>,
    /// How often it was started again after it ended by itself.
    pub restarts: u32,
    /// What it waits for, or how it ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was started last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Its log file.
    pub log: PathBuf,
}

/// Where a process stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProcessState {
    /// Waits for a namespace or for another process.
    Waiting,
    /// Runs, not ready yet.
    Starting,
    /// Runs and is ready.
    Ready,
    /// Ended by itself; will be started again.
    BackingOff,
}
