//! AWS STS: who may take which role. moto hands out the credentials, for every name that it is told; the front asks first
//! whether the role is there and trusts who asks, and remembers whose credentials they are.
//!
//! Rules: AWS STS API reference, `AssumeRole` and `AssumeRoleWithWebIdentity`; IAM User Guide, "Roles terms and concepts"
//! (role chaining: one hour at most).

mod issuers;
mod web_identity;

pub(crate) use self::issuers::Issuers;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    front::{Call, Front},
    iam::{
        gather,
        policy::{Asked, Context, Principal, trusts},
    },
    identity::{Identity, Kind, Secret},
    refusal::Refusal,
    wire::{Outcome, element},
};

/// Longest session of a role that a session of a role took.
const CHAINED: i64 = 3600;
const SHORTEST: i64 = 900;

pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    match call.operation.as_str() {
        "AssumeRole" => assume(front, call).await,
        "AssumeRoleWithWebIdentity" => web_identity::assume(front, call).await,
        _ => front.forward(call).await,
    }
}

fn field(call: &Call, name: &str) -> Option<String> {
    call.request.form().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn required(call: &Call, name: &str) -> Result<String, Refusal> {
    field(call, name).filter(|value| !value.is_empty()).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

async fn assume(front: &Front, call: &Call) -> Outcome {
    let arn = required(call, "RoleArn")?;
    required(call, "RoleSessionName")?;
    let who = &call.identity;
    let denied = || {
        Refusal::new(
            403,
            "AccessDenied",
            format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", who.arn),
        )
    };
    // A role that is not there is refused like one that does not trust: nobody learns which roles there are.
    let role = gather::role_by_arn(&front.moto, &arn).await.map_err(|_| denied())?;
    let mut context = Context::from([
        ("aws:principalaccount".to_owned(), vec![who.account.clone()]),
        ("aws:principalarn".to_owned(), vec![who.arn.clone()]),
    ]);
    if let Some(id) = field(call, "ExternalId") {
        context.insert("sts:externalid".to_owned(), vec![id]);
    }
    let mine = match &who.kind {
        Kind::Session { role_arn, .. } => Some(role_arn.as_str()),
        _ => None,
    };
    let principal = Principal::Aws { account: &who.account, arn: &who.arn, role: mine };
    let asked = Asked { action: "sts:AssumeRole", resource: &arn, context: &context };
    if !trusts(&role.trust, &principal, asked) {
        return Err(denied());
    }
    duration(call, role.longest, who.role().is_some())?;
    hand_out(front, call, &arn).await
}

/// How long the session is to be, within what role and chain allow.
fn duration(call: &Call, longest: i64, chained: bool) -> Result<(), Refusal> {
    let Some(text) = field(call, "DurationSeconds") else { return Ok(()) };
    let seconds: i64 = text.parse().map_err(|_| invalid(format!("DurationSeconds is '{text}', no number")))?;
    if chained && seconds > CHAINED {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > longest {
        return Err(invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
    }
    if seconds < SHORTEST {
        return Err(invalid(format!(
            "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"
        )));
    }
    Ok(())
}

/// Lets moto make the credentials, and remembers whose they are.
async fn hand_out(front: &Front, call: &Call, arn: &str) -> Outcome {
    let answer = front.forward(call).await?;
    if !answer.status.is_success() {
        return Ok(answer);
    }
    let text = answer.text();
    let session = required(call, "RoleSessionName")?;
    let policy: Option<Value> = field(call, "Policy").map(|text| gather::document(&text));
    let expires = element(text, "Expiration").and_then(|time| time.parse::<Timestamp>().ok());
    let key = element(text, "AccessKeyId");
    if let (Some(key), Some(expires)) = (key, expires)
        && let Some(identity) = Identity::session(arn, &session, expires, policy)
    {
        front.keys.learn(&key, identity);
        if let (Some(secret), Some(token)) = (element(text, "SecretAccessKey"), element(text, "SessionToken")) {
            front.keys.learn_secret(&key, Secret { key: secret, token });
        }
    }
    Ok(answer)
}
