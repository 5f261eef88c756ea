//! Keeping the trail: the copies of signed checkpoints, and the removal of records that are too old.
//! What a checkpoint says, and who signs it, is not this crate's.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{BATCH, chain::Start, hash_of};
use crate::{
    Store, StoreError,
    connect::Change,
    convert::micros,
    entity::{audit_checkpoint, audit_record},
};

/// A checkpoint as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// 1, 2, 3 …
    pub number: i64,
    /// What was signed, byte by byte.
    pub body: String,
    /// The signature, hex.
    pub signature: String,
}

impl From<audit_checkpoint::Model> for StoredCheckpoint {
    fn from(row: audit_checkpoint::Model) -> Self {
        Self { number: row.number, body: row.body, signature: row.signature }
    }
}

impl Store {
    /// Keeps a checkpoint's copy.
    ///
    /// # Errors
    /// [`StoreError::Unique`] when there is one with this number; those of the database.
    pub async fn insert_checkpoint(&self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        let row = audit_checkpoint::ActiveModel {
            number: Set(checkpoint.number),
            body: Set(checkpoint.body.clone()),
            signature: Set(checkpoint.signature.clone()),
        };
        audit_checkpoint::Entity::insert(row).run(self).await?;
        Ok(())
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let newest = audit_checkpoint::Entity::find().order_by_desc(audit_checkpoint::Column::Number);
        Ok(newest.one(self.read()).await?.map(Into::into))
    }

    /// Checkpoints after that number, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn checkpoints_after(&self, number: i64, limit: u64) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let rows = audit_checkpoint::Entity::find()
            .filter(audit_checkpoint::Column::Number.gt(number))
            .order_by_asc(audit_checkpoint::Column::Number)
            .limit(limit)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Where a writer's chain would begin without the records at its beginning that are from before that
    /// time: at the first record that is not, that has a number above `through`, or that is the
    /// last, so that the chain goes on from it. At most `limit` records are looked at. `None` when there is nothing to remove.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn retired_start(
        &self,
        writer: &str,
        before: Timestamp,
        through: i64,
        limit: u64,
    ) -> Result<Option<Start>, StoreError> {
        let (mut sequence, mut start, mut looked) = (i64::MIN, None, 0);
        loop {
            let rows: Vec<(i64, i64, Vec<u8>)> = audit_record::Entity::find()
                .select_only()
                .column(audit_record::Column::Sequence)
                .column(audit_record::Column::At)
                .column(audit_record::Column::Previous)
                .filter(audit_record::Column::Writer.eq(writer))
                .filter(audit_record::Column::Sequence.gt(sequence))
                .order_by_asc(audit_record::Column::Sequence)
                .limit(BATCH as u64)
                .into_tuple()
                .all(self.read())
                .await?;
            let Some((last, ..)) = rows.last() else { return Ok(start) };
            let first = sequence == i64::MIN;
            sequence = *last;
            for (index, (number, at, previous)) in rows.into_iter().enumerate() {
                if !(first && index == 0) {
                    start = Some(Start { sequence: number, before: hash_of(previous)? });
                }
                looked += 1;
                if at >= micros(before) || number > through || looked >= limit {
                    return Ok(start);
                }
            }
        }
    }

    /// Deletes a writer's records before that number, some at a time and oldest first, so that what is
    /// left is a chain at every moment. How many.
    ///
    /// # Errors
    /// [`StoreError`] of the database; what was deleted stays so.
    pub async fn delete_audit_before(&self, writer: &str, sequence: i64) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let of = || {
                audit_record::Entity::find()
                    .select_only()
                    .column(audit_record::Column::Sequence)
                    .filter(audit_record::Column::Writer.eq(writer))
                    .filter(audit_record::Column::Sequence.lt(sequence))
                    .order_by_asc(audit_record::Column::Sequence)
            };
            let oldest: Vec<i64> = of().limit(BATCH as u64).into_tuple().all(self.write()).await?;
            let Some(last) = oldest.last() else { return Ok(deleted) };
            let batch = audit_record::Entity::delete_many()
                .filter(audit_record::Column::Writer.eq(writer))
                .filter(audit_record::Column::Sequence.lte(*last));
            deleted += batch.run(self).await?;
        }
    }
}
