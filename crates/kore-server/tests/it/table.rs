//! The table of routes and the document that comes from it.

use std::collections::BTreeSet;

use kore_server::{openapi, routes};
use serde_json::Value;

#[test]
fn the_table_does_not_contradict_itself() {
    routes::check(&routes::table()).unwrap();
}

#[test]
fn the_document_describes_exactly_the_routes() {
    let table = routes::table();
    let document = openapi::document(&table);
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let routed: BTreeSet<String> = table.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(described, routed);
}

#[test]
fn the_document_is_openapi_and_is_checked_in() {
    let document = openapi::document(&routes::table());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(dangling(&document, &document), Vec::<String>::new());
    let text = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap_or_default() == text,
        "docs/openapi.json is not what the routes say; regenerate it: KORE_UPDATE=1 cargo test -p kore-server"
    );
}

/// References within the document that lead nowhere.
fn dangling(document: &Value, place: &Value) -> Vec<String> {
    match place {
        Value::Object(fields) => {
            let reference = fields
                .get("$ref")
                .and_then(Value::as_str)
                .filter(|text| text.strip_prefix('#').is_none_or(|pointer| document.pointer(pointer).is_none()));
            let below = fields.values().flat_map(|value| dangling(document, value));
            reference.map(str::to_owned).into_iter().chain(below).collect()
        }
        Value::Array(items) => items.iter().flat_map(|value| dangling(document, value)).collect(),
        _ => Vec::new(),
    }
}
