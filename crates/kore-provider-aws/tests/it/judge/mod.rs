//! What is published, as somebody else reads it: npm's iam-simulate (`tools/judge`) is asked for its verdict on
//! requests, with the very documents of the templates, under the guardrails. It has conditions, boundaries, service
//! control policies and policies of resources, which neither moto nor the front before it judge. What AWS does not know
//! (an action, a key, a kind of resource) is an error here and not a verdict.

mod boundary;
mod documents;
mod guardrails;
mod key;
mod statements;
mod things;
mod trust;

use std::{
    collections::BTreeMap,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The account that clusters are in, the one that Kore's organisation is managed from, and one of somebody else's.
pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const MANAGEMENT: &str = "999988887777";
pub(crate) const STRANGER: &str = "444455556666";
/// A region of the installation's, and the one that Kore asks in for what has no region.
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const HOME: &str = "eu-west-1";
/// Whom roles trust: an issuer and its subject.
pub(crate) const ISSUER: &str = "kore.example.com";
pub(crate) const SUBJECT: &str = "system:serviceaccount:kore:provider-aws";
/// Where these are asked whatever one says ("Regions and endpoints" of each).
const NOWHERE: [&str; 5] = ["ce", "iam", "organizations", "pricing", "route53"];

/// A policy by its name.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Policy {
    name: &'static str,
    policy: Value,
}

impl Policy {
    pub(crate) fn new(name: &'static str, policy: Value) -> Self {
        Self { name, policy }
    }

    /// Everything.
    pub(crate) fn all() -> Self {
        let all = json!({ "Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*" });
        Self::new("AdministratorAccess", json!({ "Version": "2012-10-17", "Statement": [all] }))
    }
}

/// A request, and the policies that it is to be judged by.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Whose the resource is.
    pub(crate) account: String,
    pub(crate) principal: String,
    pub(crate) context: BTreeMap<String, Value>,
    pub(crate) identity: Vec<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) boundary: Option<Vec<Policy>>,
    /// From the root to the account.
    pub(crate) organization: Vec<Vec<Policy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource_policy: Option<Value>,
}

impl Request {
    /// A service's or an identity provider's.
    pub(crate) fn by(principal: &str, action: &str, resource: &str) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            account: ACCOUNT.into(),
            principal: principal.into(),
            context: BTreeMap::new(),
            identity: Vec::new(),
            boundary: None,
            organization: Vec::new(),
            resource_policy: None,
        }
    }

    /// That of a session of a role in an account, by its path and name, on a thing of the same account.
    pub(crate) fn of_role(account: &str, role: &str, action: &str, resource: &str) -> Self {
        let name = role.rsplit('/').next().unwrap();
        let principal = format!("arn:aws:sts::{account}:assumed-role/{name}/kore-1a2b");
        let service = action.split(':').next().unwrap();
        let region = if NOWHERE.contains(&service) { "us-east-1" } else { REGION };
        // No key is without a policy.
        let resource_policy = resource.contains(":key/").then(|| documents::below("Key")["KeyPolicy"].clone());
        Self { account: account.into(), resource_policy, ..Self::by(&principal, action, resource) }
            .with("aws:PrincipalArn", format!("arn:aws:iam::{account}:role/{role}"))
            .with("aws:RequestedRegion", region)
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.context.insert(key.into(), value.into());
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.context.remove(key);
        self
    }

    pub(crate) fn may(self, identity: Policy) -> Self {
        Self { identity: vec![identity], ..self }
    }

    pub(crate) fn bounded(self, boundary: &Value) -> Self {
        Self { boundary: Some(vec![Policy::new("boundary", boundary.clone())]), ..self }
    }

    pub(crate) fn under(self, organization: &[Vec<Policy>]) -> Self {
        Self { organization: organization.to_vec(), ..self }
    }

    pub(crate) fn on(self, resource_policy: &Value) -> Self {
        Self { resource_policy: Some(resource_policy.clone()), ..self }
    }

    pub(crate) fn allowed(self, why: impl Into<String>) -> Case {
        Case { why: why.into(), request: self, allowed: true, by: None }
    }

    pub(crate) fn denied(self, why: impl Into<String>) -> Case {
        Case { why: why.into(), request: self, allowed: false, by: None }
    }
}

/// A request with the verdict that it is to have.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    why: String,
    request: Request,
    allowed: bool,
    by: Option<String>,
}

impl Case {
    /// By this statement: kind, policy and name.
    pub(crate) fn by(self, statement: &str) -> Self {
        Self { by: Some(statement.into()), ..self }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) allowed: bool,
    /// The statements that it is by.
    pub(crate) by: Vec<String>,
}

/// What AWS says about an action.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reference {
    pub(crate) resources: Vec<Kind>,
}

/// A kind of resource that an action is about.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) required: bool,
}

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tools/judge");
    let made = Command::new(tools.join("install")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    tools.join("judge.mjs")
});

/// Asks the program, a question a line.
fn ask<Q: Serialize>(questions: &[Q]) -> Vec<Value> {
    let mut program = Command::new("node").arg(&*PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = program.stdin.take().unwrap();
    let lines: Vec<_> = questions.iter().map(|question| serde_json::to_string(question).unwrap()).collect();
    let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| writeln!(input, "{line}")));
    let answer = program.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(answer.status.success());
    let answers: Vec<Value> =
        String::from_utf8(answer.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

/// What AWS says about actions.
pub(crate) fn references<'a>(actions: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, Reference> {
    let actions: Vec<_> = actions.into_iter().collect();
    let questions: Vec<_> = actions.iter().map(|action| json!({ "reference": action })).collect();
    let read = |answer: Value| serde_json::from_value(answer.clone()).unwrap_or_else(|_| panic!("{answer}"));
    actions.into_iter().zip(ask(&questions).into_iter().map(read)).collect()
}

/// The verdicts on requests; none where the judge does not take the request for one that there is.
pub(crate) fn verdicts(requests: &[Request]) -> Vec<Result<Verdict, String>> {
    let read = |answer: Value| match answer["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(serde_json::from_value(answer).unwrap()),
    };
    ask(requests).into_iter().map(read).collect()
}

/// Every case has its verdict; how many there were.
pub(crate) fn judged(cases: &[Case]) -> usize {
    let requests: Vec<_> = cases.iter().map(|case| case.request.clone()).collect();
    let mut wrong = Vec::new();
    for (case, verdict) in cases.iter().zip(verdicts(&requests)) {
        let Case { why, request: Request { action, resource, context, .. }, allowed, by } = case;
        let fits = verdict
            .as_ref()
            .is_ok_and(|verdict| verdict.allowed == *allowed && by.as_ref().is_none_or(|by| verdict.by.contains(by)));
        if !fits {
            let wanted = if *allowed { "allowed" } else { "denied" };
            wrong.push(format!(
                "{why}: {action} on {resource} with {context:?} is to be {wanted} by {by:?}: {verdict:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    cases.len()
}

#[test]
fn what_aws_does_not_know_is_an_error_and_no_verdict() {
    let cluster = format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/kore-a");
    let fine = Request::of_role(ACCOUNT, "admin", "eks:DeleteCluster", &cluster).may(Policy::all());
    let statement = |more: Value| {
        let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Policy::new("odd", json!({ "Version": "2012-10-17", "Statement": [statement] }))
    };
    let odd = [
        Request { action: "eks:RemoveCluster".into(), ..fine.clone() },
        Request { resource: "arn:aws:eks:eu-central-1:111122223333:klaster/kore-a".into(), ..fine.clone() },
        Request { resource: "*".into(), ..fine.clone() },
        fine.clone().with("aws:RequestedRegions", REGION),
        fine.clone().with("iam:PassedToService", "eks.amazonaws.com"),
        fine.clone().with("aws:RequestTag/kore:cluster", "a"),
        fine.clone().may(statement(json!({ "Action": "eks:RemoveCluster" }))),
        fine.clone().may(statement(json!({ "Condition": { "StringEquals": { "aws:RequestedRegions": REGION } } }))),
        fine.clone().may(statement(json!({ "Effect": "Perhaps" }))),
    ];
    for (request, verdict) in odd.iter().zip(verdicts(&odd)) {
        assert!(verdict.is_err(), "{request:?}: {verdict:?}");
    }
    assert!(verdicts(&[fine]).remove(0).unwrap().allowed);
}
