//! Events of what lives in SQL: this process tells of its own changes at once, and the database is
//! asked now and then for those of others.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream, stream::BoxStream};
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    event::{Event, EventAction},
    names::TeamName,
};
use kore_domain::access::{OpContext, Permission};
use kore_store::{AuditQuery, OperationQuery};
use tokio::sync::watch;

use super::{Item, proof, shows};
use crate::{App, AppError};

/// How long a change by another process may go unseen.
const ELSEWHERE: Duration = Duration::from_secs(3);
/// How often a listener's rights are looked at.
const RIGHTS: Duration = Duration::from_secs(15);
/// Operations in a snapshot: the newest.
const RECENT: u64 = 100;
/// Records read at once.
const BATCH: u64 = 200;
/// Records of this age are looked at again: the clocks of two writers may differ by it.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

type Halves = (BoxStream<'static, Item>, BoxStream<'static, Item>);

fn event(kind: &str, action: EventAction, id: String, object: &impl serde::Serialize) -> Item {
    let object = serde_json::to_value(object).unwrap_or_default();
    Item::Event(id, Box::new(Event { kind: kind.to_owned(), action, object }))
}

/// Waits for a change here, or long enough that there may be one elsewhere.
async fn woken<T>(changes: &mut watch::Receiver<T>) {
    // A sender that is gone leaves the timer.
    let changed = async {
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let _ = tokio::time::timeout(ELSEWHERE, changed).await;
}

/// The newest operations, then every change of one.
pub(super) async fn operations(app: &Arc<App>, cx: &OpContext, team: Option<&TeamName>) -> Result<Halves, AppError> {
    let changes = app.store.operation_changes();
    // The number is read before the list: what happens in between is told twice, never not at all.
    let revision = app.store.operations_revision().await?;
    let proof = proof(cx, Permission::OperationRead, team)?;
    let visibility = proof.get(Permission::OperationRead)?.clone();
    let query = OperationQuery { limit: RECENT, ..OperationQuery::default() };
    let mut present = app.store.list_operations(&proof, &query).await?;
    present.reverse();
    let snapshot = stream::iter(present)
        .map(|record| event("Operation", EventAction::Snapshot, record.revision.to_string(), &record.operation));
    let live = stream::unfold(
        (Arc::clone(app), changes, revision, false),
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
    .map(|record| event("Operation", EventAction::Applied, record.revision.to_string(), &record.operation));
    Ok((snapshot.boxed(), live.boxed()))
}

/// Records of the audit trail from now on; older ones are a list's business.
pub(super) async fn audit_trail(app: &Arc<App>, cx: &OpContext, team: Option<&TeamName>) -> Result<Halves, AppError> {
    let changes = app.audit.changes();
    let proof = Arc::new(proof(cx, Permission::AuditReadTeam, team)?);
    let begun = AuditQuery { since: Some(app.clock.now() - SKEW), limit: BATCH, ..AuditQuery::default() };
    let known = app.store.list_audit(&proof, &begun).await?.into_iter().map(|record| (record.at, record.id)).collect();
    let state = (Arc::clone(app), changes, proof, Seen(known));
    let live = stream::unfold(state, |(app, mut changes, proof, mut seen)| async move {
        woken(&mut changes).await;
        let query = AuditQuery { since: Some(seen.since(app.clock.now())), limit: BATCH, ..AuditQuery::default() };
        let mut found = app.store.list_audit(&proof, &query).await.unwrap_or_default();
        found.reverse();
        found.retain(|record| seen.first_time(record.at, &record.id));
        Some((found, (app, changes, proof, seen)))
    })
    .flat_map(stream::iter)
    .map(|record| event("AuditRecord", EventAction::Applied, record.id.clone(), &record));
    Ok((stream::empty().boxed(), live.boxed()))
}

/// Which records were told already.
struct Seen(Vec<(Timestamp, String)>);

impl Seen {
    /// From when to look: a little before the newest that was told.
    fn since(&mut self, now: Timestamp) -> Timestamp {
        let newest = self.0.iter().map(|(at, _)| *at).max().unwrap_or(now);
        let since = newest.min(now) - SKEW;
        self.0.retain(|(at, _)| *at >= since);
        since
    }

    fn first_time(&mut self, at: Timestamp, id: &str) -> bool {
        let new = !self.0.iter().any(|(_, known)| known == id);
        if new {
            self.0.push((at, id.to_owned()));
        }
        new
    }
}

/// Ends a stream when the listener's roles are no longer those that it was cut down to.
pub(super) fn rights(app: &Arc<App>, cx: &OpContext) -> BoxStream<'static, Item> {
    let (app, subject) = (Arc::clone(app), cx.subject.clone());
    stream::once(async move {
        loop {
            tokio::time::sleep(RIGHTS).await;
            // While the database is away nobody's rights change.
            if let Ok(now) = app.store.subject(subject.id).await
                && now.as_ref() != Some(&subject)
            {
                return Item::Resync("your roles have changed");
            }
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_once() {
        let mut seen = Seen(Vec::new());
        let at = Timestamp::UNIX_EPOCH;
        assert!(seen.first_time(at, "a"));
        assert!(!seen.first_time(at, "a"));
        assert!(seen.first_time(at, "b"));
        assert_eq!(seen.since(at + SKEW), at - SKEW);
        assert_eq!(seen.0.len(), 2);
    }
}
