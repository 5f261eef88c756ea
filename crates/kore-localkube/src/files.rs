//! Files that only their owner reads, written whole or not at all.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use kore_engine::error::StepError;
use sha2::{Digest, Sha256};

use crate::failure;

/// Makes a directory and its parents; those it makes are 0700.
///
/// # Errors
/// When it cannot be made.
pub fn directory(path: &Path) -> Result<(), StepError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failure::file("make directory", path))
}

/// Writes a file (0600) by way of a temporary one beside it; returns whether it changed. A file that
/// has these contents is not touched.
///
/// # Errors
/// When it cannot be written; what was there before is whole.
pub fn write(path: &Path, contents: &[u8]) -> Result<bool, StepError> {
    if fs::read(path).is_ok_and(|present| present == contents) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        directory(parent)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(failure::file("write", &temporary))?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(failure::file("write", &temporary))?;
    fs::rename(&temporary, path).map_err(failure::file("write", path))?;
    Ok(true)
}

/// Reads a file; `None` where there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(path: &Path) -> Result<Option<String>, StepError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure::file("read", path)(error)),
    }
}

/// Removes a file or a whole directory; fine where there is none.
///
/// # Errors
/// When something of it cannot be removed.
pub fn remove(path: &Path) -> Result<(), StepError> {
    let result = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failure::file("remove", path)(error)),
        _ => Ok(()),
    }
}

/// SHA-256 over names and contents of files, in hex; a missing file counts as empty. For
/// `ProcessSpec::inputs_digest`.
#[must_use]
pub fn digest<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> String {
    let mut hash = Sha256::new();
    for path in paths {
        let contents = fs::read(path).unwrap_or_default();
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update((contents.len() as u64).to_be_bytes());
        hash.update(contents);
    }
    hex::encode(hash.finalize())
}

/// The first `length` hex digits of a text's SHA-256: short names that derive from long ones.
#[must_use]
pub fn short_hash(text: &str, length: usize) -> String {
    let mut hash = hex::encode(Sha256::digest(text.as_bytes()));
    hash.truncate(length);
    hash
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_written_once_whole_and_private() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        assert!(write(&path, b"one").unwrap());
        assert!(!write(&path, b"one").unwrap());
        let before = digest([&path]);
        assert!(write(&path, b"two").unwrap());
        assert_ne!(before, digest([&path]));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        remove(&home.path().join("a")).unwrap();
        remove(&home.path().join("a")).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
