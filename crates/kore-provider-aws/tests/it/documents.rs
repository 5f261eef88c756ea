//! The documents that are checked in are what the table says. `KORE_UPDATE=1` writes them.

use std::{fs, path::PathBuf};

use kore_provider_aws::permissions::{Place, Purpose, Target, Trusted, markdown, template};
use serde_json::Value;

fn checked_in(name: &str, made: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("KORE_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, made).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), made, "{name}: make it anew with KORE_UPDATE=1");
}

#[test]
fn the_permissions_are_documented() {
    checked_in("aws-permissions.md", &markdown());
}

/// Every place that CloudFormation fills in is one that the template declares, or one of its own.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            if let Some(name) = fields.get("Ref").and_then(Value::as_str) {
                found.push(name.to_owned());
            }
            if let Some(text) = fields.get("Fn::Sub").and_then(Value::as_str) {
                found.extend(text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()));
            }
            fields.values().for_each(|field| references(field, found));
        }
        _ => {}
    }
}

#[test]
fn templates_fill_in_only_what_they_ask_for_and_make_every_role() {
    let (issuer, subject) = ("kore.example.com".to_owned(), "system:serviceaccount:kore:provider-aws".to_owned());
    let who = [Trusted::Tokens { issuer, subject }, Trusted::AccessKey];
    let places = [Place::Management, Place::Account];
    for (place, trusted) in places.into_iter().flat_map(|place| who.iter().map(move |trusted| (place, trusted))) {
        let made = template(&Target { place, trusted });
        let mut found = Vec::new();
        references(&made["Resources"], &mut found);
        let parameters = made["Parameters"].as_object().unwrap();
        for name in &found {
            assert!(
                ["AWS::Partition", "AWS::AccountId"].contains(&name.as_str()) || parameters.contains_key(name),
                "{name}"
            );
        }
        assert!(parameters.keys().all(|name| found.contains(name)), "{place:?} asks for what it does not use");
        // Logical names are unique in a template, among parameters and resources together.
        assert!(parameters.keys().all(|name| made["Resources"].get(name).is_none()), "{place:?}");
        let left = made.to_string();
        assert!(!left.contains("${Partition}") && !left.contains("${Account}"), "{place:?}");
        for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.place() == place) {
            assert_eq!(made["Resources"][format!("{purpose:?}Role")]["Properties"]["RoleName"], purpose.role());
        }
        // CloudFormation User Guide, "Understand CloudFormation quotas": 51,200 bytes in a request.
        assert!(made.to_string().len() <= 51_200, "{place:?}: {}", made.to_string().len());
    }
}
