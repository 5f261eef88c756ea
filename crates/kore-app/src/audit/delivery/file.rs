//! A file of records, one JSON object a line, which becomes `<path>.1` when it is large.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{audit::AuditRecord, config::AuditFileSettings};

use super::{SinkFault, Target};
use crate::audit::files::{append, mend};

#[derive(Debug)]
pub(super) struct FileTarget {
    path: PathBuf,
    largest: u64,
    keep: u32,
}

impl FileTarget {
    pub(super) fn new(settings: &AuditFileSettings) -> Result<Self, SinkFault> {
        let AuditFileSettings { path, rotate_mib, keep } = settings.clone();
        if !path.is_absolute() {
            return Err(SinkFault::Path);
        }
        Ok(Self { path, largest: u64::from(rotate_mib.max(1)) << 20, keep })
    }
}

#[async_trait]
impl Target for FileTarget {
    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    async fn deliver(&self, records: &[AuditRecord], _: Timestamp) -> Result<(), String> {
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, record).map_err(|error| error.to_string())?;
            lines.push(b'\n');
        }
        let (path, largest, keep) = (self.path.clone(), self.largest, self.keep);
        let written = tokio::task::spawn_blocking(move || write(&path, &lines, largest, keep)).await;
        written.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }
}

fn write(path: &Path, lines: &[u8], largest: u64, keep: u32) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|file| file.len() >= largest) {
        rotate(path, keep)?;
    }
    // Half a line that a crash left; the whole one comes again.
    mend(path)?;
    append(path, lines)
}

/// `x` → `x.1` → `x.2` …, and the last goes.
fn rotate(path: &Path, keep: u32) -> io::Result<()> {
    let numbered = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    if keep == 0 {
        return fs::remove_file(path);
    }
    for number in (1..keep).rev() {
        match fs::rename(numbered(number), numbered(number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, numbered(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_whole_and_few() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("audit.jsonl");
        for round in 0..5 {
            write(&path, format!("{round}{}\n", "x".repeat(60)).as_bytes(), 50, 2).unwrap();
        }
        let read = |name: &str| fs::read_to_string(home.path().join(name)).unwrap().chars().next();
        assert_eq!(
            (read("audit.jsonl"), read("audit.jsonl.1"), read("audit.jsonl.2")),
            (Some('4'), Some('3'), Some('2'))
        );
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3);
        fs::write(&path, "{\"whole\":1}\n{\"ha").unwrap();
        write(&path, b"{\"next\":1}\n", 500, 2).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"whole\":1}\n{\"next\":1}\n");
        write(&path, b"z\n", 5, 0).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "z\n");
    }
}
