//! Whether a policy is one: its paths are parameters of its provider, and its limits fit their types.

use kore_api::{
    policy::{PlanPolicySpec, PolicyAccess, PolicyRule},
    problem::FieldError,
};
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::plan::{governing_schema, known_below, nearest, parameters_schema};

/// Most that a pattern may take in memory, in bytes: far more than people write by hand.
const PATTERN_SIZE: usize = 1 << 18;

/// Reads a pattern over a whole text. Matching takes time in proportion to the text (no backtracking).
pub(super) fn pattern(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{text})$")).size_limit(PATTERN_SIZE).build()
}

/// Everything that is wrong with a policy, with pointers into its spec.
#[must_use]
pub fn check_policy(spec: &PlanPolicySpec) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (path, rule) in &spec.rules {
        let at = format!("/rules/{}", path.replace('~', "~0").replace('/', "~1"));
        let segments: Vec<String> = path.split('.').map(str::to_owned).collect();
        match governing_schema(spec.provider, &segments) {
            None => errors.push(unknown(spec, &at, &segments)),
            Some(schema) => check_rule(rule, schema, &at, &mut errors),
        }
    }
    errors
}

fn unknown(spec: &PlanPolicySpec, at: &str, path: &[String]) -> FieldError {
    let root = parameters_schema(spec.provider);
    // The longest beginning that there is, and what is below it.
    let known = (0..path.len()).rev().find_map(|length| {
        let begun = path.get(..length)?;
        let known = known_below(root, begun);
        (!known.is_empty()).then_some((length, known))
    });
    let mut detail = format!("the provider has no parameter {:?}", path.join("."));
    if let Some((length, known)) = known {
        let given = path.get(length).map(String::as_str).unwrap_or_default();
        match nearest(given, &known) {
            Some(hint) => detail.push_str(&format!("; did you mean {hint:?}?")),
            None => detail.push_str(&format!("; there are {}", known.join(", "))),
        }
    }
    FieldError::new(at, "unknownField", detail)
}

fn check_rule(rule: &PolicyRule, schema: &Value, at: &str, errors: &mut Vec<FieldError>) {
    let of = |wanted: &[&str]| match schema.get("type") {
        Some(Value::String(kind)) => wanted.contains(&kind.as_str()),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(|kind| wanted.contains(&kind)),
        // An enumeration with documented values is `oneOf` constants.
        _ => schema.get("oneOf").is_some() && wanted.contains(&"string"),
    };
    let items = schema.get("items").is_some();
    let numbers = items || of(&["integer", "number"]);
    for (name, limit) in [("minimum", rule.minimum), ("maximum", rule.maximum)] {
        if limit.is_some() && !numbers {
            errors.push(FieldError::new(format!("{at}/{name}"), "type", "is for numbers, which this parameter is not"));
        }
    }
    if rule.minimum.zip(rule.maximum).is_some_and(|(least, most)| least > most) {
        errors.push(FieldError::new(format!("{at}/minimum"), "maximum", "is more than the maximum: nothing would fit"));
    }
    if let Some(text) = &rule.pattern {
        let at = format!("{at}/pattern");
        if !items && !of(&["string"]) {
            errors.push(FieldError::new(at, "type", "is for texts, which this parameter is not"));
        } else if let Err(cause) = pattern(text) {
            errors.push(FieldError::new(at, "pattern", format!("cannot be read: {cause}")));
        }
    }
    let scalar = items || of(&["string", "integer", "number", "boolean"]);
    if !rule.values.is_empty() && !scalar {
        errors.push(FieldError::new(format!("{at}/enum"), "type", "is for single values, which this parameter is not"));
    }
    if rule.values.iter().any(|value| value.is_object() || value.is_array() || value.is_null()) {
        errors.push(FieldError::new(format!("{at}/enum"), "type", "lists texts, numbers, true or false"));
    }
    let limited = rule.minimum.is_some() || rule.maximum.is_some() || rule.pattern.is_some() || !rule.values.is_empty();
    if rule.access == PolicyAccess::Locked && limited {
        let detail = "a locked parameter is what the plan says: drop the limits, or the lock";
        errors.push(FieldError::new(format!("{at}/access"), "not", detail));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(rules: &Value) -> Vec<String> {
        let spec = json!({ "provider": "local", "owner": "o", "reason": "r", "rules": rules });
        let spec: PlanPolicySpec = serde_json::from_value(spec).unwrap();
        check_policy(&spec).into_iter().map(|error| format!("{}: {}", error.pointer, error.detail)).collect()
    }

    #[test]
    fn a_policy_is_about_parameters_that_there_are() {
        let good = json!({
            "nodePools": { "access": "locked" }, "nodePools.*.size": { "minimum": 1, "maximum": 3 },
            "nodePools.gpu": {}, "driver": { "enum": ["native"] }, "kubernetesVersion": { "pattern": "1\\.3\\d" },
        });
        assert_eq!(wrong(&good), Vec::<String>::new());
        insta::assert_snapshot!(
            [
                json!({ "nodePool.*.size": {} }),
                json!({ "nodePools.*.sise": {} }),
                json!({ "driver.x": {} }),
                json!({ "": {} }),
                json!({ "nodePools": { "maximum": 3, "enum": [1] }, "driver": { "minimum": 1 } }),
                json!({ "nodePools.*.size": { "minimum": 3, "maximum": 1, "pattern": "1" } }),
                json!({ "driver": { "pattern": "(" } }),
                json!({ "driver": { "enum": [{}] } }),
                json!({ "driver": { "enum": ["auto"], "access": "locked" } }),
            ]
            .map(|rules| wrong(&rules).join("\n"))
            .join("\n--\n")
        );
    }
}
