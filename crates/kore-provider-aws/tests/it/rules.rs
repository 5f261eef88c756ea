//! What holds for every statement.

use std::collections::{BTreeMap, BTreeSet};

use kore_provider_aws::permissions::{Place, Purpose, Statement, Trusted, boundary, policy, trust};
use serde_json::Value;

fn all() -> impl Iterator<Item = (Purpose, Statement)> {
    Purpose::ALL
        .into_iter()
        .flat_map(|purpose| purpose.statements().into_iter().map(move |statement| (purpose, statement)))
}

/// How long a policy is as IAM counts: without white space.
fn length(document: &Value) -> usize {
    document.to_string().chars().filter(|one| !one.is_whitespace()).count()
}

#[test]
fn actions_are_named_one_by_one_and_once() {
    for (purpose, statement) in all() {
        assert!(statement.actions.is_sorted(), "{purpose:?} {}", statement.sid);
        for action in statement.actions {
            let (service, name) = action.split_once(':').unwrap();
            assert!(!action.contains('*'), "{purpose:?}: {action}");
            assert!(service.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit()), "{action}");
            assert!(name.starts_with(|one: char| one.is_ascii_uppercase()), "{action}");
        }
        assert!(!statement.why.is_empty() && !statement.why.ends_with('.'), "{}", statement.why);
        assert!(statement.sid.chars().all(|one| one.is_ascii_alphanumeric()), "{}", statement.sid);
    }
    for purpose in Purpose::ALL {
        let sids: Vec<_> = purpose.statements().iter().map(|statement| statement.sid).collect();
        assert_eq!(sids.len(), sids.iter().collect::<BTreeSet<_>>().len(), "{purpose:?}: {sids:?}");
    }
}

/// What changes something is narrowed to things, or by a condition. These are not, and why.
const WIDE: &[(Purpose, &str, &str)] =
    &[(Purpose::Zone, "MakeZones", "a zone has no name before it is made; the account is the team's own")];

#[test]
fn what_changes_something_is_narrowed() {
    for (purpose, statement) in all() {
        let exempt = WIDE.iter().any(|(of, sid, _)| *of == purpose && *sid == statement.sid);
        assert!(
            statement.reads_only() || statement.is_narrowed() || exempt || purpose == Purpose::Cost,
            "{purpose:?} {}: {:?}",
            statement.sid,
            statement.actions
        );
        assert!(!exempt || !statement.is_narrowed(), "{} needs no exemption", statement.sid);
    }
}

#[test]
fn roles_are_handed_on_to_named_services_only_and_made_within_the_boundary_only() {
    let mut handed = BTreeMap::new();
    for (purpose, statement) in all() {
        let has = |action: &str| statement.actions.contains(&action);
        let condition = |key: &str| statement.conditions.iter().find(|condition| condition.key == key);
        if has("iam:PassRole") {
            handed.insert(purpose, condition("iam:PassedToService").unwrap().values);
        }
        if has("iam:CreateRole") || has("iam:PutRolePolicy") || has("iam:AttachRolePolicy") {
            assert_eq!(condition("iam:PermissionsBoundary").unwrap().operator, "StringEquals", "{}", statement.sid);
        }
        if has("iam:AttachRolePolicy") {
            assert!(condition("iam:PolicyARN").unwrap().values.iter().all(|arn| arn.contains(":aws:policy/")));
        }
        // A role of Kore's changes no role of Kore's.
        let of_roles = ["Create", "Put", "Attach", "Delete", "Update", "Tag"];
        if statement.actions.iter().any(|action| {
            of_roles.iter().any(|verb| action.starts_with(&format!("iam:{verb}")))
                && !has("iam:CreateServiceLinkedRole")
        }) {
            assert!(statement.resources.iter().all(|arn| arn.ends_with(":role/kore/cluster/*")), "{}", statement.sid);
        }
    }
    assert_eq!(handed.keys().copied().collect::<Vec<_>>(), [Purpose::Network, Purpose::Stack, Purpose::Cluster]);
}

#[test]
fn nobody_makes_users_or_keys_or_changes_policies_of_the_account() {
    let forbidden =
        ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:PutUserPolicy"];
    for (purpose, statement) in all() {
        assert!(statement.actions.iter().all(|action| !forbidden.contains(action)), "{purpose:?}");
    }
}

/// IAM User Guide, "IAM and AWS STS quotas": 10,240 characters of inline policies for a role, 6,144 for a managed policy, 2,048
/// for a trust policy.
#[test]
fn documents_are_as_short_as_iam_takes_them() {
    for purpose in Purpose::ALL {
        assert!(length(&policy(purpose)) <= 10_240, "{purpose:?}: {}", length(&policy(purpose)));
        let longest = trust(purpose, &Trusted::Tokens { issuer: "i".repeat(200), subject: "s".repeat(200) });
        assert!(length(&longest) <= 2_048, "{purpose:?}: {}", length(&longest));
        assert!(purpose.role().len() <= 64 && purpose.role().starts_with("kore-"));
    }
    assert!(length(&boundary()) <= 6_144);
}

#[test]
fn a_role_is_taken_by_this_installation_or_by_cloudformation_alone() {
    for purpose in Purpose::ALL {
        let subject = "system:serviceaccount:kore:provider-aws".to_owned();
        let document = trust(purpose, &Trusted::Tokens { issuer: "kore.example.com".to_owned(), subject });
        let statement = &document["Statement"][0];
        let condition = &statement["Condition"]["StringEquals"];
        if purpose == Purpose::Stack {
            assert_eq!(statement["Principal"]["Service"], "cloudformation.amazonaws.com");
            assert!(condition["aws:SourceAccount"].is_string());
            continue;
        }
        assert_eq!(condition["kore.example.com:aud"], "sts.amazonaws.com");
        assert_eq!(condition["kore.example.com:sub"], "system:serviceaccount:kore:provider-aws");
        assert!(!document.to_string().contains('*'), "{purpose:?}");
    }
}

#[test]
fn what_belongs_to_the_organisation_is_nowhere_in_an_account() {
    for (purpose, statement) in all().filter(|(purpose, _)| purpose.place() == Place::Account) {
        let services: BTreeSet<_> =
            statement.actions.iter().filter_map(|action| action.split_once(':')).map(|(service, _)| service).collect();
        for service in ["account", "billing", "ce", "organizations"] {
            assert!(!services.contains(service), "{purpose:?}: {services:?}");
        }
    }
}
