//! Talking to the supervisor over its socket.

use std::path::{Path, PathBuf};

use kore_api::{
    codes::Code,
    operation::Failure,
    supervisor::{ProcessSpec, ProcessStatus, Reply, Request},
};
use kore_engine::error::{Class, StepError};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};

use crate::failure;

/// The supervisor of one installation.
#[derive(Debug, Clone)]
pub struct Supervisor {
    socket: PathBuf,
}

impl Supervisor {
    /// The supervisor that listens on this socket.
    #[must_use]
    pub fn new(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Sends a request and hears every reply; the last one is returned.
    ///
    /// # Errors
    /// `KORE-LOCAL-0009` when nobody answers; the supervisor's own failure, with its code.
    pub async fn call(&self, request: &Request, mut hear: impl FnMut(&Reply)) -> Result<Reply, StepError> {
        let gone = |error: std::io::Error| {
            let what = format!("the supervisor does not answer on {}", self.socket.display());
            StepError::new(Code::LocalNotRunning, Class::Retry(failure::SOON), what).caused_by(error)
        };
        let mut stream = UnixStream::connect(&self.socket).await.map_err(gone)?;
        let mut line = serde_json::to_string(request).map_err(|error| failure::internal(error.to_string()))?;
        line.push('\n');
        stream.write_all(line.as_bytes()).await.map_err(gone)?;
        let mut lines = BufReader::new(stream).lines();
        loop {
            let Some(line) = lines.next_line().await.map_err(gone)? else {
                return Err(gone(std::io::ErrorKind::UnexpectedEof.into()));
            };
            let reply: Reply = serde_json::from_str(&line)
                .map_err(|error| failure::internal("the supervisor speaks another version").caused_by(error))?;
            hear(&reply);
            match reply {
                Reply::Step { .. } => {}
                Reply::Failed { failure } => return Err(from_failure(failure)),
                last => return Ok(last),
            }
        }
    }

    /// Makes a process be as given.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn apply(&self, process: ProcessSpec) -> Result<ProcessStatus, StepError> {
        match self.call(&Request::Apply { process: Box::new(process) }, |_| {}).await? {
            Reply::Process { process } => Ok(*process),
            other => Err(unexpected(&other)),
        }
    }

    /// Looks at a process.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn observe(&self, name: &str) -> Result<Option<ProcessStatus>, StepError> {
        match self.call(&Request::Observe { name: name.to_owned() }, |_| {}).await? {
            Reply::Process { process } => Ok(Some(*process)),
            Reply::Absent => Ok(None),
            other => Err(unexpected(&other)),
        }
    }

    /// Ends a process with everything in its group and cgroup, and forgets it.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn remove(&self, name: &str) -> Result<(), StepError> {
        self.call(&Request::Remove { name: name.to_owned() }, |_| {}).await.map(drop)
    }

    /// All processes.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn list(&self) -> Result<Vec<ProcessStatus>, StepError> {
        match self.call(&Request::List, |_| {}).await? {
            Reply::Processes { processes } => Ok(processes),
            other => Err(unexpected(&other)),
        }
    }
}

fn unexpected(reply: &Reply) -> StepError {
    failure::internal(format!("unexpected reply of the supervisor: {reply:?}"))
}

fn from_failure(failure: Failure) -> StepError {
    let code = Code::find(&failure.code).unwrap_or(Code::Internal);
    let class = if failure.retryable { Class::Retry(failure::SOON) } else { Class::Terminal };
    let error = StepError::new(code, class, failure.message);
    match failure.cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}
