//! Clusters: a plan version and the team's overrides.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    cluster::{Cluster, ClusterSpec},
    codes::Code,
    condition::Condition,
    names::{ClusterRef, TeamName},
    plan::{PlanVersion, version_name},
    problem::Problem,
    quota::Quantities,
};
use kore_domain::{
    access::{OpContext, Resource, Visibility},
    plan::{effective, immutable_changes, prefixed},
    query::FieldValue,
    quota::of_cluster,
};
use kore_engine::provider::ClusterRequest;
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};
use serde_json::Value;

use super::{Outlook, Stored, Verdict};
use crate::{
    App, AppError,
    addresses::check_room,
    backend::Place,
    envelope,
    kinds::{CLUSTER, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<ClusterSpec>("Cluster"));

#[async_trait]
impl Stored for Cluster {
    fn entry() -> &'static Kind {
        &CLUSTER
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: ClusterSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.clusters
    }

    fn api(client: &Client, team: Option<&TeamName>) -> Api<Self> {
        match team {
            Some(team) => Api::namespaced(client.clone(), &kore_api::meta::team_namespace(team)),
            None => Api::all(client.clone()),
        }
    }

    fn resource(place: &Place) -> Option<Resource> {
        reference(place).map(Resource::Cluster)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.plan.name" => FieldValue::Text(self.spec.plan.name.as_str().into()),
            "spec.plan.version" => {
                self.spec.plan.version.map_or(FieldValue::Absent, |version| FieldValue::Number(version.into()))
            }
            "spec.paused" => FieldValue::Bool(self.spec.paused),
            "status.kubernetesVersion" => {
                let version = self.status.as_ref().and_then(|status| status.kubernetes_version.as_deref());
                version.map_or(FieldValue::Absent, |version| FieldValue::Text(version.into()))
            }
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, visibility: &Visibility) -> bool {
        let team = self.metadata.namespace.as_deref().and_then(envelope::team_of);
        let name = self.metadata.name.as_deref().unwrap_or_default();
        team.is_some_and(|team| visibility.shows_cluster(team, name))
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let version = plan_version(app, before, after)?;
        let parameters = parameters(&version, &after.spec.overrides)?;
        let provider = version.spec.provider;
        if let Some(provider) = app.providers.get(&provider) {
            provider.validate(&parameters).map_err(|error| AppError::from_step(&error))?;
            if before.is_none() {
                check_room(app, provider.as_ref(), &parameters).await?;
            }
        }
        let old = before.map(|before| present_parameters(app, before)).transpose()?;
        if let Some(old) = &old {
            let fixed = immutable_changes(provider, old, &parameters);
            if !fixed.is_empty() {
                let mut problem =
                    Problem::new(Code::InputImmutable, "some parameters are fixed when a cluster is made");
                problem.errors = prefixed(fixed, "/spec/overrides");
                return Err(problem.into());
            }
        }
        let mut warnings = Vec::new();
        if after.spec.paused {
            warnings.push("the cluster is paused: nothing is done until it is not".to_owned());
        }
        let before = match (before, old) {
            (Some(before), Some(old)) => Some(view(&before.spec, &old)?),
            _ => None,
        };
        Ok(Verdict { before, after: view(&after.spec, &parameters)?, warnings })
    }

    fn demand(&self, app: &App) -> Result<Option<Quantities>, AppError> {
        let version = plan_version_of(app, self)?;
        let parameters = parameters(&version, &self.spec.overrides)?;
        let workloads = match app.providers.get(&version.spec.provider) {
            Some(provider) => {
                let request = request(app, self, parameters.clone())?;
                provider.rung(&request).map_err(|error| AppError::from_step(&error))?.workloads
            }
            None => true,
        };
        Ok(Some(of_cluster(version.spec.provider, &parameters, workloads)))
    }

    async fn releasable(&self, _: &App) -> Result<(), AppError> {
        if self.spec.deletion_protection {
            let detail = format!("cluster {} carries deletionProtection", self.name_any());
            return Err(AppError::new(Code::Protected, detail));
        }
        Ok(())
    }

    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let Some(object) = after.or(before) else { return Ok(Outlook::default()) };
        if object.spec.paused && after.is_some() {
            return Ok(Outlook::default());
        }
        let version = plan_version_of(app, object)?;
        let Some(provider) = app.providers.get(&version.spec.provider) else { return Ok(Outlook::default()) };
        let request = request(app, object, parameters(&version, &object.spec.overrides)?)?;
        app.outlook(provider.as_ref(), &request, after.is_none()).await
    }

    fn has_operations() -> bool {
        true
    }
}

/// What its provider needs to know of a cluster with these parameters. What was observed of it is in the
/// object that a write was made from.
fn request(app: &App, cluster: &Cluster, parameters: Value) -> Result<ClusterRequest, AppError> {
    let place = Place {
        team: cluster.namespace().as_deref().and_then(envelope::team_of).and_then(|team| team.parse().ok()),
        name: cluster.name_any(),
    };
    let name = reference(&place).ok_or_else(AppError::hidden)?;
    let team_id = app.indexes.teams.get(None, name.team.as_str()).map(|team| team.spec.id.clone()).unwrap_or_default();
    Ok(ClusterRequest {
        name,
        uid: cluster.uid().unwrap_or_default(),
        team_id,
        parameters,
        rung: cluster.status.as_ref().and_then(|status| status.rung.clone()),
        addresses: cluster.status.as_ref().and_then(|status| status.addresses.clone()),
    })
}

/// `team/name` of a place.
fn reference(place: &Place) -> Option<ClusterRef> {
    Some(ClusterRef { team: place.team.clone()?, name: place.name.parse().ok()? })
}

/// The plan version that a write asks for; a missing number is filled in.
fn plan_version(app: &App, before: Option<&Cluster>, after: &mut Cluster) -> Result<PlanVersion, AppError> {
    let wanted = &mut after.spec.plan;
    let Some(plan) = app.indexes.plans.get(None, wanted.name.as_str()) else {
        let known: Vec<_> = app.indexes.plans.list(None).iter().map(|plan| plan.name_any()).collect();
        let hint = strict::nearest(wanted.name.as_str(), &known).map(|name| format!("; did you mean {name:?}?"));
        let detail = format!("there is no plan {:?}{}", wanted.name.as_str(), hint.unwrap_or_default());
        let problem = Problem::new(Code::InputUnknownPlan, detail).with("plan", wanted.name.as_str());
        return Err(problem.with_field("/spec/plan/name", "exists", "there is no such plan").into());
    };
    if wanted.version.is_none() {
        let kept =
            before.filter(|before| before.spec.plan.name == wanted.name).and_then(|before| before.spec.plan.version);
        wanted.version = kept.or(plan.spec.current_version);
    }
    plan_version_of(app, after)
}

fn plan_version_of(app: &App, cluster: &Cluster) -> Result<PlanVersion, AppError> {
    let plan = &cluster.spec.plan;
    let unknown = |detail: String| {
        let problem = Problem::new(Code::InputUnknownPlan, detail).with("plan", plan.name.as_str());
        AppError::from(problem.with_field("/spec/plan/version", "exists", "is not published"))
    };
    let version = plan.version.ok_or_else(|| unknown(format!("plan {} has no published version", plan.name)))?;
    let found = app.indexes.plan_versions.get(None, &version_name(&plan.name, version));
    found
        .map(|found| (*found).clone())
        .ok_or_else(|| unknown(format!("version {version} of plan {} is not published", plan.name)))
}

/// Plan version and overrides merged, with errors at the overrides in the body.
fn parameters(version: &PlanVersion, overrides: &Value) -> Result<Value, AppError> {
    effective(version.spec.provider, &version.spec.parameters, overrides)
        .map_err(|errors| strict::invalid("Cluster", prefixed(errors, "/spec/overrides")))
}

/// What a cluster has now: as last applied, or as its spec says before anything was applied.
fn present_parameters(app: &App, cluster: &Cluster) -> Result<Value, AppError> {
    if let Some(applied) = cluster.status.as_ref().and_then(|status| status.parameters.clone()) {
        return Ok(applied);
    }
    let version = plan_version_of(app, cluster)?;
    parameters(&version, &cluster.spec.overrides)
}

/// Spec and effective parameters side by side, as people compare them: `nodePools.default.size`, `plan.version`.
fn view(spec: &ClusterSpec, parameters: &Value) -> Result<Value, AppError> {
    let mut view = serde_json::to_value(spec).map_err(AppError::internal)?;
    if let (Some(view), Some(parameters)) = (view.as_object_mut(), parameters.as_object()) {
        view.remove("overrides");
        view.extend(parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(view)
}
