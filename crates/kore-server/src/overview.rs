//! `GET /api/v1/overview`: what somebody sees first, in one answer.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use kore_api::overview::Overview;
use kore_app::AppError;

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
    let summary = "What needs somebody, what is under way and how much there is, among what one may see";
    let route = Route::get("/api/v1/overview", "overview", Access::SignedIn, summary, overview);
    vec![route.parameter("query", "team", "Only what is this team's, and its quota").answers::<Overview>(200)]
}

async fn overview(
    State(state): State<AppState>,
    Cx(cx): Cx,
    RawQuery(query): RawQuery,
) -> Result<Json<Overview>, ApiError> {
    let given = parameters(query.as_deref(), &["team"])?;
    let team = given.get("team").map(|team| team.parse()).transpose().map_err(|_| AppError::hidden())?;
    Ok(Json(state.app.overview(&cx, team.as_ref()).await?))
}
