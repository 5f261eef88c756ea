//! Works on a cluster: its operation, its components, its status, and its end.

use std::sync::Arc;

use kore_api::{
    cluster::{Cluster, ClusterStatus},
    condition::READY,
    meta,
    operation::{Operation, OperationState, Remainder},
    preview::Action as PlannedAction,
};
use kore_engine::{
    component::Components,
    error::{Class, StepError},
    operations::NewOperation,
    provider::ClusterFacts,
    run::{Outcome, Work},
};
use kore_kube::apply::apply_status_unchanged;
use kube::{Api, ResourceExt, runtime::controller::Action};
use uuid::Uuid;

use super::{
    build,
    status::{self, Standing},
    validate::{Valid, generation},
};
use crate::{
    ReconcileError,
    context::ControllersContext,
    drift::{Who, with_people},
    finalizer::release,
    operation::{self, SOON, coded, correction_of, found, outcome_of, passes},
    upkeep::superseded,
};

/// One cluster, one reconcile.
pub(crate) struct Site<'a> {
    pub(crate) context: &'a ControllersContext,
    pub(crate) cluster: &'a Arc<Cluster>,
}

/// Decides what the cluster can do and has that on record before anything is made. Refused when the
/// cluster has changed since it was read: somebody else may have decided.
pub(crate) async fn settle_rung(
    api: &Api<Cluster>,
    cluster: Arc<Cluster>,
    mut valid: Valid,
) -> Result<(Arc<Cluster>, Valid), ReconcileError> {
    let rung = valid.provider.rung(&valid.request).map_err(ReconcileError::Rung)?;
    let mut status = cluster.status.clone().unwrap_or_default();
    let cluster = if status.rung.as_ref() == Some(&rung) {
        cluster
    } else {
        status.rung = Some(rung.clone());
        let written = apply_status_unchanged(api, &*cluster, meta::MANAGER_CONTROLLER, &status).await;
        Arc::new(written.map_err(ReconcileError::kube("recording what the cluster can do"))?)
    };
    valid.request.rung = Some(rung);
    Ok((cluster, valid))
}

/// Gives the cluster ranges of addresses of its own and has them on record in its status before anything
/// is made. Refused when the cluster has changed since it was read, as [`settle_rung`].
pub(crate) async fn settle_addresses(
    context: &ControllersContext,
    api: &Api<Cluster>,
    cluster: Arc<Cluster>,
    mut valid: Valid,
) -> Result<Result<(Arc<Cluster>, Valid), StepError>, ReconcileError> {
    let addresses = match crate::addresses::reserve(context, &valid).await {
        Ok(addresses) => addresses,
        Err(error) if error.class == Class::Quota => return Ok(Err(error)),
        Err(error) => return Err(ReconcileError::Records(error)),
    };
    let mut status = cluster.status.clone().unwrap_or_default();
    let cluster = if status.addresses == addresses {
        cluster
    } else {
        status.addresses.clone_from(&addresses);
        let written = apply_status_unchanged(api, &*cluster, meta::MANAGER_CONTROLLER, &status).await;
        Arc::new(written.map_err(ReconcileError::kube("recording the cluster's addresses"))?)
    };
    valid.request.addresses = addresses;
    Ok(Ok((cluster, valid)))
}

impl Site<'_> {
    /// Makes sure that the cluster's team has what the cluster takes, before anything is made: not every
    /// cluster came through the API.
    pub(crate) async fn reserve(&self, valid: &Valid) -> Result<(), StepError> {
        let has = valid.applied.as_ref().map(|applied| valid.demand(applied)).unwrap_or_default();
        let wanted = valid.demand(&valid.request.parameters);
        valid.holder().claim(&self.context.store, has, wanted, self.context.clock.now()).await
    }

    /// Something of the platform's comes first: the operation is begun, and says what it waits for.
    pub(crate) async fn wait(&self, valid: &Valid, reason: &str) -> Result<Action, ReconcileError> {
        let new = build::wanted(self.cluster, valid);
        operation::begin(self.context, &new).await?;
        self.stand(Standing::Working { operation: new.id, reason }).await?;
        Ok(Action::requeue(SOON))
    }

    /// Brings the cluster to its generation, or looks whether it still is where it was brought.
    pub(crate) async fn reach(&self, valid: &Valid) -> Result<Action, ReconcileError> {
        if self.is_reached(valid) {
            return self.look(valid, None).await;
        }
        let wanted = build::wanted(self.cluster, valid);
        if operation::is_done(self.context, wanted.id).await? {
            self.look(valid, Some(&wanted)).await
        } else {
            self.work(valid, wanted, None).await
        }
    }

    fn is_reached(&self, valid: &Valid) -> bool {
        let reached = self.cluster.status.as_ref().and_then(|status| status.observed_generation);
        reached == Some(valid.generation)
    }

    /// A cheap look; drift becomes an operation of its own. `done` is the last one, where the status does not say so yet.
    async fn look(&self, valid: &Valid, done: Option<&NewOperation>) -> Result<Action, ReconcileError> {
        let prospect = match self.shape(valid).await {
            Ok((components, leftovers)) => self.context.engine.preview(&components, &leftovers).await,
            Err(error) => Err(error),
        };
        let reason = match prospect {
            Ok(prospect) if prospect.is_settled() => {
                let facts = valid.provider.facts(&valid.request).await;
                if !self.is_ready() {
                    operation::settle(self.context, valid.generation, self.last(done)).await?;
                }
                return self.reached(valid, done, facts).await;
            }
            Ok(prospect) if !prospect.actions.is_empty() => {
                let actions = self.with_people(valid, prospect.actions).await;
                return self.correct(valid, &found(&actions), done).await;
            }
            Ok(prospect) => {
                let waits = prospect.waits.into_iter().map(|(id, reason)| format!("{id}: {reason}"));
                waits.collect::<Vec<_>>().join("; ")
            }
            // Somebody has to act: the operation carries code, owner and fix.
            Err(error) if !passes(&error) => return self.correct(valid, &coded(&error), done).await,
            Err(error) => coded(&error),
        };
        self.stand(Standing::Unsteady { reason: &reason }).await?;
        Ok(Action::requeue(SOON))
    }

    /// Says of objects in the cluster who changed them, where the trail knows.
    async fn with_people(&self, valid: &Valid, actions: Vec<PlannedAction>) -> Vec<PlannedAction> {
        let mut told = Vec::new();
        for action in actions {
            let detail = action.detail.into_iter().map(Who::of_object).collect();
            let detail = with_people(self.context, &valid.request.name, detail).await;
            told.push(PlannedAction { detail, ..action });
        }
        told
    }

    /// Puts right what came loose: the correction under way goes on, or the next begins.
    async fn correct(&self, valid: &Valid, found: &str, done: Option<&NewOperation>) -> Result<Action, ReconcileError> {
        self.work(valid, self.correction(valid, done).await?, Some(found)).await
    }

    /// The correction that is under way, or the next.
    async fn correction(&self, valid: &Valid, done: Option<&NewOperation>) -> Result<NewOperation, ReconcileError> {
        let id = correction_of(self.context, &valid.request.uid, valid.generation, self.last(done)).await?;
        Ok(build::correction(valid, id))
    }

    /// The last operation: the one that is done, or what the status says.
    fn last(&self, done: Option<&NewOperation>) -> Option<Uuid> {
        let said = || self.cluster.status.as_ref().and_then(|status| status.operation.as_deref()?.parse().ok());
        done.map(|done| done.id).or_else(said)
    }

    /// Whether the status calls it ready.
    fn is_ready(&self) -> bool {
        let conditions = self.cluster.status.iter().flat_map(|status| &status.conditions);
        conditions.into_iter().any(|one| one.type_ == READY && one.status == "True")
    }

    /// Where the cluster stands cannot be looked at: nothing is touched meanwhile. What passes is waited for; else the
    /// operation carries code, owner and fix.
    pub(crate) async fn unseen(&self, valid: &Valid, error: StepError) -> Result<Action, ReconcileError> {
        let reason = coded(&error);
        let wanted = build::wanted(self.cluster, valid);
        // What is done stays done, see `reach`.
        let is_done = !self.is_reached(valid) && operation::is_done(self.context, wanted.id).await?;
        let is_there = is_done || self.is_reached(valid);
        if is_there && passes(&error) {
            self.stand(Standing::Unsteady { reason: &reason }).await?;
            return Ok(Action::requeue(SOON));
        }
        let (new, found) = if is_there {
            (self.correction(valid, is_done.then_some(&wanted)).await?, Some(reason.as_str()))
        } else {
            (wanted, None)
        };
        let before = self.begin(&new, found).await?;
        self.conclude(valid, &new, &before, outcome_of(error)).await
    }

    /// One run of an operation.
    async fn work(&self, valid: &Valid, new: NewOperation, found: Option<&str>) -> Result<Action, ReconcileError> {
        let before = self.begin(&new, found).await?;
        let outcome = match self.shape(valid).await {
            Ok((components, leftovers)) => {
                let work = self.lasting_work(&new);
                let run = self.context.engine.run(&work, &components, &leftovers).await;
                run.map_err(ReconcileError::Records)?
            }
            Err(error) => outcome_of(error),
        };
        self.conclude(valid, &new, &before, outcome).await
    }

    async fn begin(&self, new: &NewOperation, found: Option<&str>) -> Result<Operation, ReconcileError> {
        let before = operation::begin(self.context, new).await?;
        if let (Some(found), OperationState::Pending) = (found, before.state) {
            operation::note_finding(self.context, new, found).await?;
        }
        let reason = found.map_or_else(|| "the operation is under way".to_owned(), |found| format!("found {found}"));
        self.stand(Standing::Working { operation: new.id, reason: &reason }).await?;
        Ok(before)
    }

    /// What came of a run: in the operation and in the status.
    async fn conclude(
        &self,
        valid: &Valid,
        new: &NewOperation,
        before: &Operation,
        outcome: Outcome,
    ) -> Result<Action, ReconcileError> {
        match outcome {
            Outcome::Done => {
                // Looked at first: whoever hears that the operation has ended asks next what came of it.
                let facts = valid.provider.facts(&valid.request).await;
                operation::end(self.context, new, before, None, None).await?;
                self.reached(valid, Some(new), facts).await
            }
            Outcome::Waiting { requeue, reason } => {
                self.stand(Standing::Working { operation: new.id, reason: &reason }).await?;
                Ok(Action::requeue(requeue))
            }
            Outcome::Failed(error) => {
                operation::end(self.context, new, before, Some(&error), None).await?;
                self.stand(Standing::Failed { operation: new.id, error: &error }).await?;
                Ok(Action::requeue(self.context.drift_period))
            }
        }
    }

    /// Takes the cluster down; the finalizer goes when a sweep has found nothing.
    pub(crate) async fn remove(&self, valid: &Valid) -> Result<Action, ReconcileError> {
        let new = build::wanted(self.cluster, valid);
        let before = operation::begin(self.context, &new).await?;
        self.stand(Standing::Deleting { operation: new.id, reason: "the operation is under way" }).await?;
        let work = self.lasting_work(&new);
        // What never had a place has nothing anywhere.
        let is_placed = valid.provider.cloud().is_none() || valid.request.account.is_some();
        if !is_placed && self.cluster.status.as_ref().is_none_or(|status| status.account.is_none()) {
            operation::end(self.context, &new, &before, None, Some(Remainder::default())).await?;
            return self.released(valid).await;
        }
        let ended = self.context.engine.teardown(&work, &*valid.provider, &valid.request).await;
        let (outcome, remainder) = match ended {
            Ok(ended) => ended,
            Err(error) => (outcome_of(error), Remainder::default()),
        };
        match outcome {
            Outcome::Done => {
                operation::end(self.context, &new, &before, None, Some(remainder)).await?;
                self.released(valid).await
            }
            Outcome::Waiting { requeue, reason } => {
                self.stand(Standing::Deleting { operation: new.id, reason: &reason }).await?;
                Ok(Action::requeue(requeue))
            }
            Outcome::Failed(error) => {
                operation::end(self.context, &new, &before, Some(&error), Some(remainder)).await?;
                self.stand(Standing::Failed { operation: new.id, error: &error }).await?;
                Ok(Action::requeue(self.context.drift_period))
            }
        }
    }

    /// Frees what the cluster had and takes the finalizer off.
    async fn released(&self, valid: &Valid) -> Result<Action, ReconcileError> {
        let freed = self.context.store.release_quota(&valid.request.uid).await;
        freed.map_err(|error| ReconcileError::Records(error.into()))?;
        let freed = self.context.store.release_addresses(&valid.request.uid).await;
        freed.map_err(|error| ReconcileError::Records(error.into()))?;
        let namespace = self.cluster.namespace().unwrap_or_default();
        let api: Api<Cluster> = Api::namespaced(self.context.client.clone(), &namespace);
        release(&api, &**self.cluster).await?;
        Ok(Action::await_change())
    }

    /// The spec does not fit: said in the status, and in the operation if somebody began one.
    pub(crate) async fn blocked(&self, error: &StepError) -> Result<Action, ReconcileError> {
        let uid = self.cluster.uid().unwrap_or_default();
        let id =
            kore_engine::operations::operation_id(&uid, operation::action(&**self.cluster), generation(self.cluster));
        let operations = &self.context.engine.operations;
        if operation::get(self.context, id)
            .await?
            .is_some_and(|begun| matches!(begun.state, OperationState::Pending | OperationState::Running))
        {
            let failure = error.failure();
            let failed = operations.state(id, OperationState::Failed, Some(&failure), None).await;
            failed.map_err(ReconcileError::Records)?;
        }
        self.stand(Standing::Blocked(error)).await?;
        // A plan version that is published later is an event of its own; a quota that is raised is not.
        Ok(if error.class == Class::Quota {
            Action::requeue(self.context.drift_period)
        } else {
            Action::await_change()
        })
    }

    async fn shape(&self, valid: &Valid) -> Result<(Components, Components), StepError> {
        let components = valid.provider.components(&valid.request).await?;
        let claimed: Vec<_> = components.iter().filter_map(|component| component.external_key()).collect();
        let mut keys = self.context.engine.open_keys(&valid.request.uid).await?;
        keys.retain(|key| !claimed.contains(key));
        let leftovers =
            if keys.is_empty() { Vec::new() } else { valid.provider.leftovers(&valid.request, &keys).await? };
        Ok((components, leftovers))
    }

    async fn reached(
        &self,
        valid: &Valid,
        operation: Option<&NewOperation>,
        facts: Result<ClusterFacts, StepError>,
    ) -> Result<Action, ReconcileError> {
        match facts {
            Ok(facts) => {
                let operation = operation.map(|operation| operation.id);
                let exact = valid.demand(&valid.request.parameters);
                let settled = valid.holder().settle(&self.context.store, exact, self.context.clock.now()).await;
                settled.map_err(ReconcileError::Records)?;
                self.stand(Standing::Reached { operation, valid, facts }).await?;
                Ok(Action::requeue(self.context.drift_period))
            }
            Err(error) => {
                self.stand(Standing::Unsteady { reason: &error.message }).await?;
                Ok(Action::requeue(SOON))
            }
        }
    }

    async fn stand(&self, standing: Standing<'_>) -> Result<(), ReconcileError> {
        let status: ClusterStatus = status::status(self.cluster, standing, self.context.clock.now());
        status::write(&self.context.client, self.cluster, &status).await
    }

    /// Work that ends early when the cluster's intent is another by now.
    fn lasting_work(&self, new: &NewOperation) -> Work {
        let superseded = superseded(&self.context.indexes.clusters, self.cluster);
        Work { superseded, ..Work::new(new.target.uid.clone(), new.id) }
    }
}
