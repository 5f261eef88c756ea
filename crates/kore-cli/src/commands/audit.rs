//! `kore audit`.

use futures::StreamExt;
use kore_api::event::EventAction;
use kore_client::{ListQuery, events, resource};

use super::objects;
use crate::{
    app::App,
    cli::AuditCommand,
    error::{CliError, Result},
    exit::Exit,
    output,
};

/// Runs `kore audit`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AuditCommand) -> Result {
    match command {
        AuditCommand::List { list, follow: goes_on } => {
            let given = objects::query(&list);
            let query = ListQuery {
                limit: given.limit.or(Some(50)),
                order_by: given.order_by.clone().or_else(|| Some("-at".to_owned())),
                ..given
            };
            let team = app.globals.team.as_deref();
            objects::show_list(app, resource::AUDIT_RECORD, team, &query, "Nothing is on record here.").await?;
            if goes_on { follow(app, "AuditRecord", team).await } else { Ok(()) }
        }
        AuditCommand::Follow => follow(app, "AuditRecord", app.globals.team.as_deref()).await,
    }
}

/// Prints objects of a kind as they change, until interrupted. Opens the stream again when it ends.
pub(crate) async fn follow(app: &App, kind: &'static str, team: Option<&str>) -> Result {
    let client = app.client().await?;
    let mut last: Option<String> = None;
    let mut first = true;
    loop {
        let stream = events::open(&client, &[kind], team, last.as_deref()).await;
        let mut stream = match stream {
            Ok(stream) => stream,
            // The id is too old: begin again.
            Err(error) if last.is_some() && !error.is_passing() => {
                last = None;
                continue;
            }
            Err(error) if !first && error.is_passing() => {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        first = false;
        loop {
            let item = tokio::select! {
                item = stream.next() => item,
                _ = tokio::signal::ctrl_c() => return Err(CliError::silent(Exit::INTERRUPTED)),
            };
            let Some(Ok(received)) = item else { break };
            last = received.id.or(last);
            let Some(event) = received.event else { continue };
            if event.kind == kind && event.action != EventAction::Snapshot {
                output::record(app, kind, &event.object)?;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
