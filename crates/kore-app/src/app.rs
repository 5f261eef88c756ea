//! Everything a use case needs, in one place.

use kore_engine::clock::SharedClock;

use crate::limits::Limits;

/// Everything a use case needs.
#[derive(Debug)]
pub struct App {
    /// The time.
    pub clock: SharedClock,
    /// Requests per caller.
    pub limits: Limits,
}

/// Whether one dependency works.
#[derive(Debug, Clone)]
pub struct Check {
    /// Which, as `database`.
    pub name: &'static str,
    /// What is wrong with it.
    pub fault: Option<String>,
}

impl App {
    /// One line for each dependency.
    pub async fn checks(&self) -> Vec<Check> {
        Vec::new()
    }
}
