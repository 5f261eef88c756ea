//! Forgetting what has run out, and who belonged to what is gone. Operations and ledger are kept; the
//! audit trail goes by its own rules.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use kore_api::quota::DEFAULT;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    Store, StoreError,
    convert::micros,
    entity::{
        auth_code, claim_link, device_code, elevation, group_role, idempotency_key, invitation, membership, quota,
        role_binding, session, sign_in_attempt, sign_in_challenge, token, used_token, user,
    },
};

/// How long a thing that ran out can still be told from one that never was: a used refresh token
/// must be known for as long as its session may live.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How long elevations are shown; the audit trail has them for longer. None is active for as long.
const ELEVATIONS_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long an invitation that ran out is still listed, with who used it.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// Deletes what ran out a day ago or earlier: sessions with their tokens, short tokens, one-use
    /// codes, idempotency keys; and invitations that did so a month ago. How many rows.
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
        rows += sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += sign_in_challenge::Entity::delete_many()
            .filter(sign_in_challenge::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::ExpiresAt.lt(before))
            .exec(w)
            .await?
            .rows_affected;
        rows += invitation::Entity::delete_many()
            .filter(invitation::Column::ExpiresAt.lt(micros(now - LISTED)))
            .exec(w)
            .await?
            .rows_affected;
        let used = used_token::Entity::delete_many().filter(used_token::Column::ExpiresAt.lt(before));
        rows += used.exec(w).await?.rows_affected;
        rows += elevation::Entity::delete_many()
            .filter(elevation::Column::UpdatedAt.lt(micros(now - ELEVATIONS_KEPT)))
            .exec(w)
            .await?
            .rows_affected;
        Ok(rows + self.sweep_role_bindings(now - KEPT).await?)
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
        // What was granted in a team goes with it: a later team of the same name is another.
        let bound = role_binding::Entity::find().select_only().column(role_binding::Column::TeamId).distinct();
        let bound: Vec<String> = bound.into_tuple().all(self.read()).await?;
        let asked = elevation::Entity::find().select_only().column(elevation::Column::TeamId).distinct();
        let asked: Vec<String> = asked.into_tuple().all(self.read()).await?;
        let robots = user::Entity::find().select_only().column(user::Column::RobotTeamId).distinct();
        let robots = robots.filter(user::Column::RobotTeamId.is_not_null());
        let robots: Vec<String> = robots.into_tuple().all(self.read()).await?;
        // Of a team that is about to be made there is none yet.
        let limited = quota::Entity::find().select_only().column(quota::Column::TeamId);
        let limited = limited.filter(quota::Column::UpdatedAt.lt(micros(before)));
        let limited = limited.filter(quota::Column::TeamId.ne(DEFAULT));
        let limited: Vec<String> = limited.into_tuple().all(self.read()).await?;
        let known = bound.into_iter().chain(asked).chain(robots).chain(limited);
        for gone in known.filter(|id| !id.is_empty() && !teams.contains(id)) {
            rows += self.forget_grants(&gone).await?;
        }
        let by_group = group_role::Entity::find()
            .select_only()
            .column(group_role::Column::TeamId)
            .filter(group_role::Column::TeamId.is_not_null())
            .distinct();
        let known: Vec<String> = by_group.into_tuple().all(self.read()).await?;
        for gone in known.into_iter().filter(|id| !teams.contains(id)) {
            let roles = group_role::Entity::delete_many()
                .filter(group_role::Column::TeamId.eq(gone))
                .filter(group_role::Column::CreatedAt.lt(micros(before)));
            rows += roles.exec(self.write()).await?.rows_affected;
        }
        Ok(rows)
    }

    /// Deletes the bindings and elevations in the team with this id, the team's robots with all that hangs
    /// on them, and its quota. How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub(crate) async fn forget_grants(&self, team_id: &str) -> Result<u64, StoreError> {
        let bound = role_binding::Entity::delete_many().filter(role_binding::Column::TeamId.eq(team_id));
        let asked = elevation::Entity::delete_many().filter(elevation::Column::TeamId.eq(team_id));
        let robots = user::Entity::delete_many().filter(user::Column::RobotTeamId.eq(team_id));
        let bound = bound.exec(self.write()).await?.rows_affected;
        let asked = asked.exec(self.write()).await?.rows_affected;
        let robots = robots.exec(self.write()).await?.rows_affected;
        Ok(bound + asked + robots + self.forget_quota(team_id).await?)
    }
}
