//! Processes, by way of the supervisor.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    supervisor::{ProcessSpec, ProcessState, ProcessStatus},
};
use kore_domain::upgrade::Minor;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use kore_localkube::failure;

use crate::site::{Belongs, Site};

/// What a process should be at a Kubernetes version, as soon as that can be said.
pub(crate) type Build = dyn Fn(&Site, Minor) -> Result<Option<ProcessSpec>, StepError> + Send + Sync;

/// Which Kubernetes version a process is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// The one that runs, whatever else is wanted of it: upgrades have steps of their own.
    Kept(Belongs),
    /// The one that is wanted.
    Wanted,
    /// It is the same for all.
    Any,
}

/// A process.
pub(crate) struct Process {
    pub(crate) site: Arc<Site>,
    /// Its name in the supervisor's table.
    pub(crate) name: String,
    pub(crate) at: At,
    pub(crate) build: Box<Build>,
}

/// What a process should be.
enum Wanted {
    /// So, as soon as that can be said.
    As(Option<Box<ProcessSpec>>),
    /// Of a Kubernetes that is not here any more. Another build in its place would be an upgrade that nobody
    /// looked at.
    Missing(String),
}

impl Wanted {
    fn of(spec: Option<ProcessSpec>) -> Self {
        Self::As(spec.map(Box::new))
    }
}

impl Process {
    fn wanted(&self, running: Option<&ProcessStatus>) -> Result<Wanted, StepError> {
        let version = match self.at {
            At::Kept(of) => self.site.kept(of, running.map(|status| &status.spec))?,
            At::Wanted => self.site.version,
            At::Any => return (self.build)(&self.site, self.site.version).map(Wanted::of),
        };
        if self.site.builds.of(version).is_none() {
            let what = format!("there is no Kubernetes {version} here, only {}", self.site.builds.words());
            return Ok(Wanted::Missing(what));
        }
        (self.build)(&self.site, version).map(Wanted::of)
    }
}

#[async_trait]
impl Act for Process {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(status) = self.site.supervisor.observe(&self.name).await? else { return Ok(Observed::Absent) };
        match self.wanted(Some(&status))? {
            Wanted::As(Some(wanted)) if *wanted != status.spec => {
                let same = wanted.program == status.spec.program;
                let other = if same { "other arguments or files" } else { "another program" };
                return Ok(differs(vec![format!("process {} runs with {other}", self.name)]));
            }
            // It may be removed all the same.
            Wanted::Missing(what) => return Ok(differs(vec![what])),
            Wanted::As(_) => {}
        }
        Ok(match status.state {
            ProcessState::Ready => Observed::Ready,
            _ => {
                let what = status.message.unwrap_or_else(|| "ready".to_owned());
                Observed::Waiting { reason: format!("process {}: {what}", self.name) }
            }
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let running = self.site.supervisor.observe(&self.name).await?;
        let spec = match self.wanted(running.as_ref())? {
            Wanted::As(Some(spec)) => spec,
            Wanted::As(None) => {
                return Ok(Progress::Waiting { reason: format!("what process {} is made of", self.name) });
            }
            Wanted::Missing(what) => {
                return Err(StepError::new(Code::LocalToolMissing, Class::Retry(failure::SOON), what));
            }
        };
        self.site.supervisor.apply(*spec).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.site.supervisor.remove(&self.name).await?;
        Ok(Progress::Applied)
    }
}
