//! What tests share: real databases, and (feature `platform`) the application with its actors.

#[cfg(feature = "platform")]
pub mod control_plane;
pub mod databases;
#[cfg(feature = "platform")]
pub mod test_app;
