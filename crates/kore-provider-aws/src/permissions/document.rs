//! Policies as IAM reads them (IAM User Guide, "Grammar of the IAM JSON policy language").

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    BOUNDARY, Purpose,
    statement::{Condition, Statement},
    trusted::{Trusted, evaluator},
};

/// Version of the policy language.
pub(super) const VERSION: &str = "2012-10-17";
/// For whom the tokens are that Kore shows to AWS.
pub const AUDIENCE: &str = "sts.amazonaws.com";

/// What a role of this purpose may do. Names that are the account's own stay as `${Partition}`, `${Account}`, `${Regions}`
/// and `${ParentZone}`.
#[must_use]
pub fn policy(purpose: Purpose) -> Value {
    let statements: Vec<_> = purpose.statements().iter().map(statement).collect();
    json!({ "Version": VERSION, "Statement": statements })
}

/// Who may take a role: Kore, as it is known to AWS; CloudFormation, the role of the stacks. The account of the user that an
/// evaluation has stays as `${ManagementAccount}` where it is another one.
#[must_use]
pub fn trust(purpose: Purpose, trusted: &Trusted) -> Value {
    if purpose == Purpose::Stack {
        return json!({ "Version": VERSION, "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "cloudformation.amazonaws.com" },
            "Action": "sts:AssumeRole",
            // Not for stacks of other accounts: the confused deputy (IAM User Guide).
            "Condition": { "StringEquals": { "aws:SourceAccount": "${Account}" } },
        }] });
    }
    let Trusted::Tokens { issuer, subject } = trusted else {
        return json!({ "Version": VERSION, "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": evaluator(purpose.place()) },
            "Action": "sts:AssumeRole",
        }] });
    };
    let mut claims = Map::new();
    claims.insert(format!("{issuer}:aud"), json!(AUDIENCE));
    claims.insert(format!("{issuer}:sub"), json!(subject));
    json!({ "Version": VERSION, "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:${{Partition}}:iam::${{Account}}:oidc-provider/{issuer}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": claims },
    }] })
}

/// What no role of a cluster can do, whatever policies it is given: it bounds every role that Kore makes.
#[must_use]
pub fn boundary() -> Value {
    let ours = [
        "arn:${Partition}:iam::${Account}:role/kore-*".to_owned(),
        format!("arn:${{Partition}}:iam::${{Account}}:policy/{BOUNDARY}"),
    ];
    json!({ "Version": VERSION, "Statement": [
        {
            "Sid": "WhatClustersUse",
            "Effect": "Allow",
            "Action": [
                "autoscaling:*", "cloudwatch:*", "ec2:*", "ecr:*", "eks:*", "eks-auth:*", "elasticloadbalancing:*",
                "iam:CreateServiceLinkedRole", "iam:GetInstanceProfile", "iam:GetRole", "kms:*", "logs:*", "route53:*",
                "ssm:GetParameter", "tag:GetResources",
            ],
            "Resource": "*",
        },
        {
            // Whoever hands on or takes a role that is not bounded has left the boundary.
            "Sid": "RolesOfClusters",
            "Effect": "Allow",
            "Action": ["iam:PassRole", "sts:AssumeRole", "sts:TagSession"],
            "Resource": "arn:${Partition}:iam::${Account}:role/kore/cluster/*",
        },
        {
            // EKS Auto Mode starts nodes as their role (AWS Managed Policy Reference Guide, "AmazonEKSComputePolicy").
            "Sid": "ProfilesOfNodes",
            "Effect": "Allow",
            "Action": [
                "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile",
            ],
            "Resource": "arn:${Partition}:iam::${Account}:instance-profile/eks*",
        },
        {
            "Sid": "NoWayToMore",
            "Effect": "Deny",
            "Action": ["account:*", "billing:*", "iam:CreateAccessKey", "iam:CreateUser", "organizations:*"],
            "Resource": "*",
        },
        {
            "Sid": "NothingOfKoreItself",
            "Effect": "Deny",
            "Action": ["iam:*", "sts:AssumeRole"],
            "Resource": ours,
        },
    ] })
}

fn statement(statement: &Statement) -> Value {
    let Statement { sid, actions, resources, conditions: narrowed, .. } = statement;
    let mut document = Map::from_iter([
        ("Sid".to_owned(), json!(sid)),
        ("Effect".to_owned(), json!("Allow")),
        ("Action".to_owned(), json!(actions)),
        ("Resource".to_owned(), json!(resources)),
    ]);
    if !narrowed.is_empty() {
        document.insert("Condition".to_owned(), conditions(narrowed));
    }
    Value::Object(document)
}

fn conditions(all: &[Condition]) -> Value {
    let mut operators: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for Condition { operator, key, values } in all {
        let value = if let [one] = values { json!(one) } else { json!(values) };
        operators.entry(operator).or_default().insert((*key).to_owned(), value);
    }
    json!(operators)
}
