//! Questions about clouds.

use axum::{
    Json,
    extract::{Path, State},
};
use kore_api::cloud::CloudPermissions;
use kore_domain::access::Permission;

use crate::{
    extract::Cx,
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// The routes.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/clouds/{cloud}/permissions",
            "getCloudPermissions",
            Access::Needs(Permission::CloudRead),
            "What Kore needs to be allowed in a cloud, per purpose: policies, trust, and templates that make the roles",
            permissions,
        )
        .answers::<CloudPermissions>(200),
    ]
}

async fn permissions(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(cloud): Path<String>,
) -> Result<Json<CloudPermissions>, ApiError> {
    Ok(Json(state.app.cloud_permissions(&cx, &cloud).await?))
}
