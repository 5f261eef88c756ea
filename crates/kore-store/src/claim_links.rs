//! Claim links: one use, a limited time; they make the first administrator or set a password.

use jiff::Timestamp;
use kore_api::{
    identity::{PlatformRole, UserSpec},
    names::UserName,
};
use kore_domain::access::{Authorized, Permission, Platform};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    NewUser, Store, StoreError, TokenHash, User,
    connect::Change,
    convert::{from_name, from_word, maybe_time, micros, new_id, time, word},
    entity::{claim_link, user},
    sessions::end_all,
    users::new_row,
};

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClaimPurpose {
    /// Makes a platform administrator.
    Claim,
    /// Sets a new password for the user that it names.
    Reset,
    /// Sets the first password of the user that it names.
    Welcome,
}

/// A link to be recorded.
#[derive(Debug, Clone)]
pub struct NewClaimLink {
    /// Hash of its code.
    pub hash: TokenHash,
    /// What it does.
    pub purpose: ClaimPurpose,
    /// For whom; `None` lets the person choose the name (claims only).
    pub user: Option<UserName>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimLink {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub purpose: ClaimPurpose,
    /// For whom.
    pub user: Option<UserName>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl ClaimLink {
    /// Whether it still works.
    #[must_use]
    pub fn live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && self.expires_at > now
    }
}

/// What the person behind a link chose.
#[derive(Debug, Clone)]
pub struct NewCredentials {
    /// Login name; ignored where the link names somebody.
    pub name: UserName,
    /// How people read it.
    pub display_name: Option<String>,
    /// Argon2id string (PHC).
    pub password_hash: SecretString,
}

/// How using a link ended.
#[derive(Debug, Clone)]
pub enum Redeemed {
    /// The user is made, or has the new password.
    Done(User),
    /// Unknown, used before, or its time is over; told alike to whoever holds it.
    Spent,
}

impl TryFrom<claim_link::Model> for ClaimLink {
    type Error = StoreError;
    fn try_from(row: claim_link::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            purpose: from_word(row.purpose)?,
            user: row.user_name.as_deref().map(from_name).transpose()?,
            expires_at: time(row.expires_at)?,
            used_at: maybe_time(row.used_at)?,
        })
    }
}

impl Store {
    /// Records a link. Earlier ones for the same person stop working, but for the first administrator's,
    /// who may come back to the terminal that showed the first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn create_claim_link(
        &self,
        proof: &Authorized<Platform>,
        new: &NewClaimLink,
        now: Timestamp,
    ) -> Result<ClaimLink, StoreError> {
        proof.get(Permission::UserWrite)?;
        self.again(|| async move {
            let transaction = self.begin().await?;
            let made = insert_link(&transaction, new, now).await?;
            transaction.commit().await?;
            Ok(made)
        })
        .await
    }

    /// Takes a person's password away, ends their sessions and records the link that sets the next
    /// password, in one transaction.
    ///
    /// # Errors
    /// `NotFound` when the link names nobody who is there.
    pub async fn reset_user(
        &self,
        proof: &Authorized<Platform>,
        new: &NewClaimLink,
        now: Timestamp,
    ) -> Result<ClaimLink, StoreError> {
        proof.get(Permission::UserWrite)?;
        let missing = || StoreError::NotFound("the user");
        let name = new.user.as_ref().ok_or_else(missing)?;
        self.again(|| async move {
            let transaction = self.begin().await?;
            let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
            let found = query.one(&transaction).await?.ok_or_else(missing)?;
            set_password(&transaction, &found, None, now).await?;
            end_all(&transaction, found.id, None, now).await?;
            let made = insert_link(&transaction, new, now).await?;
            transaction.commit().await?;
            Ok(made)
        })
        .await
    }

    /// Forgets every link that people made for people; the first administrator's, which the machine makes,
    /// stay.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_claim_links(&self) -> Result<(), StoreError> {
        let made = claim_link::Column::Purpose.ne(word(&ClaimPurpose::Claim));
        claim_link::Entity::delete_many().filter(made).run(self).await?;
        Ok(())
    }

    /// Looks at a link without using it, for the page behind it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn claim_link(&self, hash: TokenHash) -> Result<Option<ClaimLink>, StoreError> {
        let query = claim_link::Entity::find().filter(claim_link::Column::Hash.eq(hash.bytes()));
        query.one(self.read()).await?.map(ClaimLink::try_from).transpose()
    }

    /// Uses a link: marks it used and makes the user or sets the password (ending all sessions), in
    /// one transaction. A claim that names a user without a password sets it and ends no session. Of two
    /// that try at once exactly one wins; when the user cannot be made the link still works.
    ///
    /// # Errors
    /// `Unique("users_name")` when the chosen name is taken; `NotFound` when the link names nobody.
    pub async fn redeem_claim_link(
        &self,
        hash: TokenHash,
        chosen: &NewCredentials,
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        self.again(|| self.try_redeem_claim_link(hash, chosen, now)).await
    }

    async fn try_redeem_claim_link(
        &self,
        hash: TokenHash,
        chosen: &NewCredentials,
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        let transaction = self.begin().await?;
        let used = claim_link::Entity::update_many()
            .col_expr(claim_link::Column::UsedAt, Expr::value(micros(now)))
            .filter(claim_link::Column::Hash.eq(hash.bytes()))
            .filter(claim_link::Column::UsedAt.is_null())
            .filter(claim_link::Column::ExpiresAt.gt(micros(now)))
            .exec(&transaction)
            .await?;
        if used.rows_affected == 0 {
            return Ok(Redeemed::Spent);
        }
        let query = claim_link::Entity::find().filter(claim_link::Column::Hash.eq(hash.bytes()));
        let link = query.one(&transaction).await?.ok_or(StoreError::NotFound("the link"))?;
        let link = ClaimLink::try_from(link)?;
        let named = link.user.is_some();
        let name = link.user.unwrap_or_else(|| chosen.name.clone());
        let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
        let found = query.one(&transaction).await?;
        match (link.purpose, found) {
            // Made by the machine's own socket before anybody claimed it: their sessions stay. Only where
            // the link names them: a name that its holder chose must not open somebody else's account.
            (ClaimPurpose::Claim, Some(found)) if named => {
                if found.password_hash.is_some() {
                    return Ok(Redeemed::Spent);
                }
                set_password(&transaction, &found, Some(chosen), now).await?;
            }
            (ClaimPurpose::Claim, _) => {
                let spec = UserSpec {
                    display_name: chosen.display_name.clone(),
                    platform_role: Some(PlatformRole::Admin),
                    ..UserSpec::default()
                };
                let new = NewUser { name: name.clone(), spec, password_hash: Some(chosen.password_hash.clone()) };
                user::Entity::insert(new_row(&new, now)).exec_without_returning(&transaction).await?;
            }
            (ClaimPurpose::Reset, found) => {
                let found = found.ok_or(StoreError::NotFound("the user"))?;
                set_password(&transaction, &found, Some(chosen), now).await?;
                end_all(&transaction, found.id, None, now).await?;
            }
            (ClaimPurpose::Welcome, found) => {
                let found = found.ok_or(StoreError::NotFound("the user"))?;
                if found.password_hash.is_some() {
                    return Ok(Redeemed::Spent);
                }
                set_password(&transaction, &found, Some(chosen), now).await?;
            }
        }
        let query = user::Entity::find().filter(user::Column::Name.eq(name.as_str()));
        let made = query.one(&transaction).await?.ok_or(StoreError::NotFound("the user"))?;
        transaction.commit().await?;
        Ok(Redeemed::Done(made.try_into()?))
    }
}

/// Records a link, in the place of those that the same person has.
async fn insert_link<C: sea_orm::ConnectionTrait>(
    connection: &C,
    new: &NewClaimLink,
    now: Timestamp,
) -> Result<ClaimLink, StoreError> {
    if let Some(user) = new.user.as_ref().filter(|_| new.purpose != ClaimPurpose::Claim) {
        forget_links(connection, user).await?;
    }
    let id = new_id(now);
    claim_link::Entity::insert(claim_link::ActiveModel {
        id: Set(id),
        hash: Set(new.hash.bytes()),
        purpose: Set(word(&new.purpose)),
        user_name: Set(new.user.as_ref().map(ToString::to_string)),
        created_at: Set(micros(now)),
        expires_at: Set(micros(new.expires_at)),
        used_at: Set(None),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(ClaimLink { id, purpose: new.purpose, user: new.user.clone(), expires_at: new.expires_at, used_at: None })
}

/// Forgets the links of a name: the next person of this name is another person.
pub(crate) async fn forget_links<C: sea_orm::ConnectionTrait>(
    connection: &C,
    user: &UserName,
) -> Result<(), StoreError> {
    claim_link::Entity::delete_many().filter(claim_link::Column::UserName.eq(user.as_str())).exec(connection).await?;
    Ok(())
}

/// Sets a password, or takes it away.
async fn set_password<C: sea_orm::ConnectionTrait>(
    connection: &C,
    found: &user::Model,
    chosen: Option<&NewCredentials>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hash = chosen.map(|chosen| chosen.password_hash.expose_secret().to_owned());
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::Revision, Expr::value(found.revision.saturating_add(1)))
        .col_expr(user::Column::UpdatedAt, Expr::value(micros(now)))
        .filter(user::Column::Id.eq(found.id))
        .exec(connection)
        .await?;
    Ok(())
}
