//! Exactly what is published is enough, where the stand-in enforces policies; and what of it no test needs is known.

use std::collections::BTreeSet;

use kore_provider_aws::permissions::{Place, Purpose};
use reqwest::Method;
use serde_json::{Value, json};

use crate::clusters::{Bench, request};

/// Asked for by AWS as a part of another call (tags and roles that are handed over, what CloudFormation and EKS look at
/// beside what they do): the stand-in does not judge these.
const IMPLIED: &[&str] = &[
    "cloudformation:DescribeStackResources",
    "cloudformation:GetTemplate",
    "cloudformation:TagResource",
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcEndpoints",
    "ec2:ModifySubnetAttribute",
    "eks:CreatePodIdentityAssociation",
    "eks:DeletePodIdentityAssociation",
    "eks:DescribePodIdentityAssociation",
    "eks:TagResource",
    "iam:CreateServiceLinkedRole",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:PassRole",
    "iam:TagRole",
    "kms:CreateGrant",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "logs:DescribeLogGroups",
    "logs:TagResource",
];

/// Where something fails or its plan changes, which the life below does not have; other tests do.
const ELSEWHERE: &[&str] =
    &["cloudformation:DescribeStackEvents", "cloudformation:UpdateStack", "eks:DeleteAddon", "eks:UpdateAccessEntry"];

/// Of parts that are not there yet: what is looked at before, drift of stacks, zones.
const NOT_YET: &[&str] = &[
    "cloudformation:DetectStackDrift",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeRegions",
    "eks:CancelUpdate",
    "eks:DescribeClusterVersions",
    "eks:DescribeInsight",
    "eks:DescribeUpdate",
    "eks:ListUpdates",
    "route53:ChangeResourceRecordSets",
    "route53:ChangeTagsForResource",
    "route53:CreateHostedZone",
    "route53:DeleteHostedZone",
    "route53:GetChange",
    "route53:GetHostedZone",
    "route53:ListHostedZonesByName",
    "route53:ListResourceRecordSets",
    "route53:ListTagsForResource",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:ListServiceQuotas",
];

async fn live(bench: &Bench) {
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let mut grown = request("uid-1", &json!({ "default": { "size": 2 } }));
    bench.until_done(&grown).await;
    grown.parameters["kubernetesVersion"] = json!("1.36");
    bench.until_done(&grown).await;
    bench.until_gone(&grown).await;
}

#[tokio::test]
async fn a_whole_life_needs_no_more_than_the_published_policies_and_no_less() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    bench.world.control(Method::PUT, "settings", json!({ "enforce": true, "leftovers": true })).await;
    live(&bench).await;
    assert_eq!(bench.world().await, before);

    let requests = bench.requests().await;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let used: BTreeSet<String> =
        requests.iter().map(|one| format!("{}:{}", text(one, "service"), text(one, "operation"))).collect();
    let account = Purpose::ALL.into_iter().filter(|purpose| purpose.place() == Place::Account);
    let granted: BTreeSet<String> = account
        .flat_map(|purpose| purpose.statements())
        .flat_map(|statement| statement.actions.iter().map(|action| (*action).to_owned()))
        .collect();
    let unused: BTreeSet<_> = granted.difference(&used).map(String::as_str).collect();
    let known: BTreeSet<_> = [IMPLIED, ELSEWHERE, NOT_YET].into_iter().flatten().copied().collect();
    assert_eq!(unused, known);
}
