//! Whether a value is what a shape says. Of answers AWS keeps members, types and enumerations, but not ranges and patterns:
//! those are what it asks of requests.

use regex::Regex;
use serde_json::Value;

use super::{Kind, Mismatch, Model, Shape};

/// Who says a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Answer,
}

/// # Errors
/// At the first thing that is not as the model has it; the text names its path.
pub(super) fn check(model: &Model, shape: &str, value: &Value, path: &str, side: Side) -> Result<(), Mismatch> {
    let shape = model.shape(shape)?;
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(fields)) => {
            for (name, field) in fields {
                let member =
                    shape.members.get(name).ok_or_else(|| Mismatch(format!("unknown member {}", below(path, name))))?;
                check(model, &member.shape, field, &below(path, name), side)?;
            }
            match shape.required.iter().find(|name| !fields.contains_key(*name)) {
                Some(name) => Err(Mismatch(format!("missing required member {}", below(path, name)))),
                None => Ok(()),
            }
        }
        (Kind::List, Value::Array(items)) => {
            range(shape, side, items.len() as f64, path, "items")?;
            let Some(member) = &shape.member else { return Ok(()) };
            items
                .iter()
                .enumerate()
                .try_for_each(|(at, item)| check(model, &member.shape, item, &format!("{path}[{at}]"), side))
        }
        (Kind::Map, Value::Object(fields)) => {
            range(shape, side, fields.len() as f64, path, "entries")?;
            let Some(member) = &shape.value else { return Ok(()) };
            fields.iter().try_for_each(|(name, field)| check(model, &member.shape, field, &below(path, name), side))
        }
        (Kind::String, Value::String(text)) => string(shape, side, text, path),
        (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            range(shape, side, number.as_f64().unwrap_or_default(), path, "in value")
        }
        (Kind::Double, Value::Number(number)) => {
            range(shape, side, number.as_f64().unwrap_or_default(), path, "in value")
        }
        (Kind::Timestamp, Value::Number(_)) => Ok(()),
        (kind, _) => Err(Mismatch(format!("{path} is not of type {kind:?}"))),
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn range(shape: &Shape, side: Side, size: f64, path: &str, unit: &str) -> Result<(), Mismatch> {
    let (min, max) = (shape.min.unwrap_or(f64::MIN), shape.max.unwrap_or(f64::MAX));
    if side == Side::Answer || (min..=max).contains(&size) {
        return Ok(());
    }
    Err(Mismatch(format!("{path} has {size} {unit}, not {min} to {max}")))
}

fn string(shape: &Shape, side: Side, text: &str, path: &str) -> Result<(), Mismatch> {
    if let Some(names) = &shape.names
        && !names.iter().any(|name| name == text)
    {
        return Err(Mismatch(format!("{path} is '{text}', not one of {}", names.join(", "))));
    }
    range(shape, side, text.chars().count() as f64, path, "characters")?;
    // Patterns are those of Java; the few that mean something else here are left to the service's own rules.
    if side == Side::Request
        && let Some(pattern) = &shape.pattern
        && let Ok(pattern) = Regex::new(&format!("^(?:{pattern})$"))
        && !pattern.is_match(text)
    {
        return Err(Mismatch(format!("{path} is '{text}', which does not match {pattern}")));
    }
    Ok(())
}
