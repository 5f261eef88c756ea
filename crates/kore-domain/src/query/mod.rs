//! List queries: `filter`, `orderBy`, `labelSelector`, `limit`, `continue`.
//!
//! Fields come from an allow-list per kind, so that a list never scans for what nobody indexed. A
//! page token carries the place of the last object, is signed, and is bound to filter and order:
//! with another query it is refused rather than misread.

mod filter;
mod order;
mod page;
mod selector;
mod value;

pub use filter::{Filter, Operator, Term};
pub use order::OrderBy;
pub use page::{Cursor, Page, page};
pub use selector::LabelSelector;
pub use value::{Field, FieldValue, Lookup};

use kore_api::codes::Code;
use sha2::{Digest, Sha256};

/// Objects on a page when nobody says how many.
pub const DEFAULT_LIMIT: usize = 50;
/// Most objects on a page.
pub const MAX_LIMIT: usize = 500;

/// Why a list query is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Not of its form.
    #[error("{parameter}: {detail}")]
    Malformed {
        /// Which parameter.
        parameter: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The page token is not ours, or belongs to another query.
    #[error("the page token belongs to another filter or order, or was not made by this server")]
    Continue,
}

impl QueryError {
    /// Its problem code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed { .. } => Code::InputMalformed,
            Self::Continue => Code::ContinueExpired,
        }
    }

    fn malformed(parameter: &'static str, detail: impl Into<String>) -> Self {
        Self::Malformed { parameter, detail: detail.into() }
    }
}

/// The parameters of a list as they came.
#[derive(Debug, Clone, Default)]
pub struct RawQuery<'a> {
    /// `field=value,field!=value,field~text,field>=value,field<value`.
    pub filter: Option<&'a str>,
    /// `name` or `-metadata.creationTimestamp`; several with commas.
    pub order_by: Option<&'a str>,
    /// As kubectl's `-l`.
    pub label_selector: Option<&'a str>,
    /// 1 to [`MAX_LIMIT`].
    pub limit: Option<usize>,
    /// From the page before.
    pub continue_token: Option<&'a str>,
}

/// A list query, understood.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which objects.
    pub filter: Filter,
    /// Which objects, by labels.
    pub selector: LabelSelector,
    /// In which order.
    pub order: OrderBy,
    /// How many at once.
    pub limit: usize,
    /// After which object.
    pub after: Option<Cursor>,
    fingerprint: [u8; 32],
}

impl ListQuery {
    /// Understands a query over these fields; `key` signs page tokens, `scope` is what the list is
    /// of (route and visibility), so that a token is good for that list only.
    ///
    /// # Errors
    /// [`QueryError`] naming the parameter, or [`QueryError::Continue`].
    pub fn parse(raw: &RawQuery<'_>, fields: &[Field], key: &[u8], scope: &str) -> Result<Self, QueryError> {
        let filter = Filter::parse(raw.filter.unwrap_or_default(), fields)?;
        let order = OrderBy::parse(raw.order_by.unwrap_or_default(), fields)?;
        let selector = LabelSelector::parse(raw.label_selector.unwrap_or_default())?;
        let limit = raw.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(QueryError::malformed("limit", format!("{limit} is not between 1 and {MAX_LIMIT}")));
        }
        let mut hash = Sha256::new();
        for part in [scope, raw.filter.unwrap_or_default(), raw.order_by.unwrap_or_default()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(raw.label_selector.unwrap_or_default());
        let fingerprint = hash.finalize().into();
        let after = match raw.continue_token.filter(|token| !token.is_empty()) {
            Some(token) => Some(Cursor::decode(token, key, &fingerprint)?),
            None => None,
        };
        Ok(Self { filter, selector, order, limit, after, fingerprint })
    }

    /// Whether an object belongs to the list.
    pub fn matches<T: Lookup + ?Sized>(&self, object: &T) -> bool {
        self.filter.matches(object) && self.selector.matches(object)
    }

    /// The token of the page after this place.
    #[must_use]
    pub fn continue_token(&self, last: &Cursor, key: &[u8]) -> String {
        last.encode(key, &self.fingerprint)
    }
}
