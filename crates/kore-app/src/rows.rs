//! What the kinds that are rows in SQL have in common: their envelope, and the checks of their writes.

use jiff::Timestamp;
use kore_api::{
    codes::Code,
    envelope::{Metadata, Object},
    meta,
    preview::Preview,
    problem::Problem,
};
use kore_domain::plan::diff;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    AppError,
    backend::{Precondition, WriteOptions, Written},
    kinds::Kind,
    strict,
};

/// A row as an object of its kind.
pub(crate) fn object<Spec, Status>(
    kind: &Kind,
    metadata: Metadata,
    spec: Spec,
    status: Option<Status>,
) -> Object<Spec, Status> {
    Object { api_version: meta::API_VERSION.to_owned(), kind: kind.name.to_owned(), metadata, spec, status }
}

/// The metadata of a row without a team, whose every change is one of its specification.
pub(crate) fn metadata(name: &impl ToString, id: Uuid, revision: i64, created_at: Timestamp) -> Metadata {
    Metadata {
        name: name.to_string(),
        uid: id.to_string(),
        resource_version: revision.to_string(),
        generation: revision,
        creation_timestamp: Some(created_at),
        ..Metadata::default()
    }
}

/// As answers have it.
///
/// # Errors
/// Never for our own types: each of them serialises.
pub(crate) fn value(shown: &impl Serialize) -> Result<Value, AppError> {
    serde_json::to_value(shown).map_err(AppError::internal)
}

/// What whoever takes a name that is taken is told.
pub(crate) fn exists(what: &str, name: &impl ToString) -> AppError {
    Problem::new(Code::AlreadyExists, format!("{what} exists already")).with("name", name.to_string()).into()
}

/// The revision that the store must find: what was read is what `*` means.
pub(crate) fn revision_of(precondition: &Precondition, current: i64) -> i64 {
    match precondition {
        Precondition::Revision(wanted) => wanted.parse().unwrap_or(current),
        Precondition::Any | Precondition::Missing => current,
    }
}

/// The name in a body that was not read yet.
pub(crate) fn named(body: &Value) -> String {
    body.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What is no name is not repeated in records.
pub(crate) fn loggable(name: &str) -> &str {
    let proper =
        !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if proper { name } else { "?" }
}

/// These kinds carry no labels or annotations; saying so beats dropping them.
pub(crate) fn unlabelled(kind: &str, metadata: &Metadata) -> Result<(), AppError> {
    let mut errors = Vec::new();
    for (place, given) in [("labels", &metadata.labels), ("annotations", &metadata.annotations)] {
        if !given.is_empty() {
            errors.push(strict::error(&format!("/metadata/{place}"), "maxProperties", "this kind carries none"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(strict::invalid(kind, errors)) }
}

pub(crate) fn same_name(kind: &str, metadata: &Metadata, name: &str) -> Result<(), AppError> {
    if metadata.name == name {
        return Ok(());
    }
    Err(strict::invalid(kind, vec![strict::error("/metadata/name", "immutable", "is the name in the path")]))
}

pub(crate) fn with_actions(object: &mut Value, actions: &[&str]) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("actions".into(), json!(actions));
    }
}

/// What a dry run shows; rows are no components, so that nothing but the row itself would change.
/// `None` when the write is meant.
///
/// # Errors
/// When it is meant, and is not what the preview showed.
pub(crate) fn preview(
    options: &WriteOptions,
    what: &str,
    object: &Value,
    before: &Value,
    after: &Value,
) -> Result<Option<Written>, AppError> {
    if !options.dry_run {
        let seen = options.preview.as_ref();
        return seen.map_or(Ok(()), |seen| seen.check(what, &digest(what, before, after))).map(|()| None);
    }
    Ok(Some(Written::Preview(Box::new(Preview {
        object: object.clone(),
        changes: diff(before, after),
        digest: digest(what, before, after),
        ..Preview::default()
    }))))
}

/// Over everything that such a preview depends on.
fn digest(what: &str, before: &Value, after: &Value) -> String {
    let mut hash = Sha256::new();
    for part in [what, &before.to_string(), &after.to_string()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}
