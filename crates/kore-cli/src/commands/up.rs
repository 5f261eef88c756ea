//! `kore up`: a platform on this machine, with a first cluster, in one command.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use kore_api::{
    codes::Code,
    config::DEFAULT_LISTEN,
    identity::ClaimLink,
    platform::RehearsedOrganization,
    supervisor::{Platform, Reply, Request},
};
use kore_client::{Client, resource};
use serde_json::{Value, json};

use super::{
    back::Back,
    down, local, marks,
    rehearsal::{self, Rehearsed},
    seed,
};
use crate::{
    app::{App, Installation},
    cli::UpArgs,
    error::{CliError, Result},
    exit::Exit,
    follow::{self, Place},
    output::{self, Format},
    printer::Style,
    progress::{Progress, TICK},
    supervisor::Supervisor,
    tools,
    tree::Node,
    views,
};

/// How long clusters that were there before may take to come back before we stop looking.
const BACK: Duration = Duration::from_secs(180);

/// Runs `kore up`.
///
/// # Errors
/// What stood in the way; running it again goes on from there.
pub async fn run(app: &App, args: &UpArgs) -> Result {
    let installation = app.installation(&args.installation)?;
    let result = Box::pin(bring_up(app, args, &installation)).await;
    let result = result.map_err(|error| suggest_port(error, args, &installation));
    if let Err(error) = &result
        && error.exit == Exit::INTERRUPTED
    {
        let name =
            if installation.name == "default" { String::new() } else { format!(" --name {}", installation.name) };
        app.printer.progress(&[vec![(
            Style::Plain,
            format!("Stopped watching; nothing is lost. Go on:  kore up{name}     look:  kore status{name}"),
        )]]);
    }
    result
}

/// A port that is taken is answered with one that is not.
fn suggest_port(error: CliError, args: &UpArgs, installation: &Installation) -> CliError {
    if error.code.as_deref() != Some(Code::LocalPortInUse.entry().code) {
        return error;
    }
    let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let first = args.port.unwrap_or_else(|| DEFAULT_LISTEN.port()).saturating_add(10);
    // The gateway takes the next one.
    let Some(port) = (first..first.saturating_add(1000)).step_by(10).find(|port| free(*port) && free(port + 1)) else {
        return error;
    };
    let name = if installation.name == "default" { String::new() } else { format!(" --name {}", installation.name) };
    error.fix(format!("stop it, or take a port that is free: kore up{name} --port {port}"))
}

async fn bring_up(app: &App, args: &UpArgs, installation: &Installation) -> Result {
    let began = app.now();
    let busy = local::lock(installation)?;
    let already = local::platform(installation).await.is_some();
    rehearsal::refuse_other(installation, args, already)?;
    if !already && (args.port.is_some() || args.address_pool.is_some() || !args.evaluate.is_empty()) {
        // A supervisor that came to nothing was told other addresses; a new one is told these.
        end_supervisor(installation).await;
    }
    let mut progress = Progress::new(app);
    let mut nodes: Vec<Node> = Vec::new();
    if !already {
        app.printer.say(&vec![
            (Style::Bold, format!("Kore {}", env!("CARGO_PKG_VERSION"))),
            (Style::Plain, format!("  local platform {:?}\n", installation.name)),
        ]);
    }
    let child = start_supervisor(app, args, installation, &mut progress, &mut nodes).await?;
    let ended = local::converse(app, installation, &Request::Up, &mut progress, &mut nodes).await?;
    let local::Ended::Up(platform) = ended else {
        return Err(CliError::new(Code::LocalProcess, "the supervisor has stopped").exit(Exit::FAILED));
    };
    let mut stage = Stage { app, progress, nodes };
    let (admin, tokens) = stage
        .step("sign-in", "Sign in the command line", async {
            local::admin_session(&platform).await.map(|session| (session, None))
        })
        .await?;
    let is_current = local::sign_in(app, installation, &platform, tokens)?;
    let client = local::client(app, installation, &platform)?;
    let rehearsed = if platform.rehearsal.is_empty() {
        None
    } else {
        let ready = async { rehearsal::ready(&client).await.map(|organization| (organization, None)) };
        let ready = stage.step("rehearsal", "Make what stands in for AWS ready", ready).await?;
        if !seed::is_done(installation) {
            let behind = async { seed::rehearsal(app, &client).await.map(|()| ((), None)) };
            stage.step("rehearsal-team", "Prepare what stands behind rehearsed clusters", behind).await?;
        }
        Some(ready)
    };
    if !seed::is_done(installation) {
        stage
            .step("seed", "Seed team and plans", async {
                seed::team_and_plans(app, &client).await.map(|note| ((), Some(note)))
            })
            .await?;
        if !args.no_first_cluster {
            first_cluster(&mut stage, &client, args).await?;
        }
        seed::mark_done(installation)?;
    } else {
        let rehearsed = rehearsal::stands(installation, &platform, began).await;
        let anew = bring_back(&mut stage, installation, &client, rehearsed).await?;
        if !anew.is_empty() {
            let what = "what stands in for AWS began anew, and what was there is made again: kore operation list";
            app.printer.warn(&format!("{}: {what}", anew.join(", ")));
        }
    }
    stage.progress.finish(&stage.nodes, app.now());
    let claim = admin.claim_link(false).await.unwrap_or_else(|error| {
        app.printer.warn(&format!("no claim link: {error}"));
        None
    });
    let outcome = Outcome { platform: &platform, claim, already, began, is_current, rehearsed };
    outcome.print(app, installation, &client).await?;
    drop(busy);
    match child {
        Some(child) if args.foreground => foreground(app, installation, child).await,
        _ => Ok(()),
    }
}

async fn end_supervisor(installation: &Installation) {
    let Ok(mut conversation) = Supervisor::connect(&installation.supervisor_socket()).await else { return };
    if conversation.send(&Request::Down).await.is_ok() {
        while let Ok(Some(Reply::Step { .. })) = conversation.next().await {}
        down::wait_for_end(installation).await;
    }
}

async fn start_supervisor(
    app: &App,
    args: &UpArgs,
    installation: &Installation,
    progress: &mut Progress,
    nodes: &mut Vec<Node>,
) -> Result<Option<tokio::process::Child>> {
    if Supervisor::connect(&installation.supervisor_socket()).await.is_ok() {
        return Ok(None);
    }
    let mut node = Node::running("supervisor", "Start the supervisor", app.now());
    progress.update(std::slice::from_ref(&node), app.now());
    let child = local::start(app, installation, args).await;
    match &child {
        Ok(_) => node.finish(app.now(), Some(app.paths.tilde(&installation.data))),
        Err(_) => node.fail(app.now()),
    }
    nodes.push(node);
    progress.update(nodes, app.now());
    if child.is_err() {
        progress.finish(nodes, app.now());
    }
    child.map(Some)
}

/// The tree while steps of this program run.
struct Stage<'a> {
    app: &'a App,
    progress: Progress,
    nodes: Vec<Node>,
}

impl Stage<'_> {
    /// Runs one step of this program with the tree moving; its note is shown once it is done.
    async fn step<T>(
        &mut self,
        key: &str,
        title: &str,
        work: impl Future<Output = Result<(T, Option<String>)>>,
    ) -> Result<T> {
        self.nodes.push(Node::running(key, title, self.app.now()));
        let mut work = std::pin::pin!(work);
        let mut ticks = tokio::time::interval(TICK);
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                _ = ticks.tick() => self.progress.update(&self.nodes, self.app.now()),
                _ = tokio::signal::ctrl_c() => break Err(CliError::silent(Exit::INTERRUPTED)),
            }
        };
        let now = self.app.now();
        if let Some(node) = self.nodes.last_mut() {
            match &result {
                Ok((_, note)) => node.finish(now, note.clone()),
                Err(error) if error.exit == Exit::INTERRUPTED => {}
                Err(_) => node.fail(now),
            }
        }
        if result.is_err() {
            self.progress.finish(&self.nodes, now);
        } else {
            self.progress.update(&self.nodes, now);
        }
        result.map(|(value, _)| value)
    }
}

async fn first_cluster(stage: &mut Stage<'_>, client: &Client, args: &UpArgs) -> Result {
    let name = format!("{}/{}", seed::TEAM, seed::CLUSTER);
    let title = format!("Create cluster {name}");
    let Some(id) = seed::first_cluster(client, args.nodes).await.inspect_err(|_| {
        let mut node = Node::running("operation", &title, stage.app.now());
        node.fail(stage.app.now());
        stage.nodes.push(node);
        stage.progress.finish(&stage.nodes, stage.app.now());
    })?
    else {
        return Ok(());
    };
    let place = Place { before: &stage.nodes, title: title.clone() };
    let operation = follow::operation(stage.app, client, &id, None, Some(place), &mut stage.progress).await?;
    let start = operation.started_at.unwrap_or(operation.created_at);
    let mut node = Node::running("operation", &title, start);
    node.finish(operation.ended_at.unwrap_or(start), Some(format!("{} steps", operation.steps.len())));
    stage.nodes.push(node);
    // The tree was shown for the last time by the follower; start below it.
    stage.nodes.clear();
    Ok(())
}

/// Waits until clusters that were there before are back; those that are made again instead.
async fn bring_back(
    stage: &mut Stage<'_>,
    installation: &Installation,
    client: &Client,
    rehearsed: Rehearsed,
) -> Result<Vec<String>> {
    let mut back = Back::of(stage.app, installation, client, rehearsed).await?;
    let title = match back.clusters().len() {
        0 => return Ok(back.anew().to_vec()),
        1 => "Cluster is back".to_owned(),
        several => format!("{several} clusters are back"),
    };
    let deadline = Instant::now() + BACK;
    let late = stage
        .step("back", &title, async {
            loop {
                let late = back.late().await?;
                if late.is_empty() || Instant::now() > deadline {
                    let note = if late.is_empty() {
                        back.clusters().join(", ")
                    } else {
                        format!("not yet: {}", late.join(", "))
                    };
                    return Ok((late, Some(note)));
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        })
        .await?;
    for cluster in late {
        stage.app.printer.warn(&format!("{cluster} is not back yet; Kore keeps at it: kore cluster list"));
    }
    Ok(back.anew().to_vec())
}

struct Outcome<'a> {
    platform: &'a Platform,
    claim: Option<ClaimLink>,
    already: bool,
    began: Timestamp,
    is_current: bool,
    rehearsed: Option<RehearsedOrganization>,
}

impl Outcome<'_> {
    async fn print(&self, app: &App, installation: &Installation, client: &Client) -> Result {
        let platform = self.platform;
        let me = client.get::<Value>("/api/v1/whoami").await?.value;
        let path = resource::CLUSTER.object(Some(seed::TEAM), seed::CLUSTER);
        let first = client.get::<Value>(&path).await.ok().map(|answer| answer.value);
        match app.format() {
            Format::Table | Format::Wide => {}
            Format::Env => {
                super::status::env(app, installation, platform);
                return Ok(());
            }
            Format::Name => {
                app.printer.text(&installation.name);
                return Ok(());
            }
            _ => {
                let value = json!({
                    "installation": installation.name, "dataDir": installation.data, "url": platform.url,
                    "gateway": platform.gateway, "alreadyUp": self.already, "user": views::text(&me, "name"),
                    "claimUrl": self.claim.as_ref().map(|claim| claim.url.clone()),
                    "workloads": platform.workloads, "kubernetesVersion": platform.kubernetes_version,
                    "rehearsal": platform.rehearsal, "evaluation": platform.evaluation,
                });
                return output::document(app, &value);
            }
        }
        let took = views::span(app.now().duration_since(self.began));
        let head = if self.already {
            format!("Kore is already up ({took}).")
        } else {
            format!("Kore is up in {took}, all of it on this machine.")
        };
        app.printer.line(&vec![(Style::Bold, head)]);
        app.printer.text("");
        self.addresses(app, &me, first.as_ref());
        let connect = match &self.rehearsed {
            Some(organization) => rehearsal::next(client, organization).await,
            None => None,
        };
        self.next_steps(app, installation, first.is_some(), connect);
        Ok(())
    }

    fn addresses(&self, app: &App, me: &Value, first: Option<&Value>) {
        let row = |label: &str, text: String| {
            app.printer.line(&vec![(Style::Dim, format!("  {label:<10} ")), (Style::Plain, text)]);
        };
        let link = self.claim.as_ref().map_or_else(String::new, |claim| {
            let minutes = (claim.expires_at.duration_since(app.now()).as_secs() + 59) / 60;
            format!("      sign in once: {}  ({minutes} min, one use)", claim.url)
        });
        row("Address", format!("{}{link}", self.platform.url));
        let role = if views::text(me, "platformRole") == "admin" { "      platform administrator" } else { "" };
        row("You", format!("{}{role}", views::text(me, "name")));
        if let Some(first) = first {
            let (state, _) = views::state(first);
            let nodes = match views::text(first, "status.nodes.ready").as_str() {
                "" | "0" => String::new(),
                "1" => "  1 node".to_owned(),
                nodes => format!("  {nodes} nodes"),
            };
            let version = views::text(first, "status.kubernetesVersion");
            row("Cluster", format!("{}  {state}{nodes}  {version}", views::qualified(first)));
        }
        for (name, means) in marks::of(&self.platform.rehearsal, &self.platform.evaluation) {
            row(name, means);
        }
        if !self.platform.workloads {
            row("Note", format!("workloads will not run here: {}", self.platform.workloads_reason));
        }
    }

    fn next_steps(&self, app: &App, installation: &Installation, first: bool, connect: Option<String>) {
        let step = |command: String, what: &str| {
            app.printer.text(&format!("  {command:<52} {what}"));
        };
        app.printer.text("");
        if let Some(dir) = tools::to_put_on_path(app) {
            app.printer.line(&vec![(Style::Bold, "So that kore is found".to_owned())]);
            app.printer.text(&format!("  export PATH=\"{}:$PATH\"", dir.display()));
        }
        if first {
            let name = format!("{}/{}", seed::TEAM, seed::CLUSTER);
            app.printer.line(&vec![(Style::Bold, "Use it now".to_owned())]);
            step(format!("kore exec {name} -- kubectl get pods -A"), "your kubeconfig is not touched");
            step(format!("kore kubeconfig add {name}"), &format!("adds context kore/{name}; the current one stays"));
        }
        app.printer.line(&vec![(Style::Bold, "Then".to_owned())]);
        step("kore team create payments".to_owned(), "a team of your own");
        step(format!("kore cluster create payments/dev --plan {}", seed::PLAN), "and its cluster");
        if let Some(connect) = connect {
            app.printer.line(&vec![(Style::Bold, "Connect the rehearsed organisation".to_owned())]);
            app.printer.text(&format!("  {connect}"));
        }
        app.printer.line(&vec![(Style::Bold, "Later".to_owned())]);
        app.printer.text("  kore status   kore down (keeps data)   kore down --purge (removes everything)");
        if !self.is_current {
            app.printer.note(&format!(
                "\nThe current context stays as it was; to work here:  kore context use {}",
                installation.name
            ));
        }
    }
}

/// Stays until the supervisor ends; a signal takes the platform down first.
async fn foreground(app: &App, installation: &Installation, mut child: tokio::process::Child) -> Result {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| CliError::new(Code::Internal, format!("signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    app.printer.note("In the foreground; Ctrl-C stops the platform and keeps its data.");
    tokio::select! {
        status = child.wait() => match status {
            Ok(status) if status.success() => return Ok(()),
            _ => return Err(CliError::new(Code::LocalProcess, "the supervisor has ended").exit(Exit::FAILED)),
        },
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    let mut progress = Progress::new(app);
    let mut nodes = Vec::new();
    local::converse(app, installation, &Request::Down, &mut progress, &mut nodes).await?;
    progress.finish(&nodes, app.now());
    let _ = child.wait().await;
    Ok(())
}
