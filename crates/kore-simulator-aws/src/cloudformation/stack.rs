//! A stack: what it is to be, what of it is there, and what happened.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    resources::Made,
    template::{Scope, Template},
};
use crate::{identity::Identity, moto::Place};

/// A resource of a stack.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) at: f64,
    /// Resolved; none before it was begun.
    pub(super) properties: Map<String, Value>,
    pub(super) made: Option<Made>,
}

/// What a stack is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    Create,
    Update,
    /// Deletes what is there; says what the stack is called after: all gone, or not.
    Delete {
        then: &'static str,
        failed: &'static str,
    },
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Going {
    pub(super) work: Work,
    /// Logical ids, in order.
    pub(super) todo: Vec<String>,
    /// How many at each look.
    pub(super) share: usize,
    /// Looks at which it still goes on.
    pub(super) left: u32,
    pub(super) stuck: bool,
}

/// A stack.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) place: Place,
    pub(super) text: String,
    pub(super) template: Template,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) capabilities: Vec<String>,
    pub(super) role: Option<String>,
    /// In whose name it works.
    pub(super) identity: Identity,
    pub(super) protected: bool,
    pub(super) on_failure: String,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) created: f64,
    pub(super) updated: Option<f64>,
    pub(super) deleted: Option<f64>,
    pub(super) resources: BTreeMap<String, Resource>,
    /// Replaced by an update, to be deleted at its end: kind and properties beside each.
    pub(super) replaced: Vec<(String, String, Map<String, Value>, Made)>,
    /// Made by an update, to be deleted when it fails.
    pub(super) added: Vec<String>,
    /// What an update goes back to.
    pub(super) before: Option<Box<Stack>>,
    pub(super) events: Vec<Value>,
    pub(super) outputs: Vec<Value>,
    pub(super) going: Option<Going>,
    pub(super) tokens: Vec<String>,
}

impl Stack {
    /// What expressions in its template are resolved by.
    pub(super) fn scope(&self) -> Scope {
        let mut values = self.parameters.clone();
        for (name, value) in [
            ("AWS::Region", json!(self.place.region)),
            ("AWS::AccountId", json!(self.place.account)),
            ("AWS::Partition", json!("aws")),
            ("AWS::URLSuffix", json!("amazonaws.com")),
            ("AWS::StackName", json!(self.name)),
            ("AWS::StackId", json!(self.id)),
        ] {
            values.insert(name.to_owned(), value);
        }
        let there = self.resources.iter().filter_map(|(id, resource)| Some((id.clone(), resource.made.clone()?)));
        Scope { values, made: there.map(|(id, made)| (id, (made.physical, made.attributes))).collect() }
    }

    /// Something happened to a resource; to the stack itself when `id` is its name.
    pub(super) fn event(&mut self, number: &str, at: f64, id: &str, status: &str, reason: &str) {
        let resource = self.resources.get(id);
        let physical = resource.and_then(|resource| resource.made.as_ref()).map_or("", |made| made.physical.as_str());
        let kind = resource.map_or("AWS::CloudFormation::Stack", |resource| resource.kind.as_str());
        let mut event = json!({
            "StackId": self.id, "EventId": number, "StackName": self.name, "LogicalResourceId": id,
            "PhysicalResourceId": if id == self.name { &self.id } else { physical }, "ResourceType": kind,
            "Timestamp": at, "ResourceStatus": status,
        });
        if let Some(event) = event.as_object_mut().filter(|_| !reason.is_empty()) {
            event.insert("ResourceStatusReason".to_owned(), json!(reason));
        }
        self.events.push(event);
    }

    /// A resource is in another state.
    pub(super) fn put(&mut self, number: &str, at: f64, id: &str, status: &str, reason: &str) {
        if let Some(resource) = self.resources.get_mut(id) {
            (resource.status, resource.reason, resource.at) = (status.to_owned(), reason.to_owned(), at);
        }
        self.event(number, at, id, status, reason);
    }

    /// The stack is in another state.
    pub(super) fn turn(&mut self, number: &str, at: f64, status: &str, reason: &str) {
        (self.status, self.reason) = (status.to_owned(), reason.to_owned());
        let name = self.name.clone();
        self.event(number, at, &name, status, reason);
    }

    /// It is on its way.
    pub(super) fn busy(&self) -> bool {
        self.going.is_some()
    }

    /// As `DescribeStacks` shows it.
    pub(super) fn described(&self) -> Value {
        let pairs = |key: &str, value: &str, all: &mut dyn Iterator<Item = (String, Value)>| -> Vec<Value> {
            all.map(|(name, text)| json!({ key: name, value: super::template::text_of(&text) })).collect()
        };
        let mut shown = json!({
            "StackId": self.id, "StackName": self.name, "CreationTime": self.created, "StackStatus": self.status,
            "DisableRollback": self.on_failure == "DO_NOTHING", "EnableTerminationProtection": self.protected,
            "Capabilities": self.capabilities, "NotificationARNs": [],
            "Parameters": pairs("ParameterKey", "ParameterValue", &mut self.parameters.clone().into_iter()),
            "Tags": pairs("Key", "Value", &mut self.tags.iter().map(|(key, value)| (key.clone(), json!(value)))),
            "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
        });
        let Some(fields) = shown.as_object_mut() else { return shown };
        let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if !self.outputs.is_empty() {
            add("Outputs", json!(self.outputs));
        }
        if !self.reason.is_empty() {
            add("StackStatusReason", json!(self.reason));
        }
        if let Some(role) = &self.role {
            add("RoleARN", json!(role));
        }
        for (name, time) in [("LastUpdatedTime", self.updated), ("DeletionTime", self.deleted)] {
            if let Some(time) = time {
                add(name, json!(time));
            }
        }
        shown
    }
}
