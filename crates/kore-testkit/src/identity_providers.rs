//! Identity providers that others wrote, started here; and one that lies.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// npm's certified `oidc-provider`, on loopback, with its own login page: any password will do.
#[derive(Debug)]
pub struct OidcProvider {
    /// Its address.
    pub issuer: String,
    _child: Child,
    _stdin: ChildStdin,
    // It ends when nobody reads what it says.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl OidcProvider {
    /// Starts it with these clients (as dynamic registration spells them) and accounts (claims by
    /// login name).
    ///
    /// # Errors
    /// When it is not installed (`tools/oidc/install`) or does not start.
    pub async fn start(clients: &Value, accounts: &Value) -> Result<Self> {
        let clone = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let modules = clone.join("bin/oidc");
        anyhow::ensure!(modules.is_dir(), "oidc-provider is not installed: tools/oidc/install");
        let mut child = Command::new("node")
            .arg(clone.join("tools/oidc/provider.mjs"))
            .arg(json!({ "clients": clients, "accounts": accounts }).to_string())
            .env("KORE_OIDC", modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("node")?;
        let stdin = child.stdin.take().context("its input")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let line = tokio::time::timeout(Duration::from_secs(120), lines.next_line()).await??;
        Ok(Self {
            issuer: line.context("it ended before it said where it is")?,
            _child: child,
            _stdin: stdin,
            _stdout: lines,
        })
    }
}

/// What an issuer on loopback answers; a test sets it as it likes.
#[derive(Debug, Clone, Default)]
pub struct Lies {
    /// Changes to its metadata.
    pub metadata: Value,
    /// Its key set.
    pub keys: Value,
    /// What the token endpoint answers.
    pub tokens: Value,
    /// What the userinfo endpoint answers.
    pub userinfo: Value,
    /// Forms that the token endpoint got, with the `Authorization` header beside them.
    pub asked: Vec<Vec<(String, String)>>,
}

/// An issuer that says what a test wants it to say.
#[derive(Debug)]
pub struct EvilIssuer {
    /// Its address.
    pub issuer: String,
    lies: Arc<Mutex<Lies>>,
    task: tokio::task::JoinHandle<()>,
}

type Shared = State<(String, Arc<Mutex<Lies>>)>;

impl EvilIssuer {
    /// Starts it; there is no sign-in page, only its endpoints.
    ///
    /// # Errors
    /// When it cannot listen.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let lies = Arc::new(Mutex::new(Lies { metadata: json!({}), keys: json!({ "keys": [] }), ..Lies::default() }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(|State((_, lies)): Shared| async move { Json(locked(&lies).keys.clone()) }))
            .route("/token", post(token))
            .route("/userinfo", get(|State((_, lies)): Shared| async move { Json(locked(&lies).userinfo.clone()) }))
            .with_state((issuer.clone(), Arc::clone(&lies)));
        let task = tokio::spawn(async move {
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { issuer, lies, task })
    }

    /// What it answers, to be changed.
    pub fn lies(&self) -> std::sync::MutexGuard<'_, Lies> {
        locked(&self.lies)
    }
}

impl Drop for EvilIssuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(lies: &Mutex<Lies>) -> std::sync::MutexGuard<'_, Lies> {
    lies.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn metadata(State((issuer, lies)): Shared) -> Json<Value> {
    let mut said = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
    });
    if let (Some(said), Some(changes)) = (said.as_object_mut(), locked(&lies).metadata.as_object()) {
        said.extend(changes.clone());
    }
    Json(said)
}

async fn token(
    State((_, lies)): Shared,
    headers: HeaderMap,
    Form(mut form): Form<Vec<(String, String)>>,
) -> (StatusCode, Json<Value>) {
    let mut lies = locked(&lies);
    if let Some(value) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        form.push(("authorization".to_owned(), value.to_owned()));
    }
    lies.asked.push(form);
    let status = if lies.tokens.get("error").is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, Json(lies.tokens.clone()))
}

/// Keycloak from Maven Central, in its development mode with a database in memory. Starts in half a minute.
#[derive(Debug)]
pub struct Keycloak {
    /// The address of its realm.
    pub issuer: String,
    _child: Child,
    _home: tempfile::TempDir,
}

impl Keycloak {
    /// Starts it with this realm (as its exports spell them) on a free port.
    ///
    /// # Errors
    /// When it is not installed (`tools/oidc/install keycloak`) or does not start.
    pub async fn start(realm: &Value) -> Result<Self> {
        let installed = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../bin/keycloak"));
        anyhow::ensure!(installed.is_dir(), "Keycloak is not installed: tools/oidc/install keycloak");
        // It writes into its own directory, also into what it was installed with.
        let home = tempfile::Builder::new().prefix("kore-keycloak-").tempdir()?;
        let copied = Command::new("cp").arg("-r").arg(installed.join(".")).arg(home.path()).status().await?;
        anyhow::ensure!(copied.success(), "Keycloak could not be copied");
        let import = home.path().join("data/import");
        std::fs::create_dir_all(&import)?;
        std::fs::write(import.join("realm.json"), realm.to_string())?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let log = std::fs::File::create(home.path().join("log"))?;
        let child = Command::new(home.path().join("bin/kc.sh"))
            .args(["start-dev", "--import-realm", "--db=dev-mem", "--http-host=127.0.0.1"])
            .arg(format!("--http-port={port}"))
            .env("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx400m")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("kc.sh")?;
        let name = realm.get("realm").and_then(Value::as_str).unwrap_or_default();
        let issuer = format!("http://127.0.0.1:{port}/realms/{name}");
        let ready = format!("{issuer}/.well-known/openid-configuration");
        let client = reqwest::Client::builder().no_proxy().build()?;
        let deadline = tokio::time::Instant::now() + Duration::from_secs(240);
        while !client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if tokio::time::Instant::now() > deadline {
                anyhow::bail!("Keycloak does not start: {}", std::fs::read_to_string(home.path().join("log"))?);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(Self { issuer, _child: child, _home: home })
    }
}
