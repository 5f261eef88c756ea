//! Invitations to teams, by hash only, and who used them.

use std::collections::HashMap;

use jiff::Timestamp;
use kore_api::{
    identity::TeamRole,
    names::{TeamName, UserName},
};
use kore_domain::{
    access::{Authorized, Permission, Visibility},
    invitation::{Effect, effect},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError, TokenHash,
    connect::Change,
    convert::{clip, from_name, from_word, maybe_time, micros, new_id, time, word},
    entity::{invitation, invitation_use, membership},
    memberships::{Membership, MembershipSource, assemble, find, new_row},
};

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in its team.
    pub name: String,
    /// The team's immutable id.
    pub team_id: String,
    /// The team.
    pub team: TeamName,
    /// The role that it gives.
    pub role: TeamRole,
    /// How many may use it.
    pub uses: u32,
    /// Who used it and when, the first first.
    pub used_by: Vec<(String, Timestamp)>,
    /// The only e-mail address that may use it, in lower case.
    pub address: Option<String>,
    /// Who made it: their id.
    pub inviter_id: Uuid,
    /// And their login name then.
    pub inviter: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its name, unique in its team.
    pub name: String,
    /// Hash of its code.
    pub hash: TokenHash,
    /// The team's immutable id.
    pub team_id: String,
    /// The role that it gives.
    pub role: TeamRole,
    /// How many may use it.
    pub uses: u32,
    /// The only e-mail address that may use it, in lower case.
    pub address: Option<String>,
    /// Who makes it: their id.
    pub inviter_id: Uuid,
    /// And their login name.
    pub inviter: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How accepting an invitation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// They have its role now.
    Done(Membership),
    /// They have this role, or one with more in it, and the invitation was not used.
    Kept(TeamRole),
    /// They used it before, and left or were removed since.
    Again,
    /// Its time is over, as many used it as may, or it was taken back.
    Spent,
}

type Uses = Vec<(String, Timestamp)>;

fn read(row: invitation::Model, used_by: Uses) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.id,
        name: row.name,
        team_id: row.team_id,
        team: from_name(&row.team)?,
        role: from_word(row.role)?,
        uses: u32::try_from(row.uses).unwrap_or_default(),
        used_by,
        address: row.address,
        inviter_id: row.inviter_id,
        inviter: row.inviter,
        created_at: time(row.created_at)?,
        expires_at: time(row.expires_at)?,
        revoked_at: maybe_time(row.revoked_at)?,
    })
}

async fn uses_of<C: ConnectionTrait>(connection: &C, ids: &[Uuid]) -> Result<HashMap<Uuid, Uses>, StoreError> {
    let mut found: HashMap<Uuid, Uses> = HashMap::new();
    // Databases take a bounded number of values at once.
    for some in ids.chunks(500) {
        let rows = invitation_use::Entity::find()
            .filter(invitation_use::Column::InvitationId.is_in(some.iter().copied()))
            .order_by_asc(invitation_use::Column::UsedAt)
            .order_by_asc(invitation_use::Column::Id);
        for row in rows.all(connection).await? {
            found.entry(row.invitation_id).or_default().push((row.user_name, time(row.used_at)?));
        }
    }
    Ok(found)
}

async fn assembled<C: ConnectionTrait>(
    connection: &C,
    rows: Vec<invitation::Model>,
) -> Result<Vec<Invitation>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut uses = uses_of(connection, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let used_by = uses.remove(&row.id).unwrap_or_default();
            read(row, used_by)
        })
        .collect()
}

impl Store {
    /// Records an invitation.
    ///
    /// # Errors
    /// `Unique("invitations_team_name")` when the name is taken.
    pub async fn create_invitation(
        &self,
        proof: &Authorized<TeamName>,
        new: &NewInvitation,
        now: Timestamp,
    ) -> Result<Invitation, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let row = invitation::Model {
            id: new_id(now),
            name: new.name.clone(),
            hash: new.hash.bytes(),
            team_id: new.team_id.clone(),
            team: team.to_string(),
            role: word(&new.role),
            uses: i64::from(new.uses),
            used: 0,
            address: new.address.as_deref().map(|address| clip(address, 255)),
            inviter_id: new.inviter_id,
            inviter: new.inviter.clone(),
            created_at: micros(now),
            expires_at: micros(new.expires_at),
            revoked_at: None,
        };
        invitation::Entity::insert(row.clone().into_active_model()).run(self).await?;
        read(row, Vec::new())
    }

    /// The invitations to the teams whose members one may change, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_invitations(&self, proof: &Authorized<Visibility>) -> Result<Vec<Invitation>, StoreError> {
        let query = invitation::Entity::find().order_by_desc(invitation::Column::Id);
        let query = match proof.get(Permission::MembershipWrite)? {
            Visibility::All => query,
            Visibility::Only { teams, .. } => {
                query.filter(invitation::Column::Team.is_in(teams.iter().map(TeamName::as_str)))
            }
        };
        assembled(self.read(), query.all(self.read()).await?).await
    }

    /// One invitation by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn get_invitation(
        &self,
        proof: &Authorized<TeamName>,
        name: &str,
    ) -> Result<Option<Invitation>, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let query = invitation::Entity::find()
            .filter(invitation::Column::Team.eq(team.as_str()))
            .filter(invitation::Column::Name.eq(name));
        let row = query.one(self.read()).await?;
        Ok(assembled(self.read(), row.into_iter().collect()).await?.pop())
    }

    /// The invitation of this code, for whoever holds it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn invitation_by_hash(&self, hash: TokenHash) -> Result<Option<Invitation>, StoreError> {
        let row = invitation::Entity::find().filter(invitation::Column::Hash.eq(hash.bytes())).one(self.read()).await?;
        Ok(assembled(self.read(), row.into_iter().collect()).await?.pop())
    }

    /// Takes an invitation back. Whether it had not been before.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn revoke_invitation(
        &self,
        proof: &Authorized<TeamName>,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let revoked = invitation::Entity::update_many()
            .col_expr(invitation::Column::RevokedAt, Expr::value(micros(now)))
            .filter(invitation::Column::Team.eq(team.as_str()))
            .filter(invitation::Column::Name.eq(name))
            .filter(invitation::Column::RevokedAt.is_null())
            .run(self)
            .await?;
        Ok(revoked > 0)
    }

    /// Uses an invitation for somebody, in one transaction: of two who want its last use exactly one gets
    /// it, and nobody's role gets less.
    ///
    /// # Errors
    /// `NotFound` when the invitation or the person is gone.
    pub async fn accept_invitation(
        &self,
        proof: &Authorized<TeamName>,
        id: Uuid,
        user: &UserName,
        now: Timestamp,
    ) -> Result<Acceptance, StoreError> {
        let team = proof.get(Permission::MembershipWrite)?;
        let mut attempts = 0;
        loop {
            match self.again(|| self.try_accept_invitation(team, id, user, now)).await {
                // Somebody added or changed them at the same moment: now that is seen.
                Err(StoreError::Unique(_) | StoreError::Conflict(_)) if attempts == 0 => attempts += 1,
                result => return result,
            }
        }
    }

    async fn try_accept_invitation(
        &self,
        team: &TeamName,
        id: Uuid,
        user: &UserName,
        now: Timestamp,
    ) -> Result<Acceptance, StoreError> {
        let transaction = self.begin().await?;
        // Locks the row: others who hold the same invitation wait here.
        let used = invitation::Entity::update_many()
            .col_expr(invitation::Column::Used, Expr::col(invitation::Column::Used).add(1))
            .filter(invitation::Column::Id.eq(id))
            .filter(invitation::Column::Team.eq(team.as_str()))
            .filter(invitation::Column::RevokedAt.is_null())
            .filter(invitation::Column::ExpiresAt.gt(micros(now)))
            .filter(Expr::col(invitation::Column::Used).lt(Expr::col(invitation::Column::Uses)))
            .exec(&transaction)
            .await?;
        if used.rows_affected == 0 {
            return Ok(Acceptance::Spent);
        }
        let row = invitation::Entity::find_by_id(id).one(&transaction).await?;
        let invitation = read(row.ok_or(StoreError::NotFound("the invitation"))?, Vec::new())?;
        let person = self.person(&transaction, user).await?;
        // What a group gives stands beside, and stays.
        let seen = find(&transaction, team, user).await?.filter(|seen| seen.direct);
        // What is left of an earlier team of this name is no membership of this one.
        let (stale, seen) = match seen {
            Some(seen) if seen.team_id != invitation.team_id => (Some(seen.id), None),
            seen => (None, seen),
        };
        let role = invitation.role;
        if let Some(seen) = seen.as_ref().filter(|seen| effect(Some(seen.role), role) == Effect::Keeps) {
            // Nothing is committed, so that nothing was used.
            return Ok(Acceptance::Kept(seen.role));
        }
        let before = invitation_use::Entity::find()
            .filter(invitation_use::Column::InvitationId.eq(id))
            .filter(invitation_use::Column::UserId.eq(person));
        if before.count(&transaction).await? > 0 {
            return Ok(Acceptance::Again);
        }
        invitation_use::Entity::insert(invitation_use::ActiveModel {
            id: Set(new_id(now)),
            invitation_id: Set(id),
            user_id: Set(person),
            user_name: Set(user.to_string()),
            used_at: Set(micros(now)),
        })
        .exec_without_returning(&transaction)
        .await?;
        let source = Some(format!("invitation:{}", invitation.inviter));
        let membership = match seen {
            None => {
                if let Some(stale) = stale {
                    membership::Entity::delete_by_id(stale).exec(&transaction).await?;
                }
                let row = membership::Model { source, ..new_row(&invitation.team_id, team, person, role, now) };
                membership::Entity::insert(row.clone().into_active_model())
                    .exec_without_returning(&transaction)
                    .await?;
                assemble(row, user.as_str())?
            }
            Some(seen) => {
                let revision = seen.revision.saturating_add(1);
                let changed = membership::Entity::update_many()
                    .col_expr(membership::Column::Role, Expr::value(word(&role)))
                    .col_expr(membership::Column::Revision, Expr::value(revision))
                    .col_expr(membership::Column::UpdatedAt, Expr::value(micros(now)))
                    .col_expr(membership::Column::Source, Expr::value(source.clone()))
                    .filter(membership::Column::Id.eq(seen.id))
                    .filter(membership::Column::Revision.eq(seen.revision))
                    .exec(&transaction)
                    .await?;
                if changed.rows_affected == 0 {
                    return Err(StoreError::Conflict("the membership"));
                }
                let source = MembershipSource::Invitation(invitation.inviter.clone());
                Membership { role, held: role.max(seen.held), revision, updated_at: now, source, ..seen }
            }
        };
        transaction.commit().await?;
        Ok(Acceptance::Done(membership))
    }

    async fn person<C: ConnectionTrait>(&self, connection: &C, user: &UserName) -> Result<Uuid, StoreError> {
        use crate::entity::user;
        let query = user::Entity::find().filter(user::Column::Name.eq(user.as_str()));
        Ok(query.one(connection).await?.ok_or(StoreError::NotFound("the user"))?.id)
    }
}
