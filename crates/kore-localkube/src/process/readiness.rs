//! Whether a process answers.

use std::{
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use kore_api::supervisor::Readiness;
use nix::sched::{CloneFlags, setns};
use tokio::net::UnixStream;

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks once; the error says what is missing, for people.
pub(super) async fn check(readiness: &Readiness, namespace: Option<&Path>) -> Result<(), String> {
    match readiness {
        Readiness::Started => Ok(()),
        Readiness::Socket { path } => UnixStream::connect(path)
            .await
            .map(drop)
            .map_err(|error| format!("socket {} does not answer ({})", path.display(), error.kind())),
        Readiness::Https { url, ca, identity } => https(url, ca, identity.as_deref()).await,
        Readiness::Http { url } => {
            let (url, namespace) = (url.clone(), namespace.map(Path::to_owned));
            tokio::task::spawn_blocking(move || in_namespace(&url, namespace.as_deref()))
                .await
                .unwrap_or_else(|_| Err("the check was cut off".to_owned()))
        }
    }
}

async fn https(url: &str, ca: &Path, identity: Option<&Path>) -> Result<(), String> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let authority = reqwest::Certificate::from_pem(&read(ca)?).map_err(|error| error.to_string())?;
    let mut client = reqwest::Client::builder().tls_certs_only([authority]).timeout(PATIENCE).no_proxy();
    if let Some(identity) = identity {
        client = client.identity(reqwest::Identity::from_pem(&read(identity)?).map_err(|error| error.to_string())?);
    }
    let client = client.build().map_err(|error| error.to_string())?;
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("{url} answers {}", answer.status())),
        Err(error) if error.is_connect() => Err(format!("{url} does not accept connections yet")),
        Err(error) => Err(format!("{url}: {}", innermost(&error))),
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// A plain GET, from inside a network namespace where one is given. Runs in a thread of its own,
/// since a namespace belongs to the thread that entered it.
fn in_namespace(url: &str, namespace: Option<&Path>) -> Result<(), String> {
    let target = url.strip_prefix("http://").unwrap_or(url);
    let (authority, path) = target.split_once('/').unwrap_or((target, ""));
    let (url, authority, path) = (url.to_owned(), authority.to_owned(), path.to_owned());
    let namespace = namespace.map(Path::to_owned);
    let thread = std::thread::spawn(move || -> Result<(), String> {
        if let Some(namespace) = namespace {
            let file = File::open(&namespace).map_err(|error| format!("{}: {error}", namespace.display()))?;
            setns(file, CloneFlags::CLONE_NEWNET).map_err(|error| format!("{}: {error}", namespace.display()))?;
        }
        let address: SocketAddr = authority.parse().map_err(|_| format!("{authority} is no address"))?;
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
            .map_err(|_| format!("{url} does not accept connections yet"))?;
        let mut answer = [0_u8; 16];
        let got = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| write!(stream, "GET /{path} HTTP/1.0\r\nHost: {authority}\r\n\r\n"))
            .and_then(|()| stream.read(&mut answer))
            .map_err(|error| format!("{url}: {error}"))?;
        let status = answer.get(..got).and_then(|line| line.get(9..12)).unwrap_or_default();
        if status == b"200" { Ok(()) } else { Err(format!("{url} answers {}", String::from_utf8_lossy(status))) }
    });
    thread.join().unwrap_or_else(|_| Err("the check was cut off".to_owned()))
}
