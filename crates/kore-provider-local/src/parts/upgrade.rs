//! The two ends of an upgrade: whether it may begin, which is on record before anything is touched, and
//! that it is over.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::upgrade::Preflight;
use kore_domain::upgrade::{Minor, Standing, judge};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
    upgrade::{let_go, lines},
};

use crate::{facts, site::Site};

/// Lets the upgrade begin once nothing speaks against it. What is on its way is not asked again.
pub(crate) struct Gate {
    pub(crate) site: Arc<Site>,
    pub(crate) from: Minor,
}

impl Gate {
    fn has_begun(&self) -> Result<bool, StepError> {
        Ok(self.site.layout()?.is_some_and(|layout| layout.kubernetes.newest() == self.site.version))
    }

    async fn preflight(&self) -> Preflight {
        let facts = facts::gather(&self.site).await;
        judge(self.from, self.site.version, &facts, self.site.now())
    }
}

#[async_trait]
impl Act for Gate {
    async fn observe(&self) -> Result<Observed, StepError> {
        if self.has_begun()? {
            return Ok(Observed::Ready);
        }
        Ok(differs(lines(&self.preflight().await)))
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let_go(&self.preflight().await)?;
        self.site.stand(Standing { at: self.from, to: Some(self.site.version) })?;
        Ok(Progress::Applied)
    }
}

/// Has it on record that all of the cluster is at the version wanted.
pub(crate) struct Arrival(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Arrival {
    async fn observe(&self) -> Result<Observed, StepError> {
        let standing = self.0.layout()?.map(|layout| layout.kubernetes);
        let there = standing == Some(Standing::at(self.0.version));
        Ok(if there { Observed::Ready } else { differs(vec![format!("not on record as {}", self.0.version)]) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.0.stand(Standing::at(self.0.version))?;
        Ok(Progress::Applied)
    }
}
