//! The built program from outside: transcripts of status, standard output and standard error.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test: what is not as expected is a failure"
)]

mod behaviour;
mod clouds;
mod idp;
mod local;
mod nouns;
mod people;
mod quotas;
mod rehearsal;
mod robots;
mod sessions;
mod world;
