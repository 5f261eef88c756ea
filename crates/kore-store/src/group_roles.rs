//! Roles that groups of identity providers give. They stand beside what was given directly and never
//! change it: the higher of the two holds. Directly given ownership is what a team keeps at least one of,
//! so that a group that somebody leaves elsewhere breaks nothing here.

use std::collections::HashMap;

use jiff::Timestamp;
use kore_api::{
    identity::{PlatformRole, TeamRole},
    names::TeamName,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::SimpleExpr,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    convert::{from_name, from_word, micros, new_id, time, word},
    entity::{group_role, identity_provider},
};

/// A role that a group gives somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldRole {
    /// Where.
    pub place: HeldIn,
    /// The group.
    pub group: String,
}

/// Where a role holds, and which it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldIn {
    /// Across the platform.
    Platform(PlatformRole),
    /// In a team: its name and its immutable id.
    Team(TeamName, String, TeamRole),
}

/// What groups give somebody in one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ByGroup {
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) team_id: String,
    pub(crate) team: TeamName,
    pub(crate) role: TeamRole,
    pub(crate) provider: String,
    pub(crate) group: String,
    pub(crate) created_at: Timestamp,
}

/// Makes these the roles that a provider's groups give somebody. Rows that are right stay as they are.
pub(crate) async fn replace<C: ConnectionTrait>(
    connection: &C,
    user: Uuid,
    provider: Uuid,
    roles: &[HeldRole],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mine = group_role::Column::UserId.eq(user).and(group_role::Column::ProviderId.eq(provider));
    let known = group_role::Entity::find().filter(mine.clone()).all(connection).await?;
    let mut before = known.into_iter().map(held).collect::<Result<Vec<_>, _>>()?;
    let mut after = roles.to_vec();
    before.sort();
    after.sort();
    if before == after {
        return Ok(false);
    }
    group_role::Entity::delete_many().filter(mine).exec(connection).await?;
    insert(connection, user, provider, &after, now).await?;
    Ok(true)
}

pub(crate) async fn insert<C: ConnectionTrait>(
    connection: &C,
    user: Uuid,
    provider: Uuid,
    roles: &[HeldRole],
    now: Timestamp,
) -> Result<(), StoreError> {
    for held in roles {
        let (team_id, team, role) = match &held.place {
            HeldIn::Platform(role) => (None, None, word(role)),
            HeldIn::Team(team, id, role) => (Some(id.clone()), Some(team.to_string()), word(role)),
        };
        group_role::Entity::insert(group_role::ActiveModel {
            id: Set(new_id(now)),
            user_id: Set(user),
            provider_id: Set(provider),
            team_id: Set(team_id),
            team: Set(team),
            role: Set(role),
            group_name: Set(held.group.clone()),
            created_at: Set(micros(now)),
        })
        .exec_without_returning(connection)
        .await?;
    }
    Ok(())
}

pub(crate) fn held(row: group_role::Model) -> Result<HeldRole, StoreError> {
    let place = match (row.team, row.team_id) {
        (Some(team), Some(id)) => HeldIn::Team(from_name(&team)?, id, from_word(row.role)?),
        _ => HeldIn::Platform(from_word(row.role)?),
    };
    Ok(HeldRole { place, group: row.group_name })
}

/// What groups give in teams, by team and person; only the highest of each.
pub(crate) async fn in_teams<C: ConnectionTrait>(
    connection: &C,
    which: Option<SimpleExpr>,
) -> Result<HashMap<(TeamName, Uuid), ByGroup>, StoreError> {
    let mut query = group_role::Entity::find().filter(group_role::Column::Team.is_not_null());
    if let Some(which) = which {
        query = query.filter(which);
    }
    let rows = query.order_by_asc(group_role::Column::Id).all(connection).await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let names: HashMap<Uuid, String> = identity_provider::Entity::find()
        .select_only()
        .columns([identity_provider::Column::Id, identity_provider::Column::Name])
        .into_tuple()
        .all(connection)
        .await?
        .into_iter()
        .collect();
    let mut found: HashMap<(TeamName, Uuid), ByGroup> = HashMap::new();
    for row in rows {
        let (Some(team), Some(team_id)) = (row.team, row.team_id) else { continue };
        let team: TeamName = from_name(&team)?;
        let given = ByGroup {
            id: row.id,
            user_id: row.user_id,
            team_id,
            team: team.clone(),
            role: from_word(row.role)?,
            provider: names.get(&row.provider_id).cloned().unwrap_or_default(),
            group: row.group_name,
            created_at: time(row.created_at)?,
        };
        let place = (team, row.user_id);
        if found.get(&place).is_none_or(|known| known.role < given.role) {
            found.insert(place, given);
        }
    }
    Ok(found)
}

impl Store {
    /// The highest role across the platform that groups give, by person; of one person, or of all.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub(crate) async fn platform_roles_by_group(
        &self,
        user: Option<Uuid>,
    ) -> Result<HashMap<Uuid, PlatformRole>, StoreError> {
        let mut query = group_role::Entity::find().filter(group_role::Column::Team.is_null());
        if let Some(user) = user {
            query = query.filter(group_role::Column::UserId.eq(user));
        }
        let mut roles = HashMap::new();
        for row in query.all(self.read()).await? {
            let role: PlatformRole = from_word(row.role)?;
            let known = roles.entry(row.user_id).or_insert(role);
            *known = role.max(*known);
        }
        Ok(roles)
    }
}
