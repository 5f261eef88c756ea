//! What the access gateway costs: the same read of a cluster, by as many clients, once through the
//! gateway and once straight to the API server, turn by turn in one run, so that both meet the same
//! machine. Both sides are the same person to the API server: here by a certificate, there by
//! impersonation. (A member of `system:masters` would be spared the API server's own checks.)
//! Bounded by the number of requests. Uses the signed-in `kore` of `PATH` for the gateway's token.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Parser;
use kore_api::{config, names::ClusterRef, namespace::NamespaceRole};
use kore_domain::cluster_rbac::team_group;
use kore_localkube::{
    certificates::{self, Pair, Request},
    supervisor,
};
use reqwest::{Certificate, Client, Identity};
use serde_json::Value;

#[derive(Parser)]
struct Arguments {
    /// A cluster whose team you are an owner of, as `sandbox/first`
    cluster: ClusterRef,
    /// Data directory of the installation that has it
    #[arg(long)]
    data: PathBuf,
    /// What is read
    #[arg(long, default_value = "/api/v1/namespaces/default")]
    path: String,
    /// Clients at once, a connection each
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Requests of each client in each turn
    #[arg(long, default_value_t = 250)]
    requests: usize,
    /// Turns
    #[arg(long, default_value_t = 4)]
    turns: usize,
}

/// Latencies of one side, and how long its turns took together.
#[derive(Default)]
struct Side {
    latencies: Vec<Duration>,
    took: Duration,
}

impl Side {
    async fn turn(&mut self, clients: &[Client], url: &str, requests: usize) -> anyhow::Result<()> {
        let began = Instant::now();
        let tasks: Vec<_> = clients
            .iter()
            .map(|client| {
                let (client, url) = (client.clone(), url.to_owned());
                tokio::spawn(async move {
                    let mut latencies = Vec::with_capacity(requests);
                    for _ in 0..requests {
                        let began = Instant::now();
                        let answer = client.get(&url).send().await?;
                        let status = answer.status();
                        answer.bytes().await?;
                        ensure!(status.is_success(), "{url} answered {status}");
                        latencies.push(began.elapsed());
                    }
                    Ok(latencies)
                })
            })
            .collect();
        for task in tasks {
            self.latencies.extend(task.await??);
        }
        self.took += began.elapsed();
        Ok(())
    }

    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }

    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.latencies.len()).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }
}

/// An API server or the gateway, and who one is there.
struct Way {
    url: String,
    ca: Certificate,
    identity: Option<Identity>,
    token: Option<String>,
}

impl Way {
    /// HTTP/1.1, a connection for each client.
    fn clients(&self, count: usize) -> anyhow::Result<Vec<Client>> {
        let mut headers = reqwest::header::HeaderMap::new();
        if let Some(token) = &self.token {
            headers.insert("authorization", format!("Bearer {token}").parse()?);
        }
        (0..count)
            .map(|_| {
                let mut builder = Client::builder()
                    .tls_certs_only([self.ca.clone()])
                    .no_proxy()
                    .http1_only()
                    .default_headers(headers.clone());
                if let Some(identity) = &self.identity {
                    builder = builder.identity(identity.clone());
                }
                Ok(builder.build()?)
            })
            .collect()
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// A string in a JSON text.
fn string(text: &str, pointer: &str) -> anyhow::Result<String> {
    let value: Value = serde_json::from_str(text)?;
    let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.with_context(|| format!("no {pointer} in {text}"))
}

/// Straight to the API server, with a certificate of the cluster's own authority.
fn direct(arguments: &Arguments) -> anyhow::Result<Way> {
    let cluster = &arguments.cluster;
    let pki = arguments.data.join(format!("clusters/{}.{}/pki", cluster.team, cluster.name));
    let authority = Pair { certificate: read(&pki.join("ca.crt"))?, key: read(&pki.join("ca.key"))? };
    let person = Request::client("kore:bench", Some(&team_group(&cluster.team, NamespaceRole::Admin)));
    let Pair { certificate, key } = certificates::issue(&authority, &person, jiff::Timestamp::now())?;
    let server = string(&read(&pki.join("admin.kubeconfig"))?, "/clusters/0/cluster/server")?;
    Ok(Way {
        url: format!("{server}{}", arguments.path),
        ca: Certificate::from_pem(authority.certificate.as_bytes())?,
        identity: Some(Identity::from_pem(format!("{certificate}{key}").as_bytes())?),
        token: None,
    })
}

/// Through the gateway, as whoever is signed in.
fn gateway(arguments: &Arguments) -> anyhow::Result<Way> {
    let configuration = supervisor::read_configuration(&arguments.data.join(config::FILE))?;
    let configuration = configuration.with_context(|| format!("nothing is in {}", arguments.data.display()))?;
    let cluster = arguments.cluster.to_string();
    let output = std::process::Command::new("kore")
        .args(["auth", "kube-credential", "--context", configuration.installation.as_str(), "--cluster", &cluster])
        .output()
        .context("kore cannot be run")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(Way {
        url: format!("https://{}/k8s/{cluster}{}", configuration.gateway_listen, arguments.path),
        ca: Certificate::from_pem(read(&arguments.data.join("pki/ca.crt"))?.as_bytes())?,
        identity: None,
        token: Some(string(&String::from_utf8(output.stdout)?, "/status/token")?),
    })
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (straight, proxied) = (direct(&arguments)?, gateway(&arguments)?);
    let (direct_clients, gateway_clients) = (straight.clients(arguments.clients)?, proxied.clients(arguments.clients)?);
    // Connections are made, and the API server's memories filled, before anything counts.
    Side::default().turn(&direct_clients, &straight.url, 50).await?;
    Side::default().turn(&gateway_clients, &proxied.url, 50).await?;
    let (mut direct, mut gateway) = (Side::default(), Side::default());
    for _ in 0..arguments.turns {
        direct.turn(&direct_clients, &straight.url, arguments.requests).await?;
        gateway.turn(&gateway_clients, &proxied.url, arguments.requests).await?;
    }
    println!("{} clients, {} requests each way", arguments.clients, direct.latencies.len());
    for (name, side) in [("direct", &direct), ("gateway", &gateway)] {
        println!(
            "{name:8} p50 {:.2} ms  p99 {:.2} ms  {:.0} requests/s",
            side.percentile(50),
            side.percentile(99),
            side.rate()
        );
    }
    println!(
        "added at p50 {:+.2} ms, {:.0} % of the direct rate",
        gateway.percentile(50) - direct.percentile(50),
        gateway.rate() / direct.rate() * 100.0
    );
    Ok(())
}
