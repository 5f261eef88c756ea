//! Users, and what a person may do as of now.

use jiff::Timestamp;
use kore_api::{
    identity::{PlatformRole, UserSpec},
    names::UserName,
};
use kore_domain::access::{Authorized, Permission, Platform};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    claim_links::forget_links,
    connect::Change,
    convert::{clip, from_name, from_word, micros, new_id, time, word},
    entity::user,
};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Immutable id.
    pub id: Uuid,
    /// Login name; unique, compared byte by byte.
    pub name: UserName,
    /// What an administrator may change.
    pub spec: UserSpec,
    /// Whether they can sign in with a password of Kore's own.
    pub has_password: bool,
    /// Platform role that a group of an identity provider gives them; where the API shows people.
    pub by_group: Option<PlatformRole>,
    /// Whether they have a second factor; where the API shows people.
    pub second_factor: bool,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When they were made.
    pub created_at: Timestamp,
    /// When they were changed last.
    pub updated_at: Timestamp,
}

/// A person to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Login name.
    pub name: UserName,
    /// Display name, role.
    pub spec: UserSpec,
    /// Argon2id string (PHC), where they have a password of Kore's own.
    pub password_hash: Option<SecretString>,
}

impl TryFrom<user::Model> for User {
    type Error = StoreError;
    fn try_from(row: user::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            name: from_name(&row.name)?,
            spec: UserSpec {
                display_name: row.display_name,
                platform_role: row.platform_role.map(from_word::<PlatformRole>).transpose()?,
                disabled: row.disabled,
                email: row.email,
            },
            has_password: row.password_hash.is_some(),
            by_group: None,
            second_factor: false,
            revision: row.revision,
            created_at: time(row.created_at)?,
            updated_at: time(row.updated_at)?,
        })
    }
}

pub(crate) fn new_row(new: &NewUser, now: Timestamp) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(new_id(now)),
        name: Set(new.name.to_string()),
        display_name: Set(new.spec.display_name.as_deref().map(|name| clip(name, 255))),
        platform_role: Set(new.spec.platform_role.as_ref().map(word)),
        disabled: Set(new.spec.disabled),
        password_hash: Set(new.password_hash.as_ref().map(|hash| hash.expose_secret().to_owned())),
        robot_team: Set(None),
        robot_team_id: Set(None),
        robot_name: Set(None),
        revision: Set(1),
        created_at: Set(micros(now)),
        updated_at: Set(micros(now)),
        email: Set(new.spec.email.as_deref().map(|email| clip(email, 255))),
    }
}

impl Store {
    /// Makes a user.
    ///
    /// # Errors
    /// `Unique("users_name")` when the name is taken.
    pub async fn create_user(
        &self,
        proof: &Authorized<Platform>,
        new: &NewUser,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        proof.get(Permission::UserWrite)?;
        let row = new_row(new, now);
        let id = row.id.clone().take().unwrap_or_default();
        user::Entity::insert(row).run(self).await?;
        self.user_by_id(id).await?.ok_or(StoreError::NotFound("the user"))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_users(&self, proof: &Authorized<Platform>) -> Result<Vec<User>, StoreError> {
        proof.get(Permission::UserRead)?;
        let people = user::Entity::find().filter(user::Column::RobotName.is_null());
        let rows = people.order_by_asc(user::Column::Name).all(self.read()).await?;
        let (roles, factors) = (self.platform_roles_by_group(None).await?, self.with_second_factor().await?);
        let users = rows.into_iter().map(|row| {
            let user = User::try_from(row)?;
            let by_group = roles.get(&user.id).copied();
            Ok(User { by_group, second_factor: factors.contains(&user.id), ..user })
        });
        users.collect()
    }

    /// With what other tables say of somebody.
    async fn in_full(&self, user: User) -> Result<User, StoreError> {
        let by_group = self.platform_roles_by_group(Some(user.id)).await?.remove(&user.id);
        let second_factor = self.second_factor(user.id).await?.is_some_and(|factor| factor.confirmed);
        Ok(User { by_group, second_factor, ..user })
    }

    /// One user by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn get_user(&self, proof: &Authorized<Platform>, name: &UserName) -> Result<Option<User>, StoreError> {
        proof.get(Permission::UserRead)?;
        match self.user_by_name(name).await? {
            Some(user) => self.in_full(user).await.map(Some),
            None => Ok(None),
        }
    }

    /// Replaces what an administrator may change, if the user is still at the revision that was seen.
    /// Nobody is disabled who is the only owner of a team.
    ///
    /// # Errors
    /// `NotFound`, `LastOwnerOf`, or `Conflict` when somebody else changed it.
    pub async fn update_user(
        &self,
        proof: &Authorized<Platform>,
        name: &UserName,
        revision: i64,
        spec: &UserSpec,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        proof.get(Permission::UserWrite)?;
        let user = self.again(|| self.try_update_user(name, revision, spec, now)).await?;
        self.in_full(user).await
    }

    async fn try_update_user(
        &self,
        name: &UserName,
        revision: i64,
        spec: &UserSpec,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let transaction = self.begin().await?;
        if spec.disabled {
            self.keeps_owners_without(&transaction, name).await?;
        }
        let updated = user::Entity::update_many()
            .col_expr(user::Column::DisplayName, Expr::value(spec.display_name.as_deref().map(|name| clip(name, 255))))
            .col_expr(user::Column::PlatformRole, Expr::value(spec.platform_role.as_ref().map(word)))
            .col_expr(user::Column::Disabled, Expr::value(spec.disabled))
            .col_expr(user::Column::Email, Expr::value(spec.email.as_deref().map(|email| clip(email, 255))))
            .col_expr(user::Column::Revision, Expr::value(revision.saturating_add(1)))
            .col_expr(user::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(user::Column::Name.eq(name.as_str()))
            .filter(user::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
        let there = query.one(&transaction).await?.ok_or(StoreError::NotFound("the user"))?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Conflict("the user"));
        }
        transaction.commit().await?;
        there.try_into()
    }

    /// Deletes a user with their sessions, tokens, memberships and links. Nobody is deleted who is the only
    /// owner of a team.
    ///
    /// # Errors
    /// `NotFound`, `LastOwnerOf`, or `Conflict` when somebody else changed it.
    pub async fn delete_user(
        &self,
        proof: &Authorized<Platform>,
        name: &UserName,
        revision: i64,
    ) -> Result<(), StoreError> {
        proof.get(Permission::UserWrite)?;
        self.again(|| self.try_delete_user(name, revision)).await
    }

    async fn try_delete_user(&self, name: &UserName, revision: i64) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        self.keeps_owners_without(&transaction, name).await?;
        let deleted = user::Entity::delete_many()
            .filter(user::Column::Name.eq(name.as_str()))
            .filter(user::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            let there = user::Entity::find().filter(user::Column::Name.eq(name.as_str())).count(&transaction).await?;
            return Err(if there > 0 { StoreError::Conflict("the user") } else { StoreError::NotFound("the user") });
        }
        forget_links(&transaction, name).await?;
        Ok(transaction.commit().await?)
    }

    /// How many users there are; none means that the installation is unclaimed.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn count_users(&self) -> Result<u64, StoreError> {
        Ok(user::Entity::find().filter(user::Column::RobotName.is_null()).count(self.read()).await?)
    }

    /// One user by id, for sign-in; a robot is none.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn user_by_id(&self, id: Uuid) -> Result<Option<User>, StoreError> {
        let query = user::Entity::find_by_id(id).filter(user::Column::RobotName.is_null());
        query.one(self.read()).await?.map(User::try_from).transpose()
    }

    /// One user by name, for sign-in and memberships.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn user_by_name(&self, name: &UserName) -> Result<Option<User>, StoreError> {
        let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
        query.one(self.read()).await?.map(User::try_from).transpose()
    }

    /// A user with the hash of their password, for sign-in only.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn user_with_password(
        &self,
        name: &UserName,
    ) -> Result<Option<(User, Option<SecretString>)>, StoreError> {
        let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
        let Some(mut row) = query.one(self.read()).await? else { return Ok(None) };
        let hash = row.password_hash.take().map(SecretString::from);
        let mut user = User::try_from(row)?;
        user.has_password = hash.is_some();
        Ok(Some((user, hash)))
    }
}
