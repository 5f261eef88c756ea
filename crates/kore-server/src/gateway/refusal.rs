//! Refusals in the words of Kubernetes, so that kubectl prints them: a `Status` whose message begins
//! with the code.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use kore_api::codes::Code;
use kore_app::AppError;
use kore_domain::access::Denied;

/// Why a request is not forwarded, or got no answer.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    pub(super) const fn status(&self) -> u16 {
        self.code.entry().status
    }

    pub(super) fn response(&self, request_id: &str) -> Response<Body> {
        let entry = self.code.entry();
        let mut message = format!("{}: {}", entry.code, self.detail);
        if let Some(fix) = entry.fix.first() {
            message.push_str(". To fix: ");
            message.push_str(fix);
        }
        let status = StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason(entry.status), "code": entry.status,
            "details": { "uid": request_id, "causes": [{ "reason": entry.code, "message": self.detail }] },
        });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert("audit-id", id);
        }
        response
    }
}

/// `metav1.StatusReason` of a status.
const fn reason(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "InternalError",
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        if let Some(cause) = &error.cause {
            tracing::warn!(code = %error.problem.code, %cause, "{}", error.problem.detail);
        }
        Self::new(Code::find(&error.problem.code).unwrap_or(Code::Internal), error.problem.detail)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::new(denied.code(), denied.problem().detail)
    }
}
