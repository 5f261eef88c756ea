//! The audit trail, as use cases write it.
//!
//! What is recorded:
//! - every write: `allowed` before it is made, with what it changes field by field, durable before anybody
//!   is answered; a second record, `failed`, when it then did not come about;
//! - every write that was refused before anything was tried (a body that cannot be read, an unknown
//!   field, a name that is taken, another revision): `refused`, with the problem's code;
//! - every decision against somebody, of reads too: `denied`;
//! - every read of a credential (`cluster.credential`, `management.credential`);
//! - every sign-in, every renewal of a session's tokens (`session.refresh`), and the use of a session from
//!   another address than its own (`session.use`), once in hours for each;
//! - callers whom nobody knows (401), and callers who are too many (429): `denied`, the first at
//!   once, the others of its minute as one number ([`repeats`]), so that a flood fills no disk.
//!
//! What is not: reads that went well, and reads of what is not there, which change nothing and tell
//! nobody a secret; dry runs that a rule refuses, which are questions. Reads of the clusters
//! themselves go through the gateway, which records every one of them.
//!
//! Actions are named by what is done (`cluster.create`), not by the permission that it takes. Records
//! name no secrets and repeat no bodies; of a field whose name says that it is secret they tell that it
//! changed, and not from what to what.

mod changes;
mod checkpoint;
mod delivery;
mod files;
mod keeping;
mod repeats;
mod seal;
mod verify;

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::FutureExt as _;
use jiff::Timestamp;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    names::TeamName,
    preview::FieldChange,
};
use kore_domain::access::OpContext;
use kore_store::Store;
use tokio::sync::watch;

pub(crate) use self::changes::{changed, changes};
use self::repeats::Repeats;
pub use self::{
    checkpoint::CheckpointKey,
    delivery::{DeliveryPace, SinkFault},
    keeping::{Keeping, KeepingError},
    seal::{Seal, SealError},
    verify::verify,
};
use crate::{App, AppError};

/// Refusals that wait for a database that is away; what comes after them is counted as lost.
const LATE: usize = 4096;

/// Writes the audit trail. Cheap to clone; clones are the same trail.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Store,
    appended: watch::Sender<u64>,
    pending: Arc<Mutex<Pending>>,
}

#[derive(Debug, Default)]
struct Pending {
    repeats: Repeats,
    late: VecDeque<AuditRecord>,
}

/// What somebody is about to do.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    /// As `cluster.create`.
    pub action: String,
    /// Whose trail shows it.
    pub team: Option<TeamName>,
    /// As `cluster/payments/dev`.
    pub object: String,
    /// Further facts.
    pub detail: Option<String>,
    /// What it changes ([`changed`]).
    pub changes: Vec<FieldChange>,
}

impl Deed {
    fn record(&self, cx: &OpContext, result: AuditResult) -> AuditRecord {
        let mut record = cx.audit(&self.action, self.team.as_ref(), self.object.clone(), result);
        record.detail.clone_from(&self.detail);
        record.changes.clone_from(&self.changes);
        record
    }
}

impl Audit {
    /// A trail in this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, appended: watch::Sender::new(0), pending: Arc::default() }
    }

    /// Appends a record; it is durable when this returns.
    ///
    /// # Errors
    /// `KORE-SERVER-0002` when the database does not answer: what cannot be recorded is not done.
    pub async fn append(&self, record: AuditRecord) -> Result<(), AppError> {
        self.append_all(std::slice::from_ref(&record)).await
    }

    async fn append_all(&self, records: &[AuditRecord]) -> Result<(), AppError> {
        // Every operation comes by here: without a box the compiler looks through all of it for each of them.
        self.store.append_audit(records).boxed().await?;
        for record in records {
            metrics::counter!("kore_audit_records_total", "result" => format!("{:?}", record.result)).increment(1);
        }
        self.appended.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// Records a refusal. A refusal stands whether or not the database is there; its record then waits
    /// in memory for [`Audit::flush`].
    pub async fn refused(&self, record: AuditRecord) {
        self.append_or_keep(vec![record]).await;
    }

    /// Records a refusal that costs its caller nothing to provoke again: the first of a minute is
    /// recorded at once, the others as one number when the minute is over.
    pub async fn turned_away(&self, record: AuditRecord) {
        let due = self.pending().repeats.note(record);
        self.append_or_keep(due).await;
    }

    /// Records what has waited long enough. To be called every few seconds, and at the end with
    /// [`Timestamp::MAX`].
    pub async fn flush(&self, now: Timestamp) {
        let due = {
            let mut pending = self.pending();
            let mut due: Vec<_> = pending.late.drain(..).collect();
            due.extend(pending.repeats.due(now));
            due
        };
        self.append_or_keep(due).await;
    }

    async fn append_or_keep(&self, records: Vec<AuditRecord>) {
        if records.is_empty() {
            return;
        }
        let Err(error) = self.append_all(&records).await else { return };
        tracing::warn!(error = &error as &dyn std::error::Error, "records of refusals wait for the database");
        let mut pending = self.pending();
        for record in records {
            if pending.late.len() < LATE {
                pending.late.push_back(record);
            } else {
                metrics::counter!("kore_audit_late_lost_total").increment(1);
            }
        }
    }

    /// Nothing under this lock can panic halfway.
    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of records that were appended here; others come through the database alone.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.appended.subscribe()
    }
}

impl App {
    /// Does something that is on record before it begins; when it fails, that is on record too.
    ///
    /// # Errors
    /// That of the work, or that it could not be recorded and was not begun.
    pub(crate) async fn attempt<T>(
        &self,
        cx: &OpContext,
        deed: Deed,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        self.audit.append(deed.record(cx, AuditResult::Allowed)).await?;
        let error = match work.await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let mut record = deed.record(cx, AuditResult::Failed);
        record.status = Some(error.problem.status);
        record.code = Some(error.problem.code.clone());
        self.audit.refused(record).await;
        Err(error.recorded())
    }
}
