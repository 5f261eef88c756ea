//! `kore access`: who has which role where, and what that comes to.

use jiff::SignedDuration;
use kore_api::access::{AccessReview, WhatMay, WhoMay};
use kore_client::resource;
use serde_json::{Value, json};

use super::objects::{self, Written, term};
use crate::{
    app::App,
    cli::{AccessCommand, GrantArgs, ListArgs},
    error::{CliError, Result},
    exit::Exit,
    output::{self, Format},
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore access`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AccessCommand) -> Result {
    match command {
        AccessCommand::List { role, subject, list } => {
            let mut terms: Vec<String> = list.filter.iter().cloned().collect();
            terms.extend(app.globals.team.as_deref().map(|team| term("team", "=", team)));
            terms.extend(role.map(|role| term("role", "=", &role)));
            terms.extend(subject.as_deref().map(|subject| term("subject", "=", &principal(subject))));
            let filter = (!terms.is_empty()).then(|| terms.join(","));
            let query = objects::query(&ListArgs { filter, ..list });
            let hint = "No bindings. Give somebody a role:  kore access grant USER ROLE TEAM";
            objects::show_list(app, resource::ROLE_BINDING, None, &query, hint).await
        }
        AccessCommand::Grant(args) => grant(app, &args).await,
        AccessCommand::Revoke { id } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::ROLE_BINDING, None, &id).await?;
            let spec = |field: &str| views::text(&found.value, &format!("spec.{field}"));
            app.confirm(&format!("Take the role {} from {}?", spec("role"), spec("subject")))?;
            client.delete(&resource::ROLE_BINDING.object(None, &id), &found.precondition).await?;
            objects::done(app, resource::ROLE_BINDING, &found.value, "removed")
        }
        AccessCommand::Check { permission, on, subject } => check(app, &permission, &on, subject.as_deref()).await,
        AccessCommand::Who { permission, on } => who(app, &permission, &on).await,
        AccessCommand::Holds { subject } => holds(app, subject.as_deref()).await,
    }
}

/// `ana` is a user and `payments/ci` a robot; either may say so itself.
pub(super) fn principal(text: &str) -> String {
    match text {
        said if said.starts_with("user:") || said.starts_with("robot:") => said.to_owned(),
        robot if robot.contains('/') => format!("robot:{robot}"),
        user => format!("user:{user}"),
    }
}

/// `platform`, `payments`, `payments/dev` or `payments/dev/web` as the API's scope. `platform` is no team's name.
pub(super) fn scope(on: &str) -> Value {
    let parts: Vec<&str> = on.splitn(3, '/').collect();
    match parts[..] {
        ["platform"] => json!({}),
        [team, cluster, namespace] => json!({ "team": team, "cluster": cluster, "namespace": namespace }),
        [team, cluster] => json!({ "team": team, "cluster": cluster }),
        _ => json!({ "team": on }),
    }
}

fn question(permission: &str, on: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("permission", permission);
    if let Some(scope) = scope(on).as_object() {
        scope.iter().filter_map(|(key, value)| Some((key, value.as_str()?))).for_each(|(key, value)| {
            query.append_pair(key, value);
        });
    }
    query.finish()
}

async fn grant(app: &App, args: &GrantArgs) -> Result {
    let mut spec = json!({ "subject": principal(&args.subject), "role": args.role, "scope": scope(&args.on) });
    if let Some(time) = args.expires {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let end = app.now().checked_add(time).map_err(|_| CliError::usage("--expires: that is too long"))?;
        spec["expiresAt"] = end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    }
    if !args.networks.is_empty() {
        spec["networks"] = json!(args.networks);
    }
    if let Some(time) = args.elevation {
        spec["elevation"] = json!({ "maxMinutes": time.as_secs().div_ceil(60), "approval": args.approval });
    }
    let client = app.client().await?;
    let body = objects::new_object(resource::ROLE_BINDING, None, "", spec);
    let written = objects::create(app, &client, resource::ROLE_BINDING, None, &body, &args.write).await?;
    let Written::Done { object, .. } = written else { return Ok(()) };
    match app.format() {
        Format::Table | Format::Wide => {
            let rule = if args.elevation.is_some() { ", by elevation" } else { "" };
            app.printer.text(&format!("{} has the role {} on {}{rule}", args.subject, args.role, args.on));
            app.printer.note(&format!("Take it away:  kore access revoke {}", views::text(&object, "metadata.name")));
            if args.elevation.is_some() {
                app.printer.note(&format!(
                    "They ask for it:  kore elevation request {} {} --reason \"…\"",
                    args.role, args.on
                ));
            }
            Ok(())
        }
        _ => output::one(app, resource::ROLE_BINDING.kind, &object, |_| Ok(())),
    }
}

async fn check(app: &App, permission: &str, on: &str, subject: Option<&str>) -> Result {
    let client = app.client().await?;
    let about = subject.map(|subject| format!("&subject={}", encoded(&principal(subject)))).unwrap_or_default();
    let answer = client.get::<Value>(&format!("/api/v1/access/review?{}{about}", question(permission, on))).await?;
    let review: AccessReview =
        serde_json::from_value(answer.value.clone()).map_err(|error| CliError::usage(error.to_string()))?;
    if matches!(app.format(), Format::Table | Format::Wide) {
        app.printer.text(if review.allowed { "yes" } else { "no" });
        review.via.iter().for_each(|way| app.printer.text(&format!("  {way}")));
        if let Some(reason) = &review.reason {
            app.printer.text(&format!("  {reason}"));
        }
    } else {
        output::document(app, &answer.value)?;
    }
    if review.allowed { Ok(()) } else { Err(CliError::silent(Exit::FAILED)) }
}

async fn who(app: &App, permission: &str, on: &str) -> Result {
    let client = app.client().await?;
    let answer = client.get::<Value>(&format!("/api/v1/access/subjects?{}", question(permission, on))).await?;
    if !matches!(app.format(), Format::Table | Format::Wide) {
        return output::document(app, &answer.value);
    }
    let found: WhoMay = serde_json::from_value(answer.value).map_err(|error| CliError::usage(error.to_string()))?;
    if found.subjects.is_empty() {
        app.printer.note(&format!("Nobody may {permission} on {}.", found.resource));
        return Ok(());
    }
    let mut table = Table::new(&["WHO", "BY"]);
    for holder in found.subjects {
        table.row(vec![Cell::new(holder.subject).style(Style::Bold), Cell::new(holder.via.join("; "))]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

async fn holds(app: &App, subject: Option<&str>) -> Result {
    let client = app.client().await?;
    let about = subject.map(|subject| format!("?subject={}", encoded(&principal(subject)))).unwrap_or_default();
    let answer = client.get::<Value>(&format!("/api/v1/access/holdings{about}")).await?;
    if !matches!(app.format(), Format::Table | Format::Wide) {
        return output::document(app, &answer.value);
    }
    let found: WhatMay = serde_json::from_value(answer.value).map_err(|error| CliError::usage(error.to_string()))?;
    if found.holds.is_empty() {
        app.printer.note(&format!("{} holds no role that you may see.", found.subject));
        return Ok(());
    }
    let mut table = Table::new(&["ROLE", "ON", "BY", "UNTIL", "FROM"]);
    for held in found.holds {
        let networks: Vec<String> = held.networks.iter().map(ToString::to_string).collect();
        table.row(vec![
            Cell::new(held.role).style(Style::Bold),
            Cell::new(held.scope),
            Cell::new(held.via),
            Cell::new(held.until.map(|end| end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()),
            Cell::new(networks.join(" ")),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_subjects_and_places_in_short() {
        assert_eq!(principal("ana"), "user:ana");
        assert_eq!(principal("payments/ci"), "robot:payments/ci");
        assert_eq!(principal("user:ana"), "user:ana");
        assert_eq!(scope("platform"), json!({}));
        assert_eq!(scope("payments"), json!({ "team": "payments" }));
        assert_eq!(scope("payments/dev"), json!({ "team": "payments", "cluster": "dev" }));
        let web = json!({ "team": "payments", "cluster": "dev", "namespace": "web" });
        assert_eq!(scope("payments/dev/web"), web);
        assert_eq!(question("cluster.read", "payments/dev"), "permission=cluster.read&cluster=dev&team=payments");
    }
}
