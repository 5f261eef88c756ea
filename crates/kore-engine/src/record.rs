//! Writes the steps of an operation, and only when something about one changed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kore_api::{
    codes::Code,
    operation::{Failure, Step, StepState},
};
use uuid::Uuid;

use crate::{
    clock::SharedClock,
    component::Component,
    error::{Class, StepError},
    operations::OperationLog,
};

/// Which way a component goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is made as it should be.
    Up,
    /// It is removed.
    Down,
}

impl Direction {
    /// Name and title of a component's step.
    pub(crate) fn step(self, component: &dyn Component) -> (String, String) {
        match self {
            Self::Up => (component.id().to_string(), component.title()),
            Self::Down => (format!("remove/{}", component.id()), component.removal_title()),
        }
    }
}

/// The steps of one operation as last written.
pub(crate) struct Record<'a> {
    log: &'a dyn OperationLog,
    clock: &'a SharedClock,
    operation: Uuid,
    steps: Mutex<HashMap<String, Step>>,
}

impl<'a> Record<'a> {
    /// Makes the plan of an operation be `wanted` (names and titles in order); what an earlier run
    /// recorded of the same steps is kept.
    pub(crate) async fn open(
        log: &'a dyn OperationLog,
        clock: &'a SharedClock,
        operation: Uuid,
        wanted: Vec<(String, String)>,
    ) -> Result<Self, StepError> {
        let recorded = log.get(operation).await?.map(|operation| operation.steps).unwrap_or_default();
        let same = recorded.iter().map(|step| &step.name).eq(wanted.iter().map(|(name, _)| name));
        let mut known: HashMap<String, Step> = recorded.into_iter().map(|step| (step.name.clone(), step)).collect();
        let steps: Vec<Step> = wanted
            .into_iter()
            .map(|(name, title)| known.remove(&name).unwrap_or_else(|| pending(name, title)))
            .collect();
        if !same {
            log.plan(operation, &steps).await?;
        }
        let steps = steps.into_iter().map(|step| (step.name.clone(), step)).collect();
        Ok(Self { log, clock, operation, steps: Mutex::new(steps) })
    }

    /// Changes a step; writes it when that made a difference.
    pub(crate) async fn update(&self, name: &str, change: impl FnOnce(&mut Step)) -> Result<(), StepError> {
        let changed = {
            let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(step) = steps.get_mut(name) else { return Ok(()) };
            let before = step.clone();
            change(step);
            (before != *step).then(|| step.clone())
        };
        match changed {
            Some(step) => self.log.step(self.operation, &step).await,
            None => Ok(()),
        }
    }

    /// Work on it begins, or goes on.
    pub(crate) async fn running(&self, name: &str) -> Result<(), StepError> {
        let now = self.clock.now();
        self.update(name, |step| {
            step.state = StepState::Running;
            step.attempts = step.attempts.saturating_add(1);
            step.started_at.get_or_insert(now);
            step.ended_at = None;
            step.failure = None;
        })
        .await
    }

    /// It waits for something; called late once its patience is over.
    pub(crate) async fn waiting(&self, name: &str, reason: &str, patience: Duration) -> Result<(), StepError> {
        let now = self.clock.now();
        self.update(name, |step| {
            let started = *step.started_at.get_or_insert(now);
            step.state = StepState::Running;
            step.waiting_for = Some(reason.to_owned());
            step.failure = is_over(started, now, patience).then(|| late(patience, reason));
        })
        .await
    }

    /// It failed; by its class it is tried again or not.
    pub(crate) async fn failed(&self, name: &str, error: &StepError) -> Result<(), StepError> {
        let now = self.clock.now();
        self.update(name, |step| {
            step.started_at.get_or_insert(now);
            step.failure = Some(error.failure());
            step.waiting_for = error.class.retryable().then(|| error.message.clone());
            step.state = if error.class.retryable() { StepState::Retrying } else { StepState::Failed };
            step.ended_at = (!error.class.retryable()).then_some(now);
        })
        .await
    }

    /// It is reached; skipped when nothing had to be done for it.
    pub(crate) async fn reached(&self, name: &str) -> Result<(), StepError> {
        let now = self.clock.now();
        self.update(name, |step| {
            if matches!(step.state, StepState::Done | StepState::Skipped) {
                return;
            }
            step.state = if step.started_at.is_some() { StepState::Done } else { StepState::Skipped };
            step.ended_at = step.started_at.map(|_| now);
            step.waiting_for = None;
            step.failure = None;
        })
        .await
    }
}

fn pending(name: String, title: String) -> Step {
    Step {
        name,
        title,
        state: StepState::Pending,
        waiting_for: None,
        attempts: 0,
        failure: None,
        started_at: None,
        ended_at: None,
    }
}

fn is_over(started: jiff::Timestamp, now: jiff::Timestamp, patience: Duration) -> bool {
    Duration::try_from(now.duration_since(started)).is_ok_and(|passed| passed > patience)
}

fn late(patience: Duration, reason: &str) -> Failure {
    let message = format!("takes longer than {} seconds; waits for {reason}", patience.as_secs());
    StepError::new(Code::ClusterStepTimeout, Class::Retry(Duration::ZERO), message).failure()
}
