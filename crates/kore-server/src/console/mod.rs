//! The web console: one page and what it loads, from within the program.
//!
//! Files with a hash in their name are anybody's and never change. The page is for who is signed in: it is new each
//! time, because it carries the nonce that styles made by its scripts must show. It answers at every place of the
//! console, which finds out by itself what to show there.

mod files;

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kore_app::signin::token::system_entropy;

pub use self::files::Console;
use crate::{
    routes::{Access, Route},
    signin::{Around, no_console, sign_in_first},
    state::AppState,
};

/// First segments of the console's own paths. What begins with another one does not exist (404); the console
/// says so itself.
const PLACES: [(&str, &str); 4] = [
    ("admin", "consoleAdmin"),
    ("teams", "consoleTeams"),
    ("operations", "consoleOperations"),
    ("account", "consoleAccount"),
];
/// First segments that are never the console's, whatever a browser accepts.
const OTHERS: [&str; 8] = ["api", "auth", "k8s", "assets", "livez", "readyz", "metrics", "favicon.ico"];
/// Files beside the page that browsers ask for by a fixed name.
const FIXED: [(&str, &str); 2] = [("favicon.svg", "consoleIcon"), ("manifest.webmanifest", "consoleManifest")];
/// Below it is what never changes.
const ASSETS: &str = "/assets/";

/// Every route of the console.
#[must_use]
pub fn routes() -> Vec<Route> {
    let public = Access::Public;
    let mut routes = vec![
        Route::get("/", "console", public, "The console; to the sign-in page first", page).html(),
        Route::get("/assets/{*path}", "consoleAsset", public, "What the console loads", asset).answers_schema(
            200,
            "application/octet-stream",
            None,
        ),
    ];
    for (name, id) in FIXED {
        let handler =
            move |State(state): State<AppState>, headers: HeaderMap| async move { fixed(&state, name, &headers) };
        let route = Route::get(format!("/{name}"), id, public, "What browsers ask for beside the console", handler);
        routes.push(route.answers_schema(200, "application/octet-stream", None));
    }
    for (place, id) in PLACES {
        let summary = "The console, which shows what is there";
        routes.push(Route::get(format!("/{place}"), id, public, summary, page).html());
        routes.push(Route::get(format!("/{place}/{{*rest}}"), format!("{id}Below"), public, summary, page).html());
    }
    routes
}

/// Whether a path is one of a file that is anybody's: asked for in dozens, from memory, by browsers that know nobody
/// yet. Neither limits nor sessions are looked at for it.
pub(crate) fn is_asset(path: &str) -> bool {
    path.starts_with(ASSETS)
}

/// Whether a path may be one of the console's: what a person may be led to after they have signed in.
pub(crate) fn is_place(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|path| !OTHERS.contains(&path.split('/').next().unwrap_or_default()))
}

/// The page, at a place of the console.
async fn page(State(state): State<AppState>, around: Around, request: Request) -> Response {
    show(&state, &around, &request, StatusCode::OK)
}

/// Where no route is: the console's own page for a browser that could be looking for one of its places.
pub(crate) fn unknown(state: &AppState, around: &Around, request: &Request) -> Option<Response> {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    (asks && is_place(request.uri().path())).then(|| {
        let mut response = show(state, around, request, StatusCode::NOT_FOUND);
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
        response
    })
}

fn show(state: &AppState, around: &Around, request: &Request, status: StatusCode) -> Response {
    if around.credential.is_none() {
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        return sign_in_first(here);
    }
    let mut random = [0; 16];
    system_entropy(&mut random);
    let nonce = URL_SAFE_NO_PAD.encode(random);
    let (Some(page), Ok(policy)) = (state.console.page(&nonce), HeaderValue::from_str(&policy(&nonce))) else {
        return no_console(state, around, status);
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, page).into_response()
}

/// Scripts and styles of ours from files, and styles that a script of ours makes and marks with the nonce; no
/// evaluated text, nothing of another host, in nobody's frame.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// What a worker may do is in the policy of its own file.
const SCRIPT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// `GET /assets/…`
async fn asset(State(state): State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&state, &format!("assets/{path}"), &headers, "public, max-age=31536000, immutable")
}

/// A file whose name stays while it changes.
fn fixed(state: &AppState, name: &str, headers: &HeaderMap) -> Response {
    file(state, name, headers, "no-cache")
}

fn file(state: &AppState, name: &str, headers: &HeaderMap, keeping: &'static str) -> Response {
    let Some(form) = state.console.file(name, headers) else { return StatusCode::NOT_FOUND.into_response() };
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tag = form.tag.to_str().unwrap_or_default();
    let unchanged = known.flat_map(|known| known.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    });
    let script = form.media_type.to_str().is_ok_and(|kind| kind.contains("javascript"));
    let mut response = match unchanged {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, form.media_type)], form.bytes).into_response(),
    };
    let given = response.headers_mut();
    given.insert(header::ETAG, form.tag);
    given.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
    given.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if script {
        given.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SCRIPT));
    }
    if let Some(encoding) = form.encoding.filter(|_| !unchanged) {
        given.insert(header::CONTENT_ENCODING, encoding);
    }
    response
}
