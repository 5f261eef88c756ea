//! Whom Kore's roles trust.

use serde_json::{Value, json};

use super::{Place, document::VERSION};

/// The user whose access key an installation for evaluation has, in the management account.
pub const EVALUATOR: &str = "kore-evaluation";

/// Who Kore is to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trusted {
    /// Whoever shows a token of its issuer for its subject: no key of AWS is stored anywhere.
    Tokens {
        /// Address of the issuer, without `https://`, as IAM writes it.
        issuer: String,
        /// Kore's subject there.
        subject: String,
    },
    /// Whoever has an access key of [`EVALUATOR`]: an installation for evaluation.
    AccessKey,
}

/// Its ARN, for a role of this place.
pub(super) fn evaluator(place: Place) -> String {
    let account = match place {
        Place::Management => "${Account}",
        Place::Account => "${ManagementAccount}",
    };
    format!("arn:${{Partition}}:iam::{account}:user/{EVALUATOR}")
}

/// What it may do: take Kore's roles, each of which says itself what it is for, and nothing else.
#[must_use]
pub fn evaluator_policy() -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Sid": "TakeRolesOfKore",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": ["arn:${Partition}:iam::*:role/kore-*"],
    }] })
}
