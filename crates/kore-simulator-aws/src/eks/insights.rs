//! Insights (EKS User Guide, "View cluster insights"): whether a cluster is ready for its next version. Tests order what one
//! says; the one about kubelets looks by itself.

use serde_json::{Value, json};

use super::{
    catalogue,
    state::{Cluster, Context, Eks, Fields, Said, not_found, page, text, texts},
};

const NAMES: [(&str, &str); 4] = [
    (
        "Kubelet version skew",
        "Checks for kubelet versions of worker nodes in the cluster to see if upgrade would cause noncompliance with supported Kubernetes kubelet version skew policy.",
    ),
    (
        "Cluster health issues",
        "Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version on EKS.",
    ),
    (
        "EKS add-on version compatibility",
        "Checks version of installed EKS add-ons to ensure they are compatible with the next version of Kubernetes.",
    ),
    (
        "Deprecated APIs removed in the next version",
        "Checks for usage of deprecated APIs that are scheduled for removal in the next version of Kubernetes.",
    ),
];

fn all(context: &Context<'_>, cluster: &Cluster) -> Vec<Value> {
    let now = catalogue::minor(cluster.thing.text("version")).unwrap_or_default();
    let next = format!("1.{}", now + 1);
    let behind = cluster.nodegroups.values().filter_map(|group| catalogue::minor(group.text("version"))).min();
    let skewed = behind.is_some_and(|minor| minor + catalogue::SKEW < now + 1);
    NAMES
        .iter()
        .map(|(name, description)| {
            let ordered = cluster.insights.get(*name);
            let (status, reason) = match ordered {
                Some((status, reason)) => (status.as_str(), reason.as_str()),
                None if skewed && *name == "Kubelet version skew" => {
                    ("ERROR", "Node kubelet versions are too far behind the next version.")
                }
                None => ("PASSING", "Nothing was found that stands in the way of an upgrade."),
            };
            // Of a name and a cluster, an insight has the same id each time.
            let id = format!("{}-{}", cluster.id, name.to_lowercase().replace([' ', '.'], "-"));
            json!({
                "id": id, "name": name, "category": "UPGRADE_READINESS", "kubernetesVersion": next,
                "lastRefreshTime": context.now, "lastTransitionTime": context.now, "description": description,
                "insightStatus": { "status": status, "reason": reason },
            })
        })
        .collect()
}

impl Eks {
    pub(super) fn list_insights(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let cluster = self.cluster(context, text(input, "clusterName"))?;
        let asked = |name: &str| texts(input.get("filter").and_then(|filter| filter.get(name)));
        let fits = |wanted: &[String], value: &Value| wanted.is_empty() || wanted.iter().any(|it| json!(it) == *value);
        let (kinds, versions, statuses) = (asked("categories"), asked("kubernetesVersions"), asked("statuses"));
        let found = all(context, cluster).into_iter().filter(|insight| {
            fits(&kinds, &insight["category"])
                && fits(&versions, &insight["kubernetesVersion"])
                && fits(&statuses, insight.pointer("/insightStatus/status").unwrap_or(&Value::Null))
        });
        page(input, "insights", found.collect())
    }

    pub(super) fn describe_insight(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, id) = (text(input, "clusterName"), text(input, "id"));
        let cluster = self.cluster(context, name)?;
        let found = all(context, cluster).into_iter().find(|insight| insight["id"] == json!(id));
        let found = found.ok_or_else(|| not_found("clusterName", name, &format!("No insight found for ID: {id}")))?;
        let more = json!({ "recommendation": "Follow the upgrade guide.", "additionalInfo": {}, "resources": [], "categorySpecificSummary": { "deprecationDetails": [], "addonCompatibilityDetails": [] } });
        Ok(json!({ "insight": super::state::merged(&found, &more) }))
    }
}
