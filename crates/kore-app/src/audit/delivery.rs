//! Delivery of audit records to others: files and webhooks.
//!
//! Each sink has a task of its own, which reads the trail from the sink's place in it and moves the place on
//! when the sink has taken a batch: the place, in the database, is the receipt. So a sink that is slow
//! or dead holds nothing up and loses nothing, whoever restarts meanwhile. What was taken but not
//! receipted comes again (at least once); records keep their ids.

mod file;
mod webhook;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{audit::AuditRecord, config::AuditSinkSettings};
use kore_engine::clock::SharedClock;
use kore_store::{Store, StoreError};
use tokio::sync::watch;

/// Records that a sink gets at once.
const BATCH: u64 = 100;

/// Takes records.
#[async_trait]
trait Target: std::fmt::Debug + Send + Sync {
    /// As people read it; says no secret.
    fn shown(&self) -> String;

    /// Takes records, all or none as far as it can; done when they are safe.
    ///
    /// # Errors
    /// What people may read about why not.
    async fn deliver(&self, records: &[AuditRecord], now: Timestamp) -> Result<(), String>;
}

/// A place that every record goes to.
#[derive(Debug)]
pub struct Sink {
    /// Its name in the configuration.
    pub name: String,
    target: Box<dyn Target>,
}

/// Why a sink cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum SinkFault {
    /// The name is taken.
    #[error("there are two of this name")]
    Twice,
    /// The name is none.
    #[error("a name is 1 to 64 of a-z, 0-9 and -")]
    Name,
    /// Neither or both.
    #[error("a sink is either a file or a webhook")]
    Kind,
    /// The path is not absolute.
    #[error("the path is not absolute")]
    Path,
    /// The address is none that records go to.
    #[error("the address is https://…, or http://… on this machine, without a name or password in it")]
    Address,
    /// A file cannot be read.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Others can read the secret.
    #[error("{} can be read by others than its owner: chmod 600", .0.display())]
    Open(PathBuf),
    /// The secret is too short.
    #[error("{} holds less than 16 bytes", .0.display())]
    Short(PathBuf),
    /// The CA is none, or TLS does not begin.
    #[error("the CA or the TLS settings cannot be used")]
    Tls(#[source] reqwest::Error),
}

/// How often a sink is asked.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryPace {
    /// How long what another process recorded may wait.
    pub idle: Duration,
    /// How long after the first failure.
    pub first: Duration,
    /// How long after many; doubled up to here.
    pub most: Duration,
}

impl Default for DeliveryPace {
    fn default() -> Self {
        Self { idle: Duration::from_secs(2), first: Duration::from_secs(1), most: Duration::from_secs(300) }
    }
}

#[derive(Debug, thiserror::Error)]
enum DeliveryError {
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Sink {
    /// A sink as the configuration says.
    ///
    /// # Errors
    /// [`SinkFault`].
    pub fn new(settings: &AuditSinkSettings) -> Result<Self, SinkFault> {
        let name = &settings.name;
        let proper = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(proper) {
            return Err(SinkFault::Name);
        }
        let target: Box<dyn Target> = match (&settings.file, &settings.webhook) {
            (Some(file), None) => Box::new(file::FileTarget::new(file)?),
            (None, Some(webhook)) => Box::new(webhook::Webhook::new(name, webhook)?),
            (None, None) | (Some(_), Some(_)) => return Err(SinkFault::Kind),
        };
        Ok(Self { name: name.clone(), target })
    }

    /// Where records go, as people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        self.target.shown()
    }

    /// Delivers for good. `changes` wakes it.
    pub async fn run(
        self: Arc<Self>,
        store: Store,
        clock: SharedClock,
        mut changes: watch::Receiver<u64>,
        pace: DeliveryPace,
    ) {
        let mut pause = pace.first;
        loop {
            match self.step(&store, &clock).await {
                Ok(0) => {
                    pause = pace.first;
                    // A sender that is gone leaves the timer.
                    let changed = async {
                        if changes.changed().await.is_err() {
                            std::future::pending::<()>().await;
                        }
                    };
                    let _ = tokio::time::timeout(pace.idle, changed).await;
                }
                Ok(_) => pause = pace.first,
                Err(error) => {
                    metrics::counter!("kore_audit_delivery_failed_total", "sink" => self.name.clone()).increment(1);
                    tracing::warn!(sink = %self.name, %error, "audit records wait to be delivered");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(pace.most);
                }
            }
        }
    }

    /// Delivers the next batch; how many it was.
    async fn step(&self, store: &Store, clock: &SharedClock) -> Result<usize, DeliveryError> {
        let mut state = store.sink(&self.name).await?;
        let (records, taken) = store.audit_to_deliver(&state.taken, BATCH).await?;
        if records.is_empty() {
            return Ok(0);
        }
        let delivered = self.target.deliver(&records, clock.now()).await;
        let now = clock.now();
        let outcome = match delivered {
            Ok(()) => {
                state.taken = taken;
                state.records = state.records.saturating_add(i64::try_from(records.len()).unwrap_or(i64::MAX));
                state.up_to = state.up_to.max(records.iter().map(|record| record.at).max());
                state.delivered_at = Some(now);
                (state.failing_since, state.last_error) = (None, None);
                metrics::counter!("kore_audit_delivered_total", "sink" => self.name.clone())
                    .increment(records.len() as u64);
                Ok(records.len())
            }
            Err(error) => {
                state.failing_since.get_or_insert(now);
                state.last_error = Some(error.clone());
                Err(DeliveryError::Refused(error))
            }
        };
        store.save_sink(&self.name, &state).await?;
        outcome
    }
}
