//! One table of routes. Router, guards and the OpenAPI document come from it, so that none can
//! know a route that the others do not.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use futures::FutureExt;
use http::Method;
use kore_api::{codes::Code, problem::Problem};
use kore_domain::access::{OpContext, Permission};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::{
    access,
    account::{self, Subject},
    audit, clouds, console, events, extract, health, kubernetes, metrics, openapi, operations, overview, plans,
    platform, problem, request, resources, search, signin,
    state::AppState,
    tokens,
};

/// Largest body outside the gateway, in bytes.
pub const BODY_LIMIT: usize = 1 << 20;

/// How long a write may take before its caller is told that nobody knows: less than clients wait.
const WRITE_PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take at all: less than until another request may take its idempotency key over.
const WRITE_LIMIT: Duration = Duration::from_secs(240);

/// Who may call a route at all. The decision about the object itself is made by the use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: says nothing about anyone.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// Who holds this permission for the object that the path names.
    Needs(Permission),
}

/// Makes a schema within the document's own components.
pub type SchemaFn = Arc<dyn Fn(&mut SchemaGenerator) -> Schema + Send + Sync>;

/// A parameter in the query or a header.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `query` or `header`.
    pub place: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Whether the route refuses without it.
    pub required: bool,
}

/// A body, either way.
#[derive(Clone)]
pub struct Content {
    /// Its media type.
    pub media_type: &'static str,
    /// Its schema.
    pub schema: Option<SchemaFn>,
}

/// What the audit trail has of a route, besides what its use case puts there.
#[derive(Debug, Clone)]
enum Trail {
    /// Nothing: it reads.
    Reads,
    /// Nothing: it reads, although its questions come as a body.
    ChangesNothing,
    /// Everything, by the handler itself, which also sees to it that what was begun is finished.
    Itself,
    /// Refusals, as this.
    Refusals(Subject),
}

/// A route: what it is, who may call it, what goes in and out, and what answers.
#[derive(Clone)]
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with `{name}` places, as OpenAPI and axum both write it.
    pub path: String,
    /// `operationId`; also the name of the method in generated clients.
    pub id: String,
    /// A few words.
    pub summary: String,
    /// Who may call it.
    pub access: Access,
    /// Query and header parameters.
    pub parameters: Vec<Parameter>,
    /// What goes in.
    pub request: Option<Content>,
    /// What comes out: status and body.
    pub answers: Vec<(u16, Option<Content>)>,
    /// What the audit trail has of it.
    trail: Trail,
    handler: MethodRouter<AppState>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

impl Route {
    /// A route; there is no way to make one without saying who may call it.
    pub fn new<H, T>(
        method: Method,
        path: impl Into<String>,
        id: impl Into<String>,
        access: Access,
        summary: impl Into<String>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        // Every method in use has a filter; TRACE is refused everywhere and stands for "none".
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE);
        let handler = on(filter, handler);
        Self {
            method,
            path: path.into(),
            id: id.into(),
            summary: summary.into(),
            access,
            parameters: Vec::new(),
            request: None,
            answers: Vec::new(),
            trail: Trail::Reads,
            handler,
        }
    }

    /// A GET route.
    pub fn get<H: Handler<T, AppState>, T: 'static>(
        path: impl Into<String>,
        id: impl Into<String>,
        access: Access,
        summary: impl Into<String>,
        handler: H,
    ) -> Self {
        Self::new(Method::GET, path, id, access, summary, handler)
    }

    /// A POST route.
    pub fn post<H: Handler<T, AppState>, T: 'static>(
        path: impl Into<String>,
        id: impl Into<String>,
        access: Access,
        summary: impl Into<String>,
        handler: H,
    ) -> Self {
        Self::new(Method::POST, path, id, access, summary, handler)
    }

    /// Calls refusals of it this in audit records: as `cluster.create`, of a `cluster`.
    #[must_use]
    pub fn audited(mut self, action: &str, noun: &str) -> Self {
        self.trail = Trail::Refusals(Subject { action: action.into(), noun: noun.into() });
        self
    }

    /// Says that it reads only, whatever its method: nothing of it is recorded, and it may be repeated.
    #[must_use]
    pub fn changes_nothing(mut self) -> Self {
        self.trail = Trail::ChangesNothing;
        self
    }

    /// Says that its handler records whatever comes of it.
    #[must_use]
    pub fn recorded_by_itself(mut self) -> Self {
        self.trail = Trail::Itself;
        self
    }

    fn guarded(self) -> MethodRouter<AppState> {
        let Self { access, trail, handler, .. } = self;
        let subject = match trail {
            Trail::Refusals(subject) => Some(subject),
            Trail::Reads | Trail::ChangesNothing | Trail::Itself => None,
        };
        handler.layer(middleware::from_fn(move |request, next| guard(access, subject.clone(), request, next)))
    }

    /// Takes a JSON body of this type.
    #[must_use]
    pub fn takes<T: JsonSchema + 'static>(self) -> Self {
        self.takes_schema("application/json", Some(Arc::new(subschema::<T>)))
    }

    /// Takes a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form(self) -> Self {
        self.takes_schema("application/x-www-form-urlencoded", None)
    }

    /// Takes a body of this media type and schema.
    #[must_use]
    pub fn takes_schema(mut self, media_type: &'static str, schema: Option<SchemaFn>) -> Self {
        self.request = Some(Content { media_type, schema });
        self
    }

    /// Answers JSON of this type with this status.
    #[must_use]
    pub fn answers<T: JsonSchema + 'static>(self, status: u16) -> Self {
        self.answers_schema(status, "application/json", Some(Arc::new(subschema::<T>)))
    }

    /// Answers an HTML page.
    #[must_use]
    pub fn html(self) -> Self {
        self.answers_schema(200, "text/html", None)
    }

    /// Answers a body of this media type and schema.
    #[must_use]
    pub fn answers_schema(mut self, status: u16, media_type: &'static str, schema: Option<SchemaFn>) -> Self {
        self.answers.push((status, Some(Content { media_type, schema })));
        self
    }

    /// Answers this status without a body.
    #[must_use]
    pub fn empty(mut self, status: u16) -> Self {
        self.answers.push((status, None));
        self
    }

    /// Knows this parameter.
    #[must_use]
    pub fn parameter(mut self, place: &'static str, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, place, description, required: false });
        self
    }

    /// Refuses without this parameter in the query.
    #[must_use]
    pub fn requires_query(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, place: "query", description, required: true });
        self
    }

    /// Refuses without this header.
    #[must_use]
    pub fn requires_header(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, place: "header", description, required: true });
        self
    }
}

/// The schema of a type, as a reference into the document's components.
pub fn subschema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

async fn guard(access: Access, subject: Option<Subject>, request: Request, next: Next) -> Response {
    if access != Access::Public && request.extensions().get::<Arc<OpContext>>().is_none() {
        return extract::sign_in_needed().into_response();
    }
    let writes = subject.is_some() && !request.method().is_safe();
    let mut response = if writes { finish(request, next).await } else { next.run(request).await };
    let extensions = response.extensions_mut();
    // A refusal that knows better what was asked for has said so.
    if extensions.get::<Problem>().is_some() && extensions.get::<Subject>().is_none() {
        subject.map(|subject| extensions.insert(subject));
    }
    response
}

/// A write is finished, and on record, whether or not the caller still listens (but not by a server that
/// ends). One that waits for a management cluster that stands still is answered all the same.
async fn finish(request: Request, next: Next) -> Response {
    let work = tokio::time::timeout(WRITE_LIMIT, next.run(request)).map(|response| {
        response.unwrap_or_else(|_| problem::ApiError::new(Code::ManagementUnavailable, "given up").into_response())
    });
    let work = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(WRITE_PATIENCE, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => problem::ApiError::new(Code::Internal, error.to_string()).into_response(),
        },
        Err(_) => {
            let what = format!(
                "no answer within {} s; what was asked for may still be done: look before trying again",
                WRITE_PATIENCE.as_secs()
            );
            let mut response = problem::ApiError::new(Code::ManagementUnavailable, what).into_response();
            // The write itself records what becomes of it.
            response.extensions_mut().insert(problem::OnRecord);
            response
        }
    }
}

/// Every route of the http listener.
#[must_use]
pub fn table() -> Vec<Route> {
    let mut routes =
        vec![
            Route::get("/livez", "livez", Access::Public, "Whether the process answers", health::live).answers_schema(
                200,
                "text/plain",
                None,
            ),
            Route::get("/readyz", "readyz", Access::Public, "Whether every dependency works", health::ready)
                .parameter("query", "verbose", "A line for each dependency")
                .answers_schema(200, "text/plain", None),
            Route::get("/metrics", "metrics", Access::Public, "Figures for Prometheus", metrics::get).answers_schema(
                200,
                "text/plain",
                None,
            ),
            Route::get("/api/v1/openapi.json", "openapi", Access::Public, "This document", openapi::get)
                .answers_schema(200, "application/json", None),
        ];
    routes.extend(console::routes());
    routes.extend(signin::routes());
    routes.extend(resources::routes());
    routes.extend(plans::routes());
    routes.extend(clouds::routes());
    routes.extend(access::routes());
    routes.extend(tokens::routes());
    routes.extend(search::routes());
    routes.extend(overview::routes());
    routes.extend(platform::routes());
    routes.extend(kubernetes::routes());
    routes.extend(operations::routes());
    routes.extend(events::routes());
    routes.extend(audit::routes());
    routes
}

/// Why the server does not start: the table contradicts itself.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Two routes answer the same request.
    #[error("two routes for {0}")]
    Twice(String),
    /// Two routes share an operation id.
    #[error("two routes are called {0}")]
    SameId(String),
    /// A route whose method axum cannot route.
    #[error("{0} cannot be routed")]
    Method(String),
    /// A route that changes something without a name for it in the audit trail.
    #[error("{0} changes something and says not how records call it")]
    Unaudited(String),
    /// A public route under `/api` that nobody listed as such.
    #[error("{0} is public without being on the list of public routes")]
    Public(String),
}

/// Routes under `/api` that need no credential; the list may only shrink.
const PUBLIC_API: [&str; 1] = ["/api/v1/openapi.json"];

/// Checks what types cannot: nothing twice, nothing public by accident.
///
/// # Errors
/// The first contradiction.
pub fn check(routes: &[Route]) -> Result<(), TableError> {
    let (mut seen, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for route in routes {
        let key = format!("{} {}", route.method, route.path);
        if MethodFilter::try_from(route.method.clone()).is_err() {
            return Err(TableError::Method(key));
        }
        if route.access == Access::Public
            && route.path.starts_with("/api")
            && !PUBLIC_API.contains(&route.path.as_str())
        {
            return Err(TableError::Public(key));
        }
        if route.access != Access::Public && !route.method.is_safe() && matches!(route.trail, Trail::Reads) {
            return Err(TableError::Unaudited(key));
        }
        if !seen.insert(key.clone()) {
            return Err(TableError::Twice(key));
        }
        if !ids.insert(route.id.clone()) {
            return Err(TableError::SameId(route.id.clone()));
        }
    }
    Ok(())
}

/// The router of the http listener.
///
/// # Errors
/// When the table of routes contradicts itself; the server does not start then.
pub fn router(state: AppState) -> Result<Router, TableError> {
    let routes = table();
    check(&routes)?;
    let mut router = Router::new();
    for route in routes {
        router = router.route(&route.path.clone(), route.guarded());
    }
    // Layers run bottom up: the last is the outermost.
    Ok(router
        .fallback(signin::unknown())
        .layer(middleware::from_fn_with_state(state.clone(), request::limit))
        .layer(middleware::from_fn_with_state(state.clone(), account::account))
        .layer(middleware::from_fn_with_state(state.clone(), signin::authenticate))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(problem::render))
        .layer(middleware::from_fn(request::secure))
        .layer(middleware::from_fn(request::identify))
        .with_state(state))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's own signature")]
fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("without a message"), "a handler panicked");
    problem::ApiError::new(Code::Internal, "the request could not be finished").into_response()
}
