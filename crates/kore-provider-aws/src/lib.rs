//! The AWS provider, as far as it is: the permissions that Kore needs, per purpose, as documents that a cloud team reviews
//! and applies, and as the platform shows them; the stack below a cluster; the token for a cluster's API server. All of it
//! is values in, values out: nothing calls AWS yet.
//!
//! Invariant: knows nothing of other providers.

pub mod foundation;
pub mod permissions;
mod provider;
pub mod token;

pub use provider::AwsProvider;
