//! Whether an organisation may have one more account, looked at before one is asked for.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

use super::{Account, site::Site};
use crate::{
    beforehand::Question,
    error::Refusal,
    quota::{self, ACCOUNTS, Need},
};

/// Room for an account that is not there yet.
pub(super) struct Room {
    pub(super) site: Arc<Site>,
    pub(super) account: Arc<Account>,
}

impl Room {
    /// Every account of the organisation; one that was closed counts as long as it is listed (Account Management Guide, "Close
    /// an account").
    async fn used(&self) -> Result<usize, Refusal> {
        let session = self.site.at_home(&self.account.uid);
        let mut pages = session.organizations().await?.list_accounts().into_paginator().send();
        let mut used = 0;
        while let Some(page) = pages.next().await {
            used += session.answer(page)?.accounts().len();
        }
        Ok(used)
    }
}

#[async_trait]
impl Question for Room {
    async fn is_open(&self) -> Result<bool, StepError> {
        Ok(self.site.find(&self.account).await?.is_none())
    }

    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let look = |what: &'static str| move |refusal: Refusal| refusal.step(format!("look {what}"));
        let used = self.used().await.map_err(look("which accounts there are"))?;
        let limit = quota::limit(&self.site.at_home(&self.account.uid), ACCOUNTS).await;
        let limit = limit.map_err(look("how many accounts the organisation may have"))?;
        Ok(limit.and_then(|limit| Need { quota: ACCOUNTS, used, more: 1 }.lack(limit)).into_iter().collect())
    }

    fn refused(&self, lacks: &str) -> StepError {
        let what = format!("the organisation has no room for the account {}: {lacks}", self.account.name);
        StepError::new(Code::CloudLimit, Class::Quota, what)
    }
}
