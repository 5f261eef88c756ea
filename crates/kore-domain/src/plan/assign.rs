//! `--set nodePools.default.size=2`: one assignment as a merge patch.

use kore_api::plan::Provider;
use serde_json::{Map, Value};

use super::schema::{along, parameters_schema, resolve};

/// Why a text is not an assignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// No `=`.
    #[error("{0:?} is not of the form path=value")]
    NoValue(String),
    /// A path with an empty part.
    #[error("{0:?} is not a path like nodePools.default.size")]
    Path(String),
}

fn is_text(provider: Provider, path: &[String]) -> bool {
    let root = parameters_schema(provider);
    along(root, path)
        .and_then(|schemas| schemas.last().map(|schema| resolve(root, schema)))
        .is_some_and(|schema| schema.get("type").and_then(Value::as_str) == Some("string"))
}

/// Reads one assignment. The value is taken as the providers' schemas want it: as text where the field is a
/// text (`kubernetesVersion=1.36`), otherwise as JSON where it is JSON (`2`, `true`, `null` removes,
/// `{"size":2}`), otherwise as text. Unknown paths are let through: [`super::effective`] names them
/// with a hint.
///
/// # Errors
/// [`AssignError`] when it is not `path=value`.
pub fn parse_set(text: &str) -> Result<Value, AssignError> {
    let (path, raw) = text.split_once('=').ok_or_else(|| AssignError::NoValue(text.to_owned()))?;
    let path: Vec<String> = path.trim().split('.').map(str::to_owned).collect();
    if path.iter().any(String::is_empty) {
        return Err(AssignError::Path(text.to_owned()));
    }
    let textual = Provider::ALL.iter().any(|provider| is_text(*provider, &path));
    let value = match serde_json::from_str(raw) {
        Ok(Value::Null) => Value::Null,
        Ok(value) if !textual || matches!(value, Value::String(_)) => value,
        _ => Value::String(raw.to_owned()),
    };
    Ok(path.into_iter().rev().fold(value, |inner, segment| Value::Object(Map::from_iter([(segment, inner)]))))
}

/// Reads several assignments into one merge patch; later ones win.
///
/// # Errors
/// The first [`AssignError`].
pub fn parse_sets<S: AsRef<str>>(texts: &[S]) -> Result<Value, AssignError> {
    let mut patch = Value::Object(Map::new());
    for text in texts {
        overlay(&mut patch, parse_set(text.as_ref())?);
    }
    Ok(patch)
}

/// Lays one patch over another, keeping nulls: they are the patch's removals.
fn overlay(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                match target.get_mut(&name) {
                    Some(present) => overlay(present, value),
                    None => {
                        target.insert(name, value);
                    }
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_as_the_schema_wants_them() {
        let set = |text| parse_set(text).unwrap();
        assert_eq!(set("nodePools.default.size=2"), json!({"nodePools": {"default": {"size": 2}}}));
        assert_eq!(set("kubernetesVersion=1.36"), json!({"kubernetesVersion": "1.36"}));
        assert_eq!(set("driver=native"), json!({"driver": "native"}));
        assert_eq!(set("nodePools.big=null"), json!({"nodePools": {"big": null}}));
        assert_eq!(set(r#"nodePools.big={"size":3}"#), json!({"nodePools": {"big": {"size": 3}}}));
        assert_eq!(set("unknown.thing=a=b"), json!({"unknown": {"thing": "a=b"}}));
        assert_eq!(
            parse_sets(&["nodePools.a.size=1", "nodePools.b=null", "nodePools.a.size=2"]),
            Ok(json!({"nodePools": {"a": {"size": 2}, "b": null}}))
        );
    }

    #[test]
    fn what_is_no_assignment_is_refused() {
        for bad in ["nodePools", "=1", "a..b=1", ".a=1", "a.=1"] {
            assert!(parse_set(bad).is_err(), "{bad}");
        }
    }
}
