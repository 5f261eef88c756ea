//! Whether the audit trail is what Kore wrote: records against their chains, chains against signed
//! checkpoints, checkpoints in the database against those outside it.

use jiff::Timestamp;
use kore_api::audit::{AuditChain, AuditFinding, AuditVerification};
use kore_domain::access::{Authorized, OpContext, Permission, Platform};
use kore_store::{Store, StoredCheckpoint};

use super::{
    checkpoint::Reading,
    seal::{Copies, Seal, SealError},
};
use crate::{App, AppError};

impl App {
    /// Verifies the audit trail. One at a time: it reads everything.
    ///
    /// # Errors
    /// 403; when database or key directory do not answer. What is wrong with the trail is in the answer.
    pub async fn verify_audit(&self, cx: &OpContext) -> Result<AuditVerification, AppError> {
        let proof = self.authorize(cx, Permission::AuditReadPlatform, Platform, "auditrecords").await?;
        verify(&self.store, &proof, &self.keeping.seal, cx.now).await.map_err(|error| match error {
            SealError::Store(error) => error.into(),
            other => AppError::internal(other),
        })
    }
}

/// Verifies the audit trail of a database against a key directory.
///
/// # Errors
/// When one of them cannot be read.
pub async fn verify(
    store: &Store,
    proof: &Authorized<Platform>,
    seal: &Seal,
    now: Timestamp,
) -> Result<AuditVerification, SealError> {
    let _held = seal.hold().await;
    let Copies { file, database, latest } = seal.read_all(store).await?;
    let mut faults = compare(&file, &database);
    let mut reading = Reading::default();
    // Those that only the database has count too: their signatures tell whether they are Kore's.
    let beyond = file.last().map_or(0, |last| last.number);
    for signed in file.iter().chain(database.iter().filter(|signed| signed.number > beyond)) {
        reading.take(seal.key(), signed);
    }
    if let Some(latest) = &latest {
        reading.take_latest(seal.key(), latest);
    }
    faults.append(&mut reading.faults);
    let verdict = store.verify_audit(proof, &reading.expected).await?;
    let finding = |(place, what)| AuditFinding { place, what };
    let broken = |found: kore_store::ChainBreak| AuditFinding {
        place: format!("record {} of {}", found.sequence, found.writer),
        what: found.reason,
    };
    let findings: Vec<_> = faults.into_iter().map(finding).chain(verdict.breaks.into_iter().map(broken)).collect();
    let chain = |(writer, (first, last)): (String, (i64, i64))| AuditChain {
        signed: reading.expected.get(&writer).and_then(|chain| chain.marks.keys().next_back().copied()).unwrap_or(0),
        records: verdict.records.get(&writer).copied().unwrap_or_default(),
        writer,
        first,
        last,
    };
    Ok(AuditVerification {
        intact: findings.is_empty(),
        at: now,
        records: verdict.records.values().sum(),
        chains: verdict.ends.into_iter().map(chain).collect(),
        checkpoints: reading.count,
        last_checkpoint: reading.newest.map(|newest| newest.at),
        key: seal.key().id(),
        findings,
    })
}

/// What one of the two has and the other has not, or has otherwise; neighbours are one finding.
fn compare(file: &[StoredCheckpoint], database: &[StoredCheckpoint]) -> Vec<(String, String)> {
    #[derive(PartialEq, Clone, Copy)]
    enum Fault {
        NotCopied,
        OnlyCopied,
        Different,
    }
    let mut faults: Vec<(Fault, i64, i64)> = Vec::new();
    let mut note = |fault: Fault, number: i64| match faults.last_mut() {
        Some((last, _, to)) if *last == fault && *to + 1 == number => *to = number,
        _ => faults.push((fault, number, number)),
    };
    let (mut left, mut right) = (file.iter().peekable(), database.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.number == b.number => {
                if a != b {
                    note(Fault::Different, a.number);
                }
                left.next();
                right.next();
            }
            (Some(a), other) if other.is_none_or(|b| a.number < b.number) => {
                note(Fault::NotCopied, a.number);
                left.next();
            }
            (_, Some(b)) => {
                note(Fault::OnlyCopied, b.number);
                right.next();
            }
            (Some(_), None) => break,
        }
    }
    let told = |(fault, from, to): (Fault, i64, i64)| {
        let place = if from == to { format!("checkpoint {from}") } else { format!("checkpoints {from} to {to}") };
        let what = match fault {
            Fault::NotCopied => "in the key directory and not in the database: removed there",
            Fault::OnlyCopied => "in the database and not in the key directory: its file was cut, lost or put back",
            Fault::Different => "in the database is another than in the key directory",
        };
        (place, what.to_owned())
    };
    faults.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(numbers: &[i64], body: &str) -> Vec<StoredCheckpoint> {
        let of = |number: &i64| StoredCheckpoint { number: *number, body: body.into(), signature: String::new() };
        numbers.iter().map(of).collect()
    }

    #[test]
    fn both_copies_are_compared() {
        let file = signed(&[1, 2, 3, 4, 5], "a");
        let places = |database: &[StoredCheckpoint]| {
            let faults = compare(&file, database);
            let short = |(place, what): (String, String)| format!("{place} {}", what.split(' ').nth(2).unwrap_or(""));
            faults.into_iter().map(short).collect::<Vec<_>>()
        };
        assert_eq!(places(&file), [""; 0]);
        assert_eq!(places(&[]), ["checkpoints 1 to 5 key"]);
        assert_eq!(places(&signed(&[1, 3], "a")), ["checkpoint 2 key", "checkpoints 4 to 5 key"]);
        assert_eq!(places(&signed(&[1, 2, 3, 4, 5], "b")), ["checkpoints 1 to 5 database"]);
        let longer = signed(&[1, 2, 3, 4, 5, 6, 7], "a");
        assert_eq!(places(&longer).len(), 1);
        assert!(compare(&file, &longer)[0].0 == "checkpoints 6 to 7");
        assert!(compare(&[], &longer)[0].1.starts_with("in the database"));
    }
}
