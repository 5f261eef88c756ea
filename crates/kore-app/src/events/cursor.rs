//! How far a listener has come, as the `id:` of an event says it and `Last-Event-ID` brings it back.
//!
//! Every kind counts for itself, since one listener may hear of two kinds in another order than the
//! next. The text is good for one process, one person's view and one interest: after anything else it
//! would hide what the listener has not heard of, so that it is refused and they list again.

use std::{collections::BTreeMap, fmt::Write};

use kore_domain::access::Visibility;
use sha2::{Digest, Sha256};

use super::Interest;

/// Places by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    view: String,
    places: BTreeMap<&'static str, i64>,
}

impl Cursor {
    /// A cursor that has heard of nothing. `process` is what no two processes share.
    pub(super) fn new(process: &[u8], visibility: &Visibility, interest: &Interest) -> Self {
        let view = Sha256::digest(format!("{process:?} {visibility:?} {interest:?}"));
        Self { view: hex::encode(view.get(..8).unwrap_or_default()), places: BTreeMap::new() }
    }

    /// The places of a text, if it is of this very view and names these kinds.
    pub(super) fn resumed(mut self, text: &str, kinds: &[&'static str]) -> Option<Self> {
        let mut parts = text.split('.');
        if parts.next() != Some(self.view.as_str()) {
            return None;
        }
        for kind in kinds {
            self.places.insert(kind, parts.next()?.parse().ok()?);
        }
        parts.next().is_none().then_some(self)
    }

    /// How far the listener has come with a kind.
    pub(super) fn place(&self, kind: &str) -> i64 {
        self.places.get(kind).copied().unwrap_or_default()
    }

    /// The listener has heard of everything up to here.
    pub(super) fn reach(&mut self, kind: &'static str, place: i64) {
        self.places.insert(kind, place);
    }

    /// As `id:` has it; the kinds are in the order in which they were asked for.
    pub(super) fn text(&self, kinds: &[&'static str]) -> String {
        kinds.iter().fold(self.view.clone(), |mut text, kind| {
            // Writing to a String does not fail.
            let _ = write!(text, ".{}", self.place(kind));
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
            let visibility = Visibility::teams([team.parse().unwrap()].into());
            Cursor::new(process, &visibility, &Interest::default())
        };
        let mut cursor = of(b"1", "payments");
        cursor.reach("Team", 7);
        cursor.reach("Cluster", 12);
        let text = cursor.text(&kinds);
        assert!(text.ends_with(".7.12"), "{text}");
        assert_eq!(of(b"1", "payments").resumed(&text, &kinds), Some(cursor));
        assert_eq!(of(b"2", "payments").resumed(&text, &kinds), None, "another process");
        assert_eq!(of(b"1", "fraud").resumed(&text, &kinds), None, "other teams");
        for bad in ["", "7", &text[..text.len() - 3], &format!("{text}.1"), &text.replace("12", "x")] {
            assert_eq!(of(b"1", "payments").resumed(bad, &kinds), None, "{bad}");
        }
    }
}
