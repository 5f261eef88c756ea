//! The audit trail, as use cases write it: durable before anybody is answered.

use kore_api::audit::AuditRecord;
use kore_store::Store;
use tokio::sync::watch;

use crate::AppError;

/// Writes the audit trail.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Store,
    appended: watch::Sender<u64>,
}

impl Audit {
    /// A trail in this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, appended: watch::Sender::new(0) }
    }

    /// Appends a record; it is durable when this returns.
    ///
    /// # Errors
    /// `KORE-SERVER-0002` when the database does not answer: what cannot be recorded is not done.
    pub async fn append(&self, record: AuditRecord) -> Result<(), AppError> {
        metrics::counter!("kore_audit_records_total", "result" => format!("{:?}", record.result)).increment(1);
        self.store.append_audit(&[record]).await?;
        self.appended.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// Tells of records that were appended here; others come through the database alone.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.appended.subscribe()
    }
}
