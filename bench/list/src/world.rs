//! The world that is measured: a control plane full of teams and clusters, a database with two
//! people who are signed in, and the server over both.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use futures::{TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Namespace;
use kore_api::{
    cluster::Cluster,
    config::Configuration,
    identity::{PlatformRole, TeamRole, UserSpec},
    names::TeamName,
    plan::{Plan, PlanVersion},
    team::Team,
};
use kore_app::signin::{
    password::Hasher,
    token::{Kind, Secret, system_entropy},
};
use kore_domain::access::{Permission, Platform, Source, SystemContext};
use kore_localkube::certificates::{Request, authority, issue};
use kore_store::{NewSession, NewToken, NewUser, Store, TokenHash, TokenKind};
use kore_testkit::control_plane::{ControlPlane, tools};
use kube::{Api, Client, api::PostParams};
use secrecy::SecretString;
use serde_json::json;
use tempfile::TempDir;

/// How long the server may take to have read everything, in a build that is not optimised.
const PATIENCE: Duration = Duration::from_secs(300);

/// The platform administrator.
pub(crate) const ROOT: &str = "root";

/// Everything beneath the measurement; gone when dropped.
pub(crate) struct World {
    /// The kube-apiserver.
    pub(crate) client: Client,
    /// Token of a platform administrator.
    pub(crate) admin: String,
    /// Token of a member of one team.
    pub(crate) member: String,
    /// What [`ROOT`] signs in with.
    pub(crate) password: String,
    server: Option<Child>,
    directory: TempDir,
    plane: ControlPlane,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // Gone already is as good.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Name of a team.
pub(crate) fn team(number: usize) -> String {
    format!("team{number:04}")
}

impl World {
    /// A control plane with these objects, and the people.
    pub(crate) async fn make(teams: usize, clusters: usize) -> anyhow::Result<Self> {
        let plane = ControlPlane::start().await?;
        let client = plane.client().await?;
        kore_kube::crds::install(&client).await?;
        let directory = tempfile::Builder::new().prefix("kore-bench-").tempdir()?;
        for name in ["db", "run", "pki"] {
            std::fs::create_dir(directory.path().join(name))?;
        }
        fill(&client, teams, clusters).await?;
        let store = Store::connect(&database(directory.path())).await?;
        store.migrate().await?;
        // Nobody knows it but who is told by `password`.
        let password = Secret::new(Kind::Access, system_entropy).expose().to_owned();
        let hash = Hasher::new()?.hash(password.clone()).await?;
        let admin = sign_in(&store, ROOT, Some(PlatformRole::Admin), None, Some(hash.into())).await?;
        let member = sign_in(&store, "mia", None, Some(&team(teams / 2)), None).await?;
        store.close().await?;
        Ok(Self { client, admin, member, password, server: None, directory, plane })
    }

    /// Starts the server and waits until it has read everything.
    pub(crate) async fn serve(&mut self, kored: &Path, port: u16) -> anyhow::Result<()> {
        let data = self.directory.path();
        let mut configuration = Configuration::new("bench".parse()?, data, &tools()?, 1);
        configuration.listen.set_port(port);
        configuration.gateway_listen.set_port(port + 1);
        configuration.management_kubeconfig = self.plane.kubeconfig();
        configuration.database_url = database(data);
        // JSON is YAML.
        std::fs::write(configuration.path(), serde_json::to_vec(&configuration)?)?;
        let now = Timestamp::now();
        let ca = authority("bench", now)?;
        let leaf = issue(&ca, &Request::server("gateway", &["localhost"], &[[127, 0, 0, 1].into()]), now)?;
        for (name, text) in
            [("ca.crt", &ca.certificate), ("gateway.crt", &leaf.certificate), ("gateway.key", &leaf.key)]
        {
            std::fs::write(data.join("pki").join(name), text)?;
        }
        let log = std::fs::File::create(data.join("kored.log"))?;
        let server = Command::new(kored)
            .args(["server", "--config"])
            .arg(configuration.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", kored.display()))?;
        self.server = Some(server);
        let (http, url) = (reqwest::Client::builder().no_proxy().build()?, format!("http://127.0.0.1:{port}/readyz"));
        let deadline = Instant::now() + PATIENCE;
        while !http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if Instant::now() > deadline {
                bail!("the server is not ready: {}", std::fs::read_to_string(data.join("kored.log"))?);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Process id of the server.
    pub(crate) fn server(&self) -> anyhow::Result<u32> {
        Ok(self.server.as_ref().context("the server was not started")?.id())
    }
}

fn database(directory: &Path) -> String {
    format!("sqlite://{}?mode=rwc", directory.join("db/kore.sqlite").display())
}

async fn fill(client: &Client, teams: usize, clusters: usize) -> anyhow::Result<()> {
    let parameters = &PostParams::default();
    let plan = serde_json::from_value(json!({
        "apiVersion": "kore.internal/v1alpha1", "kind": "Plan",
        "metadata": { "name": "small" }, "spec": { "provider": "local", "currentVersion": 1 },
    }))?;
    Api::<Plan>::all(client.clone()).create(parameters, &plan).await?;
    let version = serde_json::from_value(json!({
        "apiVersion": "kore.internal/v1alpha1", "kind": "PlanVersion", "metadata": { "name": "small-v1" },
        "spec": { "plan": "small", "version": 1, "provider": "local", "stage": "published", "parameters": {} },
    }))?;
    Api::<PlanVersion>::all(client.clone()).create(parameters, &version).await?;
    stream::iter((0..teams).map(anyhow::Ok))
        .try_for_each_concurrent(16, |number| async move {
            let name = team(number);
            let namespace: Namespace =
                serde_json::from_value(json!({ "metadata": { "name": format!("team-{name}") } }))?;
            Api::all(client.clone()).create(parameters, &namespace).await?;
            let team: Team = serde_json::from_value(json!({
                "apiVersion": "kore.internal/v1alpha1", "kind": "Team",
                "metadata": { "name": name }, "spec": { "id": name },
            }))?;
            Api::all(client.clone()).create(parameters, &team).await?;
            Ok(())
        })
        .await?;
    stream::iter((0..clusters).map(anyhow::Ok))
        .try_for_each_concurrent(16, |number| async move {
            let namespace = format!("team-{}", team(number % teams));
            let cluster: Cluster = serde_json::from_value(json!({
                "apiVersion": "kore.internal/v1alpha1", "kind": "Cluster",
                "metadata": { "name": format!("cluster{number:05}"), "namespace": namespace },
                "spec": { "plan": { "name": "small", "version": 1 }, "paused": true },
            }))?;
            Api::namespaced(client.clone(), &namespace).create(parameters, &cluster).await?;
            Ok(())
        })
        .await
}

/// A person with a session, as signing in leaves them; their token works longer than people's.
async fn sign_in(
    store: &Store,
    name: &str,
    platform_role: Option<PlatformRole>,
    team: Option<&str>,
    password_hash: Option<SecretString>,
) -> anyhow::Result<String> {
    let now = Timestamp::now();
    let system = SystemContext { component: "bench", now };
    let spec = UserSpec { platform_role, ..UserSpec::default() };
    let new = NewUser { name: name.parse()?, spec, password_hash };
    let user = store.create_user(&system.grant(Permission::UserWrite, Platform), &new, now).await?;
    if let Some(team) = team {
        let proof = system.grant(Permission::MembershipWrite, team.parse::<TeamName>()?);
        store.add_membership(&proof, team, &name.parse()?, TeamRole::Viewer, now).await?;
    }
    let expires_at = now + SignedDuration::from_hours(2);
    let new = NewSession {
        user_id: user.id,
        source: Source::Api,
        label: None,
        address: None,
        expires_at,
        name: None,
        limit: None,
    };
    let session = store.create_session(&new, now).await?;
    let token = Secret::new(Kind::Access, system_entropy);
    let new = NewToken { kind: TokenKind::Access, hash: TokenHash::of(token.expose()), audience: None, expires_at };
    store.insert_tokens(session.id, &[new], now).await?;
    Ok(token.expose().to_owned())
}
