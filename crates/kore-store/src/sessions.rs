//! Sessions: one per sign-in; tokens hang on them and end with them.

use jiff::Timestamp;
use kore_domain::access::{Limit, Source};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    connect::Change,
    convert::{clip, from_json, from_word, json, maybe_time, micros, new_id, time, word},
    entity::{auth_code, device_code, robot, session, sign_in_challenge},
};

/// A sign-in that holds until it expires, is revoked or its person is disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// Through what they signed in.
    pub source: Source,
    /// What they signed in with, as people know it again.
    pub label: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// When.
    pub created_at: Timestamp,
    /// When a token of it was used last.
    pub last_used_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// When it was ended early.
    pub revoked_at: Option<Timestamp>,
    /// What its owner calls it: it is then that of one long-lived token.
    pub name: Option<String>,
    /// What it is good for at most.
    pub limit: Option<Limit>,
}

impl Session {
    /// Whether its tokens work.
    #[must_use]
    pub fn live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is.
    pub user_id: Uuid,
    /// Through what they sign in.
    pub source: Source,
    /// What they sign in with, as people know it again.
    pub label: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// What its owner calls it, if it is that of one long-lived token.
    pub name: Option<String>,
    /// What it is good for at most.
    pub limit: Option<Limit>,
}

impl TryFrom<session::Model> for Session {
    type Error = StoreError;
    fn try_from(row: session::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            source: from_word(row.source)?,
            label: row.label,
            address: row.address,
            created_at: time(row.created_at)?,
            last_used_at: time(row.last_used_at)?,
            expires_at: time(row.expires_at)?,
            revoked_at: maybe_time(row.revoked_at)?,
            name: row.name,
            limit: row.limits.as_deref().map(limit).transpose()?,
        })
    }
}

/// A limit that cannot be read must not become none.
fn limit(text: &str) -> Result<Limit, StoreError> {
    let value = serde_json::from_str(text).map_err(|cause| StoreError::corrupt("a token's limit", cause))?;
    from_json(value)
}

impl Store {
    /// Makes a session for somebody who has just proven who they are.
    ///
    /// # Errors
    /// `Reference` when the user is gone.
    pub async fn create_session(&self, new: &NewSession, now: Timestamp) -> Result<Session, StoreError> {
        insert(self.write(), new, now).await
    }

    /// One session.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn session(&self, id: Uuid) -> Result<Option<Session>, StoreError> {
        session::Entity::find_by_id(id).one(self.read()).await?.map(Session::try_from).transpose()
    }

    /// A person's sessions that have not ended, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn sessions_of(&self, user_id: Uuid, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(micros(now)))
            .order_by_desc(session::Column::Id)
            .all(self.read())
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// Notes that a session is in use, unless that was noted at `since` or later.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn touch_session(&self, id: Uuid, since: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let noted = session::Entity::update_many()
            .col_expr(session::Column::LastUsedAt, Expr::value(micros(now)))
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::LastUsedAt.lt(micros(since)))
            .run(self)
            .await?;
        if noted > 0 { note_robot(self.write(), id, now).await } else { Ok(()) }
    }

    /// Ends a session; every token of it stops working with the next request. Whether it had not ended before.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn revoke_session(&self, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        Ok(revoke(self.write(), session::Column::Id.eq(id), now).await? > 0)
    }

    /// Ends all sessions of a person; how many there were.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn revoke_sessions_of(&self, user_id: Uuid, now: Timestamp) -> Result<u64, StoreError> {
        end_all(self.write(), user_id, None, now).await
    }

    /// Ends all sessions of a person but one; how many there were.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn revoke_other_sessions(&self, user_id: Uuid, but: Uuid, now: Timestamp) -> Result<u64, StoreError> {
        end_all(self.write(), user_id, Some(but), now).await
    }
}

/// Ends somebody's sessions and forgets what they have begun and would open another with: codes that were
/// not used yet. How many sessions.
pub(crate) async fn end_all<C: sea_orm::ConnectionTrait>(
    connection: &C,
    user_id: Uuid,
    but: Option<Uuid>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let codes = auth_code::Entity::delete_many().filter(auth_code::Column::UserId.eq(user_id));
    codes.filter(auth_code::Column::UsedAt.is_null()).exec(connection).await?;
    device_code::Entity::delete_many().filter(device_code::Column::UserId.eq(user_id)).exec(connection).await?;
    let challenges = sign_in_challenge::Entity::delete_many().filter(sign_in_challenge::Column::UserId.eq(user_id));
    challenges.exec(connection).await?;
    let theirs = session::Column::UserId.eq(user_id);
    let which = but.map_or_else(|| theirs.clone(), |but| theirs.clone().and(session::Column::Id.ne(but)));
    revoke(connection, which, now).await
}

/// Makes a session.
pub(crate) async fn insert<C: sea_orm::ConnectionTrait>(
    connection: &C,
    new: &NewSession,
    now: Timestamp,
) -> Result<Session, StoreError> {
    let row = session::Model {
        id: new_id(now),
        user_id: new.user_id,
        source: word(&new.source),
        label: new.label.as_deref().map(|label| clip(label, 255)),
        address: new.address.as_deref().map(|address| clip(address, 64)),
        created_at: micros(now),
        // A token that was made has not been used; whoever signs in is there.
        last_used_at: if new.name.is_some() { micros(Timestamp::UNIX_EPOCH) } else { micros(now) },
        expires_at: micros(new.expires_at),
        revoked_at: None,
        name: new.name.as_deref().map(|name| clip(name, 64)),
        limits: new.limit.as_ref().map(json).transpose()?.map(|limit| limit.to_string()),
    };
    session::Entity::insert(session::ActiveModel {
        id: Set(row.id),
        user_id: Set(row.user_id),
        source: Set(row.source.clone()),
        label: Set(row.label.clone()),
        address: Set(row.address.clone()),
        created_at: Set(row.created_at),
        last_used_at: Set(row.last_used_at),
        expires_at: Set(row.expires_at),
        revoked_at: Set(None),
        name: Set(row.name.clone()),
        limits: Set(row.limits.clone()),
    })
    .exec_without_returning(connection)
    .await?;
    row.try_into()
}

/// Notes that the robot behind a session acts.
pub(crate) async fn note_robot<C: sea_orm::ConnectionTrait>(
    connection: &C,
    id: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    let owner = session::Entity::find_by_id(id).select_only().column(session::Column::UserId).into_query();
    robot::Entity::update_many()
        .col_expr(robot::Column::LastUsedAt, Expr::value(micros(now)))
        .filter(robot::Column::Id.in_subquery(owner))
        .exec(connection)
        .await?;
    Ok(())
}

pub(crate) async fn revoke<C: sea_orm::ConnectionTrait>(
    connection: &C,
    which: sea_orm::sea_query::SimpleExpr,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let revoked = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(micros(now)))
        .filter(which)
        .filter(session::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(revoked.rows_affected)
}
