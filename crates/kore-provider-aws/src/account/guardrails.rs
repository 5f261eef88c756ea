//! What no account of the unit may do, whatever its own roles say: a service control policy (Organizations User Guide, "SCP
//! examples"; at most 5,120 characters).

use kore_api::cloud::AccountGuardrails;
use serde_json::{Value, json};

use super::Organization;
use crate::permissions::Trusted;

/// Services that have no region, or answer in one only.
const GLOBAL: [&str; 15] = [
    "account:*",
    "budgets:*",
    "ce:*",
    "cloudfront:*",
    "globalaccelerator:*",
    "iam:*",
    "kms:*",
    "organizations:*",
    "pricing:*",
    "route53:*",
    "route53domains:*",
    "sts:*",
    "support:*",
    "trustedadvisor:*",
    "waf:*",
];

/// By whom Kore's roles come: AWS makes this role in an account for stack sets, with a service-linked role that no guardrail
/// holds.
const STACK_SETS: &str = "arn:*:iam::*:role/stacksets-exec-*";

/// The policy that holds these guardrails in an organisation. Something may be made in its regions only, where that is
/// held back.
#[must_use]
pub fn document(organization: &Organization, guardrails: &AccountGuardrails) -> Value {
    let Organization { regions, trusted, .. } = organization;
    let mut statements = Vec::new();
    let mut deny = |sid: &str, more: Value| {
        let mut statement = json!({ "Sid": sid, "Effect": "Deny", "Resource": "*" });
        if let (Some(statement), Value::Object(more)) = (statement.as_object_mut(), more) {
            statement.extend(more);
        }
        statements.push(statement);
    };
    if guardrails.leave_organization {
        deny("Stay", json!({ "Action": "organizations:LeaveOrganization" }));
    }
    if guardrails.root_user {
        let root = json!({ "StringLike": { "aws:PrincipalArn": "arn:*:iam::*:root" } });
        deny("NoRoot", json!({ "Action": "*", "Condition": root }));
    }
    if guardrails.bootstrap_role {
        let role = json!({ "StringLike": { "aws:PrincipalArn": "arn:*:iam::*:role/OrganizationAccountAccessRole" } });
        deny("NoBootstrap", json!({ "Action": "*", "Condition": role }));
    }
    if guardrails.audit_trail {
        let actions = json!([
            "cloudtrail:DeleteTrail",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:StopLogging",
            "cloudtrail:UpdateTrail",
            "config:DeleteConfigurationRecorder",
            "config:DeleteDeliveryChannel",
            "config:StopConfigurationRecorder",
            "guardduty:DeleteDetector",
            "guardduty:DisassociateFromAdministratorAccount",
            "guardduty:DisassociateFromMasterAccount",
            "guardduty:UpdateDetector",
        ]);
        deny("Watched", json!({ "Action": actions }));
    }
    if guardrails.kore_roles {
        // Whoever could make a role of the stack sets' name would be taken for them.
        let mut resources = vec!["arn:*:iam::*:role/kore-*".to_owned(), "arn:*:iam::*:policy/kore-*".to_owned()];
        if let Trusted::Tokens { issuer, .. } = trusted {
            resources.push(format!("arn:*:iam::*:oidc-provider/{issuer}"));
        }
        resources.push(STACK_SETS.to_owned());
        let verbs = ["Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Set", "Tag", "Untag", "Update"];
        let actions = verbs.map(|verb| format!("iam:{verb}*"));
        let by = json!({ "ArnNotLike": { "aws:PrincipalArn": STACK_SETS } });
        deny("KoreRoles", json!({ "Action": actions, "Resource": resources, "Condition": by }));
    }
    if guardrails.regions && !regions.is_empty() {
        // Stack sets work where Kore asks for what has no region, which need not be where clusters are.
        let elsewhere = json!({
            "StringNotEquals": { "aws:RequestedRegion": regions }, "ArnNotLike": { "aws:PrincipalArn": STACK_SETS },
        });
        deny("Regions", json!({ "NotAction": GLOBAL, "Condition": elsewhere }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(regions: &[&str]) -> Organization {
        Organization {
            installation: "one".into(),
            uid: "uid".into(),
            management: "999988887777".into(),
            home: "eu-central-1".into(),
            regions: regions.iter().map(|region| (*region).to_owned()).collect(),
            parent: "r-ab12".into(),
            units: Vec::new(),
            common: AccountGuardrails::default(),
            guardrails: Vec::new(),
            is_going: false,
            trusted: Trusted::Tokens { issuer: "i".repeat(200), subject: "kore".into() },
        }
    }

    #[test]
    fn everything_is_held_back_unless_somebody_says_otherwise() {
        let sids = |guardrails: &AccountGuardrails, regions: &[&str]| -> Vec<String> {
            let document = document(&organization(regions), guardrails);
            document["Statement"].as_array().unwrap().iter().map(|one| one["Sid"].as_str().unwrap().into()).collect()
        };
        let all = AccountGuardrails::default();
        assert_eq!(sids(&all, &["eu-central-1"]), ["Stay", "NoRoot", "NoBootstrap", "Watched", "KoreRoles", "Regions"]);
        let everywhere = vec!["ap-southeast-1"; 40];
        let longest = document(&organization(&everywhere), &all).to_string();
        assert!(longest.len() < 5120, "{}", longest.len());
        // Roles of clusters, which stacks make, have a path of their own and stay free.
        assert!(!longest.contains("role/kore/"));
        let some = AccountGuardrails {
            leave_organization: false,
            root_user: false,
            bootstrap_role: false,
            audit_trail: false,
            ..all
        };
        assert_eq!(sids(&some, &[]), ["KoreRoles"]);
    }
}
