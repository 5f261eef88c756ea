//! What was seen a moment ago. One look at a cluster serves everybody who asks within seconds; what hardly ever changes and
//! was as it should be is looked at now and then only. AWS counts requests, and a platform has many clusters.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use aws_sdk_eks::types::{Cluster, Nodegroup};
use jiff::{SignedDuration, Timestamp};
use kore_engine::{
    clock::SharedClock,
    component::{Observed, Progress},
    error::StepError,
    part::Act,
};
use moka::sync::Cache;

use super::{template::Launch, update::Target};

/// Clusters that something is known of.
const KEPT: u64 = 20_000;

/// How old what was seen may be.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// Cluster and pools, which change while they are waited for.
    pub moving: SignedDuration,
    /// What stays as it was made: the stack, who may come in, add-ons, launch templates.
    pub settled: SignedDuration,
    /// What name servers elsewhere may keep of a delegation, in whole seconds.
    pub delegation: SignedDuration,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            moving: SignedDuration::from_secs(5),
            settled: SignedDuration::from_mins(15),
            delegation: SignedDuration::from_mins(1),
        }
    }
}

/// What was seen of all clusters.
#[derive(Debug, Clone)]
pub(super) struct Views {
    clock: SharedClock,
    freshness: Freshness,
    of: Cache<String, Arc<Mutex<Seen>>>,
}

#[derive(Debug, Default)]
struct Seen {
    cluster: Option<(Timestamp, Option<Cluster>)>,
    pools: HashMap<String, (Timestamp, Option<Nodegroup>)>,
    /// Launch templates that are there, by their pools.
    templates: HashMap<String, (Timestamp, Launch)>,
    /// Components that were as they should be, and what that was.
    ready: HashMap<String, (Timestamp, String)>,
    zone: SeenZone,
    /// Changes that were asked for, by what they are of, until it is known what became of them.
    updates: HashMap<Target, String>,
}

/// What is known of a zone's delegation by what was done, and cannot be seen.
#[derive(Debug, Default)]
struct SeenZone {
    /// A change that is on its way to every name server.
    change: Option<String>,
    /// When it was taken back.
    gone: Option<Timestamp>,
}

impl Views {
    pub(super) fn new(clock: SharedClock, freshness: Freshness) -> Self {
        Self { clock, freshness, of: Cache::new(KEPT) }
    }

    /// What was seen of one cluster, by the uid of its object. Those that are only thought of have none, and nothing in common.
    pub(super) fn of(&self, uid: &str) -> View {
        let seen = if uid.is_empty() { Arc::default() } else { self.of.get_with(uid.to_owned(), Arc::default) };
        View { all: self.clone(), seen }
    }
}

/// What was seen of one cluster.
#[derive(Debug, Clone)]
pub(super) struct View {
    all: Views,
    seen: Arc<Mutex<Seen>>,
}

impl View {
    pub(super) fn now(&self) -> Timestamp {
        self.all.clock.now()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_fresh(&self, at: Timestamp, age: SignedDuration) -> bool {
        self.all.clock.now().duration_since(at) < age
    }

    pub(super) fn cluster(&self) -> Option<Option<Cluster>> {
        let seen = self.lock();
        let (at, found) = seen.cluster.as_ref()?;
        self.is_fresh(*at, self.all.freshness.moving).then(|| found.clone())
    }

    pub(super) fn saw_cluster(&self, found: Option<Cluster>) {
        self.lock().cluster = Some((self.all.clock.now(), found));
    }

    pub(super) fn pool(&self, name: &str) -> Option<Option<Nodegroup>> {
        let seen = self.lock();
        let (at, found) = seen.pools.get(name)?;
        self.is_fresh(*at, self.all.freshness.moving).then(|| found.clone())
    }

    pub(super) fn saw_pool(&self, name: &str, found: Option<Nodegroup>) {
        self.lock().pools.insert(name.to_owned(), (self.all.clock.now(), found));
    }

    pub(super) fn template(&self, pool: &str) -> Option<Launch> {
        let seen = self.lock();
        let (at, found) = seen.templates.get(pool)?;
        self.is_fresh(*at, self.all.freshness.settled).then(|| found.clone())
    }

    pub(super) fn saw_template(&self, pool: &str, found: Launch) {
        self.lock().templates.insert(pool.to_owned(), (self.all.clock.now(), found));
    }

    /// Something was asked for: nothing that was seen counts any more.
    pub(super) fn forget(&self) {
        let mut seen = self.lock();
        let Seen { zone, updates, .. } = std::mem::take(&mut *seen);
        *seen = Seen { zone, updates, ..Seen::default() };
    }

    /// A change was taken on.
    pub(super) fn asked(&self, target: Target, update: String) {
        self.lock().updates.insert(target, update);
    }

    /// The last change that was taken on of this, where it is not known what became of it.
    pub(super) fn update(&self, target: &Target) -> Option<String> {
        self.lock().updates.get(target).cloned()
    }

    /// It is known what became of it.
    pub(super) fn ended(&self, target: &Target) {
        self.lock().updates.remove(target);
    }

    /// How long name servers keep a delegation, in seconds.
    pub(super) fn delegation_ttl(&self) -> i64 {
        self.all.freshness.delegation.as_secs()
    }

    /// A change of the delegation was asked for.
    pub(super) fn changed(&self, change: String) {
        self.lock().zone.change = Some(change);
    }

    /// The change that is on its way.
    pub(super) fn change(&self) -> Option<String> {
        self.lock().zone.change.clone()
    }

    /// It is on its way no more.
    pub(super) fn change_arrived(&self) {
        self.lock().zone.change = None;
    }

    /// The delegation was taken back.
    pub(super) fn undelegated(&self) {
        self.lock().zone.gone = Some(self.now());
    }

    /// Until when name servers may still know of the delegation that was taken back; none once they do not. Of one that nobody saw
    /// go, it begins now.
    pub(super) fn delegation_lingers(&self) -> Option<Timestamp> {
        let now = self.now();
        let gone = *self.lock().zone.gone.get_or_insert(now);
        let until = gone.saturating_add(self.all.freshness.delegation).unwrap_or(Timestamp::MAX);
        (until > now).then_some(until)
    }

    fn was_ready(&self, component: &str, wanted: &str) -> bool {
        let seen = self.lock();
        let known = seen.ready.get(component);
        known.is_some_and(|(at, what)| what == wanted && self.is_fresh(*at, self.all.freshness.settled))
    }

    fn saw_ready(&self, component: &str, wanted: &str) {
        let now = self.all.clock.now();
        self.lock().ready.insert(component.to_owned(), (now, wanted.to_owned()));
    }
}

/// An act whose effects are forgotten about what was seen before. With `settled`, that it is as it should be is believed for
/// a while.
pub(super) struct Viewed<A> {
    pub(super) act: A,
    pub(super) view: View,
    pub(super) component: String,
    /// What it should be, where that is believed.
    pub(super) settled: Option<String>,
}

#[async_trait]
impl<A: Act> Act for Viewed<A> {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(wanted) = &self.settled else { return self.act.observe().await };
        if self.view.was_ready(&self.component, wanted) {
            return Ok(Observed::Ready);
        }
        let observed = self.act.observe().await?;
        if observed == Observed::Ready {
            self.view.saw_ready(&self.component, wanted);
        }
        Ok(observed)
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.view.forget();
        let progress = self.act.apply().await;
        self.view.forget();
        progress
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.view.forget();
        let progress = self.act.delete().await;
        self.view.forget();
        progress
    }
}
