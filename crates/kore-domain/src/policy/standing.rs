//! What policies come to for a team and a plan, before anybody asks for anything.

use std::collections::{BTreeMap, BTreeSet};

use kore_api::{
    names::{PlanName, TeamName},
    plan::Provider,
    policy::{ExplainedParameter, ExplainedRule, PlanPolicySpec, PolicyRule},
};
use serde_json::Value;

use super::{
    judge::{Named, because, lock},
    path::governs,
};
use crate::plan::{concrete, parameters, plain};

/// Whether a policy applies to clusters of this plan in this team.
#[must_use]
pub fn applies(
    spec: &PlanPolicySpec,
    provider: Provider,
    plan: &PlanName,
    team: &TeamName,
    labels: &BTreeMap<String, String>,
) -> bool {
    spec.provider == provider && (spec.plans.is_empty() || spec.plans.contains(plan)) && spec.teams.covers(team, labels)
}

/// Each parameter of a plan version, and what the policies say about it: whether it may be made
/// different from the plan, by whom it is locked and why, and its limits.
#[must_use]
pub fn explain_parameters(policies: &[Named<'_>], provider: Provider, values: &Value) -> Vec<ExplainedParameter> {
    let mut found = Vec::new();
    for parameter in parameters(provider) {
        // Members to come have a line of their own.
        let mut paths: Vec<(String, Option<Value>)> = concrete(&parameter.path, values);
        let seen: BTreeSet<String> = paths.iter().map(|(path, _)| path.clone()).collect();
        if !seen.contains(&parameter.path) {
            paths.push((parameter.path.clone(), None));
        }
        for (path, value) in paths {
            let place: Vec<String> = path.split('.').map(str::to_owned).collect();
            let rules: Vec<ExplainedRule> = policies.iter().flat_map(|policy| said(policy, &place)).collect();
            let locked = policies.iter().any(|policy| lock(policy.spec, &place).is_some());
            found.push(ExplainedParameter {
                parameter: kore_api::parameter::Parameter { path, ..parameter.clone() },
                value,
                editable: !locked,
                rules,
            });
        }
    }
    found
}

/// One policy's word about a parameter.
fn said(policy: &Named<'_>, place: &[String]) -> Vec<ExplainedRule> {
    let spec = policy.spec;
    let explained = |path: Option<&String>, rule: Option<&PolicyRule>, says: String| {
        let (reason, owner) = because(spec, rule);
        ExplainedRule {
            policy: policy.name.to_owned(),
            path: path.cloned(),
            says,
            reason: reason.to_owned(),
            owner: owner.to_owned(),
        }
    };
    let mut found = Vec::new();
    for (path, rule) in spec.rules.iter().filter(|(path, _)| governs(path, place)) {
        let locked = rule.access == kore_api::policy::PolicyAccess::Locked;
        let limits = locked.then(|| "locked".to_owned()).into_iter().chain(limits(rule));
        found.extend(limits.map(|says| explained(Some(path), Some(rule), says)));
    }
    if found.is_empty() && lock(spec, place) == Some(None) {
        found.push(explained(None, None, "locked".to_owned()));
    }
    found
}

/// The limits of a rule, as people read them.
fn limits(rule: &PolicyRule) -> impl Iterator<Item = String> {
    let range = match (rule.minimum, rule.maximum) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("at least {least}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    };
    let values: Vec<String> = rule.values.iter().map(plain).collect();
    let values = (!values.is_empty()).then(|| values.join(" | "));
    let pattern = rule.pattern.as_ref().map(|pattern| format!("like {pattern}"));
    [range, values, pattern].into_iter().flatten()
}
