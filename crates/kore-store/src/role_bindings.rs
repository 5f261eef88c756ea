//! Roles for somebody, somewhere. A binding is made and removed; it never changes.

use jiff::Timestamp;
use kore_api::{
    access::{ElevationRule, RoleBindingSpec, ScopeSpec},
    names::Principal,
};
use kore_domain::access::{Authorized, Permission, Resource, Visibility};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Condition, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    connect::Change,
    convert::{from_json, from_name, json, maybe_time, micros, new_id, time},
    entity::role_binding,
};

/// A role for somebody, somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBinding {
    /// Its id, which is its name.
    pub id: Uuid,
    /// Id of whoever has the role.
    pub subject_id: Uuid,
    /// Who, what, where, until when.
    pub spec: RoleBindingSpec,
    /// Who made it.
    pub granted_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// The scope of a row, from its columns team, cluster and namespace.
pub(crate) fn scope([team, cluster, namespace]: [&str; 3]) -> Result<ScopeSpec, StoreError> {
    Ok(ScopeSpec {
        team: Some(team).filter(|team| !team.is_empty()).map(from_name).transpose()?,
        cluster: Some(cluster).filter(|cluster| !cluster.is_empty()).map(from_name).transpose()?,
        namespace: Some(namespace).filter(|namespace| !namespace.is_empty()).map(from_name).transpose()?,
    })
}

/// The columns of a scope: team, cluster and namespace, empty where there is none.
pub(crate) fn columns(scope: &ScopeSpec) -> [String; 3] {
    let ScopeSpec { team, cluster, namespace } = scope;
    [
        team.as_ref().map(ToString::to_string),
        cluster.as_ref().map(ToString::to_string),
        namespace.as_ref().map(ToString::to_string),
    ]
    .map(Option::unwrap_or_default)
}

pub(crate) fn assemble(row: role_binding::Model, subject: Principal) -> Result<RoleBinding, StoreError> {
    let rule = |minutes: i64| -> Result<ElevationRule, StoreError> {
        let max_minutes = u32::try_from(minutes).map_err(|cause| StoreError::corrupt("a number of minutes", cause))?;
        Ok(ElevationRule { max_minutes, approval: row.approval })
    };
    Ok(RoleBinding {
        id: row.id,
        subject_id: row.user_id,
        spec: RoleBindingSpec {
            subject,
            role: row.role,
            scope: scope([&row.team, &row.cluster, &row.namespace])?,
            expires_at: maybe_time(row.expires_at)?,
            networks: from_json(row.networks)?,
            elevation: row.max_minutes.map(rule).transpose()?,
        },
        granted_by: row.granted_by,
        created_at: time(row.created_at)?,
    })
}

impl Store {
    /// Binds a role. `team_id` is the immutable id of the scope's team, empty without one.
    ///
    /// # Errors
    /// `NotFound` when there is no such subject; `Unique(…)` when the role is theirs there already.
    pub async fn create_role_binding(
        &self,
        proof: &Authorized<Resource>,
        spec: &RoleBindingSpec,
        team_id: &str,
        now: Timestamp,
    ) -> Result<RoleBinding, StoreError> {
        proof.get(Permission::RoleBindingWrite)?;
        let subject = self.principal_id(&spec.subject).await?.ok_or(StoreError::NotFound("the subject"))?;
        let [team, cluster, namespace] = columns(&spec.scope);
        let (id, rule) = (new_id(now), spec.elevation.as_ref());
        let transaction = self.begin().await?;
        role_binding::Entity::insert(role_binding::ActiveModel {
            id: Set(id),
            user_id: Set(subject),
            role: Set(spec.role.clone()),
            team: Set(team),
            team_id: Set(team_id.to_owned()),
            cluster: Set(cluster),
            namespace: Set(namespace),
            expires_at: Set(spec.expires_at.map(micros)),
            networks: Set(json(&spec.networks)?),
            max_minutes: Set(rule.map(|rule| i64::from(rule.max_minutes))),
            approval: Set(rule.is_some_and(|rule| rule.approval)),
            granted_by: Set(proof.actor().to_owned()),
            created_at: Set(micros(now)),
        })
        .exec_without_returning(&transaction)
        .await?;
        self.keeps_role(&transaction, &spec.role).await?;
        transaction.commit().await?;
        self.role_binding(id).await?.ok_or(StoreError::NotFound("the binding"))
    }

    /// One binding. Whoever asks is to be authorised by what is in it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn role_binding(&self, id: Uuid) -> Result<Option<RoleBinding>, StoreError> {
        let row = role_binding::Entity::find_by_id(id).one(self.read()).await?;
        Ok(self.bindings(row.into_iter().collect()).await?.pop())
    }

    /// The bindings that somebody may see, and their own, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_role_bindings(
        &self,
        proof: &Authorized<Visibility>,
        own: Uuid,
    ) -> Result<Vec<RoleBinding>, StoreError> {
        let shown = match proof.get(Permission::RoleBindingRead)? {
            Visibility::All => Condition::all(),
            Visibility::Only { teams, .. } => Condition::any()
                .add(role_binding::Column::Team.is_in(teams.iter().map(|team| team.as_str())))
                .add(role_binding::Column::UserId.eq(own)),
        };
        let query = role_binding::Entity::find().filter(shown).order_by_asc(role_binding::Column::Id);
        self.bindings(query.all(self.read()).await?).await
    }

    /// The bindings of one subject, those that take an elevation among them.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn role_bindings_of(&self, subject: Uuid) -> Result<Vec<RoleBinding>, StoreError> {
        let query = role_binding::Entity::find().filter(role_binding::Column::UserId.eq(subject));
        self.bindings(query.all(self.read()).await?).await
    }

    async fn bindings(&self, rows: Vec<role_binding::Model>) -> Result<Vec<RoleBinding>, StoreError> {
        let names = self.principals(rows.iter().map(|row| row.user_id)).await?;
        rows.into_iter()
            .filter_map(|row| names.get(&row.user_id).cloned().map(|subject| assemble(row, subject)))
            .collect()
    }

    /// Removes a binding; whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn delete_role_binding(&self, proof: &Authorized<Resource>, id: Uuid) -> Result<bool, StoreError> {
        proof.get(Permission::RoleBindingWrite)?;
        let deleted = role_binding::Entity::delete_by_id(id).run(self).await?;
        Ok(deleted > 0)
    }

    /// Forgets bindings that ended before this, and those of teams that are gone. How many.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub(crate) async fn sweep_role_bindings(&self, before: Timestamp) -> Result<u64, StoreError> {
        let ended =
            role_binding::Column::ExpiresAt.is_not_null().and(role_binding::Column::ExpiresAt.lt(micros(before)));
        role_binding::Entity::delete_many().filter(ended).run(self).await
    }
}
