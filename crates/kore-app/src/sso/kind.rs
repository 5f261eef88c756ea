//! Identity providers as a kind.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    identity_provider::{IdentityProviderSpec, IdentityProviderStatus},
    names::{ProviderName, TeamName},
};
use kore_domain::{
    access::{OpContext, Permission, Platform, Resource},
    federation::{self, Person},
    query::{FieldValue, ListQuery, Lookup, Page, RawQuery, page},
};
use kore_store::IdentityProvider;
use secrecy::SecretString;
use serde_json::Value;

use super::object as object_name;
use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, IDENTITY_PROVIDER},
    people,
    rights::within_platform_role,
    rows::{self, exists, loggable, named, revision_of, same_name, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

pub(super) static DECODER: LazyLock<ProviderDecoder> =
    LazyLock::new(|| ProviderDecoder(Decoder::of::<IdentityProviderSpec>("IdentityProvider")));

pub(super) struct ProviderDecoder(Decoder);

impl ProviderDecoder {
    pub(super) fn read(&self, body: &Value) -> Result<strict::Input<IdentityProviderSpec>, AppError> {
        self.0.read::<IdentityProviderSpec>(body)
    }
}

/// What somebody wrote, the secret apart from the rest.
pub(super) struct Draft {
    pub(super) spec: IdentityProviderSpec,
    /// `None` when nothing was said about it, `Some(None)` when it shall go.
    pub(super) secret: Option<Option<SecretString>>,
}

impl Draft {
    pub(super) fn of(mut spec: IdentityProviderSpec) -> Self {
        let secret = spec.client_secret.take();
        Self { spec, secret: secret.map(|text| (!text.is_empty()).then(|| text.into())) }
    }
}

/// The back end of identity providers.
pub(crate) struct IdentityProviders;

struct Row(IdentityProvider);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        let text = |text: &'_ str| FieldValue::Text(text.to_owned().into());
        match name {
            "metadata.name" => text(self.0.name.as_str()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.issuer" => text(&self.0.spec.issuer),
            "spec.displayName" => self.0.spec.display_name.as_deref().map_or(FieldValue::Absent, text),
            "spec.enabled" => FieldValue::Bool(self.0.spec.enabled),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.name.as_str())
    }
}

fn deed(change: Change, name: &ProviderName, before: Option<&Value>, after: Option<&Value>) -> Deed {
    let (action, object) = (IDENTITY_PROVIDER.action(change), object_name(name));
    Deed { action, team: None, object, detail: None, changes: changed(before, after) }
}

/// Refuses mappings that give what the caller does not hold: whoever writes one could be in the group.
fn within_own(cx: &OpContext, spec: &IdentityProviderSpec) -> Result<(), AppError> {
    for mapping in &spec.group_mappings {
        within_platform_role(cx, mapping.platform_role)?;
        if let (Some(team), Some(role)) = (&mapping.team, mapping.role) {
            people::within_team_role(cx, team, role)?;
        }
    }
    Ok(())
}

/// The configuration as previews compare it: whether there is a secret, never which.
fn compared(spec: &IdentityProviderSpec, secret: &str) -> Result<Value, AppError> {
    let spec = IdentityProviderSpec { client_secret: None, ..spec.clone() };
    let mut compared = value(&spec)?;
    if let Some(map) = compared.as_object_mut() {
        map.insert("clientSecret".to_owned(), secret.into());
    }
    Ok(compared)
}

const KEPT: &str = "(kept)";
const CHANGED: &str = "(new)";
const NONE: &str = "(none)";

impl App {
    async fn provider_object(&self, provider: &IdentityProvider) -> Result<Value, AppError> {
        let metadata = rows::metadata(&provider.name, provider.id, provider.revision, provider.created_at);
        let status = IdentityProviderStatus {
            redirect_uri: self.redirect_uri(&provider.name),
            post_logout_redirect_uri: self.post_logout_redirect_uri(),
            client_secret_set: provider.secret_name.is_some(),
            identities: self.store.count_identities(provider.id).await?,
        };
        value(&rows::object(&IDENTITY_PROVIDER, metadata, provider.spec.clone(), Some(status)))
    }

    async fn provider_present(
        &self,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<IdentityProvider, AppError> {
        let what = format!("identityProvider/{}", loggable(&place.name));
        let action = IDENTITY_PROVIDER.action(change);
        self.authorize_to(cx, &action, Permission::IdentityProviderWrite, Platform, &what).await?;
        let name: ProviderName = place.name.parse().map_err(|_| AppError::hidden())?;
        let found = self.store.identity_provider(&name).await?.ok_or_else(AppError::hidden)?;
        options.check(found.revision)?;
        Ok(found)
    }
}

#[async_trait]
impl Backend for IdentityProviders {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = app.authorize(cx, Permission::IdentityProviderRead, Platform, "identityProviders").await?;
        let query = ListQuery::parse(raw, IDENTITY_PROVIDER.fields, &app.page_key, IDENTITY_PROVIDER.plural)?;
        let rows: Vec<_> = app.store.list_identity_providers(&proof).await?.into_iter().map(Row).collect();
        let revision = rows.iter().map(|row| row.0.revision).max().unwrap_or_default().to_string();
        let Page { items: found, continue_token, remaining } = page(&rows, &query, &app.page_key);
        let mut items = Vec::with_capacity(found.len());
        for row in found {
            items.push(app.provider_object(&row.0).await?);
        }
        ListPage::of(Page { items, continue_token, remaining }, revision, Ok)
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let what = format!("identityProvider/{}", loggable(&place.name));
        app.authorize(cx, Permission::IdentityProviderRead, Platform, &what).await?;
        let name: ProviderName = place.name.parse().map_err(|_| AppError::hidden())?;
        let provider = app.store.identity_provider(&name).await?.ok_or_else(AppError::hidden)?;
        let mut object = app.provider_object(&provider).await?;
        let writes = cx.may(Permission::IdentityProviderWrite, &Resource::Platform);
        with_actions(&mut object, if writes { &["update", "delete", "preview"] } else { &[] });
        Ok(Found { object, etag: Some(provider.revision.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let named = named(&body);
        let what = format!("identityProvider/{}", loggable(&named));
        let action = IDENTITY_PROVIDER.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::IdentityProviderWrite, Platform, &what).await?;
        let input = DECODER.read(&body)?;
        unlabelled("IdentityProvider", &input.metadata)?;
        let name: ProviderName = named.parse().map_err(|_| strict::bad_name(&named))?;
        let Draft { spec, secret } = Draft::of(input.spec);
        within_own(cx, &spec)?;
        let errors = app.faults(&spec);
        if !errors.is_empty() {
            return Err(strict::invalid("IdentityProvider", errors));
        }
        if app.store.identity_provider(&name).await?.is_some() {
            return Err(exists(&what, &named));
        }
        let secret = secret.flatten();
        let after = compared(&spec, if secret.is_some() { CHANGED } else { NONE })?;
        let mut shown = body;
        hide(&mut shown);
        if let Some(preview) = rows::preview(options, &what, &shown, &Value::Null, &after)? {
            return Ok(preview);
        }
        let mut provider = IdentityProvider {
            id: app.new_uuid(),
            name: name.clone(),
            spec,
            secret_name: None,
            revision: 1,
            created_at: cx.now,
            updated_at: cx.now,
        };
        let made = async {
            if let Some(secret) = &secret {
                provider.secret_name = Some(app.keep_secret(provider.id, secret).await?);
            }
            let made = app.store.create_identity_provider(&proof, &provider).await;
            if made.is_err() {
                app.drop_secrets(provider.id, None).await;
            }
            made?;
            Ok(provider)
        };
        let provider = app.attempt(cx, deed(Change::Create, &name, None, Some(&after)), made).await?;
        Ok(Written::made(app.provider_object(&provider).await?, provider.revision))
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = app.provider_present(cx, Change::Update, place, options).await?;
        let input = DECODER.read(&body)?;
        unlabelled("IdentityProvider", &input.metadata)?;
        same_name("IdentityProvider", &input.metadata, &place.name)?;
        let Draft { spec, secret } = Draft::of(input.spec);
        within_own(cx, &spec)?;
        let mut errors = app.faults(&spec);
        // Otherwise whoever may write could have the secret sent to an address of their own.
        let moved = spec.issuer != found.spec.issuer || spec.network != found.spec.network;
        if moved && found.secret_name.is_some() && secret.is_none() {
            let why = "the issuer or the way to it is another one: say the client secret again";
            errors.push(strict::error("/spec/clientSecret", "required", why));
        }
        if !errors.is_empty() {
            return Err(strict::invalid("IdentityProvider", errors));
        }
        let what = object_name(&found.name);
        let before = compared(&found.spec, if found.secret_name.is_some() { KEPT } else { NONE })?;
        let kept = match &secret {
            Some(Some(_)) => CHANGED,
            None if found.secret_name.is_some() => KEPT,
            _ => NONE,
        };
        let after = compared(&spec, kept)?;
        let mut shown = body;
        hide(&mut shown);
        if let Some(preview) = rows::preview(options, &what, &shown, &before, &after)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::IdentityProviderWrite, Platform)?;
        let revision = revision_of(&options.precondition, found.revision);
        let mut provider = IdentityProvider { spec, revision, updated_at: cx.now, ..found };
        let name = provider.name.clone();
        let made = async {
            match &secret {
                Some(Some(secret)) => provider.secret_name = Some(app.keep_secret(provider.id, secret).await?),
                Some(None) => provider.secret_name = None,
                None => {}
            }
            let spec = &provider.spec;
            let worth = |email: Option<&str>, groups: &[String]| {
                let person = Person { email: email.map(str::to_owned), groups: groups.to_vec(), ..Person::default() };
                let admitted = federation::admit(spec, &person).is_ok();
                admitted.then(|| app.held(&federation::roles(&spec.group_mappings, groups)))
            };
            app.store.update_identity_provider(&proof, &provider, &worth).await?;
            provider.revision += 1;
            Ok(provider)
        };
        let provider = app.attempt(cx, deed(Change::Update, &name, Some(&before), Some(&after)), made).await?;
        app.drop_secrets(provider.id, provider.secret_name.as_deref()).await;
        app.signin.forget();
        Ok(Written::made(app.provider_object(&provider).await?, provider.revision))
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = app.provider_present(cx, Change::Delete, place, options).await?;
        let shown = app.provider_object(&found).await?;
        let before = compared(&found.spec, if found.secret_name.is_some() { KEPT } else { NONE })?;
        if let Some(preview) = rows::preview(options, &object_name(&found.name), &shown, &before, &Value::Null)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::IdentityProviderWrite, Platform)?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async { Ok(app.store.delete_identity_provider(&proof, &found.name, revision, cx.now).await?) };
        app.attempt(cx, deed(Change::Delete, &found.name, Some(&before), None), made).await?;
        app.drop_secrets(found.id, None).await;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}

/// What was written, without the secret.
fn hide(body: &mut Value) {
    if let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("clientSecret");
    }
}
