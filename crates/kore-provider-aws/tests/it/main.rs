//! The permissions: rules that hold for all of them, and the documents that are checked in.
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected is a failure")]

mod documents;
mod foundation;
mod rules;
mod token;
