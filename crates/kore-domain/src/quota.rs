//! Quotas: which limits hold for a team, what an object asks of them, and what is too much.

use kore_api::{
    codes::Code,
    plan::Provider,
    problem::Problem,
    quota::{Dimension, Quantities, QuotaLimit, QuotaLine, QuotaSpec},
};
use serde_json::Value;

use crate::{
    machine_type::of_ec2,
    plan::{aws_parameters, local_parameters, total_nodes},
};

/// What a team may have: its own limit where it has one, else the default one, else none.
#[must_use]
pub fn limit(own: &QuotaSpec, default: &QuotaSpec, dimension: Dimension) -> Option<u64> {
    match own.of(dimension).or_else(|| default.of(dimension)) {
        Some(QuotaLimit::AtMost(most)) => Some(most.into()),
        Some(QuotaLimit::Free(_)) | None => None,
    }
}

/// What a cluster with these parameters takes of its team's quota. `workloads` says whether it has nodes
/// at all.
#[must_use]
pub fn of_cluster(provider: Provider, parameters: &Value, workloads: bool) -> Quantities {
    // How many nodes of which size.
    let pools: Vec<(u32, u32, u32)> = match provider {
        Provider::Local => {
            let parameters = local_parameters(parameters).ok();
            let parameters = parameters.filter(|parameters| workloads && total_nodes(parameters) > 0);
            let pools = parameters.map(|parameters| parameters.node_pools).unwrap_or_default();
            pools.values().map(|pool| (pool.size, pool.vcpus, pool.memory_mib)).collect()
        }
        Provider::Aws => {
            let pools = aws_parameters(parameters).map(|parameters| parameters.node_pools).unwrap_or_default();
            pools.values().map(|pool| sized(pool.size, &pool.machine_types)).collect()
        }
    };
    pools.into_iter().fold(Quantities { clusters: 1, ..Quantities::default() }, |sum, (nodes, vcpus, memory_mib)| {
        let nodes = u64::from(nodes);
        let (vcpus, memory_mib) = (nodes * u64::from(vcpus), nodes * u64::from(memory_mib));
        sum.plus(Quantities { nodes, vcpus, memory_mib, ..Quantities::default() })
    })
}

/// Nodes of any of these types, taken to be as large as the largest; of types whose size nobody knows only their number counts.
fn sized(nodes: u32, types: &[String]) -> (u32, u32, u32) {
    let sizes = types.iter().filter_map(|name| of_ec2(name));
    let (vcpus, memory) = sizes.fold((0, 0), |(vcpus, memory), one| (one.0.max(vcpus), one.1.max(memory)));
    (nodes, vcpus, memory)
}

/// What a namespace in a cluster takes of its team's quota.
#[must_use]
pub fn of_namespace() -> Quantities {
    Quantities { namespaces: 1, ..Quantities::default() }
}

/// Limits, what is taken of them and what is asked for, a line each.
#[must_use]
pub fn lines(own: &QuotaSpec, default: &QuotaSpec, used: Quantities, asked: Quantities) -> Vec<QuotaLine> {
    let line =
        |quota| QuotaLine { quota, used: used.of(quota), limit: limit(own, default, quota), asked: asked.of(quota) };
    Dimension::ALL.into_iter().map(line).collect()
}

/// Whether a line asks for more than there is. Asking for nothing is always allowed, also of a quota
/// that was lowered below what is taken.
#[must_use]
pub fn is_exceeded(line: &QuotaLine) -> bool {
    line.asked > 0 && line.limit.is_some_and(|limit| line.used.saturating_add(line.asked) > limit)
}

/// A line as people read it: `nodes: 4 of 5 used, 2 more asked for`.
#[must_use]
pub fn describe(line: &QuotaLine) -> String {
    let QuotaLine { quota, used, asked, .. } = line;
    match line.limit {
        Some(limit) => format!("{quota}: {used} of {limit} used, {asked} more asked for"),
        None => format!("{quota}: {used} used, {asked} more asked for"),
    }
}

/// What whoever asks for too much is told: which quota, how much of it, and who can raise it.
#[must_use]
pub fn refusal(team: &str, exceeded: &[QuotaLine]) -> Problem {
    let described: Vec<_> = exceeded.iter().map(describe).collect();
    let detail = format!("the quota of team {team} does not allow it: {}", described.join("; "));
    let raised: Vec<_> = exceeded.iter().map(|line| format!("{}={}", line.quota, line.used + line.asked)).collect();
    let mut problem = Problem::new(Code::QuotaExceeded, detail).with("team", team);
    if let Some(first) = exceeded.first() {
        problem = problem
            .with("quota", first.quota.name())
            .with("used", first.used.to_string())
            .with("limit", first.limit.unwrap_or_default().to_string())
            .with("asked", first.asked.to_string());
    }
    problem.fix = vec![
        format!("see what the team has: kore team quota show {team}"),
        format!(
            "free some of it, or have a platform administrator raise it: kore team quota set {team} {}",
            raised.join(" ")
        ),
    ];
    problem
}

#[cfg(test)]
mod tests {
    use kore_api::quota::Unlimited;
    use serde_json::json;

    use super::*;

    fn spec(value: Value) -> QuotaSpec {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_team_s_own_limit_comes_before_the_default_one() {
        let default = spec(json!({ "clusters": 5, "nodes": 10 }));
        let own = spec(json!({ "nodes": "unlimited", "namespaces": 0 }));
        assert_eq!(own.nodes, Some(QuotaLimit::Free(Unlimited::Unlimited)));
        assert_eq!(limit(&own, &default, Dimension::Clusters), Some(5));
        assert_eq!(limit(&own, &default, Dimension::Nodes), None, "the default does not reach it");
        assert_eq!(limit(&own, &default, Dimension::Namespaces), Some(0));
        assert_eq!(limit(&own, &default, Dimension::Vcpus), None);
        for bad in [json!({ "nodes": -1 }), json!({ "nodes": "many" }), json!({ "pods": 1 })] {
            assert!(serde_json::from_value::<QuotaSpec>(bad).is_err());
        }
    }

    #[test]
    fn what_is_asked_for_fits_or_is_named() {
        let own = spec(json!({ "clusters": 2, "nodes": 3 }));
        let used = Quantities { clusters: 1, nodes: 5, ..Quantities::default() };
        let ask = |clusters, nodes| Quantities { clusters, nodes, ..Quantities::default() };
        let exceeded = |asked| -> Vec<_> {
            let lines = lines(&own, &QuotaSpec::default(), used, asked);
            lines.into_iter().filter(is_exceeded).collect()
        };
        assert!(exceeded(ask(1, 0)).is_empty(), "more nodes than allowed stand in nobody's way");
        let refused = exceeded(ask(2, 1));
        assert_eq!(refused.iter().map(|line| line.quota).collect::<Vec<_>>(), [Dimension::Clusters, Dimension::Nodes]);
        let problem = refusal("payments", &refused);
        assert_eq!((problem.status, problem.code.as_str()), (403, "KORE-QUOTA-0001"));
        assert_eq!(
            problem.detail,
            "the quota of team payments does not allow it: clusters: 1 of 2 used, 2 more asked for; \
             nodes: 5 of 3 used, 1 more asked for"
        );
        assert!(problem.fix[1].ends_with("kore team quota set payments clusters=3 nodes=6"), "{:?}", problem.fix);
    }

    #[test]
    fn a_local_cluster_counts_itself_and_its_nodes() {
        let parameters = json!({ "nodePools": { "default": { "size": 2, "vcpus": 1, "memoryMib": 1024 },
            "big": { "size": 1, "vcpus": 8 } } });
        let counted = of_cluster(Provider::Local, &parameters, true);
        assert_eq!(counted, Quantities { clusters: 1, nodes: 3, vcpus: 10, memory_mib: 6144, namespaces: 0 });
        let alone = Quantities { clusters: 1, ..Quantities::default() };
        assert_eq!(of_cluster(Provider::Local, &parameters, false), alone);
        let plane = json!({ "driver": "controlPlaneOnly" });
        assert_eq!(of_cluster(Provider::Local, &plane, true), alone);
    }
}
