//! The relying party's side of OpenID Connect: where an issuer's keys come from, whether a token is
//! what it says, and the code flow.
//!
//! Signatures are checked by `jsonwebtoken` on aws-lc-rs, the code flow is `oauth2`'s; what is our own is
//! which address may be asked ([`network`]), which claims must say what ([`verify`]), and when keys are
//! fetched again ([`Issuer`]).
//!
//! Invariant: knows nothing of Kore. People who sign in and robots of CI systems are verified by the
//! same function. No clock: the time comes in.

mod code;
mod error;
mod http;
mod issuer;
pub mod network;
pub mod verify;

pub use code::{Authorization, Client, Tokens};
pub use error::{Error, Refused};
pub use issuer::{Issuer, KeySource, Metadata};
pub use jsonwebtoken::jwk::JwkSet;
pub use network::Network;
pub use verify::{Claims, Expected, public_keys, verify};
