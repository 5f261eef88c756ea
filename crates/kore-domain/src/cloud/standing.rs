//! What a check of an organisation comes to.

use kore_api::{
    cloud::{PurposeCheck, PurposeResult, REASON_ACCESS_LOST, REASON_NOT_CHECKED, REASON_PERMISSIONS_MISSING},
    codes::Code,
    condition::REASON_RECONCILED,
};

/// What `Ready` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether Kore can work there; none where nobody knows.
    pub ready: Option<bool>,
    /// A reason of a condition.
    pub reason: &'static str,
    /// Why, with its code where somebody must act; empty when all is well.
    pub message: String,
}

/// Purposes that are named in a message.
const NAMED: usize = 3;

/// What the checks come to. Roles that cannot be taken come first: of them nothing else is known. What nobody looked at
/// is never taken for good.
#[must_use]
pub fn standing(checks: &[PurposeCheck]) -> Standing {
    let such = |result: PurposeResult| -> Vec<&PurposeCheck> {
        checks.iter().filter(|check| check.result == result).collect()
    };
    let (unreachable, missing, unknown) =
        (such(PurposeResult::Unreachable), such(PurposeResult::Missing), such(PurposeResult::NotChecked));
    let coded = |code: Code, text: String| format!("{}: {text}", code.entry().code);
    if !unreachable.is_empty() {
        let text = named(&unreachable, |check| format!("{} in {} cannot be taken", check.role, check.account));
        Standing { ready: Some(false), reason: REASON_ACCESS_LOST, message: coded(Code::CloudAccessLost, text) }
    } else if !missing.is_empty() {
        let text =
            named(&missing, |check| format!("{} in {} lacks {}", check.role, check.account, check.missing.join(", ")));
        let message = coded(Code::CloudPermissionsMissing, text);
        Standing { ready: Some(false), reason: REASON_PERMISSIONS_MISSING, message }
    } else if let Some(first) = unknown.first() {
        let why = if first.message.is_empty() { String::new() } else { format!(": {}", first.message) };
        let message = coded(
            Code::CloudNotChecked,
            format!("{} of {} purposes were not checked{why}", unknown.len(), checks.len()),
        );
        Standing { ready: None, reason: REASON_NOT_CHECKED, message }
    } else if checks.is_empty() {
        let message = coded(Code::CloudNotChecked, "nothing was checked".to_owned());
        Standing { ready: None, reason: REASON_NOT_CHECKED, message }
    } else {
        Standing { ready: Some(true), reason: REASON_RECONCILED, message: String::new() }
    }
}

fn named(checks: &[&PurposeCheck], say: impl Fn(&PurposeCheck) -> String) -> String {
    let mut said: Vec<String> = checks.iter().take(NAMED).map(|check| say(check)).collect();
    if checks.len() > NAMED {
        said.push(format!("and {} more", checks.len() - NAMED));
    }
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(result: PurposeResult) -> PurposeCheck {
        PurposeCheck {
            purpose: "organization".to_owned(),
            role: "kore-org".to_owned(),
            account: "123456789012".to_owned(),
            result,
            missing: vec!["organizations:CreateAccount".to_owned()],
            message: "nobody was asked".to_owned(),
        }
    }

    #[test]
    fn the_missing_action_is_named() {
        let found = standing(&[check(PurposeResult::Verified), check(PurposeResult::Missing)]);
        assert_eq!((found.ready, found.reason), (Some(false), "PermissionsMissing"));
        assert_eq!(found.message, "KORE-CLOUD-0001: kore-org in 123456789012 lacks organizations:CreateAccount");
    }

    #[test]
    fn what_cannot_be_reached_comes_first_and_long_lists_end() {
        let found = standing(&[check(PurposeResult::Missing), check(PurposeResult::Unreachable)]);
        assert_eq!((found.ready, found.reason), (Some(false), "AccessLost"));
        let many = vec![check(PurposeResult::Unreachable); 5];
        assert!(standing(&many).message.ends_with("; and 2 more"), "{}", standing(&many).message);
    }

    fn result() -> impl Strategy<Value = PurposeResult> {
        prop_oneof![
            Just(PurposeResult::Verified),
            Just(PurposeResult::Missing),
            Just(PurposeResult::Unreachable),
            Just(PurposeResult::NotChecked),
        ]
    }

    proptest! {
        #[test]
        fn ready_is_what_was_looked_at_and_found_good(results in prop::collection::vec(result(), 0..6)) {
            let checks: Vec<_> = results.iter().map(|result| check(*result)).collect();
            let found = standing(&checks);
            let all = !results.is_empty() && results.iter().all(|result| *result == PurposeResult::Verified);
            prop_assert_eq!(found.ready == Some(true), all);
            let bad = |result: &PurposeResult| matches!(result, PurposeResult::Missing | PurposeResult::Unreachable);
            prop_assert_eq!(found.ready == Some(false), results.iter().any(bad));
            prop_assert_eq!(found.message.is_empty(), all);
        }
    }
}
