//! What keeps the audit trail honest, outside the database: the key, and a copy of every checkpoint.
//!
//! A directory of their own, 0700:
//! - `key`: the seed of the signing key (Ed25519), hex, 0600, made at first start. Back it up with the
//!   database; whoever has it can rewrite the trail.
//! - `checkpoints.jsonl`: every checkpoint, one a line, only ever appended to, synced. Written before the
//!   copy in the database.
//! - `latest.json`: where chains stood a few seconds ago, signed, replaced whole.
//!
//! With this `kore audit verify` finds, of what somebody did who can write SQL: records that were changed,
//! removed anywhere, moved, added, or all computed anew; writers removed as a whole; checkpoints removed or
//! changed, together with the records or without. It does not find: records that were removed in the
//! seconds after they were written, before anything was signed, by somebody who also stopped the
//! server; anything by somebody who has the key and can write this directory too.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File},
    io::{self, BufRead, BufReader},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use kore_store::{Chain, Start, Store, StoreError, StoredCheckpoint, Taken};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    checkpoint::{CheckpointKey, Form, Reading, Stand, Statement, digest},
    files::{append, mend, replace},
};

/// Why nothing was signed, or nothing can be verified.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The directory cannot be used.
    #[error("{} cannot be used", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The file with the key holds none.
    #[error("{} holds no key: 64 hex digits", .0.display())]
    Key(PathBuf),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A statement could not be written down.
    #[error("a statement cannot be written down")]
    Statement(#[from] serde_json::Error),
}

/// Checkpoints read at once.
const BATCH: u64 = 1000;

/// Everything that was signed.
#[derive(Debug)]
pub(super) struct Copies {
    pub(super) file: Vec<StoredCheckpoint>,
    pub(super) database: Vec<StoredCheckpoint>,
    pub(super) latest: Option<StoredCheckpoint>,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    number: i64,
    body: String,
    signature: String,
}

/// Signs and keeps checkpoints.
#[derive(Debug)]
pub struct Seal {
    key: CheckpointKey,
    directory: PathBuf,
    state: Mutex<State>,
    /// Held while records are removed, and while chains are followed.
    removing: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    number: i64,
    /// Of the newest checkpoint.
    digest: String,
    starts: BTreeMap<String, Start>,
    /// What the newest checkpoint said, and what the newest statement said.
    signed: Vec<Stand>,
    latest: Vec<Stand>,
    /// Checkpoints that are not in the database yet.
    uncopied: Vec<StoredCheckpoint>,
}

impl Seal {
    /// Opens the directory, and makes what is not there yet.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(directory: &Path, entropy: fn(&mut [u8])) -> Result<Self, SealError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| SealError::File(path, error)
        };
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed(directory))?;
        let path = directory.join("key");
        if !path.exists() {
            let mut seed = [0; 32];
            entropy(&mut seed);
            replace(&path, format!("{}\n", hex::encode(seed)).as_bytes()).map_err(failed(&path))?;
        }
        let seal = Self::existing(directory)?;
        mend(&seal.file()).map_err(failed(&seal.file()))?;
        Ok(seal)
    }

    /// A directory that is there, to verify by: nothing in it is changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn existing(directory: &Path) -> Result<Self, SealError> {
        let path = directory.join("key");
        let text = fs::read_to_string(&path).map_err(|error| SealError::File(path.clone(), error))?;
        let seed = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let key = seed.and_then(CheckpointKey::new).ok_or(SealError::Key(path))?;
        Ok(Self { key, directory: directory.to_owned(), state: Mutex::default(), removing: Mutex::default() })
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &CheckpointKey {
        &self.key
    }

    fn file(&self) -> PathBuf {
        self.directory.join("checkpoints.jsonl")
    }

    fn latest(&self) -> PathBuf {
        self.directory.join("latest.json")
    }

    /// Goes on from what earlier processes signed. To be called once, before anything is recorded; signs
    /// what it finds.
    ///
    /// # Errors
    /// When file or database cannot be read or written.
    pub async fn resume(&self, store: &Store, now: Timestamp) -> Result<(), SealError> {
        let mut state = self.state.lock().await;
        let lines = self.read_file().await?;
        let reading = self.read(&lines);
        let copied = store.last_checkpoint().await?;
        let copied_to = copied.as_ref().map_or(0, |copy| copy.number);
        state.starts = starts(&reading);
        if let Some(last) = lines.last().filter(|last| last.number >= copied_to) {
            (state.number, state.digest) = (last.number, digest(last));
            // The process ended between file and database. A copy that lacks more was cut, and stays so.
            if last.number == copied_to + 1 {
                state.uncopied.push(last.clone());
            }
        } else if let Some(copy) = copied {
            // Numbers go on.
            tracing::error!(
                checkpoint = copy.number,
                "checkpoints in the database are not in {}: \
                it was lost, cut or put back, which kore audit verify tells from now on",
                self.file().display()
            );
            (state.number, state.digest) = (copy.number, digest(&copy));
        }
        state.signed = reading.newest.map(|newest| newest.chains).unwrap_or_default();
        self.sign_now(&mut state, store, now).await?;
        Ok(())
    }

    /// Signs a checkpoint, when anything was recorded since the last one.
    ///
    /// # Errors
    /// When it could not be signed and kept.
    pub async fn checkpoint(&self, store: &Store, now: Timestamp) -> Result<bool, SealError> {
        let mut state = self.state.lock().await;
        self.sign_now(&mut state, store, now).await
    }

    async fn sign_now(
        &self,
        state: &mut MutexGuard<'_, State>,
        store: &Store,
        now: Timestamp,
    ) -> Result<bool, SealError> {
        let chains = stands(store.audit_chains().await?, &state.starts);
        // The first one is signed in any case: what it does not name must be sealed.
        if chains == state.signed && state.number > 0 {
            self.copy(state, store).await?;
            return Ok(false);
        }
        let statement = Statement {
            form: Form::Checkpoint,
            number: state.number + 1,
            at: now,
            previous: state.digest.clone(),
            key: self.key.id(),
            chains,
        };
        let signed = self.key.sign(&statement)?;
        let (file, line) = (self.file(), line(&signed)?);
        blocking(&file, move |file| append(file, &line)).await?;
        (state.number, state.digest, state.signed) = (signed.number, digest(&signed), statement.chains);
        metrics::counter!("kore_audit_checkpoints_total").increment(1);
        state.uncopied.push(signed);
        self.copy(state, store).await?;
        Ok(true)
    }

    async fn copy(&self, state: &mut MutexGuard<'_, State>, store: &Store) -> Result<(), SealError> {
        while let Some(next) = state.uncopied.first() {
            match store.insert_checkpoint(next).await {
                // Somebody else's row has its number, which verification tells; the file has ours.
                Ok(()) | Err(StoreError::Unique(_)) => drop(state.uncopied.remove(0)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Signs where chains stand, between checkpoints.
    ///
    /// # Errors
    /// When it could not be signed and kept.
    pub async fn state(&self, store: &Store, now: Timestamp) -> Result<(), SealError> {
        let mut state = self.state.lock().await;
        let chains = stands(store.audit_chains().await?, &state.starts);
        if chains == state.signed || chains == state.latest {
            return Ok(());
        }
        let statement = Statement {
            form: Form::Latest,
            number: state.number,
            at: now,
            previous: String::new(),
            key: self.key.id(),
            chains,
        };
        let (file, line) = (self.latest(), line(&self.key.sign(&statement)?)?);
        blocking(&file, move |file| replace(file, &line)).await?;
        state.latest = statement.chains;
        Ok(())
    }

    /// Removes records from before that time, at most about `limit` of each writer: signs where chains begin
    /// then, and removes what is before. What does not hold is evidence, and stays. How many were removed.
    ///
    /// With `taken`, only what everybody has taken who is to get it.
    ///
    /// # Errors
    /// When it could not be signed, or the database did not answer.
    pub async fn retire(
        &self,
        store: &Store,
        before: Timestamp,
        taken: Option<&Taken>,
        limit: u64,
        now: Timestamp,
    ) -> Result<u64, SealError> {
        let _removing = self.removing.lock().await;
        let mut state = self.state.lock().await;
        let mut moved = Vec::new();
        for stand in &state.signed {
            let delivered = taken.map_or(i64::MAX, |taken| taken.get(&stand.writer).copied().unwrap_or(0));
            let through = stand.last.min(delivered);
            let Some(start) = store.retired_start(&stand.writer, before, through, limit).await? else { continue };
            let known = state.starts.get(&stand.writer).copied().unwrap_or_default();
            if start.sequence > known.sequence {
                moved.push((stand.writer.clone(), start));
            }
        }
        let mut reading = if moved.is_empty() { Reading::default() } else { self.read(&self.read_file().await?) };
        for (writer, start) in moved {
            let expected = reading.expected.entry(writer.clone()).or_default();
            let broken = store.verify_audit_part(&writer, expected, start.sequence - 1).await?;
            if let Some(first) = broken.first() {
                tracing::error!(%writer, record = first.sequence, reason = %first.reason,
                    "old audit records do not hold, and are kept: see kore audit verify");
                metrics::counter!("kore_audit_retention_refused_total").increment(1);
                continue;
            }
            state.starts.insert(writer, start);
        }
        let starts_signed = state
            .signed
            .iter()
            .all(|stand| state.starts.get(&stand.writer).copied().unwrap_or_default() == stand.start());
        if !starts_signed {
            self.sign_now(&mut state, store, now).await?;
        }
        let starts: Vec<(String, Start)> =
            state.signed.iter().map(|stand| (stand.writer.clone(), stand.start())).collect();
        drop(state);
        let mut removed = 0;
        for (writer, start) in starts {
            // Also what a process that ended had signed and not removed.
            removed += store.delete_audit_before(&writer, start.sequence).await?;
        }
        Ok(removed)
    }

    /// Keeps records where they are while chains are followed.
    pub(super) async fn hold(&self) -> MutexGuard<'_, ()> {
        self.removing.lock().await
    }

    /// The checkpoints of the file and those of the database, oldest first, and the newest statement.
    pub(super) async fn read_all(&self, store: &Store) -> Result<Copies, SealError> {
        // None is made in between.
        let _still = self.state.lock().await;
        let mut database: Vec<StoredCheckpoint> = Vec::new();
        let (mut file, mut latest) = (None, None);
        loop {
            let after = database.last().map_or(0, |last| last.number);
            let next = store.checkpoints_after(after, BATCH).await?;
            if next.is_empty() {
                // Where another process makes them, what it made meanwhile is read too.
                if file.is_some() {
                    break;
                }
                file = Some(self.read_file().await?);
                latest = self.read_latest().await?;
            }
            database.extend(next);
        }
        Ok(Copies { file: file.unwrap_or_default(), database, latest })
    }

    /// Every checkpoint of the file, oldest first; a line that cannot be read is one that says nothing.
    async fn read_file(&self) -> Result<Vec<StoredCheckpoint>, SealError> {
        blocking(&self.file(), |path| {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let mut found: Vec<StoredCheckpoint> = Vec::new();
            for text in BufReader::new(file).split(b'\n') {
                let number = found.last().map_or(1, |last| last.number + 1);
                found.push(parse(&text?).unwrap_or(StoredCheckpoint {
                    number,
                    body: String::new(),
                    signature: String::new(),
                }));
            }
            Ok(found)
        })
        .await
    }

    /// The newest statement, if there is one.
    async fn read_latest(&self) -> Result<Option<StoredCheckpoint>, SealError> {
        blocking(&self.latest(), |path| match fs::read(path) {
            Ok(text) => Ok(parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    fn read(&self, signed: &[StoredCheckpoint]) -> Reading {
        let mut reading = Reading::default();
        signed.iter().for_each(|signed| reading.take(&self.key, signed));
        reading
    }
}

fn starts(reading: &Reading) -> BTreeMap<String, Start> {
    reading.expected.iter().map(|(writer, chain)| (writer.clone(), chain.start)).collect()
}

fn stands(chains: Vec<Chain>, starts: &BTreeMap<String, Start>) -> Vec<Stand> {
    chains.into_iter().map(|chain| Stand::new(chain, starts)).collect()
}

fn line(signed: &StoredCheckpoint) -> Result<Vec<u8>, serde_json::Error> {
    let StoredCheckpoint { number, body, signature } = signed.clone();
    let mut text = serde_json::to_vec(&Line { number, body, signature })?;
    text.push(b'\n');
    Ok(text)
}

fn parse(text: &[u8]) -> Option<StoredCheckpoint> {
    let Line { number, body, signature } = serde_json::from_slice(text).ok()?;
    Some(StoredCheckpoint { number, body, signature })
}

async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, SealError> {
    let path: Arc<Path> = path.into();
    let at = Arc::clone(&path);
    let done = tokio::task::spawn_blocking(move || work(&at)).await.map_err(io::Error::other);
    done.and_then(|done| done).map_err(|error| SealError::File(path.to_path_buf(), error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn entropy(bytes: &mut [u8]) {
        bytes.fill(5);
    }

    #[tokio::test]
    async fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("audit");
        let first = Seal::open(&place, entropy).unwrap();
        let again = Seal::open(&place, |bytes| bytes.fill(6)).unwrap();
        assert_eq!(first.key().id(), again.key().id());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place), mode(&place.join("key"))), (0o700, 0o600));
        assert_eq!(Seal::existing(&place).unwrap().key().id(), first.key().id());
        assert!(matches!(Seal::existing(home.path()), Err(SealError::File(..))), "and none is made to verify by");
        fs::write(place.join("key"), "no key").unwrap();
        assert!(matches!(Seal::open(&place, entropy), Err(SealError::Key(_))));
    }

    #[tokio::test]
    async fn half_a_line_goes_and_whole_ones_stay() {
        let home = tempfile::tempdir().unwrap();
        let seal = Seal::open(home.path(), entropy).unwrap();
        let signed = |number| StoredCheckpoint { number, body: "b\nc".into(), signature: "s".into() };
        for number in 1..=2 {
            append(&seal.file(), &line(&signed(number)).unwrap()).unwrap();
        }
        let whole = fs::read(seal.file()).unwrap();
        fs::write(seal.file(), [&whole[..], b"{\"number\":3,\"bo"].concat()).unwrap();
        let seal = Seal::open(home.path(), entropy).unwrap();
        assert_eq!(fs::read(seal.file()).unwrap(), whole);
        assert_eq!(seal.read_file().await.unwrap(), [signed(1), signed(2)]);
        fs::write(seal.file(), b"nonsense\n").unwrap();
        assert_eq!(seal.read_file().await.unwrap()[0].body, "");
        assert_eq!(seal.read_latest().await.unwrap(), None);
    }
}
