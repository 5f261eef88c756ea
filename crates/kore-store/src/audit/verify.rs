//! Reading chains in the database: where they stand, and whether they hold.

use kore_domain::access::{Authorized, Permission, Platform};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    BATCH,
    chain::{AuditVerdict, Chain, ChainBreak, Expected, ExpectedChain, Walk},
    hash_of,
};
use crate::{Store, StoreError, entity::audit_record};

impl Store {
    /// Every writer, by name. Each is found from the one before it, since a list of all different ones
    /// would read the whole index.
    pub(super) async fn audit_writers(&self) -> Result<Vec<String>, StoreError> {
        let mut writers: Vec<String> = Vec::new();
        loop {
            let mut next = audit_record::Entity::find().select_only().column(audit_record::Column::Writer);
            if let Some(last) = writers.last() {
                next = next.filter(audit_record::Column::Writer.gt(last.as_str()));
            }
            let next = next.order_by_asc(audit_record::Column::Writer).limit(1).into_tuple().one(self.read()).await?;
            match next {
                Some(writer) => writers.push(writer),
                None => return Ok(writers),
            }
        }
    }

    /// Where every chain stands. The end of this process's own is the one that it wrote, whatever
    /// somebody did to the rows since.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn audit_chains(&self) -> Result<Vec<Chain>, StoreError> {
        let own = self.chain().lock().await.clone();
        let mut chains = Vec::new();
        for writer in self.audit_writers().await? {
            let of = audit_record::Entity::find().filter(audit_record::Column::Writer.eq(writer.as_str()));
            let last = of.order_by_desc(audit_record::Column::Sequence).one(self.read()).await?;
            let Some(last) = last else { continue };
            chains.push(Chain { writer, sequence: last.sequence, hash: hash_of(last.hash)? });
        }
        if let Some(own) = own {
            let name = &self.options().writer;
            match chains.iter_mut().find(|chain| chain.writer == *name) {
                Some(chain) if chain.sequence < own.sequence => {
                    (chain.sequence, chain.hash) = (own.sequence, own.hash);
                }
                None if own.sequence > 0 => {
                    chains.push(Chain { writer: name.clone(), sequence: own.sequence, hash: own.hash });
                }
                Some(_) | None => {}
            }
        }
        Ok(chains)
    }

    /// Follows every chain from its first record to its last, and compares it with what checkpoints say.
    /// Seals are looked at where this process has the key.
    ///
    /// # Errors
    /// [`StoreError`] of the database; a chain that does not hold is in the verdict.
    pub async fn verify_audit(
        &self,
        proof: &Authorized<Platform>,
        expected: &Expected,
    ) -> Result<AuditVerdict, StoreError> {
        proof.get(Permission::AuditReadPlatform)?;
        let mut verdict = AuditVerdict::default();
        let mut writers = self.audit_writers().await?;
        writers.extend(expected.keys().cloned());
        writers.sort_unstable();
        writers.dedup();
        let unknown = ExpectedChain::default();
        for writer in writers {
            let expected = expected.get(&writer).unwrap_or(&unknown);
            let walk = self.walk(&writer, expected, i64::MAX).await?;
            walk.end(&mut verdict);
        }
        Ok(verdict)
    }

    /// What does not hold of a chain up to that number: before the records are removed for good.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn verify_audit_part(
        &self,
        writer: &str,
        expected: &ExpectedChain,
        through: i64,
    ) -> Result<Vec<ChainBreak>, StoreError> {
        Ok(self.walk(writer, expected, through).await?.broken())
    }

    async fn walk<'a>(
        &'a self,
        writer: &'a str,
        expected: &'a ExpectedChain,
        through: i64,
    ) -> Result<Walk<'a>, StoreError> {
        let mut walk = Walk::new(writer, expected, self.options().chain_key.as_ref());
        let mut sequence = i64::MIN;
        loop {
            let rows = audit_record::Entity::find()
                .filter(audit_record::Column::Writer.eq(writer))
                .filter(audit_record::Column::Sequence.gt(sequence))
                .filter(audit_record::Column::Sequence.lte(through))
                .order_by_asc(audit_record::Column::Sequence)
                .limit(BATCH as u64)
                .all(self.read())
                .await?;
            let Some(last) = rows.last() else { return Ok(walk) };
            sequence = last.sequence;
            rows.iter().for_each(|row| walk.next(row));
        }
    }
}
