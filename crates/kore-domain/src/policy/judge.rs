//! Whether the policies that apply to a cluster allow what it is.

use std::collections::BTreeMap;

use kore_api::{
    policy::{PlanPolicySpec, PolicyAccess, PolicyRefusal, PolicyRule},
    problem::FieldError,
};
use regex::Regex;
use serde_json::Value;

use super::path::{Place, dotted, governs, leaves, pointer};
use crate::plan::plain;

/// A policy and its name.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub spec: &'a PlanPolicySpec,
}

/// What all of the policies refuse, in the order of the paths. `plan` is what the plan version comes to
/// without overrides, `effective` what it comes to with them ([`crate::plan::effective`]); pointers lead
/// into the parameters. Nothing is refused when there is no policy.
///
/// Every policy must allow every parameter ([`PlanPolicySpec`] says how they combine), so that the answer
/// of several policies is that of each of them taken together.
#[must_use]
pub fn judge(policies: &[Named<'_>], plan: &Value, effective: &Value) -> Vec<FieldError> {
    let (before, after) = (leaves(plan), leaves(effective));
    let mut found = Vec::new();
    for policy in policies {
        locks(policy, &before, &after, &mut found);
        limits(policy, &before, &after, &mut found);
    }
    found.sort_by(|a, b| (&a.pointer, &a.rule).cmp(&(&b.pointer, &b.rule)));
    found
}

type Leaves<'a> = BTreeMap<Place, &'a Value>;

/// Everything that is not as the plan has it, and may not be.
fn locks(policy: &Named<'_>, before: &Leaves<'_>, after: &Leaves<'_>, found: &mut Vec<FieldError>) {
    let places = before.keys().chain(after.keys().filter(|place| !before.contains_key(*place)));
    for place in places {
        let (old, new) = (before.get(place), after.get(place));
        if old == new {
            continue;
        }
        if let Some(lock) = lock(policy.spec, place) {
            let text = |value: Option<&&Value>| value.map_or_else(|| "nothing".to_owned(), |value| plain(value));
            let says = format!("is locked at {}, not {}", text(old), text(new));
            found.push(refuse(policy, lock, "locked", place, (old, new), &says));
        }
    }
}

/// What locks a parameter: a rule, or the policy's default (`Some(None)`).
#[expect(clippy::option_option, reason = "a lock with or without a rule of its own")]
pub(super) fn lock<'a>(spec: &'a PlanPolicySpec, place: &[String]) -> Option<Option<&'a PolicyRule>> {
    let mut rules = spec.rules.iter().filter(|(path, _)| governs(path, place)).map(|(_, rule)| rule).peekable();
    if rules.peek().is_none() {
        return (spec.default == PolicyAccess::Locked).then_some(None);
    }
    rules.find(|rule| rule.access == PolicyAccess::Locked).map(Some)
}

/// Everything outside a limit, whoever set it.
fn limits(policy: &Named<'_>, before: &Leaves<'_>, after: &Leaves<'_>, found: &mut Vec<FieldError>) {
    for (path, rule) in &policy.spec.rules {
        let pattern = rule.pattern.as_deref().map(whole);
        for (place, value) in after.iter().filter(|(place, _)| governs(path, place)) {
            let old = before.get(place);
            let mut add = |keyword, says: String| {
                found.push(refuse(policy, Some(rule), keyword, place, (old, Some(value)), &says));
            };
            for one in scalars(value) {
                if !rule.values.is_empty() && !rule.values.contains(one) {
                    let allowed: Vec<_> = rule.values.iter().map(plain).collect();
                    add("enum", format!("is {}, not one of {}", plain(one), allowed.join(", ")));
                }
                if let Some(least) = rule.minimum.filter(|least| !at_least(one, *least)) {
                    add("minimum", format!("is {}, less than {least}", plain(one)));
                }
                if let Some(most) = rule.maximum.filter(|most| !at_most(one, *most)) {
                    add("maximum", format!("is {}, more than {most}", plain(one)));
                }
                // What cannot be read allows nothing; admission lets no such pattern in.
                let fits = |pattern: &Option<Regex>| {
                    pattern.as_ref().zip(one.as_str()).is_some_and(|(pattern, text)| pattern.is_match(text))
                };
                if pattern.as_ref().is_some_and(|pattern| !fits(pattern)) {
                    let wanted = rule.pattern.as_deref().unwrap_or_default();
                    add("pattern", format!("is {}, which is not of the form {wanted}", plain(one)));
                }
            }
        }
    }
}

/// A pattern over the whole text.
fn whole(pattern: &str) -> Option<Regex> {
    super::rules::pattern(pattern).ok()
}

fn scalars(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

#[expect(clippy::cast_precision_loss, reason = "numbers beyond 2^53 are no parameters")]
fn at_least(value: &Value, least: i64) -> bool {
    value.as_i64().map_or_else(|| value.as_f64().is_some_and(|value| value >= least as f64), |value| value >= least)
}

#[expect(clippy::cast_precision_loss, reason = "numbers beyond 2^53 are no parameters")]
fn at_most(value: &Value, most: i64) -> bool {
    value.as_i64().map_or_else(|| value.as_f64().is_some_and(|value| value <= most as f64), |value| value <= most)
}

fn refuse(
    policy: &Named<'_>,
    rule: Option<&PolicyRule>,
    keyword: &str,
    place: &[String],
    (old, new): (Option<&&Value>, Option<&&Value>),
    says: &str,
) -> FieldError {
    let (reason, owner) = because(policy.spec, rule);
    let detail = format!("{says}: policy {:?} of {owner}: {reason}", policy.name);
    let refusal = PolicyRefusal {
        policy: policy.name.to_owned(),
        path: dotted(place),
        value: new.map(|value| (*value).clone()),
        plan_value: old.map(|value| (*value).clone()),
        reason: reason.to_owned(),
        owner: owner.to_owned(),
    };
    FieldError { refusal: Some(Box::new(refusal)), ..FieldError::new(pointer(place), keyword, detail) }
}

/// Reason and owner of a rule; the policy's own where it has none.
pub(super) fn because<'a>(spec: &'a PlanPolicySpec, rule: Option<&'a PolicyRule>) -> (&'a str, &'a str) {
    let reason = rule.and_then(|rule| rule.reason.as_deref()).unwrap_or(&spec.reason);
    (reason, rule.and_then(|rule| rule.owner.as_deref()).unwrap_or(&spec.owner))
}
