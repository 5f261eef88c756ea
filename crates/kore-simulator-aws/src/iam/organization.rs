//! What a request to AWS Organizations is about (Service Authorization Reference, "Actions, resources, and condition keys for
//! AWS Organizations"): policies, units, accounts and roots, each by itself, with the tags that it has.

use serde_json::{Value, json};

use super::{
    context::{pairs, resource_tags},
    policy::Context,
};
use crate::front::{Call, Front};

/// Parameters that name something, and which of them an operation changes.
fn named(operation: &str) -> &'static [&'static str] {
    match operation {
        "AttachPolicy" | "DetachPolicy" => &["PolicyId", "TargetId"],
        "UpdatePolicy" | "DeletePolicy" => &["PolicyId"],
        "DeleteOrganizationalUnit" => &["OrganizationalUnitId"],
        "MoveAccount" => &["AccountId", "SourceParentId", "DestinationParentId"],
        "CloseAccount" => &["AccountId"],
        "TagResource" => &["ResourceId"],
        // What is made or read is asked for on no thing.
        _ => &[],
    }
}

pub(super) async fn of(front: &Front, call: &Call, context: Context) -> Vec<(String, Context)> {
    let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
    let ids: Vec<_> = named(&call.operation).iter().filter_map(|name| body.get(*name)?.as_str()).collect();
    if ids.is_empty() {
        return vec![("*".to_owned(), context)];
    }
    let place = call.place();
    let mut all = Vec::new();
    let organization = front.moto.json(&place, "organizations", "DescribeOrganization", &json!({})).await;
    let organization = organization.unwrap_or_default();
    let organization = organization.pointer("/Organization/Id").and_then(Value::as_str).unwrap_or("o-none");
    for id in ids {
        let mut about = context.clone();
        let tags = front.moto.json(&place, "organizations", "ListTagsForResource", &json!({ "ResourceId": id })).await;
        resource_tags(&mut about, pairs(tags.ok().as_ref().and_then(|answer| answer.get("Tags")), "Key", "Value"));
        all.push((arn(&call.identity.account, organization, id), about));
    }
    all
}

/// By what its id begins with (Organizations API reference, "Data types").
fn arn(management: &str, organization: &str, id: &str) -> String {
    let path = match id.split_once('-') {
        Some(("p", _)) => format!("policy/{organization}/service_control_policy/{id}"),
        Some(("ou", _)) => format!("ou/{organization}/{id}"),
        Some(("r", _)) => format!("root/{organization}/{id}"),
        _ => format!("account/{organization}/{id}"),
    };
    format!("arn:aws:organizations::{management}:{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_known_by_how_its_id_begins() {
        let of = |id| arn("1", "o-a", id);
        assert_eq!(of("p-12345678"), "arn:aws:organizations::1:policy/o-a/service_control_policy/p-12345678");
        assert_eq!(of("ou-ab12-cdefgh34"), "arn:aws:organizations::1:ou/o-a/ou-ab12-cdefgh34");
        assert_eq!(of("r-ab12"), "arn:aws:organizations::1:root/o-a/r-ab12");
        assert_eq!(of("111122223333"), "arn:aws:organizations::1:account/o-a/111122223333");
    }
}
