//! moto as a process that ends with whoever started it, and a simulator in front of it: for tests.

use std::{
    io,
    net::SocketAddr,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    task::JoinHandle,
};
use url::Url;

use crate::{Config, Simulator};

/// moto ends with its parent also when that is killed (`prctl(PR_SET_PDEATHSIG, SIGKILL)`).
const PROGRAM: &str =
    "import ctypes, sys; ctypes.CDLL(None).prctl(1, 9); from moto.server import main; main(sys.argv[1:])";
/// Between two looks whether it listens.
const LOOK: Duration = Duration::from_millis(50);
/// It starts in a second; a busy machine takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running moto. It is killed when this is dropped.
#[derive(Debug)]
pub struct MotoProcess {
    url: Url,
    child: Child,
}

impl MotoProcess {
    /// Starts moto on a free port of the loopback address, with the Python that `tools/moto/install` prints.
    ///
    /// # Errors
    /// When it cannot be started or does not listen in time.
    pub async fn start(python: &Path) -> io::Result<Self> {
        let address = free().await?;
        let mut child = Command::new(python)
            .args(["-c", PROGRAM, "-H", "127.0.0.1", "-p", &address.port().to_string()])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            // Thousands of images, which take seconds to be made after each reset.
            .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let listens = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            listens = tokio::time::timeout(PATIENCE, listens) => {
                listens.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "moto does not listen"))?;
            }
            ended = child.wait() => return Err(io::Error::other(format!("moto ended: {}", ended?))),
        }
        let url = format!("http://{address}").parse().map_err(io::Error::other)?;
        Ok(Self { url, child })
    }

    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Returns, with how, once it has ended by itself.
    ///
    /// # Errors
    /// When that cannot be known.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }
}

// Nothing else takes it in the moment between, as ports are given out in turn.
async fn free() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").await?.local_addr()
}

/// A simulator that serves, with its own moto. Both end when this is dropped.
#[derive(Debug)]
pub struct Running {
    url: Url,
    task: JoinHandle<()>,
    _moto: MotoProcess,
}

impl Running {
    /// Starts moto with this Python, and a simulator of the usual configuration in front of it, which `adjust` may change.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start(python: &Path, adjust: impl FnOnce(&mut Config)) -> io::Result<Self> {
        let moto = MotoProcess::start(python).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?).parse().map_err(io::Error::other)?;
        let mut config = Config::new(moto.url().clone());
        adjust(&mut config);
        let simulator = Simulator::new(config);
        let task = tokio::spawn(async move {
            if let Err(error) = simulator.serve(listener).await {
                tracing::error!(%error, "the simulator stopped");
            }
        });
        Ok(Self { url, task, _moto: moto })
    }

    /// Where it is: the `endpoint_url` of every service.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
