//! `kore robot`.

use kore_api::robot::TokenRequest;
use kore_client::{Client, resource};
use kore_domain::trust::{GITHUB, GITLAB};
use serde_json::{Map, Value, json};

use super::{
    confirmed,
    objects::{self, Found, Written},
    team::fields,
    token,
};
use crate::{
    app::App,
    cli::{RobotCommand, RobotTokenCommand, TrustArgs, TrustCommand, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore robot`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: RobotCommand) -> Result {
    let kind = resource::ROBOT;
    match command {
        RobotCommand::List(args) => {
            let hint = "No robots. Make one:  kore robot create TEAM/NAME";
            objects::show_list(app, kind, app.globals.team.as_deref(), &objects::query(&args), hint).await
        }
        RobotCommand::Show { robot } => {
            let (_, found) = find(app, &robot).await?;
            show(app, &found.value)
        }
        RobotCommand::Create { robot, description, write } => create(app, &robot, description, &write).await,
        RobotCommand::Edit { robot, description, write } => {
            let changes = fields(&[("description", description)]);
            if changes.as_object().is_some_and(Map::is_empty) {
                let (client, found) = find(app, &robot).await?;
                let body = super::generic::in_editor(app, &found.value)?;
                return put(app, &client, &found, &body, &write, "changed").await;
            }
            change(app, &robot, &changes, &write, "changed").await
        }
        RobotCommand::Disable { robot } => {
            app.confirm(&format!("Disable {robot}? It loses everything at its next request."))?;
            change(app, &robot, &json!({"disabled": true}), &plain(), "disabled").await
        }
        RobotCommand::Enable { robot } => change(app, &robot, &json!({"disabled": false}), &plain(), "enabled").await,
        RobotCommand::Delete { robot, write } => {
            let (client, found) = find(app, &robot).await?;
            match confirmed::delete(app, &client, kind, &found, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "deleted"),
                Written::Dry => Ok(()),
            }
        }
        RobotCommand::Trust(command) => trust(app, command).await,
        RobotCommand::Token(command) => tokens(app, command).await,
    }
}

/// A write without flags of its own.
const fn plain() -> WriteArgs {
    WriteArgs { dry_run: None, wait: false, no_wait: false, timeout: None }
}

async fn find(app: &App, robot: &str) -> Result<(Client, Found)> {
    let (team, name) = app.qualify(robot)?;
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::ROBOT, Some(&team), &name).await?;
    Ok((client, found))
}

async fn create(app: &App, robot: &str, description: Option<String>, write: &WriteArgs) -> Result {
    let (team, name) = app.qualify(robot)?;
    let client = app.client().await?;
    let body = objects::new_object(resource::ROBOT, Some(&team), &name, fields(&[("description", description)]));
    let written = objects::create(app, &client, resource::ROBOT, Some(&team), &body, write).await?;
    let Written::Done { object, .. } = written else { return Ok(()) };
    objects::done(app, resource::ROBOT, &object, "created")?;
    app.printer.note(&format!("What it may do:   kore access grant {team}/{name} ROLE {team}"));
    app.printer
        .note(&format!("Who may be it:    kore robot trust add {team}/{name} --github …   (no secret to store)"));
    app.printer.note(&format!("Or by a token:    kore robot token create {team}/{name}"));
    Ok(())
}

async fn change(app: &App, robot: &str, changes: &Value, write: &WriteArgs, verb: &str) -> Result {
    let (client, found) = find(app, robot).await?;
    let mut body = found.value.clone();
    json_patch::merge(&mut body, &json!({ "spec": changes }));
    put(app, &client, &found, &body, write, verb).await
}

async fn put(app: &App, client: &Client, found: &Found, body: &Value, write: &WriteArgs, verb: &str) -> Result {
    match objects::replace(app, client, resource::ROBOT, found, body, write).await? {
        Written::Done { object, .. } => objects::done(app, resource::ROBOT, &object, verb),
        Written::Dry => Ok(()),
    }
}

fn rules(object: &Value) -> Vec<Value> {
    views::at(object, "spec.trust").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Claims as people write them.
fn claims(rule: &Value) -> String {
    let claims = rule.get("claims").and_then(Value::as_object).into_iter().flatten();
    let shown = claims.map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}:={other}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn table(rules: &[Value]) -> Table {
    let mut table = Table::new(&["RULE", "ISSUER", "AUDIENCE", "CLAIMS", "LASTS"]);
    for (number, rule) in rules.iter().enumerate() {
        table.row(vec![
            Cell::new(number.saturating_add(1).to_string()),
            Cell::new(views::text(rule, "issuer")).style(Style::Bold),
            Cell::new(views::text(rule, "audience")),
            Cell::new(claims(rule)),
            Cell::new(format!("{}m", views::text(rule, "maxMinutes"))),
        ]);
    }
    table
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, resource::ROBOT.kind, object, |app| {
        let disabled = views::at(object, "spec.disabled").and_then(Value::as_bool) == Some(true);
        let (word, style) = if disabled { ("disabled", Style::Warn) } else { ("enabled", Style::Good) };
        let used = views::text(object, "status.lastUsedAt");
        let robot = views::qualified(object);
        super::cluster::pairs(
            app,
            vec![
                ("Robot", Cell::new(robot.as_str()).style(Style::Bold)),
                ("For", Cell::new(views::text(object, "spec.description"))),
                ("State", Cell::new(word).style(style)),
                ("Static tokens", Cell::new(views::text(object, "status.tokens"))),
                ("Last used", Cell::new(if used.is_empty() { "never".to_owned() } else { used })),
            ],
        );
        let rules = rules(object);
        if !rules.is_empty() {
            app.printer.text("");
            table(&rules).print(&app.printer, true);
        }
        app.printer.note(&format!("What it holds:  kore access holds {robot}"));
        Ok(())
    })
}

async fn trust(app: &App, command: TrustCommand) -> Result {
    match command {
        TrustCommand::List { robot } => {
            let (_, found) = find(app, &robot).await?;
            let rules = rules(&found.value);
            if !app.for_people() {
                return output::document(app, &Value::from(rules));
            }
            if rules.is_empty() {
                app.printer.note(&format!("It trusts nobody.  kore robot trust add {robot} --help"));
                return Ok(());
            }
            table(&rules).print(&app.printer, !app.globals.no_headers);
            Ok(())
        }
        TrustCommand::Add(args) => {
            let (client, found) = find(app, &args.robot).await?;
            let rule = rule(&args, client.server())?;
            let mut all = rules(&found.value);
            all.push(rule);
            let mut body = found.value.clone();
            json_patch::merge(&mut body, &json!({ "spec": { "trust": all } }));
            put(app, &client, &found, &body, &plain(), "changed").await?;
            let robot = views::qualified(&found.value);
            app.printer.note(&format!(
                "In the job:  KORE_SERVER={} KORE_ROBOT={robot} kore …   (docs/robots.md has whole files)",
                client.server()
            ));
            Ok(())
        }
        TrustCommand::Remove { robot, number } => {
            let (client, found) = find(app, &robot).await?;
            let mut all = rules(&found.value);
            let place = number.checked_sub(1).filter(|place| *place < all.len());
            let Some(place) = place else {
                return Err(CliError::usage(format!("{robot} has no rule {number}"))
                    .fix(format!("see which there are: kore robot trust list {robot}")));
            };
            let gone = all.remove(place);
            app.confirm(&format!("Trust {} no longer? Sessions that came of it end.", views::text(&gone, "issuer")))?;
            let mut body = found.value.clone();
            json_patch::merge(&mut body, &json!({ "spec": { "trust": all } }));
            put(app, &client, &found, &body, &plain(), "changed").await
        }
    }
}

/// The rule that flags describe.
fn rule(args: &TrustArgs, server: &str) -> Result<Value> {
    let mut claims = Map::new();
    let mut name = |claim: &str, value: Option<String>| {
        value.map(|value| claims.insert(claim.to_owned(), Value::from(value)));
    };
    let number = |id: Option<u64>| id.map(|id| id.to_string());
    name("repository_id", number(args.repository_id));
    name("repository_owner_id", number(args.repository_owner_id));
    name("project_id", number(args.project_id));
    name("namespace_id", number(args.namespace_id));
    name("environment", args.environment.clone());
    name("ref", args.reference.clone());
    name("job_workflow_ref", args.workflow.clone());
    name("ref_protected", args.ref_protected.then(|| "true".to_owned()));
    name("/kubernetes.io/namespace", args.namespace.clone());
    name("/kubernetes.io/serviceaccount/name", args.service_account.clone());
    for text in &args.claims {
        let (claim, value) = claim(text)?;
        claims.insert(claim, value);
    }
    let usual = match (args.github, args.gitlab) {
        (true, _) => Some(GITHUB.to_owned()),
        (_, true) => Some(GITLAB.to_owned()),
        _ => None,
    };
    let issuer = args.issuer.clone().or(usual).ok_or_else(|| {
        CliError::usage("whose tokens?").fix("--github, --gitlab, --kubernetes, or --issuer URL --claim name=value")
    })?;
    let audience = args.audience.clone().unwrap_or_else(|| server.to_owned());
    Ok(json!({
        "issuer": issuer, "audience": audience, "claims": claims, "maxMinutes": args.max.as_secs().div_ceil(60),
    }))
}

/// `name=text`, or `name:=json` for what is no text.
fn claim(text: &str) -> Result<(String, Value)> {
    let wrong = || CliError::usage(format!("{text:?} is no claim")).fix("write it as name=text, name:=7 or name:=true");
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
    let Some(name) = name.strip_suffix(':') else { return Ok((name.to_owned(), Value::from(value))) };
    match serde_json::from_str(value) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => Ok((name.to_owned(), value)),
        _ => Err(wrong()),
    }
}

fn tokens_path(team: &str, name: &str) -> String {
    format!("{}/tokens", resource::ROBOT.object(Some(team), name))
}

async fn tokens(app: &App, command: RobotTokenCommand) -> Result {
    let robot = match &command {
        RobotTokenCommand::List { robot }
        | RobotTokenCommand::Create { robot, .. }
        | RobotTokenCommand::Rotate { robot, .. }
        | RobotTokenCommand::Revoke { robot, .. } => robot.clone(),
    };
    // Says which near name there is when there is no such robot.
    let (client, found) = find(app, &robot).await?;
    let robot = views::qualified(&found.value);
    let (team, name) = app.qualify(&robot)?;
    let path = tokens_path(&team, &name);
    match command {
        RobotTokenCommand::List { .. } => {
            let hint = format!("No tokens. Make one:  kore robot token create {robot}");
            token::list(app, &client, &path, &hint).await
        }
        RobotTokenCommand::Create { name, token, .. } => {
            let request = token::request(app, name, &token)?;
            token::create(app, &client, &path, &request).await
        }
        RobotTokenCommand::Rotate { id, overlap, expires, .. } => {
            let there = token::all(&client, &path).await?;
            let old = match (&id, there.as_slice()) {
                (Some(id), _) => token::find(&there, id)?,
                (None, [only]) => only,
                (None, many) => {
                    let error = CliError::usage(format!("{robot} has {} tokens: which is rotated?", many.len()));
                    return Err(
                        error.fix(format!("kore robot token rotate {robot} ID; see kore robot token list {robot}"))
                    );
                }
            };
            let request = TokenRequest {
                name: old.name.clone(),
                expires_at: Some(token::end(app, expires)?),
                permissions: old.permissions.clone(),
                teams: old.teams.clone(),
                replaces: Some(old.id.clone()),
                overlap_minutes: Some(u32::try_from(overlap.as_secs().div_ceil(60)).unwrap_or(u32::MAX)),
            };
            token::create(app, &client, &path, &request).await?;
            app.printer.note(&format!(
                "The one before ({}) works {} minutes longer.",
                old.id,
                overlap.as_secs().div_ceil(60)
            ));
            Ok(())
        }
        RobotTokenCommand::Revoke { token, .. } => token::revoke(app, &client, &path, &token).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_a_text_unless_it_says_otherwise() {
        assert_eq!(claim("sub=a=b").unwrap(), ("sub".into(), json!("a=b")));
        assert_eq!(claim("level:=3").unwrap(), ("level".into(), json!(3)));
        assert_eq!(claim("ok:=true").unwrap(), ("ok".into(), json!(true)));
        assert_eq!(claim("n=7").unwrap(), ("n".into(), json!("7")));
        assert_eq!(claim("/a/b=x").unwrap(), ("/a/b".into(), json!("x")));
        for bad in ["sub", "=x", "n:=x", "n:={}", "n:=\"x\""] {
            assert!(claim(bad).is_err(), "{bad}");
        }
    }
}
