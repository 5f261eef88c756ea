//! What a new installation on one machine begins with: three plans, and the rules that production has.

use std::collections::BTreeMap;

use kore_api::{
    allocation::Allocation,
    config::REHEARSAL_TEAM,
    names::{PlanName, PolicyName},
    plan::{Guardrails, LocalDriver, LocalNodePool, LocalParameters, PlanSpec, PlanVersionSpec, Provider, Stage},
    policy::{PlanPolicySpec, PolicyAccess, PolicyRule},
};

/// A plan and its first version.
#[derive(Debug, Clone, PartialEq)]
pub struct StarterPlan {
    /// Its name.
    pub name: PlanName,
    /// The plan, pointing at version 1.
    pub plan: PlanSpec,
    /// Version 1.
    pub version: PlanVersionSpec,
}

/// `evaluation` (one node, where there can be one), `development` (two), `production` (three, or a clear
/// refusal).
#[must_use]
pub fn starter_plans() -> Vec<StarterPlan> {
    let pool = |size| BTreeMap::from([("default".to_owned(), LocalNodePool::of(size))]);
    let parameters = |driver, size| LocalParameters { driver, node_pools: pool(size), ..LocalParameters::default() };
    [
        (
            "evaluation",
            "Evaluation",
            "One node on this machine: for trying things out.",
            parameters(LocalDriver::Auto, 1),
        ),
        (
            "development",
            "Development",
            "Two nodes on this machine: for seeing pods spread.",
            parameters(LocalDriver::Auto, 2),
        ),
        (
            "production",
            "Production",
            "Three nodes on this machine, and never fewer than two: for what others rely on.",
            LocalParameters { guardrails: Guardrails::Production, ..parameters(LocalDriver::Native, 3) },
        ),
    ]
    .into_iter()
    .filter_map(|(name, title, description, parameters)| starter(name, title, description, &parameters))
    .collect()
}

/// The plan of clusters that stand behind those of a rehearsed cloud: on this machine, with the nodes that are asked for there.
#[must_use]
pub fn rehearsal_plan() -> Option<StarterPlan> {
    let parameters = LocalParameters {
        driver: LocalDriver::ControlPlaneOnly,
        node_pools: BTreeMap::new(),
        ..LocalParameters::default()
    };
    let mut plan = starter(
        REHEARSAL_TEAM,
        "Rehearsal",
        "What stands behind clusters of the rehearsed cloud. Leave it to Kore.",
        &parameters,
    )?;
    let names = REHEARSAL_TEAM.parse().into_iter().collect();
    plan.plan.teams = Allocation { all: false, names, ..Allocation::default() };
    Some(plan)
}

fn starter(name: &str, title: &str, description: &str, parameters: &LocalParameters) -> Option<StarterPlan> {
    let name: PlanName = name.parse().ok()?;
    Some(StarterPlan {
        plan: PlanSpec {
            provider: Provider::Local,
            title: Some(title.to_owned()),
            description: Some(description.to_owned()),
            current_version: Some(1),
            teams: Allocation::default(),
        },
        version: PlanVersionSpec {
            plan: name.clone(),
            version: 1,
            provider: Provider::Local,
            notes: Some("First version.".to_owned()),
            parameters: serde_json::to_value(parameters).ok()?,
            stage: Stage::Published,
            stage_reason: None,
            stage_since: None,
        },
        name,
    })
}

/// The policy `production`, over the plan of that name: its clusters have nodes, and more than one, and
/// refuse what is unsafe.
#[must_use]
pub fn starter_policies() -> Vec<(PolicyName, PlanPolicySpec)> {
    let driver = PolicyRule {
        access: PolicyAccess::Locked,
        reason: Some("a production cluster runs workloads".to_owned()),
        ..PolicyRule::default()
    };
    let guardrails = PolicyRule {
        access: PolicyAccess::Locked,
        reason: Some("a production cluster refuses what is unsafe".to_owned()),
        ..PolicyRule::default()
    };
    let registries = PolicyRule {
        access: PolicyAccess::Locked,
        reason: Some("somebody must vouch for where images come from".to_owned()),
        ..PolicyRule::default()
    };
    let size = PolicyRule {
        minimum: Some(2),
        reason: Some("one node is a single point of failure".to_owned()),
        ..PolicyRule::default()
    };
    let spec = PlanPolicySpec {
        provider: Provider::Local,
        description: Some("What every production cluster keeps to.".to_owned()),
        owner: "platform-team".to_owned(),
        reason: "production keeps its promises".to_owned(),
        plans: "production".parse().into_iter().collect(),
        teams: Allocation::default(),
        default: PolicyAccess::Editable,
        rules: [
            ("driver", driver),
            ("nodePools.*.size", size),
            ("guardrails", guardrails),
            ("allowedRegistries", registries),
        ]
        .map(|(path, rule)| (path.to_owned(), rule))
        .into(),
    };
    "production".parse().into_iter().map(|name| (name, spec.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::effective, *};
    use crate::policy::{Named, check_policy, judge};

    #[test]
    fn starter_plans_are_valid_and_say_all_their_defaults() {
        let plans = starter_plans();
        let names: Vec<_> = plans.iter().map(|plan| plan.name.as_str()).collect();
        assert_eq!(names, ["evaluation", "development", "production"]);
        for plan in plans {
            let parameters = &plan.version.parameters;
            assert_eq!(&effective(Provider::Local, parameters, &json!({})).unwrap(), parameters);
        }
    }

    /// Production passes its own rules, and what would not be production does not.
    #[test]
    fn production_keeps_to_its_own_rules() {
        let (name, policy) = starter_policies().pop().unwrap();
        assert_eq!(check_policy(&policy), []);
        let plans = starter_plans();
        let production = plans.iter().find(|plan| policy.plans.contains(&plan.name)).unwrap();
        let named = [Named { name: name.as_str(), spec: &policy }];
        let refused = |overrides: serde_json::Value| {
            let plan = &production.version.parameters;
            let wanted = effective(Provider::Local, plan, &overrides).unwrap();
            judge(&named, plan, &wanted).into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert_eq!(refused(json!({})), Vec::<String>::new());
        assert_eq!(refused(json!({ "nodePools": { "default": { "size": 2 } } })), Vec::<String>::new());
        assert_eq!(refused(json!({ "nodePools": { "default": { "size": 1 } } })), ["/nodePools/default/size"]);
        assert_eq!(refused(json!({ "driver": "controlPlaneOnly" })), ["/driver"]);
        assert_eq!(refused(json!({ "guardrails": "evaluation" })), ["/guardrails"]);
        assert_eq!(refused(json!({ "allowedRegistries": ["ghcr.io"] })), ["/allowedRegistries"]);
    }
}
