//! How many requests one caller may make: a signed-in person wherever they are, and those whom nobody
//! knows by where they come from, so that one who is loud locks out nobody else.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use uuid::Uuid;

/// Sustained requests per second of one caller.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Requests that may come at once.
const BURST: NonZeroU32 = NonZeroU32::new(400).unwrap();
/// Callers that are remembered before those with full buckets are forgotten.
const REMEMBERED: usize = 20_000;

/// Who has a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Somebody who is signed in.
    Person(Uuid),
    /// Nobody known, from there; an IPv6 network of 64 bits is one caller. `None`: not by network.
    Stranger(Option<IpAddr>),
}

impl Caller {
    /// Whoever comes from this address.
    #[must_use]
    pub fn stranger(address: Option<IpAddr>) -> Self {
        Self::Stranger(address.map(network))
    }
}

/// What one caller has for themselves: an IPv4 address, or an IPv6 network of 64 bits.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

/// A bucket per caller.
#[derive(Debug)]
pub struct Limits {
    buckets: DefaultKeyedRateLimiter<Caller>,
    clock: DefaultClock,
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(PER_SECOND, BURST)
    }
}

impl Limits {
    /// Buckets of this size. Measurements need larger ones than people.
    #[must_use]
    pub fn of(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self { buckets: DefaultKeyedRateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes a request of this caller from their bucket.
    ///
    /// # Errors
    /// How long they shall wait.
    pub fn admit(&self, caller: &Caller) -> Result<(), Duration> {
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain_recent();
        }
        self.buckets.check_key(caller).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets callers whose buckets are full again.
    pub fn forget_idle(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_caller_does_not_touch_another() {
        let limits = Limits::of(NonZeroU32::MIN, NonZeroU32::new(3).unwrap());
        let from = |address: &str| Caller::stranger(Some(address.parse().unwrap()));
        let admitted = (0..100).filter(|_| limits.admit(&from("192.0.2.1")).is_ok()).count();
        assert!((3..10).contains(&admitted), "{admitted}");
        let wait = limits.admit(&from("192.0.2.1")).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        for other in [from("192.0.2.2"), Caller::Person(Uuid::nil()), Caller::stranger(None)] {
            assert_eq!(limits.admit(&other), Ok(()), "{other:?}");
        }
    }

    #[test]
    fn whoever_has_a_network_is_one_caller() {
        let of = |address: &str| network(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
