//! Requests of the REST protocols (Smithy, "AWS restJson1 protocol", "AWS restXml protocol").

use serde_json::{Map, Value, json};

use super::{Kind, Mismatch, Model, Operation};

pub(super) fn input(
    model: &Model,
    operation: &Operation,
    path: &str,
    query: &str,
    body: &[u8],
) -> Result<Map<String, Value>, Mismatch> {
    bound(model, operation, path, query, document(body)?)
}

/// What a body says, and what is in path and query.
pub(super) fn bound(
    model: &Model,
    operation: &Operation,
    path: &str,
    query: &str,
    mut input: Map<String, Value>,
) -> Result<Map<String, Value>, Mismatch> {
    let Some(shape) = &operation.input else { return Ok(input) };
    let bound = binds(&operation.uri, path).unwrap_or_default();
    let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut known = Vec::new();
    for (name, member) in &model.shape(shape)?.members {
        let on_wire = member.name.as_deref().unwrap_or(name);
        let values: Vec<&str> = match member.location.as_deref() {
            Some("uri") => bound.iter().filter(|(key, _)| key == on_wire).map(|(_, value)| value.as_str()).collect(),
            Some("querystring") => {
                known.push(on_wire);
                asked.iter().filter(|(key, _)| key == on_wire).map(|(_, value)| value.as_str()).collect()
            }
            _ => continue,
        };
        if input.contains_key(name) {
            return Err(Mismatch(format!("{name} does not belong into the body")));
        }
        let Some(first) = values.first() else { continue };
        let kind = model.shape(&member.shape)?.kind;
        input.insert(name.clone(), if kind == Kind::List { json!(values) } else { scalar(kind, first) });
    }
    match asked.iter().find(|(key, _)| !known.contains(&key.as_str()) && !key.starts_with("X-Amz-")) {
        Some((key, _)) => Err(Mismatch(format!("unknown parameter {key}"))),
        None => Ok(input),
    }
}

/// The object that a body is; none is an empty one.
pub(super) fn document(body: &[u8]) -> Result<Map<String, Value>, Mismatch> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| Mismatch(format!("the body is no JSON object: {error}")))
}

/// A text from a path, a query or a form as the type that its shape has; what is none stays text, and is refused then.
pub(super) fn scalar(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Boolean => text.parse::<bool>().map_or_else(|_| json!(text), |value| json!(value)),
        Kind::Integer => text.parse::<i64>().map_or_else(|_| json!(text), |value| json!(value)),
        Kind::Double | Kind::Timestamp => text.parse::<f64>().map_or_else(|_| json!(text), |value| json!(value)),
        _ => json!(text),
    }
}

/// The names in a path's template with what stands there, when the path fits.
pub(super) fn binds(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    // Some templates of Route 53 end with a slash, and requests need not.
    let [template, path] = [template, path].map(|text| text.strip_suffix('/').unwrap_or(text));
    let (parts, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if parts.len() != given.len() {
        return None;
    }
    let mut bound = Vec::new();
    for (part, given) in parts.into_iter().zip(given) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !given.is_empty() => bound.push((name.to_owned(), decoded(given))),
            Some(_) => return None,
            None if part == given => {}
            None => return None,
        }
    }
    Some(bound)
}

// A plus stays one in a path.
fn decoded(text: &str) -> String {
    let kept = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(kept.as_bytes()).next().map_or_else(String::new, |(_, value)| value.into_owned())
}
