//! The JSON Schema of a provider's parameters, and looking things up in it.

use std::sync::LazyLock;

use jsonschema::Validator;
use kore_api::plan::{AwsParameters, LocalParameters, Provider};
use schemars::JsonSchema;
use serde_json::Value;

struct Compiled {
    schema: Value,
    validator: Validator,
}

static LOCAL: LazyLock<Compiled> = LazyLock::new(compiled::<LocalParameters>);
static AWS: LazyLock<Compiled> = LazyLock::new(compiled::<AwsParameters>);

#[expect(clippy::expect_used, reason = "the schema is derived from our own type; tests make each of them")]
fn compiled<T: JsonSchema>() -> Compiled {
    let schema = schemars::schema_for!(T).to_value();
    let validator = jsonschema::validator_for(&schema).expect("a derived schema is a valid schema");
    Compiled { schema, validator }
}

/// JSON Schema (2020-12) of a provider's parameters, as the API publishes it.
#[must_use]
pub fn parameters_schema(provider: Provider) -> &'static Value {
    match provider {
        Provider::Local => &LOCAL.schema,
        Provider::Aws => &AWS.schema,
    }
}

pub(super) fn validator(provider: Provider) -> &'static Validator {
    match provider {
        Provider::Local => &LOCAL.validator,
        Provider::Aws => &AWS.validator,
    }
}

/// Follows `$ref` within the document.
pub(super) fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
        match root.pointer(target) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// The schemas from the root down to the one that governs a path; `None` when the schema knows no such path.
pub(super) fn along<'a>(root: &'a Value, path: &[String]) -> Option<Vec<&'a Value>> {
    let mut found = vec![root];
    let mut schema = resolve(root, root);
    for segment in path {
        let next = match schema.get("properties").and_then(|properties| properties.get(segment)) {
            Some(property) => property,
            None => schema.get("additionalProperties").filter(|rest| rest.is_object())?,
        };
        found.push(next);
        schema = resolve(root, next);
    }
    Some(found)
}

/// The names that the schema knows at a path, for hints.
pub(super) fn known_names(root: &Value, path: &[String]) -> Vec<String> {
    along(root, path)
        .and_then(|schemas| schemas.last().map(|schema| resolve(root, schema)))
        .and_then(|schema| schema.get("properties")?.as_object())
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default()
}

/// The schema that governs a path, references followed; `*` stands for a name that is not known yet.
pub(crate) fn governing_schema(provider: Provider, path: &[String]) -> Option<&'static Value> {
    let root = parameters_schema(provider);
    along(root, path).and_then(|schemas| schemas.last().map(|schema| resolve(root, schema)))
}

/// The names that the schema knows right below a path; `*` where any name goes.
pub(crate) fn known_below(root: &Value, path: &[String]) -> Vec<String> {
    let known = known_names(root, path);
    let schema = along(root, path).and_then(|schemas| schemas.last().map(|schema| resolve(root, schema)));
    let any = schema.and_then(|schema| schema.get("additionalProperties")).is_some_and(Value::is_object);
    known.into_iter().chain(any.then(|| "*".to_owned())).collect()
}

/// The values that an enumeration at a path allows.
pub(super) fn known_values(root: &Value, path: &[String]) -> Vec<String> {
    let schema = along(root, path).and_then(|schemas| schemas.last().map(|schema| resolve(root, schema)));
    let Some(schema) = schema else { return Vec::new() };
    let alternatives = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let constants = alternatives.filter_map(|alternative| alternative.get("const"));
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    constants.chain(listed).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The nearest of the known names, when it is near enough to be a slip of the finger.
pub(crate) fn nearest<'a>(wrong: &str, known: &'a [String]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name.as_str()))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
