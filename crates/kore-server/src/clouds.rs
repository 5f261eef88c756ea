//! Questions about clouds, and to them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, RawQuery, State},
};
use kore_api::{
    cloud::{AccountRuleAnswer, CloudPermissions},
    codes::Code,
};
use kore_app::kinds::CLOUD_ORGANIZATION;
use kore_domain::access::Permission;
use serde_json::Value;

use crate::{
    extract::Cx,
    problem::ApiError,
    resources::parameters,
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
        Route::get(
            "/api/v1/accountruletest",
            "testAccountRules",
            Access::Needs(Permission::CloudRead),
            "Which account rule holds for a team and a stage, and why not the others",
            test,
        )
        .requires_query("team", "The team")
        .parameter(
            "query",
            "stage",
            "Stage of a cluster, as production; without it only rules for every stage are for it",
        )
        .answers::<AccountRuleAnswer>(200),
        Route::post(
            "/api/v1/cloudorganizations/{name}/check",
            "checkCloudOrganization",
            Access::Needs(Permission::CloudWrite),
            "Look now whether Kore is allowed what it needs; done once status.checkedFor is the request's id",
            check,
        )
        .audited(kore_app::CHECK, "cloudorganization")
        .answers_schema(
            200,
            "application/json",
            Some(Arc::new(|generator| CLOUD_ORGANIZATION.schema(generator))),
        ),
    ]
}

async fn permissions(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(cloud): Path<String>,
) -> Result<Json<CloudPermissions>, ApiError> {
    Ok(Json(state.app.cloud_permissions(&cx, &cloud).await?))
}

async fn check(State(state): State<AppState>, Cx(cx): Cx, Path(name): Path<String>) -> Result<Json<Value>, ApiError> {
    Ok(Json(state.app.check_organization(&cx, &name).await?))
}

async fn test(
    State(state): State<AppState>,
    Cx(cx): Cx,
    RawQuery(query): RawQuery,
) -> Result<Json<AccountRuleAnswer>, ApiError> {
    let given = parameters(query.as_deref(), &["team", "stage"])?;
    let team = given.get("team").map(String::as_str).unwrap_or_default();
    let team = team.parse().map_err(|why| ApiError::new(Code::InputMalformed, format!("team: {why}")))?;
    let stage = given.get("stage").map(String::as_str).filter(|stage| !stage.is_empty());
    Ok(Json(state.app.test_account_rules(&cx, &team, stage).await?))
}
