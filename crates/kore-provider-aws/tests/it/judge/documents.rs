//! The documents as AWS reads them: out of the templates, with what CloudFormation fills in.

use kore_api::cloud::AccountGuardrails;
use kore_provider_aws::{
    account::{Organization, guardrails},
    foundation::{Egress, Foundation},
    permissions::{EVALUATOR, Place, Purpose, Target, Trusted, template},
};
use serde_json::{Value, json};

use super::{ACCOUNT, HOME, ISSUER, MANAGEMENT, Policy, REGION, SUBJECT};

/// The zone that others are delegated from.
pub(crate) const ZONE: &str = "Z0PARENT";
/// A cluster, by its name in AWS.
pub(crate) const CLUSTER: &str = "kore-payments-prod-1a2b";

pub(crate) fn account_of(place: Place) -> &'static str {
    match place {
        Place::Management => MANAGEMENT,
        Place::Account => ACCOUNT,
    }
}

/// A text with its names filled in, as CloudFormation and the table of permissions write them.
pub(crate) fn filled(text: &str, account: &str) -> String {
    let text = text.replace("AWS::AccountId", "Account").replace("AWS::Partition", "Partition");
    let text = text.replace("${Partition}", "aws").replace("${Account}", account);
    let text = text.replace("${ManagementAccount}", MANAGEMENT);
    text.replace("${Regions}", REGION).replace("${ParentZone}", ZONE)
}

/// A part of a template with what CloudFormation puts into it.
fn resolved(value: &Value, account: &str) -> Value {
    match value {
        Value::Object(fields) => {
            if let Some(text) = fields.get("Fn::Sub").and_then(Value::as_str) {
                return json!(filled(text, account));
            }
            if fields.get("Ref").is_some_and(|name| name == "Regions") {
                return json!([REGION]);
            }
            if let Some(thing) = fields.get("Fn::GetAtt") {
                assert_eq!(*thing, json!(["FlowLogs", "Arn"]));
                return json!(format!("arn:aws:logs:{REGION}:{account}:log-group:/aws/eks/{CLUSTER}/flows:*"));
            }
            fields.iter().map(|(name, field)| (name.clone(), resolved(field, account))).collect()
        }
        Value::Array(items) => items.iter().map(|item| resolved(item, account)).collect(),
        other => other.clone(),
    }
}

/// What a template has under this name.
fn of(template: &Value, name: &str, account: &str) -> Value {
    let properties = &template["Resources"][name]["Properties"];
    assert!(properties.is_object(), "{name}");
    resolved(properties, account)
}

/// A role of Kore's.
pub(crate) struct Role {
    pub(crate) purpose: Purpose,
    /// In which account.
    pub(crate) account: &'static str,
    /// None has no statement.
    pub(crate) policy: Option<Value>,
    pub(crate) trust: Value,
}

/// Kore, as it is known by its tokens.
pub(crate) fn ours() -> Trusted {
    Trusted::Tokens { issuer: ISSUER.to_owned(), subject: SUBJECT.to_owned() }
}

/// The roles that the templates make.
pub(crate) fn roles() -> Vec<Role> {
    roles_for(&ours())
}

/// Those of an installation that is known as this.
pub(crate) fn roles_for(trusted: &Trusted) -> Vec<Role> {
    let made = Purpose::ALL.into_iter().map(|purpose| {
        let (place, account) = (purpose.place(), account_of(purpose.place()));
        let template = template(&Target { place, trusted });
        let role = of(&template, &format!("{purpose:?}Role"), account);
        let policy = role["Policies"].get(0).map(|policy| policy["PolicyDocument"].clone());
        Role { purpose, account, policy, trust: role["AssumeRolePolicyDocument"].clone() }
    });
    made.collect()
}

/// What a role of Kore's may do.
pub(crate) fn policy(purpose: Purpose) -> Policy {
    let role = roles().into_iter().find(|role| role.purpose == purpose).unwrap();
    Policy::new(purpose.role(), role.policy.unwrap())
}

/// The policy of an evaluation's user.
pub(crate) fn evaluator() -> Policy {
    let template = template(&Target { place: Place::Management, trusted: &Trusted::AccessKey });
    let user = of(&template, "User", MANAGEMENT);
    assert_eq!(user["UserName"], EVALUATOR);
    Policy::new(EVALUATOR, user["Policies"][0]["PolicyDocument"].clone())
}

/// What bounds the roles of clusters.
pub(crate) fn boundary() -> Value {
    let template = template(&Target { place: Place::Account, trusted: &ours() });
    of(&template, "Boundary", ACCOUNT)["PolicyDocument"].clone()
}

/// Something of the stack below a cluster.
pub(crate) fn below(name: &str) -> Value {
    let zones = ["eu-central-1a", "eu-central-1b"];
    let foundation = Foundation {
        name: CLUSTER,
        cidr: "10.4.0.0/16".parse().unwrap(),
        zones: &zones,
        egress: Egress::OneGateway,
        auto_mode: false,
        retention_days: 90,
        key_days: 30,
    };
    of(&foundation.template().unwrap(), name, ACCOUNT)
}

/// The policies of an account's levels, from the root down: AWS's own everywhere, and the guardrails on
/// Kore's unit and on the account.
pub(crate) fn levels(held: AccountGuardrails) -> Vec<Vec<Policy>> {
    let organization = Organization {
        installation: "one".into(),
        uid: "org-uid".into(),
        management: MANAGEMENT.into(),
        home: HOME.into(),
        regions: vec![REGION.into()],
        parent: "r-ab12".into(),
        units: vec!["production".into()],
        common: held,
        guardrails: vec![held],
        is_going: false,
        trusted: ours(),
    };
    let guarded = || Policy::new("guardrails", guardrails(&organization, &held));
    vec![vec![Policy::all()], vec![Policy::all(), guarded()], vec![Policy::all()], vec![Policy::all(), guarded()]]
}
