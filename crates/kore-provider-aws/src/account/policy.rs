//! The guardrails in the organisation: policies, and that one of them is on the unit.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_organizations::types::PolicyType;
use kore_api::{cloud::AccountGuardrails, codes::Code};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use serde_json::Value;

use super::{guardrails::document, site::Site};
use crate::{
    cloud::Session,
    error::{Meaning, Refusal, if_there, settled},
};

/// What the policy of a set of guardrails is called, after the unit's: `kore-one/all`, `kore-one/all but regions`.
pub(super) fn name(site: &Site, set: &AccountGuardrails) -> String {
    format!("{}{set}", prefix(site))
}

/// How the names of policies of accounts begin. No installation's name has a slash.
pub(super) fn prefix(site: &Site) -> String {
    format!("{}/", site.name())
}

/// Whether a set holds anything. A policy that says nothing is none (Organizations User Guide, "SCP syntax").
pub(super) fn is_any(set: &AccountGuardrails) -> bool {
    set.named().iter().any(|(_, holds)| *holds)
}

/// A policy: that of the unit, or one that accounts are under.
pub(super) struct Policy {
    pub(super) site: Arc<Site>,
    pub(super) name: String,
    pub(super) guardrails: AccountGuardrails,
}

/// Id of the installation's policy of a name.
pub(super) async fn find(site: &Site, name: &str) -> Result<Option<String>, StepError> {
    let session = site.session();
    let read = async {
        let client = session.organizations().await?;
        let mut next = None;
        loop {
            let asked = client.list_policies().filter(PolicyType::ServiceControlPolicy).set_next_token(next).send();
            let page = session.answer(asked.await)?;
            let found = page.policies().iter().find(|policy| policy.name() == Some(name));
            if let Some(id) = found.and_then(|policy| policy.id()) {
                return Ok(Some(id.to_owned()));
            }
            next = page.next_token;
            if next.is_none() {
                return Ok::<_, Refusal>(None);
            }
        }
    };
    let found = read.await.map_err(|refusal| refusal.step("look which guardrails there are"))?;
    if let Some(id) = &found {
        site.ours(&format!("the policy {name}"), id, &site.organization.uid).await?;
    }
    Ok(found)
}

/// The policies on something, by id and name.
pub(super) async fn on(session: &Session, target: &str) -> Result<Vec<(String, String)>, StepError> {
    let read = async {
        let client = session.organizations().await?;
        let asked =
            client.list_policies_for_target().target_id(target).filter(PolicyType::ServiceControlPolicy).send().await;
        session.answer(asked)
    };
    let found = read.await.map_err(|refusal| refusal.step(format!("look which guardrails are on {target}")))?;
    let both = found.policies().iter().filter_map(|one| one.id().zip(one.name()));
    Ok(both.map(|(id, name)| (id.to_owned(), name.to_owned())).collect())
}

/// Puts a policy on something.
pub(super) async fn attach(session: &Session, policy: &str, target: &str) -> Result<(), StepError> {
    let attach = async {
        let client = session.organizations().await?;
        session.answer(client.attach_policy().policy_id(policy).target_id(target).send().await).map(drop)
    };
    match attach.await {
        Err(refusal) if refusal.meaning == Meaning::Exists => Ok(()),
        Err(refusal) if refusal.code == "PolicyTypeNotEnabledException" => {
            let what = "service control policies are not turned on in the organisation";
            Err(StepError::new(Code::CloudRefused, Class::Quota, what).caused_by(refusal))
        }
        other => other.map_err(|refusal| refusal.step(format!("put the guardrails on {target}"))),
    }
}

/// Takes a policy off something.
pub(super) async fn detach(session: &Session, policy: &str, target: &str) -> Result<(), StepError> {
    let detach = async {
        let client = session.organizations().await?;
        session.answer(client.detach_policy().policy_id(policy).target_id(target).send().await).map(drop)
    };
    settled(detach.await).map_err(|refusal| refusal.step(format!("take the guardrails off {target}")))
}

impl Policy {
    /// That of the unit.
    pub(super) fn of_unit(site: Arc<Site>) -> Self {
        Self { name: site.name(), guardrails: site.organization.common, site }
    }

    /// That of a set.
    pub(super) fn of(site: Arc<Site>, set: &AccountGuardrails) -> Self {
        Self { name: name(&site, set), guardrails: *set, site }
    }

    fn wanted(&self) -> Value {
        document(&self.site.organization, &self.guardrails)
    }

    async fn content(&self, id: &str) -> Result<Value, StepError> {
        let session = self.site.session();
        let read = async {
            let client = session.organizations().await?;
            session.answer(client.describe_policy().policy_id(id).send().await)
        };
        let found = read.await.map_err(|refusal| refusal.step("read the guardrails"))?;
        let content = found.policy().and_then(|policy| policy.content()).unwrap_or_default();
        Ok(serde_json::from_str(content).unwrap_or_default())
    }

    /// What it is on.
    async fn targets(&self, id: &str) -> Result<Vec<String>, StepError> {
        let session = self.site.session();
        let read = async {
            let client = session.organizations().await?;
            let (mut next, mut found) = (None, Vec::new());
            loop {
                let asked = client.list_targets_for_policy().policy_id(id).set_next_token(next).send().await;
                let Some(page) = if_there(session.answer(asked))? else { return Ok(found) };
                found.extend(page.targets().iter().filter_map(|one| one.target_id().map(str::to_owned)));
                next = page.next_token;
                if next.is_none() {
                    return Ok::<_, Refusal>(found);
                }
            }
        };
        read.await.map_err(|refusal| refusal.step(format!("look what the policy {} is on", self.name)))
    }
}

#[async_trait]
impl Act for Policy {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(id) = find(&self.site, &self.name).await? else { return Ok(Observed::Absent) };
        if self.content(&id).await? == self.wanted() {
            return Ok(Observed::Ready);
        }
        Ok(differs(vec!["what the guardrails say".to_owned()]))
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let site = &self.site;
        let content = self.wanted().to_string();
        let tags = site.tags(&site.organization.uid, &[])?;
        let there = find(site, &self.name).await?;
        let session = site.session();
        let write = async {
            let client = session.organizations().await?;
            match there {
                Some(id) => {
                    session.answer(client.update_policy().policy_id(id).content(content).send().await).map(drop)
                }
                None => {
                    let asked = client
                        .create_policy()
                        .name(&self.name)
                        .description("What accounts of Kore's unit may not do")
                        .r#type(PolicyType::ServiceControlPolicy)
                        .content(content)
                        .set_tags(Some(tags))
                        .send()
                        .await;
                    session.answer(asked).map(drop)
                }
            }
        };
        match write.await {
            Err(refusal) if refusal.meaning == Meaning::Exists => Ok(Progress::Applied),
            other => other.map(|()| Progress::Applied).map_err(|refusal| refusal.step("write the guardrails")),
        }
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let site = &self.site;
        let Some(id) = find(site, &self.name).await? else { return Ok(Progress::Applied) };
        // Accounts that were let go are still under theirs.
        let session = site.session();
        for target in self.targets(&id).await? {
            detach(&session, &id, &target).await?;
        }
        let remove = async {
            let client = session.organizations().await?;
            session.answer(client.delete_policy().policy_id(id).send().await).map(drop)
        };
        settled(remove.await).map_err(|refusal| refusal.step("remove the guardrails"))?;
        Ok(Progress::Applied)
    }
}

/// That the unit's policy is on it.
pub(super) struct OnUnit(pub(super) Arc<Site>);

impl OnUnit {
    /// Policy and unit, where both are there.
    async fn ends(&self) -> Result<Option<(String, String)>, StepError> {
        Ok(find(&self.0, &self.0.name()).await?.zip(self.0.unit(None).await?))
    }
}

#[async_trait]
impl Act for OnUnit {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some((policy, unit)) = self.ends().await? else { return Ok(Observed::Absent) };
        let is_on = on(&self.0.session(), &unit).await?.iter().any(|(id, _)| *id == policy);
        Ok(if is_on { Observed::Ready } else { Observed::Absent })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some((policy, unit)) = self.ends().await? else {
            return Ok(Progress::Waiting { reason: "guardrails and unit".to_owned() });
        };
        attach(&self.0.session(), &policy, &unit).await.map(|()| Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some((policy, unit)) = self.ends().await? else { return Ok(Progress::Applied) };
        detach(&self.0.session(), &policy, &unit).await.map(|()| Progress::Applied)
    }
}
