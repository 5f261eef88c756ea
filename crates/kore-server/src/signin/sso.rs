//! Signing in with an identity provider: out to it, back, and trying one.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use kore_api::{
    identity::TeamRole,
    identity_provider::{ProviderPreview, SignInSettings},
};
use kore_app::sso::{Answer, Begun, Landed};
use kore_domain::access::Role;
use serde::Deserialize;

use super::{
    browser,
    pages::{Around, enter, safe_next},
    views::{Tried, problem, show},
};
use crate::{
    extract::{Body, Cx},
    problem::ApiError,
    state::AppState,
};

#[derive(Deserialize)]
pub(super) struct Start {
    #[serde(default)]
    next: String,
    preview: Option<String>,
}

const NOT_SIGNED_IN: &str = "You are not signed in";

/// `GET /auth/oidc/{provider}/start`
pub(super) async fn start(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    Query(query): Query<Start>,
    around: Around,
) -> Response {
    let begun = match &query.preview {
        Some(id) => state.app.begin_try(&provider, id).await,
        None => state.app.begin_sign_in(&provider, safe_next(&query.next), &around.origin).await,
    };
    match begun {
        Ok(begun) => out(&state, &begun),
        Err(error) => problem(around.page(&state), NOT_SIGNED_IN, &error),
    }
}

/// To the provider, with the cookie that its answer needs.
fn out(state: &AppState, begun: &Begun) -> Response {
    let Ok(location) = HeaderValue::from_str(begun.url.as_str()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    // `Lax`: the answer comes from another site, as a navigation.
    if let Some(cookie) = browser::sign_in_cookie(&state.app.signin, &begun.cookie_name, begun.cookie.expose()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    no_traces(response)
}

/// The answer's address holds a code: no page is told of it, and nothing keeps it.
fn no_traces(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `GET /auth/oidc/{provider}/callback`
pub(super) async fn callback(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    Query(answer): Query<Answer>,
    around: Around,
) -> Response {
    let signin = &state.app.signin;
    let cookie_name = answer.cookie_name();
    let cookie = browser::cookie_of(signin, &around.headers, &cookie_name);
    let landed = state.app.end_sign_in(&provider, &answer, cookie.as_deref(), &around.origin).await;
    let mut response = match landed {
        Ok(Landed::In { opened, next }) => enter(&state, &around, &opened, safe_next(&next)).await,
        Ok(Landed::Tried(preview)) => show(StatusCode::OK, Tried::new(around.page(&state), &provider, &preview)),
        Err(error) => problem(around.page(&state), NOT_SIGNED_IN, &error),
    };
    if cookie.is_some()
        && let Some(gone) = browser::drop_cookie(signin, &cookie_name)
    {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    no_traces(response)
}

impl Tried {
    fn new(page: super::views::Page, provider: &str, preview: &ProviderPreview) -> Self {
        let outcome = preview.outcome.clone().unwrap_or_default();
        let role = |role: TeamRole| Role::from(role).name.to_owned();
        Self {
            page,
            provider: provider.to_owned(),
            failure: outcome.failure.unwrap_or_default(),
            refusal: outcome.refusal.unwrap_or_default(),
            name: outcome.name,
            email: outcome.email.unwrap_or_else(|| "none that is verified".to_owned()),
            groups: outcome.groups.join(", "),
            admin: outcome.platform_role.is_some(),
            teams: outcome.teams.into_iter().map(|given| (given.team, role(given.role), given.group)).collect(),
            warnings: outcome.warnings,
            claims: serde_json::to_string_pretty(&outcome.claims).unwrap_or_default(),
        }
    }
}

/// `POST /api/v1/identityproviderpreviews`
pub(super) async fn preview(
    State(state): State<AppState>,
    Cx(cx): Cx,
    body: Body,
) -> Result<(StatusCode, Json<ProviderPreview>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.app.preview_provider(&cx, &body.value).await?)))
}

/// `GET /api/v1/identityproviderpreviews/{id}`
pub(super) async fn previewed(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(id): Path<String>,
) -> Result<Json<ProviderPreview>, ApiError> {
    Ok(Json(state.app.provider_preview(&cx, &id).await?))
}

/// `GET /api/v1/settings/sign-in`
pub(super) async fn settings(State(state): State<AppState>, Cx(cx): Cx) -> Result<Json<SignInSettings>, ApiError> {
    Ok(Json(state.app.sign_in_settings(&cx).await?))
}

/// `PUT /api/v1/settings/sign-in`
pub(super) async fn set_settings(
    State(state): State<AppState>,
    Cx(cx): Cx,
    body: Body,
) -> Result<Json<SignInSettings>, ApiError> {
    let settings = serde_json::from_value(body.value).map_err(|cause| {
        ApiError::new(
            kore_api::codes::Code::InputMalformed,
            format!("the body is not {{\"local\": true or false}}: {cause}"),
        )
    })?;
    Ok(Json(state.app.set_sign_in(&cx, settings).await?))
}
