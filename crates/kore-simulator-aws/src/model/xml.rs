//! Answers of the query protocol, in XML.

use jiff::Timestamp;
use serde_json::Value;

use super::{Kind, Model, Operation};

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

/// Text as it stands in XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
