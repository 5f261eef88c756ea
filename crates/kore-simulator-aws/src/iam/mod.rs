//! Policies: what they say, whose there are, and whether a request is allowed. And what of AWS IAM moto cannot do.

pub(crate) mod authorize;
mod context;
pub(crate) mod gather;
mod organization;
pub(crate) mod policy;
mod simulate;

use crate::{
    front::{Call, Front},
    identity::{Identity, Kind},
    wire::{Outcome, element},
};

/// Answers a request.
pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    let field = |name: &str| call.request.form().into_iter().find(|(key, _)| key == name).map(|(_, value)| value);
    match call.operation.as_str() {
        "SimulatePrincipalPolicy" => simulate::handle(front, call).await,
        // Keys of users are known from when they are made.
        "CreateAccessKey" => {
            let answer = front.forward(call).await?;
            let (key, name) = (element(answer.text(), "AccessKeyId"), element(answer.text(), "UserName"));
            if let (Some(key), Some(name)) = (key, name) {
                let account = call.identity.account.clone();
                let arn = format!("arn:aws:iam::{account}:user/{name}");
                front.keys.learn(&key, Identity { account, arn, kind: Kind::User { name } });
            }
            Ok(answer)
        }
        "DeleteAccessKey" => {
            let answer = front.forward(call).await?;
            if let Some(key) = field("AccessKeyId").filter(|_| answer.status.is_success()) {
                front.keys.forget(&key);
            }
            Ok(answer)
        }
        _ => front.forward(call).await,
    }
}
