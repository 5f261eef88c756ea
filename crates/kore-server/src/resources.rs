//! Routes of every kind in the registry: paths, methods, guards and documentation follow from the
//! kind alone.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kore_api::{
    codes::Code,
    envelope::List,
    identity::{ClusterAccess, EndedSessions},
    invitation::{AcceptInvitation, AcceptedInvitation},
    meta,
    names::{ClusterRef, TeamName},
    preview::Preview,
    problem::Problem,
};
use kore_app::{
    AppError,
    backend::{Found, Place, Precondition, WriteOptions, Written},
    idempotent::{StoredResponse, Turn},
    kinds::{Change, Home, KINDS, Kind, Scope},
};
use kore_domain::{access::OpContext, query};
use schemars::{SchemaGenerator, json_schema};
use serde_json::Value;

use crate::{
    extract::{Body, Cx, header_text},
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// Header with the id of the operation that a write began.
pub const OPERATION: HeaderName = HeaderName::from_static("kore-operation");
/// Header with the digest of the preview that was looked at.
pub const PREVIEW_DIGEST: HeaderName = HeaderName::from_static("if-preview-digest");
/// Header of reads that are answered from memory while the management cluster does not answer.
pub const STALE: HeaderName = HeaderName::from_static("kore-stale");
/// Header that makes a repeated POST harmless.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

type Params = Path<HashMap<String, String>>;

/// Routes of every kind, and what belongs to single ones.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = KINDS.iter().copied().flat_map(of_kind).collect();
    routes.push(
        Route::get(
            "/api/v1/teams/{team}/clusters/{name}/access",
            "getClusterAccess",
            Access::Needs(kore_domain::access::Permission::ClusterEnter),
            "How kubectl reaches the cluster",
            cluster_access,
        )
        .answers::<ClusterAccess>(200),
    );
    routes.push(
        Route::post(
            "/api/v1/invitations/accept",
            "acceptInvitation",
            Access::SignedIn,
            "Use an invitation to a team",
            accept_invitation,
        )
        .audited("invitation.accept", "invitation")
        .takes::<AcceptInvitation>()
        .answers::<AcceptedInvitation>(200),
    );
    routes.push(
        Route::new(
            Method::DELETE,
            "/api/v1/sessions",
            "deleteSessions",
            Access::Needs(kore_domain::access::Permission::SessionOwn),
            "End every session but the one that asks; with user every one of somebody else",
            end_sessions,
        )
        .audited("session.revokeAll", "session")
        .parameter("query", "user", "Login name of somebody else; takes the permission user.write")
        .answers::<EndedSessions>(200),
    );
    routes
}

async fn accept_invitation(State(state): State<AppState>, Cx(cx): Cx, body: Body) -> Result<Response, ApiError> {
    let given: AcceptInvitation = serde_json::from_value(body.value).map_err(|_| {
        let problem = Problem::new(Code::InputInvalid, "the body is an object with a code and nothing else");
        problem.with_field("/code", "required", "the code of the invitation, or its link")
    })?;
    Ok(axum::Json(state.app.accept_invitation(&cx, &given.code).await?).into_response())
}

async fn end_sessions(
    State(state): State<AppState>,
    Cx(cx): Cx,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let given = parameters(query.as_deref(), &["user"])?;
    let ended = state.app.end_sessions(&cx, given.get("user").map(String::as_str)).await?;
    Ok(axum::Json(EndedSessions { ended }).into_response())
}

async fn cluster_access(State(state): State<AppState>, Cx(cx): Cx, Path(params): Params) -> Result<Response, ApiError> {
    let text = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    let cluster: ClusterRef =
        format!("{}/{}", text("team"), text("name")).parse().map_err(|_| ApiError::from(AppError::hidden()))?;
    Ok(axum::Json(state.app.cluster_access(&cx, &cluster).await?).into_response())
}

/// Where a kind's objects are: the collection of one scope and the items in it.
struct Paths {
    collection: String,
    item: String,
    /// Name of the item's place in the path: teams are `{team}` everywhere.
    parameter: &'static str,
}

fn paths(kind: &Kind) -> Paths {
    let parameter = if kind.name == "Team" { "team" } else { "name" };
    // Operations are read by id, whichever team they belong to.
    let collection = match kind.scope {
        Scope::Team if kind.enveloped() => format!("/api/v1/teams/{{team}}/{}", kind.plural),
        Scope::Team | Scope::Platform => format!("/api/v1/{}", kind.plural),
    };
    Paths { item: format!("{collection}/{{{parameter}}}"), collection, parameter }
}

fn of_kind(kind: &'static Kind) -> Vec<Route> {
    let Paths { collection, item, parameter } = paths(kind);
    let verbs = &kind.verbs;
    let name = kind.name;
    let mut routes = vec![lists(kind, &collection, &format!("list{name}s"))];
    if kind.scope == Scope::Team {
        if kind.enveloped() && kind.name != "Membership" {
            routes.push(lists(kind, &format!("/api/v1/{}", kind.plural), &format!("listAll{name}s")));
        } else if !kind.enveloped() {
            let path = format!("/api/v1/teams/{{team}}/{}", kind.plural);
            routes.push(lists(kind, &path, &format!("listTeam{name}s")));
        }
    }
    if let Some(permission) = verbs.get {
        let handler = move |State(state): State<AppState>, Cx(cx): Cx, Path(params): Params, headers: HeaderMap| async move {
            read(&state, &cx, kind, &place(&params, parameter)?, &headers).await
        };
        let route =
            Route::get(&*item, format!("get{name}"), Access::Needs(permission), format!("Read a {name}"), handler)
                .parameter("header", "If-None-Match", "ETag of the last read; answers 304 when nothing changed")
                .empty(304);
        routes.push(shows(route, kind, 200));
    }
    if let Some(permission) = verbs.create {
        let handler = move |State(state): State<AppState>,
                            Cx(cx): Cx,
                            Path(params): Params,
                            RawQuery(query): RawQuery,
                            headers: HeaderMap,
                            body: Body| async move {
            let name = body.value.pointer("/metadata/name").and_then(Value::as_str).map(str::to_owned);
            make(&state, &cx, kind, &params, query.as_deref(), &headers, body).await.map_err(|error| error.about(name))
        };
        let route = Route::post(
            &*collection,
            format!("create{name}"),
            Access::Needs(permission),
            format!("Make a {name}"),
            handler,
        )
        .parameter(
            "header",
            "Idempotency-Key",
            "A repeated request with the same key gets the first one's answer, for a day",
        );
        routes.push(takes(writes(route, kind, Change::Create), kind, "application/json"));
    }
    if let Some(permission) = verbs.update {
        for (method, verb, media_type) in
            [(Method::PUT, "replace", "application/json"), (Method::PATCH, "patch", "application/merge-patch+json")]
        {
            let patches = method == Method::PATCH;
            let handler = move |State(state): State<AppState>,
                                Cx(cx): Cx,
                                Path(params): Params,
                                RawQuery(query): RawQuery,
                                headers: HeaderMap,
                                body: Body| async move {
                let options = options(&state, &cx, query.as_deref(), &headers)?;
                let place = place(&params, parameter)?;
                let (app, backend) = (&state.app, kind.backend);
                if let Some(given) = header_text(&headers, &header::IF_NONE_MATCH).filter(|_| !patches) {
                    let (action, noun) = (kind.action(Change::Create), kind.name.to_lowercase());
                    let made = make_there(&state, &cx, kind, &place, &given, body.value, &options).await;
                    return made.map_err(|error| error.doing(&action, &noun));
                }
                let written = if patches {
                    backend.patch(app, &cx, &place, body.value, &options).await?
                } else {
                    backend.replace(app, &cx, &place, body.value, &options).await?
                };
                Ok::<_, ApiError>(answer(&state, &cx, written, StatusCode::OK))
            };
            let summary = if patches {
                format!("Change a {name} by a merge patch (RFC 7396)")
            } else {
                format!("Replace a {name}")
            };
            let route =
                Route::new(method, &*item, format!("{verb}{name}"), Access::Needs(permission), summary, handler);
            let route = if patches {
                route.requires_header("If-Match", "ETag of the last read, or *")
            } else {
                route
                    .parameter(
                        "header",
                        "If-Match",
                        "ETag of the last read, or *; refuses (428) without one of the two",
                    )
                    .parameter("header", "If-None-Match", "*: make it, and refuse (412) when there is one")
            };
            let route = if patches { route } else { shows(route, kind, 201) };
            routes.push(takes(writes(route, kind, Change::Update), kind, media_type));
        }
    }
    if let Some(permission) = verbs.delete {
        let handler = move |State(state): State<AppState>,
                            Cx(cx): Cx,
                            Path(params): Params,
                            RawQuery(query): RawQuery,
                            headers: HeaderMap| async move {
            let options = options(&state, &cx, query.as_deref(), &headers)?;
            let written = kind.backend.delete(&state.app, &cx, &place(&params, parameter)?, &options).await?;
            Ok::<_, ApiError>(answer(&state, &cx, written, StatusCode::OK))
        };
        let route = Route::new(
            Method::DELETE,
            &*item,
            format!("delete{name}"),
            Access::Needs(permission),
            format!("Delete a {name}"),
            handler,
        );
        let route = match kind.enveloped() {
            true => route.requires_header("If-Match", "ETag of the last read, or *"),
            false => route,
        };
        routes.push(writes(route, kind, Change::Delete));
    }
    routes
}

fn lists(kind: &'static Kind, path: &str, id: &str) -> Route {
    let handler = move |State(state): State<AppState>, Cx(cx): Cx, Path(params): Params, RawQuery(query): RawQuery| async move {
        list(&state, &cx, kind, &params, query.as_deref()).await
    };
    let fields: Vec<_> = kind.field_names().collect();
    // What is only ever added to is read by the database's own order.
    let grows = !kind.enveloped() && kind.permission(Change::Delete).is_none();
    let order = if grows { "Newest first, filtered by" } else { "Filtered and sorted by" };
    let summary = format!("{}. {order}: {}", kind.summary, fields.join(", "));
    Route::get(path, id, Access::Needs(kind.verbs.list), summary, handler)
        .parameter("query", "limit", "Objects on a page, 1 to 500; 50 when not given")
        .parameter("query", "continue", "From the page before; empty at the end")
        .parameter("query", "filter", "field=value,field!=value,field~text,field>=value,field<value")
        .parameter("query", "orderBy", "A field, with - in front for descending; several with commas")
        .parameter("query", "labelSelector", "As kubectl's -l")
        .answers_schema(200, "application/json", Some(Arc::new(|generator| kind.list_schema(generator))))
}

fn shows(route: Route, kind: &'static Kind, status: u16) -> Route {
    route.answers_schema(status, "application/json", Some(Arc::new(|generator| kind.schema(generator))))
}

fn takes(route: Route, kind: &'static Kind, media_type: &'static str) -> Route {
    route.takes_schema(media_type, Some(Arc::new(|generator| kind.schema(generator))))
}

/// What all writes have in common: a dry run, which answers 200 with a preview.
fn writes(route: Route, kind: &'static Kind, change: Change) -> Route {
    let status = if change == Change::Create { 201 } else { 200 };
    let preview = move |generator: &mut SchemaGenerator| {
        let preview = generator.subschema_for::<Preview>();
        if status == 200 { json_schema!({ "anyOf": [kind.schema(generator), preview] }) } else { preview }
    };
    let route = if status == 200 { route } else { shows(route, kind, status) };
    route
        .audited(&kind.action(change), &kind.name.to_lowercase())
        .parameter("query", "dryRun", "All: only say what would happen")
        .parameter(
            "header",
            "If-Preview-Digest",
            "Digest of the preview that was looked at; refuses (412) when things have moved",
        )
        .answers_schema(200, "application/json", Some(Arc::new(preview)))
}

fn place(params: &HashMap<String, String>, parameter: &str) -> Result<Place, ApiError> {
    let name = params.get(parameter).cloned().unwrap_or_default();
    let team = if parameter == "team" { None } else { team(params)? };
    Ok(Place { team, name })
}

/// The team in the path; what is no name is no team that anybody knows.
fn team(params: &HashMap<String, String>) -> Result<Option<TeamName>, ApiError> {
    params.get("team").map(|team| team.parse()).transpose().map_err(|_| AppError::hidden().into())
}

/// The parameters of a query; what nobody knows is refused, so that a slip is not silence.
pub(crate) fn parameters(query: Option<&str>, known: &[&str]) -> Result<HashMap<String, String>, ApiError> {
    let mut found = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if !known.contains(&name.as_ref()) {
            let detail = format!("there is no parameter {name:?}; there are {}", known.join(", "));
            return Err(ApiError::new(Code::InputMalformed, detail));
        }
        if found.insert(name.clone().into_owned(), value.into_owned()).is_some() {
            return Err(ApiError::new(Code::InputMalformed, format!("the parameter {name:?} comes twice")));
        }
    }
    Ok(found)
}

async fn list(
    state: &AppState,
    cx: &OpContext,
    kind: &'static Kind,
    params: &HashMap<String, String>,
    query: Option<&str>,
) -> Result<Response, ApiError> {
    let given = parameters(query, &["limit", "continue", "filter", "orderBy", "labelSelector"])?;
    let text = |name: &str| given.get(name).map(String::as_str);
    let limit = text("limit").map(|limit| {
        let wanted = limit.parse::<usize>();
        // More than a page holds is a full page (AIP-158).
        wanted
            .map(|wanted| wanted.min(query::MAX_LIMIT))
            .map_err(|_| ApiError::new(Code::InputMalformed, format!("limit: {limit:?} is not a number")))
    });
    let raw = query::RawQuery {
        filter: text("filter"),
        order_by: text("orderBy"),
        label_selector: text("labelSelector"),
        limit: limit.transpose()?,
        continue_token: text("continue"),
    };
    let page = kind.backend.list(&state.app, cx, team(params)?.as_ref(), &raw).await?;
    let stale = stale(state, kind);
    let list = List {
        api_version: meta::API_VERSION.to_owned(),
        kind: format!("{}List", kind.name),
        metadata: page.metadata,
        items: page.items,
    };
    Ok((stale, axum::Json(list)).into_response())
}

async fn read(
    state: &AppState,
    cx: &OpContext,
    kind: &'static Kind,
    place: &Place,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let Found { object, etag } = kind.backend.get(&state.app, cx, place).await?;
    let stale = stale(state, kind);
    let Some(etag) = etag else { return Ok((stale, axum::Json(object)).into_response()) };
    let known = header_text(headers, &header::IF_NONE_MATCH);
    let unchanged = known.is_some_and(|known| known == "*" || known.split(',').any(|one| unquoted(one) == etag));
    let tag = [(header::ETAG, quoted(&etag))];
    if unchanged {
        return Ok((StatusCode::NOT_MODIFIED, stale, tag).into_response());
    }
    Ok((stale, tag, axum::Json(object)).into_response())
}

async fn make(
    state: &AppState,
    cx: &OpContext,
    kind: &'static Kind,
    params: &HashMap<String, String>,
    query: Option<&str>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let options = options(state, cx, query, headers)?;
    let team = team(params)?;
    let create = kind.backend.create(&state.app, cx, team.as_ref(), body.value, &options);
    let Some(key) = header_text(headers, &IDEMPOTENCY_KEY).filter(|_| !options.dry_run) else {
        return Ok(answer(state, cx, create.await?, StatusCode::CREATED));
    };
    let route = format!("{}/{}", team.as_ref().map_or("", TeamName::as_str), kind.plural);
    // The draft's value is a structured-field string: quotes are no part of the key.
    let claim = match state.app.claim(cx, unquoted(&key), &route, &body.bytes).await? {
        Turn::Again(stored) => return Ok(replayed(stored)),
        Turn::First(claim) => claim,
    };
    match create.await {
        Ok(written) => {
            // A secret is in the first answer only.
            let (status, headers, body) = parts(written.kept(), StatusCode::CREATED);
            let kept =
                headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
            let stored = StoredResponse { status: status.as_u16(), headers: kept.collect(), body: body.to_string() };
            state.app.settle(&claim, Some(&stored)).await?;
            Ok(answer(state, cx, written, StatusCode::CREATED))
        }
        Err(error) => {
            // The refusal says more than that its key could not be forgotten; it ends by itself.
            if let Err(cause) = state.app.settle(&claim, None).await {
                tracing::warn!(%cause, "an idempotency key stays claimed for five minutes");
            }
            Err(error.into())
        }
    }
}

/// Labels what was read while the management cluster does not answer: it is what was there before.
fn stale(state: &AppState, kind: &Kind) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if kind.home == Home::Kubernetes && state.app.indexes.is_stale() {
        headers.insert(STALE, HeaderValue::from_static("true"));
    }
    headers
}

/// A PUT that says there shall be nothing yet (RFC 9110 section 13.1.2).
async fn make_there(
    state: &AppState,
    cx: &OpContext,
    kind: &'static Kind,
    place: &Place,
    if_none_match: &str,
    body: Value,
    options: &WriteOptions,
) -> Result<Response, ApiError> {
    if if_none_match != "*" || options.precondition != Precondition::Missing {
        let detail = "a PUT has If-Match with a revision, or If-None-Match with *, and not both";
        return Err(ApiError::new(Code::InputMalformed, detail));
    }
    if body.pointer("/metadata/name").and_then(Value::as_str) != Some(&place.name) {
        let problem = Problem::new(Code::InputInvalid, format!("{}: the name is another one", kind.name));
        return Err(problem.with_field("/metadata/name", "immutable", "is the name in the path").into());
    }
    let made = kind.backend.create(&state.app, cx, place.team.as_ref(), body, options).await;
    let taken = [Code::AlreadyExists, Code::Deleting].map(|code| code.entry().code);
    let written = made.map_err(|error| {
        if !taken.contains(&error.problem.code.as_str()) {
            return ApiError::from(error);
        }
        let on_record = error.on_record;
        let refused = AppError::new(Code::PreconditionFailed, error.problem.detail.clone());
        ApiError::from(if on_record { refused.recorded() } else { refused })
    })?;
    Ok(answer(state, cx, written, StatusCode::CREATED))
}

fn replayed(stored: StoredResponse) -> Response {
    let mut response = stored.body.into_response();
    *response.status_mut() = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
    for (name, value) in &stored.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"));
    response
}

fn options(
    state: &AppState,
    cx: &OpContext,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<WriteOptions, ApiError> {
    let given = parameters(query, &["dryRun"])?;
    let dry_run = match given.get("dryRun").map(String::as_str) {
        None | Some("") => false,
        Some("All") => true,
        Some(other) => return Err(ApiError::new(Code::InputMalformed, format!("dryRun: {other:?} is not All"))),
    };
    let precondition = match header_text(headers, &header::IF_MATCH) {
        None => Precondition::Missing,
        Some(text) if text == "*" => Precondition::Any,
        Some(text) => Precondition::Revision(unquoted(&text).to_owned()),
    };
    let preview = header_text(headers, &PREVIEW_DIGEST).map(|digest| state.app.seen(&digest, cx.now));
    Ok(WriteOptions { dry_run, precondition, preview })
}

/// A preview is answered with the time until which it may be acted on, whatever it is of.
fn answer(state: &AppState, cx: &OpContext, written: Written, status: StatusCode) -> Response {
    let (status, headers, body) = parts(state.app.timed(written, cx.now), status);
    (status, headers, axum::Json(body)).into_response()
}

fn parts(written: Written, status: StatusCode) -> (StatusCode, HeaderMap, Value) {
    let mut headers = HeaderMap::new();
    match written {
        Written::Preview(preview) => (StatusCode::OK, headers, serde_json::to_value(*preview).unwrap_or_default()),
        Written::Once { shown, etag, .. } => {
            if let Some(etag) = etag {
                headers.insert(header::ETAG, quoted(&etag));
            }
            (status, headers, shown)
        }
        Written::Done { object, etag, operation, warnings } => {
            if let Some(etag) = etag {
                headers.insert(header::ETAG, quoted(&etag));
            }
            if let Some(id) = operation.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
                headers.insert(OPERATION, id);
            }
            for warning in warnings {
                // As Kubernetes sends them (RFC 7234 section 5.5); what is no header is not lost: previews show it.
                if let Ok(warning) = HeaderValue::from_str(&format!("299 kore {warning:?}")) {
                    headers.append(header::WARNING, warning);
                }
            }
            (status, headers, object)
        }
    }
}

fn quoted(etag: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{etag}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("W/").unwrap_or(text);
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
