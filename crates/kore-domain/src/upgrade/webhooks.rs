//! Admission webhooks that must answer: what of an upgrade's own requests they stand in the way of.

use kore_api::upgrade::CheckResult;

use super::preflight::Seen;

/// An admission webhook whose silence is a refusal (`failurePolicy: Fail`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its configuration and its name in it, as `policy/pods.example.org`.
    pub name: String,
    /// The service that it is asked by, as `policy/webhook`; none where it is a URL outside.
    pub service: Option<String>,
    /// On which nodes ready endpoints of the service are, one each; an empty name where that is unknown.
    pub endpoints: Seen<Vec<String>>,
    /// What it intercepts.
    pub rules: Vec<Rule>,
    /// Whether labels of namespaces narrow that.
    pub by_namespace: bool,
    /// Whether labels of objects or conditions narrow that.
    pub by_object: bool,
}

/// What a webhook intercepts; `*` stands for everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// API groups.
    pub groups: Vec<String>,
    /// Resources, as `pods`, `pods/eviction`, `pods/*`, `*` or `*/*`.
    pub resources: Vec<String>,
    /// `CREATE`, `UPDATE`, …
    pub operations: Vec<String>,
    /// Only objects of namespaces, or only others; none for both.
    pub namespaced: Option<bool>,
}

/// A kind of request that the upgrade makes.
struct Need {
    group: &'static str,
    resource: &'static str,
    operation: &'static str,
    namespaced: bool,
}

const fn need(group: &'static str, resource: &'static str, operation: &'static str, namespaced: bool) -> Need {
    Need { group, resource, operation, namespaced }
}

const RBAC: &str = "rbac.authorization.k8s.io";

/// Without these no node is emptied, upgraded or seen to live.
const ESSENTIAL: [Need; 5] = [
    need("", "nodes", "UPDATE", false),
    need("", "nodes/status", "UPDATE", false),
    need("coordination.k8s.io", "leases", "UPDATE", true),
    need(RBAC, "clusterroles", "UPDATE", false),
    need(RBAC, "clusterrolebindings", "UPDATE", false),
];

/// Without these no pod gets from one node to another.
const MOVING: [Need; 3] = [
    need("", "pods", "CREATE", true),
    need("", "pods/eviction", "CREATE", true),
    need("", "pods/binding", "CREATE", true),
];

impl Rule {
    /// Whether it matches, as the API server matches
    /// (<https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules>).
    fn matches(&self, need: &Need) -> bool {
        let any = |list: &[String], wanted: &str| list.iter().any(|one| one == "*" || one == wanted);
        let (resource, part) = need.resource.split_once('/').map_or((need.resource, None), |(r, p)| (r, Some(p)));
        let names = |pattern: &str| match (pattern.split_once('/'), part) {
            (None, None) => pattern == "*" || pattern == resource,
            (None, Some(_)) => false,
            // `pods/*` has the pods themselves in it.
            (Some((of, which)), None) => (of == "*" || of == resource) && which == "*",
            (Some((of, which)), Some(part)) => (of == "*" || of == resource) && (which == "*" || which == part),
        };
        any(&self.groups, need.group)
            && any(&self.operations, need.operation)
            && self.namespaced.is_none_or(|namespaced| namespaced == need.namespaced)
            && self.resources.iter().any(|pattern| names(pattern))
    }
}

impl Webhook {
    fn intercepts(&self, needs: &'static [Need]) -> Vec<&'static Need> {
        needs.iter().filter(|need| self.rules.iter().any(|rule| rule.matches(need))).collect()
    }

    /// What it means for an upgrade, each with its reason.
    pub(super) fn findings(&self) -> Vec<(CheckResult, String)> {
        let name = &self.name;
        let mut found = Vec::new();
        let essential = self.intercepts(&ESSENTIAL);
        let listed: Vec<_> = essential.iter().map(|need| need.resource).collect();
        if !essential.is_empty() {
            let listed = listed.join(", ");
            let narrowed = self.by_object || (self.by_namespace && essential.iter().all(|need| need.namespaced));
            found.push(if narrowed {
                let why = "whether its selectors and conditions leave out those of the upgrade cannot be told";
                (CheckResult::Unknown, format!("webhook {name} intercepts {listed}: {why}"))
            } else {
                let why = "while its own pods move it does not answer, and nothing goes on";
                (CheckResult::Fail, format!("webhook {name} intercepts {listed}, which the upgrade needs: {why}"))
            });
        }
        let moving = !self.intercepts(&MOVING).is_empty();
        match (&self.service, &self.endpoints) {
            (None, _) if moving => {
                let why = "nobody here can tell whether it answers";
                found.push((CheckResult::Unknown, format!("webhook {name} stands in the way of pods, outside: {why}")));
            }
            (None, _) => {}
            (Some(service), Err(why)) => {
                found.push((CheckResult::Unknown, format!("endpoints of webhook {name} ({service}): {why}")));
            }
            (Some(service), Ok(nodes)) if nodes.is_empty() => {
                let what = format!("webhook {name} must answer, and its service {service} has no ready endpoint");
                found.push((CheckResult::Fail, what));
            }
            (Some(service), Ok(nodes)) if moving && on_one(nodes) => {
                let what = format!("webhook {name} ({service}) is on one node: while that is emptied, no pod is made");
                found.push((CheckResult::Warn, what));
            }
            _ => {}
        }
        found
    }
}

/// Whether all are on one node, as far as that is known.
fn on_one(nodes: &[String]) -> bool {
    nodes.iter().all(|node| Some(node) == nodes.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(group: &str, resource: &str, operation: &str) -> Rule {
        let one = |text: &str| vec![text.to_owned()];
        Rule { groups: one(group), resources: one(resource), operations: one(operation), namespaced: None }
    }

    fn webhook(rules: Vec<Rule>) -> Webhook {
        Webhook {
            name: "policy/all".into(),
            service: Some("policy/webhook".into()),
            endpoints: Ok(vec!["a".into(), "b".into()]),
            rules,
            by_namespace: false,
            by_object: false,
        }
    }

    fn results(webhook: &Webhook) -> Vec<CheckResult> {
        webhook.findings().into_iter().map(|(result, _)| result).collect()
    }

    #[test]
    fn rules_match_as_the_api_server_matches() {
        let hits = |rule: Rule, needs: &'static [Need]| {
            let names = needs.iter().filter(|need| rule.matches(need)).map(|need| need.resource);
            names.collect::<Vec<_>>()
        };
        assert_eq!(hits(rule("", "pods", "CREATE"), &MOVING), ["pods"]);
        assert_eq!(hits(rule("", "pods/*", "*"), &MOVING), ["pods", "pods/eviction", "pods/binding"]);
        assert_eq!(hits(rule("*", "*", "*"), &MOVING), ["pods"], "`*` has no subresources in it");
        assert_eq!(hits(rule("*", "*/*", "*"), &ESSENTIAL).len(), ESSENTIAL.len());
        assert_eq!(hits(rule("*", "*/status", "UPDATE"), &ESSENTIAL), ["nodes/status"]);
        assert_eq!(hits(rule("apps", "*", "*"), &MOVING), [""; 0]);
        assert_eq!(hits(rule("", "nodes", "CREATE"), &ESSENTIAL), [""; 0]);
        let of_cluster = Rule { namespaced: Some(false), ..rule("*", "*/*", "*") };
        assert_eq!(hits(of_cluster, &MOVING), [""; 0]);
    }

    #[test]
    fn what_must_answer_must_be_able_to() {
        use CheckResult::{Fail, Unknown, Warn};
        assert_eq!(results(&webhook(vec![rule("apps", "deployments", "*")])), []);
        let silent = Webhook { endpoints: Ok(vec![]), ..webhook(vec![rule("apps", "deployments", "*")]) };
        assert_eq!(results(&silent), [Fail]);
        let unseen = Webhook { endpoints: Err("timed out".into()), ..silent };
        assert_eq!(results(&unseen), [Unknown]);
        let pods = webhook(vec![rule("", "pods", "CREATE")]);
        assert_eq!(results(&pods), []);
        assert_eq!(results(&Webhook { endpoints: Ok(vec!["a".into(), "a".into()]), ..pods.clone() }), [Warn]);
        assert_eq!(results(&Webhook { service: None, ..pods }), [Unknown]);
        let outside = Webhook { service: None, ..webhook(vec![rule("apps", "deployments", "*")]) };
        assert_eq!(results(&outside), [], "nothing of the upgrade's");
    }

    #[test]
    fn nobody_stands_between_the_upgrade_and_its_nodes() {
        use CheckResult::{Fail, Unknown};
        let nodes = webhook(vec![rule("", "nodes", "UPDATE")]);
        assert_eq!(results(&nodes), [Fail]);
        assert_eq!(results(&Webhook { by_namespace: true, ..nodes.clone() }), [Fail], "nodes are in no namespace");
        assert_eq!(results(&Webhook { by_object: true, ..nodes }), [Unknown]);
        let leases = webhook(vec![rule("coordination.k8s.io", "leases", "*")]);
        assert_eq!(results(&Webhook { by_namespace: true, ..leases }), [Unknown]);
    }
}
