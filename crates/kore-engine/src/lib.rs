//! The component engine: everything provisioned is a graph of components, each of which knows how
//! to observe the real thing, compare, apply one idempotent step, delete. The engine orders them,
//! records steps, retries, and keeps the ledger.
//!
//! Invariant: knows no cloud, no Kubernetes client, no SQL. Those come in through the traits here.

pub mod clock;
pub mod cloud;
pub mod component;
pub mod error;
mod graph;
pub mod identity;
pub mod kill;
pub mod ledger;
pub mod memory;
pub mod operations;
pub mod part;
pub mod preview;
pub mod provider;
mod record;
pub mod run;
mod teardown;
#[cfg(test)]
mod tests;
pub mod upgrade;
