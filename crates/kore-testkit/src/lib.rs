//! What tests share: real databases, (feature `control-plane`) a real Kubernetes API server, and
//! (feature `platform`) the application with its actors.

#[cfg(feature = "platform")]
pub mod browser;
#[cfg(feature = "platform")]
pub mod clock;
#[cfg(feature = "control-plane")]
pub mod control_plane;
pub mod databases;
#[cfg(feature = "platform")]
pub mod disk;
#[cfg(feature = "platform")]
pub mod identity_providers;
#[cfg(feature = "platform")]
pub mod test_app;
