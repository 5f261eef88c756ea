//! The OAuth 2.0 endpoints of the command line.

use axum::{
    Form, Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use kore_api::{codes::Code, identity::OAuthError};
use kore_app::{
    AppError,
    signin::{AuthorizeError, AuthorizeRequest, EXCHANGE, ExchangeRequest, TokenError, pkce},
};
use serde::Deserialize;

use super::{
    pages::{Around, sign_in_first},
    views::{Authorize, go, problem, show},
};
use crate::{problem::ApiError, state::AppState};

/// `GET /auth/authorize`
pub(super) async fn authorize_page(
    State(state): State<AppState>,
    Query(request): Query<AuthorizeRequest>,
    around: Around,
) -> Response {
    if let Err(error) = request.check() {
        return refuse(&state, &around, &request, &error);
    }
    let Some(credential) = &around.credential else {
        return sign_in_first(&format!("/auth/authorize?{}", query(&request)));
    };
    let user = credential.subject.principal.name();
    show(StatusCode::OK, Authorize { page: around.page(&state), user, request })
}

fn query(request: &AuthorizeRequest) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", &request.response_type)
        .append_pair("client_id", &request.client_id)
        .append_pair("redirect_uri", &request.redirect_uri)
        .append_pair("code_challenge", &request.code_challenge)
        .append_pair("code_challenge_method", &request.code_challenge_method)
        .append_pair("state", &request.state)
        .finish()
}

fn refuse(state: &AppState, around: &Around, request: &AuthorizeRequest, error: &AuthorizeError) -> Response {
    match error {
        AuthorizeError::Page(text) => {
            problem(around.page(state), "This request is not right", &AppError::new(Code::InputMalformed, *text))
        }
        AuthorizeError::Client(code) => back(state, request, &[("error", code)]),
    }
}

/// Back to the client, with the issuer (RFC 9207).
fn back(state: &AppState, request: &AuthorizeRequest, answer: &[(&str, &str)]) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answer);
    if !request.state.is_empty() {
        query.append_pair("state", &request.state);
    }
    query.append_pair("iss", state.app.signin.public_url());
    go(&format!("{}?{}", request.redirect_uri, query.finish()))
}

#[derive(Deserialize)]
pub(super) struct Decision {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    decision: String,
    #[serde(flatten)]
    request: AuthorizeRequest,
}

/// `POST /auth/authorize`
pub(super) async fn authorize(State(state): State<AppState>, around: Around, Form(form): Form<Decision>) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let request = form.request;
    if let Err(error) = request.check() {
        return refuse(&state, &around, &request, &error);
    }
    let Some(credential) = &around.credential else {
        return sign_in_first(&format!("/auth/authorize?{}", query(&request)));
    };
    if form.decision != "allow" {
        return back(&state, &request, &[("error", "access_denied")]);
    }
    match state.app.signin.authorize(&request, credential, &around.origin).await {
        Ok(code) => back(&state, &request, &[("code", code.expose())]),
        Err(error) => problem(around.page(&state), "That does not work right now", &error),
    }
}

#[derive(Deserialize)]
pub(super) struct TokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    code_verifier: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    refresh_token: String,
    #[serde(default)]
    device_code: String,
    #[serde(default)]
    subject_token: String,
    #[serde(default)]
    subject_token_type: String,
    #[serde(default)]
    audience: String,
}

/// `POST /auth/token`
pub(super) async fn token(State(state): State<AppState>, around: Around, Form(form): Form<TokenRequest>) -> Response {
    let (signin, origin) = (&state.app.signin, &around.origin);
    if form.grant_type == EXCHANGE {
        return exchange(&state, &around, &form).await;
    }
    if form.client_id != pkce::CLIENT {
        return oauth(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not known");
    }
    let answer = match form.grant_type.as_str() {
        "authorization_code" => signin.exchange(&form.code, &form.code_verifier, &form.redirect_uri, origin).await,
        "refresh_token" => signin.refresh(&form.refresh_token, origin).await,
        "urn:ietf:params:oauth:grant-type:device_code" => signin.poll_device(&form.device_code, origin).await,
        _ => {
            return oauth(StatusCode::BAD_REQUEST, "unsupported_grant_type", "there is no such grant type");
        }
    };
    match answer {
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(TokenError::App(error)) => ApiError::from(error).into_response(),
        Err(error) => {
            if matches!(error, TokenError::InvalidGrant) {
                signin.bad_grant(&form.grant_type, origin).await;
            }
            let code = error.to_string();
            let text = match error {
                TokenError::InvalidGrant => "the code or token is not right, or does not work any more: sign in again",
                TokenError::Pending => "nobody has decided yet",
                TokenError::SlowDown => "ask less often",
                TokenError::Denied => "the person said no",
                TokenError::Expired | TokenError::App(_) => "the code's time is over",
            };
            oauth(StatusCode::BAD_REQUEST, &code, text)
        }
    }
}

/// A token of a CI system, a cluster or another issuer, for one of a robot (RFC 8693). The token proves
/// who comes; no client is asked for besides.
async fn exchange(state: &AppState, around: &Around, form: &TokenRequest) -> Response {
    let request = ExchangeRequest {
        subject_token: &form.subject_token,
        subject_token_type: &form.subject_token_type,
        audience: &form.audience,
    };
    match state.app.signin.exchange_token(request, &around.origin).await {
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(TokenError::App(error)) => ApiError::from(error).into_response(),
        // The same words whatever it was; the audit trail of the robot's team says what.
        Err(_) => {
            let text = "the token is not exchanged; the audit trail of the robot's team says why";
            oauth(StatusCode::BAD_REQUEST, "invalid_grant", text)
        }
    }
}

fn oauth(status: StatusCode, error: &str, description: &str) -> Response {
    let body = OAuthError { error: error.to_owned(), error_description: Some(description.to_owned()) };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

#[derive(Deserialize)]
pub(super) struct DeviceRequest {
    #[serde(default)]
    client_id: String,
}

/// `POST /auth/device`
pub(super) async fn device(State(state): State<AppState>, around: Around, Form(form): Form<DeviceRequest>) -> Response {
    if form.client_id != pkce::CLIENT {
        return oauth(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not known");
    }
    match state.app.signin.begin_device(&around.origin).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => ApiError::from(error).into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct RevokeRequest {
    #[serde(default)]
    token: String,
}

/// `POST /auth/revoke`
pub(super) async fn revoke(State(state): State<AppState>, around: Around, Form(form): Form<RevokeRequest>) -> Response {
    match state.app.signin.revoke(&form.token, &around.origin).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => ApiError::from(error).into_response(),
    }
}
