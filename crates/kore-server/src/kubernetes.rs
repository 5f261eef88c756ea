//! `/k8s/TEAM/CLUSTER/…` on the console's own origin: that cluster's API server for whoever is signed in with a
//! browser, through the gateway that kubectl goes through. By the browser's session alone: programs have tokens, and
//! the gateway's own address for them.

use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::Method;
use kore_api::codes::Code;
use kore_app::signin::Credential;
use kore_domain::access::Permission;

use crate::{
    problem::ApiError,
    routes::{Access, Route},
    signin::address,
    state::AppState,
};

/// Below it are clusters.
const BELOW: &str = "/k8s/";

/// Whether a path is a cluster's.
pub(crate) fn is_below(path: &str) -> bool {
    path.starts_with(BELOW)
}

/// Every route of this file.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    let methods = [
        (Method::GET, "getKubernetes"),
        (Method::POST, "postKubernetes"),
        (Method::PUT, "putKubernetes"),
        (Method::PATCH, "patchKubernetes"),
        (Method::DELETE, "deleteKubernetes"),
    ];
    let route = |(method, id)| {
        let (path, summary) = ("/k8s/{team}/{cluster}/{*path}", "A cluster's own API, for the console's pages only");
        // The least that is needed; the gateway decides by what is asked for.
        let access = Access::Needs(Permission::ClusterAccessView);
        let route = Route::new(method, path, id, access, summary, pass);
        route.recorded_by_itself().answers_schema(200, "application/json", None)
    };
    methods.into_iter().map(route).collect()
}

async fn pass(
    State(state): State<AppState>,
    Extension(credential): Extension<Credential>,
    request: Request,
) -> Response {
    let Some(gateway) = state.gateway.clone() else {
        return ApiError::new(Code::Unavailable, "this server has no way to clusters").into_response();
    };
    let address = address(request.extensions());
    gateway.for_console(request, credential, address, state.stopping.clone()).await
}
