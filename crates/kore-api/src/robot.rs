//! Robots: who acts for a program, whose word is believed about which program that is, and tokens that
//! live longer than a sign-in.

use std::{collections::BTreeMap, fmt};

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::names::TeamName;

/// Most rules of trust that a robot has.
pub const MOST_RULES: usize = 16;
/// Most tokens of a robot at a time: the one in use, and the one that takes its place.
pub const MOST_ROBOT_TOKENS: u32 = 2;
/// Most tokens of a person at a time.
pub const MOST_PERSONAL_TOKENS: u32 = 50;
/// Longest life of a token, in days.
pub const LONGEST_DAYS: i64 = 90;
/// Life of a token when nobody says, in days.
pub const USUAL_DAYS: i64 = 30;
/// Longest overlap of two tokens, in minutes: a week.
pub const LONGEST_OVERLAP: u32 = 7 * 24 * 60;
/// Longest session of a token that was exchanged, in minutes.
pub const LONGEST_EXCHANGED: u32 = 60;

/// A program's account in a team. It holds nothing until a role is bound to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RobotSpec {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A disabled robot loses everything at the next request.
    #[serde(default)]
    pub disabled: bool,
    /// Whose tokens it may exchange for one of Kore's (RFC 8693): any of these rules is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trust: Vec<TrustRule>,
}

/// About a robot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RobotStatus {
    /// When it acted last, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_used_at: Option<Timestamp>,
    /// How many static tokens of it work.
    pub tokens: u32,
}

/// Tokens that are believed: of this issuer, for this audience, with all of these claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrustRule {
    /// `iss` of the token, to the letter.
    pub issuer: String,
    /// `aud` of the token, to the letter: one that is asked for this purpose, not the issuer's usual one.
    pub audience: String,
    /// Claims and their values, to the letter and of the same type. A name that begins with `/` is a
    /// JSON pointer into the token (RFC 6901).
    pub claims: BTreeMap<String, ClaimValue>,
    /// How long the session lasts that an exchange opens, in minutes, 1 to 60. Access tokens of it live
    /// 15 minutes at most.
    #[serde(default = "usual_minutes")]
    pub max_minutes: u32,
}

const fn usual_minutes() -> u32 {
    15
}

/// The value of a claim. `7` is not `"7"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ClaimValue {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl ClaimValue {
    /// Whether a token says exactly this.
    #[must_use]
    pub fn is(&self, value: &Value) -> bool {
        match self {
            Self::Flag(flag) => value.as_bool() == Some(*flag),
            Self::Number(number) => value.as_i64() == Some(*number),
            Self::Text(text) => value.as_str() == Some(text.as_str()),
        }
    }
}

impl fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

/// What an issuer's tokens are like: which claims a rule must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IssuerProfile {
    /// GitHub Actions, of GitHub itself or of a GitHub Enterprise server.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// A Kubernetes cluster, for the pods in it.
    Kubernetes,
    /// Anything else.
    Other,
}

/// An issuer that robots of any team may trust. GitHub's and GitLab's own are trusted without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrustedIssuerSpec {
    /// `iss` of its tokens, to the letter; https.
    pub issuer: String,
    /// What its tokens are like.
    pub profile: IssuerProfile,
    /// Its public keys (a JWK set, RFC 7517), for one that cannot be reached. It is never asked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Value>,
    /// PEM of the only authorities to trust for its certificate; the system's, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<String>,
    /// Address ranges (CIDR) that are not public and may be asked all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub networks: Vec<IpNet>,
}

/// A token that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenRequest {
    /// What its owner calls it, 1 to 64 characters.
    pub name: String,
    /// When it stops working (RFC 3339), at most 90 days away; 30 days from now, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// What it is good for at most, as `cluster.read`; all that its owner may, if it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Only in these teams; in all, if it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamName>,
    /// Id of the token whose place it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// For how many minutes the one that is replaced still works; 60, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_minutes: Option<u32>,
}

/// A long-lived token, without the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is, as `user:ana` or `robot:payments/ci`.
    pub owner: String,
    /// When it was made.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it stops working.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_used_at: Option<Timestamp>,
    /// What it is good for at most; empty means all that its owner may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Only in these teams; empty means in all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamName>,
}

/// The one answer that has the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewToken {
    /// About it.
    #[serde(flatten)]
    pub about: Token,
    /// The token. A secret; nobody can show it again.
    pub token: String,
}

/// Tokens of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenList {
    /// They, newest first.
    pub items: Vec<Token>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_compared_with_its_type() {
        let text: ClaimValue = serde_json::from_value(json!("7")).unwrap();
        let number: ClaimValue = serde_json::from_value(json!(7)).unwrap();
        let flag: ClaimValue = serde_json::from_value(json!(true)).unwrap();
        assert!(text.is(&json!("7")) && number.is(&json!(7)) && flag.is(&json!(true)));
        for (rule, said) in [
            (&text, json!(7)),
            (&text, json!(["7"])),
            (&text, json!("7 ")),
            (&number, json!("7")),
            (&number, json!(7.5)),
            (&number, Value::Null),
            (&flag, json!("true")),
            (&flag, json!(1)),
        ] {
            assert!(!rule.is(&said), "{rule} {said}");
        }
    }
}
