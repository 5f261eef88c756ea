//! `GET /api/v1/attention`: what needs somebody, for the console's overviews.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use kore_api::attention::Attentions;
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
    let summary = "What needs somebody, among what one may see, the worst first";
    let route = Route::get("/api/v1/attention", "attention", Access::SignedIn, summary, attention);
    vec![route.parameter("query", "team", "Only what is this team's").answers::<Attentions>(200)]
}

async fn attention(
    State(state): State<AppState>,
    Cx(cx): Cx,
    RawQuery(query): RawQuery,
) -> Result<Json<Attentions>, ApiError> {
    let given = parameters(query.as_deref(), &["team"])?;
    let team = given.get("team").map(|team| team.parse()).transpose().map_err(|_| AppError::hidden())?;
    Ok(Json(state.app.attention(&cx, team.as_ref()).await?))
}
