//! AssumeRoleWithWebIdentity: the token is checked as AWS does, against the keys that its issuer publishes, and only when
//! the role's account has an IAM OIDC provider for that issuer (IAM User Guide, "Create an OpenID Connect (OIDC) identity
//! provider in IAM").

use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::{hand_out, required};
use crate::{
    front::{Call, Front},
    iam::{
        gather,
        policy::{Asked, Context, Principal, trusts},
    },
    identity::account_of,
    moto::Place,
    refusal::Refusal,
    wire::{Outcome, elements},
};

pub(super) async fn assume(front: &Front, call: &Call) -> Outcome {
    let arn = required(call, "RoleArn")?;
    required(call, "RoleSessionName")?;
    let token = required(call, "WebIdentityToken")?;
    let denied = || Refusal::new(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let account = account_of(&arn).ok_or_else(denied)?;
    let issuer = issuer(&token)?;
    let bare = issuer.split_once("://").map_or(issuer.as_str(), |(_, rest)| rest).trim_end_matches('/');
    let provider = format!("arn:aws:iam::{account}:oidc-provider/{bare}");
    let place = Place::new(account, "us-east-1");
    let parameters = [("OpenIDConnectProviderArn", provider.as_str())];
    let provided = front.moto.query(&place, "iam", "GetOpenIDConnectProvider", &parameters).await;
    let audiences = elements(
        &provided.map_err(|_| {
            refused("InvalidIdentityToken", format!("No OpenIDConnect provider found in your account for {issuer}"))
        })?,
        "member",
    );
    let claims = verify(front, &token, &issuer).await?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    times(&claims, front.keys.now().as_second())?;
    let audience = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec![text("aud")],
    };
    if !audience.iter().any(|name| audiences.contains(name)) {
        return Err(refused("InvalidIdentityToken", "Incorrect token audience"));
    }
    let role = gather::role_by_arn(&front.moto, &arn).await.map_err(|_| denied())?;
    let context = Context::from([
        (format!("{bare}:sub").to_lowercase(), vec![text("sub")]),
        (format!("{bare}:aud").to_lowercase(), audience),
        (format!("{bare}:iss").to_lowercase(), vec![issuer.clone()]),
    ]);
    let asked = Asked { action: "sts:AssumeRoleWithWebIdentity", resource: &arn, context: &context };
    if !trusts(&role.trust, &Principal::Federated(&provider), asked) {
        return Err(denied());
    }
    super::duration(call, role.longest, false)?;
    hand_out(front, call, &arn).await
}

fn refused(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

fn unreadable() -> Refusal {
    refused(
        "InvalidIdentityToken",
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    )
}

/// Who is said to have signed it; not believed yet.
fn issuer(token: &str) -> Result<String, Refusal> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).ok_or_else(unreadable)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).map_err(|_| unreadable())?;
    let claims: Value = serde_json::from_slice(&payload).map_err(|_| unreadable())?;
    claims.get("iss").and_then(Value::as_str).map(str::to_owned).ok_or_else(unreadable)
}

/// The claims, when the issuer's published keys say that it signed them. Times are looked at after.
async fn verify(front: &Front, token: &str, issuer: &str) -> Result<Map<String, Value>, Refusal> {
    let header = decode_header(token).map_err(|_| unreadable())?;
    let keys = front.issuers.keys(issuer).await.ok_or_else(|| {
        refused(
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
        )
    })?;
    let wrong = || {
        refused(
            "InvalidIdentityToken",
            "The web identity token that was passed could not be validated by AWS: its signature is not of its issuer's keys",
        )
    };
    let key = header.kid.as_deref().and_then(|id| keys.find(id)).ok_or_else(wrong)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| wrong())?;
    let mut validation = Validation::new(header.alg);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    decode::<Map<String, Value>>(token, &key, &validation).map(|data| data.claims).map_err(|_| wrong())
}

fn times(claims: &Map<String, Value>, now: i64) -> Result<(), Refusal> {
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    if time("iat").is_none() {
        return Err(refused("InvalidIdentityToken", "Missing a required claim: iat"));
    }
    match time("exp") {
        None => Err(refused("InvalidIdentityToken", "Missing a required claim: exp")),
        Some(end) if end <= now => Err(refused(
            "ExpiredTokenException",
            format!("Token expired: current date/time {now} must be before the expiration date/time {end}"),
        )),
        Some(_) => Ok(()),
    }
}
