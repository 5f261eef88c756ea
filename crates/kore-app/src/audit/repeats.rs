//! Refusals that anybody can provoke as often as they like, in bounded numbers.

use std::{collections::HashMap, net::IpAddr};

use jiff::{SignedDuration, Timestamp};
use kore_api::audit::AuditRecord;

use crate::limits::network;

/// How long refusals of one kind to one caller count as one.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// Callers and kinds that are told apart at the same time; all others are counted together.
const APART: usize = 256;

/// Which refusals are one. Somebody with a network of their own (IPv6) is one caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    actor: String,
    peer: Option<IpAddr>,
    object: String,
    code: Option<String>,
}

#[derive(Debug)]
struct Window {
    ends: Timestamp,
    more: u64,
    last: AuditRecord,
}

/// The windows that are open. Two records a window at most.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    open: HashMap<Key, Window>,
}

impl Repeats {
    /// Counts a refusal; what is to be recorded now.
    pub(super) fn note(&mut self, mut record: AuditRecord) -> Vec<AuditRecord> {
        let mut due = self.due(record.at);
        let mut key = key(&record);
        if !self.open.contains_key(&key) && self.open.len() >= APART {
            key = Key { actor: "?".to_owned(), peer: None, object: "?".to_owned(), code: None };
            key.actor.clone_into(&mut record.actor);
            key.object.clone_into(&mut record.object);
            record.address = None;
            record.detail = Some("one of many callers".to_owned());
        }
        match self.open.get_mut(&key) {
            Some(window) => {
                window.more = window.more.saturating_add(1);
                window.last = record;
            }
            None => {
                let ends = record.at.checked_add(WINDOW).unwrap_or(Timestamp::MAX);
                self.open.insert(key, Window { ends, more: 0, last: record.clone() });
                due.push(record);
            }
        }
        due
    }

    /// Closes windows that have ended; what they counted.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<AuditRecord> {
        let ended = self.open.extract_if(|_, window| window.ends <= now);
        let mut due: Vec<_> = ended.filter_map(|(_, window)| window.summary()).collect();
        due.sort_by_key(|record| record.at);
        due
    }
}

impl Window {
    fn summary(self) -> Option<AuditRecord> {
        let Self { more, last, .. } = self;
        (more > 0).then(|| AuditRecord { detail: Some(format!("{more} more within a minute")), ..last })
    }
}

fn key(record: &AuditRecord) -> Key {
    let peer = record.address.as_deref().and_then(|address| address.parse().ok()).map(network);
    Key { actor: record.actor.clone(), peer, object: record.object.clone(), code: record.code.clone() }
}

#[cfg(test)]
mod tests {
    use kore_api::audit::AuditResult;

    use super::*;

    fn refusal(second: i64, address: &str) -> AuditRecord {
        AuditRecord {
            id: String::new(),
            at: Timestamp::from_second(second).unwrap(),
            actor: "anonymous".into(),
            action: "authenticate".into(),
            team: None,
            object: "GET /api/v1/whoami".into(),
            result: AuditResult::Denied,
            status: Some(401),
            code: Some("KORE-AUTH-0001".into()),
            source: "api".into(),
            address: Some(address.into()),
            request_id: None,
            detail: None,
            changes: Vec::new(),
        }
    }

    #[test]
    fn a_flood_is_two_records_a_minute() {
        let mut repeats = Repeats::default();
        let recorded: Vec<_> = (0..600).flat_map(|n| repeats.note(refusal(n / 10, "192.0.2.1"))).collect();
        assert_eq!(recorded.len(), 1, "{recorded:?}");
        assert_eq!(repeats.note(refusal(0, "192.0.2.2")).len(), 1, "another caller is another record");
        let due = repeats.due(Timestamp::from_second(60).unwrap());
        assert_eq!(due.len(), 1, "nothing was counted for the other");
        assert_eq!(due[0].detail.as_deref(), Some("599 more within a minute"));
        assert!(repeats.due(Timestamp::MAX).is_empty());
    }

    #[test]
    fn a_flood_from_everywhere_is_bounded_too() {
        let mut repeats = Repeats::default();
        let from = |n: u32| format!("2001:db8:{:x}:{:x}::1", n >> 16, n & 0xffff);
        let recorded: usize = (0..100_000).map(|n| repeats.note(refusal(0, &from(n))).len()).sum();
        assert_eq!(recorded, APART + 1);
        let due = repeats.due(Timestamp::MAX);
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].detail.as_deref(), Some(format!("{} more within a minute", 100_000 - APART - 1).as_str()));
        assert_eq!(due[0].address, None);
    }

    #[test]
    fn whoever_has_a_network_is_one_caller() {
        let mut repeats = Repeats::default();
        let recorded: usize = (0..50).map(|n| repeats.note(refusal(0, &format!("2001:db8::{n:x}"))).len()).sum();
        assert_eq!(recorded, 1);
    }
}
