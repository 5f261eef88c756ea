//! `GET /api/v1/events`: one multiplexed stream of server-sent events (WHATWG HTML section 9.2).

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{RawQuery, State},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue};
use kore_api::{codes::Code, event::EventAction};
use kore_app::{
    AppError,
    events::{Interest, Item},
};

use crate::{
    TokenExpiry,
    extract::{Cx, header_text},
    problem::ApiError,
    resources::parameters,
    routes::{Access, Route, subschema},
    state::AppState,
};

/// Where a stream is gone on with.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Longest silence.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What the description says of kinds; a test holds it to what there is.
const KINDS_SAY: &str = "With commas between: Team, Plan, PlanVersion, PlanPolicy, Cluster, ClusterNamespace, \
                         AddressPool, CloudOrganization, AccountRule, CloudAccount, Operation, User, Membership, AuditRecord; all but the last three when not given";

/// Its route.
#[must_use]
pub fn routes() -> Vec<Route> {
    let summary = "Everything of interest (snapshot), then everything that changes; ends with the credential";
    let schema = std::sync::Arc::new(subschema::<kore_api::event::Event>);
    vec![
        Route::get("/api/v1/events", "events", Access::SignedIn, summary, get)
            .parameter("query", "kinds", KINDS_SAY)
            .parameter("query", "team", "Of this team only")
            .parameter("query", "snapshot", "false: not what there is, only what changes from now on")
            .parameter("header", "Last-Event-ID", "Id of the last event that was heard of: the stream begins with what was missed since; 410 when nobody knows any more. Kinds that its stream did not tell of begin")
            .answers_schema(200, "text/event-stream", Some(schema)),
    ]
}

async fn get(
    State(state): State<AppState>,
    Cx(cx): Cx,
    expiry: Option<Extension<TokenExpiry>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let given = parameters(query.as_deref(), &["kinds", "team", "snapshot"])?;
    let kinds = given.get("kinds").map(String::as_str).unwrap_or_default();
    let team = given.get("team").map(|team| team.parse()).transpose().map_err(|_| AppError::hidden())?;
    let changes_only = match given.get("snapshot").map(String::as_str) {
        None | Some("true") => false,
        Some("false") => true,
        Some(other) => {
            let detail = format!("snapshot: {other:?} is neither true nor false");
            return Err(AppError::new(Code::InputMalformed, detail).into());
        }
    };
    let kinds = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    let last = header_text(&headers, &LAST_EVENT_ID);
    let items = state.app.events(&cx, &Interest { kinds, team, changes_only }, last.as_deref()).await?;
    let left = expiry.map(|Extension(TokenExpiry(end))| {
        Duration::try_from(end.duration_since(state.app.clock.now())).unwrap_or(Duration::ZERO)
    });
    let stopping = state.stopping.clone();
    let over = async move {
        let expired = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = expired => {}
            () = stopping.cancelled() => {}
        }
    };
    let frames = items.map(|item| Ok::<_, Infallible>(frame(item))).take_until(Box::pin(over));
    let mut response = Sse::new(frames).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("alive")).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn frame(item: Item) -> Event {
    match item {
        Item::Event(id, event) => {
            let name = match event.action {
                EventAction::Snapshot => "snapshot",
                EventAction::Applied => "applied",
                EventAction::Deleted => "deleted",
            };
            let data = serde_json::to_string(&*event).unwrap_or_default();
            let event = Event::default().event(name).data(data);
            match id {
                Some(id) => event.id(id),
                None => event,
            }
        }
        Item::Synced(id) => Event::default().event("synced").id(id).data("{}"),
        Item::Resync(reason) => {
            Event::default().event("resync").data(serde_json::json!({ "reason": reason }).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use kore_app::events::{KINDS, WHEN_NAMED};

    use super::*;

    #[test]
    fn the_description_names_the_kinds_that_there_are() {
        let (named, rest) = KINDS_SAY.split_once("; ").unwrap();
        assert_eq!(named.trim_start_matches("With commas between: "), KINDS.join(", "));
        assert_eq!(rest, "all but the last three when not given");
        assert_eq!(KINDS[KINDS.len() - WHEN_NAMED.len()..], WHEN_NAMED);
    }
}
