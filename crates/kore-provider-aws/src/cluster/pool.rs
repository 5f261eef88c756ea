//! Pools of nodes: managed node groups.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_eks::types::{
    AmiTypes, CapacityTypes, LaunchTemplateSpecification, NodeRepairConfig, Nodegroup, NodegroupScalingConfig,
    NodegroupStatus, NodegroupUpdateConfig,
};
use kore_api::plan::{AwsCapacity, AwsImage, AwsNodePool};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{health, site::Site, template::Template, update::Target};
use crate::{
    error::{if_there, settled},
    permissions::{OWNER_TAG, Purpose},
};

/// Of a pool's nodes, how many may be away at once while it is changed.
const AWAY_PERCENT: i32 = 33;

/// A pool of the cluster; without what it should be, one that is to go.
pub(super) struct Pool {
    pub(super) site: Arc<Site>,
    pub(super) name: String,
    pub(super) wanted: Option<AwsNodePool>,
}

/// Sizes of the API are signed.
fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

const fn image(image: AwsImage) -> AmiTypes {
    match image {
        AwsImage::Bottlerocket => AmiTypes::BottlerocketX8664,
        AwsImage::BottlerocketArm => AmiTypes::BottlerocketArm64,
        AwsImage::AmazonLinux => AmiTypes::Al2023X8664Standard,
        AwsImage::AmazonLinuxArm => AmiTypes::Al2023Arm64Standard,
    }
}

impl Pool {
    /// Names of all pools that the cluster has.
    pub(super) async fn all(site: &Site) -> Result<Vec<String>, StepError> {
        let session = site.within(Purpose::Cluster);
        let read = async {
            let asked = session.eks().await?.list_nodegroups().cluster_name(&site.names.cluster).send().await;
            if_there(session.answer(asked))
        };
        let name = &site.names.cluster;
        let found = read.await.map_err(|refusal| refusal.step(format!("look which pools {name} has")))?;
        Ok(found.and_then(|found| found.nodegroups).unwrap_or_default())
    }

    /// A pool that has one of the names of the plan, as it is.
    async fn named(site: &Arc<Site>, name: &str) -> Result<Option<Nodegroup>, StepError> {
        Self { site: Arc::clone(site), name: name.to_owned(), wanted: None }.find().await
    }

    /// Nodes that EKS was asked for.
    fn size(there: &Nodegroup) -> u32 {
        let size = there.scaling_config().and_then(NodegroupScalingConfig::desired_size);
        size.and_then(|size| u32::try_from(size).ok()).unwrap_or_default()
    }

    /// Nodes of the pools that EKS calls active.
    pub(super) async fn running(site: &Arc<Site>) -> Result<u32, StepError> {
        let mut running = 0;
        for name in site.parameters.node_pools.keys() {
            let there = Self::named(site, name).await?;
            let active = there.filter(|pool| pool.status() == Some(&NodegroupStatus::Active));
            running += active.as_ref().map(Self::size).unwrap_or_default();
        }
        Ok(running)
    }

    /// How many nodes each pool is to have more than EKS was asked for, where it is to have more.
    pub(super) async fn growing(site: &Arc<Site>) -> Result<BTreeMap<String, usize>, StepError> {
        let mut growing = BTreeMap::new();
        for (name, wanted) in &site.parameters.node_pools {
            let there = Self::named(site, name).await?;
            let more = wanted.size.saturating_sub(there.as_ref().map(Self::size).unwrap_or_default());
            if more > 0 {
                growing.insert(name.clone(), more as usize);
            }
        }
        Ok(growing)
    }

    pub(super) fn target(&self) -> Target {
        Target::Pool(self.name.clone())
    }

    pub(super) async fn find(&self) -> Result<Option<Nodegroup>, StepError> {
        if let Some(found) = self.site.view.pool(&self.name) {
            return Ok(found);
        }
        let session = self.site.within(Purpose::Cluster);
        let read = async {
            let client = session.eks().await?;
            let asked = client
                .describe_nodegroup()
                .cluster_name(&self.site.names.cluster)
                .nodegroup_name(&self.name)
                .send()
                .await;
            if_there(session.answer(asked))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look at the pool {}", self.name)))?;
        let pool = found.and_then(|found| found.nodegroup);
        if let Some(pool) = &pool {
            let owner = pool.tags().and_then(|tags| tags.get(OWNER_TAG)).map(String::as_str);
            self.site.ours(&format!("the pool {} of {}", self.name, self.site.names.cluster), owner)?;
        }
        self.site.view.saw_pool(&self.name, pool.clone());
        Ok(pool)
    }

    /// What its machines are to be started by; none before it is there.
    async fn launch(&self, wanted: &AwsNodePool) -> Result<Option<LaunchTemplateSpecification>, StepError> {
        let template = Template { site: Arc::clone(&self.site), pool: self.name.clone(), wanted: None };
        let version = template.version(wanted).await?;
        Ok(version.map(|(id, number)| LaunchTemplateSpecification::builder().id(id).version(number).build()))
    }

    fn scaling(wanted: &AwsNodePool) -> NodegroupScalingConfig {
        let size = count(wanted.size);
        NodegroupScalingConfig::builder().min_size(size).max_size(size).desired_size(size).build()
    }

    /// How many of its nodes are away at once while it is changed.
    fn pace() -> NodegroupUpdateConfig {
        NodegroupUpdateConfig::builder().max_unavailable_percentage(AWAY_PERCENT).build()
    }

    async fn make(&self, wanted: &AwsNodePool, launch: LaunchTemplateSpecification) -> Result<(), StepError> {
        let Some(outputs) = self.site.outputs().await? else { return Ok(()) };
        let (subnets, role) = (outputs.list("PrivateSubnets")?, outputs.get("NodeRole")?);
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .create_nodegroup()
                .cluster_name(&self.site.names.cluster)
                .nodegroup_name(&self.name)
                .scaling_config(Self::scaling(wanted))
                .launch_template(launch)
                .set_subnets(Some(subnets))
                .set_instance_types(Some(wanted.machine_types.clone()))
                .ami_type(image(wanted.image))
                .node_role(role)
                .labels("kore.internal/pool", &self.name)
                .capacity_type(match wanted.capacity {
                    AwsCapacity::OnDemand => CapacityTypes::OnDemand,
                    AwsCapacity::Spot => CapacityTypes::Spot,
                })
                .update_config(Self::pace())
                .node_repair_config(NodeRepairConfig::builder().enabled(true).build())
                .set_tags(Some(self.site.names.tags().into_iter().collect()))
                .send()
                .await;
            session.answer(asked).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("make the pool {}", self.name)))
    }

    async fn scale(&self, wanted: &AwsNodePool) -> Result<(), StepError> {
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .update_nodegroup_config()
                .cluster_name(&self.site.names.cluster)
                .nodegroup_name(&self.name)
                .scaling_config(Self::scaling(wanted))
                .update_config(Self::pace())
                .node_repair_config(NodeRepairConfig::builder().enabled(true).build())
                .send()
                .await;
            self.site.asked(self.target(), session.answer(asked)?.update());
            Ok(())
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("change the pool {}", self.name)))
    }

    /// Has its nodes replaced by such as the launch template says now.
    async fn roll(&self, launch: LaunchTemplateSpecification) -> Result<(), StepError> {
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .update_nodegroup_version()
                .cluster_name(&self.site.names.cluster)
                .nodegroup_name(&self.name)
                .launch_template(launch)
                .send()
                .await;
            self.site.asked(self.target(), session.answer(asked)?.update());
            Ok(())
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("replace the nodes of the pool {}", self.name)))
    }

    async fn remove(&self) -> Result<(), StepError> {
        let session = self.site.within(Purpose::Cluster);
        let ask = async {
            let client = session.eks().await?;
            let asked = client
                .delete_nodegroup()
                .cluster_name(&self.site.names.cluster)
                .nodegroup_name(&self.name)
                .send()
                .await;
            session.answer(asked).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("delete the pool {}", self.name)))
    }

    fn differences(there: &Nodegroup, wanted: &AwsNodePool) -> Vec<String> {
        let mut differences = Vec::new();
        let scaling = there.scaling_config();
        let sizes = scaling.map(|scaling| (scaling.min_size(), scaling.desired_size(), scaling.max_size()));
        let size = Some(count(wanted.size));
        if sizes != Some((size, size, size)) {
            let now = scaling.and_then(NodegroupScalingConfig::desired_size).unwrap_or_default();
            differences.push(format!("size: {now} → {}", wanted.size));
        }
        if there.node_repair_config().and_then(NodeRepairConfig::enabled) != Some(true) {
            differences.push("nodes that fail are not replaced".to_owned());
        }
        if there.update_config().and_then(NodegroupUpdateConfig::max_unavailable_percentage) != Some(AWAY_PERCENT) {
            differences.push("how many nodes may be away at once".to_owned());
        }
        differences
    }

    /// Whether its nodes are to be replaced by others.
    fn is_outdated(there: &Nodegroup, launch: &LaunchTemplateSpecification) -> bool {
        there.launch_template().and_then(LaunchTemplateSpecification::version) != launch.version()
    }

    /// A node group keeps the template that it was made with (EKS API reference, `LaunchTemplateSpecification`).
    fn is_by_another(there: &Nodegroup, launch: &LaunchTemplateSpecification) -> bool {
        there.launch_template().and_then(LaunchTemplateSpecification::id) != launch.id()
    }

    /// How it differs from what it should be.
    async fn compared(&self, there: &Nodegroup, wanted: &AwsNodePool) -> Result<Option<Observed>, StepError> {
        let Some(launch) = self.launch(wanted).await? else {
            return Ok(Some(Observed::Waiting { reason: format!("the launch template of pool {}", self.name) }));
        };
        if Self::is_by_another(there, &launch) {
            let detail = vec!["its nodes are started by another launch template".to_owned()];
            return Ok(Some(Observed::Differs { detail, replace: true }));
        }
        let mut differences = Self::differences(there, wanted);
        if Self::is_outdated(there, &launch) {
            differences.push("its nodes are started by another version of the launch template".to_owned());
        }
        Ok((!differences.is_empty()).then(|| differs(differences)))
    }

    fn issues(there: &Nodegroup) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
        let issues = there.health().map(|health| health.issues()).unwrap_or_default();
        issues.iter().map(|issue| (issue.code().map(|code| code.as_str()), issue.message()))
    }

    /// What held its deletion; the next attempt is under way.
    fn held(&self, there: &Nodegroup) -> StepError {
        let what = format!("EKS could not delete the pool {}", self.name);
        health::held(what, health::said(Self::issues(there)))
    }

    pub(super) fn waits(&self, there: &Nodegroup) -> String {
        let what = format!("pool {}", self.name);
        health::state(&what, there.status().map(|status| status.as_str()), &health::said(Self::issues(there)))
    }
}

#[async_trait]
impl Act for Pool {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.find().await? else { return Ok(Observed::Absent) };
        Ok(match (there.status(), &self.wanted) {
            // One that is not well is changed all the same: that may be what mends it.
            (Some(status @ (NodegroupStatus::Active | NodegroupStatus::Degraded)), Some(wanted)) => {
                match self.compared(&there, wanted).await? {
                    Some(other) => other,
                    None if *status == NodegroupStatus::Active => Observed::Ready,
                    None => Observed::Waiting { reason: self.waits(&there) },
                }
            }
            (Some(NodegroupStatus::Active), None) => Observed::Ready,
            (Some(NodegroupStatus::CreateFailed | NodegroupStatus::DeleteFailed), _) => {
                differs(vec![self.waits(&there)])
            }
            _ => Observed::Waiting { reason: self.waits(&there) },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(wanted) = &self.wanted else { return Ok(Progress::Applied) };
        let Some(launch) = self.launch(wanted).await? else {
            return Ok(Progress::Waiting { reason: format!("the launch template of pool {}", self.name) });
        };
        let Some(there) = self.find().await? else {
            self.make(wanted, launch).await?;
            return Ok(Progress::Waiting { reason: format!("pool {}", self.name) });
        };
        match there.status() {
            Some(NodegroupStatus::Active | NodegroupStatus::Degraded) => {
                self.site.not_given_up(&self.target()).await?;
                if Self::is_outdated(&there, &launch) {
                    self.roll(launch).await?;
                } else {
                    self.scale(wanted).await?;
                }
            }
            // No pod ever ran on it: it goes, and the next attempt makes it anew.
            Some(NodegroupStatus::CreateFailed) => {
                self.remove().await?;
                return Err(health::failure(
                    format!("EKS could not make the pool {}", self.name),
                    Self::issues(&there),
                ));
            }
            // It was to go once and did not: it goes, and is made anew then.
            Some(NodegroupStatus::DeleteFailed) => {
                self.remove().await?;
                return Err(self.held(&there));
            }
            _ => {}
        }
        Ok(Progress::Waiting { reason: self.waits(&there) })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(there) = self.find().await? else { return Ok(Progress::Applied) };
        if there.status() != Some(&NodegroupStatus::Deleting) {
            self.remove().await?;
        }
        if there.status() == Some(&NodegroupStatus::DeleteFailed) {
            return Err(self.held(&there));
        }
        Ok(Progress::Waiting { reason: format!("pool {} to be deleted", self.name) })
    }
}
