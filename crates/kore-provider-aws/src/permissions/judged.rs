//! Who has judged what a role may do. This is the one place that says so; the tests of the judges keep it true.

use super::{Purpose, Statement};

/// How much of a statement the stand-in's front judges: it enforces exactly the published policies while an organisation and a
/// cluster live, are changed and go (`tests/it/least.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// Each of its actions.
    All,
    /// Some of them.
    Part,
    /// None: nothing of such a life needs it, or the front asks about no such action.
    Nothing,
}

/// Why the front does not judge an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    /// AWS asks for it as a part of another call (tags and roles that are handed over, what CloudFormation and EKS look
    /// at beside what they do).
    Implied,
    /// Something fails or a plan changes, which that life does not have; other tests do.
    Elsewhere,
}

/// Actions that those lives do not need.
pub const UNSEEN: &[(Purpose, Unseen, &[&str])] = &[
    (
        Purpose::Network,
        Unseen::Implied,
        &[
            "cloudformation:DescribeStackResources",
            "cloudformation:GetTemplate",
            "cloudformation:TagResource",
            "iam:PassRole",
        ],
    ),
    (Purpose::Network, Unseen::Elsewhere, &["cloudformation:DescribeStackEvents", "cloudformation:UpdateStack"]),
    (
        Purpose::Stack,
        Unseen::Implied,
        &[
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:DescribeAddresses",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeFlowLogs",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeNatGateways",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeVpcs",
            "ec2:ModifySubnetAttribute",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:PassRole",
            "iam:TagRole",
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:PutKeyPolicy",
            "kms:TagResource",
            "logs:DescribeLogGroups",
            "logs:TagResource",
        ],
    ),
    (
        Purpose::Cluster,
        Unseen::Implied,
        &[
            "ec2:CreateTags",
            "eks:CreatePodIdentityAssociation",
            "eks:DeletePodIdentityAssociation",
            "eks:DescribePodIdentityAssociation",
            "eks:TagResource",
            "iam:CreateServiceLinkedRole",
            "iam:GetRole",
            "iam:PassRole",
            "kms:CreateGrant",
            "kms:DescribeKey",
        ],
    ),
    (
        Purpose::Cluster,
        Unseen::Elsewhere,
        &["ec2:CreateLaunchTemplateVersion", "eks:DeleteAddon", "eks:UpdateAccessEntry"],
    ),
    (Purpose::StackSet, Unseen::Implied, &["cloudformation:TagResource"]),
];

/// Statements that the judge of `tools/judge` has not judged (`tests/it/judge`).
const UNJUDGED: &[(Purpose, &str)] = &[];

/// How much of a statement the front judges.
#[must_use]
pub fn front(purpose: Purpose, statement: &Statement) -> Front {
    let is_unseen = |action: &&&str| UNSEEN.iter().any(|(of, _, actions)| *of == purpose && actions.contains(*action));
    match statement.actions.iter().filter(is_unseen).count() {
        0 => Front::All,
        unseen if unseen == statement.actions.len() => Front::Nothing,
        _ => Front::Part,
    }
}

/// Whether somebody else's evaluator has judged a statement.
#[must_use]
pub fn is_judged(purpose: Purpose, statement: &Statement) -> bool {
    !UNJUDGED.contains(&(purpose, statement.sid))
}

/// The judges of a statement, as people read them.
#[must_use]
pub fn judges(purpose: Purpose, statement: &Statement) -> String {
    let front = match front(purpose, statement) {
        Front::All => Some("front"),
        Front::Part => Some("front in part"),
        Front::Nothing => None,
    };
    let judges: Vec<_> = is_judged(purpose, statement).then_some("judge").into_iter().chain(front).collect();
    if judges.is_empty() { "nobody".to_owned() } else { judges.join(", ") }
}
