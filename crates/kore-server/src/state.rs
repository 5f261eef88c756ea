//! What every handler holds.

use std::sync::Arc;

use kore_app::App;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::{console::Console, gateway::Gateway};

/// What every handler holds. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub app: Arc<App>,
    /// Renders `/metrics`.
    pub metrics: PrometheusHandle,
    /// What browsers get.
    pub console: Arc<Console>,
    /// The way to clusters for the console's pages; none where there is no gateway.
    pub gateway: Option<Gateway>,
    /// Cancelled when the server stops: event streams end, so that connections drain.
    pub stopping: CancellationToken,
}

impl AppState {
    /// A state around the use cases; metrics are those of the process.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        let console = Arc::new(Console::built_in());
        Self { app, metrics: crate::metrics::handle(), console, gateway: None, stopping: CancellationToken::new() }
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").finish_non_exhaustive()
    }
}
