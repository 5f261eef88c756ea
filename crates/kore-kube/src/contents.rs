//! What is in a namespace of a cluster.

use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};

/// What people would miss, in the order in which it is named: group, version, kind, words for many.
const LOOKED_FOR: [(&str, &str, &str, &str); 12] = [
    ("apps", "v1", "Deployment", "deployments"),
    ("apps", "v1", "StatefulSet", "stateful sets"),
    ("apps", "v1", "DaemonSet", "daemon sets"),
    ("batch", "v1", "CronJob", "cron jobs"),
    ("batch", "v1", "Job", "jobs"),
    ("", "v1", "Pod", "pods"),
    ("", "v1", "Service", "services"),
    ("networking.k8s.io", "v1", "Ingress", "ingresses"),
    ("", "v1", "PersistentVolumeClaim", "volume claims"),
    ("", "v1", "Secret", "secrets"),
    ("", "v1", "ConfigMap", "config maps"),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", "role bindings"),
];

/// What every namespace has by itself.
const BY_ITSELF: [&str; 1] = ["kube-root-ca.crt"];

/// How many of what people would miss are in a namespace; what Kore keeps there does not count. Lists carry
/// metadata only.
///
/// # Errors
/// What the API server answers.
pub async fn count(client: &Client, namespace: &str) -> Result<Vec<(&'static str, usize)>, kube::Error> {
    let parameters = ListParams::default().labels(&format!("!{}", kore_domain::cluster_rbac::LABEL_KEPT));
    let mut found = Vec::new();
    for (group, version, kind, words) in LOOKED_FOR {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, &resource);
        let list = api.list_metadata(&parameters).await?;
        let counted = list.items.iter().filter_map(|one| one.metadata.name.as_deref());
        match counted.filter(|name| !BY_ITSELF.contains(name)).count() {
            0 => {}
            count => found.push((words, count)),
        }
    }
    Ok(found)
}
