//! Sign-in: who somebody is, and the secrets that say so afterwards.
//!
//! A person proves themselves by a one-use claim link, by a password, or by the machine's own admin
//! socket. Each proof makes a session; tokens and cookies hang on it and end with it. Every secret is
//! opaque, shown once, and stored as its hash ([`token`]).

mod attempts;
mod bind;
mod claim;
mod clusters;
mod device;
mod exchange;
mod identity;
mod invitations;
mod oauth;
pub mod password;
pub mod pkce;
mod sessions;
pub mod token;

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    audit::{AuditRecord, AuditResult},
    codes::Code,
    names::{ClusterRef, Principal, UserName},
};
use kore_domain::access::{Source, SystemContext};
use kore_engine::clock::SharedClock;
use kore_store::{Store, StoreError, TokenHash};
use moka::sync::Cache;
use tokio::sync::watch;

pub(crate) use self::exchange::issuer;
use self::{
    attempts::Attempts,
    identity::Known,
    password::Hasher,
    token::{Entropy, Kind, Secret},
};
pub use self::{
    bind::{Binder, KubeBinder},
    claim::Claimable,
    device::Pending,
    exchange::{EXCHANGE, ExchangeRequest},
    identity::{Audience, Credential},
    oauth::{AuthorizeError, AuthorizeRequest, TokenError},
    sessions::{Entered, Opened},
};
use crate::{AppError, audit::Audit, sso::Federation};

/// Name of the first administrator.
pub const ADMIN: &str = "admin";
/// How long an access token works.
pub const ACCESS: SignedDuration = SignedDuration::from_mins(15);
/// How long a cluster credential works.
pub const CLUSTER: SignedDuration = SignedDuration::from_mins(10);
/// How long a claim or reset link works.
pub const CLAIM: SignedDuration = SignedDuration::from_mins(10);
/// How long the link works that an administrator passes on to a person.
pub const INVITED: SignedDuration = SignedDuration::from_hours(24);
/// How long an authorization code works (RFC 6749 section 4.1.2 allows ten minutes).
pub const CODE: SignedDuration = SignedDuration::from_mins(1);
/// How long a device code works.
pub const DEVICE: SignedDuration = SignedDuration::from_mins(10);
/// A command line's session ends after this long without use.
pub const CLI_IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// And after this long in any case.
pub const CLI_LIMIT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A browser's session ends after this long.
pub const BROWSER: SignedDuration = SignedDuration::from_hours(12);
/// How long the answer about a token is remembered. A change made in this process is seen at once
/// ([`SignIn::forget`]); one made in another, after this long.
const REMEMBERED: Duration = Duration::from_secs(2);
const REMEMBERED_AT_MOST: u64 = 10_000;
/// For how long it is taken for granted that somebody is still bound in a cluster.
const BOUND: Duration = Duration::from_secs(60);
/// How often the use of a session from the same other address is put on record.
const ELSEWHERE: Duration = Duration::from_secs(12 * 3600);

/// Where somebody comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Address of the client.
    pub address: Option<IpAddr>,
    /// What they sign in with, as people know it again (`User-Agent`).
    pub label: Option<String>,
    /// The request's id.
    pub request_id: String,
}

/// The use cases of sign-in.
pub struct SignIn {
    store: Store,
    audit: Audit,
    clock: SharedClock,
    entropy: Entropy,
    /// Address of the http listener as people reach it, without a slash at its end.
    public_url: String,
    hasher: Hasher,
    attempts: Attempts,
    issuers: exchange::Issuers,
    known: Cache<TokenHash, Arc<Known>>,
    /// Sessions and other addresses than their own from which they were used.
    elsewhere: Cache<(uuid::Uuid, IpAddr), ()>,
    binder: Option<Box<dyn Binder>>,
    /// Sessions and clusters in which their people were bound a moment ago, since rights changed last.
    bound: Cache<(uuid::Uuid, ClusterRef, u64), ()>,
    /// What is remembered of identity providers.
    pub(crate) federation: Federation,
    /// Counts whatever may have ended a session or taken a right away.
    changed: watch::Sender<u64>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

impl SignIn {
    /// Sign-in over a store. `public_url` is how people reach the http listener.
    ///
    /// # Errors
    /// When no password hash can be computed.
    pub fn new(
        store: Store,
        clock: SharedClock,
        entropy: Entropy,
        public_url: &str,
    ) -> Result<Self, password::HashError> {
        Ok(Self {
            audit: Audit::new(store.clone()),
            store,
            clock,
            entropy,
            public_url: public_url.trim_end_matches('/').to_owned(),
            hasher: Hasher::new()?,
            attempts: Attempts::default(),
            elsewhere: Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(ELSEWHERE).build(),
            issuers: exchange::Issuers::default(),
            known: Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED).build(),
            binder: None,
            bound: Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(BOUND).build(),
            federation: Federation::default(),
            changed: watch::Sender::new(0),
        })
    }

    /// With what binds people in clusters when they get a credential.
    #[must_use]
    pub fn binding(self, binder: Box<dyn Binder>) -> Self {
        Self { binder: Some(binder), ..self }
    }

    /// Address of the http listener as people reach it; also the issuer (RFC 9207).
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Whether people reach the server over https, so that cookies must be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The trail that sign-in writes; the rest of the application writes the same one.
    #[must_use]
    pub const fn audit(&self) -> &Audit {
        &self.audit
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Forgets what was remembered about tokens, and lets open streams ask again. To be called
    /// whenever a user, a membership or a session changed.
    pub fn forget(&self) {
        self.known.invalidate_all();
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Counts whatever may have ended a session or taken a right away in this process.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Fills buffers with random bytes.
    pub(crate) const fn entropy(&self) -> Entropy {
        self.entropy
    }

    /// Counts a code of somebody's second factor; refuses when there were too many.
    pub(crate) fn admit_code(&self, user: uuid::Uuid) -> Result<(), AppError> {
        self.attempts.admit_code(user)
    }

    /// Counts an attempt of this address; refuses when there were too many.
    pub(crate) fn admit_address(&self, origin: &Origin) -> Result<(), AppError> {
        self.attempts.admit_address(origin.address)
    }

    fn system(&self) -> SystemContext {
        SystemContext { component: "sign-in", now: self.clock.now() }
    }

    fn secret(&self, kind: Kind) -> (Secret, TokenHash) {
        let secret = Secret::new(kind, self.entropy);
        let hash = TokenHash::of(secret.expose());
        (secret, hash)
    }

    /// Records who did what about signing in. Sign-in does not happen unrecorded: an error refuses it.
    /// Refusals, which anybody can provoke, are counted by the minute.
    pub(crate) async fn record(
        &self,
        actor: &str,
        action: &str,
        object: String,
        outcome: Result<Option<String>, Code>,
        source: Source,
        origin: &Origin,
    ) -> Result<(), AppError> {
        let mut record = self.about(actor, action, object, source, origin);
        match outcome {
            Ok(detail) => {
                record.detail = detail;
                self.audit.append(record).await
            }
            Err(code) => {
                let entry = code.entry();
                record.result = AuditResult::Denied;
                (record.status, record.code) = (Some(entry.status), Some(entry.code.to_owned()));
                self.audit.turned_away(record).await;
                Ok(())
            }
        }
    }
}

impl SignIn {
    /// Records that a session got its next tokens. They are handed out by now, so that nothing is refused:
    /// the record waits where the database is away.
    async fn refreshed(&self, who: &Principal, source: Source, origin: &Origin) {
        let record = self.about(&who.to_string(), "session.refresh", who.object(), source, origin);
        self.audit.refused(record).await;
    }

    /// A record of what went well.
    fn about(&self, actor: &str, action: &str, object: String, source: Source, origin: &Origin) -> AuditRecord {
        AuditRecord {
            id: String::new(),
            at: self.clock.now(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            team: None,
            object,
            result: AuditResult::Allowed,
            status: None,
            code: None,
            source: source.to_string(),
            address: origin.address.map(|address| address.to_string()),
            request_id: Some(origin.request_id.clone()).filter(|id| !id.is_empty()),
            detail: None,
            changes: Vec::new(),
        }
    }
}

fn actor(name: &UserName) -> String {
    format!("user:{name}")
}

fn object(name: &UserName) -> String {
    format!("user/{name}")
}

/// The problem for what the store could not do.
pub(crate) fn from_store(error: StoreError) -> AppError {
    let detail = error.to_string();
    AppError::new(error.code(), detail).caused_by(error)
}
