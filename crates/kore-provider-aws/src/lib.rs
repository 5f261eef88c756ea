//! The AWS provider: what Kore may do there, per purpose, as documents that a cloud team reviews and applies; who it is there;
//! accounts of an organisation and clusters of EKS as components.
//!
//! Invariant: knows nothing of other providers.

pub mod account;
mod beforehand;
mod bill;
pub mod check;
pub mod cloud;
pub mod cluster;
pub mod error;
pub mod foundation;
pub mod mint;
mod parent;
pub mod permissions;
mod prices;
mod provider;
mod quota;
mod records;
pub mod rehearsal;
mod resolver;
pub mod token;

pub use provider::AwsProvider;
