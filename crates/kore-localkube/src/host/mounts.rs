//! Mounts below a directory of ours.

use std::{
    fs,
    path::{Path, PathBuf},
};

use kore_engine::error::StepError;
use nix::{
    errno::Errno,
    mount::{MntFlags, umount2},
};

use crate::failure;

/// What is mounted on a directory or below it, in the order in which it was mounted.
#[must_use]
pub fn below(directory: &Path) -> Vec<PathBuf> {
    parse(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default(), directory)
}

/// The fifth field of each line (proc(5)); spaces and the like are octal there.
fn parse(text: &str, directory: &Path) -> Vec<PathBuf> {
    text.lines()
        .filter_map(|line| line.split(' ').nth(4))
        .map(|field| PathBuf::from(unescape(field)))
        .filter(|path| path.starts_with(directory))
        .collect()
}

fn unescape(field: &str) -> String {
    ["\\040= ", "\\011=\t", "\\012=\n", "\\134=\\"].iter().fold(field.to_owned(), |text, pair| {
        let (from, to) = pair.split_once('=').unwrap_or_default();
        text.replace(from, to)
    })
}

/// Undoes every mount on a directory or below it, last first. Lazily: what still has files open there
/// was ended before, or does not matter any more.
///
/// # Errors
/// When the kernel refuses.
pub fn undo(directory: &Path) -> Result<(), StepError> {
    for path in below(directory).into_iter().rev() {
        match umount2(&path, MntFlags::MNT_DETACH) {
            // It went with the one above it.
            Ok(()) | Err(Errno::EINVAL | Errno::ENOENT) => {}
            Err(error) => return Err(failure::io(format!("cannot unmount {}", path.display()), error.into())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_counts() {
        let text = "\
22 1 0:20 / /proc rw - proc proc rw
40 1 8:1 /a /data/nodes/1 rw - ext4 /dev/sda1 rw
41 40 0:50 / /data/nodes/1/k/a\\040b rw - tmpfs tmpfs rw
42 1 0:51 / /data/nodes/10 rw - tmpfs tmpfs rw";
        let found = parse(text, Path::new("/data/nodes/1"));
        assert_eq!(found, [PathBuf::from("/data/nodes/1"), PathBuf::from("/data/nodes/1/k/a b")]);
    }
}
