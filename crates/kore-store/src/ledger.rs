//! The ledger in SQL. Each call is one durable statement.

use async_trait::async_trait;
use kore_engine::{
    error::{Class, StepError},
    ledger::{Ledger, LedgerEntry, LedgerState},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::{Store, StoreError, connect::Change, convert::micros, entity::ledger};

const INTENT: &str = "intent";
const CREATED: &str = "created";
const GONE: &str = "gone";

fn entry(row: ledger::Model) -> LedgerEntry {
    let state = match row.state.as_str() {
        INTENT => LedgerState::Intent,
        CREATED => LedgerState::Created,
        _ => LedgerState::Gone,
    };
    LedgerEntry { owner: row.owner, component: row.component, key: row.natural_key, state }
}

impl Store {
    async fn ledger_open(&self, key: &str) -> Result<Option<ledger::Model>, StoreError> {
        Ok(ledger::Entity::find().filter(ledger::Column::OpenKey.eq(key)).one(self.write()).await?)
    }

    async fn ledger_intend(&self, owner: &str, component: &str, key: &str) -> Result<Option<String>, StoreError> {
        // Twice: somebody else may insert between the look and the insert.
        for _ in 0..2 {
            if let Some(row) = self.ledger_open(key).await? {
                return Ok((row.owner != owner).then_some(row.owner));
            }
            let now = micros(self.options().clock.now());
            let inserted = ledger::Entity::insert(ledger::ActiveModel {
                id: NotSet,
                owner: Set(owner.to_owned()),
                component: Set(component.to_owned()),
                natural_key: Set(key.to_owned()),
                open_key: Set(Some(key.to_owned())),
                state: Set(INTENT.to_owned()),
                created_at: Set(now),
                updated_at: Set(now),
            })
            .run(self)
            .await;
            match inserted {
                Ok(_) => return Ok(None),
                Err(StoreError::Unique(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy("the ledger row comes and goes".into()))
    }

    async fn ledger_mark(&self, owner: &str, key: &str, state: &str) -> Result<u64, StoreError> {
        let mut update = ledger::Entity::update_many()
            .col_expr(ledger::Column::State, Expr::value(state))
            .col_expr(ledger::Column::UpdatedAt, Expr::value(micros(self.options().clock.now())))
            .filter(ledger::Column::OpenKey.eq(key))
            .filter(ledger::Column::Owner.eq(owner));
        if state == GONE {
            update = update.col_expr(ledger::Column::OpenKey, Expr::value(Option::<String>::None));
        }
        update.run(self).await
    }

    /// Everything that may exist, over all owners, oldest first: what a sweep compares the world with.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn ledger_all_open(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        let query = ledger::Entity::find().filter(ledger::Column::OpenKey.is_not_null());
        let rows = query.order_by_asc(ledger::Column::Id).all(self.read()).await?;
        Ok(rows.into_iter().map(entry).collect())
    }
}

#[async_trait]
impl Ledger for Store {
    async fn intend(&self, owner: &str, component: &str, key: &str) -> Result<(), StepError> {
        match self.ledger_intend(owner, component, key).await? {
            None => Ok(()),
            Some(other) => Err(StepError::new(
                kore_api::codes::Code::AlreadyExists,
                Class::Conflict,
                format!("{key} belongs to another object ({other})"),
            )),
        }
    }

    async fn created(&self, owner: &str, key: &str) -> Result<(), StepError> {
        match self.ledger_mark(owner, key, CREATED).await? {
            0 => Err(StoreError::NotFound("the intent in the ledger").into()),
            _ => Ok(()),
        }
    }

    async fn gone(&self, owner: &str, key: &str) -> Result<(), StepError> {
        // What was never intended, or is gone already, is gone.
        self.ledger_mark(owner, key, GONE).await?;
        Ok(())
    }

    async fn entries(&self, owner: &str) -> Result<Vec<LedgerEntry>, StepError> {
        let query = ledger::Entity::find().filter(ledger::Column::Owner.eq(owner));
        let rows = query.order_by_desc(ledger::Column::Id).all(self.write()).await.map_err(StoreError::from)?;
        Ok(rows.into_iter().map(entry).collect())
    }
}
