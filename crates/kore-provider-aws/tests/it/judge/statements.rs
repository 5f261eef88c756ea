//! Each statement of each role: what fits it is allowed, under all guardrails; with any of its conditions broken, or on
//! things of others, it is denied. Each condition is what makes the difference: without it, the broken request is
//! allowed.

use std::collections::{BTreeMap, BTreeSet};

use kore_api::cloud::AccountGuardrails;
use kore_provider_aws::permissions::{Condition, Place, Purpose, Statement, is_judged};
use serde_json::{Value, json};

use super::{
    ACCOUNT, Case, MANAGEMENT, Policy, REGION, Reference, Request, STRANGER,
    documents::{CLUSTER, Role, account_of, filled, levels, policy, roles},
    judged, references,
    things::{other, ours},
    verdicts,
};

/// AWS's reference has these as required together; a request is about one of them.
const EITHER: &[(&str, &str)] = &[("route53:ChangeTagsForResource", "healthcheck")];
/// Statements about all things of their kind, others' too: the account has no others, or they say nothing.
const WHOLE: &[(Purpose, &str)] = &[(Purpose::Zone, "KeepZones"), (Purpose::ParentZone, "ReadChange")];
/// What a condition on this key does not let pass.
const BROKEN: &[(&str, &[&str])] = &[
    ("aws:RequestTag/kore:managed", &["false"]),
    ("aws:RequestedRegion", &["us-west-2"]),
    ("aws:ResourceTag/kore:managed", &["false"]),
    ("ec2:CreateAction", &["CreateVolume"]),
    ("ec2:LaunchTemplate", &["arn:aws:ec2:eu-central-1:444455556666:launch-template/lt-1"]),
    ("aws:ResourceTag/eks:eks-cluster-name", &["theirs"]),
    ("aws:ResourceTag/elbv2.k8s.aws/cluster", &["theirs"]),
    ("iam:AWSServiceName", &["elasticbeanstalk.amazonaws.com"]),
    ("iam:PassedToService", &["lambda.amazonaws.com"]),
    ("iam:PermissionsBoundary", &["arn:aws:iam::111122223333:policy/wide"]),
    ("iam:PolicyARN", &["arn:aws:iam::aws:policy/AdministratorAccess"]),
    ("route53:ChangeResourceRecordSetsRecordTypes", &["NS", "A"]),
];
/// Kinds of things that are tried where a statement is about all.
const SOME: usize = 3;

/// A value or a list, as the context has it for this condition.
fn value(condition: &Condition, values: &[String]) -> Value {
    if condition.operator.starts_with("ForAllValues") { json!(values) } else { json!(values[0]) }
}

/// What a condition lets pass.
fn fitting(condition: &Condition, account: &str) -> Vec<Value> {
    if condition.operator == "Null" {
        return vec![json!("payments/prod")];
    }
    let values = condition.values.iter().map(|one| filled(one, account).replace('*', "ClusterPolicy"));
    values.map(|one| value(condition, &[one])).collect()
}

/// A request that all conditions of a statement let pass.
fn fitted(request: Request, statement: &Statement, account: &str) -> Request {
    // Where one asks for a value and another one that there is any, the value it is.
    let (there, said): (Vec<&Condition>, Vec<&Condition>) =
        statement.conditions.iter().partition(|one| one.operator == "Null");
    let all = there.into_iter().chain(said);
    all.fold(request, |request, one| request.with(one.key, fitting(one, account).remove(0)))
}

/// A request with a condition broken, in each way that there is.
fn broken(request: &Request, condition: &Condition) -> Vec<Request> {
    let Condition { operator, key, .. } = condition;
    let mut all = Vec::new();
    // All of none fit.
    if !operator.starts_with("ForAllValues") {
        all.push(request.clone().without(key));
    }
    if *operator != "Null" {
        let (_, values) = BROKEN.iter().find(|(of, _)| of == key).unwrap_or_else(|| panic!("what breaks {key}?"));
        let values: Vec<_> = values.iter().map(|one| (*one).to_owned()).collect();
        all.push(request.clone().with(key, value(condition, &values)));
    }
    all
}

/// A policy whose statement of this name is another one.
fn changed(policy: &Policy, sid: &str, change: impl Fn(&mut Value)) -> Policy {
    let mut changed = policy.clone();
    let statements = changed.policy["Statement"].as_array_mut().unwrap();
    change(statements.iter_mut().find(|one| one["Sid"] == sid).unwrap());
    changed
}

/// Without this condition.
fn open(policy: &Policy, sid: &str, Condition { operator, key, .. }: &Condition) -> Policy {
    changed(policy, sid, |statement| {
        assert!(statement["Condition"][operator].as_object_mut().unwrap().remove(*key).is_some());
    })
}

/// A request that a statement is for.
struct Candidate {
    role: usize,
    statement: Statement,
    /// Of which kind the thing is; none where an action is about no thing.
    kind: Option<usize>,
    request: Request,
}

impl Candidate {
    fn what(&self, roles: &[Role]) -> String {
        format!("{:?} {}", roles[self.role].purpose, self.statement.sid)
    }
}

/// Every action of every statement, on things of every kind that AWS asks about.
fn candidates(roles: &[Role], known: &BTreeMap<&str, Reference>) -> Vec<Candidate> {
    let held = levels(AccountGuardrails::default());
    let mut all = Vec::new();
    for (at, role) in roles.iter().enumerate() {
        let purpose = role.purpose;
        for statement in purpose.statements() {
            for action in statement.actions {
                let kinds = &known[action].resources;
                let is_required = kinds.iter().any(|kind| kind.required);
                let everything = statement.resources == ["*"];
                let mut things: Vec<_> = kinds
                    .iter()
                    .enumerate()
                    .filter(|(_, kind)| kind.required || !everything || !is_required)
                    .take(if everything && !is_required { SOME } else { usize::MAX })
                    .flat_map(|(kind, of)| ours(of, role.account).into_iter().map(move |arn| (Some(kind), arn)))
                    .collect();
                if kinds.is_empty() {
                    things.push((None, "*".to_owned()));
                }
                for (kind, thing) in things {
                    let request = Request::of_role(role.account, purpose.role(), action, &thing).may(policy(purpose));
                    let request = fitted(request, &statement, role.account);
                    // No guardrail is on the management account.
                    let held = if purpose.place() == Place::Account { held.as_slice() } else { &[] };
                    let request = request.under(held);
                    all.push(Candidate { role: at, statement: statement.clone(), kind, request });
                }
            }
        }
    }
    all
}

/// What else holds of a request that fits: what breaks it, and that nothing else does.
fn around(roles: &[Role], known: &BTreeMap<&str, Reference>, candidate: &Candidate) -> Vec<Case> {
    let Candidate { role, statement, kind, request } = candidate;
    let Role { purpose, account, .. } = &roles[*role];
    let what = candidate.what(roles);
    let mut cases = Vec::new();
    // By the role's policy alone: no guardrail helps.
    let alone = request.clone().under(&[]);
    for condition in statement.conditions {
        for value in fitting(condition, account).into_iter().filter(|_| condition.operator != "Null") {
            cases.push(request.clone().with(condition.key, value).allowed(format!("{what}, another value")));
        }
        for broken in broken(&alone, condition) {
            cases.push(broken.clone().denied(format!("{what}, {} broken", condition.key)));
            let open = open(&broken.identity[0], statement.sid, condition);
            cases.push(broken.may(open).allowed(format!("{what}, without {} in the policy", condition.key)));
        }
    }
    if let Some(kind) = kind.filter(|_| statement.resources != ["*"]) {
        let kind = &known[request.action.as_str()].resources[kind];
        let whole = WHOLE.contains(&(*purpose, statement.sid));
        if let Some(other) = other(kind, account).filter(|_| !whole) {
            let case = Request { resource: other, ..alone.clone() };
            cases.push(case.denied(format!("{what}, a thing of somebody else's")));
        }
        // Kinds of things are nobody's. Whosoever it is, it is the policy that lets nothing through.
        if kind.arn.contains("${Account}") && kind.name != "type" {
            let case = Request { resource: request.resource.replace(*account, STRANGER), ..alone };
            cases.push(case.denied(format!("{what}, by another account's name")));
        }
    }
    cases
}

#[test]
fn every_statement_allows_what_it_is_for_and_nothing_else() {
    let roles: Vec<_> = roles().into_iter().filter(|role| role.policy.is_some()).collect();
    let actions: BTreeSet<_> = roles
        .iter()
        .flat_map(|role| role.purpose.statements())
        .flat_map(|statement| statement.actions.iter().copied())
        .collect();
    let known = references(actions);
    let candidates = candidates(&roles, &known);
    let requests: Vec<_> = candidates.iter().map(|candidate| candidate.request.clone()).collect();
    let mut fit = Vec::new();
    let mut allowed = BTreeSet::new();
    for (candidate, verdict) in candidates.iter().zip(verdicts(&requests)) {
        let role = &roles[candidate.role];
        let by = format!("identity {} {}", role.purpose.role(), candidate.statement.sid);
        if verdict.as_ref().is_ok_and(|verdict| verdict.allowed) {
            allowed.insert((candidate.role, candidate.request.action.clone(), candidate.kind));
        }
        if verdict.is_ok_and(|verdict| verdict.allowed && verdict.by.contains(&by)) {
            fit.push(candidate);
        }
    }

    // Each action of each statement is for something, and whatever AWS asks about is allowed.
    let mut idle = Vec::new();
    for (at, role) in roles.iter().enumerate() {
        for statement in role.purpose.statements() {
            for action in statement.actions {
                let is_it =
                    |one: &&&Candidate| one.role == at && one.statement == statement && one.request.action == *action;
                if fit.iter().find(is_it).is_none() {
                    idle.push(format!("{:?} {} {action} allows nothing", role.purpose, statement.sid));
                }
                for (kind, of) in known[action].resources.iter().enumerate() {
                    let needed = of.required && !EITHER.contains(&(action, of.name.as_str()));
                    if needed && !allowed.contains(&(at, (*action).to_owned(), Some(kind))) {
                        idle.push(format!("{:?} {action} needs {} too", role.purpose, of.name));
                    }
                }
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));

    // Each pattern of resources is for something: with it alone, something fits.
    let mut narrowed = Vec::new();
    for candidate in &fit {
        for pattern in candidate.statement.resources {
            let pattern = json!(filled(pattern, roles[candidate.role].account));
            let narrow = |statement: &mut Value| statement["Resource"] = pattern.clone();
            let policy = changed(&candidate.request.identity[0], candidate.statement.sid, narrow);
            narrowed.push(((candidate.what(&roles), pattern), candidate.request.clone().may(policy)));
        }
    }
    let mut of_use = BTreeMap::new();
    let requests: Vec<_> = narrowed.iter().map(|(_, request)| request.clone()).collect();
    for ((pattern, _), verdict) in narrowed.iter().zip(verdicts(&requests)) {
        *of_use.entry(format!("{pattern:?}")).or_insert(false) |= verdict.unwrap().allowed;
    }
    assert!(of_use.values().all(|of_use| *of_use), "{of_use:#?}");

    let cases: Vec<_> = fit.iter().flat_map(|candidate| around(&roles, &known, candidate)).collect();
    let count = judged(&cases);
    println!("{} requests that fit, {} patterns, {count} requests around them", fit.len(), of_use.len());

    // The table says so.
    for role in &roles {
        for statement in role.purpose.statements() {
            let was = fit.iter().any(|one| roles[one.role].purpose == role.purpose && one.statement == statement);
            assert_eq!(was, is_judged(role.purpose, &statement), "{:?} {}", role.purpose, statement.sid);
        }
    }
}

#[test]
fn a_role_is_handed_to_whom_it_is_for_alone() {
    let cluster = "kore/cluster/kore-payments-prod-1a2b-node";
    let handed: &[(Purpose, &str, &[&str])] = &[
        (Purpose::Network, "kore-cfn-exec", &["cloudformation.amazonaws.com"]),
        (Purpose::Stack, cluster, &["vpc-flow-logs.amazonaws.com"]),
        (Purpose::Cluster, cluster, &["ec2.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com"]),
    ];
    let services = [
        "cloudformation.amazonaws.com",
        "ec2.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "eks.amazonaws.com",
        "lambda.amazonaws.com",
        "pods.eks.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    ];
    let others = ["admin", "kore-cluster", "OrganizationAccountAccessRole", "stacksets-exec-1a2b", "kore/other/role"];
    let mut cases = Vec::new();
    for role in roles().into_iter().filter(|role| role.policy.is_some() && role.account == ACCOUNT) {
        let purpose = role.purpose;
        let may = handed.iter().find(|(of, ..)| *of == purpose);
        for target in others.iter().copied().chain([cluster, "kore-cfn-exec"]) {
            let arn = format!("arn:aws:iam::{ACCOUNT}:role/{target}");
            let request = Request::of_role(ACCOUNT, purpose.role(), "iam:PassRole", &arn).may(policy(purpose));
            cases.push(request.clone().denied(format!("{purpose:?} to nobody named")));
            for service in services {
                let fits = may.is_some_and(|(_, whom, to)| *whom == target && to.contains(&service));
                let request = request.clone().with("iam:PassedToService", service);
                let why = format!("{purpose:?} to {service}");
                cases.push(if fits { request.allowed(why) } else { request.denied(why) });
            }
        }
    }
    println!("{} requests", judged(&cases));
}

/// What carries tags from its first moment on: AWS asks for the marking apart, on the thing that is made.
#[test]
fn what_is_marked_while_it_is_made_may_be_marked() {
    let eks = |thing: &str| (Purpose::Cluster, "eks:TagResource", format!("arn:aws:eks:{REGION}:{ACCOUNT}:{thing}"));
    let stacks = format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{CLUSTER}/1a2b");
    let set = format!("arn:aws:cloudformation:{REGION}:{MANAGEMENT}:stackset/kore-one:1a2b");
    let made = [
        eks(&format!("cluster/{CLUSTER}")),
        eks(&format!("nodegroup/{CLUSTER}/default/1a2b")),
        eks(&format!("addon/{CLUSTER}/vpc-cni/1a2b")),
        eks(&format!("access-entry/{CLUSTER}/role/{ACCOUNT}/kore-cluster/1a2b")),
        (Purpose::Network, "cloudformation:TagResource", stacks),
        (Purpose::StackSet, "cloudformation:TagResource", set),
        (Purpose::Stack, "kms:TagResource", format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b")),
        (
            Purpose::Stack,
            "logs:TagResource",
            format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/{CLUSTER}/flows"),
        ),
        (Purpose::Stack, "ec2:CreateTags", format!("arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-1a2b")),
        (Purpose::Stack, "iam:TagRole", format!("arn:aws:iam::{ACCOUNT}:role/kore/cluster/{CLUSTER}-node")),
    ];
    let marked = made.map(|(purpose, action, thing)| {
        let request =
            Request::of_role(account_of(purpose.place()), purpose.role(), action, &thing).may(policy(purpose));
        request.with("aws:RequestTag/kore:cluster", "payments/prod").allowed("marked")
    });
    judged(&marked);
}
