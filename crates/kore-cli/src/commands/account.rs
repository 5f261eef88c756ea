//! `kore account`.

use kore_api::{
    cloud::{AccountGuardrails, AccountRuleAnswer},
    codes::Code,
};
use kore_client::{Client, resource};
use kore_domain::cloud::budget::{Budget, budget, said};
use serde_json::{Value, json};

use super::{
    account_rule::ask,
    confirmed, generic,
    objects::{self, Written},
};
use crate::{
    app::App,
    cli::{AccountArgs, AccountCommand, WriteArgs},
    error::{CliError, Result},
    follow, output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore account`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AccountCommand) -> Result {
    let kind = resource::CLOUD_ACCOUNT;
    match command {
        AccountCommand::List(args) => {
            let hint = "No accounts. Have one made:  kore account create --team TEAM --stage STAGE";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        AccountCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        AccountCommand::Create { name, cloud, existing, stage, says, write } => {
            let client = app.client().await?;
            let stage = stage.as_deref();
            let (name, spec) = match name.zip(cloud) {
                Some((name, cloud)) => {
                    let team = if existing.is_some() { app.globals.team.as_deref() } else { Some(team(app)?) };
                    (name, json!({ "organization": cloud, "team": team, "existing": existing, "stage": stage }))
                }
                None => by_rule(app, &client, stage).await?,
            };
            create(app, &client, &name, spec, &says, &write).await
        }
        AccountCommand::Edit { name, says, write } => edit(app, &name, &says, &write).await,
        AccountCommand::Delete { name, write } => delete(app, &name, &write).await,
    }
}

fn team(app: &App) -> Result<&str> {
    app.globals
        .team
        .as_deref()
        .ok_or_else(|| CliError::usage("for which team?").fix("say it: kore account create --team TEAM --stage STAGE"))
}

/// What the rule that holds for the team and the stage gives them.
async fn by_rule(app: &App, client: &Client, stage: Option<&str>) -> Result<(String, Value)> {
    let team = team(app)?;
    let AccountRuleAnswer { rule, account, .. } = ask(client, team, stage).await?;
    let whom = stage.map_or_else(|| format!("team {team}"), |stage| format!("team {team} and stage {stage}"));
    let Some(rule) = rule else {
        return Err(CliError::new(Code::CloudNoRule, format!("no account rule holds for {whom}: it gets no account")));
    };
    let Some(planned) = account else {
        let what = format!("rule {rule} makes no account for {whom}: it names one that there is already");
        return Err(CliError::new(Code::CloudNoRule, what));
    };
    Ok((planned.name.to_string(), serde_json::to_value(&planned.spec).unwrap_or_default()))
}

async fn create(
    app: &App,
    client: &Client,
    name: &str,
    mut spec: Value,
    says: &AccountArgs,
    write: &WriteArgs,
) -> Result {
    let kind = resource::CLOUD_ACCOUNT;
    say(&mut spec, says);
    let body = objects::new_object(kind, None, name, spec);
    let written = objects::create(app, client, kind, None, &body, write).await?;
    finish(app, client, name, written, "created", write).await
}

async fn edit(app: &App, name: &str, says: &AccountArgs, write: &WriteArgs) -> Result {
    let kind = resource::CLOUD_ACCOUNT;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let written = if *says == AccountArgs::default() {
        let body = generic::in_editor(app, &found.value)?;
        objects::replace(app, &client, kind, &found, &body, write).await?
    } else {
        let body = |now: &Value| {
            let mut body = now.clone();
            body.get_mut("spec").into_iter().for_each(|spec| say(spec, says));
            Ok(body)
        };
        confirmed::replace(app, &client, kind, &found, &body, write).await?
    };
    finish(app, &client, name, written, "changed", write).await
}

/// Says what was done, after what it began.
async fn finish(app: &App, client: &Client, name: &str, written: Written, verb: &str, write: &WriteArgs) -> Result {
    let Written::Done { object, operation } = written else { return Ok(()) };
    if operation.is_none() {
        return objects::done(app, resource::CLOUD_ACCOUNT, &object, verb);
    }
    let Some(operation) = objects::follow_write(app, client, &object, operation, false, write).await? else {
        return Ok(());
    };
    let now = objects::fetch(client, resource::CLOUD_ACCOUNT, None, name).await?;
    objects::done(app, resource::CLOUD_ACCOUNT, &now.value, verb)?;
    let number = views::text(&now.value, "status.account");
    app.printer.note(&format!("account {number} is ready after {}", follow::took(&operation)));
    Ok(())
}

async fn delete(app: &App, name: &str, write: &WriteArgs) -> Result {
    let kind = resource::CLOUD_ACCOUNT;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let closes = views::at(&found.value, "spec.closeWhenDeleted") == Some(&Value::Bool(true));
    let number = views::text(&found.value, "status.account");
    let Written::Done { object, operation } = confirmed::delete(app, &client, kind, &found, write).await? else {
        return Ok(());
    };
    let followed = objects::follow_write(app, &client, &object, operation, true, write).await?;
    objects::done(app, kind, &object, if followed.is_some() { "deleted" } else { "is being deleted" })?;
    if !number.is_empty() && !closes {
        app.printer.note(&format!("account {number} stays in the cloud as it is"));
    }
    Ok(())
}

/// Lays what flags say over a spec.
fn say(spec: &mut Value, says: &AccountArgs) {
    if let Some(unit) = &says.unit {
        json_patch::merge(spec, &json!({ "organizationalUnit": unit }));
    }
    if says.close_when_deleted || says.keep_when_deleted {
        json_patch::merge(spec, &json!({ "closeWhenDeleted": says.close_when_deleted }));
    }
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, resource::CLOUD_ACCOUNT.kind, object, |app| {
        let text = |path: &str| views::text(object, path);
        let or = |path: &str, other: &str| Some(text(path)).filter(|text| !text.is_empty()).unwrap_or(other.to_owned());
        let (state, style) = views::state(object);
        let message = views::ready(object).map(|(_, _, message)| message.to_owned()).unwrap_or_default();
        let closes = views::at(object, "spec.closeWhenDeleted") == Some(&Value::Bool(true));
        super::cluster::pairs(
            app,
            vec![
                ("Name", Cell::new(text("metadata.name")).style(Style::Bold)),
                ("State", Cell::new(state).style(style)),
                ("", Cell::new(message)),
                ("Account", Cell::new(text("status.account"))),
                ("Address", Cell::new(text("status.email"))),
                ("Cloud", Cell::new(text("spec.organization"))),
                ("Team", Cell::new(or("spec.team", "those that rules give it"))),
                ("Stage", Cell::new(or("spec.stage", "any"))),
                ("Rule", Cell::new(text("spec.rule"))),
                ("Unit", Cell::new(or("spec.organizationalUnit", "Kore's own"))),
                ("Guardrails", guardrails(object, "status.guardrails")),
                ("Spent this month", spent(object)),
                ("When deleted", Cell::new(if closes { "is closed in the cloud" } else { "stays in the cloud" })),
                ("Operation", Cell::new(text("status.operation"))),
            ],
        );
        Ok(())
    })
}

/// What nobody in the account can do, from this field; empty where it is not there.
pub(crate) fn guardrails(object: &Value, path: &str) -> Cell {
    let held = views::at(object, path).cloned().and_then(|held| serde_json::from_value::<AccountGuardrails>(held).ok());
    let Some(held) = held else { return Cell::new("") };
    let style = if held == AccountGuardrails::default() { Style::Good } else { Style::Warn };
    Cell::new(held.to_string()).style(style)
}

/// What it has cost this month, as `123.45 USD`; empty where nobody knows.
pub(crate) fn amount(object: &Value) -> String {
    let of = |name: &str| views::text(object, &format!("status.spent.{name}"));
    format!("{} {}", of("amount"), of("currency")).trim().to_owned()
}

/// What it has cost, and whether that is within its rule's budget.
fn spent(object: &Value) -> Cell {
    let spent = views::at(object, "status.spent").cloned().and_then(|spent| serde_json::from_value(spent).ok());
    let Some(spent) = spent else { return Cell::new("not known yet").style(Style::Dim) };
    let style = match budget(&spent) {
        Some(Budget::Over) => Style::Bad,
        Some(Budget::Nearly | Budget::OtherMoney) => Style::Warn,
        Some(Budget::Within) | None => Style::Plain,
    };
    Cell::new(said(&spent)).style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_what_becomes_of_an_account() {
        let mut spec = json!({ "team": "payments", "closeWhenDeleted": true });
        say(&mut spec, &AccountArgs { unit: Some("Production".to_owned()), ..AccountArgs::default() });
        assert_eq!(spec, json!({ "team": "payments", "closeWhenDeleted": true, "organizationalUnit": "Production" }));
        say(&mut spec, &AccountArgs { keep_when_deleted: true, ..AccountArgs::default() });
        assert_eq!(spec["closeWhenDeleted"], false);
    }
}
