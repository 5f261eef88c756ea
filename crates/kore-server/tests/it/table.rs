//! The table of routes and the document that comes from it.

use std::collections::BTreeSet;

use kore_server::{openapi, routes};

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
    serde_json::from_value::<utoipa::openapi::OpenApi>(document.clone()).unwrap();
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
