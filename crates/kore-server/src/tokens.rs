//! Long-lived tokens: people's own, and robots'.

use axum::{
    Json,
    extract::{Path, State},
};
use http::{Method, StatusCode, header};
use kore_api::{
    names::TeamName,
    robot::{NewToken, TokenList, TokenRequest},
};
use kore_app::AppError;
use kore_domain::access::Permission;

use crate::{
    extract::{Body, Cx},
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

const OWN: &str = "/api/v1/tokens";
const ROBOTS: &str = "/api/v1/teams/{team}/robots/{name}/tokens";

/// A secret is kept by nobody on the way.
type Secret = (StatusCode, [(header::HeaderName, &'static str); 1], Json<NewToken>);

/// Every route of this file.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    let own = Access::Needs(Permission::SessionOwn);
    let (reads, writes) = (Access::Needs(Permission::RobotRead), Access::Needs(Permission::RobotWrite));
    let made = |route: Route| route.takes::<TokenRequest>().answers::<NewToken>(201);
    vec![
        Route::get(OWN, "listTokens", own, "Your long-lived tokens", list_own).answers::<TokenList>(200),
        made(
            Route::post(OWN, "createToken", own, "Make a token; only this answer has it", create_own)
                .audited("token.create", "token"),
        ),
        Route::new(Method::DELETE, format!("{OWN}/{{id}}"), "revokeToken", own, "End a token", revoke_own)
            .audited("token.revoke", "token")
            .empty(204),
        Route::get(ROBOTS, "listRobotTokens", reads, "A robot's static tokens", list_robots).answers::<TokenList>(200),
        made(
            Route::post(
                ROBOTS,
                "createRobotToken",
                writes,
                "Make a static token for a robot; only this answer has it",
                create_robots,
            )
            .audited("token.create", "robot"),
        ),
        Route::new(
            Method::DELETE,
            format!("{ROBOTS}/{{id}}"),
            "revokeRobotToken",
            writes,
            "End a static token of a robot",
            revoke_robots,
        )
        .audited("token.revoke", "robot")
        .empty(204),
    ]
}

fn secret(made: NewToken) -> Secret {
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made))
}

/// What is no name is no team that anybody knows.
fn team(name: &str) -> Result<TeamName, ApiError> {
    name.parse().map_err(|_| AppError::hidden().into())
}

async fn list_own(State(state): State<AppState>, Cx(cx): Cx) -> Result<Json<TokenList>, ApiError> {
    Ok(Json(state.app.own_tokens(&cx).await?))
}

async fn create_own(State(state): State<AppState>, Cx(cx): Cx, body: Body) -> Result<Secret, ApiError> {
    Ok(secret(state.app.create_own_token(&cx, body.value).await?))
}

async fn revoke_own(State(state): State<AppState>, Cx(cx): Cx, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    state.app.revoke_own_token(&cx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_robots(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path((of, name)): Path<(String, String)>,
) -> Result<Json<TokenList>, ApiError> {
    Ok(Json(state.app.robot_tokens(&cx, &team(&of)?, &name).await?))
}

async fn create_robots(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path((of, name)): Path<(String, String)>,
    body: Body,
) -> Result<Secret, ApiError> {
    Ok(secret(Box::pin(state.app.create_robot_token(&cx, &team(&of)?, &name, body.value)).await?))
}

async fn revoke_robots(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path((of, name, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    state.app.revoke_robot_token(&cx, &team(&of)?, &name, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
