//! Who may come in: with the creator's own way in left off, nobody can before this (EKS User Guide, "Grant IAM users access to
//! Kubernetes with EKS access entries").

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_eks::types::{AccessScope, AccessScopeType};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::site::Site;
use crate::{
    cloud::partition,
    error::{Meaning, Refusal, if_there},
    permissions::Purpose,
};

/// Kore's own way in.
pub(super) struct Access(pub(super) Arc<Site>);

impl Access {
    fn policy(&self) -> String {
        let partition = partition(&self.0.names.region);
        format!("arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy")
    }

    /// Whether there is an entry, and whether it has the policy.
    async fn find(&self) -> Result<Option<bool>, Refusal> {
        let session = self.0.within(Purpose::Cluster);
        let client = session.eks().await?;
        let (name, principal) = (&self.0.names.cluster, self.0.principal());
        let asked = client.list_associated_access_policies().cluster_name(name).principal_arn(&principal).send().await;
        let found = if_there(session.answer(asked))?;
        let policy = self.policy();
        Ok(found.map(|found| {
            found.associated_access_policies().iter().any(|one| one.policy_arn() == Some(policy.as_str()))
        }))
    }

    async fn make(&self) -> Result<(), Refusal> {
        let session = self.0.within(Purpose::Cluster);
        let client = session.eks().await?;
        let (name, principal) = (&self.0.names.cluster, self.0.principal());
        let made = client
            .create_access_entry()
            .cluster_name(name)
            .principal_arn(&principal)
            .set_tags(Some(self.0.names.tags().into_iter().collect()))
            .send()
            .await;
        match session.answer(made) {
            Err(refusal) if refusal.meaning != Meaning::InUse => return Err(refusal),
            _ => {}
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
        let found = self.find().await.map_err(|refusal| refusal.step("look who may come into the cluster"))?;
        Ok(match found {
            None => Observed::Absent,
            Some(false) => differs(vec!["Kore may come in, and do nothing".to_owned()]),
            Some(true) => Observed::Ready,
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.make().await.map_err(|refusal| refusal.step("let Kore into the cluster"))?;
        Ok(Progress::Applied)
    }
}
