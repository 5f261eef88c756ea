//! Things that requests are about: AWS's own form of each kind of resource, with names that Kore gives, or with others.

use super::{
    Kind, REGION,
    documents::{CLUSTER, ZONE},
};

/// What AWS has in its forms: what of Kore's stands there, and what of others'.
const NAMES: &[(&str, &[&str], &str)] = &[
    ("ClusterName", &[CLUSTER], "shop"),
    ("LogGroupName", &["/aws/eks/kore-payments-prod-1a2b/cluster"], "/aws/lambda/shop"),
    ("PolicyType", &["service_control_policy"], "tag_policy"),
    (
        "RoleNameWithPath",
        &[
            "aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
            "kore-cfn-exec",
            "kore/cluster/kore-payments-prod-1a2b-node",
        ],
        "admin",
    ),
    ("StackName", &[CLUSTER], "shop"),
    ("StackSetName", &["kore-one"], "shop"),
    ("StackSetTarget", &["kore-one:1a2b/ou-ab12-cdefgh34"], "shop:1a2b/ou-ab12-cdefgh34"),
    ("Type", &["AWS-IAM-Role"], "AWS-EC2-Instance"),
    ("UserNameWithPath", &["jo"], "jo"),
];

/// A name that has no meaning, where a form asks for one.
const ANY: &str = "1a2b";

/// A kind of resource with every name of Kore's that there is for it, or with one of somebody else's.
fn made(kind: &Kind, account: &str, ours: bool) -> Vec<String> {
    let form = kind.arn.replace("${Partition}", "aws").replace("${Region}", REGION).replace("${Account}", account);
    let mut made = vec![form];
    while made[0].contains("${") {
        let name = made[0].split("${").nth(1).unwrap().split('}').next().unwrap().to_owned();
        let known = NAMES.iter().find(|(known, ..)| *known == name);
        let values = match known {
            Some((_, values, _)) if ours => values.to_vec(),
            Some((.., other)) => vec![*other],
            None if kind.name == "hostedzone" && ours => vec![ZONE],
            None if kind.name == "hostedzone" => vec!["Z9OTHER"],
            None => vec![ANY],
        };
        let whole = format!("${{{name}}}");
        made = made.iter().flat_map(|arn| values.iter().map(|value| arn.replace(&whole, value))).collect();
    }
    made
}

/// Things of this kind as Kore's are called.
pub(crate) fn ours(kind: &Kind, account: &str) -> Vec<String> {
    made(kind, account, true)
}

/// One of somebody else's in the account; none where names of this kind say nothing of whose they are.
pub(crate) fn other(kind: &Kind, account: &str) -> Option<String> {
    made(kind, account, false).into_iter().find(|other| !ours(kind, account).contains(other))
}
