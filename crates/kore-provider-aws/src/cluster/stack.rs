//! The stack below the cluster, by CloudFormation.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_cloudformation::types::{Capability, OnFailure, Stack as Found, StackStatus, Tag};
use kore_api::{codes::Code, plan::AwsEgress};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    health::{self, AGAIN},
    leftover,
    site::{Outputs, Site},
    zones,
};
use crate::{
    cloud::role_arn,
    error::{Meaning, Refusal},
    foundation::{Egress, Foundation},
    permissions::{OWNER_TAG, Purpose},
};

/// Output that says what the stack was made of.
const DIGEST: &str = "Template";
/// Output that says its zones.
pub(super) const ZONES: &str = "Zones";
/// Days in which a deleted key, and what it encrypted, can be saved.
const KEY_DAYS: u8 = 30;

/// A stack as CloudFormation has it.
pub(super) struct View(Found);

impl View {
    fn status(&self) -> StackStatus {
        self.0.stack_status().cloned().unwrap_or_else(|| StackStatus::from("UNKNOWN"))
    }

    fn outputs_map(&self) -> BTreeMap<String, String> {
        let outputs = self.0.outputs().iter();
        outputs.filter_map(|one| Some((one.output_key()?.to_owned(), one.output_value()?.to_owned()))).collect()
    }

    /// What it says, where it is complete.
    pub(super) fn outputs(&self) -> Option<Outputs> {
        is_whole(&self.status()).then(|| Outputs(self.outputs_map()))
    }

    /// Whether it is of the template that has this digest.
    fn is_of(&self, digest: &str) -> bool {
        self.outputs_map().get(DIGEST).is_some_and(|said| said == digest)
    }

    fn is_protected(&self) -> bool {
        self.0.enable_termination_protection() == Some(true)
    }

    fn reason(&self) -> String {
        self.0.stack_status_reason().unwrap_or("without a reason").to_owned()
    }
}

/// Whether everything of it is there.
fn is_whole(status: &StackStatus) -> bool {
    use StackStatus::{CreateComplete, UpdateComplete, UpdateCompleteCleanupInProgress, UpdateRollbackComplete};
    matches!(status, CreateComplete | UpdateComplete | UpdateCompleteCleanupInProgress | UpdateRollbackComplete)
}

/// The cluster's stack; one that is not ours is an error.
pub(super) async fn find(site: &Site) -> Result<Option<View>, StepError> {
    let session = site.within(Purpose::Network);
    let name = &site.names.cluster;
    let read = async {
        let asked = session.cloudformation().await?.describe_stacks().stack_name(name).send().await;
        session.answer(asked)
    };
    let stack = match read.await {
        Ok(answer) => answer.stacks.unwrap_or_default().into_iter().next(),
        Err(refusal) if is_no_stack(&refusal) => None,
        Err(refusal) => return Err(refusal.step(format!("look at the stack {name}"))),
    };
    let stack = stack.filter(|stack| stack.stack_status() != Some(&StackStatus::DeleteComplete));
    if let Some(stack) = &stack {
        let owner = stack.tags().iter().find(|tag| tag.key() == Some(OWNER_TAG)).and_then(Tag::value);
        site.ours(&format!("the stack {name}"), owner)?;
    }
    Ok(stack.map(View))
}

/// CloudFormation has no code of its own for a stack that is not there.
fn is_no_stack(refusal: &Refusal) -> bool {
    refusal.meaning == Meaning::Invalid && refusal.message.contains("does not exist")
}

/// Nor one for a stack that is being changed already.
fn is_under_way(refusal: &Refusal) -> bool {
    refusal.meaning == Meaning::Invalid && refusal.message.contains("_IN_PROGRESS state")
}

/// The stack. Requests about it carry no token: its name keeps two from being made, and a token that an attempt that failed
/// has used makes CloudFormation ignore the next one.
pub(super) struct Stack(pub(super) Arc<Site>);

impl Stack {
    fn name(&self) -> &str {
        &self.0.names.cluster
    }

    /// The template as it should be, with its digest in it; in the zones that the stack has, where there is one.
    async fn template(&self, there: Option<&View>) -> Result<(String, String), StepError> {
        let site = &self.0;
        let said = there.and_then(|view| view.outputs_map().get(ZONES).cloned());
        let zones = match said {
            Some(said) => said.split(',').map(str::to_owned).collect(),
            None => zones::choose(site).await?,
        };
        let cidr = site.network.ok_or_else(|| {
            StepError::new(Code::ClusterBlocked, Class::Invalid, "the cluster has no range for its network")
        })?;
        let foundation = Foundation {
            name: self.name(),
            cidr,
            zones: &zones.iter().map(String::as_str).collect::<Vec<_>>(),
            egress: match site.parameters.egress {
                AwsEgress::OneGateway => Egress::OneGateway,
                AwsEgress::GatewayInEachZone => Egress::GatewayInEachZone,
            },
            auto_mode: site.parameters.auto_mode,
            retention_days: site.parameters.log_retention.days(),
            key_days: KEY_DAYS,
        };
        let mut template = foundation
            .template()
            .map_err(|error| StepError::new(Code::ClusterBlocked, Class::Invalid, error.to_string()))?;
        let digest = hex::encode(Sha256::digest(template.to_string()));
        let digest = digest.get(..16).unwrap_or_default().to_owned();
        if let Some(outputs) = template.get_mut("Outputs").and_then(Value::as_object_mut) {
            outputs.insert(DIGEST.to_owned(), json!({ "Value": digest }));
            outputs.insert(ZONES.to_owned(), json!({ "Value": zones.join(",") }));
        }
        Ok((template.to_string(), digest))
    }

    fn tags(&self) -> Vec<Tag> {
        let tags = self.0.names.tags().into_iter();
        tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    /// As whom CloudFormation works.
    fn worker(&self) -> String {
        let names = &self.0.names;
        role_arn(&names.region, &names.account, Purpose::Stack.role())
    }

    async fn create(&self) -> Result<(), StepError> {
        let (template, _) = self.template(None).await?;
        let session = self.0.within(Purpose::Network);
        let make = async {
            let asked = session
                .cloudformation()
                .await?
                .create_stack()
                .stack_name(self.name())
                .template_body(template)
                .role_arn(self.worker())
                .capabilities(Capability::CapabilityNamedIam)
                // What failed says why, until it is looked at.
                .on_failure(OnFailure::Rollback)
                .enable_termination_protection(true)
                .set_tags(Some(self.tags()))
                .send()
                .await;
            session.answer(asked)
        };
        match make.await {
            // Somebody was faster: what is there is looked at next.
            Err(refusal) if matches!(refusal.meaning, Meaning::Exists | Meaning::InUse) => Ok(()),
            other => other.map(drop).map_err(|refusal| refusal.step(format!("make the stack {}", self.name()))),
        }
    }

    /// Puts right what is not as it should be of one that is whole.
    async fn mend(&self, there: &View) -> Result<(), StepError> {
        let (_, digest) = self.template(Some(there)).await?;
        if !there.is_of(&digest) {
            self.update(there).await?;
        }
        if !there.is_protected() {
            let protected = self.protect(true).await;
            protected.map_err(|refusal| refusal.step(format!("protect the stack {}", self.name())))?;
        }
        Ok(())
    }

    async fn protect(&self, protected: bool) -> Result<(), Refusal> {
        let session = self.0.within(Purpose::Network);
        let client = session.cloudformation().await?;
        let request = client.update_termination_protection().stack_name(self.name());
        session.answer(request.enable_termination_protection(protected).send().await).map(drop)
    }

    async fn update(&self, there: &View) -> Result<(), StepError> {
        let (template, _) = self.template(Some(there)).await?;
        let session = self.0.within(Purpose::Network);
        let change = async {
            let asked = session
                .cloudformation()
                .await?
                .update_stack()
                .stack_name(self.name())
                .template_body(template)
                .role_arn(self.worker())
                .capabilities(Capability::CapabilityNamedIam)
                .set_tags(Some(self.tags()))
                .send()
                .await;
            session.answer(asked)
        };
        match change.await {
            // Somebody was faster, or the answer to an earlier request was lost.
            Err(refusal) if is_under_way(&refusal) => Ok(()),
            other => other.map(drop).map_err(|refusal| refusal.step(format!("change the stack {}", self.name()))),
        }
    }

    /// Takes the protection off, and asks for the deletion.
    async fn remove(&self) -> Result<(), StepError> {
        let session = self.0.within(Purpose::Network);
        let remove = async {
            self.protect(false).await?;
            let client = session.cloudformation().await?;
            session.answer(client.delete_stack().stack_name(self.name()).role_arn(self.worker()).send().await)
        };
        match remove.await {
            Err(refusal) if is_no_stack(&refusal) => Ok(()),
            other => other.map(drop).map_err(|refusal| refusal.step(format!("remove the stack {}", self.name()))),
        }
    }

    /// The first thing of the stack that failed, in CloudFormation's words.
    async fn first_failure(&self, there: &View) -> String {
        let session = self.0.within(Purpose::Network);
        let read = async {
            let asked = session.cloudformation().await?.describe_stack_events().stack_name(self.name()).send().await;
            session.answer(asked)
        };
        // Newest first; a resource that was cancelled is not what failed.
        let events = read.await.ok().and_then(|answer| answer.stack_events).unwrap_or_default();
        let failed = events.iter().rev().find_map(|event| {
            let reason = event.resource_status_reason()?;
            let status = event.resource_status()?.as_str();
            let is_cause = status.ends_with("_FAILED") && !reason.contains("cancelled");
            is_cause.then(|| format!("{}: {reason}", event.logical_resource_id().unwrap_or("the stack")))
        });
        failed.unwrap_or_else(|| there.reason())
    }

    /// What held a deletion; the next attempt is under way.
    fn held(&self, why: String) -> StepError {
        health::held(format!("the stack {} could not be deleted", self.name()), why)
    }

    fn failed(&self, did: &str, why: &str) -> StepError {
        let code = if is_limit(why) { Code::CloudLimit } else { Code::CloudFailed };
        let class = if code == Code::CloudLimit { Class::Quota } else { Class::Terminal };
        StepError::new(code, class, format!("the stack {} could not be {did}", self.name())).caused_by(why.to_owned())
    }
}

/// CloudFormation hands on what the service said as text: one that speaks of a limit.
fn is_limit(why: &str) -> bool {
    ["LimitExceeded", "maximum number of", "ServiceQuota"].iter().any(|word| why.contains(word))
}

#[async_trait]
impl Act for Stack {
    async fn observe(&self) -> Result<Observed, StepError> {
        use StackStatus as S;
        let Some(there) = find(&self.0).await? else { return Ok(Observed::Absent) };
        let status = there.status();
        if is_whole(&status) {
            let (_, digest) = self.template(Some(&there)).await?;
            self.0.keep(Outputs(there.outputs_map()));
            let wrong = [
                (!there.is_of(&digest)).then_some("made of an older template"),
                (!there.is_protected()).then_some("the protection from deletion is off"),
            ];
            let wrong: Vec<_> = wrong.into_iter().flatten().map(str::to_owned).collect();
            return Ok(if wrong.is_empty() { Observed::Ready } else { differs(wrong) });
        }
        Ok(match status {
            S::RollbackComplete | S::CreateFailed | S::RollbackFailed | S::DeleteFailed | S::UpdateRollbackFailed => {
                differs(vec![format!("{}: {}", status.as_str(), there.reason())])
            }
            _ => Observed::Waiting { reason: format!("stack {}: {}", self.name(), status.as_str()) },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        use StackStatus as S;
        match find(&self.0).await? {
            None => self.create().await?,
            Some(there) if there.status() == S::UpdateRollbackComplete => {
                let why = self.first_failure(&there).await;
                self.update(&there).await?;
                let failed = self.failed("changed", &why);
                return Err(StepError { class: Class::Retry(AGAIN), ..failed });
            }
            Some(there) if is_whole(&there.status()) => self.mend(&there).await?,
            // What was half made goes, so that the next attempt begins anew; why it failed is said once.
            Some(there) if matches!(there.status(), S::RollbackComplete | S::CreateFailed | S::RollbackFailed) => {
                let why = self.first_failure(&there).await;
                self.remove().await?;
                return Err(self.failed("made", &why));
            }
            Some(there) if there.status() == S::UpdateRollbackFailed => {
                let why = self.first_failure(&there).await;
                return Err(self.failed("changed", &why));
            }
            // It goes, and is made anew then.
            Some(there) if there.status() == S::DeleteFailed => {
                let why = self.first_failure(&there).await;
                self.remove().await?;
                return Err(self.held(why));
            }
            Some(_) => {}
        }
        Ok(Progress::Waiting { reason: format!("stack {}", self.name()) })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(there) = find(&self.0).await? else { return Ok(Progress::Applied) };
        if there.status() == StackStatus::DeleteInProgress {
            return Ok(Progress::Waiting { reason: format!("stack {} to be deleted", self.name()) });
        }
        let left = leftover::sweep(&self.0).await?;
        if let Some(first) = left.first() {
            let reason = format!("{} things that the cluster left to be gone, {first} among them", left.len());
            return Ok(Progress::Waiting { reason });
        }
        if there.status() == StackStatus::DeleteFailed {
            let why = self.first_failure(&there).await;
            self.remove().await?;
            return Err(self.held(why));
        }
        self.remove().await?;
        Ok(Progress::Waiting { reason: format!("stack {} to be deleted", self.name()) })
    }
}
