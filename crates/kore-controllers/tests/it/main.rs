//! The controllers against a real API server, and crashes at every step.

mod kill;
mod reconcile;
