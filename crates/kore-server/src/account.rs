//! Puts refused requests on record that no use case put there: what the edge itself refuses, and
//! writes that were refused before anything was tried. [`kore_app::audit`] says what is recorded.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    codes::Code,
    names::TeamName,
    problem::Problem,
};
use kore_app::signin::SignIn;
use kore_domain::access::{OpContext, Source};

use crate::{problem::OnRecord, signin::address, state::AppState};

/// What a request is about, as records have it; [`crate::routes`] puts it into refusals.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// As `cluster.create`.
    pub(crate) action: Arc<str>,
    /// As `cluster`.
    pub(crate) noun: Arc<str>,
}

/// The name of an object that is not in the path, as in creations.
#[derive(Debug, Clone)]
pub(crate) struct Named(pub(crate) String);

/// The layer: records refusals on their way out.
pub(crate) async fn account(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let context = request.extensions().get::<Arc<OpContext>>().cloned();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let (route, address) = (request.extensions().get::<MatchedPath>().cloned(), address(request.extensions()));
    let mut response = next.run(request).await;
    let subject = response.extensions_mut().remove::<Subject>();
    let recorded = response.extensions().get::<OnRecord>().is_some();
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| !recorded) else { return response };
    let (status, code) = (problem.status, problem.code.clone());
    let (audit, asked) = (&state.app.audit, asked(&method, route.as_ref()));
    let Some(context) = context else {
        if matches!(status, 401 | 403 | 429) {
            audit.turned_away(stranger(&state.app.signin, Source::Api, address, &code, asked)).await;
        }
        return response;
    };
    if status == 429 {
        let mut record = context.audit("request", None, "api".to_owned(), AuditResult::Denied);
        (record.status, record.code, record.detail) = (Some(status), Some(code), Some(asked));
        audit.turned_away(record).await;
        return response;
    }
    let dry_run = uri.query().unwrap_or_default().split('&').any(|pair| pair.starts_with("dryRun="));
    let Some(subject) = subject.filter(|_| !method.is_safe() && !dry_run) else { return response };
    let named = response.extensions_mut().remove::<Named>();
    let (team, object) = object(&subject, uri.path(), named.as_ref());
    let result = if status == 403 { AuditResult::Denied } else { AuditResult::Refused };
    let mut record = context.audit(&subject.action, team.as_ref(), object, result);
    (record.status, record.code) = (Some(status), Some(code));
    audit.refused(record).await;
    response
}

/// Method and route, without anybody's names.
pub(crate) fn asked(method: &Method, route: Option<&MatchedPath>) -> String {
    format!("{method} {}", route.map_or("?", MatchedPath::as_str))
}

/// The record of a caller whom nobody knows.
pub(crate) fn stranger(
    signin: &SignIn,
    source: Source,
    address: Option<IpAddr>,
    code: &str,
    detail: String,
) -> AuditRecord {
    AuditRecord {
        id: String::new(),
        at: signin.now(),
        actor: "anonymous".to_owned(),
        action: "authenticate".to_owned(),
        team: None,
        object: source.to_string(),
        result: AuditResult::Denied,
        status: Code::find(code).map(|code| code.entry().status),
        code: Some(code.to_owned()),
        source: source.to_string(),
        address: address.map(|address| address.to_string()),
        request_id: None,
        detail: Some(detail),
        changes: Vec::new(),
    }
}

/// Team and object of a path below `/api/v1`: the names in it, where they are names.
fn object(subject: &Subject, path: &str, named: Option<&Named>) -> (Option<TeamName>, String) {
    let mut parts = path.trim_start_matches("/api/v1/").split('/');
    let (first, second, third, fourth) = (parts.next(), parts.next(), parts.next(), parts.next());
    let of_team = first == Some("teams") && third.is_some();
    let team = second.filter(|_| of_team).and_then(|team| team.parse::<TeamName>().ok());
    let given = if of_team { fourth } else { second };
    let name = named.map(|named| named.0.as_str()).or(given).filter(|name| proper(name)).unwrap_or("?");
    let object = match &team {
        Some(team) => format!("{}/{team}/{name}", subject.noun),
        None => format!("{}/{name}", subject.noun),
    };
    // A team's own trail shows what is done to the team.
    let team = team.or_else(|| (&*subject.noun == "team").then(|| name.parse().ok()).flatten());
    (team, object)
}

/// What is no name is not repeated in records.
fn proper(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_as_the_use_cases_name_them() {
        let of = |noun: &str, path: &str, named: Option<&str>| {
            let subject = Subject { action: "x".into(), noun: noun.into() };
            let (team, object) = object(&subject, path, named.map(|name| Named(name.to_owned())).as_ref());
            (team.map(|team| team.to_string()).unwrap_or_default(), object)
        };
        let pair = |team: &str, object: &str| (team.to_owned(), object.to_owned());
        let (team, item) = ("/api/v1/teams/payments", "/api/v1/teams/payments/clusters/dev");
        assert_eq!(of("cluster", item, None), pair("payments", "cluster/payments/dev"));
        assert_eq!(
            of("cluster", "/api/v1/teams/payments/clusters", Some("dev")),
            pair("payments", "cluster/payments/dev")
        );
        assert_eq!(of("cluster", "/api/v1/teams/payments/clusters", Some("a b")).1, "cluster/payments/?");
        assert_eq!(of("team", team, None), pair("payments", "team/payments"));
        assert_eq!(of("team", "/api/v1/teams", Some("fraud")), pair("fraud", "team/fraud"));
        assert_eq!(of("user", "/api/v1/users/ana", None), pair("", "user/ana"));
        assert_eq!(of("user", "/api/v1/users", None), pair("", "user/?"));
    }
}
