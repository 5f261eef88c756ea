//! The rights that a workload cluster needs to have: what Kore's own credentials may do there, and
//! what people may do by the groups that the gateway puts on their requests. Pure: objects to apply.
//!
//! The gateway's credential may impersonate and nothing else: used without impersonation headers it
//! gets 403 on every real resource. Since Kubernetes 1.36 that right is constrained (KEP-5284): only
//! the groups of this team, only people whom Kore has bound, never a service account, a node or
//! `system:masters`; and the API server's audit log says by which right it happened. Older versions
//! get the legacy verb with the same names. Never both: the API server falls back from one to the other.

use kore_api::{
    names::{NamespaceRef, Principal, TeamName},
    namespace::NamespaceRole,
};
use serde_json::{Value, json};

use crate::upgrade::Minor;

/// Who the gateway is in every cluster. It must not begin with `kore:`, which belongs to people (a person called `gateway` is the
/// user `kore:gateway`), and clouds let nobody in whose name begins with `system:`.
pub const GATEWAY_USER: &str = "kore-gateway";
/// Who the controllers are in every cluster, bound to `cluster-admin`.
pub const PROVISIONER_USER: &str = "kore-provisioner";
/// Whom the gateway's credential speaks for when it is tried: nobody's name, and of no rights but
/// those of the groups beside it.
pub const PROBE_USER: &str = "system:kore:probe";
/// Group of the platform's administrators in every cluster.
pub const PLATFORM_ADMIN_GROUP: &str = "kore:platform:admin";
/// Group of the platform's administrators in the management cluster, which is for reading only.
pub const PLATFORM_VIEW_GROUP: &str = "kore:platform:view";
/// Label on what Kore keeps; the guard refuses to change it to everyone but the controllers.
pub const LABEL_KEPT: &str = "kore.internal/kept-by";
/// Name of the role that lists the people bound in the cluster; kept by the access gateway's side
/// (manager [`MANAGER_ACCESS`]), not by the baseline.
pub const PEOPLE_ROLE: &str = "kore:people";
/// Role in a namespace for whoever deploys into it: no Secret is read, no shell opened.
pub const DEPLOY_ROLE: &str = "kore:namespace:deploy";
/// Field manager of [`people`].
pub const MANAGER_ACCESS: &str = "kore-access";

/// The name of a person or robot in every cluster: `kore:ana`, `kore:robot:payments:ci`. No name of a
/// person has a colon in it.
#[must_use]
pub fn cluster_user(principal: &Principal) -> String {
    match principal {
        Principal::User(name) => format!("kore:{name}"),
        Principal::Robot(robot) => format!("kore:robot:{}:{}", robot.team, robot.name),
    }
}

/// Group of those who have a role in all of a team's clusters: `kore:payments:edit`. `Deploy` is a role in namespaces
/// that Kore made.
#[must_use]
pub fn team_group(team: &TeamName, role: NamespaceRole) -> String {
    format!("kore:{team}:{}", word(role))
}

/// Group of those who have a role in one namespace: `kore:payments/web:edit`. No team's name has a slash in it.
#[must_use]
pub fn namespace_group(namespace: &NamespaceRef, role: NamespaceRole) -> String {
    format!("kore:{}/{}:{}", namespace.cluster.team, namespace.name, word(role))
}

/// Every role.
pub const ROLES: [NamespaceRole; 4] =
    [NamespaceRole::View, NamespaceRole::Deploy, NamespaceRole::Edit, NamespaceRole::Admin];

/// As names of groups and bindings end.
pub(crate) const fn word(role: NamespaceRole) -> &'static str {
    match role {
        NamespaceRole::View => "view",
        NamespaceRole::Deploy => "deploy",
        NamespaceRole::Edit => "edit",
        NamespaceRole::Admin => "admin",
    }
}

/// How the cluster checks impersonation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Impersonation {
    /// Kubernetes 1.36 and later: who, and on what, are two checks.
    Constrained,
    /// Before: the verb `impersonate`.
    Legacy,
}

/// The first version that has constrained impersonation on by default.
const CONSTRAINED_SINCE: Minor = Minor { major: 1, minor: 36 };

impl Impersonation {
    /// The mode of a version as `v1.36.3` or `1.35`. What cannot be read counts as old: the legacy
    /// verb works everywhere.
    #[must_use]
    pub fn of_version(version: &str) -> Self {
        let constrained = version.parse::<Minor>().is_ok_and(|version| version >= CONSTRAINED_SINCE);
        if constrained { Self::Constrained } else { Self::Legacy }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Constrained => "impersonate:user-info",
            Self::Legacy => "impersonate",
        }
    }

    const fn group(self) -> &'static str {
        match self {
            Self::Constrained => "authentication.k8s.io",
            Self::Legacy => "",
        }
    }
}

/// Verbs of requests for resources. RBAC knows no wildcard behind `impersonate-on:user-info:`.
const VERBS: [&str; 8] = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const READ: [&str; 3] = ["get", "list", "watch"];

/// The controllers' right to everything.
#[must_use]
pub fn controllers() -> Value {
    binding("kore:provisioner", "cluster-admin", "User", PROVISIONER_USER)
}

/// Everything but [`people`], in the order in which it is applied (server-side, forced, with
/// [`kore_api::meta::MANAGER_BASELINE`]); the same for every cluster of the team. No object may be
/// pruned that a user made.
#[must_use]
pub fn baseline(team: &TeamName, impersonation: Impersonation) -> Vec<Value> {
    let groups: Vec<_> =
        ROLES.iter().map(|role| team_group(team, *role)).chain([PLATFORM_ADMIN_GROUP.to_owned()]).collect();
    let mut gateway = vec![
        json!({
            "apiGroups": [impersonation.group()], "resources": ["groups"], "verbs": [impersonation.verb()],
            "resourceNames": groups,
        }),
        json!({
            "apiGroups": [impersonation.group()], "resources": ["users"], "verbs": [impersonation.verb()],
            "resourceNames": [PROBE_USER],
        }),
        json!({
            "apiGroups": ["authentication.k8s.io"], "resources": ["uids"], "verbs": [impersonation.verb()],
        }),
    ];
    if impersonation == Impersonation::Constrained {
        let on = |verb: &&str| format!("impersonate-on:user-info:{verb}");
        gateway.push(json!({
            "apiGroups": ["*"], "resources": ["*"], "verbs": VERBS.iter().map(on).collect::<Vec<_>>(),
        }));
        gateway.push(json!({
            "nonResourceURLs": ["*"], "verbs": [on(&"get"), on(&"head")],
        }));
    }
    let mut objects = vec![
        controllers(),
        role("kore:gateway", &gateway),
        binding("kore:gateway", "kore:gateway", "User", GATEWAY_USER),
        binding("kore:people", PEOPLE_ROLE, "User", GATEWAY_USER),
        binding(PLATFORM_ADMIN_GROUP, "cluster-admin", "Group", PLATFORM_ADMIN_GROUP),
        role("kore:team:admin", &team_admin()),
        role("kore:team:edit", &[cluster_wide_reads()]),
        role("kore:team:view", &[cluster_wide_reads()]),
        role(DEPLOY_ROLE, &deploy()),
    ];
    // Kubernetes' own roles grow with what is installed in the cluster (aggregation), ours add what
    // belongs to no namespace.
    for (role, own, builtin) in [
        (NamespaceRole::Admin, "kore:team:admin", "admin"),
        (NamespaceRole::Edit, "kore:team:edit", "edit"),
        (NamespaceRole::View, "kore:team:view", "view"),
    ] {
        let group = team_group(team, role);
        objects.push(binding(&format!("{own}:{builtin}"), builtin, "Group", &group));
        objects.push(binding(own, own, "Group", &group));
    }
    objects.extend(guard());
    objects
}

/// The gateway's right to speak for the groups of one namespace, in either way of checking: to be somebody it needs
/// the right to speak for a user too, which it has in one way only.
#[must_use]
pub fn namespace_gateway(namespace: &NamespaceRef) -> [Value; 2] {
    let name = format!("kore:gateway:{}", namespace.name);
    let groups: Vec<_> = ROLES.iter().map(|role| namespace_group(namespace, *role)).collect();
    let rules = [Impersonation::Constrained, Impersonation::Legacy].map(|mode| {
        json!({
            "apiGroups": [mode.group()], "resources": ["groups"], "verbs": [mode.verb()], "resourceNames": groups,
        })
    });
    [role(&name, &rules), binding(&name, &name, "User", GATEWAY_USER)]
}

/// What administrators may read in the management cluster through the gateway: Kore's own objects
/// and what Kubernetes shows to viewers, which is no Secret.
#[must_use]
pub fn management() -> Vec<Value> {
    let own = json!({ "apiGroups": [kore_api::meta::GROUP], "resources": ["*"], "verbs": READ });
    vec![
        role(PLATFORM_VIEW_GROUP, &[own, cluster_wide_reads()]),
        binding(PLATFORM_VIEW_GROUP, PLATFORM_VIEW_GROUP, "Group", PLATFORM_VIEW_GROUP),
        binding("kore:platform:view:view", "view", "Group", PLATFORM_VIEW_GROUP),
    ]
}

/// Who is bound in the cluster: the only users that the gateway may speak for there. Applied whole,
/// so a person who lost their last role is gone from it.
#[must_use]
pub fn people(names: &[Principal], impersonation: Impersonation) -> Value {
    // An empty list of names would mean every name.
    let rules = if names.is_empty() {
        Vec::new()
    } else {
        vec![json!({
            "apiGroups": [impersonation.group()], "resources": ["users"], "verbs": [impersonation.verb()],
            "resourceNames": names.iter().map(cluster_user).collect::<Vec<_>>(),
        })]
    };
    role(PEOPLE_ROLE, &rules)
}

/// [`people`] again, with the people whom the role names by its rules, for another way of checking; none
/// where it is of that way already.
#[must_use]
pub fn rebound(rules: &Value, impersonation: Impersonation) -> Option<Value> {
    let rules = rules.as_array().map_or(&[][..], Vec::as_slice);
    if rules.iter().all(|rule| rule["verbs"] == json!([impersonation.verb()])) {
        return None;
    }
    let names: Vec<&Value> = rules.iter().filter_map(|rule| rule["resourceNames"].as_array()).flatten().collect();
    // An empty list of names would mean every name.
    let rule = json!({
        "apiGroups": [impersonation.group()], "resources": ["users"], "verbs": [impersonation.verb()],
        "resourceNames": names,
    });
    Some(role(PEOPLE_ROLE, if names.is_empty() { &[] } else { std::slice::from_ref(&rule) }))
}

fn cluster_wide_reads() -> Value {
    json!({
        "apiGroups": ["", "storage.k8s.io", "networking.k8s.io", "scheduling.k8s.io", "node.k8s.io",
            "apiextensions.k8s.io", "apiregistration.k8s.io", "rbac.authorization.k8s.io", "metrics.k8s.io",
            "resource.k8s.io", "snapshot.storage.k8s.io", "gateway.networking.k8s.io"],
        "resources": ["nodes", "namespaces", "persistentvolumes", "storageclasses", "csinodes", "csidrivers",
            "volumeattachments", "ingressclasses", "priorityclasses", "runtimeclasses", "customresourcedefinitions",
            "apiservices", "clusterroles", "clusterrolebindings", "pods", "deviceclasses", "resourceslices",
            "volumesnapshotclasses", "gatewayclasses"],
        "verbs": READ,
    })
}

fn team_admin() -> Vec<Value> {
    vec![
        cluster_wide_reads(),
        json!({ "apiGroups": [""], "resources": ["namespaces"], "verbs": VERBS }),
        json!({ "apiGroups": [""], "resources": ["persistentvolumes"], "verbs": ["patch", "update", "delete"] }),
        json!({ "apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"], "verbs": VERBS }),
        // Kubernetes refuses to grant what one does not hold; the guard has the rest.
        json!({
            "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles", "clusterrolebindings"],
            "verbs": VERBS,
        }),
    ]
}

fn deploy() -> Vec<Value> {
    let write: Vec<_> = VERBS.into();
    vec![
        json!({ "apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets", "deployments/scale",
            "statefulsets/scale"], "verbs": write }),
        json!({ "apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": write }),
        json!({ "apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": write }),
        json!({ "apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": write }),
        json!({ "apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": write }),
        json!({ "apiGroups": [""], "resources": ["services", "configmaps", "persistentvolumeclaims",
            "serviceaccounts"], "verbs": write }),
        // Written, and never read back.
        json!({ "apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "update", "patch", "delete"] }),
        json!({ "apiGroups": ["", "apps", "events.k8s.io"], "resources": ["pods", "pods/log", "pods/status",
            "replicasets", "events", "resourcequotas", "limitranges", "endpoints"], "verbs": READ }),
    ]
}

/// Namespaces of the cluster and of Kore: nobody in a team makes or changes them, so that what is let
/// through there by name is let through for the platform only.
const RESERVED: [&str; 2] = ["kube-", "kore-"];

/// Whether a text of an expression names a reserved namespace.
pub(crate) fn is_reserved(name: &str) -> String {
    format!("({})", RESERVED.map(|prefix| format!("{name}.startsWith('{prefix}')")).join(" || "))
}

/// Whether a name is one of the cluster's or of Kore's own namespaces.
#[must_use]
pub fn reserves_namespace(name: &str) -> bool {
    RESERVED.iter().any(|prefix| name.starts_with(prefix))
}

/// Service accounts that run for people: not those of reserved namespaces.
fn accounts() -> String {
    let user = "request.userInfo.username";
    let own = RESERVED.map(|prefix| format!("!{user}.startsWith('system:serviceaccount:{prefix}')")).join(" && ");
    format!("({user}.startsWith('system:serviceaccount:') && {own})")
}

/// Everybody but the cluster's own parts.
fn anybody() -> String {
    format!("request.userInfo.username.startsWith('kore:') || {}", accounts())
}

/// Who the guard is for: people without the platform's role, and the service accounts that run for
/// them, since whoever may run a pod may act as its account.
pub(crate) fn team() -> String {
    format!(
        "(request.userInfo.username.startsWith('kore:') \
         && !request.userInfo.groups.exists(group, group == '{PLATFORM_ADMIN_GROUP}')) || {}",
        accounts()
    )
}

/// A rule that names what requests are about.
pub(crate) fn resource_rule(group: &str, resources: &[&str], operations: &[&str]) -> Value {
    json!({ "apiGroups": [group], "apiVersions": ["*"], "resources": resources, "operations": operations })
}

/// What RBAC cannot say, because it only adds: owners administer every namespace but the cluster's
/// own, change nothing that Kore keeps, and reach neither a node nor another's name. Without the
/// fence `serviceaccounts/token` in kube-system, or the right to impersonate service accounts that
/// the built-in `admin` has, would be the way to everything; a privileged pod would be the way to
/// the node, and on one machine to everybody else's.
fn guard() -> Vec<Value> {
    let rbac = "rbac.authorization.k8s.io";
    let rules = |rules: &[Value]| json!({ "resourceRules": rules });
    let rule =
        |group: &str, resources: &[&str], operations: &[&str]| rules(&[resource_rule(group, resources, operations)]);
    let change = ["UPDATE", "DELETE"];
    let kept = (
        "kore-kept",
        anybody(),
        rules(&[
            resource_rule(rbac, &["clusterroles", "clusterrolebindings", "roles", "rolebindings"], &change),
            resource_rule("networking.k8s.io", &["networkpolicies"], &change),
            resource_rule("", &["resourcequotas", "limitranges"], &change),
            resource_rule("apiextensions.k8s.io", &["customresourcedefinitions"], &change),
        ]),
        format!("!has(oldObject.metadata.labels) || !('{LABEL_KEPT}' in oldObject.metadata.labels)"),
        "Kore keeps this object: access, quotas and network openings are changed through Kore",
    );
    // People may label their namespace; what it is protected by stays.
    let ours = "(key.startsWith('kore.internal/') || key.startsWith('pod-security.kubernetes.io/'))";
    let kept_namespaces = (
        "kore-kept-namespaces",
        anybody(),
        rule("", &["namespaces"], &change),
        format!(
            "!has(oldObject.metadata.labels) || !('{LABEL_KEPT}' in oldObject.metadata.labels) \
             || (request.operation == 'UPDATE' && has(object.metadata.labels) \
             && oldObject.metadata.labels.all(key, !{ours} || (key in object.metadata.labels \
             && object.metadata.labels[key] == oldObject.metadata.labels[key])) \
             && object.metadata.labels.all(key, !{ours} || key in oldObject.metadata.labels))"
        ),
        "Kore keeps this namespace: change and delete it through Kore, as kore namespace delete TEAM/CLUSTER/NAME",
    );
    // A label of Kore's says what holds in a namespace: nobody sets one by hand, in whichever namespace.
    let labels = (
        "kore-labels",
        anybody(),
        rule("", &["namespaces"], &["CREATE", "UPDATE"]),
        // What Kore keeps has a guard of its own, with a message of its own.
        format!(
            "!has(object.metadata.labels) \
             || (oldObject != null && has(oldObject.metadata.labels) && '{LABEL_KEPT}' in oldObject.metadata.labels) \
             || object.metadata.labels.all(key, !key.startsWith('kore.internal/') \
             || (oldObject != null && has(oldObject.metadata.labels) && key in oldObject.metadata.labels \
             && oldObject.metadata.labels[key] == object.metadata.labels[key]))"
        ),
        "labels that begin with kore.internal/ are Kore's: what they say is changed through Kore",
    );
    let reserved = (
        "kore-reserved-namespaces",
        team(),
        rule("", &["namespaces"], &["CREATE"]),
        format!(
            "!(has(object.metadata.name) && {}) && !(has(object.metadata.generateName) && {})",
            is_reserved("object.metadata.name"),
            is_reserved("object.metadata.generateName")
        ),
        "names that begin with kube- and kore- are the platform's: choose another name",
    );
    let mut system = rule("*", &["*/*"], &["CREATE", "UPDATE", "DELETE", "CONNECT"]);
    if let Some(constraints) = system.as_object_mut() {
        // Add-ons elect their leaders there, and report events.
        constraints.insert(
            "excludeResourceRules".to_owned(),
            json!([
                { "apiGroups": ["coordination.k8s.io"], "apiVersions": ["*"], "resources": ["leases"],
                  "operations": ["*"] },
                { "apiGroups": ["", "events.k8s.io"], "apiVersions": ["*"], "resources": ["events"],
                  "operations": ["*"] },
            ]),
        );
    }
    let system = (
        "kore-system-namespaces",
        team(),
        system,
        // No namespace selector: one lets everything pass that belongs to no namespace.
        format!("!has(request.namespace) || !{}", is_reserved("request.namespace")),
        "this namespace belongs to the cluster: platform administrators change it, owners use their own",
    );
    let impersonation = (
        "kore-no-impersonation",
        team(),
        rule(rbac, &["clusterroles", "roles"], &["CREATE", "UPDATE"]),
        "!has(object.rules) || object.rules.all(rule, \
            !rule.verbs.exists(verb, verb == '*' || verb.startsWith('impersonate')))"
            .to_owned(),
        "roles of a team's cluster hold neither impersonation nor every verb: name the verbs",
    );
    // Bound in a namespace they are fine: nobody but its own accounts can be impersonated there.
    let everywhere = (
        "kore-no-admin-everywhere",
        team(),
        rule(rbac, &["clusterrolebindings"], &["CREATE", "UPDATE"]),
        "!(object.roleRef.name in ['admin', 'edit', 'cluster-admin'])".to_owned(),
        "bind this role in a namespace (RoleBinding), or bind a role of your own with the rights it needs",
    );
    let pod_security = (
        "kore-pod-security",
        team(),
        rule("", &["namespaces"], &["CREATE", "UPDATE"]),
        "!has(object.metadata.labels) || !('pod-security.kubernetes.io/enforce' in object.metadata.labels) \
            || object.metadata.labels['pod-security.kubernetes.io/enforce'] in ['baseline', 'restricted'] \
            || (oldObject != null && has(oldObject.metadata.labels) \
            && 'pod-security.kubernetes.io/enforce' in oldObject.metadata.labels \
            && oldObject.metadata.labels['pod-security.kubernetes.io/enforce'] \
            == object.metadata.labels['pod-security.kubernetes.io/enforce'])"
            .to_owned(),
        "privileged pods reach the node: a platform administrator may label a namespace for them",
    );
    [kept, kept_namespaces, labels, reserved, system, impersonation, everywhere, pod_security]
        .into_iter()
        .flat_map(|(name, who, constraints, expression, message)| {
            let spec = json!({
                "failurePolicy": "Fail",
                "matchConstraints": constraints,
                "matchConditions": [{ "name": "who", "expression": who }],
                "validations": [{ "expression": expression, "message": message, "reason": "Forbidden" }],
            });
            policy(name, &spec, &["Deny"])
        })
        .collect()
}

/// A policy, and its binding: what is done about requests that its validations do not allow.
pub(crate) fn policy(name: &str, spec: &Value, actions: &[&str]) -> [Value; 2] {
    let api_version = "admissionregistration.k8s.io/v1";
    let metadata = json!({ "name": name, "labels": { LABEL_KEPT: "kore" } });
    [
        json!({ "apiVersion": api_version, "kind": "ValidatingAdmissionPolicy", "metadata": metadata, "spec": spec }),
        json!({
            "apiVersion": api_version, "kind": "ValidatingAdmissionPolicyBinding", "metadata": metadata,
            "spec": { "policyName": name, "validationActions": actions },
        }),
    ]
}

fn role(name: &str, rules: &[Value]) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": { "name": name, "labels": { LABEL_KEPT: "kore" } },
        "rules": rules,
    })
}

fn binding(name: &str, role: &str, kind: &str, subject: &str) -> Value {
    let group = "rbac.authorization.k8s.io";
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": { "name": name, "labels": { LABEL_KEPT: "kore" } },
        "roleRef": { "apiGroup": group, "kind": "ClusterRole", "name": role },
        "subjects": [{ "apiGroup": group, "kind": kind, "name": subject }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team() -> TeamName {
        "payments".parse().unwrap()
    }

    #[test]
    fn the_mode_follows_the_version() {
        for (version, mode) in [
            ("v1.36.3", Impersonation::Constrained),
            ("1.37", Impersonation::Constrained),
            ("v2.0.0", Impersonation::Constrained),
            ("v1.35.4", Impersonation::Legacy),
            ("", Impersonation::Legacy),
            ("v1.x", Impersonation::Legacy),
        ] {
            assert_eq!(Impersonation::of_version(version), mode, "{version}");
        }
    }

    #[test]
    fn one_mode_never_grants_the_other() {
        let constrained = serde_json::to_string(&baseline(&team(), Impersonation::Constrained)).unwrap();
        let legacy = serde_json::to_string(&baseline(&team(), Impersonation::Legacy)).unwrap();
        assert!(!constrained.contains(r#""impersonate""#) && constrained.contains("impersonate:user-info"));
        assert!(legacy.contains(r#""impersonate""#) && !legacy.contains("user-info"));
    }

    #[test]
    fn people_stay_bound_when_the_way_of_checking_is_another() {
        let names: Vec<Principal> = ["user:ana", "robot:payments/ci"].map(|name| name.parse().unwrap()).into();
        for (from, to) in
            [(Impersonation::Legacy, Impersonation::Constrained), (Impersonation::Constrained, Impersonation::Legacy)]
        {
            assert_eq!(rebound(&people(&names, from)["rules"], to), Some(people(&names, to)));
            assert_eq!(rebound(&people(&names, to)["rules"], to), None);
            assert_eq!(rebound(&people(&[], from)["rules"], to), None);
        }
        let everybody = json!([{"verbs": ["impersonate"], "resources": ["users"], "apiGroups": [""]}]);
        assert_eq!(rebound(&everybody, Impersonation::Constrained).unwrap()["rules"], json!([]), "it named nobody");
    }

    #[test]
    fn nobody_bound_is_nobody_and_not_everybody() {
        assert_eq!(people(&[], Impersonation::Constrained)["rules"], json!([]));
        let ana: Principal = "user:ana".parse().unwrap();
        let role = people(&[ana], Impersonation::Legacy);
        assert_eq!(role["rules"][0]["resourceNames"], json!(["kore:ana"]));
        assert_eq!(role["rules"][0]["apiGroups"], json!([""]));
    }

    #[test]
    fn no_rule_for_the_gateway_grants_more_than_impersonation() {
        for mode in [Impersonation::Constrained, Impersonation::Legacy] {
            let objects = baseline(&team(), mode);
            let gateway =
                objects.iter().find(|o| o["kind"] == "ClusterRole" && o["metadata"]["name"] == "kore:gateway");
            for rule in gateway.unwrap()["rules"].as_array().unwrap() {
                for verb in rule["verbs"].as_array().unwrap() {
                    assert!(verb.as_str().unwrap().starts_with("impersonate"), "{verb}");
                }
            }
        }
    }
}
