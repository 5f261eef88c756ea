//! What the roles of zones may do, in the account of the parent zone and in those of clusters.

use super::statement::{Condition, Statement};

/// Which kinds of records a change is about.
const RECORD_TYPES: &str = "route53:ChangeResourceRecordSetsRecordTypes";

pub(super) fn parent_zone() -> Vec<Statement> {
    vec![
        Statement {
            sid: "Delegate",
            why: "writes into the parent zone which name servers a cluster's zone has, and beside it whose it is; no other kind of record",
            actions: &["route53:ChangeResourceRecordSets"],
            resources: &["arn:${Partition}:route53:::hostedzone/${ParentZone}"],
            conditions: &[
                Condition { operator: "ForAllValues:StringEquals", key: RECORD_TYPES, values: &["NS", "TXT"] },
                // All of none are of these too.
                Condition { operator: "Null", key: RECORD_TYPES, values: &["false"] },
            ],
        },
        Statement {
            sid: "ReadParent",
            why: "looks whether a delegation is there, and whether it has arrived",
            actions: &["route53:GetHostedZone", "route53:ListResourceRecordSets"],
            resources: &["arn:${Partition}:route53:::hostedzone/${ParentZone}"],
            conditions: &[],
        },
        Statement {
            sid: "ReadChange",
            why: "waits until a change is everywhere",
            actions: &["route53:GetChange"],
            resources: &["arn:${Partition}:route53:::change/*"],
            conditions: &[],
        },
    ]
}

pub(super) fn zone() -> Vec<Statement> {
    vec![
        Statement {
            sid: "MakeZones",
            why: "makes a cluster's zone, and finds one that was made before",
            actions: &["route53:CreateHostedZone", "route53:ListHostedZonesByName"],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "KeepZones",
            why: "keeps the records of those zones, and removes them; the account has no other zones",
            actions: &[
                "route53:ChangeResourceRecordSets",
                "route53:ChangeTagsForResource",
                "route53:DeleteHostedZone",
                "route53:GetHostedZone",
                "route53:ListResourceRecordSets",
                "route53:ListTagsForResource",
            ],
            resources: &["arn:${Partition}:route53:::hostedzone/*"],
            conditions: &[],
        },
    ]
}
