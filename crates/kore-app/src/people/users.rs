//! Users.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    identity::{PlatformRole, UserSpec, UserStatus},
    names::{TeamName, UserName},
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Platform, Resource},
    invitation::address,
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{NewUser, StoreError, User};
use serde_json::Value;

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, USER},
    rights::{within_person, within_platform_role},
    rows::{self, exists, loggable, named, revision_of, same_name, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<UserSpec>("User"));

/// The back end of users.
pub(crate) struct Users;

struct Row(User);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.0.name.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.displayName" => self.0.spec.display_name.as_deref().into(),
            "spec.platformRole" => self.0.spec.platform_role.map(word).into(),
            "spec.email" => self.0.spec.email.as_deref().into(),
            "spec.disabled" => FieldValue::Bool(self.0.spec.disabled),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.name.as_str())
    }
}

/// A user as the API shows it.
pub(crate) fn object(user: &User) -> Result<Value, AppError> {
    let status = UserStatus {
        platform_role: user.spec.platform_role.max(user.by_group),
        by_group: user.spec.platform_role < user.by_group,
        second_factor: user.second_factor,
    };
    let metadata = rows::metadata(&user.name, user.id, user.revision, user.created_at);
    value(&rows::object(&USER, metadata, user.spec.clone(), Some(status)))
}

const fn word(role: PlatformRole) -> &'static str {
    match role {
        PlatformRole::Admin => "admin",
        PlatformRole::Auditor => "auditor",
    }
}

/// An e-mail address is one.
fn mailable(spec: &UserSpec) -> Result<(), AppError> {
    if spec.email.as_deref().is_none_or(|email| address(email).is_some()) {
        return Ok(());
    }
    Err(strict::invalid("User", vec![strict::error("/spec/email", "format", "is no e-mail address")]))
}

fn name_of(place: &Place) -> Result<UserName, AppError> {
    place.name.parse().map_err(|_| AppError::hidden())
}

/// [`rows::preview`] of a user.
fn preview(
    options: &WriteOptions,
    name: &str,
    before: Option<&UserSpec>,
    after: Option<&UserSpec>,
    shown: &Value,
) -> Result<Option<Written>, AppError> {
    rows::preview(options, &format!("user/{name}"), shown, &value(&before)?, &value(&after)?)
}

fn deed(change: Change, name: &UserName, before: Option<&UserSpec>, after: Option<&UserSpec>) -> Deed {
    let object = format!("user/{name}");
    Deed { action: USER.action(change), team: None, object, detail: None, changes: changed(before, after) }
}

impl Users {
    async fn present(
        app: &App,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<User, AppError> {
        let what = format!("user/{}", loggable(&place.name));
        app.authorize_to(cx, &USER.action(change), Permission::UserWrite, Platform, &what).await?;
        let proof = cx.authorize(Permission::UserRead, Platform)?;
        let user = app.store.get_user(&proof, &name_of(place)?).await?.ok_or_else(AppError::hidden)?;
        options.check(user.revision)?;
        Ok(user)
    }
}

#[async_trait]
impl Backend for Users {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = app.authorize(cx, Permission::UserRead, Platform, "users").await?;
        let query = ListQuery::parse(raw, USER.fields, &app.page_key, USER.plural)?;
        let rows: Vec<_> = app.store.list_users(&proof).await?.into_iter().map(Row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.0.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let proof =
            app.authorize(cx, Permission::UserRead, Platform, &format!("user/{}", loggable(&place.name))).await?;
        let user = app.store.get_user(&proof, &name_of(place)?).await?.ok_or_else(AppError::hidden)?;
        let mut object = object(&user)?;
        let writes = cx.may(Permission::UserWrite, &Resource::Platform);
        with_actions(&mut object, if writes { &["update", "delete"] } else { &[] });
        Ok(Found { object, etag: Some(user.revision.to_string()) })
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
        let what = format!("user/{}", loggable(&named));
        let action = USER.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::UserWrite, Platform, &what).await?;
        let input = DECODER.read::<UserSpec>(&body)?;
        within_platform_role(cx, input.spec.platform_role)?;
        unlabelled("User", &input.metadata)?;
        let name: UserName = named.parse().map_err(|_| strict::bad_name(&named))?;
        mailable(&input.spec)?;
        let reader = cx.authorize(Permission::UserRead, Platform)?;
        if app.store.get_user(&reader, &name).await?.is_some() {
            return Err(exists(&what, &named));
        }
        if let Some(preview) = preview(options, &named, None, Some(&input.spec), &body)? {
            return Ok(preview);
        }
        let new = NewUser { name, spec: input.spec, password_hash: None };
        let made = async { Ok(app.store.create_user(&proof, &new, cx.now).await?) };
        let user = app.attempt(cx, deed(Change::Create, &new.name, None, Some(&new.spec)), made).await?;
        app.signin.forget();
        Ok(Written::made(object(&user)?, user.revision))
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let user = Self::present(app, cx, Change::Update, place, options).await?;
        let input = DECODER.read::<UserSpec>(&body)?;
        unlabelled("User", &input.metadata)?;
        same_name("User", &input.metadata, &place.name)?;
        mailable(&input.spec)?;
        // Neither is an administrator made by somebody who is none, nor taken anything from.
        within_platform_role(cx, input.spec.platform_role)?;
        within_person(&app.store, cx, user.id).await?;
        let locks_out =
            user.id == cx.subject.id && (input.spec.disabled || input.spec.platform_role != user.spec.platform_role);
        if locks_out {
            let problem = Problem::new(Code::AuthForbidden, "nobody disables themselves or changes their own role");
            return Err(problem.with_fix("ask another administrator").into());
        }
        if let Some(preview) = preview(options, &place.name, Some(&user.spec), Some(&input.spec), &body)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::UserWrite, Platform)?;
        let revision = revision_of(&options.precondition, user.revision);
        let made = async { Ok(app.store.update_user(&proof, &user.name, revision, &input.spec, cx.now).await?) };
        let user = app.attempt(cx, deed(Change::Update, &user.name, Some(&user.spec), Some(&input.spec)), made).await?;
        app.signin.forget();
        Ok(Written::made(object(&user)?, user.revision))
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let user = Self::present(app, cx, Change::Delete, place, options).await?;
        if user.id == cx.subject.id {
            let problem = Problem::new(Code::AuthForbidden, "nobody deletes themselves");
            return Err(problem.with_fix("ask another administrator").into());
        }
        within_person(&app.store, cx, user.id).await?;
        let shown = object(&user)?;
        if let Some(preview) = preview(options, &place.name, Some(&user.spec), None, &shown)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::UserWrite, Platform)?;
        let revision = revision_of(&options.precondition, user.revision);
        let made = async {
            match app.store.delete_user(&proof, &user.name, revision).await {
                Ok(()) | Err(StoreError::NotFound(_)) => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        app.attempt(cx, deed(Change::Delete, &user.name, Some(&user.spec), None), made).await?;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}
