//! What applying one set of objects after another does, for previews.

use kore_api::preview::{Action, ActionVerb};
use serde_json::Value;

use crate::plan::diff;

/// The actions, in the order of the objects: made and changed ones first, then those that go. A change says
/// which fields differ.
#[must_use]
pub fn object_changes(before: &[Value], after: &[Value]) -> Vec<Action> {
    let same = |one: &&Value, other: &Value| name(one) == name(other);
    let action = |verb, object: &Value, detail| {
        let (kind, name) = name(object);
        let word = match verb {
            ActionVerb::Create => "Create",
            ActionVerb::Change => "Change",
            ActionVerb::Replace => "Replace",
            ActionVerb::Delete => "Delete",
        };
        let component = format!("{}/{name}", kind.to_lowercase());
        Action { component, title: format!("{word} {kind} {name}"), verb, detail }
    };
    let written = after.iter().filter_map(|object| match before.iter().find(|one| same(one, object)) {
        None => Some(action(ActionVerb::Create, object, Vec::new())),
        Some(old) if old == object => None,
        Some(old) => {
            let fields = diff(old, object).into_iter().map(|field| field.path).collect();
            Some(action(ActionVerb::Change, object, fields))
        }
    });
    let gone = before.iter().filter(|object| !after.iter().any(|one| same(&one, object)));
    written.chain(gone.map(|object| action(ActionVerb::Delete, object, Vec::new()))).collect()
}

fn name(object: &Value) -> (&str, &str) {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    (text("/kind"), text("/metadata/name"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn object(name: &str, size: u8) -> Value {
        json!({ "kind": "Quota", "metadata": { "name": name }, "spec": { "size": size } })
    }

    #[test]
    fn what_comes_changes_and_goes() {
        let before = [object("a", 1), object("b", 1), object("c", 1)];
        let after = [object("b", 2), object("c", 1), object("d", 1)];
        let said: Vec<_> =
            object_changes(&before, &after).into_iter().map(|one| format!("{} {:?}", one.title, one.detail)).collect();
        assert_eq!(said, ["Change Quota b [\"spec.size\"]", "Create Quota d []", "Delete Quota a []"]);
    }

    proptest! {
        /// Doing what is said leads from the one to the other, and nothing is said of what stays.
        #[test]
        fn what_is_said_leads_there(
            before in proptest::collection::btree_map("[a-e]", 0_u8..3, 0..5),
            after in proptest::collection::btree_map("[a-e]", 0_u8..3, 0..5),
        ) {
            let objects = |set: &std::collections::BTreeMap<String, u8>| -> Vec<Value> {
                set.iter().map(|(name, size)| object(name, *size)).collect()
            };
            let mut done = before.clone();
            for action in object_changes(&objects(&before), &objects(&after)) {
                let name = action.component.trim_start_matches("quota/").to_owned();
                prop_assert_ne!(before.get(&name), after.get(&name));
                prop_assert_eq!(action.verb == ActionVerb::Create, !before.contains_key(&name));
                match after.get(&name) {
                    Some(size) => done.insert(name, *size),
                    None => done.remove(&name),
                };
            }
            prop_assert_eq!(done, after);
        }
    }
}
