//! Requests of the query protocol, and of EC2's own kind of it (Smithy, "AWS query protocol", "EC2 query protocol"): structures
//! and lists are in the names of a form's fields.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Kind, Mismatch, Model, Operation, rest::scalar};

/// How members and items are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// As the model has them; `member` before the number of an item.
    Query,
    /// Beginning with a capital; an item has its number alone.
    Ec2,
}

impl Dialect {
    fn member(self, name: &str) -> String {
        let mut letters = name.chars();
        match (self, letters.next()) {
            (Self::Ec2, Some(first)) => first.to_uppercase().chain(letters).collect(),
            _ => name.to_owned(),
        }
    }

    fn item(self, inside: &str, number: usize) -> String {
        match self {
            Self::Query => format!("{inside}member.{number}"),
            Self::Ec2 => format!("{inside}{number}"),
        }
    }
}

pub(super) fn input(
    model: &Model,
    operation: &Operation,
    form: &[(String, String)],
    dialect: Dialect,
) -> Result<Map<String, Value>, Mismatch> {
    let mut used = BTreeSet::from(["Action".to_owned(), "Version".to_owned()]);
    let input = match &operation.input {
        Some(shape) => value(model, shape, "", form, dialect, &mut used)?,
        None => None,
    };
    if let Some((name, _)) = form.iter().find(|(name, _)| !used.contains(name) && !name.starts_with("X-Amz-")) {
        return Err(Mismatch(format!("unknown parameter {name}")));
    }
    match input {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

fn value(
    model: &Model,
    shape: &str,
    at: &str,
    form: &[(String, String)],
    dialect: Dialect,
    used: &mut BTreeSet<String>,
) -> Result<Option<Value>, Mismatch> {
    let shape = model.shape(shape)?;
    let inside = if at.is_empty() { String::new() } else { format!("{at}.") };
    let said = |prefix: &str| form.iter().any(|(name, _)| name.starts_with(prefix));
    match shape.kind {
        Kind::Structure => {
            if !at.is_empty() && !said(&inside) {
                return Ok(None);
            }
            let mut fields = Map::new();
            for (name, member) in &shape.members {
                let on_wire = format!("{inside}{}", dialect.member(member.name.as_deref().unwrap_or(name)));
                if let Some(field) = value(model, &member.shape, &on_wire, form, dialect, used)? {
                    fields.insert(name.clone(), field);
                }
            }
            Ok(Some(Value::Object(fields)))
        }
        Kind::List => {
            // An empty list is the name alone.
            if form.iter().any(|(name, text)| name == at && text.is_empty()) {
                used.insert(at.to_owned());
                return Ok(Some(Value::Array(Vec::new())));
            }
            let Some(member) = &shape.member else { return Ok(None) };
            let mut items = Vec::new();
            while let Some(item) =
                value(model, &member.shape, &dialect.item(&inside, items.len() + 1), form, dialect, used)?
            {
                items.push(item);
            }
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        kind => {
            let Some((_, text)) = form.iter().find(|(name, _)| name == at) else { return Ok(None) };
            used.insert(at.to_owned());
            Ok(Some(scalar(kind, text)))
        }
    }
}
