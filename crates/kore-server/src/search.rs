//! `GET /api/v1/search`: what answers to a part of a name, for the console's command palette.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use kore_api::{codes::Code, search::Hits};
use kore_app::search::{KINDS, MOST, Wanted};

use crate::{
    extract::Cx,
    problem::ApiError,
    resources::parameters,
    routes::{Access, Route},
    state::AppState,
};

/// Its route.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    let summary =
        format!("What answers to a part of a name, among what one may see, the best first. Of {}", KINDS.join(", "));
    let route = Route::get("/api/v1/search", "search", Access::SignedIn, summary, search)
        .requires_query("q", "Words, each of which must be in a name, a title or a team's name; at most 100 characters")
        .parameter("query", "kinds", "Only of these, with commas between")
        .parameter("query", "team", "Only what is this team's")
        .parameter("query", "limit", "So many, at most 20; 20 when not given")
        .answers::<Hits>(200);
    vec![route]
}

async fn search(State(state): State<AppState>, Cx(cx): Cx, RawQuery(query): RawQuery) -> Result<Json<Hits>, ApiError> {
    let mut given = parameters(query.as_deref(), &["q", "kinds", "team", "limit"])?;
    let malformed = |name: &str, text: &str| ApiError::new(Code::InputMalformed, format!("{name}: {text:?}"));
    let kinds = given.get("kinds").map(String::as_str).unwrap_or_default().split(',').map(str::trim);
    let kinds = kinds.filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    let team = match given.get("team").map(String::as_str).filter(|team| !team.is_empty()) {
        None => None,
        Some(team) => match team.parse() {
            Ok(team) => Some(team),
            // What is no name is the name of no team, and nothing is of it.
            Err(_) => return Ok(Json(Hits { items: Vec::new() })),
        },
    };
    let limit = match given.get("limit") {
        None => MOST,
        Some(limit) => limit.parse().map_err(|_| malformed("limit", limit))?,
    };
    let text = given.remove("q").unwrap_or_default();
    Ok(Json(state.app.search(&cx, &Wanted { text, kinds, team, limit }).await?))
}
