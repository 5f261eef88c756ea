//! The audit trail: append-only, one hash chain per writer ([`chain`]).

mod chain;
mod keep;
mod sinks;
mod verify;

use std::collections::HashSet;

use jiff::Timestamp;
use kore_api::audit::{AuditRecord, AuditResult};
use kore_domain::{
    access::{Authorized, Permission, Visibility},
    query::Operator,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{ExprTrait, SimpleExpr},
};
use uuid::Uuid;

pub use self::{
    chain::{AuditVerdict, Chain, ChainBreak, ChainKey, Expected, ExpectedChain, Mark, Start},
    keep::StoredCheckpoint,
    sinks::{SinkState, Taken},
};
use crate::{
    Store, StoreError,
    connect::Change,
    convert::{clip, contains, from_word, micros, new_id, time, word},
    entity::audit_record,
};

/// Records that one statement inserts: SQLite takes at most 32,766 variables in one.
const BATCH: usize = 500;

/// How often an append looks again for the end of its chain.
const ATTEMPTS: u32 = 5;

/// A field that records are selected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditField {
    /// When.
    At,
    /// By whom, as `user:ana`.
    Actor,
    /// What, as `cluster.create`.
    Action,
    /// Of which team.
    Team,
    /// On what.
    Object,
    /// How it ended.
    Result,
    /// From where.
    Source,
    /// With which problem code.
    Code,
    /// In which request.
    RequestId,
}

/// A condition on records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTerm {
    /// On this field.
    pub field: AuditField,
    /// Compared so. Times are compared, and not searched; everything else is not compared by size.
    pub operator: Operator,
    /// With this; an empty text is what a record has not.
    pub value: String,
}

/// Which records, newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// All of these hold.
    pub terms: Vec<AuditTerm>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// After this place: id of the last one seen.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: u64,
}

/// Why a term has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// The field is not compared so.
    #[error("is not compared like this: times by =, >= and <, everything else by =, != and ~")]
    Operator,
    /// A time that is none.
    #[error("is a time, as 2026-11-22T12:00:00Z")]
    Time,
    /// A result that there is not.
    #[error("is allowed, denied, refused or failed")]
    Result,
}

impl AuditTerm {
    fn column(&self) -> (audit_record::Column, bool) {
        use audit_record::Column;
        match self.field {
            AuditField::At => (Column::At, false),
            AuditField::Actor => (Column::Actor, false),
            AuditField::Action => (Column::Action, false),
            AuditField::Team => (Column::Team, true),
            AuditField::Object => (Column::Object, false),
            AuditField::Result => (Column::Result, false),
            AuditField::Source => (Column::Source, false),
            AuditField::Code => (Column::Code, true),
            AuditField::RequestId => (Column::RequestId, true),
        }
    }

    /// Whether the term has an answer, before a database is asked.
    ///
    /// # Errors
    /// [`TermError`].
    pub fn check(&self) -> Result<(), TermError> {
        self.condition().map(drop)
    }

    fn condition(&self) -> Result<SimpleExpr, TermError> {
        let (column, nullable) = self.column();
        if self.field == AuditField::At {
            let at = micros(self.value.parse().map_err(|_| TermError::Time)?);
            return match self.operator {
                Operator::AtLeast => Ok(column.gte(at)),
                Operator::Below => Ok(column.lt(at)),
                Operator::Equal => Ok(column.eq(at)),
                Operator::NotEqual | Operator::Contains => Err(TermError::Operator),
            };
        }
        if self.field == AuditField::Result && self.operator != Operator::Contains {
            from_word::<AuditResult>(self.value.clone()).map_err(|_| TermError::Result)?;
        }
        let absent = nullable && self.value.is_empty();
        match self.operator {
            Operator::Equal if absent => Ok(column.is_null()),
            Operator::Equal => Ok(column.eq(self.value.as_str())),
            Operator::NotEqual if absent => Ok(column.is_not_null()),
            Operator::NotEqual if nullable => Ok(column.is_null().or(column.ne(self.value.as_str()))),
            Operator::NotEqual => Ok(column.ne(self.value.as_str())),
            Operator::Contains => Ok(contains(column, &self.value)),
            Operator::AtLeast | Operator::Below => Err(TermError::Operator),
        }
    }
}

/// The last record of this process's chain.
#[derive(Debug, Clone)]
pub(crate) struct ChainHead {
    sequence: i64,
    hash: [u8; 32],
}

fn record(row: audit_record::Model) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: row.id.to_string(),
        at: time(row.at)?,
        actor: row.actor,
        action: row.action,
        team: row.team,
        object: row.object,
        result: from_word(row.result)?,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        code: row.code,
        source: row.source,
        address: row.address,
        request_id: row.request_id,
        detail: row.detail,
        changes: row
            .changes
            .map(|changes| serde_json::from_str(&changes))
            .transpose()
            .map_err(|cause| StoreError::corrupt("what an audit record changed", cause))?
            .unwrap_or_default(),
    })
}

/// The form of changes in their column: none for none.
fn changes(record: &AuditRecord) -> Result<Option<String>, StoreError> {
    let text = (!record.changes.is_empty()).then(|| serde_json::to_string(&record.changes)).transpose();
    text.map_err(|cause| StoreError::corrupt("what an audit record changed", cause))
}

fn hash_of(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::corrupt("the hash of an audit record", "not 32 bytes"))
}

fn active(row: audit_record::Model) -> audit_record::ActiveModel {
    audit_record::ActiveModel {
        id: Set(row.id),
        at: Set(row.at),
        actor: Set(row.actor),
        action: Set(row.action),
        team: Set(row.team),
        object: Set(row.object),
        result: Set(row.result),
        status: Set(row.status),
        code: Set(row.code),
        source: Set(row.source),
        address: Set(row.address),
        request_id: Set(row.request_id),
        detail: Set(row.detail),
        writer: Set(row.writer),
        sequence: Set(row.sequence),
        previous: Set(row.previous),
        hash: Set(row.hash),
        changes: Set(row.changes),
        seal: Set(row.seal),
    }
}

impl Store {
    /// Appends records to this process's chain, all or none; durable when it returns. A record without
    /// an id gets one. One that has an id (UUIDv7) keeps it, and is left out when it is there already:
    /// a batch that arrives twice is recorded once. The ids, in the order of the records.
    ///
    /// # Errors
    /// [`StoreError`] of the database; whoever needs the record refuses the action then.
    pub async fn append_audit(&self, records: &[AuditRecord]) -> Result<Vec<Uuid>, StoreError> {
        let mut chain = self.chain().lock().await;
        let mut attempts = 0;
        loop {
            // Taken out: after an error it is not known what was written, and the next attempt looks.
            let head = match chain.take() {
                Some(head) => head,
                None => self.chain_head().await?,
            };
            match self.try_append_audit(records, head).await {
                Ok((head, ids)) => {
                    *chain = Some(head);
                    return Ok(ids);
                }
                // Another process went on in this writer's name; a server ended a deadlock.
                Err(StoreError::Unique(_) | StoreError::Busy(_)) if attempts < ATTEMPTS => attempts += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_append_audit(
        &self,
        records: &[AuditRecord],
        mut head: ChainHead,
    ) -> Result<(ChainHead, Vec<Uuid>), StoreError> {
        let given: Vec<Option<Uuid>> = records.iter().map(|record| record.id.parse().ok()).collect();
        let mut known = self.known_audit(&given).await?;
        let (mut rows, mut ids) = (Vec::with_capacity(records.len()), Vec::with_capacity(records.len()));
        for (record, given) in records.iter().zip(given) {
            let id = given.unwrap_or_else(|| new_id(record.at));
            ids.push(id);
            if given.is_some() && !known.insert(id) {
                continue;
            }
            let sequence = head.sequence.saturating_add(1);
            let mut row = audit_record::Model {
                id,
                at: micros(record.at),
                actor: clip(&record.actor, 128),
                action: clip(&record.action, 128),
                team: record.team.as_deref().map(|team| clip(team, 64)),
                object: clip(&record.object, 4000),
                result: word(&record.result),
                status: record.status.map(i64::from),
                code: record.code.as_deref().map(|code| clip(code, 32)),
                source: clip(&record.source, 16),
                address: record.address.as_deref().map(|address| clip(address, 64)),
                request_id: record.request_id.as_deref().map(|id| clip(id, 128)),
                detail: record.detail.as_deref().map(|detail| clip(detail, 4000)),
                writer: self.options().writer.clone(),
                sequence,
                previous: head.hash.to_vec(),
                hash: Vec::new(),
                changes: changes(record)?,
                seal: None,
            };
            let hash = chain::hash(&row);
            row.hash = hash.to_vec();
            row.seal = self.options().chain_key.as_ref().map(|key| chain::seal(key, &hash));
            head = ChainHead { sequence, hash };
            rows.push(row);
        }
        if rows.len() <= BATCH {
            if !rows.is_empty() {
                let rows = rows.into_iter().map(active);
                audit_record::Entity::insert_many(rows).run(self).await?;
            }
        } else {
            let transaction = self.begin().await?;
            let mut rows = rows.into_iter().map(active).peekable();
            while rows.peek().is_some() {
                let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
                audit_record::Entity::insert_many(batch).exec_without_returning(&transaction).await?;
            }
            transaction.commit().await?;
        }
        Ok((head, ids))
    }

    /// Which of these ids are recorded.
    async fn known_audit(&self, given: &[Option<Uuid>]) -> Result<HashSet<Uuid>, StoreError> {
        let given: Vec<Uuid> = given.iter().flatten().copied().collect();
        let mut known = HashSet::new();
        for batch in given.chunks(BATCH) {
            let ids: Vec<Uuid> = audit_record::Entity::find()
                .select_only()
                .column(audit_record::Column::Id)
                .filter(audit_record::Column::Id.is_in(batch.iter().copied()))
                .into_tuple()
                .all(self.write())
                .await?;
            known.extend(ids);
        }
        Ok(known)
    }

    async fn chain_head(&self) -> Result<ChainHead, StoreError> {
        let last = audit_record::Entity::find()
            .filter(audit_record::Column::Writer.eq(self.options().writer.as_str()))
            .order_by_desc(audit_record::Column::Sequence)
            .one(self.write())
            .await?;
        match last {
            None => Ok(ChainHead { sequence: 0, hash: [0; 32] }),
            Some(row) => Ok(ChainHead { sequence: row.sequence, hash: hash_of(row.hash)? }),
        }
    }

    /// A page of the trail, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_audit(
        &self,
        proof: &Authorized<Visibility>,
        query: &AuditQuery,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let mut condition = Condition::all();
        if let Visibility::Only { teams, .. } = proof.get(Permission::AuditReadTeam)? {
            condition = condition.add(audit_record::Column::Team.is_in(teams.iter().map(ToString::to_string)));
        }
        for term in &query.terms {
            let wanted =
                term.condition().map_err(|cause| StoreError::corrupt("a condition on audit records", cause))?;
            condition = condition.add(wanted);
        }
        if let Some(since) = query.since {
            condition = condition.add(audit_record::Column::At.gte(micros(since)));
        }
        if let Some(after) = query.after {
            condition = condition.add(audit_record::Column::Id.lt(after));
        }
        let rows = audit_record::Entity::find()
            .filter(condition)
            .order_by_desc(audit_record::Column::Id)
            .limit(query.limit)
            .all(self.read())
            .await?;
        rows.into_iter().map(record).collect()
    }
}
