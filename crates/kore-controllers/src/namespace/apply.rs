//! Works on a namespace in its cluster: makes it, keeps it, takes it away.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::{Namespace, ResourceQuota};
use kore_api::{
    audit::AuditResult,
    codes::Code,
    meta,
    namespace::{ClusterNamespace, DriftFound, Usage, object_name},
    quota::Quantities,
};
use kore_domain::{
    access::SystemContext,
    cluster_namespace::{self, QUOTA, Whose},
    quota::of_namespace,
    waivers,
};
use kore_engine::error::{Class, StepError};
use kore_kube::{
    apply::{is_conflict, is_not_found},
    kept::{Drift, Kept, drifts},
};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, Preconditions},
    runtime::controller::Action,
};
use serde_json::Value;

use super::{
    dereference::Found,
    status::{self, Standing},
};
use crate::{
    ReconcileError,
    context::ControllersContext,
    drift::{Who, with_people},
    finalizer::release,
    quota::Holder,
};

/// How soon something that is under way is looked at again.
const SOON: Duration = Duration::from_secs(1);
/// How soon a cluster that does not answer is asked again.
const LATER: Duration = Duration::from_secs(5);

/// One namespace, one reconcile.
pub(crate) struct Site<'a> {
    pub(crate) context: &'a Arc<ControllersContext>,
    pub(crate) namespace: &'a Arc<ClusterNamespace>,
    pub(crate) found: &'a Found,
}

impl Site<'_> {
    /// Makes it what its spec says, or looks whether it still is.
    pub(crate) async fn reach(&self) -> Result<Action, ReconcileError> {
        match self.try_reach().await {
            Ok(standing) => {
                self.stand(standing).await?;
                let now = self.context.clock.now();
                let ends = waivers::next_end(&self.namespace.spec.waivers, now).map(|end| end.duration_since(now));
                let ends = ends.and_then(|left| Duration::try_from(left).ok());
                Ok(Action::requeue(ends.map_or(self.context.drift_period, |left| left.min(self.context.drift_period))))
            }
            Err(Trouble::Records(error)) => Err(ReconcileError::Records(error)),
            Err(Trouble::Step(error)) => match error.class {
                Class::Retry(after) | Class::Settling(after) => {
                    self.stand(Standing::Waiting(&crate::operation::coded(&error))).await?;
                    Ok(Action::requeue(after))
                }
                _ => {
                    self.stand(Standing::Blocked(&error)).await?;
                    Ok(Action::requeue(self.context.drift_period))
                }
            },
        }
    }

    async fn try_reach(&self) -> Result<Standing<'static>, Trouble> {
        let spec = &self.namespace.spec;
        let errors = cluster_namespace::check(spec, self.found.guardrails);
        if !errors.is_empty() {
            let lines: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail)).collect();
            return Err(StepError::new(Code::ClusterBlocked, Class::Invalid, lines.join("; ")).into());
        }
        self.claim().await?;
        let client = self.client().await?;
        self.may_be_ours(&client).await?;
        let now = self.context.clock.now();
        let waived = waivers::active(&spec.waivers, now);
        let wanted = kept(&client, &cluster_namespace::objects(self.whose(), spec, self.found.guardrails, now))?;
        let unwanted = kept(&client, &cluster_namespace::leftovers(spec))?;
        let status = self.namespace.status.as_ref();
        // A waiver whose time is over is no drift.
        let settled = status.and_then(|status| status.observed_generation) == self.namespace.metadata.generation
            && status.is_some_and(|status| status.waived == waived);
        let drift = if settled {
            let drift = drifts(&wanted).await.map_err(|(object, error)| refused(&object, error))?;
            if drift.is_empty() { None } else { Some(self.on_record(&drift).await?) }
        } else {
            None
        };
        if drift.is_some() || !settled {
            for object in &wanted {
                object.apply().await.map_err(|error| refused(&object.name, error))?;
            }
        }
        for object in &unwanted {
            object.remove().await.map_err(|error| refused(&object.name, error))?;
        }
        self.over(&waived).await.map_err(Trouble::Records)?;
        self.standing(&client, drift, waived).await.map_err(Into::into)
    }

    /// Makes sure that the team may have it, before anything is made: not every one came through the API.
    async fn claim(&self) -> Result<(), StepError> {
        let (uid, annotations) = (self.namespace.uid().unwrap_or_default(), self.namespace.annotations());
        let holder = Holder {
            team: self.found.name.team.as_str(),
            team_id: &self.found.team_id,
            object: format!("clusternamespace/{}", self.namespace.name_any()),
            uid: &uid,
            request: annotations.get(meta::ANNOTATION_REQUEST).map(String::as_str),
        };
        let made = self.namespace.status.as_ref().is_some_and(|status| status.uid.is_some());
        let has = if made { of_namespace() } else { Quantities::default() };
        holder.claim(&self.context.store, has, of_namespace(), self.context.clock.now()).await
    }

    /// Puts on record which guardrails hold again.
    async fn over(&self, waived: &[String]) -> Result<(), StepError> {
        let before = self.namespace.status.iter().flat_map(|status| &status.waived);
        let over: Vec<_> = before.filter(|name| !waived.contains(name)).map(String::as_str).collect();
        if over.is_empty() {
            return Ok(());
        }
        let detail = format!("holds again: {}", over.join(", "));
        record(self.context, self.namespace, self.found, "clusternamespace.waiverEnded", detail).await
    }

    async fn standing(
        &self,
        client: &Client,
        drift: Option<DriftFound>,
        waived: Vec<String>,
    ) -> Result<Standing<'static>, StepError> {
        let spec = &self.namespace.spec;
        let there = self.there(client).await?;
        let uid = there.and_then(|there| there.metadata.uid).unwrap_or_default();
        let quotas: Api<ResourceQuota> = Api::namespaced(client.clone(), spec.name.as_str());
        let quota = quotas.get_opt(QUOTA).await.map_err(|error| refused(QUOTA, error))?;
        let counted = quota.and_then(|quota| quota.status).unwrap_or_default();
        let used = counted.used.unwrap_or_default();
        // Until the cluster has counted, its quota holds nobody back.
        let Some(hard) = counted.hard else {
            return Err(StepError::new(Code::ClusterNotReady, Class::Settling(SOON), "the quota is not counted yet"));
        };
        let quota: BTreeMap<_, _> = hard
            .into_iter()
            .map(|(name, hard)| {
                let used = used.get(&name).map(|used| used.0.clone()).unwrap_or_default();
                (name, Usage { hard: hard.0, used })
            })
            .collect();
        let pod_security = cluster_namespace::pod_security(spec, self.found.guardrails);
        Ok(Standing::Reached { uid, pod_security, quota, drift, waived })
    }

    /// Whether the namespace is Kore's, or nobody's, or may be taken over.
    async fn may_be_ours(&self, client: &Client) -> Result<(), StepError> {
        let Some(there) = self.there(client).await? else { return Ok(()) };
        let name = there.name_any();
        if there.metadata.deletion_timestamp.is_some() {
            let what = format!("a namespace {name} is still being deleted");
            return Err(StepError::new(Code::Deleting, Class::Settling(SOON), what));
        }
        if self.is_ours(&there) || self.namespace.spec.adopt {
            return Ok(());
        }
        let what = format!("cluster {} has a namespace {name} that Kore did not make", self.found.name);
        Err(StepError::new(Code::NamespaceTaken, Class::Conflict, what))
    }

    /// Whether it is the one that was made or taken over, or carries what Kore's carry.
    fn is_ours(&self, there: &Namespace) -> bool {
        let known = self.namespace.status.as_ref().and_then(|status| status.uid.as_ref());
        let labels = cluster_namespace::labels(self.whose());
        known.is_some() && known == there.metadata.uid.as_ref()
            || labels.iter().all(|(name, value)| there.labels().get(name) == Some(value))
    }

    async fn there(&self, client: &Client) -> Result<Option<Namespace>, StepError> {
        let namespaces: Api<Namespace> = Api::all(client.clone());
        let name = self.namespace.spec.name.as_str();
        namespaces.get_opt(name).await.map_err(|error| refused(&format!("namespace {name}"), error))
    }

    async fn client(&self) -> Result<Client, StepError> {
        let wait = |what: String| StepError::new(Code::ClusterNotReady, Class::Retry(LATER), what);
        match self.context.clusters.client(&self.found.name).await {
            Ok(Some(client)) => Ok(client),
            Ok(None) => Err(wait(format!("cluster {} has no credential yet", self.found.name))),
            Err(error) => Err(wait(format!("no way into cluster {}", self.found.name)).caused_by(error)),
        }
    }

    fn whose(&self) -> Whose<'_> {
        Whose { team: &self.found.name.team, installation: &self.context.installation }
    }

    /// What was found changed goes on record, with who did it.
    async fn on_record(&self, drift: &[Drift]) -> Result<DriftFound, Trouble> {
        let who = drift.iter().map(|one| Who { text: one.to_string(), ending: Some(one.ending.clone()) }).collect();
        let what = with_people(self.context, &self.found.name, who).await;
        let at = self.context.clock.now();
        let detail = format!("found {}; it is put right", what.join("; "));
        record(self.context, self.namespace, self.found, "clusternamespace.drift", detail)
            .await
            .map_err(Trouble::Records)?;
        Ok(DriftFound { at, what })
    }

    /// Deletes the namespace, and waits until it is gone.
    pub(crate) async fn remove(&self) -> Result<Action, ReconcileError> {
        let leaving = self.found.cluster.as_ref().is_some_and(|one| one.metadata.deletion_timestamp.is_some());
        if leaving {
            self.stand(Standing::Deleting("its cluster is being deleted")).await?;
            return Ok(Action::await_change());
        }
        match self.try_remove().await {
            Ok(None) => gone(self.context, self.namespace, self.found, "verified").await,
            Ok(Some(reason)) => {
                self.stand(Standing::Deleting(&reason)).await?;
                Ok(Action::requeue(SOON))
            }
            Err(error) => {
                self.stand(Standing::Deleting(&crate::operation::coded(&error))).await?;
                Ok(Action::requeue(LATER))
            }
        }
    }

    /// What it waits for; nothing when the namespace is gone, or never was Kore's.
    async fn try_remove(&self) -> Result<Option<String>, StepError> {
        let known = self.namespace.status.as_ref().and_then(|status| status.uid.as_ref());
        let made = self.found.cluster.as_ref().and_then(|cluster| cluster.status.as_ref()?.observed_generation);
        if known.is_none() && made.is_none() {
            return Ok(None);
        }
        let client = self.client().await?;
        for object in kept(&client, &cluster_namespace::outside(self.whose(), &self.namespace.spec))? {
            object.remove().await.map_err(|error| refused(&object.name, error))?;
        }
        let Some(there) = self.there(&client).await?.filter(|there| self.is_ours(there)) else { return Ok(None) };
        let name = there.name_any();
        if there.metadata.deletion_timestamp.is_none() {
            let preconditions = Preconditions { uid: there.uid(), resource_version: None };
            let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
            match Api::<Namespace>::all(client).delete(&name, &parameters).await {
                Ok(_) => {}
                Err(error) if is_not_found(&error) || is_conflict(&error) => {}
                Err(error) => return Err(refused(&format!("namespace {name}"), error)),
            }
        }
        let conditions = there.status.and_then(|status| status.conditions).unwrap_or_default();
        let remaining = ["NamespaceContentRemaining", "NamespaceFinalizersRemaining"];
        let says: Vec<String> = conditions
            .into_iter()
            .filter(|one| remaining.contains(&one.type_.as_str()) && one.status == "True")
            .filter_map(|one| one.message)
            .collect();
        let what = if says.is_empty() { "what is in it is being deleted".to_owned() } else { says.join("; ") };
        Ok(Some(format!("namespace {name}: {what}")))
    }

    async fn stand(&self, standing: Standing<'_>) -> Result<(), ReconcileError> {
        status::write(self.context, self.namespace, standing).await
    }
}

/// What went wrong, by whose records it is.
enum Trouble {
    /// In the cluster.
    Step(StepError),
    /// Kore's own records; nothing is done without them.
    Records(StepError),
}

impl From<StepError> for Trouble {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

/// Puts its end on record and lets it go.
pub(crate) async fn gone(
    context: &ControllersContext,
    namespace: &ClusterNamespace,
    found: &Found,
    how: &str,
) -> Result<Action, ReconcileError> {
    let detail = format!("namespace {} is gone: {how}", namespace.spec.name);
    let recorded = record(context, namespace, found, "clusternamespace.delete.result", detail).await;
    recorded.map_err(ReconcileError::Records)?;
    let freed = context.store.release_quota(&namespace.uid().unwrap_or_default()).await;
    freed.map_err(|error| ReconcileError::Records(error.into()))?;
    // A later one of this name is another.
    let spec = &namespace.spec;
    let (cluster, name, now) = (spec.cluster.as_str(), spec.name.as_str(), context.clock.now());
    let forgotten = context.store.forget_namespace(&found.team_id, cluster, name, now).await;
    forgotten.map_err(|error| ReconcileError::Records(error.into()))?;
    let space = namespace.namespace().unwrap_or_default();
    let api: Api<ClusterNamespace> = Api::namespaced(context.client.clone(), &space);
    release(&api, namespace).await?;
    Ok(Action::await_change())
}

async fn record(
    context: &ControllersContext,
    namespace: &ClusterNamespace,
    found: &Found,
    action: &str,
    detail: String,
) -> Result<(), StepError> {
    let system = SystemContext { component: "controller", now: context.clock.now() };
    let team = &found.name.team;
    let name = object_name(&namespace.spec.cluster, &namespace.spec.name);
    let mut record = system.audit(action, Some(team), format!("clusternamespace/{team}/{name}"), AuditResult::Allowed);
    record.detail = Some(detail);
    context.audit.append(record).await
}

fn refused(object: &str, error: kube::Error) -> StepError {
    let what = match &error {
        kube::Error::Api(status) => format!("the cluster refused {object}: {}", status.message),
        _ => format!("the cluster did not answer about {object}"),
    };
    StepError::new(Code::ClusterNotReady, Class::Retry(LATER), what).caused_by(error)
}

fn kept(client: &Client, objects: &[Value]) -> Result<Vec<Kept>, StepError> {
    objects.iter().map(|object| Kept::of(client, meta::MANAGER_BASELINE, object).map_err(damaged)).collect()
}

fn damaged(error: serde_json::Error) -> StepError {
    StepError::new(Code::Internal, Class::Terminal, "an object of a namespace is none").caused_by(error)
}
