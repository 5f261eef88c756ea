//! What happens, as it happens: of every kind that somebody asks for, cut down to what they may see.
//!
//! Each stream begins with what there is (`Snapshot`), says when it has said all ([`Item::Synced`]),
//! and goes on with what changes. Nothing is missed between the two, and nobody is told of the same
//! revision twice. Whoever falls too far behind, or whose rights change, is told to begin again.

mod records;

use std::sync::Arc;

use futures::{Stream, StreamExt, stream, stream::BoxStream};
use kore_api::{
    cluster::Cluster,
    codes::Code,
    event::{Event, EventAction},
    names::TeamName,
    plan::{Plan, PlanVersion},
    team::Team,
};
use kore_domain::access::{OpContext, Permission, Visibility};
use kube::ResourceExt;
use tokio_stream::wrappers::BroadcastStream;

use crate::{App, AppError, envelope, objects::Stored};

/// The kinds that have events, in the order in which their snapshots come.
pub const KINDS: [&str; 6] = ["Team", "Plan", "PlanVersion", "Cluster", "Operation", "AuditRecord"];

/// What a listener wants.
#[derive(Debug, Clone, Default)]
pub struct Interest {
    /// Of these kinds; empty means all but the audit trail.
    pub kinds: Vec<String>,
    /// Of this team only.
    pub team: Option<TeamName>,
}

/// What a listener gets.
#[derive(Debug, Clone)]
pub enum Item {
    /// Something happened; the text is its id.
    Event(String, Box<Event>),
    /// Everything that there is has been told.
    Synced,
    /// Begin again: something was missed, or rights have changed. The stream ends here.
    Resync(&'static str),
}

impl App {
    /// Everything of interest, and then everything that changes. Ends with [`Item::Resync`] only.
    ///
    /// # Errors
    /// 400 for kinds that there are not, 403 and 404 for a team that is not the caller's.
    pub async fn events(
        self: &Arc<Self>,
        cx: &OpContext,
        interest: &Interest,
    ) -> Result<BoxStream<'static, Item>, AppError> {
        let visibility = match &interest.team {
            None => cx.subject.visibility(),
            Some(team) => {
                self.authorize(cx, Permission::TeamRead, team.clone(), &format!("events/{team}")).await?;
                self.team(team)?;
                Visibility::Teams([team.clone()].into())
            }
        };
        let mut wanted = Vec::new();
        for kind in &interest.kinds {
            let Some(known) = KINDS.iter().find(|known| known.eq_ignore_ascii_case(kind)) else {
                let detail = format!("kinds: {kind:?} has no events; there are {}", KINDS.join(", "));
                return Err(AppError::new(Code::InputMalformed, detail));
            };
            wanted.push(*known);
        }
        if wanted.is_empty() {
            wanted = KINDS.into_iter().filter(|kind| *kind != "AuditRecord").collect();
        }
        let mut snapshots: Vec<BoxStream<'static, Item>> = Vec::new();
        let mut changes: Vec<BoxStream<'static, Item>> = Vec::new();
        for kind in KINDS.into_iter().filter(|kind| wanted.contains(kind)) {
            let (snapshot, live) = match kind {
                "Team" => objects::<Team>(self, &visibility),
                "Plan" => objects::<Plan>(self, &visibility),
                "PlanVersion" => objects::<PlanVersion>(self, &visibility),
                "Cluster" => objects::<Cluster>(self, &visibility),
                "Operation" => records::operations(self, cx, interest.team.as_ref()).await?,
                _ => records::audit_trail(self, cx, interest.team.as_ref()).await?,
            };
            snapshots.push(snapshot);
            changes.push(live);
        }
        changes.push(records::rights(self, cx));
        let first = stream::iter(snapshots).flatten().chain(stream::once(async { Item::Synced }));
        Ok(until_resync(first.chain(stream::select_all(changes))).boxed())
    }
}

/// The stream with its first `Resync` as its end.
fn until_resync(items: impl Stream<Item = Item> + Send + 'static) -> impl Stream<Item = Item> + Send {
    items.scan(false, |over, item| {
        let was_over = *over;
        *over = matches!(item, Item::Resync(_));
        futures::future::ready((!was_over).then_some(item))
    })
}

/// Objects of the management cluster. They become JSON one by one, as they are sent.
fn objects<K: Stored>(app: &App, visibility: &Visibility) -> (BoxStream<'static, Item>, BoxStream<'static, Item>) {
    let subscription = K::index(app).subscribe();
    let (now, later) = (visibility.clone(), visibility.clone());
    let snapshot = stream::iter(subscription.snapshot)
        .filter(move |object| futures::future::ready(object.visible(&now)))
        .map(|object| event(&*object, EventAction::Snapshot, object.resource_version().unwrap_or_default()));
    let live = BroadcastStream::new(subscription.changes).filter_map(move |change| {
        futures::future::ready(match change {
            Ok(change) if !change.object.visible(&later) => None,
            Ok(change) => Some(event(&*change.object, change.action, change.revision.to_string())),
            Err(_) => Some(Item::Resync("too many changes at once")),
        })
    });
    (snapshot.boxed(), live.boxed())
}

fn event<K: Stored>(object: &K, action: EventAction, id: String) -> Item {
    let object = envelope::object(object).and_then(serde_json::to_value).unwrap_or_default();
    Item::Event(id, Box::new(Event { kind: K::entry().name.to_owned(), action, object }))
}

/// The parts of the audit trail and of operations that a listener gets.
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
        (Visibility::Teams(_), Some(team)) => visibility.shows(team),
        (Visibility::Teams(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_no_team_is_for_those_who_see_all() {
        let some = Visibility::Teams(["payments".parse().unwrap()].into());
        assert!(shows(&some, Some("payments")) && !shows(&some, Some("fraud")) && !shows(&some, None));
        assert!(shows(&Visibility::All, None));
    }

    #[tokio::test]
    async fn a_stream_ends_with_the_first_resync() {
        let items = stream::iter([Item::Synced, Item::Resync("a"), Item::Synced]);
        assert_eq!(until_resync(items).count().await, 2);
    }
}
