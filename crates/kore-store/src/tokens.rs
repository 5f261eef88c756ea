//! Tokens, by hash only: access, refresh (rotated; reuse ends the session), cluster.

use jiff::Timestamp;
use kore_domain::access::Subject;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Session, Store, StoreError, TokenHash,
    connect::Change,
    convert::{from_word, micros, new_id, time, word},
    entity::{session, token},
    sessions::revoke,
};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenKind {
    /// The API.
    Access,
    /// The next pair of access and refresh token, once.
    Refresh,
    /// One cluster's gateway path.
    Cluster,
}

/// A token to be recorded.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is good for.
    pub kind: TokenKind,
    /// Its hash.
    pub hash: TokenHash,
    /// The only place where it works, as `payments/dev`.
    pub audience: Option<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Whether a token works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStanding {
    /// It works.
    Live,
    /// Its time is over, or its session's.
    Expired,
    /// It was rotated out.
    Used,
    /// Its session was ended, or its person is disabled or gone.
    Revoked,
}

/// Who a token speaks for.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// What it is good for.
    pub kind: TokenKind,
    /// The only place where it works.
    pub audience: Option<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Whether it works.
    pub standing: TokenStanding,
    /// Its session.
    pub session: Session,
    /// The person with the roles of now; `None` when disabled or gone.
    pub subject: Option<Subject>,
}

/// How a rotation ended.
#[derive(Debug, Clone)]
pub enum Rotation {
    /// The old token is used up, the new ones work.
    Rotated(Session),
    /// The token had been used before: somebody has a copy. The session is ended now (RFC 9700, 4.14.2).
    Reused(Session),
    /// Its time is over, or its session was ended.
    Expired,
    /// No such refresh token.
    Unknown,
}

pub(crate) fn row(session_id: Uuid, new: &NewToken, now: Timestamp) -> token::ActiveModel {
    token::ActiveModel {
        id: Set(new_id(now)),
        kind: Set(word(&new.kind)),
        hash: Set(new.hash.bytes()),
        session_id: Set(session_id),
        audience: Set(new.audience.clone()),
        created_at: Set(micros(now)),
        expires_at: Set(micros(new.expires_at)),
        used_at: Set(None),
    }
}

impl Store {
    /// Records tokens of a session.
    ///
    /// # Errors
    /// `Reference` when the session is gone.
    pub async fn insert_tokens(&self, session_id: Uuid, new: &[NewToken], now: Timestamp) -> Result<(), StoreError> {
        let rows = new.iter().map(|new| row(session_id, new, now));
        token::Entity::insert_many(rows).run(self).await?;
        Ok(())
    }

    /// Who a token speaks for; `None` when no such token was ever made.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn authenticate(&self, hash: TokenHash, now: Timestamp) -> Result<Option<Authenticated>, StoreError> {
        let query = token::Entity::find().filter(token::Column::Hash.eq(hash.bytes()));
        let Some(token) = query.one(self.read()).await? else { return Ok(None) };
        let Some(session) = self.session(token.session_id).await? else { return Ok(None) };
        let subject = self.subject(session.user_id, now).await?.map(|subject| subject.within(session.limit.clone()));
        let expires_at = time(token.expires_at)?;
        let standing = if session.revoked_at.is_some() || subject.is_none() {
            TokenStanding::Revoked
        } else if token.used_at.is_some() {
            TokenStanding::Used
        } else if expires_at <= now || session.expires_at <= now {
            TokenStanding::Expired
        } else {
            TokenStanding::Live
        };
        let kind = from_word(token.kind)?;
        Ok(Some(Authenticated { kind, audience: token.audience, expires_at, standing, session, subject }))
    }

    /// Uses a refresh token up and records what comes in its place, in one transaction: of two that
    /// try at once exactly one wins, and the other is reuse.
    ///
    /// # Errors
    /// [`StoreError`] of the database; then the old token still works.
    pub async fn rotate_refresh(
        &self,
        old: TokenHash,
        new: &[NewToken],
        session_expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Rotation, StoreError> {
        self.again(|| self.try_rotate_refresh(old, new, session_expires_at, now)).await
    }

    async fn try_rotate_refresh(
        &self,
        old: TokenHash,
        new: &[NewToken],
        session_expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Rotation, StoreError> {
        let transaction = self.begin().await?;
        let used = token::Entity::update_many()
            .col_expr(token::Column::UsedAt, Expr::value(micros(now)))
            .filter(token::Column::Hash.eq(old.bytes()))
            .filter(token::Column::Kind.eq(word(&TokenKind::Refresh)))
            .filter(token::Column::UsedAt.is_null())
            .filter(token::Column::ExpiresAt.gt(micros(now)))
            .exec(&transaction)
            .await?;
        let query = token::Entity::find()
            .filter(token::Column::Hash.eq(old.bytes()))
            .filter(token::Column::Kind.eq(word(&TokenKind::Refresh)));
        let Some(token) = query.one(&transaction).await? else { return Ok(Rotation::Unknown) };
        let query = session::Entity::find_by_id(token.session_id);
        let Some(session) = query.one(&transaction).await? else { return Ok(Rotation::Unknown) };
        let session_id = session.id;
        let session = Session::try_from(session)?;
        if !session.live(now) {
            return Ok(Rotation::Expired);
        }
        if used.rows_affected == 0 {
            if token.used_at.is_none() {
                return Ok(Rotation::Expired);
            }
            revoke(&transaction, session::Column::Id.eq(session_id), now).await?;
            transaction.commit().await?;
            return Ok(Rotation::Reused(session));
        }
        let rows = new.iter().map(|new| row(session_id, new, now));
        token::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        session::Entity::update_many()
            .col_expr(session::Column::LastUsedAt, Expr::value(micros(now)))
            .col_expr(session::Column::ExpiresAt, Expr::value(micros(session_expires_at)))
            .filter(session::Column::Id.eq(session_id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(Rotation::Rotated(Session { last_used_at: now, expires_at: session_expires_at, ..session }))
    }
}
