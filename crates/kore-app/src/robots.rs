//! Robots, whom they trust, and tokens that live longer than a sign-in.

mod issuers;
mod kind;
mod tokens;

pub(crate) use issuers::TrustedIssuers;
pub(crate) use kind::Robots;
