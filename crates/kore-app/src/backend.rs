//! What a kind's home can do with its objects, whichever it is.

use async_trait::async_trait;
use kore_api::{codes::Code, envelope::ListMeta, names::TeamName, preview::Preview};
use kore_domain::{
    access::OpContext,
    query::{Page, RawQuery},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{App, AppError, previews::Seen};

/// Where an object is: its team, for team-scoped kinds, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The team.
    pub team: Option<TeamName>,
    /// The name, not yet looked at.
    pub name: String,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// Where the next begins.
    pub metadata: ListMeta,
    /// The objects.
    pub items: Vec<Value>,
}

impl ListPage {
    /// A page of what was listed, each as it is shown; the revision is that of the whole list.
    pub(crate) fn of<T>(
        page: Page<T>,
        resource_version: String,
        show: impl FnMut(T) -> Result<Value, AppError>,
    ) -> Result<Self, AppError> {
        let metadata = ListMeta {
            resource_version,
            continue_token: page.continue_token,
            remaining_item_count: Some(page.remaining),
        };
        Ok(Self { metadata, items: page.items.into_iter().map(show).collect::<Result<_, _>>()? })
    }
}

/// One object and its revision.
#[derive(Debug, Clone)]
pub struct Found {
    /// The object.
    pub object: Value,
    /// Its revision, for kinds that have one.
    pub etag: Option<String>,
}

/// Which revision a write means (RFC 9110 `If-Match`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing was said.
    Missing,
    /// Whatever is there (`*`).
    Any,
    /// This one.
    Revision(String),
}

/// How a write is meant.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// Only say what would happen.
    pub dry_run: bool,
    /// Which revision is meant.
    pub precondition: Precondition,
    /// What the preview showed that was looked at; the write is refused when things have moved.
    pub preview: Option<Seen>,
}

impl WriteOptions {
    /// [`Precondition::check`] of a write that is meant; a dry run may leave out what it means.
    pub(crate) fn check(&self, current: i64) -> Result<(), AppError> {
        if self.dry_run && self.precondition == Precondition::Missing {
            return Ok(());
        }
        self.precondition.check(&current.to_string())
    }
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { dry_run: false, precondition: Precondition::Missing, preview: None }
    }
}

/// What a write came to.
#[derive(Debug, Clone)]
pub enum Written {
    /// It was made.
    Done {
        /// The object as it is now; for deletions its last state.
        object: Value,
        /// Its revision.
        etag: Option<String>,
        /// The operation that the change began.
        operation: Option<Uuid>,
        /// What is allowed but worth knowing.
        warnings: Vec<String>,
    },
    /// It was made, with a secret that only this answer has.
    Once {
        /// The object with the secret.
        shown: Value,
        /// The object without it, as everybody else sees it.
        kept: Value,
        /// Its revision.
        etag: Option<String>,
    },
    /// It was only looked at.
    Preview(Box<Preview>),
}

impl Written {
    /// It was made, without an operation.
    pub(crate) fn made(object: Value, revision: i64) -> Self {
        Self::Done { object, etag: Some(revision.to_string()), operation: None, warnings: Vec::new() }
    }

    /// It is gone, without an operation; its last state.
    pub(crate) fn gone(object: Value) -> Self {
        Self::Done { object, etag: None, operation: None, warnings: Vec::new() }
    }

    /// What may be kept of it: everything but a secret.
    #[must_use]
    pub fn kept(&self) -> Self {
        match self {
            Self::Once { kept, etag, .. } => {
                Self::Done { object: kept.clone(), etag: etag.clone(), operation: None, warnings: Vec::new() }
            }
            other => other.clone(),
        }
    }
}

impl Place {
    /// The team of a team-scoped object.
    pub(crate) fn team(&self) -> Result<&TeamName, AppError> {
        self.team.as_ref().ok_or_else(AppError::hidden)
    }
}

impl Precondition {
    /// Compares with what is there.
    ///
    /// # Errors
    /// 428 when nothing was said, 412 when another revision was.
    pub fn check(&self, current: &str) -> Result<(), AppError> {
        match self {
            Self::Any => Ok(()),
            Self::Missing => {
                Err(AppError::new(Code::PreconditionRequired, "the request says not which revision it means")
                    .with_etag(current))
            }
            Self::Revision(wanted) if wanted == current => Ok(()),
            Self::Revision(wanted) => {
                let mut error = AppError::new(
                    Code::PreconditionFailed,
                    format!("the object's revision is {current}, If-Match says {wanted}"),
                );
                *error.problem = error.problem.clone().with("current", current).with("wanted", wanted.clone());
                Err(error.with_etag(current))
            }
        }
    }
}

/// What a kind's home can do. Verbs that a kind does not have are never routed.
#[async_trait]
pub trait Backend: Send + Sync {
    /// A page of a team's objects, or of all that the caller may see.
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        query: &RawQuery<'_>,
    ) -> Result<ListPage, AppError>;

    /// One object.
    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let _ = (app, cx, place);
        Err(AppError::hidden())
    }

    /// Makes one.
    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let _ = (app, cx, team, body, options);
        Err(no_verb())
    }

    /// Replaces one.
    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let _ = (app, cx, place, body, options);
        Err(no_verb())
    }

    /// Changes one by a merge patch (RFC 7396).
    async fn patch(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        patch: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let Found { mut object, .. } = self.get(app, cx, place).await?;
        json_patch::merge(&mut object, &patch);
        self.replace(app, cx, place, object, options).await
    }

    /// Deletes one.
    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let _ = (app, cx, place, options);
        Err(no_verb())
    }
}

fn no_verb() -> AppError {
    AppError::new(Code::MethodNotAllowed, "this kind does not know the verb")
}
