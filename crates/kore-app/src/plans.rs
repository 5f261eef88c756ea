//! Questions about plans: what a version is for a team, and what it would change in the clusters that
//! follow the plan.

use std::sync::Arc;

use kore_api::{
    cluster::Cluster,
    codes::Code,
    names::{PlanName, TeamName},
    plan::{Plan, PlanImpact, PlanVersion, version_name},
    policy::Explanation,
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Platform},
    plan::{diff, effective, immutable_changes, parameters_schema, with_effects},
    policy::{Named, explain_parameters, judge},
    upgrade::{self, Standing, version_change},
};
use kube::ResourceExt;

use crate::{
    App, AppError,
    objects::{Sight, Stored, plan_values, team_name},
};

impl App {
    /// Each parameter of a plan version, and with a team what policies let that team change about it.
    ///
    /// # Errors
    /// 404 for a plan, a version or a team that is not theirs to know about, or that there is not.
    pub async fn explain_plan(
        &self,
        cx: &OpContext,
        name: &str,
        version: Option<u32>,
        team: Option<&TeamName>,
    ) -> Result<Explanation, AppError> {
        self.authorize(cx, Permission::PlanRead, Platform, &format!("plan/{name}")).await?;
        let (plan, version) = self.plan_version(cx, name, version)?;
        if let Some(team) = team {
            self.authorize(cx, Permission::TeamRead, team.clone(), &format!("plan/{name}")).await?;
            let found = self.team(team)?;
            if !plan.spec.teams.covers(team, found.labels()) {
                let problem = Problem::new(Code::InputUnknownPlan, format!("plan {name:?} is not for team {team}"));
                return Err(problem.with("plan", name).with("team", team.as_str()).into());
            }
        }
        let spec = &version.spec;
        let policies = team.map(|team| self.indexes.policies(spec.provider, &spec.plan, team)).unwrap_or_default();
        let names: Vec<_> = policies.iter().map(|policy| policy.name_any()).collect();
        let named: Vec<_> =
            policies.iter().zip(&names).map(|(policy, name)| Named { name, spec: &policy.spec }).collect();
        Ok(Explanation {
            plan: spec.plan.clone(),
            version: spec.version,
            stage: spec.stage,
            team: team.cloned(),
            parameters: explain_parameters(&named, spec.provider, &plan_values(&version)),
            policies: names,
            schema: parameters_schema(spec.provider).clone(),
        })
    }

    /// What moving to this version would do to each cluster of its plan that is on another one: what of its
    /// parameters changes, what of that cannot be, and which of its overrides would be refused.
    ///
    /// # Errors
    /// 403 for those who do not write plans, 404 when there is no such version.
    pub async fn plan_impact(&self, cx: &OpContext, name: &str) -> Result<Vec<PlanImpact>, AppError> {
        self.authorize(cx, Permission::PlanWrite, Platform, &format!("planversion/{name}")).await?;
        let version = self.indexes.plan_versions.get(None, name).ok_or_else(AppError::hidden)?;
        let on_another = |cluster: &Cluster| {
            let plan = &cluster.spec.plan;
            plan.name == version.spec.plan && plan.version != Some(version.spec.version)
        };
        let mut clusters = self.indexes.clusters.select(None, on_another);
        clusters.sort_by_key(|cluster| (cluster.namespace(), cluster.name_any()));
        Ok(clusters.iter().filter_map(|cluster| self.impact(&version, cluster)).collect())
    }

    fn impact(&self, version: &PlanVersion, cluster: &Cluster) -> Option<PlanImpact> {
        let spec = &version.spec;
        let team = team_name(cluster.namespace().as_deref())?;
        let now = self.present(cluster)?;
        let (changes, blocked) = match effective(spec.provider, &spec.parameters, &cluster.spec.overrides) {
            // The overrides do not fit the parameters of this version at all.
            Err(errors) => (Vec::new(), errors),
            Ok(wanted) => {
                let policies = self.indexes.policies(spec.provider, &spec.plan, &team);
                let names: Vec<_> = policies.iter().map(|policy| policy.name_any()).collect();
                let named: Vec<_> =
                    policies.iter().zip(&names).map(|(policy, name)| Named { name, spec: &policy.spec }).collect();
                let mut blocked = immutable_changes(spec.provider, &now, &wanted);
                blocked.extend(upgrade::wanted(&now).map(Standing::at).and_then(|at| version_change(at, &wanted)));
                blocked.extend(judge(&named, &plan_values(version), &wanted));
                (with_effects(spec.provider, diff(&now, &wanted)), blocked)
            }
        };
        let from = cluster.spec.plan.version;
        Some(PlanImpact { team, cluster: cluster.name_any(), from, changes, blocked })
    }

    /// What a cluster has now: as last applied, or as its own version says.
    fn present(&self, cluster: &Cluster) -> Option<serde_json::Value> {
        if let Some(applied) = cluster.status.as_ref().and_then(|status| status.parameters.clone()) {
            return Some(applied);
        }
        let plan = &cluster.spec.plan;
        let version = self.indexes.plan_versions.get(None, &version_name(&plan.name, plan.version?))?;
        effective(version.spec.provider, &version.spec.parameters, &cluster.spec.overrides).ok()
    }

    /// A plan and a version of it, the current one if none is named, as far as the caller sees them.
    fn plan_version(
        &self,
        cx: &OpContext,
        name: &str,
        version: Option<u32>,
    ) -> Result<(Arc<Plan>, Arc<PlanVersion>), AppError> {
        let sight = Sight::new(self, cx, kore_domain::access::Visibility::All)?;
        let plan = self.indexes.plans.get(None, name).filter(|plan| plan.visible(&sight));
        let plan = plan.ok_or_else(AppError::hidden)?;
        let parsed: PlanName = name.parse().map_err(|_| AppError::hidden())?;
        let Some(version) = version.or(plan.spec.current_version) else {
            let problem = Problem::new(Code::InputUnknownPlan, format!("plan {name} has no published version"));
            return Err(problem.with("plan", name).into());
        };
        let found = self.indexes.plan_versions.get(None, &version_name(&parsed, version));
        let found = found.filter(|version| version.visible(&sight)).ok_or_else(AppError::hidden)?;
        Ok((plan, found))
    }
}
