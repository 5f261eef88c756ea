//! What the HTTP edge promises, whatever the use cases do.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are not told from a program"
)]

mod addresses;
mod api;
mod attacks;
mod audit;
mod clouds;
mod conflicts;
mod console;
mod csrf;
mod events;
mod factors;
mod faults;
mod federation;
mod gateway;
mod guard;
mod holes;
mod invitations;
mod issuer;
mod keeping;
mod kubernetes;
mod limited;
mod limits;
mod listen;
mod matrix;
mod namespaces;
mod overview;
mod people;
mod plans;
mod platform;
mod quotas;
mod retry;
mod revocation;
mod rights;
mod robots;
mod search;
mod sessions;
mod signin;
mod sso;
mod sso_attacks;
mod table;
mod upgrades;
mod users;
