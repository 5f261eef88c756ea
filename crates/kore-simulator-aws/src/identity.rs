//! Who a request is from: the access keys that were seen to be handed out.

use std::{collections::BTreeMap, sync::Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    config::{ADMINISTRATOR, MANAGEMENT},
    protocol::Trouble,
};

/// Who a request is from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Identity {
    pub(crate) account: String,
    /// As `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
    pub(crate) arn: String,
    pub(crate) kind: Kind,
}

/// What kind of principal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// May do everything: for setting tests up, and for what services do by themselves.
    Administrator,
    /// Nobody known.
    Nobody,
    /// An IAM user.
    User { name: String },
    /// A session of a role.
    Session { role: String, role_arn: String, session: String, expires: Timestamp, policy: Option<Value> },
}

impl Identity {
    /// The administrator of an account.
    pub(crate) fn administrator(account: &str) -> Self {
        let arn = format!("arn:aws:iam::{account}:user/administrator");
        Self { account: account.to_owned(), arn, kind: Kind::Administrator }
    }

    /// Who has not shown yet who they are, in the account that they turn to.
    pub(crate) fn nobody(account: &str) -> Self {
        Self { account: account.to_owned(), arn: "anonymous".to_owned(), kind: Kind::Nobody }
    }

    /// A session of a role. `role_arn` may have a path, which the session's own name has not.
    pub(crate) fn session(role_arn: &str, session: &str, expires: Timestamp, policy: Option<Value>) -> Option<Self> {
        let account = account_of(role_arn)?.to_owned();
        let role = role_arn.rsplit('/').next()?.to_owned();
        let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
        let kind = Kind::Session { role, role_arn: role_arn.to_owned(), session: session.to_owned(), expires, policy };
        Some(Self { account, arn, kind })
    }

    /// The role that it is a session of.
    pub(crate) fn role(&self) -> Option<&str> {
        match &self.kind {
            Kind::Session { role, .. } => Some(role),
            _ => None,
        }
    }
}

/// The account in an ARN.
pub(crate) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| account.len() == 12)
}

/// What signs a session's requests.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) key: String,
    pub(crate) token: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The access keys that were handed out, and the time by which they end.
#[derive(Debug)]
pub(crate) struct Keys {
    now: fn() -> Timestamp,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: BTreeMap<String, Identity>,
    /// What goes with a key, as far as it was seen.
    secrets: BTreeMap<String, Secret>,
    ahead: SignedDuration,
}

impl Keys {
    pub(crate) fn new(now: fn() -> Timestamp) -> Self {
        Self { now, known: Mutex::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The time, as far ahead as tests put it.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = self.known().ahead;
        (self.now)().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Puts the time ahead.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut known = self.known();
        known.ahead = known.ahead.saturating_add(by);
    }

    /// A key was handed out.
    pub(crate) fn learn(&self, key: &str, identity: Identity) {
        self.known().keys.insert(key.to_owned(), identity);
    }

    /// What goes with a key that was handed out.
    pub(crate) fn learn_secret(&self, key: &str, secret: Secret) {
        self.known().secrets.insert(key.to_owned(), secret);
    }

    /// What goes with a key, where it was seen.
    pub(crate) fn secret(&self, key: &str) -> Option<Secret> {
        self.known().secrets.get(key).cloned()
    }

    /// A key is no more.
    pub(crate) fn forget(&self, key: &str) {
        self.known().keys.remove(key);
    }

    /// Nothing was handed out.
    pub(crate) fn reset(&self) {
        *self.known() = Known::default();
    }

    /// Whose key this is.
    ///
    /// # Errors
    /// When nobody was given it, or its session is over.
    pub(crate) fn whose(&self, key: &str) -> Result<Identity, Trouble> {
        if key == ADMINISTRATOR {
            return Ok(Identity::administrator(MANAGEMENT));
        }
        let identity = self.known().keys.get(key).cloned().ok_or(Trouble::UnknownKey)?;
        match identity.kind {
            Kind::Session { expires, .. } if expires <= self.now() => Err(Trouble::Expired),
            _ => Ok(identity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    #[test]
    fn keys_are_known_until_they_end() {
        let keys = Keys::new(start);
        assert_eq!(keys.whose(ADMINISTRATOR).unwrap().kind, Kind::Administrator);
        assert_eq!(keys.whose("ASIA1"), Err(Trouble::UnknownKey));
        let end = start() + SignedDuration::from_hours(1);
        let session = Identity::session("arn:aws:iam::111111111111:role/kore/x", "s", end, None).unwrap();
        assert_eq!(session.arn, "arn:aws:sts::111111111111:assumed-role/x/s");
        keys.learn("ASIA1", session);
        assert_eq!(keys.whose("ASIA1").unwrap().account, "111111111111");
        keys.advance(SignedDuration::from_hours(1));
        assert_eq!(keys.whose("ASIA1"), Err(Trouble::Expired));
    }
}
