//! Which rule holds for a team and a stage.

use std::{cmp::Reverse, collections::BTreeMap};

use kore_api::{
    cloud::{AccountRuleSpec, RuleResult, RuleVerdict},
    names::TeamName,
};

/// A rule and its name.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub spec: &'a AccountRuleSpec,
}

/// For whom.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The team.
    pub team: &'a TeamName,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The stage; none for a cluster without one, for which only rules for every stage are.
    pub stage: Option<&'a str>,
}

/// The rule that holds: of those that are for the team and the stage the one with the highest priority, of several such
/// the first by name.
#[must_use]
pub fn which<'a>(rules: &[Named<'a>], question: &Question<'_>) -> Option<Named<'a>> {
    let fits = rules.iter().filter(|rule| misfit(rule.spec, question).is_none());
    fits.min_by_key(|rule| place(rule)).copied()
}

/// What becomes of every rule, in the order in which they are looked at.
#[must_use]
pub fn verdicts(rules: &[Named<'_>], question: &Question<'_>) -> Vec<RuleVerdict> {
    let first = which(rules, question);
    let mut sorted = rules.to_vec();
    sorted.sort_by_key(|rule| place(rule));
    let verdict = |rule: &Named<'_>| {
        let (result, why) = match (misfit(rule.spec, question), first) {
            (Some(misfit), _) => misfit,
            (None, Some(first)) if first.name != rule.name => (RuleResult::Outranked, outranked(&first, rule)),
            (None, _) => (RuleResult::Applies, "the first that is for the team and the stage".to_owned()),
        };
        RuleVerdict {
            rule: rule.name.to_owned(),
            organization: rule.spec.organization.clone(),
            priority: rule.spec.priority,
            result,
            why,
        }
    };
    sorted.iter().map(verdict).collect()
}

fn place<'a>(rule: &Named<'a>) -> (Reverse<i32>, &'a str) {
    (Reverse(rule.spec.priority), rule.name)
}

/// Why a rule is not for them.
fn misfit(rule: &AccountRuleSpec, question: &Question<'_>) -> Option<(RuleResult, String)> {
    if !rule.teams.covers(question.team, question.labels) {
        return Some((RuleResult::NotForTeam, format!("is not for team {}", question.team)));
    }
    let only = || format!("is for stage {} only", rule.stages.join(", "));
    match question.stage {
        _ if rule.stages.is_empty() => None,
        Some(stage) if rule.stages.iter().any(|one| one == stage) => None,
        Some(stage) => Some((RuleResult::NotForStage, format!("{}, not {stage}", only()))),
        None => Some((RuleResult::NotForStage, format!("{}, and no stage is asked about", only()))),
    }
}

fn outranked(first: &Named<'_>, rule: &Named<'_>) -> String {
    if first.spec.priority == rule.spec.priority {
        format!("{} comes first by name, at the same priority", first.name)
    } else {
        format!("{} has priority {}, this one {}", first.name, first.spec.priority, rule.spec.priority)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "callers write the rest in place")]
    fn rule(more: Value) -> AccountRuleSpec {
        let mut spec = json!({ "organization": "acme" });
        json_patch::merge(&mut spec, &more);
        serde_json::from_value(spec).unwrap()
    }

    fn ask(rules: &[(&str, AccountRuleSpec)], stage: Option<&str>) -> (Option<String>, Vec<String>) {
        let named: Vec<_> = rules.iter().map(|(name, spec)| Named { name, spec }).collect();
        let team = "payments".parse().unwrap();
        let labels = BTreeMap::from([("tier".to_owned(), "gold".to_owned())]);
        let question = Question { team: &team, labels: &labels, stage };
        let why = verdicts(&named, &question).into_iter().map(|one| format!("{}: {}", one.rule, one.why)).collect();
        (which(&named, &question).map(|one| one.name.to_owned()), why)
    }

    #[test]
    fn the_highest_priority_holds_then_the_name() {
        let rules = [
            ("common", rule(json!({}))),
            ("gold", rule(json!({ "priority": 10, "teams": { "labels": { "tier": "gold" } } }))),
            ("gilt", rule(json!({ "priority": 10, "teams": { "names": ["payments"] } }))),
            ("fraud", rule(json!({ "priority": 20, "teams": { "names": ["fraud"] } }))),
            ("production", rule(json!({ "priority": 30, "stages": ["production"] }))),
        ];
        let (held, why) = ask(&rules, Some("dev"));
        assert_eq!(held.as_deref(), Some("gilt"));
        assert_eq!(
            why,
            [
                "production: is for stage production only, not dev",
                "fraud: is not for team payments",
                "gilt: the first that is for the team and the stage",
                "gold: gilt comes first by name, at the same priority",
                "common: gilt has priority 10, this one 0",
            ]
        );
        assert_eq!(ask(&rules, Some("production")).0.as_deref(), Some("production"));
        assert_eq!(ask(&rules, None).1[0], "production: is for stage production only, and no stage is asked about");
        assert_eq!(ask(&rules[3..4], None).0, None);
    }

    fn any_rule() -> impl Strategy<Value = AccountRuleSpec> {
        let teams = prop_oneof![
            Just(json!({ "all": true })),
            Just(json!({ "names": ["payments"] })),
            Just(json!({ "names": ["fraud"] })),
            Just(json!({ "labels": { "tier": "gold" } })),
            Just(json!({})),
        ];
        let stages = prop_oneof![Just(json!([])), Just(json!(["dev"])), Just(json!(["dev", "production"]))];
        (teams, stages, -2..2_i32).prop_map(|(teams, stages, priority)| {
            let mut spec = json!({ "organization": "acme", "stages": stages, "priority": priority });
            // A merge patch would keep `all` of the default.
            spec["teams"] = teams;
            serde_json::from_value(spec).unwrap()
        })
    }

    proptest! {
        #[test]
        fn exactly_one_holds_or_none_whatever_their_order(
            specs in prop::collection::vec(any_rule(), 0..6),
            turn in 0..6_usize,
            stage in prop_oneof![Just(None), Just(Some("dev")), Just(Some("production")), Just(Some("other"))],
        ) {
            let mut rules: Vec<(String, AccountRuleSpec)> =
                specs.into_iter().enumerate().map(|(at, spec)| (format!("rule-{at}"), spec)).collect();
            let named = |rules: &[(String, AccountRuleSpec)]| {
                let borrowed: Vec<_> = rules.iter().map(|(name, spec)| (name.as_str(), spec.clone())).collect();
                ask(&borrowed, stage)
            };
            let (held, why) = named(&rules);
            let all = verdict_results(&rules, stage);
            let applies = all.iter().filter(|one| one.result == RuleResult::Applies).count();
            let fitting = all.iter().filter(|one| matches!(one.result, RuleResult::Applies | RuleResult::Outranked)).count();
            prop_assert_eq!(applies, usize::from(fitting > 0));
            prop_assert_eq!(held.is_some(), applies == 1);
            prop_assert_eq!(all.len(), rules.len());
            if !rules.is_empty() {
                let middle = turn % rules.len();
                rules.rotate_left(middle);
            }
            prop_assert_eq!((held, why), named(&rules));
        }
    }

    fn verdict_results(rules: &[(String, AccountRuleSpec)], stage: Option<&str>) -> Vec<RuleVerdict> {
        let named: Vec<_> = rules.iter().map(|(name, spec)| Named { name, spec }).collect();
        let team = "payments".parse().unwrap();
        let labels = BTreeMap::from([("tier".to_owned(), "gold".to_owned())]);
        verdicts(&named, &Question { team: &team, labels: &labels, stage })
    }
}
