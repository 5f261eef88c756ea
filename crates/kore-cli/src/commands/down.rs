//! `kore down`: stops the platform on this machine; `--purge` removes it.

use std::{fs, process::Stdio, time::Duration};

use kore_api::{codes::Code, supervisor::Request};
use kore_client::{Client, ListQuery, Precondition, resource};
use serde_json::Value;

use super::{exec, kubeconfig, local, objects};
use crate::{
    app::{App, Installation},
    cli::DownArgs,
    config::Context,
    error::{CliError, Result},
    exit::Exit,
    follow::{self, Place},
    progress::{Progress, TICK},
    supervisor::Supervisor,
    tools,
    tree::Node,
    views,
};

/// How long one cluster may take to go before it is left to the sweep.
const CLUSTER: Duration = Duration::from_secs(120);
/// How long a supervisor may take to let go of its socket.
const GONE: Duration = Duration::from_secs(15);

/// Runs `kore down`.
///
/// # Errors
/// What is left behind and why.
pub async fn run(app: &App, args: &DownArgs) -> Result {
    let installation = app.installation(&args.installation)?;
    if !installation.data.exists() {
        if args.purge {
            forget(app, &installation).await?;
        }
        app.printer.note(&format!("There is no platform {:?} on this machine.", installation.name));
        return Ok(());
    }
    if args.purge {
        app.confirm_with(
            &format!("Remove the platform {:?} with every cluster and all data?", installation.name),
            &installation.name,
        )?;
    }
    let _busy = local::lock(&installation)?;
    let mut progress = Progress::new(app);
    let mut nodes: Vec<Node> = Vec::new();
    let runs = Supervisor::connect(&installation.supervisor_socket()).await.is_ok();
    if args.purge && runs {
        delete_clusters(app, &installation, &mut progress, &mut nodes).await?;
    }
    if runs {
        local::converse(app, &installation, &Request::Down, &mut progress, &mut nodes).await?;
        wait_for_end(&installation).await;
    } else if !args.purge {
        app.printer.note(&format!(
            "The platform {:?} is not running; its data is in {}.",
            installation.name,
            app.paths.tilde(&installation.data)
        ));
        return Ok(());
    }
    if !args.purge {
        progress.finish(&nodes, app.now());
        app.printer.note(&format!(
            "Kore is down; its data stays in {}. Start it again:  kore up",
            app.paths.tilde(&installation.data)
        ));
        return Ok(());
    }
    purge(app, &installation, &mut progress, &mut nodes).await?;
    progress.finish(&nodes, app.now());
    forget(app, &installation).await?;
    app.printer.note(&format!("The platform {:?} is gone; nothing is left of it on this machine.", installation.name));
    Ok(())
}

pub(super) async fn wait_for_end(installation: &Installation) {
    let socket = installation.supervisor_socket();
    let _ = tokio::time::timeout(GONE, async {
        while Supervisor::connect(&socket).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

/// Deletes every cluster the proper way. What cannot be deleted so is left to the sweep, and said.
async fn delete_clusters(
    app: &App,
    installation: &Installation,
    progress: &mut Progress,
    nodes: &mut Vec<Node>,
) -> Result {
    let Some(platform) = local::platform(installation).await else {
        if super::seed::is_done(installation) {
            app.printer.warn("the server does not run; its clusters are swept away without it");
        }
        return Ok(());
    };
    let Ok(Ok((_, tokens))) = tokio::time::timeout(GONE, local::admin_session(&platform)).await else {
        app.printer.warn("the server does not answer; its clusters are swept away without it");
        return Ok(());
    };
    let context = Context { server: super::context::parse_server(&platform.url)?, ..Context::default() };
    let client = app.client_for(&context, kore_client::Credentials::Token(tokens.access_token.into()))?;
    let listed = objects::read_list(&client, &resource::CLUSTER.collection(None), &ListQuery::default()).await;
    let Ok((clusters, _)) = listed else {
        app.printer.warn("the server does not list its clusters; they are swept away without it");
        return Ok(());
    };
    let mut begun = Vec::new();
    for cluster in &clusters {
        match delete_one(&client, cluster).await {
            Ok(id) => begun.push((views::qualified(cluster), id)),
            Err(error) => {
                app.printer.warn(&format!(
                    "{}: {}; it is swept away instead",
                    views::qualified(cluster),
                    error.message
                ));
            }
        }
    }
    for (name, id) in begun {
        let title = format!("Delete cluster {name}");
        let mut node = Node::running(&format!("delete {name}"), &title, app.now());
        let place = Place { before: nodes, title };
        match follow::operation(app, &client, &id, Some(CLUSTER), Some(place), progress).await {
            Ok(operation) => {
                node.started_at = Some(operation.started_at.unwrap_or(operation.created_at));
                let record = operation.remainder.map(super::cluster::record);
                node.finish(operation.ended_at.unwrap_or_else(|| app.now()), record);
                nodes.clear();
            }
            Err(error) if error.exit == Exit::INTERRUPTED => return Err(error),
            Err(error) => {
                app.printer.warn(&format!("{name}: {}; it is swept away instead", error.message));
                nodes.clear();
            }
        }
    }
    Ok(())
}

async fn delete_one(client: &Client, cluster: &Value) -> Result<String> {
    let team = views::text(cluster, "metadata.team");
    let name = views::text(cluster, "metadata.name");
    let path = resource::CLUSTER.object(Some(&team), &name);
    let mut found = objects::fetch(client, resource::CLUSTER, Some(&team), &name).await?;
    if views::at(&found.value, "metadata.deletionTimestamp").is_some() {
        return objects::operation_of(client, &found.value, None, true).await;
    }
    // Whoever purges has confirmed it by the installation's name: protection and pause give way.
    let spec = |key: &str, value: &Value| views::at(value, key).and_then(Value::as_bool) == Some(true);
    if spec("spec.deletionProtection", &found.value) || spec("spec.paused", &found.value) {
        let mut body = found.value.clone();
        body["spec"]["deletionProtection"] = false.into();
        body["spec"]["paused"] = false.into();
        client.replace::<_, Value>(&path, &body, &found.precondition).await?;
        found = objects::fetch(client, resource::CLUSTER, Some(&team), &name).await?;
    }
    let precondition: &Precondition = &found.precondition;
    let answer = client.delete(&path, precondition).await?;
    let object = answer.value.unwrap_or(found.value);
    objects::operation_of(client, &object, answer.operation, true).await
}

/// Sweeps what is left by tag, without server and supervisor, and removes the data.
async fn purge(app: &App, installation: &Installation, progress: &mut Progress, nodes: &mut Vec<Node>) -> Result {
    let mut node = Node::running("purge", "Sweep this machine and remove the data", app.now());
    let program = tools::kored(app)?;
    let child = tokio::process::Command::new(&program)
        .args(["local", "--data"])
        .arg(&installation.data)
        .args(["--installation", &installation.name, "--purge"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| CliError::new(Code::LocalToolMissing, format!("{}: {error}", program.display())))?;
    let mut work = Box::pin(child.wait_with_output());
    let mut ticks = tokio::time::interval(TICK);
    let output = loop {
        tokio::select! {
            output = &mut work => break output,
            _ = ticks.tick() => {
                let shown: Vec<Node> = nodes.iter().cloned().chain([node.clone()]).collect();
                progress.update(&shown, app.now());
            }
        }
    };
    let failed = |said: String| {
        CliError::new(Code::LocalInstallation, format!("something of {:?} could not be removed", installation.name))
            .exit(Exit::FAILED)
            .note("said", said)
            .fix("run it again: kore down --purge")
    };
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        node.fail(app.now());
        nodes.push(node);
        progress.finish(nodes, app.now());
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(failed(text.lines().last().unwrap_or_default().to_owned()));
    }
    match fs::remove_dir_all(&installation.data) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(failed(format!("{}: {error}", installation.data.display())));
        }
        _ => {}
    }
    node.finish(app.now(), None);
    nodes.push(node);
    Ok(())
}

/// Removes what this program keeps about an installation: context, session, credentials, kubeconfig entries.
async fn forget(app: &App, installation: &Installation) -> Result {
    let name = &installation.name;
    let mut config = app.config()?;
    let ours = config.contexts.get(name).is_some_and(|context| context.data_dir.as_ref() == Some(&installation.data));
    if !ours {
        return Ok(());
    }
    config.contexts.remove(name);
    for pointer in [&mut config.current_context, &mut config.previous_context] {
        if pointer.as_deref() == Some(name.as_str()) {
            *pointer = None;
        }
    }
    config.save(&app.paths)?;
    app.sessions(name).remove()?;
    exec::forget_credentials(app, name);
    let removed = kubeconfig::remove_of_context(app, name).await.unwrap_or(0);
    if removed > 0 {
        app.printer.note(&format!("{removed} entries were removed from {}.", app.paths.tilde(&kubeconfig::file(app))));
    }
    Ok(())
}
