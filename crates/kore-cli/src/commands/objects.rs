//! What commands on objects share: read with a hint, write with a preview, wait until done.

use std::time::{Duration, Instant};

use kore_api::{meta::API_VERSION, operation::Operation};
use kore_client::{
    Answer, Client, ClientError, ListQuery, Precondition,
    resource::{self, Kind},
};
use serde_json::{Value, json};

use super::preview;
use crate::{
    app::{App, with_suggestion},
    cli::{DryRun, ListArgs, WriteArgs},
    error::{CliError, Result},
    exit::Exit,
    follow,
    output::{self, Format},
    progress::Progress,
    views,
};

/// How long an object that needs no operation may take to become Ready.
const SETTLE: Duration = Duration::from_secs(30);
/// How long the server may take to say which operation a write began.
const BEGIN: Duration = Duration::from_secs(20);

/// An object as it was read.
#[derive(Debug, Clone)]
pub struct Found {
    /// The object.
    pub value: Value,
    /// For the next write.
    pub precondition: Precondition,
}

impl Found {
    fn new(answer: Answer<Value>) -> Self {
        let version = || views::at(&answer.value, "metadata.resourceVersion").and_then(Value::as_str);
        let etag = answer.etag.clone().or_else(|| version().map(|version| format!("\"{version}\"")));
        Self { precondition: etag.map_or(Precondition::None, Precondition::Match), value: answer.value }
    }
}

/// One term of a filter; what has a meaning in filters is quoted.
pub fn term(field: &str, operator: &str, value: &str) -> String {
    if value.contains([',', '"']) || value.trim() != value {
        format!("{field}{operator}\"{}\"", value.replace('\\', r"\\").replace('"', "\\\""))
    } else {
        format!("{field}{operator}{value}")
    }
}

/// Query of the list flags.
#[must_use]
pub fn query(args: &ListArgs) -> ListQuery {
    ListQuery {
        limit: args.limit,
        filter: args.filter.clone(),
        order_by: args.order_by.clone(),
        label_selector: args.selector.clone(),
        continue_token: None,
    }
}

/// Reads a list: one page when a limit is given, else all pages.
///
/// # Errors
/// See [`ClientError`].
pub async fn read_list(client: &Client, path: &str, query: &ListQuery) -> Result<(Vec<Value>, Value)> {
    let list = match query.limit {
        Some(_) => client.list::<Value>(path, query).await?,
        None => client.list_all::<Value>(path, query).await?,
    };
    Ok((list.items, serde_json::to_value(&list.metadata).unwrap_or_default()))
}

/// Reads and prints a list.
///
/// # Errors
/// See [`ClientError`].
pub async fn show_list(app: &App, kind: &Kind, team: Option<&str>, query: &ListQuery, hint: &str) -> Result {
    listed(app, kind, team, query, hint).await.map(drop)
}

/// Reads and prints a list; answers what was in it.
///
/// # Errors
/// See [`ClientError`].
pub async fn listed(app: &App, kind: &Kind, team: Option<&str>, query: &ListQuery, hint: &str) -> Result<Vec<Value>> {
    let client = app.client().await?;
    let (items, metadata) = match read_list(&client, &kind.collection(team), query).await {
        Err(error) if error.exit == Exit::NOT_FOUND => return Err(of_team(&client, team, error).await),
        read => read?,
    };
    let narrowed = query.filter.is_some() || query.label_selector.is_some();
    output::list(app, kind.kind, &items, &metadata, if narrowed { "Nothing matches." } else { hint })?;
    Ok(items)
}

/// Reads one object; says which near name exists when it does not.
///
/// # Errors
/// See [`ClientError`].
pub async fn fetch(client: &Client, kind: &Kind, team: Option<&str>, name: &str) -> Result<Found> {
    match client.get::<Value>(&kind.object(team, name)).await {
        Ok(answer) => Ok(Found::new(answer)),
        Err(error) if error.is_not_found() => Err(missing(client, kind, team, name, error).await),
        Err(error) => Err(error.into()),
    }
}

/// Does what is done to one object beside changing it, as `approve`; says which near name exists when it does not.
///
/// # Errors
/// See [`ClientError`].
pub(crate) async fn act(client: &Client, kind: &Kind, name: &str, verb: &str) -> Result<Value> {
    fetch(client, kind, None, name).await?;
    let path = format!("{}/{verb}", kind.object(None, name));
    Ok(client.create::<_, Value>(&path, &serde_json::json!({})).await?.value)
}

/// An error about a collection that is not there: it is the team that does not exist.
async fn of_team(client: &Client, team: Option<&str>, error: CliError) -> CliError {
    let Some(team) = team else { return error };
    match fetch(client, resource::TEAM, None, team).await {
        Err(missing) if missing.exit == Exit::NOT_FOUND => missing,
        _ => error,
    }
}

async fn missing(client: &Client, kind: &Kind, team: Option<&str>, name: &str, error: ClientError) -> CliError {
    let wanted = team.map_or_else(|| name.to_owned(), |team| format!("{team}/{name}"));
    let mut error = CliError::from(error).fix(format!("list what you can see: kore get {}", kind.plural));
    error.message = format!("{} {wanted} does not exist, or is not yours to know about", kind.singular);
    let query = ListQuery { limit: Some(500), ..ListQuery::default() };
    let Ok(list) = client.list::<Value>(&kind.collection(None), &query).await else { return error };
    let known: Vec<String> = list.items.iter().map(views::qualified).collect();
    with_suggestion(error, &wanted, &known.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Adds "did you mean" to an error about a plan.
pub async fn suggest_plan(client: &Client, plan: &str, error: CliError) -> CliError {
    if error.code.as_deref() != Some(kore_api::codes::Code::InputUnknownPlan.entry().code) {
        return error;
    }
    let query = ListQuery { limit: Some(500), ..ListQuery::default() };
    let Ok(list) = client.list::<Value>(&resource::PLAN.collection(None), &query).await else { return error };
    let known: Vec<String> = list.items.iter().map(views::qualified).collect();
    with_suggestion(error, plan, &known.iter().map(String::as_str).collect::<Vec<_>>())
}

/// An object that is to be made.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "callers make the spec for this")]
pub fn new_object(kind: &Kind, team: Option<&str>, name: &str, spec: Value) -> Value {
    let mut metadata = json!({"name": name});
    if let Some(team) = team {
        metadata["team"] = team.into();
    }
    json!({"apiVersion": API_VERSION, "kind": kind.kind, "metadata": metadata, "spec": spec})
}

/// What a write did.
#[derive(Debug)]
pub enum Written {
    /// Nothing: it was a dry run, already shown.
    Dry,
    /// The object as the server has it now, and the operation's id if one began.
    Done {
        /// The object.
        object: Value,
        /// From the answer's header.
        operation: Option<String>,
    },
}

impl Written {
    pub(super) fn new(app: &App, answer: Answer<Value>) -> Self {
        for warning in &answer.warnings {
            app.printer.warn(warning);
        }
        app.printer.debug(&format!("request {}", answer.request_id));
        Self::Done { object: answer.value, operation: answer.operation }
    }
}

/// Makes an object.
///
/// # Errors
/// See [`ClientError`]; a dry run ends as the real call would.
pub async fn create(
    app: &App,
    client: &Client,
    kind: &Kind,
    team: Option<&str>,
    body: &Value,
    write: &WriteArgs,
) -> Result<Written> {
    let path = kind.collection(team);
    match write.dry_run {
        Some(DryRun::Client) => output::document(app, body).map(|()| Written::Dry),
        Some(DryRun::Server) => {
            let preview = match client.preview_create(&path, body).await {
                Err(error) if error.is_not_found() => return Err(of_team(client, team, error.into()).await),
                answer => answer?,
            };
            preview::show(app, &preview).map(|()| Written::Dry)
        }
        None => match client.create::<_, Value>(&path, body).await {
            Err(error) if error.is_not_found() => Err(of_team(client, team, error.into()).await),
            answer => Ok(Written::new(app, answer?)),
        },
    }
}

/// Replaces an object as it was read, without asking. What is shown and confirmed first is in
/// [`super::confirmed`].
///
/// # Errors
/// See [`ClientError`]; a dry run ends as the real call would.
pub async fn replace(
    app: &App,
    client: &Client,
    kind: &Kind,
    found: &Found,
    body: &Value,
    write: &WriteArgs,
) -> Result<Written> {
    let path = path_of(kind, &found.value);
    match write.dry_run {
        Some(DryRun::Client) => output::document(app, body).map(|()| Written::Dry),
        Some(DryRun::Server) => {
            let preview = client.preview_replace(&path, body, &found.precondition).await?;
            preview::show(app, &preview).map(|()| Written::Dry)
        }
        None => Ok(Written::new(app, client.replace::<_, Value>(&path, body, &found.precondition).await?)),
    }
}

/// Path of an object that was read.
#[must_use]
pub fn path_of(kind: &Kind, object: &Value) -> String {
    let team = views::at(object, "metadata.team").and_then(Value::as_str);
    kind.object(team, &views::text(object, "metadata.name"))
}

/// The id of the operation that a write began: from its answer, else by looking for it.
///
/// # Errors
/// When the server names none in time.
pub async fn operation_of(client: &Client, object: &Value, header: Option<String>, delete: bool) -> Result<String> {
    if let Some(id) = header {
        return Ok(id);
    }
    let uid = views::text(object, "metadata.uid");
    let generation = views::at(object, "metadata.generation").and_then(Value::as_i64).unwrap_or(0);
    let query = ListQuery {
        filter: Some(format!("target.uid={uid}")),
        order_by: Some("-createdAt".to_owned()),
        limit: Some(20),
        ..ListQuery::default()
    };
    let deadline = Instant::now() + BEGIN;
    loop {
        let list = client.list::<Value>(&resource::OPERATION.collection(None), &query).await?;
        let found = list.items.iter().find(|operation| {
            let reached = views::at(operation, "target.generation").and_then(Value::as_i64) >= Some(generation);
            reached && (views::text(operation, "action") == "delete") == delete
        });
        if let Some(operation) = found {
            return Ok(views::text(operation, "id"));
        }
        if Instant::now() > deadline {
            return Err(CliError::new(kore_api::codes::Code::ClusterStepTimeout, "no operation has begun yet")
                .exit(Exit::TIMED_OUT)
                .fix("look for it: kore operation list"));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Follows the operation of a write, unless nobody wants to wait; then prints its id. None without waiting.
///
/// # Errors
/// See [`follow::operation`].
pub async fn follow_write(
    app: &App,
    client: &Client,
    object: &Value,
    header: Option<String>,
    delete: bool,
    write: &WriteArgs,
) -> Result<Option<Operation>> {
    let id = operation_of(client, object, header, delete).await?;
    if write.no_wait {
        match app.format() {
            Format::Table | Format::Wide => app.printer.text(&id),
            Format::Name => app.printer.text(&format!("operation/{id}")),
            _ => output::document(app, object)?,
        }
        app.printer.note(&format!("Follow it:  kore operation follow {id}"));
        return Ok(None);
    }
    app.printer.debug(&format!("operation {id}"));
    let mut progress = Progress::new(app);
    follow::operation(app, client, &id, write.timeout, None, &mut progress).await.map(Some)
}

/// Waits until an object that has no operation of its own is Ready.
///
/// # Errors
/// Exit 8 when it is not in time.
pub async fn settle(app: &App, client: &Client, kind: &Kind, object: Value, write: &WriteArgs) -> Result<Value> {
    if write.no_wait {
        return Ok(object);
    }
    let team = views::at(&object, "metadata.team").and_then(Value::as_str).map(str::to_owned);
    let name = views::text(&object, "metadata.name");
    let timeout = write.timeout.unwrap_or(SETTLE);
    wait_until(app, client, kind, team.as_deref(), &name, timeout, |object| {
        object.filter(|object| views::is_settled(object)).cloned()
    })
    .await
}

/// Looks at an object until `reached` answers; `None` means that it is gone.
///
/// # Errors
/// Exit 8 when it is not reached in time.
pub async fn wait_until<T>(
    app: &App,
    client: &Client,
    kind: &Kind,
    team: Option<&str>,
    name: &str,
    timeout: Duration,
    reached: impl Fn(Option<&Value>) -> Option<T>,
) -> Result<T> {
    let path = kind.object(team, name);
    let deadline = Instant::now() + timeout;
    let mut said = false;
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    loop {
        let object = match client.get::<Value>(&path).await {
            Ok(answer) => Some(answer.value),
            Err(error) if error.is_not_found() => None,
            Err(error) if error.is_passing() && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(value) = reached(object.as_ref()) {
            return Ok(value);
        }
        let now_is = object.as_ref().map_or_else(
            || "gone".to_owned(),
            |object| {
                let (state, _) = views::state(object);
                match views::ready(object) {
                    Some((_, _, message)) if !message.is_empty() => format!("{state}: {message}"),
                    _ => state,
                }
            },
        );
        if Instant::now() >= deadline {
            let full = team.map_or_else(|| name.to_owned(), |team| format!("{team}/{name}"));
            return Err(CliError::new(
                kore_api::codes::Code::ClusterStepTimeout,
                format!("{} {full} is not there yet; it is {now_is}", kind.singular),
            )
            .exit(Exit::TIMED_OUT)
            .fix(format!("look at it: kore describe {} {full}", kind.singular)));
        }
        if !said && timeout.saturating_sub(deadline.duration_since(Instant::now())) > Duration::from_secs(2) {
            app.printer.debug(&format!("waiting: {} is {now_is}", kind.singular));
            said = true;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
            _ = &mut interrupt => {
                let full = team.map_or_else(|| name.to_owned(), |team| format!("{team}/{name}"));
                app.printer.note(&format!("Stopped waiting; nothing is undone. Look:  kore get {} {full}", kind.singular));
                return Err(CliError::silent(Exit::INTERRUPTED));
            }
        }
    }
}

/// Prints what was done: `cluster/payments/dev created`, the object, or its name.
///
/// # Errors
/// When the format makes no sense here.
pub fn done(app: &App, kind: &Kind, object: &Value, verb: &str) -> Result {
    match app.format() {
        Format::Table | Format::Wide => {
            app.printer.text(&format!("{} {verb}", output::name_of(kind.kind, object)));
            Ok(())
        }
        _ => output::one(app, kind.kind, object, |_| Ok(())),
    }
}

/// Removes what the server fills in, so that the rest can be applied elsewhere.
#[must_use]
pub fn exported(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
        if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|key, value| match key.as_str() {
                "name" | "team" => true,
                "labels" => !value.as_object().is_none_or(serde_json::Map::is_empty),
                _ => false,
            });
        }
        if let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut) {
            spec.remove("id");
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_can_be_applied() {
        let object = json!({
            "apiVersion": API_VERSION, "kind": "Team",
            "metadata": {"name": "a", "uid": "u", "resourceVersion": "7", "generation": 1, "labels": {}, "annotations": {"x": "y"}},
            "spec": {"id": "0193", "displayName": "A"}, "status": {"x": 1},
        });
        assert_eq!(exported(&object), new_object(resource::TEAM, None, "a", json!({"displayName": "A"})));
    }
}
