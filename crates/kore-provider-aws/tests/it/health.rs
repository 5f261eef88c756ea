//! What EKS takes on and does not bring to its end.

use kore_api::upgrade::CheckResult;
use kore_engine::{provider::ClusterProvider, run::Outcome};
use reqwest::Method;
use serde_json::json;

use crate::clusters::{Bench, at_version, name_of, request};

/// Health codes of clusters and node groups (EKS API reference, `ClusterIssue` and `Issue`).
const CLUSTER: [&str; 6] = [
    "AccessDenied",
    "Ec2SubnetNotFound",
    "IamRoleNotFound",
    "InsufficientFreeAddresses",
    "KmsKeyDisabled",
    "ResourceLimitExceeded",
];
const POOL: [&str; 6] = [
    "AsgInstanceLaunchFailures",
    "Ec2SubnetInvalidConfiguration",
    "IamNodeRoleNotFound",
    "InstanceLimitExceeded",
    "InsufficientFreeAddresses",
    "NodeCreationFailure",
];

/// Codes of what is waited for until somebody makes room for it.
const HELD: [&str; 2] = ["KORE-CLOUD-0006", "KORE-CLUSTER-0007"];

/// Passes until it fails or is done; the code and the cause of a failure.
async fn until_it_fails(bench: &Bench, asked: &kore_engine::provider::ClusterRequest) -> Option<(String, String)> {
    for _ in 0..20 {
        match bench.pass(asked).await {
            Ok(Outcome::Failed(error)) => {
                let failure = error.failure();
                return Some((failure.code, failure.cause.unwrap_or_default()));
            }
            Ok(Outcome::Waiting { reason, .. }) => {
                if let Some(code) = HELD.iter().find(|code| reason.contains(**code)) {
                    return Some(((*code).to_owned(), reason));
                }
            }
            Ok(Outcome::Done) => return None,
            _ => {}
        }
    }
    None
}

#[tokio::test]
async fn what_fails_is_said_in_the_clouds_own_words_and_made_anew_when_it_is_asked_for_again() {
    fail_with(&CLUSTER[3..4], &POOL[3..5]).await;
}

#[tokio::test]
#[ignore = "long: every code; `make soak` runs it"]
async fn every_health_code_is_said_and_what_has_it_is_made_anew() {
    fail_with(&CLUSTER, &POOL).await;
}

async fn fail_with(clusters: &[&str], pools: &[&str]) {
    let mut bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    let clusters = clusters.iter().map(|code| ("cluster", None, *code));
    let kinds = clusters.chain(pools.iter().map(|code| ("nodegroup", Some("default"), *code)));
    for (kind, thing, code) in kinds {
        bench.reset().await;
        let before = bench.world().await;
        let order = json!({ "kind": kind, "cluster": name, "name": thing, "fate": "failed", "code": code, "message": "as ordered" });
        bench.world.control(Method::POST, "fates", order).await;
        let failed = until_it_fails(&bench, &asked).await;
        let expected =
            if kind == "nodegroup" && code.contains("LimitExceeded") { "KORE-CLOUD-0006" } else { "KORE-CLOUD-0009" };
        let (said, cause) = failed.unwrap_or_default();
        assert_eq!(said, expected, "{kind} {code}: {cause}");
        assert!(
            said == "KORE-CLOUD-0006" || (cause.contains(code) && cause.contains("as ordered")),
            "{kind} {code}: {cause}"
        );
        // The next attempts make it anew, from nothing that is left of the first.
        bench.until_done(&asked).await;
        bench.until_gone(&asked).await;
        assert_eq!(bench.world().await, before, "{kind} {code}");
    }
}

/// What EKS gives up is as it was before, as if nobody had asked: why, only the update says (EKS API reference, `ErrorDetail`).
#[tokio::test]
async fn a_change_that_eks_gives_up_says_why_and_is_asked_for_anew() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    let mut open = asked.clone();
    open.parameters["apiAccessFrom"] = json!(["192.0.2.0/24", "198.51.100.0/24"]);
    let mut grown = open.clone();
    grown.parameters["nodePools"]["default"]["size"] = json!(2);
    let mut other = grown.clone();
    other.parameters["nodePools"]["default"]["diskGib"] = json!(77);
    let next = at_version(&other, "1.36");
    for (wanted, thing, code, expected) in [
        (&open, None, "AccessDenied", "KORE-CLOUD-0009"),
        (&grown, Some("default"), "InsufficientFreeAddresses", "KORE-CLOUD-0009"),
        (&other, Some("default"), "PodEvictionFailure", "KORE-CLUSTER-0007"),
        (&next, None, "EniLimitReached", "KORE-CLOUD-0006"),
        (&next, Some("kube-proxy"), "ConfigurationConflict", "KORE-CLOUD-0009"),
        (&next, Some("default"), "NodeCreationFailure", "KORE-CLOUD-0009"),
    ] {
        let order = json!({
            "kind": "update", "cluster": name, "name": thing, "fate": "failed", "code": code, "message": "as ordered",
        });
        bench.world.control(Method::POST, "fates", order).await;
        let (said, cause) = until_it_fails(&bench, wanted).await.unwrap_or_default();
        assert_eq!(said, expected, "{code}: {cause}");
        assert!(cause.contains(code) && cause.contains("as ordered"), "{code}: {cause}");
    }
    bench.until_done(&next).await;

    // What does not go says why, and is asked to go again.
    let order = json!({
        "kind": "nodegroup", "cluster": name, "name": "default",
        "fate": "failed", "code": "Ec2SecurityGroupDeletionFailure", "message": "as ordered",
    });
    bench.world.control(Method::POST, "fates", order).await;
    let mut said = Vec::new();
    for _ in 0..10 {
        if let Ok(Outcome::Waiting { reason, .. }) = bench.take_down(&next).await {
            said.push(reason);
        }
    }
    assert!(said.iter().any(|reason| reason.contains("Ec2SecurityGroupDeletionFailure: as ordered")), "{said:#?}");
    bench.until_gone(&next).await;
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn nodes_that_the_account_has_no_room_for_any_more_are_not_asked_for_until_there_is() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    // Somebody else has taken the rest since.
    bench.world.control(Method::PUT, "settings", json!({ "quotas": { "vcpus": 3 } })).await;
    let as_it_was = bench.world().await;
    let grown = request("uid-1", &json!({ "default": { "size": 2 } }));
    let more = request("uid-1", &json!({ "default": { "size": 1 }, "more": { "size": 1 } }));
    for asked in [&grown, &more] {
        let components = bench.provider.components(asked).await.unwrap();
        let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
        let failed: Vec<_> = prospect.checks.iter().filter(|check| check.result == CheckResult::Fail).collect();
        let [room] = &failed[..] else { panic!("{:?}", prospect.checks) };
        assert!(room.detail.iter().any(|lack| lack.contains("2 of 3 vCPUs used, 2 more needed")), "{room:?}");
        let Ok(Outcome::Waiting { reason, .. }) = bench.pass(asked).await else { panic!() };
        assert!(reason.contains("KORE-CLOUD-0006") && reason.contains("2 more needed"), "{reason}");
        assert_eq!(bench.world().await, as_it_was);
    }
    bench.world.control(Method::PUT, "settings", json!({})).await;
    bench.until_done(&grown).await;
    // Fewer nodes need no room.
    bench.world.control(Method::PUT, "settings", json!({ "quotas": { "vcpus": 1 } })).await;
    bench.until_done(&asked).await;
    bench.world.control(Method::PUT, "settings", json!({})).await;
    bench.until_done(&more).await;
    bench.until_gone(&more).await;
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn what_does_not_end_is_waited_for_by_its_name_and_goes_on_when_it_does() {
    let mut bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    bench.reset().await;
    let before = bench.world().await;
    let order = json!({ "kind": "nodegroup", "cluster": name, "name": "default", "fate": "stuck" });
    bench.world.control(Method::POST, "fates", order).await;
    let mut last = None;
    for _ in 0..6 {
        last = Some(bench.pass(&asked).await);
    }
    let Some(Ok(Outcome::Waiting { reason, .. })) = last else { panic!("{last:?}") };
    assert!(reason.contains("pool default: CREATING"), "{reason}");
    let order = json!({ "kind": "nodegroup", "cluster": name, "name": "default", "fate": "well" });
    bench.world.control(Method::POST, "fates", order).await;
    bench.until_done(&asked).await;
    bench.until_gone(&asked).await;
    assert_eq!(bench.world().await, before);
}
