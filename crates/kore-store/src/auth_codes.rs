//! Authorization codes with PKCE (RFC 7636): one use, a minute or so.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    Store, StoreError, TokenHash,
    connect::Change,
    convert::{micros, new_id},
    entity::{auth_code, session},
    sessions::revoke,
};

/// A code to be recorded.
#[derive(Debug, Clone)]
pub struct NewAuthCode {
    /// Its hash.
    pub hash: TokenHash,
    /// Who signed in.
    pub user_id: Uuid,
    /// PKCE challenge (`S256`).
    pub challenge: String,
    /// Where it was sent; must be the same when it comes back.
    pub redirect_uri: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A code that was just used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthCode {
    /// Who signed in.
    pub user_id: Uuid,
    /// PKCE challenge (`S256`).
    pub challenge: String,
    /// Where it was sent.
    pub redirect_uri: String,
}

/// How using a code ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthCodeUse {
    /// The first and only use.
    Fresh(AuthCode),
    /// Used before: the session that came of it, if any, is ended now (RFC 6749, 4.1.2).
    Reused,
    /// Unknown, or its time is over.
    Unknown,
}

impl Store {
    /// Records a code.
    ///
    /// # Errors
    /// `Reference` when the user is gone.
    pub async fn create_auth_code(&self, new: &NewAuthCode, now: Timestamp) -> Result<(), StoreError> {
        auth_code::Entity::insert(auth_code::ActiveModel {
            id: Set(new_id(now)),
            hash: Set(new.hash.bytes()),
            user_id: Set(new.user_id),
            challenge: Set(new.challenge.clone()),
            redirect_uri: Set(new.redirect_uri.clone()),
            session_id: Set(None),
            created_at: Set(micros(now)),
            expires_at: Set(micros(new.expires_at)),
            used_at: Set(None),
        })
        .run(self)
        .await?;
        Ok(())
    }

    /// Uses a code up, whatever becomes of it; of two that try at once exactly one gets it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn use_auth_code(&self, hash: TokenHash, now: Timestamp) -> Result<AuthCodeUse, StoreError> {
        let used = auth_code::Entity::update_many()
            .col_expr(auth_code::Column::UsedAt, Expr::value(micros(now)))
            .filter(auth_code::Column::Hash.eq(hash.bytes()))
            .filter(auth_code::Column::UsedAt.is_null())
            .filter(auth_code::Column::ExpiresAt.gt(micros(now)))
            .run(self)
            .await?;
        let query = auth_code::Entity::find().filter(auth_code::Column::Hash.eq(hash.bytes()));
        let Some(row) = query.one(self.write()).await? else { return Ok(AuthCodeUse::Unknown) };
        if used > 0 {
            let code = AuthCode { user_id: row.user_id, challenge: row.challenge, redirect_uri: row.redirect_uri };
            return Ok(AuthCodeUse::Fresh(code));
        }
        if row.used_at.is_none() {
            return Ok(AuthCodeUse::Unknown);
        }
        if let Some(session_id) = row.session_id {
            revoke(self.write(), session::Column::Id.eq(session_id), now).await?;
        }
        Ok(AuthCodeUse::Reused)
    }

    /// Remembers which session came of a code, so that its reuse ends that session.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn bind_auth_code(&self, hash: TokenHash, session_id: Uuid) -> Result<(), StoreError> {
        auth_code::Entity::update_many()
            .col_expr(auth_code::Column::SessionId, Expr::value(session_id))
            .filter(auth_code::Column::Hash.eq(hash.bytes()))
            .run(self)
            .await?;
        Ok(())
    }
}
