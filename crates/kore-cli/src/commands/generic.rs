//! kubectl's verbs for any kind: get, describe, diff, apply, delete, edit, wait.

use std::path::{Path, PathBuf};

use kore_api::{codes::Code, meta::API_VERSION};
use kore_client::{
    Client, Precondition,
    resource::{KINDS, Kind, Scope},
};
use kore_domain::{plan::diff as field_diff, query::Filter};
use serde_json::{Value, json};

use super::{
    audit, cluster, confirmed,
    objects::{self, Written},
    operation, plan, preview, team,
};
use crate::{
    app::{App, read_input, with_suggestion},
    cli::{ApplyArgs, DeleteArgs, DryRun, EditArgs, FilesArgs, GetArgs, ListArgs, NamedArgs, WaitArgs, WriteArgs},
    error::{CliError, Result},
    exit::Exit,
    output, views,
};

/// What words name: a kind, and an object of it or all.
struct Named {
    kind: &'static Kind,
    team: Option<String>,
    name: Option<String>,
}

/// The kind of a word, with a hint when there is none.
pub(crate) fn kind(word: &str) -> Result<&'static Kind> {
    Kind::find(word).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.singular).collect();
        let error = CliError::usage(format!("there is no kind {word:?}")).fix(format!("kinds: {}", known.join(", ")));
        with_suggestion(error, word, &known)
    })
}

fn named(app: &App, words: &[String]) -> Result<Named> {
    let first = words.first().map(String::as_str).unwrap_or_default();
    let (word, name) = match (first.split_once('/'), words.get(1)) {
        (Some((word, name)), None) => (word, Some(name.to_owned())),
        (None, name) => (first, name.cloned()),
        (Some(_), Some(_)) => return Err(CliError::usage("write KIND NAME or KIND/NAME")),
    };
    let kind = kind(word)?;
    match (kind.scope, name) {
        (Scope::Team, Some(name)) => {
            let (team, name) = app.qualify(&name)?;
            Ok(Named { kind, team: Some(team), name: Some(name) })
        }
        (Scope::Team, None) => Ok(Named { kind, team: app.globals.team.clone(), name: None }),
        (Scope::Platform, name) => Ok(Named { kind, team: None, name }),
    }
}

fn one(app: &App, words: &[String]) -> Result<(&'static Kind, Option<String>, String)> {
    let named = named(app, words)?;
    match named.name {
        Some(name) => Ok((named.kind, named.team, name)),
        None => Err(CliError::usage(format!("which {}?", named.kind.singular)).fix("write KIND NAME or KIND/NAME")),
    }
}

/// Runs `kore get`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn get(app: &App, args: &GetArgs) -> Result {
    if args.what.len() > 2 {
        return Err(CliError::usage("write KIND, KIND NAME or KIND/NAME"));
    }
    let named = named(app, &args.what)?;
    let shape = |value: &Value| if args.export { objects::exported(value) } else { value.clone() };
    match &named.name {
        Some(name) => {
            let client = app.client().await?;
            let found = objects::fetch(&client, named.kind, named.team.as_deref(), name).await?;
            let object = shape(&found.value);
            let items = std::slice::from_ref(&object);
            match app.format() {
                output::Format::Table | output::Format::Wide => {
                    output::list(app, named.kind.kind, items, &json!({}), "")?;
                }
                _ => output::one(app, named.kind.kind, &object, |_| Ok(()))?,
            }
        }
        None if named.kind.kind == "Membership" && named.team.is_none() => {
            return Err(CliError::usage("memberships belong to a team").fix("kore get memberships -t TEAM"));
        }
        None => {
            let client = app.client().await?;
            let path = named.kind.collection(named.team.as_deref());
            let mut query = objects::query(&args.list);
            if !named.kind.writable {
                query.limit = query.limit.or(Some(50));
            }
            let (items, metadata) = objects::read_list(&client, &path, &query).await?;
            let items: Vec<Value> = items.iter().map(shape).collect();
            output::list(app, named.kind.kind, &items, &metadata, &format!("No {} here.", named.kind.plural))?;
        }
    }
    if args.watch {
        audit::follow(app, named.kind.kind, named.team.as_deref(), &Filter::default(), None).await?;
    }
    Ok(())
}

/// Runs `kore describe`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn describe(app: &App, args: &NamedArgs) -> Result {
    let (kind, team, name) = one(app, &args.what)?;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, team.as_deref(), &name).await?;
    if kind.kind == "Operation" {
        return operation::show(app, &found.value);
    }
    output::one(app, kind.kind, &found.value, |app| {
        app.printer.data(&output::yaml(&found.value)?);
        Ok(())
    })
}

/// Objects of files, directories and standard input, with where each came from.
fn read_files(files: &[PathBuf]) -> Result<Vec<(String, Value)>> {
    let mut objects = Vec::new();
    for path in files {
        let mut paths = vec![path.clone()];
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|error| CliError::file(path, &error))?;
            let wanted = |path: &PathBuf| {
                path.extension().is_some_and(|ext| ["yaml", "yml", "json"].iter().any(|known| ext == *known))
            };
            paths = entries.flatten().map(|entry| entry.path()).filter(wanted).collect();
            paths.sort();
        }
        for path in paths {
            objects.extend(read_file(&path)?);
        }
    }
    if objects.is_empty() {
        return Err(
            CliError::usage("the files hold no objects").fix("see one: kore get cluster TEAM/NAME -o yaml --export")
        );
    }
    Ok(objects)
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<(String, Value)>> {
    let text = read_input(path)?;
    let from = path.display().to_string();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).map_err(|error| {
        CliError::new(Code::InputMalformed, format!("{from}: {}", error.to_string().lines().next().unwrap_or_default()))
            .exit(Exit::USAGE)
            .fix("correct the file")
    })?;
    let mut objects = Vec::new();
    for document in documents.into_iter().filter(|document| !document.is_null()) {
        match document.get("items").and_then(Value::as_array) {
            Some(items) => objects.extend(items.iter().map(|item| (from.clone(), item.clone()))),
            None => objects.push((from.clone(), document)),
        }
    }
    Ok(objects)
}

/// Kind, team and name that an object of a file says.
fn place(app: &App, from: &str, object: &Value) -> Result<(&'static Kind, Option<String>, String)> {
    let text = |path: &str| views::at(object, path).and_then(Value::as_str).map(str::to_owned);
    let wrong = |what: &str| {
        CliError::new(Code::InputInvalid, format!("{from}: {what}")).exit(Exit::USAGE).fix("correct the file")
    };
    let kind = kind(&text("kind").ok_or_else(|| wrong("an object without kind"))?)?;
    if text("apiVersion").as_deref() != Some(API_VERSION) {
        return Err(wrong(&format!("apiVersion is not {API_VERSION}")));
    }
    if !kind.writable {
        return Err(wrong(&format!("nobody writes what is a record: {}", kind.singular)));
    }
    let name = text("metadata.name").ok_or_else(|| wrong("an object without metadata.name"))?;
    let team = match kind.scope {
        Scope::Platform => None,
        Scope::Team => {
            Some(text("metadata.team").or_else(|| app.team()).ok_or_else(|| wrong("an object without metadata.team"))?)
        }
    };
    Ok((kind, team, name))
}

/// What the server has of an object of a file, if anything.
async fn present(
    client: &Client,
    kind: &Kind,
    team: Option<&str>,
    name: &str,
) -> Result<Option<(Value, Precondition)>> {
    match client.get::<Value>(&kind.object(team, name)).await {
        Ok(answer) => {
            let etag = answer.etag.clone().map_or(Precondition::None, Precondition::Match);
            Ok(Some((answer.value, etag)))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The object as it would be sent: what the file says, laid over what is there, so that fields the
/// file does not mention stay. Overrides are taken whole: a missing one is one that goes.
fn merged(present: &Value, wanted: &Value) -> Value {
    let mut body = objects::exported(present);
    if let (Some(id), Some(spec)) = (views::at(present, "spec.id"), body.get_mut("spec")) {
        spec["id"] = id.clone();
    }
    if let Some(overrides) = views::at(wanted, "spec.overrides")
        && let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.insert("overrides".to_owned(), overrides.clone());
    }
    let mut patch = wanted.clone();
    if let Some(spec) = patch.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("overrides");
    }
    if let Some(map) = patch.as_object_mut() {
        map.remove("status");
    }
    json_patch::merge(&mut body, &patch);
    body
}

/// Runs `kore diff`: 0 same, 1 different, 2 and more an error.
///
/// # Errors
/// Exit 1 when something differs.
pub async fn diff(app: &App, args: &FilesArgs) -> Result {
    let different = differences(app, args).await.map_err(|error| {
        // 1 means "different" here and nothing else.
        if error.exit == Exit::FAILED { error.exit(Exit::USAGE) } else { error }
    })?;
    if different { Err(CliError::silent(Exit::FAILED)) } else { Ok(()) }
}

async fn differences(app: &App, args: &FilesArgs) -> Result<bool> {
    let client = app.client().await?;
    let mut different = false;
    for (from, wanted) in read_files(&args.files)? {
        let (kind, team, name) = place(app, &from, &wanted)?;
        let present = present(&client, kind, team.as_deref(), &name).await?;
        let preview = match &present {
            None => client.preview_create(&kind.collection(team.as_deref()), &wanted).await?,
            Some((present, etag)) => {
                let path = kind.object(team.as_deref(), &name);
                client.preview_replace(&path, &merged(present, &wanted), etag).await?
            }
        };
        if present.is_some() && preview.changes.is_empty() && preview.actions.is_empty() {
            continue;
        }
        different = true;
        app.printer.text(&format!("{}/{}", kind.singular, full(team.as_deref(), &name)));
        if present.is_none() {
            app.printer.text("  is not there and would be made");
        }
        for change in &preview.changes {
            app.printer.line(&preview::change(app, change));
        }
        for problem in &preview.problems {
            app.printer.text(&format!("  refused: {problem}"));
        }
    }
    Ok(different)
}

fn full(team: Option<&str>, name: &str) -> String {
    team.map_or_else(|| name.to_owned(), |team| format!("{team}/{name}"))
}

/// Runs `kore apply`.
///
/// # Errors
/// The first object that cannot be applied; those before it are.
pub async fn apply(app: &App, args: &ApplyArgs) -> Result {
    let client = app.client().await?;
    let (mut created, mut changed, mut unchanged) = (0, 0, 0);
    for (from, wanted) in read_files(&args.files.files)? {
        let (kind, team, name) = place(app, &from, &wanted)?;
        let team = team.as_deref();
        let written = match present(&client, kind, team, &name).await? {
            None => {
                created += 1;
                (objects::create(app, &client, kind, team, &wanted, &args.write).await?, "created")
            }
            Some((present, etag)) => {
                let body = merged(&present, &wanted);
                let before = objects::exported(&present);
                if field_diff(&before, &objects::exported(&body)).is_empty() {
                    unchanged += 1;
                    objects::done(app, kind, &present, "unchanged")?;
                    continue;
                }
                changed += 1;
                let found = objects::Found { value: present, precondition: etag };
                (objects::replace(app, &client, kind, &found, &body, &args.write).await?, "changed")
            }
        };
        let (Written::Done { object, operation }, verb) = written else { continue };
        finish(app, &client, kind, object, operation, verb, &args.write).await?;
    }
    if args.write.dry_run != Some(DryRun::Client) {
        let would = if plan::is_dry(&args.write) { " (dry run: nothing was changed)" } else { "" };
        app.printer.note(&format!("{created} created, {changed} changed, {unchanged} unchanged{would}"));
    }
    Ok(())
}

async fn finish(
    app: &App,
    client: &Client,
    kind: &Kind,
    object: Value,
    operation: Option<String>,
    verb: &str,
    write: &WriteArgs,
) -> Result {
    let object = match kind.kind {
        "Cluster" => {
            if objects::follow_write(app, client, &object, operation, false, write).await?.is_none() {
                return Ok(());
            }
            object
        }
        "Team" | "ClusterNamespace" => objects::settle(app, client, kind, object, write).await?,
        _ => object,
    };
    objects::done(app, kind, &object, verb)
}

/// Runs `kore delete`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn delete(app: &App, args: &DeleteArgs) -> Result {
    let targets: Vec<(&'static Kind, Option<String>, String)> = if args.files.is_empty() {
        vec![one(app, &args.what)?]
    } else {
        let objects = read_files(&args.files)?;
        // Backwards: owners come before what they own in files.
        objects.iter().rev().map(|(from, object)| place(app, from, object)).collect::<Result<_>>()?
    };
    for (kind, team, name) in targets {
        match kind.kind {
            "Cluster" => cluster::delete(app, &full(team.as_deref(), &name), &args.write).await?,
            "Team" => team::delete(app, &name, &args.write).await?,
            _ => {
                let client = app.client().await?;
                let found = objects::fetch(&client, kind, team.as_deref(), &name).await?;
                if let Written::Done { object, .. } = confirmed::delete(app, &client, kind, &found, &args.write).await?
                {
                    objects::done(app, kind, &object, "deleted")?;
                }
            }
        }
    }
    Ok(())
}

/// Opens an object in the person's editor; answers what they saved.
pub(crate) fn in_editor(app: &App, object: &Value) -> Result<Value> {
    if !app.interactive() {
        return Err(CliError::usage("an editor needs a terminal").fix("use flags, or kore apply -f FILE"));
    }
    let editor = ["KORE_EDITOR", "VISUAL", "EDITOR"].into_iter().find_map(|name| app.var(name)).unwrap_or("vi");
    let shown = objects::exported(object);
    let before = output::yaml(&shown)?;
    let file = tempfile::Builder::new().prefix("kore-edit-").suffix(".yaml").tempfile();
    let file = file.map_err(|error| CliError::file(&std::env::temp_dir(), &error))?;
    let failed = |error: std::io::Error| CliError::file(file.path(), &error);
    std::fs::write(file.path(), &before).map_err(failed)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = std::process::Command::new(program).args(words).arg(file.path()).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(CliError::usage(format!("{program} ended with an error; nothing was changed"))),
        Err(error) => {
            return Err(CliError::new(Code::LocalToolMissing, format!("{program}: {error}")).fix("set EDITOR"));
        }
    }
    let after = std::fs::read_to_string(file.path()).map_err(failed)?;
    let edited: Value = serde_saphyr::from_str(&after).map_err(|error| {
        CliError::new(
            Code::InputMalformed,
            format!("not YAML: {}", error.to_string().lines().next().unwrap_or_default()),
        )
        .exit(Exit::USAGE)
        .fix("nothing was changed; edit again")
    })?;
    let mut body = edited;
    if let (Some(id), Some(spec)) = (views::at(object, "spec.id"), body.get_mut("spec")) {
        spec["id"] = id.clone();
    }
    Ok(body)
}

/// An edited text stands for the spec that was edited, and for no later one.
///
/// # Errors
/// Exit 7 when the spec has changed.
pub(crate) fn same_spec(edited: &Value, now: &Value) -> Result {
    if views::at(edited, "spec") == views::at(now, "spec") {
        return Ok(());
    }
    Err(CliError::new(Code::PreconditionFailed, "it was changed while you edited it; nothing was done")
        .fix("edit it again"))
}

/// Runs `kore edit`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn edit(app: &App, args: &EditArgs) -> Result {
    let (kind, team, name) = one(app, &args.what)?;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, team.as_deref(), &name).await?;
    let body = in_editor(app, &found.value)?;
    let written = match kind.kind {
        "Cluster" => {
            let again = |now: &Value| same_spec(&found.value, now).map(|()| body.clone());
            confirmed::replace(app, &client, kind, &found, &again, &args.write).await?
        }
        _ => objects::replace(app, &client, kind, &found, &body, &args.write).await?,
    };
    match written {
        Written::Done { object, operation } => {
            let generation = |value: &Value| views::at(value, "metadata.generation").and_then(Value::as_i64);
            if generation(&object) == generation(&found.value) {
                return objects::done(app, kind, &object, "unchanged");
            }
            finish(app, &client, kind, object, operation, "changed", &args.write).await
        }
        Written::Dry => Ok(()),
    }
}

/// Runs `kore wait`.
///
/// # Errors
/// Exit 8 when the state is not reached in time.
pub async fn wait(app: &App, args: &WaitArgs) -> Result {
    let (kind, team, name) = one(app, &args.what)?;
    let client = app.client().await?;
    let team = team.as_deref();
    if args.state == "delete" {
        let gone = |object: Option<&Value>| object.is_none().then_some(());
        objects::wait_until(app, &client, kind, team, &name, args.timeout, gone).await?;
        app.printer.text(&format!("{}/{} deleted", kind.singular, full(team, &name)));
        return Ok(());
    }
    let wrong =
        || CliError::usage(format!("{:?} is no state", args.state)).fix("as --for condition=Ready or --for delete");
    let condition = args.state.strip_prefix("condition=").ok_or_else(wrong)?;
    let (condition, status) = condition.split_once('=').unwrap_or((condition, "True"));
    // A name that does not exist is an error at once, not at the end of the wait.
    objects::fetch(&client, kind, team, &name).await?;
    let met = |object: Option<&Value>| {
        let conditions = views::at(object?, "status.conditions")?.as_array()?.clone();
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let found = conditions.into_iter().find(|value| text(value, "type").eq_ignore_ascii_case(condition))?;
        // A condition that speaks of an older generation says nothing about this one.
        let observed = found.get("observedGeneration").and_then(Value::as_i64);
        let generation = views::at(object?, "metadata.generation").and_then(Value::as_i64);
        let current = observed.is_none() || observed >= generation;
        (current && text(&found, "status").eq_ignore_ascii_case(status)).then_some(())
    };
    objects::wait_until(app, &client, kind, team, &name, args.timeout, met).await?;
    app.printer.text(&format!("{}/{} condition met", kind.singular, full(team, &name)));
    Ok(())
}

/// A list without flags.
#[must_use]
pub fn all() -> ListArgs {
    ListArgs::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changes_what_it_says_and_nothing_else() {
        let present = json!({
            "apiVersion": API_VERSION, "kind": "Cluster",
            "metadata": {"name": "dev", "team": "payments", "uid": "u", "resourceVersion": "7"},
            "spec": {"plan": {"name": "p", "version": 3}, "overrides": {"a": 1, "b": 2}, "paused": true},
            "status": {"x": 1},
        });
        let wanted = json!({
            "apiVersion": API_VERSION, "kind": "Cluster", "metadata": {"name": "dev", "team": "payments"},
            "spec": {"plan": {"name": "p"}, "overrides": {"a": 2}},
        });
        let body = merged(&present, &wanted);
        assert_eq!(body["spec"], json!({"plan": {"name": "p", "version": 3}, "overrides": {"a": 2}, "paused": true}));
        assert!(body.get("status").is_none());
    }
}
