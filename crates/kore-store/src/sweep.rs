//! Forgetting what has run out, and who belonged to what is gone. Operations, ledger and audit trail are kept.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    Store, StoreError,
    convert::micros,
    entity::{auth_code, claim_link, device_code, idempotency_key, membership, session, token},
};

/// How long a thing that ran out can still be told from one that never was: a used refresh token
/// must be known for as long as its session may live.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Deletes what ran out a day ago or earlier: sessions with their tokens, short tokens, one-use
    /// codes, idempotency keys. How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database; what was deleted stays so.
    pub async fn sweep_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = micros(now - KEPT);
        let w = self.write();
        let mut rows =
            session::Entity::delete_many().filter(session::Column::ExpiresAt.lt(before)).exec(w).await?.rows_affected;
        // Used refresh tokens stay with their session: their reuse must be noticed.
        let tokens = token::Entity::delete_many()
            .filter(token::Column::ExpiresAt.lt(before))
            .filter(token::Column::UsedAt.is_null());
        rows += tokens.exec(w).await?.rows_affected;
        rows += claim_link::Entity::delete_many()
            .filter(claim_link::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += auth_code::Entity::delete_many()
            .filter(auth_code::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += device_code::Entity::delete_many()
            .filter(device_code::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        Ok(rows)
    }

    /// Deletes the memberships of teams that are gone: those whose team's id is not among `teams`,
    /// unless they were made at `before` or later, since a membership comes before its team. How many.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn sweep_memberships(&self, teams: &HashSet<String>, before: Timestamp) -> Result<u64, StoreError> {
        let old = membership::Column::CreatedAt.lt(micros(before));
        let known = membership::Entity::find().select_only().column(membership::Column::TeamId).distinct();
        let known: Vec<String> = known.filter(old.clone()).into_tuple().all(self.read()).await?;
        let mut rows = 0;
        for gone in known.into_iter().filter(|id| !teams.contains(id)) {
            let members =
                membership::Entity::delete_many().filter(membership::Column::TeamId.eq(gone)).filter(old.clone());
            rows += members.exec(self.write()).await?.rows_affected;
        }
        Ok(rows)
    }
}
