//! The installation's organizational unit, and those below it.

use std::sync::Arc;

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::Act,
};

use super::site::Site;
use crate::error::{Meaning, settled};

/// A unit: the installation's own, or the one of a name below it.
pub(super) struct Unit {
    pub(super) site: Arc<Site>,
    pub(super) name: Option<String>,
}

impl Unit {
    async fn find(&self) -> Result<Option<String>, StepError> {
        let found = self.site.unit(self.name.as_deref()).await?;
        if let Some(id) = &found {
            self.site.ours(&format!("the unit {id}"), id, &self.site.organization.uid).await?;
        }
        Ok(found)
    }
}

#[async_trait]
impl Act for Unit {
    async fn observe(&self) -> Result<Observed, StepError> {
        Ok(if self.find().await?.is_some() { Observed::Ready } else { Observed::Absent })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let site = &self.site;
        let (parent, name) = match &self.name {
            None => (site.organization.parent.clone(), site.name()),
            Some(name) => match site.unit(None).await? {
                Some(own) => (own, name.clone()),
                None => return Ok(Progress::Waiting { reason: "the installation's unit".to_owned() }),
            },
        };
        let tags = site.tags(&site.organization.uid, &[])?;
        let session = site.session();
        let make = async {
            let client = session.organizations().await?;
            let asked =
                client.create_organizational_unit().parent_id(parent).name(&name).set_tags(Some(tags)).send().await;
            session.answer(asked)
        };
        match make.await {
            // An answer that was lost: what is there is looked at next.
            Err(refusal) if refusal.meaning == Meaning::Exists => Ok(Progress::Applied),
            other => other.map(|_| Progress::Applied).map_err(|refusal| refusal.step(format!("make the unit {name}"))),
        }
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(id) = self.find().await? else { return Ok(Progress::Applied) };
        let session = self.site.session();
        let remove = async {
            let client = session.organizations().await?;
            session.answer(client.delete_organizational_unit().organizational_unit_id(&id).send().await).map(drop)
        };
        match settled(remove.await) {
            Err(refusal) if refusal.meaning == Meaning::Dependency => Ok(Progress::Waiting {
                reason: format!("the accounts of unit {id} to be moved elsewhere, in AWS Organizations"),
            }),
            other => other.map(|()| Progress::Applied).map_err(|refusal| refusal.step(format!("remove the unit {id}"))),
        }
    }
}
