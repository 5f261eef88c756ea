//! Extractors: the context of the caller, the body, write options, list queries.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::{HeaderMap, header, request::Parts};
use kore_api::codes::Code;
use kore_domain::access::OpContext;
use serde_json::Value;

use crate::problem::ApiError;

/// Who asks. Refuses (401) when nobody is signed in.
#[derive(Debug, Clone)]
pub struct Cx(pub Arc<OpContext>);

impl<S: Sync> FromRequestParts<S> for Cx {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Arc<OpContext>>().cloned().map(Self).ok_or_else(sign_in_needed)
    }
}

/// The refusal of a caller without credentials.
#[must_use]
pub fn sign_in_needed() -> ApiError {
    ApiError::new(Code::AuthRequired, "the request carries no credential")
}

/// A JSON body, with the bytes that it came as.
#[derive(Debug, Clone)]
pub struct Body {
    /// What was sent.
    pub value: Value,
    /// As it was sent, for the digest of idempotent requests.
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let merge = request.method() == http::Method::PATCH;
        check_media_type(request.headers(), merge)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(Code::TooLarge, "the body is larger than 1 MiB")
            } else {
                ApiError::new(Code::InputMalformed, "the body broke off")
            }
        })?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            ApiError::new(
                Code::InputMalformed,
                format!("the body is not JSON: line {}, column {}", error.line(), error.column()),
            )
        })?;
        Ok(Self { value, bytes })
    }
}

/// RFC 9110: a body says what it is. PATCH takes RFC 7396 merge patches.
fn check_media_type(headers: &HeaderMap, merge: bool) -> Result<(), ApiError> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let wanted = if merge { "application/merge-patch+json" } else { "application/json" };
    if essence == wanted || (merge && essence == "application/json") {
        Ok(())
    } else {
        let detail = if given.is_empty() {
            "the body has no Content-Type".to_owned()
        } else {
            format!("this route does not read {essence}")
        };
        Err(kore_api::problem::Problem::new(Code::UnsupportedMediaType, detail)
            .with_fix(format!("send {wanted}"))
            .into())
    }
}

/// The value of a header as text, without the quotes of entity tags.
#[must_use]
pub fn header_text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(|text| text.trim().to_owned())
}
