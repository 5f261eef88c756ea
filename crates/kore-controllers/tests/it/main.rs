//! The controllers against a real API server, and crashes at every step.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints its figures"
)]

mod cloud;
mod cluster;
mod guardrails;
mod kill;
mod namespace;
mod reconcile;
