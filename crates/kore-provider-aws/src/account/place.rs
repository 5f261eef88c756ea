//! In which unit the account is. AWS makes it at the root; it is moved once the guardrails are on the unit.

use std::sync::Arc;

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{Account, site::Site};
use crate::{error::settled, permissions::Purpose};

/// The account's place.
pub(super) struct Place {
    pub(super) site: Arc<Site>,
    pub(super) account: Arc<Account>,
}

/// Where an account is, and where it belongs.
struct Way {
    number: String,
    from: String,
    to: String,
}

impl Place {
    async fn way(&self) -> Result<Option<Way>, StepError> {
        let site = &self.site;
        let Some(number) = site.find(&self.account).await? else { return Ok(None) };
        let Some(to) = site.unit(self.account.unit.as_deref()).await? else { return Ok(None) };
        let parent = site.parent_of(&number, &self.account.uid).await?;
        Ok(parent.map(|from| Way { number, from, to }))
    }
}

#[async_trait]
impl Act for Place {
    async fn observe(&self) -> Result<Observed, StepError> {
        Ok(match self.way().await? {
            None => Observed::Absent,
            Some(Way { from, to, .. }) if from == to => Observed::Ready,
            Some(Way { from, to, .. }) => differs(vec![format!("unit: {from} → {to}")]),
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(Way { number, from, to }) = self.way().await? else {
            return Ok(Progress::Waiting { reason: "the account and its unit".to_owned() });
        };
        if from == to {
            return Ok(Progress::Applied);
        }
        self.site.may_take(&number, &from, &self.account.uid).await?;
        let session = self.site.within(Purpose::Organization, &self.account.uid);
        let go = async {
            let client = session.organizations().await?;
            let asked =
                client.move_account().account_id(&number).source_parent_id(from).destination_parent_id(to).send().await;
            session.answer(asked).map(drop)
        };
        settled(go.await).map_err(|refusal| refusal.step(format!("move the account {number} into its unit")))?;
        Ok(Progress::Applied)
    }
}
