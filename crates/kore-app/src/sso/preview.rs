//! Trying a provider before it is saved: somebody signs in at it, and whoever asked sees the claims and what
//! they would come to. Nothing is stored, and nobody is signed in.

use std::sync::Arc;

use kore_api::{
    codes::Code,
    identity_provider::{PreviewOutcome, PreviewRole, ProviderPreview},
    names::ProviderName,
};
use kore_domain::{
    access::{OpContext, Permission, Platform},
    federation,
};
use kore_oidc::Authorization;
use kore_store::IdentityProvider;
use serde_json::Value;

use super::{
    ATTEMPT, Begun, Ready, Try,
    flow::Answer,
    kind::{DECODER, Draft},
    object,
};
use crate::{
    App, AppError,
    audit::Deed,
    signin::{
        from_store,
        token::{Kind, Secret},
    },
    strict,
};

fn forgotten() -> AppError {
    AppError::new(Code::NotFound, "There is no such preview; it is forgotten after ten minutes, and with the server.")
}

impl App {
    /// Begins to try a configuration. One that names a saved provider of the same issuer and leaves its secret
    /// out is tried with that one's.
    ///
    /// # Errors
    /// 403; `InputInvalid`; those of the stores.
    pub async fn preview_provider(&self, cx: &OpContext, body: &Value) -> Result<ProviderPreview, AppError> {
        let name = body.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let what = format!("identityProvider/{}", crate::rows::loggable(name));
        let action = "identityProvider.preview";
        self.authorize_to(cx, action, Permission::IdentityProviderWrite, Platform, &what).await?;
        let name: ProviderName = name.parse().map_err(|_| strict::bad_name(name))?;
        let input = DECODER.read(body)?;
        let Draft { spec, secret } = Draft::of(input.spec);
        let errors = self.faults(&spec);
        if !errors.is_empty() {
            return Err(strict::invalid("IdentityProvider", errors));
        }
        let saved = self.store.identity_provider(&name).await.map_err(from_store)?;
        let secret = match (
            secret,
            saved.filter(|saved| saved.spec.issuer == spec.issuer && saved.spec.network == spec.network),
        ) {
            (Some(secret), _) => secret,
            (None, Some(IdentityProvider { secret_name: Some(kept), .. })) => Some(self.client_secret(&kept).await?),
            (None, _) => None,
        };
        let (redirect_uri, now) = (self.redirect_uri(&name), cx.now);
        let provider = IdentityProvider {
            id: self.new_uuid(),
            name: name.clone(),
            spec,
            secret_name: None,
            revision: 0,
            created_at: now,
            updated_at: now,
        };
        let ready =
            self.prepare(provider, secret).map_err(|error| AppError::new(Code::InputInvalid, error.to_string()))?;
        let deed =
            Deed { action: action.to_owned(), team: None, object: object(&name), detail: None, changes: Vec::new() };
        let id = Secret::new(Kind::Claim, self.signin.entropy()).expose().to_owned();
        let tried = Arc::new(Try {
            owner: cx.subject.id,
            ready,
            redirect_uri,
            expires_at: now.checked_add(ATTEMPT).unwrap_or(now),
            progress: Default::default(),
        });
        let shown = self.shown(&id, &tried);
        self.attempt(cx, deed, async {
            self.signin.federation.tries.insert(id, tried);
            Ok(())
        })
        .await?;
        Ok(shown)
    }

    /// What came of a try so far; only for whoever began it.
    ///
    /// # Errors
    /// 403; `NotFound`.
    pub async fn provider_preview(&self, cx: &OpContext, id: &str) -> Result<ProviderPreview, AppError> {
        self.authorize(cx, Permission::IdentityProviderWrite, Platform, "identityProviderPreview").await?;
        let tried = self.signin.federation.tries.get(id).filter(|tried| tried.owner == cx.subject.id);
        let tried = tried.ok_or_else(forgotten)?;
        Ok(self.shown(id, &tried))
    }

    fn shown(&self, id: &str, tried: &Try) -> ProviderPreview {
        let url = format!("{}/auth/oidc/{}/start?preview={id}", self.signin.public_url(), tried.ready.provider.name);
        ProviderPreview {
            id: id.to_owned(),
            url,
            redirect_uri: tried.redirect_uri.clone(),
            expires_at: tried.expires_at,
            outcome: tried.progress().outcome.clone(),
        }
    }

    /// Sends a browser out to a provider that is tried. Works once.
    ///
    /// # Errors
    /// `NotFound` for a try that is unknown, over, or has begun already; `AuthProvider`.
    pub async fn begin_try(&self, name: &str, id: &str) -> Result<Begun, AppError> {
        let tried = self.signin.federation.tries.get(id);
        let tried =
            tried.filter(|tried| tried.ready.provider.name.as_str() == name && tried.expires_at > self.signin.now());
        let tried = tried.ok_or_else(forgotten)?;
        if std::mem::replace(&mut tried.progress().begun, true) {
            return Err(AppError::new(Code::AuthAttempt, "This preview was opened before. Ask for another one."));
        }
        match self.set_out(&tried.ready).await {
            Ok((begun, state)) => {
                self.signin.federation.states.insert(state, id.to_owned());
                Ok(begun)
            }
            Err(error) => {
                // Whoever asked learns why; this page is for whoever opened the link.
                let failure = error.cause.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
                tried.progress().outcome = Some(PreviewOutcome { failure: Some(failure), ..PreviewOutcome::default() });
                Err(error)
            }
        }
    }

    /// The try that an answer belongs to.
    pub(super) fn try_of(&self, name: &str, state: &str) -> Option<Arc<Try>> {
        let id = self.signin.federation.states.get(state)?;
        let tried = self.signin.federation.tries.get(&id)?;
        (tried.ready.provider.name.as_str() == name && tried.expires_at > self.signin.now()).then_some(tried)
    }

    pub(super) fn finish_try(&self, state: &str, tried: &Try, outcome: PreviewOutcome) -> ProviderPreview {
        tried.progress().outcome = Some(outcome);
        let id = self.signin.federation.states.remove(state).unwrap_or_default();
        self.shown(&id, tried)
    }

    pub(super) async fn outcome(
        &self,
        ready: &Ready,
        authorization: &Authorization,
        answer: &Answer,
    ) -> Result<PreviewOutcome, AppError> {
        let claims = match self.claims(ready, authorization, answer).await {
            Ok(claims) => claims,
            Err(error) => {
                let why = error.cause.as_ref().map_or_else(|| error.problem.detail.clone(), ToString::to_string);
                return Ok(PreviewOutcome { failure: Some(why), ..PreviewOutcome::default() });
            }
        };
        let spec = &ready.provider.spec;
        let person = federation::person(spec, &claims);
        let roles = federation::roles(&spec.group_mappings, &person.groups);
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let known = self.store.user_of_identity(&spec.issuer, subject).await.map_err(from_store)?;
        let name = match known {
            Some(user) => Some(user.name),
            None => {
                let names: Vec<_> = federation::names(&person.name).take(200).collect();
                self.store.first_free_name(&names).await.map_err(from_store)?
            }
        };
        Ok(PreviewOutcome {
            failure: None,
            refusal: federation::admit(spec, &person).err().map(|refusal| refusal.to_string()),
            name: name.map(|name| name.to_string()).unwrap_or_default(),
            platform_role: roles.platform.as_ref().map(|(role, _)| *role),
            teams: roles
                .teams
                .iter()
                .map(|(team, (role, group))| PreviewRole { team: team.to_string(), role: *role, group: group.clone() })
                .collect(),
            warnings: federation::warnings(spec, &claims, &person),
            email: person.email,
            groups: person.groups,
            claims: Value::Object(claims),
        })
    }
}
