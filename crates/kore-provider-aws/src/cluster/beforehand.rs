//! What is asked before the first thing of a cluster is made, and never again: whether something lacks for it.

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{site::Site, stack};

/// A question that nothing is made before.
#[async_trait]
pub(super) trait Question: Send + Sync {
    /// Of which cluster.
    fn site(&self) -> &Site;

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
        // What is being made, or was, had everything.
        if stack::find(self.0.site()).await?.is_some() {
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
