//! Who Kore is to the clouds without a key of theirs: each takes a token of an issuer that it was told of.

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::error::StepError;

/// Says who Kore is.
#[async_trait]
pub trait WebIdentity: Debug + Send + Sync {
    /// A token (JWT) for this audience, as `sts.amazonaws.com`, that is good for some minutes.
    ///
    /// # Errors
    /// When the issuer does not give one.
    async fn token(&self, audience: &str) -> Result<SecretString, StepError>;
}
