//! Second factors: the question for a code, setting one up, taking one away.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use kore_api::codes::Code;
use kore_app::{
    AppError,
    signin::{Credential, token::Secret},
    sso::Enrolment,
};
use qrcode::{QrCode, render::svg};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{
    browser,
    pages::{Around, enter, safe_next, sign_in_first},
    views::{AskCode, Codes, Factor, FactorSetup, Page, problem, show},
};
use crate::{extract::Cx, problem::ApiError, state::AppState};

const HERE: &str = "/auth/account/factor";
/// The cookie that says that the password was right.
const COOKIE: &str = "code";

/// The page that asks for a code, after a password that was right.
pub(super) fn ask(state: &AppState, page: Page, challenge: &Secret, next: &str) -> Response {
    let mut response = show(StatusCode::OK, AskCode { page, next: next.to_owned() });
    if let Some(cookie) = browser::challenge_cookie(&state.app.signin, COOKIE, challenge.expose()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `POST /auth/login/code`
pub(super) async fn login(State(state): State<AppState>, around: Around, Form(form): Form<CodeForm>) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let signin = &state.app.signin;
    let challenge = browser::cookie_of(signin, &around.headers, COOKIE).unwrap_or_default();
    match state.app.sign_in_with_code(&challenge, &form.code, &around.origin).await {
        Ok(opened) => {
            let mut response = enter(&state, &around, &opened, safe_next(&form.next)).await;
            if let Some(gone) = browser::drop_cookie(signin, COOKIE) {
                response.headers_mut().append(header::SET_COOKIE, gone);
            }
            response
        }
        Err(error) if matches!(error.problem.status, 401 | 429) => {
            let status = StatusCode::from_u16(error.problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            let page = around.page(&state).error(error.problem.detail.clone());
            show(status, AskCode { page, next: safe_next(&form.next).to_owned() })
        }
        Err(error) => problem(around.page(&state), "You are not signed in", &error),
    }
}

/// `GET /auth/account/factor`
pub(super) async fn page(State(state): State<AppState>, around: Around) -> Response {
    let Some(credential) = &around.credential else { return sign_in_first(HERE) };
    shown(&state, &around, credential, StatusCode::OK, String::new()).await
}

async fn shown(
    state: &AppState,
    around: &Around,
    credential: &Credential,
    status: StatusCode,
    error: String,
) -> Response {
    let page = around.page(state).error(error);
    match state.app.second_factor(credential.subject.id).await {
        Ok(factor) => show(status, Factor { page, enabled: factor.enabled, left: factor.recovery_codes }),
        Err(error) => problem(page, "That does not work right now", &error),
    }
}

#[derive(Deserialize)]
pub(super) struct FactorForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    code: String,
}

/// `POST /auth/account/factor`
pub(super) async fn change(State(state): State<AppState>, around: Around, Form(form): Form<FactorForm>) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let Some(credential) = &around.credential else { return sign_in_first(HERE) };
    let failed = |error: &AppError| problem(around.page(&state), "That does not work right now", error);
    match form.action.as_str() {
        "begin" => match state.app.begin_factor(credential).await {
            Ok(enrolment) => setup(around.page(&state), StatusCode::OK, &enrolment),
            Err(error) => failed(&error),
        },
        "confirm" => match state.app.confirm_factor(credential, &form.code, &around.origin).await {
            Ok(codes) => show(StatusCode::OK, Codes { page: around.page(&state), codes }),
            Err(error) if error.problem.status == 401 => match state.app.pending_factor(credential).await {
                Ok(enrolment) => {
                    let page = around.page(&state).error(error.problem.detail.clone());
                    setup(page, StatusCode::UNAUTHORIZED, &enrolment)
                }
                Err(error) => failed(&error),
            },
            Err(error) => failed(&error),
        },
        "remove" => match state.app.remove_factor(credential, &form.code, &around.origin).await {
            Ok(()) => shown(&state, &around, credential, StatusCode::OK, String::new()).await,
            Err(error) if error.problem.status == 401 => {
                shown(&state, &around, credential, StatusCode::UNAUTHORIZED, error.problem.detail.clone()).await
            }
            Err(error) => failed(&error),
        },
        _ => failed(&AppError::new(Code::InputMalformed, "The form says not what it wants.")),
    }
}

/// The picture is drawn here and within the page: the secret goes to nobody who draws pictures.
fn setup(page: Page, status: StatusCode, enrolment: &Enrolment) -> Response {
    let code = QrCode::new(enrolment.url.expose_secret().as_bytes());
    let picture = code.map(|code| code.render::<svg::Color<'_>>().min_dimensions(220, 220).build()).unwrap_or_default();
    let picture = picture.find("<svg").and_then(|from| picture.get(from..)).unwrap_or_default().to_owned();
    let letters: Vec<char> = enrolment.secret.expose_secret().chars().collect();
    let secret = letters.chunks(4).map(|some| some.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    show(status, FactorSetup { page, picture, secret })
}

/// `DELETE /api/v1/users/{name}/second-factor`
pub(super) async fn reset(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    state.app.reset_factor(&cx, &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
