//! The CloudFormation template that makes the roles, for the cloud team to read and to apply (CloudFormation User Guide,
//! "Template anatomy").

use serde_json::{Map, Value, json};

use super::{
    BOUNDARY, EVALUATOR, Place, Purpose, Trusted, boundary, document::AUDIENCE, evaluator_policy, policy, trust,
};

/// For which account a template is, and whom its roles trust.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Roles of which account.
    pub place: Place,
    /// Who Kore is.
    pub trusted: &'a Trusted,
}

/// A template with the roles of one place. It names everything that it makes, so it is applied with the capability
/// `CAPABILITY_NAMED_IAM`.
#[must_use]
pub fn template(target: &Target<'_>) -> Value {
    let mut resources = Map::new();
    let of_kore = json!([{ "Key": "kore:managed", "Value": "true" }]);
    // IAM takes no trust in a user that is not there yet (IAM User Guide, "AWS JSON policy elements: Principal").
    let mut after = None;
    match (target.trusted, target.place) {
        (Trusted::Tokens { issuer, .. }, _) => {
            let known = json!({ "Url": format!("https://{issuer}"), "ClientIdList": [AUDIENCE] });
            resources.insert("Issuer".to_owned(), json!({ "Type": "AWS::IAM::OIDCProvider", "Properties": known }));
        }
        (Trusted::AccessKey, Place::Management) => {
            let may = json!([{ "PolicyName": EVALUATOR, "PolicyDocument": substituted(evaluator_policy()) }]);
            let user = json!({ "UserName": EVALUATOR, "Policies": may, "Tags": of_kore });
            resources.insert("User".to_owned(), json!({ "Type": "AWS::IAM::User", "Properties": user }));
            after = Some("User");
        }
        (Trusted::AccessKey, Place::Account) => {}
    }
    if target.place == Place::Account {
        resources.insert(
            "Boundary".to_owned(),
            json!({
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "ManagedPolicyName": BOUNDARY,
                    "Description": "Bounds every role that Kore makes for clusters",
                    "PolicyDocument": substituted(boundary()),
                },
            }),
        );
    }
    for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.place() == target.place) {
        let mut role = json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": purpose.role(),
                "Description": format!("Kore {}", purpose.why()),
                "AssumeRolePolicyDocument": substituted(trust(purpose, target.trusted)),
                "MaxSessionDuration": 3600,
                "Policies": policies(purpose),
                "Tags": of_kore,
            },
        });
        if let (Some(after), Some(role)) = (after, role.as_object_mut()) {
            role.insert("DependsOn".to_owned(), json!(after));
        }
        resources.insert(format!("{purpose:?}Role"), role);
    }
    let mut parameters = match target.place {
        Place::Management => json!({
            "ParentZone": { "Type": "String", "Description": "Id of the hosted zone that clusters' zones are delegated from" },
        }),
        Place::Account => json!({
            "Regions": { "Type": "CommaDelimitedList", "Description": "Regions that clusters are made in" },
        }),
    };
    if let (Place::Account, Trusted::AccessKey, Some(parameters)) =
        (target.place, target.trusted, parameters.as_object_mut())
    {
        let about = "Number of the account that the user of the evaluation is in";
        parameters.insert("ManagementAccount".to_owned(), json!({ "Type": "String", "Description": about }));
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": match target.place {
            Place::Management => "Roles that Kore takes in the management account",
            Place::Account => "Roles that Kore takes in an account with clusters",
        },
        "Parameters": parameters,
        "Resources": resources,
    })
}

/// What a role may do; a policy without a statement is none (IAM User Guide, "IAM JSON policy elements: Statement").
fn policies(purpose: Purpose) -> Value {
    if purpose.statements().is_empty() {
        return json!([]);
    }
    json!([{ "PolicyName": purpose.role(), "PolicyDocument": substituted(policy(purpose)) }])
}

/// The document with what CloudFormation fills in, instead of our names for it.
fn substituted(value: Value) -> Value {
    match value {
        Value::String(text) if text == "${Regions}" => json!({ "Ref": "Regions" }),
        Value::String(text) if text.contains("${") => {
            let text = text.replace("${Partition}", "${AWS::Partition}").replace("${Account}", "${AWS::AccountId}");
            json!({ "Fn::Sub": text })
        }
        Value::Array(items) => items.into_iter().map(substituted).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, substituted(field))).collect(),
        other => other,
    }
}
