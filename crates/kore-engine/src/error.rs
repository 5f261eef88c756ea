//! Errors are classified where they happen, from typed codes.

use std::time::Duration;

use kore_api::{codes::Code, operation::Failure};

/// What the engine does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A passing fault: try again after this long at the earliest.
    Retry(Duration),
    /// Not consistent yet; look again after this long. Not a failure.
    Settling(Duration),
    /// A limit was reached; somebody must raise it or free something.
    Quota,
    /// A right that worked is gone.
    AccessLost,
    /// Somebody else holds the name or changed the thing.
    Conflict,
    /// The spec cannot be realised.
    Invalid,
    /// The thing is not there.
    NotFound,
    /// Trying again cannot help.
    Terminal,
}

/// How long to wait before something that failed in passing is tried again.
pub const SOON: Duration = Duration::from_secs(2);

/// An error that nobody classified: a bug, or something that passes.
#[must_use]
pub fn internal(what: impl Into<String>) -> StepError {
    StepError::new(Code::Internal, Class::Retry(SOON), what)
}

impl Class {
    /// Whether the engine tries again by itself.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::Retry(_) | Self::Settling(_) | Self::Quota | Self::AccessLost)
    }
}

/// An error of a step, with its code, its class and the raw cause.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StepError {
    /// Its code.
    pub code: Code,
    /// What the engine does about it.
    pub class: Class,
    /// What failed, in a sentence.
    pub message: String,
    /// Why.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What went wrong, with its causes, on one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        said.push_str(": ");
        said.push_str(&cause.to_string());
        next = cause.source();
    }
    said
}

impl StepError {
    /// An error without an underlying cause.
    #[must_use]
    pub fn new(code: Code, class: Class, message: impl Into<String>) -> Self {
        Self { code, class, message: message.into(), cause: None }
    }

    /// With the error beneath.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// As people and the API see it; the chain of causes on one line.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let entry = self.code.entry();
        Failure {
            code: entry.code.to_owned(),
            message: self.message.clone(),
            cause: self.cause.as_deref().map(|cause| chain(cause)),
            owner: entry.owner,
            fix: entry.fix.iter().map(|&line| line.to_owned()).collect(),
            retryable: self.class.retryable(),
        }
    }
}
