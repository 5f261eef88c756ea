//! Events of what lives in SQL: this process tells of its own changes at once, and the database is
//! asked now and then for those of others.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt, stream, stream::BoxStream};
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    event::{Event, EventAction},
    names::TeamName,
};
use kore_domain::access::{OpContext, Permission, Subject};
use kore_store::{AuditQuery, OperationQuery, StoreError};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Item, Part, Source, Told, proof, shows, too_old};
use crate::{App, AppError};

/// How long a change by another process may go unseen.
const ELSEWHERE: Duration = Duration::from_secs(3);
/// How often a listener's rights are looked at.
const RIGHTS: Duration = Duration::from_secs(15);
/// Operations in a snapshot: the newest.
const RECENT: u64 = 100;
/// Records read at once.
const BATCH: u64 = 200;
/// Audit records that somebody who comes back may have missed.
const MISSED: u64 = 500;
/// Records of this age are looked at again: the clocks of two writers may differ by it.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

fn told(kind: &'static str, action: EventAction, place: i64, object: &impl serde::Serialize) -> Part {
    let object = serde_json::to_value(object).unwrap_or_default();
    Part::Told(Told { kind, place, event: Box::new(Event { kind: kind.to_owned(), action, object }) })
}

/// Waits for a change here, or long enough that there may be one elsewhere.
pub(super) async fn woken<T>(changes: &mut watch::Receiver<T>) {
    // A sender that is gone leaves the timer.
    let changed = async {
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let _ = tokio::time::timeout(ELSEWHERE, changed).await;
}

/// The newest operations, or what changed after that number; then every change of one.
pub(super) async fn operations(
    app: &Arc<App>,
    cx: &OpContext,
    team: Option<&TeamName>,
    after: Option<i64>,
) -> Result<Source, AppError> {
    let changes = app.store.operation_changes();
    // The number is read before the list: what happens in between is told twice, never not at all.
    let revision = app.store.operations_revision().await?;
    let proof = proof(cx, Permission::OperationRead, team)?;
    let visibility = proof.get(Permission::OperationRead)?.clone();
    let place = after.unwrap_or(revision);
    if place > revision {
        // Of a database that was put back since.
        return Err(too_old());
    }
    let present = match after {
        // What was missed comes as what changes.
        Some(_) => Vec::new(),
        None => {
            let query = OperationQuery { limit: RECENT, ..OperationQuery::default() };
            let mut present = app.store.list_operations(&proof, &query).await?;
            present.reverse();
            present
        }
    };
    let first = stream::iter(present)
        .map(|record| told("Operation", EventAction::Snapshot, record.revision, &record.operation));
    let then = stream::unfold(
        (Arc::clone(app), changes, place, place < revision),
        |(app, mut changes, mut revision, more)| async move {
            if !more {
                woken(&mut changes).await;
            }
            // While the database is away there is nothing to tell; what is missed comes when it is back.
            let found = app.store.operations_since(revision, BATCH).await.unwrap_or_default();
            revision = found.last().map_or(revision, |last| last.revision);
            let full = found.len() as u64 == BATCH;
            Some((found, (app, changes, revision, full)))
        },
    )
    .flat_map(stream::iter)
    .filter(move |record| futures::future::ready(shows(&visibility, record.operation.target.team.as_deref())))
    .map(|record| told("Operation", EventAction::Applied, record.revision, &record.operation));
    Ok(Source { first: first.boxed(), place, then: then.boxed() })
}

/// Records of the audit trail from now on, or from that microsecond; older ones are a list's
/// business. After coming back, those of the last seconds may be told again: they keep their ids.
pub(super) async fn audit_trail(
    app: &Arc<App>,
    cx: &OpContext,
    team: Option<&TeamName>,
    after: Option<i64>,
) -> Result<Source, AppError> {
    let changes = app.audit.changes();
    let proof = Arc::new(proof(cx, Permission::AuditReadTeam, team)?);
    let now = app.clock.now();
    let (place, seen) = match after {
        Some(after) => {
            let since = Timestamp::from_microsecond(after).map_err(|_| too_old())?;
            let query = AuditQuery { since: Some(since - SKEW), limit: MISSED, ..AuditQuery::default() };
            if app.store.list_audit(&proof, &query).await?.len() as u64 == MISSED {
                return Err(too_old());
            }
            (after, Seen { from: Some(since), told: Vec::new() })
        }
        None => {
            let begun = AuditQuery { since: Some(now - SKEW), limit: BATCH, ..AuditQuery::default() };
            let known = app.store.list_audit(&proof, &begun).await?;
            let known = known.into_iter().map(|record| (record.at, record.id)).collect();
            (now.as_microsecond(), Seen { from: None, told: known })
        }
    };
    let state = (Arc::clone(app), changes, proof, seen, after.is_some());
    let then = stream::unfold(state, |(app, mut changes, proof, mut seen, at_once)| async move {
        if !at_once {
            woken(&mut changes).await;
        }
        let query = AuditQuery { since: Some(seen.since(app.clock.now())), limit: MISSED, ..AuditQuery::default() };
        let mut found = app.store.list_audit(&proof, &query).await.unwrap_or_default();
        found.reverse();
        found.retain(|record| seen.first_time(record.at, &record.id));
        Some((found, (app, changes, proof, seen, false)))
    })
    .flat_map(stream::iter)
    .map(|record| told("AuditRecord", EventAction::Applied, record.at.as_microsecond(), &record));
    Ok(Source { first: stream::empty().boxed(), place, then: then.boxed() })
}

/// Which records were told already.
struct Seen {
    /// From when to look as long as nothing was told.
    from: Option<Timestamp>,
    told: Vec<(Timestamp, String)>,
}

impl Seen {
    /// From when to look: a little before the newest that was told.
    fn since(&mut self, now: Timestamp) -> Timestamp {
        let newest = self.told.iter().map(|(at, _)| *at).max().or(self.from).unwrap_or(now);
        let since = newest.min(now) - SKEW;
        self.told.retain(|(at, _)| *at >= since);
        since
    }

    fn first_time(&mut self, at: Timestamp, id: &str) -> bool {
        let new = !self.told.iter().any(|(_, known)| known == id);
        if new {
            self.told.push((at, id.to_owned()));
        }
        new
    }
}

/// Who listens, on the strength of what.
#[derive(Clone)]
struct Listener {
    app: Arc<App>,
    subject: Subject,
    session: Option<Uuid>,
}

impl Listener {
    fn new(app: &Arc<App>, cx: &OpContext) -> Self {
        Self { app: Arc::clone(app), subject: cx.subject.clone(), session: cx.session }
    }

    /// Why the stream is over, if it is: the session was ended, or the roles are no longer those that the
    /// stream was cut down to.
    async fn lost(&self) -> Result<Option<&'static str>, StoreError> {
        if let Some(id) = self.session {
            let session = self.app.store.session(id).await?;
            let now = self.app.clock.now();
            if !session.is_some_and(|session| session.live(now)) {
                return Ok(Some("your session has ended"));
            }
        }
        let now = self.app.store.subject(self.subject.id, self.app.clock.now()).await?;
        let same = now.is_some_and(|now| now.within(self.subject.limit.clone()) == self.subject);
        Ok((!same).then_some("your roles have changed"))
    }
}

/// Ends a stream when the listener's session or roles are no longer what they were: at once when that
/// was changed here, and soon when it was changed elsewhere.
pub(super) fn rights(app: &Arc<App>, cx: &OpContext) -> BoxStream<'static, Part> {
    let listener = Listener::new(app, cx);
    // From now on, and not from when somebody first reads the stream.
    let mut changes = app.signin.changes();
    stream::once(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(RIGHTS) => {}
                // A sender that is gone leaves the timer.
                changed = changes.changed() => if changed.is_err() { tokio::time::sleep(RIGHTS).await },
            }
            // While the database is away nobody's rights change.
            if let Ok(Some(why)) = listener.lost().await {
                return Part::Resync(why);
            }
        }
    })
    .boxed()
}

/// The items, as long as the listener's rights are known to be what they were: after every change of
/// anybody's rights in this process they are looked at again before the next item goes out.
pub(super) fn while_entitled(
    app: &Arc<App>,
    cx: &OpContext,
    items: impl Stream<Item = Item> + Send + 'static,
) -> impl Stream<Item = Item> + Send + 'static {
    let changes = app.signin.changes();
    // Nothing is known about the time between the request's own check and now.
    let state = (Listener::new(app, cx), changes, true);
    items.scan(state, |(listener, changes, unsure), item| {
        let changed = *unsure || changes.has_changed().unwrap_or(true);
        changes.mark_unchanged();
        *unsure = false;
        let check = changed.then(|| listener.clone());
        async move {
            let Some(listener) = check else { return Some(item) };
            Some(match listener.lost().await {
                Ok(None) => item,
                Ok(Some(why)) => Item::Resync(why),
                Err(_) => Item::Resync("your roles may have changed"),
            })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_once() {
        let mut seen = Seen { from: None, told: Vec::new() };
        let at = Timestamp::UNIX_EPOCH;
        assert!(seen.first_time(at, "a"));
        assert!(!seen.first_time(at, "a"));
        assert!(seen.first_time(at, "b"));
        assert_eq!(seen.since(at + SKEW), at - SKEW);
        assert_eq!(seen.told.len(), 2);
    }
}
