//! What Kore has in every cluster, whoever made it: its credentials, rights and guardrails as components, and the way in that
//! people take, tried before anybody is told that the cluster is ready.
//!
//! Invariant: knows no provider. What a provider has to say is a [`Ground`].

mod errors;
pub mod facts;
mod ground;
pub mod node;
pub mod objects;
pub mod probe;

pub use errors::{cluster, management};
pub use ground::{Administrator, Ground, text};
