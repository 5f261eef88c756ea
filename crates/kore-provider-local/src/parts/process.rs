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
};
use kore_localkube::failure;

use crate::{
    part::{Act, differs},
    site::{Belongs, Site},
};

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

impl Process {
    fn wanted(&self, running: Option<&ProcessStatus>) -> Result<Option<ProcessSpec>, StepError> {
        let version = match self.at {
            At::Kept(of) => self.site.kept(of, running.map(|status| &status.spec))?,
            At::Wanted => self.site.version,
            At::Any => return (self.build)(&self.site, self.site.version),
        };
        // Another build in its place would be an upgrade that nobody looked at.
        if self.site.builds.of(version).is_none() {
            let what = format!("there is no Kubernetes {version} here, only {}", self.site.builds.words());
            return Err(StepError::new(Code::LocalToolMissing, Class::Retry(failure::SOON), what));
        }
        (self.build)(&self.site, version)
    }
}

#[async_trait]
impl Act for Process {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(status) = self.site.supervisor.observe(&self.name).await? else { return Ok(Observed::Absent) };
        if let Some(wanted) = self.wanted(Some(&status))?.filter(|wanted| *wanted != status.spec) {
            let other =
                if wanted.program == status.spec.program { "other arguments or files" } else { "another program" };
            return Ok(differs(vec![format!("process {} runs with {other}", self.name)]));
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
        let Some(spec) = self.wanted(running.as_ref())? else {
            return Ok(Progress::Waiting { reason: format!("what process {} is made of", self.name) });
        };
        self.site.supervisor.apply(spec).await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.site.supervisor.remove(&self.name).await?;
        Ok(Progress::Applied)
    }
}
