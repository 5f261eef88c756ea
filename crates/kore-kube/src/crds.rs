//! What Kore puts into the management cluster before anything else: custom resource definitions, a
//! namespace of its own, and the rule that only Kore writes its objects.

use std::time::Duration;

use futures::future::try_join_all;
use k8s_openapi::{
    api::{
        admissionregistration::v1::{ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding},
        authentication::v1::SelfSubjectReview,
        core::v1::Namespace,
    },
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kore_api::{
    address::AddressPool,
    cloud::{AccountRule, CloudAccount, CloudOrganization},
    cluster::Cluster,
    meta,
    namespace::ClusterNamespace,
    plan::{Plan, PlanVersion},
    policy::PlanPolicy,
    team::Team,
};
use kube::{
    Api, Client, CustomResourceExt, ResourceExt,
    api::PostParams,
    runtime::wait::{await_condition, conditions::is_crd_established},
};
use serde_json::json;

use crate::apply::apply;

/// How long the API server may take to serve a definition.
const PATIENCE: Duration = Duration::from_secs(30);

/// Name of the admission policy and of its binding.
pub const WRITERS_POLICY: &str = "kore-writers.kore.internal";

/// Why the management cluster is not prepared.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The API server refused.
    #[error("{what} could not be applied")]
    Apply {
        /// The object, as `customresourcedefinition/clusters.kore.internal`.
        what: String,
        /// Its answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server does not serve a definition.
    #[error("{0} is not served after {seconds} seconds", seconds = PATIENCE.as_secs())]
    NotServed(String),
    /// The API server does not know who asks.
    #[error("the API server does not say who this client is")]
    Nobody,
}

/// Every custom resource definition, in the order of their names.
#[must_use]
pub fn definitions() -> Vec<CustomResourceDefinition> {
    let mut all = vec![
        AccountRule::crd(),
        AddressPool::crd(),
        CloudAccount::crd(),
        CloudOrganization::crd(),
        Cluster::crd(),
        ClusterNamespace::crd(),
        Plan::crd(),
        PlanPolicy::crd(),
        PlanVersion::crd(),
        Team::crd(),
    ];
    all.sort_by_key(ResourceExt::name_any);
    all
}

/// Applies definitions, namespace and admission rule and waits until the definitions are served.
/// Repeating it is harmless; so is doing it from several replicas.
///
/// # Errors
/// [`InstallError`].
pub async fn install(client: &Client) -> Result<(), InstallError> {
    let namespace = Namespace {
        metadata: kube::core::ObjectMeta { name: Some(meta::SYSTEM_NAMESPACE.to_owned()), ..Default::default() },
        ..Namespace::default()
    };
    put(&Api::all(client.clone()), &namespace, "namespace").await?;
    try_join_all(definitions().into_iter().map(|definition| serve(client, definition))).await?;
    let writer = whoami(client).await?;
    let (policy, binding) = writers_policy(&writer);
    put(&Api::all(client.clone()), &policy, "validatingadmissionpolicy").await?;
    put(&Api::all(client.clone()), &binding, "validatingadmissionpolicybinding").await
}

async fn serve(client: &Client, definition: CustomResourceDefinition) -> Result<(), InstallError> {
    let api = Api::<CustomResourceDefinition>::all(client.clone());
    let name = definition.name_any();
    put(&api, &definition, "customresourcedefinition").await?;
    match tokio::time::timeout(PATIENCE, await_condition(api, &name, is_crd_established())).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(InstallError::NotServed(name)),
    }
}

async fn put<K>(api: &Api<K>, object: &K, kind: &str) -> Result<(), InstallError>
where
    K: kube::Resource + serde::Serialize + serde::de::DeserializeOwned + Clone + std::fmt::Debug,
{
    let what = || format!("{kind}/{}", object.name_any());
    apply(api, meta::MANAGER_CONTROLLER, object)
        .await
        .map(drop)
        .map_err(|source| InstallError::Apply { what: what(), source: Box::new(source) })
}

async fn whoami(client: &Client) -> Result<String, InstallError> {
    let review: SelfSubjectReview = Api::all(client.clone())
        .create(&PostParams::default(), &SelfSubjectReview::default())
        .await
        .map_err(|source| InstallError::Apply { what: "selfsubjectreview".to_owned(), source: Box::new(source) })?;
    review.status.and_then(|status| status.user_info).and_then(|user| user.username).ok_or(InstallError::Nobody)
}

/// The rule that only `writer` (kored's own identity) writes Kore's objects: people read the
/// management cluster, and change it through Kore. Kubernetes' own controllers may touch metadata
/// (owner references, finalizers) and collect what belongs to a deleted namespace.
#[must_use]
pub fn writers_policy(writer: &str) -> (ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding) {
    let writer = json!(writer).to_string();
    let policy = json!({
        "metadata": { "name": WRITERS_POLICY },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [meta::GROUP], "apiVersions": ["*"], "resources": ["*/*"],
                "operations": ["CREATE", "UPDATE", "DELETE"],
            }] },
            "variables": [
                { "name": "kore", "expression": format!("request.userInfo.username == {writer}") },
                { "name": "kubernetes", "expression":
                    "request.userInfo.username in ['system:kube-controller-manager', 'system:apiserver'] \
                     || request.userInfo.username.startsWith('system:serviceaccount:kube-system:')" },
                { "name": "sameSpec", "expression":
                    "request.operation == 'DELETE' || (request.operation == 'UPDATE' && object.spec == oldObject.spec)" },
            ],
            "validations": [{
                "expression": "variables.kore || (variables.kubernetes && variables.sameSpec)",
                "message": "Kore's objects are read-only here; change them through Kore (kore, its console or its API)",
                "reason": "Forbidden",
            }],
        },
    });
    let binding = json!({
        "metadata": { "name": WRITERS_POLICY },
        "spec": { "policyName": WRITERS_POLICY, "validationActions": ["Deny"] },
    });
    // Both are literals of this file, and a test reads them.
    (serde_json::from_value(policy).unwrap_or_default(), serde_json::from_value(binding).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_writer_and_matches_every_kind_of_the_group() {
        let (policy, binding) = writers_policy("kore:\"server");
        let spec = policy.spec.unwrap();
        assert_eq!(spec.variables.unwrap()[0].expression, r#"request.userInfo.username == "kore:\"server""#);
        let rule = &spec.match_constraints.unwrap().resource_rules.unwrap()[0];
        assert_eq!(rule.api_groups.as_deref(), Some(&["kore.internal".to_owned()][..]));
        assert_eq!(binding.spec.policy_name, WRITERS_POLICY);
    }

    #[test]
    fn checked_in_definitions_are_current() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../kubernetes/crds");
        for definition in definitions() {
            let file = format!("{directory}/{}.yaml", definition.name_any());
            let text = serde_saphyr::to_string(&serde_json::to_value(&definition).unwrap()).unwrap();
            let text =
                format!("# Generated from crates/kore-api; KORE_UPDATE=1 cargo test -p kore-kube writes it.\n{text}");
            if std::env::var_os("KORE_UPDATE").is_some() {
                std::fs::create_dir_all(directory).unwrap();
                std::fs::write(&file, &text).unwrap();
            }
            let found = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(found == text, "{file} is not current: KORE_UPDATE=1 cargo test -p kore-kube");
        }
    }
}
