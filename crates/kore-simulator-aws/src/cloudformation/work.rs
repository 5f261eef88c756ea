//! What a stack does at each look: a share of what is left, resource by resource (CloudFormation User Guide, "Stack failure
//! options", "Stack status codes").

use serde_json::{Map, Value};

use super::{
    resources::{self, Maker},
    stack::{Going, Resource, Stack, Work},
    template::text_of,
};
use crate::{front::Front, refusal::Refusal};

/// Why something was not done to a resource, as events of a stack have it.
fn in_words(refusal: &Refusal) -> String {
    format!("Resource handler returned message: \"{} ({})\"", refusal.message(), refusal.code())
}

impl Stack {
    /// Begins work on these, in order.
    pub(super) fn begin(&mut self, front: &Front, work: Work, todo: Vec<String>, stuck: bool) {
        let polls = front.settings().polls;
        let share = if polls == 0 { todo.len() } else { todo.len().div_ceil(polls as usize) };
        self.going = Some(Going { work, todo, share: share.max(1), left: polls, stuck });
    }

    /// Begins to delete everything that is there, the last first.
    pub(super) fn begin_delete(&mut self, front: &Front, then: &'static str, failed: &'static str, stuck: bool) {
        let there =
            self.template.order.iter().rev().filter(|id| self.resources.get(*id).is_some_and(|it| it.made.is_some()));
        let todo = there.cloned().collect();
        self.begin(front, Work::Delete { then, failed }, todo, stuck);
    }

    /// One look at the stack. What it does at it is done after the look, so that a stack in one look's work is seen on its way.
    pub(super) async fn observed(&mut self, front: &Front) {
        let Some(mut going) = self.going.take() else { return };
        if going.stuck {
            self.going = Some(going);
            return;
        }
        let last = going.left == 0;
        let count = if last { going.todo.len() } else { going.share.min(going.todo.len()) };
        let now: Vec<_> = going.todo.drain(..count).collect();
        for id in now {
            let done = match going.work {
                Work::Create => self.make(front, &id).await,
                Work::Update => self.change(front, &id).await,
                Work::Delete { .. } => {
                    self.remove(front, &id).await;
                    Ok(())
                }
            };
            if let Err(reason) = done {
                self.failed(front, &going.work, &id, &reason);
                return;
            }
        }
        if last {
            self.finished(front, &going.work).await;
        } else {
            going.left -= 1;
            self.going = Some(going);
        }
    }

    fn maker<'a>(&'a self, front: &'a Front, id: &str) -> Maker<'a> {
        let own = [("stack-name", self.name.as_str()), ("stack-id", &self.id), ("logical-id", id)];
        Maker {
            front,
            identity: &self.identity,
            place: &self.place,
            tags: &self.tags,
            own: own.iter().map(|(name, value)| (format!("aws:cloudformation:{name}"), (*value).to_owned())).collect(),
            prefix: format!("{}-{id}-{}", self.name, front.ids.hex(12).to_uppercase()),
        }
    }

    fn note(&mut self, front: &Front, id: &str, status: &str, reason: &str) {
        self.put(&front.ids.uuid(), front.keys.now().as_second() as f64, id, status, reason);
    }

    fn turned(&mut self, front: &Front, status: &str, reason: &str) {
        self.turn(&front.ids.uuid(), front.keys.now().as_second() as f64, status, reason);
    }

    async fn make(&mut self, front: &Front, id: &str) -> Result<(), String> {
        let Some(planned) = self.template.resources.get(id).cloned() else { return Ok(()) };
        let resource = Resource {
            kind: planned.kind.clone(),
            status: String::new(),
            reason: String::new(),
            at: 0.0,
            properties: Map::new(),
            made: None,
        };
        self.resources.insert(id.to_owned(), resource);
        self.note(front, id, "CREATE_IN_PROGRESS", "");
        let properties = self.scope().resolve(&planned.properties)?;
        let properties = properties.as_object().cloned().unwrap_or_default();
        let made =
            self.maker(front, id).create(&planned.kind, &properties).await.map_err(|refusal| in_words(&refusal))?;
        // What is there is known before the rest of it is set: should that fail, it goes with what was made before it.
        if let Some(resource) = self.resources.get_mut(id) {
            (resource.properties, resource.made) = (properties.clone(), Some(made.clone()));
        }
        self.maker(front, id).finish(&planned.kind, &made, &properties).await.map_err(|refusal| in_words(&refusal))?;
        self.note(front, id, "CREATE_COMPLETE", "");
        Ok(())
    }

    /// Brings a resource to what the new template says: makes it, changes it where it is, or replaces it.
    async fn change(&mut self, front: &Front, id: &str) -> Result<(), String> {
        let there = self.resources.get(id).cloned();
        let Some((was, made)) = there.and_then(|was| was.made.clone().map(|made| (was, made))) else {
            self.added.push(id.to_owned());
            return self.make(front, id).await;
        };
        let Some(planned) = self.template.resources.get(id).cloned() else { return Ok(()) };
        let properties = self.scope().resolve(&planned.properties)?;
        let properties = properties.as_object().cloned().unwrap_or_default();
        if properties == was.properties && planned.kind == was.kind {
            return Ok(());
        }
        self.note(front, id, "UPDATE_IN_PROGRESS", "");
        let changed = self.maker(front, id).update(&was.kind, &made, &was.properties, &properties).await;
        match changed {
            Some(done) => {
                done.map_err(|refusal| in_words(&refusal))?;
                if let Some(resource) = self.resources.get_mut(id) {
                    resource.properties = properties;
                }
            }
            None => {
                self.replaced.push((id.to_owned(), was.kind, was.properties, made));
                self.added.push(id.to_owned());
                self.make(front, id).await?;
            }
        }
        self.note(front, id, "UPDATE_COMPLETE", "");
        Ok(())
    }

    async fn remove(&mut self, front: &Front, id: &str) {
        let Some(resource) = self.resources.get(id).cloned() else { return };
        let Some(made) = &resource.made else { return };
        // What something that is still there needs stays with it.
        let is_there = |other: &str| self.resources.get(other).is_some_and(|it| it.made.is_some());
        if self
            .template
            .resources
            .iter()
            .any(|(other, it)| it.after.iter().any(|needed| needed == id) && is_there(other))
        {
            return;
        }
        self.note(front, id, "DELETE_IN_PROGRESS", "");
        match self.maker(front, id).delete(&resource.kind, made, &resource.properties).await {
            Ok(()) => {
                self.note(front, id, "DELETE_COMPLETE", "");
                if let Some(resource) = self.resources.get_mut(id) {
                    resource.made = None;
                }
            }
            Err(refusal) => self.note(front, id, "DELETE_FAILED", &in_words(&refusal)),
        }
    }

    fn failed(&mut self, front: &Front, work: &Work, id: &str, reason: &str) {
        let update = *work == Work::Update;
        let verb =
            if update && !self.added.iter().any(|added| added == id) { "UPDATE_FAILED" } else { "CREATE_FAILED" };
        self.note(front, id, verb, reason);
        let summary =
            format!("The following resource(s) failed to {}: [{id}]. ", if update { "update" } else { "create" });
        if update {
            self.turned(front, "UPDATE_ROLLBACK_IN_PROGRESS", &summary);
            let added = std::mem::take(&mut self.added).into_iter().rev().collect();
            let work = Work::Delete { then: "UPDATE_ROLLBACK_COMPLETE", failed: "UPDATE_ROLLBACK_FAILED" };
            return self.begin(front, work, added, false);
        }
        match self.on_failure.as_str() {
            "DO_NOTHING" => self.turned(front, "CREATE_FAILED", &summary),
            "DELETE" => {
                self.turned(front, "DELETE_IN_PROGRESS", &format!("{summary}Delete requested by user."));
                self.begin_delete(front, "DELETE_COMPLETE", "DELETE_FAILED", false);
            }
            _ => {
                self.turned(front, "ROLLBACK_IN_PROGRESS", &format!("{summary}Rollback requested by user."));
                self.begin_delete(front, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", false);
            }
        }
    }

    async fn finished(&mut self, front: &Front, work: &Work) {
        match work {
            Work::Create | Work::Update => {
                if let Err(reason) = self.show() {
                    let id = self.name.clone();
                    return self.failed(front, work, &id, &reason);
                }
                if *work == Work::Create {
                    return self.turned(front, "CREATE_COMPLETE", "");
                }
                self.clean_up(front).await;
                self.turned(front, "UPDATE_COMPLETE", "");
            }
            Work::Delete { then, failed } => self.deleted(front, then, failed),
        }
    }

    fn deleted(&mut self, front: &Front, then: &'static str, failed: &'static str) {
        let left: Vec<_> =
            self.resources.iter().filter(|(_, it)| it.status == "DELETE_FAILED").map(|(id, _)| id.as_str()).collect();
        if !left.is_empty() {
            let reason = format!("The following resource(s) failed to delete: [{}]. ", left.join(", "));
            return self.turned(front, failed, &reason);
        }
        if then == "DELETE_COMPLETE" {
            self.deleted = Some(front.keys.now().as_second() as f64);
        }
        if let Some(before) = self.before.take() {
            // What was changed where it is stays changed: AWS would change it back, which no test here is about.
            (self.template, self.text, self.parameters) = (before.template, before.text, before.parameters);
            for (id, kind, properties, made) in std::mem::take(&mut self.replaced) {
                let at = front.keys.now().as_second() as f64;
                let status = "UPDATE_COMPLETE".to_owned();
                let resource = Resource { kind, status, reason: String::new(), at, properties, made: Some(made) };
                self.resources.insert(id, resource);
            }
        }
        let reason = if then == "DELETE_COMPLETE" { String::new() } else { self.reason.clone() };
        self.turned(front, then, &reason);
    }

    /// After an update: what was replaced or is not in the template any more goes. What fails there is left behind, as AWS
    /// leaves it.
    async fn clean_up(&mut self, front: &Front) {
        for (id, kind, properties, made) in std::mem::take(&mut self.replaced) {
            let _ = self.maker(front, &id).delete(&kind, &made, &properties).await;
        }
        let surplus: Vec<_> =
            self.resources.keys().filter(|id| !self.template.resources.contains_key(*id)).cloned().collect();
        for id in surplus.into_iter().rev() {
            self.remove(front, &id).await;
            self.resources.remove(&id);
        }
        (self.added, self.before) = (Vec::new(), None);
    }

    /// Resolves what the stack shows.
    fn show(&mut self) -> Result<(), String> {
        let scope = self.scope();
        let mut shown = Vec::new();
        for (name, output) in &self.template.outputs {
            let value = scope.resolve(output.get("Value").unwrap_or(&Value::Null))?;
            let mut entry = serde_json::json!({ "OutputKey": name, "OutputValue": text_of(&value) });
            if let (Some(description), Some(entry)) = (output.get("Description"), entry.as_object_mut()) {
                entry.insert("Description".to_owned(), description.clone());
            }
            shown.push(entry);
        }
        self.outputs = shown;
        Ok(())
    }
}

/// Every resource of a template is one that can be made.
///
/// # Errors
/// In AWS's words.
pub(super) fn check(template: &super::template::Template) -> Result<(), String> {
    template.resources.iter().try_for_each(|(id, resource)| resources::known(id, &resource.kind, &resource.properties))
}
