//! Idempotency keys: a request that is sent again gets the first one's answer, for a day.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Store, StoreError,
    connect::Change,
    convert::{from_json, json, micros, time},
    entity::idempotency_key,
};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// A request that has not ended by then died with its server; the next one takes its place.
const ABANDONED: SignedDuration = SignedDuration::from_mins(5);

/// Which request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey {
    scope: [u8; 32],
    request: [u8; 32],
}

impl IdempotencyKey {
    /// The key as the caller sent it, good for this caller and route only, and a digest of the request.
    #[must_use]
    pub fn new(key: &str, caller: &str, route: &str, body: &[u8]) -> Self {
        let mut scope = Sha256::new();
        for part in [key, caller, route] {
            scope.update((part.len() as u64).to_be_bytes());
            scope.update(part);
        }
        Self { scope: scope.finalize().into(), request: Sha256::digest(body).into() }
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers that matter (`etag`, `location`, `content-type`).
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// What is known about a request with this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing: go on, and call [`Store::finish_idempotent`] or [`Store::forget_idempotent`].
    New,
    /// It was answered.
    Replay(StoredResponse),
    /// It has not ended.
    Running,
    /// The key was used for something else.
    Different,
}

impl Store {
    /// Claims a key; of two that try at once exactly one gets `New`.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn begin_idempotent(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Idempotency, StoreError> {
        let scope = key.scope.to_vec();
        let inserted = idempotency_key::Entity::insert(idempotency_key::ActiveModel {
            scope: Set(scope.clone()),
            request: Set(key.request.to_vec()),
            response: Set(None),
            started_at: Set(micros(now)),
            expires_at: Set(micros(now + KEPT)),
        })
        .run(self)
        .await;
        match inserted {
            Ok(_) => return Ok(Idempotency::New),
            Err(StoreError::Unique(_)) => {}
            Err(error) => return Err(error),
        }
        let Some(row) = idempotency_key::Entity::find_by_id(scope.clone()).one(self.write()).await? else {
            return Ok(Idempotency::Running);
        };
        let over = time(row.expires_at)? <= now;
        let died = row.response.is_none() && time(row.started_at)? + ABANDONED <= now;
        if !over && row.request != key.request {
            return Ok(Idempotency::Different);
        }
        if over || died {
            // Conditional on what was seen: of two that take it over exactly one wins.
            let taken = idempotency_key::Entity::update_many()
                .col_expr(idempotency_key::Column::Request, Expr::value(key.request.to_vec()))
                .col_expr(idempotency_key::Column::Response, Expr::value(Option::<serde_json::Value>::None))
                .col_expr(idempotency_key::Column::StartedAt, Expr::value(micros(now)))
                .col_expr(idempotency_key::Column::ExpiresAt, Expr::value(micros(now + KEPT)))
                .filter(idempotency_key::Column::Scope.eq(scope))
                .filter(idempotency_key::Column::StartedAt.eq(row.started_at))
                .run(self)
                .await?;
            return Ok(if taken > 0 { Idempotency::New } else { Idempotency::Running });
        }
        match row.response {
            Some(response) => Ok(Idempotency::Replay(from_json(response)?)),
            None => Ok(Idempotency::Running),
        }
    }

    /// Keeps the answer.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn finish_idempotent(&self, key: &IdempotencyKey, response: &StoredResponse) -> Result<(), StoreError> {
        idempotency_key::Entity::update_many()
            .col_expr(idempotency_key::Column::Response, Expr::value(json(response)?))
            .filter(idempotency_key::Column::Scope.eq(key.scope.to_vec()))
            .filter(idempotency_key::Column::Request.eq(key.request.to_vec()))
            .run(self)
            .await?;
        Ok(())
    }

    /// Forgets a request that changed nothing (it was refused, or failed in a way that may pass), so
    /// that it can be sent again.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_idempotent(&self, key: &IdempotencyKey) -> Result<(), StoreError> {
        idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::Scope.eq(key.scope.to_vec()))
            .filter(idempotency_key::Column::Response.is_null())
            .run(self)
            .await?;
        Ok(())
    }
}
