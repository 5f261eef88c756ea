//! The whole application in process: real routes, real sign-in, a real API server and a database of
//! its own. Requests go through the router; nothing listens.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use anyhow::Context;
use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use kore_api::{
    cloud::Cloud,
    config::{AWS_SUBJECT, AuditSettings},
    identity::{PlatformRole, TeamRole, UserSpec},
    names::TeamName,
};
use kore_app::{
    App, Gateway,
    audit::Keeping,
    limits::Limits,
    signin::{
        SignIn,
        token::{Kind, Secret, system_entropy},
    },
};
use kore_domain::access::{Limit, Permission, Platform, Source, SystemContext};
use kore_engine::{
    clock::{SharedClock, SystemClock},
    cloud::{CloudProvider, Clouds},
    kill::NoKillPoints,
    provider::Providers,
    run::{Engine, Pace},
};
use kore_kube::{clusters::Clusters, identity::ServiceAccountIdentity, indexes::Indexes, mint::Mints};
use kore_provider_aws::{
    AwsProvider,
    cloud::{Cloud as Aws, Identity},
};
use kore_server::AppState;
use kore_store::{NewSession, NewToken, NewUser, Store, StoreOptions, TokenHash, TokenKind};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tower::ServiceExt;
use uuid::Uuid;

use crate::control_plane::ControlPlane;

/// The application and everything beneath it; gone when dropped.
pub struct TestApp {
    /// The use cases.
    pub app: Arc<App>,
    /// What handlers hold.
    pub state: AppState,
    /// The API server.
    pub plane: ControlPlane,
    router: Router,
    directory: TempDir,
    _tasks: JoinSet<()>,
}

/// AWS as an installation has it that is reached from everywhere. Nothing here asks it anything.
fn clouds(kube: &kube::Client, clock: &SharedClock) -> Clouds {
    let identity = ServiceAccountIdentity::new(kube.clone(), AWS_SUBJECT);
    let identity = Identity::Tokens {
        from: Arc::new(identity),
        issuer: "https://kore.example.org".to_owned(),
        subject: AWS_SUBJECT.to_owned(),
    };
    let aws = AwsProvider::new("test".to_owned(), Aws::new(identity, None, Arc::clone(clock)));
    HashMap::from([(Cloud::Aws, Arc::new(aws) as Arc<dyn CloudProvider>)])
}

/// The application on a port; closed when dropped.
#[derive(Debug)]
pub struct Listening {
    /// As `http://127.0.0.1:40123`.
    pub address: String,
    _tasks: JoinSet<std::io::Result<()>>,
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Actor {
    router: Router,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; `Null` when it is empty or no JSON.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl TestApp {
    /// Starts everything.
    ///
    /// # Errors
    /// When the Kubernetes program is missing or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Providers::new()).await
    }

    /// Starts everything, with these providers.
    ///
    /// # Errors
    /// As [`TestApp::start`].
    pub async fn start_with(providers: Providers) -> anyhow::Result<Self> {
        Self::start_over(providers, None, Arc::new(SystemClock)).await
    }

    /// Starts everything, by this clock.
    ///
    /// # Errors
    /// As [`TestApp::start`].
    pub async fn start_by(clock: SharedClock) -> anyhow::Result<Self> {
        Self::start_over(Providers::new(), None, clock).await
    }

    /// Starts everything, over a database that is there.
    ///
    /// # Errors
    /// As [`TestApp::start`].
    pub async fn start_on(database: &str) -> anyhow::Result<Self> {
        Self::start_over(Providers::new(), Some(database), Arc::new(SystemClock)).await
    }

    async fn start_over(providers: Providers, database: Option<&str>, clock: SharedClock) -> anyhow::Result<Self> {
        // Fails when another test of this process was first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let directory = tempfile::Builder::new().prefix("kore-app-").tempdir()?;
        let plane = ControlPlane::start().await?;
        let kube = plane.client().await?;
        kore_kube::crds::install(&kube).await?;
        let own = format!("sqlite://{}?mode=rwc", directory.path().join("kore.sqlite").display());
        let keeping = Keeping::open(&directory.path().join("audit"), system_entropy, &AuditSettings::default())?;
        let chain_key = Some(keeping.seal.key().chain_key());
        let options = StoreOptions { chain_key, ..StoreOptions::default() };
        let store = Store::connect_with(database.unwrap_or(&own), options).await?;
        store.migrate().await?;
        keeping.seal.resume(&store, clock.now()).await?;
        let indexes = Indexes::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(indexes.clone().follow(kube.clone()));
        indexes.synced().await;
        let signin = SignIn::new(store.clone(), Arc::clone(&clock), system_entropy, "http://127.0.0.1:8420")?;
        let engine = Engine {
            ledger: Arc::new(store.clone()),
            operations: Arc::new(store.clone()),
            clock: Arc::clone(&clock),
            kill: Arc::new(NoKillPoints),
            pace: Pace::default(),
        };
        let clouds = Arc::new(clouds(&kube, &clock));
        let app = Arc::new(App {
            audit: signin.audit().clone(),
            keeping: Arc::new(keeping),
            clock,
            store,
            clusters: Clusters::new(kube.clone(), Mints::default()),
            kube,
            indexes,
            signin: Arc::new(signin),
            providers: Arc::new(providers),
            clouds,
            engine,
            gateway: Gateway { address: "https://127.0.0.1:8421".into(), certificate_authority: "PEM".into() },
            rehearsal: tokio::sync::watch::channel(Vec::new()).1,
            evaluation: Vec::new(),
            process: [1; 16],
            page_key: [7; 32],
            // What limits do is told by tests of their own; here they would be about how fast tests are.
            limits: Limits::of(NonZeroU32::MAX, NonZeroU32::MAX),
        });
        let state = AppState::new(Arc::clone(&app));
        let router = kore_server::router(state.clone())?;
        Ok(Self { app, state, plane, router, directory, _tasks: tasks })
    }

    /// Where its files are.
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// A browser that knows nothing yet.
    ///
    /// # Errors
    /// When there is no HTTP client.
    pub fn browser(&self) -> anyhow::Result<crate::browser::Browser> {
        crate::browser::Browser::new(self.router.clone(), self.app.signin.public_url())
    }

    /// Serves on a port of loopback, for programs.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn listen(&self) -> anyhow::Result<Listening> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let mut tasks = JoinSet::new();
        let router = self.router.clone();
        tasks.spawn(async move { axum::serve(listener, router).await });
        Ok(Listening { address, _tasks: tasks })
    }

    /// Nobody.
    #[must_use]
    pub fn anonymous(&self) -> Actor {
        Actor { router: self.router.clone(), token: None }
    }

    /// Somebody with a token of one's own choice.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Actor {
        Actor { router: self.router.clone(), token: Some(token.to_owned()) }
    }

    /// A platform administrator.
    ///
    /// # Errors
    /// Of the store.
    pub async fn admin(&self) -> anyhow::Result<Actor> {
        self.person("admin", Some(PlatformRole::Admin)).await
    }

    /// A person without any team, signed in; made at the first call.
    ///
    /// # Errors
    /// Of the store.
    pub async fn person(&self, name: &str, platform_role: Option<PlatformRole>) -> anyhow::Result<Actor> {
        let now = self.app.clock.now();
        let system = SystemContext { component: "test", now };
        let name = name.parse()?;
        let user = match self.app.store.user_by_name(&name).await? {
            Some(user) => user,
            None => {
                let spec = UserSpec { platform_role, ..UserSpec::default() };
                let proof = system.grant(Permission::UserWrite, Platform);
                self.app.store.create_user(&proof, &NewUser { name, spec, password_hash: None }, now).await?
            }
        };
        Ok(self.session(user.id, None).await?.1)
    }

    /// A session of somebody, with what its token is good for at most: its id, and who uses it.
    ///
    /// # Errors
    /// Of the store.
    pub async fn session(&self, user: Uuid, limit: Option<Limit>) -> anyhow::Result<(Uuid, Actor)> {
        let now = self.app.clock.now();
        let expires_at = now + SignedDuration::from_mins(15);
        let new = NewSession {
            user_id: user,
            source: Source::Api,
            label: None,
            address: None,
            expires_at,
            name: None,
            limit,
        };
        let session = self.app.store.create_session(&new, now).await?;
        let token = Secret::new(Kind::Access, system_entropy);
        let hash = TokenHash::of(token.expose());
        let new = NewToken { kind: TokenKind::Access, hash, audience: None, expires_at };
        self.app.store.insert_tokens(session.id, &[new], now).await?;
        Ok((session.id, self.with_token(token.expose())))
    }

    /// A member of a team, signed in.
    ///
    /// # Errors
    /// Of the store.
    pub async fn member(&self, name: &str, team: &str, role: TeamRole) -> anyhow::Result<Actor> {
        let actor = self.person(name, None).await?;
        let now = self.app.clock.now();
        let team: TeamName = team.parse()?;
        let there = self.app.indexes.teams.get(None, team.as_str()).context("there is no such team")?;
        let proof = SystemContext { component: "test", now }.grant(Permission::MembershipWrite, team);
        self.app.store.add_membership(&proof, &there.spec.id, &name.parse()?, role, now).await?;
        self.app.signin.forget();
        Ok(actor)
    }

    /// A team as its controller leaves it: with a namespace.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn team(&self, admin: &Actor, name: &str) -> anyhow::Result<()> {
        let answer = admin.post("/api/v1/teams", &json!({ "metadata": { "name": name }, "spec": {} })).await;
        anyhow::ensure!(answer.status == StatusCode::CREATED, "{}", answer.text);
        let namespace: k8s_openapi::api::core::v1::Namespace =
            serde_json::from_value(json!({ "metadata": { "name": format!("team-{name}") } }))?;
        let api = kube::Api::all(self.app.kube.clone());
        api.create(&kube::api::PostParams::default(), &namespace).await.context("the namespace")?;
        Ok(())
    }

    /// A plan with one version.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn plan(&self, admin: &Actor, name: &str) -> anyhow::Result<()> {
        let plan = json!({ "metadata": { "name": name }, "spec": { "provider": "local" } });
        let answer = admin.post("/api/v1/plans", &plan).await;
        anyhow::ensure!(answer.status == StatusCode::CREATED, "{}", answer.text);
        let version = json!({
            "metadata": { "name": format!("{name}-v1") },
            "spec": { "plan": name, "version": 1, "provider": "local", "parameters": {} },
        });
        let answer = admin.post("/api/v1/planversions", &version).await;
        anyhow::ensure!(answer.status == StatusCode::CREATED, "{}", answer.text);
        Ok(())
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("plane", &self.plane).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Actor").field("signed_in", &self.token.is_some()).finish_non_exhaustive()
    }
}

impl Actor {
    /// Sends anything.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let given: HashMap<_, _> = headers.iter().copied().collect();
        let mut request = Request::builder().method(&method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() && !given.contains_key("content-type") {
            let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.raw(request.body(body).unwrap_or_default()).await
    }

    /// Sends a request as it is.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The router, for tests of streams.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The bearer token, for tests of streams.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// PUT with `If-Match`.
    pub async fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, &[("if-match", etag)], Some(body)).await
    }

    /// PATCH with `If-Match`.
    pub async fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &[("if-match", etag)], Some(body)).await
    }

    /// DELETE with `If-Match`.
    pub async fn delete(&self, path: &str, etag: &str) -> Answer {
        self.send(Method::DELETE, path, &[("if-match", etag)], None).await
    }
}

impl Answer {
    /// The problem's code; empty when it is none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body.get("code").and_then(Value::as_str).unwrap_or_default()
    }

    /// The revision.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Pointers of the fields that are wrong.
    #[must_use]
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body.get("errors").and_then(Value::as_array).into_iter().flatten();
        errors.filter_map(|error| error.get("pointer").and_then(Value::as_str)).collect()
    }

    /// Names of the objects of a list.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let items = self.body.get("items").and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.pointer("/metadata/name").and_then(Value::as_str)).collect()
    }
}
