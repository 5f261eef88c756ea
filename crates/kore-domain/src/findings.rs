//! What is allowed and less safe than it could be: from what a cluster or a namespace is asked to be, so that
//! a preview can say it before anything is there.

use kore_api::{
    finding::{Finding, Severity},
    namespace::{ClusterNamespaceSpec, NamespaceRole, PodSecurity},
    plan::{AwsCapacity, AwsEgress, AwsParameters, Guardrails, LocalParameters, Provider},
};
use serde_json::Value;

use crate::cluster_namespace::pod_security;

/// Registries where anybody may have an account: allowed as a whole, they are everybody's images.
const PUBLIC: [&str; 7] =
    ["docker.io", "gcr.io", "ghcr.io", "public.ecr.aws", "quay.io", "registry.gitlab.com", "registry.hub.docker.com"];

fn finding(id: &str, severity: Severity, path: &str, message: &str, fix: &str) -> Finding {
    Finding { id: id.to_owned(), severity, path: path.to_owned(), message: message.to_owned(), fix: fix.to_owned() }
}

/// What is found in the parameters of a cluster. Parameters that are none of this provider's say nothing.
#[must_use]
pub fn of_cluster(provider: Provider, parameters: &Value) -> Vec<Finding> {
    match provider {
        Provider::Local => serde_json::from_value(parameters.clone()).map(|one| of_local(&one)).unwrap_or_default(),
        Provider::Aws => serde_json::from_value(parameters.clone()).map(|one| of_aws(&one)).unwrap_or_default(),
    }
}

fn of_local(parameters: &LocalParameters) -> Vec<Finding> {
    inside(parameters.guardrails, &parameters.allowed_registries)
}

fn of_aws(parameters: &AwsParameters) -> Vec<Finding> {
    let mut found = inside(parameters.guardrails, &parameters.allowed_registries);
    if parameters.egress == AwsEgress::OneGateway {
        let message = "when the zone of its one gateway fails, no node reaches the world";
        found.push(finding("one-gateway", Severity::Low, "egress", message, "egress=gatewayInEachZone"));
    }
    for (name, _) in parameters.node_pools.iter().filter(|(_, pool)| pool.capacity == AwsCapacity::Spot) {
        let message = format!("nodes of pool {name} are taken back when AWS needs them, with two minutes' notice");
        let path = format!("nodePools.{name}.capacity");
        let fix = format!("{path}=onDemand");
        found.push(finding(&format!("spot-{name}"), Severity::Low, &path, &message, &fix));
    }
    found
}

/// What is found in what every provider's clusters do with what is in them.
fn inside(guardrails: Guardrails, registries: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    if guardrails == Guardrails::Evaluation {
        found.push(finding(
            "guardrails-warn-only",
            Severity::Medium,
            "guardrails",
            "what is unsafe in it (images from anywhere, directories of nodes, rights over everything) is warned of and done",
            "guardrails=production",
        ));
    }
    for registry in registries.iter().filter(|one| PUBLIC.contains(&one.as_str())) {
        found.push(finding(
            &format!("public-registry-{registry}"),
            Severity::Medium,
            "allowedRegistries",
            &format!("images of everybody who has an account at {registry} may run in it"),
            &format!("allow {registry}/NAME instead, as {registry}/acme"),
        ));
    }
    found
}

/// What is found in a namespace of a cluster with these guardrails.
#[must_use]
pub fn of_namespace(spec: &ClusterNamespaceSpec, guardrails: Guardrails) -> Vec<Finding> {
    let mut found = Vec::new();
    if pod_security(spec, guardrails) == PodSecurity::Baseline {
        let message = "its pods may run as root in their containers";
        found.push(finding("pods-as-root", Severity::Medium, "podSecurity", message, "podSecurity=restricted"));
    }
    for (name, waiver) in &spec.waivers {
        let message = format!("guardrail {name} does not hold in it until {}: {}", waiver.until, waiver.reason);
        let fix = format!("end it: kore namespace waive TEAM/{}/{} {name} --end", spec.cluster, spec.name);
        found.push(finding(&format!("waived-{name}"), Severity::Medium, &format!("waivers.{name}"), &message, &fix));
    }
    if spec.network.internet {
        let message = "what runs in it can send what it knows to any public address";
        found.push(finding("internet", Severity::Low, "network.internet", message, "close it again: --close internet"));
    }
    if spec.access.developers == Some(NamespaceRole::Admin) || spec.access.viewers == Some(NamespaceRole::Admin) {
        let message = "whoever is given no more than work in it may give roles in it to others";
        found.push(finding("roles-by-many", Severity::Low, "access", message, "give edit or deploy instead of admin"));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(found: &[Finding]) -> Vec<&str> {
        found.iter().map(|one| one.id.as_str()).collect()
    }

    #[test]
    fn a_production_cluster_with_its_own_registries_has_none() {
        let cluster = |value: Value| of_cluster(Provider::Local, &value);
        assert_eq!(ids(&cluster(json!({}))), ["guardrails-warn-only"]);
        assert_eq!(ids(&cluster(json!({"guardrails": "production"}))), Vec::<&str>::new());
        let open = json!({"guardrails": "production", "allowedRegistries": ["ghcr.io", "ghcr.io/acme", "registry.acme.example"]});
        assert_eq!(ids(&cluster(open)), ["public-registry-ghcr.io"]);
        assert_eq!(ids(&cluster(json!("nonsense"))), Vec::<&str>::new());
    }

    #[test]
    fn a_namespace_says_what_is_open_in_it() {
        let of = |value: Value, guardrails| {
            let mut spec = json!({"cluster": "dev", "name": "web"});
            json_patch::merge(&mut spec, &value);
            of_namespace(&serde_json::from_value(spec).unwrap(), guardrails)
        };
        assert_eq!(ids(&of(json!({}), Guardrails::Production)), Vec::<&str>::new());
        assert_eq!(ids(&of(json!({}), Guardrails::Evaluation)), ["pods-as-root"]);
        assert_eq!(ids(&of(json!({"podSecurity": "restricted"}), Guardrails::Evaluation)), Vec::<&str>::new());
        let wide = json!({"network": {"internet": true}, "access": {"developers": "admin"}});
        assert_eq!(ids(&of(wide, Guardrails::Production)), ["internet", "roles-by-many"]);
    }
}
