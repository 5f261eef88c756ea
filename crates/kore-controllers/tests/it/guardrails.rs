//! What a cluster refuses or warns of, decided by a real API server: each bad object beside a good one.

use kore_api::plan::Guardrails;
use kore_domain::guardrails::guardrails;
use kore_kube::kept::{Kept, drifts};
use kore_testkit::control_plane::ControlPlane;
use kube::Client;
use serde_json::{Value, json};

use crate::cluster::{Answer, apply, send, until, with_owner};

const PODS: &str = "/api/v1/namespaces/web/pods";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/web/deployments";

/// A pod that nobody has anything against, with a field of it replaced.
fn pod(pointer: &str, value: Value) -> Value {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "good"}, "spec": {
        "volumes": [{"name": "scratch", "emptyDir": {}}],
        "containers": [{"name": "web", "image": "nginx:1.29", "securityContext": {"privileged": false},
            "ports": [{"containerPort": 80}],
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "32Mi"}}}]}});
    if !pointer.is_empty() {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        pod.pointer_mut(parent).unwrap()[field] = value;
    }
    pod
}

fn deployment(pod: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod["spec"]}}})
}

fn cron_job(pod: &Value) -> Value {
    let mut pod = pod["spec"].clone();
    pod["restartPolicy"] = json!("Never");
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"}, "spec": {
        "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}})
}

fn service(spec: Value) -> Value {
    let mut spec = spec;
    spec["ports"] = json!([{"port": 80}]);
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec})
}

fn binding(kind: &str, role: &str) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "bound"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "kore:bob"}]})
}

fn everybody() -> Value {
    let mut binding = binding("RoleBinding", "view");
    binding["subjects"] =
        json!([{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}]);
    binding
}

fn role(rules: &Value) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "own"}, "rules": rules})
}

fn capable() -> Value {
    json!({"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}})
}

/// Which guardrail, where an object goes, the object, and what the message names.
fn bad() -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let container = |field: &str| format!("/spec/containers/0/{field}");
    let pod_with = |pointer: &str, value| pod(pointer, value);
    let image = |name: &str| pod(&container("image"), json!(name));
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "forever", "annotations": {"kubernetes.io/service-account.name": "default"}}});
    let roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/web/roles";
    vec![
        ("privileged", PODS, pod_with(&container("securityContext"), capable()), "adds capabilities"),
        ("privileged", DEPLOYMENTS, deployment(&pod_with(&container("securityContext"), capable())), "container web"),
        (
            "privileged",
            "/apis/batch/v1/namespaces/web/cronjobs",
            cron_job(&pod_with(
                "/spec/initContainers",
                json!([
                    {"name": "first", "image": "nginx:1", "securityContext": capable()},
                ]),
            )),
            "container first",
        ),
        (
            "host-path",
            PODS,
            pod_with("/spec/volumes", json!([{"name": "root", "hostPath": {"path": "/"}}])),
            "volume root",
        ),
        ("host-namespaces", PODS, pod_with("/spec/hostNetwork", json!(true)), "hostNetwork"),
        ("host-namespaces", PODS, pod_with("/spec/hostPID", json!(true)), "hostPID"),
        (
            "host-namespaces",
            PODS,
            pod_with(&container("ports"), json!([{"containerPort": 80, "hostPort": 80}])),
            "container web",
        ),
        ("registries", PODS, image("ghcr.io/example/web:1"), "image ghcr.io/example/web:1"),
        ("registries", PODS, image("someone/web:1"), "image someone/web:1"),
        ("registries", PODS, image("docker.io/library-of-evil/web:1"), "image docker.io/library-of-evil"),
        ("registries", PODS, image("EVIL/library/web:1"), "image EVIL/library/web:1"),
        ("registries", PODS, image("localhost:5001/web:1"), "image localhost:5001"),
        ("registries", DEPLOYMENTS, deployment(&image("ghcr.io/example/web:1")), "image ghcr.io/example/web:1"),
        ("image-tags", PODS, image("nginx"), "image nginx "),
        ("image-tags", PODS, image("localhost:5000/web"), "image localhost:5000/web"),
        ("image-tags", PODS, image("nginx:latest"), "image nginx:latest"),
        ("resources", PODS, pod_with(&container("resources"), json!({})), "container web"),
        ("resources", PODS, pod_with(&container("resources/limits"), Value::Null), "container web"),
        ("service-exposure", "/api/v1/namespaces/web/services", service(json!({"type": "NodePort"})), "type NodePort"),
        (
            "service-exposure",
            "/api/v1/namespaces/web/services",
            service(json!({"type": "LoadBalancer"})),
            "type LoadBalancer",
        ),
        ("node-choice", PODS, pod_with("/spec/nodeName", json!("default-1")), "nodeName"),
        ("node-choice", DEPLOYMENTS, deployment(&pod_with("/spec/nodeName", json!("default-1"))), "nodeName"),
        (
            "node-choice",
            PODS,
            pod_with("/spec/tolerations", json!([{"operator": "Exists"}])),
            "toleration of everything",
        ),
        (
            "node-choice",
            DEPLOYMENTS,
            deployment(&pod_with("/spec/tolerations", json!([{"key": "kore.internal/system", "operator": "Exists"}]))),
            "toleration of kore.internal/system",
        ),
        (
            "service-exposure",
            "/api/v1/namespaces/web/services",
            service(json!({"externalIPs": ["192.0.2.1"]})),
            "externalIPs",
        ),
        ("token-secrets", "/api/v1/namespaces/web/secrets", secret, "service-account-token"),
        (
            "cluster-admin",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/web/rolebindings",
            binding("RoleBinding", "cluster-admin"),
            "role cluster-admin",
        ),
        (
            "bindings-to-everybody",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/web/rolebindings",
            everybody(),
            "system:authenticated is everybody",
        ),
        (
            "wildcard-roles",
            roles,
            role(&json!([{"apiGroups": [""], "resources": ["*"], "verbs": ["get", "list"]}])),
            "verbs get|list",
        ),
        (
            "wildcard-roles",
            roles,
            role(&json!([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["escalate"]}])),
            "verbs escalate",
        ),
    ]
}

fn good() -> Vec<(&'static str, Value)> {
    let plain = pod("", Value::Null);
    let image = |name: &str| pod("/spec/containers/0/image", json!(name));
    vec![
        (PODS, plain.clone()),
        (PODS, image("docker.io/library/nginx:1.29")),
        (PODS, pod("/spec/tolerations", json!([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]))),
        (PODS, pod("/spec/nodeSelector", json!({"kore.internal/pool": "default"}))),
        (PODS, image("localhost:5000/team/web:7")),
        (PODS, image("kore.internal/hello:1")),
        (PODS, image(&format!("registry.k8s.io/pause@sha256:{}", "0".repeat(64)))),
        (DEPLOYMENTS, deployment(&plain)),
        // The namespace's limits fill it in when it comes to pods.
        (DEPLOYMENTS, deployment(&pod("/spec/containers/0/resources", json!({})))),
        ("/apis/batch/v1/namespaces/web/cronjobs", cron_job(&plain)),
        ("/api/v1/namespaces/web/services", service(json!({}))),
        (
            "/apis/rbac.authorization.k8s.io/v1/namespaces/web/roles",
            role(&json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}])),
        ),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/web/rolebindings", binding("RoleBinding", "edit")),
    ]
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name,
        "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}})
}

fn account(namespace: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}})
}

async fn try_out(client: &Client, path: &str, object: &Value) -> Answer {
    send(client, "POST", &format!("{path}?dryRun=All"), object).await
}

async fn set(admin: &Client, owner: &Client, level: Guardrails) {
    apply(admin, &guardrails(level, &["localhost:5000", "docker.io/library", "registry.k8s.io"])).await;
    // The API server takes policies up a moment later, all at one pace: the last one is looked at.
    let last = role(&json!([{"apiGroups": [""], "resources": ["*"], "verbs": ["get"]}]));
    let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/web/roles";
    until(
        "guarded",
        || try_out(owner, path, &last),
        |answer| {
            (answer.status == 403) == (level == Guardrails::Production)
                && (answer.status == 403 || !answer.warnings.is_empty())
        },
    )
    .await;
}

fn promised(text: &str, control: &str, names: &str) -> bool {
    [&format!("kore-guardrail-{control}"), names, "Why: ", "Whose rule: ", "Fix: "]
        .iter()
        .all(|part| text.contains(part))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn production_refuses_what_evaluation_warns_of_and_lets_good_things_pass() {
    let plane = ControlPlane::start().await.unwrap();
    let (admin, owner) = with_owner(&plane).await;
    let places = ["web", "kore-ingress", "default"].map(|name| [namespace(name), account(name)]);
    apply(&admin, &places.into_iter().flatten().chain([account("kube-system")]).collect::<Vec<_>>()).await;

    set(&admin, &owner, Guardrails::Evaluation).await;
    for (control, path, object, names) in bad() {
        let answer = try_out(&owner, path, &object).await;
        assert_eq!(answer.status, 201, "{control} {object}: {}", answer.message());
        assert!(answer.warnings.iter().any(|text| promised(text, control, names)), "{control} {object}: {answer:?}");
    }
    the_good_pass(&owner).await;
    a_privileged_pod_is_refused(&owner).await;
    let quiet = try_out(&owner, "/api/v1/namespaces/default/pods", &pod("", Value::Null)).await;
    assert_eq!((quiet.status, quiet.warnings), (201, Vec::new()));
    // Made now, and there when the rules become stricter.
    for (path, mut object) in [
        (DEPLOYMENTS, deployment(&pod("/spec/containers/0/image", json!("ghcr.io/example/web:1")))),
        (PODS, pod("", Value::Null)),
    ] {
        object["metadata"]["name"] = json!("there");
        assert_eq!(send(&owner, "POST", path, &object).await.status, 201);
    }

    set(&admin, &owner, Guardrails::Production).await;
    for (control, path, object, names) in bad() {
        let answer = try_out(&owner, path, &object).await;
        assert_eq!(answer.status, 403, "{control} {object}: {answer:?}");
        assert!(promised(answer.message(), control, names), "{control} {object}: {}", answer.message());
    }
    the_good_pass(&owner).await;
    a_privileged_pod_is_refused(&owner).await;
    let default = try_out(&owner, "/api/v1/namespaces/default/pods", &pod("", Value::Null)).await;
    assert!(
        default.status == 403 && promised(default.message(), "default-namespace", "namespace default"),
        "{default:?}"
    );

    nothing_that_others_add_switches_one_off(&admin, &owner).await;
    what_is_there_stays_changeable(&owner).await;
    what_is_waived_passes_there_and_the_rest_does_not(&admin, &owner).await;
    nobody_in_a_team_gets_where_it_does_not_reach(&admin, &owner).await;
    a_namespace_with_limits_fills_in(&admin, &owner).await;
}

/// Whatever the guardrails: local API servers run without `--allow-privileged`, and look at that before any
/// policy does.
async fn a_privileged_pod_is_refused(owner: &Client) {
    let privileged = pod("/spec/containers/0/securityContext", json!({"privileged": true}));
    for (path, object) in [(PODS, privileged.clone()), (DEPLOYMENTS, deployment(&privileged))] {
        let answer = try_out(owner, path, &object).await;
        assert!(answer.status == 422 && answer.message().contains("disallowed by cluster policy"), "{answer:?}");
    }
}

async fn the_good_pass(owner: &Client) {
    for (path, object) in good() {
        let answer = try_out(owner, path, &object).await;
        assert!(answer.status == 201 && answer.warnings.is_empty(), "{object}: {answer:?}");
    }
}

/// Lists that Kubernetes merges keep what others put in: a condition that never holds, another action.
async fn nothing_that_others_add_switches_one_off(admin: &Client, owner: &Client) {
    let name = "kore-guardrail-wildcard-roles";
    let base = "/apis/admissionregistration.k8s.io/v1";
    let policy = format!("{base}/validatingadmissionpolicies/{name}");
    let mut off = send(admin, "GET", &policy, &Value::Null).await.body;
    let conditions = off["spec"]["matchConditions"].as_array_mut().unwrap();
    conditions.push(json!({"name": "off", "expression": "false"}));
    assert_eq!(send(admin, "PUT", &format!("{policy}?fieldManager=somebody"), &off).await.status, 200);
    let binding = format!("{base}/validatingadmissionpolicybindings/{name}?fieldManager=somebody");
    let warn = json!({"spec": {"validationActions": ["Warn"]}});
    assert_eq!(send(admin, "PATCH", &binding, &warn).await.status, 200);

    let wanted = guardrails(Guardrails::Production, &["localhost:5000", "docker.io/library", "registry.k8s.io"]);
    let kept: Vec<Kept> = wanted.iter().map(|one| Kept::of(admin, "kore-baseline", one).unwrap()).collect();
    let found: Vec<_> = drifts(&kept).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with(&format!("ValidatingAdmissionPolicy {name}: /spec/matchConditions by somebody at 20"))
    );
    assert!(
        found[1].starts_with(&format!("ValidatingAdmissionPolicyBinding {name}: /spec/validationActions by somebody"))
    );
    set(admin, owner, Guardrails::Production).await;
    assert_eq!(drifts(&kept).await.unwrap(), []);
}

/// A waiver is a label that Kore sets: it is good for one guardrail in one namespace, and nobody in the team sets one.
async fn what_is_waived_passes_there_and_the_rest_does_not(admin: &Client, owner: &Client) {
    let namespace = "/api/v1/namespaces/web";
    let label = |value: Value| json!({"metadata": {"labels": {"kore.internal/waive-registries": value}}});
    let answer = send(owner, "PATCH", namespace, &label(json!("true"))).await;
    assert!(answer.status == 403 && answer.message().contains("changed through Kore"), "{answer:?}");
    let own = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "own", "labels": {
        "kore.internal/waive-registries": "true"}}});
    let answer = try_out(owner, "/api/v1/namespaces", &own).await;
    assert!(answer.status == 403 && answer.message().contains("changed through Kore"), "{answer:?}");
    assert_eq!(send(admin, "PATCH", namespace, &label(json!("true"))).await.status, 200);
    let foreign = pod("/spec/containers/0/image", json!("ghcr.io/example/web:1"));
    until("waived", || try_out(owner, PODS, &foreign), |answer| answer.status == 201).await;
    for (control, path, object, names) in bad().into_iter().filter(|(control, ..)| *control != "registries") {
        let answer = try_out(owner, path, &object).await;
        assert!(answer.status == 403 && promised(answer.message(), control, names), "{control}: {answer:?}");
    }
    let elsewhere = try_out(owner, "/api/v1/namespaces/default/pods", &foreign).await;
    assert_eq!(elsewhere.status, 403, "{elsewhere:?}");
    assert_eq!(send(admin, "PATCH", namespace, &label(Value::Null)).await.status, 200);
    until("held again", || try_out(owner, PODS, &foreign), |answer| answer.status == 403).await;
}

/// An older object is scaled; whoever touches its pods keeps to the rules.
async fn what_is_there_stays_changeable(owner: &Client) {
    let path = format!("{DEPLOYMENTS}/there");
    let scaled = send(owner, "PATCH", &path, &json!({"spec": {"replicas": 2}})).await;
    assert_eq!(scaled.status, 200, "{}", scaled.message());
    let image = |name: &str| json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": name}]}}}});
    let worse = send(owner, "PATCH", &path, &image("ghcr.io/example/web:2")).await;
    assert!(worse.status == 403 && promised(worse.message(), "registries", "web:2"), "{worse:?}");
    let better = send(owner, "PATCH", &path, &image("nginx:1.30")).await;
    assert_eq!(better.status, 200, "{}", better.message());

    // A running pod's image is another way, an ephemeral container a third.
    let pod = format!("{PODS}/there");
    let mut changed = send(owner, "GET", &pod, &Value::Null).await.body;
    changed["spec"]["containers"][0]["image"] = json!("ghcr.io/example/web:1");
    let sneaked = send(owner, "PUT", &pod, &changed).await;
    assert!(sneaked.status == 403 && promised(sneaked.message(), "registries", "ghcr.io"), "{sneaked:?}");
    let mut debugged = send(owner, "GET", &pod, &Value::Null).await.body;
    let ephemeral = |context: Value| {
        json!([{"name": "debug", "image": "busybox:1", "securityContext": context,
            "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent"}])
    };
    let path = format!("{pod}/ephemeralcontainers");
    debugged["spec"]["ephemeralContainers"] = ephemeral(capable());
    let sneaked = send(owner, "PUT", &path, &debugged).await;
    assert!(sneaked.status == 403 && promised(sneaked.message(), "privileged", "container debug"), "{sneaked:?}");
    debugged["spec"]["ephemeralContainers"] = ephemeral(json!({}));
    let debugged = send(owner, "PUT", &path, &debugged).await;
    assert_eq!(debugged.status, 200, "{}", debugged.message());
}

/// Namespaces that are let through by name are the platform's, whoever asks how.
async fn nobody_in_a_team_gets_where_it_does_not_reach(admin: &Client, owner: &Client) {
    let bad = pod("/spec/containers/0/image", json!("ghcr.io/example/ingress:1"));
    let platform = try_out(admin, "/api/v1/namespaces/kore-ingress/pods", &bad).await;
    assert_eq!(platform.status, 201, "{}", platform.message());
    for path in ["/api/v1/namespaces/kore-ingress/pods", "/api/v1/namespaces/kube-system/pods"] {
        let answer = try_out(owner, path, &bad).await;
        assert!(answer.status == 403 && answer.message().contains("belongs to the cluster"), "{answer:?}");
    }
    for metadata in [json!({"name": "kore-mine"}), json!({"name": "kube-mine"}), json!({"generateName": "kore-"})] {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        let answer = try_out(owner, "/api/v1/namespaces", &object).await;
        assert!(answer.status == 403 && answer.message().contains("platform"), "{answer:?}");
    }
    let own = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "korean-food"}});
    assert_eq!(try_out(owner, "/api/v1/namespaces", &own).await.status, 201);
}

/// Where a LimitRange is, pods that say nothing get what it says; what exceeds its maximum is refused.
async fn a_namespace_with_limits_fills_in(admin: &Client, owner: &Client) {
    let limits = json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "limits", "namespace": "web"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "50m", "memory": "64Mi"},
            "default": {"memory": "128Mi"}, "max": {"memory": "1Gi"}}]}});
    apply(admin, &[limits]).await;
    let silent = pod("/spec/containers/0/resources", json!({}));
    let mut filled = silent.clone();
    filled["metadata"]["name"] = json!("filled");
    let answer = until("filled in", || try_out(owner, PODS, &filled), |answer| answer.status == 201).await;
    let resources = &answer.body["spec"]["containers"][0]["resources"];
    assert_eq!(resources["requests"], json!({"cpu": "50m", "memory": "64Mi"}));
    assert_eq!(resources["limits"], json!({"memory": "128Mi"}));
    let mut greedy = pod("/spec/containers/0/resources/limits", json!({"memory": "2Gi"}));
    greedy["metadata"]["name"] = json!("greedy");
    let refused = try_out(owner, PODS, &greedy).await;
    assert!(
        refused.status == 403 && refused.message().contains("maximum memory usage per Container is 1Gi"),
        "{refused:?}"
    );
}
