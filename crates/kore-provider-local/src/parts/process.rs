//! Processes, by way of the supervisor.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::supervisor::{ProcessSpec, ProcessState};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
};

use crate::{
    part::{Act, differs},
    site::Site,
};

/// What a process should be, as soon as that can be said.
pub(crate) type Build = dyn Fn(&Site) -> Result<Option<ProcessSpec>, StepError> + Send + Sync;

/// A process.
pub(crate) struct Process {
    pub(crate) site: Arc<Site>,
    /// Its name in the supervisor's table.
    pub(crate) name: String,
    pub(crate) build: Box<Build>,
}

#[async_trait]
impl Act for Process {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(status) = self.site.supervisor.observe(&self.name).await? else { return Ok(Observed::Absent) };
        if (self.build)(&self.site)?.is_some_and(|wanted| wanted != status.spec) {
            return Ok(differs(vec![format!("process {} runs with other arguments or files", self.name)]));
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
        let Some(spec) = (self.build)(&self.site)? else {
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
