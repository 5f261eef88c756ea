//! The cluster itself: API server, data store and controllers, which AWS runs.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use aws_sdk_eks::types::{
    AuthenticationMode, BlockStorage, Cluster, ClusterStatus, ComputeConfigRequest, CreateAccessConfigRequest,
    ElasticLoadBalancing, EncryptionConfig, KubernetesNetworkConfigRequest, LogSetup, LogType, Logging, Provider,
    StorageConfigRequest, SupportType, UpdateAccessConfigRequest, UpgradePolicyRequest, VpcConfigRequest,
    VpcConfigResponse, ZonalShiftConfigRequest, builders::VpcConfigRequestBuilder,
};
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};

use super::{
    health,
    site::{Outputs, Site},
    update::Target,
};
use crate::{
    error::{Meaning, settled},
    permissions::Purpose,
};

/// Every kind of log that there is: who did what is asked afterwards.
const LOGS: [LogType; 5] =
    [LogType::Api, LogType::Audit, LogType::Authenticator, LogType::ControllerManager, LogType::Scheduler];

/// The cluster.
pub(super) struct ControlPlane(pub(super) Arc<Site>);

/// What can be changed of a cluster, each in a call of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Endpoint,
    Logging,
    Protection,
    Support,
    ZonalShift,
    Authentication,
    Nodes,
}

impl Change {
    const fn said(self) -> &'static str {
        match self {
            Self::Endpoint => "from where the API server is reachable",
            Self::Logging => "which logs are kept",
            Self::Protection => "the protection from deletion is off",
            Self::Support => "it would go on into extended support",
            Self::ZonalShift => "it does not leave a zone that fails",
            Self::Authentication => "others than access entries let in",
            Self::Nodes => "EKS does not start nodes as needed",
        }
    }
}

impl ControlPlane {
    fn name(&self) -> &str {
        &self.0.names.cluster
    }

    fn allowed(&self) -> BTreeSet<String> {
        self.0.parameters.api_access_from.iter().map(ToString::to_string).collect()
    }

    fn endpoints(&self) -> VpcConfigRequestBuilder {
        let from: Vec<String> = self.allowed().into_iter().collect();
        VpcConfigRequest::builder()
            .endpoint_private_access(true)
            .endpoint_public_access(!from.is_empty())
            .set_public_access_cidrs((!from.is_empty()).then_some(from))
    }

    /// Whether it is to be at another version than it is at.
    fn is_upgrading(&self, there: &Cluster) -> bool {
        there.version() != Some(self.0.parameters.kubernetes_version.as_str())
    }

    /// What is not as it should be.
    fn changes(&self, there: &Cluster) -> Vec<Change> {
        let mut changes = Vec::new();
        let allowed = self.allowed();
        if !there.resources_vpc_config().is_some_and(|vpc| is_reachable_as(vpc, &allowed)) {
            changes.push(Change::Endpoint);
        }
        let kept: BTreeSet<&str> = there
            .logging()
            .into_iter()
            .flat_map(Logging::cluster_logging)
            .filter(|setup| setup.enabled() == Some(true))
            .flat_map(LogSetup::types)
            .map(LogType::as_str)
            .collect();
        if !LOGS.iter().all(|log| kept.contains(log.as_str())) {
            changes.push(Change::Logging);
        }
        if there.deletion_protection() != Some(true) {
            changes.push(Change::Protection);
        }
        if there.upgrade_policy().and_then(|policy| policy.support_type()) != Some(&SupportType::Standard) {
            changes.push(Change::Support);
        }
        if there.zonal_shift_config().and_then(|shift| shift.enabled()) != Some(true) {
            changes.push(Change::ZonalShift);
        }
        if there.access_config().and_then(|access| access.authentication_mode()) != Some(&AuthenticationMode::Api) {
            changes.push(Change::Authentication);
        }
        let is_auto = there.compute_config().and_then(|compute| compute.enabled()) == Some(true);
        if self.0.parameters.auto_mode && !is_auto {
            changes.push(Change::Nodes);
        }
        changes
    }

    async fn create(&self, outputs: &Outputs) -> Result<(), StepError> {
        let site = &self.0;
        let key = Provider::builder().key_arn(outputs.get("Key")?).build();
        #[expect(deprecated, reason = "EKS takes this one value only, and not all of its versions take none")]
        let encryption = EncryptionConfig::builder().resources("secrets").provider(key).build();
        let access = CreateAccessConfigRequest::builder()
            .authentication_mode(AuthenticationMode::Api)
            .bootstrap_cluster_creator_admin_permissions(false)
            .build();
        let services = site.services.map(|range| range.to_string());
        let nodes = AsNeeded::of(site.parameters.auto_mode, outputs)?;
        let network = KubernetesNetworkConfigRequest::builder()
            .set_service_ipv4_cidr(services)
            .set_elastic_load_balancing(nodes.balancing)
            .build();
        let vpc = self.endpoints().set_subnet_ids(Some(outputs.list("PrivateSubnets")?)).build();
        let role = outputs.get("ClusterRole")?;
        let session = site.within(Purpose::Cluster);
        let make = async {
            let asked = session
                .eks()
                .await?
                .create_cluster()
                .name(self.name())
                .version(&site.parameters.kubernetes_version)
                .role_arn(role)
                .resources_vpc_config(vpc)
                .kubernetes_network_config(network)
                .set_compute_config(nodes.compute)
                .set_storage_config(nodes.storage)
                .logging(logging())
                .encryption_config(encryption)
                .access_config(access)
                .upgrade_policy(support())
                .zonal_shift_config(zonal_shift())
                .bootstrap_self_managed_addons(false)
                .set_tags(Some(site.names.tags().into_iter().collect()))
                .send()
                .await;
            session.answer(asked)
        };
        match make.await {
            // Somebody was faster, or the answer to an earlier request was lost: what is there is looked at next.
            Err(refusal) if refusal.meaning == Meaning::InUse => Ok(()),
            other => other.map(drop).map_err(|refusal| refusal.step(format!("make the cluster {}", self.name()))),
        }
    }

    /// Changes one thing: a call takes no more.
    async fn change(&self, change: Change) -> Result<(), StepError> {
        let outputs = if change == Change::Nodes { self.0.outputs().await? } else { None };
        let nodes = outputs.as_ref().map(|outputs| AsNeeded::of(true, outputs)).transpose()?.unwrap_or_default();
        let session = self.0.within(Purpose::Cluster);
        let ask = async {
            let request = session.eks().await?.update_cluster_config().name(self.name());
            let request = match change {
                Change::Endpoint => request.resources_vpc_config(self.endpoints().build()),
                Change::Logging => request.logging(logging()),
                Change::Protection => request.deletion_protection(true),
                Change::Support => request.upgrade_policy(support()),
                Change::ZonalShift => request.zonal_shift_config(zonal_shift()),
                Change::Authentication => request.access_config(
                    UpdateAccessConfigRequest::builder().authentication_mode(AuthenticationMode::Api).build(),
                ),
                Change::Nodes => request
                    .kubernetes_network_config(
                        KubernetesNetworkConfigRequest::builder().set_elastic_load_balancing(nodes.balancing).build(),
                    )
                    .set_compute_config(nodes.compute)
                    .set_storage_config(nodes.storage),
            };
            let answer = session.answer(request.send().await)?;
            self.0.asked(Target::Cluster, answer.update());
            Ok(())
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("change the cluster {}", self.name())))
    }

    /// A cluster is protected once it is up, and not before: one that fails on the way can be removed so.
    async fn remove(&self, there: &Cluster) -> Result<(), StepError> {
        let is_protected = there.status() == Some(&ClusterStatus::Active) && there.deletion_protection() == Some(true);
        let session = self.0.within(Purpose::Cluster);
        let ask = async {
            let client = session.eks().await?;
            if is_protected {
                let off = client.update_cluster_config().name(self.name()).deletion_protection(false).send().await;
                return session.answer(off).map(drop);
            }
            session.answer(client.delete_cluster().name(self.name()).send().await).map(drop)
        };
        settled(ask.await).map_err(|refusal| refusal.step(format!("delete the cluster {}", self.name())))
    }

    fn waits(&self, there: &Cluster) -> String {
        health::state(&format!("cluster {}", self.name()), there.status().map(ClusterStatus::as_str), &said(there))
    }

    fn failed(&self, there: &Cluster) -> StepError {
        let what = format!("EKS could not make the cluster {}", self.name());
        StepError::new(Code::CloudFailed, Class::Terminal, what).caused_by(said(there))
    }
}

/// What makes EKS start nodes itself: compute, storage and load balancing together or not at all, on nodes of the pools that
/// EKS has for this (EKS User Guide, "Create an EKS Auto Mode cluster", "Enable or disable built-in NodePools").
#[derive(Default)]
struct AsNeeded {
    compute: Option<ComputeConfigRequest>,
    storage: Option<StorageConfigRequest>,
    balancing: Option<ElasticLoadBalancing>,
}

impl AsNeeded {
    fn of(auto_mode: bool, outputs: &Outputs) -> Result<Self, StepError> {
        if !auto_mode {
            return Ok(Self::default());
        }
        let pools = ["general-purpose", "system"].map(str::to_owned);
        let compute = ComputeConfigRequest::builder()
            .enabled(true)
            .set_node_pools(Some(pools.into()))
            .node_role_arn(outputs.get("NodeRole")?)
            .build();
        let storage =
            StorageConfigRequest::builder().block_storage(BlockStorage::builder().enabled(true).build()).build();
        let balancing = ElasticLoadBalancing::builder().enabled(true).build();
        Ok(Self { compute: Some(compute), storage: Some(storage), balancing: Some(balancing) })
    }
}

/// Whether the API server is reachable from its own network and from these.
fn is_reachable_as(vpc: &VpcConfigResponse, allowed: &BTreeSet<String>) -> bool {
    let from: BTreeSet<String> = vpc.public_access_cidrs().iter().cloned().collect();
    let is_public = !allowed.is_empty();
    vpc.endpoint_private_access() && vpc.endpoint_public_access() == is_public && (!is_public || from == *allowed)
}

fn said(there: &Cluster) -> String {
    let issues = there.health().map(|health| health.issues()).unwrap_or_default();
    health::said(issues.iter().map(|issue| (issue.code().map(|code| code.as_str()), issue.message())))
}

fn logging() -> Logging {
    let setup = LogSetup::builder().set_types(Some(LOGS.into())).enabled(true).build();
    Logging::builder().cluster_logging(setup).build()
}

/// No extended support, which costs six times as much.
fn support() -> UpgradePolicyRequest {
    UpgradePolicyRequest::builder().support_type(SupportType::Standard).build()
}

fn zonal_shift() -> ZonalShiftConfigRequest {
    ZonalShiftConfigRequest::builder().enabled(true).build()
}

#[async_trait]
impl Act for ControlPlane {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.0.cluster().await? else { return Ok(Observed::Absent) };
        Ok(match there.status() {
            Some(ClusterStatus::Active) => {
                let changes = self.changes(&there);
                if changes.is_empty() {
                    Observed::Ready
                } else {
                    differs(changes.into_iter().map(|change| change.said().to_owned()).collect())
                }
            }
            Some(ClusterStatus::Failed) => differs(vec![self.waits(&there)]),
            // It is on its way to its next version: who brings it there waits for it.
            Some(ClusterStatus::Updating) if self.is_upgrading(&there) => Observed::Ready,
            _ => Observed::Waiting { reason: self.waits(&there) },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(there) = self.0.cluster().await? else {
            let Some(outputs) = self.0.outputs().await? else {
                return Ok(Progress::Waiting { reason: "the stack below".to_owned() });
            };
            self.create(&outputs).await?;
            return Ok(Progress::Waiting { reason: format!("cluster {}", self.name()) });
        };
        match there.status() {
            Some(ClusterStatus::Active) => {
                if let Some(change) = self.changes(&there).first() {
                    self.0.not_given_up(&Target::Cluster).await?;
                    self.change(*change).await?;
                }
            }
            // It never was up, so nothing is lost with it: it goes, and the next attempt makes it anew.
            Some(ClusterStatus::Failed) if there.endpoint().is_none() => {
                self.remove(&there).await?;
                return Err(self.failed(&there));
            }
            Some(ClusterStatus::Failed) => return Err(self.failed(&there)),
            _ => {}
        }
        Ok(Progress::Waiting { reason: self.waits(&there) })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(there) = self.0.cluster().await? else { return Ok(Progress::Applied) };
        if matches!(there.status(), Some(ClusterStatus::Active | ClusterStatus::Failed)) {
            self.remove(&there).await?;
        }
        Ok(Progress::Waiting { reason: format!("cluster {} to be deleted", self.name()) })
    }
}
