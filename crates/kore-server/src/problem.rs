//! Every refusal is `application/problem+json` (RFC 9457), also those that axum makes by itself.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use kore_api::{codes::Code, problem::Problem};
use kore_app::AppError;
use kore_engine::error::chain;

use crate::{
    account::{Named, Subject},
    request::RequestId,
};

/// Media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// In an answer: the audit trail has the refusal already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnRecord;

/// An error on its way out. Handlers return it; [`render`] writes it once the request's id is known.
#[derive(Debug, Clone)]
pub struct ApiError {
    problem: Box<Problem>,
    headers: Vec<(HeaderName, HeaderValue)>,
    on_record: bool,
    named: Option<String>,
    subject: Option<Subject>,
}

impl ApiError {
    /// A problem of this code.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.problem.status
    }

    /// Its code, as `KORE-AUTH-0001`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.problem.code
    }

    /// With a header, as `Retry-After` or `ETag`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl ApiError {
    /// Of something else than the route usually does.
    #[must_use]
    pub(crate) fn doing(mut self, action: &str, noun: &str) -> Self {
        self.subject = Some(Subject { action: action.into(), noun: noun.into() });
        self
    }

    /// About an object that is not in the path.
    #[must_use]
    pub(crate) fn about(mut self, name: Option<String>) -> Self {
        self.named = name;
        self
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), headers: Vec::new(), on_record: false, named: None, subject: None }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        // The chain of causes is logged here, once, and never sent.
        if let Some(cause) = &error.cause {
            tracing::warn!(code = %error.problem.code, cause = %chain(cause.as_ref()), "{}", error.problem.detail);
        }
        let etag = error.etag.as_deref().and_then(|etag| HeaderValue::from_str(&format!("\"{etag}\"")).ok());
        let mut answer = Self::from(*error.problem);
        answer.on_record = error.on_record;
        match etag {
            Some(etag) => answer.with_header(header::ETAG, etag),
            None => answer,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if matches!(status.as_u16(), 429 | 503) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"kore\""));
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        let extensions = response.extensions_mut();
        if self.on_record {
            extensions.insert(OnRecord);
        }
        if let Some(subject) = self.subject {
            extensions.insert(subject);
        }
        if let Some(name) = self.named {
            extensions.insert(Named(name));
        }
        extensions.insert(*self.problem);
        response
    }
}

/// The code of a refusal that axum or a layer made without one.
const fn code_of(status: StatusCode) -> Option<Code> {
    Some(match status.as_u16() {
        400 => Code::InputMalformed,
        401 => Code::AuthRequired,
        403 => Code::AuthForbidden,
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::TooLarge,
        415 => Code::UnsupportedMediaType,
        422 => Code::InputInvalid,
        429 => Code::RateLimited,
        503 => Code::Unavailable,
        0..400 => return None,
        _ => Code::Internal,
    })
}

/// The outermost layer but the request id: writes problems, and turns bare refusals into them.
/// Answers with a body of their own (pages, OAuth errors, proxied answers) are left alone.
pub async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let mut problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => match bare(&response).and_then(|()| code_of(response.status())) {
            Some(code) => Problem::new(code, detail(code, &method, &path)),
            None => return response,
        },
    };
    problem.request_id = id.0;
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    if let Ok(status) = StatusCode::from_u16(problem.status) {
        parts.status = status;
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(body))
}

/// `Some` when the answer carries no body that says more than its status.
fn bare(response: &Response) -> Option<()> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    (kind.is_none() || kind.is_some_and(|kind| kind.starts_with("text/plain"))).then_some(())
}

fn detail(code: Code, method: &http::Method, path: &str) -> String {
    match code {
        Code::NotFound => format!("there is nothing at {path}"),
        Code::MethodNotAllowed => format!("{path} does not know {method}"),
        Code::TooLarge => "the body is larger than 1 MiB".to_owned(),
        Code::Internal => "the request could not be finished".to_owned(),
        _ => code.entry().title.to_owned(),
    }
}
