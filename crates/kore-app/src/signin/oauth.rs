//! The authorization code flow for the command line: a public client, PKCE, loopback redirect
//! (RFC 6749, 7636, 8252; RFC 9700 for what to leave out).

use kore_api::{codes::Code, identity::TokenResponse};
use kore_domain::access::Source;
use kore_store::{AuthCodeUse, NewAuthCode, TokenHash};

use super::{
    CODE, Credential, Origin, SignIn, from_store, pkce,
    sessions::after,
    token::{Kind, Secret},
};
use crate::AppError;

/// What a client asks for, as the query says it.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize)]
pub struct AuthorizeRequest {
    /// Always `code`.
    #[serde(default)]
    pub response_type: String,
    /// Who asks.
    #[serde(default)]
    pub client_id: String,
    /// Where the answer goes.
    #[serde(default)]
    pub redirect_uri: String,
    /// PKCE challenge.
    #[serde(default)]
    pub code_challenge: String,
    /// Always `S256`.
    #[serde(default)]
    pub code_challenge_method: String,
    /// Given back as it came.
    #[serde(default)]
    pub state: String,
}

/// Why a request is not answered with a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// Client or redirect address are not ours: shown to the person, sent nowhere.
    #[error("{0}")]
    Page(&'static str),
    /// Told to the client at its redirect address; an error code of RFC 6749 section 4.1.2.1.
    #[error("{0}")]
    Client(&'static str),
}

impl AuthorizeRequest {
    /// Checks what a client asks for.
    ///
    /// # Errors
    /// [`AuthorizeError`].
    pub fn check(&self) -> Result<(), AuthorizeError> {
        if self.client_id != pkce::CLIENT {
            return Err(AuthorizeError::Page("The program that asks is not known to Kore."));
        }
        if !pkce::is_redirect(&self.redirect_uri) {
            return Err(AuthorizeError::Page("The program wants the answer sent somewhere other than this computer."));
        }
        if self.response_type != "code" {
            return Err(AuthorizeError::Client("unsupported_response_type"));
        }
        if self.code_challenge_method != "S256" || !pkce::is_challenge(&self.code_challenge) || self.state.len() > 512 {
            return Err(AuthorizeError::Client("invalid_request"));
        }
        Ok(())
    }
}

/// Why there are no tokens (RFC 6749 section 5.2, RFC 8628 section 3.5).
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The code, token or verifier is not right, or not any more.
    #[error("invalid_grant")]
    InvalidGrant,
    /// Nobody has decided yet.
    #[error("authorization_pending")]
    Pending,
    /// The same, and the client asks too often.
    #[error("slow_down")]
    SlowDown,
    /// The person said no.
    #[error("access_denied")]
    Denied,
    /// The device code's time is over.
    #[error("expired_token")]
    Expired,
    /// Anything that is not the client's doing.
    #[error(transparent)]
    App(#[from] AppError),
}

impl SignIn {
    /// Makes a code for a client, after the person agreed.
    ///
    /// # Errors
    /// `AuthForbidden` when the request is not one that [`AuthorizeRequest::check`] lets pass.
    pub async fn authorize(
        &self,
        request: &AuthorizeRequest,
        credential: &Credential,
        origin: &Origin,
    ) -> Result<Secret, AppError> {
        request.check().map_err(|error| AppError::new(Code::AuthForbidden, error.to_string()))?;
        credential.is_a_persons_own()?;
        let (code, hash) = self.secret(Kind::Code);
        let now = self.now();
        let new = NewAuthCode {
            hash,
            user_id: credential.subject.id,
            challenge: request.code_challenge.clone(),
            redirect_uri: request.redirect_uri.clone(),
            expires_at: after(now, CODE),
        };
        let name = &credential.subject.principal;
        self.record(&name.to_string(), "session.authorize", name.object(), Ok(None), Source::Console, origin).await?;
        self.store.create_auth_code(&new, now).await.map_err(from_store)?;
        Ok(code)
    }

    /// Puts on record that somebody asked for tokens with something that is not good for any.
    pub async fn bad_grant(&self, grant_type: &str, origin: &Origin) {
        let object = format!("token/{}", grant_type.rsplit(':').next().unwrap_or_default());
        let code = Err(Code::AuthBadCredentials);
        // A refusal's record never fails.
        let _ = self.record("anonymous", "session.create", object, code, Source::Cli, origin).await;
    }

    /// Exchanges a code for tokens. A code that comes twice ends the session that came of it.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        let secret = Secret::parse_as(Kind::Code, code).ok_or(TokenError::InvalidGrant)?;
        let hash = TokenHash::of(secret.expose());
        let code = match self.store.use_auth_code(hash, self.now()).await.map_err(from_store)? {
            AuthCodeUse::Fresh(code) => code,
            AuthCodeUse::Reused => {
                self.forget();
                return Err(TokenError::InvalidGrant);
            }
            AuthCodeUse::Unknown => return Err(TokenError::InvalidGrant),
        };
        if code.redirect_uri != redirect_uri || !pkce::verifies(verifier, &code.challenge) {
            return Err(TokenError::InvalidGrant);
        }
        let subject =
            self.store.subject(code.user_id, self.now()).await.map_err(from_store)?.ok_or(TokenError::InvalidGrant)?;
        if subject.principal.user().is_none() {
            return Err(TokenError::InvalidGrant);
        }
        let detail = Some("authorization code".to_owned());
        self.record(&subject.actor(), "session.create", subject.principal.object(), Ok(detail), Source::Cli, origin)
            .await?;
        let (session, answer) = self.open_cli(subject.id, origin).await?;
        self.store.bind_auth_code(hash, session).await.map_err(from_store)?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_about_the_client_is_sent_nowhere() {
        let good = AuthorizeRequest {
            response_type: "code".into(),
            client_id: "kore-cli".into(),
            redirect_uri: "http://127.0.0.1:4711/callback".into(),
            code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
            code_challenge_method: "S256".into(),
            state: "x".into(),
        };
        assert_eq!(good.check(), Ok(()));
        let other = AuthorizeRequest { redirect_uri: "http://evil.example/callback".into(), ..good.clone() };
        assert!(matches!(other.check(), Err(AuthorizeError::Page(_))));
        let other = AuthorizeRequest { client_id: "other".into(), ..good.clone() };
        assert!(matches!(other.check(), Err(AuthorizeError::Page(_))));
        let other = AuthorizeRequest { code_challenge_method: "plain".into(), ..good.clone() };
        assert_eq!(other.check(), Err(AuthorizeError::Client("invalid_request")));
        let other = AuthorizeRequest { response_type: "token".into(), ..good };
        assert_eq!(other.check(), Err(AuthorizeError::Client("unsupported_response_type")));
    }
}
