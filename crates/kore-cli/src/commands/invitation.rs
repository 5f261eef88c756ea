//! `kore team invitation`.

use kore_api::invitation::AcceptedInvitation;
use kore_client::{ListQuery, Precondition, resource};
use serde_json::{Value, json};

use super::{objects, team::role_text};
use crate::{
    app::{App, read_line},
    cli::InvitationCommand,
    error::{CliError, Result},
    output, views,
};

/// Runs `kore team invitation`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: InvitationCommand) -> Result {
    let client = app.client().await?;
    let kind = resource::INVITATION;
    match command {
        InvitationCommand::Create { team, role, uses, expires, address } => {
            let mut spec = json!({"role": role_text(role), "uses": uses, "expiresIn": expires});
            if let Some(address) = address {
                spec["address"] = address.into();
            }
            let mut body = objects::new_object(kind, Some(&team), "", spec);
            body["metadata"] = json!({"team": team});
            let object = client.create::<_, Value>(&kind.collection(Some(&team)), &body).await?.value;
            show(app, &team, &object)
        }
        InvitationCommand::List { team } => {
            let query = ListQuery { order_by: Some("-created".to_owned()), ..ListQuery::default() };
            let hint = match &team {
                Some(team) => format!("No invitations. Make one:  kore team invitation create {team} --role ROLE"),
                None => "No invitations. Make one:  kore team invitation create TEAM --role ROLE".to_owned(),
            };
            objects::show_list(app, kind, team.as_deref(), &query, &hint).await
        }
        InvitationCommand::Revoke { team, name } => {
            let path = kind.object(Some(&team), &name);
            // Whoever uses it at this moment does not keep it alive.
            match client.delete(&path, &Precondition::Match("*".to_owned())).await {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {
                    let mut error = CliError::from(error);
                    error.message = format!("invitation {team}/{name} does not exist, or is not yours to know about");
                    return Err(error.fix(format!("list them: kore team invitation list {team}")));
                }
                Err(error) => return Err(error.into()),
            }
            objects::done(app, kind, &json!({"metadata": {"team": team, "name": name}}), "revoked")
        }
        InvitationCommand::Accept { link } => {
            let code = match link.filter(|link| link != "-") {
                Some(link) => link,
                None => {
                    if app.interactive() {
                        app.printer.ask("Paste the link: ");
                    }
                    read_line()?
                }
            };
            let body = json!({"code": code.trim()});
            let answer = client.create::<_, Value>("/api/v1/invitations/accept", &body).await?.value;
            output::one(app, "AcceptedInvitation", &answer, |app| {
                if let Ok(accepted) = serde_json::from_value::<AcceptedInvitation>(answer.clone()) {
                    let (team, role) = (&accepted.team, views::text(&answer, "role"));
                    let before = if accepted.changed { "You are" } else { "Nothing was changed: you were" };
                    app.printer.text(&format!("{before} {role} in team {team}."));
                    app.printer.note(&format!("See what there is:  kore cluster list -t {team}"));
                }
                Ok(())
            })
        }
    }
}

fn show(app: &App, team: &str, object: &Value) -> Result {
    let link = views::text(object, "status.link");
    if app.format() == output::Format::Env {
        output::env(app, &[("KORE_INVITATION_URL", link)]);
        return Ok(());
    }
    output::one(app, resource::INVITATION.kind, object, |app| {
        app.printer.text(&link);
        let (name, role) = (views::text(object, "metadata.name"), views::text(object, "spec.role"));
        let people = match views::text(object, "spec.uses").as_str() {
            "1" => "one person".to_owned(),
            uses => format!("up to {uses} people"),
        };
        let whom = match views::text(object, "spec.address").as_str() {
            "" => people,
            address => format!("{people} with the address {address}"),
        };
        let until = views::time(object, "spec.expiresAt").map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        app.printer.note(&format!(
            "Lets {whom} into team {team} as {role}, until {}. It is shown only now.",
            until.unwrap_or_default()
        ));
        app.printer.note(&format!("Take it back:  kore team invitation revoke {team} {name}"));
        Ok(())
    })
}
