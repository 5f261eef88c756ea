//! Clusters of EKS: a stack below, the cluster, who may come in, add-ons and pools of nodes, each a component.
//!
//! Sources: EKS API reference, for shapes, states and what may be changed in one call; EKS Best Practices Guide, "Security"
//! and "Cluster upgrades", for the values.

mod access;
mod addon;
mod allowed;
mod answers;
mod control_plane;
mod credential;
mod delegation;
mod domain;
mod exposed;
mod free;
mod health;
mod inside;
mod leftover;
mod machines;
mod names;
mod pool;
mod provider;
mod range;
mod room;
mod site;
mod stack;
mod template;
mod update;
mod upgrade;
mod views;
mod zone;
mod zones;

pub use self::{names::Names, provider::EksProvider, views::Freshness};
