//! The AWS provider: what Kore may do there, per purpose, as documents that a cloud team reviews and applies; who it is there;
//! accounts of an organisation and clusters of EKS as components.
//!
//! Invariant: knows nothing of other providers.

pub mod account;
pub mod check;
pub mod cloud;
pub mod cluster;
pub mod error;
pub mod foundation;
pub mod mint;
pub mod permissions;
mod prices;
mod provider;
pub mod rehearsal;
pub mod token;

pub use provider::AwsProvider;
