//! Which teams something is for: one shape for plans and policies, and for whatever else an
//! administrator hands out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::TeamName;

/// Which teams something is for: every team, or those that are named or carry all of the labels.
/// One that says nothing of the three is for nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allocation {
    /// Every team, also those to come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// These teams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<TeamName>,
    /// Teams that carry all of these labels. While a label is used so, only platform administrators
    /// put it on teams and take it off.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Allocation {
    /// Whether it is for a team with these labels.
    #[must_use]
    pub fn covers(&self, team: &TeamName, labels: &BTreeMap<String, String>) -> bool {
        let labelled =
            || !self.labels.is_empty() && self.labels.iter().all(|(key, value)| labels.get(key) == Some(value));
        self.all || self.names.contains(team) || labelled()
    }
}

/// Every team.
impl Default for Allocation {
    fn default() -> Self {
        Self { all: true, names: Vec::new(), labels: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_for_all_for_those_named_or_for_those_with_every_label() {
        let read = |text| serde_json::from_str::<Allocation>(text).unwrap();
        let team: TeamName = "payments".parse().unwrap();
        let labels = BTreeMap::from([("tier".to_owned(), "gold".to_owned()), ("area".to_owned(), "eu".to_owned())]);
        let covers = |text| read(text).covers(&team, &labels);
        assert!(Allocation::default().covers(&team, &labels));
        assert!(covers(r#"{"all": true}"#) && covers(r#"{"names": ["fraud", "payments"]}"#));
        assert!(covers(r#"{"labels": {"tier": "gold", "area": "eu"}}"#));
        assert!(covers(r#"{"names": ["fraud"], "labels": {"tier": "gold"}}"#));
        assert!(!covers(r#"{"labels": {"tier": "gold", "area": "us"}}"#));
        assert!(!covers(r#"{"names": ["fraud"]}"#));
        assert!(!covers("{}"), "what says nothing is for nobody");
    }
}
