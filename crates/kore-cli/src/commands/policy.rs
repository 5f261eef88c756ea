//! `kore policy`.

use std::path::Path;

use kore_api::{policy::VerdictChange, preview::Preview};
use kore_client::{Client, resource};
use serde_json::{Map, Value, json};

use super::{
    confirmed,
    objects::{self, Written},
    plan, preview, team,
};
use crate::{
    app::App,
    cli::{AllocationArgs, PolicyArgs, PolicyCommand, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore policy`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: PolicyCommand) -> Result {
    let kind = resource::PLAN_POLICY;
    match command {
        PolicyCommand::List(args) => {
            let hint = "No policies: teams may change what their plans' schemas allow.";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        PolicyCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        PolicyCommand::Create { name, provider, says, write } => {
            let client = app.client().await?;
            let body = objects::new_object(kind, None, &name, new_spec(&provider, &says)?);
            match objects::create(app, &client, kind, None, &body, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "created"),
                Written::Dry => Ok(()),
            }
        }
        PolicyCommand::Edit { name, says, write } => edit(app, &name, &says, &write).await,
        PolicyCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            match confirmed::delete(app, &client, kind, &found, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "deleted"),
                Written::Dry => Ok(()),
            }
        }
        PolicyCommand::Test { name, file, delete, says } => test(app, &name, file.as_deref(), delete, &says).await,
        PolicyCommand::Explain { plan, version } => {
            if app.globals.team.is_none() {
                return Err(
                    CliError::usage("for which team?").fix("say it: kore policy explain --team TEAM --plan PLAN")
                );
            }
            plan::explain(app, &plan, version).await
        }
    }
}

async fn edit(app: &App, name: &str, says: &PolicyArgs, write: &WriteArgs) -> Result {
    let kind = resource::PLAN_POLICY;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let written = if *says == PolicyArgs::default() {
        let body = super::generic::in_editor(app, &found.value)?;
        objects::replace(app, &client, kind, &found, &body, write).await?
    } else {
        let body = |now: &Value| {
            let mut body = now.clone();
            say(&mut body["spec"], says)?;
            Ok(body)
        };
        confirmed::replace(app, &client, kind, &found, &body, write).await?
    };
    match written {
        Written::Done { object, .. } => objects::done(app, kind, &object, "changed"),
        Written::Dry => Ok(()),
    }
}

/// Which teams something is for, as flags say it; none when they say nothing.
///
/// # Errors
/// A label that is not `KEY=VALUE`.
pub(crate) fn allocation(args: &AllocationArgs) -> Result<Option<Value>> {
    if args.all {
        return Ok(Some(json!({ "all": true })));
    }
    if args.names.is_empty() && args.labels.is_empty() {
        return Ok(None);
    }
    let mut labels = Map::new();
    for label in &args.labels {
        let (key, value) = pair(label, "--for-label tier=gold")?;
        labels.insert(key.to_owned(), value.into());
    }
    let mut allocation = json!({});
    if !args.names.is_empty() {
        allocation["names"] = json!(args.names);
    }
    if !labels.is_empty() {
        allocation["labels"] = labels.into();
    }
    Ok(Some(allocation))
}

fn pair<'a>(text: &'a str, example: &str) -> Result<(&'a str, &'a str)> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| CliError::usage(format!("{text:?} has no =")).fix(format!("write it as {example}")))
}

/// The spec of a new policy.
fn new_spec(provider: &str, says: &PolicyArgs) -> Result<Value> {
    let mut spec = json!({ "provider": provider });
    say(&mut spec, says)?;
    Ok(spec)
}

/// Lays what flags say over a policy's spec.
fn say(spec: &mut Value, says: &PolicyArgs) -> Result {
    json_patch::merge(spec, &changes(says)?);
    if let Some(teams) = allocation(&says.allocation)? {
        spec["teams"] = teams;
    }
    Ok(())
}

/// What flags change of a policy's spec (RFC 7396).
fn changes(says: &PolicyArgs) -> Result<Value> {
    let text = [("owner", &says.owner), ("reason", &says.reason), ("description", &says.description)];
    let mut spec = team::fields(&text.map(|(name, value)| (name, value.clone())));
    if !says.plans.is_empty() {
        spec["plans"] = json!(says.plans);
    }
    if let Some(default) = &says.default {
        spec["default"] = json!(default);
    }
    let rules = rules(says)?;
    if !rules.is_empty() {
        spec["rules"] = rules.into();
    }
    Ok(spec)
}

fn rules(says: &PolicyArgs) -> Result<Map<String, Value>> {
    let mut rules = Map::new();
    let mut put = |path: &str, name: &str, value: Value| {
        let rule = rules.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Some(rule) = rule.as_object_mut() {
            rule.insert(name.to_owned(), value);
        }
    };
    for path in &says.lock {
        put(path, "access", "locked".into());
    }
    for path in &says.allow {
        put(path, "access", "editable".into());
    }
    for (name, given) in [("minimum", &says.min), ("maximum", &says.max)] {
        for text in given {
            let (path, number) = pair(text, "--max nodePools.*.size=3")?;
            let number: i64 = number.parse().map_err(|_| CliError::usage(format!("{number:?} is not a number")))?;
            put(path, name, number.into());
        }
    }
    for text in &says.one_of {
        let (path, values) = pair(text, "--one-of driver=auto,native")?;
        let read = |text: &str| match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Bool(_) | Value::String(_))) => value,
            Ok(value @ Value::Number(_)) if value.is_i64() => value,
            // 1.36 is a version, not a number.
            _ => Value::String(text.to_owned()),
        };
        put(path, "enum", values.split(',').map(read).collect());
    }
    for text in &says.pattern {
        let (path, pattern) = pair(text, r"--pattern kubernetesVersion=1\.3\d")?;
        put(path, "pattern", pattern.into());
    }
    for path in &says.drop {
        rules.insert(path.clone(), Value::Null);
    }
    Ok(rules)
}

async fn test(app: &App, name: &str, file: Option<&Path>, delete: bool, says: &PolicyArgs) -> Result {
    let kind = resource::PLAN_POLICY;
    let client = app.client().await?;
    let preview = asked(&client, name, file, delete, says).await?;
    preview::refuse(&preview)?;
    if !app.for_people() {
        let items: Vec<Value> =
            preview.verdicts.iter().map(|one| serde_json::to_value(one).unwrap_or_default()).collect();
        return output::list(app, "VerdictChange", &items, &json!({}), "");
    }
    if preview.verdicts.is_empty() {
        app.printer.text("No team, plan or cluster would be judged otherwise.");
    } else {
        verdicts(&preview.verdicts).print(&app.printer, !app.globals.no_headers);
    }
    for warning in &preview.warnings {
        app.printer.warn(warning);
    }
    app.printer.note(&format!("Nothing was written to {} {name}.", kind.singular));
    Ok(())
}

/// The dry run that the question comes to.
async fn asked(client: &Client, name: &str, file: Option<&Path>, delete: bool, says: &PolicyArgs) -> Result<Preview> {
    let kind = resource::PLAN_POLICY;
    let given = match file {
        Some(file) => {
            let mut objects = super::generic::read_file(file)?.into_iter();
            match (objects.next(), objects.next()) {
                (Some((_, object)), None) if views::text(&object, "kind") == kind.kind => Some(object),
                _ => return Err(CliError::usage(format!("{} is not one {}", file.display(), kind.kind))),
            }
        }
        None => None,
    };
    let there = match client.get::<Value>(&kind.object(None, name)).await {
        Ok(_) => Some(objects::fetch(client, kind, None, name).await?),
        Err(error) if error.is_not_found() && !delete => None,
        Err(error) => return Err(error.into()),
    };
    let spec = |given: &Value| given.get("spec").cloned().unwrap_or_default();
    Ok(match there {
        Some(found) if delete => {
            client.preview_delete(&objects::path_of(kind, &found.value), &found.precondition).await?
        }
        Some(found) => {
            let mut body = found.value.clone();
            match &given {
                Some(given) => body["spec"] = spec(given),
                None => say(&mut body["spec"], says)?,
            }
            client.preview_replace(&objects::path_of(kind, &found.value), &body, &found.precondition).await?
        }
        None => {
            let wanted = given.as_ref().map_or_else(|| new_spec("local", says), |given| Ok(spec(given)))?;
            client.preview_create(&kind.collection(None), &objects::new_object(kind, None, name, wanted)).await?
        }
    })
}

/// Whose verdict becomes another one.
pub(crate) fn verdicts(changes: &[VerdictChange]) -> Table {
    let mut table = Table::new(&["TEAM", "PLAN", "CLUSTER", "BEFORE", "AFTER", "BECAUSE"]);
    for change in changes {
        let word = |refused: bool| match refused {
            true => Cell::new("refused").style(Style::Bad),
            false => Cell::new("allowed").style(Style::Good),
        };
        let because: Vec<String> = change
            .after
            .iter()
            .map(|one| {
                let value = one.value.as_ref().map_or_else(|| "nothing".to_owned(), output::plain);
                format!("{} is {value}: {}", one.path, one.reason)
            })
            .collect();
        table.row(vec![
            Cell::new(change.team.to_string()).style(Style::Bold),
            Cell::new(change.plan.clone()),
            Cell::new(change.cluster.clone().unwrap_or_else(|| "(new ones)".to_owned())),
            word(!change.before.is_empty()),
            word(!change.after.is_empty()),
            Cell::new(because.join("; ")).style(Style::Dim),
        ]);
    }
    table
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "PlanPolicy", object, |app| {
        let listed = |path: &str, none: &str| {
            let all = views::at(object, path).and_then(Value::as_array).filter(|all| !all.is_empty());
            all.map_or_else(|| none.to_owned(), |all| all.iter().map(output::plain).collect::<Vec<_>>().join(", "))
        };
        super::cluster::pairs(
            app,
            vec![
                ("Policy", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("For", Cell::new(views::text(object, "spec.description"))),
                ("Owner", Cell::new(views::text(object, "spec.owner"))),
                ("Reason", Cell::new(views::text(object, "spec.reason"))),
                ("Plans", Cell::new(listed("spec.plans", "every plan"))),
                ("Teams", Cell::new(teams(object))),
                ("Default", Cell::new(views::text(object, "spec.default"))),
            ],
        );
        let rules = views::at(object, "spec.rules").and_then(Value::as_object).cloned().unwrap_or_default();
        if rules.is_empty() {
            return Ok(());
        }
        app.printer.text("");
        let mut table = Table::new(&["PATH", "ACCESS", "LIMITS", "REASON"]);
        for (path, rule) in &rules {
            let limits = ["minimum", "maximum", "enum", "pattern"].iter().filter_map(|name| {
                let value = rule.get(*name)?;
                Some(format!("{name} {value}"))
            });
            table.row(vec![
                Cell::new(path.clone()).style(Style::Bold),
                Cell::new(views::text(rule, "access")),
                Cell::new(limits.collect::<Vec<_>>().join(", ")),
                Cell::new(views::text(rule, "reason")).style(Style::Dim),
            ]);
        }
        table.print(&app.printer, !app.globals.no_headers);
        Ok(())
    })
}

/// Which teams an object is for, for people.
pub(crate) fn teams(object: &Value) -> String {
    let Some(teams) = views::at(object, "spec.teams") else { return "every team".to_owned() };
    if teams.get("all").and_then(Value::as_bool) == Some(true) {
        return "every team".to_owned();
    }
    let names = teams.get("names").and_then(Value::as_array).into_iter().flatten().map(output::plain);
    let labels = teams.get("labels").and_then(Value::as_object).into_iter().flatten();
    let labels = labels.map(|(key, value)| format!("{key}={}", output::plain(value)));
    let all: Vec<String> = names.chain(labels).collect();
    if all.is_empty() { "nobody".to_owned() } else { all.join(", ") }
}
