//! Keys and log groups.

use serde_json::{Map, Value, json};

use super::{Made, Maker, Properties, text};
use crate::refusal::Refusal;

pub(super) async fn create(maker: &Maker<'_>, kind: &str, properties: &Properties) -> Result<Made, Refusal> {
    let (region, account) = (&maker.place.region, &maker.place.account);
    match kind {
        "AWS::KMS::Key" => {
            let body = json!({
                "Description": text(properties, "Description"), "Policy": text(properties, "KeyPolicy"),
                "Tags": super::iam::as_list(maker.tagged(properties)),
            });
            let answer = maker.json("kms", "CreateKey", &body).await?;
            let of = |name: &str| {
                answer.pointer(&format!("/KeyMetadata/{name}")).and_then(Value::as_str).unwrap_or_default()
            };
            Ok(Made::new(of("KeyId"), &[("Arn", of("Arn")), ("KeyId", of("KeyId"))]))
        }
        "AWS::KMS::Alias" => {
            let name = text(properties, "AliasName");
            let body = json!({ "AliasName": name, "TargetKeyId": text(properties, "TargetKeyId") });
            maker.json("kms", "CreateAlias", &body).await?;
            Ok(Made::new(name, &[]))
        }
        "AWS::Logs::LogGroup" => {
            let asked = text(properties, "LogGroupName");
            let name = if asked.is_empty() { maker.prefix.clone() } else { asked };
            let tags: Map<_, _> =
                maker.tagged(properties).into_iter().map(|(key, value)| (key, json!(value))).collect();
            maker.json("logs", "CreateLogGroup", &json!({ "logGroupName": name, "tags": tags })).await?;
            let arn = format!("arn:aws:logs:{region}:{account}:log-group:{name}:*");
            Ok(Made::new(name, &[("Arn", &arn)]))
        }
        _ => Err(Refusal::new(400, "ValidationError", format!("{kind} is not known"))),
    }
}

/// Has a key rotated, where that is said.
pub(super) async fn rotate(maker: &Maker<'_>, id: &str, properties: &Properties) -> Result<(), Refusal> {
    if properties.get("EnableKeyRotation") != Some(&json!(true)) {
        return Ok(());
    }
    maker.json("kms", "EnableKeyRotation", &json!({ "KeyId": id })).await.map(|_| ())
}

/// Keeps a group's logs for as long as it is said.
pub(super) async fn retain(maker: &Maker<'_>, name: &str, properties: &Properties) -> Result<(), Refusal> {
    let Some(days) = properties.get("RetentionInDays") else { return Ok(()) };
    let body = json!({ "logGroupName": name, "retentionInDays": days });
    maker.json("logs", "PutRetentionPolicy", &body).await.map(|_| ())
}

pub(super) async fn delete(maker: &Maker<'_>, kind: &str, made: &Made, properties: &Properties) -> Result<(), Refusal> {
    let id = &made.physical;
    match kind {
        "AWS::KMS::Key" => {
            let days = properties.get("PendingWindowInDays").cloned().unwrap_or_else(|| json!(30));
            let body = json!({ "KeyId": id, "PendingWindowInDays": days });
            maker.json("kms", "ScheduleKeyDeletion", &body).await.map(|_| ())
        }
        "AWS::KMS::Alias" => maker.json("kms", "DeleteAlias", &json!({ "AliasName": id })).await.map(|_| ()),
        _ => maker.json("logs", "DeleteLogGroup", &json!({ "logGroupName": id })).await.map(|_| ()),
    }
}
