//! Every route below `/api` × everybody who may call it: what comes back is what the route declares and
//! what `decide` says. Routes come from the table, objects from the registry of kinds: what is new
//! there is tried here without anybody saying so, and fails where this file cannot fill it in.

mod fill;
mod sample;
mod world;

use std::{collections::BTreeMap, fmt::Write};

use http::StatusCode;
use kore_domain::access::{Circumstances, Decision, OpContext, Permission, Resource, Source, Subject, decide};
use kore_server::{
    openapi,
    routes::{self, Access, Route},
};
use serde_json::Value;

use self::{
    fill::{Asked, On},
    world::{Caller, World},
};

/// What came back, or should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Whatever was wrong besides, they may.
    Allowed,
    /// 401.
    Stranger,
    /// 403.
    Forbidden,
    /// 404, as if there were none.
    Hidden,
}

impl Outcome {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Stranger,
            403 => Self::Forbidden,
            404 => Self::Hidden,
            _ => Self::Allowed,
        }
    }
}

fn decided(subject: &Subject, permission: Permission, resource: &Resource) -> Outcome {
    let at = Circumstances { now: jiff::Timestamp::now(), address: None };
    match decide(subject, permission, resource, &at) {
        Decision::Allow => Outcome::Allowed,
        Decision::Deny { hidden: true, .. } => Outcome::Hidden,
        Decision::Deny { hidden: false, .. } => Outcome::Forbidden,
    }
}

/// What should come back: from the route's declaration, what the request is about, and the roles.
fn expected(caller: &Caller, access: Access, on: &On) -> Outcome {
    let Some(subject) = &caller.subject else {
        let nothing_shown = access == Access::Public && caller.actor.token().is_none();
        return if nothing_shown { Outcome::Allowed } else { Outcome::Stranger };
    };
    let permission = match (access, on) {
        (_, On::Ruled(outcome)) => return *outcome,
        (Access::Needs(permission), _) => permission,
        _ => return Outcome::Allowed,
    };
    match on {
        On::Resource(resource) => decided(subject, permission, resource),
        On::CutDown => Outcome::Allowed,
        On::Found(reads, resource) => match decided(subject, *reads, resource) {
            Outcome::Allowed => decided(subject, permission, resource),
            _ => Outcome::Hidden,
        },
        On::Ruled(outcome) => *outcome,
    }
}

/// Lists show nobody what they may not read.
fn check_shown(subject: &Subject, reads: Permission, list: &Value) -> usize {
    let items = list["items"].as_array().into_iter().flatten();
    let mut seen = 0;
    for item in items {
        let team = if list["kind"] == "TeamList" || list["kind"] == "QuotaList" {
            item.pointer("/metadata/name").filter(|name| **name != "default")
        } else {
            ["/metadata/team", "/spec/scope/team", "/target/team", "/team"].iter().find_map(|place| item.pointer(place))
        };
        let Some(team) = team.and_then(Value::as_str) else { continue };
        seen += 1;
        let owners = ["/spec/subject", "/status/subject"].iter().filter_map(|place| item.pointer(place));
        if owners.into_iter().any(|owner| *owner == *subject.actor()) {
            continue;
        }
        let outcome = decided(subject, reads, &Resource::Team(team.parse().unwrap()));
        assert_eq!(outcome, Outcome::Allowed, "{} sees in a list what is not theirs: {item}", subject.actor());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_roles_say() {
    let world = World::new().await;
    let table: Vec<Route> = routes::table().into_iter().filter(|route| route.path.starts_with("/api")).collect();
    let document = openapi::document(&table);
    let unknown: Vec<_> = table.iter().filter(|route| !fill::known(route)).map(|route| format!("{route:?}")).collect();
    assert!(unknown.is_empty(), "tests/it/matrix/fill.rs does not know how to fill in {unknown:#?}");

    let mut text = format!("{:<63}", "own team/other team");
    for caller in &world.callers {
        write!(text, " {:<9}", caller.name).unwrap();
    }
    let (mut wrong, mut shown) = (Vec::new(), 0);
    for route in &table {
        write!(text, "\n{:<63}", format!("{} {}", route.method, route.path.trim_start_matches("/api/v1"))).unwrap();
        for caller in &world.callers {
            let mut cells = Vec::new();
            for team in ["payments", "fraud"] {
                let Asked { path, headers, body, on, reads } = fill::fill(&world, &document, route, caller, team).await;
                let (status, answer) = caller.send(&route.method, &path, &headers, body.as_ref()).await;
                let (came, should) = (Outcome::of(status), expected(caller, route.access, &on));
                // Where nothing could be made that the path names, whoever may is told that there is none.
                let nothing = on.names_nothing(&path) && should == Outcome::Allowed && came == Outcome::Hidden;
                if (came != should && !nothing) || status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                    wrong.push(format!(
                        "{} {} {path}: {status}, should be {should:?}: {answer}",
                        caller.name, route.method
                    ));
                }
                if let (Some(subject), Some(reads)) = (&caller.subject, reads) {
                    shown += check_shown(subject, reads, &answer);
                }
                cells.push(if status.is_success() { "yes".to_owned() } else { status.as_u16().to_string() });
            }
            cells.dedup();
            write!(text, " {:<9}", cells.join("/")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(shown > 100, "lists were looked at: {shown}");
    let text: Vec<_> = text.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("route_caller", text.join("\n"));
}

/// Nothing is found in a list by somebody to whom it is hidden, whichever way the list is asked for.
#[test]
fn a_list_across_teams_shows_what_each_team_would() {
    let ana = Subject::new(uuid::Uuid::nil(), "user:ana".parse().unwrap());
    let cx = OpContext {
        subject: ana,
        request_id: String::new(),
        source: Source::Api,
        address: None,
        now: jiff::Timestamp::UNIX_EPOCH,
        session: None,
    };
    for kind in kore_app::kinds::KINDS {
        let reads = kind.verbs.get.unwrap_or(kind.verbs.list);
        let seen = cx.visible(reads).get(reads).unwrap().clone();
        let all = cx.may(reads, &Resource::Platform);
        assert_eq!(seen.is_empty(), !all, "{kind:?}");
    }
}

#[test]
fn the_document_that_is_checked_in_says_who_may_call_each_route() {
    let text = include_str!("../../../../docs/openapi.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let access = |operation: &Value| operation["x-kore-access"].as_str().unwrap_or_default().to_owned();
    let described: BTreeMap<String, String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), access(operation)))
        })
        .collect();
    let declared: BTreeMap<String, String> = routes::table()
        .iter()
        .map(|route| {
            let access = match route.access {
                Access::Public => "public",
                Access::SignedIn => "signedIn",
                Access::Needs(permission) => permission.name(),
            };
            (format!("{} {}", route.method, route.path), access.to_owned())
        })
        .collect();
    assert_eq!(described, declared);
    for (route, access) in described {
        let known = ["public", "signedIn"].contains(&access.as_str()) || Permission::find(&access).is_some();
        assert!(known, "{route} says {access:?}");
    }
}
