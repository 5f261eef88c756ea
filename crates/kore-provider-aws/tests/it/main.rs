//! The AWS provider: what it says (permissions, templates, tokens), and what it does in a stand-in of AWS.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test: what is not as expected is a failure, and what was tried is told"
)]

mod accounts;
mod bill;
mod clusters;
mod crashes;
mod documents;
mod evaluation;
mod faults;
mod foundation;
mod health;
mod identity;
mod issuer;
mod judge;
mod least;
mod many;
mod prices;
mod rehearsal;
mod rules;
mod token;
mod world;
mod zones;
