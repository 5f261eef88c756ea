//! `kore status`: what runs on this machine.

use kore_api::supervisor::{Platform, ProcessState, ProcessStatus, Reply, Request};
use kore_client::{ListQuery, resource};
use serde_json::{Value, json};

use super::{cluster::pairs, local, marks, objects};
use crate::{
    app::{App, Installation},
    cli::InstallationArgs,
    error::{CliError, Result},
    exit::Exit,
    output::{self, Format},
    printer::Style,
    supervisor::Supervisor,
    table::{Cell, Table},
    views,
};

/// Runs `kore status`.
///
/// # Errors
/// Exit 1 when the platform is not up or a process does not stay up.
pub async fn run(app: &App, args: &InstallationArgs) -> Result {
    let installation = app.installation(args)?;
    let platform = local::platform(&installation).await;
    let processes = match Supervisor::ask(&installation.supervisor_socket(), &Request::List).await {
        Ok(Reply::Processes { processes }) => processes,
        _ => Vec::new(),
    };
    let supervised = Supervisor::connect(&installation.supervisor_socket()).await.is_ok();
    let clusters = match &platform {
        Some(platform) => clusters(app, &installation, platform).await,
        None => None,
    };
    let ok = platform.is_some() && processes.iter().all(|process| process.state == ProcessState::Ready);
    print(app, &installation, platform.as_ref(), supervised, &processes, clusters.as_deref())?;
    if ok { Ok(()) } else { Err(CliError::silent(Exit::FAILED)) }
}

async fn clusters(app: &App, installation: &Installation, platform: &Platform) -> Option<Vec<Value>> {
    let client = local::client(app, installation, platform).ok()?;
    let path = resource::CLUSTER.collection(None);
    objects::read_list(&client, &path, &ListQuery::default()).await.ok().map(|(items, _)| items)
}

/// Prints the addresses for a shell.
pub(crate) fn env(app: &App, installation: &Installation, platform: &Platform) {
    output::env(
        app,
        &[
            ("KORE_INSTALLATION", installation.name.clone()),
            ("KORE_DATA_DIR", installation.data.display().to_string()),
            ("KORE_CONTEXT", installation.name.clone()),
            ("KORE_SERVER_URL", platform.url.clone()),
            ("KORE_GATEWAY_URL", platform.gateway.clone()),
        ],
    );
}

fn word(state: ProcessState) -> (&'static str, Style) {
    match state {
        ProcessState::Waiting => ("waiting", Style::Busy),
        ProcessState::Starting => ("starting", Style::Busy),
        ProcessState::Ready => ("ready", Style::Good),
        ProcessState::BackingOff => ("failing", Style::Bad),
    }
}

fn print(
    app: &App,
    installation: &Installation,
    platform: Option<&Platform>,
    supervised: bool,
    processes: &[ProcessStatus],
    clusters: Option<&[Value]>,
) -> Result {
    let state = match (platform, supervised) {
        (Some(_), _) => "up",
        (None, true) => "not up; its supervisor runs",
        (None, false) if installation.data.exists() => "down",
        (None, false) => "not here",
    };
    match app.format() {
        Format::Env => {
            if let Some(platform) = platform {
                env(app, installation, platform);
            }
            return Ok(());
        }
        Format::Name => {
            app.printer.text(&installation.name);
            return Ok(());
        }
        Format::Json | Format::Yaml | Format::Jsonl => {
            let value = json!({
                "installation": installation.name, "dataDir": installation.data, "state": state,
                "platform": platform, "processes": processes, "clusters": clusters,
            });
            return output::document(app, &value);
        }
        Format::Table | Format::Wide => {}
    }
    let style = if platform.is_some() { Style::Good } else { Style::Warn };
    let mut rows = vec![
        ("Platform", Cell::new(installation.name.as_str()).style(Style::Bold)),
        ("State", Cell::new(state).style(style)),
        ("Data", Cell::new(app.paths.tilde(&installation.data))),
    ];
    if let Some(platform) = platform {
        rows.push(("Address", Cell::new(platform.url.as_str())));
        rows.push(("Gateway", Cell::new(platform.gateway.as_str())));
        rows.push(("Kubernetes", Cell::new(platform.kubernetes_version.as_str())));
        let here = if platform.workloads { "run here" } else { "will not run here" };
        rows.extend(marks::rows(marks::of(&platform.rehearsal, &platform.evaluation)));
        rows.push(("Workloads", Cell::new(format!("{here}: {}", platform.workloads_reason))));
    }
    let ready = processes.iter().filter(|process| process.state == ProcessState::Ready).count();
    if !processes.is_empty() {
        rows.push(("Processes", Cell::new(format!("{ready} of {} ready", processes.len()))));
    }
    pairs(app, rows);
    let unwell: Vec<&ProcessStatus> = processes
        .iter()
        .filter(|process| app.format() == Format::Wide || process.state != ProcessState::Ready)
        .collect();
    if !unwell.is_empty() {
        let mut table = Table::new(&["PROCESS", "STATE", "PID", "RESTARTS", "MESSAGE"]);
        for process in unwell {
            let (text, style) = word(process.state);
            table.row(vec![
                Cell::new(process.spec.name.as_str()),
                Cell::new(text).style(style),
                Cell::new(process.pid.map(|pid| pid.to_string()).unwrap_or_default()),
                Cell::new(process.restarts.to_string()),
                Cell::new(process.message.clone().unwrap_or_default()),
            ]);
        }
        app.printer.text("");
        table.print(&app.printer, true);
    }
    if let Some(clusters) = clusters.filter(|clusters| !clusters.is_empty()) {
        let mut table = Table::new(&["CLUSTER", "STATE", "VERSION"]);
        for cluster in clusters {
            let (text, style) = views::state(cluster);
            let version = views::text(cluster, "status.kubernetesVersion");
            table.row(vec![Cell::new(views::qualified(cluster)), Cell::new(text).style(style), Cell::new(version)]);
        }
        app.printer.text("");
        table.print(&app.printer, true);
    }
    if platform.is_none() {
        app.printer.note("Bring it up:  kore up");
    }
    Ok(())
}
