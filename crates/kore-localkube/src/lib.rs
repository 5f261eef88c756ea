//! "A Kubernetes cluster on this machine": processes, certificates, network, nodes and the
//! supervisor behind `kored local`. One crate for the management cluster, the `local` provider and
//! the tests.
//!
//! Invariant: knows no custom resource, no SQL and no Kubernetes client. What it makes is found
//! again by name, marker or alias, never only by what it wrote down (see [`inventory`]).

pub mod addresses;
pub mod builds;
pub mod certificates;
pub mod client;
pub mod control_plane;
pub mod failure;
pub mod files;
pub mod host;
pub mod inventory;
pub mod ladder;
pub mod node;
pub mod ports;
pub mod process;
pub mod registry;
pub mod rehearsal;
pub mod relay;
pub mod supervisor;
