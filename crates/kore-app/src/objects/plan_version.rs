//! Plan versions: drafts, then published, deprecated, retired. What is published never changes, and
//! becomes its plan's current version.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    condition::Condition,
    meta,
    names::TeamName,
    plan::{Plan, PlanVersion, PlanVersionSpec, Stage, version_name},
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Resource},
    plan::{effective, life_errors, prefixed},
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{
    Api, Client, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::{Sight, Stored, Verdict, names, word};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{Kind, PLAN_VERSION},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<PlanVersionSpec>("PlanVersion"));

#[async_trait]
impl Stored for PlanVersion {
    fn entry() -> &'static Kind {
        &PLAN_VERSION
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: PlanVersionSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.plan_versions
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    /// `<plan>-v<version>` may be longer than a plan's name, so that only its form is looked at.
    fn resource(place: &Place) -> Option<Resource> {
        let (plan, version) = place.name.rsplit_once("-v")?;
        let proper = plan.parse::<kore_api::names::PlanName>().is_ok() && version.parse::<u32>().is_ok();
        proper.then_some(Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.plan" => FieldValue::Text(self.spec.plan.as_str().into()),
            "spec.version" => FieldValue::Number(self.spec.version.into()),
            "spec.provider" => FieldValue::Text(word(&self.spec.provider).into()),
            "spec.stage" => FieldValue::Text(self.spec.stage.as_str().into()),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        &[]
    }

    /// Drafts are for whoever sees all plans.
    fn visible(&self, sight: &Sight) -> bool {
        let begun = self.spec.stage != Stage::Draft || sight.everything();
        begun && sight.covers_plan(self.spec.plan.as_str())
    }

    async fn admit(app: &App, cx: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let spec = &mut after.spec;
        let Some(plan) = app.indexes.plans.get(None, spec.plan.as_str()) else {
            let problem = Problem::new(Code::InputUnknownPlan, format!("there is no plan {}", spec.plan));
            return Err(problem
                .with("plan", spec.plan.as_str())
                .with_field("/spec/plan", "exists", "there is no such plan")
                .into());
        };
        let mut errors = Vec::new();
        if spec.version == 0 {
            errors.push(strict::error("/spec/version", "minimum", "versions begin with 1"));
        }
        if spec.provider != plan.spec.provider {
            let detail = format!("the plan's provider is {}", word(&plan.spec.provider));
            errors.push(strict::error("/spec/provider", "const", detail));
        }
        let name = version_name(&spec.plan, spec.version);
        if after.metadata.name.as_deref() != Some(name.as_str()) {
            errors.push(strict::error(
                "/metadata/name",
                "const",
                format!("a version is named after plan and version: {name}"),
            ));
        }
        // A version that is out is compared as it is: new defaults of a newer Kore are no part of it.
        if before.is_none_or(|before| before.spec.stage == Stage::Draft) {
            match effective(spec.provider, &spec.parameters, &json!({})) {
                Ok(parameters) => spec.parameters = parameters,
                Err(found) => errors.extend(prefixed(found, "/spec/parameters")),
            }
        }
        let reason = spec.stage_reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if matches!(spec.stage, Stage::Deprecated | Stage::Retired) && reason.is_none() {
            let detail = format!("says why the version is {}, and what to use instead", spec.stage.as_str());
            errors.push(strict::error("/spec/stageReason", "required", detail));
        }
        if !errors.is_empty() {
            return Err(strict::invalid("PlanVersion", errors));
        }
        match before {
            Some(before) => advance(&plan, &before.spec, spec)?,
            None if spec.stage == Stage::Draft => only_draft(app, spec)?,
            None => {}
        }
        let stays = before.filter(|before| before.spec.stage == spec.stage);
        spec.stage_since = stays.map_or(Some(cx.now), |before| before.spec.stage_since);
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), &after.spec)?;
        // The time is another one in every preview of the same thing.
        if stays.is_none()
            && let Some(view) = verdict.after.as_object_mut()
        {
            view.remove("stageSince");
        }
        verdict.provider = Some(after.spec.provider);
        Ok(verdict)
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let (plan, version) = (&self.spec.plan, self.spec.version);
        let users = app
            .indexes
            .clusters
            .select(None, |cluster| cluster.spec.plan.name == *plan && cluster.spec.plan.version == Some(version));
        if !users.is_empty() {
            let listed = names(&users);
            let detail = format!("version {version} of plan {plan} is used by {} clusters: {listed}", users.len());
            return Err(Problem::new(Code::StillOwns, detail).with("clusters", listed).into());
        }
        let current = app.indexes.plans.get(None, plan.as_str()).and_then(|plan| plan.spec.current_version);
        if current == Some(version) {
            let detail = format!("version {version} is the current one of plan {plan}");
            let fix = "publish another version, or delete the plan";
            return Err(Problem::new(Code::StillOwns, detail).with_fix(fix).into());
        }
        Ok(())
    }

    /// The plan now offers this version to new clusters. An older one that is published late does not.
    async fn written(&self, app: &App, _: &OpContext) -> Result<(), AppError> {
        if self.spec.stage != Stage::Published {
            return Ok(());
        }
        let plan = self.spec.plan.as_str();
        let current = app.indexes.plans.get(None, plan).and_then(|plan| plan.spec.current_version);
        if current.is_some_and(|current| current >= self.spec.version) {
            return Ok(());
        }
        let parameters = PatchParams { field_manager: Some(meta::MANAGER_API.to_owned()), ..PatchParams::default() };
        let patch = Patch::Merge(json!({ "spec": { "currentVersion": self.spec.version } }));
        let patched: Plan = <Plan as Stored>::api(&app.kube, None).patch(plan, &parameters, &patch).await?;
        Ok(app.indexes.plans.wait_for(&patched.resource_version().unwrap_or_default()).await?)
    }
}

/// A version goes forward, and what is published stays as it is: the same bytes for ever.
fn advance(plan: &Plan, before: &PlanVersionSpec, after: &PlanVersionSpec) -> Result<(), AppError> {
    let what = format!("version {} of plan {}", before.version, before.plan);
    let errors = life_errors(before, after);
    if !errors.is_empty() {
        let problem = Problem::new(Code::PlanStageBack, format!("{what} is {}", before.stage.as_str()));
        return Err(Problem { errors: prefixed(errors, "/spec"), ..problem }.into());
    }
    if after.stage == Stage::Retired && plan.spec.current_version == Some(after.version) {
        let fix = format!("make another version current first: kore plan edit {} --current N", before.plan);
        let detail = format!("{what} is what new clusters get");
        return Err(Problem::new(Code::InUse, detail).with_fix(fix).into());
    }
    Ok(())
}

/// One draft of a plan at a time: what is published next is the one that everybody means.
fn only_draft(app: &App, spec: &PlanVersionSpec) -> Result<(), AppError> {
    let drafts = |version: &PlanVersion| version.spec.plan == spec.plan && version.spec.stage == Stage::Draft;
    let Some(draft) = app.indexes.plan_versions.select(None, drafts).into_iter().next() else { return Ok(()) };
    let detail = format!("version {} of plan {} is a draft already", draft.spec.version, spec.plan);
    Err(Problem::new(Code::AlreadyExists, detail).with_fix("edit that one, publish it or delete it").into())
}
