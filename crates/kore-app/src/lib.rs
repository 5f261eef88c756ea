//! Use cases: one file per resource. Each takes the caller's context, decides, writes, records.
//!
//! Invariant: knows neither HTTP nor SQL. Rights are decided here and nowhere above; every decision
//! against somebody and every change is recorded before it is answered.

mod app;
mod error;
pub mod limits;
pub mod signin;
pub mod spool;

pub use app::{App, Check};
pub use error::AppError;
