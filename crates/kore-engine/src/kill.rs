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

/// Ends this process (SIGKILL) at the n-th place, counted from 1. Only in builds for tests.
#[cfg(feature = "kill-points")]
#[derive(Debug)]
pub struct KillAt {
    at: u64,
    count: std::sync::atomic::AtomicU64,
    log: Option<std::path::PathBuf>,
}

#[cfg(feature = "kill-points")]
impl KillAt {
    /// Ends at the n-th place; 0 never does and only counts. Each place passed is a line in `log`.
    #[must_use]
    pub fn new(at: u64, log: Option<std::path::PathBuf>) -> Self {
        Self { at, count: std::sync::atomic::AtomicU64::new(0), log }
    }

    /// From `KORE_KILL_POINT` and `KORE_KILL_LOG`; nothing when the first is not set.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let at = std::env::var("KORE_KILL_POINT").ok()?.parse().ok()?;
        Some(Self::new(at, std::env::var_os("KORE_KILL_LOG").map(Into::into)))
    }

    /// How many places were passed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.load(std::sync::atomic::Ordering::SeqCst)
    }
}

#[cfg(feature = "kill-points")]
impl KillPoints for KillAt {
    fn reach(&self, component: &str, moment: Moment) {
        let number = self.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        if let Some(path) = &self.log {
            let line = format!("{number} {component} {moment:?}\n");
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            if let Err(error) = file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes())) {
                tracing::warn!(path = %path.display(), %error, "kill point not logged");
            }
        }
        if number == self.at {
            // SIGKILL cannot be caught: nothing after this line runs, as after a power cut.
            let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
        }
    }
}
