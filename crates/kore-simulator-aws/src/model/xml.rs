//! XML: answers of the query protocol, and the documents of requests of the REST-XML protocol (Smithy, "AWS restXml protocol").

use jiff::Timestamp;
use roxmltree::Node;
use serde_json::{Map, Value};

use super::{Kind, Mismatch, Model, Operation, rest::scalar};

pub(super) fn answer(model: &Model, name: &str, operation: &Operation, output: &Value) -> String {
    let mut text = format!("<{name}Response xmlns=\"{}\">", model.namespace);
    if let Some(shape) = &operation.output {
        let wrapper = operation.wrapper.clone().unwrap_or_else(|| format!("{name}Result"));
        element(model, shape, &wrapper, output, &mut text);
    }
    text.push_str("<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>");
    text.push_str(&format!("</{name}Response>"));
    text
}

fn element(model: &Model, shape: &str, name: &str, value: &Value, text: &mut String) {
    let Ok(shape) = model.shape(shape) else { return };
    text.push_str(&format!("<{name}>"));
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(fields)) => {
            for (name, field) in fields {
                if let Some(member) = shape.members.get(name) {
                    element(model, &member.shape, member.name.as_deref().unwrap_or(name), field, text);
                }
            }
        }
        (Kind::List, Value::Array(items)) => {
            if let Some(member) = &shape.member {
                items.iter().for_each(|item| element(model, &member.shape, "member", item, text));
            }
        }
        (Kind::Timestamp, Value::Number(seconds)) => {
            let seconds = seconds.as_f64().unwrap_or_default() as i64;
            text.push_str(&Timestamp::from_second(seconds).unwrap_or_default().to_string());
        }
        (_, Value::String(content)) => text.push_str(&escape(content)),
        (_, other) => text.push_str(&other.to_string()),
    }
    text.push_str(&format!("</{name}>"));
}

/// What a document says; none is an empty one.
pub(super) fn input(model: &Model, operation: &Operation, text: &str) -> Result<Map<String, Value>, Mismatch> {
    if text.is_empty() {
        return Ok(Map::new());
    }
    let document =
        roxmltree::Document::parse(text).map_err(|error| Mismatch(format!("the body is no XML: {error}")))?;
    let (root, name) = (document.root_element(), document.root_element().tag_name().name());
    match (&operation.input, &operation.root) {
        (Some(shape), Some(wanted)) if name == wanted => match value(model, shape, root)? {
            Value::Object(fields) => Ok(fields),
            _ => Ok(Map::new()),
        },
        _ => Err(Mismatch(format!("unknown document {name}"))),
    }
}

fn value(model: &Model, shape: &str, node: Node<'_, '_>) -> Result<Value, Mismatch> {
    let shape = model.shape(shape)?;
    let inside = || node.children().filter(Node::is_element);
    match shape.kind {
        Kind::Structure => {
            let mut fields = Map::new();
            for child in inside() {
                let tag = child.tag_name().name();
                // What is in the path or the query is not in the document.
                let found = shape
                    .members
                    .iter()
                    .find(|(name, member)| member.location.is_none() && member.name.as_deref().unwrap_or(name) == tag);
                let (name, member) = found.ok_or_else(|| Mismatch(format!("unknown member {tag}")))?;
                if fields.insert(name.clone(), value(model, &member.shape, child)?).is_some() {
                    return Err(Mismatch(format!("{tag} is there twice")));
                }
            }
            Ok(Value::Object(fields))
        }
        Kind::List => {
            let member = shape.member.as_ref().ok_or_else(|| Mismatch("a list of nothing".to_owned()))?;
            let wanted = member.name.as_deref().unwrap_or("member");
            let item = |child: Node<'_, '_>| match child.tag_name().name() {
                tag if tag == wanted => value(model, &member.shape, child),
                tag => Err(Mismatch(format!("unknown item {tag}"))),
            };
            inside().map(item).collect()
        }
        kind => Ok(scalar(kind, node.text().unwrap_or_default())),
    }
}

/// Text as it stands in XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
