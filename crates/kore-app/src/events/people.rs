//! Events of users and memberships: what the database says of them, compared with what it said last. This
//! process looks at once when it changed something itself, and now and then for the changes of others.

use std::{collections::BTreeMap, sync::Arc};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use kore_api::{
    event::{Event, EventAction},
    names::TeamName,
};
use kore_domain::access::{OpContext, Permission, Platform};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Part, Source, Told, proof, records::woken, too_old};
use crate::{App, AppError, people};

/// Objects by uid.
type Known = BTreeMap<String, Value>;
/// Reads what there is.
type Read = dyn Fn() -> BoxFuture<'static, Result<Vec<Value>, AppError>> + Send + Sync;

/// Users, for whoever may list them.
pub(super) async fn users(app: &Arc<App>, cx: &OpContext, after: Option<i64>) -> Result<Source, AppError> {
    let proof = Arc::new(app.authorize(cx, Permission::UserRead, Platform, "events/users").await?);
    let store = app.store.clone();
    let read = move || {
        let (store, proof) = (store.clone(), Arc::clone(&proof));
        async move { store.list_users(&proof).await?.iter().map(people::user).collect() }.boxed()
    };
    source(app, "User", Box::new(read), after).await
}

/// Memberships of a team, or of all whose members the listener may list.
pub(super) async fn memberships(
    app: &Arc<App>,
    cx: &OpContext,
    team: Option<&TeamName>,
    after: Option<i64>,
) -> Result<Source, AppError> {
    let proof = Arc::new(proof(cx, Permission::MembershipRead, team)?);
    let store = app.store.clone();
    let read = move || {
        let (store, proof) = (store.clone(), Arc::clone(&proof));
        async move { store.visible_memberships(&proof).await?.iter().map(people::membership).collect() }.boxed()
    };
    source(app, "Membership", Box::new(read), after).await
}

async fn source(app: &Arc<App>, kind: &'static str, read: Box<Read>, after: Option<i64>) -> Result<Source, AppError> {
    let changes = app.signin.changes();
    let known = by_uid(read().await?);
    let place = place(&known);
    // Who comes back has missed nothing, or nobody knows what.
    if after.is_some_and(|after| after != place) {
        return Err(too_old());
    }
    let snapshot = if after.is_some() { Vec::new() } else { known.values().cloned().collect() };
    let first = stream::iter(snapshot).map(move |object| told(kind, EventAction::Snapshot, place, object));
    let then = stream::unfold((changes, read, known), move |(mut changes, read, known)| async move {
        woken(&mut changes).await;
        // While the database is away there is nothing to tell; what is missed comes when it is back.
        let now = read().await.map_or_else(|_| known.clone(), by_uid);
        let parts = differences(kind, &known, &now);
        Some((stream::iter(parts), (changes, read, now)))
    })
    .flatten();
    Ok(Source { first: first.boxed(), place, then: then.boxed() })
}

fn by_uid(objects: Vec<Value>) -> Known {
    let uid = |object: &Value| object.pointer("/metadata/uid").and_then(Value::as_str).unwrap_or_default().to_owned();
    objects.into_iter().map(|object| (uid(&object), object)).collect()
}

/// What a listener comes back with: the same as long as nothing has changed.
fn place(known: &Known) -> i64 {
    let revision = |object: &Value| object.pointer("/metadata/resourceVersion").cloned().unwrap_or_default();
    let all: Vec<_> = known.iter().map(|(uid, object)| (uid, revision(object))).collect();
    let digest = Sha256::digest(format!("{all:?}"));
    digest.iter().take(7).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

fn differences(kind: &'static str, before: &Known, now: &Known) -> Vec<Part> {
    // Who heard of some of these and not of the last has not come further than before.
    let (half, all) = (place(before), place(now));
    let gone = before.iter().filter(|(uid, _)| !now.contains_key(*uid));
    let gone = gone.map(|(_, object)| told(kind, EventAction::Deleted, half, object.clone()));
    let applied = now.iter().filter(|(uid, object)| before.get(*uid) != Some(object));
    let mut parts: Vec<_> =
        gone.chain(applied.map(|(_, object)| told(kind, EventAction::Applied, half, object.clone()))).collect();
    if let Some(Part::Told(last)) = parts.last_mut() {
        last.place = all;
    }
    parts
}

fn told(kind: &'static str, action: EventAction, place: i64, object: Value) -> Part {
    Part::Told(Told { kind, place, event: Box::new(Event { kind: kind.to_owned(), action, object }) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(objects: &[(&str, u32)]) -> Known {
        let one =
            |(uid, revision): &(&str, u32)| json!({"metadata": {"uid": uid, "resourceVersion": revision.to_string()}});
        by_uid(objects.iter().map(one).collect())
    }

    #[test]
    fn what_came_changed_and_went_is_told_once() {
        let (before, now) = (known(&[("a", 1), ("b", 1), ("c", 1)]), known(&[("b", 2), ("c", 1), ("d", 1)]));
        let said: Vec<_> = differences("User", &before, &now)
            .into_iter()
            .map(|part| match part {
                Part::Told(told) => {
                    let uid = told.event.object["metadata"]["uid"].as_str().unwrap().to_owned();
                    (told.event.action, uid, told.place)
                }
                Part::Resync(why) => panic!("{why}"),
            })
            .collect();
        let wanted = [
            (EventAction::Deleted, "a".to_owned(), place(&before)),
            (EventAction::Applied, "b".to_owned(), place(&before)),
            (EventAction::Applied, "d".to_owned(), place(&now)),
        ];
        assert_eq!(said, wanted, "only with the last one has a listener heard of everything");
        assert!(differences("User", &now, &now).is_empty());
        assert_ne!(place(&before), place(&now));
        assert_eq!(place(&now), place(&now.clone()));
    }
}
