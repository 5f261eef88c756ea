//! Who a token or cookie speaks for.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kore_api::{audit::AuditResult, codes::Code};
use kore_domain::access::{OpContext, Source, Subject};
use kore_store::{Session, TokenHash, TokenKind, TokenStanding};
use uuid::Uuid;

use super::{
    SignIn, from_store,
    token::{Kind, Secret},
};
use crate::AppError;

/// Where a credential is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// To the API, as `Authorization: Bearer`.
    Api,
    /// To the sign-in pages and the console, as a cookie.
    Browser,
    /// At the gateway path of this cluster (`team/name`).
    Cluster(&'a str),
}

/// What was learnt about a token, live or not.
#[derive(Debug)]
pub(super) struct Known {
    kind: TokenKind,
    audience: Option<String>,
    standing: TokenStanding,
    credential: Option<Credential>,
}

/// A credential that works: whose it is, and until when.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The person, with the roles of now.
    pub subject: Arc<Subject>,
    /// The session that it hangs on.
    pub session: Uuid,
    /// How the session came to be.
    pub source: Source,
    /// From where the session came to be.
    pub address: Option<String>,
    /// When the credential ends.
    pub expires_at: Timestamp,
    /// When the session ends if it is not used.
    pub session_expires_at: Timestamp,
}

impl Credential {
    /// Refuses what is no person's own session: a session that is opened by a robot, or by a token with a
    /// limit, would be good for more than they are.
    ///
    /// # Errors
    /// `AuthForbidden`.
    pub(super) fn is_a_persons_own(&self) -> Result<(), AppError> {
        if self.subject.limit.is_none() && self.subject.principal.user().is_some() {
            return Ok(());
        }
        Err(AppError::new(Code::AuthForbidden, "only a person who is signed in opens further sessions"))
    }
}

impl SignIn {
    /// Who this text speaks for, shown there.
    ///
    /// # Errors
    /// `AuthRequired` for what was never handed out, `AuthExpired` for what has ended,
    /// `AuthAudience` for what is for something else; those of the database.
    pub async fn authenticate(&self, text: &str, shown: Audience<'_>) -> Result<Credential, AppError> {
        let unknown = || AppError::new(Code::AuthRequired, "the credential is not one that this server knows");
        let secret = Secret::parse(text).ok_or_else(unknown)?;
        let wanted: &[Kind] = match shown {
            Audience::Api => &[Kind::Access, Kind::Personal, Kind::Robot],
            Audience::Browser => &[Kind::Browser],
            Audience::Cluster(_) => &[Kind::Cluster],
        };
        if !wanted.contains(&secret.kind()) {
            return Err(match secret.kind() {
                Kind::Access | Kind::Personal | Kind::Robot | Kind::Cluster => elsewhere(shown),
                _ => unknown(),
            });
        }
        let hash = TokenHash::of(secret.expose());
        let known = self.look_up(hash).await?.ok_or_else(unknown)?;
        let kind_fits = match shown {
            Audience::Cluster(_) => known.kind == TokenKind::Cluster,
            Audience::Api | Audience::Browser => known.kind == TokenKind::Access,
        };
        if !kind_fits {
            return Err(unknown());
        }
        let ended = || AppError::new(Code::AuthExpired, "the session or token has ended");
        let credential = match (&known.standing, &known.credential) {
            (TokenStanding::Live, Some(credential)) if credential.expires_at > self.now() => credential.clone(),
            _ => return Err(ended()),
        };
        if let Audience::Cluster(cluster) = shown
            && known.audience.as_deref() != Some(cluster)
        {
            return Err(elsewhere(shown));
        }
        Ok(credential)
    }

    /// Puts on record that a session is used from another address than the one where it came to be; once
    /// in hours for each.
    pub async fn note_use(&self, context: &OpContext, credential: &Credential) {
        let Some(address) = context.address else { return };
        let own = match &credential.address {
            Some(made) => *made == address.to_string(),
            // Made on the machine itself, and used there.
            None => address.is_loopback(),
        };
        if own {
            return;
        }
        if self.elsewhere.entry((credential.session, address)).or_insert(()).is_fresh() {
            let what = credential.subject.principal.object();
            let mut record = context.audit("session.use", None, what, AuditResult::Allowed);
            record.detail = Some(match &credential.address {
                Some(made) => format!("the session was made from {made}"),
                None => "the session was made on the machine itself".to_owned(),
            });
            self.audit.refused(record).await;
        }
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Option<Arc<Known>>, AppError> {
        if let Some(known) = self.known.get(&hash) {
            return Ok(Some(known));
        }
        // What changes while the database is asked must not be remembered as it was before.
        let before = *self.changed.borrow();
        let Some(found) = self.store.authenticate(hash, self.now()).await.map_err(from_store)? else {
            return Ok(None);
        };
        let session = found.session;
        if found.standing == TokenStanding::Live {
            self.touch(&session).await;
        }
        let credential = found.subject.map(|subject| Credential {
            subject: Arc::new(subject),
            session: session.id,
            source: session.source,
            address: session.address.clone(),
            expires_at: found.expires_at.min(session.expires_at),
            session_expires_at: session.expires_at,
        });
        let known =
            Arc::new(Known { kind: found.kind, audience: found.audience, standing: found.standing, credential });
        self.known.insert(hash, Arc::clone(&known));
        if *self.changed.borrow() != before {
            self.known.invalidate(&hash);
        }
        Ok(Some(known))
    }

    /// Notes that a session is in use: once a minute, so that reads do not become writes. A database that
    /// takes no writes turns nobody away.
    async fn touch(&self, session: &Session) {
        let now = self.now();
        let since = now.checked_sub(NOTED).unwrap_or(now);
        if session.last_used_at < since
            && let Err(error) = self.store.touch_session(session.id, since, now).await
        {
            tracing::debug!(error = &error as &dyn std::error::Error, "the use of a session was not noted");
        }
    }

    /// Returns when the person behind a credential has lost what `holds` asks for: their session was
    /// ended, they were disabled, or their roles changed. A stream that was opened while the
    /// credential worked goes on beyond the credential's own minutes: `kubectl exec` shall not be cut
    /// off, and revoking still ends it at once. It ends with the session in any case.
    pub async fn until_lost(&self, credential: &Credential, holds: impl Fn(&Subject, Timestamp) -> bool + Send) {
        let mut changed = self.changed.subscribe();
        loop {
            let now = self.now();
            match self.store.session(credential.session).await {
                Ok(Some(session)) if session.live(now) => {
                    let subject = self.store.subject(session.user_id, now).await;
                    // A database that does not answer takes nothing away; it is asked again.
                    let held = |subject: Option<Subject>| {
                        subject.is_some_and(|subject| holds(&subject.within(session.limit.clone()), now))
                    };
                    if subject.is_ok_and(|subject| !held(subject)) {
                        return;
                    }
                }
                Err(_) => {}
                Ok(_) => return,
            }
            // Changes made by another process are seen by looking now and then.
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                result = changed.changed() => if result.is_err() { return },
            }
        }
    }
}

/// How old the time of a session's last use may be.
const NOTED: SignedDuration = SignedDuration::from_mins(1);
/// How often an open stream looks whether its session still holds.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

fn elsewhere(shown: Audience<'_>) -> AppError {
    let detail = match shown {
        Audience::Cluster(cluster) => format!("this credential was not made out to {cluster}"),
        Audience::Api | Audience::Browser => "a cluster credential works only at its gateway path".to_owned(),
    };
    AppError::new(Code::AuthAudience, detail)
}
