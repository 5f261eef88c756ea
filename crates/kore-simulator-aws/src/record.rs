//! What was asked since the last reset.

use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

/// A request on record, as `GET /_kore/requests` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// As `eks`.
    pub service: String,
    /// As `CreateCluster`; method and path where the front does not know the name.
    pub operation: String,
    /// Whose account it was in.
    pub account: String,
    /// As `eu-central-1`.
    pub region: String,
    /// ARN of who asked.
    pub principal: String,
    /// The role that they are a session of.
    pub role: Option<String>,
    /// The service of AWS that asked for them, as `cloudformation`.
    pub by: Option<&'static str>,
    /// Whether it was held against AWS's description of the operation.
    pub described: bool,
    /// What was asked, without secrets.
    pub parameters: Value,
    /// HTTP status of the answer; 0 when there was none.
    pub status: u16,
    /// Code of the error.
    pub code: Option<String>,
    /// The answer did not arrive, though it was done.
    pub lost: bool,
}

/// The requests on record.
#[derive(Debug, Default)]
pub(crate) struct Records(Mutex<Vec<Record>>);

impl Records {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Record>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn add(&self, record: Record) {
        self.all().push(record);
    }

    pub(crate) fn list(&self) -> Vec<Record> {
        self.all().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }

    pub(crate) fn clear(&self) {
        self.all().clear();
    }
}
