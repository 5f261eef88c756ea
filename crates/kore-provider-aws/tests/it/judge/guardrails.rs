//! The guardrails hold against an administrator of an account, each what it is for and none more, and leave Kore's own
//! ways open (that Kore's roles go on is in `statements`: all that they may is judged under all guardrails).

use kore_api::cloud::AccountGuardrails;
use serde_json::json;

use super::{
    ACCOUNT, Case, HOME, ISSUER, Policy, REGION, Request,
    documents::{boundary, levels},
    judged,
};

/// Somebody in an account who may everything there.
const ADMIN: &str = "admin";
const BOOTSTRAP: &str = "OrganizationAccountAccessRole";
const STACK_SETS: &str = "stacksets-exec-1a2b3c4d";

/// A guardrail: its statement, what holds it back alone, and what it holds back.
struct Guardrail {
    sid: &'static str,
    without: fn(&mut AccountGuardrails),
    barred: Vec<Request>,
}

fn iam(what: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{what}")
}

fn by(role: &str, action: &str, thing: &str) -> Request {
    Request::of_role(ACCOUNT, role, action, thing).may(Policy::all())
}

/// The root user, who has no policies and may everything that nothing holds back.
fn root(action: &str, thing: &str) -> Request {
    let request = by(ADMIN, action, thing).with("aws:PrincipalArn", iam("root"));
    Request { principal: iam("root"), ..request }
}

/// Across what there is in an account: to read, to make, to remove, and to become somebody else.
fn anything() -> Vec<(&'static str, String)> {
    let of = |service: &str, thing: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}");
    let every = || "*".to_owned();
    vec![
        ("account:GetContactInformation", format!("arn:aws:account::{ACCOUNT}:account")),
        ("acm:ListCertificates", every()),
        ("autoscaling:DescribeAutoScalingGroups", every()),
        ("cloudformation:CreateStack", of("cloudformation", "stack/mine/1a2b")),
        ("cloudformation:DeleteStack", of("cloudformation", "stack/kore-payments-prod-1a2b/1a2b")),
        ("cloudtrail:DescribeTrails", every()),
        ("cloudtrail:StopLogging", of("cloudtrail", "trail/organisation")),
        ("dynamodb:PutItem", of("dynamodb", "table/orders")),
        ("ec2:DescribeInstances", every()),
        ("ec2:DeleteVpc", of("ec2", "vpc/vpc-1a2b")),
        ("ec2:CreateVpc", of("ec2", "vpc/vpc-1a2b")),
        ("ec2:TerminateInstances", of("ec2", "instance/i-1a2b")),
        ("ecr:GetAuthorizationToken", every()),
        ("eks:CreateAccessEntry", of("eks", "cluster/kore-payments-prod-1a2b")),
        ("eks:DeleteCluster", of("eks", "cluster/kore-payments-prod-1a2b")),
        ("eks:ListClusters", every()),
        ("elasticloadbalancing:DescribeLoadBalancers", every()),
        ("iam:AttachRolePolicy", iam("role/admin")),
        ("iam:CreateAccessKey", iam("user/jo")),
        ("iam:CreateRole", iam("role/admin")),
        ("iam:CreateUser", iam("user/jo")),
        ("iam:DeleteRole", iam("role/kore-cluster")),
        ("iam:GetRole", iam("role/kore-cluster")),
        ("iam:ListRoles", every()),
        ("iam:PassRole", iam("role/admin")),
        ("iam:UpdateAssumeRolePolicy", iam("role/OrganizationAccountAccessRole")),
        ("kms:Decrypt", of("kms", "key/1a2b")),
        ("kms:ScheduleKeyDeletion", of("kms", "key/1a2b")),
        ("lambda:CreateFunction", of("lambda", "function:mine")),
        ("logs:DeleteLogGroup", of("logs", "log-group:/aws/eks/kore-payments-prod-1a2b/cluster")),
        ("organizations:DescribeOrganization", every()),
        ("organizations:LeaveOrganization", every()),
        ("rds:DeleteDBInstance", of("rds", "db:orders")),
        ("route53:CreateHostedZone", every()),
        ("route53:ListHostedZonesByName", every()),
        ("s3:GetObject", "arn:aws:s3:::bills/2026.csv".to_owned()),
        ("s3:ListAllMyBuckets", every()),
        ("secretsmanager:GetSecretValue", of("secretsmanager", "secret:db-1a2b3c")),
        ("servicequotas:ListServiceQuotas", every()),
        ("sns:Publish", of("sns", "orders")),
        ("sqs:SendMessage", of("sqs", "orders")),
        ("ssm:StartSession", of("ec2", "instance/i-1a2b")),
        ("sts:AssumeRole", iam("role/admin")),
        ("sts:GetFederationToken", format!("arn:aws:sts::{ACCOUNT}:federated-user/jo")),
        ("tag:GetResources", every()),
    ]
}

fn guardrails() -> Vec<Guardrail> {
    let anything = |whose: fn(&str, &str) -> Request| anything().iter().map(|(what, on)| whose(what, on)).collect();
    let of = |service: &str, thing: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}");
    let watched = [
        ("cloudtrail:DeleteTrail", of("cloudtrail", "trail/organisation")),
        ("cloudtrail:PutEventSelectors", of("cloudtrail", "trail/organisation")),
        ("cloudtrail:StopLogging", of("cloudtrail", "trail/organisation")),
        ("cloudtrail:UpdateTrail", of("cloudtrail", "trail/organisation")),
        ("config:DeleteConfigurationRecorder", of("config", "configuration-recorder/default/1a2b")),
        ("config:DeleteDeliveryChannel", "*".to_owned()),
        ("config:StopConfigurationRecorder", of("config", "configuration-recorder/default/1a2b")),
        ("guardduty:DeleteDetector", of("guardduty", "detector/1a2b")),
        ("guardduty:DisassociateFromAdministratorAccount", "*".to_owned()),
        ("guardduty:DisassociateFromMasterAccount", "*".to_owned()),
        ("guardduty:UpdateDetector", of("guardduty", "detector/1a2b")),
    ];
    let mut roles = Vec::new();
    for role in ["kore-cluster", "kore-cfn-exec", "kore-gateway", STACK_SETS] {
        for action in [
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ] {
            roles.push(by(ADMIN, action, &iam(&format!("role/{role}"))));
        }
    }
    for action in [
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:SetDefaultPolicyVersion",
    ] {
        roles.push(by(ADMIN, action, &iam("policy/kore-boundary")));
    }
    for action in [
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:DeleteOpenIDConnectProvider",
        "iam:RemoveClientIDFromOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    ] {
        roles.push(by(ADMIN, action, &iam(&format!("oidc-provider/{ISSUER}"))));
    }
    let elsewhere = ["us-east-1", "eu-west-1", "ap-southeast-1"].into_iter().flat_map(|region| {
        [
            ("ec2:CreateVpc", "ec2", "vpc/vpc-1a2b"),
            ("eks:DeleteCluster", "eks", "cluster/shop"),
            ("lambda:CreateFunction", "lambda", "function:mine"),
            ("dynamodb:PutItem", "dynamodb", "table/orders"),
            ("cloudformation:CreateStack", "cloudformation", "stack/mine/1a2b"),
        ]
        .map(|(action, service, thing)| {
            let thing = of(service, thing).replace(REGION, region);
            by(ADMIN, action, &thing).with("aws:RequestedRegion", region)
        })
    });
    vec![
        Guardrail {
            sid: "Stay",
            without: |all| all.leave_organization = false,
            barred: vec![by(ADMIN, "organizations:LeaveOrganization", "*")],
        },
        Guardrail { sid: "NoRoot", without: |all| all.root_user = false, barred: anything(root) },
        Guardrail {
            sid: "NoBootstrap",
            without: |all| all.bootstrap_role = false,
            barred: anything(|what, on| by(BOOTSTRAP, what, on)),
        },
        Guardrail {
            sid: "Watched",
            without: |all| all.audit_trail = false,
            barred: watched.iter().map(|(what, on)| by(ADMIN, what, on)).collect(),
        },
        Guardrail { sid: "KoreRoles", without: |all| all.kore_roles = false, barred: roles },
        Guardrail { sid: "Regions", without: |all| all.regions = false, barred: elsewhere.collect() },
    ]
}

/// All guardrails but some.
fn held(without: fn(&mut AccountGuardrails)) -> Vec<Vec<Policy>> {
    let mut all = AccountGuardrails::default();
    without(&mut all);
    levels(all)
}

#[test]
fn each_guardrail_holds_and_is_lifted_by_its_own_name_alone() {
    let guardrails = guardrails();
    let mut cases = Vec::new();
    for Guardrail { sid, barred, .. } in &guardrails {
        let by = format!("organization guardrails {sid}");
        for request in barred {
            cases.push(request.clone().allowed(format!("{sid}, no guardrails")));
            cases.push(request.clone().under(&levels(AccountGuardrails::default())).denied(*sid).by(&by));
            for other in &guardrails {
                let request = request.clone().under(&held(other.without));
                let lifted = format!("{sid} without {}", other.sid);
                if other.sid != *sid {
                    cases.push(request.denied(lifted).by(&by));
                }
            }
        }
    }
    // With a guardrail lifted, what it held back is free, as far as none of the others is about it.
    let is_of_others = |sid: &str, request: &Request| {
        let others = guardrails.iter().filter(|other| other.sid != sid).flat_map(|other| &other.barred);
        let same = |other: &Request| other.action == request.action && other.resource == request.resource;
        others.into_iter().any(same)
    };
    for Guardrail { sid, without, barred } in &guardrails {
        for request in barred.iter().filter(|request| !is_of_others(sid, request)) {
            cases.push(request.clone().under(&held(*without)).allowed(format!("{sid} lifted")));
        }
    }
    println!("{} requests", judged(&cases));
}

#[test]
fn the_bootstrap_role_can_do_nothing_at_all() {
    let held = levels(AccountGuardrails::default());
    let denied = |(action, thing): &(&str, String)| {
        let request = by(BOOTSTRAP, action, thing).under(&held);
        request.denied("the bootstrap role").by("organization guardrails NoBootstrap")
    };
    let cases: Vec<Case> = anything().iter().map(denied).collect();
    println!("{} requests", judged(&cases));
}

#[test]
fn who_is_nobody_of_these_goes_on() {
    let held = levels(AccountGuardrails::default());
    let of = |service: &str, thing: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}");
    let free = [
        // In the region, and where there is none.
        by(ADMIN, "ec2:CreateVpc", &of("ec2", "vpc/vpc-1a2b")),
        by(ADMIN, "lambda:CreateFunction", &of("lambda", "function:mine")),
        by(ADMIN, "iam:CreateRole", &iam("role/own")),
        by(ADMIN, "iam:CreateRole", &iam("role/kore/cluster/kore-payments-prod-1a2b-node")),
        by(ADMIN, "iam:CreateOpenIDConnectProvider", &iam("oidc-provider/elsewhere.example.com")),
        by(ADMIN, "route53:CreateHostedZone", "*"),
        by(ADMIN, "cloudtrail:DescribeTrails", "*"),
        by(ADMIN, "guardduty:GetDetector", &of("guardduty", "detector/1a2b")),
        // One whose name begins alike.
        by("OrganizationAccountAccessRole2", "ec2:DescribeInstances", "*"),
    ];
    let cases: Vec<_> = free.into_iter().map(|request| request.under(&held).allowed("free")).collect();
    println!("{} requests", judged(&cases));
}

/// What AWS does as the role of the stack sets with the template of the account's roles: it comes, changes and goes, in
/// the region in which Kore asks for what has none.
#[test]
fn stack_sets_bring_the_roles_and_nobody_else_takes_their_name() {
    let held = levels(AccountGuardrails::default());
    let stack = format!("arn:aws:cloudformation:{HOME}:{ACCOUNT}:stack/StackSet-kore-one-1a2b/1a2b");
    let provider = iam(&format!("oidc-provider/{ISSUER}"));
    let mut asked = Vec::new();
    for action in ["CreateStack", "UpdateStack", "DeleteStack", "DescribeStacks", "GetTemplate"] {
        let action = format!("cloudformation:{action}");
        asked.push(by(STACK_SETS, &action, &stack).with("aws:RequestedRegion", HOME));
    }
    for action in [
        "CreateRole",
        "PutRolePolicy",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "TagRole",
        "DeleteRolePolicy",
        "DeleteRole",
    ] {
        asked.push(by(STACK_SETS, &format!("iam:{action}"), &iam("role/kore-cluster")));
    }
    for action in ["CreatePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "DeletePolicy"] {
        asked.push(by(STACK_SETS, &format!("iam:{action}"), &iam("policy/kore-boundary")));
    }
    for action in ["CreateOpenIDConnectProvider", "GetOpenIDConnectProvider", "DeleteOpenIDConnectProvider"] {
        asked.push(by(STACK_SETS, &format!("iam:{action}"), &provider));
    }
    let mut cases: Vec<_> = asked.into_iter().map(|request| request.under(&held).allowed("stack sets")).collect();
    // A role that somebody made of that name could change Kore's: nobody makes one.
    let make = by(ADMIN, "iam:CreateRole", &iam("role/stacksets-exec-mine")).under(&held);
    cases.push(make.denied("another role of that name").by("organization guardrails KoreRoles"));
    let taken = by(ADMIN, "iam:UpdateAssumeRolePolicy", &iam(&format!("role/{STACK_SETS}"))).under(&held);
    cases.push(taken.denied("another one to take it").by("organization guardrails KoreRoles"));
    println!("{} requests", judged(&cases));
}

/// Without the condition for the root user, everybody is held back: the judge sees what a condition does.
#[test]
fn a_condition_that_is_lost_is_seen() {
    let mut held = levels(AccountGuardrails::default());
    let request = by(ADMIN, "ec2:DescribeInstances", "*");
    let before = request.clone().under(&held).allowed("as it is");
    let statements = held[1][1].policy["Statement"].as_array_mut().unwrap();
    let root = statements.iter_mut().find(|one| one["Sid"] == "NoRoot").unwrap();
    root["Condition"] = json!({});
    let after = request.under(&held).denied("for everybody").by("organization guardrails NoRoot");
    judged(&[before, after]);
    // And a boundary that allows more lets more through.
    let request = by("kore/cluster/x", "s3:ListAllMyBuckets", "*");
    let mut wide = boundary();
    let before = request.clone().bounded(&wide).denied("as it is");
    wide["Statement"][0]["Action"].as_array_mut().unwrap().push(json!("s3:*"));
    judged(&[before, request.bounded(&wide).allowed("wider")]);
}
