//! Whose word a robot believes: which rules may be made, and whether a token's claims fit one.
//!
//! Names can be given up and taken by somebody else, ids cannot: rules for CI systems name numeric ids
//! (GitHub: `repository_id` and `repository_owner_id`; GitLab: `project_id` and `namespace_id`), never `sub`.
//! GitHub's OpenID Connect reference and GitLab's ID token reference say what is in their tokens.

use kore_api::robot::{ClaimValue, IssuerProfile, LONGEST_EXCHANGED, TrustRule};
use serde_json::{Map, Value};

/// GitHub Actions of github.com.
pub const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// GitLab CI of gitlab.com.
pub const GITLAB: &str = "https://gitlab.com";

/// Most claims of one rule.
const MOST_CLAIMS: usize = 16;
/// Longest text in a rule, in bytes.
const LONGEST: usize = 255;
/// Claims that are checked in another way, or that differ with every token.
const NOT_CLAIMS: [&str; 7] = ["iss", "aud", "exp", "nbf", "iat", "jti", "nonce"];

/// The issuers that are trusted without an administrator's word.
#[must_use]
pub fn well_known(issuer: &str) -> Option<IssuerProfile> {
    match issuer {
        GITHUB => Some(IssuerProfile::GitHub),
        GITLAB => Some(IssuerProfile::GitLab),
        _ => None,
    }
}

/// What is wrong with a rule: below the rule where, which rule of ours, and why.
pub type Wrong = (String, &'static str, String);

/// Checks a rule for tokens of this profile.
#[must_use]
pub fn check(rule: &TrustRule, profile: IssuerProfile) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut say = |at: &str, rule: &'static str, why: &str| wrong.push((at.to_owned(), rule, why.to_owned()));
    if rule.audience.is_empty() || rule.audience.len() > LONGEST {
        say("/audience", "maxLength", "1 to 255 characters");
    } else if profile == IssuerProfile::GitHub && rule.audience.starts_with("https://github.com/") {
        say("/audience", "reserved", "is what GitHub writes into tokens for everybody: ask for one of your own");
    }
    if !(1..=LONGEST_EXCHANGED).contains(&rule.max_minutes) {
        say("/maxMinutes", "maximum", &format!("1 to {LONGEST_EXCHANGED} minutes"));
    }
    if rule.claims.is_empty() || rule.claims.len() > MOST_CLAIMS {
        say("/claims", "minProperties", &format!("1 to {MOST_CLAIMS} claims"));
    }
    for (name, value) in &rule.claims {
        let at = format!("/claims/{}", name.replace('~', "~0").replace('/', "~1"));
        if name.is_empty() || name.len() > LONGEST || NOT_CLAIMS.contains(&name.trim_start_matches('/')) {
            say(&at, "claim", "is not a claim that a rule can name");
        }
        if matches!(value, ClaimValue::Text(text) if text.is_empty() || text.len() > LONGEST) {
            say(&at, "maxLength", "1 to 255 characters");
        }
    }
    let ids: &[&str] = match profile {
        IssuerProfile::GitHub => &["repository_id", "repository_owner_id"],
        IssuerProfile::GitLab => &["project_id", "namespace_id"],
        IssuerProfile::Kubernetes => &["/kubernetes.io/namespace", "/kubernetes.io/serviceaccount/name"],
        IssuerProfile::Other => &[],
    };
    let numeric = matches!(profile, IssuerProfile::GitHub | IssuerProfile::GitLab);
    for id in ids {
        let at = format!("/claims/{}", id.replace('/', "~1"));
        match rule.claims.get(*id) {
            None => say(&at, "required", "must be named: names can be taken over, ids cannot"),
            Some(ClaimValue::Text(text)) if !numeric || is_id(text) => {}
            Some(_) if numeric => say(&at, "pattern", "is a number in quotes, as in the tokens: \"1234\""),
            Some(_) => say(&at, "type", "is a text"),
        }
    }
    if numeric && (rule.claims.contains_key("sub") || rule.claims.contains_key("/sub")) {
        say("/claims/sub", "reserved", "is made of names, which can be taken over: name ids, ref or environment");
    }
    wrong
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a token that is real does not fit a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A claim says something else, or is not there.
    #[error("{name} is {said}, not {wanted}")]
    Claim {
        /// Its name.
        name: String,
        /// What the token says.
        said: String,
        /// What the rule says.
        wanted: String,
    },
    /// It comes of a change that anybody may propose.
    #[error("{name} is {said}: what anybody may propose is believed only where a rule names {name}")]
    Proposed {
        /// The claim that tells.
        name: &'static str,
        /// What the token says.
        said: String,
    },
}

/// Whether the claims of a token that is real fit a rule.
///
/// # Errors
/// The first thing that does not.
pub fn fits(rule: &TrustRule, profile: IssuerProfile, claims: &Map<String, Value>) -> Result<(), Mismatch> {
    for (name, wanted) in &rule.claims {
        let said = find(claims, name);
        if !said.is_some_and(|said| wanted.is(said)) {
            return Err(Mismatch::Claim { name: name.clone(), said: shown(said), wanted: wanted.to_string() });
        }
    }
    // A pull request of a fork runs what a stranger wrote.
    let name = match profile {
        IssuerProfile::GitHub => "event_name",
        IssuerProfile::GitLab => "pipeline_source",
        IssuerProfile::Kubernetes | IssuerProfile::Other => return Ok(()),
    };
    if rule.claims.contains_key(name) {
        return Ok(());
    }
    let said = claims.get(name).and_then(Value::as_str);
    let ours = said.is_some_and(|said| !said.contains("pull_request") && !said.contains("merge_request"));
    if ours { Ok(()) } else { Err(Mismatch::Proposed { name, said: shown(claims.get(name)) }) }
}

fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let Some(pointer) = name.strip_prefix('/') else { return claims.get(name) };
    let mut segments = pointer.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~"));
    let first = claims.get(&segments.next()?)?;
    segments.try_fold(first, |place, segment| place.as_object()?.get(&segment))
}

/// What a token says, cut to what a record holds.
fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string().chars().take(80).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(claims: &Value) -> TrustRule {
        let claims = serde_json::from_value(claims.clone()).unwrap();
        TrustRule { issuer: GITHUB.into(), audience: "kore".into(), claims, max_minutes: 15 }
    }

    fn wrong(rule: &TrustRule, profile: IssuerProfile) -> Vec<String> {
        check(rule, profile).into_iter().map(|(at, rule, _)| format!("{at} {rule}")).collect()
    }

    fn of(claims: &Value) -> Map<String, Value> {
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn rules_for_ci_systems_name_ids_and_no_names_alone() {
        use IssuerProfile::{GitHub, GitLab, Kubernetes, Other};
        let good = rule(&json!({ "repository_id": "74", "repository_owner_id": "65", "environment": "prod" }));
        assert!(wrong(&good, GitHub).is_empty());
        assert!(
            wrong(&rule(&json!({ "project_id": "22", "namespace_id": "72", "ref_protected": "true" })), GitLab)
                .is_empty()
        );
        let pod = json!({ "/kubernetes.io/namespace": "ci", "/kubernetes.io/serviceaccount/name": "deployer" });
        assert!(wrong(&rule(&pod), Kubernetes).is_empty());
        assert!(wrong(&rule(&json!({ "sub": "u-1" })), Other).is_empty());
        for (claims, profile, expected) in [
            (
                json!({ "repository": "acme/app" }),
                GitHub,
                vec!["/claims/repository_id required", "/claims/repository_owner_id required"],
            ),
            (
                json!({ "repository_id": 74, "repository_owner_id": "65" }),
                GitHub,
                vec!["/claims/repository_id pattern"],
            ),
            (
                json!({ "repository_id": "acme", "repository_owner_id": "065" }),
                GitHub,
                vec!["/claims/repository_id pattern", "/claims/repository_owner_id pattern"],
            ),
            (
                json!({ "repository_id": "74", "repository_owner_id": "65", "sub": "repo:acme/app" }),
                GitHub,
                vec!["/claims/sub reserved"],
            ),
            (json!({ "project_id": "22" }), GitLab, vec!["/claims/namespace_id required"]),
            (
                json!({ "sub": "system:serviceaccount:ci:deployer" }),
                Kubernetes,
                vec![
                    "/claims/~1kubernetes.io~1namespace required",
                    "/claims/~1kubernetes.io~1serviceaccount~1name required",
                ],
            ),
            (json!({}), Other, vec!["/claims minProperties"]),
            (json!({ "jti": "1" }), Other, vec!["/claims/jti claim"]),
            (json!({ "/exp": 1 }), Other, vec!["/claims/~1exp claim"]),
            (json!({ "sub": "" }), Other, vec!["/claims/sub maxLength"]),
        ] {
            assert_eq!(wrong(&rule(&claims), profile), expected, "{claims}");
        }
        let usual = TrustRule { audience: "https://github.com/acme".into(), ..good.clone() };
        assert_eq!(wrong(&usual, GitHub), ["/audience reserved"]);
        let long = TrustRule { max_minutes: 61, audience: String::new(), ..good };
        assert_eq!(wrong(&long, GitHub), ["/audience maxLength", "/maxMinutes maximum"]);
    }

    #[test]
    fn every_claim_must_say_exactly_what_the_rule_says() {
        let wanted = rule(&json!({ "repository_id": "74", "repository_owner_id": "65", "/a/b~1c": 1 }));
        let right =
            json!({ "repository_id": "74", "repository_owner_id": "65", "a": { "b/c": 1 }, "event_name": "push" });
        assert_eq!(fits(&wanted, IssuerProfile::GitHub, &of(&right)), Ok(()));
        for (name, value) in [
            ("repository_id", json!("75")),
            ("repository_id", json!(74)),
            ("repository_id", json!(["74"])),
            ("repository_id", json!("74 ")),
            ("repository_owner_id", Value::Null),
            ("a", json!({ "b": { "c": 1 } })),
            ("a", json!([1])),
            ("a", json!({ "b/c": "1" })),
        ] {
            let mut said = right.clone();
            said[name] = value.clone();
            assert!(
                matches!(fits(&wanted, IssuerProfile::GitHub, &of(&said)), Err(Mismatch::Claim { .. })),
                "{name} {value}"
            );
        }
    }

    #[test]
    fn what_anybody_may_propose_is_believed_only_where_a_rule_says_so() {
        let ids = json!({ "repository_id": "74", "repository_owner_id": "65" });
        for (event, believed) in [
            (json!("push"), true),
            (json!("pull_request"), false),
            (json!("pull_request_target"), false),
            (Value::Null, false),
            (json!(1), false),
        ] {
            let mut said = ids.clone();
            said["event_name"] = event.clone();
            assert_eq!(fits(&rule(&ids), IssuerProfile::GitHub, &of(&said)).is_ok(), believed, "{event}");
        }
        let mut named = ids;
        named["event_name"] = json!("pull_request");
        assert_eq!(fits(&rule(&named), IssuerProfile::GitHub, &of(&named)), Ok(()));
        let gitlab = json!({ "project_id": "22", "namespace_id": "72" });
        for (source, believed) in
            [("push", true), ("merge_request_event", false), ("external_pull_request_event", false)]
        {
            let mut said = gitlab.clone();
            said["pipeline_source"] = json!(source);
            assert_eq!(fits(&rule(&gitlab), IssuerProfile::GitLab, &of(&said)).is_ok(), believed, "{source}");
        }
    }
}
