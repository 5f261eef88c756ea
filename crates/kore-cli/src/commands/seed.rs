//! What a new platform on this machine begins with, made through the public API like anything else.

use std::fs;

use kore_api::{codes::Code, config::REHEARSAL_TEAM};
use kore_client::{Client, resource};
use kore_domain::plan::{StarterPlan, rehearsal_plan, starter_plans, starter_policies};
use serde_json::{Value, json};

use super::{objects, plan};
use crate::{
    app::{App, Installation},
    cli::WriteArgs,
    error::{CliError, Result},
};

/// The team that a new platform begins with.
pub const TEAM: &str = "sandbox";
/// Its cluster.
pub const CLUSTER: &str = "first";
/// The plan of that cluster.
pub const PLAN: &str = "evaluation";

/// How seeding waits: briefly.
#[must_use]
pub fn write_args() -> WriteArgs {
    WriteArgs { dry_run: None, wait: true, no_wait: false, timeout: None }
}

/// Whether everything was made once. Somebody who deletes the sandbox does not get it back.
#[must_use]
pub fn is_done(installation: &Installation) -> bool {
    marker(installation).exists()
}

/// Remembers that everything was made.
///
/// # Errors
/// When the data directory cannot be written.
pub fn mark_done(installation: &Installation) -> Result {
    let path = marker(installation);
    fs::write(&path, "team sandbox, starter plans and the first cluster were made\n")
        .map_err(|error| CliError::file(&path, &error))
}

fn marker(installation: &Installation) -> std::path::PathBuf {
    installation.data.join("seeded")
}

/// Makes team `sandbox` and the starter plans where they are missing; says what there is now.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub async fn team_and_plans(app: &App, client: &Client) -> Result<String> {
    let spec = json!({"displayName": "Sandbox", "description": "Made by kore up, for trying things out."});
    let team = team(client, TEAM, spec).await?;
    let plans = starter_plans();
    for starter in &plans {
        publish(client, starter).await?;
    }
    for (name, policy) in starter_policies() {
        let internal =
            |error: serde_json::Error| CliError::new(Code::Internal, format!("starter policy {name}: {error}"));
        let spec = serde_json::to_value(&policy).map_err(internal)?;
        let body = objects::new_object(resource::PLAN_POLICY, None, name.as_str(), spec);
        ignore_taken(client.create::<_, Value>(&resource::PLAN_POLICY.collection(None), &body).await)?;
    }
    objects::settle(app, client, resource::TEAM, team, &write_args()).await?;
    Ok(format!("team {TEAM}, {} plans", plans.len()))
}

/// Makes the team and the plan of the clusters that stand behind those of rehearsed clouds, where they are missing.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub async fn rehearsal(app: &App, client: &Client) -> Result {
    let description = "Its clusters stand behind those of the rehearsed cloud. Leave it to Kore.";
    let spec = json!({"displayName": "Rehearsal", "description": description});
    let team = team(client, REHEARSAL_TEAM, spec).await?;
    if let Some(starter) = rehearsal_plan() {
        publish(client, &starter).await?;
    }
    objects::settle(app, client, resource::TEAM, team, &write_args()).await.map(drop)
}

/// The team of this name, made where it is missing.
async fn team(client: &Client, name: &str, spec: Value) -> Result<Value> {
    let body = objects::new_object(resource::TEAM, None, name, spec);
    match client.create::<_, Value>(&resource::TEAM.collection(None), &body).await {
        Ok(answer) => Ok(answer.value),
        Err(error) if error.is_already_exists() => {
            objects::fetch(client, resource::TEAM, None, name).await.map(|found| found.value)
        }
        Err(error) => Err(error.into()),
    }
}

async fn publish(client: &Client, starter: &StarterPlan) -> Result {
    let name = starter.name.as_str();
    let internal = |error: serde_json::Error| CliError::new(Code::Internal, format!("starter plan {name}: {error}"));
    let mut spec = serde_json::to_value(&starter.plan).map_err(internal)?;
    if let Some(map) = spec.as_object_mut() {
        // It points at its version once that is published.
        map.remove("currentVersion");
    }
    let body = objects::new_object(resource::PLAN, None, name, spec);
    ignore_taken(client.create::<_, Value>(&resource::PLAN.collection(None), &body).await)?;
    let spec = serde_json::to_value(&starter.version).map_err(internal)?;
    let version = format!("{name}-v{}", starter.version.version);
    let body = objects::new_object(resource::PLAN_VERSION, None, &version, spec);
    ignore_taken(client.create::<_, Value>(&resource::PLAN_VERSION.collection(None), &body).await)?;
    // Only a plan without a version is pointed at it: an administrator may have moved on.
    let plan = objects::fetch(client, resource::PLAN, None, name).await?;
    match crate::views::at(&plan.value, "spec.currentVersion") {
        Some(version) if !version.is_null() => Ok(()),
        _ => plan::make_current(client, name, u64::from(starter.version.version)).await,
    }
}

fn ignore_taken<T>(result: std::result::Result<T, kore_client::ClientError>) -> Result {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.is_already_exists() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Asks for the first cluster; the operation to follow, or none when the cluster is there and Ready.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub async fn first_cluster(client: &Client, nodes: Option<u32>) -> Result<Option<String>> {
    let overrides = match nodes {
        Some(nodes) => json!({"nodePools": {"default": {"size": nodes}}}),
        None => json!({}),
    };
    let spec = json!({"plan": {"name": PLAN}, "overrides": overrides});
    let body = objects::new_object(resource::CLUSTER, Some(TEAM), CLUSTER, spec);
    match client.create::<_, Value>(&resource::CLUSTER.collection(Some(TEAM)), &body).await {
        Ok(answer) => objects::operation_of(client, &answer.value, answer.operation, false).await.map(Some),
        Err(error) if error.is_already_exists() => {
            let found = objects::fetch(client, resource::CLUSTER, Some(TEAM), CLUSTER).await?.value;
            if crate::views::ready(&found).is_some_and(|(status, ..)| status == "True") {
                return Ok(None);
            }
            objects::operation_of(client, &found, None, false).await.map(Some)
        }
        Err(error) => Err(error.into()),
    }
}
