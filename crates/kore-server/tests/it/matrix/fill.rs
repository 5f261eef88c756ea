//! How a route becomes a request about a team's things.

use http::Method;
use kore_app::kinds::{KINDS, Kind, Scope};
use kore_domain::access::{Permission, Resource};
use kore_server::routes::Route;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Outcome, decided, sample,
    world::{Caller, TEAMS, World, made},
};

/// A request, and what is decided about it.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    pub(super) on: On,
    /// What whoever sees an item of the list must be able to do.
    pub(super) reads: Option<Permission>,
}

/// What is decided.
pub(super) enum On {
    /// Whether the declared permission is theirs on this.
    Resource(Resource),
    /// Nothing: the list is cut down to what they may see.
    CutDown,
    /// First whether they may know that it is there, which takes this permission; 404 if not.
    Found(Permission, Resource),
    /// A rule besides the roles decides.
    Ruled(Outcome),
}

impl On {
    /// Whether the path has an id in it that was made up.
    pub(super) fn names_nothing(&self, path: &str) -> bool {
        matches!(self, Self::Resource(_)) && path.contains(&NOTHING.to_string())
    }
}

/// An id of nothing.
const NOTHING: Uuid = Uuid::from_u128(0x0193_b8a2_7d1e_7c3a_9a0b_2f6f_6f6f_6f6f);

/// The kind that a route is of, and its verb: `listAll`, `get`, `create`, …
fn kind_of(route: &Route) -> Option<(&'static Kind, &'static str)> {
    const VERBS: [&str; 8] = ["listAll", "listTeam", "list", "get", "create", "replace", "patch", "delete"];
    KINDS.iter().copied().find_map(|kind| {
        let verb = VERBS.into_iter().find(|verb| {
            let plural = if verb.starts_with("list") { "s" } else { "" };
            route.id == format!("{verb}{}{plural}", kind.name)
        })?;
        Some((kind, verb))
    })
}

/// The kind whose object a route is about, by its path.
fn owner_of(path: &str) -> Option<&'static Kind> {
    path.split('/').rev().find_map(|part| KINDS.iter().copied().find(|kind| part == kind.plural))
}

/// Whether every place in its path can be filled in.
pub(super) fn known(route: &Route) -> bool {
    let places = route.path.split('/').filter(|part| part.starts_with('{'));
    places.into_iter().all(|place| match place {
        "{team}" | "{id}" | "{cloud}" => true,
        "{name}" => owner_of(&route.path).is_some(),
        _ => false,
    })
}

/// What is called so in the team.
async fn name_of(world: &World, document: &Value, kind: &Kind, caller: &Caller, team: &str) -> String {
    let own = team == TEAMS[0];
    match kind.name {
        "Team" | "Quota" => team.to_owned(),
        "Plan" => "small".to_owned(),
        "PlanVersion" => "small-v1".to_owned(),
        "Cluster" => "dev".to_owned(),
        "ClusterNamespace" => "dev.web".to_owned(),
        "User" | "Membership" => "target".to_owned(),
        "Role" => "watcher".to_owned(),
        "RoleBinding" => world.bindings[team].clone(),
        "Invitation" => world.invitations[team].clone(),
        "Operation" => world.operations[team].to_string(),
        "Elevation" => world.elevation(team).await,
        "Session" => {
            let target = world.app.app.store.principal_id(&"user:target".parse().unwrap()).await.unwrap().unwrap();
            let whose = if own && caller.subject.is_some() { caller.id } else { target };
            world.session(whose).await.to_string()
        }
        _ => made_up(world, document, kind, team).await,
    }
}

/// The object of a kind that nobody told this file about, made as its own schema says.
async fn made_up(world: &World, document: &Value, kind: &Kind, team: &str) -> String {
    let collection = collection(kind, team);
    if let Some(there) = world.admin.get(&collection).await.names().first() {
        return (*there).to_owned();
    }
    let body = match kind.name {
        "AddressPool" => World::pool_body("sample"),
        "AddressReservation" => json!({ "metadata": {}, "spec": { "cidr": "10.8.0.0/16" } }),
        "CloudOrganization" => World::organization_body("sample", "123456789012"),
        "CloudAccount" => {
            let spec = json!({ "organization": world.cloud().await, "team": team });
            json!({ "metadata": { "name": "sample" }, "spec": spec })
        }
        "AccountRule" => json!({ "metadata": { "name": "sample" }, "spec": { "organization": world.cloud().await } }),
        _ => sample::of(document, &json!({ "$ref": format!("#/components/schemas/{}", kind.name) }), ""),
    };
    let answer = world.admin.post(&collection, &body).await;
    assert_eq!(
        answer.status, 201,
        "tests/it/matrix does not know how to make a {kind:?}: tell sample.rs, or name_of in fill.rs: {body} {}",
        answer.text
    );
    made(&answer)
}

fn collection(kind: &Kind, team: &str) -> String {
    match kind.scope {
        Scope::Team => format!("/api/v1/teams/{team}/{}", kind.plural),
        Scope::Platform => format!("/api/v1/{}", kind.plural),
    }
}

/// What the path is about.
fn resource_of(route: &Route, team: &str) -> Resource {
    if route.path.contains("/clusters/{name}")
        || route.id == "createClusterNamespace"
        || route.path.contains("/clusternamespaces/{name}")
    {
        return Resource::Cluster(format!("{team}/dev").parse().unwrap());
    }
    if route.path.contains("{team}") { Resource::Team(team.parse().unwrap()) } else { Resource::Platform }
}

async fn body_of(world: &World, document: &Value, route: &Route, item: &str, team: &str) -> Option<Value> {
    let media = &route.request.as_ref()?.media_type;
    let kind = kind_of(route);
    Some(match (kind.map(|(kind, _)| kind.name), kind.map(|(_, verb)| verb)) {
        (_, Some("patch")) => json!({}),
        (_, Some("replace")) => {
            let there = world.admin.get(item).await;
            json!({ "metadata": { "name": there.body["metadata"]["name"] }, "spec": there.body["spec"] })
        }
        (Some("Cluster"), _) => json!({ "metadata": { "name": "more" }, "spec": { "plan": { "name": "small" } } }),
        (Some("ClusterNamespace"), _) => {
            json!({ "metadata": { "name": "dev.more" }, "spec": { "cluster": "dev", "name": "more" } })
        }
        (Some("Plan"), _) => json!({ "metadata": { "name": "large" }, "spec": { "provider": "local" } }),
        (Some("PlanVersion"), _) => json!({
            "metadata": { "name": "small-v2" },
            "spec": { "plan": "small", "version": 2, "provider": "local", "parameters": {} },
        }),
        (Some("Membership"), _) => json!({ "metadata": { "name": "newcomer" }, "spec": { "role": "viewer" } }),
        (Some("Role"), _) => json!({ "metadata": { "name": "more" }, "spec": { "permissions": ["team.read"] } }),
        (Some("RoleBinding"), _) => World::binding_body(team),
        (Some("Elevation"), _) => World::elevation_body(team),
        (Some("Invitation"), _) => json!({ "spec": { "role": "viewer" } }),
        (Some("AddressPool"), _) => World::pool_body("more"),
        (Some("AccountRule"), _) => {
            json!({ "metadata": { "name": "more" }, "spec": { "organization": world.cloud().await } })
        }
        (Some("CloudAccount"), _) => {
            let spec = json!({ "organization": world.cloud().await, "team": team });
            json!({ "metadata": { "name": "more" }, "spec": spec })
        }
        (Some("CloudOrganization"), _) => World::organization_body("more", "210987654321"),
        (Some("AddressReservation"), _) => json!({ "metadata": {}, "spec": { "cidr": "10.7.0.0/16" } }),
        _ if route.id == "reviewOwnAccess" => json!({ "questions": [{ "permission": "team.read", "team": team }] }),
        _ if route.id == "acceptInvitation" => json!({ "code": world.code }),
        _ => {
            let method = route.method.as_str().to_lowercase();
            let content = &document["paths"][&route.path][&method]["requestBody"]["content"];
            sample::of(document, &content[*media]["schema"], "")
        }
    })
}

/// What is decided about a request. The first arms are the rules that are not the roles'.
fn decision(route: &Route, caller: &Caller, team: &str) -> On {
    let own = team == TEAMS[0];
    let there = Resource::Team(team.parse().unwrap());
    let subject = caller.subject.as_ref();
    let may = |permission, resource: &Resource| {
        subject.map_or(Outcome::Stranger, |subject| decided(subject, permission, resource))
    };
    match route.id.as_str() {
        // A rule of one's own, or of administrators, and not a role: each caller has one in their own team.
        "createElevation" => match may(Permission::ElevationRequest, &Resource::Platform) {
            Outcome::Allowed if !own && !subject.is_some_and(|subject| subject.is_platform_admin()) => {
                On::Ruled(Outcome::Forbidden)
            }
            outcome => On::Ruled(outcome),
        },
        "getElevation" | "approveElevation" | "refuseElevation" | "endElevation" => {
            On::Found(Permission::ElevationDecide, there)
        }
        "getRoleBinding" | "deleteRoleBinding" => On::Found(Permission::RoleBindingRead, there),
        "createRoleBinding" | "whoMay" | "getQuota" => On::Resource(there),
        "getOperation" => On::Found(Permission::OperationRead, there),
        // In which namespace or cluster, the operation says.
        "retryOperation" => {
            On::Found(Permission::OperationRead, Resource::Cluster(format!("{team}/dev").parse().unwrap()))
        }
        // Others' sessions take the permissions over users, and are no secret to whoever has those only.
        "deleteSession" => match may(Permission::SessionOwn, &Resource::Platform) {
            Outcome::Allowed if !own => match may(Permission::UserWrite, &Resource::Platform) {
                Outcome::Forbidden => On::Ruled(Outcome::Hidden),
                outcome => On::Ruled(outcome),
            },
            outcome => On::Ruled(outcome),
        },
        "deleteSessions" if !own => On::Ruled(may(Permission::UserWrite, &Resource::Platform)),
        // A token with a limit makes its owner no more than they are.
        "acceptInvitation" if subject.is_some_and(|subject| subject.limit.is_some()) => On::Ruled(Outcome::Forbidden),
        // An account of a program makes no tokens for itself, and is in no team.
        "createToken" | "listTokens" | "revokeToken" | "acceptInvitation"
            if subject.is_some_and(|subject| !subject.actor().starts_with("user:")) =>
        {
            On::Ruled(Outcome::Forbidden)
        }
        "listRoleBindings" | "listElevations" | "listQuotas" => On::CutDown,
        // Whoever reads the trail of some team gets those teams' records; the platform's takes more.
        "listAuditRecords" => {
            let somewhere = TEAMS.map(|team| may(Permission::AuditReadTeam, &Resource::Team(team.parse().unwrap())));
            if somewhere.contains(&Outcome::Allowed) { On::CutDown } else { On::Resource(Resource::Platform) }
        }
        _ => match kind_of(route) {
            Some((kind, "listAll")) if kind.scope == Scope::Team => On::CutDown,
            Some((kind, "list")) if kind.name == "Operation" => On::CutDown,
            _ => On::Resource(resource_of(route, team)),
        },
    }
}

/// The request.
pub(super) async fn fill(world: &World, document: &Value, route: &Route, caller: &Caller, team: &str) -> Asked {
    let mut path = route.path.replace("{team}", team).replace("{id}", &NOTHING.to_string()).replace("{cloud}", "aws");
    if path.contains("{name}") {
        let kind = owner_of(&route.path).unwrap();
        path = path.replace("{name}", &name_of(world, document, kind, caller, team).await);
    }
    let body = body_of(world, document, route, &path, team).await;
    let query = match route.id.as_str() {
        "reviewAccess" | "whoMay" => format!("?permission=team.read&team={team}"),
        "search" => format!("?q={team}"),
        "testAccountRules" => format!("?team={team}"),
        "deleteSessions" if team != TEAMS[0] => "?user=target".to_owned(),
        // There is no preview of the end of a session.
        "deleteSession" => String::new(),
        _ if route.parameters.iter().any(|parameter| parameter.name == "dryRun") => "?dryRun=All".to_owned(),
        _ => String::new(),
    };
    let mut headers = Vec::new();
    if let Some(content) = &route.request {
        headers.push(("content-type".to_owned(), content.media_type.to_owned()));
    }
    if route.parameters.iter().any(|parameter| parameter.name == "If-Match") {
        headers.push(("if-match".to_owned(), "*".to_owned()));
    }
    let reads = kind_of(route).filter(|(_, verb)| verb.starts_with("list")).map(|(kind, _)| match kind.name {
        "Elevation" => Permission::ElevationDecide,
        _ => kind.verbs.get.unwrap_or(kind.verbs.list),
    });
    let reads = reads.filter(|_| route.method == Method::GET);
    Asked { path: format!("{path}{query}"), headers, body, on: decision(route, caller, team), reads }
}
