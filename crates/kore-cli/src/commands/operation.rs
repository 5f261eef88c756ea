//! `kore operation`.

use kore_api::operation::Operation;
use kore_client::{ListQuery, resource};
use serde_json::Value;

use super::objects;
use crate::{
    app::App,
    cli::OperationCommand,
    error::{CliError, Result},
    follow, output,
    printer::Style,
    progress::Progress,
    table::Cell,
    tree::{self, View},
    views,
};

/// Runs `kore operation`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: OperationCommand) -> Result {
    match command {
        OperationCommand::List(args) => {
            let given = objects::query(&args);
            let query = ListQuery {
                limit: given.limit.or(Some(50)),
                order_by: given.order_by.clone().or_else(|| Some("-createdAt".to_owned())),
                ..given
            };
            let team = app.globals.team.as_deref();
            objects::show_list(app, resource::OPERATION, team, &query, "No operations yet.").await
        }
        OperationCommand::Show { id } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::OPERATION, None, &id).await?;
            show(app, &found.value)
        }
        OperationCommand::Retry { id } => {
            let client = app.client().await?;
            let operation = objects::act(&client, resource::OPERATION, &id, "retry").await?;
            output::one(app, "Operation", &operation, |app| {
                app.printer.text(&format!("operation/{id} is tried again now"));
                app.printer.note(&format!("Watch it:  kore operation follow {id}"));
                Ok(())
            })
        }
        OperationCommand::Follow { id, timeout } => {
            let client = app.client().await?;
            let first = objects::fetch(&client, resource::OPERATION, None, &id).await?.value;
            app.printer.note(&format!("{} {}", views::text(&first, "action"), views::target(&first)));
            let mut progress = Progress::new(app);
            let operation = follow::operation(app, &client, &id, timeout, None, &mut progress).await?;
            if let Some(remainder) = operation.remainder {
                app.printer.note(&super::cluster::record(remainder));
            }
            let value = serde_json::to_value(&operation).unwrap_or_default();
            output::one(app, "Operation", &value, |app| {
                app.printer.text(&format!("operation/{id} done"));
                Ok(())
            })
        }
    }
}

pub(crate) fn show(app: &App, value: &Value) -> Result {
    output::one(app, "Operation", value, |app| {
        let operation: Operation = serde_json::from_value(value.clone())
            .map_err(|error| CliError::new(kore_api::codes::Code::Internal, format!("an operation: {error}")))?;
        let state = views::text(value, "state");
        super::cluster::pairs(
            app,
            vec![
                ("Operation", Cell::new(operation.id.clone()).style(Style::Bold)),
                ("What", Cell::new(format!("{} {}", views::text(value, "action"), views::target(value)))),
                ("State", Cell::new(state)),
                ("Asked by", Cell::new(operation.requested_by.clone())),
                ("Request", Cell::new(operation.request_id.clone().unwrap_or_default())),
                ("Began", Cell::new(operation.created_at.to_string())),
                ("Took", Cell::new(follow::took(&operation))),
                ("Nothing left", Cell::new(operation.remainder.map(super::cluster::record).unwrap_or_default())),
            ],
        );
        if let Some(failure) = &operation.failure {
            app.printer
                .line(&vec![(Style::Bad, failure.code.clone()), (Style::Plain, format!(": {}", failure.message))]);
            for fix in &failure.fix {
                app.printer.text(&format!("  fix  {fix}"));
            }
        }
        let view =
            View { now: app.now(), glyphs: app.printer.glyphs, frame: 0, width: app.printer.out.width, height: None };
        // On record every step is shown, groups unfolded.
        let nodes: Vec<tree::Node> = operation.steps.iter().map(tree::Node::from).collect();
        for line in tree::lines(&nodes, &view) {
            app.printer.line(&line);
        }
        Ok(())
    })
}
