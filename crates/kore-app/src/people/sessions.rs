//! Sessions: one's own, and for administrators everybody's.

use std::borrow::Cow;

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    identity,
    names::{TeamName, UserName},
};
use kore_domain::{
    access::{OpContext, Permission, Platform},
    query::{FieldValue, ListQuery, Lookup, Operator, RawQuery, page},
};
use kore_store::User;
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::Deed,
    backend::{Backend, ListPage, Place, WriteOptions, Written},
    kinds::{Change, SESSION},
    rights::within_person,
    rows::{loggable, value},
};

/// The back end of sessions.
pub(crate) struct Sessions;

struct Row(identity::Session);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "createdAt" => FieldValue::Time(self.0.created_at),
            "lastUsedAt" => FieldValue::Time(self.0.last_used_at),
            "expiresAt" => FieldValue::Time(self.0.expires_at),
            "id" => FieldValue::Text(self.0.id.as_str().into()),
            "user" => FieldValue::Text(self.0.user.as_str().into()),
            "source" => FieldValue::Text(self.0.source.as_str().into()),
            "label" => self.0.label.as_deref().into(),
            "address" => self.0.address.as_deref().into(),
            "current" => FieldValue::Bool(self.0.current),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0.id)
    }
}

/// A session as the API shows it.
fn shown(cx: &OpContext, session: kore_store::Session, user: &str) -> identity::Session {
    identity::Session {
        current: cx.session == Some(session.id),
        id: session.id.to_string(),
        user: user.to_string(),
        source: session.source.to_string(),
        label: session.label,
        address: session.address,
        created_at: session.created_at,
        last_used_at: session.last_used_at.max(session.created_at),
        expires_at: session.expires_at,
    }
}

/// The one other person whose sessions a list is narrowed to.
fn other(cx: &OpContext, query: &ListQuery) -> Option<String> {
    let mut terms = query.filter.terms().iter();
    let named = terms.find(|term| term.field == "user" && term.operator == Operator::Equal)?;
    (named.value != cx.subject.principal.name()).then(|| named.value.clone())
}

impl App {
    /// Somebody else, for whoever may do this to users.
    async fn other_user(
        &self,
        cx: &OpContext,
        action: &str,
        permission: Permission,
        name: &str,
    ) -> Result<User, AppError> {
        let what = format!("user/{}", loggable(name));
        self.authorize_to(cx, action, permission, Platform, &what).await?;
        let name: UserName = name.parse().map_err(|_| AppError::hidden())?;
        self.store.user_by_name(&name).await?.ok_or_else(AppError::hidden)
    }

    /// Ends every session of somebody; of the caller themselves every one but that which asks. How many
    /// there were.
    ///
    /// # Errors
    /// 403 and 404 for whoever may not change users.
    pub async fn end_sessions(&self, cx: &OpContext, user: Option<&str>) -> Result<u64, AppError> {
        let action = "session.revokeAll";
        let other = match user.filter(|name| *name != cx.subject.principal.name()) {
            Some(name) => Some(self.other_user(cx, action, Permission::UserWrite, name).await?),
            None => {
                let what = cx.subject.principal.object();
                self.authorize_to(cx, action, Permission::SessionOwn, Platform, &what).await?;
                None
            }
        };
        if let Some(other) = &other {
            within_person(&self.store, cx, other.id).await?;
        }
        let own = || (cx.subject.id, cx.subject.principal.object());
        let (id, object) = other.as_ref().map_or_else(own, |user| (user.id, format!("user/{}", user.name)));
        let deed = Deed { action: action.to_owned(), team: None, object, detail: None, changes: Vec::new() };
        let work = async {
            Ok(match cx.session.filter(|_| other.is_none()) {
                Some(current) => self.store.revoke_other_sessions(id, current, cx.now).await?,
                None => self.store.revoke_sessions_of(id, cx.now).await?,
            })
        };
        let ended = self.attempt(cx, deed, work).await?;
        self.signin.forget();
        Ok(ended)
    }
}

#[async_trait]
impl Backend for Sessions {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        app.authorize(cx, Permission::SessionOwn, Platform, SESSION.plural).await?;
        let query = ListQuery::parse(raw, SESSION.fields, &app.page_key, SESSION.plural)?;
        let (id, name) = match other(cx, &query) {
            Some(name) => {
                let user = app.other_user(cx, Permission::UserRead.name(), Permission::UserRead, &name).await?;
                (user.id, user.name.to_string())
            }
            None => (cx.subject.id, cx.subject.principal.name()),
        };
        let rows = app.store.sessions_of(id, cx.now).await?;
        let rows = rows.into_iter().map(|session| Row(shown(cx, session, &name)));
        ListPage::of(page(rows, &query, &app.page_key), String::new(), |row| value(&row.0))
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let action = SESSION.action(Change::Delete);
        let what = format!("session/{}", loggable(&place.name));
        app.authorize_to(cx, &action, Permission::SessionOwn, Platform, &what).await?;
        let id: Uuid = place.name.parse().map_err(|_| AppError::hidden())?;
        let found = app.store.session(id).await?;
        let session = found.filter(|session| session.live(cx.now));
        let session = session.ok_or_else(AppError::hidden)?;
        let name = if session.user_id == cx.subject.id {
            cx.subject.principal.name()
        } else {
            // Robots' sessions are their teams' business.
            let user = app.store.user_by_id(session.user_id).await?.ok_or_else(AppError::hidden)?;
            // Whoever may not change users learns nothing of other people's sessions.
            if let Err(denied) = app.authorize_to(cx, &action, Permission::UserWrite, Platform, &what).await {
                return Err(if denied.problem.status == 403 { AppError::hidden().recorded() } else { denied });
            }
            within_person(&app.store, cx, user.id).await?;
            user.name.to_string()
        };
        if options.dry_run {
            return Err(AppError::new(Code::InputMalformed, "dryRun: there is no preview of the end of a session"));
        }
        let object = value(&shown(cx, session, &name))?;
        let deed = Deed { action, team: None, object: what, detail: Some(format!("of {name}")), changes: Vec::new() };
        app.attempt(cx, deed, async { Ok(app.store.revoke_session(id, cx.now).await?) }).await?;
        app.signin.forget();
        Ok(Written::gone(object))
    }
}
