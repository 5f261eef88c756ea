//! Plans.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    allocation::Allocation,
    codes::Code,
    condition::Condition,
    names::TeamName,
    plan::{Plan, PlanSpec, PlanVersion, Provider, Stage, version_name},
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Resource},
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt, api::DeleteParams};

use super::{Sight, Stored, Verdict, names};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{Kind, PLAN},
    strict::Decoder,
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<PlanSpec>("Plan"));

#[async_trait]
impl Stored for Plan {
    fn entry() -> &'static Kind {
        &PLAN
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: PlanSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.plans
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<kore_api::names::PlanName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.provider" => FieldValue::Text(super::word(&self.spec.provider).into()),
            "spec.currentVersion" => {
                self.spec.current_version.map_or(FieldValue::Absent, |version| FieldValue::Number(version.into()))
            }
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.covers(&self.spec.teams)
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        if before.is_some_and(|before| before.spec.provider != after.spec.provider) {
            let problem = Problem::new(Code::InputImmutable, "the provider of a plan never changes");
            return Err(problem.with_field("/spec/provider", "immutable", "never changes").into());
        }
        let provider = after.spec.provider;
        if before.is_none() && provider != Provider::Local && !app.providers.contains_key(&provider) {
            let word = super::word(&provider);
            let problem =
                Problem::new(Code::InputInvalid, format!("this installation makes no clusters of {word} yet"));
            return Err(problem.with_field("/spec/provider", "provider", "is not offered here").into());
        }
        if let Some(version) = after.spec.current_version
            && let Ok(plan) = after.name_any().parse()
            && before.is_none_or(|before| before.spec.current_version != after.spec.current_version)
        {
            let found = app.indexes.plan_versions.get(None, &version_name(&plan, version));
            match found.map(|found| found.spec.stage) {
                Some(Stage::Published | Stage::Deprecated) => {}
                Some(Stage::Retired) => {
                    let problem = Problem::new(Code::PlanStage, format!("version {version} of plan {plan} is retired"));
                    let detail = "is retired: no cluster comes to it";
                    return Err(problem.with_field("/spec/currentVersion", "stage", detail).into());
                }
                Some(Stage::Draft) | None => {
                    let what = format!("version {version} of plan {plan} is not published");
                    let detail = "is not published; publish it and it becomes current by itself";
                    let problem = Problem::new(Code::InputUnknownPlan, what);
                    return Err(problem.with_field("/spec/currentVersion", "exists", detail).into());
                }
            }
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), &after.spec)?;
        verdict.warnings.extend(unknown_teams(app, &after.spec.teams));
        Ok(verdict)
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let plan = self.name_any();
        let users = app.indexes.clusters.select(None, |cluster| cluster.spec.plan.name.as_str() == plan);
        if users.is_empty() {
            return Ok(());
        }
        let listed = names(&users);
        let problem =
            Problem::new(Code::StillOwns, format!("plan {plan} is used by {} clusters: {listed}", users.len()));
        Err(problem.with("clusters", listed).with("count", users.len().to_string()).into())
    }

    /// Versions go with their plan.
    async fn leaving(&self, app: &App, _: &OpContext) -> Result<(), AppError> {
        let plan = self.name_any();
        let api = <PlanVersion as Stored>::api(&app.kube, None);
        for version in app.indexes.plan_versions.select(None, |version| version.spec.plan.as_str() == plan) {
            match api.delete(&version.name_any(), &DeleteParams::default()).await {
                Err(error) if kore_kube::apply::is_not_found(&error) => {}
                other => drop(other?),
            }
        }
        Ok(())
    }
}

/// Teams that are named and that there are not: they may come, or be misspelt.
pub(super) fn unknown_teams(app: &App, allocation: &Allocation) -> Option<String> {
    let unknown: Vec<_> = allocation
        .names
        .iter()
        .filter(|team| app.indexes.teams.get(None, team.as_str()).is_none())
        .map(TeamName::as_str)
        .collect();
    (!unknown.is_empty()).then(|| format!("there is no team {}", unknown.join(", ")))
}
