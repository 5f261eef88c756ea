//! The controllers: one directory per kind, each reconcile in stages: dereference (from the
//! indexes), validate and build (pure), apply (the engine, the API server), status (always written).
//!
//! Only the leader reconciles. Being cut off anywhere is harmless: everything is observed again.
//!
//! Invariant: no HTTP of ours, no SQL; people's rights were decided at the edge and are not asked here.

mod addresses;
mod cloud_account;
mod cloud_organization;
mod cluster;
mod condition;
mod context;
mod drift;
mod error;
mod finalizer;
mod namespace;
mod operation;
mod plan;
mod quota;
mod run;
mod team;
mod trigger;
mod upkeep;
mod written;

pub use context::{AuditSink, ControllersContext};
pub use error::ReconcileError;
pub use run::run;
