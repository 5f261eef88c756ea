//! The way of one request.

use std::{net::IpAddr, sync::Arc};

use axum::body::Body;
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version, header, uri::PathAndQuery};
use kore_api::{
    audit::{AuditRecord, AuditResult},
    codes::Code,
    names::{ClusterRef, NamespaceRef},
};
use kore_app::{
    signin::{Audience, Credential},
    spool::{Intent, SpoolError},
};
use kore_domain::{
    access::{
        Circumstances, Decision, OpContext, Permission, Platform, Resource, Source, Subject, cluster_groups, decide,
    },
    cluster_rbac,
};
use tokio_util::sync::CancellationToken;

use crate::account::stranger;

use super::{
    Gateway, Target, browser,
    headers::{self, HeaderError, Person},
    path,
    refusal::Refusal,
    request_info::{Class, RequestInfo},
    stream,
};

/// How a request comes, and who stands behind it.
struct Call {
    /// How they show who they are.
    shown: Shown,
    address: Option<IpAddr>,
    request_id: String,
    /// Cancelled when the server stops.
    stop: CancellationToken,
}

/// How somebody shows who they are.
enum Shown {
    /// By a token that was made out to the cluster.
    Token,
    /// By their browser's session, which the edge has looked up.
    Session(Box<Credential>),
}

impl Call {
    const fn by_browser(&self) -> bool {
        matches!(self.shown, Shown::Session(_))
    }
}

/// What is decided about a request before it is sent on.
struct Decided {
    credential: Credential,
    permission: Permission,
    resource: Resource,
    groups: Vec<String>,
}

impl Gateway {
    /// Answers one request; refusals are answers too.
    pub(super) async fn handle(
        self,
        request: Request<Body>,
        address: IpAddr,
        stop: CancellationToken,
    ) -> Response<Body> {
        if request.uri().path() == "/livez" {
            return Response::new(Body::from("ok"));
        }
        let call = Call { shown: Shown::Token, address: Some(address), request_id: new_id(), stop };
        self.answered(request, &call).await
    }

    /// Answers a request of one of the console's pages, for the person whose session came with it.
    pub(crate) async fn for_console(
        self,
        request: Request<Body>,
        credential: Credential,
        address: Option<IpAddr>,
        stop: CancellationToken,
    ) -> Response<Body> {
        let call = Call { shown: Shown::Session(Box::new(credential)), address, request_id: new_id(), stop };
        let mut response = self.answered(request, &call).await;
        browser::seal(response.headers_mut());
        response
    }

    async fn answered(&self, request: Request<Body>, call: &Call) -> Response<Body> {
        match self.answer(request, call).await {
            Ok(response) => response,
            Err(refusal) => {
                metrics::counter!("kore_gateway_refused_total", "code" => refusal.code.entry().code).increment(1);
                refusal.response(&call.request_id)
            }
        }
    }

    async fn answer(&self, mut request: Request<Body>, call: &Call) -> Result<Response<Body>, Refusal> {
        let raw = request.uri().path().to_owned();
        let (target, inner) = match path::split(&raw) {
            Ok(split) => split,
            Err(error) => {
                let code = match error {
                    path::PathError::Elsewhere => Code::NotFound,
                    path::PathError::Ambiguous(_) => Code::InputMalformed,
                };
                let refusal = Refusal::new(code, error.to_string());
                return Err(self.turned_away(refusal, "a path of no cluster", call).await);
            }
        };
        let query = request.uri().query();
        let info = RequestInfo::parse(request.method(), inner, query);
        let outgoing = match path_and_query(inner, query) {
            Ok(outgoing) => outgoing,
            Err(refusal) => return Err(self.turned_away(refusal, &target.to_string(), call).await),
        };

        let credential = match self.identify(request.headers(), &target, call).await {
            Ok(credential) => credential,
            Err(refusal) => return Err(self.turned_away(refusal, &target.to_string(), call).await),
        };
        let record = self.record(&credential.subject, &target, &info, call);
        if call.by_browser()
            && let Err(refusal) = browser::from_our_pages(&request, &self.home)
        {
            return Err(self.from_elsewhere(record, refusal).await);
        }
        let decided = match self.decide(credential, &target, &info, call) {
            Ok(decided) => decided,
            Err(refusal) => return Err(self.refuse(record, refusal).await),
        };
        if call.by_browser()
            && let Err(refusal) = self.admit_page(&decided, &target, &info).await
        {
            return Err(self.refuse(record, refusal).await);
        }

        let upgrade = upgrade(&request, &info);
        let person = person(&decided);
        if let Err(error) = headers::outgoing(request.headers_mut(), &person, &call.request_id, upgrade.as_ref()) {
            let refusal = match error {
                HeaderError::Impersonation(_) => Refusal::new(Code::ImpersonationRefused, error.to_string()),
                HeaderError::Person => Refusal::new(Code::Internal, error.to_string()),
            };
            return Err(self.refuse(record, refusal).await);
        }

        let intent = self.begin(record, &info).await?;
        let caller = upgrade.is_some().then(|| hyper::upgrade::on(&mut request));
        *request.uri_mut() = Uri::from(outgoing);
        *request.version_mut() = Version::HTTP_11;
        let sent = self.clusters.send(&target, request).await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => {
                let refusal = Refusal::new(error.code(), format!("{target}: {error}"));
                tracing::warn!(%target, %error, "a cluster does not answer");
                finish(intent, refusal.status(), Some(refusal.code));
                return Err(refusal);
            }
        };
        finish(intent, response.status().as_u16(), None);

        let switching = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        headers::incoming(response.headers_mut(), switching);
        if let Ok(id) = HeaderValue::from_str(&call.request_id) {
            response.headers_mut().insert("audit-id", id);
        }
        if switching {
            let Some(caller) = caller else {
                return Err(Refusal::new(Code::ClusterUnreachable, "the cluster changed the protocol unasked"));
            };
            let cluster = hyper::upgrade::on(&mut response);
            let (lost, stop) = (self.lost(decided, target, call.address), call.stop.clone());
            tokio::spawn(stream::splice(caller, cluster, lost, stop));
            return Ok(response.map(|_| Body::empty()));
        }
        if info.streams {
            let lost = self.lost(decided, target, call.address);
            return Ok(response.map(|body| stream::Ending::wrap(body, lost)));
        }
        Ok(response)
    }

    /// Whose request it is.
    async fn identify(&self, headers: &HeaderMap, target: &Target, call: &Call) -> Result<Credential, Refusal> {
        match &call.shown {
            Shown::Session(credential) => Ok(Credential::clone(credential)),
            Shown::Token => {
                let (token, audience) = (bearer(headers)?, target.audience());
                Ok(self.signin.authenticate(token, Audience::Cluster(&audience)).await?)
            }
        }
    }

    /// What a page of the console may ask for besides what the person may; and binds them in the cluster, as a
    /// credential for kubectl does.
    async fn admit_page(&self, decided: &Decided, target: &Target, info: &RequestInfo) -> Result<(), Refusal> {
        browser::no_pages(info)?;
        match target {
            Target::Cluster(cluster) => Ok(self.signin.bound(&decided.credential, cluster).await?),
            Target::Management => Ok(()),
        }
    }

    /// Records what another site made somebody's browser send, which it may do as often as it likes.
    async fn from_elsewhere(&self, record: AuditRecord, refusal: Refusal) -> Refusal {
        let (status, code) = (Some(refusal.status()), Some(refusal.code.entry().code.to_owned()));
        let (action, object) = ("request".to_owned(), "kubernetes".to_owned());
        let detail = Some(format!("{} {}", record.action, record.object));
        let result = AuditResult::Denied;
        let record = AuditRecord { action, object, result, status, code, detail, ..record };
        self.signin.audit().turned_away(record).await;
        refusal
    }

    /// Records a caller whom nobody knows.
    async fn turned_away(&self, refusal: Refusal, asked: &str, call: &Call) -> Refusal {
        if refusal.status() < 500 {
            let code = refusal.code.entry().code;
            let record = stranger(&self.signin, Source::Gateway, call.address, code, asked.to_owned());
            self.signin.audit().turned_away(record).await;
        }
        refusal
    }

    /// May this person do that, and as which groups?
    fn decide(
        &self,
        credential: Credential,
        target: &Target,
        info: &RequestInfo,
        call: &Call,
    ) -> Result<Decided, Refusal> {
        let class = info.class();
        if class == Class::Node {
            return Err(Refusal::new(Code::AuthForbidden, "connections to nodes do not pass the gateway"));
        }
        let context = OpContext {
            subject: Subject::clone(&credential.subject),
            request_id: call.request_id.clone(),
            source: Source::Gateway,
            address: call.address,
            now: self.signin.now(),
            session: Some(credential.session),
        };
        let (permission, resource, groups) = match target {
            Target::Cluster(cluster) => {
                let (permission, resource) = asked(class, cluster, info);
                context.authorize(permission, resource.clone())?;
                (permission, resource, cluster_groups(&credential.subject, cluster, &context.circumstances()))
            }
            Target::Management => {
                context.authorize(Permission::ManagementRead, Platform)?;
                let reviews = ["authorization.k8s.io", "authentication.k8s.io"];
                let review = reviews.contains(&info.group.as_str()) && info.resource.starts_with("selfsubject");
                if class != Class::Read && !review {
                    return Err(Refusal::new(Code::AuthForbidden, "the management cluster is for reading only"));
                }
                let groups = vec![cluster_rbac::PLATFORM_VIEW_GROUP.to_owned()];
                (Permission::ManagementRead, Resource::Platform, groups)
            }
        };
        if groups.is_empty() {
            return Err(Refusal::new(Code::AuthForbidden, "no role of yours has groups in this cluster"));
        }
        Ok(Decided { credential, permission, resource, groups })
    }

    /// Done when the person may not go on with what they may do now.
    fn lost(&self, decided: Decided, target: Target, address: Option<IpAddr>) -> BoxFuture<'static, ()> {
        let signin = Arc::clone(&self.signin);
        async move {
            let Decided { credential, permission, resource, groups } = decided;
            let holds = |subject: &Subject, now| {
                let at = Circumstances { now, address };
                let same = match &target {
                    Target::Cluster(cluster) => cluster_groups(subject, cluster, &at) == groups,
                    Target::Management => true,
                };
                same && decide(subject, permission, &resource, &at) == Decision::Allow
            };
            signin.until_lost(&credential, holds).await;
        }
        .boxed()
    }

    fn record(&self, subject: &Subject, target: &Target, info: &RequestInfo, call: &Call) -> AuditRecord {
        let team = match target {
            Target::Cluster(cluster) => Some(cluster.team.to_string()),
            Target::Management => None,
        };
        let verb = if info.class() == Class::Shell { &info.subresource } else { &info.verb };
        AuditRecord {
            id: String::new(),
            at: self.signin.now(),
            actor: subject.actor(),
            action: format!("kubectl.{verb}"),
            team,
            object: format!("{target} {}", info.object()),
            result: AuditResult::Allowed,
            status: None,
            code: None,
            source: Source::Gateway.to_string(),
            address: call.address.map(|address| address.to_string()),
            request_id: Some(call.request_id.clone()),
            // It came through the gateway either way; which way is no other deed.
            detail: call.by_browser().then(|| "from the console".to_owned()),
            changes: Vec::new(),
        }
    }

    /// Records a request before it is forwarded; returns when the record of one that may change
    /// something, or opens a shell, is on disk.
    async fn begin(&self, record: AuditRecord, info: &RequestInfo) -> Result<Intent, Refusal> {
        let safe = info.class() != Class::Read;
        self.spool.begin(record, safe).await.map_err(|error| {
            tracing::error!(%error, "a request was refused because it could not be recorded");
            let full = matches!(&error, SpoolError::Write(cause) if cause.kind() == std::io::ErrorKind::StorageFull);
            let code = if full { Code::LocalDiskFull } else { Code::Unavailable };
            Refusal::new(code, "the request could not be recorded, so it was not forwarded")
        })
    }

    async fn refuse(&self, record: AuditRecord, refusal: Refusal) -> Refusal {
        if let Ok(intent) = self.spool.begin(record, false).await {
            intent.finish(|record| {
                record.result = AuditResult::Denied;
                record.status = Some(refusal.status());
                record.code = Some(refusal.code.entry().code.to_owned());
            });
        }
        refusal
    }
}

fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn finish(intent: Intent, status: u16, code: Option<Code>) {
    intent.finish(|record| {
        record.status = Some(status);
        record.result = match status {
            401 | 403 => AuditResult::Denied,
            400.. => AuditResult::Failed,
            _ => AuditResult::Allowed,
        };
        record.code = code.map(|code| code.entry().code.to_owned());
    });
}

/// What the gateway itself decides about a request for a cluster. Shells it decides by the namespace that they are in;
/// everything else is the cluster's own to decide, by the groups.
fn asked(class: Class, cluster: &ClusterRef, info: &RequestInfo) -> (Permission, Resource) {
    if class != Class::Shell {
        return (Permission::ClusterEnter, Resource::Cluster(cluster.clone()));
    }
    let resource = match info.namespace.parse() {
        Ok(name) => Resource::Namespace(NamespaceRef { cluster: cluster.clone(), name }),
        Err(_) => Resource::Cluster(cluster.clone()),
    };
    (Permission::ClusterAccessEdit, resource)
}

fn person(decided: &Decided) -> Person {
    let subject = &decided.credential.subject;
    Person {
        user: cluster_rbac::cluster_user(&subject.principal),
        uid: subject.id.to_string(),
        groups: decided.groups.clone(),
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let needed = || Refusal::new(Code::AuthRequired, "the request carries no credential");
    let (Some(value), None) = (given.next(), given.next()) else { return Err(needed()) };
    let text = value.to_str().map_err(|_| needed())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(needed)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(needed()) }
}

/// The protocol that the caller wants to change to, where such a thing is passed on.
fn upgrade(request: &Request<Body>, info: &RequestInfo) -> Option<HeaderValue> {
    let wanted = request.headers().get(header::UPGRADE)?;
    let asked = request
        .headers()
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case("upgrade"));
    (asked && info.streams && request.version() == Version::HTTP_11).then(|| wanted.clone())
}

fn path_and_query(inner: &str, query: Option<&str>) -> Result<PathAndQuery, Refusal> {
    let text = query.map_or_else(|| inner.to_owned(), |query| format!("{inner}?{query}"));
    PathAndQuery::try_from(text).map_err(|_| Refusal::new(Code::InputMalformed, "the path cannot be forwarded"))
}
