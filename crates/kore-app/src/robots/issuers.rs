//! Issuers that robots may trust, besides those that everybody knows.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    names::{IssuerName, TeamName},
    problem::Problem,
    robot::{IssuerProfile, TrustedIssuerSpec},
};
use kore_domain::{
    access::{OpContext, Permission, PermissionSet, Platform, Reach, Resource},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
    trust,
};
use kore_store::{StoreError, TrustedIssuer};
use serde_json::Value;

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, TRUSTED_ISSUER},
    rights::within_own,
    rows::{self, loggable, named, preview, revision_of, same_name, unlabelled, value, with_actions},
    signin::issuer,
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<TrustedIssuerSpec>("TrustedIssuer"));

/// Longest text of keys or of a certificate, in bytes.
const LONGEST: usize = 32 << 10;

/// The back end of trusted issuers.
pub(crate) struct TrustedIssuers;

struct Row(TrustedIssuer);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.0.name.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.issuer" => FieldValue::Text(self.0.spec.issuer.as_str().into()),
            "spec.profile" => FieldValue::Text(word(self.0.spec.profile).into()),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.name.as_str())
    }
}

const fn word(profile: IssuerProfile) -> &'static str {
    match profile {
        IssuerProfile::GitHub => "github",
        IssuerProfile::GitLab => "gitlab",
        IssuerProfile::Kubernetes => "kubernetes",
        IssuerProfile::Other => "other",
    }
}

fn object(issuer: &TrustedIssuer) -> Result<Value, AppError> {
    let metadata = rows::metadata(&issuer.name, issuer.id, issuer.revision, issuer.created_at);
    value(&rows::object(&TRUSTED_ISSUER, metadata, issuer.spec.clone(), None::<Value>))
}

fn done(issuer: &TrustedIssuer) -> Result<Written, AppError> {
    Ok(Written::made(object(issuer)?, issuer.revision))
}

fn deed(
    change: Change,
    name: &IssuerName,
    before: Option<&TrustedIssuerSpec>,
    after: Option<&TrustedIssuerSpec>,
) -> Deed {
    let (action, object) = (TRUSTED_ISSUER.action(change), format!("trustedissuer/{name}"));
    let detail = after.or(before).map(|spec| spec.issuer.clone());
    Deed { action, team: None, object, detail, changes: changed(before, after) }
}

/// Whoever says which keys an issuer has can be every robot that trusts it.
fn within_every_robot(cx: &OpContext) -> Result<(), AppError> {
    within_own(cx, "every robot", PermissionSet::ALL, &Reach::Platform, None)
}

/// Refuses what cannot be used, with every field that is wrong.
fn check(spec: &TrustedIssuerSpec) -> Result<(), AppError> {
    let mut errors = Vec::new();
    if trust::well_known(&spec.issuer).is_some() {
        errors.push(strict::error("/spec/issuer", "reserved", "is trusted already, as everybody knows it"));
    } else if spec.issuer.len() > 255 {
        errors.push(strict::error("/spec/issuer", "maxLength", "at most 255 characters"));
    } else if let Err((at, why)) = issuer(spec) {
        errors.push(strict::error(at, "format", why));
    }
    let keys = spec.keys.as_ref().map(ToString::to_string).unwrap_or_default();
    let authority = spec.certificate_authority.as_deref().unwrap_or_default();
    for (at, text) in [("/spec/keys", &*keys), ("/spec/certificateAuthority", authority)] {
        if text.len() > LONGEST {
            errors.push(strict::error(at, "maxLength", format!("at most {LONGEST} bytes")));
        }
    }
    if spec.networks.len() > 32 {
        errors.push(strict::error("/spec/networks", "maxItems", "at most 32 networks"));
    }
    if errors.is_empty() { Ok(()) } else { Err(strict::invalid(TRUSTED_ISSUER.name, errors)) }
}

impl TrustedIssuers {
    async fn present(
        app: &App,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<TrustedIssuer, AppError> {
        let what = format!("trustedissuer/{}", loggable(&place.name));
        app.authorize_to(cx, &TRUSTED_ISSUER.action(change), Permission::IssuerWrite, Platform, &what).await?;
        let found = app.store.trusted_issuer(&place.name).await?.ok_or_else(AppError::hidden)?;
        options.check(found.revision)?;
        Ok(found)
    }
}

#[async_trait]
impl Backend for TrustedIssuers {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        app.authorize(cx, Permission::IssuerRead, Platform, TRUSTED_ISSUER.plural).await?;
        let query = ListQuery::parse(raw, TRUSTED_ISSUER.fields, &app.page_key, TRUSTED_ISSUER.plural)?;
        let rows: Vec<_> = app.store.list_trusted_issuers().await?.into_iter().map(Row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.0.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let what = format!("trustedissuer/{}", loggable(&place.name));
        app.authorize(cx, Permission::IssuerRead, Platform, &what).await?;
        let found = app.store.trusted_issuer(&place.name).await?.ok_or_else(AppError::hidden)?;
        let mut object = object(&found)?;
        let writes = cx.may(Permission::IssuerWrite, &Resource::Platform);
        with_actions(&mut object, if writes { &["update", "delete"] } else { &[] });
        Ok(Found { object, etag: Some(found.revision.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let name = named(&body);
        let what = format!("trustedissuer/{}", loggable(&name));
        let action = TRUSTED_ISSUER.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::IssuerWrite, Platform, &what).await?;
        let input = DECODER.read::<TrustedIssuerSpec>(&body)?;
        unlabelled(TRUSTED_ISSUER.name, &input.metadata)?;
        let name: IssuerName = name.parse().map_err(|_| strict::bad_name(&name))?;
        let spec = input.spec;
        check(&spec)?;
        within_every_robot(cx)?;
        let taken = || {
            let detail = format!("{what} exists already, or another has the issuer {}", spec.issuer);
            AppError::from(Problem::new(Code::AlreadyExists, detail))
        };
        if app.store.trusted_issuer(name.as_str()).await?.is_some() {
            return Err(taken());
        }
        let after = value(&spec)?;
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &after)? {
            return Ok(preview);
        }
        let made = async {
            match app.store.create_trusted_issuer(&proof, &name, &spec, cx.now).await {
                Err(StoreError::Unique(_)) => Err(taken()),
                result => Ok(result?),
            }
        };
        done(&app.attempt(cx, deed(Change::Create, &name, None, Some(&spec)), made).await?)
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = Self::present(app, cx, Change::Update, place, options).await?;
        let input = DECODER.read::<TrustedIssuerSpec>(&body)?;
        unlabelled(TRUSTED_ISSUER.name, &input.metadata)?;
        same_name(TRUSTED_ISSUER.name, &input.metadata, &place.name)?;
        let spec = input.spec;
        if spec.issuer != found.spec.issuer {
            let why = "is fixed: rules of robots name it";
            return Err(strict::invalid(TRUSTED_ISSUER.name, vec![strict::error("/spec/issuer", "immutable", why)]));
        }
        check(&spec)?;
        within_every_robot(cx)?;
        let what = format!("trustedissuer/{}", found.name);
        if let Some(preview) = preview(options, &what, &body, &value(&found.spec)?, &value(&spec)?)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::IssuerWrite, Platform)?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async { Ok(app.store.update_trusted_issuer(&proof, &found.name, revision, &spec, cx.now).await?) };
        let issuer = app.attempt(cx, deed(Change::Update, &found.name, Some(&found.spec), Some(&spec)), made).await?;
        app.signin.forget();
        done(&issuer)
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = Self::present(app, cx, Change::Delete, place, options).await?;
        let shown = object(&found)?;
        let what = format!("trustedissuer/{}", found.name);
        let before = value(&found.spec)?;
        if let Some(preview) = preview(options, &what, &shown, &before, &Value::Null)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::IssuerWrite, Platform)?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async { Ok(app.store.delete_trusted_issuer(&proof, &found.name, revision, cx.now).await?) };
        app.attempt(cx, deed(Change::Delete, &found.name, Some(&found.spec), None), made).await?;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}
