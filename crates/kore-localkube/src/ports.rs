//! Loopback ports of our own components. They lie below the range that the kernel gives to outgoing
//! connections (`ip_local_port_range`, 32768 and up), so that none is taken by accident.

use std::{collections::BTreeSet, net::TcpListener};

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

use crate::{failure, files};

const FIRST: u16 = 20_000;
const LAST: u16 = 31_000;

/// Whether nothing on this machine listens on this loopback port.
#[must_use]
pub fn free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// The first of `count` consecutive free ports that nobody in `taken` has. Where it looks first
/// derives from `seed`: two installations that start at once look in different places.
///
/// # Errors
/// When there are none.
pub fn pick(seed: &str, count: u16, taken: &BTreeSet<u16>, free: impl Fn(u16) -> bool) -> Result<u16, StepError> {
    let start = u16::from_str_radix(&files::short_hash(seed, 4), 16).unwrap_or_default();
    let slots = (LAST - FIRST) / count;
    for offset in 0..slots {
        let slot = (start % slots + offset) % slots;
        let first = FIRST + slot * count;
        if (first..first + count).all(|port| !taken.contains(&port) && free(port)) {
            return Ok(first);
        }
    }
    Err(StepError::new(
        Code::LocalPortInUse,
        Class::Retry(failure::SOON),
        format!("no {count} consecutive ports between {FIRST} and {LAST} are free"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_derive_from_the_name_and_avoid_what_is_taken() {
        let first = pick("a", 5, &BTreeSet::new(), |_| true).unwrap();
        assert_eq!(first, pick("a", 5, &BTreeSet::new(), |_| true).unwrap());
        assert_ne!(first, pick("b", 5, &BTreeSet::new(), |_| true).unwrap());
        let next = pick("a", 5, &BTreeSet::from([first + 4]), |_| true).unwrap();
        assert_ne!(first, next);
        assert_ne!(next, pick("a", 5, &BTreeSet::from([first + 4]), |port| port != next).unwrap());
        assert!(pick("a", 5, &BTreeSet::new(), |_| false).is_err());
        assert!((FIRST..LAST).contains(&first));
    }
}
