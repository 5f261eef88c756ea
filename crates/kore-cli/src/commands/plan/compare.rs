//! `kore plan diff` and `kore plan impact`: what is different, and what that would do.

use kore_api::plan::PlanImpactList;
use kore_client::{Client, resource};
use kore_domain::plan::{diff as differences, immutable_changes, with_effects};
use serde_json::Value;

use super::{
    super::{objects, preview},
    version::provider,
};
use crate::{
    app::App,
    error::{CliError, Result},
    output,
    printer::Style,
    views,
};

/// The draft of a plan, the current version, and the one before it.
async fn versions(client: &Client, plan: &Value) -> Result<(Option<u64>, Option<u64>, Option<u64>)> {
    let name = views::text(plan, "metadata.name");
    let number = |path: &str| views::at(plan, path).and_then(Value::as_u64);
    let current = number("spec.currentVersion");
    let all = views::at(plan, "status.versions").and_then(Value::as_array);
    let all = all.into_iter().flatten().filter_map(Value::as_u64);
    let before = all.filter(|version| Some(*version) < current).max();
    // The controller says it a moment later than it is there.
    let query =
        kore_client::ListQuery { filter: Some(format!("spec.plan={name},spec.stage=draft")), ..Default::default() };
    let (drafts, _) = objects::read_list(client, &resource::PLAN_VERSION.collection(None), &query).await?;
    let draft = drafts.first().and_then(|draft| views::at(draft, "spec.version")).and_then(Value::as_u64);
    Ok((draft, current, before))
}

async fn parameters(client: &Client, name: &str, version: u64) -> Result<Value> {
    let found = objects::fetch(client, resource::PLAN_VERSION, None, &format!("{name}-v{version}")).await?;
    Ok(views::at(&found.value, "spec.parameters").cloned().unwrap_or_default())
}

/// Compares two versions of a plan.
///
/// # Errors
/// When there are no two.
pub(crate) async fn diff(app: &App, name: &str, from: Option<u32>, to: Option<u32>) -> Result {
    let client = app.client().await?;
    let plan = objects::fetch(&client, resource::PLAN, None, name).await?.value;
    let provider = provider(&plan)?;
    let (draft, current, before) = versions(&client, &plan).await?;
    let (from, to) = match (from.map(u64::from), to.map(u64::from)) {
        (Some(from), to) => (Some(from), to.or(draft).or(current)),
        (None, _) if draft.is_some() => (current, draft),
        (None, _) => (before, current),
    };
    let (Some(from), Some(to)) = (from, to) else {
        return Err(CliError::usage(format!("plan {name} has no two versions"))
            .fix(format!("see which there are: kore plan versions {name}")));
    };
    let (old, new) = (parameters(&client, name, from).await?, parameters(&client, name, to).await?);
    let changes = with_effects(provider, differences(&old, &new));
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&changes).unwrap_or_default());
    }
    app.printer.line(&vec![(Style::Bold, format!("{name} v{from} {} v{to}", app.printer.glyphs.arrow))]);
    for change in &changes {
        app.printer.line(&preview::change(app, change));
    }
    if changes.is_empty() {
        app.printer.text("  Nothing differs.");
    }
    for fixed in immutable_changes(provider, &old, &new) {
        let path = fixed.pointer.trim_start_matches('/').replace('/', ".");
        app.printer.warn(&format!("{path} is fixed when a cluster is made: clusters of v{from} cannot move to v{to}"));
    }
    Ok(())
}

/// What a version would do to the clusters that follow the plan.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub(crate) async fn impact(app: &App, name: &str, version: Option<u32>) -> Result {
    let client = app.client().await?;
    let version = match version.map(u64::from) {
        Some(version) => version,
        None => {
            let plan = objects::fetch(&client, resource::PLAN, None, name).await?.value;
            let (draft, current, _) = versions(&client, &plan).await?;
            draft.or(current).ok_or_else(|| {
                CliError::usage(format!("plan {name} has no version")).fix(format!("make one: kore plan draft {name}"))
            })?
        }
    };
    let path = format!("{}/impact", resource::PLAN_VERSION.object(None, &format!("{name}-v{version}")));
    let found: PlanImpactList = client.get(&path).await?.value;
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&found).unwrap_or_default());
    }
    if found.clusters.is_empty() {
        app.printer.text(&format!("No cluster of {name} is on another version than v{version}."));
    }
    for one in &found.clusters {
        let from = one.from.map_or_else(|| "no version".to_owned(), |from| format!("v{from}"));
        let head = format!("{}/{}  {from} {} v{version}", one.team, one.cluster, app.printer.glyphs.arrow);
        app.printer.line(&vec![(Style::Bold, head)]);
        for change in &one.changes {
            app.printer.line(&preview::change(app, change));
        }
        for blocked in &one.blocked {
            let path = blocked.pointer.trim_start_matches('/').replace('/', ".");
            app.printer.line(&vec![
                (Style::Bad, "  blocked ".to_owned()),
                (Style::Plain, format!("{path} {}", blocked.detail)),
            ]);
        }
        if one.changes.is_empty() && one.blocked.is_empty() {
            app.printer.text("  Nothing changes.");
        }
    }
    Ok(())
}
