//! The ledger: intent → created → verified gone, for every external thing.

use async_trait::async_trait;

use crate::error::StepError;

/// Where an external thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LedgerState {
    /// About to be made; it may or may not exist.
    Intent,
    /// It was seen.
    Created,
    /// It was seen to be gone.
    Gone,
}

/// One external thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Uid of the object it was made for.
    pub owner: String,
    /// The component that made it.
    pub component: String,
    /// Its natural key; unique in the installation while not gone.
    pub key: String,
    /// Where it stands.
    pub state: LedgerState,
}

/// Keeps the ledger. Every call is durable when it returns.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Records the intent; a row that is there already (any state but gone) is kept.
    async fn intend(&self, owner: &str, component: &str, key: &str) -> Result<(), StepError>;
    /// Records that it was seen.
    async fn created(&self, owner: &str, key: &str) -> Result<(), StepError>;
    /// Records that it was seen to be gone.
    async fn gone(&self, owner: &str, key: &str) -> Result<(), StepError>;
    /// Everything recorded for an owner, newest first.
    async fn entries(&self, owner: &str) -> Result<Vec<LedgerEntry>, StepError>;
}
