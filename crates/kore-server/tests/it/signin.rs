//! Signing in, through the router, as a browser and as a command line.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::{Router, body::Body, extract::ConnectInfo};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use kore_api::{
    config::AuditSettings,
    identity::{DeviceAuthorization, OAuthError, TokenResponse, WhoAmI},
};
use kore_app::{
    App, Gateway,
    audit::Keeping,
    limits::Limits,
    signin::{
        SignIn,
        token::{Kind, Secret, system_entropy},
    },
    spool::Spool,
};
use kore_domain::access::Source;
use kore_engine::{
    clock::{SharedClock, SystemClock},
    kill::NoKillPoints,
    run::{Engine, Pace},
};
use kore_kube::{indexes::Indexes, mint::Mints};
use kore_server::{
    AppState,
    console::Console,
    gateway::{self, Clusters},
};
use kore_store::{NewSession, NewToken, Store, StoreOptions, TokenHash, TokenKind};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub(crate) const URL: &str = "http://127.0.0.1:8420";
pub(crate) const PASSWORD: &str = "korrekt pferd batterie";

pub(crate) struct Edge {
    pub(crate) state: AppState,
    router: Router,
    pub(crate) directory: tempfile::TempDir,
}

impl Edge {
    pub(crate) async fn new() -> Self {
        Self::with(Arc::new(SystemClock), Limits::default()).await
    }

    /// With another clock and other limits than people meet.
    pub(crate) async fn with(clock: SharedClock, limits: Limits) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/kore.sqlite?mode=rwc", directory.path().display());
        let keeping = Keeping::open(directory.path(), system_entropy, &AuditSettings::default()).unwrap();
        let options = StoreOptions { clock: Arc::clone(&clock), ..StoreOptions::default() };
        let store = Store::connect_with(&url, options).await.unwrap();
        store.migrate().await.unwrap();
        let signin = SignIn::new(store.clone(), Arc::clone(&clock), system_entropy, URL).unwrap();
        // Nothing here asks the management cluster.
        let nowhere = kube::Config::new("http://127.0.0.1:9".parse().unwrap());
        let kube = kube::Client::try_from(nowhere).unwrap();
        let app = App {
            audit: signin.audit().clone(),
            keeping: Arc::new(keeping),
            clusters: kore_kube::clusters::Clusters::new(kube.clone(), Mints::default()),
            kube,
            indexes: Indexes::default(),
            signin: Arc::new(signin),
            providers: Arc::default(),
            clouds: Arc::default(),
            engine: Engine {
                ledger: Arc::new(store.clone()),
                operations: Arc::new(store.clone()),
                clock: Arc::clone(&clock),
                kill: Arc::new(NoKillPoints),
                pace: Pace::default(),
            },
            gateway: Gateway { address: "https://127.0.0.1:8421".into(), certificate_authority: String::new() },
            rehearsal: tokio::sync::watch::channel(Vec::new()).1,
            evaluation: Vec::new(),
            process: [1; 16],
            page_key: [0; 32],
            limits,
            clock,
            store,
        };
        let state = AppState::new(Arc::new(app));
        let router = kore_server::router(state.clone()).unwrap();
        Self { state, router, directory }
    }

    /// With a way to these clusters for the console's pages.
    pub(crate) fn with_gateway(mut self, clusters: Arc<dyn Clusters>) -> Self {
        let records = Arc::new(self.state.app.store.clone());
        let spool = Spool::open(&self.directory.path().join("spool"), records, self.state.stopping.clone()).unwrap();
        self.state.gateway = Some(gateway::Gateway::new(Arc::clone(&self.state.app.signin), clusters, spool));
        self.router = kore_server::router(self.state.clone()).unwrap();
        self
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// With another console than the one that was built in.
    pub(crate) fn with_console(mut self, console: Console) -> Self {
        self.state.console = Arc::new(console);
        self.router = kore_server::router(self.state.clone()).unwrap();
        self
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.send_from("127.0.0.1", request).await
    }

    pub(crate) async fn send_from(&self, address: &str, mut request: Request<Body>) -> Response<Body> {
        let address = SocketAddr::new(address.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(address));
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response<Body> {
        self.send(Request::post(path).header(header::CONTENT_TYPE, FORM).body(encode(fields)).unwrap()).await
    }

    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> Result<TokenResponse, String> {
        let mut all = vec![("client_id", "kore-cli")];
        all.extend_from_slice(fields);
        let answer = self.form("/auth/token", &all).await;
        if answer.status() == StatusCode::OK {
            Ok(json(answer).await)
        } else {
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
            Err(json::<OAuthError>(answer).await.error)
        }
    }

    /// A call of the API: status and body.
    pub(crate) async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> (u16, serde_json::Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}")).header(header::IF_MATCH, "*");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(Body::from(body.map(ToString::to_string).unwrap_or_default())).unwrap());
        let answer = answer.await;
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&text(answer).await).unwrap_or_default())
    }

    /// An access token of the administrator, as the command line on the machine gets it.
    pub(crate) async fn admin(&self) -> String {
        self.state.app.signin.admin_session(Some("kore".into())).await.unwrap().access_token
    }

    /// An access token of somebody who is there.
    pub(crate) async fn token_of(&self, name: &str) -> String {
        let (store, now) = (&self.state.app.store, self.state.app.clock.now());
        let user = store.user_by_name(&name.parse().unwrap()).await.unwrap().unwrap();
        let expires_at = now + jiff::SignedDuration::from_mins(15);
        let new = NewSession {
            user_id: user.id,
            source: Source::Cli,
            label: None,
            address: None,
            expires_at,
            name: None,
            limit: None,
        };
        let session = store.create_session(&new, now).await.unwrap();
        let secret = Secret::new(Kind::Access, system_entropy);
        let hash = TokenHash::of(secret.expose());
        let token = NewToken { kind: TokenKind::Access, hash, audience: None, expires_at };
        store.insert_tokens(session.id, &[token], now).await.unwrap();
        secret.expose().to_owned()
    }

    /// Makes a user, with a browser that they have set their password in.
    pub(crate) async fn person(&self, admin: &str, name: &str) -> Browser<'_> {
        let user = serde_json::json!({ "metadata": { "name": name }, "spec": {} });
        assert_eq!(self.call(admin, Method::POST, "/api/v1/users", Some(&user)).await.0, 201);
        let (status, link) = self.call(admin, Method::POST, &format!("/api/v1/users/{name}/claim"), None).await;
        assert_eq!(status, 200, "{link}");
        let mut browser = Browser::new(self);
        browser.set_password(link["url"].as_str().unwrap(), PASSWORD).await;
        browser
    }

    pub(crate) async fn whoami(&self, token: &str) -> Response<Body> {
        let request = Request::get("/api/v1/whoami").header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn encode(fields: &[(&str, &str)]) -> Body {
    Body::from(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

pub(crate) async fn text(answer: Response<Body>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

pub(crate) async fn json<T: serde::de::DeserializeOwned>(answer: Response<Body>) -> T {
    serde_json::from_str(&text(answer).await).unwrap()
}

/// Keeps cookies, follows nothing.
pub(crate) struct Browser<'a> {
    edge: &'a Edge,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(edge: &'a Edge) -> Self {
        Self { edge, cookies: BTreeMap::new() }
    }

    pub(crate) fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Response<Body> {
        request.headers_mut().insert(header::COOKIE, self.cookie().parse().unwrap());
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        let answer = self.edge.send(request).await;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> (StatusCode, String) {
        let answer = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        (answer.status(), text(answer).await)
    }

    /// Opens a link that sets a password, and sets it.
    pub(crate) async fn set_password(&mut self, link: &str, password: &str) {
        let path = link.strip_prefix(URL).unwrap().to_owned();
        let (status, page) = self.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let answer = self.submit(&page, &path, &[("password", password), ("again", password)]).await;
        assert_eq!(location(&answer), "/");
    }

    /// Signs in by name and password; whether it went well.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> bool {
        let (_, page) = self.get("/auth/login").await;
        let answer = self.submit(&page, "/auth/login", &[("name", name), ("password", password)]).await;
        answer.status() == StatusCode::SEE_OTHER
    }

    /// Fills in the form of a page: the hidden fields as they are.
    pub(crate) async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Response<Body> {
        let hidden = |name: &str| {
            let from = page.split(&format!(r#"name="{name}" value=""#)).nth(1)?;
            Some(from.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
        };
        let csrf = hidden("csrf").expect("every form carries its proof");
        let mut all = vec![("csrf".to_owned(), csrf)];
        for name in [
            "next",
            "response_type",
            "client_id",
            "redirect_uri",
            "code_challenge",
            "code_challenge_method",
            "state",
            "user_code",
            "code",
        ] {
            all.extend(hidden(name).map(|value| (name.to_owned(), value)));
        }
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(Request::post(action).header(header::CONTENT_TYPE, FORM).body(encode(&all)).unwrap()).await
    }
}

pub(crate) fn location(answer: &Response<Body>) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// The authorisation code that an answer sends its client.
fn code_in(answer: &Response<Body>) -> String {
    let target = url::Url::parse(&location(answer)).unwrap();
    target.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

pub(crate) async fn claimed(edge: &Edge) -> Browser<'_> {
    let link = edge.state.app.signin.claim_link(false).await.unwrap();
    let path = link.url.strip_prefix(URL).unwrap().to_owned();
    let mut browser = Browser::new(edge);
    let (_, page) = browser.get(&path).await;
    let answer = browser.submit(&page, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(location(&answer), "/");
    browser
}

#[tokio::test]
async fn a_claim_link_sets_a_password_once_and_keeps_the_command_line_signed_in() {
    let edge = Edge::new().await;
    let cli = edge.state.app.signin.admin_session(Some("kore".into())).await.unwrap();
    let link = edge.state.app.signin.claim_link(false).await.unwrap();
    let path = link.url.strip_prefix(URL).unwrap().to_owned();
    let mut browser = Browser::new(&edge);
    let (status, page) = browser.get(&path).await;
    assert!(status == StatusCode::OK && page.contains("Welcome to Kore"));
    assert!(!page.contains("<script") && !page.contains("style="));
    for (password, again, says) in [
        ("short", "short", "at least 12"),
        (PASSWORD, "another one", "not the same"),
        ("admin-admin-admin", "admin-admin-admin", "easy to guess"),
    ] {
        let answer = browser.submit(&page, &path, &[("password", password), ("again", again)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(answer).await.contains(says), "{says}");
    }
    let foreign = edge.form(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "a form from elsewhere");
    let answer = browser.submit(&page, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(location(&answer), "/");
    assert!(browser.get("/auth/account").await.1.contains("platform administrator"));
    let (status, page) = Browser::new(&edge).get(&path).await;
    assert!(status == StatusCode::GONE && page.contains("KORE-AUTH-0004"), "once: {page}");
    assert_eq!(edge.whoami(&cli.access_token).await.status(), StatusCode::OK, "claiming ends no session");
    let error = edge.state.app.signin.claim_link(false).await.unwrap_err();
    assert_eq!(error.problem.status, 409);
    let reset = edge.state.app.signin.claim_link(true).await.unwrap();
    let path = reset.url.strip_prefix(URL).unwrap().to_owned();
    let (_, page) = browser.get(&path).await;
    browser.submit(&page, &path, &[("password", "ein ganz anderes"), ("again", "ein ganz anderes")]).await;
    assert_eq!(edge.whoami(&cli.access_token).await.status(), StatusCode::UNAUTHORIZED, "resetting ends them all");
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_name_look_the_same_and_are_limited() {
    let edge = Edge::new().await;
    claimed(&edge).await;
    let mut browser = Browser::new(&edge);
    let (_, page) = browser.get("/auth/login").await;
    let mut said = Vec::new();
    for name in ["admin", "nobody"] {
        let answer = browser.submit(&page, "/auth/login", &[("name", name), ("password", "wrong")]).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        let page = text(answer).await;
        said.push(page.split("role=\"alert\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned());
    }
    assert_eq!(said[0], said[1]);
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = browser.submit(&page, "/auth/login", &[("name", "admin"), ("password", "wrong")]).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_command_line_signs_in_by_code_and_a_stolen_refresh_token_ends_it() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    let before = browser.cookies.clone();
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let redirect = "http://127.0.0.1:49152/callback";
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", "kore-cli"),
            ("redirect_uri", redirect),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", "s&t"),
        ])
        .finish();
    let path = format!("/auth/authorize?{query}");

    // Without a session: to the sign-in page, and back.
    let mut fresh = Browser::new(&edge);
    let answer = fresh.send(Request::get(&path).body(Body::empty()).unwrap()).await;
    let (_, page) = fresh.get(&location(&answer)).await;
    let answer = fresh.submit(&page, "/auth/login", &[("name", "admin"), ("password", PASSWORD)]).await;
    assert!(location(&answer).starts_with("/auth/authorize?"), "{}", location(&answer));
    assert_ne!(fresh.cookies, before, "cookies are new at sign-in");
    let (status, page) = fresh.get(&location(&answer)).await;
    assert!(status == StatusCode::OK && page.contains("Sign in the command line?"));

    let answer = browser.submit(&page, "/auth/authorize", &[("decision", "allow")]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "another browser's form");
    let answer = fresh.submit(&page, "/auth/authorize", &[("decision", "deny")]).await;
    assert!(location(&answer).contains("error=access_denied"));
    let answer = fresh.submit(&page, "/auth/authorize", &[("decision", "allow")]).await;
    let back = url::Url::parse(&location(&answer)).unwrap();
    let answer: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("s&t", URL));
    let code = &answer["code"];

    let grant = |verifier: &'static str, code: String| {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("code_verifier", verifier.to_owned()),
            ("redirect_uri", redirect.to_owned()),
        ]
    };
    async fn ask(edge: &Edge, fields: Vec<(&str, String)>) -> Result<TokenResponse, String> {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        edge.token(&fields).await
    }
    let tokens = ask(&edge, grant(verifier, code.clone())).await.unwrap();
    assert!(tokens.expires_in <= 900 && tokens.access_token.starts_with("kore_at_"));
    let me: WhoAmI = json(edge.whoami(&tokens.access_token).await).await;
    assert_eq!(me.name, "admin");

    // Rotation; then somebody uses the old one.
    let refresh = |token: &str| vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.to_owned())];
    let first = tokens.refresh_token.unwrap();
    let next = ask(&edge, refresh(&first)).await.unwrap();
    assert_eq!(edge.whoami(&next.access_token).await.status(), StatusCode::OK);
    assert_eq!(ask(&edge, refresh(&first)).await.unwrap_err(), "invalid_grant");
    assert_eq!(edge.whoami(&next.access_token).await.status(), StatusCode::UNAUTHORIZED, "the whole session is over");
    assert_eq!(ask(&edge, refresh(&next.refresh_token.unwrap())).await.unwrap_err(), "invalid_grant");

    // A code that comes twice ends the session that came of it.
    let answer = fresh.submit(&page, "/auth/authorize", &[("decision", "allow")]).await;
    let code = code_in(&answer);
    let tokens = ask(&edge, grant(verifier, code.clone())).await.unwrap();
    assert_eq!(ask(&edge, grant(verifier, code)).await.unwrap_err(), "invalid_grant");
    assert_eq!(edge.whoami(&tokens.access_token).await.status(), StatusCode::UNAUTHORIZED);

    // A wrong verifier uses the code up.
    let answer = fresh.submit(&page, "/auth/authorize", &[("decision", "allow")]).await;
    let code = code_in(&answer);
    let wrong = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    assert_eq!(ask(&edge, grant(wrong, code.clone())).await.unwrap_err(), "invalid_grant");
    assert_eq!(ask(&edge, grant(verifier, code)).await.unwrap_err(), "invalid_grant");
}

#[tokio::test]
async fn a_terminal_without_a_browser_signs_in_by_device_code() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    let device: DeviceAuthorization = json(edge.form("/auth/device", &[("client_id", "kore-cli")]).await).await;
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let poll = async || edge.token(&[("grant_type", grant), ("device_code", &device.device_code)]).await;
    assert_eq!(poll().await.unwrap_err(), "authorization_pending");
    assert_eq!(poll().await.unwrap_err(), "slow_down");
    let (status, page) = browser.get("/auth/device/verify?user_code=BBBB-BBBB").await;
    assert!(status == StatusCode::NOT_FOUND && page.contains("No terminal waits"));
    let path = device.verification_uri_complete.strip_prefix(URL).unwrap();
    let (_, page) = browser.get(path).await;
    assert!(page.contains(&device.user_code) && page.contains("127.0.0.1"));
    let answer = browser.submit(&page, "/auth/device/verify", &[("decision", "allow")]).await;
    assert!(text(answer).await.contains("signed in"));
    let tokens = poll().await.unwrap();
    assert_eq!(edge.whoami(&tokens.access_token).await.status(), StatusCode::OK);
    assert_eq!(poll().await.unwrap_err(), "expired_token", "told once");

    let logout = Request::post("/auth/logout").header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token));
    assert_eq!(edge.send(logout.body(Body::empty()).unwrap()).await.status(), StatusCode::NO_CONTENT);
    let answer = edge.whoami(&tokens.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(text(answer).await.contains("KORE-AUTH-0002"));
    assert!(text(edge.whoami("kore_at_x").await).await.contains("KORE-AUTH-0001"));
}

#[tokio::test]
async fn a_cookie_changes_nothing_without_the_proof_of_our_own_pages() {
    let edge = Edge::new().await;
    let browser = claimed(&edge).await;
    let post = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/api/v1/management/credential").header(header::COOKIE, browser.cookie());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        edge.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(post(&[]).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        post(&[("kore-client", "console"), ("sec-fetch-site", "cross-site")]).await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(post(&[("kore-client", "console"), ("sec-fetch-site", "same-origin")]).await.status(), StatusCode::OK);
}
