//! What a change changes, as records keep it: field by field, without secrets, and never more than so much.

use kore_api::preview::FieldChange;
use kore_domain::plan::diff;
use serde::Serialize;
use serde_json::{Value, json};

/// Fields at most.
const FIELDS: usize = 100;
/// Bytes of a value at most, as JSON.
const VALUE: usize = 512;
/// Bytes of all of them at most, as JSON: MariaDB's TEXT holds 65,535.
const TOTAL: usize = 32 << 10;
/// What a name says whose value is not repeated.
const SECRET: [&str; 6] = ["password", "passwd", "secret", "token", "credential", "privatekey"];

/// From the spec before to the one after; none for what is not there.
pub(crate) fn changed<T: Serialize>(before: Option<&T>, after: Option<&T>) -> Vec<FieldChange> {
    let spec = |spec: Option<&T>| spec.map(|spec| json!({ "spec": spec }));
    changes(spec(before).as_ref(), spec(after).as_ref())
}

/// From what was said before to what is said after; nothing for what is not there.
pub(crate) fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    // Fields one by one also where all of them come or go.
    let hollow = |value: &Value| match value {
        Value::Object(members) => members.keys().map(|name| (name.clone(), json!({}))).collect(),
        _ => Value::Null,
    };
    let nothing = before.or(after).map_or(Value::Null, hollow);
    let mut found = diff(before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    let (all, mut total, mut kept) = (found.len(), 0, 0);
    for change in found.iter_mut().take(FIELDS) {
        let secret = change.path.split('.').any(is_secret);
        for value in [&mut change.before, &mut change.after].into_iter().flatten() {
            shorten(value, secret);
        }
        total += serde_json::to_string(change).map_or(TOTAL, |text| text.len() + 1);
        if total > TOTAL {
            break;
        }
        kept += 1;
    }
    found.truncate(kept);
    let more = all - kept;
    if more > 0 {
        let after = Some(json!(format!("{more} more fields, not kept")));
        found.push(FieldChange { path: "…".to_owned(), before: None, after, effect: None });
    }
    found
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRET.iter().any(|word| name.contains(word))
}

fn shorten(value: &mut Value, secret: bool) {
    if secret {
        *value = json!("(secret)");
        return;
    }
    hide(value);
    let bytes = value.to_string().len();
    if bytes > VALUE {
        *value = json!(format!("({bytes} bytes, not kept)"));
    }
}

/// Hides what is secret within a value that came or went as a whole.
fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) { *member = json!("(secret)") } else { hide(member) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
        let text = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let line = |change: FieldChange| format!("{} {} {}", change.path, text(change.before), text(change.after));
        changes(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn a_change_is_told_field_by_field_also_when_all_of_it_comes_or_goes() {
        let (old, new) = (json!({ "spec": { "a": 1, "b": 2 } }), json!({ "spec": { "a": 1, "b": 3, "c": null } }));
        assert_eq!(told(Some(&old), Some(&new)), ["spec.b 2 3", "spec.c - null"]);
        assert_eq!(told(None, Some(&old)), ["spec.a - 1", "spec.b - 2"]);
        assert_eq!(told(Some(&old), None), ["spec.a 1 -", "spec.b 2 -"]);
        assert_eq!(told(Some(&old), Some(&old)), [""; 0]);
        assert_eq!(told(None, None), [""; 0]);
    }

    #[test]
    fn secrets_are_not_repeated_wherever_they_are() {
        let value = |secret: &str| {
            json!({ "spec": {
                "clientSecret": secret, "name": "n", "api_token": { "value": secret },
                "list": [{ "Password": secret }], "provider": { "private-key": secret, "issuer": "i" },
            } })
        };
        for (before, after) in [
            (None, Some(value("hunter2"))),
            (Some(value("hunter2")), None),
            (Some(value("hunter2")), Some(value("hunter3"))),
        ] {
            let text = serde_json::to_string(&changes(before.as_ref(), after.as_ref())).unwrap();
            assert!(!text.contains("hunter") && text.contains("spec.clientSecret"), "{text}");
        }
    }

    #[test]
    fn a_record_is_never_long() {
        let many: Value = (0..500).map(|n| (format!("f{n:03}"), json!("x".repeat(10_000)))).collect();
        let found = changes(None, Some(&json!({ "spec": many })));
        assert_eq!((found.len(), found[0].after.clone()), (FIELDS + 1, Some(json!("(10002 bytes, not kept)"))));
        assert_eq!(found[FIELDS].after, Some(json!("400 more fields, not kept")));
        let text = serde_json::to_string(&found).unwrap();
        assert!(text.len() < TOTAL, "{}", text.len());
        let wide: Value = (0..90).map(|n| (format!("{n:02}{}", "y".repeat(900)), json!("x".repeat(500)))).collect();
        let found = changes(Some(&json!({ "spec": {} })), Some(&json!({ "spec": wide })));
        let text = serde_json::to_string(&found).unwrap();
        assert!(text.len() < TOTAL + 200 && found.len() > 10, "{} in {}", found.len(), text.len());
        assert!(text.contains("more fields, not kept"));
    }
}
