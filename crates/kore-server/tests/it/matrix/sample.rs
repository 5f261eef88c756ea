//! Well-formed bodies from the document alone.

use serde_json::{Map, Value, json};

/// The smallest value that a schema asks for.
pub(super) fn of(document: &Value, schema: &Value, name: &str) -> Value {
    if let Some(pointer) = schema["$ref"].as_str() {
        return of(document, document.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null), name);
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    let first = ["enum", "anyOf", "oneOf", "allOf"]
        .iter()
        .find_map(|key| schema[key].as_array()?.first().map(|one| (*key, one)));
    if let Some((key, one)) = first {
        return if key == "enum" { one.clone() } else { of(document, one, name) };
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "object" => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let field = |field: &str| {
                let value = match field {
                    "metadata" => json!({ "name": "sample" }),
                    _ => of(document, &schema["properties"][field], field),
                };
                (field.to_owned(), value)
            };
            Value::Object(required.map(field).collect::<Map<_, _>>())
        }
        "array" => Value::Array(Vec::new()),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(false),
        _ => match name {
            "issuer" | "url" => json!("https://issuer.example.com"),
            _ => json!("sample"),
        },
    }
}
