//! Who am I, and credentials for kubectl.

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
};
use kore_api::{
    identity::{ClaimLink, ClusterCredential, TeamMembership, WhoAmI},
    names::{ClusterRef, UserName},
};
use kore_app::{AppError, signin::Credential};
use kore_domain::access::Platform;

use crate::{extract::Cx, problem::ApiError, resources::parameters, state::AppState};

/// `GET /api/v1/whoami`
pub(super) async fn whoami(
    State(state): State<AppState>,
    Cx(context): Cx,
    Extension(credential): Extension<Credential>,
) -> Json<WhoAmI> {
    let subject = &context.subject;
    Json(WhoAmI {
        name: subject.principal.name(),
        id: subject.id.to_string(),
        platform_role: subject.platform_role,
        teams: subject
            .teams
            .iter()
            // What people were in a team that is gone is forgotten some time later.
            .filter(|(team, _)| state.app.team(team).is_ok())
            .map(|(team, role)| TeamMembership { team: team.to_string(), role: *role })
            .collect(),
        session_expires_at: credential.session_expires_at,
        rehearsal: state.app.rehearsed(),
        evaluation: state.app.evaluation.clone(),
    })
}

/// `POST /api/v1/teams/{team}/clusters/{name}/credential`
pub(super) async fn cluster_credential(
    State(state): State<AppState>,
    Cx(context): Cx,
    Extension(credential): Extension<Credential>,
    Path((team, name)): Path<(String, String)>,
) -> Result<Json<ClusterCredential>, ApiError> {
    // What is no name is the name of nothing.
    let cluster: ClusterRef = format!("{team}/{name}").parse().map_err(|_| AppError::hidden())?;
    let permission = kore_domain::access::Permission::ClusterEnter;
    let object = format!("cluster/{cluster}");
    state.app.authorize_to(&context, "cluster.credential", permission, cluster.clone(), &object).await?;
    if !state.app.has_cluster(&cluster) {
        return Err(AppError::hidden().into());
    }
    Ok(Json(state.app.signin.cluster_credential(&context, &credential, &cluster).await?))
}

/// `POST /api/v1/management/credential`
pub(super) async fn management_credential(
    State(state): State<AppState>,
    Cx(context): Cx,
    Extension(credential): Extension<Credential>,
) -> Result<Json<ClusterCredential>, ApiError> {
    let (action, permission) = ("management.credential", kore_domain::access::Permission::ManagementRead);
    state.app.authorize_to(&context, action, permission, Platform, "management").await?;
    Ok(Json(state.app.signin.management_credential(&context, &credential).await?))
}

/// `POST /api/v1/users/{name}/claim`
pub(super) async fn claim_link(
    State(state): State<AppState>,
    Cx(context): Cx,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ClaimLink>, ApiError> {
    let given = parameters(query.as_deref(), &["reset"])?;
    let reset = given.get("reset").is_some_and(|reset| reset == "true");
    let permission = kore_domain::access::Permission::UserWrite;
    let name: UserName = name.parse().map_err(|_| AppError::hidden())?;
    let action = if reset { "user.resetLink" } else { "user.claimLink" };
    state.app.authorize_to(&context, action, permission, Platform, &format!("user/{name}")).await?;
    Ok(Json(state.app.signin.claim_link_for(&context, &name, reset).await?))
}
