//! Identity providers. Their secrets are not here: a row names the Kubernetes Secret that keeps one.

use std::collections::HashSet;

use jiff::Timestamp;
use kore_api::{identity_provider::IdentityProviderSpec, names::ProviderName};
use kore_domain::access::{Authorized, Permission, Platform};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    HeldRole, Store, StoreError,
    connect::Change,
    convert::{from_json, from_name, json, micros, time},
    entity::{group_role, identity, identity_provider, session, session_provider, user},
    group_roles,
    sessions::revoke,
};

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Immutable id.
    pub id: Uuid,
    /// Its name.
    pub name: ProviderName,
    /// Its configuration, without the secret.
    pub spec: IdentityProviderSpec,
    /// The Kubernetes Secret that keeps the client's secret.
    pub secret_name: Option<String>,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What the address and the groups of one person are worth, given the teams that there are; none when
/// the provider does not admit them.
pub type Worth<'a> = &'a (dyn Fn(Option<&str>, &[String]) -> Option<Vec<HeldRole>> + Sync);

impl TryFrom<identity_provider::Model> for IdentityProvider {
    type Error = StoreError;
    fn try_from(row: identity_provider::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            name: from_name(&row.name)?,
            spec: from_json(row.spec)?,
            secret_name: row.secret_name,
            revision: row.revision,
            created_at: time(row.created_at)?,
            updated_at: time(row.updated_at)?,
        })
    }
}

impl Store {
    /// Makes a provider; `provider.spec` must not hold the secret.
    ///
    /// # Errors
    /// `Unique("identity_providers_name")` when the name is taken.
    pub async fn create_identity_provider(
        &self,
        proof: &Authorized<Platform>,
        provider: &IdentityProvider,
    ) -> Result<(), StoreError> {
        proof.get(Permission::IdentityProviderWrite)?;
        identity_provider::Entity::insert(identity_provider::ActiveModel {
            id: Set(provider.id),
            name: Set(provider.name.to_string()),
            enabled: Set(provider.spec.enabled),
            spec: Set(json(&without_secret(&provider.spec))?),
            secret_name: Set(provider.secret_name.clone()),
            revision: Set(provider.revision),
            created_at: Set(micros(provider.created_at)),
            updated_at: Set(micros(provider.updated_at)),
        })
        .run(self)
        .await?;
        Ok(())
    }

    /// Every provider, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_identity_providers(
        &self,
        proof: &Authorized<Platform>,
    ) -> Result<Vec<IdentityProvider>, StoreError> {
        proof.get(Permission::IdentityProviderRead)?;
        let query = identity_provider::Entity::find().order_by_asc(identity_provider::Column::Name);
        query.all(self.read()).await?.into_iter().map(IdentityProvider::try_from).collect()
    }

    /// The providers that people may sign in with, by name; for the sign-in page.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn enabled_identity_providers(&self) -> Result<Vec<IdentityProvider>, StoreError> {
        let query = identity_provider::Entity::find()
            .filter(identity_provider::Column::Enabled.eq(true))
            .order_by_asc(identity_provider::Column::Name);
        query.all(self.read()).await?.into_iter().map(IdentityProvider::try_from).collect()
    }

    /// One provider, for sign-in and for use cases that have decided already.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn identity_provider(&self, name: &ProviderName) -> Result<Option<IdentityProvider>, StoreError> {
        let query = identity_provider::Entity::find().filter(identity_provider::Column::Name.eq(name.as_str()));
        query.one(self.read()).await?.map(IdentityProvider::try_from).transpose()
    }

    /// Replaces a provider's configuration, if it is still at the revision that was seen, and weighs
    /// anew everybody who has signed in with it: what a group is worth changes at once, and who is not
    /// admitted any more loses that and the sessions that the provider opened. One that is off admits nobody.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when somebody else changed it.
    pub async fn update_identity_provider(
        &self,
        proof: &Authorized<Platform>,
        provider: &IdentityProvider,
        worth: Worth<'_>,
    ) -> Result<(), StoreError> {
        proof.get(Permission::IdentityProviderWrite)?;
        self.again(|| self.try_update_identity_provider(provider, worth)).await
    }

    async fn try_update_identity_provider(
        &self,
        provider: &IdentityProvider,
        worth: Worth<'_>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let updated = identity_provider::Entity::update_many()
            .col_expr(identity_provider::Column::Spec, Expr::value(json(&without_secret(&provider.spec))?))
            .col_expr(identity_provider::Column::Enabled, Expr::value(provider.spec.enabled))
            .col_expr(identity_provider::Column::SecretName, Expr::value(provider.secret_name.clone()))
            .col_expr(identity_provider::Column::Revision, Expr::value(provider.revision.saturating_add(1)))
            .col_expr(identity_provider::Column::UpdatedAt, Expr::value(micros(provider.updated_at)))
            .filter(identity_provider::Column::Id.eq(provider.id))
            .filter(identity_provider::Column::Revision.eq(provider.revision))
            .exec(&transaction)
            .await?;
        if updated.rows_affected == 0 {
            let there = identity_provider::Entity::find_by_id(provider.id).one(&transaction).await?;
            let gone = StoreError::NotFound("the identity provider");
            return Err(there.map_or(gone, |_| StoreError::Conflict("the identity provider")));
        }
        weigh(&transaction, provider, worth).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a provider, if it is still at the revision that was seen, with the roles that its groups
    /// give and the sessions that it opened. Who its people are is kept: they are the same when it comes back.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when somebody else changed it.
    pub async fn delete_identity_provider(
        &self,
        proof: &Authorized<Platform>,
        name: &ProviderName,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        proof.get(Permission::IdentityProviderWrite)?;
        self.again(|| self.try_delete_identity_provider(name, revision, now)).await
    }

    async fn try_delete_identity_provider(
        &self,
        name: &ProviderName,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let query = identity_provider::Entity::find().filter(identity_provider::Column::Name.eq(name.as_str()));
        let provider = query.one(&transaction).await?.ok_or(StoreError::NotFound("the identity provider"))?;
        // Which sessions it opened is forgotten with it.
        end_sessions(&transaction, provider.id, None, now).await?;
        let deleted = identity_provider::Entity::delete_many()
            .filter(identity_provider::Column::Id.eq(provider.id))
            .filter(identity_provider::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::Conflict("the identity provider"));
        }
        Ok(transaction.commit().await?)
    }

    /// How many people have signed in with it last.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn count_identities(&self, provider: Uuid) -> Result<u64, StoreError> {
        let query = identity::Entity::find().filter(identity::Column::ProviderId.eq(provider));
        Ok(query.count(self.read()).await?)
    }
}

fn without_secret(spec: &IdentityProviderSpec) -> IdentityProviderSpec {
    IdentityProviderSpec { client_secret: None, ..spec.clone() }
}

async fn weigh(
    transaction: &DatabaseTransaction,
    provider: &IdentityProvider,
    worth: Worth<'_>,
) -> Result<(), StoreError> {
    let (id, now) = (provider.id, provider.updated_at);
    let query = group_role::Entity::delete_many().filter(group_role::Column::ProviderId.eq(id));
    query.exec(transaction).await?;
    if !provider.spec.enabled {
        end_sessions(transaction, id, None, now).await?;
        return Ok(());
    }
    let query = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::Disabled.eq(true));
    let disabled: Vec<Uuid> = query.into_tuple().all(transaction).await?;
    let disabled: HashSet<Uuid> = disabled.into_iter().collect();
    let people = identity::Entity::find().filter(identity::Column::ProviderId.eq(id));
    let mut refused = Vec::new();
    for person in people.all(transaction).await? {
        let groups: Vec<String> = from_json(person.user_groups)?;
        match worth(person.email.as_deref(), &groups) {
            Some(roles) if !disabled.contains(&person.user_id) => {
                group_roles::insert(transaction, person.user_id, id, &roles, now).await?;
            }
            Some(_) => {}
            None => refused.push(person.user_id),
        }
    }
    end_sessions(transaction, id, Some(&refused), now).await?;
    Ok(())
}

/// Ends the sessions that a provider opened: all of them, or those of these people.
async fn end_sessions(
    transaction: &DatabaseTransaction,
    provider: Uuid,
    users: Option<&[Uuid]>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let opened = session_provider::Entity::find()
        .select_only()
        .column(session_provider::Column::SessionId)
        .filter(session_provider::Column::ProviderId.eq(provider))
        .into_query();
    let opened = session::Column::Id.in_subquery(opened);
    match users {
        None => drop(revoke(transaction, opened, now).await?),
        // Databases take a bounded number of values at once.
        Some(users) => {
            for some in users.chunks(500) {
                let theirs = session::Column::UserId.is_in(some.iter().copied());
                revoke(transaction, opened.clone().and(theirs), now).await?;
            }
        }
    }
    Ok(())
}
