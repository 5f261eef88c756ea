//! Settings of the whole machine that nodes need. What they were before is noted where a reboot
//! forgets it together with the settings; the last installation to go puts it back.

use std::{
    fs,
    path::{Path, PathBuf},
};

use kore_engine::error::StepError;

use crate::{failure, files};

/// A number below `/proc/sys`, and the least that nodes need.
#[derive(Debug, Clone, Copy)]
struct Setting {
    path: &'static str,
    least: u64,
    /// Whether nodes cannot be without it; the others only run out at some point.
    needed: bool,
}

const SETTINGS: [Setting; 3] = [
    // Pods of different nodes, and the world, are reached through this machine.
    Setting { path: "net/ipv4/ip_forward", least: 1, needed: true },
    // A node takes about 12 instances, a control plane 6; the default of 128 is soon used up.
    Setting { path: "fs/inotify/max_user_instances", least: 1024, needed: false },
    Setting { path: "fs/inotify/max_user_watches", least: 524_288, needed: false },
];

/// Where settings are, and where it is noted what they were and who needs them.
#[derive(Debug, Clone)]
pub struct Settings {
    kernel: PathBuf,
    notes: PathBuf,
    /// A directory that is always there: installations take turns by its lock, which leaves nothing.
    turns: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self { kernel: "/proc/sys".into(), notes: "/run/kore/settings".into(), turns: "/run".into() }
    }
}

impl Settings {
    /// Raises what is too low, for an installation and its data directory.
    ///
    /// # Errors
    /// When forwarding cannot be turned on, or a note cannot be written: nothing is changed without.
    pub fn raise(&self, installation: &str, data: &Path) -> Result<(), StepError> {
        let _turn = self.turn()?;
        for setting in SETTINGS {
            let path = self.kernel.join(setting.path);
            let Some(is) = number(&path) else { continue };
            if is >= setting.least {
                continue;
            }
            let note = self.note(setting);
            if !note.exists() {
                files::write(&note, is.to_string().as_bytes())?;
            }
            match fs::write(&path, setting.least.to_string()) {
                Err(error) if setting.needed => return Err(failure::file("write", &path)(error)),
                Err(error) => tracing::warn!(%error, "{} stays at {is}", setting.path),
                Ok(()) => tracing::info!("{} raised from {is} to {}", setting.path, setting.least),
            }
        }
        files::write(&self.users().join(installation), data.display().to_string().as_bytes()).map(drop)
    }

    /// The installation in this data directory needs them no more. The last one puts back what was changed,
    /// unless somebody else has changed it since.
    ///
    /// # Errors
    /// When a setting or a note cannot be written.
    pub fn release(&self, installation: &str, data: &Path) -> Result<(), StepError> {
        let _turn = self.turn()?;
        let mine = self.users().join(installation);
        // Who never raised anything has nothing to put back; without root, not even the right to look.
        if !fs::read_to_string(&mine).is_ok_and(|noted| Path::new(noted.trim()) == data) {
            return Ok(());
        }
        let users = fs::read_dir(self.users()).into_iter().flatten().flatten();
        // One whose data are gone has gone without a word.
        let lives = |note: &Path| fs::read_to_string(note).is_ok_and(|data| Path::new(data.trim()).exists());
        if users.map(|user| user.path()).any(|note| note != mine && lives(&note)) {
            return files::remove(&mine);
        }
        for setting in SETTINGS {
            let path = self.kernel.join(setting.path);
            if let Some(was) = number(&self.note(setting))
                && number(&path) == Some(setting.least)
            {
                fs::write(&path, was.to_string()).map_err(failure::file("write", &path))?;
            }
        }
        // With the note of who asks: until then it can be tried again.
        files::remove(&self.notes)?;
        // The directory above may be somebody's.
        if let Some(above) = self.notes.parent() {
            let _ = fs::remove_dir(above);
        }
        Ok(())
    }

    /// Held until dropped: one that goes must not remove notes while another writes its own.
    fn turn(&self) -> Result<fs::File, StepError> {
        let lock = || fs::File::open(&self.turns).and_then(|directory| directory.lock().map(|()| directory));
        lock().map_err(failure::file("lock", &self.turns))
    }

    fn note(&self, setting: Setting) -> PathBuf {
        self.notes.join(setting.path.replace('/', "."))
    }

    fn users(&self) -> PathBuf {
        self.notes.join("users")
    }
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(home: &Path) -> Settings {
        let settings =
            Settings { kernel: home.join("sys"), notes: home.join("run/kore/settings"), turns: home.to_owned() };
        for (setting, value) in SETTINGS.iter().zip([0, 128, 600_000]) {
            let path = settings.kernel.join(setting.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{value}\n")).unwrap();
        }
        settings
    }

    fn values(settings: &Settings) -> Vec<u64> {
        SETTINGS.iter().map(|setting| number(&settings.kernel.join(setting.path)).unwrap()).collect()
    }

    #[test]
    fn the_last_to_go_puts_back_what_the_first_found() {
        let home = tempfile::tempdir().unwrap();
        let settings = kernel(home.path());
        settings.raise("a", home.path()).unwrap();
        assert_eq!(values(&settings), [1, 1024, 600_000], "what suffices is left alone");
        settings.raise("b", home.path()).unwrap();
        settings.raise("gone", &home.path().join("nowhere")).unwrap();
        settings.release("a", home.path()).unwrap();
        assert_eq!(values(&settings), [1, 1024, 600_000], "the other needs it");
        settings.release("b", home.path()).unwrap();
        assert_eq!(values(&settings), [0, 128, 600_000]);
        assert!(!home.path().join("run/kore").exists());
        settings.release("b", home.path()).unwrap();
        assert_eq!(values(&settings), [0, 128, 600_000]);
    }

    #[test]
    fn whoever_raised_nothing_changes_nothing() {
        let home = tempfile::tempdir().unwrap();
        let settings = kernel(home.path());
        settings.raise("a", home.path()).unwrap();
        settings.release("of-a-person-without-root", home.path()).unwrap();
        settings.release("a", &home.path().join("other-data-of-the-same-name")).unwrap();
        assert_eq!(values(&settings), [1, 1024, 600_000]);
        settings.release("a", home.path()).unwrap();
        assert_eq!(values(&settings), [0, 128, 600_000]);
    }

    #[test]
    fn installations_that_come_and_go_at_once_do_not_meet() {
        let home = tempfile::tempdir().unwrap();
        let settings = kernel(home.path());
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let (settings, home) = (&settings, home.path());
                scope.spawn(move || {
                    for _ in 0..200 {
                        settings.raise(name, home).unwrap();
                        assert_eq!(values(settings), [1, 1024, 600_000], "who has come has what it needs");
                        settings.release(name, home).unwrap();
                    }
                });
            }
        });
        assert_eq!(values(&settings), [0, 128, 600_000]);
    }

    #[test]
    fn what_somebody_else_has_set_since_is_theirs() {
        let home = tempfile::tempdir().unwrap();
        let settings = kernel(home.path());
        settings.raise("a", home.path()).unwrap();
        fs::write(settings.kernel.join("fs/inotify/max_user_instances"), "8192").unwrap();
        settings.raise("a", home.path()).unwrap();
        settings.release("a", home.path()).unwrap();
        assert_eq!(values(&settings), [0, 8192, 600_000]);
    }
}
