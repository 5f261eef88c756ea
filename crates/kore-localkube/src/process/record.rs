//! What is kept of a process on disk, so that a supervisor that was started again knows its own.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kore_api::supervisor::ProcessSpec;
use kore_engine::error::StepError;
use serde::{Deserialize, Serialize};

use crate::{failure, files, host::proc};

/// A process that should run and, where it was started, which one it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) spec: ProcessSpec,
    #[serde(default)]
    pub(super) running: Option<Running>,
    #[serde(default)]
    pub(super) restarts: u32,
}

/// Tells one process from every other, also from a later one of the same id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Running {
    pub(super) pid: i32,
    pub(super) start_ticks: u64,
    pub(super) boot: String,
    pub(super) started_at: Timestamp,
    /// The spec it was started from.
    pub(super) spec: ProcessSpec,
    /// Identity of the namespace it was started in.
    #[serde(default)]
    pub(super) namespace: Option<u64>,
}

impl Running {
    /// Whether it is still there: same boot, same id, same start.
    pub(super) fn alive(&self, boot: &str) -> bool {
        self.boot == boot && proc::runs(self.pid, self.start_ticks)
    }
}

/// Where records lie: a file per process, its name a path below the directory.
#[derive(Debug, Clone)]
pub(super) struct Records {
    pub(super) directory: PathBuf,
}

impl Records {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.json"))
    }

    pub(super) fn save(&self, record: &Record) -> Result<(), StepError> {
        let text = serde_json::to_vec_pretty(record).map_err(|error| failure::internal(error.to_string()))?;
        files::write(&self.path(&record.spec.name), &text).map(drop)
    }

    pub(super) fn forget(&self, name: &str) -> Result<(), StepError> {
        files::remove(&self.path(name))?;
        // Its group's directory goes with the last process in it.
        if let Some(parent) = self.path(name).parent().filter(|&parent| parent != self.directory) {
            let _ = std::fs::remove_dir(parent);
        }
        Ok(())
    }

    /// Every record; one that cannot be read is an error, since a process may hang on it.
    pub(super) fn load(&self) -> Result<Vec<Record>, StepError> {
        let mut found = Vec::new();
        collect(&self.directory, &mut found)?;
        Ok(found)
    }
}

fn collect(directory: &Path, found: &mut Vec<Record>) -> Result<(), StepError> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let text = files::read(&path)?.unwrap_or_default();
            let record = serde_json::from_str(&text)
                .map_err(|error| failure::damaged(format!("{} cannot be read", path.display())).caused_by(error))?;
            found.push(record);
        }
    }
    Ok(())
}
