//! A real etcd and kube-apiserver for a test, as the supervisor runs them, on ports and in a
//! directory of their own; gone when dropped, and when the test's process dies.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use kore_api::{config::DEFAULT_ISSUER, supervisor::ProcessSpec};
use kore_localkube::{
    certificates::{Authorities, Request},
    control_plane::{ControlPlane as Layout, MANAGEMENT_SERVICES, Ports},
    ports,
};
use kube::Client;
use tempfile::TempDir;
use tokio::time::Instant;

/// How long the API server may take on a machine that builds at the same time.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running control plane.
#[derive(Debug)]
pub struct ControlPlane {
    layout: Layout,
    authorities: Authorities,
    /// etcd, kube-apiserver, and what may come after them.
    children: Vec<Child>,
    directory: TempDir,
    /// Keep the threads alive whose end would end the processes.
    keepers: Vec<mpsc::Sender<()>>,
}

impl ControlPlane {
    /// etcd and kube-apiserver, ready to use. Namespaces and owner references are not cleaned up:
    /// nobody is there to do it.
    ///
    /// # Errors
    /// When the Kubernetes program is missing or the API server does not get ready in time.
    pub async fn start() -> anyhow::Result<Self> {
        Self::begin(false).await
    }

    /// With kube-controller-manager.
    ///
    /// # Errors
    /// As [`ControlPlane::start`].
    pub async fn start_with_controllers() -> anyhow::Result<Self> {
        Self::begin(true).await
    }

    async fn begin(controllers: bool) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("kore-control-plane-").tempdir()?;
        let seed = uuid::Uuid::new_v4();
        let first = ports::pick(&seed.to_string(), Ports::COUNT, &BTreeSet::new(), ports::free)?;
        let layout = Layout {
            name: "test".to_owned(),
            directory: directory.path().to_owned(),
            kubernetes: tools()?,
            tools: tools()?,
            ports: Ports::from(first),
            bridge: None,
            services: MANAGEMENT_SERVICES,
            issuer: DEFAULT_ISSUER.to_owned(),
            token_reviews: None,
        };
        let now = Timestamp::now();
        let mut key = [0; 32];
        let (low, high) = key.split_at_mut(16);
        low.copy_from_slice(seed.as_bytes());
        high.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        let authorities = Authorities::create("test", key, now)?;
        layout.write(&authorities, now)?;
        let mut etcd = layout.etcd();
        // Nothing here has to survive a power cut.
        etcd.args.push("--unsafe-no-fsync".to_owned());
        let api_server = layout.api_server();
        let mut this = Self { layout, authorities, children: Vec::new(), directory, keepers: Vec::new() };
        this.spawn(vec![etcd, api_server])?;
        this.ready().await?;
        if controllers {
            // It gives up at once when its rights are not there yet, and nobody here starts it again.
            this.spawn(vec![this.layout.controller_manager()])?;
        }
        Ok(this)
    }

    /// Stops the kube-apiserver at once, as a crash would.
    ///
    /// # Errors
    /// When it does not end.
    pub fn interrupt(&mut self) -> anyhow::Result<()> {
        let api_server = self.children.get_mut(1).context("there is no kube-apiserver")?;
        api_server.kill()?;
        api_server.wait()?;
        Ok(())
    }

    /// Starts it again after [`Self::interrupt`], with what there was.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn resume(&mut self) -> anyhow::Result<()> {
        let (mut children, keeper) = spawn(vec![self.layout.api_server()], self.directory.path().to_owned())?;
        self.keepers.push(keeper);
        let (Some(started), Some(gone)) = (children.pop(), self.children.get_mut(1)) else {
            bail!("there is no kube-apiserver");
        };
        *gone = started;
        self.ready().await
    }

    fn spawn(&mut self, specs: Vec<ProcessSpec>) -> anyhow::Result<()> {
        let (children, keeper) = spawn(specs, self.directory.path().to_owned())?;
        self.children.extend(children);
        self.keepers.push(keeper);
        Ok(())
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let client = self.client().await?;
        loop {
            let request = http::Request::get("/readyz").body(Vec::new())?;
            match client.request_text(request).await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    let log = std::fs::read_to_string(self.log("kube-apiserver")).unwrap_or_default();
                    let lines: Vec<_> = log.lines().rev().take(10).collect();
                    bail!("the API server is not ready: {error}\n{}", lines.join("\n"));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// A client with every right (`system:masters`).
    ///
    /// # Errors
    /// When the kubeconfig cannot be used.
    pub async fn client(&self) -> anyhow::Result<Client> {
        Ok(kore_kube::client::from_file(&self.kubeconfig()).await?)
    }

    /// A client of another user, in one group at most.
    ///
    /// # Errors
    /// When the certificate cannot be issued.
    pub async fn client_as(&self, user: &str, group: Option<&str>) -> anyhow::Result<Client> {
        Ok(kore_kube::client::from_file(&self.kubeconfig_as(user, group)?).await?)
    }

    /// File of the kubeconfig of another user, in one group at most.
    ///
    /// # Errors
    /// When the certificate cannot be issued.
    pub fn kubeconfig_as(&self, user: &str, group: Option<&str>) -> anyhow::Result<PathBuf> {
        let name = format!("user-{}", uuid::Uuid::new_v4());
        let request = Request::client(user, group);
        self.layout.write_client(&self.authorities, &name, &request, &self.layout.endpoint(), Timestamp::now())?;
        Ok(self.layout.kubeconfig(&name))
    }

    /// File of the kubeconfig with every right.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.layout.kubeconfig("admin")
    }

    /// Its files: `audit.log`, `kube-apiserver.log`, `pki/` and others.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn log(&self, component: &str) -> PathBuf {
        self.directory.path().join(format!("{component}.log"))
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // Gone already is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Starts processes that die with this one: the kernel signals them when the thread that made them
/// ends, so that thread lives as long as the sender that is returned.
fn spawn(specs: Vec<ProcessSpec>, directory: PathBuf) -> anyhow::Result<(Vec<Child>, mpsc::Sender<()>)> {
    let (keeper, end) = mpsc::channel::<()>();
    let (made, children) = mpsc::channel();
    std::thread::Builder::new().name("control-plane".to_owned()).spawn(move || {
        let _ = made.send(specs.iter().map(|spec| start(spec, &directory)).collect::<anyhow::Result<Vec<_>>>());
        let _ = end.recv();
    })?;
    Ok((children.recv()??, keeper))
}

fn start(spec: &ProcessSpec, directory: &Path) -> anyhow::Result<Child> {
    let component = spec.name.rsplit('/').next().unwrap_or(&spec.name);
    let log = std::fs::File::create(directory.join(format!("{component}.log")))?;
    Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "--"])
        .arg(&spec.program)
        .args(&spec.args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(&spec.env)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("starting {}", spec.name))
}

/// The tools directory: `KORE_TOOLS`, else the clone's `bin/tools`.
///
/// # Errors
/// When it has no Kubernetes program: tests that need it fail, they are never skipped.
pub fn tools() -> anyhow::Result<PathBuf> {
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bin/tools");
    let found = std::env::var_os("KORE_TOOLS").map_or(clone, PathBuf::from);
    if !found.join("kube-apiserver").exists() {
        bail!("{} has no kube-apiserver: run tools/build", found.display());
    }
    Ok(found.canonicalize()?)
}
