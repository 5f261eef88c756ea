//! AWS KMS: moto's operations on the end of a key know ids only, where AWS takes ARNs too (AWS KMS API reference,
//! `ScheduleKeyDeletion`).

use serde_json::{Map, Value, json};

use crate::{
    front::{Call, Front},
    wire::Outcome,
};

pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    if !["ScheduleKeyDeletion", "CancelKeyDeletion"].contains(&call.operation.as_str()) {
        return front.forward(call).await;
    }
    let mut call = call.clone();
    let mut body: Map<String, Value> = serde_json::from_slice(&call.request.body).unwrap_or_default();
    if let Some((_, id)) = body.get("KeyId").and_then(Value::as_str).and_then(|arn| arn.split_once(":key/")) {
        let id = json!(id);
        body.insert("KeyId".to_owned(), id);
        call.request.body = Value::Object(body).to_string().into();
    }
    front.forward(&call).await
}
