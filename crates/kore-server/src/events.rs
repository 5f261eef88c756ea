//! The one multiplexed event stream.

use crate::routes::Route;

/// Its route.
#[must_use]
pub fn routes() -> Vec<Route> {
    Vec::new()
}
