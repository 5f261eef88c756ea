//! The HTTP edge: one table of routes, from which the router, the guards and the OpenAPI document
//! come; problem details, request ids, events, health, metrics.
//!
//! Invariant: translates, decides nothing. Rights, reads and writes are [`kore_app`]'s. No SQL, and
//! no Kubernetes client outside the access gateway.

mod access;
mod account;
pub mod audit;
mod clouds;
pub mod console;
pub mod events;
pub mod extract;
pub mod gateway;
pub mod health;
mod kubernetes;
pub mod listen;
pub mod metrics;
pub mod openapi;
mod operations;
mod overview;
mod plans;
mod platform;
pub mod problem;
pub mod request;
pub mod resources;
pub mod routes;
mod search;
pub mod signin;
pub mod state;
mod tokens;

pub use request::{RequestId, TokenExpiry};
pub use routes::router;
pub use state::AppState;
