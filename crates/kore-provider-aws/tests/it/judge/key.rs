//! Who may what with a cluster's key: whoever a role of its account allows it, and nobody elsewhere.

use kore_provider_aws::permissions::Purpose;
use serde_json::{Value, json};

use super::{
    ACCOUNT, Policy, REGION, Request, STRANGER,
    documents::{below, policy},
    judged,
};

fn asked(account: &str, role: &str, action: &str, key: &Value) -> Request {
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b");
    Request { account: ACCOUNT.into(), ..Request::of_role(account, role, action, &arn) }.on(key)
}

#[test]
fn the_key_of_a_cluster_is_its_accounts() {
    let key = &below("Key")["KeyPolicy"];
    let everybody = |principal: Value| {
        let mut open = key.clone();
        open["Statement"][0]["Principal"] = principal;
        open
    };
    let mut cases = Vec::new();
    for (purpose, action) in [
        (Purpose::Cluster, "kms:CreateGrant"),
        (Purpose::Cluster, "kms:DescribeKey"),
        (Purpose::Stack, "kms:PutKeyPolicy"),
        (Purpose::Stack, "kms:ScheduleKeyDeletion"),
    ] {
        let request = asked(ACCOUNT, purpose.role(), action, key).may(policy(purpose));
        let of_a_cluster = request.clone().with("aws:ResourceTag/kore:cluster", "payments/prod");
        cases.push(of_a_cluster.clone().allowed("a cluster's key"));
        cases.push(request.denied("another key of the account"));
        // It is the key's policy that lets the account's roles decide.
        let nobody = everybody(json!({ "AWS": format!("arn:aws:iam::{STRANGER}:root") }));
        cases.push(of_a_cluster.on(&nobody).denied("the account decides nothing"));
    }
    for (purpose, action) in [
        (Purpose::Cluster, "kms:Decrypt"),
        (Purpose::Cluster, "kms:ScheduleKeyDeletion"),
        (Purpose::Stack, "kms:Decrypt"),
        (Purpose::Network, "kms:DescribeKey"),
        (Purpose::Information, "kms:DescribeKey"),
        (Purpose::Zone, "kms:Decrypt"),
    ] {
        let request = asked(ACCOUNT, purpose.role(), action, key).may(policy(purpose));
        let request = request.with("aws:ResourceTag/kore:cluster", "payments/prod");
        cases.push(request.denied(format!("not for {purpose:?}")));
    }
    for action in ["kms:Decrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant"] {
        cases.push(asked(ACCOUNT, "admin", action, key).may(Policy::all()).allowed("an administrator"));
        cases.push(asked(ACCOUNT, "nobody", action, key).denied("who may nothing"));
        let strange = asked(STRANGER, "admin", action, key).may(Policy::all());
        cases.push(strange.clone().denied("another account's administrator"));
        cases.push(strange.on(&everybody(json!("*"))).allowed("were it everybody's"));
        for service in ["eks.amazonaws.com", "logs.eu-central-1.amazonaws.com"] {
            let request = Request { principal: service.into(), ..asked(ACCOUNT, "x", action, key) };
            cases.push(request.without("aws:PrincipalArn").denied(service));
        }
    }
    println!("{} requests", judged(&cases));
}
