//! `kore cloud`.

mod add;
mod check;
mod permissions;

pub(super) use self::add::next as add_command;

use kore_api::cloud::KEPT;
use kore_client::resource;
use serde_json::{Value, json};

use super::{
    confirmed, generic,
    objects::{self, Written},
    team::fields,
};
use crate::{
    app::App,
    cli::{AwsArgs, CloudAddCommand, CloudCommand, WriteArgs},
    error::Result,
    output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore cloud`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: CloudCommand) -> Result {
    let kind = resource::CLOUD_ORGANIZATION;
    match command {
        CloudCommand::Permissions(args) => permissions::run(app, &args).await,
        CloudCommand::Add(CloudAddCommand::Aws { name, aws, write }) => {
            add::aws(app, name.as_deref(), &aws, &write).await
        }
        CloudCommand::List(args) => {
            let hint = "No clouds. See what it takes:  kore cloud add aws";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        CloudCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        CloudCommand::Check { name, timeout } => check::run(app, &name, timeout).await,
        CloudCommand::Edit { name, aws, pause, resume, write } => {
            let paused = (pause || resume).then_some(pause);
            edit(app, &name, &aws, paused, &write).await
        }
        CloudCommand::Delete { name, write } => delete(app, &name, &write).await,
    }
}

async fn delete(app: &App, name: &str, write: &WriteArgs) -> Result {
    let kind = resource::CLOUD_ORGANIZATION;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let Written::Done { object, operation } = confirmed::delete(app, &client, kind, &found, write).await? else {
        return Ok(());
    };
    // Where nothing is kept, nothing is taken away.
    if condition(&found.value, KEPT).is_none() {
        return objects::done(app, kind, &object, "deleted");
    }
    let followed = objects::follow_write(app, &client, &object, operation, true, write).await?;
    objects::done(app, kind, &object, if followed.is_some() { "deleted" } else { "is being deleted" })
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = views::at(object, "status.conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().find(|one| views::text(one, "type") == kind)
}

/// What the zones of clusters are called, and what they are delegated from.
fn zones(object: &Value) -> String {
    let of = |name: &str| views::text(object, &format!("spec.aws.parentZone.{name}"));
    match of("domain").as_str() {
        "" => "none".to_owned(),
        domain => format!("CLUSTER.TEAM.{domain}, delegated from {}", of("id")),
    }
}

/// How what Kore keeps in an organisation stands.
fn kept(object: &Value) -> Cell {
    let Some(kept) = condition(object, KEPT) else {
        return Cell::new("nothing yet: no rule and no account needs it").style(Style::Dim);
    };
    match (views::text(kept, "status").as_str(), views::text(kept, "message")) {
        ("True", _) => Cell::new("a unit, guardrails, the roles of its accounts").style(Style::Good),
        (_, message) => Cell::new(message).style(Style::Warn),
    }
}

async fn edit(app: &App, name: &str, aws: &AwsArgs, paused: Option<bool>, write: &WriteArgs) -> Result {
    let kind = resource::CLOUD_ORGANIZATION;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let written = if *aws == AwsArgs::default() && paused.is_none() {
        let body = generic::in_editor(app, &found.value)?;
        objects::replace(app, &client, kind, &found, &body, write).await?
    } else {
        let body = |now: &Value| {
            let mut body = now.clone();
            json_patch::merge(&mut body, &json!({ "spec": { "aws": said(aws) } }));
            if let Some(paused) = paused {
                json_patch::merge(&mut body, &json!({ "spec": { "paused": paused } }));
            }
            Ok(body)
        };
        confirmed::replace(app, &client, kind, &found, &body, write).await?
    };
    finish(app, written, "changed")
}

fn finish(app: &App, written: Written, verb: &str) -> Result {
    match written {
        Written::Done { object, .. } => objects::done(app, resource::CLOUD_ORGANIZATION, &object, verb),
        Written::Dry => Ok(()),
    }
}

/// What flags say of `spec.aws`.
fn said(aws: &AwsArgs) -> Value {
    let mut said = fields(&[
        ("managementAccount", aws.management_account.clone()),
        ("homeRegion", aws.region.clone()),
        ("organizationalUnit", aws.organizational_unit.clone()),
        ("accountEmail", aws.account_email.clone()),
        ("partition", aws.partition.clone()),
    ]);
    if !aws.regions.is_empty() {
        said["regions"] = json!(aws.regions);
    }
    if let Some(zone) = &aws.parent_zone {
        said["parentZone"] = json!(zone);
    }
    said
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, resource::CLOUD_ORGANIZATION.kind, object, |app| {
        let (state, style) = views::state(object);
        let list = |path: &str| {
            let all = views::at(object, path).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        };
        let message = views::ready(object).map(|(_, _, message)| message.to_owned()).unwrap_or_default();
        super::cluster::pairs(
            app,
            vec![
                ("Cloud", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("Provider", Cell::new(views::text(object, "spec.provider"))),
                ("State", Cell::new(state).style(style)),
                ("Why", Cell::new(message)),
                ("Partition", Cell::new(views::text(object, "spec.aws.partition"))),
                ("Managed by", Cell::new(views::text(object, "spec.aws.managementAccount"))),
                ("Home region", Cell::new(views::text(object, "spec.aws.homeRegion"))),
                ("Regions", Cell::new(list("spec.aws.regions"))),
                ("Kore's unit is under", Cell::new(views::text(object, "spec.aws.organizationalUnit"))),
                ("Accounts' addresses", Cell::new(views::text(object, "spec.aws.accountEmail"))),
                ("Zones of clusters", Cell::new(zones(object))),
                ("Checked", Cell::new(views::text(object, "status.checkedAt"))),
                ("Kept there", kept(object)),
                ("Operation", Cell::new(views::text(object, "status.operation"))),
            ],
        );
        check::print(app, object);
        Ok(())
    })
}
