//! The places at which a crash must be harmless, named so that a test can crash at every one.

use std::fmt::Debug;

/// Where in a step the engine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Before the row that says what is about to happen.
    BeforeIntent,
    /// After that row, before the effect.
    AfterIntent,
    /// After the effect, before the row that says it happened.
    AfterEffect,
    /// After that row.
    AfterRecord,
}

/// Hears of every place; a test's ends the process at one of them.
pub trait KillPoints: Send + Sync + Debug {
    /// The engine has come to `moment` of the step of `component`.
    fn reach(&self, component: &str, moment: Moment);
}

/// Never ends anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKillPoints;

impl KillPoints for NoKillPoints {
    fn reach(&self, _: &str, _: Moment) {}
}

/// Ends this process (SIGKILL) at the place that a file names. Not in a release.
///
/// In its directory, `passed` gets a line for every place: component, moment, and how many times that
/// was passed. The process whose line is the one in `at` removes `at` and ends: whoever is started
/// next lives, and a test names the next place while that one runs.
#[cfg(debug_assertions)]
#[derive(Debug)]
pub struct KillAt {
    directory: std::path::PathBuf,
    lock: std::sync::Mutex<()>,
}

#[cfg(debug_assertions)]
impl KillAt {
    /// Looks into this directory at every place.
    #[must_use]
    pub fn new(directory: std::path::PathBuf) -> Self {
        Self { directory, lock: std::sync::Mutex::default() }
    }

    fn pass(&self, place: &str) -> std::io::Result<()> {
        use std::io::Write;
        let passed = self.directory.join("passed");
        let before = std::fs::read_to_string(&passed).unwrap_or_default();
        let times =
            before.lines().filter(|line| line.rsplit_once(' ').is_some_and(|(known, _)| known == place)).count();
        let line = format!("{place} {}", times + 1);
        writeln!(std::fs::OpenOptions::new().create(true).append(true).open(&passed)?, "{line}")?;
        let at = self.directory.join("at");
        if std::fs::read_to_string(&at).is_ok_and(|wanted| wanted == line) {
            std::fs::remove_file(&at)?;
            // SIGKILL cannot be caught: nothing after this line runs, as after a power cut.
            let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
        }
        Ok(())
    }
}

#[cfg(debug_assertions)]
impl KillPoints for KillAt {
    fn reach(&self, component: &str, moment: Moment) {
        let _one_at_a_time = self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Err(error) = self.pass(&format!("{component} {moment:?}")) {
            tracing::warn!(directory = %self.directory.display(), %error, "kill point not logged");
        }
    }
}
