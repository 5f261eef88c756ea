//! Operations and the audit trail: append-only, in SQL, read by pages of a cursor.

mod audit_trail;
mod operations;
mod retry;

use kore_api::codes::Code;
use kore_domain::query::{Cursor, FieldValue, ListQuery, Operator, Term};

use crate::AppError;

pub(crate) use audit_trail::AuditTrail;
pub(crate) use operations::Operations;
pub use retry::ACTION as RETRY;

/// The one order of append-only records is newest first.
fn newest_first(query: &ListQuery, field: &'static str, given: Option<&str>) -> Result<(), AppError> {
    if given.is_none_or(str::is_empty) || query.order.keys() == [(field, true)] {
        return Ok(());
    }
    Err(AppError::new(Code::InputMalformed, format!("orderBy: these records come newest first (-{field})")))
}

/// The value of a term that SQL can answer: an equality.
fn equal(term: &Term) -> Result<String, AppError> {
    match term.operator {
        Operator::Equal => Ok(term.value.clone()),
        Operator::NotEqual | Operator::Contains | Operator::AtLeast | Operator::Below => {
            Err(AppError::new(Code::InputMalformed, format!("filter: {} is compared with = only", term.field)))
        }
    }
}

fn unknown(term: &Term) -> AppError {
    AppError::new(Code::InputMalformed, format!("filter: {} is not filtered by", term.field))
}

/// A place in a list of records.
fn cursor(values: Vec<FieldValue<'static>>, unique: String) -> Cursor {
    Cursor { values, unique }
}

/// Reads an enumeration's word.
fn parse<T: serde::de::DeserializeOwned>(field: &str, word: &str) -> Result<T, AppError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|error| AppError::new(Code::InputMalformed, format!("filter: {field}: {error}")))
}
