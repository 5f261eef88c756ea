//! Decisions: who may do what, what a plan and its overrides come to, what a list query asks for.
//!
//! Invariant: pure functions over values. No I/O, no async runtime, no clock; time and keys come in.

pub mod access;
pub mod account_rule;
pub mod addresses;
pub mod attention;
pub mod cloud;
pub mod cluster_namespace;
pub mod cluster_rbac;
pub mod cost;
pub mod federation;
pub mod findings;
pub mod guardrails;
pub mod invitation;
pub mod machine_type;
pub mod object_changes;
pub mod plan;
pub mod policy;
pub mod query;
pub mod quota;
pub mod search;
pub mod trust;
pub mod upgrade;
pub mod waivers;
