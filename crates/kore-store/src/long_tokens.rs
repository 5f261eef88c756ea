//! Long-lived tokens: each is a session of its own with a name and one token; and sessions that come of
//! an exchange of somebody else's token.

use jiff::Timestamp;
use kore_api::names::{Principal, RobotRef, TeamName};
use kore_domain::access::{Authorized, Permission, Visibility};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    DatabaseKind, NewSession, NewToken, Session, Store, StoreError, TokenHash,
    convert::{micros, time},
    entity::{session, token, trusted_issuer, used_token, user},
    robots::long_lived,
    sessions, tokens,
};

/// What became of a long-lived token that was asked for.
#[derive(Debug, Clone)]
pub enum LongToken {
    /// It is there.
    Made(Box<Session>),
    /// Its owner has as many as they may have.
    TooMany,
    /// The one that it is to replace does not work, or is somebody else's.
    NotThere,
}

/// A token of another issuer, as far as it must be known again.
#[derive(Debug, Clone)]
pub struct UsedToken {
    /// Of its issuer and id.
    pub hash: TokenHash,
    /// When it cannot be used any more anyhow.
    pub expires_at: Timestamp,
    /// Id and revision of the issuer by which it was believed; none for those that everybody knows.
    pub issuer: Option<(Uuid, i64)>,
}

/// What became of an exchange.
#[derive(Debug, Clone)]
pub enum Exchange {
    /// There is a session.
    Opened(Box<Session>),
    /// The token was used before.
    Replayed,
    /// The robot is gone, disabled or changed since it was looked at.
    Changed,
}

impl Store {
    /// Makes a long-lived token, unless its owner has `most` of them. One that is replaced works until
    /// the time that is given, and no longer than it would have.
    ///
    /// # Errors
    /// `NotFound` when the owner is gone.
    pub async fn create_long_token(
        &self,
        new: &NewSession,
        token: &NewToken,
        most: u32,
        replaces: Option<(Uuid, Timestamp)>,
        now: Timestamp,
    ) -> Result<LongToken, StoreError> {
        self.again(|| self.try_create_long_token(new, token, most, replaces, now)).await
    }

    async fn try_create_long_token(
        &self,
        new: &NewSession,
        token: &NewToken,
        most: u32,
        replaces: Option<(Uuid, Timestamp)>,
        now: Timestamp,
    ) -> Result<LongToken, StoreError> {
        let transaction = self.begin().await?;
        // Two that are made at once are counted one after the other.
        let mut owner = user::Entity::find_by_id(new.user_id);
        if self.kind() != DatabaseKind::Sqlite {
            owner = owner.lock_exclusive();
        }
        owner.one(&transaction).await?.ok_or(StoreError::NotFound("the owner"))?;
        let own = session::Column::UserId.eq(new.user_id);
        if let Some((id, until)) = replaces {
            let query = session::Entity::find_by_id(id).filter(own.clone()).filter(long_lived(now));
            let Some(old) = query.one(&transaction).await? else { return Ok(LongToken::NotThere) };
            session::Entity::update_many()
                .col_expr(session::Column::ExpiresAt, Expr::value(Ord::min(micros(until), old.expires_at)))
                .filter(session::Column::Id.eq(id))
                .exec(&transaction)
                .await?;
        }
        let there = session::Entity::find().filter(own).filter(long_lived(now)).count(&transaction).await?;
        if there >= u64::from(most) {
            return Ok(LongToken::TooMany);
        }
        let made = sessions::insert(&transaction, new, now).await?;
        token::Entity::insert(tokens::row(made.id, token, now)).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(LongToken::Made(Box::new(made)))
    }

    /// Somebody's long-lived tokens that work, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn long_tokens_of(&self, owner: Uuid, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(owner))
            .filter(long_lived(now))
            .order_by_desc(session::Column::Id)
            .all(self.read())
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// Long-lived tokens of robots that may be seen which end before then: whose, what it is called, and when it ends;
    /// so many, what ends first before the others.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn robot_tokens_ending(
        &self,
        proof: &Authorized<Visibility>,
        now: Timestamp,
        before: Timestamp,
        limit: u64,
    ) -> Result<Vec<(RobotRef, String, Timestamp)>, StoreError> {
        let shown = match proof.get(Permission::RobotRead)? {
            Visibility::All => user::Column::RobotName.is_not_null(),
            Visibility::Only { teams, .. } => user::Column::RobotTeam.is_in(teams.iter().map(TeamName::as_str)),
        };
        let robots = Query::select().column(user::Column::Id).from(user::Entity).and_where(shown).take();
        let rows = session::Entity::find()
            .filter(long_lived(now))
            .filter(session::Column::ExpiresAt.lt(micros(before)))
            .filter(session::Column::UserId.in_subquery(robots))
            .order_by_asc(session::Column::ExpiresAt)
            .limit(limit)
            .all(self.read())
            .await?;
        let names = self.principals(rows.iter().map(|row| row.user_id)).await?;
        let named = rows.into_iter().filter_map(|row| match names.get(&row.user_id) {
            Some(Principal::Robot(robot)) => {
                Some(time(row.expires_at).map(|end| (robot.clone(), row.name.unwrap_or_default(), end)))
            }
            _ => None,
        });
        named.collect()
    }

    /// Opens a session of a robot for a token of another issuer: of two that come with the same token
    /// exactly one gets it, and none does when the robot or the issuer is not as it was when its word was
    /// looked at.
    ///
    /// # Errors
    /// [`StoreError`] of the database; the token is then as good as before.
    pub async fn open_exchanged(
        &self,
        used: &UsedToken,
        revision: i64,
        new: &NewSession,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<Exchange, StoreError> {
        match self.again(|| self.try_open_exchanged(used, revision, new, token, now)).await {
            Err(StoreError::Unique(_)) => Ok(Exchange::Replayed),
            result => result,
        }
    }

    async fn try_open_exchanged(
        &self,
        used: &UsedToken,
        revision: i64,
        new: &NewSession,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<Exchange, StoreError> {
        let transaction = self.begin().await?;
        let row = used_token::ActiveModel {
            hash: sea_orm::ActiveValue::Set(used.hash.bytes()),
            expires_at: sea_orm::ActiveValue::Set(micros(used.expires_at)),
        };
        used_token::Entity::insert(row).exec_without_returning(&transaction).await?;
        // Whoever takes trust away waits until this is over, and then ends what it made.
        let mut robot = user::Entity::find_by_id(new.user_id)
            .filter(user::Column::Revision.eq(revision).and(user::Column::Disabled.eq(false)));
        if self.kind() != DatabaseKind::Sqlite {
            robot = robot.lock_exclusive();
        }
        if robot.one(&transaction).await?.is_none() {
            return Ok(Exchange::Changed);
        }
        // After the lock, at which whoever changes the issuer waits for us or we for them.
        if let Some((id, revision)) = used.issuer {
            let same = trusted_issuer::Column::Revision.eq(revision);
            if trusted_issuer::Entity::find_by_id(id).filter(same).one(&transaction).await?.is_none() {
                return Ok(Exchange::Changed);
            }
        }
        let made = sessions::insert(&transaction, new, now).await?;
        token::Entity::insert(tokens::row(made.id, token, now)).exec_without_returning(&transaction).await?;
        sessions::note_robot(&transaction, made.id, now).await?;
        transaction.commit().await?;
        Ok(Exchange::Opened(Box::new(made)))
    }
}
