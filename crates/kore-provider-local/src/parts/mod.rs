//! What a local cluster consists of, one file per sort of thing.

pub(crate) mod drain;
pub(crate) mod files;
pub(crate) mod network;
pub(crate) mod node;
pub(crate) mod process;
pub(crate) mod secrets;
pub(crate) mod upgrade;
