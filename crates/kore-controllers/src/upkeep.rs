//! Keeps an object's components as they should be, by operations: brings them to each generation, looks at them now and then,
//! puts right what came loose, and takes them down.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use kore_api::operation::{OperationState, Remainder, Target};
use kore_engine::{
    component::Components,
    error::StepError,
    operations::NewOperation,
    run::{Outcome, Work},
};
use kore_kube::index::{Index, Kind};
use kube::ResourceExt;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    ReconcileError,
    context::ControllersContext,
    operation::{self, SOON, coded, correction, correction_of, found, outcome_of, passes},
};

/// An object that is kept up.
pub(crate) struct Upkeep<'a> {
    pub(crate) context: &'a ControllersContext,
    /// The operation that brings it to its generation.
    pub(crate) wanted: NewOperation,
    /// Whether it was brought to that.
    pub(crate) is_reached: bool,
    /// The operation that is under way, or was the last, as the status says.
    pub(crate) last: Option<Uuid>,
    /// Whether the object's intent is another by now.
    pub(crate) superseded: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl fmt::Debug for Upkeep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upkeep").field("target", &self.wanted.target).finish_non_exhaustive()
    }
}

/// What is kept up: what it is made of, and who hears where it stands.
#[async_trait]
pub(crate) trait Subject: Send + Sync {
    /// The components of it as it should be.
    fn components(&self) -> Result<Components, StepError>;

    /// Components for keys of the ledger that none of those claims.
    fn leftovers(&self, keys: &[String]) -> Result<Components, StepError>;

    /// Has where it stands on record.
    async fn say(&self, stand: &Stand) -> Result<(), ReconcileError>;
}

/// Where it stands.
#[derive(Debug)]
pub(crate) enum Stand {
    /// As it should be.
    Reached {
        /// The operation that brought it there, where one did.
        operation: Option<Uuid>,
    },
    /// An operation is under way.
    Working { operation: Uuid, reason: String, requeue: Duration },
    /// Nothing is to be done, but something does not work yet or could not be looked at.
    Unsteady { reason: String },
    /// The operation failed; somebody must act.
    Failed { operation: Uuid, error: StepError },
}

/// What an operation is about.
pub(crate) fn target<K: Kind>(object: &K, team: Option<String>) -> Target
where
    K::DynamicType: Default,
{
    Target {
        kind: K::kind(&K::DynamicType::default()).into_owned(),
        team,
        name: object.name_any(),
        uid: object.uid().unwrap_or_default(),
        generation: object.meta().generation.unwrap_or_default(),
    }
}

/// Whether an object's intent is another than the one that is worked on.
pub(crate) fn superseded<K: Kind>(index: &Index<K>, object: &Arc<K>) -> Arc<dyn Fn() -> bool + Send + Sync>
where
    K::DynamicType: Send + Sync,
{
    let (index, worked_on) = (index.clone(), Arc::clone(object));
    Arc::new(move || {
        let (namespace, name) = (worked_on.namespace(), worked_on.name_any());
        index.get(namespace.as_deref(), &name).is_none_or(|now| {
            now.uid() != worked_on.uid()
                || now.meta().generation != worked_on.meta().generation
                || now.meta().deletion_timestamp.is_some() != worked_on.meta().deletion_timestamp.is_some()
        })
    })
}

impl Upkeep<'_> {
    /// Brings the components to where they should be, or looks whether they still are. The operation is on record before
    /// anything is done.
    pub(crate) async fn reach(&self, subject: &dyn Subject) -> Result<Stand, ReconcileError> {
        let shape = self.shape(subject).await;
        let is_done = !self.is_reached && operation::is_done(self.context, self.wanted.id).await?;
        if !self.is_reached && !is_done {
            return self.work(shape, &self.wanted, None, subject).await;
        }
        let done = is_done.then_some(self.wanted.id);
        let last = done.or(self.last);
        let prospect = match &shape {
            Ok((up, down)) => self.context.engine.preview(up, down).await,
            Err(error) if passes(error) => return Ok(Stand::Unsteady { reason: coded(error) }),
            Err(error) => return self.correct(&coded(error), last, shape, subject).await,
        };
        match prospect {
            Ok(prospect) if prospect.is_settled() => {
                operation::settle(self.context, self.wanted.target.generation, last).await?;
                Ok(Stand::Reached { operation: done })
            }
            Ok(prospect) if !prospect.actions.is_empty() => {
                self.correct(&found(&prospect.actions), last, shape, subject).await
            }
            Ok(prospect) => {
                let waits = prospect.waits.into_iter().map(|(id, reason)| format!("{id}: {reason}"));
                Ok(Stand::Unsteady { reason: waits.collect::<Vec<_>>().join("; ") })
            }
            Err(error) if passes(&error) => Ok(Stand::Unsteady { reason: coded(&error) }),
            // Somebody has to act: the operation carries code, owner and fix.
            Err(error) => self.correct(&coded(&error), last, Err(error), subject).await,
        }
    }

    /// Takes the components down; [`Stand::Reached`] once nothing on record is left.
    pub(crate) async fn remove(&self, subject: &dyn Subject) -> Result<Stand, ReconcileError> {
        let new = &self.wanted;
        let before = operation::begin(self.context, new).await?;
        subject.say(&working(new.id, UNDER_WAY)).await?;
        let outcome = match self.shape(subject).await {
            Ok((up, leftovers)) => {
                let down: Components =
                    up.into_iter().chain(leftovers).filter(|component| component.external_key().is_some()).collect();
                let run = self.context.engine.run(&self.as_work(new), &Components::new(), &down).await;
                run.map_err(ReconcileError::Records)?
            }
            Err(error) => outcome_of(error),
        };
        let left = self.context.engine.open_keys(&self.wanted.target.uid).await.map_err(ReconcileError::Records)?;
        let entries =
            self.context.engine.ledger.entries(&self.wanted.target.uid).await.map_err(ReconcileError::Records)?;
        let gone = entries.len().saturating_sub(left.len());
        let remainder = Remainder { gone: gone as u64, left: left.len() as u64 };
        match outcome {
            Outcome::Done => {
                operation::end(self.context, new, &before, None, Some(remainder)).await?;
                Ok(Stand::Reached { operation: Some(new.id) })
            }
            Outcome::Waiting { requeue, reason } => Ok(Stand::Working { operation: new.id, reason, requeue }),
            Outcome::Failed(error) => {
                operation::end(self.context, new, &before, Some(&error), Some(remainder)).await?;
                Ok(Stand::Failed { operation: new.id, error })
            }
        }
    }

    /// What should be there, and what is on record and should not.
    async fn shape(&self, subject: &dyn Subject) -> Result<(Components, Components), StepError> {
        let up = subject.components()?;
        let claimed: Vec<_> = up.iter().filter_map(|component| component.external_key()).collect();
        let mut keys = self.context.engine.open_keys(&self.wanted.target.uid).await?;
        keys.retain(|key| !claimed.contains(key));
        let down = if keys.is_empty() { Vec::new() } else { subject.leftovers(&keys)? };
        Ok((up, down))
    }

    /// Puts right what came loose: the correction under way goes on, or the next begins.
    async fn correct(
        &self,
        found: &str,
        last: Option<Uuid>,
        shape: Result<(Components, Components), StepError>,
        subject: &dyn Subject,
    ) -> Result<Stand, ReconcileError> {
        let target = &self.wanted.target;
        let id = correction_of(self.context, &target.uid, target.generation, last).await?;
        let new = correction(target.clone(), self.wanted.parameters.clone(), id);
        self.work(shape, &new, Some(found), subject).await
    }

    /// One run of an operation.
    async fn work(
        &self,
        shape: Result<(Components, Components), StepError>,
        new: &NewOperation,
        found: Option<&str>,
        subject: &dyn Subject,
    ) -> Result<Stand, ReconcileError> {
        let before = operation::begin(self.context, new).await?;
        if let (Some(found), OperationState::Pending) = (found, before.state) {
            operation::note_finding(self.context, new, found).await?;
        }
        let reason = found.map_or_else(|| UNDER_WAY.to_owned(), |found| format!("found {found}"));
        subject.say(&working(new.id, &reason)).await?;
        let outcome = match shape {
            Ok((up, down)) => {
                self.context.engine.run(&self.as_work(new), &up, &down).await.map_err(ReconcileError::Records)?
            }
            Err(error) => outcome_of(error),
        };
        match outcome {
            Outcome::Done => {
                operation::end(self.context, new, &before, None, None).await?;
                Ok(Stand::Reached { operation: Some(new.id) })
            }
            Outcome::Waiting { requeue, reason } => Ok(Stand::Working { operation: new.id, reason, requeue }),
            Outcome::Failed(error) => {
                operation::end(self.context, new, &before, Some(&error), None).await?;
                Ok(Stand::Failed { operation: new.id, error })
            }
        }
    }

    fn as_work(&self, new: &NewOperation) -> Work {
        Work { superseded: Arc::clone(&self.superseded), ..Work::new(self.wanted.target.uid.clone(), new.id) }
    }
}

const UNDER_WAY: &str = "the operation is under way";

fn working(operation: Uuid, reason: &str) -> Stand {
    Stand::Working { operation, reason: reason.to_owned(), requeue: Duration::ZERO }
}

/// How long until it is looked at again.
pub(crate) fn again(stand: &Stand, drift_period: Duration) -> Duration {
    match stand {
        Stand::Working { requeue, .. } => *requeue,
        Stand::Unsteady { .. } => SOON,
        Stand::Reached { .. } | Stand::Failed { .. } => drift_period,
    }
}

/// Parameters that an operation has on record.
pub(crate) fn parameters(spec: &impl serde::Serialize) -> Value {
    serde_json::to_value(spec).unwrap_or_default()
}
