//! Forgetting what has run out, and who belonged to what is gone. Operations and ledger are kept; the
//! audit trail goes by its own rules.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use kore_api::quota::DEFAULT;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Condition, Expr},
};

use crate::{
    Store, StoreError,
    connect::Change,
    convert::micros,
    entity::{
        auth_code, claim_link, device_code, elevation, group_role, idempotency_key, invitation, membership, quota,
        quota_reservation, role_binding, session, sign_in_attempt, sign_in_challenge, token, used_token, user,
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

    /// Deletes what hangs on teams that are gone: on those whose id is not among `teams`, unless it was made at
    /// `before` or later, since rows come before their team, and who asks may not have heard of the newest.
    /// How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database; what was deleted stays so.
    pub async fn sweep_teams(&self, teams: &HashSet<String>, before: Timestamp) -> Result<u64, StoreError> {
        let read = self.read();
        let mut known = teams_of::<membership::Entity>(read, membership::Column::TeamId).await?;
        known.extend(teams_of::<group_role::Entity>(read, group_role::Column::TeamId).await?);
        known.extend(teams_of::<role_binding::Entity>(read, role_binding::Column::TeamId).await?);
        known.extend(teams_of::<elevation::Entity>(read, elevation::Column::TeamId).await?);
        known.extend(teams_of::<invitation::Entity>(read, invitation::Column::TeamId).await?);
        known.extend(teams_of::<user::Entity>(read, user::Column::RobotTeamId).await?);
        known.extend(teams_of::<quota::Entity>(read, quota::Column::TeamId).await?);
        let mut rows = 0;
        // A binding without a team is one across the platform, and one quota is for all teams.
        for gone in known.difference(teams).filter(|id| !id.is_empty() && *id != DEFAULT) {
            rows += forget_team(self.write(), gone, Some(before)).await?;
        }
        Ok(rows)
    }

    /// Deletes what was granted in clusters that are gone: in those that are not among `clusters`, which has
    /// the id of the team and the name of each, unless it was granted at `before` or later. How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database; what was deleted stays so.
    pub async fn sweep_clusters(
        &self,
        clusters: &HashSet<(String, String)>,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        let bound = role_binding::Entity::find().select_only();
        let bound = bound.columns([role_binding::Column::TeamId, role_binding::Column::Cluster]).distinct();
        let mut known: HashSet<(String, String)> = bound.into_tuple().all(self.read()).await?.into_iter().collect();
        let asked = elevation::Entity::find().select_only();
        let asked = asked.columns([elevation::Column::TeamId, elevation::Column::Cluster]).distinct();
        known.extend(asked.into_tuple::<(String, String)>().all(self.read()).await?);
        let mut rows = 0;
        for (team_id, gone) in known.difference(clusters).filter(|(_, cluster)| !cluster.is_empty()) {
            rows += self.forget_cluster(team_id, gone, before).await?;
        }
        Ok(rows)
    }

    /// Deletes what was granted in a namespace of a cluster before this moment. How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_namespace(
        &self,
        team_id: &str,
        cluster: &str,
        namespace: &str,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        self.forget_grants(team_id, cluster, Some(namespace), before).await
    }

    /// Deletes what was granted in a cluster before this moment: in an earlier one of its name. How many rows.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_cluster(&self, team_id: &str, cluster: &str, before: Timestamp) -> Result<u64, StoreError> {
        self.forget_grants(team_id, cluster, None, before).await
    }

    /// In a whole cluster, or in one namespace of it.
    async fn forget_grants(
        &self,
        team_id: &str,
        cluster: &str,
        namespace: Option<&str>,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        // The columns have these names in both tables.
        let mut there = Condition::all()
            .add(Expr::col("team_id").eq(team_id))
            .add(Expr::col("cluster").eq(cluster))
            .add(Expr::col("created_at").lt(micros(before)));
        if let Some(namespace) = namespace {
            there = there.add(Expr::col("namespace").eq(namespace));
        }
        let elevations = elevation::Entity::delete_many().filter(there.clone()).run(self).await?;
        let bindings = role_binding::Entity::delete_many().filter(there).run(self).await?;
        Ok(elevations + bindings)
    }
}

/// Deletes what hangs on the team with this id: memberships, roles by groups, bindings, elevations,
/// invitations, its robots with all that hangs on them, and its quota. Only what was made before `before`, where that
/// is given. A later team of the same name is another. How many rows.
///
/// # Errors
/// [`StoreError`] of the database.
pub(crate) async fn forget_team<C: ConnectionTrait>(
    connection: &C,
    team_id: &str,
    before: Option<Timestamp>,
) -> Result<u64, StoreError> {
    let made_in = Made { team_id, before };
    let mut rows = made_in.forget::<membership::Entity, C>(connection, membership::Column::TeamId).await?;
    rows += made_in.forget::<group_role::Entity, C>(connection, group_role::Column::TeamId).await?;
    rows += made_in.forget::<elevation::Entity, C>(connection, elevation::Column::TeamId).await?;
    rows += made_in.forget::<role_binding::Entity, C>(connection, role_binding::Column::TeamId).await?;
    rows += made_in.forget::<invitation::Entity, C>(connection, invitation::Column::TeamId).await?;
    rows += made_in.forget::<user::Entity, C>(connection, user::Column::RobotTeamId).await?;
    rows += made_in.forget::<quota_reservation::Entity, C>(connection, quota_reservation::Column::TeamId).await?;
    rows += made_in.forget::<quota::Entity, C>(connection, quota::Column::TeamId).await?;
    Ok(rows)
}

/// Rows of one team, all or the older ones.
struct Made<'a> {
    team_id: &'a str,
    before: Option<Timestamp>,
}

impl Made<'_> {
    async fn forget<E: EntityTrait, C: ConnectionTrait>(
        &self,
        connection: &C,
        team: E::Column,
    ) -> Result<u64, StoreError> {
        let mut rows = E::delete_many().filter(team.eq(self.team_id));
        if let Some(before) = self.before {
            // The column has this name in all of them.
            rows = rows.filter(Expr::col("created_at").lt(micros(before)));
        }
        Ok(rows.exec(connection).await?.rows_affected)
    }
}

/// The ids of teams that a table knows.
async fn teams_of<E: EntityTrait>(
    connection: &DatabaseConnection,
    team: E::Column,
) -> Result<HashSet<String>, StoreError> {
    let query = E::find().select_only().column(team).filter(team.is_not_null()).distinct();
    let ids: Vec<String> = query.into_tuple().all(connection).await?;
    Ok(ids.into_iter().collect())
}
