//! Which policies a principal has, in moto.

use serde_json::Value;

use crate::{
    moto::{Moto, Place},
    refusal::Refusal,
    wire::{element, elements},
};

/// A role, as far as the front asks about it.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// With its path.
    pub(crate) arn: String,
    /// Whom it trusts.
    pub(crate) trust: Value,
    /// Longest session, in seconds.
    pub(crate) longest: i64,
    /// ARN of its boundary.
    pub(crate) boundary: Option<String>,
}

/// A principal's policies.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policies {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
}

fn iam(account: &str) -> Place {
    Place::new(account, "us-east-1")
}

/// The role of this name.
///
/// # Errors
/// `NoSuchEntity`.
pub(crate) async fn role(moto: &Moto, account: &str, name: &str) -> Result<Role, Refusal> {
    let text = moto.query(&iam(account), "iam", "GetRole", &[("RoleName", name)]).await?;
    Ok(Role {
        arn: element(&text, "Arn").unwrap_or_default(),
        trust: document(&element(&text, "AssumeRolePolicyDocument").unwrap_or_default()),
        longest: element(&text, "MaxSessionDuration").and_then(|text| text.parse().ok()).unwrap_or(3600),
        boundary: element(&text, "PermissionsBoundaryArn"),
    })
}

/// The role that an ARN names, path and all.
///
/// # Errors
/// `NoSuchEntity`.
pub(crate) async fn role_by_arn(moto: &Moto, arn: &str) -> Result<Role, Refusal> {
    let none = || Refusal::new(404, "NoSuchEntity", format!("The role {arn} cannot be found."));
    let account = crate::identity::account_of(arn).ok_or_else(none)?;
    let (_, path) = arn.split_once(":role/").ok_or_else(none)?;
    let role = role(moto, account, path.rsplit('/').next().unwrap_or_default()).await?;
    if role.arn == arn { Ok(role) } else { Err(none()) }
}

/// What a role has.
///
/// # Errors
/// `NoSuchEntity`.
pub(crate) async fn of_role(moto: &Moto, account: &str, name: &str) -> Result<Policies, Refusal> {
    let boundary = match role(moto, account, name).await?.boundary {
        Some(arn) => Some(managed(moto, account, &arn).await?),
        None => None,
    };
    Ok(Policies { identity: all(moto, account, "Role", name).await?, boundary })
}

/// What a user has, without groups.
///
/// # Errors
/// `NoSuchEntity`.
pub(crate) async fn of_user(moto: &Moto, account: &str, name: &str) -> Result<Policies, Refusal> {
    Ok(Policies { identity: all(moto, account, "User", name).await?, boundary: None })
}

async fn all(moto: &Moto, account: &str, kind: &str, name: &str) -> Result<Vec<Value>, Refusal> {
    let (place, key) = (iam(account), format!("{kind}Name"));
    let mut found = Vec::new();
    let inline = moto.query(&place, "iam", &format!("List{kind}Policies"), &[(&key, name)]).await?;
    for policy in elements(&inline, "member") {
        let parameters = [(key.as_str(), name), ("PolicyName", policy.as_str())];
        let text = moto.query(&place, "iam", &format!("Get{kind}Policy"), &parameters).await?;
        found.push(document(&element(&text, "PolicyDocument").unwrap_or_default()));
    }
    let attached = moto.query(&place, "iam", &format!("ListAttached{kind}Policies"), &[(&key, name)]).await?;
    for arn in elements(&attached, "PolicyArn") {
        found.push(managed(moto, account, &arn).await?);
    }
    Ok(found)
}

/// The default version of a managed policy.
async fn managed(moto: &Moto, account: &str, arn: &str) -> Result<Value, Refusal> {
    let place = iam(account);
    let text = moto.query(&place, "iam", "GetPolicy", &[("PolicyArn", arn)]).await?;
    let version = element(&text, "DefaultVersionId").unwrap_or_default();
    let parameters = [("PolicyArn", arn), ("VersionId", version.as_str())];
    let text = moto.query(&place, "iam", "GetPolicyVersion", &parameters).await?;
    Ok(document(&element(&text, "Document").unwrap_or_default()))
}

/// A policy as it stands in IAM's answers: JSON, percent-encoded (IAM API reference, `GetRolePolicy`).
pub(crate) fn document(text: &str) -> Value {
    let decoded = if text.starts_with('%') {
        let kept = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
        url::form_urlencoded::parse(kept.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    } else {
        text.to_owned()
    };
    serde_json::from_str(&decoded).unwrap_or(Value::Null)
}
