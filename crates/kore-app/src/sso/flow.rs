//! Signing in with a provider: out to it, and back.
//!
//! One random secret is in the browser's cookie and nowhere else. State, nonce and PKCE verifier are
//! hashes of it: an answer works only in the browser that began, and what the database keeps (the hash
//! of the state) opens nothing. The first answer to a state is the only one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kore_api::{codes::Code, names::ProviderName};
use kore_domain::{
    access::{Role, Source},
    federation::{self, Person, Roles},
};
use kore_oidc::{Authorization, Claims};
use kore_store::{HeldIn, HeldRole, IdentityProvider, TokenHash, Vouched};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::{ATTEMPT, Ready, broken, label, object};
use crate::{
    App, AppError,
    signin::{
        Credential, Opened, Origin, from_store,
        token::{Kind, Secret},
    },
};

/// How many names are tried for somebody new.
const NAMES: usize = 1000;

/// A button of the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// The provider.
    pub name: ProviderName,
    /// What it says.
    pub label: String,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: Url,
    /// What its cookie is called, besides what all cookies of Kore share.
    pub cookie_name: String,
    /// What it keeps.
    pub cookie: Secret,
}

/// What a provider sends back through the browser (RFC 6749 section 4.1.2, RFC 9207).
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Answer {
    /// Which sign-in it answers.
    #[serde(default)]
    pub state: String,
    /// What it is worth.
    #[serde(default)]
    pub code: String,
    /// What went wrong instead.
    #[serde(default)]
    pub error: String,
    /// Who says so.
    pub iss: Option<String>,
}

/// Where a sign-in has led.
#[derive(Debug)]
pub enum Landed {
    /// Into a session.
    In {
        /// It.
        opened: Box<Opened>,
        /// Where the browser wanted to go.
        next: String,
    },
    /// Into a preview, which whoever asked for it looks at.
    Tried(Box<kore_api::identity_provider::ProviderPreview>),
}

fn derive(what: &str, cookie: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("kore sign-in {what} {}", cookie.expose())))
}

/// What goes with a sign-in, all of it from the one secret.
pub(super) fn authorization(cookie: &Secret) -> Authorization {
    Authorization {
        state: derive("state", cookie),
        nonce: derive("nonce", cookie),
        verifier: derive("verifier", cookie).into(),
    }
}

impl Answer {
    /// What the cookie of the sign-in is called that this answers.
    #[must_use]
    pub fn cookie_name(&self) -> String {
        cookie_name(&self.state)
    }
}

/// Several tabs may sign in at once.
fn cookie_name(state: &str) -> String {
    let part: String = state.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(8).collect();
    format!("sso-{part}")
}

fn no_attempt() -> AppError {
    AppError::new(
        Code::AuthAttempt,
        "This answer does not belong to a sign-in that was begun here, or it came twice or too late.",
    )
}

impl App {
    /// The providers that people may sign in with.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_in_buttons(&self) -> Result<Vec<Button>, AppError> {
        let providers = self.store.enabled_identity_providers().await.map_err(from_store)?;
        Ok(providers.into_iter().map(|provider| Button { label: label(&provider), name: provider.name }).collect())
    }

    async fn enabled(&self, name: &str) -> Result<IdentityProvider, AppError> {
        let unknown = || AppError::new(Code::NotFound, "There is no such way to sign in.");
        let name: ProviderName = name.parse().map_err(|_| unknown())?;
        let provider = self.store.identity_provider(&name).await.map_err(from_store)?;
        provider.filter(|provider| provider.spec.enabled).ok_or_else(unknown)
    }

    /// Begins a sign-in. `next` is where it leads, checked already.
    ///
    /// # Errors
    /// `NotFound` for a provider that is not there or not enabled, `AuthTooMany`, `AuthProvider`; those of the
    /// database.
    pub async fn begin_sign_in(&self, name: &str, next: &str, origin: &Origin) -> Result<Begun, AppError> {
        let provider = self.enabled(name).await?;
        self.signin.admit_address(origin)?;
        let ready = self.ready(provider).await?;
        let (begun, state) = self.set_out(&ready).await?;
        let (now, hash) = (self.signin.now(), TokenHash::of(&state));
        let expires_at = now.checked_add(ATTEMPT).unwrap_or(now);
        let kept = self.store.begin_sign_in(hash, ready.provider.id, next, expires_at, now);
        kept.await.map_err(from_store)?;
        Ok(begun)
    }

    /// The way out to a provider, and the state of it.
    pub(super) async fn set_out(&self, ready: &Ready) -> Result<(Begun, String), AppError> {
        let cookie = Secret::new(Kind::Browser, self.signin.entropy());
        let authorization = authorization(&cookie);
        let url = ready
            .issuer
            .authorize_url(&ready.client, &ready.provider.spec.scopes, &authorization, self.signin.now())
            .await
            .map_err(|error| broken(&ready.provider, error))?;
        let cookie_name = cookie_name(&authorization.state);
        Ok((Begun { url, cookie_name, cookie }, authorization.state))
    }

    /// Ends a sign-in: checks the answer of a provider, recognises the person, and opens a session.
    ///
    /// # Errors
    /// `AuthAttempt` for an answer that nobody waits for, `AuthProvider` for one that is not to be trusted,
    /// `AuthNotAdmitted`, `AuthDisabled`; those of the database.
    pub async fn end_sign_in(
        &self,
        name: &str,
        answer: &Answer,
        cookie: Option<&str>,
        origin: &Origin,
    ) -> Result<Landed, AppError> {
        let ended = self.try_end_sign_in(name, answer, cookie, origin).await;
        if let Err(error) = &ended
            && let Ok(name) = name.parse::<ProviderName>()
            && let Some(code) = Code::find(&error.problem.code)
            && (code == Code::AuthProvider || error.problem.status < 500)
        {
            let record =
                self.signin.record("anonymous", "session.create", object(&name), Err(code), Source::Console, origin);
            record.await?;
        }
        ended
    }

    async fn try_end_sign_in(
        &self,
        name: &str,
        answer: &Answer,
        cookie: Option<&str>,
        origin: &Origin,
    ) -> Result<Landed, AppError> {
        let cookie = cookie.and_then(|text| Secret::parse_as(Kind::Browser, text)).ok_or_else(no_attempt)?;
        let authorization = authorization(&cookie);
        if authorization.state != answer.state {
            return Err(no_attempt());
        }
        if let Some(tried) = self.try_of(name, &answer.state) {
            let outcome = self.outcome(&tried.ready, &authorization, answer).await?;
            return Ok(Landed::Tried(Box::new(self.finish_try(&answer.state, &tried, outcome))));
        }
        let provider = self.enabled(name).await?;
        let now = self.signin.now();
        // Used up whatever comes of it: a state is good for one answer, of the provider that it was made for.
        let hash = TokenHash::of(&answer.state);
        let next = self.store.end_sign_in(hash, provider.id, now).await.map_err(from_store)?;
        let next = next.ok_or_else(no_attempt)?;
        let ready = self.ready(provider).await?;
        let claims = self.claims(&ready, &authorization, answer).await?;
        let opened = self.land(&ready, &claims, origin).await?;
        Ok(Landed::In { opened: Box::new(opened), next })
    }

    /// What the provider says about the person, once everything about its answer is right.
    pub(super) async fn claims(
        &self,
        ready: &Ready,
        authorization: &Authorization,
        answer: &Answer,
    ) -> Result<Claims, AppError> {
        let (now, provider) = (self.signin.now(), &ready.provider);
        let broken = |error| broken(provider, error);
        ready.issuer.answered(answer.iss.as_deref(), now).await.map_err(broken)?;
        if !answer.error.is_empty() || answer.code.is_empty() {
            let said: String = answer.error.chars().filter(char::is_ascii_graphic).take(60).collect();
            let text = match said.as_str() {
                "access_denied" => format!("{} did not let you in, or you cancelled.", label(provider)),
                _ => format!("{} did not finish the sign-in.", label(provider)),
            };
            return Err(AppError::new(Code::AuthAttempt, text).caused_by(format!("the provider answered {said:?}")));
        }
        let names = &provider.spec.claims;
        let wanted: Vec<&str> = [&names.username, &names.email, &names.display_name, &names.groups]
            .into_iter()
            .map(|name| name.split('.').next().filter(|_| !name.contains("://")).unwrap_or(name))
            .collect();
        let exchanged = ready.issuer.exchange(&ready.client, authorization, &answer.code, &wanted, now).await;
        Ok(exchanged.map_err(broken)?.claims)
    }

    async fn land(&self, ready: &Ready, claims: &Claims, origin: &Origin) -> Result<Opened, AppError> {
        let provider = &ready.provider;
        let person = federation::person(&provider.spec, claims);
        if let Err(refusal) = federation::admit(&provider.spec, &person) {
            // Nor do they keep elsewhere what its groups gave them.
            let none = Roles::default();
            let vouched = self.vouched(provider, claims, person, &none);
            let now = self.signin.now();
            if let Some(name) = self.store.turn_away(&vouched, now).await.map_err(from_store)? {
                self.signin.forget();
                let (actor, what) = (format!("user:{name}"), format!("user/{name}"));
                let detail = Ok(Some(described(&[])));
                self.signin.record(&actor, "user.groupRoles", what, detail, Source::Console, origin).await?;
            }
            return Err(AppError::new(Code::AuthNotAdmitted, refusal.to_string()));
        }
        let roles = federation::roles(&provider.spec.group_mappings, &person.groups);
        let vouched = self.vouched(provider, claims, person, &roles);
        let now = self.signin.now();
        let known = self.store.recognise(&vouched, now).await.map_err(from_store)?;
        if known.user.spec.disabled {
            return Err(AppError::new(Code::AuthDisabled, "Your account here is disabled."));
        }
        let (actor, what) = (format!("user:{}", known.user.name), format!("user/{}", known.user.name));
        let by = format!("by {} as {}", object(&provider.name), vouched.subject);
        for (happened, action) in [(known.new, "user.create"), (known.roles_changed, "user.groupRoles")] {
            if happened {
                let detail = if action == "user.create" { by.clone() } else { described(&vouched.roles) };
                let record =
                    self.signin.record(&actor, action, what.clone(), Ok(Some(detail)), Source::Console, origin);
                record.await?;
            }
        }
        let opened = self.signin.open_browser_by(&known.user, &by, origin).await?;
        self.store.session_by_provider(opened.session, provider.id).await.map_err(from_store)?;
        if known.new || known.roles_changed {
            self.signin.forget();
        }
        Ok(opened)
    }

    fn vouched(&self, provider: &IdentityProvider, claims: &Claims, person: Person, roles: &Roles) -> Vouched {
        let subject = claims.get("sub").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        Vouched {
            provider: provider.id,
            issuer: provider.spec.issuer.clone(),
            subject,
            names: federation::names(&person.name).take(NAMES).collect(),
            display_name: person.display_name,
            email: person.email,
            groups: person.groups,
            roles: self.held(roles),
        }
    }

    /// Roles as they are recorded; those of teams that are not there are none.
    pub(super) fn held(&self, roles: &Roles) -> Vec<HeldRole> {
        let platform = roles
            .platform
            .iter()
            .map(|(role, group)| HeldRole { place: HeldIn::Platform(*role), group: group.clone() });
        let teams = roles.teams.iter().filter_map(|(team, (role, group))| {
            let there = self.indexes.teams.get(None, team.as_str())?;
            Some(HeldRole { place: HeldIn::Team(team.clone(), there.spec.id.clone(), *role), group: group.clone() })
        });
        platform.chain(teams).collect()
    }

    /// Where a browser goes to sign out at the provider that its session came from, after it has signed out
    /// here.
    pub async fn sign_out_there(&self, credential: &Credential) -> Option<(String, Url)> {
        let id = self.store.provider_of_session(credential.session).await.ok()??;
        let provider = self.store.enabled_identity_providers().await.ok()?;
        let provider = provider.into_iter().find(|provider| provider.id == id)?;
        let ready = self.ready(provider).await.ok()?;
        let back = self.post_logout_redirect_uri();
        match ready.issuer.logout_url(&ready.client, &back, self.signin.now()).await {
            Ok(url) => url.map(|url| (label(&ready.provider), url)),
            Err(error) => {
                tracing::warn!(provider = %ready.provider.name, %error, "nobody is signed out there");
                None
            }
        }
    }
}

/// Roles in a few words, for records.
fn described(roles: &[HeldRole]) -> String {
    let words: Vec<String> = roles
        .iter()
        .map(|held| match &held.place {
            HeldIn::Platform(role) => format!("{} ({})", Role::from(*role).name, held.group),
            HeldIn::Team(team, _, role) => format!("{team} {} ({})", crate::people::role_word(*role), held.group),
        })
        .collect();
    if words.is_empty() { "no roles by groups".to_owned() } else { words.join(", ").chars().take(1000).collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::signin::token::system_entropy;

    #[test]
    fn state_nonce_and_verifier_are_of_one_secret_and_tell_nothing_of_each_other() {
        let cookie = Secret::new(Kind::Browser, system_entropy);
        let authorization = authorization(&cookie);
        let all = [&authorization.state, &authorization.nonce, authorization.verifier.expose_secret()];
        let distinct: HashSet<&str> = all.into_iter().map(AsRef::as_ref).collect();
        assert_eq!(distinct.len(), 3);
        for text in distinct {
            // RFC 7636 section 4.1: 43 to 128 unreserved characters.
            assert_eq!(text.len(), 43);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
            assert!(!text.contains(cookie.expose()));
        }
        let name = cookie_name(&authorization.state);
        assert!(name.len() <= 12 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        assert_eq!(cookie_name("; Path=/evil"), "sso-Pathevil");
    }
}
