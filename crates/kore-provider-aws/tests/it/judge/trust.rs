//! Who may take a role: the installation by tokens of its issuer, for its subject; CloudFormation, the role of the
//! stacks; services of AWS, the roles of clusters. Nobody else, whatever they may in their own account.

use kore_provider_aws::permissions::{AUDIENCE, EVALUATOR, Purpose, Trusted};
use serde_json::Value;

use super::{
    ACCOUNT, Case, ISSUER, MANAGEMENT, Policy, Request, STRANGER, SUBJECT,
    documents::{below, evaluator, roles, roles_for},
    judged,
};

const WEB: &str = "sts:AssumeRoleWithWebIdentity";
const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";

/// A token of an issuer that an account knows, shown for a role.
fn token(account: &str, issuer: &str, role: &str, trust: &Value) -> Request {
    let request = Request::by(&format!("arn:aws:iam::{account}:oidc-provider/{issuer}"), WEB, role);
    let request = request.with(&format!("{issuer}:aud"), AUDIENCE).with(&format!("{issuer}:sub"), SUBJECT);
    Request { account: role.split(':').nth(4).unwrap().into(), ..request }.on(trust)
}

/// A role's session, of an administrator.
fn session(account: &str, who: &str, role: &str, trust: &Value) -> Request {
    let request = Request::of_role(account, who, "sts:AssumeRole", role).may(Policy::all()).on(trust);
    Request { account: role.split(':').nth(4).unwrap().into(), ..request }
}

/// What nobody's role lets in: other roles, of Kore's too, of this account and others; services that it is not for.
fn strangers(role: &str, trust: &Value, services: &[&str]) -> Vec<Case> {
    let who = [
        (ACCOUNT, "admin"),
        (ACCOUNT, "kore-cluster"),
        (ACCOUNT, "kore-network"),
        (ACCOUNT, "kore/cluster/kore-payments-prod-1a2b-node"),
        (ACCOUNT, "OrganizationAccountAccessRole"),
        (MANAGEMENT, "admin"),
        (MANAGEMENT, "kore-org"),
        (STRANGER, "admin"),
    ];
    let sessions =
        who.into_iter().map(|(account, who)| session(account, who, role, trust).denied(format!("{who} of {account}")));
    let others = [
        CLOUDFORMATION,
        "ec2.amazonaws.com",
        "eks.amazonaws.com",
        "lambda.amazonaws.com",
        "pods.eks.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    ];
    let account = role.split(':').nth(4).unwrap();
    let others = others.into_iter().filter(|service| !services.contains(service)).map(|service| {
        let request = Request::by(service, "sts:AssumeRole", role).with("aws:SourceAccount", account).on(trust);
        Request { account: account.into(), ..request }.denied(service)
    });
    sessions.chain(others).collect()
}

/// A trust without one of its conditions.
fn open(trust: &Value, key: &str) -> Value {
    let mut open = trust.clone();
    let held = open["Statement"][0]["Condition"]["StringEquals"].as_object_mut().unwrap();
    assert!(held.remove(key).is_some());
    open
}

#[test]
fn a_role_of_kore_is_taken_by_its_installation_alone() {
    let mut cases = Vec::new();
    for role in roles().into_iter().filter(|role| role.purpose != Purpose::Stack) {
        let arn = format!("arn:aws:iam::{}:role/{}", role.account, role.purpose.role());
        let trust = &role.trust;
        let (aud, sub) = (format!("{ISSUER}:aud"), format!("{ISSUER}:sub"));
        let shown = token(role.account, ISSUER, &arn, trust);
        cases.push(shown.clone().allowed("the installation"));
        for (key, wrong) in [
            (&sub, "system:serviceaccount:kore:default"),
            (&sub, "system:serviceaccount:kore:provider-aws2"),
            (&sub, "SYSTEM:serviceaccount:kore:provider-aws"),
            (&aud, "https://kubernetes.default.svc"),
        ] {
            let wrong = shown.clone().with(key, wrong);
            cases.push(wrong.clone().denied(format!("{key} is another")));
            cases.push(wrong.on(&open(trust, key)).allowed(format!("{key} is not asked for")));
        }
        for key in [&sub, &aud] {
            cases.push(shown.clone().without(key).denied(format!("no {key}")));
        }
        // The same claims by another issuer, and by ours as another account knows it.
        let other = token(role.account, "elsewhere.example.com", &arn, trust);
        cases.push(other.denied("another issuer"));
        cases.push(token(STRANGER, ISSUER, &arn, trust).denied("another account's issuer"));
        // It is no session that is handed on.
        let plain = Request { action: "sts:AssumeRole".into(), context: Default::default(), ..shown };
        cases.push(plain.denied("without a token"));
        cases.extend(strangers(&arn, trust, &[]));
    }
    println!("{} requests", judged(&cases));
}

#[test]
fn a_role_of_an_evaluation_is_taken_by_its_user_alone() {
    let mut cases = Vec::new();
    let (may, stranger) = (evaluator(), Policy::all());
    for role in roles_for(&Trusted::AccessKey).into_iter().filter(|role| role.purpose != Purpose::Stack) {
        let arn = format!("arn:aws:iam::{}:role/{}", role.account, role.purpose.role());
        let by = |account: &str, user: &str, policy: &Policy| {
            let request = Request::by(&format!("arn:aws:iam::{account}:user/{user}"), "sts:AssumeRole", &arn);
            Request { account: role.account.into(), ..request.may(policy.clone()).on(&role.trust) }
        };
        cases.push(by(MANAGEMENT, EVALUATOR, &may).allowed("the user of the evaluation"));
        cases.push(by(MANAGEMENT, "kore-evaluation2", &stranger).denied("another user"));
        cases.push(by(MANAGEMENT, "admin", &stranger).denied("an administrator"));
        cases.push(by(STRANGER, EVALUATOR, &stranger).denied("the same name elsewhere"));
        cases.push(token(role.account, ISSUER, &arn, &role.trust).denied("a token"));
        cases.extend(strangers(&arn, &role.trust, &[]));
    }
    // It has these roles and nothing else, whoever else trusts it.
    let open = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{MANAGEMENT}:user/{EVALUATOR}") }, "Action": "sts:AssumeRole",
    }] });
    for (account, role) in
        [(MANAGEMENT, "admin"), (ACCOUNT, "OrganizationAccountAccessRole"), (ACCOUNT, "kore/cluster/kore-a-b-node")]
    {
        let arn = format!("arn:aws:iam::{account}:role/{role}");
        let request = Request::by(&format!("arn:aws:iam::{MANAGEMENT}:user/{EVALUATOR}"), "sts:AssumeRole", &arn);
        let request = Request { account: account.into(), ..request.may(may.clone()).on(&open) };
        // In an account of its own, who is trusted by name needs no policy (IAM User Guide, "Policy evaluation logic").
        cases.push(if account == MANAGEMENT { request.allowed(role) } else { request.denied(role) });
    }
    for action in ["iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:PutUserPolicy"] {
        let user = format!("arn:aws:iam::{MANAGEMENT}:user/{EVALUATOR}");
        cases.push(
            Request { account: MANAGEMENT.into(), ..Request::by(&user, action, &user).may(may.clone()) }.denied(action),
        );
    }
    println!("{} requests", judged(&cases));
}

#[test]
fn the_role_of_the_stacks_is_taken_by_cloudformation_for_its_own_account_alone() {
    let role = roles().into_iter().find(|role| role.purpose == Purpose::Stack).unwrap();
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{}", role.purpose.role());
    let taken = Request::by(CLOUDFORMATION, "sts:AssumeRole", &arn).on(&role.trust);
    let mut cases = strangers(&arn, &role.trust, &[CLOUDFORMATION]);
    cases.push(taken.clone().with("aws:SourceAccount", ACCOUNT).allowed("a stack of the account"));
    let strange = taken.clone().with("aws:SourceAccount", STRANGER);
    cases.push(strange.clone().denied("a stack of another account"));
    cases.push(strange.on(&open(&role.trust, "aws:SourceAccount")).allowed("whose stack is not asked"));
    cases.push(taken.denied("a stack of nobody"));
    cases.push(token(ACCOUNT, ISSUER, &arn, &role.trust).denied("the installation"));
    println!("{} requests", judged(&cases));
}

#[test]
fn the_roles_of_a_cluster_are_taken_by_their_service_alone() {
    let mut cases = Vec::new();
    for (name, suffix, service, tags) in [
        ("ClusterRole", "cluster", "eks.amazonaws.com", true),
        ("NodeRole", "node", "ec2.amazonaws.com", false),
        ("NetworkRole", "cni", "pods.eks.amazonaws.com", true),
        ("StorageRole", "ebs", "pods.eks.amazonaws.com", true),
        ("FlowRole", "flows", "vpc-flow-logs.amazonaws.com", false),
    ] {
        let trust = below(name)["AssumeRolePolicyDocument"].clone();
        let arn = format!("arn:aws:iam::{ACCOUNT}:role/kore/cluster/kore-payments-prod-1a2b-{suffix}");
        let taken = |action: &str| Request::by(service, action, &arn).on(&trust);
        cases.push(taken("sts:AssumeRole").allowed(name));
        let tagged = taken("sts:TagSession");
        cases.push(if tags { tagged.allowed(name) } else { tagged.denied(name) });
        cases.push(token(ACCOUNT, ISSUER, &arn, &trust).denied(name));
        cases.extend(strangers(&arn, &trust, &[service]));
    }
    println!("{} requests", judged(&cases));
}
