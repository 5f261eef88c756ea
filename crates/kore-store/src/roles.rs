//! Roles that administrators made.

use jiff::Timestamp;
use kore_api::{access::RoleSpec, names::RoleName};
use kore_domain::access::{Authorized, Permission, PermissionSet, Platform, Role};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Condition, Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    DatabaseKind, Store, StoreError, WAITS,
    connect::Change,
    convert::{from_json, from_name, json, micros, new_id, time},
    entity::{elevation, role, role_binding},
};

/// A role that an administrator made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRole {
    /// Immutable id.
    pub id: Uuid,
    /// Its name; unique, and none of those that come with Kore.
    pub name: RoleName,
    /// What it allows and is for.
    pub spec: RoleSpec,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl TryFrom<role::Model> for StoredRole {
    type Error = StoreError;
    fn try_from(row: role::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            name: from_name(&row.name)?,
            spec: RoleSpec { description: row.description, permissions: from_json(row.permissions)? },
            revision: row.revision,
            created_at: time(row.created_at)?,
        })
    }
}

impl StoredRole {
    /// What it allows; a permission that there is no longer allows nothing.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        self.spec.permissions.iter().filter_map(|name| Permission::find(name)).collect()
    }
}

impl Store {
    /// Every role that was made, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_roles(&self) -> Result<Vec<StoredRole>, StoreError> {
        let rows = role::Entity::find().order_by_asc(role::Column::Name).all(self.read()).await?;
        rows.into_iter().map(StoredRole::try_from).collect()
    }

    /// One role.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn role(&self, name: &str) -> Result<Option<StoredRole>, StoreError> {
        let query = role::Entity::find().filter(role::Column::Name.eq(name));
        query.one(self.read()).await?.map(StoredRole::try_from).transpose()
    }

    /// Makes a role.
    ///
    /// # Errors
    /// `Unique("roles_name")` when the name is taken.
    pub async fn create_role(
        &self,
        proof: &Authorized<Platform>,
        name: &RoleName,
        spec: &RoleSpec,
        now: Timestamp,
    ) -> Result<StoredRole, StoreError> {
        proof.get(Permission::RoleWrite)?;
        let id = new_id(now);
        let row = role::ActiveModel {
            id: Set(id),
            name: Set(name.to_string()),
            description: Set(spec.description.clone()),
            permissions: Set(json(&spec.permissions)?),
            revision: Set(1),
            created_at: Set(micros(now)),
            updated_at: Set(micros(now)),
        };
        role::Entity::insert(row).run(self).await?;
        self.role(name.as_str()).await?.ok_or(StoreError::NotFound("the role"))
    }

    /// Replaces what a role allows, if it is still at the revision that was seen. Whoever has it has
    /// the new permissions with their next request.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    pub async fn update_role(
        &self,
        proof: &Authorized<Platform>,
        name: &RoleName,
        revision: i64,
        spec: &RoleSpec,
        now: Timestamp,
    ) -> Result<StoredRole, StoreError> {
        proof.get(Permission::RoleWrite)?;
        let updated = role::Entity::update_many()
            .col_expr(role::Column::Description, Expr::value(spec.description.clone()))
            .col_expr(role::Column::Permissions, Expr::value(json(&spec.permissions)?))
            .col_expr(role::Column::Revision, Expr::value(revision.saturating_add(1)))
            .col_expr(role::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(role::Column::Name.eq(name.as_str()))
            .filter(role::Column::Revision.eq(revision))
            .run(self)
            .await?;
        match (self.role(name.as_str()).await?, updated) {
            (None, _) => Err(StoreError::NotFound("the role")),
            (Some(_), 0) => Err(StoreError::Conflict("the role")),
            (Some(role), _) => Ok(role),
        }
    }

    /// Deletes a role that nobody has.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `InUse`.
    pub async fn delete_role(
        &self,
        proof: &Authorized<Platform>,
        name: &RoleName,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        proof.get(Permission::RoleWrite)?;
        self.again(|| self.try_delete_role(name, revision, now)).await
    }

    /// Refuses when the role was deleted meanwhile; on servers one that is being deleted is waited for.
    /// Those that come with Kore stay.
    pub(crate) async fn keeps_role(&self, transaction: &DatabaseTransaction, name: &str) -> Result<(), StoreError> {
        if Role::built_in(name).is_some() {
            return Ok(());
        }
        let mut query = role::Entity::find().filter(role::Column::Name.eq(name));
        if self.kind() != DatabaseKind::Sqlite {
            query = query.lock_shared();
        }
        query.one(transaction).await?.map(drop).ok_or(StoreError::NotFound("the role"))
    }

    async fn try_delete_role(&self, name: &RoleName, revision: i64, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        // First, so that a binding made meanwhile waits, and finds no role.
        let deleted = role::Entity::delete_many()
            .filter(role::Column::Name.eq(name.as_str()))
            .filter(role::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            let there = role::Entity::find().filter(role::Column::Name.eq(name.as_str())).one(&transaction).await?;
            let gone = there.is_none();
            return Err(if gone { StoreError::NotFound("the role") } else { StoreError::Conflict("the role") });
        }
        if in_use(&transaction, name.as_str(), now).await? {
            return Err(StoreError::InUse("the role"));
        }
        Ok(transaction.commit().await?)
    }
}

async fn in_use<C: ConnectionTrait>(connection: &C, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    let bound = role_binding::Entity::find().filter(role_binding::Column::Role.eq(name)).count(connection).await?;
    let open = elevation::Entity::find()
        .filter(elevation::Column::Role.eq(name))
        .filter(
            Condition::any()
                .add(elevation::Column::ActiveUntil.gt(micros(now)).and(elevation::Column::State.eq("active")))
                .add(
                    elevation::Column::CreatedAt.gt(micros(now - WAITS)).and(elevation::Column::State.eq("requested")),
                ),
        )
        .count(connection)
        .await?;
    Ok(bound + open > 0)
}
