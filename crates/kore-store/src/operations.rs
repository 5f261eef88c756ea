//! Operations and their steps. Each change gets the next number of one counter, in the same
//! transaction: whoever watches asks for what is newer than the last number seen, and misses nothing.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::operation::{Failure, Operation, OperationState, Remainder, Step, Target};
use kore_domain::access::{Authorized, Permission, Visibility};
use kore_engine::{
    error::StepError,
    operations::{NewOperation, OperationLog},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    convert::{clip, from_json, from_word, json, maybe_time, micros, time, word},
    entity::{counter, operation, operation_step},
};

const COUNTER: &str = "operations";

/// Which operations, newest first.
#[derive(Debug, Clone, Default)]
pub struct OperationQuery {
    /// Of this team.
    pub team: Option<String>,
    /// On this kind.
    pub target_kind: Option<String>,
    /// On objects of this name.
    pub target_name: Option<String>,
    /// On this object.
    pub target_uid: Option<String>,
    /// In one of these states; empty means any.
    pub states: Vec<OperationState>,
    /// Asked for by.
    pub requested_by: Option<String>,
    /// After this place: time of creation and id of the last one seen.
    pub after: Option<(Timestamp, Uuid)>,
    /// How many at most.
    pub limit: u64,
}

/// An operation and the number of its last change.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationRecord {
    /// The operation.
    pub operation: Operation,
    /// Number of its last change; grows over all operations.
    pub revision: i64,
}

fn assemble(row: operation::Model, steps: Vec<operation_step::Model>) -> Result<OperationRecord, StoreError> {
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let remainder = match (count(row.remainder_gone), count(row.remainder_left)) {
        (Some(gone), Some(left)) => Some(Remainder { gone, left }),
        _ => None,
    };
    let operation = Operation {
        id: row.id.to_string(),
        action: from_word(row.action)?,
        target: Target {
            kind: row.target_kind,
            team: row.team,
            name: row.target_name,
            uid: row.target_uid,
            generation: row.generation,
        },
        requested_by: row.requested_by,
        request_id: row.request_id,
        state: from_word(row.state)?,
        parameters: row.parameters,
        steps: steps.into_iter().map(step).collect::<Result<_, _>>()?,
        failure: row.failure.map(from_json).transpose()?,
        created_at: time(row.created_at)?,
        started_at: maybe_time(row.started_at)?,
        ended_at: maybe_time(row.ended_at)?,
        remainder,
    };
    Ok(OperationRecord { operation, revision: row.revision })
}

fn step(row: operation_step::Model) -> Result<Step, StoreError> {
    Ok(Step {
        name: row.name,
        title: row.title,
        state: from_word(row.state)?,
        waiting_for: row.waiting_for,
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        failure: row.failure.map(from_json).transpose()?,
        started_at: maybe_time(row.started_at)?,
        ended_at: maybe_time(row.ended_at)?,
    })
}

fn step_row(id: Uuid, position: i64, step: &Step) -> Result<operation_step::ActiveModel, StoreError> {
    Ok(operation_step::ActiveModel {
        operation_id: Set(id),
        name: Set(step.name.clone()),
        position: Set(position),
        title: Set(clip(&step.title, 255)),
        state: Set(word(&step.state)),
        waiting_for: Set(step.waiting_for.as_deref().map(|text| clip(text, 4000))),
        attempts: Set(i64::from(step.attempts)),
        failure: Set(step.failure.as_ref().map(json).transpose()?),
        started_at: Set(step.started_at.map(micros)),
        ended_at: Set(step.ended_at.map(micros)),
    })
}

/// Takes the next number. The row stays locked until the transaction ends, so that numbers become
/// visible in their order.
async fn next_revision(transaction: &DatabaseTransaction) -> Result<i64, StoreError> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq(COUNTER))
        .exec(transaction)
        .await?;
    let row = counter::Entity::find_by_id(COUNTER.to_owned()).one(transaction).await?;
    Ok(row.ok_or(StoreError::NotFound("the counter of operations"))?.value)
}

async fn with_steps<C: ConnectionTrait>(
    connection: &C,
    rows: Vec<operation::Model>,
) -> Result<Vec<OperationRecord>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let steps = operation_step::Entity::find()
        .filter(operation_step::Column::OperationId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(operation_step::Column::Position)
        .all(connection)
        .await?;
    let mut by_operation: HashMap<Uuid, Vec<_>> = HashMap::new();
    for step in steps {
        by_operation.entry(step.operation_id).or_default().push(step);
    }
    rows.into_iter()
        .map(|row| {
            let steps = by_operation.remove(&row.id).unwrap_or_default();
            assemble(row, steps)
        })
        .collect()
}

fn within(visible: &Visibility) -> Condition {
    match visible {
        Visibility::All => Condition::all(),
        Visibility::Only { teams, .. } => {
            Condition::all().add(operation::Column::Team.is_in(teams.iter().map(ToString::to_string)))
        }
    }
}

impl Store {
    /// A page of operations, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_operations(
        &self,
        proof: &Authorized<Visibility>,
        query: &OperationQuery,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        let mut condition = within(proof.get(Permission::OperationRead)?);
        let equal = [
            (operation::Column::Team, &query.team),
            (operation::Column::TargetKind, &query.target_kind),
            (operation::Column::TargetName, &query.target_name),
            (operation::Column::TargetUid, &query.target_uid),
            (operation::Column::RequestedBy, &query.requested_by),
        ];
        for (column, wanted) in equal {
            if let Some(wanted) = wanted {
                condition = condition.add(column.eq(wanted.as_str()));
            }
        }
        if !query.states.is_empty() {
            condition = condition.add(operation::Column::State.is_in(query.states.iter().map(word)));
        }
        if let Some((created_at, id)) = query.after {
            let created_at = micros(created_at);
            condition = condition.add(Condition::any().add(operation::Column::CreatedAt.lt(created_at)).add(
                Condition::all().add(operation::Column::CreatedAt.eq(created_at)).add(operation::Column::Id.lt(id)),
            ));
        }
        let rows = operation::Entity::find()
            .filter(condition)
            .order_by_desc(operation::Column::CreatedAt)
            .order_by_desc(operation::Column::Id)
            .limit(query.limit)
            .all(self.read())
            .await?;
        with_steps(self.read(), rows).await
    }

    /// One operation, if it is theirs to know.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn get_operation(
        &self,
        proof: &Authorized<Visibility>,
        id: Uuid,
    ) -> Result<Option<OperationRecord>, StoreError> {
        let condition = within(proof.get(Permission::OperationRead)?).add(operation::Column::Id.eq(id));
        let rows = operation::Entity::find().filter(condition).all(self.read()).await?;
        Ok(with_steps(self.read(), rows).await?.pop())
    }

    /// What changed after this number, in the order of change; for the event stream, which cuts it
    /// down for each listener.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn operations_since(&self, revision: i64, limit: u64) -> Result<Vec<OperationRecord>, StoreError> {
        let rows = operation::Entity::find()
            .filter(operation::Column::Revision.gt(revision))
            .order_by_asc(operation::Column::Revision)
            .limit(limit)
            .all(self.read())
            .await?;
        with_steps(self.read(), rows).await
    }

    /// How many operations are under way, by state.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn open_operations(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut counts = Vec::new();
        for state in [OperationState::Pending, OperationState::Running].map(|state| word(&state)) {
            let open = operation::Entity::find().filter(operation::Column::State.eq(state.as_str()));
            counts.push((state, open.count(self.read()).await?));
        }
        Ok(counts)
    }

    /// The number of the last change.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn operations_revision(&self) -> Result<i64, StoreError> {
        let row = counter::Entity::find_by_id(COUNTER.to_owned()).one(self.read()).await?;
        Ok(row.map_or(0, |row| row.value))
    }

    async fn operation_begin(&self, new: NewOperation) -> Result<Operation, StoreError> {
        let now = micros(self.options().clock.now());
        let transaction = self.begin().await?;
        let revision = next_revision(&transaction).await?;
        let present = operation::Entity::find_by_id(new.id).all(&transaction).await?;
        if let Some(present) = with_steps(&transaction, present).await?.pop() {
            return Ok(present.operation);
        }
        operation::Entity::update_many()
            .col_expr(operation::Column::State, Expr::value(word(&OperationState::Superseded)))
            .col_expr(operation::Column::EndedAt, Expr::value(now))
            .col_expr(operation::Column::Revision, Expr::value(revision))
            .filter(operation::Column::TargetUid.eq(new.target.uid.as_str()))
            .filter(operation::Column::EndedAt.is_null())
            .exec(&transaction)
            .await?;
        let row = operation::Model {
            id: new.id,
            action: word(&new.action),
            target_kind: new.target.kind,
            team: new.target.team,
            target_name: new.target.name,
            target_uid: new.target.uid,
            generation: new.target.generation,
            requested_by: clip(&new.requested_by, 128),
            request_id: new.request_id.as_deref().map(|id| clip(id, 128)),
            state: word(&OperationState::Pending),
            parameters: new.parameters,
            failure: None,
            remainder_gone: None,
            remainder_left: None,
            created_at: now,
            started_at: None,
            ended_at: None,
            revision,
        };
        operation::Entity::insert(operation::ActiveModel {
            id: Set(row.id),
            action: Set(row.action.clone()),
            target_kind: Set(row.target_kind.clone()),
            team: Set(row.team.clone()),
            target_name: Set(row.target_name.clone()),
            target_uid: Set(row.target_uid.clone()),
            generation: Set(row.generation),
            requested_by: Set(row.requested_by.clone()),
            request_id: Set(row.request_id.clone()),
            state: Set(row.state.clone()),
            parameters: Set(row.parameters.clone()),
            failure: Set(None),
            remainder_gone: Set(None),
            remainder_left: Set(None),
            created_at: Set(row.created_at),
            started_at: Set(None),
            ended_at: Set(None),
            revision: Set(revision),
        })
        .exec_without_returning(&transaction)
        .await?;
        transaction.commit().await?;
        self.announce(revision);
        Ok(assemble(row, Vec::new())?.operation)
    }

    async fn operation_plan(&self, id: Uuid, steps: &[Step]) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let revision = next_revision(&transaction).await?;
        operation_step::Entity::delete_many()
            .filter(operation_step::Column::OperationId.eq(id))
            .exec(&transaction)
            .await?;
        let rows =
            (0..).zip(steps).map(|(position, step)| step_row(id, position, step)).collect::<Result<Vec<_>, _>>()?;
        if !rows.is_empty() {
            operation_step::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        touch(&transaction, id, revision).await?;
        transaction.commit().await?;
        self.announce(revision);
        Ok(())
    }

    async fn operation_step(&self, id: Uuid, step: &Step) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let revision = next_revision(&transaction).await?;
        let key = (id, step.name.clone());
        let present = operation_step::Entity::find_by_id(key).one(&transaction).await?;
        match present {
            Some(present) => {
                let row = step_row(id, present.position, step)?;
                operation_step::Entity::update(row).exec(&transaction).await?;
            }
            None => {
                let last = operation_step::Entity::find()
                    .filter(operation_step::Column::OperationId.eq(id))
                    .order_by_desc(operation_step::Column::Position)
                    .one(&transaction)
                    .await?;
                let position = last.map_or(0, |last| last.position.saturating_add(1));
                let row = step_row(id, position, step)?;
                operation_step::Entity::insert(row).exec_without_returning(&transaction).await?;
            }
        }
        touch(&transaction, id, revision).await?;
        transaction.commit().await?;
        self.announce(revision);
        Ok(())
    }

    async fn operation_state(
        &self,
        id: Uuid,
        state: OperationState,
        failure: Option<&Failure>,
        remainder: Option<Remainder>,
    ) -> Result<(), StoreError> {
        let now = micros(self.options().clock.now());
        let transaction = self.begin().await?;
        let revision = next_revision(&transaction).await?;
        // A failure that Kore goes on with by itself is no end.
        let ended = match state {
            OperationState::Done | OperationState::Superseded => true,
            OperationState::Failed => failure.is_none_or(|failure| !failure.retryable),
            OperationState::Pending | OperationState::Running => false,
        };
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut update = operation::Entity::update_many()
            .col_expr(operation::Column::State, Expr::value(word(&state)))
            .col_expr(operation::Column::Failure, Expr::value(failure.map(json).transpose()?))
            .col_expr(operation::Column::EndedAt, Expr::value(ended.then_some(now)))
            .col_expr(operation::Column::Revision, Expr::value(revision));
        if let Some(remainder) = remainder {
            update = update
                .col_expr(operation::Column::RemainderGone, Expr::value(number(remainder.gone)))
                .col_expr(operation::Column::RemainderLeft, Expr::value(number(remainder.left)));
        }
        let updated = update.filter(operation::Column::Id.eq(id)).exec(&transaction).await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::NotFound("the operation"));
        }
        if state != OperationState::Pending {
            operation::Entity::update_many()
                .col_expr(operation::Column::StartedAt, Expr::value(now))
                .filter(operation::Column::Id.eq(id))
                .filter(operation::Column::StartedAt.is_null())
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        self.announce(revision);
        Ok(())
    }

    async fn operation_get(&self, id: Uuid) -> Result<Option<Operation>, StoreError> {
        let rows = operation::Entity::find_by_id(id).all(self.write()).await?;
        Ok(with_steps(self.write(), rows).await?.pop().map(|record| record.operation))
    }
}

async fn touch(transaction: &DatabaseTransaction, id: Uuid, revision: i64) -> Result<(), StoreError> {
    let touched = operation::Entity::update_many()
        .col_expr(operation::Column::Revision, Expr::value(revision))
        .filter(operation::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    if touched.rows_affected == 0 { Err(StoreError::NotFound("the operation")) } else { Ok(()) }
}

#[async_trait]
impl OperationLog for Store {
    async fn begin(&self, operation: NewOperation) -> Result<Operation, StepError> {
        Ok(self.again(|| self.operation_begin(operation.clone())).await?)
    }

    async fn plan(&self, id: Uuid, steps: &[Step]) -> Result<(), StepError> {
        Ok(self.again(|| self.operation_plan(id, steps)).await?)
    }

    async fn step(&self, id: Uuid, step: &Step) -> Result<(), StepError> {
        Ok(self.again(|| self.operation_step(id, step)).await?)
    }

    async fn state(
        &self,
        id: Uuid,
        state: OperationState,
        failure: Option<&Failure>,
        remainder: Option<Remainder>,
    ) -> Result<(), StepError> {
        Ok(self.again(|| self.operation_state(id, state, failure, remainder)).await?)
    }

    async fn get(&self, id: Uuid) -> Result<Option<Operation>, StepError> {
        Ok(self.operation_get(id).await?)
    }
}
