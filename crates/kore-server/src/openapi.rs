//! `/api/v1/openapi.json`: OpenAPI 3.1 from the table of routes and the Rust types (schemars).

use std::sync::OnceLock;

use axum::response::IntoResponse;
use http::header;
use kore_api::problem::Problem;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::routes::{Access, Content, Route};

/// `GET /api/v1/openapi.json`
pub async fn get() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document(&crate::routes::table()).to_string());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str())
}

/// The document of a table of routes.
#[must_use]
pub fn document(routes: &[Route]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator();
    let problem = generator.subschema_for::<Problem>().to_value();
    let mut paths = Map::new();
    for route in routes {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    let mut schemas = Value::Object(generator.take_definitions(true));
    free_form(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kore",
            "version": "v1",
            "description": "Self-service Kubernetes: teams, plans, clusters. Refusals are RFC 9457 problems with a stable KORE code.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "An access token (kore_at_…), at most 15 minutes" } },
            "responses": { "Problem": { "description": "A refusal", "content": { "application/problem+json": { "schema": problem } } } },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .map(|name| json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(route.parameters.iter().map(|parameter| {
        json!({ "name": parameter.name, "in": parameter.place, "required": parameter.required, "description": parameter.description, "schema": { "type": "string" } })
    }));
    let mut answers = Map::new();
    for (status, body) in &route.answers {
        let description =
            http::StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason()).unwrap_or("");
        let mut answer = json!({ "description": description });
        if let (Some(body), Some(answer)) = (body, answer.as_object_mut()) {
            answer.insert("content".into(), content(body, generator));
        }
        answers.insert(status.to_string(), answer);
    }
    answers.insert("default".into(), json!({ "$ref": "#/components/responses/Problem" }));
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.summary,
        "responses": answers,
        "x-kore-access": match route.access {
            Access::Public => "public",
            Access::SignedIn => "signedIn",
            Access::Needs(permission) => permission.name(),
        },
    });
    if let Some(fields) = operation.as_object_mut() {
        if !parameters.is_empty() {
            fields.insert("parameters".into(), Value::Array(parameters));
        }
        if let Some(body) = &route.request {
            fields.insert("requestBody".into(), json!({ "required": true, "content": content(body, generator) }));
        }
        if route.access == Access::Public {
            fields.insert("security".into(), json!([]));
        }
    }
    operation
}

fn content(content: &Content, generator: &mut SchemaGenerator) -> Value {
    let schema =
        content.schema.as_ref().map_or_else(|| json!({ "type": "string" }), |schema| schema(generator).to_value());
    json!({ content.media_type: { "schema": schema } })
}

/// What a custom resource must write as `x-kubernetes-preserve-unknown-fields` is in plain JSON Schema
/// `additionalProperties`; Kubernetes' other extensions mean nothing to readers of this document.
fn free_form(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.remove("x-kubernetes-preserve-unknown-fields").is_some() {
                fields.insert("additionalProperties".into(), Value::Bool(true));
            }
            fields.remove("x-kubernetes-validations");
            fields.values_mut().for_each(free_form);
        }
        Value::Array(items) => items.iter_mut().for_each(free_form),
        _ => {}
    }
}
