//! Typed HTTP client of Kore's REST API, written by hand over `kore-api`.
//!
//! Invariant: nothing here prints, prompts or reads the environment. Time is passed in; files are
//! touched by [`session`] only, which keeps one refresh token from being used twice.

pub mod admin;
pub mod client;
pub mod error;
pub mod events;
pub mod loopback;
pub mod oauth;
pub mod resource;
pub mod session;

pub use client::{Answer, Client, ClientConfig, Credentials, ListQuery, Precondition};
pub use error::ClientError;
