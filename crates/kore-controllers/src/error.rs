//! Why a reconcile did not end, and when it is tried again.

use std::time::Duration;

use kore_engine::error::{Class, StepError};

/// Why a reconcile did not end. What is wrong with a cluster itself is no error here: it is in its
/// status and its operation.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The management cluster's API server.
    #[error("{doing} failed")]
    Kube {
        /// What was done, as `adding the finalizer`.
        doing: &'static str,
        /// Its answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// What a cluster can do could not be decided.
    #[error("what the cluster can do cannot be said")]
    Rung(#[source] StepError),
    /// Ledger, operations or audit trail cannot be written; nothing is done without them.
    #[error("records cannot be kept")]
    Records(#[source] StepError),
}

impl ReconcileError {
    /// Names what was done for an error of the API server.
    pub(crate) fn kube(doing: &'static str) -> impl FnOnce(kube::Error) -> Self {
        move |source| Self::Kube { doing, source: Box::new(source) }
    }

    /// When to try again.
    pub(crate) fn requeue(&self) -> Duration {
        match self {
            // Somebody was faster; the index has the newer object in a moment.
            Self::Kube { source, .. } if kore_kube::apply::is_conflict(source) => Duration::from_millis(200),
            Self::Kube { .. } => Duration::from_secs(2),
            Self::Records(error) | Self::Rung(error) => match error.class {
                Class::Retry(after) | Class::Settling(after) => after.max(Duration::from_secs(1)),
                _ => Duration::from_secs(5),
            },
        }
    }
}
