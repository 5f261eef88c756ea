//! The parameters of a schema, one by one, with what its keywords say about each.

use kore_api::{
    parameter::{Effect, Parameter},
    plan::Provider,
    preview::FieldChange,
};
use serde_json::Value;

use super::schema::{along, parameters_schema, resolve};

/// Levels that are looked into; a schema that refers to itself has no end.
const DEPTH: usize = 8;

/// Every parameter of a provider.
#[must_use]
pub fn parameters(provider: Provider) -> Vec<Parameter> {
    fields(parameters_schema(provider))
}

/// Every leaf of a schema, in the order of the struct that it came from.
#[must_use]
pub fn fields(root: &Value) -> Vec<Parameter> {
    let mut found = Vec::new();
    walk(root, root, String::new(), &mut found, 0);
    found
}

/// The paths of a parameter in these values, with the value at each: `nodePools.default.size` for
/// `nodePools.*.size`. The path itself, without a value, where there is none.
#[must_use]
pub fn concrete(path: &str, values: &Value) -> Vec<(String, Option<Value>)> {
    let mut found: Vec<(String, Option<&Value>)> = vec![(String::new(), Some(values))];
    for segment in path.split('.') {
        found = found.into_iter().flat_map(|(at, value)| below(&at, value, segment)).collect();
    }
    found.into_iter().map(|(path, value)| (path, value.cloned())).collect()
}

fn below<'a>(at: &str, value: Option<&'a Value>, segment: &str) -> Vec<(String, Option<&'a Value>)> {
    let join = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let members = value.and_then(Value::as_object).filter(|members| !members.is_empty());
    match (segment, members) {
        ("*", Some(members)) => members.iter().map(|(name, value)| (join(name), Some(value))).collect(),
        _ => vec![(join(segment), value.and_then(|value| value.get(segment)))],
    }
}

/// What changing something at this path does: what the nearest schema above it says.
#[must_use]
pub fn effect(provider: Provider, path: &str) -> Option<Effect> {
    let root = parameters_schema(provider);
    let path: Vec<String> = path.split('.').map(str::to_owned).collect();
    let schemas = along(root, &path)?;
    let said = schemas.into_iter().rev().find_map(|schema| keyword(schema, resolve(root, schema), "x-kore-change"))?;
    serde_json::from_value(said.clone()).ok()
}

/// Says of each change what it does, as far as it is one of the provider's parameters.
#[must_use]
pub fn with_effects(provider: Provider, changes: Vec<FieldChange>) -> Vec<FieldChange> {
    changes.into_iter().map(|change| FieldChange { effect: effect(provider, &change.path), ..change }).collect()
}

/// What a schema says where it is used, or where it is defined.
fn keyword<'a>(schema: &'a Value, resolved: &'a Value, key: &str) -> Option<&'a Value> {
    schema.get(key).or_else(|| resolved.get(key))
}

/// Follows references, also through `anyOf [T, null]` of optional members and `allOf [T]`.
fn through<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let resolved = resolve(root, schema);
    for key in ["anyOf", "allOf"] {
        let all = resolved.get(key).and_then(Value::as_array);
        let first = all.and_then(|all| all.iter().find(|one| one.get("type").and_then(Value::as_str) != Some("null")));
        if let Some(first) = first {
            return through(root, first);
        }
    }
    resolved
}

fn walk(root: &Value, schema: &Value, path: String, found: &mut Vec<Parameter>, depth: usize) {
    let resolved = through(root, schema);
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if depth > DEPTH {
        return;
    }
    if let Some(properties) = resolved.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            walk(root, property, join(name), found, depth + 1);
        }
        return;
    }
    if let Some(each) = resolved.get("additionalProperties").filter(|each| each.is_object()) {
        walk(root, each, join("*"), found, depth + 1);
        return;
    }
    found.push(describe(schema, resolved, path));
}

/// A scalar as it is written: texts without quotes.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn describe(schema: &Value, resolved: &Value, path: String) -> Parameter {
    let text = |key: &str| keyword(schema, resolved, key).and_then(Value::as_str).map(str::to_owned);
    let values: Vec<String> = match (resolved.get("enum"), resolved.get("oneOf")) {
        (Some(Value::Array(all)), _) => all.iter().filter(|value| !value.is_null()).map(plain).collect(),
        (_, Some(Value::Array(all))) => all.iter().filter_map(|one| one.get("const")).map(plain).collect(),
        _ => Vec::new(),
    };
    let number = |key: &str| keyword(schema, resolved, key).filter(|value| value.is_number()).map(plain);
    let allowed = match (number("minimum"), number("maximum")) {
        _ if !values.is_empty() => values.join(" | "),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        _ => text("pattern").unwrap_or_default(),
    };
    let kind = match resolved.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("any").to_owned()
        }
        _ if !values.is_empty() => "string".to_owned(),
        _ => "any".to_owned(),
    };
    let effect = keyword(schema, resolved, "x-kore-change").cloned();
    Parameter {
        path,
        title: text("title").unwrap_or_default(),
        description: text("description").unwrap_or_default().replace('\n', " "),
        kind,
        allowed,
        unit: text("x-kore-unit"),
        group: text("x-kore-group"),
        default: keyword(schema, resolved, "default").cloned(),
        immutable: keyword(schema, resolved, "x-kore-immutable").and_then(Value::as_bool) == Some(true),
        effect: effect.and_then(|said| serde_json::from_value(said).ok()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whoever adds a parameter says all of it: `kore plan explain`, the reference and forms show it.
    #[test]
    fn every_parameter_says_all_about_itself() {
        for parameter in Provider::ALL.into_iter().flat_map(parameters) {
            let path = &parameter.path;
            assert!(!parameter.title.is_empty(), "{path} has no title");
            assert!(!parameter.description.is_empty(), "{path} has no doc comment");
            assert!(parameter.group.is_some(), "{path} has no x-kore-group");
            assert!(
                parameter.immutable != parameter.effect.is_some(),
                "{path} says either x-kore-immutable or what a change does, x-kore-change: inPlace, rolling, replaces"
            );
            let counts = ["integer", "number"].contains(&parameter.kind.as_str());
            assert!(!counts || parameter.unit.is_some(), "{path} has no x-kore-unit");
        }
    }

    #[test]
    fn parameters_come_from_the_struct() {
        let all = parameters(Provider::Local);
        let size = all.iter().find(|one| one.path == "nodePools.*.size").unwrap();
        assert_eq!((size.kind.as_str(), size.allowed.as_str()), ("integer", "1 to 5"));
        assert_eq!((size.unit.as_deref(), size.effect), (Some("nodes"), Some(Effect::InPlace)));
        let driver = all.iter().find(|one| one.path == "driver").unwrap();
        assert!(driver.allowed.contains("controlPlaneOnly") && driver.immutable, "{driver:?}");
        assert_eq!(driver.default, Some(json!("auto")));
    }

    #[test]
    fn a_star_stands_for_every_name_that_there_is() {
        let values = json!({ "nodePools": { "default": { "size": 1 }, "big": { "size": 3 } } });
        assert_eq!(
            concrete("nodePools.*.size", &values),
            [("nodePools.big.size".to_owned(), Some(json!(3))), ("nodePools.default.size".to_owned(), Some(json!(1)))]
        );
        assert_eq!(concrete("nodePools.*.size", &json!({})), [("nodePools.*.size".to_owned(), None)]);
        assert_eq!(concrete("driver", &json!({ "driver": "auto" })), [("driver".to_owned(), Some(json!("auto")))]);
    }

    #[test]
    fn a_change_does_what_the_nearest_schema_says() {
        assert_eq!(effect(Provider::Local, "nodePools.default.size"), Some(Effect::InPlace));
        assert_eq!(effect(Provider::Local, "nodePools.big"), Some(Effect::InPlace));
        assert_eq!(effect(Provider::Local, "plan.version"), None);
        assert_eq!(effect(Provider::Local, "driver"), None, "it cannot be changed");
    }
}
