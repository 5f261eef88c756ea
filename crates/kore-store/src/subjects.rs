//! Who somebody is and what they hold as of now: the one place where users, robots, memberships,
//! bindings and elevations come together.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use kore_api::names::{Principal, RobotRef, TeamName};
use kore_domain::access::{Grant, PermissionSet, Reach, Role, Subject, Via};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    convert::{from_json, from_name, from_word, maybe_time, micros},
    entity::{elevation, group_role, membership, role_binding, user},
    group_roles::{HeldIn, held},
    role_bindings::scope,
};

/// Values in one statement.
const AT_ONCE: usize = 500;

/// Who a row is.
pub(crate) fn principal(row: &user::Model) -> Result<Principal, StoreError> {
    match (&row.robot_team, &row.robot_name) {
        (Some(team), Some(name)) => Ok(Principal::Robot(RobotRef { team: from_name(team)?, name: from_name(name)? })),
        _ => Ok(Principal::User(from_name(&row.name)?)),
    }
}

/// The rows that subjects are made of.
struct Rows {
    users: Vec<user::Model>,
    memberships: Vec<membership::Model>,
    bindings: Vec<role_binding::Model>,
    elevations: Vec<elevation::Model>,
    by_group: Vec<group_role::Model>,
    roles: HashMap<String, PermissionSet>,
}

impl Store {
    /// What somebody may do as of now; `None` when they are gone or disabled.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn subject(&self, id: Uuid, now: Timestamp) -> Result<Option<Subject>, StoreError> {
        let enabled = user::Entity::find_by_id(id).filter(user::Column::Disabled.eq(false));
        match enabled.one(self.read()).await? {
            Some(user) => self.held(user, now).await,
            None => Ok(None),
        }
    }

    /// The same of somebody who may be disabled: what they would hold.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn held_by(&self, id: Uuid, now: Timestamp) -> Result<Option<Subject>, StoreError> {
        match user::Entity::find_by_id(id).one(self.read()).await? {
            Some(user) => self.held(user, now).await,
            None => Ok(None),
        }
    }

    async fn held(&self, user: user::Model, now: Timestamp) -> Result<Option<Subject>, StoreError> {
        let id = user.id;
        let memberships = membership::Entity::find().filter(membership::Column::UserId.eq(id));
        let bindings = role_binding::Entity::find().filter(role_binding::Column::UserId.eq(id));
        let elevations = elevation::Entity::find()
            .filter(elevation::Column::UserId.eq(id))
            .filter(elevation::Column::State.eq("active"))
            .filter(elevation::Column::ActiveUntil.gt(micros(now)));
        let rows = Rows {
            users: vec![user],
            memberships: memberships.all(self.read()).await?,
            bindings: bindings.all(self.read()).await?,
            elevations: elevations.all(self.read()).await?,
            by_group: group_role::Entity::find().filter(group_role::Column::UserId.eq(id)).all(self.read()).await?,
            roles: HashMap::new(),
        };
        Ok(self.assembled_subjects(rows, now).await?.pop())
    }

    /// Everybody who is not disabled, with what they hold: for the question who may do something.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn subjects(&self, now: Timestamp) -> Result<Vec<Subject>, StoreError> {
        let elevations = elevation::Entity::find()
            .filter(elevation::Column::State.eq("active"))
            .filter(elevation::Column::ActiveUntil.gt(micros(now)));
        let rows = Rows {
            users: user::Entity::find().filter(user::Column::Disabled.eq(false)).all(self.read()).await?,
            memberships: membership::Entity::find().all(self.read()).await?,
            bindings: role_binding::Entity::find().all(self.read()).await?,
            elevations: elevations.all(self.read()).await?,
            by_group: group_role::Entity::find().all(self.read()).await?,
            roles: HashMap::new(),
        };
        self.assembled_subjects(rows, now).await
    }

    async fn assembled_subjects(&self, mut rows: Rows, now: Timestamp) -> Result<Vec<Subject>, StoreError> {
        let named = rows.bindings.iter().map(|row| &row.role).chain(rows.elevations.iter().map(|row| &row.role));
        if named.into_iter().any(|name| Role::built_in(name).is_none()) {
            let made = self.list_roles().await?;
            rows.roles = made.iter().map(|role| (role.name.to_string(), role.permissions())).collect();
        }
        let mut subjects: BTreeMap<Uuid, Subject> = BTreeMap::new();
        for row in &rows.users {
            let mut subject = Subject::new(row.id, principal(row)?);
            subject.platform_role = row.platform_role.clone().map(from_word).transpose()?;
            subjects.insert(row.id, subject);
        }
        for row in rows.memberships {
            if let Some(subject) = subjects.get_mut(&row.user_id) {
                subject.teams.insert(from_name(&row.team)?, from_word(row.role)?);
            }
        }
        // What groups of identity providers give stands beside it; the higher of the two holds.
        for row in rows.by_group {
            let Some(subject) = subjects.get_mut(&row.user_id) else { continue };
            match held(row)?.place {
                HeldIn::Platform(role) => subject.platform_role = subject.platform_role.max(Some(role)),
                HeldIn::Team(team, _, role) => {
                    let known = subject.teams.entry(team).or_insert(role);
                    *known = role.max(*known);
                }
            }
        }
        let permissions = |name: &str| match Role::built_in(name) {
            Some(role) => role.permissions,
            // A role that is gone allows nothing.
            None => rows.roles.get(name).copied().unwrap_or_default(),
        };
        let reach = |place: [&str; 3]| -> Result<Reach, StoreError> {
            Reach::of(&scope(place)?).map_err(|cause| StoreError::corrupt("a scope", cause))
        };
        let rules: HashMap<Uuid, Option<i64>> =
            rows.bindings.iter().filter(|row| row.max_minutes.is_some()).map(|row| (row.id, row.expires_at)).collect();
        for row in rows.bindings {
            let expires_at = maybe_time(row.expires_at)?;
            let waits = row.max_minutes.is_some() || expires_at.is_some_and(|end| end <= now);
            let Some(subject) = subjects.get_mut(&row.user_id).filter(|_| !waits) else { continue };
            subject.grants.push(Grant {
                via: Via::Binding(row.id),
                permissions: permissions(&row.role),
                role: Arc::from(row.role),
                reach: reach([&row.team, &row.cluster, &row.namespace])?,
                expires_at,
                networks: from_json(row.networks)?,
            });
        }
        for row in rows.elevations {
            // It goes with the rule that it came of, and ends no later; without a binding that is the rule of
            // the platform's administrators.
            let rule = row.binding_id.map(|id| rules.get(&id));
            let entitled = |subject: &&mut Subject| match rule {
                Some(rule) => rule.is_some(),
                None => subject.is_platform_admin(),
            };
            let Some(subject) = subjects.get_mut(&row.user_id).filter(entitled) else { continue };
            let ends = [row.active_until, rule.flatten().copied().flatten()].into_iter().flatten().min();
            let expires_at = maybe_time(ends)?;
            if expires_at.is_none_or(|end| end <= now) {
                continue;
            }
            subject.grants.push(Grant {
                via: Via::Elevation(row.id),
                permissions: permissions(&row.role),
                role: Arc::from(row.role),
                reach: reach([&row.team, &row.cluster, &row.namespace])?,
                expires_at,
                networks: from_json(row.networks)?,
            });
        }
        // The same in the same order each time: streams notice by comparing.
        for subject in subjects.values_mut() {
            subject.grants.sort_by_key(|grant| match grant.via {
                Via::Binding(id) => (0, id),
                Via::Elevation(id) => (1, id),
            });
        }
        Ok(subjects.into_values().collect())
    }

    /// The id of somebody, disabled or not.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn principal_id(&self, principal: &Principal) -> Result<Option<Uuid>, StoreError> {
        let query = match principal {
            Principal::User(name) => user::Entity::find().filter(user::Column::Name.eq(name.as_str())),
            Principal::Robot(robot) => user::Entity::find()
                .filter(user::Column::RobotTeam.eq(robot.team.as_str()))
                .filter(user::Column::RobotName.eq(robot.name.as_str())),
        };
        Ok(query.one(self.read()).await?.map(|row| row.id))
    }

    /// Everybody who may have something in a team's clusters: its members, whoever has a role across the
    /// platform, and whoever has a binding or an elevation there; by name. Who is disabled is not among them.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn principals_in(&self, team: &TeamName, now: Timestamp) -> Result<Vec<Principal>, StoreError> {
        let read = self.read();
        let members = membership::Entity::find().filter(membership::Column::Team.eq(team.as_str()));
        let mut ids: BTreeSet<Uuid> = members.all(read).await?.into_iter().map(|row| row.user_id).collect();
        let by_group = group_role::Column::Team.eq(team.as_str()).or(group_role::Column::Team.is_null());
        let by_group = group_role::Entity::find().filter(by_group).all(read).await?;
        ids.extend(by_group.into_iter().map(|row| row.user_id));
        let bound = role_binding::Entity::find().filter(role_binding::Column::Team.is_in(["", team.as_str()]));
        ids.extend(bound.all(read).await?.into_iter().map(|row| row.user_id));
        let elevated = elevation::Entity::find()
            .filter(elevation::Column::Team.is_in(["", team.as_str()]))
            .filter(elevation::Column::State.eq("active"))
            .filter(elevation::Column::ActiveUntil.gt(micros(now)));
        ids.extend(elevated.all(read).await?.into_iter().map(|row| row.user_id));
        let platform = user::Entity::find().filter(user::Column::PlatformRole.is_not_null());
        let mut rows = platform.all(read).await?;
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for some in ids.chunks(AT_ONCE) {
            let query = user::Entity::find().filter(user::Column::Id.is_in(some.iter().copied()));
            rows.extend(query.all(read).await?);
        }
        let names = rows.iter().filter(|row| !row.disabled).map(principal).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(names.into_iter().collect())
    }

    /// Who these are.
    pub(crate) async fn principals(
        &self,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, Principal>, StoreError> {
        let ids: Vec<Uuid> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = HashMap::new();
        // Databases take a bounded number of values at once.
        for some in ids.chunks(AT_ONCE) {
            let query = user::Entity::find().filter(user::Column::Id.is_in(some.iter().copied()));
            for row in query.all(self.read()).await? {
                found.insert(row.id, principal(&row)?);
            }
        }
        Ok(found)
    }
}
