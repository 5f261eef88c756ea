//! `/livez` and `/readyz`: is the process alive; can it do its work.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

use crate::state::AppState;

/// `GET /livez`: the process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: every dependency works; with `?verbose` a line each, in the form of Kubernetes' own.
pub async fn ready(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let checks = state.app.checks().await;
    let ok = checks.iter().all(|check| check.fault.is_none()) && !state.stopping.is_cancelled();
    let verbose =
        query.is_some_and(|query| query.split('&').any(|word| word == "verbose" || word.starts_with("verbose=")));
    let mut text = String::new();
    if verbose || !ok {
        for check in &checks {
            match &check.fault {
                None => text.push_str(&format!("[+]{} ok\n", check.name)),
                Some(fault) => text.push_str(&format!("[-]{} failed: {fault}\n", check.name)),
            }
        }
    }
    text.push_str(if ok { "ok\n" } else { "not ready\n" });
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // A charset of its own keeps the problem layer from replacing the lines.
    (status, [(header::CONTENT_TYPE, "application/vnd.kore.health+text")], text).into_response()
}
