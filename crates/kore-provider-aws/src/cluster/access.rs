//! Who may come in: with the creator's own way in left off, nobody can before this (EKS User Guide, "Grant IAM users access to
//! Kubernetes with EKS access entries").

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_eks::types::{AccessEntry, AccessScope, AccessScopeType, AssociatedAccessPolicy};
use kore_api::cloud::AwsPartition;
use kore_domain::cluster_rbac::{GATEWAY_USER, PROVISIONER_USER};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::site::Site;
use crate::{
    error::{Meaning, Refusal, if_there},
    permissions::Purpose,
};

/// A part of Kore that comes into clusters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    /// Whose role it shows.
    pub(super) purpose: Purpose,
    /// Who that is in the cluster.
    user: &'static str,
    /// Whether it may do everything there from the start.
    is_administrator: bool,
}

/// The controllers: they grant everybody else what they need.
pub(super) const CONTROLLERS: Guest =
    Guest { purpose: Purpose::Cluster, user: PROVISIONER_USER, is_administrator: true };
/// The access gateway: what it may do, the cluster's own rules say.
pub(super) const GATEWAY: Guest = Guest { purpose: Purpose::Gateway, user: GATEWAY_USER, is_administrator: false };

/// The way in of Kore's own parts.
pub(super) struct Access(pub(super) Arc<Site>);

impl Access {
    fn policy(&self) -> String {
        let partition = AwsPartition::of_region(&self.0.names.region).name();
        format!("arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy")
    }

    async fn entry(&self, guest: Guest) -> Result<Option<AccessEntry>, Refusal> {
        let session = self.0.within(Purpose::Cluster);
        let client = session.eks().await?;
        let (name, principal) = (&self.0.names.cluster, self.0.principal(guest.purpose));
        let asked = client.describe_access_entry().cluster_name(name).principal_arn(&principal).send().await;
        Ok(if_there(session.answer(asked))?.and_then(|found| found.access_entry))
    }

    async fn has_policy(&self, guest: Guest) -> Result<bool, Refusal> {
        let session = self.0.within(Purpose::Cluster);
        let client = session.eks().await?;
        let (name, principal) = (&self.0.names.cluster, self.0.principal(guest.purpose));
        let asked = client.list_associated_access_policies().cluster_name(name).principal_arn(&principal).send().await;
        let found = if_there(session.answer(asked))?;
        let policy = self.policy();
        let is_everywhere = |one: &AssociatedAccessPolicy| {
            let scope = one.access_scope().and_then(AccessScope::r#type);
            one.policy_arn() == Some(policy.as_str()) && scope == Some(&AccessScopeType::Cluster)
        };
        Ok(found.is_some_and(|found| found.associated_access_policies().iter().any(is_everywhere)))
    }

    /// What is wrong with one part's way in; none where there is no way at all.
    async fn wrong(&self, guest: Guest) -> Result<Option<Vec<String>>, Refusal> {
        let Some(entry) = self.entry(guest).await? else { return Ok(None) };
        let mut wrong = Vec::new();
        if entry.username() != Some(guest.user) || !entry.kubernetes_groups().is_empty() {
            wrong.push(format!("{} comes in as somebody else", guest.user));
        }
        if guest.is_administrator && !self.has_policy(guest).await? {
            wrong.push(format!("{} may come in, and do nothing", guest.user));
        }
        Ok(Some(wrong))
    }

    async fn let_in(&self, guest: Guest) -> Result<(), Refusal> {
        let session = self.0.within(Purpose::Cluster);
        let client = session.eks().await?;
        let (name, principal) = (&self.0.names.cluster, self.0.principal(guest.purpose));
        let made = client
            .create_access_entry()
            .cluster_name(name)
            .principal_arn(&principal)
            .username(guest.user)
            .set_tags(Some(self.0.names.tags().into_iter().collect()))
            .send()
            .await;
        match session.answer(made) {
            Err(refusal) if refusal.meaning == Meaning::InUse => {
                let changed = client
                    .update_access_entry()
                    .cluster_name(name)
                    .principal_arn(&principal)
                    .username(guest.user)
                    .set_kubernetes_groups(Some(Vec::new()))
                    .send()
                    .await;
                session.answer(changed)?;
            }
            other => drop(other?),
        }
        if !guest.is_administrator {
            return Ok(());
        }
        let everywhere = AccessScope::builder().r#type(AccessScopeType::Cluster).build();
        let given = client
            .associate_access_policy()
            .cluster_name(name)
            .principal_arn(&principal)
            .policy_arn(self.policy())
            .access_scope(everywhere)
            .send()
            .await;
        session.answer(given).map(drop)
    }
}

#[async_trait]
impl Act for Access {
    async fn observe(&self) -> Result<Observed, StepError> {
        let mut wrong = Vec::new();
        for guest in [CONTROLLERS, GATEWAY] {
            match self.wrong(guest).await.map_err(|refusal| refusal.step("look who may come into the cluster"))? {
                Some(found) => wrong.extend(found),
                None => return Ok(Observed::Absent),
            }
        }
        Ok(if wrong.is_empty() { Observed::Ready } else { differs(wrong) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        for guest in [CONTROLLERS, GATEWAY] {
            self.let_in(guest).await.map_err(|refusal| refusal.step("let Kore into the cluster"))?;
        }
        Ok(Progress::Applied)
    }
}
