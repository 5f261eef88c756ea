//! How many requests one caller may make.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

/// Sustained requests per second of one caller.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Requests that may come at once.
const BURST: NonZeroU32 = NonZeroU32::new(400).unwrap();

/// A bucket per caller.
#[derive(Debug)]
pub struct Limits(DefaultKeyedRateLimiter<String>);

impl Default for Limits {
    fn default() -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_second(PER_SECOND).allow_burst(BURST)))
    }
}

impl Limits {
    /// Whether this caller may make another request now.
    #[must_use]
    pub fn admits(&self, caller: &str) -> bool {
        self.0.check_key(&caller.to_owned()).is_ok()
    }

    /// Forgets callers whose buckets are full again.
    pub fn forget_idle(&self) {
        self.0.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_caller_does_not_touch_another() {
        let limits = Limits::default();
        let admitted = (0..1000).filter(|_| limits.admits("user:ana")).count();
        assert!((400..1000).contains(&admitted), "{admitted}");
        assert!(limits.admits("user:ben"));
    }
}
