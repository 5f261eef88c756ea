//! A disk that is full when a test wants it to be.

use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};

/// A small file system of its own, unmounted when dropped. Needs root.
#[derive(Debug)]
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// One of this size.
    ///
    /// # Errors
    /// When it cannot be mounted.
    pub fn new(kib: u32) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("kore-disk-").tempdir()?;
        let size = format!("size={kib}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "kore-test"]).arg(directory.path());
        let output = mount.output().context("mount does not start")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Self(directory))
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it, but for that many pages of 4096 bytes.
    ///
    /// # Errors
    /// When that fails for another reason than a full disk.
    pub fn fill(&self, but: u64) -> anyhow::Result<()> {
        let mut file = std::fs::File::create(self.ballast())?;
        let mut written = 0_u64;
        loop {
            match file.write(&[1; 4096]) {
                Ok(bytes) => written += bytes as u64,
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(file.set_len(written.saturating_sub(but * 4096))?)
    }

    /// Makes room again.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn free(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.0.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever has a file open there keeps it until they are gone too.
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}
