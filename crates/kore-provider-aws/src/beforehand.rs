//! What is asked before something is made: whether something lacks for it.

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

/// A question that has an answer before anything is made.
#[async_trait]
pub(crate) trait Question: Send + Sync {
    /// Whether there is something to ask. What is being made, or was, had everything.
    async fn is_open(&self) -> Result<bool, StepError>;

    /// What lacks, each in a sentence.
    async fn lacks(&self) -> Result<Vec<String>, StepError>;

    /// What keeps it from being made.
    fn refused(&self, lacks: &str) -> StepError;
}

/// A question as a step.
pub(crate) struct Beforehand<Q>(pub(crate) Q);

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
