//! How the audit trail is kept: signed, for so long, and delivered to others.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    audit::{AuditResult, AuditSink, AuditSinkList},
    config::AuditSettings,
};
use kore_domain::access::{OpContext, Permission, Platform, SystemContext};
use kore_store::Taken;

use super::{
    delivery::{Sink, SinkFault},
    seal::{Seal, SealError},
};
use crate::{App, AppError};

/// Records of each writer that are removed at once.
const AT_ONCE: u64 = 50_000;

/// What keeps the trail.
#[derive(Debug)]
pub struct Keeping {
    /// Signs checkpoints.
    pub seal: Seal,
    /// Where records go.
    pub sinks: Vec<Arc<Sink>>,
    /// How long records are kept; for good when nothing.
    pub retention: Option<SignedDuration>,
}

/// Why the trail cannot be kept as the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// The key directory.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A sink.
    #[error("audit.sinks: {name}")]
    Sink {
        /// Which.
        name: String,
        /// What is wrong with it.
        #[source]
        fault: SinkFault,
    },
}

impl Keeping {
    /// Keeping as the configuration says, with keys in a directory of their own.
    ///
    /// # Errors
    /// When a setting makes no sense or the directory cannot be used; the server does not start then.
    pub fn open(directory: &Path, entropy: fn(&mut [u8]), settings: &AuditSettings) -> Result<Self, KeepingError> {
        let mut names = BTreeSet::new();
        let mut sinks = Vec::new();
        for sink in &settings.sinks {
            let failed = |fault| KeepingError::Sink { name: sink.name.clone(), fault };
            if !names.insert(sink.name.as_str()) {
                return Err(failed(SinkFault::Twice));
            }
            sinks.push(Arc::new(Sink::new(sink).map_err(failed)?));
        }
        let hours = i64::from(settings.retention_days).saturating_mul(24);
        let retention = (hours > 0).then(|| SignedDuration::from_hours(hours));
        Ok(Self { seal: Seal::open(directory, entropy)?, sinks, retention })
    }
}

impl App {
    /// Removes audit records that are older than they are to be kept, except those that a sink is still
    /// to get; how many.
    ///
    /// # Errors
    /// See [`SealError`]; nothing is removed that was not signed for.
    pub async fn retire_audit(&self, now: Timestamp) -> Result<u64, SealError> {
        let Some(before) = self.keeping.retention.and_then(|kept| now.checked_sub(kept).ok()) else { return Ok(0) };
        let mut taken: Option<Taken> = None;
        for sink in &self.keeping.sinks {
            let theirs = self.store.sink(&sink.name).await?.taken;
            taken = Some(match taken {
                None => theirs,
                Some(all) => {
                    let least =
                        |(writer, to): (String, i64)| theirs.get(&writer).map(|theirs| (writer, to.min(*theirs)));
                    all.into_iter().filter_map(least).collect()
                }
            });
        }
        let removed = self.keeping.seal.retire(&self.store, before, taken.as_ref(), AT_ONCE, now).await?;
        if removed > 0 {
            let system = SystemContext { component: "retention", now };
            let mut record = system.audit("audit.retire", None, "auditrecords".to_owned(), AuditResult::Allowed);
            record.detail = Some(format!("{removed} records from before {before:.0} were removed"));
            self.audit.refused(record).await;
        }
        Ok(removed)
    }

    /// How far delivery has got.
    ///
    /// # Errors
    /// 403; of the database.
    pub async fn audit_sinks(&self, cx: &OpContext) -> Result<AuditSinkList, AppError> {
        self.authorize(cx, Permission::AuditReadPlatform, Platform, "auditsinks").await?;
        let chains = self.store.audit_chains().await?;
        let mut items = Vec::new();
        for sink in &self.keeping.sinks {
            let state = self.store.sink(&sink.name).await?;
            let left = |chain: &kore_store::Chain| {
                chain.sequence.saturating_sub(state.taken.get(&chain.writer).copied().unwrap_or(0)).max(0)
            };
            items.push(AuditSink {
                name: sink.name.clone(),
                target: sink.shown(),
                delivered: state.records,
                behind: chains.iter().map(left).sum(),
                up_to: state.up_to,
                delivered_at: state.delivered_at,
                failing_since: state.failing_since,
                last_error: state.last_error,
            });
        }
        Ok(AuditSinkList { items })
    }
}
