//! The chain itself, without a database: what a record's hash covers, and whether rows are the chain that
//! they should be.
//!
//! A hash covers the record, its writer, its number and the hash before it: changing, inserting or
//! removing a record breaks the chain from there on. A seal is the hash under a key that is not in the
//! database: nobody without the key adds a record. What neither can tell, a tail that was cut off, signed
//! checkpoints tell ([`Expected`]).

use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::entity::audit_record;

/// Seals records; never in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct ChainKey(pub [u8; 32]);

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKey(…)")
    }
}

/// Where a chain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Whose.
    pub writer: String,
    /// Number of its last record.
    pub sequence: i64,
    /// Hash of its last record.
    pub hash: [u8; 32],
}

/// Where a chain begins: at its first record, or where retention has left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Number of the first record.
    pub sequence: i64,
    /// Hash of the record before it; zeros when there was none.
    pub before: [u8; 32],
}

impl Default for Start {
    fn default() -> Self {
        Self { sequence: 1, before: [0; 32] }
    }
}

/// What signed checkpoints say about one writer's chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedChain {
    /// Where it begins, as the newest of them says.
    pub start: Start,
    /// Hash of the record with this number, and the checkpoint that signed it.
    pub marks: BTreeMap<i64, Mark>,
    /// Records up to this one may be without a seal: they are older than sealing, and the first
    /// checkpoint signed them.
    pub unsealed: i64,
}

/// A place that a checkpoint signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The record's hash.
    pub hash: [u8; 32],
    /// Which checkpoint, as people read it.
    pub checkpoint: String,
}

/// What signed checkpoints say, by writer.
pub type Expected = BTreeMap<String, ExpectedChain>;

/// What checking the chains found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Records looked at, by writer.
    pub records: BTreeMap<String, u64>,
    /// Number of the first and last record, by writer.
    pub ends: BTreeMap<String, (i64, i64)>,
    /// Where chains do not hold; of each kind the first place of each writer.
    pub breaks: Vec<ChainBreak>,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    /// Whose chain.
    pub writer: String,
    /// Number of the record that does not fit, or is missing.
    pub sequence: i64,
    /// What does not fit.
    pub reason: String,
}

/// Length-prefixed, so that no two records have the same bytes.
pub(crate) fn hash(row: &audit_record::Model) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: Option<&[u8]>| match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    };
    add(Some(&row.previous));
    add(Some(row.writer.as_bytes()));
    add(Some(&row.sequence.to_be_bytes()));
    add(Some(row.id.as_bytes()));
    add(Some(&row.at.to_be_bytes()));
    for text in [&row.actor, &row.action, &row.object, &row.result, &row.source] {
        add(Some(text.as_bytes()));
    }
    for text in [&row.team, &row.code, &row.address, &row.request_id, &row.detail] {
        add(text.as_deref().map(str::as_bytes));
    }
    add(row.status.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    // Last, and nothing at all where there are none: most records have none.
    if let Some(changes) = &row.changes {
        add(Some(changes.as_bytes()));
    }
    hash.finalize().into()
}

pub(crate) fn seal(key: &ChainKey, hash: &[u8]) -> Vec<u8> {
    sealing(key, hash).map_or_else(Vec::new, |mac| mac.finalize().into_bytes().to_vec())
}

fn sealing(key: &ChainKey, hash: &[u8]) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of every length, so that there always is one.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).ok()?;
    mac.update(hash);
    Some(mac)
}

/// In constant time.
pub(crate) fn seal_holds(key: &ChainKey, sealed: &[u8], given: &[u8]) -> bool {
    sealing(key, sealed).is_some_and(|mac| mac.verify_slice(given).is_ok())
}

fn sealed(key: &ChainKey, row: &audit_record::Model) -> bool {
    seal_holds(key, &row.hash, row.seal.as_deref().unwrap_or_default())
}

/// Follows one chain row by row.
pub(crate) struct Walk<'a> {
    writer: &'a str,
    expected: &'a ExpectedChain,
    key: Option<&'a ChainKey>,
    first: Option<i64>,
    last: Option<(i64, Vec<u8>)>,
    seen: u64,
    /// The first break of each kind.
    chain: Option<ChainBreak>,
    sealing: Option<ChainBreak>,
    marks: Option<ChainBreak>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(writer: &'a str, expected: &'a ExpectedChain, key: Option<&'a ChainKey>) -> Self {
        Self { writer, expected, key, first: None, last: None, seen: 0, chain: None, sealing: None, marks: None }
    }

    fn found(&self, sequence: i64, reason: impl Into<String>) -> ChainBreak {
        ChainBreak { writer: self.writer.to_owned(), sequence, reason: reason.into() }
    }

    /// Takes the next row, by number.
    pub(crate) fn next(&mut self, row: &audit_record::Model) {
        if self.chain.is_none() {
            self.chain = self.misfit(row).map(|reason| self.found(row.sequence, reason));
        }
        if self.sealing.is_none()
            && row.sequence > self.expected.unsealed
            && self.key.is_some_and(|key| !sealed(key, row))
        {
            self.sealing = Some(self.found(row.sequence, "Kore did not write it: its seal is missing or false"));
        }
        if self.marks.is_none()
            && let Some(mark) = self.expected.marks.get(&row.sequence)
            && mark.hash.as_slice() != row.hash
        {
            let reason = format!("{} signed another record in its place: the chain was computed anew", mark.checkpoint);
            self.marks = Some(self.found(row.sequence, reason));
        }
        self.first.get_or_insert(row.sequence);
        self.last = Some((row.sequence, row.hash.clone()));
        self.seen = self.seen.saturating_add(1);
    }

    fn misfit(&self, row: &audit_record::Model) -> Option<String> {
        let Start { sequence, before } = self.expected.start;
        match &self.last {
            // What lies before the start is being removed by retention.
            None if row.sequence > sequence => return Some(missing(sequence, row.sequence - 1)),
            None => {}
            Some((last, _)) if row.sequence != last.saturating_add(1) => {
                return Some(missing(last.saturating_add(1), row.sequence - 1));
            }
            Some((_, hash)) if *hash != row.previous => {
                return Some("it does not follow the record before it".to_owned());
            }
            Some(_) => {}
        }
        if row.sequence == sequence && row.previous != before {
            return Some("it does not follow what was before it".to_owned());
        }
        (hash(row).as_slice() != row.hash).then(|| "it was changed".to_owned())
    }

    /// What there was, when there are no more rows.
    pub(crate) fn end(mut self, verdict: &mut AuditVerdict) {
        let last = self.last.as_ref().map_or(0, |(sequence, _)| *sequence);
        if self.marks.is_none()
            && let Some((sequence, mark)) =
                self.expected.marks.last_key_value().filter(|(sequence, _)| **sequence > last)
        {
            let from = last.saturating_add(1).max(self.expected.start.sequence.min(*sequence));
            let what = missing(from, *sequence);
            let reason = format!("the end is cut off: {what}, and {} signed the last of them", mark.checkpoint);
            self.marks = Some(self.found(from, reason));
        }
        if self.seen > 0 {
            verdict.records.insert(self.writer.to_owned(), self.seen);
            verdict.ends.insert(self.writer.to_owned(), (self.first.unwrap_or_default(), last));
        }
        verdict.breaks.extend(self.broken());
    }

    /// What does not hold of the rows so far.
    pub(crate) fn broken(self) -> Vec<ChainBreak> {
        [self.chain, self.sealing, self.marks].into_iter().flatten().collect()
    }
}

fn missing(from: i64, to: i64) -> String {
    if from == to { format!("record {from} is missing") } else { format!("records {from} to {to} are missing") }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KEY: ChainKey = ChainKey([9; 32]);

    fn build(count: i64, actor: &str) -> Vec<audit_record::Model> {
        let mut rows: Vec<audit_record::Model> = (1..=count).map(|sequence| row(sequence, actor)).collect();
        compute(&mut rows, Some(&KEY));
        rows
    }

    fn row(sequence: i64, actor: &str) -> audit_record::Model {
        audit_record::Model {
            id: Uuid::from_u64_pair(1, sequence.cast_unsigned()),
            at: sequence,
            actor: actor.to_owned(),
            action: "a".into(),
            team: None,
            object: "o".into(),
            result: "allowed".into(),
            status: None,
            code: None,
            source: "cli".into(),
            address: None,
            request_id: None,
            detail: None,
            writer: "w".into(),
            sequence,
            previous: Vec::new(),
            hash: Vec::new(),
            changes: (sequence % 2 == 0).then(|| "[]".to_owned()),
            seal: None,
        }
    }

    /// As an attacker does it who knows how hashes are made, with the key or without.
    fn compute(rows: &mut [audit_record::Model], key: Option<&ChainKey>) {
        let mut previous = vec![0; 32];
        for row in rows {
            row.previous = previous;
            row.hash = hash(row).to_vec();
            if let Some(key) = key {
                row.seal = Some(seal(key, &row.hash));
            }
            previous = row.hash.clone();
        }
    }

    fn expected(rows: &[audit_record::Model], marks: &[usize]) -> ExpectedChain {
        let mark = |index: &usize| {
            let row = &rows[*index];
            (row.sequence, Mark { hash: row.hash.clone().try_into().unwrap(), checkpoint: "checkpoint 1".into() })
        };
        ExpectedChain { marks: marks.iter().map(mark).collect(), ..ExpectedChain::default() }
    }

    fn verify(rows: &[audit_record::Model], expected: &ExpectedChain, key: Option<&ChainKey>) -> Vec<(i64, String)> {
        let mut verdict = AuditVerdict::default();
        let mut walk = Walk::new("w", expected, key);
        rows.iter().for_each(|row| walk.next(row));
        walk.end(&mut verdict);
        verdict.breaks.into_iter().map(|found| (found.sequence, found.reason)).collect()
    }

    #[test]
    fn a_chain_that_nobody_touched_holds() {
        let rows = build(9, "ana");
        assert_eq!(verify(&rows, &expected(&rows, &[3, 8]), Some(&KEY)), []);
        assert_eq!(verify(&[], &ExpectedChain::default(), Some(&KEY)), []);
    }

    #[test]
    fn every_attack_is_found() {
        let rows = build(9, "ana");
        let signed = expected(&rows, &[3, 8]);
        let attack = |change: &dyn Fn(&mut Vec<audit_record::Model>)| {
            let mut rows = rows.clone();
            change(&mut rows);
            verify(&rows, &signed, Some(&KEY)).into_iter().map(|(at, why)| format!("{at}: {why}")).collect::<Vec<_>>()
        };
        let changed = attack(&|rows| rows[4].actor = "eve".into());
        assert_eq!(changed, ["5: it was changed"]);
        let middle = attack(&|rows| drop(rows.drain(4..6)));
        assert_eq!(middle, ["7: records 5 to 6 are missing"]);
        let head = attack(&|rows| drop(rows.drain(..2)));
        assert_eq!(head, ["3: records 1 to 2 are missing"]);
        let tail = attack(&|rows| rows.truncate(6));
        let why = "records 7 to 9 are missing, and checkpoint 1 signed the last of them";
        assert_eq!(tail, [format!("7: the end is cut off: {why}")]);
        let all = attack(&Vec::clear);
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].starts_with("1: the end is cut off: records 1 to 9"), "{all:?}");
        // Recomputed from the changed record on; the seals are the old ones, or none.
        let anew = attack(&|rows| {
            rows[4].actor = "eve".into();
            compute(rows, None);
        });
        assert_eq!(anew.len(), 2, "{anew:?}");
        assert!(anew[0].starts_with("5: Kore did not write it") && anew[1].starts_with("9: checkpoint 1"), "{anew:?}");
        // Added at the end, where no checkpoint is yet.
        let added = attack(&|rows| {
            rows.push(row(10, "eve"));
            let seals: Vec<_> = rows.iter().map(|row| row.seal.clone()).collect();
            compute(rows, None);
            rows.iter_mut().zip(seals).for_each(|(row, seal)| row.seal = seal);
        });
        assert_eq!(added, ["10: Kore did not write it: its seal is missing or false"]);
        // With another key.
        let keyed = attack(&|rows| compute(rows, Some(&ChainKey([1; 32]))));
        assert_eq!(keyed.len(), 1, "{keyed:?}");
    }

    #[test]
    fn what_a_checkpoint_did_not_sign_can_be_cut_off() {
        let rows = build(9, "ana");
        assert_eq!(verify(&rows[..6], &expected(&rows, &[3, 5]), Some(&KEY)), [], "as the documents say");
    }

    #[test]
    fn what_retention_removed_is_not_missed_and_nothing_more() {
        let rows = build(9, "ana");
        let start = Start { sequence: 5, before: rows[3].hash.clone().try_into().unwrap() };
        let signed = ExpectedChain { start, ..expected(&rows, &[2, 6]) };
        for from in 0..=4 {
            assert_eq!(verify(&rows[from..], &signed, Some(&KEY)), [], "under way: {from}");
        }
        assert_eq!(verify(&rows[5..], &signed, Some(&KEY)), [(6, "record 5 is missing".to_owned())]);
        let other = ExpectedChain { start: Start { before: [7; 32], ..start }, ..signed };
        assert_eq!(verify(&rows[4..], &other, Some(&KEY))[0].0, 5);
    }

    #[test]
    fn records_that_are_older_than_sealing_need_no_seal() {
        let mut rows = build(6, "ana");
        rows[..3].iter_mut().for_each(|row| row.seal = None);
        let signed = ExpectedChain { unsealed: 3, ..expected(&rows, &[2]) };
        assert_eq!(verify(&rows, &signed, Some(&KEY)), []);
        assert_eq!(verify(&rows, &ExpectedChain { unsealed: 2, ..signed }, Some(&KEY))[0].0, 3);
        assert_eq!(verify(&rows, &ExpectedChain::default(), None), [], "nobody asks without a key");
    }

    proptest::proptest! {
        /// Whatever a hand does to one byte of a row, or to the order of rows, it is found.
        #[test]
        fn no_change_goes_unseen(count in 2_i64..12, at in 0_usize..12, field in 0_u8..9) {
            let mut touched = build(count, "ana");
            let signed = expected(&touched, &[touched.len() - 1]);
            let at = at % touched.len();
            match field {
                0 => touched[at].actor.push('x'),
                1 => touched[at].at += 1,
                2 => touched[at].team = Some(String::new()),
                3 => touched[at].status = Some(0),
                4 => touched[at].changes = Some("[{}]".into()),
                5 => touched[at].hash[0] ^= 1,
                6 => touched[at].previous[31] ^= 1,
                7 => drop(touched.remove(at)),
                _ => touched[at].seal = Some(vec![0; 32]),
            }
            proptest::prop_assert!(!verify(&touched, &signed, Some(&KEY)).is_empty());
        }
    }
}
