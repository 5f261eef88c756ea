//! A workload cluster: a control plane, and requests to it whose warnings can be read.

use std::{future::Future, time::Duration};

use http::Request;
use kore_domain::cluster_rbac::{Impersonation, baseline};
use kore_kube::kept::Kept;
use kore_testkit::control_plane::ControlPlane;
use kube::{Client, client::Body};
use serde_json::{Value, json};
use tokio::time::Instant;

pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) warnings: Vec<String>,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// Sends an object as the client's user; `path` is the collection's, or the object's for other methods.
pub(crate) async fn send(client: &Client, method: &str, path: &str, object: &Value) -> Answer {
    let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    let body = if object.is_null() { Vec::new() } else { object.to_string().into_bytes() };
    let answer = client.send(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let warnings = answer.headers().get_all("warning").iter().map(|one| one.to_str().unwrap().to_owned()).collect();
    let body = answer.into_body().collect_bytes().await.unwrap();
    Answer { status, warnings, body: serde_json::from_slice(&body).unwrap_or_default() }
}

/// Applies objects of Kore's.
pub(crate) async fn apply(client: &Client, objects: &[Value]) {
    for object in objects {
        let kept = Kept::of(client, "kore-baseline", object).unwrap();
        kept.apply().await.unwrap_or_else(|error| panic!("{}: {error}", kept.name));
    }
}

/// The rights and the guard of team payments, and a client of one of its owners who may do by RBAC
/// whatever there is, so that all that is refused is refused by policies.
pub(crate) async fn with_owner(plane: &ControlPlane) -> (Client, Client) {
    let admin = plane.client().await.unwrap();
    apply(&admin, &baseline(&"payments".parse().unwrap(), Impersonation::Constrained)).await;
    let everything = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "test-everything"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "kore:payments:admin"}]});
    apply(&admin, &[everything]).await;
    (admin, plane.client_as("kore:ana", Some("kore:payments:admin")).await.unwrap())
}

/// Asks again until it is as it should be.
pub(crate) async fn until<T: std::fmt::Debug, F: Future<Output = T>>(
    what: &str,
    mut ask: impl FnMut() -> F,
    holds: impl Fn(&T) -> bool,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        if holds(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "never {what}: {answer:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
