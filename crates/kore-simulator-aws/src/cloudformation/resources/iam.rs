//! Roles, users, policies and identity providers.

use serde_json::{Value, json};

use super::{Made, Maker, Properties, list, text};
use crate::{refusal::Refusal, wire::elements};

/// What of a role is changed where it is.
pub(super) const CHANGEABLE: [&str; 6] = [
    "AssumeRolePolicyDocument",
    "ManagedPolicyArns",
    "Policies",
    "MaxSessionDuration",
    "Description",
    "PermissionsBoundary",
];

fn named(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

pub(super) async fn create(maker: &Maker<'_>, kind: &str, properties: &Properties) -> Result<Made, Refusal> {
    let or_default = |name: &str, default: &str| {
        let value = text(properties, name);
        if value.is_empty() { default.to_owned() } else { value }
    };
    match kind {
        "AWS::IAM::Role" => create_role(maker, properties, &or_default("RoleName", &maker.prefix)).await,
        "AWS::IAM::User" => create_user(maker, properties, &or_default("UserName", &maker.prefix)).await,
        "AWS::IAM::ManagedPolicy" => {
            let parameters = [
                named("PolicyName", or_default("ManagedPolicyName", &maker.prefix)),
                named("PolicyDocument", text(properties, "PolicyDocument")),
                named("Description", text(properties, "Description")),
                named("Path", or_default("Path", "/")),
            ];
            let answer = maker.query("iam", "CreatePolicy", &parameters).await?;
            let arn = answer.pointer("/CreatePolicyResult/Policy/Arn").and_then(Value::as_str).unwrap_or_default();
            Ok(Made::new(arn, &[("PolicyArn", arn)]))
        }
        "AWS::IAM::OIDCProvider" => {
            let mut parameters = vec![named("Url", text(properties, "Url"))];
            for (name, parameter) in [("ClientIdList", "ClientIDList"), ("ThumbprintList", "ThumbprintList")] {
                let numbered = list(properties, name).into_iter().enumerate();
                parameters.extend(numbered.map(|(at, value)| (format!("{parameter}.member.{}", at + 1), value)));
            }
            parameters.extend(tags(maker, properties));
            let answer = maker.query("iam", "CreateOpenIDConnectProvider", &parameters).await?;
            let path = "/CreateOpenIDConnectProviderResult/OpenIDConnectProviderArn";
            let arn = answer.pointer(path).and_then(Value::as_str).unwrap_or_default();
            Ok(Made::new(arn, &[("Arn", arn)]))
        }
        _ => Err(Refusal::new(400, "ValidationError", format!("{kind} is not known"))),
    }
}

async fn create_role(maker: &Maker<'_>, properties: &Properties, name: &str) -> Result<Made, Refusal> {
    let mut parameters = vec![named("RoleName", name)];
    for property in ["AssumeRolePolicyDocument", "Path", "Description", "PermissionsBoundary", "MaxSessionDuration"] {
        if properties.contains_key(property) {
            parameters.push(named(property, text(properties, property)));
        }
    }
    parameters.extend(tags(maker, properties));
    let answer = maker.query("iam", "CreateRole", &parameters).await?;
    let of = |member: &str| {
        answer.pointer(&format!("/CreateRoleResult/Role/{member}")).and_then(Value::as_str).unwrap_or_default()
    };
    Ok(Made::new(name, &[("Arn", of("Arn")), ("RoleId", of("RoleId"))]))
}

async fn create_user(maker: &Maker<'_>, properties: &Properties, name: &str) -> Result<Made, Refusal> {
    let mut parameters = vec![named("UserName", name)];
    for property in ["Path", "PermissionsBoundary"].into_iter().filter(|property| properties.contains_key(*property)) {
        parameters.push(named(property, text(properties, property)));
    }
    parameters.extend(tags(maker, properties));
    let answer = maker.query("iam", "CreateUser", &parameters).await?;
    let arn = answer.pointer("/CreateUserResult/User/Arn").and_then(Value::as_str).unwrap_or_default();
    Ok(Made::new(name, &[("Arn", arn)]))
}

/// Whose policies are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Role,
    User,
}

impl Whose {
    /// As actions and their answers have it.
    fn word(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::User => "User",
        }
    }

    fn name(self, name: &str) -> (String, String) {
        (format!("{}Name", self.word()), name.to_owned())
    }
}

/// Gives a role or a user its policies.
pub(super) async fn equip(maker: &Maker<'_>, whose: Whose, name: &str, properties: &Properties) -> Result<(), Refusal> {
    let word = whose.word();
    for arn in list(properties, "ManagedPolicyArns") {
        maker.query("iam", &format!("Attach{word}Policy"), &[whose.name(name), named("PolicyArn", arn)]).await?;
    }
    for policy in properties.get("Policies").and_then(Value::as_array).into_iter().flatten() {
        let part = |part: &str| policy.get(part).map(super::text_of).unwrap_or_default();
        let parameters = [
            whose.name(name),
            named("PolicyName", part("PolicyName")),
            named("PolicyDocument", part("PolicyDocument")),
        ];
        maker.query("iam", &format!("Put{word}Policy"), &parameters).await?;
    }
    Ok(())
}

/// Takes a role's or a user's policies away.
async fn strip(maker: &Maker<'_>, whose: Whose, name: &str) -> Result<(), Refusal> {
    let word = whose.word();
    let attached = maker.query("iam", &format!("ListAttached{word}Policies"), &[whose.name(name)]).await?;
    let policies =
        attached.pointer(&format!("/ListAttached{word}PoliciesResult/AttachedPolicies")).and_then(Value::as_array);
    for arn in policies.into_iter().flatten().filter_map(|policy| policy.get("PolicyArn").and_then(Value::as_str)) {
        maker.query("iam", &format!("Detach{word}Policy"), &[whose.name(name), named("PolicyArn", arn)]).await?;
    }
    let inline = maker.query("iam", &format!("List{word}Policies"), &[whose.name(name)]).await?;
    let names = inline.pointer(&format!("/List{word}PoliciesResult/PolicyNames")).and_then(Value::as_array);
    for policy in names.into_iter().flatten().filter_map(Value::as_str) {
        maker.query("iam", &format!("Delete{word}Policy"), &[whose.name(name), named("PolicyName", policy)]).await?;
    }
    Ok(())
}

pub(super) async fn update(maker: &Maker<'_>, made: &Made, was: &Properties, is: &Properties) -> Result<(), Refusal> {
    let name = made.physical.as_str();
    let differs = |property: &str| was.get(property) != is.get(property);
    if differs("AssumeRolePolicyDocument") {
        let document = named("PolicyDocument", text(is, "AssumeRolePolicyDocument"));
        maker.query("iam", "UpdateAssumeRolePolicy", &[named("RoleName", name), document]).await?;
    }
    if differs("PermissionsBoundary") {
        let boundary = named("PermissionsBoundary", text(is, "PermissionsBoundary"));
        maker.query("iam", "PutRolePermissionsBoundary", &[named("RoleName", name), boundary]).await?;
    }
    if differs("MaxSessionDuration") || differs("Description") {
        let mut parameters = vec![named("RoleName", name)];
        for property in ["MaxSessionDuration", "Description"].into_iter().filter(|property| is.contains_key(*property))
        {
            parameters.push(named(property, text(is, property)));
        }
        maker.query("iam", "UpdateRole", &parameters).await?;
    }
    if differs("Policies") || differs("ManagedPolicyArns") {
        strip(maker, Whose::Role, name).await?;
        equip(maker, Whose::Role, name, is).await?;
    }
    Ok(())
}

pub(super) async fn delete(maker: &Maker<'_>, kind: &str, made: &Made) -> Result<(), Refusal> {
    let id = made.physical.as_str();
    let (action, parameter) = match kind {
        "AWS::IAM::Role" => {
            strip(maker, Whose::Role, id).await?;
            ("DeleteRole", named("RoleName", id))
        }
        "AWS::IAM::User" => {
            strip(maker, Whose::User, id).await?;
            ("DeleteUser", named("UserName", id))
        }
        "AWS::IAM::ManagedPolicy" => {
            // Versions beside the default one go first (IAM API reference, `DeletePolicy`).
            let place = crate::moto::Place::new(&maker.identity.account, "us-east-1");
            let text = maker.front.moto.query(&place, "iam", "ListPolicyVersions", &[("PolicyArn", id)]).await?;
            for version in elements(&text, "VersionId").into_iter().skip(1) {
                let parameters = [named("PolicyArn", id), named("VersionId", version)];
                maker.query("iam", "DeletePolicyVersion", &parameters).await?;
            }
            ("DeletePolicy", named("PolicyArn", id))
        }
        _ => ("DeleteOpenIDConnectProvider", named("OpenIDConnectProviderArn", id)),
    };
    maker.query("iam", action, &[parameter]).await.map(|_| ())
}

fn tags(maker: &Maker<'_>, properties: &Properties) -> Vec<(String, String)> {
    let numbered = maker.tagged(properties).into_iter().enumerate();
    numbered
        .flat_map(|(at, (key, value))| {
            let number = at + 1;
            [(format!("Tags.member.{number}.Key"), key), (format!("Tags.member.{number}.Value"), value)]
        })
        .collect()
}

/// A list of tags in JSON, as KMS has them.
pub(super) fn as_list(tags: Vec<(String, String)>) -> Value {
    tags.into_iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect()
}
