//! What it costs to find out what a cluster comes to and whether policies allow it.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use kore_api::{plan::Provider, policy::PlanPolicySpec};
use kore_domain::{
    plan::{effective, starter_plans},
    policy::{Named, judge},
};
use serde_json::json;

/// Policies that apply, each with a lock, a range, a choice and a pattern: more than people write.
pub(crate) const POLICIES: usize = 10;
const ROUNDS: u32 = 500;

/// The mean of merging, checking by the schema, and judging.
pub(crate) fn measure() -> anyhow::Result<Duration> {
    let policies = (0..POLICIES)
        .map(|_| {
            serde_json::from_value::<PlanPolicySpec>(json!({
                "provider": "local", "owner": "platform-team", "reason": "measured",
                "rules": {
                    "driver": { "access": "locked" },
                    "nodePools.*.size": { "minimum": 1, "maximum": 4 },
                    "nodePools.default.size": { "enum": [1, 2, 3] },
                    "kubernetesVersion": { "pattern": "1\\.\\d+" },
                },
            }))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let named: Vec<_> = policies.iter().map(|spec| Named { name: "measured", spec }).collect();
    let plans = starter_plans();
    let plan = plans.first().map(|plan| &plan.version.parameters).ok_or_else(|| anyhow::anyhow!("no starter plan"))?;
    let overrides = json!({ "nodePools": { "default": { "size": 2 }, "more": { "size": 1 } } });
    let began = Instant::now();
    for _ in 0..ROUNDS {
        let wanted = effective(Provider::Local, black_box(plan), black_box(&overrides))
            .map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
        let refused = judge(black_box(&named), plan, &wanted);
        anyhow::ensure!(refused.is_empty(), "{refused:?}");
        black_box(refused);
    }
    Ok(began.elapsed() / ROUNDS)
}
