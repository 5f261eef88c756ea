//! Guardrails that do not hold in a namespace for a while. Pure.
//!
//! A waiver is a label of the namespace, which the guardrails' policies ask for; who may set it is a question of Kore's,
//! and nobody in a cluster sets it by hand ([`crate::cluster_rbac`]). When its time is over the label goes. (Control 49 of
//! `research/incluster.md` section 5.)

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kore_api::{namespace::Waiver, problem::FieldError};

/// What the labels begin with; the guardrail's name follows.
pub const LABEL: &str = "kore.internal/waive-";

/// Guardrails that can be waived. What Pod Security refuses besides would be refused all the same, and rights over
/// everything are not waived but given for a while, by an elevation.
pub const WAIVABLE: [&str; 8] = [
    "bindings-to-everybody",
    "image-tags",
    "node-choice",
    "registries",
    "resources",
    "service-exposure",
    "token-secrets",
    "wildcard-roles",
];

/// Longest time that one is given for.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Longest reason, in characters.
const REASON: usize = 500;

/// Those of which the time is not over, by name.
#[must_use]
pub fn active(waivers: &BTreeMap<String, Waiver>, now: Timestamp) -> Vec<String> {
    waivers.iter().filter(|(_, waiver)| now < waiver.until).map(|(name, _)| name.clone()).collect()
}

/// When the next one ends.
#[must_use]
pub fn next_end(waivers: &BTreeMap<String, Waiver>, now: Timestamp) -> Option<Timestamp> {
    waivers.values().map(|waiver| waiver.until).filter(|until| now < *until).min()
}

/// All that is wrong with what is given, with pointers into the spec. What was given before stays as it is, also once it
/// is over.
#[must_use]
pub fn check(before: &BTreeMap<String, Waiver>, waivers: &BTreeMap<String, Waiver>, now: Timestamp) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (name, waiver) in waivers.iter().filter(|(name, waiver)| before.get(*name) != Some(*waiver)) {
        let pointer = format!("/waivers/{}", name.replace('~', "~0").replace('/', "~1"));
        let mut wrong = |field: &str, rule: &str, detail: String| {
            errors.push(FieldError::new(format!("{pointer}{field}"), rule, detail));
        };
        if !WAIVABLE.contains(&name.as_str()) {
            let detail = format!("{name:?} is no guardrail that can be waived: {}", WAIVABLE.join(", "));
            wrong("", "enum", detail);
        }
        if waiver.reason.trim().is_empty() || waiver.reason.chars().count() > REASON {
            wrong("/reason", "minLength", format!("say what for, in at most {REASON} characters: people read it"));
        }
        if waiver.until <= now {
            wrong("/until", "minimum", "is in the past".to_owned());
        } else if waiver.until.duration_since(now) > LONGEST {
            wrong("/until", "maximum", "is more than 90 days from now: ask again then".to_owned());
        }
    }
    errors
}

/// Part of an expression of an admission policy: whether the guardrail is waived where the request is about.
pub(crate) fn waived(guardrail: &str) -> String {
    format!(
        "(namespaceObject != null && has(namespaceObject.metadata.labels) \
         && '{LABEL}{guardrail}' in namespaceObject.metadata.labels)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiver(reason: &str, hours: i64) -> Waiver {
        Waiver { reason: reason.to_owned(), until: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours) }
    }

    fn of<const N: usize>(waivers: [(&str, Waiver); N]) -> BTreeMap<String, Waiver> {
        waivers.map(|(name, waiver)| (name.to_owned(), waiver)).into()
    }

    #[test]
    fn one_holds_until_its_end() {
        let given = of([("registries", waiver("a release", 2)), ("image-tags", waiver("a release", 5))]);
        let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        assert_eq!(active(&given, at(1)), ["image-tags", "registries"]);
        assert_eq!(next_end(&given, at(1)), Some(at(2)));
        assert_eq!(active(&given, at(2)), ["image-tags"], "not at its end any more");
        assert_eq!((active(&given, at(5)), next_end(&given, at(5))), (Vec::new(), None));
    }

    #[test]
    fn what_is_given_is_checked_and_what_was_given_stays() {
        let now = Timestamp::UNIX_EPOCH;
        let wrong = |before: &BTreeMap<_, _>, after: &BTreeMap<_, _>, now| -> Vec<String> {
            let found = check(before, after, now).into_iter();
            found.map(|error| format!("{} {}", error.pointer, error.rule)).collect()
        };
        let none = BTreeMap::new();
        assert!(wrong(&none, &of([("registries", waiver("a release", 1))]), now).is_empty());
        let bad = of([("host-path", waiver(" ", 0)), ("registries", waiver("for ever", 91 * 24))]);
        let expected = [
            "/waivers/host-path enum",
            "/waivers/host-path/reason minLength",
            "/waivers/host-path/until minimum",
            "/waivers/registries/until maximum",
        ];
        assert_eq!(wrong(&none, &bad, now), expected);
        let old = of([("registries", waiver("a release", 1))]);
        let later = now + SignedDuration::from_hours(9);
        assert!(wrong(&old, &old, later).is_empty(), "over, and no reason to refuse another change");
        assert_eq!(
            wrong(&old, &of([("registries", waiver("again", 1))]), later),
            ["/waivers/registries/until minimum"]
        );
    }
}
