//! What the access gateway costs: the same read, by as many clients, once through the gateway and
//! once straight to the API server, turn by turn in one run, so that both meet the same machine.
//! Bounded by the number of requests. The gateway's token comes from `KORE_BENCH_TOKEN`.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Parser;
use reqwest::{Certificate, Client, Identity};

#[derive(Parser)]
struct Arguments {
    /// A resource at the API server, as `https://127.0.0.1:26443/api/v1/namespaces/default`
    #[arg(long)]
    direct: String,
    /// CA of the API server (PEM)
    #[arg(long)]
    direct_ca: PathBuf,
    /// Client certificate and key for it (PEM, one file)
    #[arg(long)]
    direct_identity: PathBuf,
    /// The same resource through the gateway
    #[arg(long)]
    gateway: String,
    /// CA of the gateway (PEM)
    #[arg(long)]
    gateway_ca: PathBuf,
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

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn clients(count: usize, ca: &Path, identity: Option<&Path>, token: Option<&str>) -> anyhow::Result<Vec<Client>> {
    let ca = Certificate::from_pem(&read(ca)?)?;
    let mut headers = reqwest::header::HeaderMap::new();
    if let Some(token) = token {
        headers.insert("authorization", format!("Bearer {token}").parse()?);
    }
    (0..count)
        .map(|_| {
            // HTTP/1.1 on both sides, a connection for each client.
            let mut builder =
                Client::builder().tls_certs_only([ca.clone()]).no_proxy().http1_only().default_headers(headers.clone());
            if let Some(identity) = identity {
                builder = builder.identity(Identity::from_pem(&read(identity)?)?);
            }
            Ok(builder.build()?)
        })
        .collect()
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let token = std::env::var("KORE_BENCH_TOKEN").context("KORE_BENCH_TOKEN is not set")?;
    let identity = Some(arguments.direct_identity.as_path());
    let direct_clients = clients(arguments.clients, &arguments.direct_ca, identity, None)?;
    let gateway_clients = clients(arguments.clients, &arguments.gateway_ca, None, Some(&token))?;
    // Connections are made before anything counts.
    Side::default().turn(&direct_clients, &arguments.direct, 10).await?;
    Side::default().turn(&gateway_clients, &arguments.gateway, 10).await?;
    let (mut direct, mut gateway) = (Side::default(), Side::default());
    for _ in 0..arguments.turns {
        direct.turn(&direct_clients, &arguments.direct, arguments.requests).await?;
        gateway.turn(&gateway_clients, &arguments.gateway, arguments.requests).await?;
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
