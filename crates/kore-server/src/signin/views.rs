//! The pages, and the headers that go with them.

use askama::Template;
use axum::{
    body::Body,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kore_api::codes::Code;
use kore_app::{
    AppError,
    signin::{AuthorizeRequest, Origin, SignIn, password},
};

use super::browser::{self, Csrf};

/// Styles from here and nothing else: no script, no frame, no other host. Forms may lead to this
/// machine's loopback, where the command line waits for its answer.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
                      form-action 'self' http://127.0.0.1:* http://localhost:*; \
                      frame-ancestors 'none'; base-uri 'none'";

/// What every page shows.
pub(super) struct Page {
    pub(super) host: String,
    pub(super) url: String,
    pub(super) csrf: String,
    pub(super) error: String,
    pub(super) request_id: String,
    cookie: Option<HeaderValue>,
}

impl Page {
    pub(super) fn new(signin: &SignIn, headers: &HeaderMap, origin: &Origin) -> Self {
        Self::with(signin, browser::csrf(signin, headers), origin)
    }

    fn with(signin: &SignIn, csrf: Csrf, origin: &Origin) -> Self {
        let url = signin.public_url().to_owned();
        let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host).to_owned();
        let request_id = origin.request_id.clone();
        Self { host, url, csrf: csrf.field, error: String::new(), request_id, cookie: csrf.cookie }
    }

    pub(super) fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }
}

#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) next: String,
    /// Providers: name and label.
    pub(super) buttons: Vec<(String, String)>,
    /// Whether passwords work.
    pub(super) local: bool,
}

#[derive(Template)]
#[template(path = "tried.html")]
pub(super) struct Tried {
    pub(super) page: Page,
    pub(super) provider: String,
    pub(super) failure: String,
    pub(super) refusal: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) groups: String,
    pub(super) admin: bool,
    /// Team, role, group.
    pub(super) teams: Vec<(String, String, String)>,
    pub(super) warnings: Vec<String>,
    pub(super) claims: String,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
pub(super) struct SignedOut {
    pub(super) page: Page,
    pub(super) provider: String,
    pub(super) url: String,
}

#[derive(Template)]
#[template(path = "code.html")]
pub(super) struct AskCode {
    pub(super) page: Page,
    pub(super) next: String,
}

#[derive(Template)]
#[template(path = "factor.html")]
pub(super) struct Factor {
    pub(super) page: Page,
    pub(super) enabled: bool,
    pub(super) left: u64,
}

#[derive(Template)]
#[template(path = "factor_setup.html")]
pub(super) struct FactorSetup {
    pub(super) page: Page,
    /// SVG, drawn here.
    pub(super) picture: String,
    pub(super) secret: String,
}

#[derive(Template)]
#[template(path = "factor_codes.html")]
pub(super) struct Codes {
    pub(super) page: Page,
    pub(super) codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "claim.html")]
pub(super) struct Claim {
    pub(super) page: Page,
    pub(super) user: String,
    pub(super) first: bool,
    pub(super) reset: bool,
    pub(super) until: String,
    pub(super) min: usize,
}

#[derive(Template)]
#[template(path = "authorize.html")]
pub(super) struct Authorize {
    pub(super) page: Page,
    pub(super) user: String,
    pub(super) request: AuthorizeRequest,
}

#[derive(Template)]
#[template(path = "device.html")]
pub(super) struct Device {
    pub(super) page: Page,
    pub(super) typed: String,
}

#[derive(Template)]
#[template(path = "device_confirm.html")]
pub(super) struct DeviceConfirm {
    pub(super) page: Page,
    pub(super) user_code: String,
    pub(super) label: String,
    pub(super) address: String,
    pub(super) user: String,
}

#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct Account {
    pub(super) page: Page,
    pub(super) user: String,
    pub(super) admin: bool,
    pub(super) teams: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "invitation.html")]
pub(super) struct Invitation {
    pub(super) page: Page,
    pub(super) user: String,
    pub(super) team: String,
    pub(super) role: String,
    pub(super) current: String,
    pub(super) changes: bool,
    pub(super) until: String,
    pub(super) invited_by: String,
}

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) fix: String,
    pub(super) code: String,
    /// Where to go on: a place of the console, and what it is called.
    pub(super) on: Option<(String, String)>,
}

/// Pages differ in their template and share their [`Page`].
pub(super) trait View: Template {
    fn page(&mut self) -> &mut Page;
}

macro_rules! views {
    ($($view:ident)*) => { $(impl View for $view { fn page(&mut self) -> &mut Page { &mut self.page } })* };
}
views!(Invitation AskCode Factor FactorSetup Codes Login Tried SignedOut Claim Authorize Device DeviceConfirm Account Message);

/// Shortest password, for the page that says so.
pub(super) const MIN: usize = password::MIN_LENGTH;

/// A page with its headers.
pub(super) fn show<V: View>(status: StatusCode, mut view: V) -> Response {
    let cookie = view.page().cookie.take();
    let Ok(html) = view.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

/// A page that says what went wrong.
pub(super) fn problem(page: Page, title: &str, error: &AppError) -> Response {
    if let Some(cause) = &error.cause {
        tracing::warn!(code = %error.problem.code, %cause, "{}", error.problem.detail);
    }
    let status = StatusCode::from_u16(error.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fix = Code::find(&error.problem.code).and_then(|code| code.entry().fix.first()).copied().unwrap_or_default();
    let mut response = show(
        status,
        Message {
            on: None,
            page,
            title: title.to_owned(),
            text: error.problem.detail.clone(),
            fix: sentence(fix),
            code: error.problem.code.clone(),
        },
    );
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// A fix as a sentence of a page.
fn sentence(fix: &str) -> String {
    let mut letters = fix.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// 303, which browsers follow with GET.
pub(super) fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}
