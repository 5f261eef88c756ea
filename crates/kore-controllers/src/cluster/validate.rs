//! Turns a Cluster and what it refers to into something that can be worked on. After this nobody
//! reads the custom resource's spec again.

use std::sync::Arc;

use kore_api::{
    cluster::Cluster,
    codes::Code,
    meta,
    names::ClusterRef,
    plan::{PlanVersion, Provider},
    problem::FieldError,
    quota::Quantities,
};
use kore_domain::{
    plan::effective,
    policy::{Named, judge},
    quota::of_cluster,
};
use kore_engine::{
    error::{Class, StepError},
    provider::{ClusterProvider, ClusterRequest, Providers},
};
use kube::ResourceExt;
use serde_json::{Value, json};

use super::dereference::Found;
use crate::quota::Holder;

/// A cluster that can be worked on.
pub(crate) struct Valid {
    /// What its provider needs to know.
    pub(crate) request: ClusterRequest,
    /// Who makes it.
    pub(crate) provider: Arc<dyn ClusterProvider>,
    /// The generation that this is.
    pub(crate) generation: i64,
    /// The request that wrote it last, if one did.
    pub(crate) written_by: Option<String>,
    /// Its parameters as they were last applied.
    pub(crate) applied: Option<Value>,
}

impl Valid {
    /// What it takes of its team's quota with these parameters.
    pub(crate) fn demand(&self, parameters: &Value) -> Quantities {
        let workloads = self.request.rung.as_ref().is_none_or(|rung| rung.workloads);
        of_cluster(self.provider.provider(), parameters, workloads)
    }

    /// Who takes it.
    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder {
            team: self.request.name.team.as_str(),
            team_id: &self.request.team_id,
            object: format!("cluster/{}", self.request.name.name),
            uid: &self.request.uid,
            request: self.written_by.as_deref(),
        }
    }
}

/// The cluster as it should be.
///
/// # Errors
/// Why it is blocked: code and a sentence that names every field.
pub(crate) fn validate(cluster: &Cluster, found: &Found, providers: &Providers) -> Result<Valid, StepError> {
    let version = version(cluster, found)?;
    let provider = provider(version.spec.provider, providers)?;
    let parameters = effective(version.spec.provider, &version.spec.parameters, &cluster.spec.overrides)
        .map_err(|errors| blocked(describe(&errors)))?;
    provider.validate(&parameters).map_err(|error| blocked(error.message))?;
    allowed(found, version, &parameters)?;
    valid(cluster, found, parameters, provider)
}

/// What the policies that apply say today: nothing that they refuse is applied, or dropped.
fn allowed(found: &Found, version: &PlanVersion, parameters: &Value) -> Result<(), StepError> {
    let spec = &version.spec;
    let plan = effective(spec.provider, &spec.parameters, &json!({})).map_err(|errors| blocked(describe(&errors)))?;
    let names: Vec<_> = found.policies.iter().map(|policy| policy.name_any()).collect();
    let policies = found.policies.iter().zip(&names);
    let named: Vec<_> = policies.map(|(policy, name)| Named { name, spec: &policy.spec }).collect();
    let errors = judge(&named, &plan, parameters);
    if errors.is_empty() { Ok(()) } else { Err(blocked(describe(&errors))) }
}

/// Whether policies refuse what a cluster asks for. What does not fit its plan is not asked about here.
pub(crate) fn is_refused(cluster: &Cluster, found: &Found) -> bool {
    let Some(version) = found.version.as_deref().filter(|_| !found.policies.is_empty()) else { return false };
    effective(version.spec.provider, &version.spec.parameters, &cluster.spec.overrides)
        .is_ok_and(|parameters| allowed(found, version, &parameters).is_err())
}

/// The cluster as it was last applied: what is taken down. Parameters that no longer fit anything do
/// not stand in the way; what they would have named is found by the ledger and by sweeping.
///
/// # Errors
/// When nobody serves its provider, or its name is none.
pub(crate) fn last_known(cluster: &Cluster, found: &Found, providers: &Providers) -> Result<Valid, StepError> {
    let applied = cluster.status.as_ref().and_then(|status| status.parameters.clone());
    let wanted = || {
        let version = found.version.as_ref()?;
        effective(version.spec.provider, &version.spec.parameters, &cluster.spec.overrides)
            .ok()
            .or_else(|| Some(version.spec.parameters.clone()))
    };
    let parameters = applied.or_else(wanted).unwrap_or_else(|| json!({}));
    let kind = found.version.as_ref().map_or(Provider::Local, |version| version.spec.provider);
    let provider = provider(kind, providers)?;
    valid(cluster, found, parameters, provider)
}

fn valid(
    cluster: &Cluster,
    found: &Found,
    parameters: Value,
    provider: Arc<dyn ClusterProvider>,
) -> Result<Valid, StepError> {
    Ok(Valid {
        request: request(cluster, found, parameters)?,
        provider,
        generation: generation(cluster),
        written_by: cluster.annotations().get(meta::ANNOTATION_REQUEST).cloned(),
        applied: cluster.status.as_ref().and_then(|status| status.parameters.clone()),
    })
}

fn version<'a>(cluster: &Cluster, found: &'a Found) -> Result<&'a PlanVersion, StepError> {
    found.version.as_deref().ok_or_else(|| {
        let plan = &cluster.spec.plan;
        let wanted = plan.version.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"));
        StepError::new(Code::InputUnknownPlan, Class::Invalid, format!("plan {} has {wanted} published", plan.name))
    })
}

fn provider(kind: Provider, providers: &Providers) -> Result<Arc<dyn ClusterProvider>, StepError> {
    providers.get(&kind).cloned().ok_or_else(|| blocked(format!("this installation has no provider {kind:?}")))
}

fn request(cluster: &Cluster, found: &Found, parameters: Value) -> Result<ClusterRequest, StepError> {
    let namespace = cluster.namespace().unwrap_or_default();
    let team = namespace.strip_prefix("team-").unwrap_or_default();
    let name: ClusterRef = format!("{team}/{}", cluster.name_any())
        .parse()
        .map_err(|error| blocked("its name is not one".to_owned()).caused_by(error))?;
    Ok(ClusterRequest {
        name,
        uid: cluster.uid().unwrap_or_default(),
        team_id: found.team.as_ref().map(|team| team.spec.id.clone()).unwrap_or_default(),
        parameters,
        rung: cluster.status.as_ref().and_then(|status| status.rung.clone()),
        account: found.account.clone(),
        addresses: cluster.status.as_ref().and_then(|status| status.addresses.clone()),
    })
}

pub(crate) fn generation(cluster: &Cluster) -> i64 {
    cluster.metadata.generation.unwrap_or_default()
}

fn blocked(message: String) -> StepError {
    StepError::new(Code::ClusterBlocked, Class::Invalid, message)
}

fn describe(errors: &[FieldError]) -> String {
    let line = |error: &FieldError| match &error.refusal {
        Some(refusal) => format!("{} {}", refusal.path, error.detail),
        None => format!("{}: {}", error.pointer, error.detail),
    };
    let lines: Vec<_> = errors.iter().map(line).collect();
    lines.join("; ")
}
