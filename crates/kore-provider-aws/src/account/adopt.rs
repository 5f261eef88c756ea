//! An account that was there before: it gets Kore's mark, by which Kore may move it, and nothing in it is touched.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_organizations::types::AccountStatus;
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::Act,
};

use super::{Account, site::Site};
use crate::{error::if_there, permissions::Purpose};

/// The mark.
pub(super) struct Adopt {
    pub(super) site: Arc<Site>,
    pub(super) account: Arc<Account>,
    pub(super) number: String,
}

impl Adopt {
    /// An error where the organisation has no such account, or one that is being closed.
    async fn is_there(&self) -> Result<(), StepError> {
        let number = &self.number;
        let session = self.site.within(Purpose::Organization, &self.account.uid);
        let read = async {
            let client = session.organizations().await?;
            if_there(session.answer(client.describe_account().account_id(number).send().await))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look at the account {number}")))?;
        let refused = |what: String| Err(StepError::new(Code::CloudRefused, Class::Invalid, what));
        match found.and_then(|found| found.account) {
            None => refused(format!("the organisation has no account {number}")),
            Some(account) if account.status() != Some(&AccountStatus::Active) => {
                refused(format!("the account {number} is being closed"))
            }
            Some(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Act for Adopt {
    async fn observe(&self) -> Result<Observed, StepError> {
        self.is_there().await?;
        let installation = &self.site.organization.installation;
        match self.site.owner_of(&self.number, &self.account.uid).await? {
            None => Ok(Observed::Absent),
            Some(owner) if owner == self.site.owner(&self.account.uid) => Ok(Observed::Ready),
            // It was let go: no two objects are about one account.
            Some(owner) if owner.split_once('/').is_some_and(|(of, _)| of == installation) => Ok(Observed::Absent),
            Some(owner) => {
                let what = format!("the account {} is somebody else's already: {owner}", self.number);
                Err(StepError::new(Code::CloudForeign, Class::Conflict, what))
            }
        }
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        // Before anything is put on it.
        if let Some(parent) = self.site.parent_of(&self.number, &self.account.uid).await? {
            self.site.may_take(&self.number, &parent, &self.account.uid).await?;
        }
        let tags = self.site.tags(&self.account.uid, &[])?;
        let session = self.site.within(Purpose::Organization, &self.account.uid);
        let mark = async {
            let client = session.organizations().await?;
            session.answer(client.tag_resource().resource_id(&self.number).set_tags(Some(tags)).send().await)
        };
        mark.await.map_err(|refusal| refusal.step(format!("mark the account {}", self.number)))?;
        Ok(Progress::Applied)
    }
}
