//! Whether a request is allowed by its sender's own policies, when they are enforced (IAM User Guide, "Policy evaluation
//! logic"): identity policies, boundary and session policy. Policies of resources and of organisations are not looked at.

use crate::{
    front::{Call, Front},
    iam::{
        context,
        gather::{self, Policies},
        policy::{Asked, Verdict, judge},
    },
    identity::{Identity, Kind},
    protocol::{self, Trouble},
    refusal::Refusal,
};

/// # Errors
/// As the service words it, when something denies the request or nothing allows it.
pub(crate) async fn check(front: &Front, call: &Call) -> Result<(), Refusal> {
    let action = format!("{}:{}", call.scope.service, call.operation);
    // Always allowed, or decided by the role's trust (AWS STS API reference).
    if ["sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity"].contains(&action.as_str()) {
        return Ok(());
    }
    if call.identity.kind == Kind::Administrator {
        return Ok(());
    }
    for (resource, context) in context::of(front, call).await {
        let asked = Asked { action: &action, resource: &resource, context: &context };
        allowed(front, &call.identity, &call.scope.service, asked).await?;
    }
    Ok(())
}

/// Whether somebody may do this.
///
/// # Errors
/// As the service words it.
pub(crate) async fn allowed(front: &Front, who: &Identity, service: &str, asked: Asked<'_>) -> Result<(), Refusal> {
    let (policies, session) = match &who.kind {
        Kind::Administrator => return Ok(()),
        Kind::Nobody => (Policies::default(), None),
        Kind::User { name } => (gather::of_user(&front.moto, &who.account, name).await.unwrap_or_default(), None),
        Kind::Session { role, policy, .. } => {
            (gather::of_role(&front.moto, &who.account, role).await.unwrap_or_default(), policy.as_ref())
        }
    };
    let mut verdict = judge(&policies.identity, asked);
    for bound in policies.boundary.iter().chain(session) {
        match judge(std::slice::from_ref(bound), asked) {
            Verdict::Allowed => {}
            other if verdict == Verdict::Allowed => verdict = other,
            _ => {}
        }
    }
    let reason = match verdict {
        Verdict::Allowed => return Ok(()),
        Verdict::Denied => "with an explicit deny in an identity-based policy",
        Verdict::NotAllowed => "because no identity-based policy allows the action",
    };
    let message = format!(
        "User: {} is not authorized to perform: {} on resource: {} {reason}",
        who.arn, asked.action, asked.resource
    );
    let operation = asked.action.split(':').nth(1).unwrap_or_default();
    Err(protocol::refusal(service, operation, Trouble::Denied, &message))
}
