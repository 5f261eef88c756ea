//! Who people are to their identity providers: the pair of issuer and subject, and nothing else. Neither
//! a name nor an address makes somebody the same person.

use jiff::Timestamp;
use kore_api::{identity::UserSpec, names::UserName};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    HeldRole, NewUser, Store, StoreError, TokenHash, User,
    connect::Change,
    convert::{clip, from_name, json, micros, new_id},
    entity::{identity, identity_provider, session_provider, sign_in_attempt, user},
    group_roles,
    users::new_row,
};

/// Somebody whom a provider vouches for, right now.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// The provider.
    pub provider: Uuid,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// Login names to try for somebody new, in this order.
    pub names: Vec<UserName>,
    /// How people read their name, for somebody new.
    pub display_name: Option<String>,
    /// Their verified e-mail address.
    pub email: Option<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// What those are worth.
    pub roles: Vec<HeldRole>,
}

/// Who that is here.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The person.
    pub user: User,
    /// Whether they are here for the first time.
    pub new: bool,
    /// Whether what groups give them has changed.
    pub roles_changed: bool,
}

impl Store {
    /// Whose identity this is, if anybody's.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn user_of_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>, StoreError> {
        let query = identity::Entity::find().filter(identity::Column::Hash.eq(hash(issuer, subject)));
        match query.one(self.read()).await? {
            Some(found) => self.user_by_id(found.user_id).await,
            None => Ok(None),
        }
    }

    /// Which of these names nobody bears; the first of them.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn first_free_name(&self, names: &[UserName]) -> Result<Option<UserName>, StoreError> {
        // Databases take a bounded number of values at once.
        for some in names.chunks(200) {
            let query = user::Entity::find()
                .select_only()
                .column(user::Column::Name)
                .filter(user::Column::Name.is_in(some.iter().map(UserName::as_str)));
            let taken: Vec<String> = query.into_tuple().all(self.read()).await?;
            if let Some(free) = some.iter().find(|name| taken.iter().all(|taken| taken != name.as_str())) {
                return Ok(Some(free.clone()));
            }
        }
        Ok(None)
    }

    /// Recognises somebody by issuer and subject, or makes a user for them under a name that nobody bears, and
    /// gives them exactly the roles that their groups are worth. A disabled user gets none.
    ///
    /// # Errors
    /// `Unique("users_name")` when every name is taken.
    pub async fn recognise(&self, vouched: &Vouched, now: Timestamp) -> Result<Recognised, StoreError> {
        let mut tries = 0;
        loop {
            let name = self.first_free_name(&vouched.names).await?;
            match self.again(|| self.try_recognise(vouched, name.as_ref(), now)).await {
                // Somebody else was faster with the name, or the same person signed in twice at once.
                Err(StoreError::Unique(_)) if tries < 10 => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_recognise(
        &self,
        vouched: &Vouched,
        name: Option<&UserName>,
        now: Timestamp,
    ) -> Result<Recognised, StoreError> {
        let transaction = self.begin().await?;
        // It may have been disabled while it was asked.
        let provider = identity_provider::Entity::find_by_id(vouched.provider).one(&transaction).await?;
        if !provider.is_some_and(|provider| provider.enabled) {
            return Err(StoreError::NotFound("the identity provider"));
        }
        let hash = hash(&vouched.issuer, &vouched.subject);
        let query = identity::Entity::find().filter(identity::Column::Hash.eq(hash));
        let found = query.one(&transaction).await?;
        let new = found.is_none();
        let user_id = match found {
            Some(known) => {
                seen(&transaction, known.id, vouched, now).await?;
                known.user_id
            }
            None => begin(&transaction, vouched, name, now).await?,
        };
        let row = user::Entity::find_by_id(user_id).one(&transaction).await?;
        let user: User = row.ok_or(StoreError::NotFound("the user"))?.try_into()?;
        let roles: &[HeldRole] = if user.spec.disabled { &[] } else { &vouched.roles };
        let roles_changed = group_roles::replace(&transaction, user_id, vouched.provider, roles, now).await?;
        transaction.commit().await?;
        Ok(Recognised { user, new, roles_changed })
    }

    /// Remembers that a sign-in at a provider has begun.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn begin_sign_in(
        &self,
        hash: TokenHash,
        provider: Uuid,
        next: &str,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sign_in_attempt::Entity::insert(sign_in_attempt::ActiveModel {
            id: Set(new_id(now)),
            hash: Set(hash.bytes()),
            provider_id: Set(provider),
            next: Set(next.to_owned()),
            created_at: Set(micros(now)),
            expires_at: Set(micros(expires_at)),
            used_at: Set(None),
        })
        .run(self)
        .await?;
        Ok(())
    }

    /// Ends a sign-in that has begun at this provider: where it leads. Only the first answer does.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn end_sign_in(
        &self,
        hash: TokenHash,
        provider: Uuid,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let used = sign_in_attempt::Entity::update_many()
            .col_expr(sign_in_attempt::Column::UsedAt, Expr::value(micros(now)))
            .filter(sign_in_attempt::Column::Hash.eq(hash.bytes()))
            .filter(sign_in_attempt::Column::ProviderId.eq(provider))
            .filter(sign_in_attempt::Column::UsedAt.is_null())
            .filter(sign_in_attempt::Column::ExpiresAt.gt(micros(now)))
            .run(self)
            .await?;
        if used == 0 {
            return Ok(None);
        }
        let query = sign_in_attempt::Entity::find().filter(sign_in_attempt::Column::Hash.eq(hash.bytes()));
        Ok(query.one(self.read()).await?.map(|attempt| attempt.next))
    }

    /// Remembers which provider opened a session, for signing out there.
    ///
    /// # Errors
    /// `Reference` when the session is gone.
    pub async fn session_by_provider(&self, session: Uuid, provider: Uuid) -> Result<(), StoreError> {
        let row = session_provider::ActiveModel { session_id: Set(session), provider_id: Set(provider) };
        session_provider::Entity::insert(row).run(self).await?;
        Ok(())
    }

    /// Which provider opened a session; none for those that began with a password or the machine's socket.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn provider_of_session(&self, session: Uuid) -> Result<Option<Uuid>, StoreError> {
        let found = session_provider::Entity::find_by_id(session).one(self.read()).await?;
        Ok(found.map(|row| row.provider_id))
    }

    /// Takes away what groups of a provider gave somebody whom it turns away now, and remembers with what
    /// they came, so that a change of the provider does not give it back. Their login name, if there was
    /// anything.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn turn_away(&self, vouched: &Vouched, now: Timestamp) -> Result<Option<UserName>, StoreError> {
        self.again(|| self.try_turn_away(vouched, now)).await
    }

    async fn try_turn_away(&self, vouched: &Vouched, now: Timestamp) -> Result<Option<UserName>, StoreError> {
        let transaction = self.begin().await?;
        let hash = hash(&vouched.issuer, &vouched.subject);
        let query = identity::Entity::find().filter(identity::Column::Hash.eq(hash));
        let Some(known) = query.one(&transaction).await? else { return Ok(None) };
        // Another provider of the same issuer may have seen them last: what it saw is its own affair.
        if known.provider_id == vouched.provider {
            seen(&transaction, known.id, vouched, now).await?;
        }
        let changed = group_roles::replace(&transaction, known.user_id, vouched.provider, &[], now).await?;
        let user = user::Entity::find_by_id(known.user_id).one(&transaction).await?;
        transaction.commit().await?;
        user.filter(|_| changed).map(|user| from_name(&user.name)).transpose()
    }
}

/// What an identity is found by. Texts are compared by databases in ways of their own; hashes are not.
fn hash(issuer: &str, subject: &str) -> Vec<u8> {
    // The length keeps what belongs to one from passing for a part of the other.
    Sha256::digest(format!("{}:{issuer}{subject}", issuer.len())).to_vec()
}

async fn seen(
    transaction: &DatabaseTransaction,
    id: Uuid,
    vouched: &Vouched,
    now: Timestamp,
) -> Result<(), StoreError> {
    identity::Entity::update_many()
        .col_expr(identity::Column::ProviderId, Expr::value(vouched.provider))
        .col_expr(identity::Column::Email, Expr::value(vouched.email.as_deref().map(|email| clip(email, 255))))
        .col_expr(identity::Column::UserGroups, Expr::value(json(&vouched.groups)?))
        .col_expr(identity::Column::LastUsedAt, Expr::value(micros(now)))
        .filter(identity::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Makes the user and the identity of somebody new.
async fn begin(
    transaction: &DatabaseTransaction,
    vouched: &Vouched,
    name: Option<&UserName>,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let name = name.ok_or_else(|| StoreError::Unique("users_name".to_owned()))?.clone();
    let spec = UserSpec { display_name: vouched.display_name.clone(), ..UserSpec::default() };
    let row = new_row(&NewUser { name, spec, password_hash: None }, now);
    let user_id = row.id.clone().take().unwrap_or_default();
    user::Entity::insert(row).exec_without_returning(transaction).await?;
    identity::Entity::insert(identity::ActiveModel {
        id: Set(new_id(now)),
        user_id: Set(user_id),
        hash: Set(hash(&vouched.issuer, &vouched.subject)),
        issuer: Set(vouched.issuer.clone()),
        subject: Set(vouched.subject.clone()),
        provider_id: Set(vouched.provider),
        email: Set(vouched.email.as_deref().map(|email| clip(email, 255))),
        user_groups: Set(json(&vouched.groups)?),
        created_at: Set(micros(now)),
        last_used_at: Set(micros(now)),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(user_id)
}
