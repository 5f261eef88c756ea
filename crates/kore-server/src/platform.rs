//! `GET /api/v1/platform`: how the platform itself is, for the console's page about it.

use axum::{Json, extract::State};
use kore_api::platform::Platform;
use kore_domain::access::Permission;

use crate::{
    extract::Cx,
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// Its route.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    // Whoever may look at the management cluster may know how it and the rest are.
    let access = Access::Needs(Permission::ManagementRead);
    let summary = "How the platform itself is: version, checks, leader, what is under way";
    vec![Route::get("/api/v1/platform", "platform", access, summary, platform).answers::<Platform>(200)]
}

async fn platform(State(state): State<AppState>, Cx(cx): Cx) -> Result<Json<Platform>, ApiError> {
    let mut platform = state.app.platform(&cx, state.started_at).await?;
    platform.ready &= !state.stopping.is_cancelled();
    Ok(Json(platform))
}
