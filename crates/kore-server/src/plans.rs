//! Questions about plans.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, RawQuery, State},
};
use kore_api::{codes::Code, names::TeamName, plan::PlanImpactList, policy::Explanation};
use kore_domain::access::Permission;

use crate::{
    extract::Cx,
    problem::ApiError,
    resources::parameters,
    routes::{Access, Route},
    state::AppState,
};

/// Every route of this file.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/plans/{name}/explanation",
            "explainPlan",
            Access::Needs(Permission::PlanRead),
            "Each parameter of a plan, and what a team may change about it",
            explanation,
        )
        .parameter("query", "version", "A version other than the current one")
        .parameter("query", "team", "As this team meets it: what policies lock and limit")
        .answers::<Explanation>(200),
        Route::get(
            "/api/v1/planversions/{name}/impact",
            "getPlanImpact",
            Access::Needs(Permission::PlanWrite),
            "What the version would change in the clusters of its plan that are on another one",
            impact,
        )
        .answers::<PlanImpactList>(200),
    ]
}

async fn explanation(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Explanation>, ApiError> {
    let given: HashMap<String, String> = parameters(query.as_deref(), &["version", "team"])?;
    let malformed =
        |name: &str, why: &dyn std::fmt::Display| ApiError::new(Code::InputMalformed, format!("{name}: {why}"));
    let version = given.get("version").filter(|text| !text.is_empty()).map(|text| text.parse::<u32>());
    let version = version.transpose().map_err(|why| malformed("version", &why))?;
    let team = given.get("team").filter(|text| !text.is_empty()).map(|text| text.parse::<TeamName>());
    let team = team.transpose().map_err(|why| malformed("team", &why))?;
    Ok(Json(state.app.explain_plan(&cx, &name, version, team.as_ref()).await?))
}

async fn impact(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(name): Path<String>,
) -> Result<Json<PlanImpactList>, ApiError> {
    Ok(Json(PlanImpactList { clusters: state.app.plan_impact(&cx, &name).await? }))
}
