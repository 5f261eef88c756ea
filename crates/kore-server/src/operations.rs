//! What is done with operations beside reading them.

use axum::{
    Json,
    extract::{Path, State},
};
use kore_api::operation::Operation;
use kore_domain::access::Permission;
use serde_json::Value;

use crate::{
    extract::Cx,
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// The routes.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    let access = Access::Needs(Permission::OperationRetry);
    let summary = "Try what failed again now, from the step that failed";
    vec![
        Route::post("/api/v1/operations/{name}/retry", "retryOperation", access, summary, retry)
            .audited(kore_app::RETRY, "operation")
            .answers::<Operation>(200),
    ]
}

async fn retry(State(state): State<AppState>, Cx(cx): Cx, Path(name): Path<String>) -> Result<Json<Value>, ApiError> {
    Ok(Json(state.app.retry_operation(&cx, &name).await?))
}
