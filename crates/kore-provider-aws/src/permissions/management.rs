//! What the roles of the management account may do.

use super::{
    account::CHECK_OWN_ROLES,
    statement::{Condition, Statement},
};

/// Only what carries the mark of being ours.
const MARKED: Condition =
    Condition { operator: "StringEquals", key: "aws:ResourceTag/kore:managed", values: &["true"] };
/// Only what is marked as ours while it is made.
const MARKING: Condition =
    Condition { operator: "StringEquals", key: "aws:RequestTag/kore:managed", values: &["true"] };

pub(super) fn organization() -> Vec<Statement> {
    vec![
        CHECK_OWN_ROLES,
        Statement {
            sid: "ReadOrganization",
            why: "finds what there is before anything is made: an account is looked for by its address first",
            actions: &[
                "organizations:DescribeAccount",
                "organizations:DescribeCreateAccountStatus",
                "organizations:DescribePolicy",
                "organizations:ListAccounts",
                "organizations:ListCreateAccountStatus",
                "organizations:ListOrganizationalUnitsForParent",
                "organizations:ListParents",
                "organizations:ListPolicies",
                "organizations:ListPoliciesForTarget",
                "organizations:ListTagsForResource",
                "organizations:ListTargetsForPolicy",
            ],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "ReadQuota",
            why: "compares how many accounts there are with how many there may be, before one is made",
            actions: &["servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "MakeMarked",
            why: "makes accounts, units and guardrails, each marked as Kore's in the same request",
            actions: &[
                "organizations:CreateAccount",
                "organizations:CreateOrganizationalUnit",
                "organizations:CreatePolicy",
                "organizations:TagResource",
            ],
            resources: &["*"],
            conditions: &[MARKING],
        },
        Statement {
            sid: "MoveMarked",
            why: "moves an account that Kore made into a unit that Kore made; nobody else's moves",
            actions: &["organizations:MoveAccount"],
            resources: &[
                "arn:${Partition}:organizations::${Account}:account/o-*/*",
                "arn:${Partition}:organizations::${Account}:ou/o-*/ou-*",
            ],
            conditions: &[MARKED],
        },
        Statement {
            sid: "MoveFromRoot",
            why: "a new account is at the root, from where it is moved; the account itself has to be marked",
            actions: &["organizations:MoveAccount"],
            resources: &["arn:${Partition}:organizations::${Account}:root/o-*/r-*"],
            conditions: &[],
        },
        Statement {
            sid: "GuardMarked",
            why: "keeps and removes guardrails and units that Kore made, and puts guardrails on accounts that it made",
            actions: &[
                "organizations:AttachPolicy",
                "organizations:DeleteOrganizationalUnit",
                "organizations:DeletePolicy",
                "organizations:DetachPolicy",
                "organizations:UpdatePolicy",
            ],
            resources: &[
                "arn:${Partition}:organizations::${Account}:account/o-*/*",
                "arn:${Partition}:organizations::${Account}:ou/o-*/ou-*",
                "arn:${Partition}:organizations::${Account}:policy/o-*/service_control_policy/p-*",
            ],
            conditions: &[MARKED],
        },
    ]
}

pub(super) fn closing() -> Vec<Statement> {
    vec![Statement {
        sid: "CloseMarked",
        why: "closes an account that Kore made, once its clusters are gone",
        actions: &["organizations:CloseAccount"],
        resources: &["arn:${Partition}:organizations::${Account}:account/o-*/*"],
        conditions: &[MARKED],
    }]
}

pub(super) fn stack_set() -> Vec<Statement> {
    vec![
        Statement {
            sid: "MakeAccountRoles",
            why: "makes the stack set, marked with whose it is: AWS asks for no name before it is there",
            actions: &["cloudformation:CreateStackSet"],
            resources: &["*"],
            conditions: &[Condition { operator: "Null", key: "aws:RequestTag/kore:owner", values: &["false"] }],
        },
        Statement {
            sid: "AccountRoles",
            why: "keeps the one stack set that puts the account roles, and no other things, into every account",
            actions: &[
                "cloudformation:CreateStackInstances",
                "cloudformation:DeleteStackInstances",
                "cloudformation:DeleteStackSet",
                "cloudformation:DescribeStackSet",
                "cloudformation:ListStackInstances",
                "cloudformation:TagResource",
                "cloudformation:UpdateStackSet",
            ],
            // AWS asks for the set, for whom it is, and for the kinds of things in it (CloudFormation User Guide, "Control
            // access with AWS Identity and Access Management").
            resources: &[
                "arn:${Partition}:cloudformation:*:${Account}:stackset-target/kore-*",
                "arn:${Partition}:cloudformation:*:${Account}:stackset/kore-*:*",
                "arn:${Partition}:cloudformation:*:*:type/resource/AWS-IAM-*",
            ],
            conditions: &[],
        },
    ]
}

pub(super) fn cost() -> Vec<Statement> {
    vec![
        Statement {
            sid: "Prices",
            why: "reads the price list, for estimates",
            actions: &["pricing:GetProducts"],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "Spent",
            why: "reads what accounts have cost; each page of it costs one cent",
            actions: &["ce:GetCostAndUsage"],
            resources: &["*"],
            conditions: &[],
        },
    ]
}
