//! What a cluster does about what is unsafe in it: policies that its own API server decides, in
//! process, so that none is ever away. Pure: objects to apply.
//!
//! An evaluation cluster warns whoever asks and lets it pass; a production cluster refuses. Each message
//! says what, why, whose rule it is, and what to do. Namespaces of the cluster and of Kore are left out
//! by name; nobody in a team can make or change one of those ([`crate::cluster_rbac`]).
//!
//! The numbers of the controls are those of `research/incluster.md` section 5; the capabilities are
//! those of the Pod Security Standard `baseline`.

use kore_api::plan::Guardrails;
use serde_json::{Value, json};

use crate::{
    cluster_rbac::{is_reserved, policy, resource_rule, team},
    waivers::waived,
};

/// What names of the policies begin with.
const PREFIX: &str = "kore-guardrail-";

/// How names of images begin that every node of Kore's carries.
const ON_NODES: &str = "kore.internal";

/// Whose rule it is, in every message.
const WHOSE: &str = "Whose rule: the guardrails of this cluster's plan, kept by your platform team.";

/// Capabilities that may be added: the Pod Security Standard `baseline`.
const CAPABILITIES: &str = "['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', \
    'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']";

/// One thing that is watched for.
struct Control {
    name: &'static str,
    /// What requests it looks at.
    rules: Vec<Value>,
    /// When it applies, besides that the namespace is no reserved one.
    when: Option<String>,
    /// Names and expressions that are computed before.
    variables: Vec<(&'static str, String)>,
    /// Names of what is wrong: an expression of a list of texts.
    bad: String,
    /// What is wrong with them, after their names.
    what: &'static str,
    why: &'static str,
    fix: String,
    /// Whether people are told in an evaluation cluster; else it is in the audit log only.
    warns: bool,
}

/// The policies and their bindings, in the order in which they are applied. Names of images may begin
/// with those of `registries`; a port may be among them (`localhost:5000`).
#[must_use]
pub fn guardrails<S: AsRef<str>>(level: Guardrails, registries: &[S]) -> Vec<Value> {
    let registries: Vec<&str> = registries.iter().map(AsRef::as_ref).chain([ON_NODES]).collect();
    [pods(), images(&registries), others()].into_iter().flatten().flat_map(|control| control.objects(level)).collect()
}

impl Control {
    fn objects(self, level: Guardrails) -> [Value; 2] {
        let actions: &[&str] = match level {
            Guardrails::Production => &["Deny", "Audit"],
            Guardrails::Evaluation if self.warns => &["Warn", "Audit"],
            Guardrails::Evaluation => &["Audit"],
        };
        let mut variables = self.variables;
        variables.push(("bad", self.bad));
        let variables: Vec<_> =
            variables.into_iter().map(|(name, expression)| json!({ "name": name, "expression": expression })).collect();
        let elsewhere = format!("!has(request.namespace) || !{}", is_reserved("request.namespace"));
        let mut conditions = vec![json!({ "name": "where", "expression": elsewhere })];
        conditions.extend(self.when.map(|when| json!({ "name": "when", "expression": when })));
        let rest = format!("{}. Why: {}. {WHOSE} Fix: {}.", self.what, self.why, self.fix);
        let spec = json!({
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": self.rules },
            "matchConditions": conditions,
            "variables": variables,
            "validations": [{
                "expression": format!("{} || variables.bad.size() == 0", waived(self.name)),
                "messageExpression": format!("variables.bad.join(', ') + {}", text(&format!(" {rest}"))),
                "message": format!("Something {rest}"),
                "reason": "Forbidden",
            }],
        });
        policy(&format!("{PREFIX}{}", self.name), &spec, actions)
    }
}

/// A text in an expression: CEL reads what JSON writes.
fn text(text: &str) -> String {
    json!(text).to_string()
}

/// Pods, and what makes them: people learn of it where they ask, not from an event of a controller's.
fn pod_rules() -> Vec<Value> {
    let write = ["CREATE", "UPDATE"];
    vec![
        resource_rule("", &["pods", "pods/ephemeralcontainers", "replicationcontrollers"], &write),
        resource_rule("apps", &["deployments", "statefulsets", "daemonsets", "replicasets"], &write),
        resource_rule("batch", &["jobs", "cronjobs"], &write),
    ]
}

/// The pod of an object that is one or makes some.
fn pod_of(object: &str) -> String {
    format!(
        "{object}.kind == 'Pod' ? {object}.spec : {object}.kind == 'CronJob' \
         ? {object}.spec.jobTemplate.spec.template.spec : {object}.spec.template.spec"
    )
}

/// `bad`, where the pod is another than before: what is there stays changeable (scaled, labelled,
/// rolled back from) when its cluster's guardrails become stricter.
fn unless_unchanged(bad: &str) -> String {
    format!("oldObject != null && variables.before == variables.pod ? [] : {bad}")
}

fn pod_variables() -> Vec<(&'static str, String)> {
    let optional = |list: &str| format!("(has(variables.pod.{list}) ? variables.pod.{list} : [])");
    let all = ["initContainers", "ephemeralContainers"].map(optional).join(" + ");
    vec![
        ("pod", pod_of("object")),
        ("before", format!("oldObject == null ? null : ({})", pod_of("oldObject"))),
        ("containers", format!("variables.pod.containers + {all}")),
    ]
}

fn pod_control(name: &'static str, bad: &str, what: &'static str, why: &'static str, fix: &str) -> Control {
    Control {
        name,
        rules: pod_rules(),
        when: None,
        variables: pod_variables(),
        bad: unless_unchanged(bad),
        what,
        why,
        fix: fix.to_owned(),
        warns: true,
    }
}

/// Names of the containers for which an expression of `c` holds.
fn containers_where(condition: &str) -> String {
    format!("variables.containers.filter(c, {condition}).map(c, 'container ' + c.name)")
}

/// Controls 17, 25, 32 and 42: what reaches the node, and what nobody planned for.
fn pods() -> Vec<Control> {
    let context = "has(c.securityContext)";
    let privileged = format!("({context} && has(c.securityContext.privileged) && c.securityContext.privileged)");
    let capable = format!(
        "({context} && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add) \
         && c.securityContext.capabilities.add.exists(added, !(added in {CAPABILITIES})))"
    );
    let host = ["hostNetwork", "hostPID", "hostIPC"]
        .map(|field| format!("(has(variables.pod.{field}) && variables.pod.{field} ? ['{field}'] : [])"))
        .join(" + ");
    let host_port = containers_where("has(c.ports) && c.ports.exists(port, has(port.hostPort) && port.hostPort != 0)");
    let mut resources = pod_control(
        "resources",
        "(variables.pod.containers + (has(variables.pod.initContainers) ? variables.pod.initContainers : []))\
         .filter(c, !has(c.resources) || !has(c.resources.requests) || !('cpu' in c.resources.requests) \
         || !('memory' in c.resources.requests) || !has(c.resources.limits) || !('memory' in c.resources.limits))\
         .map(c, 'container ' + c.name)",
        "asks for no CPU and memory, or has no limit of memory",
        "one pod could take what others on its node need",
        "set resources.requests.cpu, resources.requests.memory and resources.limits.memory, \
         or work in a namespace made by Kore, which fills them in",
    );
    // What makes pods may leave it to the namespace's LimitRange, which has been at work on pods by now.
    resources.rules = vec![resource_rule("", &["pods"], &["CREATE"])];
    let mut default_namespace = pod_control(
        "default-namespace",
        "['the namespace default']",
        "is used for workloads",
        "it has no quota, no limits and no network policies",
        "make a namespace of your own: kore namespace create TEAM/CLUSTER/NAME",
    );
    default_namespace.when = Some("request.namespace == 'default' && request.operation == 'CREATE'".to_owned());
    default_namespace.warns = false;
    vec![
        pod_control(
            "privileged",
            &containers_where(&format!("{privileged} || {capable}")),
            "is privileged or adds capabilities",
            "it could take over the node and everything that runs there",
            "take securityContext.privileged and capabilities.add away",
        ),
        pod_control(
            "host-path",
            "(has(variables.pod.volumes) ? variables.pod.volumes : []).filter(v, has(v.hostPath))\
             .map(v, 'volume ' + v.name)",
            "is a directory of the node (hostPath)",
            "it shows the files of the node, and of other pods there",
            "use a PersistentVolumeClaim, emptyDir, or a ConfigMap",
        ),
        pod_control(
            "host-namespaces",
            &format!("{host} + {host_port}"),
            "uses the node's own network, processes or ports",
            "it would be reached past every network policy, and see what others send",
            "take hostNetwork, hostPID, hostIPC and hostPort away, and use a Service",
        ),
        pod_control(
            "node-choice",
            // The scheduler writes a pod's node later, by another way; a change of the pod finds it there.
            "(has(variables.pod.nodeName) && (oldObject == null || object.kind != 'Pod') ? ['nodeName'] : []) \
             + (has(variables.pod.tolerations) ? variables.pod.tolerations : []).filter(t, !has(t.key) || t.key == '' \
             || t.key.startsWith('node-role.kubernetes.io/') || t.key.startsWith('kore.internal/'))\
             .map(t, has(t.key) && t.key != '' ? 'toleration of ' + t.key : 'toleration of everything')",
            "chooses nodes past the scheduler or past their taints",
            "nodes are set apart for a reason, as for the platform's own parts or for a team",
            "take nodeName away, tolerate taints by their names, and choose nodes by nodeSelector or affinity",
        ),
        resources,
        default_namespace,
    ]
}

/// Controls 26 and 27.
fn images(registries: &[&str]) -> Vec<Control> {
    let allowed = registries.iter().map(|registry| text(&format!("{registry}/"))).collect::<Vec<_>>().join(", ");
    // As containerd reads names: the first part is a registry if it looks like a host.
    let full = "!c.image.contains('/') ? 'docker.io/library/' + c.image : \
        (c.image.split('/')[0].contains('.') || c.image.split('/')[0].contains(':') \
        || c.image.split('/')[0] == 'localhost' || c.image.split('/')[0] != c.image.split('/')[0].lowerAscii()) \
        ? c.image : 'docker.io/' + c.image";
    let foreign = format!(
        "variables.containers.filter(c, has(c.image) && ![{full}].exists(image, [{allowed}]\
         .exists(registry, image.startsWith(registry)))).map(c, 'image ' + c.image)"
    );
    let mutable = "variables.containers.filter(c, has(c.image) && !c.image.contains('@') \
        && (!c.image.split('/')[c.image.split('/').size() - 1].contains(':') || c.image.endsWith(':latest')))\
        .map(c, 'image ' + c.image)";
    vec![
        pod_control(
            "registries",
            &foreign,
            "comes from a registry that is not allowed",
            "nobody vouches for what is in it",
            &format!("use an image of {}, or ask for another registry in the plan", registries.join(", ")),
        ),
        pod_control(
            "image-tags",
            mutable,
            "has no tag, or the tag latest",
            "it is another image tomorrow, and no way leads back",
            "name a version, as web:1.4.2, or a digest",
        ),
    ]
}

/// Controls 5, 21, 22, 32 and 33.
fn others() -> Vec<Control> {
    let rbac = "rbac.authorization.k8s.io";
    let write = ["CREATE", "UPDATE"];
    let control = |name, rules, bad: &str, what, why, fix: &str| Control {
        name,
        rules,
        when: None,
        variables: Vec::new(),
        bad: bad.to_owned(),
        what,
        why,
        fix: fix.to_owned(),
        warns: true,
    };
    let mut admins = control(
        "cluster-admin",
        vec![resource_rule(rbac, &["rolebindings", "clusterrolebindings"], &write)],
        "object.roleRef.name == 'cluster-admin' ? ['role cluster-admin'] : []",
        "is bound",
        "it has every right there is",
        "bind admin, edit or view in a namespace, or ask for an elevation: kore elevation request",
    );
    admins.when = Some(team());
    let mut everybody = control(
        "bindings-to-everybody",
        vec![resource_rule(rbac, &["rolebindings", "clusterrolebindings"], &write)],
        "(has(object.subjects) ? object.subjects : []).filter(subject, subject.name in ['system:authenticated', \
         'system:unauthenticated', 'system:anonymous', 'system:serviceaccounts']).map(subject, subject.name)",
        "is everybody, or every pod",
        "whoever comes to the cluster later has it, too",
        "name the people or service accounts that need it",
    );
    everybody.when = Some(team());
    let mut wildcards = control(
        "wildcard-roles",
        vec![resource_rule(rbac, &["roles", "clusterroles"], &write)],
        "(has(object.rules) ? object.rules : []).filter(rule, rule.verbs.exists(verb, verb in ['*', 'bind', 'escalate', \
         'impersonate']) || (has(rule.resources) && rule.resources.exists(resource, resource in ['*', '*/*', \
         'nodes/proxy']))).map(rule, 'a rule with verbs ' + rule.verbs.join('|'))",
        "names everything (*), or a way to more rights (bind, escalate, impersonate, nodes/proxy)",
        "such a role grows with the cluster, and nobody can tell what it allows",
        "name the resources and verbs that are needed",
    );
    wildcards.when = Some(team());
    vec![
        control(
            "service-exposure",
            vec![resource_rule("", &["services"], &write)],
            "(has(object.spec.type) && object.spec.type in ['NodePort', 'LoadBalancer'] ? ['type ' + object.spec.type] \
             : []) + (has(object.spec.externalIPs) && object.spec.externalIPs.size() > 0 ? ['externalIPs'] : [])",
            "opens a port on every node, asks for a load balancer, or takes an address over",
            "it is reached past the ingress, and others' traffic could be caught (CVE-2020-8554)",
            "use type ClusterIP, and the platform's ingress for what comes from outside",
        ),
        control(
            "token-secrets",
            vec![resource_rule("", &["secrets"], &["CREATE"])],
            "has(object.type) && object.type == 'kubernetes.io/service-account-token' \
             ? ['type kubernetes.io/service-account-token'] : []",
            "is a credential that never ends",
            "whoever copies it once has it for ever",
            "use a token that expires (kubectl create token), or a robot of the team",
        ),
        admins,
        everybody,
        wildcards,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_refuses_what_evaluation_lets_pass() {
        let bindings = |level| -> Vec<Value> {
            let all = guardrails(level, &["docker.io/library"]);
            all.into_iter().filter(|one| one["kind"] == "ValidatingAdmissionPolicyBinding").collect()
        };
        let (evaluation, production) = (bindings(Guardrails::Evaluation), bindings(Guardrails::Production));
        assert_eq!(evaluation.len(), production.len());
        for (warned, refused) in evaluation.iter().zip(&production) {
            assert_eq!(warned["metadata"], refused["metadata"]);
            assert_eq!(refused["spec"]["validationActions"], json!(["Deny", "Audit"]));
            assert!(!warned["spec"]["validationActions"].to_string().contains("Deny"), "{warned}");
        }
    }

    #[test]
    fn what_can_be_waived_is_a_guardrail() {
        let policies = guardrails(Guardrails::Production, &["docker.io/library"]);
        let names: Vec<_> =
            policies.iter().filter_map(|one| one["metadata"]["name"].as_str()?.strip_prefix(PREFIX)).collect();
        for name in crate::waivers::WAIVABLE {
            assert!(names.contains(&name), "{name} is not among {names:?}");
        }
    }

    #[test]
    fn every_message_says_what_why_whose_and_how() {
        for policy in guardrails(Guardrails::Production, &["docker.io/library"]) {
            let Some(validation) = policy.pointer("/spec/validations/0") else { continue };
            for said in [&validation["message"], &validation["messageExpression"]] {
                let said = said.as_str().unwrap();
                assert!(["Why: ", "Whose rule: ", "Fix: "].iter().all(|part| said.contains(part)), "{said}");
                assert!(!said.contains('\n') && said.len() < 1000, "{said}");
            }
        }
    }
}
