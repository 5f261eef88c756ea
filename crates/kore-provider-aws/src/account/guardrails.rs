//! What no account of the unit may do, whatever its own roles say: a service control policy (Organizations User Guide, "SCP
//! examples"; at most 5,120 characters).

use kore_api::cloud::AccountGuardrails;
use serde_json::{Value, json};

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

/// The policy. Something may be made in these regions only, where that is held back.
pub(super) fn document(guardrails: &AccountGuardrails, regions: &[String]) -> Value {
    let mut statements = Vec::new();
    let mut deny = |sid: &str, actions: Value, more: Value| {
        let mut statement = json!({ "Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*" });
        if let (Some(statement), Value::Object(more)) = (statement.as_object_mut(), more) {
            statement.extend(more);
        }
        statements.push(statement);
    };
    if guardrails.leave_organization {
        deny("Stay", json!("organizations:LeaveOrganization"), Value::Null);
    }
    if guardrails.root_user {
        let root = json!({ "StringLike": { "aws:PrincipalArn": "arn:*:iam::*:root" } });
        deny("NoRoot", json!("*"), json!({ "Condition": root }));
    }
    if guardrails.bootstrap_role {
        let role = json!({ "StringLike": { "aws:PrincipalArn": "arn:*:iam::*:role/OrganizationAccountAccessRole" } });
        deny("NoBootstrap", json!("*"), json!({ "Condition": role }));
    }
    if guardrails.audit_trail {
        let actions = json!([
            "cloudtrail:DeleteTrail",
            "cloudtrail:StopLogging",
            "cloudtrail:UpdateTrail",
            "config:DeleteConfigurationRecorder",
            "config:StopConfigurationRecorder",
            "guardduty:DeleteDetector",
            "guardduty:DisassociateFromAdministratorAccount",
            "guardduty:UpdateDetector",
        ]);
        deny("Watched", actions, Value::Null);
    }
    if guardrails.kore_roles {
        // By whom they come: the stack set.
        let by = json!({ "ArnNotLike": { "aws:PrincipalArn": "arn:*:iam::*:role/stacksets-exec-*" } });
        let resources = json!(["arn:*:iam::*:role/kore-*", "arn:*:iam::*:policy/kore-*"]);
        let actions = json!([
            "iam:AttachRolePolicy",
            "iam:CreatePolicyVersion",
            "iam:CreateRole",
            "iam:DeletePolicy",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePolicy",
            "iam:SetDefaultPolicyVersion",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ]);
        deny("KoreRoles", actions, json!({ "Resource": resources, "Condition": by }));
    }
    if guardrails.regions && !regions.is_empty() {
        let elsewhere = json!({ "Sid": "Regions", "Effect": "Deny", "NotAction": GLOBAL, "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:RequestedRegion": regions } } });
        statements.push(elsewhere);
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_held_back_unless_somebody_says_otherwise() {
        let here = ["eu-central-1".to_owned()];
        let sids = |guardrails: &AccountGuardrails, regions: &[String]| -> Vec<String> {
            let document = document(guardrails, regions);
            document["Statement"].as_array().unwrap().iter().map(|one| one["Sid"].as_str().unwrap().into()).collect()
        };
        let all = AccountGuardrails::default();
        assert_eq!(sids(&all, &here), ["Stay", "NoRoot", "NoBootstrap", "Watched", "KoreRoles", "Regions"]);
        assert!(document(&all, &here).to_string().len() < 5120);
        // Roles of clusters, which stacks make, have a path of their own and stay free.
        assert!(!document(&all, &here).to_string().contains("role/kore/"));
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
