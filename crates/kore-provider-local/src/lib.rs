//! The `local` provider: clusters on the machine that Kore runs on. Builds components from what
//! `kore-localkube` knows how to make; decides nothing about plans and keeps no state of its own but
//! the cluster's layout (addresses, ports, indices of nodes) in the cluster's directory.

mod baseline;
mod facts;
mod parts;
mod policy_engine;
mod provider;
mod site;
mod sweep;
mod upgrade;

pub use provider::LocalProvider;
