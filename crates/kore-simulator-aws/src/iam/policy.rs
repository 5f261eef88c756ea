//! What policies say (IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Condition operators").
//!
//! Strict where it is simpler than AWS: an operator that is not known here never holds.

use std::collections::BTreeMap;

use serde_json::Value;

/// Keys of a request's context, in lower case, with their values.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// As `eks:CreateCluster`.
    pub(crate) action: &'a str,
    /// An ARN, or `*`.
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context,
}

/// What policies come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    /// A statement denies it.
    Denied,
    /// None allows it.
    NotAllowed,
}

/// Who asks, for policies of resources that say whom they trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal<'a> {
    /// A service, as `cloudformation.amazonaws.com`.
    Service(&'a str),
    /// By an identity provider's ARN.
    Federated(&'a str),
    /// Of an account, with its own ARN and that of the role that it is a session of.
    Aws { account: &'a str, arn: &'a str, role: Option<&'a str> },
}

/// What these policies come to.
pub(crate) fn judge(policies: &[Value], asked: Asked<'_>) -> Verdict {
    decide(policies.iter().flat_map(statements).filter(|statement| applies(statement, asked)))
}

/// Whether a role's trust policy lets this principal in.
pub(crate) fn trusts(policy: &Value, principal: &Principal<'_>, asked: Asked<'_>) -> bool {
    let fits = |statement: &&Value| {
        statement.get("Principal").is_some_and(|named| names(named, principal))
            && listed(statement, "Action", "NotAction", |pattern| matches_without_case(pattern, asked.action))
            && holds(statement.get("Condition"), asked.context)
    };
    decide(statements(policy).filter(fits)) == Verdict::Allowed
}

/// The keys that the conditions of these policies ask for.
pub(crate) fn keys(policies: &[Value]) -> Vec<String> {
    let conditions = policies.iter().flat_map(statements).filter_map(|statement| statement.get("Condition"));
    let operators = conditions.filter_map(Value::as_object).flat_map(|operators| operators.values());
    let mut keys: Vec<_> = operators.filter_map(Value::as_object).flat_map(|keys| keys.keys().cloned()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn decide<'a>(statements: impl Iterator<Item = &'a Value>) -> Verdict {
    let mut verdict = Verdict::NotAllowed;
    for statement in statements {
        match statement.get("Effect").and_then(Value::as_str) {
            Some("Deny") => return Verdict::Denied,
            Some("Allow") => verdict = Verdict::Allowed,
            _ => {}
        }
    }
    verdict
}

fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    many(policy.get("Statement")).iter()
}

/// One thing or a list of them, as a list.
fn many(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

fn applies(statement: &Value, asked: Asked<'_>) -> bool {
    listed(statement, "Action", "NotAction", |pattern| matches_without_case(pattern, asked.action))
        && listed(statement, "Resource", "NotResource", |pattern| {
            // What has no resource of its own is asked for on all of them.
            asked.resource == "*" && pattern == "*" || matches(&filled(pattern, asked.context), asked.resource)
        })
        && holds(statement.get("Condition"), asked.context)
}

fn listed(statement: &Value, element: &str, negated: &str, fits: impl Fn(&str) -> bool) -> bool {
    let any = |value: &Value| many(Some(value)).iter().filter_map(Value::as_str).any(&fits);
    match (statement.get(element), statement.get(negated)) {
        (Some(list), _) => any(list),
        (None, Some(list)) => !any(list),
        (None, None) => false,
    }
}

fn names(named: &Value, principal: &Principal<'_>) -> bool {
    if named == "*" {
        return true;
    }
    let listed = |kind: &str| many(named.get(kind)).iter().filter_map(Value::as_str);
    match principal {
        Principal::Service(service) => listed("Service").any(|name| name == *service),
        Principal::Federated(provider) => listed("Federated").any(|name| name == *provider),
        Principal::Aws { account, arn, role } => listed("AWS").any(|name| {
            // An account's root stands for everybody in it.
            name == "*"
                || name == *account
                || name == format!("arn:aws:iam::{account}:root")
                || name == *arn
                || Some(name) == *role
        }),
    }
}

fn holds(condition: Option<&Value>, context: &Context) -> bool {
    let Some(operators) = condition.and_then(Value::as_object) else { return condition.is_none() };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, values)| {
                let given = context.get(&key.to_lowercase());
                let values: Vec<_> = many(Some(values)).iter().map(|value| filled(&text(value), context)).collect();
                compared(operator, given.map(Vec::as_slice), &values)
            })
        })
    })
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn compared(operator: &str, given: Option<&[String]>, values: &[String]) -> bool {
    if operator == "Null" {
        let absent = given.is_none_or(<[String]>::is_empty);
        return values.iter().any(|value| value.eq_ignore_ascii_case("true") == absent);
    }
    let (quantifier, operator) = operator.split_once(':').unwrap_or(("", operator));
    let (operator, optional) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let negated = operator.contains("Not");
    let Some(given) = given else {
        // A key that is not there is different from every value.
        return optional || quantifier == "ForAllValues" || negated;
    };
    let one = |given: &String| {
        if negated {
            values.iter().all(|value| test(operator, given, value))
        } else {
            values.iter().any(|value| test(operator, given, value))
        }
    };
    match quantifier {
        "ForAllValues" => given.iter().all(one),
        _ => given.iter().any(one),
    }
}

fn test(operator: &str, given: &str, value: &str) -> bool {
    let number = |test: fn(f64, f64) -> bool| {
        given.parse::<f64>().ok().zip(value.parse::<f64>().ok()).is_some_and(|(given, value)| test(given, value))
    };
    match operator {
        "StringEquals" => given == value,
        "StringNotEquals" => given != value,
        "StringEqualsIgnoreCase" => given.eq_ignore_ascii_case(value),
        "StringNotEqualsIgnoreCase" => !given.eq_ignore_ascii_case(value),
        "StringLike" | "ArnEquals" | "ArnLike" => matches(value, given),
        "StringNotLike" | "ArnNotEquals" | "ArnNotLike" => !matches(value, given),
        "Bool" => given.eq_ignore_ascii_case(value),
        "NumericEquals" => number(|given, value| given == value),
        "NumericNotEquals" => number(|given, value| given != value),
        "NumericLessThan" => number(|given, value| given < value),
        "NumericLessThanEquals" => number(|given, value| given <= value),
        "NumericGreaterThan" => number(|given, value| given > value),
        "NumericGreaterThanEquals" => number(|given, value| given >= value),
        _ => false,
    }
}

/// Variables replaced by what the request says; those that it does not say match nothing.
fn filled(pattern: &str, context: &Context) -> String {
    let mut text = pattern.to_owned();
    for (key, values) in context {
        if let Some(value) = values.first()
            && text.contains("${")
            && let Some(at) = text.to_lowercase().find(&format!("${{{key}}}"))
        {
            text.replace_range(at..at + key.len() + 3, value);
        }
    }
    text
}

fn matches_without_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_lowercase(), &text.to_lowercase())
}

/// `*` is any text, `?` any one character.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text, mut retry) = (0, 0, None);
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || Some(wanted) == text.get(in_text) => {
                (at, in_text) = (at + 1, in_text + 1);
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (at, in_text) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn context(pairs: &[(&str, &str)]) -> Context {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    }

    #[test]
    fn wildcards() {
        assert!(matches("arn:*:role/kore-?", "arn:aws:iam::1:role/kore-a"));
        assert!(matches("*", "") && matches("a*b*c", "axxbyyc") && matches("a*", "a"));
        assert!(!matches("a*b", "ac") && !matches("a?", "a") && !matches("", "a"));
    }

    #[test]
    fn a_denial_wins_and_silence_is_none() {
        let policies = [
            json!({"Statement": [{"Effect": "Allow", "Action": "eks:*", "Resource": "*"}]}),
            json!({"Statement": {"Effect": "Deny", "Action": ["eks:Delete*"], "Resource": "*"}}),
        ];
        let nothing = Context::new();
        let asked = |action| Asked { action, resource: "*", context: &nothing };
        assert_eq!(judge(&policies, asked("eks:CreateCluster")), Verdict::Allowed);
        assert_eq!(judge(&policies, asked("eks:DeleteCluster")), Verdict::Denied);
        assert_eq!(judge(&policies, asked("ec2:CreateVpc")), Verdict::NotAllowed);
    }

    #[test]
    fn conditions() {
        let holds_ = |condition: Value, pairs: &[(&str, &str)]| holds(Some(&condition), &context(pairs));
        assert!(holds_(json!({"StringEquals": {"aws:RequestedRegion": ["a", "b"]}}), &[("aws:requestedregion", "b")]));
        assert!(!holds_(json!({"StringEquals": {"aws:RequestedRegion": "a"}}), &[]));
        assert!(holds_(json!({"StringEqualsIfExists": {"x": "a"}}), &[]));
        assert!(holds_(json!({"StringNotEquals": {"x": "a"}}), &[]));
        assert!(holds_(
            json!({"Null": {"aws:ResourceTag/kore:cluster": "false"}}),
            &[("aws:resourcetag/kore:cluster", "c")]
        ));
        assert!(!holds_(json!({"Null": {"aws:ResourceTag/kore:cluster": "false"}}), &[]));
        assert!(holds_(
            json!({"StringLike": {"i:sub": "system:*"}, "Bool": {"s": true}}),
            &[("i:sub", "system:a"), ("s", "true")]
        ));
        assert!(!holds_(json!({"Unheard": {"x": "a"}}), &[("x", "a")]));
        assert!(holds_(
            json!({"StringEquals": {"x": "${aws:PrincipalAccount}"}}),
            &[("x", "1"), ("aws:principalaccount", "1")]
        ));
    }

    #[test]
    fn trust_is_in_who_is_named() {
        let policy = |principal: Value| json!({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]});
        let nothing = Context::new();
        let asked = Asked { action: "sts:AssumeRole", resource: "*", context: &nothing };
        let who = Principal::Aws {
            account: "1",
            arn: "arn:aws:sts::1:assumed-role/a/s",
            role: Some("arn:aws:iam::1:role/a"),
        };
        assert!(trusts(&policy(json!({"AWS": "arn:aws:iam::1:root"})), &who, asked));
        assert!(trusts(&policy(json!({"AWS": ["x", "arn:aws:iam::1:role/a"]})), &who, asked));
        assert!(!trusts(&policy(json!({"AWS": "arn:aws:iam::2:root"})), &who, asked));
        assert!(!trusts(&policy(json!({"Service": "eks.amazonaws.com"})), &who, asked));
        assert!(trusts(
            &policy(json!({"Service": "eks.amazonaws.com"})),
            &Principal::Service("eks.amazonaws.com"),
            asked
        ));
    }
}
