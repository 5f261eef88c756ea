//! What teams may have, and what is taken of it.
//!
//! What a team has is the sum of its reservations. An object that exists has one, held by its uid. A write
//! that is about to make or change an object has one of its own for what the object does not have yet, held
//! by the request; it goes when the object's own reservation takes it over, when the write failed, or, when
//! nobody came back to say so, by the sweeper. Whoever reserves locks the team's row first: the sum that is
//! compared with the limits is the sum that stands.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use kore_api::quota::{DEFAULT, Quantities, QuotaLine, QuotaSpec};
use kore_domain::{
    access::{Authorized, Permission, Platform},
    quota::{is_exceeded, lines},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use crate::{
    DatabaseKind, Store, StoreError,
    connect::Change,
    convert::{from_json, json, micros, new_id},
    entity::{quota, quota_reservation},
};

/// What a team may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredQuota {
    /// Its limits.
    pub spec: QuotaSpec,
    /// Counts changes; 0 before the first.
    pub revision: i64,
}

/// For whom something is reserved.
#[derive(Debug, Clone, Copy)]
pub struct QuotaHolder<'a> {
    /// Immutable id of the team.
    pub team_id: &'a str,
    /// The object, as `cluster/dev`.
    pub object: &'a str,
    /// Its uid, once there is one.
    pub uid: Option<&'a str>,
    /// The request that makes or changes it.
    pub request: Option<&'a str>,
}

/// Whether there was enough.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Reserved {
    /// It is theirs.
    Yes,
    /// The lines that ask for more than there is; nothing was taken.
    Refused(Vec<QuotaLine>),
}

const fn quantities(row: &quota_reservation::Model) -> Quantities {
    Quantities {
        clusters: row.clusters.cast_unsigned(),
        nodes: row.nodes.cast_unsigned(),
        vcpus: row.vcpus.cast_unsigned(),
        memory_mib: row.memory_mib.cast_unsigned(),
        namespaces: row.namespaces.cast_unsigned(),
    }
}

fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn intent(request: &str) -> String {
    format!("{INTENT}{request}")
}

/// What the holders of intents begin with; no uid does.
const INTENT: &str = "request:";

/// A team's reservations with its row locked.
struct Locked {
    transaction: DatabaseTransaction,
    own: QuotaSpec,
    default: QuotaSpec,
    rows: Vec<quota_reservation::Model>,
}

impl Locked {
    fn taken(&self, object: &str, holder: Option<&str>) -> Option<&quota_reservation::Model> {
        self.rows.iter().find(|row| row.object == object && Some(row.holder.as_str()) == holder)
    }

    /// Lines that ask for too much when this is asked for besides what everybody but `replaced` has.
    fn exceeded(&self, replaced: &[&quota_reservation::Model], had: Quantities, asked: Quantities) -> Vec<QuotaLine> {
        let others = self.rows.iter().filter(|row| !replaced.iter().any(|one| one.id == row.id));
        let used = others.map(quantities).fold(had, Quantities::plus);
        lines(&self.own, &self.default, used, asked).into_iter().filter(is_exceeded).collect()
    }

    async fn put(&self, of: QuotaHolder<'_>, holder: &str, held: Quantities, now: i64) -> Result<(), StoreError> {
        if let Some(row) = self.taken(of.object, Some(holder)) {
            quota_reservation::Entity::update_many()
                .col_expr(quota_reservation::Column::Clusters, Expr::value(column(held.clusters)))
                .col_expr(quota_reservation::Column::Nodes, Expr::value(column(held.nodes)))
                .col_expr(quota_reservation::Column::Vcpus, Expr::value(column(held.vcpus)))
                .col_expr(quota_reservation::Column::MemoryMib, Expr::value(column(held.memory_mib)))
                .col_expr(quota_reservation::Column::Namespaces, Expr::value(column(held.namespaces)))
                .col_expr(quota_reservation::Column::UpdatedAt, Expr::value(now))
                .filter(quota_reservation::Column::Id.eq(row.id))
                .exec(&self.transaction)
                .await?;
            return Ok(());
        }
        let row = quota_reservation::Model {
            id: new_id(Timestamp::from_microsecond(now).unwrap_or_default()),
            team_id: of.team_id.to_owned(),
            object: of.object.to_owned(),
            holder: holder.to_owned(),
            clusters: column(held.clusters),
            nodes: column(held.nodes),
            vcpus: column(held.vcpus),
            memory_mib: column(held.memory_mib),
            namespaces: column(held.namespaces),
            created_at: now,
            updated_at: now,
        };
        quota_reservation::Entity::insert(row.into_active_model()).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    async fn remove(&self, row: &quota_reservation::Model) -> Result<(), StoreError> {
        quota_reservation::Entity::delete_by_id(row.id).exec(&self.transaction).await?;
        Ok(())
    }
}

impl Store {
    /// What a team may have by a quota of its own; `default` is the one of all others.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn quota(&self, team_id: &str) -> Result<StoredQuota, StoreError> {
        let row = quota::Entity::find_by_id(team_id).one(self.read()).await?;
        let read = |row: quota::Model| Ok(StoredQuota { spec: from_json(row.limits)?, revision: row.revision });
        row.map_or_else(|| Ok(StoredQuota::default()), read)
    }

    /// Every quota that was set, by the id of its team.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn quotas(&self) -> Result<HashMap<String, StoredQuota>, StoreError> {
        let rows = quota::Entity::find().all(self.read()).await?;
        let read =
            |row: quota::Model| Ok((row.team_id, StoredQuota { spec: from_json(row.limits)?, revision: row.revision }));
        rows.into_iter().map(read).collect()
    }

    /// Sets what a team may have, if it is still at the revision that was seen. What it has above that it
    /// keeps.
    ///
    /// # Errors
    /// `Conflict`.
    pub async fn set_quota(
        &self,
        proof: &Authorized<Platform>,
        team_id: &str,
        revision: i64,
        spec: &QuotaSpec,
        now: Timestamp,
    ) -> Result<StoredQuota, StoreError> {
        proof.get(Permission::QuotaWrite)?;
        self.quota_row(team_id, now).await?;
        let next = revision.saturating_add(1);
        let changed = quota::Entity::update_many()
            .col_expr(quota::Column::Limits, Expr::value(json(spec)?))
            .col_expr(quota::Column::Revision, Expr::value(next))
            .col_expr(quota::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(quota::Column::TeamId.eq(team_id))
            .filter(quota::Column::Revision.eq(revision))
            .run(self)
            .await?;
        if changed == 0 {
            return Err(StoreError::Conflict("the quota"));
        }
        Ok(StoredQuota { spec: spec.clone(), revision: next })
    }

    /// What each team has, by its id.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn quota_usage(&self, team_id: Option<&str>) -> Result<HashMap<String, Quantities>, StoreError> {
        let mut query = quota_reservation::Entity::find();
        if let Some(team_id) = team_id {
            query = query.filter(quota_reservation::Column::TeamId.eq(team_id));
        }
        let mut usage: HashMap<String, Quantities> = HashMap::new();
        for row in query.all(self.read()).await? {
            let held = quantities(&row);
            let used = usage.entry(row.team_id).or_default();
            *used = used.plus(held);
        }
        Ok(usage)
    }

    /// What an object has.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn quota_held(&self, uid: &str) -> Result<Option<Quantities>, StoreError> {
        let query = quota_reservation::Entity::find().filter(quota_reservation::Column::Holder.eq(uid));
        Ok(query.one(self.read()).await?.as_ref().map(quantities))
    }

    /// Reserves for a write that is about to be made what the object will have and has not yet. Asked
    /// twice by the same request is asked once.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn intend_quota(
        &self,
        of: QuotaHolder<'_>,
        wanted: Quantities,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        self.quota_row(of.team_id, now).await?;
        self.again(|| self.try_intend_quota(of, wanted, now)).await
    }

    async fn try_intend_quota(
        &self,
        of: QuotaHolder<'_>,
        wanted: Quantities,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let holder = intent(of.request.unwrap_or_default());
        let locked = self.lock_quota(of.team_id).await?;
        let has = locked.taken(of.object, of.uid).map(quantities).unwrap_or_default();
        let asked = wanted.beyond(has);
        let before = locked.taken(of.object, Some(&holder));
        let exceeded = locked.exceeded(before.as_slice(), Quantities::default(), asked);
        if !exceeded.is_empty() {
            return Ok(Reserved::Refused(exceeded));
        }
        if asked == Quantities::default() {
            if let Some(before) = before {
                locked.remove(before).await?;
            }
        } else {
            locked.put(of, &holder, asked, micros(now)).await?;
        }
        locked.transaction.commit().await?;
        Ok(Reserved::Yes)
    }

    /// Gives an object, which is there, what it should have: what its request reserved, what it `has`
    /// anyhow because it was made, and what is missing of it, if there is enough. It keeps what it had
    /// above that until [`Store::settle_quota`]. Repeating it is harmless, and cheap when there is
    /// nothing to be done.
    ///
    /// # Errors
    /// `NotFound` for a holder without a uid; [`StoreError`] of the database.
    pub async fn claim_quota(
        &self,
        of: QuotaHolder<'_>,
        has: Quantities,
        wanted: Quantities,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let uid = of.uid.ok_or(StoreError::NotFound("the object's uid"))?;
        let rows = quota_reservation::Entity::find()
            .filter(quota_reservation::Column::TeamId.eq(of.team_id))
            .filter(quota_reservation::Column::Object.eq(of.object));
        let rows = rows.all(self.write()).await?;
        let request = of.request.map(intent);
        let settled = rows.iter().any(|row| row.holder == uid && quantities(row).or_more(wanted) == quantities(row));
        if settled && !rows.iter().any(|row| Some(&row.holder) == request.as_ref()) {
            return Ok(Reserved::Yes);
        }
        self.quota_row(of.team_id, now).await?;
        self.again(|| self.try_claim_quota(of, uid, has, wanted, now)).await
    }

    async fn try_claim_quota(
        &self,
        of: QuotaHolder<'_>,
        uid: &str,
        has: Quantities,
        wanted: Quantities,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let locked = self.lock_quota(of.team_id).await?;
        let request = of.request.map(intent);
        let (row, intended) = (locked.taken(of.object, Some(uid)), locked.taken(of.object, request.as_deref()));
        let had = row.map(quantities).unwrap_or_default().or_more(has);
        // What was reserved stands, whatever became of the quota since.
        let reserved = had.plus(intended.map(quantities).unwrap_or_default());
        let replaced: Vec<_> = row.into_iter().chain(intended).collect();
        let exceeded = locked.exceeded(&replaced, reserved, wanted.beyond(reserved));
        let refused = !exceeded.is_empty();
        let held = if refused { had } else { had.or_more(wanted) };
        if let Some(intended) = intended {
            locked.remove(intended).await?;
        }
        if held != Quantities::default() {
            locked.put(of, uid, held, micros(now)).await?;
        }
        locked.transaction.commit().await?;
        Ok(if refused { Reserved::Refused(exceeded) } else { Reserved::Yes })
    }

    /// Leaves an object exactly what it has now that it is as it should be, unless somebody is about to
    /// change it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn settle_quota(&self, of: QuotaHolder<'_>, exact: Quantities, now: Timestamp) -> Result<(), StoreError> {
        let Some(uid) = of.uid else { return Ok(()) };
        if self.quota_held(uid).await?.is_none_or(|held| held == exact) {
            return Ok(());
        }
        self.again(|| self.try_settle_quota(of, uid, exact, now)).await
    }

    async fn try_settle_quota(
        &self,
        of: QuotaHolder<'_>,
        uid: &str,
        exact: Quantities,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let locked = self.lock_quota(of.team_id).await?;
        let others = locked.rows.iter().filter(|row| row.object == of.object && row.holder != uid);
        if others.count() == 0 && locked.taken(of.object, Some(uid)).is_some() {
            locked.put(of, uid, exact, micros(now)).await?;
        }
        Ok(locked.transaction.commit().await?)
    }

    /// Takes back what a request reserved for a write that was not made.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn withdraw_quota(&self, of: QuotaHolder<'_>) -> Result<(), StoreError> {
        let Some(request) = of.request else { return Ok(()) };
        quota_reservation::Entity::delete_many()
            .filter(quota_reservation::Column::TeamId.eq(of.team_id))
            .filter(quota_reservation::Column::Object.eq(of.object))
            .filter(quota_reservation::Column::Holder.eq(intent(request)))
            .run(self)
            .await?;
        Ok(())
    }

    /// Frees what an object had that was seen to be gone.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn release_quota(&self, uid: &str) -> Result<(), StoreError> {
        let query = quota_reservation::Entity::delete_many().filter(quota_reservation::Column::Holder.eq(uid));
        query.run(self).await?;
        Ok(())
    }

    /// Repairs halves of pairs among the objects whose names begin with `kind`: frees what was reserved
    /// before that moment for writes that nobody finished, and what objects have that are not among those
    /// that there are. How many reservations.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn sweep_quota(&self, kind: &str, there: &HashSet<String>, before: Timestamp) -> Result<u64, StoreError> {
        let old = quota_reservation::Entity::find()
            .filter(quota_reservation::Column::Object.starts_with(kind))
            .filter(quota_reservation::Column::UpdatedAt.lt(micros(before)));
        let mut freed = 0;
        for row in old.all(self.read()).await?.into_iter().filter(|row| !there.contains(&row.holder)) {
            let unchanged = quota_reservation::Entity::delete_many()
                .filter(quota_reservation::Column::Id.eq(row.id))
                .filter(quota_reservation::Column::UpdatedAt.eq(row.updated_at));
            freed += unchanged.run(self).await?;
        }
        Ok(freed)
    }

    /// Makes the row that reservations wait for, where it is missing. Outside of their transaction: a
    /// broken unique rule would end it on PostgreSQL.
    async fn quota_row(&self, team_id: &str, now: Timestamp) -> Result<(), StoreError> {
        if quota::Entity::find_by_id(team_id).one(self.write()).await?.is_some() {
            return Ok(());
        }
        let row = quota::ActiveModel {
            team_id: Set(team_id.to_owned()),
            limits: Set(json(&QuotaSpec::default())?),
            revision: Set(0),
            created_at: Set(micros(now)),
            updated_at: Set(micros(now)),
        };
        let inserted = quota::Entity::insert(row).run(self).await;
        match inserted {
            Ok(_) | Err(StoreError::Unique(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn lock_quota(&self, team_id: &str) -> Result<Locked, StoreError> {
        let transaction = self.begin().await?;
        let mut row = quota::Entity::find_by_id(team_id);
        if self.kind() != DatabaseKind::Sqlite {
            row = row.lock_exclusive();
        }
        let own = row.one(&transaction).await?.ok_or(StoreError::NotFound("the team's quota"))?;
        let default = quota::Entity::find_by_id(DEFAULT).one(&transaction).await?;
        let rows = quota_reservation::Entity::find().filter(quota_reservation::Column::TeamId.eq(team_id));
        Ok(Locked {
            own: from_json(own.limits)?,
            default: default.map(|row| from_json(row.limits)).transpose()?.unwrap_or_default(),
            rows: rows.all(&transaction).await?,
            transaction,
        })
    }
}
