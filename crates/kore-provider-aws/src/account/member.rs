//! The account itself. AWS takes no token with which a repeated request would be known, so that an account is looked for by
//! its address, and a request that is under way by the account's name, before another one is sent.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_organizations::types::{
    CreateAccountFailureReason as Reason, CreateAccountState, CreateAccountStatus, IamUserAccessToBilling,
};
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::Act,
};

use super::{Account, site::Site};
use crate::{
    error::{Refusal, if_there},
    permissions::Purpose,
};

/// The role that a new account has for its organisation. Kore does not take it.
const BOOTSTRAP: &str = "OrganizationAccountAccessRole";

/// How long until an account is asked for again that failed in passing.
const AGAIN: Duration = Duration::from_secs(30);

/// The account.
pub(super) struct Member {
    site: Arc<Site>,
    account: Arc<Account>,
    /// The request that was sent or found in this pass: a failure is told of once, and not begun again before.
    request: Mutex<Option<String>>,
}

impl Member {
    pub(super) fn new(site: Arc<Site>, account: Arc<Account>) -> Self {
        Self { site, account, request: Mutex::default() }
    }

    fn followed(&self) -> Option<String> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn follow(&self, request: Option<String>) {
        *self.request.lock().unwrap_or_else(PoisonError::into_inner) = request;
    }

    /// The request that is followed, or one for this account that is under way.
    async fn request(&self) -> Result<Option<CreateAccountStatus>, StepError> {
        let session = self.site.within(Purpose::Organization, &self.account.uid);
        let followed = self.followed();
        let read = async {
            let client = session.organizations().await?;
            if let Some(id) = followed {
                let asked = client.describe_create_account_status().create_account_request_id(id).send().await;
                let found = if_there(session.answer(asked))?;
                return Ok(found.and_then(|found| found.create_account_status));
            }
            let mut next = None;
            loop {
                let asked = client
                    .list_create_account_status()
                    .states(CreateAccountState::InProgress)
                    .set_next_token(next)
                    .send()
                    .await;
                let page = session.answer(asked)?;
                let mut requests = page.create_account_statuses.unwrap_or_default().into_iter();
                if let Some(found) = requests.find(|one| one.account_name() == Some(&self.account.name)) {
                    return Ok(Some(found));
                }
                next = page.next_token;
                if next.is_none() {
                    return Ok::<_, Refusal>(None);
                }
            }
        };
        let found = read.await.map_err(|refusal| refusal.step("look which accounts are being made"))?;
        if let Some(found) = &found {
            self.follow(found.id().map(str::to_owned));
        }
        Ok(found)
    }

    async fn create(&self) -> Result<(), StepError> {
        let account = &self.account;
        let tags = self.site.tags(&account.uid, &[("kore:team", &account.team)])?;
        let session = self.site.within(Purpose::Organization, &account.uid);
        let make = async {
            let asked = session
                .organizations()
                .await?
                .create_account()
                .email(&account.email)
                .account_name(&account.name)
                .role_name(BOOTSTRAP)
                .iam_user_access_to_billing(IamUserAccessToBilling::Deny)
                .set_tags(Some(tags))
                .send()
                .await;
            session.answer(asked)
        };
        let made = make.await.map_err(|refusal| refusal.step(format!("make the account {}", account.name)))?;
        self.follow(made.create_account_status.and_then(|status| status.id));
        Ok(())
    }

    fn failed(&self, reason: Option<&Reason>) -> StepError {
        let reason = reason.cloned().unwrap_or_else(|| Reason::from("without a reason"));
        let (code, class) = match reason {
            Reason::AccountLimitExceeded => (Code::CloudLimit, Class::Quota),
            Reason::ConcurrentAccountModification | Reason::InternalFailure => (Code::CloudFailed, Class::Retry(AGAIN)),
            Reason::EmailAlreadyExists => (Code::CloudForeign, Class::Conflict),
            Reason::InvalidAddress | Reason::InvalidEmail => (Code::CloudRefused, Class::Invalid),
            _ => (Code::CloudFailed, Class::Quota),
        };
        let what = format!("AWS did not make the account {} ({})", self.account.name, self.account.email);
        StepError::new(code, class, what).caused_by(reason.as_str().to_owned())
    }
}

#[async_trait]
impl Act for Member {
    async fn observe(&self) -> Result<Observed, StepError> {
        if self.site.find(&self.account).await?.is_some() {
            return Ok(Observed::Ready);
        }
        let under_way = self.request().await?;
        let is_under_way = under_way.is_some_and(|one| one.state() == Some(&CreateAccountState::InProgress));
        let reason = format!("account {} to be made", self.account.name);
        Ok(if is_under_way { Observed::Waiting { reason } } else { Observed::Absent })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        match self.request().await? {
            Some(request) if request.state() == Some(&CreateAccountState::Failed) => {
                // Told of; the next attempt is a new one.
                self.follow(None);
                return Err(self.failed(request.failure_reason()));
            }
            Some(_) => {}
            None => self.create().await?,
        }
        Ok(Progress::Waiting { reason: format!("account {} to be made", self.account.name) })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(number) = self.site.find(&self.account).await? else { return Ok(Progress::Applied) };
        let session = self.site.within(Purpose::Closing, &self.account.uid);
        let close = async {
            let client = session.organizations().await?;
            if_there(session.answer(client.close_account().account_id(&number).send().await))
        };
        close.await.map_err(|refusal| refusal.step(format!("close the account {number}")))?;
        self.site.forget().await;
        Ok(Progress::Applied)
    }
}
