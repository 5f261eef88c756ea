//! What can go wrong between here and the server.

use std::path::PathBuf;

use kore_api::{codes::Code, identity::OAuthError, problem::Problem};

/// One variant per outcome that a caller acts on.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused and said why.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// No answer: refused, unresolvable, TLS, timed out.
    #[error("{server} does not answer: {cause}")]
    Unreachable {
        /// The server's address.
        server: String,
        /// The innermost cause.
        cause: String,
    },
    /// There is no session for this server, or it has ended.
    #[error("not signed in to {server}: {why}")]
    AuthNeeded {
        /// The server's address.
        server: String,
        /// What is missing, in a few words.
        why: String,
    },
    /// The authorization server refused (RFC 6749 section 5.2).
    #[error("sign-in refused: {}{}", .0.error, .0.error_description.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
    OAuth(OAuthError),
    /// An answer that is not one of Kore's.
    #[error("{server} answered {status} with something that is not Kore's: {excerpt}")]
    Unexpected {
        /// The server's address.
        server: String,
        /// HTTP status.
        status: u16,
        /// Beginning of the body.
        excerpt: String,
    },
    /// The session file could not be read, locked or written.
    #[error("session file {}: {source}", path.display())]
    Session {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The address cannot be used.
    #[error("{0} is not an http(s) address")]
    Address(String),
    /// The HTTP client could not be built (TLS roots, for one).
    #[error("cannot set up HTTP: {0}")]
    Setup(String),
}

impl ClientError {
    /// The problem's code, where the server gave one that this program knows.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Code::find(&problem.code),
            _ => None,
        }
    }

    /// Whether the server says that there is no such object.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == 404)
    }

    /// Whether the server says that the name is taken.
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.code() == Some(Code::AlreadyExists)
    }

    /// Whether asking again may help: nobody answered, or the server says so.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Problem(problem) => problem.status >= 500 || problem.status == 429,
            Self::Unexpected { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

/// The innermost message of an error chain: what people need, without the wrappers.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut current = error;
    while let Some(next) = current.source() {
        current = next;
    }
    current.to_string()
}
