//! What all rules of an organisation come to together: what Kore keeps there is one thing for all of them.

use std::collections::BTreeSet;

use kore_api::cloud::{AccountGuardrails, AccountRuleSpec};

/// The guardrails of the organisation's unit. It has one policy for all accounts, so that a guardrail holds as long as one
/// rule has it: nobody's is taken away by somebody else's rule.
#[must_use]
pub fn guardrails<'a>(rules: impl IntoIterator<Item = &'a AccountRuleSpec>) -> AccountGuardrails {
    let all = rules.into_iter().map(|rule| rule.guardrails.clone());
    all.reduce(|one, other| AccountGuardrails {
        regions: one.regions || other.regions,
        leave_organization: one.leave_organization || other.leave_organization,
        audit_trail: one.audit_trail || other.audit_trail,
        kore_roles: one.kore_roles || other.kore_roles,
        root_user: one.root_user || other.root_user,
        bootstrap_role: one.bootstrap_role || other.bootstrap_role,
    })
    .unwrap_or_default()
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

    #[test]
    fn a_guardrail_holds_as_long_as_one_rule_has_it() {
        let rule = |guardrails| -> AccountRuleSpec {
            serde_json::from_value(json!({ "organization": "acme", "guardrails": guardrails })).unwrap()
        };
        assert_eq!(guardrails([]), AccountGuardrails::default());
        let free = [rule(json!({ "regions": false, "rootUser": false })), rule(json!({ "regions": false }))];
        let held = guardrails(&free);
        assert!(!held.regions && held.root_user && held.audit_trail);
    }

    #[test]
    fn units_are_each_there_once() {
        let (a, b) = ("a".to_owned(), "b".to_owned());
        assert_eq!(units([Some(&b), None, Some(&a), Some(&b)]), ["a", "b"]);
    }
}
