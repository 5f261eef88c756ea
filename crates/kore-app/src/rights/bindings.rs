//! Bindings: roles for somebody, somewhere. They are made and removed; their name is their id.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    access::{RoleBindingSpec, RoleBindingStatus},
    codes::Code,
    names::TeamName,
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Reach, Resource},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{RoleBinding, StoreError};
use serde_json::Value;

use super::{bindable, id, reached, shown, within_own};
use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, ROLE_BINDING},
    rows::{self, preview, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<RoleBindingSpec>("RoleBinding"));

/// Longest time of an elevation, in minutes.
pub(super) const LONGEST: u32 = 24 * 60;

/// A binding is never changed.
const REVISION: i64 = 1;

/// The back end of bindings.
pub(crate) struct RoleBindings;

struct Row(RoleBinding, String, String);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        let spec = &self.0.spec;
        match name {
            "metadata.name" => FieldValue::Text(self.1.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.subject" => FieldValue::Text(self.2.as_str().into()),
            "spec.role" => FieldValue::Text(spec.role.as_str().into()),
            "spec.scope.team" => spec.scope.team.as_ref().map(ToString::to_string).into(),
            "spec.scope.cluster" => spec.scope.cluster.as_ref().map(ToString::to_string).into(),
            "spec.expiresAt" => spec.expires_at.map_or(FieldValue::Absent, FieldValue::Time),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.1)
    }
}

fn object(binding: &RoleBinding) -> Result<Value, AppError> {
    let metadata = rows::metadata(&binding.id, binding.id, REVISION, binding.created_at);
    let status = RoleBindingStatus { granted_by: binding.granted_by.clone() };
    value(&rows::object(&ROLE_BINDING, metadata, binding.spec.clone(), Some(status)))
}

fn deed(change: Change, spec: &RoleBindingSpec, name: &str) -> Deed {
    let mut detail = format!("{} for {} on {}", spec.role, spec.subject, shown(&spec.scope));
    if let Some(end) = spec.expires_at {
        detail.push_str(&format!(" until {end}"));
    }
    if !spec.networks.is_empty() {
        let networks: Vec<_> = spec.networks.iter().map(ToString::to_string).collect();
        detail.push_str(&format!(" from {}", networks.join(" ")));
    }
    if let Some(rule) = &spec.elevation {
        let approval = if rule.approval { ", approved" } else { "" };
        detail.push_str(&format!(" by elevation, at most {} min{approval}", rule.max_minutes));
    }
    let object = format!("rolebinding/{name}");
    let (before, after) = match change {
        Change::Delete => (Some(spec), None),
        Change::Create | Change::Update => (None, Some(spec)),
    };
    let (action, team) = (ROLE_BINDING.action(change), spec.scope.team.clone());
    Deed { action, team, object, detail: Some(detail), changes: changed(before, after) }
}

/// Where a binding reaches; one that is stored is well-formed.
fn resource(binding: &RoleBinding) -> Result<Resource, AppError> {
    Ok(Reach::of(&binding.spec.scope).map_err(AppError::internal)?.resource())
}

impl RoleBindings {
    /// A binding that the caller may know of: their own, or one of a place whose bindings they may read.
    async fn visible(app: &App, cx: &OpContext, place: &Place) -> Result<RoleBinding, AppError> {
        let binding = app.store.role_binding(id(&place.name)?).await?.ok_or_else(AppError::hidden)?;
        let resource = resource(&binding)?;
        if binding.subject_id == cx.subject.id || cx.may(Permission::RoleBindingRead, &resource) {
            return Ok(binding);
        }
        let what = format!("rolebinding/{}", binding.id);
        app.authorize(cx, Permission::RoleBindingRead, resource, &what)
            .await
            .map_err(|_| AppError::hidden().recorded())?;
        Ok(binding)
    }
}

#[async_trait]
impl Backend for RoleBindings {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = cx.visible(Permission::RoleBindingRead);
        let query = ListQuery::parse(raw, ROLE_BINDING.fields, &app.page_key, ROLE_BINDING.plural)?;
        let found = app.store.list_role_bindings(&proof, cx.subject.id).await?;
        let row = |binding: RoleBinding| {
            let (name, subject) = (binding.id.to_string(), binding.spec.subject.to_string());
            Row(binding, name, subject)
        };
        let rows: Vec<_> = found.into_iter().map(row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.len().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let binding = Self::visible(app, cx, place).await?;
        let mut object = object(&binding)?;
        let writes = cx.may(Permission::RoleBindingWrite, &resource(&binding)?);
        with_actions(&mut object, if writes { &["delete"] } else { &[] });
        Ok(Found { object, etag: Some(REVISION.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let input = DECODER.read::<RoleBindingSpec>(&body)?;
        let spec = input.spec;
        unlabelled(ROLE_BINDING.name, &input.metadata)?;
        let asked = Reach::of(&spec.scope).map_err(|why| {
            strict::invalid(ROLE_BINDING.name, vec![strict::error("/spec/scope/team", "required", why)])
        })?;
        // Whether they may comes before whether it is there.
        let (action, what) = (ROLE_BINDING.action(Change::Create), format!("rolebinding/{}", spec.subject));
        let proof = app.authorize_to(cx, &action, Permission::RoleBindingWrite, asked.resource(), &what).await?;
        let mut errors = Vec::new();
        if !input.metadata.name.is_empty() {
            errors.push(strict::error("/metadata/name", "maxLength", "the server names bindings"));
        }
        if spec.expires_at.is_some_and(|end| end <= cx.now) {
            errors.push(strict::error("/spec/expiresAt", "minimum", "is in the past"));
        }
        if spec.elevation.as_ref().is_some_and(|rule| !(1..=LONGEST).contains(&rule.max_minutes)) {
            let why = format!("1 to {LONGEST} minutes");
            errors.push(strict::error("/spec/elevation/maxMinutes", "maximum", why));
        }
        if spec.networks.len() > 32 {
            errors.push(strict::error("/spec/networks", "maxItems", "at most 32 networks"));
        }
        let place = reached(app, &spec.scope).map_err(|error| errors.push(error)).ok();
        let permissions = bindable(&app.store, &spec.role).await?.map_err(|error| errors.push(error)).ok();
        let subject = app.store.principal_id(&spec.subject).await?;
        if subject.is_none() {
            errors.push(strict::error("/spec/subject", "exists", "there is no such user or robot"));
        }
        let (Some((reach, team_id)), Some(permissions), true) = (place, permissions, errors.is_empty()) else {
            return Err(strict::invalid(ROLE_BINDING.name, errors));
        };
        within_own(cx, &spec.role, permissions, &reach, spec.expires_at)?;
        let after = value(&spec)?;
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &after)? {
            return Ok(preview);
        }
        let made = async {
            match app.store.create_role_binding(&proof, &spec, &team_id, cx.now).await {
                Err(StoreError::Unique(_)) => {
                    let detail = format!("{} has the role {} on {reach} already", spec.subject, spec.role);
                    Err(Problem::new(Code::AlreadyExists, detail).with_fix("remove that binding first").into())
                }
                result => Ok(result?),
            }
        };
        let made = app.attempt(cx, deed(Change::Create, &spec, &spec.subject.to_string()), made).await?;
        app.signin.forget();
        Ok(Written::made(object(&made)?, REVISION))
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let binding = Self::visible(app, cx, place).await?;
        let what = format!("rolebinding/{}", binding.id);
        let action = ROLE_BINDING.action(Change::Delete);
        let proof = app.authorize_to(cx, &action, Permission::RoleBindingWrite, resource(&binding)?, &what).await?;
        options.check(REVISION)?;
        let shown = object(&binding)?;
        let before = value(&binding.spec)?;
        if let Some(preview) = preview(options, &what, &shown, &before, &Value::Null)? {
            return Ok(preview);
        }
        let gone = async {
            app.store.delete_role_binding(&proof, binding.id).await?;
            app.store.end_elevations_of(binding.id, &cx.subject.actor(), cx.now).await?;
            Ok(())
        };
        app.attempt(cx, deed(Change::Delete, &binding.spec, &binding.id.to_string()), gone).await?;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}
