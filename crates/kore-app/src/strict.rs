//! Strict decoding of what is written: every unknown, missing or wrong field at once, each with its
//! pointer, and a hint where a name is nearly right.

use jsonschema::{Validator, error::ValidationErrorKind};
use kore_api::{
    codes::Code,
    envelope::Metadata,
    meta,
    names::TeamName,
    problem::{FieldError, Problem},
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::AppError;

/// How alike two names must be for "did you mean" (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.75;

/// What was written, read.
#[derive(Debug, Clone)]
pub(crate) struct Input<Spec> {
    /// Name, labels, annotations; the rest is ignored but for the revision.
    pub metadata: Metadata,
    /// Intent.
    pub spec: Spec,
}

/// Reads objects of one kind.
pub(crate) struct Decoder {
    kind: &'static str,
    schema: Value,
    validator: Validator,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder of objects with this spec.
    ///
    /// # Panics
    /// Never: a schema derived from our own type is a schema (every kind's decoder is made in a test).
    #[must_use]
    pub(crate) fn of<Spec: JsonSchema>(kind: &'static str) -> Self {
        let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
        let spec = generator.subschema_for::<Spec>().to_value();
        let mut meta = generator.subschema_for::<Metadata>().to_value();
        let mut definitions = Value::Object(generator.take_definitions(true));
        // Whoever sends back what they read may: the server's own fields are known, but not heeded.
        if let Some(object) = definitions.get_mut("Metadata").and_then(Value::as_object_mut) {
            object.insert("additionalProperties".into(), Value::Bool(false));
        } else if let Some(object) = meta.as_object_mut() {
            object.insert("additionalProperties".into(), Value::Bool(false));
        }
        let schema = json!({
            "$defs": definitions,
            "type": "object",
            "additionalProperties": false,
            "required": ["metadata", "spec"],
            "properties": {
                "apiVersion": { "const": meta::API_VERSION },
                "kind": { "const": kind },
                "metadata": meta,
                "spec": spec,
                "status": true,
            },
        });
        #[expect(clippy::expect_used, reason = "derived from our own types; every kind's decoder is made in a test")]
        let validator = jsonschema::validator_for(&schema).expect("a derived schema is a schema");
        Self { kind, schema, validator }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// `KORE-INPUT-0002` with every field that is wrong.
    pub(crate) fn read<Spec: DeserializeOwned>(&self, body: &Value) -> Result<Input<Spec>, AppError> {
        let mut errors = Vec::new();
        for found in self.validator.iter_errors(body) {
            self.explain(&found, &mut errors);
        }
        if !errors.is_empty() {
            return Err(invalid(self.kind, errors));
        }
        let part = |name: &str| body.get(name).cloned().unwrap_or_default();
        let wrong = |place: &str, cause: &serde_json::Error| {
            invalid(self.kind, vec![error(&format!("/{place}"), "type", cause.to_string())])
        };
        let metadata = serde_json::from_value(part("metadata")).map_err(|cause| wrong("metadata", &cause))?;
        let spec = serde_json::from_value(part("spec")).map_err(|cause| wrong("spec", &cause))?;
        Ok(Input { metadata, spec })
    }

    fn explain(&self, found: &jsonschema::ValidationError<'_>, errors: &mut Vec<FieldError>) {
        let at = found.instance_path().as_str();
        match found.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.known(at);
                errors.extend(unexpected.iter().map(|name| {
                    let mut detail = format!("there is no field {name:?} here");
                    if let Some(hint) = nearest(name, &known) {
                        detail.push_str(&format!("; did you mean {hint:?}?"));
                    } else if !known.is_empty() {
                        detail.push_str(&format!("; there are {}", known.join(", ")));
                    }
                    error(&format!("{at}/{}", escape(name)), "unknownField", detail)
                }));
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                errors.push(error(&format!("{at}/{}", escape(name)), "required", format!("{name:?} is missing")));
            }
            kind => errors.push(error(at, kind.keyword(), found.to_string())),
        }
    }

    /// The names that there are at a pointer.
    fn known(&self, pointer: &str) -> Vec<String> {
        let mut schema = self.resolve(&self.schema);
        for segment in pointer.split('/').skip(1) {
            let Some(next) = schema.pointer(&format!("/properties/{segment}")) else { return Vec::new() };
            schema = self.resolve(next);
        }
        let names = schema.get("properties").and_then(Value::as_object);
        names.map(|names| names.keys().cloned().collect()).unwrap_or_default()
    }

    /// Follows references, also through the `anyOf [T, null]` of optional members.
    fn resolve<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        loop {
            let target = schema.get("$ref").or_else(|| schema.pointer("/anyOf/0/$ref")).and_then(Value::as_str);
            match target.and_then(|text| self.schema.pointer(text.trim_start_matches('#'))) {
                Some(next) => schema = next,
                None => return schema,
            }
        }
    }
}

/// The refusal that lists fields.
#[must_use]
pub(crate) fn invalid(kind: &str, errors: Vec<FieldError>) -> AppError {
    let detail = match errors.as_slice() {
        [only] => format!("{kind}: {} {}", only.pointer, only.detail),
        many => format!("{kind}: {} fields are invalid", many.len()),
    };
    let mut problem = Problem::new(Code::InputInvalid, detail).with("kind", kind);
    problem.errors = errors;
    problem.into()
}

/// The refusal of what is no name.
#[must_use]
pub(crate) fn bad_name(name: &str) -> AppError {
    // Anything that is no name is no plan's name either: its error says what is wrong with it.
    let why = match name.parse::<TeamName>() {
        Err(error) => error.to_string(),
        Ok(_) => format!("{name:?} is not a name"),
    };
    let mut problem = Problem::new(Code::InputName, why.clone());
    problem.errors = vec![error("/metadata/name", "pattern", why)];
    problem.into()
}

/// One field that is wrong.
#[must_use]
pub(crate) fn error(pointer: &str, rule: &str, detail: impl Into<String>) -> FieldError {
    FieldError::new(pointer, rule, detail)
}

/// The name that was probably meant.
#[must_use]
pub(crate) fn nearest<'a>(wrong: &str, known: &'a [String]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name.as_str()))
        .filter(|(score, _)| *score > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// RFC 6901 section 3.
fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use kore_api::cluster::ClusterSpec;

    use super::*;

    fn errors(body: &Value) -> Vec<String> {
        let decoder = Decoder::of::<ClusterSpec>("Cluster");
        let error = decoder.read::<ClusterSpec>(body).unwrap_err();
        assert_eq!(error.problem.code, "KORE-INPUT-0002");
        error.problem.errors.iter().map(|error| format!("{} {}: {}", error.pointer, error.rule, error.detail)).collect()
    }

    #[test]
    fn what_is_written_is_read_strictly() {
        let decoder = Decoder::of::<ClusterSpec>("Cluster");
        let good = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "evaluation" } } });
        let input = decoder.read::<ClusterSpec>(&good).unwrap();
        assert_eq!((input.metadata.name.as_str(), input.spec.plan.name.as_str()), ("dev", "evaluation"));
    }

    #[test]
    fn slips_are_named_with_pointer_and_hint() {
        let found = errors(&json!({
            "metadata": { "name": "dev", "lables": {} },
            "spec": { "plan": { "nam": "evaluation" }, "pasued": true }, "extra": 1
        }));
        let text = found.join("\n");
        for expected in [
            "/metadata/lables unknownField: there is no field \"lables\" here; did you mean \"labels\"?",
            "/spec/pasued unknownField: there is no field \"pasued\" here; did you mean \"paused\"?",
            "/spec/plan/nam unknownField: there is no field \"nam\" here; did you mean \"name\"?",
            "/spec/plan/name required: \"name\" is missing",
            "/extra unknownField",
        ] {
            assert!(text.contains(expected), "{expected} not in\n{text}");
        }
    }

    #[test]
    fn another_kind_is_refused() {
        let found = errors(&json!({
            "kind": "Team", "metadata": { "name": "dev" }, "spec": { "plan": { "name": "evaluation" } }
        }));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("/kind const"), "{found:?}");
    }
}
