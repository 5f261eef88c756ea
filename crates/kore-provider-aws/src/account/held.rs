//! That an account is under the guardrails of its own rule: their policy is on the account itself, before it is moved into
//! the unit and wherever somebody moves it.

use std::sync::Arc;

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{Account, policy, site::Site};
use crate::{cloud::Session, permissions::Purpose};

/// The account's guardrails.
pub(super) struct Held {
    pub(super) site: Arc<Site>,
    pub(super) account: Arc<Account>,
}

/// What is on an account, of what Kore put there.
struct Found {
    number: String,
    /// Whether it is under what it is to be under.
    is_held: bool,
    /// Policies of this installation that it is not to be under.
    others: Vec<String>,
}

impl Held {
    /// The policy that it is to be under; none, where nothing is held back.
    fn wanted(&self) -> Option<String> {
        policy::is_any(&self.account.guardrails).then(|| policy::name(&self.site, &self.account.guardrails))
    }

    fn session(&self) -> Session {
        self.site.within(Purpose::Organization, &self.account.uid)
    }

    async fn found(&self) -> Result<Option<Found>, StepError> {
        let Some(number) = self.site.find(&self.account).await? else { return Ok(None) };
        let (wanted, prefix) = (self.wanted(), policy::prefix(&self.site));
        let mut found = Found { number, is_held: wanted.is_none(), others: Vec::new() };
        for (id, name) in policy::on(&self.session(), &found.number).await? {
            if Some(&name) == wanted.as_ref() {
                found.is_held = true;
            } else if name.starts_with(&prefix) {
                found.others.push(id);
            }
        }
        Ok(Some(found))
    }
}

#[async_trait]
impl Act for Held {
    async fn observe(&self) -> Result<Observed, StepError> {
        Ok(match self.found().await? {
            None => Observed::Absent,
            Some(Found { is_held: true, others, .. }) if others.is_empty() => Observed::Ready,
            Some(Found { is_held: false, others, .. }) if others.is_empty() => Observed::Absent,
            Some(_) => differs(vec!["which guardrails are on the account".to_owned()]),
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(Found { number, is_held, others }) = self.found().await? else {
            return Ok(Progress::Waiting { reason: "the account".to_owned() });
        };
        // At no time it is under none.
        if let Some(name) = self.wanted().filter(|_| !is_held) {
            let Some(id) = policy::find(&self.site, &name).await? else {
                return Ok(Progress::Waiting { reason: format!("the guardrails {name}") });
            };
            policy::attach(&self.session(), &id, &number).await?;
        }
        for id in others {
            policy::detach(&self.session(), &id, &number).await?;
        }
        Ok(Progress::Applied)
    }
}
