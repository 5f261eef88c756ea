//! What is wrong with a rule as it is written.

use kore_api::{
    cloud::{AccountMode, AccountRuleSpec},
    problem::FieldError,
};

use crate::cloud::is_account;

/// Longest name of a unit: leaves room in paths of units (AWS Organizations API Reference: 128 characters).
const LONGEST_UNIT: usize = 64;

/// Everything that is wrong with it, by path below the spec.
#[must_use]
pub fn check_rule(spec: &AccountRuleSpec) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |path: &str, rule: &str, detail: String| errors.push(FieldError::new(path, rule, detail));
    for (at, stage) in spec.stages.iter().enumerate() {
        if !is_word(stage) {
            let detail = format!("{stage:?} is no stage: lower-case letters, digits and dashes, as production");
            wrong(&format!("/stages/{at}"), "pattern", detail);
        } else if spec.stages.iter().take(at).any(|before| before == stage) {
            wrong(&format!("/stages/{at}"), "unique", format!("{stage} is there twice"));
        }
    }
    match (spec.accounts.mode, spec.accounts.account.as_deref()) {
        (AccountMode::Existing, None) => {
            wrong("/accounts/account", "required", "says which account there is, by its 12 digits".to_owned());
        }
        (AccountMode::Existing, Some(account)) if !is_account(account) => {
            wrong("/accounts/account", "pattern", format!("{account:?} is no account: it has 12 digits"));
        }
        (AccountMode::PerTeam | AccountMode::PerTeamAndStage, Some(_)) => {
            let detail = "is for the mode existing only: accounts of other modes are made".to_owned();
            wrong("/accounts/account", "mode", detail);
        }
        _ => {}
    }
    if let Some(unit) = &spec.organizational_unit
        && !is_unit(unit)
    {
        let detail = format!("{unit:?} is no name of a unit: letters, digits, spaces, dashes, at most {LONGEST_UNIT}");
        wrong("/organizationalUnit", "pattern", detail);
    }
    if let Some(budget) = &spec.monthly_budget {
        if budget.amount == 0 {
            wrong("/monthlyBudget/amount", "minimum", "is at least 1".to_owned());
        }
        if budget.currency.len() != 3 || !budget.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let detail = format!("{:?} is no currency: three capitals, as USD", budget.currency);
            wrong("/monthlyBudget/currency", "pattern", detail);
        }
    }
    errors
}

pub(crate) fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && text.starts_with(|one: char| one.is_ascii_lowercase())
        && !text.ends_with('-')
}

pub(crate) fn is_unit(text: &str) -> bool {
    (1..=LONGEST_UNIT).contains(&text.len())
        && text.trim() == text
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "callers write the rest in place")]
    fn pointers(more: Value) -> Vec<String> {
        let mut spec = json!({ "organization": "acme" });
        json_patch::merge(&mut spec, &more);
        check_rule(&serde_json::from_value(spec).unwrap()).into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_rule_that_says_nothing_but_where_is_good_and_safe() {
        let spec: AccountRuleSpec = serde_json::from_value(json!({ "organization": "acme" })).unwrap();
        assert_eq!(check_rule(&spec), []);
        let guards = serde_json::to_value(spec.guardrails).unwrap();
        assert!(guards.as_object().unwrap().values().all(|one| one == true), "{guards}");
        let one: AccountRuleSpec =
            serde_json::from_value(json!({ "organization": "acme", "guardrails": { "regions": false } })).unwrap();
        assert!(!one.guardrails.regions && one.guardrails.root_user, "what is not named stays");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(pointers(json!({ "stages": ["Production", "dev", "dev"] })), ["/stages/0", "/stages/2"]);
        assert_eq!(pointers(json!({ "accounts": { "mode": "existing" } })), ["/accounts/account"]);
        assert_eq!(pointers(json!({ "accounts": { "mode": "existing", "account": "12" } })), ["/accounts/account"]);
        assert_eq!(pointers(json!({ "accounts": { "account": "123456789012" } })), ["/accounts/account"]);
        assert!(pointers(json!({ "accounts": { "mode": "existing", "account": "123456789012" } })).is_empty());
        assert_eq!(pointers(json!({ "organizationalUnit": "a/b" })), ["/organizationalUnit"]);
        let budget = json!({ "monthlyBudget": { "amount": 0, "currency": "dollars" } });
        assert_eq!(pointers(budget), ["/monthlyBudget/amount", "/monthlyBudget/currency"]);
    }
}
