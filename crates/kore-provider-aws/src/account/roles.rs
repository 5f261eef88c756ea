//! Kore's roles in every account of the unit, by a stack set that AWS keeps: nobody has to be an administrator of a new
//! account for it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_cloudformation::types::{
    AccountFilterType, AutoDeployment, Capability, DeploymentTargets, Parameter, PermissionModels,
    StackInstanceDetailedStatus as Detailed, StackInstanceStatus, StackInstanceSummary, StackSet, Tag,
};
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use sha2::{Digest, Sha256};

use super::{Account, site::Site};
use crate::{
    error::{Meaning, Refusal, if_there, settled},
    permissions::{OWNER_TAG, Place, Purpose, Target, Trusted, template},
};

/// How long until a look at what AWS was asked for once more.
const AGAIN: Duration = Duration::from_secs(30);

/// Tag with the digest of what the stack set was made of.
const DIGEST_TAG: &str = "kore:template";

/// The stack set, and that the unit has it.
pub(super) struct Roles(pub(super) Arc<Site>);

impl Roles {
    fn template(&self) -> (String, String) {
        let organization = &self.0.organization;
        let target = Target { place: Place::Account, trusted: &organization.trusted };
        let template = template(&target).to_string();
        let digest = hex::encode(Sha256::digest(format!("{template}{:?}", organization.regions)));
        let digest = digest.get(..16).unwrap_or_default().to_owned();
        (template, digest)
    }

    /// What the template asks for.
    fn parameters(&self) -> Option<Vec<Parameter>> {
        let organization = &self.0.organization;
        let one = |key: &str, value: &str| Parameter::builder().parameter_key(key).parameter_value(value).build();
        let mut all = vec![one("Regions", &organization.regions.join(","))];
        if organization.trusted == Trusted::AccessKey {
            all.push(one("ManagementAccount", &organization.management));
        }
        Some(all)
    }

    fn tags(&self, digest: &str) -> Vec<Tag> {
        let owner = self.0.owner(&self.0.organization.uid);
        let tags = [(OWNER_TAG, owner.as_str()), (DIGEST_TAG, digest)];
        tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    /// The stack set; one that is not ours is an error.
    async fn find(&self) -> Result<Option<StackSet>, StepError> {
        let site = &self.0;
        let session = site.within(Purpose::StackSet, &site.organization.uid);
        let read = async {
            let client = session.cloudformation().await?;
            if_there(session.answer(client.describe_stack_set().stack_set_name(site.name()).send().await))
        };
        let found = read.await.map_err(|refusal| refusal.step("look at the stack set of roles"))?;
        let Some(set) = found.and_then(|found| found.stack_set) else { return Ok(None) };
        if tag(&set, OWNER_TAG) != Some(site.owner(&site.organization.uid).as_str()) {
            let what = format!("the stack set {} is not this installation's", site.name());
            return Err(StepError::new(Code::CloudForeign, Class::Conflict, what));
        }
        Ok(Some(set))
    }

    /// Whether it is made of what it should be.
    fn is_as_wanted(&self, set: &StackSet) -> bool {
        tag(set, DIGEST_TAG) == Some(self.template().1.as_str())
    }

    async fn write(&self, is_there: bool) -> Result<(), StepError> {
        let site = &self.0;
        let (template, digest) = self.template();
        let deployment = AutoDeployment::builder().enabled(true).retain_stacks_on_account_removal(false).build();
        let session = site.within(Purpose::StackSet, &site.organization.uid);
        let write = async {
            let client = session.cloudformation().await?;
            if is_there {
                let asked = client
                    .update_stack_set()
                    .stack_set_name(site.name())
                    .template_body(template)
                    .capabilities(Capability::CapabilityNamedIam)
                    .set_parameters(self.parameters())
                    .permission_model(PermissionModels::ServiceManaged)
                    .auto_deployment(deployment)
                    .set_tags(Some(self.tags(&digest)))
                    .send()
                    .await;
                return session.answer(asked).map(drop);
            }
            let asked = client
                .create_stack_set()
                .stack_set_name(site.name())
                .description("Kore's roles in every account of its unit")
                .template_body(template)
                .capabilities(Capability::CapabilityNamedIam)
                .set_parameters(self.parameters())
                .permission_model(PermissionModels::ServiceManaged)
                .auto_deployment(deployment)
                .set_tags(Some(self.tags(&digest)))
                .send()
                .await;
            session.answer(asked).map(drop)
        };
        match settled(write.await) {
            Err(refusal) if refusal.meaning == Meaning::Exists => Ok(()),
            other => other.map_err(|refusal| refusal.step("write the stack set of roles")),
        }
    }

    /// Gives the accounts of a unit the roles; of an account that is named, that one alone.
    async fn deploy(&self, unit: &str, account: Option<&str>) -> Result<(), StepError> {
        let site = &self.0;
        let targets = DeploymentTargets::builder().organizational_unit_ids(unit);
        let targets = match account {
            Some(number) => targets.accounts(number).account_filter_type(AccountFilterType::Intersection),
            None => targets,
        };
        let targets = targets.build();
        let session = site.within(Purpose::StackSet, &site.organization.uid);
        let ask = async {
            let asked = session
                .cloudformation()
                .await?
                .create_stack_instances()
                .stack_set_name(site.name())
                .deployment_targets(targets)
                // Roles have no region: once in each account.
                .regions(&site.organization.home)
                .send()
                .await;
            session.answer(asked).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step("give the unit's accounts their roles"))
    }

    /// Begins to remove the roles from every account of the unit.
    async fn take_back(&self, unit: String) -> Result<(), Refusal> {
        let site = &self.0;
        let session = site.within(Purpose::StackSet, &site.organization.uid);
        let targets = DeploymentTargets::builder().organizational_unit_ids(unit).build();
        let asked = session
            .cloudformation()
            .await?
            .delete_stack_instances()
            .stack_set_name(site.name())
            .deployment_targets(targets)
            .regions(&site.organization.home)
            .retain_stacks(false)
            .send()
            .await;
        settled(session.answer(asked).map(drop))
    }
}

/// The value of a tag.
fn tag<'a>(set: &'a StackSet, key: &str) -> Option<&'a str> {
    set.tags().iter().find(|tag| tag.key() == Some(key)).and_then(Tag::value)
}

/// Whether the unit is among those that the stack set is for.
fn has_unit(set: &StackSet, unit: &str) -> bool {
    set.organizational_unit_ids().iter().any(|id| id == unit)
}

#[async_trait]
impl Act for Roles {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(set) = self.find().await? else { return Ok(Observed::Absent) };
        if !self.is_as_wanted(&set) {
            return Ok(differs(vec!["what the roles may do".to_owned()]));
        }
        Ok(match self.0.unit(None).await? {
            Some(unit) if !has_unit(&set, &unit) => differs(vec!["the unit does not have it".to_owned()]),
            _ => Observed::Ready,
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let there = self.find().await?;
        if !there.as_ref().is_some_and(|set| self.is_as_wanted(set)) {
            self.write(there.is_some()).await?;
        }
        let Some(unit) = self.0.unit(None).await? else {
            return Ok(Progress::Waiting { reason: "the installation's unit".to_owned() });
        };
        if !there.is_some_and(|set| has_unit(&set, &unit)) {
            self.deploy(&unit, None).await?;
        }
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let site = &self.0;
        if self.find().await?.is_none() {
            return Ok(Progress::Applied);
        }
        let session = site.within(Purpose::StackSet, &site.organization.uid);
        let remove = async {
            let client = session.cloudformation().await?;
            session.answer(client.delete_stack_set().stack_set_name(site.name()).send().await).map(drop)
        };
        let waits = || Ok(Progress::Waiting { reason: "the roles to be gone from every account".to_owned() });
        match remove.await {
            // Asked for again while it is under way, it would never end.
            Err(refusal) if refusal.meaning == Meaning::InUse => waits(),
            // Its instances go first.
            Err(refusal) if refusal.meaning == Meaning::Dependency => {
                if let Some(unit) = site.unit(None).await? {
                    let taken = self.take_back(unit).await;
                    taken.map_err(|refusal| refusal.step("take the roles back from every account"))?;
                }
                waits()
            }
            other => settled(other)
                .map(|()| Progress::Applied)
                .map_err(|refusal| refusal.step("remove the stack set of the roles")),
        }
    }
}

/// That the roles have come to an account.
pub(super) struct Arrived {
    pub(super) site: Arc<Site>,
    pub(super) account: Arc<Account>,
}

impl Arrived {
    /// The account's number, once it has one, and what the stack set knows of it.
    async fn find(&self) -> Result<Option<(String, Option<StackInstanceSummary>)>, StepError> {
        let site = &self.site;
        let Some(number) = site.find(&self.account).await? else { return Ok(None) };
        let session = site.within(Purpose::StackSet, &self.account.uid);
        let read = async {
            let client = session.cloudformation().await?;
            let asked =
                client.list_stack_instances().stack_set_name(site.name()).stack_instance_account(&number).send().await;
            if_there(session.answer(asked))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look at the roles of account {number}")))?;
        let instance = found.and_then(|found| found.summaries).unwrap_or_default().into_iter().next();
        Ok(Some((number, instance)))
    }
}

/// Whether AWS tried and gave up: it tries again when it is asked to, and not by itself (CloudFormation API reference,
/// `StackInstanceComprehensiveStatus`).
fn is_given_up(instance: &StackInstanceSummary) -> bool {
    let detailed = instance.stack_instance_status().and_then(|status| status.detailed_status());
    matches!(detailed, Some(Detailed::Failed | Detailed::Cancelled))
}

/// A state, and why.
fn said(instance: &StackInstanceSummary) -> String {
    let status = instance.status().map_or("UNKNOWN", StackInstanceStatus::as_str);
    format!("{status} {}", instance.status_reason().unwrap_or_default()).trim_end().to_owned()
}

#[async_trait]
impl Act for Arrived {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some((number, instance)) = self.find().await? else { return Ok(Observed::Absent) };
        Ok(match instance {
            Some(one) if one.status() == Some(&StackInstanceStatus::Current) => Observed::Ready,
            Some(one) if is_given_up(&one) => differs(vec![said(&one)]),
            Some(one) => Observed::Waiting { reason: format!("the roles of account {number}: {}", said(&one)) },
            None => Observed::Waiting { reason: format!("the roles to come to account {number}") },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let waits = || Ok(Progress::Waiting { reason: "the roles to come to the account".to_owned() });
        let Some((number, Some(given_up))) =
            self.find().await?.filter(|(_, one)| one.as_ref().is_some_and(is_given_up))
        else {
            return waits();
        };
        let Some(unit) = self.site.unit(None).await? else { return waits() };
        Roles(Arc::clone(&self.site)).deploy(&unit, Some(&number)).await?;
        let what = format!("AWS could not give account {number} Kore's roles; it was asked to again");
        Err(StepError::new(Code::CloudFailed, Class::Retry(AGAIN), what).caused_by(said(&given_up)))
    }
}
