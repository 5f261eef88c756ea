//! `kore user`.

use http::Method;
use kore_api::{codes::Code, identity::ClaimLink};
use kore_client::{Client, ClientError, Precondition, client::Outgoing, resource};
use serde_json::{Value, json};

use super::{objects, team::fields};
use crate::{
    app::App,
    cli::{PlatformRole, UserCommand},
    error::{CliError, Result},
    output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore user`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: UserCommand) -> Result {
    match command {
        UserCommand::List(args) => {
            let hint = "Nobody is here yet. The first:  kore admin reset-link";
            objects::show_list(app, resource::USER, None, &objects::query(&args), hint).await
        }
        UserCommand::Show { name } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::USER, None, &name).await?;
            show(app, &found.value)
        }
        UserCommand::Add { name, display_name, admin, email } => {
            let mut spec = fields(&[("displayName", display_name), ("email", email)]);
            if admin {
                spec["platformRole"] = "admin".into();
            }
            let client = app.client().await?;
            let body = objects::new_object(resource::USER, None, &name, spec);
            match client.create::<_, Value>(&resource::USER.collection(None), &body).await {
                Ok(_) => {}
                Err(error) if error.code() == Some(Code::AlreadyExists) => return Err(known(&name, error)),
                Err(error) => return Err(error.into()),
            }
            hand_out(app, &client, &name, false).await
        }
        UserCommand::Edit { name, display_name, email, role } => {
            let mut changes = fields(&[("displayName", display_name), ("email", email)]);
            match role {
                Some(PlatformRole::Admin) => changes["platformRole"] = "admin".into(),
                Some(PlatformRole::Auditor) => changes["platformRole"] = "auditor".into(),
                Some(PlatformRole::None) => changes["platformRole"] = Value::Null,
                None => {}
            }
            if role == Some(PlatformRole::Admin) {
                app.confirm(&format!("Make {name} a platform administrator, who may do everything?"))?;
            }
            change(app, &name, &changes, "changed").await
        }
        UserCommand::Reset { name } => {
            app.confirm(&format!("Take {name}'s password away and sign them out everywhere?"))?;
            hand_out(app, &app.client().await?, &name, true).await
        }
        UserCommand::Delete { name } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::USER, None, &name).await?;
            app.confirm_with(&format!("Delete {name}, with all memberships and sessions?"), &name)?;
            client.delete(&resource::USER.object(None, &name), &found.precondition).await?;
            objects::done(app, resource::USER, &found.value, "deleted")
        }
        UserCommand::Disable { name } => {
            app.confirm(&format!("Disable {name}? They lose everything at their next request."))?;
            change(app, &name, &json!({"disabled": true}), "disabled").await
        }
        UserCommand::Enable { name } => change(app, &name, &json!({"disabled": false}), "enabled").await,
        UserCommand::ResetFactor { name } => {
            app.confirm(&format!("Take the second factor of {name} away? Their password alone lets them in then."))?;
            let client = app.client().await?;
            let path = format!("{}/second-factor", resource::USER.object(None, &name));
            client.delete(&path, &Precondition::None).await?;
            app.printer.note(&format!("{name} has no second factor any more."));
            Ok(())
        }
    }
}

fn known(name: &str, error: ClientError) -> CliError {
    CliError::from(error).fix(format!("a new link for them: kore user reset {name}"))
}

/// Gets the link with which a person sets their password, and prints it.
async fn hand_out(app: &App, client: &Client, name: &str, reset: bool) -> Result {
    let path = format!("{}/claim{}", resource::USER.object(None, name), if reset { "?reset=true" } else { "" });
    let answer = client.send(Outgoing::new(Method::POST, path)).await?;
    let link: ClaimLink = serde_json::from_slice(&answer.value)
        .map_err(|error| CliError::new(Code::Internal, format!("the answer with the link: {error}")))?;
    show_link(app, &link, &format!("Pass it on to {name}, who sets their password there"))
}

/// Prints a link that sets a password.
///
/// # Errors
/// When the format makes no sense here.
pub(crate) fn show_link(app: &App, link: &ClaimLink, who: &str) -> Result {
    if app.format() == output::Format::Env {
        output::env(app, &[("KORE_CLAIM_URL", link.url.clone())]);
        return Ok(());
    }
    let value = json!({"url": link.url, "expiresAt": link.expires_at});
    output::one(app, "ClaimLink", &value, |app| {
        app.printer.text(&link.url);
        let until = link.expires_at.strftime("%Y-%m-%d %H:%M UTC");
        app.printer.note(&format!("{who}. The link works once, until {until}; it is shown only now."));
        Ok(())
    })
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
                ("E-mail", Cell::new(views::text(object, "spec.email"))),
                ("Platform role", Cell::new(views::platform_role(object))),
                (
                    "Second factor",
                    Cell::new(if views::text(object, "status.secondFactor") == "true" { "on" } else { "off" }),
                ),
                ("State", Cell::new(word).style(style)),
                ("Made", Cell::new(views::text(object, "metadata.creationTimestamp"))),
            ],
        );
        Ok(())
    })
}

async fn change(app: &App, name: &str, changes: &Value, done: &str) -> Result {
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::USER, None, name).await?;
    let mut body = found.value.clone();
    json_patch::merge(&mut body["spec"], changes);
    let path = resource::USER.object(None, name);
    let object = client.replace::<_, Value>(&path, &body, &found.precondition).await?.value;
    objects::done(app, resource::USER, &object, done)
}
