//! Roles: those that come with Kore, which nobody changes, and those that administrators make.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    access::{RoleSpec, RoleStatus},
    codes::Code,
    envelope::{Metadata, Object},
    names::{RoleName, TeamName},
    problem::Problem,
};
use kore_domain::{
    access::{BUILT_IN, OpContext, Permission, PermissionSet, Platform, Reach, Role},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{StoreError, StoredRole};
use serde_json::Value;

use super::{checked_text, within_own};
use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, ROLE},
    rows::{self, exists, loggable, named, preview, revision_of, same_name, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<RoleSpec>("Role"));

/// The back end of roles.
pub(crate) struct Roles;

/// A role of either sort, as the API shows it.
struct Shown(Object<RoleSpec, RoleStatus>);

impl Lookup for Shown {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.0.metadata.name.as_str().into()),
            "metadata.creationTimestamp" => {
                self.0.metadata.creation_timestamp.map_or(FieldValue::Absent, FieldValue::Time)
            }
            "status.builtIn" => FieldValue::Bool(self.0.status.as_ref().is_some_and(|status| status.built_in)),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0.metadata.name)
    }
}

fn shown(metadata: Metadata, spec: RoleSpec, built_in: bool) -> Shown {
    Shown(rows::object(&ROLE, metadata, spec, Some(RoleStatus { built_in })))
}

fn built_in(role: &Role) -> Shown {
    let metadata = Metadata { name: role.name.to_owned(), ..Metadata::default() };
    let spec = RoleSpec { description: Some(role.summary.to_owned()), permissions: role.permissions.names() };
    shown(metadata, spec, true)
}

fn made(role: &StoredRole) -> Shown {
    let metadata = rows::metadata(&role.name, role.id, role.revision, role.created_at);
    shown(metadata, role.spec.clone(), false)
}

fn done(role: &StoredRole) -> Result<Written, AppError> {
    Ok(Written::made(value(&made(role).0)?, role.revision))
}

fn deed(change: Change, name: &str, before: Option<&RoleSpec>, after: Option<&RoleSpec>) -> Deed {
    let object = format!("role/{name}");
    Deed { action: ROLE.action(change), team: None, object, detail: None, changes: changed(before, after) }
}

/// What a role allows; every name that is not a permission's is named, with one that is like it.
fn permissions(spec: &RoleSpec) -> Result<PermissionSet, AppError> {
    let mut errors = Vec::new();
    let known: Vec<String> = Permission::ALL.iter().map(|permission| permission.name().to_owned()).collect();
    let mut set = PermissionSet::EMPTY;
    for (index, name) in spec.permissions.iter().enumerate() {
        match Permission::find(name) {
            Some(permission) => set = set.and(&[permission]),
            None => {
                let hint = strict::nearest(name, &known).map(|like| format!("; did you mean {like:?}?"));
                let why = format!("there is no permission {name:?}{}", hint.unwrap_or_default());
                errors.push(strict::error(&format!("/spec/permissions/{index}"), "enum", why));
            }
        }
    }
    if spec.permissions.is_empty() {
        errors.push(strict::error("/spec/permissions", "minItems", "a role allows something"));
    }
    checked_text("/spec/description", spec.description.as_deref().unwrap_or_default(), &mut errors);
    if errors.is_empty() { Ok(set) } else { Err(strict::invalid(ROLE.name, errors)) }
}

impl Roles {
    /// A role that was made and may be changed now.
    async fn present(
        app: &App,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<StoredRole, AppError> {
        let what = format!("role/{}", loggable(&place.name));
        app.authorize_to(cx, &ROLE.action(change), Permission::RoleWrite, Platform, &what).await?;
        if Role::built_in(&place.name).is_some() {
            let problem = Problem::new(Code::AuthForbidden, "roles that come with Kore are not changed");
            return Err(problem.with_fix("make one of your own: kore role create").into());
        }
        let role = app.store.role(&place.name).await?.ok_or_else(AppError::hidden)?;
        options.check(role.revision)?;
        Ok(role)
    }
}

#[async_trait]
impl Backend for Roles {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        app.authorize(cx, Permission::RoleRead, Platform, "roles").await?;
        let query = ListQuery::parse(raw, ROLE.fields, &app.page_key, ROLE.plural)?;
        let stored = app.store.list_roles().await?;
        let rows: Vec<_> = BUILT_IN.iter().map(built_in).chain(stored.iter().map(made)).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = stored.iter().map(|role| role.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, |row| value(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        app.authorize(cx, Permission::RoleRead, Platform, &format!("role/{}", loggable(&place.name))).await?;
        if let Some(role) = Role::built_in(&place.name) {
            return Ok(Found { object: value(&built_in(&role).0)?, etag: None });
        }
        let role = app.store.role(&place.name).await?.ok_or_else(AppError::hidden)?;
        let mut object = value(&made(&role).0)?;
        let writes = cx.may(Permission::RoleWrite, &kore_domain::access::Resource::Platform);
        with_actions(&mut object, if writes { &["update", "delete"] } else { &[] });
        Ok(Found { object, etag: Some(role.revision.to_string()) })
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
        let what = format!("role/{}", loggable(&named));
        let action = ROLE.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::RoleWrite, Platform, &what).await?;
        let input = DECODER.read::<RoleSpec>(&body)?;
        unlabelled(ROLE.name, &input.metadata)?;
        let name: RoleName = named.parse().map_err(|_| strict::bad_name(&named))?;
        let set = permissions(&input.spec)?;
        within_own(cx, &named, set, &Reach::Platform, None)?;
        if Role::built_in(&named).is_some() || app.store.role(&named).await?.is_some() {
            return Err(exists(&what, &named));
        }
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &value(&input.spec)?)? {
            return Ok(preview);
        }
        let made = async { Ok(app.store.create_role(&proof, &name, &input.spec, cx.now).await?) };
        let deed = deed(Change::Create, &named, None, Some(&input.spec));
        done(&app.attempt(cx, deed, made).await?)
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let role = Self::present(app, cx, Change::Update, place, options).await?;
        let input = DECODER.read::<RoleSpec>(&body)?;
        unlabelled(ROLE.name, &input.metadata)?;
        same_name(ROLE.name, &input.metadata, &place.name)?;
        // Whoever has the role gets what it has, the caller perhaps among them.
        within_own(cx, &place.name, permissions(&input.spec)?, &Reach::Platform, None)?;
        let what = format!("role/{}", role.name);
        if let Some(preview) = preview(options, &what, &body, &value(&role.spec)?, &value(&input.spec)?)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::RoleWrite, Platform)?;
        let revision = revision_of(&options.precondition, role.revision);
        let made = async { Ok(app.store.update_role(&proof, &role.name, revision, &input.spec, cx.now).await?) };
        let deed = deed(Change::Update, role.name.as_str(), Some(&role.spec), Some(&input.spec));
        let changed = app.attempt(cx, deed, made).await?;
        app.signin.forget();
        done(&changed)
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let role = Self::present(app, cx, Change::Delete, place, options).await?;
        let (shown, what) = (value(&made(&role).0)?, format!("role/{}", role.name));
        if let Some(preview) = preview(options, &what, &shown, &value(&role.spec)?, &Value::Null)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::RoleWrite, Platform)?;
        let revision = revision_of(&options.precondition, role.revision);
        let gone = async {
            match app.store.delete_role(&proof, &role.name, revision, cx.now).await {
                Err(StoreError::InUse(_)) => {
                    let problem = Problem::new(Code::InUse, format!("{what} is bound, or asked for, still"));
                    Err(problem.with_fix(format!("see by whom: kore access list --role {}", role.name)).into())
                }
                result => Ok(result?),
            }
        };
        app.attempt(cx, deed(Change::Delete, role.name.as_str(), Some(&role.spec), None), gone).await?;
        Ok(Written::gone(shown))
    }
}
