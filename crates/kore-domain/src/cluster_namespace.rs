//! What a ClusterNamespace comes to: whether it is one, and the objects that it is in its cluster. Pure.
//!
//! Everything in it is closed by default: quota, limits, network. What is open has a name.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kore_api::{
    meta,
    names::{ClusterRef, NamespaceRef, TeamName},
    namespace::{Amounts, ClusterNamespaceSpec, Limits, NamespaceRole, PodSecurity, QuotaTemplate},
    plan::Guardrails,
    problem::FieldError,
};
use serde_json::{Value, json};

use crate::{
    cluster_rbac::{
        DEPLOY_ROLE, LABEL_KEPT, ROLES, namespace_gateway, namespace_group, reserves_namespace, team_group, word,
    },
    waivers,
};

/// Namespace whose pods are the cluster's ingress.
pub const INGRESS_NAMESPACE: &str = "kore-ingress";
/// What is closed unless something opens it.
const DEFAULT_DENY: &str = "kore-default-deny";
/// The quota's object.
pub const QUOTA: &str = "kore-quota";

/// The Pod Security Standard that guardrails ask for at least.
#[must_use]
pub const fn least(guardrails: Guardrails) -> PodSecurity {
    match guardrails {
        Guardrails::Evaluation => PodSecurity::Baseline,
        Guardrails::Production => PodSecurity::Restricted,
    }
}

/// The Pod Security Standard that a namespace has.
#[must_use]
pub fn pod_security(spec: &ClusterNamespaceSpec, guardrails: Guardrails) -> PodSecurity {
    spec.pod_security.unwrap_or(least(guardrails)).max(least(guardrails))
}

/// The guardrails of a cluster, by the parameters that were last applied.
#[must_use]
pub fn guardrails_of(parameters: Option<&Value>) -> Guardrails {
    let said = parameters.and_then(|parameters| parameters.get("guardrails")).cloned();
    said.and_then(|said| serde_json::from_value(said).ok()).unwrap_or_default()
}

/// All that is wrong with one in a cluster with these guardrails, with pointers into the spec.
#[must_use]
pub fn check(spec: &ClusterNamespaceSpec, guardrails: Guardrails) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: &str, rule: &str, detail: String| {
        errors.push(FieldError::new(pointer, rule, detail));
    };
    let name = spec.name.as_str();
    if name == "default" || reserves_namespace(name) {
        wrong(
            "/name",
            "reserved",
            format!("{name:?} belongs to the cluster: choose a name without kube- or kore- before it"),
        );
    }
    if spec.pod_security.is_some_and(|asked| asked < least(guardrails)) {
        wrong("/podSecurity", "minimum", "is less than the cluster's guardrails ask for: restricted".to_owned());
    }
    match (spec.quota.template, spec.quota.hard.is_empty()) {
        (QuotaTemplate::Own, true) => wrong("/quota/hard", "required", "template own says itself how much".to_owned()),
        (QuotaTemplate::Own, false) => {}
        (_, false) => wrong("/quota/hard", "const", "belongs to template own".to_owned()),
        (_, true) => {}
    }
    for (resource, amount) in &spec.quota.hard {
        let pointer = format!("/quota/hard/{}", resource.replace('~', "~0").replace('/', "~1"));
        if !resource.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./-".contains(&byte)) || resource.is_empty() {
            wrong(
                &pointer,
                "pattern",
                format!("{resource:?} is no resource, as requests.cpu, pods, count/deployments.apps"),
            );
        }
        if quantity(amount).is_none() {
            wrong(&pointer, "pattern", not_quantity(amount));
        }
    }
    let Limits { request, limit, max } = limits(spec);
    for (pointer, amounts) in
        [("request", &spec.limits.request), ("limit", &spec.limits.limit), ("max", &spec.limits.max)]
    {
        for (field, amount) in [("cpu", &amounts.cpu), ("memory", &amounts.memory)] {
            if let Some(amount) = amount.as_ref().filter(|amount| quantity(amount).is_none()) {
                wrong(&format!("/limits/{pointer}/{field}"), "pattern", not_quantity(amount));
            }
        }
    }
    for (field, steps) in
        [("cpu", [&request.cpu, &limit.cpu, &max.cpu]), ("memory", [&request.memory, &limit.memory, &max.memory])]
    {
        let known: Vec<(&String, f64)> =
            steps.into_iter().flatten().filter_map(|text| Some((text, quantity(text)?))).collect();
        if let Some([low, high]) = known.windows(2).find(|pair| matches!(pair, [low, high] if low.1 > high.1)) {
            let detail = format!("request ≤ limit ≤ max: {} is more than {}", low.0, high.0);
            wrong(&format!("/limits/limit/{field}"), "maximum", detail);
        }
    }
    for (list, names) in
        [("fromNamespaces", &spec.network.from_namespaces), ("toNamespaces", &spec.network.to_namespaces)]
    {
        if names.contains(&spec.name) {
            wrong(&format!("/network/{list}"), "const", "its own pods are sameNamespace".to_owned());
        }
    }
    errors
}

fn not_quantity(text: &str) -> String {
    format!("{text:?} is no quantity, as 4, 500m, 1.5Gi")
}

/// A quantity's value: decimal digits and a suffix, as Kubernetes writes them.
fn quantity(text: &str) -> Option<f64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, suffix) = text.split_at(split);
    let factor = match suffix {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => f64::from(1 << 10),
        "Mi" => f64::from(1 << 20),
        "Gi" => f64::from(1 << 30),
        "Ti" => f64::from(1 << 30) * 1024.0,
        _ => return None,
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.ends_with('.') {
        return None;
    }
    digits.parse::<f64>().ok().map(|value| value * factor)
}

/// How much it may use, by Kubernetes' names of resources.
#[must_use]
pub fn hard(spec: &ClusterNamespaceSpec) -> BTreeMap<String, String> {
    let of = |cpu: &str, memory: &str, limit: &str, pods: &str, volumes: &str, storage: &str| {
        [
            ("requests.cpu", cpu),
            ("requests.memory", memory),
            ("limits.memory", limit),
            ("pods", pods),
            ("persistentvolumeclaims", volumes),
            ("requests.storage", storage),
        ]
        .map(|(name, amount)| (name.to_owned(), amount.to_owned()))
        .into()
    };
    match spec.quota.template {
        QuotaTemplate::Small => of("1", "2Gi", "4Gi", "10", "5", "20Gi"),
        QuotaTemplate::Medium => of("4", "8Gi", "16Gi", "40", "20", "100Gi"),
        QuotaTemplate::Large => of("16", "32Gi", "64Gi", "160", "80", "500Gi"),
        QuotaTemplate::Own => spec.quota.hard.clone(),
    }
}

/// What each container gets and may have at most, with what the template says.
fn limits(spec: &ClusterNamespaceSpec) -> Limits {
    let amounts = |cpu: Option<&str>, memory: Option<&str>| Amounts {
        cpu: cpu.map(str::to_owned),
        memory: memory.map(str::to_owned),
    };
    let max = match spec.quota.template {
        QuotaTemplate::Small => amounts(Some("1"), Some("2Gi")),
        QuotaTemplate::Medium => amounts(Some("4"), Some("8Gi")),
        QuotaTemplate::Large => amounts(Some("8"), Some("16Gi")),
        QuotaTemplate::Own => Amounts::default(),
    };
    let or = |said: &Amounts, base: Amounts| Amounts {
        cpu: said.cpu.clone().or(base.cpu),
        memory: said.memory.clone().or(base.memory),
    };
    Limits {
        request: or(&spec.limits.request, amounts(Some("50m"), Some("64Mi"))),
        limit: or(&spec.limits.limit, amounts(None, Some("256Mi"))),
        max: or(&spec.limits.max, max),
    }
}

/// Whose namespace it is.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// The team.
    pub team: &'a TeamName,
    /// Name of the installation.
    pub installation: &'a str,
}

/// Labels by which Kore's namespaces are known.
#[must_use]
pub fn labels(whose: Whose<'_>) -> BTreeMap<String, String> {
    [(LABEL_KEPT, "kore"), (meta::LABEL_TEAM, whose.team.as_str()), (meta::LABEL_INSTALLATION, whose.installation)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// What the namespace is in its cluster, in the order in which it is applied. A network that is closed
/// comes before whoever may make pods; `now` says which waivers hold.
#[must_use]
pub fn objects(whose: Whose<'_>, spec: &ClusterNamespaceSpec, guardrails: Guardrails, now: Timestamp) -> Vec<Value> {
    let name = spec.name.as_str();
    let kept = |kind: (&str, &str), object: &str| {
        json!({ "apiVersion": kind.0, "kind": kind.1,
            "metadata": { "name": object, "namespace": name, "labels": { LABEL_KEPT: "kore" } } })
    };
    let with = |mut object: Value, fields: Value| {
        if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
            object.extend(fields);
        }
        object
    };
    let mut objects = vec![namespace(whose, spec, guardrails, now)];
    for (policy, rules) in network(spec) {
        objects.push(with(kept(NETWORK_POLICY, policy), json!({ "spec": rules })));
    }
    objects.push(with(kept(("v1", "ResourceQuota"), QUOTA), json!({ "spec": { "hard": hard(spec) } })));
    let Limits { request, limit, max } = limits(spec);
    let mut containers = json!({ "type": "Container" });
    for (field, amounts) in [("defaultRequest", request), ("default", limit), ("max", max)] {
        let amounts: BTreeMap<_, _> = [("cpu", amounts.cpu), ("memory", amounts.memory)]
            .into_iter()
            .filter_map(|(name, amount)| Some((name, amount?)))
            .collect();
        if let Some(containers) = containers.as_object_mut().filter(|_| !amounts.is_empty()) {
            containers.insert(field.to_owned(), json!(amounts));
        }
    }
    objects.push(with(kept(("v1", "LimitRange"), "kore-limits"), json!({ "spec": { "limits": [containers] } })));
    // A pod gets a credential for the API server where it asks for one.
    objects.push(with(kept(("v1", "ServiceAccount"), "default"), json!({ "automountServiceAccountToken": false })));
    objects.extend(outside(whose, spec));
    for (role, groups) in access(whose.team, spec) {
        let rbac = "rbac.authorization.k8s.io";
        let subjects: Vec<_> =
            groups.iter().map(|group| json!({ "apiGroup": rbac, "kind": "Group", "name": group })).collect();
        let reference = json!({ "apiGroup": rbac, "kind": "ClusterRole", "name": cluster_role(role) });
        let fields = json!({ "roleRef": reference, "subjects": subjects });
        objects.push(with(kept(ROLE_BINDING, &binding_name(role)), fields));
    }
    objects
}

/// What belongs to it and is in no namespace, so that it does not go with it.
#[must_use]
pub fn outside(whose: Whose<'_>, spec: &ClusterNamespaceSpec) -> [Value; 2] {
    let labels = labels(whose);
    namespace_gateway(&reference(whose.team, spec)).map(|mut object| {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("labels".to_owned(), json!(labels));
        }
        object
    })
}

fn reference(team: &TeamName, spec: &ClusterNamespaceSpec) -> NamespaceRef {
    NamespaceRef { cluster: ClusterRef { team: team.clone(), name: spec.cluster.clone() }, name: spec.name.clone() }
}

/// What it may have been before and is not now: type and metadata of objects to remove.
#[must_use]
pub fn leftovers(spec: &ClusterNamespaceSpec) -> Vec<Value> {
    let policies: Vec<_> = network(spec).into_iter().map(|(name, _)| name).collect();
    OPENINGS
        .into_iter()
        .filter(|name| !policies.contains(name))
        .map(|name| {
            let (version, kind) = NETWORK_POLICY;
            json!({ "apiVersion": version, "kind": kind,
                "metadata": { "name": name, "namespace": spec.name, "labels": { LABEL_KEPT: "kore" } } })
        })
        .collect()
}

const NETWORK_POLICY: (&str, &str) = ("networking.k8s.io/v1", "NetworkPolicy");
const ROLE_BINDING: (&str, &str) = ("rbac.authorization.k8s.io/v1", "RoleBinding");
/// Names of the policies that open something.
const OPENINGS: [&str; 6] = [
    "kore-allow-dns",
    "kore-allow-same-namespace",
    "kore-allow-from-namespaces",
    "kore-allow-to-namespaces",
    "kore-allow-ingress",
    "kore-allow-internet",
];

fn namespace(whose: Whose<'_>, spec: &ClusterNamespaceSpec, guardrails: Guardrails, now: Timestamp) -> Value {
    let standard = match pod_security(spec, guardrails) {
        PodSecurity::Baseline => "baseline",
        PodSecurity::Restricted => "restricted",
    };
    let mut labels = labels(whose);
    let waived = waivers::active(&spec.waivers, now).into_iter();
    labels.extend(waived.map(|name| (format!("{}{name}", waivers::LABEL), "true".to_owned())));
    for mode in ["enforce", "warn", "audit"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), standard.to_owned());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), "latest".to_owned());
    }
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": spec.name, "labels": labels } })
}

/// Network policies: name and spec.
fn network(spec: &ClusterNamespaceSpec) -> Vec<(&'static str, Value)> {
    let network = &spec.network;
    let everyone = json!({});
    let closed = json!({ "podSelector": everyone, "policyTypes": ["Ingress", "Egress"] });
    let from = |peers: Value| json!({ "podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{ "from": peers }] });
    let to = |rule: Value| json!({ "podSelector": {}, "policyTypes": ["Egress"], "egress": [rule] });
    let namespaces = |names: &[&str]| {
        json!([{ "namespaceSelector": { "matchExpressions": [
            { "key": "kubernetes.io/metadata.name", "operator": "In", "values": names },
        ] } }])
    };
    let texts = |names: &'_ [kore_api::names::NamespaceName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let named = |names: &[kore_api::names::NamespaceName]| {
        let names = texts(names);
        namespaces(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut policies = vec![(DEFAULT_DENY, closed)];
    let [dns, same, from_namespaces, to_namespaces, ingress, internet] = OPENINGS;
    if network.dns {
        // Policies see the port of the pod, which is another than the Service's.
        let ports: Vec<_> = [("UDP", 53), ("TCP", 53), ("UDP", 5353), ("TCP", 5353)]
            .map(|(protocol, port)| json!({ "protocol": protocol, "port": port }))
            .into();
        let server = json!([{
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "kube-system" } },
            "podSelector": { "matchLabels": { "k8s-app": "kube-dns" } },
        }]);
        policies.push((dns, to(json!({ "to": server, "ports": ports }))));
    }
    if network.same_namespace {
        let peers = json!([{ "podSelector": {} }]);
        policies.push((
            same,
            json!({ "podSelector": {}, "policyTypes": ["Ingress", "Egress"],
                "ingress": [{ "from": peers }], "egress": [{ "to": peers }] }),
        ));
    }
    if !network.from_namespaces.is_empty() {
        policies.push((from_namespaces, from(named(&network.from_namespaces))));
    }
    if !network.to_namespaces.is_empty() {
        policies.push((to_namespaces, to(json!({ "to": named(&network.to_namespaces) }))));
    }
    if network.ingress {
        policies.push((ingress, from(namespaces(&[INGRESS_NAMESPACE]))));
    }
    if network.internet {
        // Private, shared, loopback and link-local ranges are not the internet: the last has the metadata
        // services of clouds (RFC 1918, 6598, 3927, 4193, 4291).
        let public = json!([
            { "ipBlock": { "cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
                "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] } },
            { "ipBlock": { "cidr": "::/0", "except": ["::1/128", "fc00::/7", "fe80::/10"] } },
        ]);
        policies.push((internet, to(json!({ "to": public }))));
    }
    policies
}

/// Which groups have which role in it: those who hold it in this namespace, what the team's roles come to here, and
/// those who deploy wherever the team has namespaces.
fn access(team: &TeamName, spec: &ClusterNamespaceSpec) -> BTreeMap<NamespaceRole, Vec<String>> {
    let namespace = reference(team, spec);
    let mut bound: BTreeMap<_, Vec<String>> =
        ROLES.into_iter().map(|role| (role, vec![namespace_group(&namespace, role)])).collect();
    let of_team = [
        (NamespaceRole::View, spec.access.viewers),
        (NamespaceRole::Edit, spec.access.developers),
        (NamespaceRole::Deploy, Some(NamespaceRole::Deploy)),
    ];
    for (held, role) in of_team {
        if let Some(role) = role {
            bound.entry(role).or_default().push(team_group(team, held));
        }
    }
    bound
}

const fn cluster_role(role: NamespaceRole) -> &'static str {
    match role {
        NamespaceRole::Deploy => DEPLOY_ROLE,
        role => word(role),
    }
}

fn binding_name(role: NamespaceRole) -> String {
    format!("kore:{}", word(role))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn spec(fields: &Value) -> ClusterNamespaceSpec {
        let mut spec = json!({ "cluster": "dev", "name": "web" });
        json_patch::merge(&mut spec, fields);
        serde_json::from_value(spec).unwrap()
    }

    fn refused(fields: &Value, guardrails: Guardrails) -> Vec<String> {
        check(&spec(fields), guardrails).into_iter().map(|error| format!("{} {}", error.pointer, error.rule)).collect()
    }

    fn team() -> TeamName {
        "payments".parse().unwrap()
    }

    fn names(objects: &[Value]) -> Vec<String> {
        objects.iter().map(|one| format!("{} {}", one["kind"], one["metadata"]["name"]).replace('"', "")).collect()
    }

    #[test]
    fn what_is_wrong_is_said_at_once() {
        assert_eq!(refused(&json!({}), Guardrails::Production), Vec::<String>::new());
        assert_eq!(refused(&json!({"name": "kube-mine"}), Guardrails::Evaluation), ["/name reserved"]);
        let asked = json!({"podSecurity": "baseline", "quota": {"template": "own"}});
        assert_eq!(refused(&asked, Guardrails::Production), ["/podSecurity minimum", "/quota/hard required"]);
        assert_eq!(refused(&asked, Guardrails::Evaluation), ["/quota/hard required"]);
        let quota =
            json!({"quota": {"template": "own", "hard": {"count/jobs.batch": "5", "pods": "many", "a b": "1"}}});
        assert_eq!(refused(&quota, Guardrails::Evaluation), ["/quota/hard/a b pattern", "/quota/hard/pods pattern"]);
        assert_eq!(refused(&json!({"quota": {"hard": {"pods": "5"}}}), Guardrails::Evaluation), ["/quota/hard const"]);
        let limits = json!({"limits": {"limit": {"memory": "3Gi", "cpu": "100m"}, "request": {"cpu": "0.2"}}});
        assert_eq!(
            refused(&limits, Guardrails::Evaluation),
            ["/limits/limit/cpu maximum", "/limits/limit/memory maximum"]
        );
        assert_eq!(
            refused(&json!({"network": {"fromNamespaces": ["web"]}}), Guardrails::Evaluation),
            ["/network/fromNamespaces const"]
        );
    }

    #[test]
    fn everything_is_closed_and_each_opening_is_one_policy() {
        let whose = Whose { team: &team(), installation: "here" };
        let closed = spec(&json!({"network": {"dns": false, "sameNamespace": false}}));
        let objects = objects(whose, &closed, Guardrails::Production, NOW);
        let expected = [
            "Namespace web",
            "NetworkPolicy kore-default-deny",
            "ResourceQuota kore-quota",
            "LimitRange kore-limits",
            "ServiceAccount default",
            "ClusterRole kore:gateway:web",
            "ClusterRoleBinding kore:gateway:web",
            "RoleBinding kore:view",
            "RoleBinding kore:deploy",
            "RoleBinding kore:edit",
            "RoleBinding kore:admin",
        ];
        assert_eq!(names(&objects), expected);
        assert_eq!(objects[1]["spec"], json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}));
        assert_eq!(objects[0]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted");
        assert_eq!(objects[3]["spec"]["limits"][0]["max"], json!({"cpu": "1", "memory": "2Gi"}));
    }

    #[test]
    fn groups_of_the_namespace_and_what_the_teams_roles_come_to_are_bound() {
        let whose = Whose { team: &team(), installation: "here" };
        let bound = |fields: &Value| -> BTreeMap<String, Vec<String>> {
            let objects = objects(whose, &spec(fields), Guardrails::Production, NOW).into_iter();
            let bindings = objects.filter(|object| object["kind"] == "RoleBinding");
            let names = |one: &Value| -> Vec<String> {
                let subjects = one["subjects"].as_array().unwrap().iter();
                subjects.map(|subject| subject["name"].as_str().unwrap().to_owned()).collect()
            };
            bindings.map(|one| (one["roleRef"]["name"].as_str().unwrap().to_owned(), names(&one))).collect()
        };
        let own = |role: &str| format!("kore:payments/web:{role}");
        let expected: BTreeMap<String, Vec<String>> = [
            ("view".to_owned(), vec![own("view")]),
            (DEPLOY_ROLE.to_owned(), vec![own("deploy"), "kore:payments:deploy".to_owned()]),
            ("edit".to_owned(), vec![own("edit")]),
            ("admin".to_owned(), vec![own("admin")]),
        ]
        .into();
        assert_eq!(bound(&json!({})), expected);
        let mut more = expected;
        more.get_mut("admin").unwrap().push("kore:payments:edit".to_owned());
        more.get_mut(DEPLOY_ROLE).unwrap().insert(1, "kore:payments:view".to_owned());
        assert_eq!(bound(&json!({"access": {"viewers": "deploy", "developers": "admin"}})), more);
    }

    #[test]
    fn a_waiver_that_holds_is_a_label() {
        let whose = Whose { team: &team(), installation: "here" };
        let until = |time: &str| json!({"reason": "a release", "until": time});
        let spec = spec(
            &json!({"waivers": {"registries": until("1970-01-02T00:00:00Z"), "resources": until("1970-01-01T00:00:00Z")}}),
        );
        let labels = objects(whose, &spec, Guardrails::Production, NOW)[0]["metadata"]["labels"].clone();
        let waived: Vec<_> = labels.as_object().unwrap().keys().filter(|key| key.contains("waive")).collect();
        assert_eq!(waived, ["kore.internal/waive-registries"]);
    }

    #[test]
    fn the_gateway_may_speak_for_the_groups_of_the_namespace_and_for_no_others() {
        let whose = Whose { team: &team(), installation: "here" };
        let [role, binding] = outside(whose, &spec(&json!({})));
        let groups = ["view", "deploy", "edit", "admin"].map(|role| format!("kore:payments/web:{role}"));
        for rule in role["rules"].as_array().unwrap() {
            assert_eq!((&rule["resources"], &rule["resourceNames"]), (&json!(["groups"]), &json!(groups)));
            assert!(rule["verbs"][0].as_str().unwrap().starts_with("impersonate"), "{rule}");
        }
        assert_eq!(binding["subjects"][0]["name"], crate::cluster_rbac::GATEWAY_USER);
        assert_eq!(
            role["metadata"]["labels"][meta::LABEL_TEAM],
            "payments",
            "what goes with it is known by its labels"
        );
    }

    proptest! {
        /// What is not there by the spec is removed, and nothing is both.
        #[test]
        fn whatever_changes_leaves_nothing_open(bits in 0_u32..64, viewers in 0_usize..5, developers in 0_usize..5) {
            let flag = |bit: u32| bits & (1 << bit) != 0;
            let list = |bit| if flag(bit) { json!(["other"]) } else { json!([]) };
            let roles = [json!("view"), json!("deploy"), json!("edit"), json!("admin"), Value::Null];
            let spec = spec(&json!({
                "network": {"dns": flag(0), "sameNamespace": flag(1), "fromNamespaces": list(2),
                    "toNamespaces": list(3), "ingress": flag(4), "internet": flag(5)},
                "access": {"viewers": roles[viewers], "developers": roles[developers]},
            }));
            let whose = Whose { team: &team(), installation: "here" };
            let kept = names(&objects(whose, &spec, Guardrails::Evaluation, NOW));
            let gone = names(&leftovers(&spec));
            prop_assert!(kept.iter().all(|one| !gone.contains(one)));
            let (policies, bindings): (Vec<_>, Vec<_>) = kept
                .iter()
                .chain(&gone)
                .filter(|one| one.contains("kore-allow") || one.starts_with("RoleBinding"))
                .partition(|one| one.starts_with("NetworkPolicy"));
            prop_assert_eq!((policies.len(), bindings.len()), (OPENINGS.len(), ROLES.len()));
        }
    }
}
