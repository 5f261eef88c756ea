//! The audit trail, as use cases write it: durable before anybody is answered.

use kore_api::audit::AuditRecord;
use kore_store::Store;

use crate::AppError;

/// Writes the audit trail.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Store,
}

impl Audit {
    /// A trail in this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Appends a record; it is durable when this returns.
    ///
    /// # Errors
    /// `KORE-SERVER-0002` when the database does not answer: what cannot be recorded is not done.
    pub async fn append(&self, record: AuditRecord) -> Result<(), AppError> {
        self.store.append_audit(&[record]).await?;
        Ok(())
    }
}
