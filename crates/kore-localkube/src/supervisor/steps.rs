//! Steps of `Up` and `Down` as their callers see them.

use jiff::Timestamp;
use kore_api::{
    operation::{Step, StepState},
    supervisor::Reply,
};
use kore_engine::{clock::SharedClock, error::StepError};
use tokio::sync::mpsc::UnboundedSender;

/// Where steps are told to. Nobody listening any more is fine: the work goes on.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    pub(super) out: UnboundedSender<Reply>,
    pub(super) clock: SharedClock,
}

/// Tells what a running step waits for.
#[derive(Debug)]
pub(super) struct Reporter {
    steps: Steps,
    step: Step,
    found: Option<String>,
}

impl Reporter {
    pub(super) fn waits(&mut self, what: &str) {
        self.step.waiting_for = Some(what.to_owned());
        self.steps.tell(&self.step);
    }

    /// What people read beside the title once the step is done.
    pub(super) fn found(&mut self, what: &str) {
        self.found = Some(what.to_owned());
    }
}

impl Steps {
    fn tell(&self, step: &Step) {
        let _ = self.out.send(Reply::Step { step: step.clone() });
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs one step and tells how it goes.
    pub(super) async fn run<T>(
        &self,
        name: &str,
        title: &str,
        work: impl AsyncFnOnce(&mut Reporter) -> Result<T, StepError>,
    ) -> Result<T, StepError> {
        let step = Step {
            name: name.to_owned(),
            title: title.to_owned(),
            state: StepState::Running,
            waiting_for: None,
            attempts: 1,
            failure: None,
            started_at: Some(self.now()),
            ended_at: None,
        };
        let mut reporter = Reporter { steps: self.clone(), step, found: None };
        self.tell(&reporter.step);
        let result = work(&mut reporter).await;
        let step = &mut reporter.step;
        step.ended_at = Some(self.now());
        match &result {
            Ok(_) => {
                step.state = StepState::Done;
                step.waiting_for = reporter.found.take();
            }
            Err(error) => {
                step.state = StepState::Failed;
                step.failure = Some(error.failure());
            }
        }
        tracing::info!(step = name, ok = result.is_ok(), "step");
        self.tell(&reporter.step);
        result
    }
}
