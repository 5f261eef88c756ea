//! The audit trail: append-only, one hash chain per writer.
//!
//! A record's hash covers the record, its writer, its number and the hash before it: changing,
//! inserting or removing a record breaks the chain from there on. Cutting off the tail, or computing
//! the whole chain anew, is not found by this alone; that takes checkpoints signed by a key outside
//! the database.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use kore_api::audit::{AuditRecord, AuditResult};
use kore_domain::access::{Authorized, Permission, Platform, Visibility};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    convert::{clip, from_word, micros, new_id, time, word},
    entity::audit_record,
};

/// Records that one statement inserts: SQLite takes at most 32,766 variables in one.
const BATCH: usize = 500;

/// How often an append looks again for the end of its chain.
const ATTEMPTS: u32 = 5;

/// Which records, newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Of this team.
    pub team: Option<String>,
    /// By whom, as `user:ana`.
    pub actor: Option<String>,
    /// What, as `cluster.create`.
    pub action: Option<String>,
    /// On what; any part of it.
    pub object: Option<String>,
    /// How it ended.
    pub result: Option<AuditResult>,
    /// Of this request.
    pub request_id: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// After this place: id of the last one seen.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: u64,
}

/// What checking the chains found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Records looked at, by writer.
    pub records: BTreeMap<String, u64>,
    /// Where chains do not hold; the first place of each writer.
    pub breaks: Vec<ChainBreak>,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    /// Whose chain.
    pub writer: String,
    /// Number of the record that does not fit.
    pub sequence: i64,
    /// What does not fit.
    pub reason: &'static str,
}

/// The last record of this process's chain.
#[derive(Debug, Clone)]
pub(crate) struct ChainHead {
    sequence: i64,
    hash: [u8; 32],
}

/// Length-prefixed, so that no two records have the same bytes.
fn seal(row: &audit_record::Model) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: Option<&[u8]>| match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    };
    add(Some(&row.previous));
    add(Some(row.writer.as_bytes()));
    add(Some(&row.sequence.to_be_bytes()));
    add(Some(row.id.as_bytes()));
    add(Some(&row.at.to_be_bytes()));
    for text in [&row.actor, &row.action, &row.object, &row.result, &row.source] {
        add(Some(text.as_bytes()));
    }
    for text in [&row.team, &row.code, &row.address, &row.request_id, &row.detail] {
        add(text.as_deref().map(str::as_bytes));
    }
    add(row.status.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    hash.finalize().into()
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
    })
}

/// Whether a column contains a text, whatever the case; the databases differ in what `LIKE` means by
/// itself, and the text is not a pattern.
fn contains(column: audit_record::Column, part: &str) -> SimpleExpr {
    let mut pattern = String::from("%");
    for character in part.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Func::lower(Expr::col(column)).like(LikeExpr::new(pattern).escape('!'))
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
            };
            let hash = seal(&row);
            row.hash = hash.to_vec();
            head = ChainHead { sequence, hash };
            rows.push(row);
        }
        if rows.len() <= BATCH {
            if !rows.is_empty() {
                let rows = rows.into_iter().map(active);
                audit_record::Entity::insert_many(rows).exec_without_returning(self.write()).await?;
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
            Some(row) => {
                let hash = row.hash.try_into();
                let hash = hash.map_err(|_| StoreError::corrupt("the hash of an audit record", "not 32 bytes"))?;
                Ok(ChainHead { sequence: row.sequence, hash })
            }
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
        let equal = [
            (audit_record::Column::Team, query.team.clone()),
            (audit_record::Column::Actor, query.actor.clone()),
            (audit_record::Column::Action, query.action.clone()),
            (audit_record::Column::RequestId, query.request_id.clone()),
            (audit_record::Column::Result, query.result.as_ref().map(word)),
        ];
        for (column, wanted) in equal {
            if let Some(wanted) = wanted {
                condition = condition.add(column.eq(wanted));
            }
        }
        if let Some(part) = &query.object {
            condition = condition.add(contains(audit_record::Column::Object, part));
        }
        if let Some(since) = query.since {
            condition = condition.add(audit_record::Column::At.gte(micros(since)));
        }
        if let Some(until) = query.until {
            condition = condition.add(audit_record::Column::At.lt(micros(until)));
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

    /// Follows every chain from its first record.
    ///
    /// # Errors
    /// [`StoreError`] of the database; a chain that does not hold is in the verdict.
    pub async fn verify_audit(&self, proof: &Authorized<Platform>) -> Result<AuditVerdict, StoreError> {
        proof.get(Permission::AuditReadPlatform)?;
        let mut verdict = AuditVerdict::default();
        let writers: Vec<String> = audit_record::Entity::find()
            .select_only()
            .column(audit_record::Column::Writer)
            .distinct()
            .order_by_asc(audit_record::Column::Writer)
            .into_tuple()
            .all(self.read())
            .await?;
        for writer in writers {
            let (mut sequence, mut previous, mut broken) = (0_i64, vec![0; 32], false);
            let mut seen = 0_u64;
            loop {
                let rows = audit_record::Entity::find()
                    .filter(audit_record::Column::Writer.eq(writer.as_str()))
                    .filter(audit_record::Column::Sequence.gt(sequence))
                    .order_by_asc(audit_record::Column::Sequence)
                    .limit(BATCH as u64)
                    .all(self.read())
                    .await?;
                if rows.is_empty() {
                    break;
                }
                for row in rows {
                    let reason = if row.sequence != sequence.saturating_add(1) {
                        Some("a record is missing before it")
                    } else if row.previous != previous {
                        Some("it does not follow the record before it")
                    } else if seal(&row).as_slice() != row.hash {
                        Some("it was changed")
                    } else {
                        None
                    };
                    if let Some(reason) = reason.filter(|_| !broken) {
                        broken = true;
                        verdict.breaks.push(ChainBreak { writer: writer.clone(), sequence: row.sequence, reason });
                    }
                    (sequence, previous) = (row.sequence, row.hash);
                    seen = seen.saturating_add(1);
                }
            }
            verdict.records.insert(writer, seen);
        }
        Ok(verdict)
    }
}
