//! Memberships, named after the user.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    envelope::Metadata,
    identity::{MembershipSpec, MembershipStatus, TeamRole},
    names::{TeamName, UserName},
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Reach, Resource, Role},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{Membership, MembershipSource, StoreError};
use serde_json::{Value, json};

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, MEMBERSHIP},
    rows::{self, exists, loggable, named, revision_of, same_name, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<MembershipSpec>("Membership"));

/// The back end of memberships.
pub(crate) struct Memberships;

struct Row(Membership);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.0.user.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.role" => FieldValue::Text(word(self.0.role).into()),
            "status.source" => FieldValue::Text(source(&self.0.source).into()),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.user.as_str())
    }
}

pub(crate) fn word(role: TeamRole) -> &'static str {
    Role::from(role).name
}

fn source(source: &MembershipSource) -> String {
    match source {
        MembershipSource::Direct => "direct".to_owned(),
        MembershipSource::Invitation(inviter) => format!("invitation:{inviter}"),
        MembershipSource::Group { provider, .. } => format!("group:{provider}"),
    }
}

/// A membership as the API shows it.
pub(crate) fn object(membership: &Membership) -> Result<Value, AppError> {
    let metadata = Metadata {
        team: Some(membership.team.to_string()),
        ..rows::metadata(&membership.user, membership.id, membership.revision, membership.created_at)
    };
    let status = MembershipStatus {
        source: source(&membership.source),
        role: membership.held,
        group: match &membership.source {
            MembershipSource::Group { group, .. } => Some(group.clone()),
            MembershipSource::Direct | MembershipSource::Invitation(_) => None,
        },
    };
    value(&rows::object(&MEMBERSHIP, metadata, MembershipSpec { role: membership.role }, Some(status)))
}

fn done(membership: &Membership) -> Result<Written, AppError> {
    Ok(Written::made(object(membership)?, membership.revision))
}

/// [`rows::preview`] of a role.
fn preview(
    options: &WriteOptions,
    what: &str,
    before: Option<TeamRole>,
    after: Option<TeamRole>,
    shown: &Value,
) -> Result<Option<Written>, AppError> {
    let value = |role: Option<TeamRole>| role.map_or(Value::Null, |role| json!({ "role": word(role) }));
    rows::preview(options, what, shown, &value(before), &value(after))
}

/// Refuses a role that the caller does not hold in the team themselves.
pub(crate) fn within_own(cx: &OpContext, team: &TeamName, role: TeamRole) -> Result<(), AppError> {
    let role = Role::from(role);
    crate::rights::within_own(cx, role.name, role.permissions, &Reach::Team(team.clone()), None)
}

/// The detail says the roles in words, for whoever reads a table.
fn deed(change: Change, team: &TeamName, user: &UserName, before: Option<TeamRole>, after: Option<TeamRole>) -> Deed {
    let words: Vec<&str> = [before, after].into_iter().flatten().map(word).collect();
    let spec = |role: Option<TeamRole>| role.map(|role| MembershipSpec { role });
    Deed {
        action: MEMBERSHIP.action(change),
        team: Some(team.clone()),
        object: format!("membership/{team}/{user}"),
        detail: Some(words.join(" → ")),
        changes: changed(spec(before).as_ref(), spec(after).as_ref()),
    }
}

impl Memberships {
    async fn present(
        app: &App,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Membership, AppError> {
        let team = place.team()?;
        let what = format!("membership/{team}/{}", loggable(&place.name));
        let action = MEMBERSHIP.action(change);
        app.authorize_to(cx, &action, Permission::MembershipWrite, team.clone(), &what).await?;
        let proof = cx.authorize(Permission::MembershipRead, team.clone())?;
        let name: UserName = place.name.parse().map_err(|_| AppError::hidden())?;
        let found = app.store.get_membership(&proof, &name).await?.ok_or_else(AppError::hidden)?;
        if let (false, MembershipSource::Group { provider, group }) = (found.direct, &found.source) {
            let detail = format!("{name} is in team {team} by the group {group:?} of the identity provider {provider}");
            return Err(Problem::new(Code::ByGroup, detail).into());
        }
        options.check(found.revision)?;
        Ok(found)
    }
}

#[async_trait]
impl Backend for Memberships {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let team = team.ok_or_else(AppError::hidden)?;
        let proof = app.authorize(cx, Permission::MembershipRead, team.clone(), &format!("memberships/{team}")).await?;
        app.team(team)?;
        let query = ListQuery::parse(raw, MEMBERSHIP.fields, &app.page_key, &format!("memberships/{team}"))?;
        let rows: Vec<_> = app.store.list_memberships(&proof).await?.into_iter().map(Row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.0.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let team = place.team()?;
        let what = format!("membership/{team}/{}", loggable(&place.name));
        let proof = app.authorize(cx, Permission::MembershipRead, team.clone(), &what).await?;
        let name: UserName = place.name.parse().map_err(|_| AppError::hidden())?;
        let found = app.store.get_membership(&proof, &name).await?.ok_or_else(AppError::hidden)?;
        let mut object = object(&found)?;
        let writes = cx.may(Permission::MembershipWrite, &Resource::Team(team.clone()));
        with_actions(&mut object, if writes { &["update", "delete"] } else { &[] });
        Ok(Found { object, etag: Some(found.revision.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let team = team.ok_or_else(AppError::hidden)?;
        let named = named(&body);
        let what = format!("membership/{team}/{}", loggable(&named));
        let action = MEMBERSHIP.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::MembershipWrite, team.clone(), &what).await?;
        let owner = app.team(team)?;
        let input = DECODER.read::<MembershipSpec>(&body)?;
        unlabelled("Membership", &input.metadata)?;
        within_own(cx, team, input.spec.role)?;
        let name: UserName = named.parse().map_err(|_| strict::bad_name(&named))?;
        let reader = cx.authorize(Permission::MembershipRead, team.clone())?;
        if app.store.get_membership(&reader, &name).await?.is_some_and(|found| found.direct) {
            return Err(exists(&what, &named));
        }
        let nobody = || {
            let problem = Problem::new(Code::InputInvalid, format!("there is no user {named}"));
            AppError::from(problem.with_field("/metadata/name", "exists", "there is no such user"))
        };
        if app.store.user_by_name(&name).await?.is_none() {
            return Err(nobody());
        }
        if let Some(preview) = preview(options, &what, None, Some(input.spec.role), &body)? {
            return Ok(preview);
        }
        let role = input.spec.role;
        let made = async {
            match app.store.add_membership(&proof, &owner.spec.id, &name, role, cx.now).await {
                Ok(membership) => Ok(membership),
                Err(StoreError::NotFound(_)) => Err(nobody()),
                Err(error) => Err(error.into()),
            }
        };
        let made = app.attempt(cx, deed(Change::Create, team, &name, None, Some(role)), made).await?;
        app.signin.forget();
        done(&made)
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
        let input = DECODER.read::<MembershipSpec>(&body)?;
        unlabelled("Membership", &input.metadata)?;
        same_name("Membership", &input.metadata, &place.name)?;
        within_own(cx, &found.team, input.spec.role)?;
        within_own(cx, &found.team, found.role)?;
        let what = format!("membership/{}/{}", found.team, found.user);
        if let Some(preview) = preview(options, &what, Some(found.role), Some(input.spec.role), &body)? {
            return Ok(preview);
        }
        let role = input.spec.role;
        let proof = cx.authorize(Permission::MembershipWrite, found.team.clone())?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async { Ok(app.store.change_membership(&proof, &found.user, revision, role, cx.now).await?) };
        let changed =
            app.attempt(cx, deed(Change::Update, &found.team, &found.user, Some(found.role), Some(role)), made).await?;
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
        let found = Self::present(app, cx, Change::Delete, place, options).await?;
        within_own(cx, &found.team, found.role)?;
        let shown = object(&found)?;
        let what = format!("membership/{}/{}", found.team, found.user);
        if let Some(preview) = preview(options, &what, Some(found.role), None, &shown)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::MembershipWrite, found.team.clone())?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async { Ok(app.store.remove_membership(&proof, &found.user, revision).await?) };
        app.attempt(cx, deed(Change::Delete, &found.team, &found.user, Some(found.role), None), made).await?;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}
