//! What no account of the unit may do, whatever its own roles say: a service control policy (Organizations User Guide, "SCP
//! examples"; at most 5,120 characters).

use serde_json::{Value, json};

/// What is held back. All of it, unless somebody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one protection, on or off by itself")]
pub struct Guardrails {
    /// Regions that something may be made in; none for any.
    pub regions: Vec<String>,
    /// No account leaves the organisation.
    pub stay: bool,
    /// Nobody works as an account's root.
    pub no_root: bool,
    /// Trails and detectors stay on.
    pub watched: bool,
    /// Nobody but Kore touches Kore's own roles.
    pub roles: bool,
}

impl Default for Guardrails {
    fn default() -> Self {
        Self { regions: Vec::new(), stay: true, no_root: true, watched: true, roles: true }
    }
}

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

impl Guardrails {
    /// The policy.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut statements = Vec::new();
        let mut deny = |sid: &str, actions: Value, more: Value| {
            let mut statement = json!({ "Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*" });
            if let (Some(statement), Value::Object(more)) = (statement.as_object_mut(), more) {
                statement.extend(more);
            }
            statements.push(statement);
        };
        if self.stay {
            deny("Stay", json!("organizations:LeaveOrganization"), Value::Null);
        }
        if self.no_root {
            let root = json!({ "StringLike": { "aws:PrincipalArn": "arn:*:iam::*:root" } });
            deny("NoRoot", json!("*"), json!({ "Condition": root }));
        }
        if self.watched {
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
        if self.roles {
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
        if !self.regions.is_empty() {
            let elsewhere = json!({ "Sid": "Regions", "Effect": "Deny", "NotAction": GLOBAL, "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:RequestedRegion": self.regions } } });
            statements.push(elsewhere);
        }
        json!({ "Version": "2012-10-17", "Statement": statements })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_held_back_unless_somebody_says_otherwise() {
        let all = Guardrails { regions: vec!["eu-central-1".into()], ..Guardrails::default() };
        let sids = |guardrails: &Guardrails| -> Vec<String> {
            let document = guardrails.document();
            document["Statement"].as_array().unwrap().iter().map(|one| one["Sid"].as_str().unwrap().into()).collect()
        };
        assert_eq!(sids(&all), ["Stay", "NoRoot", "Watched", "KoreRoles", "Regions"]);
        assert!(all.document().to_string().len() < 5120);
        // Roles of clusters, which stacks make, have a path of their own and stay free.
        assert!(!all.document().to_string().contains("role/kore/"));
        let some = Guardrails { stay: false, no_root: false, watched: false, ..Guardrails::default() };
        assert_eq!(sids(&some), ["KoreRoles"]);
    }
}
