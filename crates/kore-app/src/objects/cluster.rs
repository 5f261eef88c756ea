//! Clusters: a plan version and the team's overrides.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_trait::async_trait;
use kore_api::{
    cloud::{Cloud, CloudAccountSpec},
    cluster::{Cluster, ClusterSpec},
    codes::Code,
    condition::Condition,
    finding::Findings,
    names::{AccountName, ClusterRef, TeamName},
    operation::OperationAction,
    plan::{Plan, PlanVersion, Provider, Stage, version_name},
    policy::PolicyVerdict,
    preview::CostEstimate,
    problem::{FieldError, Problem},
    quota::Quantities,
};
use kore_domain::{
    access::{OpContext, Resource},
    findings,
    plan::{effective, immutable_changes, prefixed},
    policy::{Named, judge},
    query::FieldValue,
    quota::of_cluster,
    upgrade::version_change,
};
use kore_engine::{cloud::OrganizationRequest, provider::ClusterRequest};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};
use serde_json::Value;

use super::{
    Outlook, Sight, Stored, Verdict, names,
    new_account::in_new_account,
    plan_policy::{plan_values, refusals, team_name},
};
use crate::{
    App, AppError,
    addresses::check_room,
    backend::Place,
    envelope,
    kinds::{CLUSTER, Kind},
    strict::{self, Decoder},
};

/// How long a preview waits for prices.
const PRICES: Duration = Duration::from_secs(5);

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
                self.status.as_ref().and_then(|status| status.kubernetes_version.as_deref()).into()
            }
            "status.account" => self.status.as_ref().and_then(|status| status.account.as_deref()).into(),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        let team = self.metadata.namespace.as_deref().and_then(envelope::team_of);
        let name = self.metadata.name.as_deref().unwrap_or_default();
        team.is_some_and(|team| sight.visibility.shows_cluster(team, name))
    }

    async fn admit(app: &App, cx: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let (plan, version) = plan_version(app, cx, before, after)?;
        let parameters = parameters(&version, &after.spec.overrides)?;
        let provider = version.spec.provider;
        if let Some(provider) = app.providers.get(&provider) {
            provider.validate(&parameters).map_err(|error| AppError::from_step(&error))?;
            if before.is_none() {
                check_room(app, provider.as_ref(), &parameters).await?;
                if let (Some(cloud), Some(team)) = (provider.cloud(), team_name(after.namespace().as_deref())) {
                    let (_, account) = account_for(app, cloud, &team, &parameters)?;
                    check_region(app, &account, &parameters)?;
                }
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
        let stays = before
            .is_some_and(|before| before.spec.plan == after.spec.plan && before.spec.overrides == after.spec.overrides);
        if let Some(before) = before.filter(|_| !stays) {
            check_version(app, before, provider, &parameters).await?;
        }
        let mut verdict = Verdict::default();
        if after.spec.paused {
            verdict.warnings.push("the cluster is paused: nothing is done until it is not".to_owned());
        }
        verdict.warnings.extend(deprecation(before, after, &version));
        let refused = judged(app, after, &version, &parameters, &mut verdict);
        match refused {
            errors if errors.is_empty() => {}
            // Nothing of it is this write's doing: it is blocked, and may be paused or protected all the same.
            errors if stays => verdict.warnings.extend(errors.into_iter().map(|error| said(&error))),
            errors => verdict.problems.push(refusal(after, errors)),
        }
        verdict.basis.extend([basis(&*plan), basis(&version)]);
        verdict.security = Some(Findings {
            before: old.as_ref().map(|old| findings::of_cluster(provider, old)).unwrap_or_default(),
            after: findings::of_cluster(provider, &parameters),
        });
        let before = match (before, old) {
            (Some(before), Some(old)) => Some(view(&before.spec, &old)?),
            _ => None,
        };
        verdict.provider = Some(provider);
        Ok(Verdict { before, after: view(&after.spec, &parameters)?, ..verdict })
    }

    /// Nobody has in it what was granted in an earlier one of its name.
    async fn confirm(&self, app: &App, _: &OpContext) -> Result<(), AppError> {
        let team =
            self.namespace().as_deref().and_then(envelope::team_of).and_then(|team| app.indexes.teams.get(None, team));
        let made = self.metadata.creation_timestamp.as_ref().map(|made| made.0);
        if let (Some(team), Some(made)) = (team, made)
            && app.store.forget_cluster(&team.spec.id, &self.name_any(), made).await? > 0
        {
            app.signin.forget();
        }
        Ok(())
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

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        if self.spec.deletion_protection {
            let detail = format!("cluster {} carries deletionProtection", self.name_any());
            return Err(AppError::new(Code::Protected, detail));
        }
        let space = self.namespace();
        let kept = app.indexes.namespaces.select(space.as_deref(), |one| {
            one.spec.cluster.as_str() == self.name_any() && one.spec.deletion_protection
        });
        if !kept.is_empty() {
            let listed = names(&kept);
            let detail = format!("namespaces of the cluster carry deletionProtection: {listed}");
            let fix = "turn it off first: kore namespace edit TEAM/CLUSTER/NAME --set-spec deletionProtection=false";
            return Err(Problem::new(Code::Protected, detail).with("namespaces", listed).with_fix(fix).into());
        }
        Ok(())
    }

    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let Some(object) = after.or(before) else { return Ok(Outlook::default()) };
        let version = plan_version_of(app, object)?;
        let parameters = parameters(&version, &object.spec.overrides)?;
        let provider = version.spec.provider;
        let Some(after) = after else { return foreseen(app, object, provider, parameters, true).await };
        let cost = Some(cost(app, after, provider, &parameters).await);
        if after.spec.paused {
            return Ok(Outlook { cost, ..Outlook::default() });
        }
        Ok(Outlook { cost, ..foreseen(app, after, provider, parameters, false).await? })
    }

    fn has_operation(&self, action: OperationAction) -> bool {
        // Nothing is done to a paused one, but that it goes.
        !self.spec.paused || action == OperationAction::Delete
    }
}

/// What would be done to a cluster with these parameters, or to be rid of it.
async fn foreseen(
    app: &App,
    cluster: &Cluster,
    provider: Provider,
    parameters: Value,
    removal: bool,
) -> Result<Outlook, AppError> {
    let Some(provider) = app.providers.get(&provider) else { return Ok(Outlook::default()) };
    let mut request = request(app, cluster, parameters)?;
    if let (Some(cloud), None) = (provider.cloud(), &request.account) {
        if removal {
            // What never had an account has nothing anywhere.
            return Ok(Outlook::default());
        }
        let (name, spec) = account_for(app, cloud, &request.name.team, &request.parameters)?;
        let Some(account) = app.indexes.account(name.as_str()) else {
            return Ok(in_new_account(app, &name, &spec).await);
        };
        request.account = Some(account);
    }
    app.outlook(provider.as_ref(), &request, removal).await
}

/// Whether the cluster may get the Kubernetes version of these parameters.
async fn check_version(app: &App, cluster: &Cluster, provider: Provider, parameters: &Value) -> Result<(), AppError> {
    let Some(provider) = app.providers.get(&provider) else { return Ok(()) };
    let request = request(app, cluster, parameters.clone())?;
    let standing = provider.standing(&request).await.map_err(|error| AppError::from_step(&error))?;
    let Some(error) = standing.and_then(|standing| version_change(standing, parameters)) else { return Ok(()) };
    let problem = Problem::new(Code::InputVersion, format!("kubernetesVersion {}", error.detail));
    let field = prefixed(vec![error], "/spec/overrides");
    Err(Problem { errors: field, ..problem }.into())
}

/// The account that account rules give a new cluster.
fn account_for(
    app: &App,
    cloud: Cloud,
    team: &TeamName,
    parameters: &Value,
) -> Result<(AccountName, CloudAccountSpec), AppError> {
    app.indexes.account_for(cloud, team, parameters).map_err(|why| AppError::new(Code::CloudNoRule, why))
}

/// What the cluster costs by its cloud's price list. That nobody could look keeps nothing from being done.
async fn cost(app: &App, cluster: &Cluster, provider: Provider, parameters: &Value) -> CostEstimate {
    let unpriced = |why: &str| CostEstimate::none(format!("not priced: {why}"));
    let Some(cloud) = app.providers.get(&provider).and_then(|provider| provider.cloud()) else {
        return unpriced(&super::word(&provider));
    };
    let kept = cluster.status.as_ref().and_then(|status| status.account.as_deref());
    let kept =
        kept.and_then(|name| app.indexes.accounts.get(None, name)).map(|account| account.spec.organization.clone());
    let Some(team) = team_name(cluster.namespace().as_deref()) else { return unpriced("it is nobody's") };
    let given = || app.indexes.account_for(cloud, &team, parameters);
    let organization = match kept.map_or_else(|| given().map(|(_, spec)| spec.organization), Ok) {
        Ok(name) => app.indexes.organizations.get(None, name.as_str()),
        Err(why) => return unpriced(&why),
    };
    let (Some(organization), Some(cloud)) = (organization, app.clouds.get(&cloud)) else {
        return unpriced("its cloud is not connected");
    };
    let asked = OrganizationRequest::from(&*organization);
    match tokio::time::timeout(PRICES, cloud.estimate(&asked, parameters)).await {
        Ok(Ok(cost)) => cost,
        // Its cause names roles and accounts, which is not everybody's affair.
        Ok(Err(error)) => unpriced(&error.message),
        Err(_) => unpriced("the price list does not answer"),
    }
}

/// Whether the cloud is used in the region at all: its guardrails refuse everything elsewhere.
fn check_region(app: &App, account: &CloudAccountSpec, parameters: &Value) -> Result<(), AppError> {
    let organization = app.indexes.organizations.get(None, account.organization.as_str());
    let regions = organization.and_then(|one| one.spec.aws.as_ref().map(|aws| aws.regions.clone())).unwrap_or_default();
    let Some(region) = parameters.get("region").and_then(Value::as_str) else { return Ok(()) };
    if regions.is_empty() || regions.iter().any(|one| one == region) {
        return Ok(());
    }
    let said = format!("cloud {} is used in {}, not in {region}", account.organization, regions.join(", "));
    let field = FieldError::new("/spec/overrides/region", "region", said.clone());
    Err(Problem { errors: vec![field], ..Problem::new(Code::InputInvalid, said) }.into())
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
        account: app.indexes.account_of(cluster),
        addresses: cluster.status.as_ref().and_then(|status| status.addresses.clone()),
    })
}

/// `team/name` of a place.
fn reference(place: &Place) -> Option<ClusterRef> {
    Some(ClusterRef { team: place.team.clone()?, name: place.name.parse().ok()? })
}

/// The plan and the version of it that a write asks for; a missing number is filled in. What a cluster is
/// on already stays open to it, whatever became of it since.
fn plan_version(
    app: &App,
    cx: &OpContext,
    before: Option<&Cluster>,
    after: &mut Cluster,
) -> Result<(Arc<Plan>, PlanVersion), AppError> {
    let team = team_name(after.namespace().as_deref()).ok_or_else(AppError::hidden)?;
    let labels = app.indexes.teams.get(None, team.as_str()).map(|team| team.labels().clone()).unwrap_or_default();
    let wanted = &mut after.spec.plan;
    let stays = before.is_some_and(|before| before.spec.plan.name == wanted.name);
    let found = app.indexes.plans.get(None, wanted.name.as_str());
    let usable = |plan: &Plan| stays || plan.spec.teams.covers(&team, &labels);
    let Some(plan) = found.clone().filter(|plan| usable(plan)) else {
        let known = app.indexes.plans.select(None, |plan| plan.spec.teams.covers(&team, &labels));
        let known: Vec<_> = known.iter().map(|plan| plan.name_any()).collect();
        let hint = strict::nearest(wanted.name.as_str(), &known).map(|name| format!("; did you mean {name:?}?"));
        // That there is one is told to those who see it anyway.
        let sight = Sight::new(app, cx, kore_domain::access::Visibility::All)?;
        let (detail, field) = if found.is_some_and(|plan| sight.covers(&plan.spec.teams)) {
            (format!("plan {:?} is not for team {team}", wanted.name.as_str()), "is not for this team")
        } else {
            (format!("there is no plan {:?}", wanted.name.as_str()), "there is no such plan")
        };
        let problem = Problem::new(Code::InputUnknownPlan, format!("{detail}{}", hint.unwrap_or_default()));
        let problem = problem.with("plan", wanted.name.as_str());
        return Err(problem.with_field("/spec/plan/name", "exists", field).into());
    };
    if wanted.version.is_none() {
        let kept = before.filter(|_| stays).and_then(|before| before.spec.plan.version);
        wanted.version = kept.or(plan.spec.current_version);
    }
    let comes = before.is_none_or(|before| before.spec.plan != *wanted);
    let version = plan_version_of(app, after)?;
    if comes && matches!(version.spec.stage, Stage::Draft | Stage::Retired) {
        let stage = version.spec.stage.as_str();
        let why = version.spec.stage_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let (name, number) = (&version.spec.plan, version.spec.version);
        let what = if version.spec.stage == Stage::Draft { "a draft" } else { "retired" };
        let problem = Problem::new(Code::PlanStage, format!("version {number} of plan {name} is {what}{why}"));
        let problem = problem.with("plan", name.as_str()).with("stage", stage);
        return Err(problem.with_field("/spec/plan/version", "stage", format!("is {what}")).into());
    }
    Ok((plan, version))
}

/// The warning to those who come to a version that is going away.
fn deprecation(before: Option<&Cluster>, after: &Cluster, version: &PlanVersion) -> Option<String> {
    let spec = &version.spec;
    let comes = before.is_none_or(|before| before.spec.plan != after.spec.plan);
    (comes && spec.stage == Stage::Deprecated).then(|| {
        let since = spec.stage_since.map(|since| format!(" since {}", since.strftime("%Y-%m-%d"))).unwrap_or_default();
        let reason = spec.stage_reason.as_deref().unwrap_or("no reason is given");
        format!("version {} of plan {} is deprecated{since}: {reason}", spec.version, spec.plan)
    })
}

/// What the policies refuse of a cluster; which they are, and that they were asked, goes into the verdict.
fn judged(
    app: &App,
    cluster: &Cluster,
    version: &PlanVersion,
    parameters: &Value,
    verdict: &mut Verdict,
) -> Vec<FieldError> {
    let Some(team) = team_name(cluster.namespace().as_deref()) else { return Vec::new() };
    let policies = app.indexes.policies(version.spec.provider, &version.spec.plan, &team);
    let names: Vec<_> = policies.iter().map(|policy| policy.name_any()).collect();
    let named: Vec<_> = policies.iter().zip(&names).map(|(policy, name)| Named { name, spec: &policy.spec }).collect();
    let errors = judge(&named, &plan_values(version), parameters);
    verdict.basis.extend(policies.iter().map(|policy| basis(&**policy)));
    verdict.policy =
        Some(PolicyVerdict { allowed: errors.is_empty(), policies: names, refusals: refusals(errors.clone()) });
    errors
}

/// The refusal that lists what policies do not allow.
fn refusal(cluster: &Cluster, errors: Vec<FieldError>) -> Problem {
    let detail = match errors.as_slice() {
        [only] => said(only),
        many => format!("policies refuse {} fields", many.len()),
    };
    let mut problem = Problem::new(Code::PolicyRefused, detail);
    if let (Some(team), Some(first)) = (team_name(cluster.namespace().as_deref()), problem.fix.first_mut()) {
        let plan = &cluster.spec.plan.name;
        *first = format!("see what you may change: kore policy explain --team {team} --plan {plan}");
    }
    problem.errors = prefixed(errors, "/spec/overrides");
    problem
}

fn said(error: &FieldError) -> String {
    let path = error.refusal.as_ref().map(|refusal| refusal.path.as_str()).unwrap_or_default();
    format!("{path} {}", error.detail)
}

/// Which object, and which generation of it, something was seen from.
fn basis<K: Stored>(object: &K) -> String {
    let meta = object.meta();
    format!(
        "{}/{}/{}/{}",
        K::entry().name,
        object.name_any(),
        meta.uid.as_deref().unwrap_or_default(),
        meta.generation.unwrap_or_default()
    )
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
