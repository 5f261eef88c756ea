//! JSON Schema helpers shared by custom resources and REST types.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Schema of a free-form object in a custom resource.
///
/// `serde_json::Map` derives `additionalProperties: true`, which makes the API server prune nested
/// keys; `x-kubernetes-preserve-unknown-fields` alone keeps them (Kubernetes structural schemas).
/// The REST description turns it back into `additionalProperties: true`.
pub fn free_form(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
}
