//! Removes everything that was ever made for an owner, and says so only when that was seen.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use kore_api::operation::Remainder;

use crate::{
    component::{Component, Components},
    error::StepError,
    ledger::LedgerState,
    provider::{ClusterProvider, ClusterRequest},
    run::{Engine, Outcome, Work},
};

/// How long until a sweep that still found something is repeated.
const SWEEP_AGAIN: Duration = Duration::from_secs(2);

impl Engine {
    /// Takes a cluster down: what its present shape has, what earlier shapes left, and what is found
    /// in the world by tag or name. [`Outcome::Done`] means that a sweep found nothing.
    ///
    /// # Errors
    /// What the ledger, the operation log or the provider's inventory answer.
    pub async fn teardown(
        &self,
        work: &Work,
        provider: &dyn ClusterProvider,
        request: &ClusterRequest,
    ) -> Result<(Outcome, Remainder), StepError> {
        let keys = self.open_keys(&work.owner).await?;
        let found = provider.sweep(request).await?;
        // What lives inside something that is deleted whole is not deleted one by one.
        let mut components: Components =
            provider.components(request).await?.into_iter().filter(|one| one.external_key().is_some()).collect();
        let claimed: HashSet<String> = components.iter().filter_map(|component| component.external_key()).collect();
        let unclaimed: BTreeSet<String> =
            keys.iter().chain(&found).filter(|key| !claimed.contains(*key)).cloned().collect();
        if !unclaimed.is_empty() {
            let names: HashSet<_> = components.iter().map(|component| component.id()).collect();
            let leftovers = provider.leftovers(request, &unclaimed.into_iter().collect::<Vec<_>>()).await?;
            let keyed = leftovers.into_iter().filter(|leftover| leftover.external_key().is_some());
            components.extend(keyed.filter(|leftover| !names.contains(&leftover.id())));
        }
        let all: Vec<&dyn Component> = components.iter().map(AsRef::as_ref).collect();
        let outcome = self.take_down(work, &all).await?;
        if !matches!(outcome, Outcome::Done) {
            let remainder = self.remainder(&work.owner, &found).await?;
            return Ok((outcome, remainder));
        }
        let found = provider.sweep(request).await?;
        if found.is_empty() {
            // Recorded but claimed by nobody: the sweep has seen that it is not there.
            for key in self.open_keys(&work.owner).await? {
                self.ledger.gone(&work.owner, &key).await?;
            }
        }
        let remainder = self.remainder(&work.owner, &found).await?;
        let outcome = match found.as_slice() {
            [] => Outcome::Done,
            [first, ..] => Outcome::Waiting {
                requeue: SWEEP_AGAIN,
                reason: format!("{} things to be gone, {first} among them", found.len()),
            },
        };
        Ok((outcome, remainder))
    }

    /// Keys of the ledger that were not seen to be gone.
    ///
    /// # Errors
    /// What the ledger answers.
    pub async fn open_keys(&self, owner: &str) -> Result<Vec<String>, StepError> {
        let entries = self.ledger.entries(owner).await?;
        Ok(entries.into_iter().filter(|entry| entry.state != LedgerState::Gone).map(|entry| entry.key).collect())
    }

    async fn remainder(&self, owner: &str, found: &[String]) -> Result<Remainder, StepError> {
        let entries = self.ledger.entries(owner).await?;
        let (gone, open): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.state == LedgerState::Gone);
        let gone: HashSet<_> = gone.into_iter().map(|entry| entry.key).collect();
        let left: HashSet<_> = open.into_iter().map(|entry| entry.key).chain(found.iter().cloned()).collect();
        Ok(Remainder { gone: gone.difference(&left).count() as u64, left: left.len() as u64 })
    }
}
