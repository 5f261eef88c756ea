//! The way that people take into the cluster, tried before anybody is told that it is ready: by the
//! gateway's own transport and credential, with the headers that it sends. What must be refused is
//! tried beside it.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, Limited};
use kore_api::{codes::Code, namespace::NamespaceRole};
use kore_domain::cluster_rbac::{GATEWAY_USER, PLATFORM_ADMIN_GROUP, PROBE_USER, ROLES, team_group};
use kore_engine::{
    component::Observed,
    error::{Class, SOON, StepError, internal},
};
use kore_kube::proxy::Transport;
use serde_json::{Value, json};

use kore_engine::part::Act;

use crate::ground::Ground;

/// What an answer may have at most.
const ANSWER: usize = 1 << 20;
const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
/// A real resource, which every authenticated stranger is refused.
const RESOURCE: &str = "/api/v1/namespaces?limit=1";
const UID: &str = "kore-probe";
const MAY: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
/// What the team's administrators have by Kubernetes' own roles, `edit` and `view` in `admin`: a controller
/// puts those together, some time after the API server is there.
const WORK: [&str; 2] = ["create", "list"];

/// Whether the gateway's credential can do what it is for, and nothing else.
#[derive(Debug)]
pub struct Access(pub Arc<Ground>);

impl Access {
    /// Groups that the gateway speaks for.
    fn groups(&self) -> Vec<String> {
        let team = &self.0.cluster.team;
        ROLES.iter().map(|role| team_group(team, *role)).chain([PLATFORM_ADMIN_GROUP.to_owned()]).collect()
    }
}

/// One request as the gateway sends it; without groups, without speaking for anybody.
async fn ask(
    transport: &Transport,
    method: Method,
    path: &str,
    body: &Value,
    groups: &[String],
) -> Result<(StatusCode, Value), StepError> {
    let mut request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
    if !groups.is_empty() {
        request = request.header("impersonate-user", PROBE_USER).header("impersonate-uid", UID);
    }
    for group in groups {
        request = request.header("impersonate-group", group);
    }
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request =
        request.body(Full::new(body)).map_err(|error| internal("a request of the probe is none").caused_by(error))?;
    let silent = "the cluster does not answer the gateway's credential";
    let answer = transport.send(request).await.map_err(|error| unreachable_now(silent).caused_by(error))?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), ANSWER).collect().await;
    let body = body.map_err(|error| unreachable_now(silent).caused_by(error))?.to_bytes();
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

fn unreachable_now(what: &str) -> StepError {
    StepError::new(Code::ClusterNotReady, Class::Retry(SOON), what)
}

fn too_wide(what: String) -> StepError {
    StepError::new(Code::ClusterAccessUnsafe, Class::Terminal, what)
}

/// What the API server says about an answer that is none of the expected.
fn said(status: StatusCode, answer: &Value) -> String {
    format!("{status}: {}", answer.get("message").and_then(Value::as_str).unwrap_or("no message"))
}

/// Whether a review names the person, with every group.
fn names_probe(review: &Value, groups: &[String]) -> bool {
    let Some(user) = review.pointer("/status/userInfo") else { return false };
    let listed = |list: Option<&Value>, wanted: &str| {
        list.and_then(Value::as_array).is_some_and(|list| list.iter().any(|one| one.as_str() == Some(wanted)))
    };
    user.get("username").and_then(Value::as_str) == Some(PROBE_USER)
        && user.get("uid").and_then(Value::as_str) == Some(UID)
        && groups.iter().all(|group| listed(user.get("groups"), group))
}

#[async_trait]
impl Act for Access {
    async fn observe(&self) -> Result<Observed, StepError> {
        let ground = &self.0;
        let waiting = |reason: String| Ok(Observed::Waiting { reason });
        let Some(transport) = ground.gateway().await? else { return waiting("the gateway's credential".to_owned()) };
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});

        // By itself it is known, and sees nothing.
        let (status, answer) = ask(&transport, Method::GET, RESOURCE, &Value::Null, &[]).await?;
        match status {
            StatusCode::FORBIDDEN => {}
            StatusCode::OK => {
                return Err(too_wide(format!("{GATEWAY_USER} can list namespaces without speaking for anybody")));
            }
            _ => {
                return waiting(format!(
                    "the cluster to know the gateway by what it shows ({})",
                    said(status, &answer)
                ));
            }
        }
        // It speaks for people, and they are who it says.
        let groups = self.groups();
        let (status, answer) = ask(&transport, Method::POST, REVIEWS, &review, &groups).await?;
        if status != StatusCode::CREATED || !names_probe(&answer, &groups) {
            return waiting(format!("the gateway to be allowed to speak for people ({})", said(status, &answer)));
        }
        // Whoever looks after the cluster can work in it.
        for verb in WORK {
            let attributes = json!({"verb": verb, "resource": "configmaps", "namespace": "default"});
            let may = json!({
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": attributes},
            });
            let administrators = [team_group(&ground.cluster.team, NamespaceRole::Admin)];
            let (status, answer) = ask(&transport, Method::POST, MAY, &may, &administrators).await?;
            if answer.pointer("/status/allowed") != Some(&Value::Bool(true)) {
                let what = "the cluster to let the team's administrators work";
                return waiting(format!("{what} ({verb} configmaps: {status})"));
            }
        }
        // Nobody comes in past all rules.
        let masters = ["system:masters".to_owned()];
        let (status, answer) = ask(&transport, Method::POST, REVIEWS, &review, &masters).await?;
        match status {
            StatusCode::FORBIDDEN => Ok(Observed::Ready),
            StatusCode::CREATED => Err(too_wide(format!("{GATEWAY_USER} can speak for group system:masters"))),
            _ => waiting(format!("the cluster to refuse group system:masters ({})", said(status, &answer))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_must_name_user_uid_and_groups() {
        let groups = ["kore:payments:view".to_owned()];
        let review = |user: Value| json!({"status": {"userInfo": user}});
        let good = json!({"username": PROBE_USER, "uid": UID, "groups": [groups[0], "system:authenticated"]});
        assert!(names_probe(&review(good.clone()), &groups));
        for field in ["username", "uid", "groups"] {
            let mut lacking = good.clone();
            lacking.as_object_mut().unwrap().remove(field);
            assert!(!names_probe(&review(lacking), &groups), "{field}");
        }
        assert!(!names_probe(&json!({}), &groups));
    }
}
