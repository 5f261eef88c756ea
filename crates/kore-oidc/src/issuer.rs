//! One issuer: what it says about itself, and its keys, remembered and fetched again when they turn.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    Error, Network, Refused,
    http::Http,
    verify::{Claims, Expected, verify},
};

/// How long an issuer's answers are good for: a key that it withdrew is believed no longer than this.
pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long they are used while it does not answer.
pub(crate) const STALE: SignedDuration = SignedDuration::from_hours(12);
/// Between two attempts to fetch: whoever sends tokens with made-up key ids causes no more than this.
pub(crate) const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Where an issuer's keys come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// From the address that its metadata names.
    Discovered,
    /// From an administrator: the issuer is never asked for them.
    Inline(JwkSet),
}

/// What an issuer says about itself (OpenID Connect Discovery section 3).
#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    /// Must be the issuer that was asked.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: Option<Url>,
    /// Where codes are exchanged.
    pub token_endpoint: Option<Url>,
    /// Where the keys are.
    pub jwks_uri: Option<Url>,
    /// Where claims are that are not in tokens.
    pub userinfo_endpoint: Option<Url>,
    /// Where people sign out (RP-Initiated Logout 1.0).
    pub end_session_endpoint: Option<Url>,
    /// How clients prove themselves; `client_secret_basic` when it does not say.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether its answers name it (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Timestamp, Arc<Metadata>)>,
    keys: Option<(Timestamp, Arc<JwkSet>)>,
    /// When each was asked for last, whatever came of it.
    asked_metadata: Option<Timestamp>,
    asked_keys: Option<Timestamp>,
}

/// An issuer that is trusted for what it signs.
#[derive(Debug)]
pub struct Issuer {
    issuer: String,
    source: KeySource,
    http: Http,
    known: Mutex<Known>,
}

fn within(when: Option<Timestamp>, now: Timestamp, limit: SignedDuration) -> bool {
    when.is_some_and(|when| now.duration_since(when) < limit)
}

impl Issuer {
    /// An issuer, not asked anything yet.
    ///
    /// # Errors
    /// [`Error::Address`] for an address that may not be asked.
    pub fn new(issuer: &str, source: KeySource, network: Network) -> Result<Self, Error> {
        let url = Url::parse(issuer).map_err(|cause| Error::Address(format!("{issuer}: {cause}")))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::Address("an issuer has no query and no fragment".to_owned()));
        }
        network.check(&url)?;
        Ok(Self { issuer: issuer.to_owned(), source, http: Http::new(network)?, known: Mutex::default() })
    }

    /// Its name, as tokens must spell it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// What it says about itself.
    ///
    /// # Errors
    /// When it does not answer, or names another issuer.
    pub async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, Error> {
        let mut known = self.known.lock().await;
        self.metadata_in(&mut known, now).await
    }

    async fn metadata_in(&self, known: &mut Known, now: Timestamp) -> Result<Arc<Metadata>, Error> {
        if let Some((when, metadata)) = &known.metadata
            && within(Some(*when), now, FRESH)
        {
            return Ok(Arc::clone(metadata));
        }
        let old = known.metadata.as_ref().filter(|(when, _)| within(Some(*when), now, STALE));
        let old = old.map(|(_, metadata)| Arc::clone(metadata));
        if within(known.asked_metadata, now, PAUSE) {
            // Everybody who signs in would wait for it in turn.
            return old.ok_or_else(|| Error::Unreachable {
                url: self.issuer.clone(),
                why: "it did not say anything about itself a moment ago".to_owned(),
            });
        }
        known.asked_metadata = Some(now);
        match (self.discover().await, old) {
            (Ok(found), _) => {
                let found = Arc::new(found);
                known.metadata = Some((now, Arc::clone(&found)));
                Ok(found)
            }
            (Err(error), Some(old)) => {
                tracing::warn!(issuer = self.issuer, %error, "an issuer's metadata is kept though it has aged");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn discover(&self) -> Result<Metadata, Error> {
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let url = Url::parse(&place).map_err(|cause| Error::Address(cause.to_string()))?;
        let found: Metadata = self.http.read(&url, None).await?;
        if found.issuer != self.issuer {
            return Err(Error::Metadata(format!(
                "{place} says that the issuer is {:?}, not {:?}: they must be the same to the letter",
                found.issuer, self.issuer
            )));
        }
        let endpoints =
            [&found.token_endpoint, &found.jwks_uri, &found.userinfo_endpoint, &found.authorization_endpoint];
        for url in endpoints.into_iter().flatten() {
            // Where people are sent is not asked by us, but it is no script and nothing unencrypted either.
            self.http.network().check(url)?;
        }
        Ok(found)
    }

    /// Checks a token that says it is from this issuer. A key id that is not known makes the keys be
    /// fetched again, but not more often than every [`PAUSE`].
    ///
    /// # Errors
    /// Of the token, or when the keys cannot be had.
    pub async fn verify(&self, jwt: &str, expected: &Expected<'_>, now: Timestamp) -> Result<Claims, Error> {
        debug_assert_eq!(expected.issuer, self.issuer, "a token is checked against its own issuer");
        let keys = self.keys(false, now).await?;
        match verify(jwt, &keys, expected, now) {
            Err(Refused::UnknownKey) if matches!(self.source, KeySource::Discovered) => {
                let keys = self.keys(true, now).await?;
                Ok(verify(jwt, &keys, expected, now)?)
            }
            verified => Ok(verified?),
        }
    }

    async fn keys(&self, turned: bool, now: Timestamp) -> Result<Arc<JwkSet>, Error> {
        if let KeySource::Inline(keys) = &self.source {
            return Ok(Arc::new(keys.clone()));
        }
        // One at a time: those who wait find the answer of the one who asked.
        let mut known = self.known.lock().await;
        let paused = within(known.asked_keys, now, PAUSE);
        if let Some((when, keys)) = &known.keys
            && ((within(Some(*when), now, FRESH) && !turned) || (within(Some(*when), now, STALE) && paused))
        {
            return Ok(Arc::clone(keys));
        }
        if paused && known.keys.is_none() {
            return Err(Error::Unreachable {
                url: self.issuer.clone(),
                why: "it did not hand out its keys a moment ago".to_owned(),
            });
        }
        known.asked_keys = Some(now);
        let fetched = async {
            let metadata = self.metadata_in(&mut known, now).await?;
            let url = metadata.jwks_uri.clone().ok_or_else(|| no("jwks_uri"))?;
            self.http.read::<Lenient>(&url, None).await
        };
        match fetched.await {
            Ok(fetched) => {
                let keys = Arc::new(fetched.into_keys());
                known.keys = Some((now, Arc::clone(&keys)));
                Ok(keys)
            }
            Err(error) => match &known.keys {
                Some((when, keys)) if within(Some(*when), now, STALE) => {
                    tracing::warn!(issuer = self.issuer, %error, "an issuer's keys are kept though they have aged");
                    Ok(Arc::clone(keys))
                }
                _ => Err(error),
            },
        }
    }
}

/// What a provider needs and does not have.
pub(crate) fn no(what: &str) -> Error {
    Error::Metadata(format!("the provider says nothing about its {what}"))
}

/// A set with keys of kinds that nobody here knows: those are left out (RFC 7517 section 5).
#[derive(Debug, Deserialize)]
struct Lenient {
    keys: Vec<serde_json::Value>,
}

impl Lenient {
    fn into_keys(self) -> JwkSet {
        // Far more than anybody has; each is looked at for every token.
        let keys = self.keys.into_iter().take(100);
        JwkSet { keys: keys.filter_map(|key| serde_json::from_value(key).ok()).collect() }
    }
}
