//! What a person sees in a browser.

use axum::{
    Extension, Form, Json,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kore_api::{codes::Code, identity::SignedOut as SignedOutAt};
use kore_app::{
    AppError,
    signin::{Credential, Entered, Opened, Origin},
};
use kore_domain::access::Role;
use serde::Deserialize;

use super::{
    authenticate::{from_our_pages, origin},
    browser, factor,
    views::{self, Account, Claim, Device, DeviceConfirm, Login, Message, Page, SignedOut, go, problem, show},
};
use crate::{console, gateway::path, problem::ApiError, state::AppState};

const ACCOUNT: &str = "/auth/account";
/// Where a sign-in leads that came from nowhere: to the console.
const HOME: &str = "/";

/// What a handler learns about a request besides its form.
pub(crate) struct Around {
    pub(super) origin: Origin,
    pub(super) headers: HeaderMap,
    pub(crate) credential: Option<Credential>,
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Around {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self {
            origin: origin(&parts.headers, &parts.extensions),
            headers: parts.headers.clone(),
            credential: parts.extensions.get::<Credential>().cloned(),
        })
    }
}

impl Around {
    pub(super) fn page(&self, state: &AppState) -> Page {
        Page::new(&state.app.signin, &self.headers, &self.origin)
    }

    /// Refuses a form that was not filled in on our own page.
    pub(super) fn check(&self, state: &AppState, csrf: &str) -> Result<(), Response> {
        if browser::is_ours(&state.app.signin, &self.headers, csrf) {
            return Ok(());
        }
        let text = "This form is too old, or cookies are off. Go back, reload the page and try again.";
        Err(problem(self.page(state), "Please try again", &AppError::new(Code::AuthForbidden, text)))
    }
}

/// Where a sign-in may lead: to a page of ours, below `/auth/` or of the console, in words that every browser reads
/// alike.
pub(super) fn safe_next(next: &str) -> &str {
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    let ours = path.starts_with("/auth/") || console::is_place(path);
    // The redirect address of the command line comes as a parameter, percent-encoded.
    let plain = query.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'\\') && !query.contains("//");
    if ours && plain && path::check(path).is_ok() { next } else { HOME }
}

/// To sign in first, and back here.
pub(crate) fn sign_in_first(here: &str) -> Response {
    let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    go(&format!("/auth/login?next={next}"))
}

/// Where nothing is: a page for browsers, problem details for everybody else.
pub(super) async fn unknown(State(state): State<AppState>, around: Around, request: Request) -> Response {
    let wanted = around.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if request.uri().path().starts_with("/api/") || !wanted.contains("text/html") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(page) = console::unknown(&state, &around, &request) {
        return page;
    }
    let text = format!("There is nothing at {}.", request.uri().path());
    let mut response = problem(around.page(&state), "Not found", &AppError::new(Code::NotFound, text));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// In the console's place, in a program that was built without.
pub(crate) fn no_console(state: &AppState, around: &Around, status: StatusCode) -> Response {
    let user = around.credential.as_ref().map(|credential| credential.subject.principal.name()).unwrap_or_default();
    let text =
        format!("You are signed in as {user}. This build of Kore has no web console in it: use the command line.");
    let fix = "For a build with a console, run make build where Kore's sources are.".to_owned();
    let title = "No console here".to_owned();
    show(status, Message { page: around.page(state), title, text, fix, code: String::new(), on: None })
}

/// `GET /auth/assets/page.css`
pub(super) async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("../../assets/page.css")).into_response()
}

/// `GET /favicon.ico`
pub(super) async fn favicon() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /auth/account`
pub(super) async fn account(State(state): State<AppState>, around: Around) -> Response {
    let Some(credential) = &around.credential else { return sign_in_first(ACCOUNT) };
    let subject = &credential.subject;
    let teams = subject.teams.iter().map(|(team, role)| (team.to_string(), Role::from(*role).name.to_owned()));
    show(
        StatusCode::OK,
        Account {
            page: around.page(&state),
            user: subject.principal.name(),
            admin: subject.is_platform_admin(),
            teams: teams.collect(),
        },
    )
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /auth/login`
pub(super) async fn login_page(State(state): State<AppState>, Query(query): Query<Next>, around: Around) -> Response {
    let next = safe_next(&query.next).to_owned();
    if around.credential.is_some() {
        return go(&next);
    }
    login_form(&state, StatusCode::OK, around.page(&state), String::new(), next).await
}

/// The sign-in page: the providers that there are, and the form where passwords work.
async fn login_form(state: &AppState, status: StatusCode, page: Page, name: String, next: String) -> Response {
    match (state.app.sign_in_buttons().await, state.app.local_sign_in().await) {
        (Ok(buttons), Ok(local)) => {
            let buttons = buttons.into_iter().map(|button| (button.name.to_string(), button.label)).collect();
            show(status, Login { page, name, next, buttons, local })
        }
        (Err(error), _) | (_, Err(error)) => problem(page, "Sign-in does not work right now", &error),
    }
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /auth/login`
pub(super) async fn login(State(state): State<AppState>, around: Around, Form(form): Form<LoginForm>) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let name = form.name.trim();
    match state.app.local_sign_in().await {
        Ok(true) => {}
        Ok(false) => {
            let error = AppError::new(Code::AuthForbidden, "Passwords are switched off here: sign in with a provider.");
            return problem(around.page(&state), "You are not signed in", &error);
        }
        Err(error) => return problem(around.page(&state), "Sign-in does not work right now", &error),
    }
    match state.app.signin.sign_in(name, &form.password, &around.origin).await {
        Ok(Entered::In(opened)) => enter(&state, &around, &opened, safe_next(&form.next)).await,
        Ok(Entered::Code(challenge)) => factor::ask(&state, around.page(&state), &challenge, safe_next(&form.next)),
        Err(error) if matches!(error.problem.status, 401 | 429) => {
            let status = StatusCode::from_u16(error.problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            let page = around.page(&state).error(error.problem.detail.clone());
            let next = safe_next(&form.next).to_owned();
            let mut response = login_form(&state, status, page, name.chars().take(64).collect(), next).await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            response
        }
        Err(error) => problem(around.page(&state), "Sign-in does not work right now", &error),
    }
}

/// Hands over the cookies of a session that was just opened; whatever there were before are replaced, and
/// the session behind them ends: nobody holds a key to it any more who should.
pub(super) async fn enter(state: &AppState, around: &Around, opened: &Opened, to: &str) -> Response {
    if let Some(before) = &around.credential
        && let Err(error) = state.app.signin.replace(before, &around.origin).await
    {
        tracing::warn!(code = %error.problem.code, "the session before a sign-in was not ended");
    }
    let mut response = go(to);
    let cookies = [browser::open(&state.app.signin, opened), browser::fresh_csrf(&state.app.signin).cookie];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

const NO_LINK: &str = "This link does not work any more";

/// `GET /auth/claim/{code}`
pub(super) async fn claim_page(State(state): State<AppState>, Path(code): Path<String>, around: Around) -> Response {
    claim_form(&state, &around, &code, StatusCode::OK, String::new()).await
}

async fn claim_form(state: &AppState, around: &Around, code: &str, status: StatusCode, error: String) -> Response {
    match state.app.signin.claimable(code).await {
        Ok(claimable) => {
            let until = claimable.expires_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
            let (user, page) = (claimable.user.to_string(), around.page(state).error(error));
            let (first, reset) = (claimable.first, claimable.reset);
            show(status, Claim { page, user, first, reset, until, min: views::MIN })
        }
        Err(error) => problem(around.page(state), NO_LINK, &error),
    }
}

#[derive(Deserialize)]
pub(super) struct ClaimForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /auth/claim/{code}`
pub(super) async fn claim(
    State(state): State<AppState>,
    Path(code): Path<String>,
    around: Around,
    Form(form): Form<ClaimForm>,
) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if form.password != form.again {
        return claim_form(&state, &around, &code, unprocessable, "The two are not the same.".to_owned()).await;
    }
    match state.app.signin.claim(&code, &form.password, &around.origin).await {
        Ok(Entered::In(opened)) => enter(&state, &around, &opened, HOME).await,
        Ok(Entered::Code(challenge)) => factor::ask(&state, around.page(&state), &challenge, HOME),
        Err(error) if error.problem.status == 422 => {
            claim_form(&state, &around, &code, unprocessable, error.problem.detail.clone()).await
        }
        Err(error) => problem(around.page(&state), NO_LINK, &error),
    }
}

#[derive(Deserialize)]
pub(super) struct DeviceQuery {
    #[serde(default)]
    user_code: String,
}

/// `GET /auth/device/verify`
pub(super) async fn device_page(
    State(state): State<AppState>,
    Query(query): Query<DeviceQuery>,
    around: Around,
) -> Response {
    let typed = query.user_code.trim().to_owned();
    let Some(credential) = &around.credential else {
        let code: String = typed.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(16).collect();
        return sign_in_first(&format!("/auth/device/verify?user_code={code}"));
    };
    if typed.is_empty() {
        return show(StatusCode::OK, Device { page: around.page(&state), typed });
    }
    match state.app.signin.pending_device(&typed, credential, &around.origin).await {
        Ok(pending) => show(
            StatusCode::OK,
            DeviceConfirm {
                page: around.page(&state),
                user_code: pending.user_code,
                label: pending.label.unwrap_or_else(|| "unknown".to_owned()),
                address: pending.address.unwrap_or_else(|| "unknown".to_owned()),
                user: credential.subject.principal.name(),
            },
        ),
        Err(error) if matches!(error.problem.status, 404 | 429) => {
            let status = StatusCode::from_u16(error.problem.status).unwrap_or(StatusCode::NOT_FOUND);
            show(status, Device { page: around.page(&state).error(error.problem.detail.clone()), typed })
        }
        Err(error) => problem(around.page(&state), "That does not work right now", &error),
    }
}

#[derive(Deserialize)]
pub(super) struct DeviceForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    user_code: String,
    #[serde(default)]
    decision: String,
}

/// `POST /auth/device/verify`
pub(super) async fn device(State(state): State<AppState>, around: Around, Form(form): Form<DeviceForm>) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let Some(credential) = &around.credential else { return sign_in_first("/auth/device/verify") };
    let approve = form.decision == "allow";
    match state.app.signin.decide_device(&form.user_code, approve, credential, &around.origin).await {
        Ok(()) => {
            let (title, text) = if approve {
                ("The terminal is signed in", "Go back to it; you can close this page.")
            } else {
                ("Refused", "The terminal was told no. You can close this page.")
            };
            let (fix, code) = (String::new(), String::new());
            let page = around.page(&state);
            show(StatusCode::OK, Message { page, title: title.into(), text: text.into(), fix, code, on: None })
        }
        Err(error) => problem(around.page(&state), "That does not work any more", &error),
    }
}

#[derive(Deserialize)]
pub(super) struct LogoutForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    all: bool,
}

#[derive(Deserialize)]
pub(super) struct LogoutQuery {
    #[serde(default)]
    all: bool,
}

/// `POST /auth/logout`: with a bearer token for programs, with a form for browsers.
pub(super) async fn logout(
    State(state): State<AppState>,
    Query(query): Query<LogoutQuery>,
    credential: Option<Extension<Credential>>,
    request: Request,
) -> Response {
    let around = Around {
        origin: origin(request.headers(), request.extensions()),
        headers: request.headers().clone(),
        credential: credential.map(|Extension(credential)| credential),
    };
    let signin = &state.app.signin;
    if request.headers().contains_key(header::AUTHORIZATION) {
        let Some(credential) = &around.credential else {
            return ApiError::new(Code::AuthRequired, "the credential is not one that this server knows")
                .into_response();
        };
        return match end(&state, credential, query.all, &around.origin).await {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => ApiError::from(error).into_response(),
        };
    }
    // The console shows by its header what a form shows by its hidden field, and goes on by itself.
    if from_our_pages(request.method(), &around.headers) {
        return logout_of_console(&state, &around, query.all).await;
    }
    let form = match <Form<LogoutForm> as axum::extract::FromRequest<()>>::from_request(request, &()).await {
        Ok(Form(form)) => form,
        Err(rejection) => return rejection.into_response(),
    };
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    if let Some(credential) = &around.credential
        && let Err(error) = end(&state, credential, form.all, &around.origin).await
    {
        return problem(around.page(&state), "You are still signed in", &error);
    }
    // After it has ended here: the provider may take its time to answer.
    let elsewhere = match &around.credential {
        Some(credential) => state.app.sign_out_there(credential).await,
        None => None,
    };
    let mut response = match elsewhere {
        // Not a redirect: browsers hold the answer to a form to where forms may lead (form-action).
        Some((provider, url)) => signed_out(around.page(&state), &provider, url.as_str()),
        None => go("/auth/login"),
    };
    if let Some(cookie) = browser::close(signin) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /auth/logout` by a script of ours: answers where to go now.
async fn logout_of_console(state: &AppState, around: &Around, all: bool) -> Response {
    let mut next = "/auth/login".to_owned();
    if let Some(credential) = &around.credential {
        if let Err(error) = end(state, credential, all, &around.origin).await {
            return ApiError::from(error).into_response();
        }
        if let Some((_, url)) = state.app.sign_out_there(credential).await {
            next = url.into();
        }
    }
    let mut response = Json(SignedOutAt { next }).into_response();
    if let Some(cookie) = browser::close(&state.app.signin) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Signed out here; on to the provider, which may know the person still.
fn signed_out(page: Page, provider: &str, url: &str) -> Response {
    let mut response = show(StatusCode::OK, SignedOut { page, provider: provider.to_owned(), url: url.to_owned() });
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={url}")) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}

async fn end(state: &AppState, credential: &Credential, all: bool, origin: &Origin) -> Result<(), AppError> {
    if all {
        state.app.signin.sign_out_everywhere(credential, origin).await.map(|_| ())
    } else {
        state.app.signin.sign_out(credential, origin).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_our_own_pages_only() {
        for good in [
            "/",
            "/?welcome=1",
            "/admin",
            "/auth/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback",
            "/teams/payments/clusters/dev?tab=events&q=a%20b%2Fc",
            "/nowhere/yet",
        ] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "",
            "teams",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/%2fevil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
            "/.//evil.example",
            "/teams/..//evil.example",
            "/teams/%2e%2e/api",
            "/teams?next=//evil.example",
            "/teams?\\evil",
            "/teams?a b",
            "https://evil.example",
            "javascript:alert(1)",
            "/auth",
            "/auth//evil",
            "/auth/\\evil",
            "/auth/a\r\nX: y",
            "/api/v1",
            "/k8s/payments/dev/api",
            "/assets/a.svg",
            "/metrics",
            "/teams/\u{ff0f}evil",
        ] {
            assert_eq!(safe_next(bad), HOME, "{bad}");
        }
    }

    proptest::proptest! {
        /// However it is written, a browser stays with us.
        #[test]
        fn nothing_leads_to_another_host(next in r"[/\\.%25cfe\t\n:@?# -]{0,12}(evil\.example)?[/\\?#]{0,2}") {
            let home = url::Url::parse("https://kore.example/auth/login").unwrap();
            let there = home.join(safe_next(&next)).unwrap();
            proptest::prop_assert_eq!(there.origin(), home.origin());
        }
    }
}
