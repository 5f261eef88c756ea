//! Two teams with something of everything, and everybody who may call.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
};

use axum::{body::Body, extract::ConnectInfo};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use kore_api::{
    identity::{PlatformRole, TeamRole},
    names::Principal,
    operation::{OperationAction, Target},
};
use kore_domain::access::{Grant, Limit, Reach, Role, Subject, Via};
use kore_engine::operations::{NewOperation, OperationLog};
use kore_testkit::test_app::{Actor, Answer, TestApp};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

pub(super) const TEAMS: [&str; 2] = ["payments", "fraud"];

/// Somebody who calls.
pub(super) struct Caller {
    pub(super) name: &'static str,
    pub(super) actor: Actor,
    /// What they hold, as it was given to them here; nobody when their credential does not work.
    pub(super) subject: Option<Subject>,
    pub(super) id: Uuid,
    address: SocketAddr,
}

impl Caller {
    /// Streams are not read; everything else is.
    pub(super) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(String, String)],
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(self.address));
        if let Some(token) = self.actor.token() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let answer = self.actor.router().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = answer.status();
        if answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
            return (status, Value::Null);
        }
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

/// The platform.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) admin: Actor,
    pub(super) callers: Vec<Caller>,
    /// By team: id of an operation, name of a binding, name of an invitation.
    pub(super) operations: BTreeMap<&'static str, Uuid>,
    pub(super) bindings: BTreeMap<&'static str, String>,
    pub(super) invitations: BTreeMap<&'static str, String>,
    /// The code of an invitation that harms nobody who uses it.
    pub(super) code: String,
    /// Who asks for elevations.
    asker: Actor,
}

pub(super) fn made(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["metadata"]["name"].as_str().unwrap().to_owned()
}

fn binding(subject: &str, role: &str, team: &str) -> Value {
    json!({ "metadata": {}, "spec": { "subject": subject, "role": role, "scope": { "team": team } } })
}

fn ruled(subject: &str, team: &str, approval: bool) -> Value {
    let mut binding = binding(subject, "viewer", team);
    binding["spec"]["elevation"] = json!({ "maxMinutes": 30, "approval": approval });
    binding
}

fn elevation(team: &str) -> Value {
    json!({ "metadata": {}, "spec": { "role": "viewer", "scope": { "team": team }, "minutes": 5, "reason": "test" } })
}

async fn id_of(app: &TestApp, principal: &str) -> Uuid {
    app.app.store.principal_id(&principal.parse().unwrap()).await.unwrap().unwrap()
}

/// A robot, as a row beside people's.
async fn robot(app: &TestApp, name: &str) -> Actor {
    let actor = app.person(&format!("robot-{name}"), None).await.unwrap();
    let url = format!("sqlite://{}", app.directory().join("kore.sqlite").display());
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let id = app.app.indexes.teams.get(None, "payments").unwrap().spec.id.clone();
    let sql = format!(
        "UPDATE users SET robot_team = 'payments', robot_team_id = '{id}', robot_name = '{name}' WHERE name = 'robot-{name}'"
    );
    assert_eq!(raw.execute_unprepared(&sql).await.unwrap().rows_affected(), 1);
    app.app.signin.forget();
    actor
}

async fn objects(app: &TestApp, admin: &Actor) {
    for team in TEAMS {
        app.team(admin, team).await.unwrap();
    }
    app.team(admin, "guests").await.unwrap();
    app.plan(admin, "small").await.unwrap();
    let watcher = json!({ "metadata": { "name": "watcher" }, "spec": { "permissions": ["team.read"] } });
    made(&admin.post("/api/v1/roles", &watcher).await);
    app.person("target", None).await.unwrap();
    app.person("newcomer", None).await.unwrap();
    for team in TEAMS {
        let cluster = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" } } });
        made(&admin.post(&format!("/api/v1/teams/{team}/clusters"), &cluster).await);
        let namespace = json!({ "metadata": { "name": "dev.web" }, "spec": { "cluster": "dev", "name": "web" } });
        made(&admin.post(&format!("/api/v1/teams/{team}/clusternamespaces"), &namespace).await);
        let member = json!({ "metadata": { "name": "target" }, "spec": { "role": "viewer" } });
        made(&admin.post(&format!("/api/v1/teams/{team}/memberships"), &member).await);
    }
}

async fn operation(app: &TestApp, team: &str) -> Uuid {
    let id = Uuid::now_v7();
    let target = Target {
        kind: "Cluster".into(),
        team: Some(team.to_owned()),
        name: "dev".into(),
        uid: format!("uid-{team}"),
        generation: 1,
    };
    let operation = NewOperation {
        id,
        action: OperationAction::Create,
        target,
        requested_by: "user:admin".into(),
        request_id: None,
        parameters: json!({}),
    };
    app.app.store.begin(operation).await.unwrap();
    id
}

impl World {
    pub(super) async fn new() -> Self {
        let app = TestApp::start().await.unwrap();
        // Not the administrator who calls: that one ends their other sessions.
        let admin = app.person("root", Some(PlatformRole::Admin)).await.unwrap();
        objects(&app, &admin).await;
        let asker = app.person("asker", None).await.unwrap();
        let (mut operations, mut bindings, mut invitations) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for team in TEAMS {
            operations.insert(team, operation(&app, team).await);
            made(&admin.post("/api/v1/rolebindings", &ruled("user:asker", team, true)).await);
            let bound = admin.post("/api/v1/rolebindings", &binding("user:target", "watcher", team)).await;
            bindings.insert(team, made(&bound));
            let invited = json!({ "spec": { "role": "viewer" } });
            let invited = admin.post(&format!("/api/v1/teams/{team}/invitations"), &invited).await;
            invitations.insert(team, made(&invited));
        }
        let guests = json!({ "spec": { "role": "viewer", "uses": 100 } });
        let guests = admin.post("/api/v1/teams/guests/invitations", &guests).await;
        let code = guests.body["status"]["link"].as_str().unwrap().to_owned();
        let callers = Self::callers(&app, &admin).await;
        Self { app, admin, callers, operations, bindings, invitations, code, asker }
    }

    async fn callers(app: &TestApp, admin: &Actor) -> Vec<Caller> {
        let mut callers = Vec::new();
        let mut add = |name: &'static str, actor: Actor, id: Uuid, subject: Option<Subject>| {
            let last = u8::try_from(callers.len()).unwrap();
            let address = SocketAddr::from((Ipv4Addr::new(192, 0, 2, last), 40000));
            callers.push(Caller { name, actor, subject, id, address });
        };
        let holds = |id: Uuid, principal: &str| Subject::new(id, principal.parse::<Principal>().unwrap());

        add("anonymous", app.anonymous(), Uuid::nil(), None);
        let nobody = app.person("nobody", None).await.unwrap();
        let id = id_of(app, "user:nobody").await;
        add("nobody", nobody, id, Some(holds(id, "user:nobody")));
        for (name, role) in [
            ("viewer", TeamRole::Viewer),
            ("developer", TeamRole::Developer),
            ("maintainer", TeamRole::Maintainer),
            ("owner", TeamRole::Owner),
        ] {
            let actor = app.member(name, TEAMS[0], role).await.unwrap();
            let principal = format!("user:{name}");
            let id = id_of(app, &principal).await;
            let teams = BTreeMap::from([(TEAMS[0].parse().unwrap(), role)]);
            add(name, actor, id, Some(Subject { teams, ..holds(id, &principal) }));
        }
        for (name, role) in [("auditor", PlatformRole::Auditor), ("admin", PlatformRole::Admin)] {
            let actor = app.person(name, Some(role)).await.unwrap();
            let principal = format!("user:{name}");
            let id = id_of(app, &principal).await;
            add(name, actor, id, Some(Subject { platform_role: Some(role), ..holds(id, &principal) }));
        }

        let bound = robot(app, "bound").await;
        let id = id_of(app, "robot:payments/bound").await;
        let given = admin.post("/api/v1/rolebindings", &binding("robot:payments/bound", "maintainer", TEAMS[0])).await;
        let role = Role::from(TeamRole::Maintainer);
        let grant = Grant {
            via: Via::Binding(made(&given).parse().unwrap()),
            role: role.name.into(),
            permissions: role.permissions,
            reach: Reach::Team(TEAMS[0].parse().unwrap()),
            expires_at: None,
            networks: Vec::new(),
        };
        add("robot", bound, id, Some(Subject { grants: vec![grant], ..holds(id, "robot:payments/bound") }));
        let bare = robot(app, "bare").await;
        let id = id_of(app, "robot:payments/bare").await;
        add("bare robot", bare, id, Some(holds(id, "robot:payments/bare")));

        // An owner of both teams, by a token that is for reading one of them.
        for team in TEAMS {
            app.member("limited", team, TeamRole::Owner).await.unwrap();
        }
        let id = id_of(app, "user:limited").await;
        let permissions = ["team.read", "cluster.read", "cluster.create"].map(str::to_owned).into();
        let limit = Limit { permissions, teams: Some([TEAMS[0].parse().unwrap()].into()) };
        let (_, actor) = app.session(id, Some(limit.clone())).await.unwrap();
        let teams = TEAMS.map(|team| (team.parse().unwrap(), TeamRole::Owner)).into();
        add("limited", actor, id, Some(Subject { teams, limit: Some(limit), ..holds(id, "user:limited") }));

        // Credentials of owners of both teams that do not work any more.
        for name in ["disabled", "ended"] {
            for team in TEAMS {
                app.member(name, team, TeamRole::Owner).await.unwrap();
            }
            let id = id_of(app, &format!("user:{name}")).await;
            let (session, actor) = app.session(id, None).await.unwrap();
            assert_eq!(actor.get("/api/v1/teams/payments").await.status, 200, "it works at first");
            if name == "disabled" {
                let path = format!("/api/v1/users/{name}");
                assert_eq!(admin.patch(&path, "*", &json!({ "spec": { "disabled": true } })).await.status, 200);
            } else {
                app.app.store.revoke_session(session, app.app.clock.now()).await.unwrap();
                app.app.signin.forget();
            }
            add(name, actor, id, None);
        }

        for caller in &callers {
            if let Some(subject) = &caller.subject {
                let rule = ruled(&subject.actor(), TEAMS[0], false);
                made(&admin.post("/api/v1/rolebindings", &rule).await);
            }
        }
        callers
    }

    /// An elevation in the team that somebody asks for, undecided.
    pub(super) async fn elevation(&self, team: &str) -> String {
        let open = |state: &str| format!("/api/v1/elevations?filter=state={state},team={team}");
        if let Some(open) = self.admin.get(&open("requested")).await.names().first() {
            return (*open).to_owned();
        }
        for active in self.admin.get(&open("active")).await.names() {
            let ended = self.admin.post(&format!("/api/v1/elevations/{active}/end"), &Value::Null).await;
            assert_eq!(ended.status, 200, "{}", ended.text);
        }
        made(&self.asker.post("/api/v1/elevations", &elevation(team)).await)
    }

    /// A session of somebody.
    pub(super) async fn session(&self, user: Uuid) -> Uuid {
        self.app.session(user, None).await.unwrap().0
    }

    pub(super) fn elevation_body(team: &str) -> Value {
        elevation(team)
    }

    pub(super) fn pool_body(name: &str) -> Value {
        let pods = json!({ "cidrs": ["10.0.0.0/16"], "prefix": 24 });
        json!({ "metadata": { "name": name }, "spec": { "provider": "local", "pod": pods } })
    }

    /// Name of an organisation that is connected.
    pub(super) async fn cloud(&self) -> &'static str {
        let answer =
            self.admin.post("/api/v1/cloudorganizations", &Self::organization_body("sample", "123456789012")).await;
        assert!([201, 409, 422].contains(&answer.status.as_u16()), "{}", answer.text);
        "sample"
    }

    pub(super) fn organization_body(name: &str, account: &str) -> Value {
        json!({ "metadata": { "name": name }, "spec": { "provider": "aws", "aws": {
            "managementAccount": account, "homeRegion": "eu-central-1", "regions": ["eu-central-1"],
            "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
        } } })
    }

    pub(super) fn binding_body(team: &str) -> Value {
        binding("user:newcomer", "viewer", team)
    }
}
