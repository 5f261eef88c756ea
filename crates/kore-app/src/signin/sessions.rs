//! Sessions: opened by a password or by the machine's own socket, renewed by rotation, ended.

use jiff::{SignedDuration, Timestamp};
use kore_api::{codes::Code, identity::TokenResponse, names::UserName};
use kore_domain::access::Source;
use kore_store::{NewSession, NewToken, Rotation, TokenHash, TokenKind, User};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::{
    ACCESS, BROWSER, CLI_IDLE, CLI_LIMIT, Credential, Origin, SignIn, actor, from_store,
    oauth::TokenError,
    object,
    token::{Kind, Secret},
};
use crate::AppError;

/// A browser's session that was just opened.
#[derive(Debug)]
pub struct Opened {
    /// Value of the cookie.
    pub cookie: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: UserName,
    /// The session.
    pub session: Uuid,
}

/// Where a password leads.
#[derive(Debug)]
pub enum Entered {
    /// Into a session.
    In(Opened),
    /// To the question for a code; the secret says that the password was right.
    Code(Secret),
}

/// How long a code may be typed after the password.
const CHALLENGE: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(now)
}

impl SignIn {
    /// Signs a person in by name and password, in a browser; who has a second factor is asked for a code.
    ///
    /// # Errors
    /// `AuthTooMany`; `AuthBadCredentials`, in the same words and the same time whether the name
    /// or the password was wrong, or the user is disabled.
    pub async fn sign_in(&self, name: &str, password: &str, origin: &Origin) -> Result<Entered, AppError> {
        let parsed = name.parse::<UserName>().ok();
        // A name that is not one of ours may be a password typed in the wrong place.
        let named = || parsed.as_ref().map_or_else(|| "user/?".to_owned(), object);
        if let Err(error) = self.attempts.admit(&name.to_lowercase(), origin.address) {
            self.record("anonymous", "session.create", named(), Err(Code::AuthTooMany), Source::Console, origin)
                .await?;
            return Err(error);
        }
        let found = match &parsed {
            Some(name) => self.store.user_with_password(name).await.map_err(from_store)?,
            None => None,
        };
        let hash = found.as_ref().and_then(|(_, hash)| hash.as_ref()).map(|hash| hash.expose_secret().to_owned());
        let matches = self.hasher.verify(password.to_owned(), hash).await;
        let user = found.map(|(user, _)| user).filter(|user| matches && !user.spec.disabled);
        let Some(user) = user else {
            let code = Code::AuthBadCredentials;
            self.record("anonymous", "session.create", named(), Err(code), Source::Console, origin).await?;
            return Err(AppError::new(code, "Name or password is wrong."));
        };
        if let Some(challenge) = self.challenge(user.id).await? {
            return Ok(Entered::Code(challenge));
        }
        Ok(Entered::In(self.open_browser(user.id, &user.name, "session.create", origin).await?))
    }

    /// What a code of the second factor answers to, for whoever has one.
    pub(super) async fn challenge(&self, user: Uuid) -> Result<Option<Secret>, AppError> {
        let factor = self.store.second_factor(user).await.map_err(from_store)?;
        if !factor.is_some_and(|factor| factor.confirmed) {
            return Ok(None);
        }
        let ((challenge, hash), now) = (self.secret(Kind::Browser), self.now());
        self.store.begin_challenge(hash, user, after(now, CHALLENGE), now).await.map_err(from_store)?;
        Ok(Some(challenge))
    }

    /// Opens a browser session for somebody who has just proven who they are.
    pub(super) async fn open_browser(
        &self,
        user: Uuid,
        name: &UserName,
        action: &str,
        origin: &Origin,
    ) -> Result<Opened, AppError> {
        self.open_browser_as(user, name, action, None, origin).await
    }

    /// Opens a browser session for somebody whom an identity provider has just vouched for.
    pub(crate) async fn open_browser_by(&self, user: &User, by: &str, origin: &Origin) -> Result<Opened, AppError> {
        self.open_browser_as(user.id, &user.name, "session.create", Some(by.to_owned()), origin).await
    }

    async fn open_browser_as(
        &self,
        user: Uuid,
        name: &UserName,
        action: &str,
        detail: Option<String>,
        origin: &Origin,
    ) -> Result<Opened, AppError> {
        let now = self.now();
        let expires_at = after(now, BROWSER);
        self.record(&actor(name), action, object(name), Ok(detail), Source::Console, origin).await?;
        let session = self.new_session(user, Source::Console, expires_at, origin).await?;
        let (cookie, hash) = self.secret(Kind::Browser);
        let token = NewToken { kind: TokenKind::Access, hash, audience: Some("browser".into()), expires_at };
        self.store.insert_tokens(session, &[token], now).await.map_err(from_store)?;
        Ok(Opened { cookie, expires_at, user: name.clone(), session })
    }

    async fn new_session(
        &self,
        user_id: Uuid,
        source: Source,
        expires_at: Timestamp,
        origin: &Origin,
    ) -> Result<Uuid, AppError> {
        let new = NewSession {
            user_id,
            source,
            label: origin.label.clone(),
            address: origin.address.map(|address| address.to_string()),
            expires_at,
            name: None,
            limit: None,
        };
        Ok(self.store.create_session(&new, self.now()).await.map_err(from_store)?.id)
    }

    /// Opens a session for a command line.
    pub(super) async fn open_cli(&self, user: Uuid, origin: &Origin) -> Result<(Uuid, TokenResponse), AppError> {
        let now = self.now();
        let expires_at = after(now, CLI_IDLE);
        let session = self.new_session(user, Source::Cli, expires_at, origin).await?;
        let (answer, tokens) = self.new_tokens(expires_at);
        self.store.insert_tokens(session, &tokens, now).await.map_err(from_store)?;
        Ok((session, answer))
    }

    fn new_tokens(&self, session_expires_at: Timestamp) -> (TokenResponse, [NewToken; 2]) {
        let now = self.now();
        let (access, access_hash) = self.secret(Kind::Access);
        let (refresh, refresh_hash) = self.secret(Kind::Refresh);
        let expires_at = after(now, ACCESS).min(session_expires_at);
        let answer = TokenResponse {
            access_token: access.expose().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: u64::try_from(expires_at.duration_since(now).as_secs()).unwrap_or_default(),
            refresh_token: Some(refresh.expose().to_owned()),
            issued_token_type: None,
        };
        let tokens = [
            NewToken { kind: TokenKind::Access, hash: access_hash, audience: None, expires_at },
            NewToken { kind: TokenKind::Refresh, hash: refresh_hash, audience: None, expires_at: session_expires_at },
        ];
        (answer, tokens)
    }

    /// Exchanges a refresh token for the next pair. A token that comes twice ends the session: one of
    /// the two who hold it is a thief (RFC 9700 section 4.14.2).
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn refresh(&self, text: &str, origin: &Origin) -> Result<TokenResponse, TokenError> {
        let secret = Secret::parse_as(Kind::Refresh, text).ok_or(TokenError::InvalidGrant)?;
        let now = self.now();
        let hash = TokenHash::of(secret.expose());
        let Some(found) = self.store.authenticate(hash, now).await.map_err(from_store)? else {
            return Err(TokenError::InvalidGrant);
        };
        let limit = after(found.session.created_at, CLI_LIMIT);
        let session_expires_at = after(now, CLI_IDLE).min(limit);
        if found.subject.is_none() || session_expires_at <= now {
            return Err(TokenError::InvalidGrant);
        }
        let (answer, tokens) = self.new_tokens(session_expires_at);
        match self.store.rotate_refresh(hash, &tokens, session_expires_at, now).await.map_err(from_store)? {
            Rotation::Rotated(_) => {
                if let Some(subject) = found.subject {
                    self.refreshed(&subject.principal, found.session.source, origin).await;
                }
                Ok(answer)
            }
            Rotation::Reused(session) => {
                self.forget();
                let name =
                    found.subject.map_or_else(|| session.user_id.to_string(), |subject| subject.principal.name());
                let why = Ok(Some("a refresh token came twice".to_owned()));
                self.record("anonymous", "session.revoke", format!("user/{name}"), why, Source::Cli, origin).await?;
                Err(TokenError::InvalidGrant)
            }
            Rotation::Expired | Rotation::Unknown => Err(TokenError::InvalidGrant),
        }
    }

    /// Ends the session behind a credential.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_out(&self, credential: &Credential, origin: &Origin) -> Result<(), AppError> {
        let name = &credential.subject.principal;
        self.record(&name.to_string(), "session.revoke", name.object(), Ok(None), credential.source, origin).await?;
        self.store.revoke_session(credential.session, self.now()).await.map_err(from_store)?;
        self.forget();
        Ok(())
    }

    /// Ends all sessions of the person behind a credential; how many there were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_out_everywhere(&self, credential: &Credential, origin: &Origin) -> Result<u64, AppError> {
        let subject = &credential.subject;
        if subject.limit.is_some() {
            return Err(AppError::new(Code::AuthForbidden, "a token with a limit ends no session but its own"));
        }
        let (who, what) = (subject.actor(), subject.principal.object());
        self.record(&who, "session.revokeAll", what, Ok(None), credential.source, origin).await?;
        let ended = self.store.revoke_sessions_of(subject.id, self.now()).await.map_err(from_store)?;
        self.forget();
        Ok(ended)
    }

    /// Ends the session that somebody leaves behind when they sign in anew in the same browser.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replace(&self, credential: &Credential, origin: &Origin) -> Result<(), AppError> {
        let who = &credential.subject.principal;
        let why = Ok(Some("signed in anew".to_owned()));
        self.record(&who.to_string(), "session.revoke", who.object(), why, credential.source, origin).await?;
        self.store.revoke_session(credential.session, self.now()).await.map_err(from_store)?;
        self.forget();
        Ok(())
    }

    /// Ends the session of a token of any kind, whoever holds it (RFC 7009): unknown ones are fine.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke(&self, text: &str, origin: &Origin) -> Result<(), AppError> {
        let Some(secret) = Secret::parse(text) else { return Ok(()) };
        let now = self.now();
        let found = self.store.authenticate(TokenHash::of(secret.expose()), now).await.map_err(from_store)?;
        let Some(found) = found else { return Ok(()) };
        let gone = || (format!("user:{}", found.session.user_id), format!("user/{}", found.session.user_id));
        let (who, what) = found.subject.map_or_else(gone, |subject| (subject.actor(), subject.principal.object()));
        self.record(&who, "session.revoke", what, Ok(None), Source::Cli, origin).await?;
        self.store.revoke_session(found.session.id, now).await.map_err(from_store)?;
        self.forget();
        Ok(())
    }
}
