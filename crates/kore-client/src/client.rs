//! Requests and answers.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use kore_api::{codes::Code, envelope::List, preview::Preview, problem::Problem};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;
use uuid::Uuid;

use crate::{
    error::{ClientError, root_cause},
    oauth,
    session::{Session, SessionStore},
};

/// Says which client, and which version of it, is calling.
const CLIENT_HEADER: HeaderName = HeaderName::from_static("kore-client");
/// One id from CLI error to server log to audit record.
const REQUEST_HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// draft-ietf-httpapi-idempotency-key-header-07.
const IDEMPOTENCY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Digest of the preview that a write was confirmed by.
const PREVIEW_HEADER: HeaderName = HeaderName::from_static("if-preview-digest");
/// Id of the operation that a write began.
const OPERATION_HEADER: HeaderName = HeaderName::from_static("kore-operation");
/// How much of a foreign body is shown.
const EXCERPT: usize = 200;

/// The clock that the client reads; passed in so that tests own time.
pub type Clock = fn() -> Timestamp;

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nobody.
    Anonymous,
    /// A fixed token, as from `KORE_TOKEN`; never renewed.
    Token(SecretString),
    /// A signed-in session, renewed as needed.
    Session(SessionStore),
}

/// What a client is made from.
#[derive(Clone)]
pub struct ClientConfig {
    /// Address of the server, as `http://127.0.0.1:8420`.
    pub server: Url,
    /// Who is asking.
    pub credentials: Credentials,
    /// Value of `Kore-Client`, as `cli/0.1.0`.
    pub client: String,
    /// Limit of one request.
    pub timeout: Duration,
    /// PEM of a CA to trust besides the system's.
    pub certificate_authority: Option<String>,
    /// The clock.
    pub now: Clock,
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig").field("server", &self.server.as_str()).finish_non_exhaustive()
    }
}

/// A client of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    config: Arc<ClientConfig>,
    http: reqwest::Client,
}

/// An answer with what its headers say.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The body.
    pub value: T,
    /// HTTP status.
    pub status: u16,
    /// The object's revision, for `If-Match`.
    pub etag: Option<String>,
    /// Operation that the write began.
    pub operation: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// `Warning` texts.
    pub warnings: Vec<String>,
}

impl<T> Answer<T> {
    fn map<U>(self, f: impl FnOnce(T) -> Result<U, ClientError>) -> Result<Answer<U>, ClientError> {
        Ok(Answer {
            value: f(self.value)?,
            status: self.status,
            etag: self.etag,
            operation: self.operation,
            request_id: self.request_id,
            warnings: self.warnings,
        })
    }
}

/// What a write demands of the revision it meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    None,
    /// `If-Match` with an ETag as it was received.
    Match(String),
    /// The same, and `If-Preview-Digest`: that the write does what its preview showed.
    Shown {
        /// ETag as it was received, where there was one.
        etag: Option<String>,
        /// Digest of the preview.
        digest: String,
    },
    /// `If-None-Match: *`: only if it does not exist.
    Absent,
}

impl Precondition {
    /// The same for a write that was confirmed by a preview with this digest.
    #[must_use]
    pub fn shown(&self, digest: &str) -> Self {
        let etag = match self {
            Self::Match(etag) | Self::Shown { etag: Some(etag), .. } => Some(etag.clone()),
            Self::None | Self::Absent | Self::Shown { etag: None, .. } => None,
        };
        Self::Shown { etag, digest: digest.to_owned() }
    }
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// At most this many (server default 50, at most 500).
    pub limit: Option<u32>,
    /// Token of the page before.
    pub continue_token: Option<String>,
    /// `field=value,field!=value,field~text,field>=value,field<value`.
    pub filter: Option<String>,
    /// `name`, `-metadata.creationTimestamp`.
    pub order_by: Option<String>,
    /// As in Kubernetes.
    pub label_selector: Option<String>,
}

impl ListQuery {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(limit) = self.limit {
            pairs.push(("limit", limit.to_string()));
        }
        for (key, value) in [
            ("continue", &self.continue_token),
            ("filter", &self.filter),
            ("orderBy", &self.order_by),
            ("labelSelector", &self.label_selector),
        ] {
            if let Some(value) = value {
                pairs.push((key, value.clone()));
            }
        }
        pairs
    }
}

/// A request as it is sent; kept so that it can be sent once more after a renewal.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Method.
    pub method: Method,
    /// Path below the server's address, with a query or without.
    pub path: String,
    /// Further headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Option<Bytes>,
}

impl Outgoing {
    /// A request without body.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: HeaderMap::new(), body: None }
    }

    fn json<B: Serialize + ?Sized>(mut self, body: &B, media_type: &'static str) -> Result<Self, ClientError> {
        let body = serde_json::to_vec(body).map_err(|error| ClientError::Setup(error.to_string()))?;
        self.body = Some(body.into());
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Ok(self)
    }

    fn when(mut self, precondition: &Precondition) -> Self {
        let mut demand = |name: HeaderName, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                self.headers.insert(name, value);
            }
        };
        match precondition {
            Precondition::None => {}
            Precondition::Match(etag) => demand(header::IF_MATCH, etag),
            Precondition::Shown { etag, digest } => {
                demand(PREVIEW_HEADER, digest);
                if let Some(etag) = etag {
                    demand(header::IF_MATCH, etag);
                }
            }
            Precondition::Absent => {
                self.headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
            }
        }
        self
    }

    fn dry(mut self) -> Self {
        self.path.push_str(if self.path.contains('?') { "&dryRun=All" } else { "?dryRun=All" });
        self
    }
}

impl Client {
    /// A client for one server.
    ///
    /// # Errors
    /// [`ClientError::Address`] or [`ClientError::Setup`].
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let host = match config.server.host() {
            Some(host) if matches!(config.server.scheme(), "http" | "https") => host.to_owned(),
            _ => return Err(ClientError::Address(config.server.to_string())),
        };
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(agent(&config.client))
            .connect_timeout(config.timeout.min(Duration::from_secs(10)));
        if is_loopback(&host) {
            builder = builder.no_proxy();
        }
        if let Some(pem) = &config.certificate_authority {
            let roots = reqwest::Certificate::from_pem_bundle(pem.as_bytes())
                .map_err(|error| ClientError::Setup(root_cause(&error)))?;
            builder = builder.tls_certs_merge(roots);
        }
        let http = builder.build().map_err(|error| ClientError::Setup(root_cause(&error)))?;
        Ok(Self { config: Arc::new(config), http })
    }

    /// The server's address without a trailing slash.
    #[must_use]
    pub fn server(&self) -> &str {
        self.config.server.as_str().trim_end_matches('/')
    }

    /// The session's store, when there is one.
    #[must_use]
    pub fn session_store(&self) -> Option<&SessionStore> {
        match &self.config.credentials {
            Credentials::Session(store) => Some(store),
            _ => None,
        }
    }

    /// Reads one object.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>, ClientError> {
        self.typed(Outgoing::new(Method::GET, path)).await
    }

    /// Reads what may take longer than requests usually do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_within<T: DeserializeOwned>(&self, path: &str, limit: Duration) -> Result<Answer<T>, ClientError> {
        let answer = self.send_within(Outgoing::new(Method::GET, path), limit).await?;
        answer.map(|body| self.decode(&body))
    }

    /// Reads one page of a collection.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list<T: DeserializeOwned>(&self, path: &str, query: &ListQuery) -> Result<List<T>, ClientError> {
        Ok(self.get(&with_query(path, &query.pairs())).await?.value)
    }

    /// Reads every page; `limit` of the query is the size of a page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_all<T: DeserializeOwned>(&self, path: &str, query: &ListQuery) -> Result<List<T>, ClientError> {
        let mut query = ListQuery { limit: query.limit.or(Some(500)), ..query.clone() };
        let mut list: List<T> = self.list(path, &query).await?;
        while !list.metadata.continue_token.is_empty() {
            query.continue_token = Some(std::mem::take(&mut list.metadata.continue_token));
            let next: List<T> = self.list(path, &query).await?;
            list.items.extend(next.items);
            list.metadata = next.metadata;
        }
        list.metadata.remaining_item_count = None;
        Ok(list)
    }

    /// Makes an object in a collection.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<Answer<T>, ClientError> {
        self.typed(Outgoing::new(Method::POST, path).json(body, "application/json")?).await
    }

    /// Replaces an object as it was read.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn replace<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        precondition: &Precondition,
    ) -> Result<Answer<T>, ClientError> {
        self.typed(Outgoing::new(Method::PUT, path).json(body, "application/json")?.when(precondition)).await
    }

    /// Changes an object by a merge patch (RFC 7396).
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        patch: &serde_json::Value,
        precondition: &Precondition,
    ) -> Result<Answer<T>, ClientError> {
        let request = Outgoing::new(Method::PATCH, path).json(patch, "application/merge-patch+json")?;
        self.typed(request.when(precondition)).await
    }

    /// Deletes an object as it was read. The body is the object as it goes, or nothing.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete(
        &self,
        path: &str,
        precondition: &Precondition,
    ) -> Result<Answer<Option<serde_json::Value>>, ClientError> {
        self.send(Outgoing::new(Method::DELETE, path).when(precondition))
            .await?
            .map(|body| Ok(if body.is_empty() { None } else { serde_json::from_slice(&body).ok() }))
    }

    /// What a create would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn preview_create<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Result<Preview, ClientError> {
        let request = Outgoing::new(Method::POST, path).json(body, "application/json")?.dry();
        Ok(self.typed(request).await?.value)
    }

    /// What a replace would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn preview_replace<B: Serialize + ?Sized>(
        &self,
        path: &str,
        body: &B,
        precondition: &Precondition,
    ) -> Result<Preview, ClientError> {
        let request = Outgoing::new(Method::PUT, path).json(body, "application/json")?.when(precondition).dry();
        Ok(self.typed(request).await?.value)
    }

    /// What a delete would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn preview_delete(&self, path: &str, precondition: &Precondition) -> Result<Preview, ClientError> {
        Ok(self.typed(Outgoing::new(Method::DELETE, path).when(precondition).dry()).await?.value)
    }

    async fn typed<T: DeserializeOwned>(&self, request: Outgoing) -> Result<Answer<T>, ClientError> {
        self.send(request).await?.map(|body| self.decode(&body))
    }

    fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ClientError> {
        serde_json::from_slice(body).map_err(|error| ClientError::Unexpected {
            server: self.server().to_owned(),
            status: 200,
            excerpt: format!("{error}: {}", excerpt(body)),
        })
    }

    /// Sends a request as the signed-in person and reads the whole answer; refusals are errors.
    /// A session that the server calls expired is renewed once and the request repeated.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(&self, request: Outgoing) -> Result<Answer<Bytes>, ClientError> {
        self.send_within(request, self.config.timeout).await
    }

    async fn send_within(&self, request: Outgoing, limit: Duration) -> Result<Answer<Bytes>, ClientError> {
        let response = self.response(request, Some(limit)).await?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        if !status.is_success() {
            return Err(self.refusal(status, &headers, &body));
        }
        Ok(Answer {
            value: body,
            status: status.as_u16(),
            etag: text(&headers, &header::ETAG),
            operation: text(&headers, &OPERATION_HEADER),
            request_id: text(&headers, &REQUEST_HEADER).unwrap_or_default(),
            warnings: headers.get_all(header::WARNING).iter().filter_map(|v| v.to_str().ok()).map(warning).collect(),
        })
    }

    /// Opens an answer that is read as it comes; only the time until its head is limited.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stream(&self, request: Outgoing) -> Result<reqwest::Response, ClientError> {
        let opening = tokio::time::timeout(self.config.timeout, self.response(request, None));
        let response = opening.await.map_err(|_| ClientError::Unreachable {
            server: self.server().to_owned(),
            cause: "timed out".to_owned(),
        })??;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        Err(self.refusal(status, &headers, &body))
    }

    async fn response(
        &self,
        mut request: Outgoing,
        timeout: Option<Duration>,
    ) -> Result<reqwest::Response, ClientError> {
        if request.method == Method::POST && !request.headers.contains_key(&IDEMPOTENCY_HEADER) {
            // A structured-field string, so quoted.
            if let Ok(key) = HeaderValue::from_str(&format!("\"{}\"", Uuid::new_v4())) {
                request.headers.insert(IDEMPOTENCY_HEADER, key);
            }
        }
        let (token, renewable) = match &self.config.credentials {
            Credentials::Anonymous => (None, None),
            Credentials::Token(token) => (Some(token.clone()), None),
            Credentials::Session(store) => (Some(self.access_token(store, None).await?), Some(store)),
        };
        let response = self.once(&request, token.as_ref(), timeout).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let Some((store, token)) = renewable.zip(token) else { return Ok(response) };
        // The server may know better than our clock: renew once and repeat.
        let Ok(token) = self.access_token(store, Some(&token)).await else { return Ok(response) };
        self.once(&request, Some(&token), timeout).await
    }

    async fn once(
        &self,
        request: &Outgoing,
        token: Option<&SecretString>,
        timeout: Option<Duration>,
    ) -> Result<reqwest::Response, ClientError> {
        let url = format!("{}{}", self.server(), request.path);
        let mut builder = self
            .http
            .request(request.method.clone(), url)
            .header(CLIENT_HEADER, &self.config.client)
            .header(REQUEST_HEADER, Uuid::now_v7().to_string());
        if !request.headers.contains_key(header::ACCEPT) {
            builder = builder.header(header::ACCEPT, "application/json");
        }
        builder = builder.headers(request.headers.clone());
        if let Some(timeout) = timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(token) = token {
            builder = builder.bearer_auth(token.expose_secret());
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await.map_err(|error| self.unreachable(&error))
    }

    /// A token that can be sent now. With `refused`, one that is not that one.
    async fn access_token(
        &self,
        store: &SessionStore,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, ClientError> {
        let usable = |session: &Session| {
            session.is_fresh((self.config.now)())
                && refused.is_none_or(|token| token.expose_secret() != session.access_token.expose_secret())
        };
        let session = self.own_session(store)?;
        if usable(&session) {
            return Ok(session.access_token);
        }
        let _lock = store.lock().await?;
        // Somebody else may have renewed it while we waited.
        let session = self.own_session(store)?;
        if usable(&session) {
            return Ok(session.access_token);
        }
        let Some(refresh) = &session.refresh_token else {
            return Err(self.auth_needed("the session has ended"));
        };
        match oauth::refresh(self, refresh).await {
            Ok(tokens) => {
                let next = Session::new(&session.server, tokens, (self.config.now)());
                store.save(&next)?;
                Ok(next.access_token)
            }
            Err(ClientError::OAuth(_) | ClientError::Problem(_)) => Err(self.auth_needed("the session has ended")),
            Err(error) => Err(error),
        }
    }

    fn own_session(&self, store: &SessionStore) -> Result<Session, ClientError> {
        let session = store.load()?.ok_or_else(|| self.auth_needed("there is no session"))?;
        // A context that was pointed elsewhere must not send the old server's tokens there.
        if session.server.trim_end_matches('/') == self.server() {
            Ok(session)
        } else {
            Err(self.auth_needed("the session belongs to another server"))
        }
    }

    fn auth_needed(&self, why: &str) -> ClientError {
        ClientError::AuthNeeded { server: self.server().to_owned(), why: why.to_owned() }
    }

    pub(crate) fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        let cause = if error.is_timeout() { "timed out".to_owned() } else { root_cause(error) };
        ClientError::Unreachable { server: self.server().to_owned(), cause }
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.config.timeout
    }

    pub(crate) fn client_name(&self) -> &str {
        &self.config.client
    }

    pub(crate) fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ClientError {
        if let Ok(mut problem) = serde_json::from_slice::<Problem>(body) {
            if problem.request_id.is_empty() {
                problem.request_id = text(headers, &REQUEST_HEADER).unwrap_or_default();
            }
            if problem.code == Code::AuthRequired.entry().code || problem.code == Code::AuthExpired.entry().code {
                return ClientError::AuthNeeded { server: self.server().to_owned(), why: problem.detail };
            }
            return ClientError::Problem(Box::new(problem));
        }
        if status == StatusCode::UNAUTHORIZED {
            return self.auth_needed("the server wants a sign-in");
        }
        ClientError::Unexpected { server: self.server().to_owned(), status: status.as_u16(), excerpt: excerpt(body) }
    }
}

/// What a person who is asked to confirm a sign-in sees of it: program and machine.
fn agent(client: &str) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match host.trim() {
        "" => format!("kore {client}"),
        host => format!("kore {client} on {host}"),
    }
}

fn is_loopback(host: &url::Host<String>) -> bool {
    match host {
        url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

fn with_query(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The text of a `Warning` header: `299 - "text"`.
fn warning(value: &str) -> String {
    value.split_once('"').map_or(value, |(_, rest)| rest.trim_end_matches('"')).to_owned()
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.chars().take(EXCERPT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded() {
        let query = ListQuery { limit: Some(5), filter: Some("team=a b".into()), ..ListQuery::default() };
        assert_eq!(with_query("/x", &query.pairs()), "/x?limit=5&filter=team%3Da+b");
        assert_eq!(with_query("/x?a=b", &query.pairs()), "/x?a=b&limit=5&filter=team%3Da+b");
        assert_eq!(with_query("/x", &ListQuery::default().pairs()), "/x");
    }

    #[test]
    fn foreign_bodies_are_shown_on_one_line() {
        assert_eq!(excerpt(b"<html>\n\x1b[31mno"), "<html>  [31mno");
        assert_eq!(warning("299 - \"old plan\""), "old plan");
    }
}
