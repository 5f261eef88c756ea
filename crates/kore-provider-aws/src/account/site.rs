//! What all components of one organisation know.

use std::time::Duration;

use aws_sdk_organizations::types::{AccountStatus, Tag};
use kore_api::{
    cloud::{AccountGuardrails, AwsPartition},
    codes::Code,
};
use kore_engine::error::{Class, StepError};
use tokio::sync::Mutex;

use super::Account;
use crate::{
    cloud::{Cloud, Role, Session},
    error::{Refusal, if_there},
    permissions::{OWNER_TAG, PREFIX, Purpose, Trusted},
};

/// What making an account takes at most, and giving it its roles.
pub(super) const LONG: Duration = Duration::from_secs(20 * 60);
/// Key of the tag that the roles of the management account ask for.
const MANAGED_TAG: &str = "kore:managed";

/// An organisation, as Kore keeps it.
#[derive(Debug, Clone)]
pub struct Organization {
    /// The installation's name.
    pub installation: String,
    /// Uid of the CloudOrganization object.
    pub uid: String,
    /// Number of the management account, or of the delegated administrator.
    pub management: String,
    /// Region in which Kore asks for what has no region.
    pub home: String,
    /// Regions that clusters may be in.
    pub regions: Vec<String>,
    /// Id of the unit or root under which Kore makes its own.
    pub parent: String,
    /// Names of the units below Kore's own.
    pub units: Vec<String>,
    /// What no account of it may do: the guardrails on the unit.
    pub common: AccountGuardrails,
    /// What accounts may not do, each set once: each account is under its own.
    pub guardrails: Vec<AccountGuardrails>,
    /// Whether all that Kore keeps there is to go.
    pub is_going: bool,
    /// Whom Kore's roles in its accounts trust.
    pub trusted: Trusted,
}

#[derive(Debug)]
pub(super) struct Site {
    cloud: Cloud,
    pub(super) organization: Organization,
    /// The account that was found: each of an account's components asks for it, and to list them all takes long.
    found: Mutex<Option<String>>,
}

/// How ids of roots begin.
const ROOT: &str = "r-";

impl Site {
    pub(super) fn new(cloud: Cloud, organization: Organization) -> Self {
        Self { cloud, organization, found: Mutex::default() }
    }

    /// What the installation's things in the organisation are called.
    pub(super) fn name(&self) -> String {
        format!("{PREFIX}{}", self.organization.installation)
    }

    pub(super) fn key(&self, kind: &str, thing: &str) -> String {
        format!("organization-{kind}/{}/{thing}", self.organization.management)
    }

    /// The management account, in the role that is for this, for the work on one object.
    pub(super) fn within(&self, purpose: Purpose, object: &str) -> Session {
        self.cloud.within(Role {
            account: self.organization.management.clone(),
            region: self.organization.home.clone(),
            purpose,
            object: object.to_owned(),
        })
    }

    /// The session that the organisation itself is looked at and kept with.
    pub(super) fn session(&self) -> Session {
        self.within(Purpose::Organization, &self.organization.uid)
    }

    /// Where AWS has what is of the whole organisation, its quotas too (AWS General Reference, "AWS Organizations endpoints and
    /// quotas").
    pub(super) fn at_home(&self, object: &str) -> Session {
        let role = self.within(Purpose::Organization, object).role;
        let region = AwsPartition::of_region(&role.region).organizations().to_owned();
        self.cloud.within(Role { region, ..role })
    }

    /// Whose something is, as its tag has it.
    pub(super) fn owner(&self, uid: &str) -> String {
        format!("{}/{uid}", self.organization.installation)
    }

    pub(super) fn tags(&self, uid: &str, more: &[(&str, &str)]) -> Result<Vec<Tag>, StepError> {
        let owner = self.owner(uid);
        let all = [(MANAGED_TAG, "true"), (OWNER_TAG, owner.as_str())];
        let tags = all.iter().chain(more).map(|(key, value)| Tag::builder().key(*key).value(*value).build());
        tags.collect::<Result<_, _>>()
            .map_err(|error| StepError::new(Code::Internal, Class::Terminal, error.to_string()))
    }

    /// Whose a thing of the organisation is, as its tag has it; none where it has no such tag.
    pub(super) async fn owner_of(&self, id: &str, object: &str) -> Result<Option<String>, StepError> {
        let session = self.within(Purpose::Organization, object);
        let read = async {
            let asked = session.organizations().await?.list_tags_for_resource().resource_id(id).send().await;
            session.answer(asked)
        };
        let tags = read.await.map_err(|refusal| refusal.step(format!("look whose {id} is")))?;
        let owner = tags.tags().iter().find(|tag| tag.key() == OWNER_TAG);
        Ok(owner.map(|tag| tag.value().to_owned()))
    }

    /// An error where a thing of the organisation does not carry this owner's tag.
    pub(super) async fn ours(&self, what: &str, id: &str, uid: &str) -> Result<(), StepError> {
        if self.owner_of(id, &self.organization.uid).await? == Some(self.owner(uid)) {
            return Ok(());
        }
        Err(StepError::new(Code::CloudForeign, Class::Conflict, format!("{what} is not this installation's")))
    }

    /// Id of what an account is in.
    pub(super) async fn parent_of(&self, number: &str, object: &str) -> Result<Option<String>, StepError> {
        let session = self.within(Purpose::Organization, object);
        let read = async {
            let client = session.organizations().await?;
            session.answer(client.list_parents().child_id(number).send().await)
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look where the account {number} is")))?;
        Ok(found.parents.unwrap_or_default().into_iter().next().and_then(|parent| parent.id))
    }

    /// An error where an account is in somebody else's unit: nobody else's loses one, whatever it is marked with.
    pub(super) async fn may_take(&self, number: &str, from: &str, object: &str) -> Result<(), StepError> {
        let is_ours = async || {
            let owner = self.owner_of(from, object).await?;
            Ok::<_, StepError>(owner == Some(self.owner(&self.organization.uid)))
        };
        if from.starts_with(ROOT) || is_ours().await? {
            return Ok(());
        }
        let what = format!("the account {number} is in unit {from}, which is not Kore's");
        let fix = format!("move it to the root, or into the unit {}, by hand", self.name());
        Err(StepError::new(Code::CloudForeign, Class::Conflict, what).caused_by(fix))
    }

    /// Id of a unit by its name below another one.
    pub(super) async fn unit_below(&self, parent: &str, name: &str) -> Result<Option<String>, StepError> {
        let session = self.session();
        let read = async {
            let client = session.organizations().await?;
            let mut next = None;
            loop {
                let asked =
                    client.list_organizational_units_for_parent().parent_id(parent).set_next_token(next).send().await;
                let Some(page) = if_there(session.answer(asked))? else { return Ok(None) };
                let found = page.organizational_units().iter().find(|unit| unit.name() == Some(name));
                if let Some(id) = found.and_then(|unit| unit.id()) {
                    return Ok(Some(id.to_owned()));
                }
                next = page.next_token;
                if next.is_none() {
                    return Ok::<_, Refusal>(None);
                }
            }
        };
        read.await.map_err(|refusal| refusal.step("look which units there are"))
    }

    /// Id of the installation's unit, or of one below it.
    pub(super) async fn unit(&self, below: Option<&str>) -> Result<Option<String>, StepError> {
        let own = self.unit_below(&self.organization.parent, &self.name()).await?;
        match (own, below) {
            (Some(own), Some(name)) => self.unit_below(&own, name).await,
            (own, _) => Ok(own),
        }
    }

    /// Forgets which account was found, as it is not there any more.
    pub(super) async fn forget(&self) {
        *self.found.lock().await = None;
    }

    /// The number of the account with this address, or of the one that was there before; one that is not ours is an error.
    /// What was found once stays found for this site, which lasts for one pass; whoever asks at the same time waits for it.
    pub(super) async fn find(&self, account: &Account) -> Result<Option<String>, StepError> {
        let mut found = self.found.lock().await;
        if found.is_none() {
            *found = self.look(account).await?;
        }
        Ok(found.clone())
    }

    async fn look(&self, account: &Account) -> Result<Option<String>, StepError> {
        if let Some(number) = &account.number {
            let owner = self.owner_of(number, &account.uid).await?;
            return Ok(owner.filter(|owner| *owner == self.owner(&account.uid)).map(|_| number.clone()));
        }
        let session = self.within(Purpose::Organization, &account.uid);
        let read = async {
            let client = session.organizations().await?;
            let mut next = None;
            loop {
                let page = session.answer(client.list_accounts().set_next_token(next).send().await)?;
                let is_it = |email: Option<&str>| email.is_some_and(|email| email.eq_ignore_ascii_case(&account.email));
                // One that was closed is still listed, for 90 days (Account Management Guide, "Close an account").
                let is_open = |status: Option<&AccountStatus>| status == Some(&AccountStatus::Active);
                let found = page.accounts().iter().find(|one| is_it(one.email()) && is_open(one.status()));
                if let Some(id) = found.and_then(|one| one.id()) {
                    return Ok(Some(id.to_owned()));
                }
                next = page.next_token;
                if next.is_none() {
                    return Ok::<_, Refusal>(None);
                }
            }
        };
        let found = read.await.map_err(|refusal| refusal.step("look which accounts there are"))?;
        if let Some(id) = &found {
            self.ours(&format!("the account {id}, which has the address {},", account.email), id, &account.uid).await?;
        }
        Ok(found)
    }
}
