//! `kore cluster`.

use kore_api::{
    codes::Code,
    names::ClusterRef,
    operation::{Operation, Remainder},
};
use kore_client::{Client, ListQuery, resource};
use kore_domain::{
    plan::parse_sets,
    upgrade::{Minor, NoVersion},
};
use serde_json::{Value, json};

use super::{
    confirmed,
    objects::{self, Found, Written},
};
use crate::{
    app::App,
    cli::{ClusterCommand, ClusterCreateArgs, ClusterEditArgs, ClusterUpgradeArgs, SetArgs, WriteArgs},
    error::{CliError, Result},
    follow,
    output::{self, Format},
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore cluster`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: ClusterCommand) -> Result {
    match command {
        ClusterCommand::List(args) => {
            let team = app.globals.team.clone();
            let place = team.as_ref().map_or_else(String::new, |team| format!(" in team {team}"));
            let hint = format!(
                "No clusters{place}. Make one:  kore cluster create {}/NAME --plan PLAN",
                team.as_deref().unwrap_or("TEAM")
            );
            objects::show_list(app, resource::CLUSTER, team.as_deref(), &objects::query(&args), &hint).await
        }
        ClusterCommand::Show { cluster } => {
            let (client, _, found) = find(app, cluster.as_deref()).await?;
            show(app, &client, &found.value).await
        }
        ClusterCommand::Create(args) => create(app, &args).await,
        ClusterCommand::Edit(args) => edit(app, &args).await,
        ClusterCommand::Upgrade(args) => upgrade(app, &args).await,
        ClusterCommand::Delete { cluster, write } => delete(app, &cluster, &write).await,
        ClusterCommand::Pause { cluster } => pause(app, &cluster, true).await,
        ClusterCommand::Resume { cluster } => pause(app, &cluster, false).await,
        ClusterCommand::Events { cluster, limit } => events(app, cluster.as_deref(), limit).await,
    }
}

async fn find(app: &App, given: Option<&str>) -> Result<(Client, ClusterRef, Found)> {
    let cluster = app.cluster(given)?;
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::CLUSTER, Some(cluster.team.as_str()), cluster.name.as_str()).await?;
    Ok((client, cluster, found))
}

async fn show(app: &App, client: &Client, object: &Value) -> Result {
    let operation = match views::text(object, "status.operation") {
        id if id.is_empty() => None,
        id => client.get::<Value>(&follow::path(&id)).await.ok().map(|answer| answer.value),
    };
    output::one(app, "Cluster", object, |app| {
        let (state, style) = views::state(object);
        let mut rows: Vec<(&str, Cell)> = vec![
            ("Cluster", Cell::new(views::qualified(object)).style(Style::Bold)),
            ("State", Cell::new(state).style(style)),
        ];
        if let Some((_, reason, message)) = views::ready(object).filter(|(status, ..)| *status != "True") {
            rows.push(("Because", Cell::new(format!("{reason}: {message}"))));
        }
        let version = views::text(object, "spec.plan.version");
        rows.push(("Plan", Cell::new(format!("{} v{version}", views::text(object, "spec.plan.name")))));
        rows.push(("Kubernetes", Cell::new(views::text(object, "status.kubernetesVersion"))));
        if views::at(object, "status.nodes").is_some() {
            let (ready, desired) =
                (views::text(object, "status.nodes.ready"), views::text(object, "status.nodes.desired"));
            rows.push(("Nodes", Cell::new(format!("{ready} of {desired} ready"))));
        }
        let account = [views::text(object, "status.account"), views::text(object, "status.accountNumber")];
        rows.push(("Account", Cell::new(account.join("  ").trim_end().to_owned())));
        rows.push(("Domain", Cell::new(views::text(object, "status.domain"))));
        if views::at(object, "status.addresses").is_some() {
            let of = |purpose: &str| views::text(object, &format!("status.addresses.{purpose}"));
            let named = ["node", "pod", "service"].map(|purpose| (purpose, of(purpose)));
            let given = named.iter().filter(|(_, range)| !range.is_empty());
            let shown: Vec<_> = given.map(|(purpose, range)| format!("{purpose}s {range}")).collect();
            rows.push(("Addresses", Cell::new(shown.join(", "))));
        }
        if let Some(rung) = views::at(object, "status.rung") {
            let runs = views::at(rung, "workloads").and_then(Value::as_bool) == Some(true);
            let style = if runs { Style::Plain } else { Style::Warn };
            let word = if runs { "run here" } else { "will not run here" };
            rows.push(("Workloads", Cell::new(format!("{word}: {}", views::text(rung, "reason"))).style(style)));
        }
        if let Some(overrides) = views::at(object, "spec.overrides") {
            rows.push(("Overrides", Cell::new(overrides.to_string())));
        }
        if views::at(object, "spec.deletionProtection").and_then(Value::as_bool) == Some(true) {
            rows.push(("Protection", Cell::new("deletion is refused")));
        }
        if let Some(operation) = &operation {
            rows.push((
                "Operation",
                Cell::new(format!(
                    "{} {} {}",
                    views::text(operation, "action"),
                    views::text(operation, "state"),
                    views::text(operation, "id")
                )),
            ));
        }
        rows.push(("Made", Cell::new(views::text(object, "metadata.creationTimestamp"))));
        pairs(app, rows);
        Ok(())
    })
}

/// Prints label and value, one pair per line.
pub(crate) fn pairs(app: &App, rows: Vec<(&str, Cell)>) {
    let mut table = Table::new(&["", ""]);
    for (label, cell) in rows {
        if !cell.text.is_empty() {
            table.row(vec![Cell::new(label).style(Style::Dim), cell]);
        }
    }
    table.print(&app.printer, false);
}

/// `--set` and `--nodes` as a merge patch.
pub(crate) fn sets(args: &SetArgs) -> Result<Value> {
    let nodes = args.nodes.map(|nodes| format!("nodePools.default.size={nodes}"));
    let all: Vec<&str> = args.set.iter().map(String::as_str).chain(nodes.as_deref()).collect();
    parse_sets(&all)
        .map_err(|error| CliError::usage(error.to_string()).fix("write it as --set nodePools.default.size=2"))
}

async fn create(app: &App, args: &ClusterCreateArgs) -> Result {
    let cluster = app.cluster(Some(&args.cluster))?;
    let mut spec = json!({"plan": {"name": args.plan}, "overrides": sets(&args.set)?});
    if let Some(version) = args.plan_version {
        spec["plan"]["version"] = version.into();
    }
    if args.deletion_protection {
        spec["deletionProtection"] = true.into();
    }
    let body = objects::new_object(resource::CLUSTER, Some(cluster.team.as_str()), cluster.name.as_str(), spec);
    let client = app.client().await?;
    let team = Some(cluster.team.as_str());
    let written = objects::create(app, &client, resource::CLUSTER, team, &body, &args.write).await;
    let written = match written {
        Ok(written) => written,
        Err(error) => return Err(objects::suggest_plan(&client, &args.plan, error).await),
    };
    let Written::Done { object, operation } = written else { return Ok(()) };
    let Some(operation) = objects::follow_write(app, &client, &object, operation, false, &args.write).await? else {
        return Ok(());
    };
    let found = objects::fetch(&client, resource::CLUSTER, team, cluster.name.as_str()).await?;
    objects::done(app, resource::CLUSTER, &found.value, "created")?;
    say_ready(app, &cluster, &found.value, &operation);
    Ok(())
}

fn say_ready(app: &App, cluster: &ClusterRef, object: &Value, operation: &Operation) {
    let nodes = views::text(object, "status.nodes.ready");
    let nodes = match nodes.as_str() {
        "" => String::new(),
        "1" => "  1 node ready".to_owned(),
        nodes => format!("  {nodes} nodes ready"),
    };
    app.printer.note(&format!(
        "{cluster} is up after {}{nodes}  {}",
        follow::took(operation),
        views::text(object, "status.kubernetesVersion")
    ));
    if views::at(object, "status.rung.workloads").and_then(Value::as_bool) == Some(false) {
        app.printer.warn(&views::text(object, "status.rung.reason"));
    }
    app.printer.note(&format!("  kore exec {cluster} -- kubectl get nodes"));
    app.printer.note(&format!("  kore kubeconfig add {cluster}"));
}

async fn edit(app: &App, args: &ClusterEditArgs) -> Result {
    let in_editor = args.set.set.is_empty()
        && args.set.nodes.is_none()
        && args.unset.is_empty()
        && args.set_spec.is_empty()
        && args.plan_version.is_none();
    let (client, cluster, found) = find(app, Some(&args.cluster)).await?;
    if in_editor {
        let body = super::generic::in_editor(app, &found.value)?;
        let again = |now: &Value| super::generic::same_spec(&found.value, now).map(|()| body.clone());
        return change(app, &client, &cluster, &found, &again, &args.write).await;
    }
    change(app, &client, &cluster, &found, &|now| edited(now, args), &args.write).await
}

/// The cluster with what `--set` and `--nodes` say over what its team said before.
pub(crate) fn edited_with(now: &Value, set: &SetArgs) -> Result<Value> {
    let mut body = objects::exported(now);
    let spec = body.get_mut("spec").ok_or_else(|| CliError::new(Code::Internal, "the cluster has no spec"))?;
    let mut overrides = spec.get("overrides").cloned().unwrap_or_else(|| json!({}));
    overlay(&mut overrides, &sets(set)?);
    spec["overrides"] = overrides;
    Ok(body)
}

/// The cluster as the flags want it.
fn edited(now: &Value, args: &ClusterEditArgs) -> Result<Value> {
    let mut body = edited_with(now, &args.set)?;
    let spec = body.get_mut("spec").ok_or_else(|| CliError::new(Code::Internal, "the cluster has no spec"))?;
    let mut overrides = spec.get("overrides").cloned().unwrap_or_else(|| json!({}));
    for path in &args.unset {
        unset(&mut overrides, path)?;
    }
    spec["overrides"] = overrides;
    if let Some(version) = args.plan_version {
        spec["plan"]["version"] = version.into();
    }
    for text in &args.set_spec {
        set_spec(spec, text)?;
    }
    Ok(body)
}

async fn upgrade(app: &App, args: &ClusterUpgradeArgs) -> Result {
    let (client, cluster, found) = find(app, Some(&args.cluster)).await?;
    let to = match &args.to {
        Some(to) => to.parse().map_err(|error: NoVersion| CliError::usage(error.to_string()).fix("as --to 1.36"))?,
        None => next(&found.value)
            .ok_or_else(|| CliError::usage(format!("{cluster} is at no version yet")).fix("name one: --to VERSION"))?,
    };
    let to: Minor = to;
    if let Some(operation) = under_way(&found.value, to).filter(|_| args.write.dry_run.is_none()) {
        app.printer.note(&format!("{cluster} is on its way to {to} already"));
        return arrive(app, &client, &cluster, &found.value, Some(operation), &args.write).await;
    }
    let wanted = |now: &Value| {
        let mut body = objects::exported(now);
        let spec = body.get_mut("spec").ok_or_else(|| CliError::new(Code::Internal, "the cluster has no spec"))?;
        let mut overrides = spec.get("overrides").cloned().unwrap_or_else(|| json!({}));
        overlay(&mut overrides, &json!({"kubernetesVersion": to.to_string()}));
        spec["overrides"] = overrides;
        Ok(body)
    };
    change(app, &client, &cluster, &found, &wanted, &args.write).await
}

/// The operation that brings the cluster to this version already.
fn under_way(cluster: &Value, to: Minor) -> Option<String> {
    let asked = views::text(cluster, "spec.overrides.kubernetesVersion").parse() == Ok(to);
    let reached = views::at(cluster, "status.observedGeneration") == views::at(cluster, "metadata.generation");
    let (status, ..) = views::ready(cluster)?;
    let operation = views::text(cluster, "status.operation");
    (asked && !reached && status != "True" && !operation.is_empty()).then_some(operation)
}

/// The version after the one that the cluster was brought to.
fn next(cluster: &Value) -> Option<Minor> {
    let at: Minor = views::text(cluster, "status.kubernetesVersion").parse().ok()?;
    Some(at.next())
}

async fn change(
    app: &App,
    client: &Client,
    cluster: &ClusterRef,
    found: &Found,
    body: &dyn Fn(&Value) -> Result<Value>,
    write: &WriteArgs,
) -> Result {
    let written = confirmed::replace(app, client, resource::CLUSTER, found, body, write).await?;
    let Written::Done { object, operation } = written else { return Ok(()) };
    let generation = |value: &Value| views::at(value, "metadata.generation").and_then(Value::as_i64);
    let unchanged = operation.is_none() && generation(&object) == generation(&found.value);
    let still = views::at(&object, "spec.paused").and_then(Value::as_bool) == Some(true);
    if unchanged || still {
        return objects::done(app, resource::CLUSTER, &object, if unchanged { "unchanged" } else { "changed" });
    }
    arrive(app, client, cluster, &object, operation, write).await
}

/// Follows a change until the cluster is as asked.
async fn arrive(
    app: &App,
    client: &Client,
    cluster: &ClusterRef,
    object: &Value,
    operation: Option<String>,
    write: &WriteArgs,
) -> Result {
    let Some(operation) = objects::follow_write(app, client, object, operation, false, write).await? else {
        return Ok(());
    };
    let team = Some(cluster.team.as_str());
    let found = objects::fetch(client, resource::CLUSTER, team, cluster.name.as_str()).await?;
    objects::done(app, resource::CLUSTER, &found.value, "changed")?;
    app.printer.note(&format!("{cluster} is as asked after {}", follow::took(&operation)));
    Ok(())
}

/// Lays one override patch over another, keeping nulls: they are the patch's removals (RFC 7396).
fn overlay(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                match target.get_mut(key) {
                    Some(present) => overlay(present, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

/// Takes one override off, and the empty objects around it.
fn unset(overrides: &mut Value, path: &str) -> Result {
    fn take(value: &mut Value, parts: &[&str]) -> bool {
        let (Some(map), Some((first, rest))) = (value.as_object_mut(), parts.split_first()) else { return false };
        if rest.is_empty() {
            return map.remove(*first).is_some();
        }
        let Some(inner) = map.get_mut(*first) else { return false };
        let found = take(inner, rest);
        if found && inner.as_object().is_some_and(serde_json::Map::is_empty) {
            map.remove(*first);
        }
        found
    }
    if take(overrides, &path.split('.').collect::<Vec<_>>()) {
        Ok(())
    } else {
        Err(CliError::usage(format!("{path} is not overridden")).fix(format!("overrides are: {overrides}")))
    }
}

pub(crate) fn set_spec(spec: &mut Value, text: &str) -> Result {
    let wrong = || CliError::usage(format!("{text:?} is not PATH=VALUE")).fix("as --set-spec deletionProtection=false");
    let (path, raw) = text.split_once('=').ok_or_else(wrong)?;
    let value: Value = serde_json::from_str(raw).unwrap_or_else(|_| raw.into());
    let mut patch = value;
    for part in path.split('.').rev() {
        if part.is_empty() {
            return Err(wrong());
        }
        patch = json!({ part: patch });
    }
    json_patch::merge(spec, &patch);
    Ok(())
}

async fn pause(app: &App, given: &str, paused: bool) -> Result {
    let (client, _, found) = find(app, Some(given)).await?;
    let mut body = objects::exported(&found.value);
    body["spec"]["paused"] = paused.into();
    let write = WriteArgs { dry_run: None, wait: true, no_wait: true, timeout: None };
    let written = objects::replace(app, &client, resource::CLUSTER, &found, &body, &write).await?;
    match written {
        Written::Done { object, .. } => {
            objects::done(app, resource::CLUSTER, &object, if paused { "paused" } else { "resumed" })
        }
        Written::Dry => Ok(()),
    }
}

pub(crate) async fn delete(app: &App, given: &str, write: &WriteArgs) -> Result {
    let (client, cluster, found) = find(app, Some(given)).await?;
    let written = confirmed::delete(app, &client, resource::CLUSTER, &found, write).await?;
    let Written::Done { object, operation } = written else { return Ok(()) };
    let Some(operation) = objects::follow_write(app, &client, &object, operation, true, write).await? else {
        return Ok(());
    };
    match app.format() {
        Format::Table | Format::Wide => app.printer.text(&format!("cluster/{cluster} deleted")),
        Format::Name => app.printer.text(&format!("cluster/{cluster}")),
        _ => output::document(app, &serde_json::to_value(&operation).unwrap_or_default())?,
    }
    if let Some(remainder) = operation.remainder {
        app.printer.note(&format!("{} after {}", record(remainder), follow::took(&operation)));
    }
    if super::kubeconfig::has_entry(app, &cluster) {
        app.printer.note(&format!("Your kubeconfig still names it:  kore kubeconfig remove {cluster}"));
    }
    super::exec::forget_credential(app, &cluster);
    Ok(())
}

/// The record at the end of a deletion.
#[must_use]
pub fn record(remainder: Remainder) -> String {
    let made = remainder.gone + remainder.left;
    format!("{made} things made, {} verified gone, {} left", remainder.gone, remainder.left)
}

/// Operations and audit records of one cluster, by time.
async fn events(app: &App, given: Option<&str>, limit: u32) -> Result {
    let cluster = app.cluster(given)?;
    let client = app.client().await?;
    let team = Some(cluster.team.as_str());
    let operations = ListQuery {
        filter: Some(format!("target.name={}", cluster.name)),
        order_by: Some("-createdAt".to_owned()),
        limit: Some(limit),
        ..ListQuery::default()
    };
    let records = ListQuery {
        filter: Some(format!("object~{cluster}")),
        order_by: Some("-at".to_owned()),
        limit: Some(limit),
        ..ListQuery::default()
    };
    let (operations, _) = objects::read_list(&client, &resource::OPERATION.collection(team), &operations).await?;
    let (records, _) = objects::read_list(&client, &resource::AUDIT_RECORD.collection(team), &records).await?;
    let mut events: Vec<Value> = Vec::new();
    for operation in &operations {
        let id = views::text(operation, "id");
        let what = views::text(operation, "action");
        let by = views::text(operation, "requestedBy");
        events.push(json!({"at": views::text(operation, "createdAt"), "what": format!("{what} begins"), "who": by, "detail": id}));
        if let Some(end) = views::at(operation, "endedAt").and_then(Value::as_str) {
            let failure = views::text(operation, "failure.message");
            let detail = if failure.is_empty() { id } else { failure };
            events.push(json!({"at": end, "what": format!("{what} {}", views::text(operation, "state")), "who": by, "detail": detail}));
        }
    }
    for record in &records {
        let detail = format!("{} {}", views::text(record, "result"), views::text(record, "object"));
        events.push(json!({"at": views::text(record, "at"), "what": views::text(record, "action"), "who": views::text(record, "actor"), "detail": detail}));
    }
    events.sort_by_key(|event| views::time(event, "at"));
    let surplus = events.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    events.drain(..surplus);
    if !app.for_people() {
        return output::list(app, "Event", &events, &json!({}), "Nothing has happened yet.");
    }
    if events.is_empty() {
        app.printer.note("Nothing has happened yet.");
        return Ok(());
    }
    let mut table = Table::new(&["TIME", "WHAT", "WHO", "DETAIL"]);
    for event in &events {
        let at = views::time(event, "at").map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        table.row(vec![
            Cell::new(at.unwrap_or_default()).style(Style::Dim),
            Cell::new(views::text(event, "what")),
            Cell::new(views::text(event, "who")),
            Cell::new(views::text(event, "detail")),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_laid_over_and_taken_off() {
        let mut overrides = json!({"nodePools": {"default": {"size": 1}}});
        overlay(&mut overrides, &json!({"nodePools": {"default": {"size": 2}, "big": null}}));
        assert_eq!(overrides, json!({"nodePools": {"default": {"size": 2}, "big": null}}));
        unset(&mut overrides, "nodePools.big").unwrap();
        unset(&mut overrides, "nodePools.default.size").unwrap();
        assert_eq!(overrides, json!({}));
        assert!(unset(&mut overrides, "driver").is_err());
    }

    #[test]
    fn spec_fields_are_set_typed() {
        let mut spec = json!({"plan": {"name": "a"}});
        set_spec(&mut spec, "deletionProtection=false").unwrap();
        set_spec(&mut spec, "plan.version=2").unwrap();
        assert_eq!(spec, json!({"plan": {"name": "a", "version": 2}, "deletionProtection": false}));
        assert!(set_spec(&mut spec, "x").is_err() && set_spec(&mut spec, "a..b=1").is_err());
    }

    #[test]
    fn the_record_counts() {
        assert_eq!(record(Remainder { gone: 23, left: 0 }), "23 things made, 23 verified gone, 0 left");
    }
}
