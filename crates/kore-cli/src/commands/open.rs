//! `kore open`: Kore itself, or an app of a cluster, in the browser.

use std::process::Stdio;

use kore_api::codes::Code;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::exec::Session;
use crate::{
    app::App,
    cli::OpenArgs,
    error::{CliError, Result},
    exit::Exit,
    output, tools, views,
};

/// Runs `kore open`.
///
/// # Errors
/// When the target cannot be reached.
pub async fn run(app: &App, args: &OpenArgs) -> Result {
    let Some(cluster) = &args.cluster else {
        let selected = app.selected()?;
        show(app, &selected.context.server, args.no_browser);
        return Ok(());
    };
    let cluster = app.cluster(Some(cluster))?;
    let session = Session::new(app, &cluster).await?;
    if tools::find(app, "kubectl").is_none() {
        return Err(CliError::new(Code::LocalToolMissing, "kubectl is neither on PATH nor among the tools"));
    }
    let target = args
        .target
        .clone()
        .ok_or_else(|| CliError::usage("which app?").fix(format!("kore open {cluster} service/NAME -n NAMESPACE")))?;
    let target = if target.contains('/') { target } else { format!("service/{target}") };
    let port = match args.port {
        Some(port) => port,
        None => first_port(&session, &target, &args.namespace).await?,
    };
    let mut command = session.command(std::ffi::OsStr::new("kubectl"));
    command.args(["port-forward", "--address", "127.0.0.1", "-n", &args.namespace, &target, &format!(":{port}")]);
    let mut child = command
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| CliError::new(Code::LocalToolMissing, format!("kubectl: {error}")))?;
    let Some(stdout) = child.stdout.take() else { return Err(CliError::new(Code::Internal, "kubectl has no output")) };
    let mut lines = BufReader::new(stdout).lines();
    // "Forwarding from 127.0.0.1:41234 -> 8080"
    let local = loop {
        match lines.next_line().await {
            Ok(Some(line)) => {
                let port = line.strip_prefix("Forwarding from 127.0.0.1:").and_then(|rest| rest.split(' ').next());
                if let Some(port) = port {
                    break port.to_owned();
                }
            }
            _ => {
                return Err(CliError::new(Code::NotFound, format!("{target} in {} cannot be reached", args.namespace))
                    .fix(format!("see what there is: kore exec {cluster} -- kubectl get services -A")));
            }
        }
    };
    show(app, &format!("http://127.0.0.1:{local}"), args.no_browser);
    app.printer.note(&format!("{target} of {cluster}; Ctrl-C ends it."));
    tokio::select! {
        _ = child.wait() => Err(CliError::new(Code::ClusterUnreachable, "the connection has ended").exit(Exit::UNREACHABLE)),
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = async { while let Ok(Some(_)) = lines.next_line().await {} std::future::pending().await } => Ok(()),
    }
}

async fn first_port(session: &Session, target: &str, namespace: &str) -> Result<u16> {
    let mut command = session.command(std::ffi::OsStr::new("kubectl"));
    command.args(["get", "-n", namespace, target, "-o", "json"]);
    let answer = command.output().await;
    let answer = answer.map_err(|error| CliError::new(Code::LocalToolMissing, format!("kubectl: {error}")))?;
    let object: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap_or_default();
    let paths = ["spec.ports.0.port", "spec.containers.0.ports.0.containerPort"];
    let port = paths.into_iter().find_map(|path| views::at(&object, path)).map(output::plain);
    port.and_then(|port| port.parse().ok()).ok_or_else(|| {
        if answer.status.success() {
            return CliError::new(Code::NotFound, format!("{target} in namespace {namespace} names no port"))
                .fix("name it: --port PORT");
        }
        let said = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
        CliError::new(Code::NotFound, format!("{target} in namespace {namespace} cannot be read"))
            .note("kubectl", said)
            .fix("see what there is: kore exec TEAM/NAME -- kubectl get services -A")
    })
}

fn show(app: &App, url: &str, no_browser: bool) {
    app.printer.text(url);
    let display = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"].into_iter().any(|name| app.var(name).is_some());
    if !no_browser && (display || cfg!(target_os = "macos")) && webbrowser::open(url).is_err() {
        app.printer.note("No browser could be started here.");
    }
}
