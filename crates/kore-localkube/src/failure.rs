//! From an error of the operating system to a code with an owner and a fix.

use std::{io, path::Path, time::Duration};

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
pub use kore_engine::error::{SOON, internal};

/// The error of a system call: a full disk and missing rights have codes of their own.
#[must_use]
pub fn io(what: impl Into<String>, error: io::Error) -> StepError {
    let (code, class) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (Code::LocalDiskFull, Class::Retry(Duration::from_secs(15)))
        }
        io::ErrorKind::PermissionDenied => (Code::LocalPermission, Class::Terminal),
        _ => (Code::Internal, Class::Retry(SOON)),
    };
    StepError::new(code, class, what).caused_by(error)
}

/// As [`io`], for what was done to a file.
pub fn file<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> StepError + 'a {
    move |error| io(format!("cannot {what} {}", path.display()), error)
}

/// Data in the data directory that cannot be used.
#[must_use]
pub fn damaged(what: impl Into<String>) -> StepError {
    StepError::new(Code::LocalInstallation, Class::Terminal, what)
}
