//! Between columns and values: times, words, ids, hashes.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, LikeExpr, SimpleExpr};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::{ContextV7, Uuid};

use crate::error::StoreError;

/// SHA-256 of a secret; secrets themselves never reach the database.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of a secret as it was handed out.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl std::fmt::Debug for TokenHash {
    /// Enough to tell two apart.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenHash({}…)", hex::encode(self.0.get(..4).unwrap_or_default()))
    }
}

/// Microseconds since 1970, UTC: the one form of a time in every database (MySQL cuts fractions otherwise).
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|cause| StoreError::corrupt("a time", cause))
}

pub(crate) fn maybe_time(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(time).transpose()
}

/// The word of an enumeration, as the API spells it.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(word: String) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(word)).map_err(|cause| StoreError::corrupt("a word", cause))
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(|cause| StoreError::corrupt("a value", cause))
}

pub(crate) fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|cause| StoreError::corrupt("a JSON column", cause))
}

pub(crate) fn from_name<T: std::str::FromStr>(name: &str) -> Result<T, StoreError>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    name.parse().map_err(|cause: T::Err| StoreError::corrupt("a name", cause))
}

/// Cuts a text to what its column holds.
pub(crate) fn clip(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// A UUIDv7 of this time; two of the same millisecond keep the order in which they were made.
pub(crate) fn new_id(now: Timestamp) -> Uuid {
    static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, nanoseconds))
}

/// Whether a column contains a text, whatever the case; the databases differ in what `LIKE` means by
/// itself, and the text is not a pattern.
pub(crate) fn contains(column: impl IntoColumnRef, part: &str) -> SimpleExpr {
    let mut pattern = String::from("%");
    for character in part.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Func::lower(Expr::col(column)).like(LikeExpr::new(pattern).escape('!'))
}
