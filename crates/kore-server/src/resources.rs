//! Routes of every kind in the registry.

use crate::routes::Route;

/// Routes of every kind.
#[must_use]
pub fn routes() -> Vec<Route> {
    Vec::new()
}
