//! Finding people and robots by a part of their name.

use kore_api::names::{RobotName, RobotRef, TeamName, UserName};
use kore_domain::access::{Authorized, Permission, Platform, Visibility};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Condition};

use crate::{
    Store, StoreError,
    convert::{contains, from_name},
    entity::user,
};

impl Store {
    /// People whose name, or whose name as people read it, holds this text, whatever the case: so many, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn find_people(
        &self,
        proof: &Authorized<Platform>,
        text: &str,
        limit: u64,
    ) -> Result<Vec<(UserName, Option<String>)>, StoreError> {
        proof.get(Permission::UserRead)?;
        let named =
            Condition::any().add(contains(user::Column::Name, text)).add(contains(user::Column::DisplayName, text));
        let rows = user::Entity::find()
            .select_only()
            .column(user::Column::Name)
            .column(user::Column::DisplayName)
            .filter(user::Column::RobotName.is_null())
            .filter(named)
            .order_by_asc(user::Column::Name)
            .limit(limit)
            .into_tuple::<(String, Option<String>)>()
            .all(self.read())
            .await?;
        rows.into_iter().map(|(name, title)| Ok((from_name(&name)?, title))).collect()
    }

    /// Robots whose name or team holds this text, of the teams whose robots may be seen: so many, by team and name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn find_robots(
        &self,
        proof: &Authorized<Visibility>,
        text: &str,
        limit: u64,
    ) -> Result<Vec<RobotRef>, StoreError> {
        let shown = match proof.get(Permission::RobotRead)? {
            Visibility::All => user::Column::RobotName.is_not_null(),
            Visibility::Only { teams, .. } => user::Column::RobotTeam.is_in(teams.iter().map(TeamName::as_str)),
        };
        let named =
            Condition::any().add(contains(user::Column::RobotName, text)).add(contains(user::Column::RobotTeam, text));
        let rows = user::Entity::find()
            .select_only()
            .column(user::Column::RobotTeam)
            .column(user::Column::RobotName)
            .filter(user::Column::RobotName.is_not_null())
            .filter(shown)
            .filter(named)
            .order_by_asc(user::Column::RobotTeam)
            .order_by_asc(user::Column::RobotName)
            .limit(limit)
            .into_tuple::<(String, String)>()
            .all(self.read())
            .await?;
        let read = |(team, name): (String, String)| {
            Ok(RobotRef { team: from_name::<TeamName>(&team)?, name: from_name::<RobotName>(&name)? })
        };
        rows.into_iter().map(read).collect()
    }
}
