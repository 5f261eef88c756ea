//! What can go wrong in the store, told apart by what a caller does about it.

use std::{error::Error, time::Duration};

use kore_api::codes::Code;
use kore_domain::access::Misused;
use kore_engine::error::{Class, StepError};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

type Cause = Box<dyn Error + Send + Sync>;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer. Nothing was recorded, or it is not known whether it was.
    #[error("the database does not answer")]
    Unavailable(#[source] Cause),
    /// The disk beneath the database is full. What was acknowledged is safe.
    #[error("the disk beneath the database is full")]
    Full(#[source] Cause),
    /// Two writers got in each other's way; the same call may pass now.
    #[error("the database was busy with another writer")]
    Busy(#[source] Cause),
    /// A unique rule was broken; named `<table>_<columns>` on every database.
    #[error("{0} exists already")]
    Unique(String),
    /// A row that this one refers to is not there.
    #[error("a row that this one refers to is not there")]
    Reference,
    /// The row is not there.
    #[error("{0} is not there")]
    NotFound(&'static str),
    /// The row is not at the revision that the caller saw.
    #[error("{0} was changed in the meantime")]
    Conflict(&'static str),
    /// Something else still needs it.
    #[error("{0} is still in use")]
    InUse(&'static str),
    /// A team keeps at least one owner.
    #[error("a team keeps at least one owner")]
    LastOwner,
    /// Teams that somebody is the only owner of, with commas between.
    #[error("nobody else owns {0}")]
    LastOwnerOf(String),
    /// A proof for one action was used for another: a bug.
    #[error(transparent)]
    Misused(#[from] Misused),
    /// A row cannot be read: a bug, or somebody else wrote it.
    #[error("{what} in the database cannot be read")]
    Corrupt {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// The URL of the database cannot be used.
    #[error("the URL of the database cannot be used: {0}")]
    Url(String),
    /// Anything that nobody classified.
    #[error("the database refused")]
    Other(#[source] Cause),
}

impl StoreError {
    /// Its problem code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unavailable(_) | Self::Busy(_) | Self::Url(_) => Code::DatabaseUnavailable,
            Self::Full(_) => Code::LocalDiskFull,
            Self::Unique(_) => Code::AlreadyExists,
            Self::Reference | Self::NotFound(_) => Code::NotFound,
            Self::Conflict(_) => Code::PreconditionFailed,
            Self::InUse(_) => Code::InUse,
            Self::LastOwner | Self::LastOwnerOf(_) => Code::LastOwner,
            Self::Misused(_) | Self::Corrupt { .. } | Self::Other(_) => Code::Internal,
        }
    }

    pub(crate) fn corrupt(what: &'static str, cause: impl Into<Cause>) -> Self {
        Self::Corrupt { what, cause: cause.into() }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => return Self::Unique(unique_name(&error, &message)),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::Reference,
            _ => {}
        }
        match classify(&error) {
            Kind::Unavailable => Self::Unavailable(error.into()),
            Kind::Full => Self::Full(error.into()),
            Kind::Busy => Self::Busy(error.into()),
            Kind::Other => Self::Other(error.into()),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Unavailable,
    Full,
    Busy,
    Other,
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn classify(error: &DbErr) -> Kind {
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return Kind::Unavailable;
    }
    match sqlx_error(error) {
        Some(sqlx::Error::Database(cause)) => {
            let code = cause.code().unwrap_or_default();
            if let Some(cause) = cause.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
                mariadb(cause.number())
            } else if cause.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
                postgresql(&code)
            } else {
                sqlite(code.parse().unwrap_or_default())
            }
        }
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed,
        ) => Kind::Unavailable,
        _ => Kind::Other,
    }
}

/// Primary result codes are the low byte (<https://www.sqlite.org/rescode.html>).
const fn sqlite(code: u32) -> Kind {
    match code & 0xff {
        13 => Kind::Full,
        5 | 6 => Kind::Busy,
        // I/O errors: a write that fails (778), and room for the shared memory of WAL (4874), are a full disk.
        10 if code == 778 || code == 4874 => Kind::Full,
        10 | 14 | 8 => Kind::Unavailable,
        _ => Kind::Other,
    }
}

/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>
fn postgresql(code: &str) -> Kind {
    match code {
        "53100" => Kind::Full,
        "40001" | "40P01" | "55P03" => Kind::Busy,
        _ if code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") => Kind::Unavailable,
        _ => Kind::Other,
    }
}

/// <https://mariadb.com/docs/server/reference/error-codes>
const fn mariadb(number: u16) -> Kind {
    match number {
        1021 | 1114 => Kind::Full,
        1020 | 1205 | 1213 => Kind::Busy,
        // Too many connections, shutdown in progress, killed, network.
        1040 | 1053 | 1077 | 1079 | 1080 | 1158..=1161 | 1203 | 1927 | 1317 => Kind::Unavailable,
        _ => Kind::Other,
    }
}

/// One name on every database: `users_name`, as the indexes are called.
fn unique_name(error: &DbErr, message: &str) -> String {
    if let Some(sqlx::Error::Database(cause)) = sqlx_error(error)
        && let Some(name) = cause.constraint()
    {
        return name.to_owned();
    }
    // SQLite: "UNIQUE constraint failed: memberships.team, memberships.user_id"
    if let Some((_, columns)) = message.split_once("constraint failed: ") {
        let mut name = String::new();
        for (index, column) in columns.split(", ").enumerate() {
            let (table, column) = column.split_once('.').unwrap_or(("", column));
            if index == 0 {
                name.push_str(table);
            }
            name.push('_');
            name.push_str(column);
        }
        return name;
    }
    // MariaDB: "Duplicate entry 'ana' for key 'users_name'"
    match message.rsplit_once("for key '") {
        Some((_, name)) => name.trim_end_matches('\'').to_owned(),
        None => message.to_owned(),
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        let class = match error {
            StoreError::Unavailable(_) | StoreError::Full(_) | StoreError::Url(_) => {
                Class::Retry(Duration::from_secs(1))
            }
            StoreError::Busy(_) => Class::Retry(Duration::from_millis(50)),
            StoreError::Unique(_)
            | StoreError::Conflict(_)
            | StoreError::LastOwner
            | StoreError::LastOwnerOf(_)
            | StoreError::InUse(_) => Class::Conflict,
            StoreError::NotFound(_) | StoreError::Reference => Class::NotFound,
            StoreError::Misused(_) | StoreError::Corrupt { .. } | StoreError::Other(_) => Class::Terminal,
        };
        Self::new(error.code(), class, "the step could not be recorded").caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_databases_are_told_apart() {
        assert!(matches!(sqlite(13), Kind::Full) && matches!(sqlite(778), Kind::Full));
        assert!(matches!(sqlite(517), Kind::Busy) && matches!(sqlite(14), Kind::Unavailable));
        assert!(matches!(postgresql("53100"), Kind::Full) && matches!(postgresql("53300"), Kind::Unavailable));
        assert!(matches!(postgresql("57P01"), Kind::Unavailable) && matches!(postgresql("40P01"), Kind::Busy));
        assert!(matches!(mariadb(1021), Kind::Full) && matches!(mariadb(1114), Kind::Full));
        assert!(matches!(mariadb(1213), Kind::Busy) && matches!(mariadb(1053), Kind::Unavailable));
        assert!(matches!(mariadb(1064), Kind::Other) && matches!(postgresql("42601"), Kind::Other));
    }

    #[test]
    fn a_step_is_tried_again_when_the_database_comes_back() {
        let step = StepError::from(StoreError::Unavailable("gone".into()));
        assert_eq!((step.code, step.class.retryable()), (Code::DatabaseUnavailable, true));
        let step = StepError::from(StoreError::Other("bug".into()));
        assert_eq!((step.code, step.class.retryable()), (Code::Internal, false));
    }
}
