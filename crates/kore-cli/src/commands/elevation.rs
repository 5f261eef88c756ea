//! `kore elevation`.

use kore_client::resource;
use serde_json::{Value, json};

use super::{
    access::scope,
    objects::{self, Written},
};
use crate::{
    app::App,
    cli::ElevationCommand,
    error::Result,
    output::{self, Format},
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore elevation`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: ElevationCommand) -> Result {
    let kind = resource::ELEVATION;
    match command {
        ElevationCommand::List(args) => {
            let hint = "No elevations. Ask for a role:  kore elevation request ROLE TEAM --reason \"…\"";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        ElevationCommand::Show { id } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &id).await?.value)
        }
        ElevationCommand::Request { role, on, time, reason, write } => {
            let minutes = time.as_secs().div_ceil(60);
            let spec = json!({ "role": role, "scope": scope(&on), "minutes": minutes, "reason": reason });
            let client = app.client().await?;
            let body = objects::new_object(kind, None, "", spec);
            let written = objects::create(app, &client, kind, None, &body, &write).await?;
            let Written::Done { object, .. } = written else { return Ok(()) };
            told(app, &object)
        }
        ElevationCommand::Approve { id } => decide(app, &id, "approve").await,
        ElevationCommand::Refuse { id } => decide(app, &id, "refuse").await,
        ElevationCommand::End { id } => decide(app, &id, "end").await,
    }
}

async fn decide(app: &App, id: &str, verb: &str) -> Result {
    let client = app.client().await?;
    told(app, &objects::act(&client, resource::ELEVATION, id, verb).await?)
}

fn told(app: &App, object: &Value) -> Result {
    if !matches!(app.format(), Format::Table | Format::Wide) {
        return output::one(app, resource::ELEVATION.kind, object, |_| Ok(()));
    }
    let (id, state) = (views::text(object, "metadata.name"), views::text(object, "status.state"));
    let (role, until) = (views::text(object, "spec.role"), views::second(object, "status.activeUntil"));
    match state.as_str() {
        "requested" => {
            app.printer.text(&format!("{role} is asked for; somebody else has to approve"));
            app.printer.note(&format!("They do so by:  kore elevation approve {id}"));
        }
        "active" => {
            app.printer.text(&format!("{role} is active until {until}"));
            app.printer.note(&format!("End it early:  kore elevation end {id}"));
        }
        state => app.printer.text(&format!("{role} is {state}")),
    }
    Ok(())
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "Elevation", object, |app| {
        let text = |path: &str| Cell::new(views::text(object, path));
        super::cluster::pairs(
            app,
            vec![
                ("Elevation", text("metadata.name").style(Style::Bold)),
                ("Who", text("status.subject")),
                ("Role", text("spec.role")),
                ("On", Cell::new(views::place(object))),
                ("Minutes", text("spec.minutes")),
                ("Reason", text("spec.reason")),
                ("State", text("status.state")),
                ("Until", Cell::new(views::second(object, "status.activeUntil"))),
                ("Decided by", text("status.decidedBy")),
                ("Asked", text("metadata.creationTimestamp")),
            ],
        );
        Ok(())
    })
}
