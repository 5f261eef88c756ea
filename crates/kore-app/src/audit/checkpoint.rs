//! Checkpoints: signed statements of where every chain of the audit trail stood.
//!
//! Each names the one before it by its hash, so that none can be taken out or put in between. The key is
//! not in the database, and a copy of every checkpoint is kept outside it as well ([`super::seal`]): whoever
//! can write SQL can neither make one, nor take back one that was made.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use kore_store::{Chain, ChainKey, Expected, Mark, Start, StoredCheckpoint};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a signature is for: none of one form passes for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Form {
    /// One of the numbered ones, which are kept for good.
    #[serde(rename = "kore.audit.checkpoint/1")]
    Checkpoint,
    /// What was written since, replaced every few seconds.
    #[serde(rename = "kore.audit.latest/1")]
    Latest,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Statement {
    pub(super) form: Form,
    /// 1, 2, 3 …; of [`Form::Latest`], that of the newest checkpoint.
    pub(super) number: i64,
    pub(super) at: Timestamp,
    /// [`digest`] of the checkpoint before it; empty in the first.
    pub(super) previous: String,
    /// Which key signs ([`CheckpointKey::id`]).
    pub(super) key: String,
    pub(super) chains: Vec<Stand>,
}

/// Where a chain stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Stand {
    pub(super) writer: String,
    /// Number of its first record: what was before it, retention has removed.
    pub(super) first: i64,
    /// Hash of the record before its first.
    #[serde(with = "hex_hash")]
    pub(super) before: [u8; 32],
    pub(super) last: i64,
    /// Hash of its last record.
    #[serde(with = "hex_hash")]
    pub(super) hash: [u8; 32],
}

impl Stand {
    /// The start is never read from the database, where somebody may have removed records: only retention
    /// moves it.
    pub(super) fn new(chain: Chain, starts: &BTreeMap<String, Start>) -> Self {
        let Start { sequence, before } = starts.get(&chain.writer).copied().unwrap_or_default();
        Self { writer: chain.writer, first: sequence, before, last: chain.sequence, hash: chain.hash }
    }

    pub(super) const fn start(&self) -> Start {
        Start { sequence: self.first, before: self.before }
    }
}

mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::decode(text).map_err(D::Error::custom)?;
        bytes.try_into().map_err(|_| D::Error::custom("not 32 bytes"))
    }
}

/// Why a checkpoint says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsound {
    /// Not of its form.
    #[error("cannot be read")]
    Form,
    /// With a key that is not this installation's.
    #[error("is signed with another key ({0})")]
    Key(String),
    /// Changed, or never signed.
    #[error("was changed: its signature does not hold")]
    Signature,
}

/// The key that signs checkpoints (Ed25519, RFC 8032), and what is derived from it.
pub struct CheckpointKey {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
}

impl std::fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CheckpointKey").field(&self.id()).finish()
    }
}

impl CheckpointKey {
    /// The key of a seed; `None` when the library refuses it.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Option<Self> {
        Some(Self { pair: Ed25519KeyPair::from_seed_unchecked(&seed).ok()?, seed })
    }

    /// What people tell keys apart by: the beginning of the public key's SHA-256.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(Sha256::digest(self.pair.public_key().as_ref())).chars().take(16).collect()
    }

    /// The key that seals single records.
    #[must_use]
    pub fn chain_key(&self) -> ChainKey {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.seed) else { return ChainKey([0; 32]) };
        mac.update(b"kore.audit.seal/1");
        ChainKey(mac.finalize().into_bytes().into())
    }

    pub(super) fn sign(&self, statement: &Statement) -> Result<StoredCheckpoint, serde_json::Error> {
        let body = serde_json::to_string(statement)?;
        let signature = hex::encode(self.pair.sign(body.as_bytes()));
        Ok(StoredCheckpoint { number: statement.number, body, signature })
    }

    pub(super) fn read(&self, signed: &StoredCheckpoint) -> Result<Statement, Unsound> {
        let statement: Statement = serde_json::from_str(&signed.body).map_err(|_| Unsound::Form)?;
        if statement.number != signed.number {
            return Err(Unsound::Form);
        }
        if statement.key != self.id() {
            return Err(Unsound::Key(statement.key));
        }
        let signature = hex::decode(&signed.signature).map_err(|_| Unsound::Signature)?;
        UnparsedPublicKey::new(&ED25519, self.pair.public_key().as_ref())
            .verify(signed.body.as_bytes(), &signature)
            .map_err(|_| Unsound::Signature)?;
        Ok(statement)
    }
}

/// What the next checkpoint says about this one.
pub(super) fn digest(signed: &StoredCheckpoint) -> String {
    hex::encode(Sha256::digest(format!("{}\n{}", signed.body, signed.signature)))
}

/// What checkpoints say together, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) expected: Expected,
    /// Place and fault.
    pub(super) faults: Vec<(String, String)>,
    pub(super) count: u64,
    pub(super) newest: Option<Statement>,
    /// Number and digest of the one before.
    before: Option<(i64, String)>,
}

impl Reading {
    /// Takes the next of the numbered ones.
    pub(super) fn take(&mut self, key: &CheckpointKey, signed: &StoredCheckpoint) {
        let place = format!("checkpoint {}", signed.number);
        self.count += 1;
        let before = self.before.replace((signed.number, digest(signed)));
        let statement = match key.read(signed) {
            Ok(statement) if statement.form == Form::Checkpoint => statement,
            Ok(_) => return self.faults.push((place, Unsound::Form.to_string())),
            Err(error) => return self.faults.push((place, error.to_string())),
        };
        let (number, digest) = before.unwrap_or_default();
        if statement.number != number + 1 {
            let gap = format!("does not follow checkpoint {number}: {} are missing", statement.number - number - 1);
            self.faults.push((place.clone(), gap));
        } else if statement.previous != digest {
            self.faults.push((place.clone(), "does not follow the one before it".to_owned()));
        }
        if statement.number == 1 {
            for stand in &statement.chains {
                self.expected.entry(stand.writer.clone()).or_default().unsealed = stand.last;
            }
        }
        self.mark(&statement, &format!("{place} of {:.0}", statement.at));
        self.newest = Some(statement);
    }

    /// Takes what was signed since the newest of them.
    pub(super) fn take_latest(&mut self, key: &CheckpointKey, signed: &StoredCheckpoint) {
        match key.read(signed) {
            Ok(statement) if statement.form == Form::Latest => {
                self.mark(&statement, &format!("the statement of {:.0}", statement.at));
            }
            Ok(_) => self.faults.push(("latest statement".to_owned(), Unsound::Form.to_string())),
            Err(error) => self.faults.push(("latest statement".to_owned(), error.to_string())),
        }
    }

    fn mark(&mut self, statement: &Statement, name: &str) {
        for stand in &statement.chains {
            let chain = self.expected.entry(stand.writer.clone()).or_default();
            // Starts move forward only: the latest statement may be older than the newest checkpoint.
            if stand.first > chain.start.sequence {
                chain.start = stand.start();
            }
            // The first that signed a record says the most about when it was there.
            chain.marks.entry(stand.last).or_insert_with(|| Mark { hash: stand.hash, checkpoint: name.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> CheckpointKey {
        CheckpointKey::new([seed; 32]).unwrap()
    }

    fn series(key: &CheckpointKey, count: i64) -> Vec<StoredCheckpoint> {
        let (mut signed, mut previous) = (Vec::new(), String::new());
        for number in 1..=count {
            let last = number * 10;
            let chain = Chain { writer: "w".into(), sequence: last, hash: [u8::try_from(number).unwrap(); 32] };
            let stand = Stand::new(chain, &BTreeMap::new());
            let at = Timestamp::from_second(number).unwrap();
            let statement =
                Statement { form: Form::Checkpoint, number, at, previous, key: key.id(), chains: vec![stand] };
            let next = key.sign(&statement).unwrap();
            previous = digest(&next);
            signed.push(next);
        }
        signed
    }

    fn read(key: &CheckpointKey, signed: &[StoredCheckpoint]) -> Reading {
        let mut reading = Reading::default();
        signed.iter().for_each(|signed| reading.take(key, signed));
        reading
    }

    #[test]
    fn a_series_says_where_chains_stood() {
        let (key, signed) = (key(1), series(&key(1), 3));
        let reading = read(&key, &signed);
        assert_eq!(reading.faults, []);
        let chain = &reading.expected["w"];
        assert_eq!((chain.marks.len(), chain.unsealed, chain.start), (3, 10, Start::default()));
        assert_eq!(chain.marks[&20].checkpoint, "checkpoint 2 of 1970-01-01T00:00:02Z");
        assert_eq!((reading.count, reading.newest.unwrap().number), (3, 3));
    }

    #[test]
    fn what_is_done_to_checkpoints_is_found() {
        let (mine, signed) = (key(1), series(&key(1), 4));
        let faults = |change: &dyn Fn(&mut Vec<StoredCheckpoint>)| {
            let mut signed = signed.clone();
            change(&mut signed);
            let faults = read(&mine, &signed).faults;
            faults.into_iter().map(|(place, what)| format!("{place} {what}")).collect::<Vec<_>>()
        };
        let changed = faults(&|signed| signed[1].body = signed[1].body.replace("\"last\":20", "\"last\":19"));
        assert_eq!(changed[0], "checkpoint 2 was changed: its signature does not hold");
        assert_eq!(changed[1], "checkpoint 3 does not follow the one before it");
        assert_eq!(
            faults(&|signed| drop(signed.remove(1))),
            ["checkpoint 3 does not follow checkpoint 1: 1 are missing"]
        );
        assert_eq!(
            faults(&|signed| drop(signed.remove(0)))[0],
            "checkpoint 2 does not follow checkpoint 0: 1 are missing"
        );
        let other = key(2);
        let replaced = faults(&|signed| *signed = series(&other, 4));
        assert_eq!(replaced[0], format!("checkpoint 1 is signed with another key ({})", other.id()));
        assert_eq!(replaced.len(), 4);
        // Under this key's name.
        let forged = faults(&|signed| {
            signed[3].signature = series(&other, 4)[3].signature.clone();
        });
        assert_eq!(forged, ["checkpoint 4 was changed: its signature does not hold"]);
        let moved = faults(&|signed| signed[3].number = 5);
        assert_eq!(moved, ["checkpoint 5 cannot be read"]);
    }

    #[test]
    fn a_latest_statement_is_no_checkpoint_and_never_moves_a_start_back() {
        let key = key(1);
        let mut signed = series(&key, 1);
        let mut statement = key.read(&signed[0]).unwrap();
        statement.form = Form::Latest;
        statement.chains[0].last = 15;
        let latest = key.sign(&statement).unwrap();
        let mut reading = read(&key, &signed);
        reading.take_latest(&key, &latest);
        assert_eq!((reading.faults.len(), reading.expected["w"].marks.len()), (0, 2));
        signed.push(latest);
        assert_eq!(read(&key, &signed).faults.len(), 1);
        let mut reading = read(&key, &signed[..1]);
        reading.expected.get_mut("w").unwrap().start = Start { sequence: 8, before: [1; 32] };
        reading.take_latest(&key, &signed[1]);
        assert_eq!(reading.expected["w"].start.sequence, 8);
        reading.take_latest(&key, &signed[0]);
        assert_eq!(reading.faults.len(), 1, "and a checkpoint is no latest statement");
    }

    #[test]
    fn keys_say_nothing_of_themselves() {
        let key = key(7);
        assert_eq!(key.id().len(), 16);
        assert_ne!(key.chain_key(), key_of(8));
        assert!(!format!("{key:?} {:?}", key.chain_key()).contains("7, 7"));
    }

    fn key_of(seed: u8) -> ChainKey {
        key(seed).chain_key()
    }

    proptest::proptest! {
        /// No byte of a checkpoint can be another one.
        #[test]
        fn no_byte_can_be_changed(at in 0_usize..2000, flip in 1_u8..128) {
            let key = key(3);
            let mut signed = series(&key, 1).remove(0);
            let mut body = signed.body.clone().into_bytes();
            let at = at % body.len();
            body[at] ^= flip;
            if let Ok(text) = String::from_utf8(body) {
                signed.body = text;
                proptest::prop_assert!(key.read(&signed).is_err());
            }
        }
    }
}
