//! Brings components to where they should be, or takes them down: in order, side by side where
//! nothing forbids it, recorded, and harmless to cut off anywhere.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    clock::SharedClock,
    component::{Component, Observed, Progress},
    error::{Class, StepError},
    graph::Graph,
    kill::{KillPoints, Moment},
    ledger::{Ledger, LedgerState},
    operations::OperationLog,
    record::{Direction, Record},
};

/// How fast the engine looks, tries again, and gives its thread of work back.
#[derive(Clone)]
pub struct Pace {
    /// First pause before looking again at something that is waited for; grows with the time waited so
    /// far, an eighth of it, up to `slowest`: what takes long is noticed at most that much late.
    pub fastest: Duration,
    /// Longest pause between two looks.
    pub slowest: Duration,
    /// How long one run stays before it returns [`Outcome::Waiting`]; the operation goes on with the next run.
    pub stay: Duration,
    /// How many components are worked on at once. One makes the order of everything repeatable.
    pub width: usize,
    /// A number in 0..1, for jitter.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("stay", &self.stay).field("width", &self.width).finish_non_exhaustive()
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            fastest: Duration::from_millis(100),
            slowest: Duration::from_secs(2),
            stay: Duration::from_secs(30),
            width: 16,
            random: Arc::new(rand::random::<f64>),
        }
    }
}

/// The sum of the pauses so far is eight times what one grows by.
const GROWTH: f64 = 9.0 / 8.0;

impl Pace {
    /// The `attempt`-th pause (from 0), not shorter than `least`, with up to a quarter of jitter on top.
    pub(crate) fn pause(&self, attempt: u32, least: Duration) -> Duration {
        let growth = i32::try_from(attempt.min(64)).map_or(1.0, |attempt| GROWTH.powi(attempt));
        let base = self.fastest.mul_f64(growth).min(self.slowest).max(least);
        base + base.mul_f64((self.random)().clamp(0.0, 1.0) / 4.0)
    }
}

/// Works on graphs of components. Knows none of them.
#[derive(Clone)]
pub struct Engine {
    /// Records external things.
    pub ledger: Arc<dyn Ledger>,
    /// Records operations and steps.
    pub operations: Arc<dyn OperationLog>,
    /// Tells the time of records.
    pub clock: SharedClock,
    /// Hears of every place where a crash must be harmless.
    pub kill: Arc<dyn KillPoints>,
    /// How fast.
    pub pace: Pace,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("pace", &self.pace).finish_non_exhaustive()
    }
}

/// For whom, and for which operation, a run works.
#[derive(Clone)]
pub struct Work {
    /// Uid of the object.
    pub owner: String,
    /// The operation whose steps are recorded.
    pub operation: Uuid,
    /// Whether something newer should be worked on instead; asked before each further step.
    pub superseded: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Work {
    /// Work that nothing supersedes.
    #[must_use]
    pub fn new(owner: impl Into<String>, operation: Uuid) -> Self {
        Self { owner: owner.into(), operation, superseded: Arc::new(|| false) }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("owner", &self.owner).field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// How far a run came.
#[derive(Debug)]
pub enum Outcome {
    /// Everything is as it should be.
    Done,
    /// Not yet; run again after this long.
    Waiting {
        /// When.
        requeue: Duration,
        /// What for.
        reason: String,
    },
    /// Somebody must act; running again by itself cannot help.
    Failed(StepError),
}

/// What came of one component.
enum Came {
    Reached,
    Waiting(Duration, String),
    Failed(StepError),
}

impl Engine {
    /// Brings `components` to where they should be and then removes `leftovers`.
    ///
    /// # Errors
    /// Only what the ledger or the operation log answer: without records nothing is done.
    pub async fn run(
        &self,
        work: &Work,
        components: &[Box<dyn Component>],
        leftovers: &[Box<dyn Component>],
    ) -> Result<Outcome, StepError> {
        let up: Vec<&dyn Component> = components.iter().map(AsRef::as_ref).collect();
        let down: Vec<&dyn Component> = leftovers.iter().map(AsRef::as_ref).collect();
        let (rising, falling) = match (Graph::new(&up, true), Graph::new(&down, false)) {
            (Ok(rising), Ok(falling)) => (rising, falling.reversed()),
            (Err(error), _) | (_, Err(error)) => return Ok(Outcome::Failed(error)),
        };
        let mut wanted = steps(&up, &rising, Direction::Up);
        wanted.extend(steps(&down, &falling, Direction::Down));
        let record = Record::open(&*self.operations, &self.clock, work.operation, wanted).await?;
        let pass = self.pass(work, &record).await?;
        match pass.walk(&up, &rising, Direction::Up).await? {
            Outcome::Done => pass.walk(&down, &falling, Direction::Down).await,
            other => Ok(other),
        }
    }

    /// Removes components, each after those that come after it.
    pub(crate) async fn take_down(&self, work: &Work, components: &[&dyn Component]) -> Result<Outcome, StepError> {
        let falling = match Graph::new(components, false) {
            Ok(graph) => graph.reversed(),
            Err(error) => return Ok(Outcome::Failed(error)),
        };
        let wanted = steps(components, &falling, Direction::Down);
        let record = Record::open(&*self.operations, &self.clock, work.operation, wanted).await?;
        self.pass(work, &record).await?.walk(components, &falling, Direction::Down).await
    }

    async fn pass<'a>(&'a self, work: &'a Work, record: &'a Record<'a>) -> Result<Pass<'a>, StepError> {
        let entries = self.ledger.entries(&work.owner).await?;
        // Newest first: the first row of a key is the one that counts.
        let mut known = HashMap::new();
        for entry in entries {
            known.entry(entry.key).or_insert(entry.state);
        }
        Ok(Pass { engine: self, work, record, known: Mutex::new(known), until: Instant::now() + self.pace.stay })
    }
}

fn steps(components: &[&dyn Component], graph: &Graph, direction: Direction) -> Vec<(String, String)> {
    let order = graph.order();
    order.into_iter().filter_map(|place| components.get(place)).map(|component| direction.step(*component)).collect()
}

/// One run.
struct Pass<'a> {
    engine: &'a Engine,
    work: &'a Work,
    record: &'a Record<'a>,
    known: Mutex<HashMap<String, LedgerState>>,
    until: Instant,
}

impl Pass<'_> {
    /// Goes through a graph. A failure lets what is under way end its step and begins nothing new.
    async fn walk(
        &self,
        components: &[&dyn Component],
        graph: &Graph,
        direction: Direction,
    ) -> Result<Outcome, StepError> {
        let mut left: BTreeSet<usize> = (0..components.len()).collect();
        let mut done: HashSet<usize> = HashSet::new();
        let mut under_way: FuturesUnordered<BoxFuture<'_, (usize, Result<Came, StepError>)>> = FuturesUnordered::new();
        let mut waits: Option<(Duration, String)> = None;
        let mut failed: Option<StepError> = None;
        loop {
            while failed.is_none() && under_way.len() < self.engine.pace.width.max(1) {
                let Some(place) = left.iter().copied().find(|&place| graph.is_free(place, &done)) else { break };
                left.remove(&place);
                let Some(component) = components.get(place).copied() else { continue };
                under_way.push(Box::pin(async move { (place, self.bring(component, direction).await) }));
            }
            let Some((place, came)) = under_way.next().await else { break };
            match came? {
                Came::Reached => {
                    done.insert(place);
                }
                Came::Waiting(after, reason) => {
                    if waits.as_ref().is_none_or(|(least, _)| after < *least) {
                        waits = Some((after, reason));
                    }
                }
                Came::Failed(error) => failed = failed.or(Some(error)),
            }
        }
        Ok(match (failed, waits) {
            (Some(error), _) => Outcome::Failed(error),
            (None, Some((requeue, reason))) => Outcome::Waiting { requeue, reason },
            (None, None) => Outcome::Done,
        })
    }

    /// Brings one component to where it should be, as far as this run's time allows.
    async fn bring(&self, component: &dyn Component, direction: Direction) -> Result<Came, StepError> {
        let (name, _) = direction.step(component);
        let mut attempt = 0;
        loop {
            let result = match direction {
                Direction::Up => self.raise(component, &name).await,
                Direction::Down => self.lower(component, &name).await,
            };
            let (least, reason) = match result {
                Ok(None) => {
                    self.record.reached(&name).await?;
                    metrics::counter!("kore_engine_steps_total", "result" => "reached").increment(1);
                    return Ok(Came::Reached);
                }
                Ok(Some(reason)) => {
                    self.record.waiting(&name, &reason, component.patience()).await?;
                    (Duration::ZERO, reason)
                }
                Err(Fault::Records(error)) => return Err(error),
                Err(Fault::Step(error)) => match error.class {
                    Class::Settling(after) => {
                        self.record.waiting(&name, &error.message, component.patience()).await?;
                        (after, error.message)
                    }
                    class => {
                        self.record.failed(&name, &error).await?;
                        metrics::counter!("kore_engine_steps_total", "result" => "failed").increment(1);
                        let coded = error.failure().line();
                        match class {
                            Class::Retry(after) => (after, coded),
                            Class::Quota | Class::AccessLost => (SOMEBODY_ACTS, coded),
                            _ => return Ok(Came::Failed(error)),
                        }
                    }
                },
            };
            let pause = self.engine.pace.pause(attempt, least);
            if Instant::now() + pause >= self.until || (self.work.superseded)() {
                return Ok(Came::Waiting(pause, format!("{}: {reason}", component.id())));
            }
            tokio::time::sleep(pause).await;
            attempt = attempt.saturating_add(1);
        }
    }

    /// One attempt to make it be as it should; what it waits for, or nothing when it is reached.
    async fn raise(&self, component: &dyn Component, name: &str) -> Result<Option<String>, Fault> {
        match component.observe().await? {
            Observed::Ready => {
                // Seen without a row: made just before a crash, or the records are older than the world.
                self.created(component).await?;
                return Ok(None);
            }
            Observed::Waiting { reason } => {
                self.created(component).await?;
                return Ok(Some(reason));
            }
            Observed::Absent | Observed::Differs { replace: false, .. } => {}
            Observed::Differs { replace: true, .. } => {
                if let Some(reason) = self.remove(component, name).await? {
                    return Ok(Some(reason));
                }
            }
        }
        let key = component.external_key();
        self.reach(component, Moment::BeforeIntent);
        self.running(name).await?;
        if let Some(key) = &key {
            self.engine.ledger.intend(&self.work.owner, component.id().as_str(), key).await.map_err(Fault::Records)?;
            self.know(key, LedgerState::Intent);
        }
        self.reach(component, Moment::AfterIntent);
        let progress = component.apply().await?;
        self.reach(component, Moment::AfterEffect);
        let waits = match (progress, component.observe().await?) {
            (_, Observed::Ready) => None,
            (Progress::Waiting { reason }, _) | (_, Observed::Waiting { reason }) => Some(reason),
            (Progress::Applied, Observed::Absent) => Some(format!("{} to appear", component.id())),
            (Progress::Applied, Observed::Differs { detail, .. }) => {
                Some(format!("{} to change: {}", component.id(), detail.join("; ")))
            }
        };
        if waits.is_none() {
            self.created(component).await?;
        }
        self.reach(component, Moment::AfterRecord);
        Ok(waits)
    }

    /// One attempt to remove it; what that waits for, or nothing when it is gone.
    async fn lower(&self, component: &dyn Component, name: &str) -> Result<Option<String>, Fault> {
        match component.observe().await {
            Ok(Observed::Absent) => {}
            // Somebody else's, under the name of what was never seen to be made: there is nothing to remove.
            Err(error) if error.class == Class::Conflict && !self.was_made(component) => {}
            Ok(_) => return self.remove(component, name).await,
            Err(error) => return Err(error.into()),
        }
        self.gone(component).await?;
        Ok(None)
    }

    async fn remove(&self, component: &dyn Component, name: &str) -> Result<Option<String>, Fault> {
        self.reach(component, Moment::BeforeIntent);
        self.running(name).await?;
        // What is removed must be in the ledger until it is seen to be gone.
        self.created(component).await?;
        self.reach(component, Moment::AfterIntent);
        let progress = component.delete().await?;
        self.reach(component, Moment::AfterEffect);
        let waits = match (component.observe().await?, progress) {
            (Observed::Absent, _) => None,
            (_, Progress::Waiting { reason }) => Some(reason),
            (_, Progress::Applied) => Some(format!("{} to be gone", component.id())),
        };
        if waits.is_none() {
            self.gone(component).await?;
        }
        self.reach(component, Moment::AfterRecord);
        Ok(waits)
    }

    async fn created(&self, component: &dyn Component) -> Result<(), Fault> {
        let Some(key) = component.external_key() else { return Ok(()) };
        let owner = &self.work.owner;
        match self.knows(&key) {
            Some(LedgerState::Created) => return Ok(()),
            Some(LedgerState::Intent) => {}
            Some(LedgerState::Gone) | None => {
                let id = component.id();
                self.engine.ledger.intend(owner, id.as_str(), &key).await.map_err(Fault::Records)?;
            }
        }
        self.engine.ledger.created(owner, &key).await.map_err(Fault::Records)?;
        self.know(&key, LedgerState::Created);
        Ok(())
    }

    async fn gone(&self, component: &dyn Component) -> Result<(), Fault> {
        let Some(key) = component.external_key() else { return Ok(()) };
        if matches!(self.knows(&key), Some(LedgerState::Intent | LedgerState::Created)) {
            self.engine.ledger.gone(&self.work.owner, &key).await.map_err(Fault::Records)?;
            self.know(&key, LedgerState::Gone);
        }
        Ok(())
    }

    fn was_made(&self, component: &dyn Component) -> bool {
        component.external_key().is_some_and(|key| self.knows(&key) == Some(LedgerState::Created))
    }

    async fn running(&self, name: &str) -> Result<(), Fault> {
        self.record.running(name).await.map_err(Fault::Records)
    }

    fn knows(&self, key: &str) -> Option<LedgerState> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    fn know(&self, key: &str, state: LedgerState) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), state);
    }

    fn reach(&self, component: &dyn Component, moment: Moment) {
        self.engine.kill.reach(component.id().as_str(), moment);
    }
}

/// How long until a limit or a lost right is looked at again: somebody has to act in between.
const SOMEBODY_ACTS: Duration = Duration::from_secs(30);

/// What can go wrong in a step: the step itself, or the records without which nothing is done.
enum Fault {
    Step(StepError),
    Records(StepError),
}

impl From<StepError> for Fault {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}
