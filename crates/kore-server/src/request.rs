//! What every request gets on its way in: an id, a log line, figures, and headers on its way out.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use kore_api::codes::Code;
use kore_app::limits::Caller;
use kore_domain::access::OpContext;
use tracing::Instrument;
use uuid::Uuid;

use crate::{console, gateway::browser, kubernetes, problem::ApiError, signin::address, state::AppState};

/// Header that carries the request's id both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's id: the caller's own, if it has the form of one, else a new UUIDv7.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

/// When the credential of this request ends; streams end with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenExpiry(pub Timestamp);

/// Gives the request its id, one log line and its figures.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let given =
        request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|text| well_formed(text));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request_id = %id, %method, %route);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    let status_label = status.as_u16().to_string();
    let labels = [("method", method.as_str().to_owned()), ("route", route), ("status", status_label)];
    metrics::counter!("kore_http_requests_total", &labels).increment(1);
    metrics::histogram!("kore_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), ms = took.as_millis(), "answered");
        } else {
            tracing::debug!(status = status.as_u16(), ms = took.as_millis(), "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Letters, digits, `-`, `_`, `.`; at most 64: what is safe in logs and annotations.
fn well_formed(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Headers that keep browsers from doing more with an answer than it says. Pages set a
/// Content-Security-Policy of their own.
pub async fn secure(request: Request, next: Next) -> Response {
    let cluster = kubernetes::is_below(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if cluster {
        browser::guard(headers);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    response
}

/// Limits requests per caller: the signed-in person, or the address of those who are not.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if console::is_asset(request.uri().path()) {
        return next.run(request).await;
    }
    let caller = match request.extensions().get::<Arc<OpContext>>() {
        Some(context) => Caller::Person(context.subject.id),
        None => Caller::stranger(address(request.extensions())),
    };
    match state.app.limits.admit(&caller) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait).into_response(),
    }
}

/// The refusal of a caller who is to wait; whole seconds (RFC 9110 section 10.2.3), rounded up.
pub(crate) fn too_many(wait: Duration) -> ApiError {
    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
    ApiError::new(Code::RateLimited, "too many requests at once")
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_request_ids_are_taken_over() {
        assert!(well_formed("0190b8a2-7d1e-7c3a-9a0b-2f6f6f6f6f6f"));
        for bad in ["", "a b", "a\nb", "ä", &"a".repeat(65), "a\"b"] {
            assert!(!well_formed(bad), "{bad:?}");
        }
    }
}
