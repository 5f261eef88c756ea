//! How far a listener has come, as the `id:` of an event says it and `Last-Event-ID` brings it back.
//!
//! Every kind counts for itself, since one listener may hear of two kinds in another order than the
//! next. The text is good for one process and one person's view: after anything else it would hide what
//! the listener has not heard of, so that it is refused and they list again. It names its kinds, so that
//! who comes back may want others: those begin, and the rest goes on.

use std::{collections::BTreeMap, fmt::Write};

use kore_api::names::TeamName;
use kore_domain::access::Visibility;
use sha2::{Digest, Sha256};

/// Places by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    view: String,
    places: BTreeMap<&'static str, i64>,
}

impl Cursor {
    /// A cursor that has heard of nothing. `process` is what no two processes share.
    pub(super) fn new(process: &[u8], visibility: &Visibility, team: Option<&TeamName>) -> Self {
        let view = Sha256::digest(format!("{process:?} {visibility:?} {team:?}"));
        Self { view: hex::encode(view.get(..8).unwrap_or_default()), places: BTreeMap::new() }
    }

    /// The places of a text, if it is of this very view: of those of `kinds` that it names.
    pub(super) fn resumed(mut self, text: &str, kinds: &[&'static str]) -> Option<Self> {
        let mut parts = text.split('.');
        if parts.next() != Some(self.view.as_str()) {
            return None;
        }
        for part in parts {
            let (name, place) = part.split_once(':')?;
            let place = place.parse().ok()?;
            if let Some(kind) = kinds.iter().find(|kind| **kind == name) {
                self.places.insert(kind, place);
            }
        }
        Some(self)
    }

    /// How far the listener has come with a kind, if they have heard of it.
    pub(super) fn place(&self, kind: &str) -> Option<i64> {
        self.places.get(kind).copied()
    }

    /// The listener has heard of everything up to here.
    pub(super) fn reach(&mut self, kind: &'static str, place: i64) {
        self.places.insert(kind, place);
    }

    /// As `id:` has it.
    pub(super) fn text(&self) -> String {
        self.places.iter().fold(self.view.clone(), |mut text, (kind, place)| {
            // Writing to a String does not fail.
            let _ = write!(text, ".{kind}:{place}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_again_in_the_same_view_only() {
        let kinds = ["Team", "Cluster"];
        let of = |process: &[u8], team: &str| {
            let team: TeamName = team.parse().unwrap();
            Cursor::new(process, &Visibility::teams([team.clone()].into()), Some(&team))
        };
        let mut cursor = of(b"1", "payments");
        cursor.reach("Team", 7);
        cursor.reach("Cluster", 12);
        let text = cursor.text();
        assert!(text.ends_with(".Cluster:12.Team:7"), "{text}");
        assert_eq!(of(b"1", "payments").resumed(&text, &kinds), Some(cursor));
        assert_eq!(of(b"2", "payments").resumed(&text, &kinds), None, "another process");
        assert_eq!(of(b"1", "fraud").resumed(&text, &kinds), None, "other teams");
        for bad in ["", "7", &text[..text.len() - 1], &format!("{text}.1"), &text.replace("12", "x")] {
            assert_eq!(of(b"1", "payments").resumed(bad, &kinds), None, "{bad}");
        }
    }

    #[test]
    fn who_wants_other_kinds_goes_on_with_those_that_stay() {
        let fresh = || Cursor::new(b"1", &Visibility::All, None);
        let mut cursor = fresh();
        cursor.reach("Team", 7);
        cursor.reach("Cluster", 12);
        let resumed = fresh().resumed(&cursor.text(), &["Cluster", "User"]).unwrap();
        assert_eq!((resumed.place("Cluster"), resumed.place("User"), resumed.place("Team")), (Some(12), None, None));
    }
}
