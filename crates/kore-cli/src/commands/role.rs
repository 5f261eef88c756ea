//! `kore role`.

use kore_client::resource;
use kore_domain::access::Permission;
use serde_json::{Value, json};

use super::{
    confirmed,
    objects::{self, Written},
    team::fields,
};
use crate::{
    app::App,
    cli::{RoleCommand, WriteArgs},
    error::Result,
    output::{self, Format},
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore role`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: RoleCommand) -> Result {
    let kind = resource::ROLE;
    match command {
        RoleCommand::List(args) => objects::show_list(app, kind, None, &objects::query(&args), "There are none.").await,
        RoleCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        RoleCommand::Create { name, permissions, description, write } => {
            let mut spec = fields(&[("description", description)]);
            spec["permissions"] = json!(permissions);
            let client = app.client().await?;
            let body = objects::new_object(kind, None, &name, spec);
            let written = objects::create(app, &client, kind, None, &body, &write).await?;
            let Written::Done { object, .. } = written else { return Ok(()) };
            objects::done(app, kind, &object, "created")?;
            app.printer.note(&format!("Next:  kore access grant USER {name} TEAM"));
            Ok(())
        }
        RoleCommand::Edit { name, permissions, description, write } => {
            let mut changes = fields(&[("description", description)]);
            if !permissions.is_empty() {
                changes["permissions"] = json!(permissions);
            }
            edit(app, &name, &changes, &write).await
        }
        RoleCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            match confirmed::delete(app, &client, kind, &found, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "deleted"),
                Written::Dry => Ok(()),
            }
        }
        RoleCommand::Permissions => permissions(app),
    }
}

async fn edit(app: &App, name: &str, changes: &Value, write: &WriteArgs) -> Result {
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::ROLE, None, name).await?;
    let body = if changes.as_object().is_some_and(serde_json::Map::is_empty) {
        super::generic::in_editor(app, &found.value)?
    } else {
        let mut body = found.value.clone();
        json_patch::merge(&mut body, &json!({ "spec": changes }));
        body
    };
    match objects::replace(app, &client, resource::ROLE, &found, &body, write).await? {
        Written::Done { object, .. } => objects::done(app, resource::ROLE, &object, "changed"),
        Written::Dry => Ok(()),
    }
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "Role", object, |app| {
        let built_in = views::at(object, "status.builtIn").and_then(Value::as_bool) == Some(true);
        super::cluster::pairs(
            app,
            vec![
                ("Role", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("For", Cell::new(views::text(object, "spec.description"))),
                ("Comes with Kore", Cell::new(if built_in { "yes" } else { "no" })),
            ],
        );
        app.printer.text("");
        let allowed = views::at(object, "spec.permissions").and_then(Value::as_array).into_iter().flatten();
        // The server may know more of them than this program.
        let summary = |name| Permission::find(name).map_or("", Permission::summary);
        table(allowed.filter_map(Value::as_str).map(|name| (name, summary(name)))).print(&app.printer, true);
        Ok(())
    })
}

fn table<'a>(permissions: impl Iterator<Item = (&'a str, &'a str)>) -> Table {
    let mut table = Table::new(&["PERMISSION", "ALLOWS TO"]);
    for (name, summary) in permissions {
        table.row(vec![Cell::new(name), Cell::new(summary.trim_end_matches('.'))]);
    }
    table
}

fn permissions(app: &App) -> Result {
    let all = Permission::ALL.iter().copied();
    match app.format() {
        Format::Table | Format::Wide => {
            let all = table(all.map(|one| (one.name(), one.summary())));
            all.print(&app.printer, !app.globals.no_headers);
        }
        Format::Name => all.for_each(|permission| app.printer.text(permission.name())),
        _ => {
            let all: Vec<Value> = all.map(|one| json!({ "name": one.name(), "allows": one.summary() })).collect();
            output::document(app, &Value::from(all))?;
        }
    }
    Ok(())
}
