//! The types that everyone speaks: custom resources, REST objects, problem codes, and the
//! messages between `kore up` and `kored local`.
//!
//! Invariant: no I/O, no async runtime, no clock. This crate is cheap to depend on.

pub mod access;
pub mod address;
pub mod allocation;
pub mod attention;
pub mod audit;
pub mod cloud;
pub mod cluster;
pub mod codes;
pub mod condition;
pub mod config;
pub mod envelope;
pub mod event;
pub mod finding;
pub mod identity;
pub mod identity_provider;
pub mod invitation;
pub mod meta;
pub mod names;
pub mod namespace;
pub mod operation;
pub mod overview;
pub mod parameter;
pub mod plan;
pub mod platform;
pub mod policy;
pub mod preview;
pub mod problem;
pub mod quota;
pub mod robot;
pub mod schema;
pub mod search;
pub mod supervisor;
pub mod team;
pub mod upgrade;
