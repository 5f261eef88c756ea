//! Use cases: one file per resource. Each takes the caller's context, decides, writes, records.
//!
//! Invariant: knows neither HTTP nor SQL. Rights are decided here and nowhere above; every decision
//! against somebody and every change is recorded before it is answered.

mod access;
mod addresses;
mod app;
mod attention;
pub mod audit;
pub mod backend;
mod clouds;
pub mod envelope;
mod error;
pub mod events;
pub mod idempotent;
pub mod kinds;
pub mod limits;
mod objects;
mod overview;
mod people;
mod plans;
pub mod platform;
pub mod previews;
mod quotas;
mod records;
pub mod rights;
mod robots;
mod rows;
pub mod search;
pub mod signin;
pub mod spool;
pub mod sso;
mod strict;

pub use addresses::found_address_pool;
pub use app::{App, Check, Gateway};
pub use clouds::CHECK;
pub use error::AppError;
pub use records::RETRY;
