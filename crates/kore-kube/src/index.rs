//! All objects of a kind in memory, kept by one watch: reads, paging and event streams ask here and
//! never the API server.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Debug,
    hash::Hash,
    ops::Bound,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use futures::{Stream, StreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kore_api::event::EventAction;
use kube::{
    Api, Resource, ResourceExt,
    api::ListParams,
    runtime::{
        reflector::{ObjectRef, Store, store::Writer},
        watcher::{self, Event, watcher},
    },
};
use serde::de::DeserializeOwned;
use tokio::sync::{broadcast, watch};

/// How many changes a subscriber may fall behind before it must begin again with a snapshot; as many
/// are kept for those who come back.
const BACKLOG: usize = 1024;

/// How often an interrupted watch is tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long a writer waits for the index to show its write before it is told otherwise.
pub const WRITE_PATIENCE: Duration = Duration::from_secs(5);

/// What an index can hold: a custom resource or a built-in kind known when compiled.
pub trait Kind:
    Resource<DynamicType: Default + Eq + Hash + Clone + Debug + Unpin> + Clone + Debug + Send + Sync + 'static
{
}
impl<K> Kind for K where
    K: Resource<DynamicType: Default + Eq + Hash + Clone + Debug + Unpin> + Clone + Debug + Send + Sync + 'static
{
}

/// One change, in the order in which it happened.
#[derive(Debug, Clone)]
pub struct Change<K> {
    /// `Applied` or `Deleted`.
    pub action: EventAction,
    /// The object; its last known state when deleted.
    pub object: Arc<K>,
    /// As it was before; `None` when it is new, or nobody knows.
    pub before: Option<Arc<K>>,
    /// The index's revision with this change.
    pub revision: u64,
    /// Its number among the changes that this index has told of, from 1; another process counts anew.
    pub number: u64,
}

/// Everything there is, and then everything that changes: no gap, nothing twice.
#[derive(Debug)]
pub struct Subscription<K> {
    /// The objects at [`Subscription::revision`], by namespace and name.
    pub snapshot: Vec<Arc<K>>,
    /// The index's revision at the snapshot.
    pub revision: u64,
    /// Number of the last change in it.
    pub number: u64,
    /// What happened after it. After `Lagged`, subscribe again: the backlog is 1024 changes.
    pub changes: broadcast::Receiver<Change<K>>,
}

/// What changed since somebody looked, and then everything that changes: no gap, nothing twice.
#[derive(Debug)]
pub struct Resumed<K> {
    /// What happened in between, in order.
    pub missed: Vec<Change<K>>,
    /// What happened after it; as [`Subscription::changes`].
    pub changes: broadcast::Receiver<Change<K>>,
}

/// The index did not reach the revision in time; the write itself has happened.
#[derive(Debug, thiserror::Error)]
#[error("the index of {kind} did not reach revision {revision} within {seconds} seconds")]
pub struct Behind {
    kind: String,
    revision: String,
    seconds: u64,
}

/// Namespace (empty for cluster-scoped kinds) and name.
type Key = (String, String);

struct State<K: Kind> {
    writer: Writer<K>,
    objects: BTreeMap<Key, Arc<K>>,
    /// Keys seen in a listing that is under way.
    listing: Option<Vec<K>>,
    revision: u64,
    /// How many changes were told, and the last of them.
    told: u64,
    recent: VecDeque<Change<K>>,
}

struct Inner<K: Kind> {
    state: RwLock<State<K>>,
    store: Store<K>,
    revision: watch::Sender<u64>,
    synced: watch::Sender<bool>,
    stale: watch::Sender<bool>,
    changes: broadcast::Sender<Change<K>>,
}

/// All objects of a kind. Cheap to clone; clones are the same index.
pub struct Index<K: Kind>(Arc<Inner<K>>);

impl<K: Kind> Clone for Index<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Kind> Debug for Index<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("kind", &kind::<K>()).field("len", &self.len()).finish()
    }
}

impl<K: Kind> Default for Index<K> {
    fn default() -> Self {
        let writer = Writer::default();
        let store = writer.as_reader();
        Self(Arc::new(Inner {
            state: RwLock::new(State {
                writer,
                objects: BTreeMap::new(),
                listing: None,
                revision: 0,
                told: 0,
                recent: VecDeque::new(),
            }),
            store,
            revision: watch::Sender::new(0),
            synced: watch::Sender::new(false),
            stale: watch::Sender::new(false),
            changes: broadcast::Sender::new(BACKLOG),
        }))
    }
}

impl<K: Kind> Index<K> {
    /// Keeps the index from the objects that `api` and `config` select. Never ends by itself. When the
    /// watch breaks, the last state stays readable and [stale](Self::is_stale) until a new listing.
    pub async fn follow(self, api: Api<K>, config: watcher::Config)
    where
        K: DeserializeOwned,
    {
        loop {
            let mut events = std::pin::pin!(watcher(api.clone(), config.clone()));
            while let Some(event) = events.next().await {
                match event {
                    Ok(event) => self.write(event),
                    Err(error) => {
                        self.0.stale.send_replace(true);
                        let kind = kind::<K>();
                        metrics::counter!("kore_index_watch_errors_total", "kind" => kind.clone()).increment(1);
                        tracing::warn!(%kind, error = &error as &dyn std::error::Error, "watch of {kind} interrupted");
                        break;
                    }
                }
            }
            // A watch says nothing when it works again and nothing happens, so that it begins anew.
            loop {
                tokio::time::sleep(LOOK_AGAIN).await;
                match api.list_metadata(&ListParams::default().limit(1)).await {
                    Ok(_) => break,
                    Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "still interrupted"),
                }
            }
        }
    }

    /// Takes one event of the watch; tests feed an index with it and need no API server.
    pub fn write(&self, event: Event<K>) {
        let mut state = self.lock();
        match event {
            Event::Init => state.listing = Some(Vec::new()),
            Event::InitApply(mut object) => {
                trim(object.meta_mut());
                if let Some(listing) = &mut state.listing {
                    listing.push(object);
                }
            }
            Event::InitDone => {
                let listing = state.listing.take().unwrap_or_default();
                self.relist(&mut state, listing);
                self.0.synced.send_replace(true);
                self.0.stale.send_replace(false);
            }
            Event::Apply(mut object) => {
                trim(object.meta_mut());
                self.put(&mut state, object);
            }
            Event::Delete(object) => self.remove(&mut state, object),
        }
        self.0.revision.send_replace(state.revision);
    }

    /// Puts one object in, as [`Index::write`] does; for tests and for back ends other than a watch.
    pub fn apply(&self, object: K) {
        self.write(Event::Apply(object));
    }

    fn relist(&self, state: &mut State<K>, listing: Vec<K>) {
        let known = state.objects.clone();
        let mut gone = known.clone();
        state.writer.apply_watcher_event(&Event::Init);
        let mut changed = Vec::new();
        for object in listing {
            let key = key(&object);
            let before = gone.remove(&key);
            if before.is_none_or(|before| before.resource_version() != object.resource_version()) {
                changed.push(key);
            }
            state.writer.apply_watcher_event(&Event::InitApply(object));
        }
        state.writer.apply_watcher_event(&Event::InitDone);
        state.objects = self.0.store.state().into_iter().map(|object| (key(&*object), object)).collect();
        for object in gone.into_values() {
            self.announce(state, EventAction::Deleted, object, None);
        }
        for key in changed {
            if let Some(object) = state.objects.get(&key).cloned() {
                self.announce(state, EventAction::Applied, object, known.get(&key).cloned());
            }
        }
    }

    fn put(&self, state: &mut State<K>, object: K) {
        let reference = ObjectRef::from_obj(&object);
        let key = key(&object);
        state.writer.apply_watcher_event(&Event::Apply(object));
        if let Some(object) = self.0.store.get(&reference) {
            let before = state.objects.insert(key, Arc::clone(&object));
            self.announce(state, EventAction::Applied, object, before);
        }
    }

    fn remove(&self, state: &mut State<K>, object: K) {
        let before = state.objects.remove(&key(&object));
        let event = Event::Delete(object);
        state.writer.apply_watcher_event(&event);
        if let Event::Delete(object) = event {
            self.announce(state, EventAction::Deleted, Arc::new(object), before);
        }
    }

    fn announce(&self, state: &mut State<K>, action: EventAction, object: Arc<K>, before: Option<Arc<K>>) {
        state.revision = state.revision.max(revision_of(&*object));
        state.told = state.told.saturating_add(1);
        let change = Change { action, object, before, revision: state.revision, number: state.told };
        if state.recent.len() == BACKLOG {
            state.recent.pop_front();
        }
        state.recent.push_back(change.clone());
        // Nobody listening is no fault.
        let _ = self.0.changes.send(change);
    }

    /// One object.
    #[must_use]
    pub fn get(&self, namespace: Option<&str>, name: &str) -> Option<Arc<K>> {
        self.read().objects.get(&(namespace.unwrap_or_default().to_owned(), name.to_owned())).cloned()
    }

    /// All objects, or those of one namespace, by namespace and name.
    #[must_use]
    pub fn list(&self, namespace: Option<&str>) -> Vec<Arc<K>> {
        self.select(namespace, |_| true)
    }

    /// The objects that satisfy a predicate, by namespace and name. The predicate runs under the
    /// index's lock: it must be short and may not ask the index.
    #[must_use]
    pub fn select(&self, namespace: Option<&str>, mut predicate: impl FnMut(&K) -> bool) -> Vec<Arc<K>> {
        self.scan(&[namespace], |objects| objects.filter(|object| predicate(object)).cloned().collect())
    }

    /// Looks through the objects of some namespaces (`None`: of all), by namespace and name, without
    /// taking hold of each. Runs under the index's lock: it must be short and may not ask the index.
    pub fn scan<R>(&self, namespaces: &[Option<&str>], look: impl FnOnce(&mut dyn Iterator<Item = &Arc<K>>) -> R) -> R {
        let state = self.read();
        let from = |namespace: &str| (Bound::Included((namespace.to_owned(), String::new())), Bound::Unbounded);
        let mut objects = namespaces.iter().flat_map(|namespace| {
            let range = match namespace {
                Some(namespace) => state.objects.range(from(namespace)),
                None => state.objects.range::<(String, String), _>(..),
            };
            range
                .take_while(move |((found, _), _)| namespace.is_none_or(|namespace| found == namespace))
                .map(|(_, object)| object)
        });
        look(&mut objects)
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().objects.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The highest resource version seen.
    #[must_use]
    pub fn resource_version(&self) -> u64 {
        *self.0.revision.borrow()
    }

    /// Whether the first listing is complete.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        *self.0.synced.borrow()
    }

    /// Whether the watch is interrupted: what is here is what was there before.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        *self.0.stale.borrow()
    }

    /// Waits for the first listing.
    pub async fn synced(&self) {
        // The sender lives as long as self.
        let _ = self.0.synced.subscribe().wait_for(|synced| *synced).await;
    }

    /// Waits until the index has reached a resource version, so that a writer reads its own write.
    /// Versions are comparable since all of a server's objects are counted by one etcd (Kubernetes
    /// 1.35 made that a promise).
    ///
    /// # Errors
    /// [`Behind`] after [`WRITE_PATIENCE`], or for a version that is not a number.
    pub async fn wait_for(&self, resource_version: &str) -> Result<(), Behind> {
        self.reach(resource_version, WRITE_PATIENCE).await
    }

    async fn reach(&self, resource_version: &str, patience: Duration) -> Result<(), Behind> {
        let behind =
            || Behind { kind: kind::<K>(), revision: resource_version.to_owned(), seconds: patience.as_secs() };
        let wanted: u64 = resource_version.parse().map_err(|_| behind())?;
        let mut reached = self.0.revision.subscribe();
        match tokio::time::timeout(patience, reached.wait_for(|reached| *reached >= wanted)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(behind()),
        }
    }

    /// Waits until the index shows what an object's writer expects of it (`None`: it is gone).
    ///
    /// # Errors
    /// [`Behind`] after `patience`.
    pub async fn wait_until(
        &self,
        namespace: Option<&str>,
        name: &str,
        patience: Duration,
        mut holds: impl FnMut(Option<&K>) -> bool,
    ) -> Result<(), Behind> {
        let mut reached = self.0.changes.subscribe();
        let wait = async {
            while !holds(self.get(namespace, name).as_deref()) {
                // Lagging is as good a reason to look again as a change.
                if let Err(broadcast::error::RecvError::Closed) = reached.recv().await {
                    break;
                }
            }
        };
        tokio::time::timeout(patience, wait).await.map_err(|_| Behind {
            kind: kind::<K>(),
            revision: format!("expected of {name}"),
            seconds: patience.as_secs(),
        })
    }

    /// Everything there is, then everything that changes.
    #[must_use]
    pub fn subscribe(&self) -> Subscription<K> {
        // Changes are sent under the write lock, so nothing falls between snapshot and receiver.
        let state = self.read();
        Subscription {
            snapshot: state.objects.values().cloned().collect(),
            revision: state.revision,
            number: state.told,
            changes: self.0.changes.subscribe(),
        }
    }

    /// Everything that changed after this number, and what changes from now on. `None` when that is
    /// longer ago than the backlog reaches, or the number is of another process.
    #[must_use]
    pub fn resume(&self, number: u64) -> Option<Resumed<K>> {
        let state = self.read();
        let missed = usize::try_from(state.told.checked_sub(number)?).ok()?;
        let kept = state.recent.len().checked_sub(missed)?;
        Some(Resumed { missed: state.recent.range(kept..).cloned().collect(), changes: self.0.changes.subscribe() })
    }

    /// An object as it was at a resource version, if that is within the backlog.
    #[must_use]
    pub fn at(&self, namespace: Option<&str>, name: &str, resource_version: &str) -> Option<Arc<K>> {
        let state = self.read();
        let recent = state.recent.iter().rev().flat_map(|change| [Some(&change.object), change.before.as_ref()]);
        let mut versions = recent.flatten().filter(|object| {
            object.meta().name.as_deref() == Some(name) && object.meta().namespace.as_deref() == namespace
        });
        versions.find(|object| object.meta().resource_version.as_deref() == Some(resource_version)).cloned()
    }

    /// Only the changes from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change<K>> {
        self.0.changes.subscribe()
    }

    /// The same objects as kube's controllers want them; shares memory with this index.
    #[must_use]
    pub fn store(&self) -> Store<K> {
        self.0.store.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, State<K>> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> RwLockWriteGuard<'_, State<K>> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every object once, then every one that changes; begins again with all after falling behind.
/// What controllers are triggered by.
pub fn touched<K: Kind>(index: &Index<K>) -> impl Stream<Item = Change<K>> + Send + use<K> {
    let index = index.clone();
    let subscription = index.subscribe();
    let first = snapshot(subscription.snapshot, subscription.revision);
    futures::stream::unfold(
        (index, subscription.changes, first.into_iter()),
        async |(index, mut changes, mut first)| {
            loop {
                if let Some(change) = first.next() {
                    return Some((change, (index, changes, first)));
                }
                match changes.recv().await {
                    Ok(change) => return Some((change, (index, changes, first))),
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        let again = index.subscribe();
                        changes = again.changes;
                        first = snapshot(again.snapshot, again.revision).into_iter();
                    }
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        },
    )
}

fn snapshot<K>(objects: Vec<Arc<K>>, revision: u64) -> Vec<Change<K>> {
    let change = |object| Change { action: EventAction::Snapshot, object, before: None, revision, number: 0 };
    objects.into_iter().map(change).collect()
}

fn kind<K: Kind>() -> String {
    K::kind(&K::DynamicType::default()).to_string()
}

fn key<K: Resource>(object: &K) -> Key {
    (object.namespace().unwrap_or_default(), object.name_any())
}

fn revision_of<K: Resource>(object: &K) -> u64 {
    object.meta().resource_version.as_deref().and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// Field ownership is half of an object's size and nobody here reads it.
fn trim(meta: &mut ObjectMeta) {
    meta.managed_fields = None;
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::*;

    fn object(namespace: &str, name: &str, version: u64) -> ConfigMap {
        ConfigMap {
            metadata: ObjectMeta {
                namespace: Some(namespace.to_owned()),
                name: Some(name.to_owned()),
                resource_version: Some(version.to_string()),
                managed_fields: Some(Vec::new()),
                ..ObjectMeta::default()
            },
            ..ConfigMap::default()
        }
    }

    fn listed(objects: Vec<ConfigMap>) -> Index<ConfigMap> {
        let index = Index::default();
        list(&index, objects);
        index
    }

    fn list(index: &Index<ConfigMap>, objects: Vec<ConfigMap>) {
        index.write(Event::Init);
        objects.into_iter().for_each(|object| index.write(Event::InitApply(object)));
        index.write(Event::InitDone);
    }

    fn names(objects: &[Arc<ConfigMap>]) -> Vec<String> {
        objects.iter().map(|object| format!("{}/{}", object.namespace().unwrap(), object.name_any())).collect()
    }

    #[test]
    fn lists_are_in_order_and_by_namespace_and_carry_no_field_ownership() {
        let index = listed(vec![object("b", "x", 3), object("a", "z", 1), object("a", "y", 2), object("ab", "y", 4)]);
        assert_eq!(names(&index.list(None)), ["a/y", "a/z", "ab/y", "b/x"]);
        assert_eq!(names(&index.list(Some("a"))), ["a/y", "a/z"]);
        assert_eq!(names(&index.select(Some("a"), |object| object.name_any() == "z")), ["a/z"]);
        assert_eq!(index.resource_version(), 4);
        assert!(index.get(Some("b"), "x").unwrap().metadata.managed_fields.is_none());
        assert!(index.get(Some("b"), "y").is_none() && index.is_synced());
    }

    #[test]
    fn a_subscriber_gets_a_snapshot_and_then_each_change_once() {
        let index = listed(vec![object("a", "x", 1)]);
        let mut subscription = index.subscribe();
        assert_eq!(names(&subscription.snapshot), ["a/x"]);
        index.apply(object("a", "y", 2));
        index.write(Event::Delete(object("a", "x", 3)));
        let first = subscription.changes.try_recv().unwrap();
        assert_eq!((first.action, first.revision, first.object.name_any().as_str()), (EventAction::Applied, 2, "y"));
        let second = subscription.changes.try_recv().unwrap();
        assert_eq!((second.action, second.revision, second.object.name_any().as_str()), (EventAction::Deleted, 3, "x"));
        assert_eq!(subscription.changes.try_recv().unwrap_err(), TryRecvError::Empty);
    }

    #[test]
    fn a_new_listing_tells_only_what_differs() {
        let index = listed(vec![object("a", "same", 1), object("a", "changes", 2), object("a", "goes", 3)]);
        let mut changes = index.changes();
        list(&index, vec![object("a", "same", 1), object("a", "changes", 5), object("a", "comes", 6)]);
        let mut seen = Vec::new();
        while let Ok(change) = changes.try_recv() {
            seen.push((change.action, change.object.name_any()));
        }
        seen.sort_by_key(|(_, name)| name.clone());
        assert_eq!(
            seen,
            [
                (EventAction::Applied, "changes".to_owned()),
                (EventAction::Applied, "comes".to_owned()),
                (EventAction::Deleted, "goes".to_owned())
            ]
        );
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn whoever_comes_back_gets_what_they_missed_or_is_told_that_it_is_gone() {
        let index = listed(vec![object("a", "x", 1)]);
        let begun = index.subscribe().number;
        index.apply(object("a", "x", 2));
        index.write(Event::Delete(object("a", "x", 3)));
        let resumed = index.resume(begun).unwrap();
        let missed: Vec<_> = resumed.missed.iter().map(|change| (change.action, change.revision)).collect();
        assert_eq!(missed, [(EventAction::Applied, 2), (EventAction::Deleted, 3)]);
        assert_eq!(index.resume(begun + 2).unwrap().missed.len(), 0);
        assert!(index.resume(begun + 3).is_none(), "a number that was never given out");
        let version = |version| index.at(Some("a"), "x", version).and_then(|object| object.resource_version());
        assert_eq!(version("1").as_deref(), Some("1"), "what was there before the first change");
        assert_eq!((version("2").as_deref(), version("4")), (Some("2"), None));
        for version in 4..=(BACKLOG as u64 + 4) {
            index.apply(object("a", "y", version));
        }
        assert!(index.resume(begun).is_none(), "longer ago than the backlog");
        assert_eq!(index.resume(begun + 3).unwrap().missed.len(), BACKLOG);
    }

    #[tokio::test]
    async fn a_writer_waits_for_its_write_and_no_longer_than_its_patience() {
        let index = listed(vec![]);
        let (waited, ()) = tokio::join!(index.wait_for("7"), async { index.apply(object("a", "x", 7)) });
        waited.unwrap();
        assert!(index.reach("8", Duration::from_millis(10)).await.is_err());
        let gone = index.wait_until(Some("a"), "x", WRITE_PATIENCE, |found| found.is_none());
        let (gone, ()) = tokio::join!(gone, async { index.write(Event::Delete(object("a", "x", 9))) });
        gone.unwrap();
    }

    #[tokio::test]
    async fn whoever_falls_behind_begins_again_with_everything() {
        let index = listed(vec![object("a", "x", 1)]);
        let mut stream = std::pin::pin!(touched(&index));
        assert_eq!(stream.next().await.unwrap().object.name_any(), "x");
        for version in 2..(BACKLOG as u64 + 10) {
            index.apply(object("a", "y", version));
        }
        let next = stream.next().await.unwrap();
        assert_eq!((next.action, next.object.name_any().as_str()), (EventAction::Snapshot, "x"));
        assert_eq!(stream.next().await.unwrap().object.name_any(), "y");
    }

    #[test]
    fn a_team_among_ten_thousand_objects_costs_less_than_all() {
        let objects = (0..10_000).map(|n| object(&format!("team-{}", n % 1000), &format!("c{n}"), n + 1)).collect();
        let index = listed(objects);
        let fastest = |team: Option<&str>, count: usize| {
            let times = (0..5).map(|_| {
                let begun = std::time::Instant::now();
                assert_eq!(index.list(team).len(), count);
                begun.elapsed()
            });
            times.min()
        };
        assert!(fastest(Some("team-7"), 10) < fastest(None, 10_000));
    }
}
