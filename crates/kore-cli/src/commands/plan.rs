//! `kore plan`.

use kore_api::{codes::Code, plan::Provider};
use kore_client::{Client, ListQuery, resource};
use kore_domain::plan::{effective, parameters_schema};
use serde_json::{Value, json};

use super::{
    cluster::{pairs, sets},
    explain::{Field, fields},
    objects::{self, Found, Written},
    team,
};
use crate::{
    app::App,
    cli::{DryRun, PlanCommand, SetArgs, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore plan`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: PlanCommand) -> Result {
    match command {
        PlanCommand::List(args) => {
            let hint = "No plans. An administrator makes one:  kore plan create NAME; kore plan publish NAME";
            objects::show_list(app, resource::PLAN, None, &objects::query(&args), hint).await
        }
        PlanCommand::Show { name, version } => show(app, &name, version).await,
        PlanCommand::Create { name, provider, title, description, write } => {
            let mut spec = team::fields(&[("title", title), ("description", description)]);
            spec["provider"] = provider.into();
            let body = objects::new_object(resource::PLAN, None, &name, spec);
            let client = app.client().await?;
            match objects::create(app, &client, resource::PLAN, None, &body, &write).await? {
                Written::Done { object, .. } => {
                    objects::done(app, resource::PLAN, &object, "created")?;
                    app.printer.note(&format!("It has no version yet:  kore plan publish {name} --nodes 1"));
                    Ok(())
                }
                Written::Dry => Ok(()),
            }
        }
        PlanCommand::Edit { name, title, description, current, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::PLAN, None, &name).await?;
            let mut changes = team::fields(&[("title", title), ("description", description)]);
            if let Some(version) = current {
                changes["currentVersion"] = version.into();
            }
            let body = if changes.as_object().is_some_and(serde_json::Map::is_empty) {
                super::generic::in_editor(app, &found.value)?
            } else {
                let mut body = found.value.clone();
                json_patch::merge(&mut body, &json!({"spec": changes}));
                body
            };
            match objects::replace(app, &client, resource::PLAN, &found, &body, &write).await? {
                Written::Done { object, .. } => objects::done(app, resource::PLAN, &object, "changed"),
                Written::Dry => Ok(()),
            }
        }
        PlanCommand::Publish { name, set, notes, keep_current, write } => {
            publish(app, &name, &set, notes, keep_current, &write).await
        }
        PlanCommand::Explain { name, version } => explain(app, &name, version).await,
        PlanCommand::Versions { name } => {
            let query = ListQuery { filter: Some(format!("spec.plan={name}")), ..ListQuery::default() };
            let hint = format!("No version is published. Publish one:  kore plan publish {name}");
            objects::show_list(app, resource::PLAN_VERSION, None, &query, &hint).await
        }
    }
}

/// A plan and the version asked for, or its current one.
async fn with_version(client: &Client, name: &str, version: Option<u32>) -> Result<(Found, Option<Value>)> {
    let plan = objects::fetch(client, resource::PLAN, None, name).await?;
    let current = views::at(&plan.value, "spec.currentVersion").and_then(Value::as_u64);
    let Some(version) = version.map(u64::from).or(current) else { return Ok((plan, None)) };
    let found = objects::fetch(client, resource::PLAN_VERSION, None, &format!("{name}-v{version}")).await?;
    Ok((plan, Some(found.value)))
}

async fn show(app: &App, name: &str, version: Option<u32>) -> Result {
    let client = app.client().await?;
    let (plan, version) = with_version(&client, name, version).await?;
    let plan = plan.value;
    output::one(app, "Plan", &plan, |app| {
        pairs(
            app,
            vec![
                ("Plan", Cell::new(views::text(&plan, "metadata.name")).style(Style::Bold)),
                ("Title", Cell::new(views::text(&plan, "spec.title"))),
                ("Description", Cell::new(views::text(&plan, "spec.description"))),
                ("Provider", Cell::new(views::text(&plan, "spec.provider"))),
                ("Versions", Cell::new(versions(&plan))),
            ],
        );
        match &version {
            Some(version) => {
                app.printer.text("");
                app.printer.text(&format!("Parameters of version {}", views::text(version, "spec.version")));
                let parameters = views::at(version, "spec.parameters").cloned().unwrap_or_default();
                app.printer.data(&indent(&output::yaml(&parameters)?));
            }
            None => app.printer.note(&format!("No version is published. Publish one:  kore plan publish {name}")),
        }
        Ok(())
    })
}

fn versions(plan: &Value) -> String {
    let all = views::at(plan, "status.versions").and_then(Value::as_array);
    all.map(|all| all.iter().map(|version| format!("v{version}")).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

async fn publish(
    app: &App,
    name: &str,
    set: &SetArgs,
    notes: Option<String>,
    keep_current: bool,
    write: &WriteArgs,
) -> Result {
    let client = app.client().await?;
    let (plan, current) = with_version(&client, name, None).await?;
    let query = ListQuery { filter: Some(format!("spec.plan={name}")), ..ListQuery::default() };
    let (versions, _) = objects::read_list(&client, &resource::PLAN_VERSION.collection(None), &query).await?;
    let number = |version: &Value| views::at(version, "spec.version").and_then(Value::as_u64);
    let next = versions.iter().filter_map(number).max().unwrap_or(0) + 1;
    let provider = views::text(&plan.value, "spec.provider");
    let base = current.as_ref().and_then(|version| views::at(version, "spec.parameters").cloned());
    let parameters = match effective(Provider::Local, &base.unwrap_or_else(|| json!({})), &sets(set)?) {
        Ok(parameters) => parameters,
        Err(errors) => {
            let error = CliError::new(Code::InputInvalid, format!("the parameters of {name} v{next} do not fit"));
            return Err(errors.into_iter().fold(error, |error, field| {
                let path = field.pointer.trim_start_matches('/').replace('/', ".");
                error.note("field", format!("{path}: {}", field.detail))
            }));
        }
    };
    let mut spec = json!({"plan": name, "version": next, "provider": provider, "parameters": parameters});
    if let Some(notes) = notes {
        spec["notes"] = notes.into();
    }
    let kind = resource::PLAN_VERSION;
    let body = objects::new_object(kind, None, &format!("{name}-v{next}"), spec);
    let Written::Done { object, .. } = objects::create(app, &client, kind, None, &body, write).await? else {
        return Ok(());
    };
    // Publishing makes a version the current one; who wants the one before says so.
    let before = current.as_ref().and_then(number);
    if let Some(before) = before.filter(|_| keep_current) {
        make_current(&client, name, before).await?;
    }
    objects::done(app, kind, &object, "published")?;
    if keep_current {
        app.printer
            .note(&format!("New clusters keep getting the version before:  kore plan edit {name} --current {next}"));
    }
    Ok(())
}

/// Points a plan at a version; a controller's or another's write in between is no reason to fail.
pub(crate) async fn make_current(client: &Client, name: &str, version: u64) -> Result {
    for attempt in 0.. {
        let plan = objects::fetch(client, resource::PLAN, None, name).await?;
        if views::at(&plan.value, "spec.currentVersion").and_then(Value::as_u64) == Some(version) {
            return Ok(());
        }
        let mut body = plan.value.clone();
        body["spec"]["currentVersion"] = version.into();
        match client.replace::<_, Value>(&resource::PLAN.object(None, name), &body, &plan.precondition).await {
            Ok(_) => return Ok(()),
            Err(error) if error.code() == Some(Code::PreconditionFailed) && attempt < 5 => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Parameters: path, type, value in this plan, range, whether they can change later.
async fn explain(app: &App, name: &str, version: Option<u32>) -> Result {
    let client = app.client().await?;
    let (_, version) = with_version(&client, name, version).await?;
    let values =
        version.as_ref().and_then(|version| views::at(version, "spec.parameters")).cloned().unwrap_or_default();
    let fields: Vec<Field> = fields(parameters_schema(Provider::Local));
    if !app.for_people() {
        let items: Vec<Value> = fields.iter().map(|field| field.json(views::at(&values, &field.path))).collect();
        return output::list(app, "Parameter", &items, &json!({}), "This plan has no parameters.");
    }
    let mut table = Table::new(&["PARAMETER", "TYPE", "IN THIS PLAN", "ALLOWED", "LATER", "WHAT"]);
    for field in &fields {
        let later = if field.immutable { "fixed" } else { "can change" };
        for (path, value) in field.concrete(&values) {
            table.row(vec![
                Cell::new(path).style(Style::Bold),
                Cell::new(field.kind.clone()),
                Cell::new(value.as_ref().map(output::plain).unwrap_or_default()),
                Cell::new(field.allowed.clone()),
                Cell::new(later),
                Cell::new(field.description.clone()).style(Style::Dim),
            ]);
        }
    }
    table.print(&app.printer, !app.globals.no_headers);
    app.printer.note(&format!("Override:  kore cluster create TEAM/NAME --plan {name} --set PARAMETER=VALUE"));
    Ok(())
}

/// Whether a write is only shown.
#[must_use]
pub fn is_dry(write: &WriteArgs) -> bool {
    matches!(write.dry_run, Some(DryRun::Server | DryRun::Client))
}
