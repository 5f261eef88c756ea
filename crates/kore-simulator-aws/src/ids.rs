//! Ids: drawn from a seed, so that a run can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Draws ids.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    drawn: AtomicU64,
}

impl Ids {
    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }

    /// Lower case hexadecimal digits, 64 at most.
    pub(crate) fn hex(&self, digits: usize) -> String {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut text = hex::encode(Sha256::digest([self.seed.to_be_bytes(), number.to_be_bytes()].concat()));
        text.truncate(digits);
        text
    }

    /// In the form of a UUID.
    pub(crate) fn uuid(&self) -> String {
        let text = self.hex(32);
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }
}
