//! Second factors of people who sign in with a password of Kore's own. The shared secret is not here: a row
//! names the Kubernetes Secret that keeps it. A code and a recovery code are good once.

use std::collections::HashSet;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Store, StoreError, TokenHash,
    connect::Change,
    convert::{micros, new_id},
    entity::{recovery_code, second_factor, sign_in_challenge},
};

/// A second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The Kubernetes Secret that keeps the shared secret.
    pub secret_name: String,
    /// Whether its owner has shown that they have it; before, it is not asked for.
    pub confirmed: bool,
    /// The step of the last code that was used (RFC 6238); older ones are not good any more.
    pub last_step: i64,
}

impl Store {
    /// Somebody's second factor.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn second_factor(&self, user: Uuid) -> Result<Option<SecondFactor>, StoreError> {
        let row = second_factor::Entity::find_by_id(user).one(self.read()).await?;
        Ok(row.map(|row| SecondFactor {
            secret_name: row.secret_name,
            confirmed: row.confirmed_at.is_some(),
            last_step: row.last_step,
        }))
    }

    /// Who has a second factor.
    pub(crate) async fn with_second_factor(&self) -> Result<HashSet<Uuid>, StoreError> {
        let query = second_factor::Entity::find()
            .select_only()
            .column(second_factor::Column::UserId)
            .filter(second_factor::Column::ConfirmedAt.is_not_null());
        Ok(query.into_tuple::<Uuid>().all(self.read()).await?.into_iter().collect())
    }

    /// Begins to set a second factor up; one that was not confirmed makes way.
    ///
    /// # Errors
    /// `Unique` when there is one that was confirmed.
    pub async fn begin_second_factor(&self, user: Uuid, secret_name: &str, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        second_factor::Entity::delete_many()
            .filter(second_factor::Column::UserId.eq(user))
            .filter(second_factor::Column::ConfirmedAt.is_null())
            .exec(&transaction)
            .await?;
        second_factor::Entity::insert(second_factor::ActiveModel {
            user_id: Set(user),
            secret_name: Set(secret_name.to_owned()),
            confirmed_at: Set(None),
            last_step: Set(0),
            created_at: Set(micros(now)),
        })
        .exec_without_returning(&transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Confirms a second factor by the code of this step, with these recovery codes. Whether there was one to
    /// confirm, of this secret.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn confirm_second_factor(
        &self,
        user: Uuid,
        secret_name: &str,
        step: i64,
        codes: &[TokenHash],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let confirmed = second_factor::Entity::update_many()
            .col_expr(second_factor::Column::ConfirmedAt, Expr::value(micros(now)))
            .col_expr(second_factor::Column::LastStep, Expr::value(step))
            .filter(second_factor::Column::UserId.eq(user))
            .filter(second_factor::Column::SecretName.eq(secret_name))
            .filter(second_factor::Column::ConfirmedAt.is_null())
            .exec(&transaction)
            .await?;
        if confirmed.rows_affected == 0 {
            return Ok(false);
        }
        recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user)).exec(&transaction).await?;
        for code in codes {
            recovery_code::Entity::insert(recovery_code::ActiveModel {
                id: Set(new_id(now)),
                user_id: Set(user),
                hash: Set(code.bytes()),
                created_at: Set(micros(now)),
                used_at: Set(None),
            })
            .exec_without_returning(&transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Uses up the codes of this step and of those before it. Whether it was not used up already.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn use_step(&self, user: Uuid, step: i64) -> Result<bool, StoreError> {
        let used = second_factor::Entity::update_many()
            .col_expr(second_factor::Column::LastStep, Expr::value(step))
            .filter(second_factor::Column::UserId.eq(user))
            .filter(second_factor::Column::LastStep.lt(step))
            .run(self)
            .await?;
        Ok(used == 1)
    }

    /// Uses up a recovery code. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn use_recovery_code(&self, user: Uuid, code: TokenHash, now: Timestamp) -> Result<bool, StoreError> {
        let used = recovery_code::Entity::update_many()
            .col_expr(recovery_code::Column::UsedAt, Expr::value(micros(now)))
            .filter(recovery_code::Column::UserId.eq(user))
            .filter(recovery_code::Column::Hash.eq(code.bytes()))
            .filter(recovery_code::Column::UsedAt.is_null())
            .run(self)
            .await?;
        Ok(used == 1)
    }

    /// How many recovery codes somebody has left.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn recovery_codes_left(&self, user: Uuid) -> Result<u64, StoreError> {
        let query = recovery_code::Entity::find()
            .filter(recovery_code::Column::UserId.eq(user))
            .filter(recovery_code::Column::UsedAt.is_null());
        Ok(query.count(self.read()).await?)
    }

    /// Takes somebody's second factor away, with its recovery codes. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn remove_second_factor(&self, user: Uuid) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user)).exec(&transaction).await?;
        let removed = second_factor::Entity::delete_by_id(user).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(removed.rows_affected > 0)
    }

    /// Remembers that somebody has shown their password and must show a code.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn begin_challenge(
        &self,
        hash: TokenHash,
        user: Uuid,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sign_in_challenge::Entity::insert(sign_in_challenge::ActiveModel {
            id: Set(new_id(now)),
            hash: Set(hash.bytes()),
            user_id: Set(user),
            tries: Set(0),
            created_at: Set(micros(now)),
            expires_at: Set(micros(expires_at)),
            used_at: Set(None),
        })
        .run(self)
        .await?;
        Ok(())
    }

    /// Counts a try at a challenge: whose it is, while it lives and has tries left.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn try_challenge(&self, hash: TokenHash, tries: i64, now: Timestamp) -> Result<Option<Uuid>, StoreError> {
        let counted = sign_in_challenge::Entity::update_many()
            .col_expr(sign_in_challenge::Column::Tries, Expr::col(sign_in_challenge::Column::Tries).add(1))
            .filter(sign_in_challenge::Column::Hash.eq(hash.bytes()))
            .filter(sign_in_challenge::Column::UsedAt.is_null())
            .filter(sign_in_challenge::Column::ExpiresAt.gt(micros(now)))
            .filter(sign_in_challenge::Column::Tries.lt(tries))
            .run(self)
            .await?;
        if counted == 0 {
            return Ok(None);
        }
        let query = sign_in_challenge::Entity::find().filter(sign_in_challenge::Column::Hash.eq(hash.bytes()));
        Ok(query.one(self.read()).await?.map(|challenge| challenge.user_id))
    }

    /// Ends a challenge that was met. Whether it was met for the first time.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn end_challenge(&self, hash: TokenHash, now: Timestamp) -> Result<bool, StoreError> {
        let ended = sign_in_challenge::Entity::update_many()
            .col_expr(sign_in_challenge::Column::UsedAt, Expr::value(micros(now)))
            .filter(sign_in_challenge::Column::Hash.eq(hash.bytes()))
            .filter(sign_in_challenge::Column::UsedAt.is_null())
            .run(self)
            .await?;
        Ok(ended == 1)
    }
}
