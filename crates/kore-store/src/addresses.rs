//! Who has which range of addresses. Whoever reserves waits for whoever did before, so that no two
//! ranges overlap, whichever pools they are of and whatever they are for.

use std::collections::HashSet;

use ipnet::Ipv4Net;
use jiff::Timestamp;
use kore_api::address::{AddressPoolSpec, AddressReservationSpec, ClusterAddresses, Purpose};
use kore_domain::{
    access::{Authorized, Permission, Platform},
    addresses::{allot, bounds, overlap},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    DatabaseKind, Store, StoreError,
    connect::Change,
    convert::{from_word, micros, new_id, time, word},
    entity::{address_reservation, counter},
};

/// A range that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressReservation {
    /// Its id, which is its name.
    pub id: Uuid,
    /// The range.
    pub cidr: Ipv4Net,
    /// What it is for.
    pub purpose: Purpose,
    /// The pool that it is of; empty for what exists outside.
    pub pool: String,
    /// The object that has it, as `cluster/payments/dev`; empty for what exists outside.
    pub object: String,
    /// That object's uid; the id of the reservation for what exists outside.
    pub holder: String,
    /// For people.
    pub note: String,
    /// Who recorded it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// What a cluster asks for.
#[derive(Debug, Clone, Copy)]
pub struct AddressAsk<'a> {
    /// Its uid.
    pub holder: &'a str,
    /// It, as `cluster/payments/dev`.
    pub object: &'a str,
    /// Who asks for it.
    pub made_by: &'a str,
    /// What it needs ranges for.
    pub purposes: &'a [Purpose],
    /// Pools that may give them, the best first.
    pub pools: &'a [(&'a str, &'a AddressPoolSpec)],
    /// Ranges that it has and that may not be on record.
    pub has: Option<&'a ClusterAddresses>,
    /// Ranges that are not to be had where it is to be made.
    pub occupied: &'a [Ipv4Net],
    /// Where the search begins.
    pub seed: u64,
}

/// Whether there was room.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Addressed {
    /// These are its own.
    Yes(ClusterAddresses),
    /// No pool has all that it needs: the purpose that is lacking in each, with the pool.
    Exhausted(Vec<(String, Purpose)>),
}

fn assemble(row: address_reservation::Model) -> Result<AddressReservation, StoreError> {
    Ok(AddressReservation {
        id: row.id,
        cidr: row.cidr.parse().map_err(|cause| StoreError::corrupt("a range", cause_of(cause)))?,
        purpose: from_word(row.purpose)?,
        pool: row.pool,
        object: row.object,
        holder: row.holder,
        note: row.note,
        made_by: row.made_by,
        created_at: time(row.created_at)?,
    })
}

fn cause_of(cause: ipnet::AddrParseError) -> Box<dyn std::error::Error + Send + Sync> {
    cause.into()
}

/// All reservations, with everybody else waiting.
struct Turn {
    transaction: DatabaseTransaction,
    rows: Vec<AddressReservation>,
}

impl Turn {
    async fn add(&self, reservation: &AddressReservation) -> Result<(), StoreError> {
        let (first, last) = bounds(reservation.cidr);
        let team = reservation.object.split('/').nth(1).unwrap_or_default();
        let row = address_reservation::Model {
            id: reservation.id,
            pool: reservation.pool.clone(),
            purpose: word(&reservation.purpose),
            cidr: reservation.cidr.to_string(),
            first_address: first.into(),
            last_address: last.into(),
            team: team.to_owned(),
            object: reservation.object.clone(),
            holder: reservation.holder.clone(),
            note: reservation.note.clone(),
            made_by: reservation.made_by.clone(),
            created_at: micros(reservation.created_at),
        };
        let insert = address_reservation::Entity::insert(row.into_active_model());
        insert.exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}

impl Store {
    /// Every range that somebody has, in the order of their addresses.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_addresses(&self, proof: &Authorized<Platform>) -> Result<Vec<AddressReservation>, StoreError> {
        proof.get(Permission::AddressRead)?;
        self.addresses().await
    }

    /// The same, for Kore itself.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn addresses(&self) -> Result<Vec<AddressReservation>, StoreError> {
        let query = address_reservation::Entity::find().order_by_asc(address_reservation::Column::FirstAddress);
        query.all(self.read()).await?.into_iter().map(assemble).collect()
    }

    /// One range that somebody has.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn address(
        &self,
        proof: &Authorized<Platform>,
        id: Uuid,
    ) -> Result<Option<AddressReservation>, StoreError> {
        proof.get(Permission::AddressRead)?;
        let row = address_reservation::Entity::find_by_id(id).one(self.read()).await?;
        row.map(assemble).transpose()
    }

    /// The ranges of an object.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn addresses_of(&self, holder: &str) -> Result<Vec<AddressReservation>, StoreError> {
        let query = address_reservation::Entity::find().filter(address_reservation::Column::Holder.eq(holder));
        query.all(self.read()).await?.into_iter().map(assemble).collect()
    }

    /// Gives a cluster ranges that overlap nobody's, all of one pool; those that it has already it keeps.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn reserve_addresses(&self, ask: AddressAsk<'_>, now: Timestamp) -> Result<Addressed, StoreError> {
        self.again(|| self.try_reserve_addresses(ask, now)).await
    }

    async fn try_reserve_addresses(&self, ask: AddressAsk<'_>, now: Timestamp) -> Result<Addressed, StoreError> {
        let turn = self.address_turn().await?;
        let own: Vec<_> = turn.rows.iter().filter(|row| row.holder == ask.holder).collect();
        let recorded = own.iter().map(|row| (row.purpose, row.cidr));
        // What it has is a fact, whoever forgot it.
        let known = ask.has.into_iter().flat_map(ClusterAddresses::ranges);
        let mut has: Vec<(Purpose, Ipv4Net)> = recorded.collect();
        has.extend(known.filter(|(purpose, _)| !own.iter().any(|row| row.purpose == *purpose)));
        let pool = own.first().map(|row| row.pool.clone()).or_else(|| ask.has.map(|has| has.pool.clone()));

        let others = turn.rows.iter().filter(|row| row.holder != ask.holder).map(|row| row.cidr);
        let taken: Vec<Ipv4Net> = others.chain(ask.occupied.iter().copied()).collect();
        let all_there = ask.purposes.iter().all(|wanted| has.iter().any(|(purpose, _)| purpose == wanted));
        let (pool, ranges) = match pool {
            Some(pool) if all_there => (pool, has),
            pool => {
                let pools = ask.pools.iter().copied();
                let pools: Vec<_> =
                    pools.filter(|(name, _)| pool.as_deref().is_none_or(|pool| pool == *name)).collect();
                match allot(&pools, ask.purposes, &has, &taken, ask.seed) {
                    Ok((pool, ranges)) => (pool.to_owned(), ranges),
                    Err(lacking) => return Ok(Addressed::Exhausted(lacking)),
                }
            }
        };
        for (purpose, cidr) in &ranges {
            if own.iter().any(|row| row.purpose == *purpose) {
                continue;
            }
            turn.add(&AddressReservation {
                id: new_id(now),
                cidr: *cidr,
                purpose: *purpose,
                pool: pool.clone(),
                object: ask.object.to_owned(),
                holder: ask.holder.to_owned(),
                note: String::new(),
                made_by: ask.made_by.to_owned(),
                created_at: now,
            })
            .await?;
        }
        turn.transaction.commit().await?;
        Ok(Addressed::Yes(ClusterAddresses::new(pool, ranges)))
    }

    /// Records a range that is taken by something that Kore did not make; `Err` within is whose range it
    /// would overlap.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn record_address(
        &self,
        proof: &Authorized<Platform>,
        spec: &AddressReservationSpec,
        now: Timestamp,
    ) -> Result<Result<AddressReservation, AddressReservation>, StoreError> {
        proof.get(Permission::AddressWrite)?;
        let id = new_id(now);
        let reservation = AddressReservation {
            id,
            cidr: spec.cidr.trunc(),
            purpose: Purpose::External,
            pool: String::new(),
            object: String::new(),
            holder: id.to_string(),
            note: spec.note.clone(),
            made_by: proof.actor().to_owned(),
            created_at: now,
        };
        self.again(|| self.try_record_address(&reservation)).await
    }

    async fn try_record_address(
        &self,
        reservation: &AddressReservation,
    ) -> Result<Result<AddressReservation, AddressReservation>, StoreError> {
        let turn = self.address_turn().await?;
        if let Some(other) = turn.rows.iter().find(|row| overlap(row.cidr, reservation.cidr)) {
            return Ok(Err(other.clone()));
        }
        turn.add(reservation).await?;
        turn.transaction.commit().await?;
        Ok(Ok(reservation.clone()))
    }

    /// Forgets a range that was recorded as taken elsewhere; whether it was there.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn forget_address(&self, proof: &Authorized<Platform>, id: Uuid) -> Result<bool, StoreError> {
        proof.get(Permission::AddressWrite)?;
        let forgotten = address_reservation::Entity::delete_many()
            .filter(address_reservation::Column::Id.eq(id))
            .filter(address_reservation::Column::Purpose.eq(word(&Purpose::External)))
            .run(self)
            .await?;
        Ok(forgotten > 0)
    }

    /// Frees the ranges of an object that was seen to be gone.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn release_addresses(&self, holder: &str) -> Result<(), StoreError> {
        let query = address_reservation::Entity::delete_many().filter(address_reservation::Column::Holder.eq(holder));
        query.run(self).await?;
        Ok(())
    }

    /// Frees what objects had since before that moment that are not among those that there are; how many
    /// ranges.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn sweep_addresses(&self, there: &HashSet<String>, before: Timestamp) -> Result<u64, StoreError> {
        let old = address_reservation::Entity::find()
            .filter(address_reservation::Column::Purpose.ne(word(&Purpose::External)))
            .filter(address_reservation::Column::CreatedAt.lt(micros(before)));
        let mut freed = 0;
        for row in old.all(self.read()).await?.into_iter().filter(|row| !there.contains(&row.holder)) {
            freed += address_reservation::Entity::delete_by_id(row.id).run(self).await?;
        }
        Ok(freed)
    }

    /// Waits for one's turn and reads who has what.
    async fn address_turn(&self) -> Result<Turn, StoreError> {
        let transaction = self.begin().await?;
        if self.kind() != DatabaseKind::Sqlite {
            counter::Entity::find_by_id("addresses").lock_exclusive().one(&transaction).await?;
        }
        let rows = address_reservation::Entity::find().all(&transaction).await?;
        Ok(Turn { rows: rows.into_iter().map(assemble).collect::<Result<_, _>>()?, transaction })
    }
}
