//! The one error of use cases: a problem for the caller, and the cause for the log.

use std::error::Error;

use kore_api::{codes::Code, problem::Problem};
use kore_domain::{
    access::{Denied, Misused},
    query::QueryError,
};
use kore_engine::error::StepError;
use kore_store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct AppError {
    /// What the caller is told.
    pub problem: Box<Problem>,
    /// What the log is told; never sent.
    #[source]
    pub cause: Option<Box<dyn Error + Send + Sync>>,
    /// The object's current revision, for refused preconditions.
    pub etag: Option<String>,
    /// Whether the audit trail has it already.
    pub on_record: bool,
}

impl AppError {
    /// An error of this code.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// With the error beneath.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// With the object's current revision.
    #[must_use]
    pub fn with_etag(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// With the audit trail knowing of it.
    #[must_use]
    pub fn recorded(mut self) -> Self {
        self.on_record = true;
        self
    }

    /// Something that cannot happen, happened.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, "the request could not be finished").caused_by(cause)
    }

    /// What a provider or the engine answered.
    #[must_use]
    pub fn from_step(error: &StepError) -> Self {
        let failure = error.failure();
        let known = Self::new(error.code, failure.message);
        match failure.cause {
            Some(cause) => known.caused_by(cause),
            None => known,
        }
    }

    /// There is no such object, or the caller may not know of it: the same words for both.
    #[must_use]
    pub fn hidden() -> Self {
        Self::new(Code::NotFound, "there is no such object, or it is not yours to know about")
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), cause: None, etag: None, on_record: false }
    }
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> Self {
        denied.problem().into()
    }
}

impl From<Misused> for AppError {
    fn from(misused: Misused) -> Self {
        Self::internal(misused)
    }
}

impl From<kube::Error> for AppError {
    /// What the management cluster refuses keeps its meaning; what it cannot answer is its absence.
    fn from(error: kube::Error) -> Self {
        let Some(status) = (match &error {
            kube::Error::Api(status) => Some(status.clone()),
            _ => None,
        }) else {
            return Self::new(Code::ManagementUnavailable, "the management cluster did not answer").caused_by(error);
        };
        match status.code {
            404 => Self::hidden().caused_by(error),
            409 if status.reason == "AlreadyExists" => {
                Self::new(Code::AlreadyExists, "an object of this name exists already").caused_by(error)
            }
            409 => Self::new(Code::PreconditionFailed, "the object was changed in the meantime").caused_by(error),
            // The message names field and rule, not values of other people's objects.
            422 => Self::new(Code::InputInvalid, status.message.clone()).caused_by(error),
            429 | 500..=599 => {
                Self::new(Code::ManagementUnavailable, "the management cluster refused for now").caused_by(error)
            }
            _ => Self::internal(error),
        }
    }
}
impl From<kore_kube::index::Behind> for AppError {
    fn from(behind: kore_kube::index::Behind) -> Self {
        Self::new(Code::ManagementUnavailable, "the change was made, but is not visible yet").caused_by(behind)
    }
}

impl From<QueryError> for AppError {
    fn from(error: QueryError) -> Self {
        let problem = Problem::new(error.code(), error.to_string());
        match error {
            QueryError::Malformed { parameter, .. } => problem.with_fix(format!("correct the parameter {parameter}")),
            QueryError::Continue => problem,
        }
        .into()
    }
}

impl From<StoreError> for AppError {
    /// A clash that a caller can do something about says so; what the database said is for the log.
    fn from(error: StoreError) -> Self {
        let code = error.code();
        let detail = match code {
            Code::Internal => "the request could not be finished".to_owned(),
            Code::NotFound => "there is no such object, or it is not yours to know about".to_owned(),
            _ => error.to_string(),
        };
        Self::new(code, detail).caused_by(error)
    }
}
