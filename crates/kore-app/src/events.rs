//! What happens, as it happens: of every kind that somebody asks for, cut down to what they may see.
//!
//! Each stream begins with what there is (`Snapshot`, for who wants it), says when it has said all ([`Item::Synced`]),
//! and goes on with what changes. Nothing is missed between the two. Whoever comes back with the id
//! of the last event they heard of gets what they missed instead of everything, as far as the
//! [backlog](kore_kube::index) reaches; with an older one, or one of another process or other rights,
//! they are told to list again. Whoever falls too far behind, or whose rights change, is told to begin
//! again: no event is sent on the strength of rights that were taken away in this process.
//!
//! Users, memberships and the audit trail are told of only when they are named: each listener costs reads
//! of the database.

mod cursor;
mod people;
mod records;

use std::sync::Arc;

use futures::{Stream, StreamExt, stream, stream::BoxStream};
use kore_api::{
    address::AddressPool,
    cloud::{AccountRule, CloudAccount, CloudOrganization},
    cluster::Cluster,
    codes::Code,
    event::{Event, EventAction},
    names::TeamName,
    namespace::ClusterNamespace,
    plan::{Plan, PlanVersion},
    policy::PlanPolicy,
    problem::Problem,
    team::Team,
};
use kore_domain::access::{OpContext, Permission, Visibility};
use tokio_stream::wrappers::BroadcastStream;

use self::cursor::Cursor;
use crate::{
    App, AppError, envelope,
    objects::{Sight, Stored},
};

/// The kinds that have events, in the order in which their snapshots come.
pub const KINDS: [&str; 14] = [
    "Team",
    "Plan",
    "PlanVersion",
    "PlanPolicy",
    "Cluster",
    "ClusterNamespace",
    "AddressPool",
    "CloudOrganization",
    "AccountRule",
    "CloudAccount",
    "Operation",
    "User",
    "Membership",
    "AuditRecord",
];

/// Those that are told of only when they are named.
pub const WHEN_NAMED: [&str; 3] = ["User", "Membership", "AuditRecord"];

/// What a listener wants.
#[derive(Debug, Clone, Default)]
pub struct Interest {
    /// Of these kinds; empty means all but users, memberships and the audit trail.
    pub kinds: Vec<String>,
    /// Of this team only.
    pub team: Option<TeamName>,
    /// Not what there is, only what changes: whoever reads lists anyway needs it from nobody else.
    pub changes_only: bool,
}

/// What a listener gets.
#[derive(Debug, Clone)]
pub enum Item {
    /// Something happened. The text is what to come back with; snapshots have none, since half of one
    /// is nothing to go on from.
    Event(Option<String>, Box<Event>),
    /// Everything that there is, or was missed, has been told. The text is what to come back with.
    Synced(String),
    /// Begin again: something was missed, or rights have changed. The stream ends here.
    Resync(&'static str),
}

/// Something about one kind, and how far the listener has come with it then.
struct Told {
    kind: &'static str,
    place: i64,
    event: Box<Event>,
}

/// What one kind's part of a stream says.
enum Part {
    Told(Told),
    Resync(&'static str),
}

/// One kind's part of a stream.
struct Source {
    /// What there is, or was missed.
    first: BoxStream<'static, Part>,
    /// How far the listener has come after that.
    place: i64,
    /// What changes.
    then: BoxStream<'static, Part>,
}

impl App {
    /// Everything of interest, or what was missed since `last`, and then everything that changes. Ends
    /// with [`Item::Resync`] only.
    ///
    /// # Errors
    /// 400 for kinds that there are not, 403 and 404 for a team that is not the caller's, 410 when
    /// nobody knows any more what was missed.
    pub async fn events(
        self: &Arc<Self>,
        cx: &OpContext,
        interest: &Interest,
        last: Option<&str>,
    ) -> Result<BoxStream<'static, Item>, AppError> {
        let visibility = match &interest.team {
            None => cx.visible(Permission::TeamRead).get(Permission::TeamRead)?.clone(),
            Some(team) => {
                self.authorize(cx, Permission::TeamRead, team.clone(), &format!("events/{team}")).await?;
                self.team(team)?;
                Visibility::teams([team.clone()].into())
            }
        };
        let clusters = match &interest.team {
            None => cx.visible(Permission::ClusterRead).get(Permission::ClusterRead)?.clone(),
            Some(_) => visibility.clone(),
        };
        let sight = Sight::new(self, cx, visibility.clone())?;
        let clusters = sight.within(clusters);
        let kinds = wanted(&interest.kinds)?;
        let fresh = Cursor::new(&self.process, &visibility, interest.team.as_ref());
        let resumed = match last.filter(|last| !last.is_empty()) {
            None => None,
            Some(last) => Some(fresh.clone().resumed(last, &kinds).ok_or_else(too_old)?),
        };
        let mut cursor = resumed.clone().unwrap_or(fresh);
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for kind in kinds.iter().copied() {
            let after = resumed.as_ref().and_then(|cursor| cursor.place(kind));
            let source = match kind {
                "Team" => objects::<Team>(self, &sight, after)?,
                "Plan" => objects::<Plan>(self, &sight, after)?,
                "PlanVersion" => objects::<PlanVersion>(self, &sight, after)?,
                "PlanPolicy" => objects::<PlanPolicy>(self, &sight, after)?,
                "Cluster" => objects::<Cluster>(self, &clusters, after)?,
                "ClusterNamespace" => objects::<ClusterNamespace>(self, &clusters, after)?,
                "AddressPool" => objects::<AddressPool>(self, &sight, after)?,
                "CloudOrganization" => objects::<CloudOrganization>(self, &sight, after)?,
                "AccountRule" => objects::<AccountRule>(self, &sight, after)?,
                "CloudAccount" => objects::<CloudAccount>(self, &sight, after)?,
                "User" => people::users(self, cx, after).await?,
                "Membership" => people::memberships(self, cx, interest.team.as_ref(), after).await?,
                "Operation" => records::operations(self, cx, interest.team.as_ref(), after).await?,
                _ => records::audit_trail(self, cx, interest.team.as_ref(), after).await?,
            };
            cursor.reach(kind, source.place);
            if after.is_some() || !interest.changes_only {
                first.push(source.first);
            }
            then.push(source.then);
        }
        then.push(records::rights(self, cx));
        let synced = Item::Synced(cursor.text());
        let first = stream::iter(first).flatten().map(|part| match part {
            Part::Told(told) => Item::Event(None, told.event),
            Part::Resync(why) => Item::Resync(why),
        });
        let live = stream::select_all(then).map(move |part| match part {
            Part::Told(told) => {
                cursor.reach(told.kind, told.place);
                Item::Event(Some(cursor.text()), told.event)
            }
            Part::Resync(why) => Item::Resync(why),
        });
        let items = first.chain(stream::once(async { synced })).chain(live);
        Ok(until_resync(records::while_entitled(self, cx, items)).boxed())
    }
}

/// The kinds that are asked for, in the order of [`KINDS`].
fn wanted(given: &[String]) -> Result<Vec<&'static str>, AppError> {
    for kind in given {
        if !KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            let detail = format!("kinds: {kind:?} has no events; there are {}", KINDS.join(", "));
            return Err(AppError::new(Code::InputMalformed, detail));
        }
    }
    let asked = |kind: &&str| match given {
        [] => !WHEN_NAMED.contains(kind),
        given => given.iter().any(|given| given.eq_ignore_ascii_case(kind)),
    };
    Ok(KINDS.into_iter().filter(asked).collect())
}

fn too_old() -> AppError {
    let problem = Problem::new(Code::ContinueExpired, "nobody knows any more what happened after this event");
    problem
        .with_fix("open the stream again without Last-Event-ID, and take what it begins with for all there is")
        .into()
}

/// The stream with its first `Resync` as its end.
fn until_resync(items: impl Stream<Item = Item> + Send + 'static) -> impl Stream<Item = Item> + Send {
    // The end follows at once, and does not wait for another item.
    let marked = items.flat_map(|item| {
        let end = matches!(item, Item::Resync(_)).then_some(None);
        stream::iter([Some(item)].into_iter().chain(end))
    });
    marked.take_while(|item| futures::future::ready(item.is_some())).filter_map(futures::future::ready)
}

/// Objects of the management cluster. They become JSON one by one, as they are sent.
fn objects<K: Stored>(app: &App, sight: &Sight, after: Option<i64>) -> Result<Source, AppError> {
    let (now, later) = (sight.clone(), sight.clone());
    let place = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (first, place, changes) = match after {
        None => {
            let subscription = K::index(app).subscribe();
            let there = place(subscription.number);
            let first = stream::iter(subscription.snapshot)
                .filter(move |object| futures::future::ready(object.visible(&now)))
                .map(move |object| told(&*object, EventAction::Snapshot, there));
            (first.boxed(), there, subscription.changes)
        }
        Some(after) => {
            let number = u64::try_from(after).unwrap_or(u64::MAX);
            let resumed = K::index(app).resume(number).ok_or_else(too_old)?;
            let there = resumed.missed.last().map_or(after, |last| place(last.number));
            let first = stream::iter(resumed.missed)
                .filter(move |change| futures::future::ready(change.object.visible(&now)))
                .map(move |change| told(&*change.object, change.action, there));
            (first.boxed(), there, resumed.changes)
        }
    };
    let then = BroadcastStream::new(changes).filter_map(move |change| {
        futures::future::ready(match change {
            Ok(change) if !change.object.visible(&later) => None,
            Ok(change) => {
                let place = i64::try_from(change.number).unwrap_or(i64::MAX);
                Some(told(&*change.object, change.action, place))
            }
            Err(_) => Some(Part::Resync("too many changes at once")),
        })
    });
    Ok(Source { first, place, then: then.boxed() })
}

fn told<K: Stored>(object: &K, action: EventAction, place: i64) -> Part {
    let kind = K::entry().name;
    let object = envelope::object(object).and_then(serde_json::to_value).unwrap_or_default();
    Part::Told(Told { kind, place, event: Box::new(Event { kind: kind.to_owned(), action, object }) })
}

/// The parts of the audit trail, of operations and of memberships that a listener gets.
fn proof(
    cx: &OpContext,
    permission: Permission,
    team: Option<&TeamName>,
) -> Result<kore_domain::access::Authorized<Visibility>, AppError> {
    match team {
        Some(team) => Ok(cx.authorize(permission, team.clone())?.into()),
        None => Ok(cx.visible(permission)),
    }
}

/// Whether a record of this team is theirs to see.
fn shows(visibility: &Visibility, team: Option<&str>) -> bool {
    match (visibility, team) {
        (Visibility::All, _) => true,
        (Visibility::Only { .. }, Some(team)) => visibility.shows(team),
        (Visibility::Only { .. }, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_no_team_is_for_those_who_see_all() {
        let some = Visibility::teams(["payments".parse().unwrap()].into());
        assert!(shows(&some, Some("payments")) && !shows(&some, Some("fraud")) && !shows(&some, None));
        assert!(shows(&Visibility::All, None));
    }

    #[tokio::test]
    async fn a_stream_ends_with_the_first_resync() {
        let synced = || Item::Synced(String::new());
        let items = stream::iter([synced(), Item::Resync("a"), synced()]);
        assert_eq!(until_resync(items).count().await, 2);
        // Nothing comes afterwards, ever.
        let items = stream::iter([synced(), Item::Resync("a")]).chain(stream::pending());
        assert_eq!(until_resync(items).count().await, 2);
    }
}
