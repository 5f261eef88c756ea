//! Robots: rows of users that nobody signs in as, and what only robots have.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use kore_api::{
    names::{RobotName, RobotRef, TeamName},
    robot::RobotSpec,
};
use kore_domain::access::{Authorized, Permission, Source, Visibility};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Condition, Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    connect::Change,
    convert::{from_json, from_name, json, maybe_time, micros, new_id, time, word},
    entity::{robot, session, user},
    sessions::revoke,
};

/// Values in one statement.
const AT_ONCE: usize = 500;

/// A robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robot {
    /// Immutable id.
    pub id: Uuid,
    /// Team and name.
    pub robot: RobotRef,
    /// Immutable id of its team.
    pub team_id: String,
    /// What may be changed.
    pub spec: RobotSpec,
    /// How many static tokens of it work.
    pub tokens: u32,
    /// When it acted last.
    pub last_used_at: Option<Timestamp>,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

fn assemble(row: &user::Model, own: robot::Model, tokens: u32) -> Result<Robot, StoreError> {
    let missing = || StoreError::corrupt("a robot", "it has no team or name");
    let (team, name) = (row.robot_team.as_deref().ok_or_else(missing)?, row.robot_name.as_deref());
    Ok(Robot {
        id: row.id,
        robot: RobotRef { team: from_name(team)?, name: from_name(name.ok_or_else(missing)?)? },
        team_id: row.robot_team_id.clone().ok_or_else(missing)?,
        spec: RobotSpec { description: own.description, disabled: row.disabled, trust: from_json(own.trust)? },
        tokens,
        last_used_at: maybe_time(own.last_used_at)?,
        revision: row.revision,
        created_at: time(row.created_at)?,
        updated_at: time(row.updated_at)?,
    })
}

/// Which row.
fn named(robot: &RobotRef) -> Condition {
    Condition::all()
        .add(user::Column::RobotTeam.eq(robot.team.as_str()))
        .add(user::Column::RobotName.eq(robot.name.as_str()))
}

impl Store {
    /// Makes a robot in the team with this immutable id.
    ///
    /// # Errors
    /// `Unique("users_robot_team_robot_name")` when the name is taken in the team.
    pub async fn create_robot(
        &self,
        proof: &Authorized<TeamName>,
        team_id: &str,
        name: &RobotName,
        spec: &RobotSpec,
        now: Timestamp,
    ) -> Result<Robot, StoreError> {
        let team = proof.get(Permission::RobotWrite)?;
        let (id, trust) = (new_id(now), json(&spec.trust)?);
        let transaction = self.begin().await?;
        let row = user::ActiveModel {
            id: Set(id),
            // No person's name has a slash.
            name: Set(format!("robot/{id}")),
            display_name: Set(None),
            platform_role: Set(None),
            disabled: Set(spec.disabled),
            password_hash: Set(None),
            email: Set(None),
            robot_team: Set(Some(team.to_string())),
            robot_team_id: Set(Some(team_id.to_owned())),
            robot_name: Set(Some(name.to_string())),
            revision: Set(1),
            created_at: Set(micros(now)),
            updated_at: Set(micros(now)),
        };
        user::Entity::insert(row).exec_without_returning(&transaction).await?;
        let own = robot::ActiveModel {
            id: Set(id),
            description: Set(spec.description.clone()),
            trust: Set(trust),
            last_used_at: Set(None),
        };
        robot::Entity::insert(own).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        let robot = RobotRef { team: team.clone(), name: name.clone() };
        self.robot(&robot, now).await?.ok_or(StoreError::NotFound("the robot"))
    }

    /// One robot. Whoever asks is to be authorised for its team, or to prove that they are the robot.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn robot(&self, robot: &RobotRef, now: Timestamp) -> Result<Option<Robot>, StoreError> {
        let rows = user::Entity::find().filter(named(robot)).all(self.read()).await?;
        Ok(self.robots(rows, now).await?.pop())
    }

    /// A team's robots, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_robots(&self, proof: &Authorized<TeamName>, now: Timestamp) -> Result<Vec<Robot>, StoreError> {
        let team = proof.get(Permission::RobotRead)?;
        let query = user::Entity::find().filter(user::Column::RobotTeam.eq(team.as_str()));
        self.robots(query.order_by_asc(user::Column::RobotName).all(self.read()).await?, now).await
    }

    /// The robots of every team whose robots may be seen, by team and name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn visible_robots(
        &self,
        proof: &Authorized<Visibility>,
        now: Timestamp,
    ) -> Result<Vec<Robot>, StoreError> {
        let shown = match proof.get(Permission::RobotRead)? {
            Visibility::All => user::Column::RobotName.is_not_null(),
            Visibility::Only { teams, .. } => user::Column::RobotTeam.is_in(teams.iter().map(|team| team.as_str())),
        };
        let query = user::Entity::find().filter(shown).order_by_asc(user::Column::RobotTeam);
        self.robots(query.order_by_asc(user::Column::RobotName).all(self.read()).await?, now).await
    }

    /// In the order of the rows.
    async fn robots(&self, rows: Vec<user::Model>, now: Timestamp) -> Result<Vec<Robot>, StoreError> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let (mut own, mut tokens) = (HashMap::new(), BTreeMap::<Uuid, u32>::new());
        // Databases take a bounded number of values at once.
        for some in ids.chunks(AT_ONCE) {
            let query = robot::Entity::find().filter(robot::Column::Id.is_in(some.iter().copied()));
            own.extend(query.all(self.read()).await?.into_iter().map(|row| (row.id, row)));
            let query = session::Entity::find()
                .select_only()
                .column(session::Column::UserId)
                .filter(session::Column::UserId.is_in(some.iter().copied()))
                .filter(long_lived(now));
            for owner in query.into_tuple::<Uuid>().all(self.read()).await? {
                *tokens.entry(owner).or_default() += 1;
            }
        }
        // One that is being deleted may have lost half of itself.
        rows.into_iter()
            .filter_map(|row| {
                let count = tokens.get(&row.id).copied().unwrap_or_default();
                own.remove(&row.id).map(|own| assemble(&row, own, count))
            })
            .collect()
    }

    /// Replaces what may be changed, if the robot is still at the revision that was seen. When it no
    /// longer trusts whom it trusted, or in another way, every session ends that came of an exchange.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    pub async fn update_robot(
        &self,
        proof: &Authorized<TeamName>,
        name: &RobotName,
        revision: i64,
        spec: &RobotSpec,
        now: Timestamp,
    ) -> Result<Robot, StoreError> {
        let robot = RobotRef { team: proof.get(Permission::RobotWrite)?.clone(), name: name.clone() };
        self.again(|| self.try_update_robot(&robot, revision, spec, now)).await?;
        self.robot(&robot, now).await?.ok_or(StoreError::NotFound("the robot"))
    }

    async fn try_update_robot(
        &self,
        robot: &RobotRef,
        revision: i64,
        spec: &RobotSpec,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let updated = user::Entity::update_many()
            .col_expr(user::Column::Disabled, Expr::value(spec.disabled))
            .col_expr(user::Column::Revision, Expr::value(revision.saturating_add(1)))
            .col_expr(user::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(named(robot))
            .filter(user::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        let row = user::Entity::find().filter(named(robot)).one(&transaction).await?;
        let row = row.ok_or(StoreError::NotFound("the robot"))?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Conflict("the robot"));
        }
        let own = robot::Entity::find_by_id(row.id).one(&transaction).await?;
        let before: RobotSpec = RobotSpec {
            trust: from_json(own.ok_or(StoreError::NotFound("the robot"))?.trust)?,
            ..RobotSpec::default()
        };
        robot::Entity::update_many()
            .col_expr(robot::Column::Description, Expr::value(spec.description.clone()))
            .col_expr(robot::Column::Trust, Expr::value(json(&spec.trust)?))
            .filter(robot::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        if before.trust.iter().any(|rule| !spec.trust.contains(rule)) {
            let exchanged = session::Column::UserId.eq(row.id).and(session::Column::Source.eq(word(&Source::Ci)));
            revoke(&transaction, exchanged, now).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Deletes a robot with its sessions, tokens and bindings.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    pub async fn delete_robot(
        &self,
        proof: &Authorized<TeamName>,
        name: &RobotName,
        revision: i64,
    ) -> Result<(), StoreError> {
        let robot = RobotRef { team: proof.get(Permission::RobotWrite)?.clone(), name: name.clone() };
        let deleted = user::Entity::delete_many()
            .filter(named(&robot))
            .filter(user::Column::Revision.eq(revision))
            .run(self)
            .await?;
        if deleted > 0 {
            return Ok(());
        }
        let there = user::Entity::find().filter(named(&robot)).one(self.write()).await?;
        Err(there.map_or(StoreError::NotFound("the robot"), |_| StoreError::Conflict("the robot")))
    }
}

/// The sessions of long-lived tokens that work.
pub(crate) fn long_lived(now: Timestamp) -> Condition {
    Condition::all()
        .add(session::Column::Name.is_not_null())
        .add(session::Column::RevokedAt.is_null())
        .add(session::Column::ExpiresAt.gt(micros(now)))
}
