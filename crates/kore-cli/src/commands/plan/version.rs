//! The life of a plan's versions: drafted, published, deprecated, retired; and begun from another plan's.

use kore_api::{
    codes::Code,
    plan::{Provider, Stage},
};
use kore_client::{Client, ListQuery, resource};
use kore_domain::plan::effective;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        cluster::sets,
        confirmed,
        objects::{self, Found, Written},
        policy,
    },
    make_current, with_version,
};
use crate::{
    app::App,
    cli::{AllocationArgs, SetArgs, StageArgs, WriteArgs},
    error::{CliError, Result},
    views,
};

/// What a plan's next version begins from.
struct Next {
    /// Its number.
    number: u64,
    provider: Provider,
    /// The draft that there is.
    draft: Option<Found>,
    /// The version that new clusters get.
    current: Option<u64>,
    /// Parameters of the draft, else of the current version.
    base: Value,
}

async fn next(client: &Client, name: &str) -> Result<Next> {
    let (plan, current) = with_version(client, name, None).await?;
    let query = ListQuery { filter: Some(format!("spec.plan={name}")), ..ListQuery::default() };
    let (versions, _) = objects::read_list(client, &resource::PLAN_VERSION.collection(None), &query).await?;
    let number = |version: &Value| views::at(version, "spec.version").and_then(Value::as_u64);
    let parameters = |version: &Value| views::at(version, "spec.parameters").cloned();
    let draft = versions.iter().find(|version| views::text(version, "spec.stage") == "draft").and_then(number);
    let draft = match draft {
        Some(draft) => Some(objects::fetch(client, resource::PLAN_VERSION, None, &format!("{name}-v{draft}")).await?),
        None => None,
    };
    let after = versions.iter().filter_map(number).max().unwrap_or(0) + 1;
    let base = draft.as_ref().map(|draft| &draft.value).or(current.as_ref()).and_then(parameters);
    Ok(Next {
        number: draft.as_ref().and_then(|draft| number(&draft.value)).unwrap_or(after),
        provider: provider(&plan.value)?,
        draft,
        current: current.as_ref().and_then(number),
        base: base.unwrap_or_else(|| json!({})),
    })
}

/// Whose parameters a plan's are.
pub(super) fn provider(plan: &Value) -> Result<Provider> {
    let known = views::at(plan, "spec.provider").and_then(|name| Provider::deserialize(name).ok());
    let other = || CliError::usage("the plan is of a provider that this program does not know").fix("update kore");
    known.ok_or_else(other)
}

/// Parameters with what flags set over them, as the server will have them.
fn merged(what: &str, provider: Provider, base: &Value, set: &SetArgs) -> Result<Value> {
    effective(provider, base, &sets(set)?).map_err(|errors| {
        let error = CliError::new(Code::InputInvalid, format!("the parameters of {what} do not fit"));
        errors.into_iter().fold(error, |error, field| {
            let path = field.pointer.trim_start_matches('/').replace('/', ".");
            error.note("field", format!("{path}: {}", field.detail))
        })
    })
}

/// Writes a version: the draft that there is, or a new one. The object as it is then, unless it was a dry run.
async fn write(
    app: &App,
    client: &Client,
    name: &str,
    next: &Next,
    (stage, parameters, notes): (Stage, Value, Option<String>),
    write: &WriteArgs,
) -> Result<Option<Value>> {
    let kind = resource::PLAN_VERSION;
    let written = match &next.draft {
        Some(draft) => {
            let mut body = draft.value.clone();
            body["spec"]["parameters"] = parameters;
            body["spec"]["stage"] = stage.as_str().into();
            if let Some(notes) = notes {
                body["spec"]["notes"] = notes.into();
            }
            objects::replace(app, client, kind, draft, &body, write).await?
        }
        None => {
            let mut spec = json!({
                "plan": name, "version": next.number, "provider": next.provider, "parameters": parameters,
                "stage": stage.as_str(),
            });
            if let Some(notes) = notes {
                spec["notes"] = notes.into();
            }
            let body = objects::new_object(kind, None, &format!("{name}-v{}", next.number), spec);
            objects::create(app, client, kind, None, &body, write).await?
        }
    };
    Ok(match written {
        Written::Done { object, .. } => Some(object),
        Written::Dry => None,
    })
}

/// Makes or changes a draft.
///
/// # Errors
/// Whatever the command ends with.
pub(crate) async fn draft(app: &App, name: &str, set: &SetArgs, notes: Option<String>, args: &WriteArgs) -> Result {
    let client = app.client().await?;
    let next = next(&client, name).await?;
    let parameters = merged(&format!("{name} v{}", next.number), next.provider, &next.base, set)?;
    let Some(object) = write(app, &client, name, &next, (Stage::Draft, parameters, notes), args).await? else {
        return Ok(());
    };
    objects::done(app, resource::PLAN_VERSION, &object, "drafted")?;
    app.printer.note(&format!(
        "See what it would do:  kore plan diff {name}; kore plan impact {name}    Publish it:  kore plan publish {name}"
    ));
    Ok(())
}

/// Publishes the draft, or the next version.
///
/// # Errors
/// Whatever the command ends with.
pub(crate) async fn publish(
    app: &App,
    name: &str,
    set: &SetArgs,
    notes: Option<String>,
    keep_current: bool,
    args: &WriteArgs,
) -> Result {
    let client = app.client().await?;
    let next = next(&client, name).await?;
    let parameters = merged(&format!("{name} v{}", next.number), next.provider, &next.base, set)?;
    let Some(object) = write(app, &client, name, &next, (Stage::Published, parameters, notes), args).await? else {
        return Ok(());
    };
    // Publishing makes a version the current one; who wants the one before says so.
    if let Some(before) = next.current.filter(|_| keep_current) {
        make_current(&client, name, before).await?;
    }
    objects::done(app, resource::PLAN_VERSION, &object, "published")?;
    if keep_current {
        let number = next.number;
        app.printer
            .note(&format!("New clusters keep getting the version before:  kore plan edit {name} --current {number}"));
    }
    Ok(())
}

/// What `kore plan clone` is asked for.
pub(crate) struct Copy {
    pub(crate) name: String,
    pub(crate) new: String,
    pub(crate) version: Option<u32>,
    pub(crate) set: SetArgs,
    pub(crate) allocation: AllocationArgs,
    pub(crate) write: WriteArgs,
}

/// Makes a plan with a draft that begins as another one's version.
///
/// # Errors
/// Whatever the command ends with.
pub(crate) async fn clone(app: &App, copy: &Copy) -> Result {
    let client = app.client().await?;
    let (plan, version) = with_version(&client, &copy.name, copy.version).await?;
    let Some(version) = version else {
        return Err(CliError::usage(format!("plan {} has no published version", copy.name))
            .fix(format!("see which there are: kore plan versions {}", copy.name)));
    };
    let base = views::at(&version, "spec.parameters").cloned().unwrap_or_default();
    let provider = provider(&plan.value)?;
    let parameters = merged(&format!("{} v1", copy.new), provider, &base, &copy.set)?;
    let mut spec = plan.value.get("spec").cloned().unwrap_or_default();
    if let Some(spec) = spec.as_object_mut() {
        spec.remove("currentVersion");
        spec.remove("title");
    }
    if let Some(teams) = policy::allocation(&copy.allocation)? {
        spec["teams"] = teams;
    }
    let body = objects::new_object(resource::PLAN, None, &copy.new, spec);
    let Written::Done { object, .. } = objects::create(app, &client, resource::PLAN, None, &body, &copy.write).await?
    else {
        return Ok(());
    };
    let next = Next { number: 1, provider, draft: None, current: None, base };
    let notes = Some(format!("From version {} of {}.", views::text(&version, "spec.version"), copy.name));
    write(app, &client, &copy.new, &next, (Stage::Draft, parameters, notes), &copy.write).await?;
    objects::done(app, resource::PLAN, &object, "created")?;
    let new = &copy.new;
    app.printer.note(&format!("Change it:  kore plan draft {new} --set …    Publish it:  kore plan publish {new}"));
    Ok(())
}

/// Takes a version to a later stage, after what that means was shown and confirmed.
///
/// # Errors
/// Whatever the command ends with.
pub(crate) async fn advance(app: &App, args: &StageArgs, stage: Stage) -> Result {
    let client = app.client().await?;
    let kind = resource::PLAN_VERSION;
    let found = objects::fetch(&client, kind, None, &format!("{}-v{}", args.name, args.version)).await?;
    let body = |now: &Value| {
        let mut body = now.clone();
        body["spec"]["stage"] = stage.as_str().into();
        body["spec"]["stageReason"] = args.reason.clone().into();
        Ok(body)
    };
    match confirmed::replace(app, &client, kind, &found, &body, &args.write).await? {
        Written::Done { object, .. } => objects::done(app, kind, &object, stage.as_str()),
        Written::Dry => Ok(()),
    }
}
