//! One story a file. They share the machine, so that no more than two are told at a time (`make test`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "all of it is test code; the exceptions of clippy.toml see only what is inside #[test]"
)]

mod browser;
mod command_line;
mod conformance;
mod console;
mod crashes;
mod ground;
mod guardrails;
mod inventory;
mod kill_points;
mod machine;
mod main_job;
mod network;
mod rehearsal;
mod streams;
mod together;
mod upgrade;
mod without_root;
