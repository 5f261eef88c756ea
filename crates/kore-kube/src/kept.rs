//! Objects that Kore keeps in a cluster: applied by server-side apply as one field manager, compared
//! with what is there, and who has changed them.

use std::{collections::BTreeSet, fmt};

use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, Patch, PatchParams},
    core::TypeMeta,
};
use serde_json::{Value, json};

use crate::apply::{apply, is_not_found, would_apply};

/// How many objects are looked at at once.
const LOOKS: usize = 8;

/// Field managers of Kore's own begin so.
const OURS: &str = "kore-";

/// An object to keep, where it is kept, and how people read it.
#[derive(Debug, Clone)]
pub struct Kept {
    api: Api<DynamicObject>,
    object: DynamicObject,
    manager: String,
    ending: String,
    /// As `ClusterRole kore:team:view`, `ConfigMap kube-system/coredns`.
    pub name: String,
}

/// What somebody made of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// As `ClusterRole kore:team:view`.
    pub name: String,
    /// How the gateway's audit records about it end: `clusterroles.rbac.authorization.k8s.io/kore:team:view`.
    pub ending: String,
    /// Paths that differ, as `/rules`; lists are named, not their members. Empty when it is gone.
    pub fields: Vec<String>,
    /// Who did it, as far as the object says: nothing does once it is gone.
    pub hand: Option<Hand>,
}

/// Who wrote fields of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The field manager, as `kubectl-edit`.
    pub manager: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fields.is_empty() {
            return write!(f, "{}: gone", self.name);
        }
        write!(f, "{}: {}", self.name, self.fields.join(", "))?;
        let Some(hand) = &self.hand else { return Ok(()) };
        write!(f, " by {}", hand.manager)?;
        hand.at.map_or(Ok(()), |at| write!(f, " at {at}"))
    }
}

impl Kept {
    /// The object of a cluster, to be applied as `manager`.
    ///
    /// # Errors
    /// When the value is no object.
    pub fn of(client: &Client, manager: &str, object: &Value) -> Result<Self, serde_json::Error> {
        let types: TypeMeta = serde_json::from_value(object.clone())?;
        let (group, version) = types.api_version.split_once('/').unwrap_or(("", &types.api_version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &types.kind));
        let object: DynamicObject = serde_json::from_value(object.clone())?;
        let name = object.name_any();
        let kind = if group.is_empty() { resource.plural.clone() } else { format!("{}.{group}", resource.plural) };
        let (api, place, ending) = match &object.metadata.namespace {
            Some(namespace) => (
                Api::namespaced_with(client.clone(), namespace, &resource),
                format!("{namespace}/{name}"),
                format!("{kind}/{name} in {namespace}"),
            ),
            None => (Api::all_with(client.clone(), &resource), name.clone(), format!("{kind}/{name}")),
        };
        let name = format!("{} {place}", types.kind);
        Ok(Self { api, object, manager: manager.to_owned(), ending, name })
    }

    /// Makes it be as it should be. Members that others put into its lists would stay where Kubernetes merges
    /// lists (an admission policy's conditions, a binding's actions): they are taken out first.
    ///
    /// # Errors
    /// What the API server answers.
    pub async fn apply(&self) -> Result<DynamicObject, kube::Error> {
        let name = self.object.name_any();
        if let Some(live) = self.api.get_opt(&name).await? {
            for path in foreign(&self.object.data, &live.data) {
                let list = self.object.data.pointer(&path).cloned().unwrap_or_default();
                let patch = path.split('/').skip(1).collect::<Vec<_>>();
                let patch = patch.into_iter().rev().fold(list, |inner, part| json!({ part: inner }));
                let parameters = PatchParams { field_manager: Some(self.manager.clone()), ..PatchParams::default() };
                self.api.patch(&name, &parameters, &Patch::Merge(patch)).await?;
            }
        }
        apply(&self.api, &self.manager, &self.object).await
    }

    /// Makes it not be there, unless somebody else keeps an object of this name: it carries its labels.
    ///
    /// # Errors
    /// What the API server answers.
    pub async fn remove(&self) -> Result<(), kube::Error> {
        let name = self.object.name_any();
        let Some(there) = self.api.get_opt(&name).await? else { return Ok(()) };
        if self.object.labels().iter().any(|(key, value)| there.labels().get(key) != Some(value)) {
            return Ok(());
        }
        match self.api.delete(&name, &DeleteParams::default()).await {
            Err(error) if !is_not_found(&error) => Err(error),
            _ => Ok(()),
        }
    }

    /// What applying it would change, as the API server says; nothing when it is as it should be.
    ///
    /// # Errors
    /// What the API server answers.
    pub async fn drift(&self) -> Result<Option<Drift>, kube::Error> {
        let drift = |fields, hand| Drift { name: self.name.clone(), ending: self.ending.clone(), fields, hand };
        let Some(live) = self.api.get_opt(&self.object.name_any()).await? else {
            return Ok(Some(drift(Vec::new(), None)));
        };
        let entries = live.managed_fields().to_vec();
        let mut fields = foreign(&self.object.data, &live.data);
        // What others put in may make the whole one that the API server would not take.
        if fields.is_empty() {
            let wanted = would_apply(&self.api, &self.manager, &self.object).await?;
            fields = changed(&content(live), &content(wanted));
        }
        Ok((!fields.is_empty()).then(|| {
            let hand = hand(&entries, &fields);
            drift(fields, hand)
        }))
    }
}

/// What applying objects would change.
///
/// # Errors
/// The first object that could not be looked at, and what the API server answered.
pub async fn drifts(objects: &[Kept]) -> Result<Vec<Drift>, (String, kube::Error)> {
    // Boxed one by one: the compiler cannot show a stream of borrowed futures to be Send.
    let looks: Vec<BoxFuture<'_, _>> = objects
        .iter()
        .map(|object| -> BoxFuture<'_, _> {
            Box::pin(async move { object.drift().await.map_err(|error| (object.name.clone(), error)) })
        })
        .collect();
    let found: Vec<Option<Drift>> = stream::iter(looks).buffered(LOOKS).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// Who wrote one of these paths last. What was taken away is nobody's: then it is who wrote anything
/// after Kore did.
fn hand(entries: &[ManagedFieldsEntry], paths: &[String]) -> Option<Hand> {
    let manager = |entry: &ManagedFieldsEntry| entry.manager.clone().unwrap_or_default();
    let at = |entry: &ManagedFieldsEntry| entry.time.as_ref().map(|time| time.0);
    let (ours, others): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter(|entry| entry.subresource.as_deref() != Some("status"))
        .partition(|entry| manager(entry).starts_with(OURS));
    let owns = |entry: &ManagedFieldsEntry| {
        let fields = entry.fields_v1.as_ref().map(|fields| &fields.0);
        fields.is_some_and(|fields| paths.iter().any(|path| owns(fields, path)))
    };
    let last = ours.into_iter().filter_map(at).max();
    let wrote = others.iter().copied().filter(|entry| owns(entry)).max_by_key(|entry| at(entry));
    let found = wrote.or_else(|| others.iter().copied().filter(|entry| at(entry) > last).max_by_key(|entry| at(entry)));
    found.map(|entry| Hand { manager: manager(entry), at: at(entry) })
}

/// Whether fields (`FieldsV1`) have a path in them, or something below it.
fn owns(fields: &Value, path: &str) -> bool {
    let mut at = fields;
    for part in path.split('/').skip(1) {
        match at.get(format!("f:{part}")) {
            Some(next) => at = next,
            // Below lists there are keys and not names.
            None => return false,
        }
    }
    true
}

/// Paths of lists in which there is something that is not in ours.
fn foreign(ours: &Value, live: &Value) -> Vec<String> {
    match (ours, live) {
        (Value::Object(ours), Value::Object(live)) => ours
            .iter()
            .filter_map(|(key, ours)| Some((key, ours, live.get(key)?)))
            .flat_map(|(key, ours, live)| foreign(ours, live).into_iter().map(move |path| format!("/{key}{path}")))
            .collect(),
        (Value::Array(ours), Value::Array(live)) => {
            let known = |member: &Value| ours.iter().any(|one| covers(one, member));
            if live.iter().all(known) { Vec::new() } else { vec![String::new()] }
        }
        _ => Vec::new(),
    }
}

/// Whether a member is ours, with what the API server fills in.
fn covers(ours: &Value, live: &Value) -> bool {
    match (ours, live) {
        (Value::Object(ours), Value::Object(live)) => {
            ours.iter().all(|(key, ours)| live.get(key).is_some_and(|live| covers(ours, live)))
        }
        (Value::Array(ours), Value::Array(live)) => {
            ours.len() == live.len() && ours.iter().zip(live).all(|(ours, live)| covers(ours, live))
        }
        (ours, live) => ours == live,
    }
}

/// An object without what the API server keeps about it.
fn content(object: DynamicObject) -> Value {
    let metadata = json!({"labels": object.metadata.labels, "annotations": object.metadata.annotations});
    let mut content = object.data;
    if let Some(content) = content.as_object_mut() {
        content.remove("status");
        content.insert("metadata".to_owned(), metadata);
    }
    content
}

/// Paths at which two values differ. Lists are named, not their members.
fn changed(is: &Value, should: &Value) -> Vec<String> {
    let (Value::Object(is), Value::Object(should)) = (is, should) else {
        return if is == should { Vec::new() } else { vec![String::new()] };
    };
    let keys: BTreeSet<&String> = is.keys().chain(should.keys()).collect();
    let of = |map: &serde_json::Map<String, Value>, key: &str| map.get(key).cloned().unwrap_or_default();
    keys.into_iter()
        .flat_map(|key| changed(&of(is, key), &of(should, key)).into_iter().map(move |path| format!("/{key}{path}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named_by_its_path() {
        let is = json!({"rules": [1], "metadata": {"labels": {"a": "1"}}, "spec": {"x": 1, "more": true}});
        assert_eq!(changed(&is, &is), Vec::<String>::new());
        let should = json!({"rules": [1, 2], "metadata": {"labels": null}, "spec": {"x": 2, "more": true}});
        assert_eq!(changed(&is, &should), ["/metadata/labels", "/rules", "/spec/x"]);
        assert_eq!(changed(&json!({}), &json!({"metadata": null})), Vec::<String>::new());
    }

    #[test]
    fn what_others_put_into_lists_is_found() {
        let ours =
            json!({"spec": {"conditions": [{"name": "a", "x": 1}], "actions": ["Deny", "Audit"], "deep": {"l": [1]}}});
        let live = |conditions: Value, actions: Value| json!({"spec": {"conditions": conditions, "actions": actions, "more": [1]}});
        let filled = json!([{"name": "a", "x": 1, "default": true}]);
        assert_eq!(foreign(&ours, &live(filled.clone(), json!(["Audit", "Deny"]))), Vec::<String>::new());
        assert_eq!(foreign(&ours, &live(filled, json!(["Warn"]))), ["/spec/actions"]);
        let off = json!([{"name": "a", "x": 1}, {"name": "off", "x": 2}]);
        assert_eq!(foreign(&ours, &live(off, json!([]))), ["/spec/conditions"]);
        assert_eq!(foreign(&ours, &live(json!([{"name": "a", "x": 2}]), json!([]))), ["/spec/conditions"]);
    }

    #[test]
    fn whoever_wrote_the_path_last_did_it() {
        let entry = |manager: &str, second: u32, fields: Value| -> ManagedFieldsEntry {
            serde_json::from_value(json!({"manager": manager, "operation": "Update", "fieldsType": "FieldsV1",
                "time": format!("2026-11-22T12:00:{second:02}Z"), "fieldsV1": fields}))
            .unwrap()
        };
        let status = ManagedFieldsEntry {
            subresource: Some("status".to_owned()),
            ..entry("kubelet", 59, json!({"f:spec": {"f:x": {}}}))
        };
        let entries = [
            entry("kore-baseline", 10, json!({"f:spec": {"f:x": {}, "f:y": {}}})),
            entry("early", 5, json!({"f:spec": {"f:x": {}}})),
            entry("kubectl-edit", 20, json!({"f:spec": {"f:x": {}}})),
            entry("helm", 30, json!({"f:metadata": {"f:labels": {"f:a": {}}}})),
            status,
        ];
        let by = |paths: &[&str]| {
            hand(&entries, &paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>()).map(|hand| hand.manager)
        };
        assert_eq!(by(&["/spec/x"]).as_deref(), Some("kubectl-edit"));
        // Taken away: whoever wrote last, after Kore.
        assert_eq!(by(&["/spec/y"]).as_deref(), Some("helm"));
        assert_eq!(hand(&entries[..2], &["/spec/y".to_owned()]), None);
    }

    #[test]
    fn drift_reads_well() {
        let at = Some("2026-11-22T12:00:20Z".parse().unwrap());
        let hand = Some(Hand { manager: "kubectl-edit".to_owned(), at });
        let drift =
            Drift { name: "Role a/b".to_owned(), ending: String::new(), fields: vec!["/rules".to_owned()], hand };
        assert_eq!(drift.to_string(), "Role a/b: /rules by kubectl-edit at 2026-11-22T12:00:20Z");
        assert_eq!(Drift { fields: Vec::new(), hand: None, ..drift }.to_string(), "Role a/b: gone");
    }
}
