//! Add-ons that EKS keeps in a cluster (EKS User Guide, "AWS add-ons").

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_eks::types::{Addon as Found, AddonPodIdentityAssociations, AddonStatus, ResolveConflicts};
use kore_api::{codes::Code, plan::AwsParameters};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use serde_json::{Value, json};

use super::{health, site::Site, update::Target};
use crate::{
    error::{if_there, settled},
    permissions::{CLUSTER_TAG, Purpose},
};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// As EKS calls it.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) title: &'static str,
    /// Whether it runs on nodes as a Deployment, and so is up only once there are some.
    pub(super) needs_nodes: bool,
    /// Its service account and the output of the stack that names the role of it.
    role: Option<(&'static str, &'static str)>,
}

/// All that a cluster with pools of nodes has.
const KINDS: [Kind; 5] = [
    Kind { name: "vpc-cni", title: "Give pods addresses", needs_nodes: false, role: Some(("aws-node", "NetworkRole")) },
    Kind { name: "kube-proxy", title: "Let nodes reach services", needs_nodes: false, role: None },
    Kind { name: "eks-pod-identity-agent", title: "Give pods roles", needs_nodes: false, role: None },
    Kind { name: "coredns", title: "Start the name service", needs_nodes: true, role: None },
    Kind {
        name: "aws-ebs-csi-driver",
        title: "Start the storage driver",
        needs_nodes: true,
        role: Some(("ebs-csi-controller-sa", "StorageRole")),
    },
];

/// Those that a cluster has: where EKS starts nodes itself, all of this is on them already (EKS User Guide, "EKS Auto Mode").
pub(super) fn kinds(parameters: &AwsParameters) -> &'static [Kind] {
    if parameters.auto_mode { &[] } else { &KINDS }
}

/// An add-on of the cluster.
pub(super) struct Addon {
    pub(super) site: Arc<Site>,
    pub(super) kind: Kind,
}

impl Addon {
    /// What it is told: that what it makes in AWS carries the cluster's tag, by which it is found when it is left.
    fn configuration(&self) -> Option<String> {
        let tag = json!({ CLUSTER_TAG: self.site.names.cluster });
        let told: Value = match self.kind.name {
            "vpc-cni" => json!({ "enableNetworkPolicy": "true", "env": { "ADDITIONAL_ENI_TAGS": tag.to_string() } }),
            "aws-ebs-csi-driver" => json!({ "controller": { "extraVolumeTags": tag } }),
            _ => return None,
        };
        Some(told.to_string())
    }

    pub(super) fn target(&self) -> Target {
        Target::Addon(self.kind.name.to_owned())
    }

    pub(super) async fn find(&self) -> Result<Option<Found>, StepError> {
        let session = self.site.within(Purpose::Cluster);
        let read = async {
            let client = session.eks().await?;
            let asked =
                client.describe_addon().cluster_name(&self.site.names.cluster).addon_name(self.kind.name).send().await;
            if_there(session.answer(asked))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look at the add-on {}", self.kind.name)))?;
        Ok(found.and_then(|found| found.addon))
    }

    async fn make(&self) -> Result<(), StepError> {
        let identity = match self.kind.role {
            None => None,
            Some((account, output)) => {
                let Some(outputs) = self.site.outputs().await? else { return Ok(()) };
                let role = outputs.get(output)?;
                Some(AddonPodIdentityAssociations::builder().service_account(account).role_arn(role).build())
            }
        };
        let identity =
            identity.transpose().map_err(|error| StepError::new(Code::Internal, Class::Terminal, error.to_string()))?;
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .create_addon()
                .cluster_name(&self.site.names.cluster)
                .addon_name(self.kind.name)
                .resolve_conflicts(ResolveConflicts::Overwrite)
                .set_configuration_values(self.configuration())
                .set_pod_identity_associations(identity.map(|one| vec![one]))
                .set_tags(Some(self.site.names.tags().into_iter().collect()))
                .send()
                .await;
            session.answer(asked).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("add the add-on {}", self.kind.name)))
    }

    async fn change(&self) -> Result<(), StepError> {
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .update_addon()
                .cluster_name(&self.site.names.cluster)
                .addon_name(self.kind.name)
                .resolve_conflicts(ResolveConflicts::Preserve)
                .set_configuration_values(self.configuration())
                .send()
                .await;
            self.site.asked(self.target(), session.answer(asked)?.update());
            Ok(())
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("change the add-on {}", self.kind.name)))
    }

    async fn remove(&self) -> Result<(), StepError> {
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let client = session.eks().await?;
            let asked =
                client.delete_addon().cluster_name(&self.site.names.cluster).addon_name(self.kind.name).send().await;
            session.answer(asked).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("remove the add-on {}", self.kind.name)))
    }

    fn said(there: &Found) -> String {
        let issues = there.health().map(|health| health.issues()).unwrap_or_default();
        health::said(issues.iter().map(|issue| (issue.code().map(|code| code.as_str()), issue.message())))
    }

    pub(super) fn waits(&self, there: &Found) -> String {
        let what = format!("add-on {}", self.kind.name);
        health::state(&what, there.status().map(|status| status.as_str()), &Self::said(there))
    }
}

#[async_trait]
impl Act for Addon {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.find().await? else { return Ok(Observed::Absent) };
        Ok(match there.status() {
            Some(AddonStatus::Active) if same(there.configuration_values(), self.configuration().as_deref()) => {
                Observed::Ready
            }
            Some(AddonStatus::Active) => differs(vec!["its configuration".to_owned()]),
            Some(AddonStatus::CreateFailed | AddonStatus::UpdateFailed) => differs(vec![self.waits(&there)]),
            _ => Observed::Waiting { reason: self.waits(&there) },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(there) = self.find().await? else {
            self.make().await?;
            return Ok(Progress::Waiting { reason: format!("add-on {}", self.kind.name) });
        };
        match there.status() {
            Some(AddonStatus::Active | AddonStatus::UpdateFailed) => {
                self.site.not_given_up(&self.target()).await?;
                self.change().await?;
            }
            Some(AddonStatus::CreateFailed) => {
                self.remove().await?;
                let what = format!("EKS could not add {}", self.kind.name);
                return Err(StepError::new(Code::CloudFailed, Class::Terminal, what).caused_by(Self::said(&there)));
            }
            _ => {}
        }
        Ok(Progress::Waiting { reason: self.waits(&there) })
    }
}

/// Whether two configurations say the same; EKS keeps the text that it was given.
fn same(there: Option<&str>, wanted: Option<&str>) -> bool {
    let read = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
    read(there) == read(wanted)
}
