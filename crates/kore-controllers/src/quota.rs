//! What an object takes of its team's quota: made sure of before anything is made for it, whoever wrote
//! it; left with exactly what it has once it is as it should be; freed once it was seen to be gone.

use jiff::Timestamp;
use kore_api::{codes::Code, quota::Quantities};
use kore_domain::quota::refusal;
use kore_engine::error::{Class, StepError};
use kore_store::{QuotaHolder, Reserved, Store};

/// An object that takes something of its team's quota.
pub(crate) struct Holder<'a> {
    /// The team, as people call it.
    pub(crate) team: &'a str,
    /// Its immutable id.
    pub(crate) team_id: &'a str,
    /// The object, as `cluster/dev`.
    pub(crate) object: String,
    /// Its uid.
    pub(crate) uid: &'a str,
    /// The request that wrote it last, if one did.
    pub(crate) request: Option<&'a str>,
}

impl Holder<'_> {
    fn of(&self) -> QuotaHolder<'_> {
        QuotaHolder { team_id: self.team_id, object: &self.object, uid: Some(self.uid), request: self.request }
    }

    /// Makes sure that it has what it should have; `has` is what was made of it already.
    ///
    /// # Errors
    /// Of class `Quota` when there is not enough; what the database answers otherwise.
    pub(crate) async fn claim(
        &self,
        store: &Store,
        has: Quantities,
        wanted: Quantities,
        now: Timestamp,
    ) -> Result<(), StepError> {
        match store.claim_quota(self.of(), has, wanted, now).await? {
            Reserved::Yes => Ok(()),
            Reserved::Refused(lines) => {
                let problem = refusal(self.team, &lines);
                Err(StepError::new(Code::QuotaExceeded, Class::Quota, problem.detail))
            }
        }
    }

    /// Leaves it exactly what it has.
    ///
    /// # Errors
    /// What the database answers.
    pub(crate) async fn settle(&self, store: &Store, exact: Quantities, now: Timestamp) -> Result<(), StepError> {
        Ok(store.settle_quota(self.of(), exact, now).await?)
    }
}
