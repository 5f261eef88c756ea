//! Policies over plans. A dry run of one says whose verdict would be another.

use std::{collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    cluster::Cluster,
    codes::Code,
    condition::Condition,
    names::{PlanName, TeamName},
    plan::{PlanVersion, Stage},
    policy::{PlanPolicy, PlanPolicySpec, PolicyRefusal, VerdictChange},
    problem::Problem,
    team::Team,
};
use kore_domain::{
    access::{OpContext, Resource},
    plan::{effective, prefixed},
    policy::{Named, applies, check_policy, judge},
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Outlook, Sight, Stored, Verdict, plan::unknown_teams, word};
use crate::{
    App, AppError,
    backend::Place,
    envelope,
    kinds::{Kind, PLAN_POLICY},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<PlanPolicySpec>("PlanPolicy"));

#[async_trait]
impl Stored for PlanPolicy {
    fn entry() -> &'static Kind {
        &PLAN_POLICY
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: PlanPolicySpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.plan_policies
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<kore_api::names::PolicyName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.provider" => FieldValue::Text(word(&self.spec.provider).into()),
            "spec.owner" => FieldValue::Text(self.spec.owner.as_str().into()),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        &[]
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.everything()
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        if before.is_some_and(|before| before.spec.provider != after.spec.provider) {
            let problem = Problem::new(Code::InputImmutable, "the provider of a policy never changes");
            return Err(problem.with_field("/spec/provider", "immutable", "never changes").into());
        }
        let errors = check_policy(&after.spec);
        if !errors.is_empty() {
            return Err(strict::invalid("PlanPolicy", prefixed(errors, "/spec")));
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), &after.spec)?;
        let plans = after.spec.plans.iter();
        let unknown: Vec<_> = plans.filter(|plan| app.indexes.plans.get(None, plan.as_str()).is_none()).collect();
        if !unknown.is_empty() {
            let names: Vec<_> = unknown.into_iter().map(PlanName::as_str).collect();
            verdict.warnings.push(format!("there is no plan {}", names.join(", ")));
        }
        verdict.warnings.extend(unknown_teams(app, &after.spec.teams));
        Ok(verdict)
    }

    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let Some(name) = after.or(before).map(ResourceExt::name_any) else { return Ok(Outlook::default()) };
        let change = Changed { app, name, before: before.map(|one| &one.spec), after: after.map(|one| &one.spec) };
        let verdicts = change.verdicts();
        let seen = serde_json::to_vec(&verdicts).map_err(AppError::internal)?;
        Ok(Outlook { digest: hex::encode(Sha256::digest(seen)), verdicts, ..Outlook::default() })
    }
}

/// A policy that becomes another one, comes or goes.
struct Changed<'a> {
    app: &'a App,
    name: String,
    before: Option<&'a PlanPolicySpec>,
    after: Option<&'a PlanPolicySpec>,
}

impl Changed<'_> {
    /// Everything that would be judged otherwise: plans as they are offered, then clusters, by team.
    fn verdicts(&self) -> Vec<VerdictChange> {
        let indexes = &self.app.indexes;
        let mut found = Vec::new();
        let mut teams = indexes.teams.list(None);
        teams.sort_by_key(|team| team.name_any());
        let mut plans = indexes.plans.list(None);
        plans.sort_by_key(|plan| plan.name_any());
        for team in teams {
            let Ok(name) = team.name_any().parse::<TeamName>() else { continue };
            for plan in plans.iter().filter(|plan| plan.spec.teams.covers(&name, team.labels())) {
                let Some(version) = plan.spec.current_version else { continue };
                let Ok(plan) = plan.name_any().parse::<PlanName>() else { continue };
                let version = indexes.plan_versions.get(None, &kore_api::plan::version_name(&plan, version));
                if let Some(version) = version.filter(|version| version.spec.stage < Stage::Retired) {
                    found.extend(self.verdict(&team, &name, &version, None));
                }
            }
            let mut clusters = indexes.clusters.list(Some(&kore_api::meta::team_namespace(&name)));
            clusters.sort_by_key(|cluster| cluster.name_any());
            for cluster in clusters {
                let plan = &cluster.spec.plan;
                let Some(version) = plan.version else { continue };
                let version = indexes.plan_versions.get(None, &kore_api::plan::version_name(&plan.name, version));
                if let Some(version) = version {
                    found.extend(self.verdict(&team, &name, &version, Some(&cluster)));
                }
            }
        }
        found
    }

    fn verdict(
        &self,
        team: &Team,
        name: &TeamName,
        version: &PlanVersion,
        cluster: Option<&Cluster>,
    ) -> Option<VerdictChange> {
        let spec = &version.spec;
        let concerns = |policy: &&PlanPolicySpec| applies(policy, spec.provider, &spec.plan, name, team.labels());
        let (old, new) = (self.before.filter(concerns), self.after.filter(concerns));
        if old.is_none() && new.is_none() {
            return None;
        }
        let none = json!({});
        let overrides = cluster.map_or(&none, |cluster| &cluster.spec.overrides);
        let plan = effective(spec.provider, &spec.parameters, &none).ok()?;
        let wanted = effective(spec.provider, &spec.parameters, overrides).ok()?;
        let refused = |policy: Option<&PlanPolicySpec>| -> Vec<PolicyRefusal> {
            let named: Vec<_> = policy.map(|spec| Named { name: &self.name, spec }).into_iter().collect();
            refusals(judge(&named, &plan, &wanted))
        };
        let (before, after) = (refused(old), refused(new));
        // The policies besides stay as they are, and refuse what they refuse.
        let paths = |refused: &[PolicyRefusal]| -> BTreeSet<String> {
            refused.iter().map(|one| format!("{}\n{:?}\n{}", one.path, one.value, one.reason)).collect()
        };
        (paths(&before) != paths(&after)).then(|| VerdictChange {
            team: name.clone(),
            plan: version.name_any(),
            cluster: cluster.map(|cluster| cluster.name_any()),
            before,
            after,
        })
    }
}

/// What policies refuse, of the errors of a judgement.
pub(super) fn refusals(errors: Vec<kore_api::problem::FieldError>) -> Vec<PolicyRefusal> {
    errors.into_iter().filter_map(|error| error.refusal).map(|refusal| *refusal).collect()
}

/// A place in a team's namespace, as its name.
#[must_use]
pub(crate) fn team_name(namespace: Option<&str>) -> Option<TeamName> {
    namespace.and_then(envelope::team_of).and_then(|team| team.parse().ok())
}

/// The values of a plan version without overrides, with every default of today.
pub(crate) fn plan_values(version: &PlanVersion) -> Value {
    let spec = &version.spec;
    effective(spec.provider, &spec.parameters, &json!({})).unwrap_or_else(|_| spec.parameters.clone())
}
