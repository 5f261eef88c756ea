//! Why there is no answer, and why there is no trust.

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not three parts of base64url with JSON in them, or absurdly long.
    #[error("the token cannot be read")]
    Malformed,
    /// `none`, a symmetric algorithm, or one that nobody here knows.
    #[error("the algorithm {0} is not accepted")]
    Algorithm(String),
    /// The header says where to find another key, or what must be understood (`jku`, `x5u`, `jwk`, `crit` …).
    #[error("the header has {0}, which is not accepted")]
    Header(&'static str),
    /// The issuer has no key of this id, or several that might be meant.
    #[error("the issuer has no such key")]
    UnknownKey,
    /// It is not signed by that key.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// `iss` is not who was expected.
    #[error("it is from another issuer")]
    Issuer,
    /// `aud` or `azp` is somebody else.
    #[error("it is for somebody else ({0})")]
    Audience(&'static str),
    /// `exp` is over.
    #[error("it has expired")]
    Expired,
    /// `nbf` or `iat` lies ahead.
    #[error("it is from the future ({0})")]
    Future(&'static str),
    /// `iat` is further back than was asked for.
    #[error("it is too old")]
    TooOld,
    /// `nonce` is not the one that was sent.
    #[error("it answers another sign-in")]
    Nonce,
}

/// Why an issuer's answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that may be asked.
    #[error("{0}")]
    Address(String),
    /// It did not answer, or not in time, or too much.
    #[error("{url} does not answer as it should: {why}")]
    Unreachable {
        /// Which address.
        url: String,
        /// What happened.
        why: String,
    },
    /// It answers something else.
    #[error("{0}")]
    Metadata(String),
    /// The token endpoint refused, with an error code of RFC 6749 section 5.2.
    #[error("the provider refused the code: {0}")]
    Grant(String),
    /// The token is not believed.
    #[error("the token is refused: {0}")]
    Token(#[from] Refused),
}
