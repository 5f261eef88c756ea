//! From one minor version to the next: the control plane, once nothing speaks against it, then add-ons, then pool after pool, as
//! EKS asks for it (EKS User Guide, "Update existing cluster to new Kubernetes version"). There is a way back for the control
//! plane alone, which Kore does not take.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_eks::types::{
    AddonStatus, Category, Cluster, ClusterStatus, InsightStatusValue, InsightsFilter, NodegroupStatus,
    ResolveConflicts,
};
use kore_api::upgrade::{CheckResult, Preflight};
use kore_baseline::{
    Ground,
    facts::{self, deprecated::Log},
};
use kore_domain::upgrade::{Facts, Minor, Standing, Told, judge};
use kore_engine::{
    component::{Observed, Progress},
    error::{StepError, chain},
    part::{Act, Part, differs},
    upgrade::{let_go, lines},
};

use super::{
    addon::{self, Addon},
    health,
    pool::Pool,
    provider::{addon_id, pool_id, viewed},
    site::Site,
    update::Target,
};
use crate::{
    error::{Refusal, settled},
    permissions::Purpose,
};

const CONTROL_PLANE: &str = "upgrade/control-plane";

/// The version of a cluster's control plane.
pub(super) fn version(cluster: &Cluster) -> Option<Minor> {
    cluster.version().and_then(|version| version.parse().ok())
}

/// Where the cluster is between versions; none before there is one.
pub(super) async fn standing(site: &Arc<Site>) -> Result<Option<Standing>, StepError> {
    let Some(newest) = site.cluster().await?.as_ref().and_then(version) else { return Ok(None) };
    let mut at = newest;
    for name in site.parameters.node_pools.keys() {
        let pool = Pool { site: Arc::clone(site), name: name.clone(), wanted: None }.find().await?;
        let version = pool.as_ref().and_then(|pool| pool.version()).and_then(|version| version.parse().ok());
        at = version.map_or(at, |version: Minor| version.min(at));
    }
    Ok(Some(if at == newest { Standing::at(at) } else { Standing { at, to: Some(newest) } }))
}

/// What speaks for or against an upgrade.
pub(super) async fn facts(site: &Arc<Site>, ground: Option<&Ground>) -> Facts {
    let said = match site.cluster().await {
        Ok(cluster) => cluster.and_then(|it| it.version().map(str::to_owned)).ok_or("there is no cluster".to_owned()),
        Err(error) => Err(chain(&error)),
    };
    let inside = match ground {
        // EKS keeps the audit log elsewhere; its insights say who used what.
        Some(ground) => facts::gather(ground, |_| true, std::future::ready(Ok(Log::default()))).await,
        None => Facts {
            control_plane: said,
            nodes: Ok(Vec::new()),
            deprecated: Ok(Vec::new()),
            budgets: Ok(Vec::new()),
            webhooks: Ok(Vec::new()),
            lone_pods: Ok(Vec::new()),
            told: Ok(Vec::new()),
        },
    };
    Facts { told: told(site).await.map_err(|refusal| refusal.to_string()), ..inside }
}

/// What EKS says about the cluster's next version.
async fn told(site: &Site) -> Result<Vec<Told>, Refusal> {
    let session = site.within(Purpose::Cluster);
    let client = session.eks().await?;
    let mut all = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let filter = InsightsFilter::builder().categories(Category::UpgradeReadiness).build();
        let asked = client.list_insights().cluster_name(&site.names.cluster).filter(filter).set_next_token(next);
        let answer = session.answer(asked.send().await)?;
        for insight in answer.insights() {
            let status = insight.insight_status();
            let result = match status.and_then(|status| status.status()) {
                Some(InsightStatusValue::Passing) => CheckResult::Pass,
                Some(InsightStatusValue::Warning) => CheckResult::Warn,
                Some(InsightStatusValue::Error) => CheckResult::Fail,
                _ => CheckResult::Unknown,
            };
            let reason = status.and_then(|status| status.reason()).unwrap_or("EKS says no more").to_owned();
            all.push(Told { name: insight.name().unwrap_or("an insight").to_owned(), result, reason });
        }
        next = answer.next_token().map(str::to_owned);
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// The steps from a version to the one wanted, after everything else.
pub(super) fn parts(
    site: &Arc<Site>,
    ground: Option<&Arc<Ground>>,
    from: Minor,
    to: Minor,
    after: Vec<String>,
) -> Vec<Part> {
    let control_plane = ControlPlane { site: Arc::clone(site), ground: ground.cloned(), from, to };
    let title = format!("Bring the control plane to {to}");
    let mut parts = vec![Part::new(CONTROL_PLANE, title, viewed(site, "", false, control_plane)).after(after)];
    let mut last = Vec::new();
    for &kind in addon::kinds(&site.parameters) {
        let act = AddonVersion { addon: Addon { site: Arc::clone(site), kind }, to };
        let id = format!("upgrade/{}", addon_id(kind.name));
        let title = format!("Bring the add-on {} to what fits {to}", kind.name);
        parts.push(Part::new(id.clone(), title, viewed(site, "", false, act)).after([CONTROL_PLANE]));
        last.push(id);
    }
    for name in site.parameters.node_pools.keys() {
        let act = PoolVersion { pool: Pool { site: Arc::clone(site), name: name.clone(), wanted: None }, to };
        let id = format!("upgrade/{}", pool_id(name));
        let title = format!("Bring the nodes of pool {name} to {to}");
        parts.push(
            Part::new(id.clone(), title, viewed(site, "", false, act)).after(std::mem::replace(&mut last, vec![id])),
        );
    }
    parts.into_iter().map(|part| part.patience(super::provider::LONG)).collect()
}

/// The control plane, and before it the gate: what EKS took on is not asked again.
struct ControlPlane {
    site: Arc<Site>,
    ground: Option<Arc<Ground>>,
    from: Minor,
    to: Minor,
}

impl ControlPlane {
    async fn preflight(&self) -> Preflight {
        let facts = facts(&self.site, self.ground.as_deref()).await;
        judge(self.from, self.to, &facts, self.site.now())
    }

    async fn begin(&self) -> Result<(), Refusal> {
        let session = self.site.within(Purpose::Cluster);
        let client = session.eks().await?;
        let name = &self.site.names.cluster;
        let asked = client.update_cluster_version().name(name).version(self.to.to_string()).send().await;
        self.site.asked(Target::Cluster, session.answer(asked)?.update());
        Ok(())
    }
}

#[async_trait]
impl Act for ControlPlane {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.site.cluster().await? else { return Ok(Observed::Absent) };
        Ok(match there.status() {
            Some(ClusterStatus::Active) if version(&there) == Some(self.to) => Observed::Ready,
            Some(ClusterStatus::Active) => differs(lines(&self.preflight().await)),
            status => {
                let reason = health::state("control plane", status.map(ClusterStatus::as_str), "");
                Observed::Waiting { reason }
            }
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let there = self.site.cluster().await?;
        let is_still = |there: &Cluster| {
            there.status() == Some(&ClusterStatus::Active) && version(there).is_some_and(|version| version < self.to)
        };
        if there.as_ref().is_some_and(is_still) {
            self.site.not_given_up(&Target::Cluster).await?;
            let_go(&self.preflight().await)?;
            let what = || format!("bring the control plane to {}", self.to);
            settled(self.begin().await).map_err(|refusal| refusal.step(what()))?;
        }
        Ok(Progress::Waiting { reason: format!("control plane to be at {}", self.to) })
    }
}

/// An add-on at the version that EKS has by default for one of Kubernetes.
struct AddonVersion {
    addon: Addon,
    to: Minor,
}

impl AddonVersion {
    /// The one by default; none where EKS names none.
    async fn fitting(&self) -> Result<Option<String>, StepError> {
        let session = self.addon.site.within(Purpose::Information);
        let ask = async {
            let asked = session
                .eks()
                .await?
                .describe_addon_versions()
                .addon_name(self.addon.kind.name)
                .kubernetes_version(self.to.to_string())
                .send()
                .await;
            session.answer(asked)
        };
        let what = || format!("look which versions of {} there are", self.addon.kind.name);
        let answer = ask.await.map_err(|refusal| refusal.step(what()))?;
        let versions = answer.addons().iter().flat_map(|addon| addon.addon_versions());
        let fits = versions.filter(|one| one.compatibilities().iter().any(|fit| fit.default_version()));
        Ok(fits.filter_map(|one| one.addon_version()).next().map(str::to_owned))
    }

    async fn begin(&self, version: &str) -> Result<(), Refusal> {
        let session = self.addon.site.within(Purpose::Cluster);
        let client = session.eks().await?;
        let asked = client
            .update_addon()
            .cluster_name(&self.addon.site.names.cluster)
            .addon_name(self.addon.kind.name)
            .addon_version(version)
            .resolve_conflicts(ResolveConflicts::Preserve)
            .send()
            .await;
        self.addon.site.asked(self.addon.target(), session.answer(asked)?.update());
        Ok(())
    }
}

#[async_trait]
impl Act for AddonVersion {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.addon.find().await? else { return Ok(Observed::Absent) };
        if !matches!(there.status(), Some(AddonStatus::Active | AddonStatus::UpdateFailed | AddonStatus::Degraded)) {
            return Ok(Observed::Waiting { reason: self.addon.waits(&there) });
        }
        let fitting = self.fitting().await?;
        if fitting.is_none() || there.addon_version() == fitting.as_deref() {
            return Ok(Observed::Ready);
        }
        let now = there.addon_version().unwrap_or("no version");
        Ok(differs(vec![format!("version: {now} → {}", fitting.unwrap_or_default())]))
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let name = self.addon.kind.name;
        self.addon.site.not_given_up(&self.addon.target()).await?;
        if let Some(version) = self.fitting().await? {
            settled(self.begin(&version).await)
                .map_err(|refusal| refusal.step(format!("bring the add-on {name} to {version}")))?;
        }
        Ok(Progress::Waiting { reason: format!("add-on {name}") })
    }
}

/// The nodes of a pool at a version: EKS replaces them, as many at once as the pool says, and moves pods as their budgets allow.
struct PoolVersion {
    pool: Pool,
    to: Minor,
}

impl PoolVersion {
    async fn begin(&self) -> Result<(), Refusal> {
        let session = self.pool.site.within(Purpose::Cluster);
        let client = session.eks().await?;
        let asked = client
            .update_nodegroup_version()
            .cluster_name(&self.pool.site.names.cluster)
            .nodegroup_name(&self.pool.name)
            .version(self.to.to_string())
            .send()
            .await;
        self.pool.site.asked(self.pool.target(), session.answer(asked)?.update());
        Ok(())
    }
}

#[async_trait]
impl Act for PoolVersion {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(there) = self.pool.find().await? else { return Ok(Observed::Absent) };
        let version = there.version().and_then(|version| version.parse::<Minor>().ok());
        Ok(match there.status() {
            Some(NodegroupStatus::Active) if version.is_some_and(|version| version >= self.to) => Observed::Ready,
            Some(NodegroupStatus::Active) => {
                let now = there.version().unwrap_or("no version");
                differs(vec![format!("version: {now} → {}", self.to)])
            }
            _ => Observed::Waiting { reason: self.pool.waits(&there) },
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let name = &self.pool.name;
        self.pool.site.not_given_up(&self.pool.target()).await?;
        settled(self.begin().await)
            .map_err(|refusal| refusal.step(format!("bring the nodes of pool {name} to {}", self.to)))?;
        Ok(Progress::Waiting { reason: format!("pool {name} to be at {}", self.to) })
    }
}
