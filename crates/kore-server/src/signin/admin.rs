//! The admin socket: what the person who runs the machine may do without being signed in. Whoever can
//! open the socket has proven who they are: it belongs to the user who runs Kore, mode 0600, and the
//! kernel tells who is at the other end.

use std::{io, os::unix::fs::MetadataExt, path::Path};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Query, Request, State, connect_info::Connected},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::IncomingStream,
};
use http::{HeaderMap, StatusCode, header};
use kore_api::{
    codes::Code,
    identity::{ClaimLink, TokenResponse},
};
use serde::Deserialize;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::{problem::ApiError, state::AppState};

/// User id of whoever is at the other end.
#[derive(Debug, Clone, Copy)]
struct Peer(Option<u32>);

impl Connected<IncomingStream<'_, UnixListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        Self(stream.io().peer_cred().ok().map(|credentials| credentials.uid()))
    }
}

#[derive(Debug, Deserialize)]
struct Reset {
    #[serde(default)]
    reset: bool,
}

async fn claim_link(State(state): State<AppState>, Query(query): Query<Reset>) -> Result<Json<ClaimLink>, ApiError> {
    Ok(Json(state.app.signin.claim_link(query.reset).await?))
}

async fn reset_link(State(state): State<AppState>) -> Result<Json<ClaimLink>, ApiError> {
    Ok(Json(state.app.signin.claim_link(true).await?))
}

async fn session(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<TokenResponse>, ApiError> {
    let label = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Json(state.app.signin.admin_session(label).await?))
}

async fn status(State(state): State<AppState>) -> Result<Json<serde_json::Value>, ApiError> {
    let set = state.app.signin.admin_has_password().await?;
    Ok(Json(serde_json::json!({ "adminPasswordSet": set })))
}

async fn only(
    State(owner): State<u32>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    match peer.0 {
        Some(uid) if uid == owner || uid == 0 => next.run(request).await,
        _ => {
            tracing::warn!(uid = ?peer.0, "somebody else knocked at the admin socket");
            (StatusCode::FORBIDDEN, "this socket belongs to another user").into_response()
        }
    }
}

/// Serves the socket until `stop` is cancelled, and removes it then.
///
/// # Errors
/// When it cannot be made.
pub async fn serve(path: &Path, state: AppState, stop: CancellationToken) -> io::Result<()> {
    // One that is left over from a process that was killed.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let owner = std::fs::metadata(path)?.uid();
    let router = Router::new()
        .route("/admin/claim-link", post(claim_link))
        .route("/admin/reset-link", post(reset_link))
        .route("/admin/session", post(session))
        .route("/admin/status", get(status))
        .fallback(|| async { ApiError::new(Code::NotFound, "there is nothing there") })
        .layer(middleware::from_fn(crate::problem::render))
        .layer(middleware::from_fn(crate::request::identify))
        .layer(middleware::from_fn_with_state(owner, only))
        .with_state(state);
    let served = axum::serve(listener, router.into_make_service_with_connect_info::<Peer>())
        .with_graceful_shutdown(stop.cancelled_owned())
        .await;
    let _gone = std::fs::remove_file(path);
    served
}
