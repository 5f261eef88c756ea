//! Routes about the audit trail as a whole; its records are a kind like others.

use axum::{Json, extract::State};
use kore_api::audit::{AuditSinkList, AuditVerification};
use kore_domain::access::Permission;

use crate::{
    extract::Cx,
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let access = Access::Needs(Permission::AuditReadPlatform);
    vec![
        Route::get(
            "/api/v1/audit/verification",
            "verifyAudit",
            access,
            "Whether the audit trail is what Kore wrote; reads all of it, which may take minutes",
            verify,
        )
        .answers::<AuditVerification>(200),
        Route::get("/api/v1/audit/sinks", "listAuditSinks", access, "How far delivery of audit records has got", sinks)
            .answers::<AuditSinkList>(200),
    ]
}

async fn verify(State(state): State<AppState>, Cx(cx): Cx) -> Result<Json<AuditVerification>, ApiError> {
    Ok(Json(state.app.verify_audit(&cx).await?))
}

async fn sinks(State(state): State<AppState>, Cx(cx): Cx) -> Result<Json<AuditSinkList>, ApiError> {
    Ok(Json(state.app.audit_sinks(&cx).await?))
}
