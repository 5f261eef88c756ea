//! What all rules and accounts of an organisation come to together, for what Kore keeps there once for all of them.

use std::collections::BTreeSet;

use kore_api::cloud::{AccountGuardrails, AccountRuleSpec};

/// What nobody in an account can do: what its rule says now, and everything where it has none.
#[must_use]
pub fn guardrails(rule: Option<&AccountRuleSpec>) -> AccountGuardrails {
    rule.map(|rule| rule.guardrails).unwrap_or_default()
}

/// What all of these have in common; everything, where there are none.
#[must_use]
pub fn in_common(all: impl IntoIterator<Item = AccountGuardrails>) -> AccountGuardrails {
    all.into_iter().reduce(AccountGuardrails::and).unwrap_or_default()
}

/// The units below Kore's own, those of rules and those of accounts that there are, in the order of their names.
#[must_use]
pub fn units<'a>(named: impl IntoIterator<Item = Option<&'a String>>) -> Vec<String> {
    let all: BTreeSet<_> = named.into_iter().flatten().cloned().collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(guardrails: &serde_json::Value) -> AccountRuleSpec {
        serde_json::from_value(json!({ "organization": "acme", "guardrails": guardrails })).unwrap()
    }

    #[test]
    fn a_guardrail_is_lifted_by_the_accounts_own_rule_alone() {
        let free = rule(&json!({ "regions": false }));
        assert!(!guardrails(Some(&free)).regions && guardrails(Some(&free)).root_user);
        assert_eq!(guardrails(None), AccountGuardrails::default(), "an account without a rule has all of them");
    }

    #[test]
    fn what_is_in_common_is_what_each_one_has() {
        assert_eq!(in_common([]), AccountGuardrails::default());
        let rules = [json!({ "regions": false, "rootUser": false }), json!({ "regions": false })].map(|one| rule(&one));
        let common = in_common(rules.iter().map(|rule| guardrails(Some(rule))));
        let off: Vec<_> = common.named().into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect();
        assert_eq!(off, ["regions", "rootUser"]);
    }

    #[test]
    fn guardrails_are_named_as_they_are_written() {
        let one = AccountGuardrails { audit_trail: false, ..AccountGuardrails::default() };
        let written = serde_json::to_value(one).unwrap();
        for (name, holds) in one.named() {
            assert_eq!(written[name], holds);
        }
        assert_eq!(written.as_object().unwrap().len(), one.named().len());
    }

    #[test]
    fn units_are_each_there_once() {
        let (a, b) = ("a".to_owned(), "b".to_owned());
        assert_eq!(units([Some(&b), None, Some(&a), Some(&b)]), ["a", "b"]);
    }
}
