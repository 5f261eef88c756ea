//! What the HTTP edge promises, whatever the use cases do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "helpers of tests are not told from a program"
)]

mod api;
mod audit;
mod events;
mod gateway;
mod guard;
mod people;
mod signin;
mod table;
