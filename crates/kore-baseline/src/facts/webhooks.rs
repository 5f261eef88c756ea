//! Admission webhooks whose silence is a refusal, and whether there is somebody to answer.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        admissionregistration::v1::{
            MatchCondition, MutatingWebhookConfiguration, RuleWithOperations, ValidatingWebhookConfiguration,
            WebhookClientConfig,
        },
        discovery::v1::EndpointSlice,
    },
    apimachinery::pkg::apis::meta::v1::LabelSelector,
};
use kore_domain::upgrade::{Rule, Seen, Webhook};
use kore_engine::error::chain;
use kube::{Api, Client, ResourceExt, api::ListParams};

/// What both kinds of webhooks have.
struct Found {
    name: String,
    client: WebhookClientConfig,
    policy: Option<String>,
    rules: Option<Vec<RuleWithOperations>>,
    namespaces: Option<LabelSelector>,
    objects: Option<LabelSelector>,
    conditions: Option<Vec<MatchCondition>>,
}

/// Every webhook that must answer.
pub(super) async fn webhooks(client: &Client) -> Seen<Vec<Webhook>> {
    let mut all = Vec::new();
    for found in configured(client).await?.into_iter().filter(must_answer) {
        let service = found.client.service.as_ref();
        let endpoints = match service {
            Some(service) => endpoints(client, &service.namespace, &service.name).await,
            None => Ok(Vec::new()),
        };
        let service = service.map(|service| format!("{}/{}", service.namespace, service.name));
        all.push(webhook(found, service, endpoints));
    }
    Ok(all)
}

/// Nothing said is `Fail`, as the API server fills it in.
fn must_answer(found: &Found) -> bool {
    found.policy.as_deref() != Some("Ignore")
}

async fn configured(client: &Client) -> Seen<Vec<Found>> {
    let every = ListParams::default();
    let validating: Api<ValidatingWebhookConfiguration> = Api::all(client.clone());
    let mutating: Api<MutatingWebhookConfiguration> = Api::all(client.clone());
    let (validating, mutating) =
        tokio::try_join!(validating.list(&every), mutating.list(&every)).map_err(|error| chain(&error))?;
    // Two types with the same fields and nothing in common that says so.
    macro_rules! webhooks_of {
        ($configurations:expr) => {
            $configurations.into_iter().flat_map(|configuration| {
                let of = configuration.name_any();
                configuration.webhooks.into_iter().flatten().map(move |one| Found {
                    name: format!("{of}/{}", one.name),
                    client: one.client_config,
                    policy: one.failure_policy,
                    rules: one.rules,
                    namespaces: one.namespace_selector,
                    objects: one.object_selector,
                    conditions: one.match_conditions,
                })
            })
        };
    }
    Ok(webhooks_of!(validating).chain(webhooks_of!(mutating)).collect())
}

fn webhook(found: Found, service: Option<String>, endpoints: Seen<Vec<String>>) -> Webhook {
    let narrows = |selector: &Option<LabelSelector>| {
        selector.as_ref().is_some_and(|selector| {
            selector.match_labels.as_ref().is_some_and(|labels| !labels.is_empty())
                || selector.match_expressions.as_ref().is_some_and(|expressions| !expressions.is_empty())
        })
    };
    let by_object = narrows(&found.objects) || found.conditions.is_some_and(|conditions| !conditions.is_empty());
    Webhook {
        name: found.name,
        service,
        endpoints,
        rules: found.rules.into_iter().flatten().map(rule).collect(),
        by_namespace: narrows(&found.namespaces),
        by_object,
    }
}

fn rule(rule: RuleWithOperations) -> Rule {
    Rule {
        groups: rule.api_groups.unwrap_or_default(),
        resources: rule.resources.unwrap_or_default(),
        operations: rule.operations.unwrap_or_default(),
        namespaced: match rule.scope.as_deref() {
            Some("Namespaced") => Some(true),
            Some("Cluster") => Some(false),
            _ => None,
        },
    }
}

/// On which nodes ready endpoints of a service are, each pod once.
async fn endpoints(client: &Client, namespace: &str, service: &str) -> Seen<Vec<String>> {
    let slices: Api<EndpointSlice> = Api::namespaced(client.clone(), namespace);
    let of_service = ListParams::default().labels(&format!("kubernetes.io/service-name={service}"));
    let slices = slices.list(&of_service).await.map_err(|error| chain(&error))?;
    let endpoints = slices.into_iter().flat_map(|slice| slice.endpoints.into_iter().flatten());
    // Nobody says whether it is ready: it is taken to be, as the API's documentation has it.
    let ready = endpoints.filter(|one| one.conditions.as_ref().and_then(|all| all.ready).unwrap_or(true));
    // A service with two families of addresses has each pod twice.
    let pods: BTreeMap<String, String> = ready
        .map(|one| {
            let pod = one.target_ref.and_then(|target| target.uid);
            let address = one.addresses.into_iter().next();
            (pod.or(address).unwrap_or_default(), one.node_name.unwrap_or_default())
        })
        .collect();
    Ok(pods.into_values().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(selector: serde_json::Value) -> Found {
        let selector: LabelSelector = serde_json::from_value(selector).unwrap();
        let rules = json!([{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"],
            "scope": "Namespaced"}]);
        Found {
            name: "policy/pods".into(),
            client: WebhookClientConfig::default(),
            policy: None,
            rules: serde_json::from_value(rules).unwrap(),
            namespaces: Some(selector.clone()),
            objects: Some(selector),
            conditions: Some(vec![]),
        }
    }

    #[test]
    fn an_empty_selector_narrows_nothing() {
        let all = webhook(found(json!({})), None, Ok(vec![]));
        assert!(!all.by_namespace && !all.by_object);
        let some = webhook(found(json!({"matchLabels": {"team": "a"}})), None, Ok(vec![]));
        assert!(some.by_namespace && some.by_object);
        let conditions = Some(vec![MatchCondition { name: "not-ours".into(), expression: "true".into() }]);
        assert!(webhook(Found { conditions, ..found(json!({})) }, None, Ok(vec![])).by_object);
        assert_eq!(all.rules[0].namespaced, Some(true));
    }

    #[test]
    fn who_may_be_silent_is_none_of_them() {
        let policy = |policy: Option<&str>| Found { policy: policy.map(str::to_owned), ..found(json!({})) };
        assert!(must_answer(&policy(None)) && must_answer(&policy(Some("Fail"))));
        assert!(!must_answer(&policy(Some("Ignore"))));
    }
}
