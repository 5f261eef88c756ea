//! Issuers that robots may trust.

use jiff::Timestamp;
use kore_api::{
    names::IssuerName,
    robot::{TrustRule, TrustedIssuerSpec},
};
use kore_domain::access::{Authorized, Permission, Platform, Source};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    DatabaseKind, Store, StoreError,
    connect::Change,
    convert::{from_json, from_name, from_word, json, micros, new_id, time, word},
    entity::{robot, session, trusted_issuer, user},
    sessions::revoke,
};

/// An issuer that robots may trust.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustedIssuer {
    /// Immutable id.
    pub id: Uuid,
    /// Its name here.
    pub name: IssuerName,
    /// What an administrator says about it.
    pub spec: TrustedIssuerSpec,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl TryFrom<trusted_issuer::Model> for TrustedIssuer {
    type Error = StoreError;
    fn try_from(row: trusted_issuer::Model) -> Result<Self, StoreError> {
        let keys = row.jwks.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id: row.id,
            name: from_name(&row.name)?,
            spec: TrustedIssuerSpec {
                issuer: row.issuer,
                profile: from_word(row.profile)?,
                keys: keys.map_err(|cause| StoreError::corrupt("an issuer's keys", cause))?,
                certificate_authority: row.certificate_authority,
                networks: from_json(row.networks)?,
            },
            revision: row.revision,
            created_at: time(row.created_at)?,
        })
    }
}

impl Store {
    /// Every issuer, by name.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_trusted_issuers(&self) -> Result<Vec<TrustedIssuer>, StoreError> {
        let rows = trusted_issuer::Entity::find().order_by_asc(trusted_issuer::Column::Name).all(self.read()).await?;
        rows.into_iter().map(TrustedIssuer::try_from).collect()
    }

    /// One issuer by its name here.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn trusted_issuer(&self, name: &str) -> Result<Option<TrustedIssuer>, StoreError> {
        let query = trusted_issuer::Entity::find().filter(trusted_issuer::Column::Name.eq(name));
        query.one(self.read()).await?.map(TrustedIssuer::try_from).transpose()
    }

    /// One issuer by how its tokens name it, byte by byte.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn issuer_named(&self, issuer: &str) -> Result<Option<TrustedIssuer>, StoreError> {
        let query = trusted_issuer::Entity::find().filter(trusted_issuer::Column::Issuer.eq(issuer));
        query.one(self.read()).await?.map(TrustedIssuer::try_from).transpose()
    }

    /// Trusts an issuer.
    ///
    /// # Errors
    /// `Unique(…)` when the name or the issuer is taken.
    pub async fn create_trusted_issuer(
        &self,
        proof: &Authorized<Platform>,
        name: &IssuerName,
        spec: &TrustedIssuerSpec,
        now: Timestamp,
    ) -> Result<TrustedIssuer, StoreError> {
        proof.get(Permission::IssuerWrite)?;
        let row = trusted_issuer::ActiveModel {
            id: Set(new_id(now)),
            name: Set(name.to_string()),
            issuer: Set(spec.issuer.clone()),
            profile: Set(word(&spec.profile)),
            jwks: Set(spec.keys.as_ref().map(ToString::to_string)),
            certificate_authority: Set(spec.certificate_authority.clone()),
            networks: Set(json(&spec.networks)?),
            revision: Set(1),
            created_at: Set(micros(now)),
            updated_at: Set(micros(now)),
        };
        trusted_issuer::Entity::insert(row).run(self).await?;
        self.trusted_issuer(name.as_str()).await?.ok_or(StoreError::NotFound("the issuer"))
    }

    /// Replaces what is said about an issuer, if it is still at the revision that was seen, and ends what
    /// robots that trust it have opened with tokens of others. Whom its tokens name as issuer never changes.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    pub async fn update_trusted_issuer(
        &self,
        proof: &Authorized<Platform>,
        name: &IssuerName,
        revision: i64,
        spec: &TrustedIssuerSpec,
        now: Timestamp,
    ) -> Result<TrustedIssuer, StoreError> {
        proof.get(Permission::IssuerWrite)?;
        self.again(|| self.try_update_trusted_issuer(name, revision, spec, now)).await
    }

    async fn try_update_trusted_issuer(
        &self,
        name: &IssuerName,
        revision: i64,
        spec: &TrustedIssuerSpec,
        now: Timestamp,
    ) -> Result<TrustedIssuer, StoreError> {
        let (keys, networks) = (spec.keys.as_ref().map(ToString::to_string), json(&spec.networks)?);
        let transaction = self.begin().await?;
        let updated = trusted_issuer::Entity::update_many()
            .col_expr(trusted_issuer::Column::Profile, Expr::value(word(&spec.profile)))
            .col_expr(trusted_issuer::Column::Jwks, Expr::value(keys))
            .col_expr(trusted_issuer::Column::CertificateAuthority, Expr::value(spec.certificate_authority.clone()))
            .col_expr(trusted_issuer::Column::Networks, Expr::value(networks))
            .col_expr(trusted_issuer::Column::Revision, Expr::value(revision.saturating_add(1)))
            .col_expr(trusted_issuer::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(trusted_issuer::Column::Name.eq(name.as_str()))
            .filter(trusted_issuer::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        let query = trusted_issuer::Entity::find().filter(trusted_issuer::Column::Name.eq(name.as_str()));
        let there = query.one(&transaction).await?.ok_or(StoreError::NotFound("the issuer"))?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Conflict("the issuer"));
        }
        self.end_exchanged(&transaction, &there.issuer, now).await?;
        transaction.commit().await?;
        there.try_into()
    }

    /// Trusts an issuer no longer, and ends what robots that trust it have opened with tokens of others.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    pub async fn delete_trusted_issuer(
        &self,
        proof: &Authorized<Platform>,
        name: &IssuerName,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        proof.get(Permission::IssuerWrite)?;
        self.again(|| self.try_delete_trusted_issuer(name, revision, now)).await
    }

    async fn try_delete_trusted_issuer(
        &self,
        name: &IssuerName,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let query = trusted_issuer::Entity::find().filter(trusted_issuer::Column::Name.eq(name.as_str()));
        let there = query.one(&transaction).await?.ok_or(StoreError::NotFound("the issuer"))?;
        let deleted = trusted_issuer::Entity::delete_many()
            .filter(trusted_issuer::Column::Id.eq(there.id))
            .filter(trusted_issuer::Column::Revision.eq(revision))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::Conflict("the issuer"));
        }
        self.end_exchanged(&transaction, &there.issuer, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends the sessions that robots with a rule for this issuer opened by exchange: which of several
    /// issuers opened one is not known any more, and another token opens the next. On servers exchanges
    /// that are under way are waited for.
    async fn end_exchanged(
        &self,
        transaction: &DatabaseTransaction,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut trusting = Vec::new();
        for row in robot::Entity::find().all(transaction).await? {
            let rules: Vec<TrustRule> = from_json(row.trust)?;
            if rules.iter().any(|rule| rule.issuer == issuer) {
                trusting.push(row.id);
            }
        }
        trusting.sort_unstable();
        // Databases take a bounded number of values at once.
        for some in trusting.chunks(500) {
            if self.kind() != DatabaseKind::Sqlite {
                let rows = user::Entity::find().filter(user::Column::Id.is_in(some.iter().copied()));
                rows.order_by_asc(user::Column::Id).lock_exclusive().all(transaction).await?;
            }
            let theirs = session::Column::UserId.is_in(some.iter().copied());
            revoke(transaction, theirs.and(session::Column::Source.eq(word(&Source::Ci))), now).await?;
        }
        Ok(())
    }
}
