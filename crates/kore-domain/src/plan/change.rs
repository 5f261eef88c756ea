//! What differs between two sets of parameters, and what of it may not.

use kore_api::{plan::Provider, preview::FieldChange, problem::FieldError};
use serde_json::{Map, Value};

use super::schema::{along, parameters_schema, resolve};

/// What differs, as the smallest set of changed members, in the order of their paths. Whole members
/// that come or go are one change; arrays change as a whole.
#[must_use]
pub fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    walk(before, after, "", &mut changes);
    changes
}

fn walk(before: &Value, after: &Value, path: &str, changes: &mut Vec<FieldChange>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            changes.push(FieldChange {
                path: path.to_owned(),
                before: Some(before.clone()),
                after: Some(after.clone()),
                effect: None,
            });
        }
        return;
    };
    let mut names: Vec<_> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (old.get(name), new.get(name)) {
            (Some(before), Some(after)) => walk(before, after, &path, changes),
            (before, after) => {
                changes.push(FieldChange { path, before: before.cloned(), after: after.cloned(), effect: None });
            }
        }
    }
}

/// Makes the changes: `apply_changes(a, diff(a, b)) == b`, for names without dots.
#[must_use]
pub fn apply_changes(before: &Value, changes: &[FieldChange]) -> Value {
    let mut value = before.clone();
    for change in changes {
        if change.path.is_empty() {
            value = change.after.clone().unwrap_or(Value::Null);
            continue;
        }
        let mut segments: Vec<&str> = change.path.split('.').collect();
        let Some(last) = segments.pop() else { continue };
        let mut place = &mut value;
        for segment in segments {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(members) = place else { break };
            place = members.entry(segment).or_insert_with(|| Value::Object(Map::new()));
        }
        if let Value::Object(members) = place {
            match &change.after {
                Some(after) => drop(members.insert(last.to_owned(), after.clone())),
                None => drop(members.remove(last)),
            }
        }
    }
    value
}

/// The changes to members that are fixed when the object is made (`x-kore-immutable` in the schema).
#[must_use]
pub fn immutable_changes(provider: Provider, before: &Value, after: &Value) -> Vec<FieldError> {
    let root = parameters_schema(provider);
    diff(before, after)
        .into_iter()
        .filter_map(|change| {
            let path: Vec<String> = change.path.split('.').map(str::to_owned).collect();
            let fixed = along(root, &path)?.into_iter().any(|schema| {
                let marked = |schema: &Value| schema.get("x-kore-immutable").and_then(Value::as_bool) == Some(true);
                marked(schema) || marked(resolve(root, schema))
            });
            let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
            fixed.then(|| {
                let detail = format!(
                    "is fixed when the cluster is made: it is {} and would become {}",
                    show(&change.before),
                    show(&change.after)
                );
                FieldError::new(format!("/{}", path.join("/")), "immutable", detail)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_small_and_immutable_ones_are_named() {
        let before = json!({"kubernetesVersion": "1.36", "driver": "auto", "nodePools": {"default": {"size": 1}}});
        let after = json!({"kubernetesVersion": "1.37", "driver": "native", "nodePools": {"default": {"size": 2}, "big": {"size": 1}}});
        let paths: Vec<_> = diff(&before, &after).into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["driver", "kubernetesVersion", "nodePools.big", "nodePools.default.size"]);
        let errors = immutable_changes(Provider::Local, &before, &after);
        assert_eq!(errors.len(), 1);
        assert_eq!((errors[0].pointer.as_str(), errors[0].rule.as_str()), ("/driver", "immutable"));
    }

    /// The system of 2020 compared the keys that were there, and let go what was left out.
    #[test]
    fn s13_leaving_something_out_is_a_change_too() {
        let before = json!({"kubernetesVersion": "1.36", "driver": "auto"});
        let errors = immutable_changes(Provider::Local, &before, &json!({"kubernetesVersion": "1.36"}));
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].pointer, "/driver");
        assert!(errors[0].detail.contains("would become nothing"), "{}", errors[0].detail);
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(|number| json!(number)),
            "[a-z]{0,4}".prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(
                members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect(),
            ),
            other => other,
        }
    }

    proptest! {
        #[test]
        fn a_diff_applied_gives_the_other(before in json_value(), after in json_value()) {
            prop_assert_eq!(&apply_changes(&before, &diff(&before, &after)), &after);
            prop_assert!(diff(&after, &after).is_empty());
        }

        #[test]
        fn merging_keeps_the_laws_of_rfc_7396(target in json_value(), patch in json_value()) {
            let merge = |target: &Value, patch: &Value| {
                let mut target = target.clone();
                json_patch::merge(&mut target, patch);
                target
            };
            // Merging twice is merging once.
            let once = merge(&target, &patch);
            prop_assert_eq!(&merge(&once, &patch), &once);
            // An empty patch changes no object; a patch that is no object replaces.
            if target.is_object() {
                prop_assert_eq!(&merge(&target, &json!({})), &target);
            }
            if !patch.is_object() {
                prop_assert_eq!(&once, &patch);
            }
            // Without nulls, what the patch says is what one gets.
            let patch = without_nulls(patch);
            if let (Value::Object(patch), Value::Object(merged)) = (&patch, merge(&target, &patch)) {
                for (name, value) in patch {
                    if !value.is_object() {
                        prop_assert_eq!(merged.get(name), Some(value));
                    }
                }
            }
        }
    }
}
