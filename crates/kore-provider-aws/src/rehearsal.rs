//! What a cloud team does once in AWS, done in what stands in for it: the organisation with its features, the roles of its
//! management account by the published template, and keys of our issuer, which nobody reaches from outside.

use std::{collections::BTreeMap, time::Duration};

use aws_credential_types::Credentials;
use aws_sdk_cloudformation::types::{Capability, Parameter, StackStatus};
use aws_sdk_organizations::types::{OrganizationFeatureSet, PolicyType};
use kore_api::{cloud::ParentZone, codes::Code, platform::RehearsedOrganization};
use kore_engine::error::{Class, SOON, StepError, internal};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    cloud::Cloud,
    error::{Meaning, Refusal},
    permissions::{Place, Target, template},
    records,
    resolver::bare,
};

/// The stand-in's management account, and the access key of its administrator, whose secret nobody looks at.
const MANAGEMENT: &str = "123456789012";
const ADMINISTRATOR: &str = "AKIAKOREADMINISTRATOR";
/// Where its stacks are made.
const HOME: &str = "eu-central-1";
/// Name of the stack with the roles, as the published command has it.
const STACK: &str = "kore-management";
/// The zone that clusters' zones are delegated from (RFC 6761, section 6.2: it is nobody's).
const DOMAIN: &str = "rehearsal.test";
/// Whom stack sets work as in accounts (AWS CloudFormation User Guide, "Activate trusted access").
const STACK_SETS: &str = "member.org.stacksets.cloudformation.amazonaws.com";
/// How long the roles may take to be made, and the time between two looks.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);

/// A cluster that is to be made behind one of EKS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    /// What to call it.
    pub name: String,
    /// Name of the one of EKS.
    pub cluster: String,
    /// Version of Kubernetes, as `1.35`.
    pub version: String,
    /// Nodes by node group.
    pub nodes: BTreeMap<String, u32>,
    /// It is to be taken down.
    pub gone: bool,
}

/// How far one is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// How it is reached, once its API server answers.
    #[serde(flatten)]
    pub reached: Option<Reached>,
    /// The version that all of it is at, as `1.35`.
    pub version: Option<String>,
    /// Nodes that are ready, by node group.
    pub ready: BTreeMap<String, u32>,
    /// Nothing is left of it.
    pub gone: bool,
}

/// How an API server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// As `https://127.0.0.1:26443`.
    pub endpoint: String,
    /// Its certificate authority, base64 of PEM.
    pub authority: String,
    /// Who issues its service accounts' tokens.
    pub issuer: String,
}

/// What stands in for AWS, as whoever looks after it.
#[derive(Debug, Clone)]
pub struct StandIn {
    cloud: Cloud,
    endpoint: String,
    http: reqwest::Client,
    issuer: String,
}

impl StandIn {
    /// The one that `cloud` is asked at, `http://127.0.0.1:…`, for an installation whose tokens are of this issuer
    /// (`https://…`).
    #[must_use]
    pub fn new(cloud: Cloud, endpoint: String, issuer: String) -> Self {
        Self { cloud, endpoint, http: reqwest::Client::new(), issuer }
    }

    /// Whether it knows our issuer: the last that it is told, and what it forgets with all else when it ends.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn is_ready(&self) -> Result<bool, StepError> {
        let known = self.control(Method::GET, "issuers", None).await?;
        let known = known.as_array().into_iter().flatten();
        Ok(known.filter_map(|one| one.get("issuer")).any(|issuer| *issuer == self.issuer))
    }

    /// Makes it ready, as far as it is not: `keys` are those of our issuer (RFC 7517, section 5).
    ///
    /// # Errors
    /// When it does not answer, or refuses something.
    pub async fn prepare(&self, keys: &Value) -> Result<RehearsedOrganization, StepError> {
        let root = self.organization().await.map_err(|refusal| refusal.step("make the rehearsed organisation"))?;
        let zone = self.zone().await.map_err(|refusal| refusal.step("make the rehearsed zone"))?;
        self.roles(&zone).await?;
        let order = json!({ "issuer": self.issuer, "jwks": keys });
        self.control(Method::POST, "issuers", Some(order)).await?;
        Ok(RehearsedOrganization {
            management_account: MANAGEMENT.to_owned(),
            home_region: HOME.to_owned(),
            organizational_unit: root,
            parent_zone: ParentZone { id: zone, domain: DOMAIN.to_owned() },
        })
    }

    /// The clusters that somebody is to make behind those of EKS.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn wanted(&self) -> Result<Vec<Wanted>, StepError> {
        let all = self.control(Method::GET, "backing", None).await?;
        serde_json::from_value(all)
            .map_err(|error| internal("what stands in for AWS is another version").caused_by(error))
    }

    /// Says how far one of them is.
    ///
    /// # Errors
    /// When it does not answer, or wants it no more.
    pub async fn tell(&self, name: &str, standing: &Standing) -> Result<(), StepError> {
        self.control(Method::PUT, &format!("backing/{name}"), Some(json!(standing))).await.map(drop)
    }

    fn administrator() -> Credentials {
        Credentials::new(ADMINISTRATOR, "none", None, None, "rehearsal")
    }

    /// The organisation with all that Kore needs of it turned on; the id of its root.
    async fn organization(&self) -> Result<String, Refusal> {
        let client = aws_sdk_organizations::Client::new(&self.cloud.config(HOME, Some(Self::administrator())));
        match client.describe_organization().send().await.map_err(Refusal::from) {
            Err(refusal) if refusal.code == "AWSOrganizationsNotInUseException" => {
                client.create_organization().feature_set(OrganizationFeatureSet::All).send().await?;
            }
            other => drop(other?),
        }
        let none = || Refusal::new("NoRoot", "the organisation has no root", 500);
        let roots = client.list_roots().send().await?;
        let root = roots.roots().first().ok_or_else(none)?;
        let id = root.id().ok_or_else(none)?;
        let guardrails = PolicyType::ServiceControlPolicy;
        if !root.policy_types().iter().any(|kind| kind.r#type() == Some(&guardrails)) {
            client.enable_policy_type().root_id(id).policy_type(guardrails).send().await?;
        }
        client.enable_aws_service_access().service_principal(STACK_SETS).send().await?;
        Ok(id.to_owned())
    }

    /// The id of the parent zone.
    async fn zone(&self) -> Result<String, Refusal> {
        let client = aws_sdk_route53::Client::new(&self.cloud.config(HOME, Some(Self::administrator())));
        let listed = client.list_hosted_zones_by_name().dns_name(DOMAIN).send().await?;
        if let Some(zone) = listed.hosted_zones().iter().find(|zone| bare(zone.name()) == DOMAIN) {
            return Ok(records::id(zone.id()).to_owned());
        }
        let made = client.create_hosted_zone().name(DOMAIN).caller_reference(DOMAIN).send().await?;
        let zone = made.hosted_zone().ok_or_else(|| Refusal::new("NoZone", "the zone was not made", 500))?;
        Ok(records::id(zone.id()).to_owned())
    }

    /// The roles of the management account.
    async fn roles(&self, zone: &str) -> Result<(), StepError> {
        let client = aws_sdk_cloudformation::Client::new(&self.cloud.config(HOME, Some(Self::administrator())));
        let made = async {
            let trusted = self.cloud.identity().trusted();
            let document = template(&Target { place: Place::Management, trusted: &trusted });
            let zone = Parameter::builder().parameter_key("ParentZone").parameter_value(zone).build();
            let asked = client.create_stack().stack_name(STACK).template_body(document.to_string()).parameters(zone);
            match asked.capabilities(Capability::CapabilityNamedIam).send().await.map_err(Refusal::from) {
                Err(refusal) if refusal.meaning == Meaning::Exists => {}
                other => drop(other?),
            }
            loop {
                let seen = client.describe_stacks().stack_name(STACK).send().await?;
                let stack = seen.stacks().first();
                match stack.and_then(|stack| stack.stack_status()) {
                    Some(StackStatus::CreateComplete) => return Ok(()),
                    Some(StackStatus::CreateInProgress) => tokio::time::sleep(LOOK).await,
                    other => {
                        let why = stack.and_then(|stack| stack.stack_status_reason()).unwrap_or_default();
                        let message = format!("the stack {STACK} is {other:?}: {why}");
                        return Err(Refusal::new("StackFailed", &message, 500));
                    }
                }
            }
        };
        let late =
            || StepError::new(Code::CloudUnavailable, Class::Retry(SOON), "the rehearsed roles are not made in time");
        let made = tokio::time::timeout(PATIENCE, made).await.map_err(|_| late())?;
        made.map_err(|refusal: Refusal| refusal.step("make the rehearsed roles"))
    }

    /// What its control API answers.
    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, StepError> {
        let request = self.http.request(method, format!("{}/_kore/{path}", self.endpoint)).timeout(PATIENCE);
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        let answer = async { request.send().await?.error_for_status()?.json().await };
        let failed = |error| {
            let what = "what stands in for AWS does not answer";
            StepError::new(Code::CloudUnavailable, Class::Retry(SOON), what).caused_by(error)
        };
        answer.await.map_err(|error: reqwest::Error| failed(error))
    }
}
