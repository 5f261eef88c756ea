//! `kore user`.

use kore_client::resource;
use serde_json::Value;

use super::objects;
use crate::{app::App, cli::UserCommand, error::Result, output, printer::Style, table::Cell, views};

/// Runs `kore user`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: UserCommand) -> Result {
    match command {
        UserCommand::List(args) => {
            let hint = "Nobody has signed in yet. The first:  kore admin reset-link";
            objects::show_list(app, resource::USER, None, &objects::query(&args), hint).await
        }
        UserCommand::Show { name } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::USER, None, &name).await?;
            show(app, &found.value)
        }
        UserCommand::Disable { name } => {
            app.confirm(&format!("Disable {name}? They lose everything at their next request."))?;
            set_disabled(app, &name, true).await
        }
        UserCommand::Enable { name } => set_disabled(app, &name, false).await,
    }
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "User", object, |app| {
        let disabled = views::at(object, "spec.disabled").and_then(Value::as_bool) == Some(true);
        let (word, style) = if disabled { ("disabled", Style::Warn) } else { ("enabled", Style::Good) };
        super::cluster::pairs(
            app,
            vec![
                ("User", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("Display name", Cell::new(views::text(object, "spec.displayName"))),
                ("Platform role", Cell::new(views::text(object, "spec.platformRole"))),
                ("State", Cell::new(word).style(style)),
                ("Made", Cell::new(views::text(object, "metadata.creationTimestamp"))),
            ],
        );
        Ok(())
    })
}

async fn set_disabled(app: &App, name: &str, disabled: bool) -> Result {
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::USER, None, name).await?;
    let mut body = found.value.clone();
    body["spec"]["disabled"] = disabled.into();
    let path = resource::USER.object(None, name);
    let object = client.replace::<_, Value>(&path, &body, &found.precondition).await?.value;
    objects::done(app, resource::USER, &object, if disabled { "disabled" } else { "enabled" })
}
