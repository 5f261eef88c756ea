//! The one way in which objects of the management cluster are written.
//!
//! Order: decide, read strictly, admit, (a preview ends here), record, SQL intent, object, what comes
//! after it; the answer waits until the index shows the write, so that a writer reads their own.
//! A change is on record before it is made; when it then fails, a second record says so
//! ([`crate::audit`]).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kore_api::{codes::Code, meta, names::TeamName, operation::OperationAction, problem::Problem};
use kore_domain::{access::OpContext, plan::diff};
use kore_engine::operations::operation_id;
use kore_kube::client::in_request;
use kube::{
    ResourceExt,
    api::{DeleteParams, PostParams, Preconditions},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Stored, Verdict, described, namespace,
    prospect::{Draft, Passed},
    quota::Ask,
};
use crate::{
    App, AppError,
    audit::{Deed, changes},
    backend::{Place, Precondition, WriteOptions, Written},
    envelope,
    kinds::{Change, Kind},
    strict::{self, Input},
};

/// How long a new cluster waits for its team's namespace, which a controller makes.
const NAMESPACE_PATIENCE: Duration = Duration::from_secs(10);

/// How often a change is made anew to what a controller wrote in between.
const WRITE_TRIES: u32 = 8;

/// Makes one.
pub(super) async fn create<K: Stored>(
    app: &App,
    cx: &OpContext,
    team: Option<&TeamName>,
    body: &Value,
    options: &WriteOptions,
) -> Result<Written, AppError> {
    let kind = K::entry();
    let permission = kind.permission(Change::Create).ok_or_else(AppError::hidden)?;
    let name = body.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let place = Place { team: team.cloned(), name };
    app.authorize_to(cx, &kind.action(Change::Create), permission, K::within(&place), &subject_of(kind, &place))
        .await?;
    if let Some(team) = team {
        app.team(team)?;
    }
    let input = K::decoder().read::<K::Spec>(body)?;
    if K::resource(&place).is_none() {
        return Err(strict::bad_name(&place.name));
    }
    let mut after = K::make(&place.name, input.spec.clone());
    after.meta_mut().namespace = namespace(&place);
    stamp(cx, None, input, &mut after, team)?;
    let mut problems = Vec::new();
    if let Some(present) = K::index(app).get(namespace(&place).as_deref(), &place.name) {
        problems.push(taken(kind, &place, present.meta().deletion_timestamp.is_some()));
    }
    let verdict = collect(K::admit(app, cx, None, &mut after).await, &mut problems)?;
    let draft = Draft { place, before: None, after: Some(after), verdict, problems };
    if options.dry_run {
        return draft.preview(app, cx).await;
    }
    let Passed { place, after, warnings, .. } = draft.passed(app, options).await?;
    let after = after.ok_or_else(|| AppError::internal("a creation without an object"))?;
    let made = async {
        let ask = Ask::of(app, &cx.request_id, &place, None, &after)?;
        if let Some(ask) = &ask {
            ask.intend(app, cx).await?;
        }
        after.intend(app, cx).await?;
        let made = match insert(app, cx, &place, &after).await {
            Ok(made) => made,
            Err(error) => match ours(app, cx, &place).await {
                // Made by an earlier try of the same request, whose answer was lost.
                Ok(Some(made)) => made,
                Ok(None) => {
                    if let Err(cause) = after.withdraw(app, cx).await {
                        tracing::warn!(error = &cause as &dyn std::error::Error, "what was intended stays for now");
                    }
                    if let Some(ask) = &ask {
                        ask.withdraw(app).await;
                    }
                    return Err(error);
                }
                // Nobody knows whether it is there.
                Err(_) => return Err(error),
            },
        };
        if let Some(ask) = &ask {
            ask.confirm(app, cx, &made).await;
        }
        made.confirm(app, cx).await?;
        seen(app, &made).await?;
        made.written(app, cx).await?;
        done(&made, OperationAction::Create, warnings)
    };
    app.attempt(cx, deed(Change::Create, &place, None, Some(&after)), made).await
}

/// Replaces one.
pub(super) async fn replace<K: Stored>(
    app: &App,
    cx: &OpContext,
    place: &Place,
    body: &Value,
    options: &WriteOptions,
) -> Result<Written, AppError> {
    let kind = K::entry();
    let before = present::<K>(app, cx, place, Change::Update).await?;
    let input = K::decoder().read::<K::Spec>(body)?;
    if input.metadata.name != place.name {
        return Err(strict::invalid(
            kind.name,
            vec![strict::error("/metadata/name", "immutable", "is the name in the path")],
        ));
    }
    let mut after = (*before).clone();
    *after.spec_mut() = input.spec.clone();
    if !options.dry_run || options.precondition != Precondition::Missing {
        expected(app, place, &*before, options)?;
    }
    stamp(cx, Some(&*before), input, &mut after, place.team.as_ref())?;
    let mut problems = Vec::new();
    if before.meta().deletion_timestamp.is_some() {
        problems.push(Problem::new(Code::Deleting, format!("{} is being deleted", described(kind, place))));
    }
    let verdict = collect(K::admit(app, cx, Some(&before), &mut after).await, &mut problems)?;
    let draft = Draft { place: place.clone(), before: Some(before), after: Some(after), verdict, problems };
    if options.dry_run {
        return draft.preview(app, cx).await;
    }
    let Passed { place, before, after, warnings } = draft.passed(app, options).await?;
    let (Some(before), Some(after)) = (before, after) else {
        return Err(AppError::internal("a change without before and after"));
    };
    if unchanged(&*before, &after) {
        return done(&*before, OperationAction::Change, warnings).map(without_operation);
    }
    let made = async {
        let api = K::api(&in_request(&app.kube, &cx.request_id), place.team.as_ref());
        let ask = Ask::of(app, &cx.request_id, &place, Some(&*before), &after)?;
        if let Some(ask) = &ask {
            ask.intend(app, cx).await?;
        }
        let made = match (put(&api, &before, &after).await, &ask) {
            (Err(kube::Error::Api(status)), Some(ask)) if status.code < 500 => {
                ask.withdraw(app).await;
                return Err(kube::Error::Api(status).into());
            }
            (made, _) => made?,
        };
        if let Some(ask) = &ask {
            ask.confirm(app, cx, &made).await;
        }
        seen(app, &made).await?;
        made.written(app, cx).await?;
        let same_spec = before.meta().generation == made.meta().generation;
        let done = done(&made, OperationAction::Change, warnings);
        done.map(|written| if same_spec { without_operation(written) } else { written })
    };
    app.attempt(cx, deed(Change::Update, &place, Some(&*before), Some(&after)), made).await
}

/// Deletes one.
pub(super) async fn delete<K: Stored>(
    app: &App,
    cx: &OpContext,
    place: &Place,
    options: &WriteOptions,
) -> Result<Written, AppError> {
    let before = present::<K>(app, cx, place, Change::Delete).await?;
    if !options.dry_run || options.precondition != Precondition::Missing {
        expected(app, place, &*before, options)?;
    }
    let mut problems = Vec::new();
    if let Err(error) = before.releasable(app).await {
        problems.push(*error.problem);
    }
    let verdict =
        Verdict { before: Some(serde_json::to_value(before.spec()).unwrap_or_default()), ..Verdict::default() };
    let draft = Draft { place: place.clone(), before: Some(Arc::clone(&before)), after: None, verdict, problems };
    if options.dry_run {
        return draft.preview(app, cx).await;
    }
    let Passed { place, warnings, .. } = draft.passed(app, options).await?;
    if before.meta().deletion_timestamp.is_some() {
        // Asked for twice is asked for once.
        return done(&*before, OperationAction::Delete, warnings);
    }
    let made = async {
        before.leaving(app, cx).await?;
        let api = K::api(&in_request(&app.kube, &cx.request_id), place.team.as_ref());
        mark(cx, &api, &place.name).await?;
        // The mark moved the revision; the identity is what still must hold.
        let preconditions = Preconditions { uid: before.uid(), resource_version: None };
        let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match api.delete(&place.name, &parameters).await?.left() {
            Some(leaving) if leaving.meta().deletion_timestamp.is_some() => {
                seen(app, &leaving).await?;
                done(&leaving, OperationAction::Delete, warnings)
            }
            _ => {
                let space = namespace(&place);
                K::index(app)
                    .wait_until(space.as_deref(), &place.name, kore_kube::index::WRITE_PATIENCE, |found| {
                        found.is_none()
                    })
                    .await?;
                before.gone(app, cx).await?;
                app.store.release_quota(&before.uid().unwrap_or_default()).await?;
                done(&*before, OperationAction::Delete, warnings).map(without_operation)
            }
        }
    };
    app.attempt(cx, deed(Change::Delete, &place, Some(&*before), None), made).await
}

/// Says on the object who deletes it, so that the operation that its controller begins can.
async fn mark<K: Stored>(cx: &OpContext, api: &kube::Api<K>, name: &str) -> Result<(), AppError> {
    let annotations = json!({
        meta::ANNOTATION_REQUESTED_BY: cx.subject.actor(), meta::ANNOTATION_REQUEST: cx.request_id,
    });
    note(api, name, json!({ "annotations": annotations })).await?;
    Ok(())
}

/// Merges this into an object's metadata, whatever its revision is; a uid in it must be the object's.
pub(crate) async fn note<K: Stored>(
    api: &kube::Api<K>,
    name: &str,
    metadata: serde_json::Value,
) -> Result<K, AppError> {
    let patch = kube::api::Patch::Merge(json!({ "metadata": metadata }));
    let parameters = kube::api::PatchParams { field_manager: Some(meta::MANAGER_API.to_owned()), ..Default::default() };
    Ok(api.patch(name, &parameters, &patch).await?)
}

/// The object that a change or deletion is about, once the caller may make it.
async fn present<K: Stored>(app: &App, cx: &OpContext, place: &Place, change: Change) -> Result<Arc<K>, AppError> {
    let kind = K::entry();
    let permission = kind.permission(change).ok_or_else(AppError::hidden)?;
    let resource = K::resource(place).ok_or_else(AppError::hidden)?;
    app.authorize_to(cx, &kind.action(change), permission, resource, &subject_of(kind, place)).await?;
    K::index(app).get(namespace(place).as_deref(), &place.name).ok_or_else(AppError::hidden)
}

/// Compares with the revision that the caller means. What Kore alone wrote since, a status above all, is
/// nobody's change: a page or a file that was read before it still means what is there. A refusal says what
/// others changed since, as far as the index remembers.
fn expected<K: Stored>(app: &App, place: &Place, current: &K, options: &WriteOptions) -> Result<(), AppError> {
    let Err(mut error) = options.precondition.check(&current.resource_version().unwrap_or_default()) else {
        return Ok(());
    };
    if let Precondition::Revision(wanted) = &options.precondition {
        match K::index(app).at(namespace(place).as_deref(), &place.name, wanted) {
            None => error.problem.detail.push_str("; what changed since is not known any more"),
            Some(meant) if is_still(&*meant, current) => return Ok(()),
            Some(meant) => {
                let shown = |object: &K| {
                    let (labels, annotations) = said(object);
                    json!({ "metadata": { "labels": labels, "annotations": annotations }, "spec": object.spec() })
                };
                error.problem.changes = diff(&shown(&meant), &shown(current));
            }
        }
    }
    Err(error)
}

/// Whether an object is the one that it was, as far as people wrote it.
fn is_still<K: Stored>(before: &K, now: &K) -> bool {
    let is_leaving = |object: &K| object.meta().deletion_timestamp.is_some();
    before.uid() == now.uid() && is_leaving(before) == is_leaving(now) && unchanged(before, now)
}

/// Writes what was changed. A controller may have written in between: then the change is made to what it
/// left, for as long as nobody else changed it.
async fn put<K: Stored>(api: &kube::Api<K>, before: &K, after: &K) -> kube::Result<K> {
    let parameters = PostParams { field_manager: Some(meta::MANAGER_API.to_owned()), ..PostParams::default() };
    let name = after.name_any();
    let (mut next, mut tries) = (after.clone(), WRITE_TRIES);
    loop {
        match api.replace(&name, &parameters, &next).await {
            Err(kube::Error::Api(status)) if status.code == 409 && tries > 0 => {
                tries -= 1;
                let now = api.get(&name).await?;
                if !is_still(before, &now) {
                    return Err(kube::Error::Api(status));
                }
                next = now;
                *next.spec_mut() = after.spec().clone();
                next.meta_mut().labels.clone_from(&after.meta().labels);
                next.meta_mut().annotations.clone_from(&after.meta().annotations);
            }
            answer => return answer,
        }
    }
}

/// Labels and annotations as written, who wrote them, and the promise that Kore's own are Kore's.
fn stamp<K: Stored, S>(
    cx: &OpContext,
    before: Option<&K>,
    input: Input<S>,
    after: &mut K,
    team: Option<&TeamName>,
) -> Result<(), AppError> {
    const OURS: &str = "kore.internal/";
    let mut errors = Vec::new();
    let (labels, annotations) =
        before.map(|before| (before.labels().clone(), before.annotations().clone())).unwrap_or_default();
    for (place, given, present) in
        [("labels", &input.metadata.labels, &labels), ("annotations", &input.metadata.annotations, &annotations)]
    {
        for (key, value) in given {
            if key.starts_with(OURS) && present.get(key) != Some(value) {
                let pointer = format!("/metadata/{place}/{}", key.replace('/', "~1"));
                errors.push(strict::error(&pointer, "reserved", format!("{OURS}… is Kore's own")));
            }
        }
    }
    if input.metadata.team.as_deref().is_some_and(|given| Some(given) != team.map(TeamName::as_str)) {
        errors.push(strict::error("/metadata/team", "immutable", "is the team in the path"));
    }
    if !errors.is_empty() {
        return Err(strict::invalid(K::entry().name, errors));
    }
    let keep = |mut given: BTreeMap<String, String>, present: BTreeMap<String, String>| {
        given.extend(present.into_iter().filter(|(key, _)| key.starts_with(OURS)));
        given
    };
    let meta = after.meta_mut();
    let mut labels = keep(input.metadata.labels, labels);
    let mut annotations = keep(input.metadata.annotations, annotations);
    if let Some(team) = team {
        labels.insert(meta::LABEL_TEAM.to_owned(), team.to_string());
    }
    annotations.insert(meta::ANNOTATION_REQUESTED_BY.to_owned(), cx.subject.actor());
    annotations.insert(meta::ANNOTATION_REQUEST.to_owned(), cx.request_id.clone());
    meta.labels = Some(labels).filter(|labels| !labels.is_empty());
    meta.annotations = Some(annotations);
    Ok(())
}

/// Labels and annotations, without who wrote last.
fn said<K: Stored>(object: &K) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut annotations = object.annotations().clone();
    annotations.remove(meta::ANNOTATION_REQUEST);
    annotations.remove(meta::ANNOTATION_REQUESTED_BY);
    (object.labels().clone(), annotations)
}

/// Whether a write would change nothing but who wrote last.
fn unchanged<K: Stored>(before: &K, after: &K) -> bool {
    before.spec() == after.spec() && said(before) == said(after)
}

/// Sends it; a team that was made a moment ago may not have its namespace yet.
async fn insert<K: Stored>(app: &App, cx: &OpContext, place: &Place, object: &K) -> Result<K, AppError> {
    let parameters = PostParams { field_manager: Some(meta::MANAGER_API.to_owned()), ..PostParams::default() };
    let api = K::api(&in_request(&app.kube, &cx.request_id), place.team.as_ref());
    let mut pause = Duration::from_millis(100);
    let mut waited = Duration::ZERO;
    loop {
        match api.create(&parameters, object).await {
            Err(kube::Error::Api(status)) if status.code == 404 && place.team.is_some() => {
                if waited >= NAMESPACE_PATIENCE {
                    let detail = "the team's namespace is not there yet; the team's controller makes it";
                    return Err(AppError::new(Code::Unavailable, detail).caused_by(kube::Error::Api(status)));
                }
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
            other => return Ok(other?),
        }
    }
}

/// The object of this name, if this request made it: the client asks again when an answer is lost.
async fn ours<K: Stored>(app: &App, cx: &OpContext, place: &Place) -> Result<Option<K>, AppError> {
    let there = K::api(&app.kube, place.team.as_ref()).get_opt(&place.name).await?;
    Ok(there.filter(|there| there.annotations().get(meta::ANNOTATION_REQUEST) == Some(&cx.request_id)))
}

/// Waits until whoever reads next sees it.
pub(crate) async fn seen<K: Stored>(app: &App, object: &K) -> Result<(), AppError> {
    Ok(K::index(app).wait_for(&object.resource_version().unwrap_or_default()).await?)
}

fn done<K: Stored>(object: &K, action: OperationAction, warnings: Vec<String>) -> Result<Written, AppError> {
    let generation = object.meta().generation.unwrap_or_default();
    let operation =
        object.has_operation(action).then(|| operation_id(&object.uid().unwrap_or_default(), action, generation));
    let etag = object.resource_version();
    let object = envelope::object(object).and_then(serde_json::to_value).map_err(AppError::internal)?;
    Ok(Written::Done { object, etag, operation, warnings })
}

fn without_operation(written: Written) -> Written {
    match written {
        Written::Done { object, etag, warnings, .. } => {
            Written::Done { object, etag, operation: None::<Uuid>, warnings }
        }
        other @ (Written::Preview(_) | Written::Once { .. }) => other,
    }
}

fn deed<K: Stored>(change: Change, place: &Place, before: Option<&K>, after: Option<&K>) -> Deed {
    let kind = K::entry();
    let said = |object: &K| {
        let (labels, annotations) = said(object);
        let mut metadata = serde_json::Map::new();
        for (name, given) in [("labels", labels), ("annotations", annotations)] {
            if !given.is_empty() {
                metadata.insert(name.to_owned(), json!(given));
            }
        }
        json!({ "metadata": metadata, "spec": object.spec() })
    };
    Deed {
        action: kind.action(change),
        team: audit_team(kind, place),
        object: subject_of(kind, place),
        detail: None,
        changes: changes(before.map(said).as_ref(), after.map(said).as_ref()),
    }
}

/// The team whose audit trail shows a write: for a Team, its own.
fn audit_team(kind: &Kind, place: &Place) -> Option<TeamName> {
    if kind.name == "Team" { place.name.parse().ok() } else { place.team.clone() }
}

/// The object as records name it; what is no name is not repeated.
fn subject_of(kind: &Kind, place: &Place) -> String {
    let proper = !place.name.is_empty()
        && place.name.len() <= 81
        && place.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let name = if proper { place.name.clone() } else { "?".to_owned() };
    described(kind, &Place { team: place.team.clone(), name })
}

/// Keeps what the caller can do something about, to be said together with the rest.
fn collect(admitted: Result<Verdict, AppError>, problems: &mut Vec<Problem>) -> Result<Verdict, AppError> {
    match admitted {
        Ok(mut verdict) => {
            problems.append(&mut verdict.problems);
            Ok(verdict)
        }
        Err(error) if error.problem.status < 500 => {
            problems.push(*error.problem);
            Ok(Verdict::default())
        }
        Err(error) => Err(error),
    }
}

fn taken(kind: &Kind, place: &Place, leaving: bool) -> Problem {
    let what = described(kind, place);
    if leaving {
        Problem::new(Code::Deleting, format!("{what} exists and is being deleted"))
    } else {
        Problem::new(Code::AlreadyExists, format!("{what} exists already"))
    }
    .with("name", place.name.clone())
}
