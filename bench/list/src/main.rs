//! What a page of a long list costs, and what memory the server takes with the list: a real
//! `kored server`, a process of its own, over a real etcd and kube-apiserver, with paused clusters in
//! teams. Every kind of page is asked for turn by turn with the same page straight from the
//! kube-apiserver, so that all of them meet the same machine. Bounded by the number of pages.

mod decision;
mod verdict;
mod world;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Parser;
use http::StatusCode;
use kube::Client;

use crate::world::World;

#[derive(Parser)]
struct Arguments {
    /// The server's program; else the one beside this
    #[arg(long)]
    kored: Option<PathBuf>,
    /// Teams
    #[arg(long, default_value_t = 1_000)]
    teams: usize,
    /// Paused clusters, spread over the teams
    #[arg(long, default_value_t = 10_000)]
    clusters: usize,
    /// Pages of each kind
    #[arg(long, default_value_t = 300)]
    pages: usize,
    /// Only what needs no server: decisions, and verdicts of policies
    #[arg(long)]
    pure: bool,
    /// Instead of pages: what a browser takes for the console, as this script measures it (`bench/console/measure.mjs`)
    #[arg(long)]
    browser: Option<PathBuf>,
    /// Port of the API; the gateway takes the next
    #[arg(long, default_value_t = 9560)]
    port: u16,
}

/// One kind of page, and how long each of it took.
struct Series {
    name: &'static str,
    /// Whose token, and what is asked for; the baseline asks the kube-apiserver.
    asked: Option<(String, String)>,
    took: Vec<Duration>,
}

impl Series {
    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    }
}

/// Asks once more when the server says that this caller asks too often: the limit is no part of what
/// is measured.
async fn page(http: &reqwest::Client, url: &str, token: &str) -> anyhow::Result<(Duration, Vec<u8>)> {
    loop {
        let began = Instant::now();
        let request = http.get(url);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        let answer = request.send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        let took = began.elapsed();
        if status == StatusCode::TOO_MANY_REQUESTS {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        ensure!(status.is_success(), "{url} answered {status}: {}", String::from_utf8_lossy(&body));
        return Ok((took, body.to_vec()));
    }
}

async fn direct(client: &Client) -> anyhow::Result<Duration> {
    let request = http::Request::get("/apis/kore.internal/v1alpha1/clusters?limit=50").body(Vec::new())?;
    let began = Instant::now();
    let body = client.request_text(request).await?;
    let took = began.elapsed();
    ensure!(body.contains("\"items\""), "the API server answered no list");
    Ok(took)
}

/// Resident memory of a process and its peak, in MiB (proc(5): `VmRSS`, `VmHWM`).
fn resident(pid: u32) -> anyhow::Result<(u64, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let figure = |name: &str| -> anyhow::Result<u64> {
        let line = text.lines().find(|line| line.starts_with(name)).context("no figure of memory")?;
        let kib: u64 = line.split_whitespace().nth(1).context("no figure of memory")?.parse()?;
        Ok(kib / 1024)
    };
    Ok((figure("VmRSS:")?, figure("VmHWM:")?))
}

/// What needs no server.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn pure() -> anyhow::Result<()> {
    let (decision, visible) = decision::measure()?;
    println!(
        "a decision, with {0} teams and {0} bindings: {1:?}; what they see: {2:?}",
        decision::TEAMS,
        decision,
        visible
    );
    let verdict = verdict::measure()?;
    println!("parameters by schema, and the verdict of {} policies: {verdict:?}", verdict::POLICIES);
    Ok(())
}

/// Lets a script measure the console of the server, signed in as its administrator.
fn browser(world: &World, port: u16, script: &Path) -> anyhow::Result<()> {
    let ended = Command::new("node")
        .arg(script)
        .env("KORE_URL", format!("http://127.0.0.1:{port}"))
        .env("KORE_USER", world::ROOT)
        .env("KORE_PASSWORD", &world.password)
        // Parts of names, each once: what was asked for is not asked for again within seconds.
        .env("KORE_FILTERS", (13..=49).step_by(2).map(|part| part.to_string()).collect::<Vec<_>>().join(","))
        .status()
        .context("node does not start")?;
    ensure!(ended.success(), "{} ended with {ended}", script.display());
    Ok(())
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if arguments.pure {
        return pure();
    }
    let kored = match arguments.kored {
        Some(path) => path,
        None => std::env::current_exe()?.with_file_name("kored"),
    };
    let mut world = World::make(arguments.teams, arguments.clusters).await?;
    println!("{} clusters in {} teams are made", arguments.clusters, arguments.teams);
    world.serve(&kored, arguments.port).await?;
    if let Some(script) = arguments.browser {
        return browser(&world, arguments.port, &script);
    }
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = |path: &str| format!("http://127.0.0.1:{}/api/v1/{path}", arguments.port);

    let (admin, member) = (world.admin.clone(), world.member.clone());
    let (_, first) = page(&http, &url("clusters?limit=50"), &admin).await?;
    let first: serde_json::Value = serde_json::from_slice(&first)?;
    let cursor = first.pointer("/metadata/continue").and_then(serde_json::Value::as_str).context("no next page")?;
    let of = |path: &str, token: &str| Some((url(path), token.to_owned()));
    let team = world::team(arguments.teams / 2);
    let mut all: Vec<Series> = [
        ("kube-apiserver, limit=50", None),
        ("default page", of("clusters?limit=50", &admin)),
        ("next page, by cursor", of(&format!("clusters?limit=50&continue={cursor}"), &admin)),
        ("sorted, newest first", of("clusters?limit=50&orderBy=-created", &admin)),
        ("filtered by team", of(&format!("clusters?limit=50&filter=team={team}"), &admin)),
        ("filtered by text", of("clusters?limit=50&filter=name~42", &admin)),
        ("all of a member's", of("clusters?limit=50", &member)),
        ("nobody's: livez", Some((format!("http://127.0.0.1:{}/livez", arguments.port), String::new()))),
        ("one team, as a member", of(&format!("teams/{team}"), &member)),
        ("a team's, as a member", of(&format!("teams/{team}/clusters?limit=50"), &member)),
    ]
    .into_iter()
    .map(|(name, asked)| Series { name, asked, took: Vec::with_capacity(arguments.pages) })
    .collect();
    for round in 0..arguments.pages + 5 {
        for series in &mut all {
            let took = match &series.asked {
                Some((url, token)) => page(&http, url, token).await?.0,
                None => direct(&world.client).await?,
            };
            // The first rounds open connections.
            if round >= 5 {
                series.took.push(took);
            }
        }
    }
    println!("{:26}{:>10}{:>10}   of {} pages", "", "p50 ms", "p99 ms", arguments.pages);
    for series in &all {
        println!("{:26}{:>10.2}{:>10.2}", series.name, series.percentile(50), series.percentile(99));
    }
    pure()?;
    let (now, peak) = resident(world.server()?)?;
    println!("memory of the server: {now} MiB, at its peak {peak} MiB");
    Ok(())
}
