//! What is asked before something of a cluster is made: whether something lacks for it.

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{site::Site, stack};

/// A question that has an answer before anything is made.
#[async_trait]
pub(super) trait Question: Send + Sync {
    /// Of which cluster.
    fn site(&self) -> &Site;

    /// Whether there is something to ask. What is being made, or was, had everything.
    async fn is_open(&self) -> Result<bool, StepError> {
        Ok(stack::find(self.site()).await?.is_none())
    }

    /// What the answer depends on: for the same that nothing lacked is believed for a while.
    fn depends_on(&self) -> String {
        self.site().wanted.clone()
    }

    /// What lacks, each in a sentence.
    async fn lacks(&self) -> Result<Vec<String>, StepError>;

    /// What keeps the cluster from being made.
    fn refused(&self, lacks: &str) -> StepError;
}

/// A question as a step.
pub(super) struct Beforehand<Q>(pub(super) Q);

#[async_trait]
impl<Q: Question> Act for Beforehand<Q> {
    async fn observe(&self) -> Result<Observed, StepError> {
        if !self.0.is_open().await? {
            return Ok(Observed::Ready);
        }
        let lacks = self.0.lacks().await?;
        Ok(if lacks.is_empty() { Observed::Ready } else { differs(lacks) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let lacks = self.0.lacks().await?;
        if lacks.is_empty() { Ok(Progress::Applied) } else { Err(self.0.refused(&lacks.join("; "))) }
    }
}
