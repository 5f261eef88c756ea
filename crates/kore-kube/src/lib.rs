//! Everything Kore does with a Kubernetes API server, seen from the outside of one: clients,
//! server-side apply, custom resource definitions, in-memory indexes, the leader's lease, and the
//! raw transport of the access gateway.
//!
//! Invariant: decides nothing about teams, plans or clusters. Reads of the server come from
//! [`index::Index`]; [`proxy::Transport`] buffers nothing, repeats nothing and knows no user.

pub mod apply;
pub mod client;
pub mod clusters;
pub mod contents;
pub mod crds;
pub mod identity;
pub mod index;
pub mod indexes;
pub mod kept;
pub mod lease;
pub mod mint;
pub mod proxy;
