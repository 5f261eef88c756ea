//! Pod identity associations (EKS API reference, `CreatePodIdentityAssociation`).

use serde_json::{Value, json};

use super::state::{Cluster, Context, Eks, Fields, Said, Thing, in_use, not_found, page, picked, text, wrong_state};
use crate::refusal::Refusal;

const KEPT: [&str; 8] =
    ["clusterName", "namespace", "serviceAccount", "roleArn", "tags", "disableSessionTags", "targetRoleArn", "policy"];

fn make(context: &Context<'_>, cluster: &mut Cluster, fields: &Fields) -> Result<Fields, Refusal> {
    let (name, namespace, account) =
        (cluster.thing.text("name").to_owned(), text(fields, "namespace"), text(fields, "serviceAccount"));
    if cluster.pods.values().any(|pod| pod.text("namespace") == namespace && pod.text("serviceAccount") == account) {
        let message = format!("Association already exists: for namespace {namespace} and service account {account}");
        return Err(in_use(&name, &message));
    }
    let id = format!("a-{}", context.ids.hex(17));
    let mut document = picked(fields, &KEPT);
    document.entry("tags").or_insert_with(|| json!({}));
    document.entry("disableSessionTags").or_insert_with(|| json!(false));
    if document.contains_key("targetRoleArn") {
        document.insert("externalId".to_owned(), json!(context.ids.uuid()));
    }
    for (member, value) in [
        ("associationArn", json!(context.arn(&format!("podidentityassociation/{name}/{id}")))),
        ("associationId", json!(id)),
        ("createdAt", json!(context.now)),
        ("modifiedAt", json!(context.now)),
    ] {
        document.insert(member.to_owned(), value);
    }
    cluster.pods.insert(id, Thing { document: document.clone(), progress: None });
    Ok(document)
}

/// The associations that an add-on is made with; their ARNs.
pub(super) fn of_addon(
    context: &Context<'_>,
    cluster: &mut Cluster,
    input: &Fields,
    owner: &str,
) -> Result<Vec<String>, Refusal> {
    let asked = input.get("podIdentityAssociations").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut made = Vec::new();
    for association in asked {
        let mut fields = association.as_object().cloned().unwrap_or_default();
        fields.insert("clusterName".to_owned(), json!(cluster.thing.text("name")));
        fields.insert("namespace".to_owned(), json!("kube-system"));
        let document = make(context, cluster, &fields)?;
        if let Some(pod) = cluster.pods.get_mut(text(&document, "associationId")) {
            pod.set("ownerArn", json!(owner));
        }
        made.push(text(&document, "associationArn").to_owned());
    }
    Ok(made)
}

impl Eks {
    fn pod(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut Thing, Refusal> {
        let (name, id) = (text(input, "clusterName"), text(input, "associationId"));
        let found = self.cluster(context, name)?.pods.get_mut(id);
        found.ok_or_else(|| not_found("clusterName", name, &format!("Association was not found for {id}")))
    }

    pub(super) fn create_pod_identity_association(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let name = text(input, "clusterName");
        let cluster = self.cluster(context, name)?;
        if ["CREATING", "FAILED", "DELETING"].contains(&cluster.thing.status()) {
            return Err(wrong_state(name, &format!("Cluster '{name}' is not in ACTIVE status")));
        }
        make(context, cluster, input).map(|document| json!({ "association": document }))
    }

    pub(super) fn describe_pod_identity_association(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        self.pod(context, input).map(|pod| json!({ "association": pod.document }))
    }

    pub(super) fn list_pod_identity_associations(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let cluster = self.cluster(context, text(input, "clusterName"))?;
        let fits = |pod: &&Thing| {
            ["namespace", "serviceAccount"]
                .iter()
                .all(|name| !input.contains_key(*name) || pod.text(name) == text(input, name))
        };
        let shown = ["clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn"];
        page(
            input,
            "associations",
            cluster.pods.values().filter(fits).map(|pod| json!(picked(&pod.document, &shown))).collect(),
        )
    }

    pub(super) fn update_pod_identity_association(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let pod = self.pod(context, input)?;
        pod.document.extend(picked(input, &["roleArn", "disableSessionTags", "targetRoleArn", "policy"]));
        pod.set("modifiedAt", json!(context.now));
        Ok(json!({ "association": pod.document }))
    }

    pub(super) fn delete_pod_identity_association(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let pod = self.pod(context, input)?.document.clone();
        let (name, id) = (text(input, "clusterName"), text(input, "associationId"));
        if pod.contains_key("ownerArn") {
            return Err(super::state::invalid(name, "The association is owned by an add-on"));
        }
        self.cluster(context, name)?.pods.remove(id);
        self.tokens.retain(|token| token.cluster != name || token.operation != "CreatePodIdentityAssociation");
        Ok(json!({ "association": pod }))
    }
}
