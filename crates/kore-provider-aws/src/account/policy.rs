//! The guardrails in the organisation: the policy, and that it is on the unit.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_organizations::types::PolicyType;
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use serde_json::Value;

use super::{guardrails::document, site::Site};
use crate::error::{Meaning, Refusal, settled};

/// The policy.
pub(super) struct Policy(pub(super) Arc<Site>);

async fn find(site: &Site) -> Result<Option<String>, StepError> {
    let session = site.session();
    let name = site.name();
    let read = async {
        let client = session.organizations().await?;
        let mut next = None;
        loop {
            let asked = client.list_policies().filter(PolicyType::ServiceControlPolicy).set_next_token(next).send();
            let page = session.answer(asked.await)?;
            let found = page.policies().iter().find(|policy| policy.name() == Some(&name));
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

impl Policy {
    fn wanted(&self) -> Value {
        document(&self.0.organization)
    }

    async fn content(&self, id: &str) -> Result<Value, StepError> {
        let session = self.0.session();
        let read = async {
            let client = session.organizations().await?;
            session.answer(client.describe_policy().policy_id(id).send().await)
        };
        let found = read.await.map_err(|refusal| refusal.step("read the guardrails"))?;
        let content = found.policy().and_then(|policy| policy.content()).unwrap_or_default();
        Ok(serde_json::from_str(content).unwrap_or_default())
    }
}

#[async_trait]
impl Act for Policy {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(id) = find(&self.0).await? else { return Ok(Observed::Absent) };
        if self.content(&id).await? == self.wanted() {
            return Ok(Observed::Ready);
        }
        Ok(differs(vec!["what the guardrails say".to_owned()]))
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let site = &self.0;
        let content = self.wanted().to_string();
        let tags = site.tags(&site.organization.uid, &[])?;
        let there = find(site).await?;
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
                        .name(site.name())
                        .description("What no account of Kore's unit may do")
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
        let Some(id) = find(&self.0).await? else { return Ok(Progress::Applied) };
        let session = self.0.session();
        let remove = async {
            let client = session.organizations().await?;
            session.answer(client.delete_policy().policy_id(id).send().await).map(drop)
        };
        settled(remove.await).map_err(|refusal| refusal.step("remove the guardrails"))?;
        Ok(Progress::Applied)
    }
}

/// That the policy is on the installation's unit.
pub(super) struct Attached(pub(super) Arc<Site>);

impl Attached {
    /// Policy and unit, where both are there.
    async fn ends(&self) -> Result<Option<(String, String)>, StepError> {
        Ok(find(&self.0).await?.zip(self.0.unit(None).await?))
    }
}

#[async_trait]
impl Act for Attached {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some((policy, unit)) = self.ends().await? else { return Ok(Observed::Absent) };
        let session = self.0.session();
        let read = async {
            let client = session.organizations().await?;
            let asked =
                client.list_policies_for_target().target_id(unit).filter(PolicyType::ServiceControlPolicy).send().await;
            session.answer(asked)
        };
        let found = read.await.map_err(|refusal| refusal.step("look what is on the unit"))?;
        let is_on = found.policies().iter().any(|one| one.id() == Some(&policy));
        Ok(if is_on { Observed::Ready } else { Observed::Absent })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some((policy, unit)) = self.ends().await? else {
            return Ok(Progress::Waiting { reason: "guardrails and unit".to_owned() });
        };
        let session = self.0.session();
        let attach = async {
            let client = session.organizations().await?;
            session.answer(client.attach_policy().policy_id(policy).target_id(unit).send().await).map(drop)
        };
        match attach.await {
            Err(refusal) if refusal.meaning == Meaning::Exists => Ok(Progress::Applied),
            Err(refusal) if refusal.code == "PolicyTypeNotEnabledException" => {
                let what = "service control policies are not turned on in the organisation";
                Err(StepError::new(Code::CloudRefused, Class::Quota, what).caused_by(refusal))
            }
            other => {
                other.map(|()| Progress::Applied).map_err(|refusal| refusal.step("put the guardrails on the unit"))
            }
        }
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some((policy, unit)) = self.ends().await? else { return Ok(Progress::Applied) };
        let session = self.0.session();
        let detach = async {
            let client = session.organizations().await?;
            session.answer(client.detach_policy().policy_id(policy).target_id(unit).send().await).map(drop)
        };
        settled(detach.await).map_err(|refusal| refusal.step("take the guardrails off the unit"))?;
        Ok(Progress::Applied)
    }
}
