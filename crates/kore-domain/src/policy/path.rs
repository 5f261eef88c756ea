//! Paths of rules and of values: `nodePools.*.size` is about `nodePools.default.size` and all below it.

use std::collections::BTreeMap;

use serde_json::Value;

/// A value's place: the names from the root down. Names may have dots in them; paths of rules cannot
/// say those.
pub(super) type Place = Vec<String>;

/// The scalars, arrays and empty objects of a value, by their places. Two values are the same when these
/// are.
pub(super) fn leaves(value: &Value) -> BTreeMap<Place, &Value> {
    let mut found = BTreeMap::new();
    collect(value, &mut Vec::new(), &mut found);
    found
}

fn collect<'a>(value: &'a Value, place: &mut Place, found: &mut BTreeMap<Place, &'a Value>) {
    match value.as_object() {
        Some(members) if !members.is_empty() => {
            for (name, member) in members {
                place.push(name.clone());
                collect(member, place, found);
                place.pop();
            }
        }
        _ => {
            found.insert(place.clone(), value);
        }
    }
}

/// Whether a rule's path is about this place: it is the place, or above it.
pub(super) fn governs(path: &str, place: &[String]) -> bool {
    let mut place = place.iter();
    path.split('.').all(|segment| place.next().is_some_and(|name| segment == "*" || segment == name))
}

/// As people write it.
pub(super) fn dotted(place: &[String]) -> String {
    place.join(".")
}

/// RFC 6901.
pub(super) fn pointer(place: &[String]) -> String {
    place.iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(path: &str) -> Place {
        path.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn a_rule_is_about_its_path_and_all_below() {
        for (path, at, is) in [
            ("driver", "driver", true),
            ("nodePools", "nodePools.a.size", true),
            ("nodePools.*", "nodePools.a.size", true),
            ("nodePools.*.size", "nodePools.a.size", true),
            ("nodePools.a.size", "nodePools.b.size", false),
            ("nodePools.*.size", "nodePools", false),
            ("nodePools.*.size", "nodePools.a.labels", false),
            ("driver", "driverless", false),
        ] {
            assert_eq!(governs(path, &place(at)), is, "{path} {at}");
        }
    }

    #[test]
    fn an_empty_object_is_a_leaf() {
        let value = json!({ "a": { "b": 1, "c": {} }, "d": [1, 2] });
        let found: Vec<_> = leaves(&value).into_keys().map(|place| dotted(&place)).collect();
        assert_eq!(found, ["a.b", "a.c", "d"]);
        assert_eq!(pointer(&place("a/b.c")), "/a~1b/c");
    }
}
