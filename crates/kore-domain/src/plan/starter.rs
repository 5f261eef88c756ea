//! The plans that a new installation on one machine begins with.

use std::collections::BTreeMap;

use kore_api::{
    allocation::Allocation,
    names::PlanName,
    plan::{LocalDriver, LocalNodePool, LocalParameters, PlanSpec, PlanVersionSpec, Provider, Stage},
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

/// `local-small` (one node), `local-medium` (two nodes), `local-control-plane` (no nodes).
#[must_use]
pub fn starter_plans() -> Vec<StarterPlan> {
    let pool = |size| BTreeMap::from([("default".to_owned(), LocalNodePool { size })]);
    let parameters = |driver, node_pools| LocalParameters { driver, node_pools, ..LocalParameters::default() };
    [
        (
            "local-small",
            "Local, small",
            "One node on this machine: for trying things out.",
            parameters(LocalDriver::Auto, pool(1)),
        ),
        (
            "local-medium",
            "Local, medium",
            "Two nodes on this machine: for seeing pods spread.",
            parameters(LocalDriver::Auto, pool(2)),
        ),
        (
            "local-control-plane",
            "Local, control plane only",
            "A real API server without nodes: workloads will not run.",
            parameters(LocalDriver::ControlPlaneOnly, BTreeMap::new()),
        ),
    ]
    .into_iter()
    .filter_map(|(name, title, description, parameters)| {
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
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::effective, *};

    #[test]
    fn starter_plans_are_valid_and_say_all_their_defaults() {
        let plans = starter_plans();
        let names: Vec<_> = plans.iter().map(|plan| plan.name.as_str()).collect();
        assert_eq!(names, ["local-small", "local-medium", "local-control-plane"]);
        for plan in plans {
            let parameters = &plan.version.parameters;
            assert_eq!(&effective(Provider::Local, parameters, &json!({})).unwrap(), parameters);
        }
    }
}
