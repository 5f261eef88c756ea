//! Users, memberships, invitations and sessions: people, in SQL.

mod invitations;
mod memberships;
mod sessions;
mod users;

use kore_api::{codes::Code, envelope::Metadata, preview::Preview, problem::Problem};
use kore_domain::plan::diff;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    AppError,
    backend::{Precondition, WriteOptions, Written},
    strict,
};

pub(crate) use invitations::Invitations;
pub(crate) use memberships::{Memberships, object as membership, within_own as within_team_role, word as role_word};
pub(crate) use sessions::Sessions;
pub(crate) use users::{Users, object as user};

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

/// People carry no labels or annotations; saying so beats dropping them.
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

/// What a dry run shows; people are no components, so that nothing but the row itself would change.
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
        return as_seen(options, what, before, after).map(|()| None);
    }
    Ok(Some(Written::Preview(Box::new(Preview {
        object: object.clone(),
        changes: diff(before, after),
        actions: Vec::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
        digest: digest(what, before, after),
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

/// Refuses a write that is not what the preview showed.
fn as_seen(options: &WriteOptions, what: &str, before: &Value, after: &Value) -> Result<(), AppError> {
    if options.preview_digest.as_ref().is_none_or(|seen| *seen == digest(what, before, after)) {
        return Ok(());
    }
    let detail = format!("{what}: what the write would do is not what the preview showed");
    Err(Problem::new(Code::PreconditionFailed, detail).with_fix("look at a fresh preview").into())
}
