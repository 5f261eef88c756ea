//! Whether Kore may do what it is said to need: each role is taken, and IAM is asked about each permission by name (IAM API
//! reference, `SimulatePrincipalPolicy`). Nothing is tried out.
//!
//! What IAM does not know of is not seen: guardrails of the organisation, and policies of the resources themselves.

use std::collections::BTreeSet;

use kore_api::cloud::AwsPartition;
use serde::Deserialize;

use crate::{
    cloud::{Cloud, Role, Session},
    error::{Meaning, Refusal},
    permissions::{Condition, Place, Purpose, Statement},
};

/// What was found out about one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It may do everything that it is for.
    Verified,
    /// It lacks these actions.
    Missing(Vec<String>),
    /// It cannot be taken: not there, or it trusts somebody else.
    Unreachable(String),
    /// Nobody could be asked, as the role that asks lacks the right or cannot be taken.
    Unknown(String),
}

/// Which role asks about the others of an account.
#[must_use]
pub const fn asker(place: Place) -> Purpose {
    match place {
        Place::Management => Purpose::Organization,
        Place::Account => Purpose::Information,
    }
}

/// Checks the role of a purpose in an account. `parent` is the zone that the zones of clusters are delegated from, for the
/// role that does so.
///
/// # Errors
/// When AWS does not answer; what it refuses is a finding.
pub async fn check(cloud: &Cloud, role: &Role, parent: Option<&str>) -> Result<Finding, Refusal> {
    if role.purpose == Purpose::ParentZone && parent.is_none() {
        return Ok(Finding::Unknown("no zone was named that others are delegated from".to_owned()));
    }
    // The stacks' role lets nobody in but CloudFormation: it is only asked about.
    if role.purpose != Purpose::Stack {
        match cloud.within(role.clone()).credentials().await {
            Ok(_) => {}
            Err(refusal) if is_no(&refusal) => return Ok(Finding::Unreachable(refusal.to_string())),
            Err(refusal) => return Err(refusal),
        }
    }
    let session = cloud.within(Role { purpose: asker(role.purpose.place()), ..role.clone() });
    let mut missing = BTreeSet::new();
    for statement in role.purpose.statements() {
        match refused(&session, role, parent.unwrap_or_default(), &statement).await {
            Ok(actions) => missing.extend(actions),
            Err(refusal) if is_no(&refusal) => return Ok(Finding::Unknown(refusal.to_string())),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(if missing.is_empty() { Finding::Verified } else { Finding::Missing(missing.into_iter().collect()) })
}

/// A refusal, and not a failure to answer.
fn is_no(refusal: &Refusal) -> bool {
    !matches!(refusal.meaning, Meaning::Busy | Meaning::Unavailable)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "SimulatePrincipalPolicyResult")]
    result: Simulated,
}
#[derive(Deserialize)]
struct Simulated {
    #[serde(rename = "EvaluationResults", default)]
    results: Results,
}
#[derive(Default, Deserialize)]
struct Results {
    #[serde(rename = "member", default)]
    members: Vec<Evaluated>,
}
#[derive(Deserialize)]
struct Evaluated {
    #[serde(rename = "EvalActionName")]
    action: String,
    #[serde(rename = "EvalDecision")]
    decision: String,
}

/// The actions of a statement that the role may not do to one of its resources.
async fn refused(session: &Session, role: &Role, parent: &str, statement: &Statement) -> Result<Vec<String>, Refusal> {
    let mut refused = Vec::new();
    for resource in statement.resources {
        let mut form = vec![
            ("PolicySourceArn".to_owned(), role.arn()),
            ("MaxItems".to_owned(), "1000".to_owned()),
            ("ResourceArns.member.1".to_owned(), sample(resource, role, parent)),
        ];
        let actions = statement.actions.iter().zip(1..);
        form.extend(actions.map(|(action, at)| (format!("ActionNames.member.{at}"), (*action).to_owned())));
        // What only has to be there is there when another condition says what it is.
        let says = |key: &str| statement.conditions.iter().any(|one| one.key == key && one.operator != "Null");
        let said = statement.conditions.iter().filter(|one| one.operator != "Null" || !says(one.key));
        for (condition, at) in said.zip(1..) {
            let entry = format!("ContextEntries.member.{at}");
            form.push((format!("{entry}.ContextKeyName"), condition.key.to_owned()));
            form.push((format!("{entry}.ContextKeyType"), "string".to_owned()));
            form.push((format!("{entry}.ContextKeyValues.member.1"), fitting(condition, role, parent)));
        }
        let answer: Answer = match session.iam("SimulatePrincipalPolicy", &form).await {
            // It was good when it was kept: that it no longer is says nothing of what Kore may do.
            Err(refusal) if refusal.meaning == Meaning::Expired => {
                session.renew().await;
                session.iam("SimulatePrincipalPolicy", &form).await?
            }
            other => other?,
        };
        let evaluated = answer.result.results.members.into_iter();
        refused.extend(evaluated.filter(|one| one.decision != "allowed").map(|one| one.action));
    }
    Ok(refused)
}

/// A thing that a pattern of resources is about.
fn sample(pattern: &str, role: &Role, parent: &str) -> String {
    if pattern == "*" { pattern.to_owned() } else { filled(pattern, role, parent).replace('*', "check") }
}

/// A value that a condition lets pass.
fn fitting(condition: &Condition, role: &Role, parent: &str) -> String {
    match condition.operator {
        // That there is one, whichever.
        "Null" => "check".to_owned(),
        _ => {
            condition.values.first().map(|value| filled(value, role, parent).replace('*', "check")).unwrap_or_default()
        }
    }
}

fn filled(text: &str, role: &Role, parent: &str) -> String {
    text.replace("${Partition}", AwsPartition::of_region(&role.region).name())
        .replace("${Account}", &role.account)
        .replace("${Regions}", &role.region)
        .replace("${ParentZone}", parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> Role {
        let (account, region) = ("111122223333".to_owned(), "eu-central-1".to_owned());
        Role { account, region, purpose: Purpose::Cluster, object: "o".to_owned() }
    }

    #[test]
    fn every_statement_is_asked_about_with_things_and_values_that_are_meant() {
        for purpose in Purpose::ALL {
            for statement in purpose.statements() {
                for resource in statement.resources {
                    let sample = sample(resource, &role(), "Z1");
                    assert!(sample == "*" || !sample.contains(['*', '$']), "{sample}");
                }
                for condition in statement.conditions {
                    assert!(!fitting(condition, &role(), "Z1").is_empty(), "{condition:?}");
                }
            }
        }
        assert_eq!(
            sample("arn:${Partition}:eks:*:${Account}:cluster/kore-*", &role(), "Z1"),
            "arn:aws:eks:check:111122223333:cluster/kore-check"
        );
    }
}
