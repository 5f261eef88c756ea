//! `kore plan`.

mod compare;
mod explain;
mod version;

use kore_api::{codes::Code, plan::Stage};
use kore_client::{Client, ListQuery, resource};
use serde_json::{Value, json};

pub(crate) use self::explain::explain;
use super::{
    cluster::pairs,
    objects::{self, Found, Written},
    policy, team,
};
use crate::{
    app::App,
    cli::{DryRun, PlanCommand, WriteArgs},
    error::Result,
    output,
    printer::Style,
    table::Cell,
    views,
};

/// What the first version of a plan has to say at least.
fn what_it_takes(provider: &str) -> &'static str {
    match provider {
        "aws" => "--set region=REGION --set 'apiAccessFrom=[\"RANGE\"]' --set nodePools.default.size=NODES",
        _ => "--set PATH=VALUE",
    }
}

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
        PlanCommand::Create { name, provider, title, description, allocation, write } => {
            let mut spec = team::fields(&[("title", title), ("description", description)]);
            spec["provider"] = provider.into();
            if let Some(teams) = policy::allocation(&allocation)? {
                spec["teams"] = teams;
            }
            let body = objects::new_object(resource::PLAN, None, &name, spec);
            let client = app.client().await?;
            match objects::create(app, &client, resource::PLAN, None, &body, &write).await? {
                Written::Done { object, .. } => {
                    objects::done(app, resource::PLAN, &object, "created")?;
                    let set = what_it_takes(&views::text(&object, "spec.provider"));
                    app.printer.note(&format!("It has no version yet:  kore plan publish {name} {set}"));
                    Ok(())
                }
                Written::Dry => Ok(()),
            }
        }
        PlanCommand::Edit { name, title, description, current, allocation, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, resource::PLAN, None, &name).await?;
            let mut changes = team::fields(&[("title", title), ("description", description)]);
            if let Some(version) = current {
                changes["currentVersion"] = version.into();
            }
            let teams = policy::allocation(&allocation)?;
            let body = if teams.is_none() && changes.as_object().is_some_and(serde_json::Map::is_empty) {
                super::generic::in_editor(app, &found.value)?
            } else {
                let mut body = found.value.clone();
                json_patch::merge(&mut body, &json!({"spec": changes}));
                if let Some(teams) = teams {
                    body["spec"]["teams"] = teams;
                }
                body
            };
            match objects::replace(app, &client, resource::PLAN, &found, &body, &write).await? {
                Written::Done { object, .. } => objects::done(app, resource::PLAN, &object, "changed"),
                Written::Dry => Ok(()),
            }
        }
        PlanCommand::Draft { name, set, notes, write } => version::draft(app, &name, &set, notes, &write).await,
        PlanCommand::Publish { name, set, notes, keep_current, write } => {
            version::publish(app, &name, &set, notes, keep_current, &write).await
        }
        PlanCommand::Clone { name, new, version, set, allocation, write } => {
            version::clone(app, &version::Copy { name, new, version, set, allocation, write }).await
        }
        PlanCommand::Diff { name, from, to } => compare::diff(app, &name, from, to).await,
        PlanCommand::Impact { name, version } => compare::impact(app, &name, version).await,
        PlanCommand::Deprecate(args) => version::advance(app, &args, Stage::Deprecated).await,
        PlanCommand::Retire(args) => version::advance(app, &args, Stage::Retired).await,
        PlanCommand::Explain { name, version } => explain(app, &name, version).await,
        PlanCommand::Versions { name } => {
            let query = ListQuery { filter: Some(format!("spec.plan={name}")), ..ListQuery::default() };
            let hint = format!("No version is published. Publish one:  kore plan publish {name}");
            objects::show_list(app, resource::PLAN_VERSION, None, &query, &hint).await
        }
    }
}

/// A plan and the version asked for, or its current one.
pub(crate) async fn with_version(client: &Client, name: &str, version: Option<u32>) -> Result<(Found, Option<Value>)> {
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
                ("For", Cell::new(policy::teams(&plan))),
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

/// Whether a write is only shown.
#[must_use]
pub fn is_dry(write: &WriteArgs) -> bool {
    matches!(write.dry_run, Some(DryRun::Server | DryRun::Client))
}
