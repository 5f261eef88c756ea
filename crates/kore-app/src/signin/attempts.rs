//! How often somebody may try: per name and per address, so that neither one name nor one machine
//! can be used to guess.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota};
use kore_api::codes::Code;
use uuid::Uuid;

use crate::{AppError, limits::network};

const PER_NAME: NonZeroU32 = NonZeroU32::new(10).unwrap();
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// Codes of second factors: so many at once, and then one a minute. Three of a million are right at a time, so
/// that guessing takes half a year, for who knows the password.
const CODES: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// Names and addresses come from outside: beyond so many, those that have not come for a minute are forgotten.
const REMEMBERED: usize = 10_000;

/// The runners of a CI system may share one.
const EXCHANGES: NonZeroU32 = NonZeroU32::new(120).unwrap();

/// Buckets per minute, by name and by address.
pub(super) struct Attempts {
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<Option<IpAddr>>,
    codes: DefaultKeyedRateLimiter<Uuid>,
    exchanges: DefaultKeyedRateLimiter<Option<IpAddr>>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            names: DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_NAME)),
            addresses: DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
            codes: DefaultKeyedRateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN).allow_burst(CODES)),
            exchanges: DefaultKeyedRateLimiter::keyed(Quota::per_minute(EXCHANGES)),
        }
    }
}

impl Attempts {
    /// Counts an attempt; refuses when there were too many.
    pub(super) fn admit(&self, key: &str, address: Option<IpAddr>) -> Result<(), AppError> {
        if self.names.len() > REMEMBERED {
            self.names.retain_recent();
        }
        let by_address = self.admit_address(address).is_ok();
        let by_name = self.names.check_key(&key.chars().take(64).collect()).is_ok();
        if by_address && by_name {
            return Ok(());
        }
        Err(too_many())
    }

    /// Counts an exchange of a token, by the address alone: names of robots come from outside too, and
    /// many jobs of one robot may begin at once.
    pub(super) fn admit_exchange(&self, address: Option<IpAddr>) -> Result<(), AppError> {
        if self.exchanges.len() > REMEMBERED {
            self.exchanges.retain_recent();
        }
        let counted = self.exchanges.check_key(&address.map(network));
        counted.map_err(|_| too_many())
    }

    /// Counts a code of somebody's second factor.
    pub(super) fn admit_code(&self, user: Uuid) -> Result<(), AppError> {
        self.codes.check_key(&user).map_err(|_| too_many())
    }

    /// Counts an attempt that names nobody.
    pub(super) fn admit_address(&self, address: Option<IpAddr>) -> Result<(), AppError> {
        if self.addresses.len() > REMEMBERED {
            self.addresses.retain_recent();
        }
        self.addresses.check_key(&address.map(network)).map_err(|_| too_many())
    }
}

fn too_many() -> AppError {
    AppError::new(Code::AuthTooMany, "Too many attempts. Try again in a minute.")
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn guesses_are_few_for_one_name_and_for_one_machine() {
        let attempts = Attempts::default();
        let from = |last| Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        let by_name = (0..100).filter(|n| attempts.admit("ana", from(*n)).is_ok()).count();
        assert_eq!(by_name, 10, "many machines, one name");
        let by_address = (0..100).filter(|n| attempts.admit(&format!("u{n}"), from(200)).is_ok()).count();
        assert_eq!(by_address, 60, "one machine, many names");
        assert!(attempts.admit("ben", from(201)).is_ok());
        // Whoever has an IPv6 network has 2^64 addresses.
        let of_one = |host: u128| Some(IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) | host)));
        assert_eq!((0..100).filter(|host| attempts.admit_address(of_one(*host)).is_ok()).count(), 60);
    }
}
