//! Log files of processes: each bounded, the end of each at hand for errors.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use kore_engine::error::StepError;

use crate::files;

const LARGEST: u64 = 8 << 20;
const EVERY: Duration = Duration::from_secs(20);

pub(super) fn path(logs: &Path, name: &str) -> PathBuf {
    logs.join(format!("{name}.log"))
}

pub(super) fn remove(logs: &Path, name: &str) -> Result<(), StepError> {
    let file = path(logs, name);
    files::remove(&file)?;
    files::remove(&file.with_extension("log.1"))?;
    if let Some(parent) = file.parent().filter(|&parent| parent != logs) {
        // The directory of a cluster goes with the last log in it.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}

/// The last lines of a file, joined by ` | `; empty where there is none.
pub(super) fn tail(file: &Path, lines: usize) -> String {
    let read = || -> io::Result<String> {
        let mut file = fs::File::open(file)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(8192)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join(" | ")
}

/// Keeps every log below twice [`LARGEST`]: the processes append, so a file may be cut under them.
pub(super) async fn rotate_forever(logs: PathBuf) {
    loop {
        tokio::time::sleep(EVERY).await;
        rotate(&logs, LARGEST);
    }
}

fn rotate(directory: &Path, largest: u64) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rotate(&path, largest);
        } else if path.extension().is_some_and(|extension| extension == "log")
            && fs::metadata(&path).is_ok_and(|found| found.len() > largest)
        {
            // Without room for the copy the old lines go: better than a full disk.
            let _ = fs::copy(&path, path.with_extension("log.1"));
            if let Err(error) = OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(0)) {
                tracing::warn!(path = %path.display(), %error, "cannot cut log");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_cut_and_its_end_is_at_hand() {
        let home = tempfile::tempdir().unwrap();
        let file = path(home.path(), "a/b");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "one\ntwo\n\nthree\n").unwrap();
        assert_eq!(tail(&file, 2), "two | three");
        rotate(home.path(), 1 << 20);
        assert_eq!(fs::metadata(&file).unwrap().len(), 15);
        rotate(home.path(), 4);
        assert_eq!(fs::metadata(&file).unwrap().len(), 0);
        assert_eq!(tail(&file.with_extension("log.1"), 1), "three");
        remove(home.path(), "a/b").unwrap();
        assert!(!file.parent().unwrap().exists());
    }
}
