//! Who a request comes from.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderName, Method, header};
use kore_api::{audit::AuditResult, codes::Code};
use kore_app::{
    AppError,
    limits::Caller,
    signin::{Audience, Credential, Origin},
};
use kore_domain::access::{OpContext, Source, Subject};

use super::browser;
use crate::{
    account::{asked, stranger},
    console, kubernetes,
    problem::ApiError,
    request::{RequestId, TokenExpiry, too_many},
    state::AppState,
};

/// What a client says it is, as `cli/0.1.0` or `console`. Browsers send it across origins only after asking, and nobody answers
/// that: its presence shows that a request with a cookie comes from our own pages.
pub(crate) const CLIENT: HeaderName = HeaderName::from_static("kore-client");

/// Where programs end their session.
const LOGOUT: &str = "/auth/logout";

/// Puts [`OpContext`], [`TokenExpiry`] and [`Credential`] into the request's extensions when a
/// credential came that works. Below `/api` one that does not work is refused here; on the pages it
/// counts as none. At a cluster's path only a browser's session is looked at.
pub async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if console::is_asset(request.uri().path()) {
        return next.run(request).await;
    }
    let api = request.uri().path().starts_with("/api/");
    // There the gateway itself looks at where a request comes from, and more closely.
    let cluster = kubernetes::is_below(request.uri().path());
    let signin = &state.app.signin;
    let asked = asked(request.method(), request.extensions().get());
    let address = address(request.extensions());
    // Pages are for browsers: what a token is good for, and for how long, would be lost in what they open.
    let token = bearer(request.headers()).filter(|_| api || request.uri().path() == LOGOUT);
    let found = match (token, browser::session_cookie(signin, request.headers())) {
        (Some(token), _) => Some((signin.authenticate(&token, Audience::Api).await, true)),
        (None, Some(cookie)) => Some((signin.authenticate(&cookie, Audience::Browser).await, false)),
        (None, None) => None,
    };
    match found {
        Some((Ok(credential), by_token)) => {
            let context = context(&state, &request, &credential, by_token);
            if api && !by_token && !from_our_pages(request.method(), request.headers()) {
                let detail = "a request with a cookie that changes something must come from Kore's own pages";
                // Another site may do this to somebody's browser as often as it likes.
                let mut record = context.audit("request", None, "api".to_owned(), AuditResult::Denied);
                let entry = Code::AuthForbidden.entry();
                (record.status, record.code) = (Some(entry.status), Some(entry.code.to_owned()));
                record.detail = Some(asked);
                state.app.audit.turned_away(record).await;
                return ApiError::new(Code::AuthForbidden, detail).into_response();
            }
            signin.note_use(&context, &credential).await;
            let extensions = request.extensions_mut();
            extensions.insert(Arc::new(context));
            extensions.insert(TokenExpiry(credential.expires_at));
            extensions.insert(credential);
        }
        Some((Err(error), _)) if api || cluster => return turned_away(&state, address, asked, error).await,
        _ => {}
    }
    next.run(request).await
}

/// A credential that does not work, below `/api`. Whoever shows such things is a stranger, and there
/// is a limit to how often they may.
async fn turned_away(state: &AppState, address: Option<IpAddr>, asked: String, error: AppError) -> Response {
    let error = match state.app.limits.admit(&Caller::stranger(address)) {
        Ok(()) => ApiError::from(error),
        Err(wait) => too_many(wait),
    };
    if error.status() < 500 {
        let record = stranger(&state.app.signin, Source::Api, address, error.code(), asked);
        state.app.audit.turned_away(record).await;
    }
    error.into_response()
}

fn context(state: &AppState, request: &Request, credential: &Credential, by_token: bool) -> OpContext {
    let said = request.headers().get(CLIENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let said = said.split('/').next().unwrap_or_default();
    let source = match (said, by_token) {
        ("cli", _) => Source::Cli,
        ("console", _) | (_, false) => Source::Console,
        _ => Source::Api,
    };
    OpContext {
        subject: Subject::clone(&credential.subject),
        request_id: request_id(request.extensions()),
        source,
        address: address(request.extensions()),
        now: state.app.signin.now(),
        session: Some(credential.session),
    }
}

/// Where a request comes from, for what is recorded about signing in.
pub(super) fn origin(headers: &HeaderMap, extensions: &Extensions) -> Origin {
    let label = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin {
        address: address(extensions),
        label: label.map(|label| label.chars().take(200).collect()),
        request_id: request_id(extensions),
    }
}

fn request_id(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

pub(crate) fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A page elsewhere can make a browser send our cookie, but not these headers.
fn from_our_pages(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    headers.contains_key(CLIENT) && browser::same_site(headers)
}
