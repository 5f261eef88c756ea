//! Tokens that lie and issuers that misbehave.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are not told from a program")]

mod authority;
mod issuers;
mod keys;
mod tokens;
