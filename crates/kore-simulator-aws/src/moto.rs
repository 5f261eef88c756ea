//! moto, the process behind the front: requests handed on as they came, and the front's own.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::sync::RwLock;
use url::Url;

use crate::{
    protocol::{self, Protocol},
    refusal::Refusal,
    wire::{Answer, Outcome, Request, Scope, element},
};

/// An account and a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Place {
    pub(crate) fn new(account: &str, region: &str) -> Self {
        Self { account: account.to_owned(), region: region.to_owned() }
    }
}

/// Where the account is said to moto, which would else go by access keys that it made itself.
const ACCOUNT: &str = "x-moto-account-id";

/// A client of moto.
#[derive(Debug)]
pub(crate) struct Moto {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
    /// Requests side by side, and those that need moto for themselves.
    turn: RwLock<()>,
}

impl Moto {
    pub(crate) fn new(base: &Url) -> Self {
        let base = base.as_str().trim_end_matches('/').to_owned();
        Self { base, client: Client::builder(TokioExecutor::new()).build_http(), turn: RwLock::default() }
    }

    /// Hands a request on: method, path, query, headers and body stay what they are.
    ///
    /// # Errors
    /// 502 when moto does not answer.
    pub(crate) async fn forward(&self, request: &Request, scope: &Scope, account: &str) -> Outcome {
        let _turn = self.turn.read().await;
        self.hand_on(request, scope, account).await
    }

    /// As [`Moto::forward`], where moto's ids are made of this and of nothing else: no other request comes between.
    ///
    /// # Errors
    /// As [`Moto::forward`].
    pub(crate) async fn forward_seeded(&self, seed: u64, request: &Request, scope: &Scope, account: &str) -> Outcome {
        let _turn = self.turn.write().await;
        self.send(Method::POST, "/moto-api/seed", &format!("a={seed}"), HeaderMap::new(), Bytes::new()).await?;
        self.hand_on(request, scope, account).await
    }

    async fn hand_on(&self, request: &Request, scope: &Scope, account: &str) -> Outcome {
        let mut headers = request.headers.clone();
        for hop in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::EXPECT] {
            headers.remove(hop);
        }
        // moto finds the service by this header; presigned addresses and requests without a signature have none.
        if !headers.contains_key(header::AUTHORIZATION) {
            signed(&mut headers, scope);
        }
        if let Ok(account) = HeaderValue::from_str(account) {
            headers.insert(ACCOUNT, account);
        }
        self.send(request.method.clone(), &request.path, &request.query, headers, request.body.clone()).await
    }

    async fn send(&self, method: Method, path: &str, query: &str, headers: HeaderMap, body: Bytes) -> Outcome {
        let mark = if query.is_empty() { "" } else { "?" };
        let down = |error: &dyn std::fmt::Display| Refusal::new(502, "MotoDoesNotAnswer", format!("moto: {error}"));
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}{mark}{query}", self.base))
            .body(Full::new(body))
            .map_err(|error| down(&error))?;
        *request.headers_mut() = headers;
        let (parts, body) = self.client.request(request).await.map_err(|error| down(&error))?.into_parts();
        let body = body.collect().await.map_err(|error| down(&error))?.to_bytes();
        let mut headers = parts.headers;
        for hop in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH] {
            headers.remove(hop);
        }
        Ok(Answer { status: parts.status, headers, body })
    }

    /// An administrator's request in the query protocol; the XML that came back.
    ///
    /// # Errors
    /// What moto refuses.
    pub(crate) async fn query(
        &self,
        place: &Place,
        service: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Refusal> {
        let scope = Scope { key: "KORE".to_owned(), region: place.region.clone(), service: service.to_owned() };
        let answer = self.forward(&form(&scope, action, parameters), &scope, &place.account).await?;
        succeeded(service, answer).map(|answer| answer.text().to_owned())
    }

    /// An administrator's request in the JSON protocol.
    ///
    /// # Errors
    /// What moto refuses.
    pub(crate) async fn json(
        &self,
        place: &Place,
        service: &str,
        operation: &str,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let scope = Scope { key: "KORE".to_owned(), region: place.region.clone(), service: service.to_owned() };
        let answer = self.forward(&document(&scope, operation, body), &scope, &place.account).await?;
        Ok(serde_json::from_slice(&succeeded(service, answer)?.body).unwrap_or(Value::Null))
    }

    /// An administrator's request of a REST service; the body that came back.
    ///
    /// # Errors
    /// What moto refuses.
    pub(crate) async fn get(&self, place: &Place, service: &str, path: &str) -> Result<String, Refusal> {
        let scope = Scope { key: "KORE".to_owned(), region: place.region.clone(), service: service.to_owned() };
        let mut headers = HeaderMap::new();
        signed(&mut headers, &scope);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: Method::GET,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: Bytes::new(),
        };
        let answer = self.forward(&request, &scope, &place.account).await?;
        succeeded(service, answer).map(|answer| answer.text().to_owned())
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn reset(&self) -> Result<(), Refusal> {
        self.send(Method::POST, "/moto-api/reset", "", HeaderMap::new(), Bytes::new()).await.map(|_| ())
    }
}

/// A request in the query protocol.
pub(crate) fn form(scope: &Scope, action: &str, parameters: &[(&str, &str)]) -> Request {
    let version = match scope.service.as_str() {
        "iam" => "2010-05-08",
        "sts" => "2011-06-15",
        "elasticloadbalancing" => "2015-12-01",
        "cloudformation" => "2010-05-15",
        _ => "2016-11-15",
    };
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs([("Action", action), ("Version", version)]).extend_pairs(parameters);
    made(scope, "application/x-www-form-urlencoded; charset=utf-8", body.finish(), None)
}

/// A request in the JSON protocol.
pub(crate) fn document(scope: &Scope, operation: &str, body: &Value) -> Request {
    let target = match scope.service.as_str() {
        "kms" => "TrentService",
        "logs" => "Logs_20140328",
        "organizations" => "AWSOrganizationsV20161128",
        _ => "Unknown",
    };
    made(scope, "application/x-amz-json-1.1", body.to_string(), Some(&format!("{target}.{operation}")))
}

fn made(scope: &Scope, kind: &'static str, body: String, target: Option<&str>) -> Request {
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
    signed(&mut headers, scope);
    if let Some(Ok(target)) = target.map(HeaderValue::from_str) {
        headers.insert("x-amz-target", target);
    }
    Request { method: Method::POST, path: "/".to_owned(), query: String::new(), headers, body: body.into() }
}

fn signed(headers: &mut HeaderMap, Scope { key, region, service }: &Scope) {
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(header::AUTHORIZATION, value);
    }
}

/// An answer that is no error; else the refusal that it is.
pub(crate) fn succeeded(service: &str, answer: Answer) -> Outcome {
    if answer.status.is_success() {
        return Ok(answer);
    }
    let status = answer.status.as_u16();
    let (code, message) = match protocol::of(service) {
        Protocol::Json | Protocol::RestJson => {
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or(json!({}));
            let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
            let code = text("__type").map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
            (code, text("message").or_else(|| text("Message")))
        }
        _ => (element(answer.text(), "Code"), element(answer.text(), "Message")),
    };
    Err(Refusal::new(status, code.unwrap_or_else(|| status.to_string()), message.unwrap_or_default()))
}
