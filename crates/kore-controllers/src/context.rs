//! What all controllers share.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use kore_api::audit::AuditRecord;
use kore_engine::{clock::SharedClock, error::StepError, provider::Providers, run::Engine};
use kore_kube::indexes::Indexes;
use kore_store::Store;
use kube::Client;

/// Where the results of operations go on record.
#[async_trait]
pub trait AuditSink: Send + Sync {
    /// Appends a record; durable when it returns. Its id is given by the sink.
    async fn append(&self, record: AuditRecord) -> Result<(), StepError>;
}

#[async_trait]
impl AuditSink for Store {
    async fn append(&self, record: AuditRecord) -> Result<(), StepError> {
        self.append_audit(&[record]).await.map(drop).map_err(Into::into)
    }
}

/// Everything the controllers need.
#[derive(Clone)]
pub struct ControllersContext {
    /// The management cluster.
    pub client: Client,
    /// Its objects; somebody else follows them.
    pub indexes: Indexes,
    /// Who makes clusters.
    pub providers: Arc<Providers>,
    /// Works on components; holds ledger and operation log.
    pub engine: Engine,
    /// What is reserved: quotas and addresses.
    pub store: Store,
    /// Where results go on record.
    pub audit: Arc<dyn AuditSink>,
    /// The time.
    pub clock: SharedClock,
    /// The installation's name, a label on all it makes.
    pub installation: String,
    /// How often a cluster that is as it should be is looked at.
    pub drift_period: Duration,
}

impl fmt::Debug for ControllersContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControllersContext").field("installation", &self.installation).finish_non_exhaustive()
    }
}
