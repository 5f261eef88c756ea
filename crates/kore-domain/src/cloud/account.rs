//! Accounts: which one a rule gives, how it is called in the cloud, and what is wrong with one as it is written.

use kore_api::{
    cloud::{AccountMode, AccountPlan, AccountRuleSpec, CloudAccountSpec},
    names::{AccountName, RuleName, TeamName},
    problem::FieldError,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::organization::{ACCOUNT, LONGEST_ACCOUNT, is_account};
use crate::account_rule::{Named, is_unit, is_word};

/// Characters of a team's name, and of a stage's, that are in the name of an account.
const TEAM: usize = 18;
const STAGE: usize = 12;
/// Characters of an organisation's name in that of an account that was there before, whose number is in it too.
const ORGANIZATION: usize = 27;
/// Characters of a digest in a name: one in 16 million is another one's.
const DIGEST: usize = 6;
/// Characters of a uid in an address.
const UID: usize = 8;

/// The account that a rule gives a team and a stage. The same for whoever asks, and another one for each that is to have one
/// of its own.
#[must_use]
pub fn vended(rule: Named<'_>, team: &TeamName, stage: Option<&str>) -> Option<(AccountName, CloudAccountSpec)> {
    let (name, rule) = (rule.name.parse::<RuleName>().ok()?, rule.spec);
    let stage = match rule.accounts.mode {
        AccountMode::PerTeamAndStage => stage.map(str::to_owned),
        AccountMode::PerTeam => None,
        AccountMode::Existing => return existing(name, rule),
    };
    let digest = digest(&[rule.organization.as_str(), team.as_str(), stage.as_deref().unwrap_or_default()]);
    let mut parts = vec![start(team.as_str(), TEAM)];
    parts.extend(stage.as_deref().map(|stage| start(stage, STAGE)));
    parts.push(&digest);
    let spec = CloudAccountSpec {
        organization: rule.organization.clone(),
        team: Some(team.clone()),
        existing: None,
        stage: stage.clone(),
        rule: Some(name),
        organizational_unit: rule.organizational_unit.clone(),
        close_when_deleted: false,
    };
    Some((parts.join("-").parse().ok()?, spec))
}

/// The account that a rule names, which all share whom it is for.
fn existing(name: RuleName, rule: &AccountRuleSpec) -> Option<(AccountName, CloudAccountSpec)> {
    let number = rule.accounts.account.clone()?;
    let called = format!("{}-{number}", start(rule.organization.as_str(), ORGANIZATION));
    let spec = CloudAccountSpec {
        organization: rule.organization.clone(),
        team: None,
        existing: Some(number),
        stage: None,
        rule: Some(name),
        organizational_unit: rule.organizational_unit.clone(),
        close_when_deleted: false,
    };
    Some((called.parse().ok()?, spec))
}

/// As [`vended`], for people.
#[must_use]
pub fn plan_of(planned: (AccountName, CloudAccountSpec), there: Option<&CloudAccountSpec>) -> AccountPlan {
    let (name, spec) = planned;
    AccountPlan { name, exists: there.is_some(), spec: there.cloned().unwrap_or(spec) }
}

/// The stage of a cluster, by which rules go: a parameter of its plan, where that has one.
#[must_use]
pub fn stage(parameters: &Value) -> Option<&str> {
    parameters.get("stage").and_then(Value::as_str).filter(|stage| !stage.is_empty())
}

/// What stands for an account where the cloud wants one word, at most 24 characters: its name, as far as there is room, and
/// what no other object has. An account that is made anew is another one: addresses of closed ones are not free again (AWS
/// Account Management, "Close an account").
#[must_use]
pub fn token(name: &str, uid: &str) -> String {
    let own: String = uid.chars().filter(char::is_ascii_alphanumeric).take(UID).collect();
    format!("{}-{own}", start(name, LONGEST_ACCOUNT - UID - 1))
}

/// The address of an account's root user, of the organisation's pattern.
#[must_use]
pub fn email(pattern: &str, name: &str, uid: &str) -> String {
    pattern.replacen(ACCOUNT, &token(name, uid), 1)
}

/// Everything that is wrong with it, by path below the spec.
#[must_use]
pub fn check_account(spec: &CloudAccountSpec) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Some(stage) = spec.stage.as_deref().filter(|stage| !is_word(stage)) {
        let detail = format!("{stage:?} is no stage: lower-case letters, digits and dashes, as production");
        errors.push(FieldError::new("/stage", "pattern", detail));
    }
    if let Some(unit) = spec.organizational_unit.as_deref().filter(|unit| !is_unit(unit)) {
        let detail = format!("{unit:?} is no name of a unit");
        errors.push(FieldError::new("/organizationalUnit", "pattern", detail));
    }
    if let Some(number) = &spec.existing {
        if !is_account(number) {
            let detail = format!("{number:?} is no account: it has 12 digits, as 123456789012");
            errors.push(FieldError::new("/existing", "pattern", detail));
        }
        if spec.close_when_deleted {
            let detail = "an account that was there before is never closed by Kore";
            errors.push(FieldError::new("/closeWhenDeleted", "conflict", detail));
        }
    } else if spec.team.is_none() {
        errors.push(FieldError::new("/team", "required", "an account that is to be made is some team's"));
    }
    errors
}

/// The first characters of a name, without a dash at their end.
fn start(name: &str, most: usize) -> &str {
    name.get(..most).unwrap_or(name).trim_end_matches('-')
}

fn digest(parts: &[&str]) -> String {
    let digest = hex::encode(Sha256::digest(parts.join("/")));
    digest.get(..DIGEST).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rule(mode: &str) -> AccountRuleSpec {
        serde_json::from_value(json!({ "organization": "acme", "accounts": { "mode": mode } })).unwrap()
    }

    fn name(mode: &str, team: &str, stage: Option<&str>) -> String {
        vended(Named { name: "rule", spec: &rule(mode) }, &team.parse().unwrap(), stage).unwrap().0.to_string()
    }

    #[test]
    fn each_that_is_to_have_one_of_its_own_has() {
        assert_eq!(name("perTeamAndStage", "payments", Some("production")), "payments-production-124c9c");
        assert_eq!(name("perTeam", "payments", Some("production")), name("perTeam", "payments", None));
        // Joined by dashes these would be the same.
        assert_ne!(name("perTeamAndStage", "a-b", Some("c")), name("perTeamAndStage", "a", Some("b-c")));
        let mut shared = rule("existing");
        shared.accounts.account = Some("123456789012".to_owned());
        let of =
            |team: &str| vended(Named { name: "rule", spec: &shared }, &team.parse().unwrap(), Some("live")).unwrap();
        assert_eq!((of("payments").0.as_str(), of("payments").1.team), ("acme-123456789012", None));
        assert_eq!(of("payments"), of("fraud"), "all share it");
    }

    #[test]
    fn an_account_is_some_teams_or_was_there_before() {
        let faults = |spec: serde_json::Value| {
            let spec: CloudAccountSpec = serde_json::from_value(spec).unwrap();
            check_account(&spec).into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert_eq!(faults(json!({ "organization": "acme" })), ["/team"]);
        assert_eq!(faults(json!({ "organization": "acme", "existing": "123456789012" })), [""; 0]);
        let wrong = json!({ "organization": "acme", "existing": "1", "closeWhenDeleted": true });
        assert_eq!(faults(wrong), ["/existing", "/closeWhenDeleted"]);
    }

    #[test]
    fn an_account_made_anew_has_another_address() {
        let of = |uid| email("aws+{account}@example.org", "payments-production-1a2b3c", uid);
        assert_eq!(of("1c6aa026-7d70-4d3c-8f3a-1"), "aws+payments-produc-1c6aa026@example.org");
        assert_ne!(of("1c6aa026-7d70-4d3c-8f3a-1"), of("9c6aa026-7d70-4d3c-8f3a-1"));
    }

    proptest! {
        #[test]
        fn whatever_they_are_called_there_is_a_name_and_room(
            team in "[a-z]([-a-z0-9]{0,38}[a-z0-9])?", stage in "[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        ) {
            let name = name("perTeamAndStage", &team, Some(&stage));
            prop_assert!(token(&name, "0f0e0d0c-1").len() <= LONGEST_ACCOUNT);
            prop_assert!(!token(&name, "0f0e0d0c-1").contains("--") || name.contains("--"));
        }
    }
}
