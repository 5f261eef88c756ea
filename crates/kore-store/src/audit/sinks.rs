//! Delivery: how far each sink has got. A place is a number in each writer's chain, which has no holes, so
//! that nothing is passed over, whoever wrote it and however late. A place is sealed as records are: nobody
//! moves it on by SQL, past what a sink shall not see.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kore_api::audit::AuditRecord;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use super::{
    chain::{seal, seal_holds},
    record,
};
use crate::{
    Store, StoreError,
    connect::Change,
    convert::{clip, maybe_time, micros},
    entity::{audit_record, audit_sink},
};

/// Number of the last record that a sink has taken, by writer.
pub type Taken = BTreeMap<String, i64>;

/// A place as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    taken: Taken,
    #[serde(default)]
    seal: String,
}

/// What a place's seal covers: whose it is, and where.
fn sealed_text(name: &str, taken: &Taken) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_vec(&("kore.audit.sink/1", name, taken));
    text.map_err(|cause| StoreError::corrupt("a sink's place", cause))
}

/// How far a sink has got.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SinkState {
    /// What it has taken.
    pub taken: Taken,
    /// How many records that were.
    pub records: i64,
    /// When the newest of them was written.
    pub up_to: Option<Timestamp>,
    /// When it took the last of them.
    pub delivered_at: Option<Timestamp>,
    /// Since when it takes none.
    pub failing_since: Option<Timestamp>,
    /// Why.
    pub last_error: Option<String>,
}

impl Store {
    /// How far a sink has got; nothing yet for one that is not known, or whose place is not the one that
    /// Kore wrote: it gets everything again.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn sink(&self, name: &str) -> Result<SinkState, StoreError> {
        let Some(row) = audit_sink::Entity::find_by_id(name).one(self.read()).await? else {
            return Ok(SinkState::default());
        };
        let Place { mut taken, seal } =
            serde_json::from_str(&row.taken).map_err(|cause| StoreError::corrupt("a sink's place", cause))?;
        if let Some(key) = &self.options().chain_key
            && !seal_holds(key, &sealed_text(name, &taken)?, &hex::decode(seal).unwrap_or_default())
        {
            tracing::error!(sink = name, "the place of an audit sink was changed by others: it gets all records again");
            taken = Taken::new();
        }
        Ok(SinkState {
            taken,
            records: row.records,
            up_to: maybe_time(row.up_to)?,
            delivered_at: maybe_time(row.delivered_at)?,
            failing_since: maybe_time(row.failing_since)?,
            last_error: row.last_error,
        })
    }

    /// Keeps how far a sink has got: the receipt of what it took.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn save_sink(&self, name: &str, state: &SinkState) -> Result<(), StoreError> {
        use audit_sink::Column;
        let text = sealed_text(name, &state.taken)?;
        let seal = self.options().chain_key.as_ref().map(|key| hex::encode(seal(key, &text))).unwrap_or_default();
        let taken = serde_json::to_string(&Place { taken: state.taken.clone(), seal });
        let row = audit_sink::ActiveModel {
            name: Set(name.to_owned()),
            taken: Set(taken.map_err(|cause| StoreError::corrupt("a sink's place", cause))?),
            records: Set(state.records),
            up_to: Set(state.up_to.map(micros)),
            delivered_at: Set(state.delivered_at.map(micros)),
            failing_since: Set(state.failing_since.map(micros)),
            last_error: Set(state.last_error.as_deref().map(|error| clip(error, 1000))),
        };
        let update = OnConflict::column(Column::Name)
            .update_columns([
                Column::Taken,
                Column::Records,
                Column::UpTo,
                Column::DeliveredAt,
                Column::FailingSince,
                Column::LastError,
            ])
            .to_owned();
        audit_sink::Entity::insert(row).on_conflict(update).run(self).await?;
        Ok(())
    }

    /// The next records that a sink has not taken, of one writer after another, and its place after them.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn audit_to_deliver(&self, taken: &Taken, limit: u64) -> Result<(Vec<AuditRecord>, Taken), StoreError> {
        let (mut records, mut after) = (Vec::new(), taken.clone());
        for writer in self.audit_writers().await? {
            let room = limit.saturating_sub(records.len() as u64);
            if room == 0 {
                break;
            }
            let from = taken.get(&writer).copied().unwrap_or(i64::MIN);
            let rows = audit_record::Entity::find()
                .filter(audit_record::Column::Writer.eq(writer.as_str()))
                .filter(audit_record::Column::Sequence.gt(from))
                .order_by_asc(audit_record::Column::Sequence)
                .limit(room)
                .all(self.read())
                .await?;
            if let Some(last) = rows.last() {
                after.insert(writer, last.sequence);
            }
            for row in rows {
                records.push(record(row)?);
            }
        }
        Ok((records, after))
    }
}
