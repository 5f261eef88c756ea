//! Who belongs to which team, as what, and since when by whose doing. A team keeps at least one owner who
//! is not disabled.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use kore_api::{
    identity::TeamRole,
    names::{TeamName, UserName},
};
use kore_domain::access::{Authorized, Permission, Visibility};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    DatabaseKind, Store, StoreError,
    connect::Change,
    convert::{from_name, from_word, micros, new_id, time, word},
    entity::{group_role, membership, user},
    group_roles::{ByGroup, in_teams},
    sweep::forget_team,
};

/// Values in one statement.
const AT_ONCE: usize = 500;

/// A person's role in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: Uuid,
    /// The team's immutable id.
    pub team_id: String,
    /// The team.
    pub team: TeamName,
    /// Whose it is.
    pub user_id: Uuid,
    /// Their login name.
    pub user: UserName,
    /// The role that was given directly; that of the group where none was.
    pub role: TeamRole,
    /// The role that holds, and where it comes from.
    pub held: TeamRole,
    /// Where the role that holds comes from.
    pub source: MembershipSource,
    /// Whether a role was given directly. One that only groups give is changed where the groups are.
    pub direct: bool,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Where a role comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MembershipSource {
    /// Somebody gave it.
    Direct,
    /// They accepted an invitation of this person.
    Invitation(String),
    /// A group of an identity provider gives it.
    Group {
        /// The provider's name.
        provider: String,
        /// The group.
        group: String,
    },
}

impl Membership {
    /// With what groups give in the same team.
    fn and(self, given: Option<&ByGroup>) -> Self {
        match given.filter(|given| given.role > self.held) {
            Some(given) => Self { held: given.role, source: given.source(), ..self },
            None => self,
        }
    }
}

impl ByGroup {
    fn source(&self) -> MembershipSource {
        MembershipSource::Group { provider: self.provider.clone(), group: self.group.clone() }
    }

    /// As the membership of somebody who has none otherwise.
    fn alone(&self, user: &str) -> Result<Membership, StoreError> {
        Ok(Membership {
            id: self.id,
            team_id: self.team_id.clone(),
            team: self.team.clone(),
            user_id: self.user_id,
            user: from_name(user)?,
            role: self.role,
            held: self.role,
            source: self.source(),
            direct: false,
            revision: 1,
            created_at: self.created_at,
            updated_at: self.created_at,
        })
    }
}

/// Where a row comes from.
fn given(source: Option<&str>) -> MembershipSource {
    match source.and_then(|source| source.strip_prefix("invitation:")) {
        Some(inviter) => MembershipSource::Invitation(inviter.to_owned()),
        None => MembershipSource::Direct,
    }
}

pub(crate) fn assemble(row: membership::Model, user: &str) -> Result<Membership, StoreError> {
    let role = from_word(row.role)?;
    Ok(Membership {
        id: row.id,
        team_id: row.team_id,
        team: from_name(&row.team)?,
        user_id: row.user_id,
        user: from_name(user)?,
        role,
        held: role,
        source: given(row.source.as_deref()),
        direct: true,
        revision: row.revision,
        created_at: time(row.created_at)?,
        updated_at: time(row.updated_at)?,
    })
}

pub(crate) fn new_row(
    team_id: &str,
    team: &TeamName,
    user_id: Uuid,
    role: TeamRole,
    now: Timestamp,
) -> membership::Model {
    membership::Model {
        id: new_id(now),
        team_id: team_id.to_owned(),
        team: team.to_string(),
        user_id,
        role: word(&role),
        revision: 1,
        created_at: micros(now),
        updated_at: micros(now),
        source: None,
    }
}

impl Store {
    /// A team's members, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_memberships(&self, proof: &Authorized<TeamName>) -> Result<Vec<Membership>, StoreError> {
        let team = proof.get(Permission::MembershipRead)?;
        let query = membership::Entity::find().filter(membership::Column::Team.eq(team.as_str()));
        let by_group = in_teams(self.read(), Some(group_role::Column::Team.eq(team.as_str()))).await?;
        self.assembled(query.all(self.read()).await?, by_group).await
    }

    /// The members of all teams that somebody may see, by team and name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn visible_memberships(&self, proof: &Authorized<Visibility>) -> Result<Vec<Membership>, StoreError> {
        let (query, by_group) = match proof.get(Permission::MembershipRead)? {
            Visibility::All => (membership::Entity::find(), None),
            Visibility::Only { teams, .. } => {
                let names = || teams.iter().map(TeamName::as_str);
                let query = membership::Entity::find().filter(membership::Column::Team.is_in(names()));
                (query, Some(group_role::Column::Team.is_in(names())))
            }
        };
        let by_group = in_teams(self.read(), by_group).await?;
        self.assembled(query.all(self.read()).await?, by_group).await
    }

    async fn assembled(
        &self,
        rows: Vec<membership::Model>,
        mut by_group: HashMap<(TeamName, Uuid), ByGroup>,
    ) -> Result<Vec<Membership>, StoreError> {
        let ids: BTreeSet<Uuid> =
            rows.iter().map(|row| row.user_id).chain(by_group.keys().map(|(_, user)| *user)).collect();
        let mut names: HashMap<Uuid, String> = HashMap::new();
        // Databases take a bounded number of values at once.
        for some in ids.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
            let query = user::Entity::find().filter(user::Column::Id.is_in(some.iter().copied()));
            names.extend(query.all(self.read()).await?.into_iter().map(|user| (user.id, user.name)));
        }
        let mut members = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(name) = names.get(&row.user_id) {
                let direct = assemble(row, name)?;
                let given = by_group.remove(&(direct.team.clone(), direct.user_id));
                members.push(direct.and(given.as_ref()));
            }
        }
        for given in by_group.values() {
            if let Some(name) = names.get(&given.user_id) {
                members.push(given.alone(name)?);
            }
        }
        members.sort_by(|a, b| (&a.team, &a.user).cmp(&(&b.team, &b.user)));
        Ok(members)
    }

    /// One member.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn get_membership(
        &self,
        proof: &Authorized<TeamName>,
        user: &UserName,
    ) -> Result<Option<Membership>, StoreError> {
        let team = proof.get(Permission::MembershipRead)?;
        find(self.read(), team, user).await
    }

    /// Adds a member.
    ///
    /// # Errors
    /// `NotFound` when there is no such user; `Unique("memberships_team_user_id")` when they belong already.
    pub async fn add_membership(
        &self,
        proof: &Authorized<TeamName>,
        team_id: &str,
        user: &UserName,
        role: TeamRole,
        now: Timestamp,
    ) -> Result<Membership, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let person = self.user_by_name(user).await?.ok_or(StoreError::NotFound("the user"))?;
        let row = new_row(team_id, team, person.id, role, now);
        membership::Entity::insert(row.clone().into_active_model()).run(self).await?;
        self.with_groups(assemble(row, user.as_str())?).await
    }

    /// Changes a member's role, if the membership is still at the revision that was seen.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `LastOwner`.
    pub async fn change_membership(
        &self,
        proof: &Authorized<TeamName>,
        user: &UserName,
        revision: i64,
        role: TeamRole,
        now: Timestamp,
    ) -> Result<Membership, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        self.again(|| self.try_change_membership(team, user, revision, role, now)).await
    }

    async fn try_change_membership(
        &self,
        team: &TeamName,
        user: &UserName,
        revision: i64,
        role: TeamRole,
        now: Timestamp,
    ) -> Result<Membership, StoreError> {
        let transaction = self.begin().await?;
        let seen = self.seen(&transaction, team, user, revision).await?;
        if role != TeamRole::Owner {
            self.keeps_owner(&transaction, team, &seen).await?;
        }
        let changed = membership::Entity::update_many()
            .col_expr(membership::Column::Role, Expr::value(word(&role)))
            .col_expr(membership::Column::Revision, Expr::value(revision.saturating_add(1)))
            .col_expr(membership::Column::UpdatedAt, Expr::value(micros(now)))
            // Whoever changes it gives it: it is not what the invitation was for any more.
            .col_expr(membership::Column::Source, Expr::value(None::<String>))
            .filter(membership::Column::Id.eq(seen.id))
            .filter(membership::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if changed.rows_affected == 0 {
            return Err(StoreError::Conflict("the membership"));
        }
        transaction.commit().await?;
        let revision = revision.saturating_add(1);
        let changed =
            Membership { role, held: role, revision, updated_at: now, source: MembershipSource::Direct, ..seen };
        self.with_groups(changed).await
    }

    /// What was given directly, with what groups give beside it.
    async fn with_groups(&self, direct: Membership) -> Result<Membership, StoreError> {
        let given = of_member(self.read(), &direct.team, direct.user_id).await?;
        Ok(direct.and(given.as_ref()))
    }

    /// Takes a member out, if the membership is still at the revision that was seen.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `LastOwner`.
    pub async fn remove_membership(
        &self,
        proof: &Authorized<TeamName>,
        user: &UserName,
        revision: i64,
    ) -> Result<(), StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        self.again(|| self.try_remove_membership(team, user, revision)).await
    }

    async fn try_remove_membership(&self, team: &TeamName, user: &UserName, revision: i64) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let seen = self.seen(&transaction, team, user, revision).await?;
        self.keeps_owner(&transaction, team, &seen).await?;
        let removed = membership::Entity::delete_many()
            .filter(membership::Column::Id.eq(seen.id))
            .filter(membership::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if removed.rows_affected == 0 {
            return Err(StoreError::Conflict("the membership"));
        }
        Ok(transaction.commit().await?)
    }

    /// Makes somebody the owner of the team with this id, and nobody a member of it who is one of another
    /// team of its name: of one that is gone, or of one that never came to be.
    ///
    /// # Errors
    /// `NotFound` when there is no such user.
    pub async fn found_team(
        &self,
        proof: &Authorized<TeamName>,
        team_id: &str,
        user: &UserName,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let owner = self.user_by_name(user).await?.ok_or(StoreError::NotFound("the user"))?;
        let row = new_row(team_id, team, owner.id, TeamRole::Owner, now);
        self.again(|| self.try_found_team(team, team_id, row.clone())).await
    }

    async fn try_found_team(&self, team: &TeamName, team_id: &str, row: membership::Model) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let query = membership::Entity::find().select_only().column(membership::Column::TeamId).distinct();
        let members = query.filter(membership::Column::Team.eq(team.as_str()));
        let query = group_role::Entity::find().select_only().column(group_role::Column::TeamId).distinct();
        let by_group = query.filter(group_role::Column::Team.eq(team.as_str()));
        let mut earlier: BTreeSet<String> = BTreeSet::new();
        earlier.extend(members.into_tuple::<String>().all(&transaction).await?);
        earlier.extend(by_group.into_tuple::<String>().all(&transaction).await?);
        for gone in earlier.iter().filter(|id| *id != team_id) {
            forget_team(&transaction, gone, None).await?;
        }
        let there = membership::Entity::find()
            .filter(membership::Column::TeamId.eq(team_id))
            .filter(membership::Column::UserId.eq(row.user_id))
            .count(&transaction);
        if there.await? == 0 {
            membership::Entity::insert(row.into_active_model()).exec_without_returning(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets who belonged to the team with this id, which goes or never came to be, and all that was granted
    /// in it; how many rows. Asks for the proof of `team.delete`.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_team(&self, proof: &Authorized<TeamName>, team_id: &str) -> Result<u64, StoreError> {
        proof.get(Permission::TeamDelete)?;
        forget_team(self.write(), team_id, None).await
    }

    /// Refuses when somebody is the only owner of a team; on servers the rows of their teams are locked.
    pub(crate) async fn keeps_owners_without(
        &self,
        transaction: &DatabaseTransaction,
        user: &UserName,
    ) -> Result<(), StoreError> {
        let person = user::Entity::find().filter(user::Column::Name.eq(user.as_str())).one(transaction).await?;
        let Some(person) = person else { return Ok(()) };
        let owned = membership::Entity::find()
            .filter(membership::Column::UserId.eq(person.id))
            .filter(membership::Column::Role.eq(word(&TeamRole::Owner)))
            // Everybody locks in the same order.
            .order_by_asc(membership::Column::Team);
        let mut alone = Vec::new();
        for row in owned.all(transaction).await? {
            self.lock_team(transaction, &row.team).await?;
            if self.other_owners(transaction, &row.team, row.id).await? == 0 {
                alone.push(format!("team {}", row.team));
            }
        }
        if alone.is_empty() { Ok(()) } else { Err(StoreError::LastOwnerOf(alone.join(", "))) }
    }

    async fn keeps_owner(
        &self,
        transaction: &DatabaseTransaction,
        team: &TeamName,
        leaving: &Membership,
    ) -> Result<(), StoreError> {
        if leaving.role != TeamRole::Owner {
            return Ok(());
        }
        let others = self.other_owners(transaction, team.as_str(), leaving.id).await?;
        if others == 0 { Err(StoreError::LastOwner) } else { Ok(()) }
    }

    /// Owners of a team besides the one of this membership; who is disabled owns nothing. What others have
    /// committed since this transaction began is seen: the rows are locked.
    async fn other_owners(
        &self,
        transaction: &DatabaseTransaction,
        team: &str,
        but: Uuid,
    ) -> Result<usize, StoreError> {
        let server = self.kind() != DatabaseKind::Sqlite;
        let mut others = membership::Entity::find()
            .filter(membership::Column::Team.eq(team))
            .filter(membership::Column::Role.eq(word(&TeamRole::Owner)))
            .filter(membership::Column::Id.ne(but));
        if server {
            others = others.lock_exclusive();
        }
        let others = others.all(transaction).await?.into_iter().map(|other| other.user_id);
        let mut enabled = user::Entity::find()
            .filter(user::Column::Id.is_in(others))
            .filter(user::Column::Disabled.eq(false))
            .order_by_asc(user::Column::Id);
        if server {
            enabled = enabled.lock_shared();
        }
        Ok(enabled.all(transaction).await?.len())
    }

    async fn lock_team(&self, transaction: &DatabaseTransaction, team: &str) -> Result<(), StoreError> {
        if self.kind() != DatabaseKind::Sqlite {
            let lock = membership::Entity::find().filter(membership::Column::Team.eq(team));
            lock.lock_exclusive().all(transaction).await?;
        }
        Ok(())
    }

    /// The membership at the revision that the caller saw; on servers the team's rows are locked, so
    /// that two owners cannot leave at once.
    async fn seen(
        &self,
        transaction: &DatabaseTransaction,
        team: &TeamName,
        user: &UserName,
        revision: i64,
    ) -> Result<Membership, StoreError> {
        self.lock_team(transaction, team.as_str()).await?;
        let seen = find(transaction, team, user).await?.filter(|seen| seen.direct);
        let seen = seen.ok_or(StoreError::NotFound("the membership"))?;
        if seen.revision == revision { Ok(seen) } else { Err(StoreError::Conflict("the membership")) }
    }
}

/// What groups give one person in one team.
async fn of_member<C: ConnectionTrait>(
    connection: &C,
    team: &TeamName,
    user: Uuid,
) -> Result<Option<ByGroup>, StoreError> {
    let which = group_role::Column::Team.eq(team.as_str()).and(group_role::Column::UserId.eq(user));
    Ok(in_teams(connection, Some(which)).await?.into_values().next())
}

pub(crate) async fn find<C: ConnectionTrait>(
    connection: &C,
    team: &TeamName,
    user: &UserName,
) -> Result<Option<Membership>, StoreError> {
    let person = user::Entity::find().filter(user::Column::Name.eq(user.as_str())).one(connection).await?;
    let Some(person) = person else { return Ok(None) };
    let row = membership::Entity::find()
        .filter(membership::Column::Team.eq(team.as_str()))
        .filter(membership::Column::UserId.eq(person.id))
        .one(connection)
        .await?;
    match (row, of_member(connection, team, person.id).await?) {
        (Some(row), given) => Ok(Some(assemble(row, &person.name)?.and(given.as_ref()))),
        (None, Some(given)) => given.alone(&person.name).map(Some),
        (None, None) => Ok(None),
    }
}
