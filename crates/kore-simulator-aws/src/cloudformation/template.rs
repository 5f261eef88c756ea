//! Templates: what is in them, and in which order it is made (CloudFormation User Guide, "Template anatomy", "DependsOn
//! attribute", "Intrinsic function reference").

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    /// By logical id.
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) parameters: Map<String, Value>,
    pub(super) outputs: Map<String, Value>,
    /// Logical ids: each after all that it needs.
    pub(super) order: Vec<String>,
}

/// What is to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) properties: Value,
    pub(super) after: Vec<String>,
}

/// What a stack's expressions are resolved by.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Parameters and pseudo parameters.
    pub(super) values: BTreeMap<String, Value>,
    /// What is made: the physical id, and attributes.
    pub(super) made: BTreeMap<String, (String, Map<String, Value>)>,
}

const FUNCTIONS: [&str; 6] = ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split"];

impl Template {
    /// Reads a template in JSON.
    ///
    /// # Errors
    /// In AWS's words, when it is none, or names what is not in it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let document: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| format!("Template format error: JSON not well-formed. ({error})"))?;
        let section = |name: &str| document.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        const SECTIONS: [&str; 6] =
            ["AWSTemplateFormatVersion", "Description", "Parameters", "Resources", "Outputs", "Metadata"];
        if let Some(name) = document.keys().find(|name| !SECTIONS.contains(&name.as_str())) {
            return Err(format!("Invalid template property or properties [{name}]"));
        }
        let parameters = section("Parameters");
        let mut resources = BTreeMap::new();
        for (id, resource) in section("Resources") {
            let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
            let properties = resource.get("Properties").cloned().unwrap_or_else(|| json!({}));
            let mut after = named(&properties)?;
            match resource.get("DependsOn") {
                Some(Value::String(id)) => after.push(id.clone()),
                Some(Value::Array(ids)) => after.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned)),
                _ => {}
            }
            after.retain(|name| !name.starts_with("AWS::") && !parameters.contains_key(name));
            resources.insert(id, Resource { kind, properties, after });
        }
        if resources.is_empty() {
            return Err("Template format error: At least one Resources member must be defined.".to_owned());
        }
        let outputs = section("Outputs");
        let used = resources.values().flat_map(|resource| resource.after.clone()).collect::<Vec<_>>();
        let shown = named(&Value::Object(outputs.clone()))?;
        let known = |name: &&String| {
            !name.starts_with("AWS::") && !parameters.contains_key(*name) && !resources.contains_key(*name)
        };
        if let Some(name) = used.iter().chain(&shown).find(known) {
            return Err(format!(
                "Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template"
            ));
        }
        let order = ordered(&resources)?;
        Ok(Self { resources, parameters, outputs, order })
    }
}

/// The names that an expression needs.
fn named(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => items.iter().map(named).collect::<Result<Vec<_>, _>>().map(|all| all.concat()),
        Value::Object(fields) => {
            let mut found = Vec::new();
            for (name, field) in fields {
                match (name.as_str(), field) {
                    ("Ref", Value::String(id)) => found.push(id.clone()),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(
                        variables(text).into_iter().map(|name| name.split('.').next().unwrap_or_default().to_owned()),
                    ),
                    (name, _) if name.starts_with("Fn::") && !FUNCTIONS.contains(&name) => {
                        return Err(format!("Template error: this stand-in knows no {name}"));
                    }
                    _ => found.extend(named(field)?),
                }
            }
            Ok(found)
        }
        _ => Ok(Vec::new()),
    }
}

/// The names in `${…}`; `${!…}` is text.
fn variables(text: &str) -> Vec<&str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with('!'))
        .collect()
}

fn ordered(resources: &BTreeMap<String, Resource>) -> Result<Vec<String>, String> {
    let mut order: Vec<String> = Vec::new();
    while order.len() < resources.len() {
        let ready: Vec<_> = resources
            .iter()
            .filter(|(id, resource)| !order.contains(id) && resource.after.iter().all(|needed| order.contains(needed)))
            .map(|(id, _)| id.clone())
            .collect();
        if ready.is_empty() {
            let left: Vec<_> = resources.keys().filter(|id| !order.contains(id)).map(String::as_str).collect();
            return Err(format!("Circular dependency between resources: [{}]", left.join(", ")));
        }
        order.extend(ready);
    }
    Ok(order)
}

impl Scope {
    /// A value with every expression in it resolved.
    ///
    /// # Errors
    /// When something is named that is not there (yet).
    pub(super) fn resolve(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(fields) => match fields.iter().next() {
                Some((name, argument)) if fields.len() == 1 && FUNCTIONS.contains(&name.as_str()) => {
                    self.function(name, argument)
                }
                _ => fields.iter().map(|(name, field)| Ok((name.clone(), self.resolve(field)?))).collect(),
            },
            other => Ok(other.clone()),
        }
    }

    fn function(&self, name: &str, argument: &Value) -> Result<Value, String> {
        let list = |value: &Value| self.resolve(value).map(|value| value.as_array().cloned().unwrap_or_default());
        match (name, argument) {
            ("Ref", Value::String(id)) => self.reference(id),
            ("Fn::GetAtt", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(id), Value::String(attribute)] => self.attribute(id, attribute),
                _ => Err("Template error: every Fn::GetAtt object requires two non-empty parameters".to_owned()),
            },
            ("Fn::Sub", Value::String(text)) => self.substituted(text),
            ("Fn::Join", Value::Array(parts)) => {
                let items = list(parts.get(1).unwrap_or(&Value::Null))?;
                let between = parts.first().and_then(Value::as_str).unwrap_or_default();
                Ok(json!(items.iter().map(text_of).collect::<Vec<_>>().join(between)))
            }
            ("Fn::Select", Value::Array(parts)) => {
                let items = list(parts.get(1).unwrap_or(&Value::Null))?;
                let at = parts.first().map(text_of).and_then(|text| text.parse::<usize>().ok());
                at.and_then(|at| items.get(at).cloned())
                    .ok_or_else(|| "Template error: Fn::Select cannot select nonexistent value".to_owned())
            }
            ("Fn::Split", Value::Array(parts)) => {
                let text = text_of(&self.resolve(parts.get(1).unwrap_or(&Value::Null))?);
                let between = parts.first().and_then(Value::as_str).unwrap_or(",");
                Ok(text.split(between).map(|part| json!(part)).collect())
            }
            _ => Err(format!("Template error: {name} has a form that this stand-in does not know")),
        }
    }

    fn reference(&self, id: &str) -> Result<Value, String> {
        let made = || self.made.get(id).map(|(physical, _)| json!(physical));
        self.values.get(id).cloned().or_else(made).ok_or_else(|| format!("Template error: {id} is not there"))
    }

    fn attribute(&self, id: &str, name: &str) -> Result<Value, String> {
        let (_, attributes) = self.made.get(id).ok_or_else(|| format!("Template error: {id} is not there"))?;
        attributes.get(name).cloned().ok_or_else(|| {
            format!("Template error: resource {id} does not support attribute type {name} in Fn::GetAtt")
        })
    }

    fn substituted(&self, text: &str) -> Result<Value, String> {
        let mut result = text.to_owned();
        for name in variables(text) {
            let value = match name.split_once('.') {
                Some((id, attribute)) => self.attribute(id, attribute)?,
                None => self.reference(name)?,
            };
            result = result.replace(&format!("${{{name}}}"), &text_of(&value));
        }
        Ok(json!(result.replace("${!", "${")))
    }
}

/// A scalar as text.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_come_after_what_they_need() {
        let template = Template::read(
            &json!({ "Resources": {
                "A": { "Type": "X", "Properties": { "V": { "Fn::GetAtt": ["C", "Arn"] } } },
                "B": { "Type": "X", "Properties": { "V": { "Fn::Sub": "${A}-${AWS::Region}-${C.Arn}-${!kept}" } } },
                "C": { "Type": "X", "DependsOn": "D" },
                "D": { "Type": "X" },
            } })
            .to_string(),
        );
        assert_eq!(template.unwrap().order, ["D", "C", "A", "B"]);
    }

    #[test]
    fn what_is_not_there_or_goes_round_is_refused() {
        let read = |resources: Value| Template::read(&json!({ "Resources": resources }).to_string()).unwrap_err();
        assert!(read(json!({ "A": { "Type": "X", "DependsOn": "B" } })).contains("[B]"));
        let round = json!({ "A": { "Type": "X", "DependsOn": "B" }, "B": { "Type": "X", "DependsOn": "A" } });
        assert!(read(round).contains("Circular"));
        assert!(read(json!({ "A": { "Type": "X", "Properties": { "V": { "Fn::Cidr": [] } } } })).contains("Fn::Cidr"));
        assert!(Template::read("no").unwrap_err().contains("JSON"));
    }

    #[test]
    fn expressions_are_resolved() {
        let scope = Scope {
            values: BTreeMap::from([("AWS::Region".to_owned(), json!("r"))]),
            made: BTreeMap::from([(
                "A".to_owned(),
                ("id".to_owned(), Map::from_iter([("Arn".to_owned(), json!("arn"))])),
            )]),
        };
        let resolved = |value: Value| scope.resolve(&value).unwrap();
        assert_eq!(resolved(json!({ "X": [{ "Ref": "A" }] })), json!({ "X": ["id"] }));
        assert_eq!(resolved(json!({ "Fn::Sub": "${A}:${A.Arn}:${AWS::Region}:${!x}" })), json!("id:arn:r:${x}"));
        assert_eq!(resolved(json!({ "Fn::Join": [",", [{ "Ref": "A" }, "b"]] })), json!("id,b"));
        assert_eq!(resolved(json!({ "Fn::Select": [1, { "Fn::Split": ["-", "a-b"] }] })), json!("b"));
        assert!(scope.resolve(&json!({ "Fn::GetAtt": ["A", "No"] })).is_err());
    }
}
