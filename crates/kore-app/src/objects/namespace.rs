//! Namespaces of clusters: closed by default, with named openings.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use async_trait::async_trait;
use k8s_openapi::{api::core::v1::Namespace, apimachinery::pkg::apis::meta::v1::OwnerReference};
use kore_api::{
    cluster::Cluster,
    codes::Code,
    condition::Condition,
    finding::Findings,
    meta,
    names::{ClusterName, ClusterRef, NamespaceName, NamespaceRef, TeamName},
    namespace::{Access, ClusterNamespace, ClusterNamespaceSpec, Waiver, object_name},
    preview::{Action, ActionVerb},
    problem::Problem,
    quota::Quantities,
};
use kore_domain::{
    access::{OpContext, Permission, Resource},
    cluster_namespace::{self, Whose, check, guardrails_of},
    cluster_rbac::LABEL_KEPT,
    findings,
    object_changes::object_changes,
    plan::prefixed,
    query::FieldValue,
    quota::of_namespace,
    waivers,
};
use kore_kube::{contents, index::Index};
use kube::{Api, Client, ResourceExt};
use sha2::{Digest, Sha256};

use super::{Outlook, Sight, Stored, Verdict, word};
use crate::{
    App, AppError,
    backend::Place,
    envelope,
    kinds::{CLUSTER_NAMESPACE, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<ClusterNamespaceSpec>("ClusterNamespace"));

#[async_trait]
impl Stored for ClusterNamespace {
    fn entry() -> &'static Kind {
        &CLUSTER_NAMESPACE
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: ClusterNamespaceSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.namespaces
    }

    fn api(client: &Client, team: Option<&TeamName>) -> Api<Self> {
        match team {
            Some(team) => Api::namespaced(client.clone(), &meta::team_namespace(team)),
            None => Api::all(client.clone()),
        }
    }

    fn resource(place: &Place) -> Option<Resource> {
        reference(place).map(|namespace| Resource::Cluster(namespace.cluster))
    }

    fn within(place: &Place) -> Resource {
        let team = || place.team.as_ref().map_or(Resource::Platform, |team| Resource::Team(team.clone()));
        Self::resource(place).unwrap_or_else(team)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.cluster" => FieldValue::Text(self.spec.cluster.as_str().into()),
            "spec.name" => FieldValue::Text(self.spec.name.as_str().into()),
            "spec.quota.template" => FieldValue::Text(word(&self.spec.quota.template).into()),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        let team = self.metadata.namespace.as_deref().and_then(envelope::team_of);
        team.is_some_and(|team| sight.visibility.shows_cluster(team, self.spec.cluster.as_str()))
    }

    /// Nobody has in it what was granted in an earlier one of its name.
    async fn confirm(&self, app: &App, _: &OpContext) -> Result<(), AppError> {
        let team =
            self.namespace().as_deref().and_then(envelope::team_of).and_then(|team| app.indexes.teams.get(None, team));
        let made = self.metadata.creation_timestamp.as_ref().map(|made| made.0);
        let (cluster, name) = (self.spec.cluster.as_str(), self.spec.name.as_str());
        if let (Some(team), Some(made)) = (team, made)
            && app.store.forget_namespace(&team.spec.id, cluster, name, made).await? > 0
        {
            app.signin.forget();
        }
        Ok(())
    }

    fn demand(&self, _: &App) -> Result<Option<Quantities>, AppError> {
        Ok(Some(of_namespace()))
    }

    async fn admit(app: &App, cx: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let mut errors = Vec::new();
        let spec = &after.spec;
        let name = object_name(&spec.cluster, &spec.name);
        if after.metadata.name.as_deref() != Some(name.as_str()) {
            let detail = format!("a namespace is named after its cluster and itself: {name}");
            errors.push(strict::error("/metadata/name", "const", detail));
        }
        let cluster = cluster_of(app, after);
        if cluster.is_none() {
            let detail = format!("the team has no cluster {}", spec.cluster);
            errors.push(strict::error("/spec/cluster", "exists", detail));
        }
        let parameters = cluster.as_ref().and_then(|cluster| cluster.status.as_ref()?.parameters.as_ref());
        let guardrails = guardrails_of(parameters);
        errors.extend(prefixed(check(spec, guardrails), "/spec"));
        let given = before.map(|before| before.spec.waivers.clone()).unwrap_or_default();
        errors.extend(prefixed(waivers::check(&given, &spec.waivers, cx.now), "/spec"));
        let Some(cluster) = cluster.filter(|_| errors.is_empty()) else {
            return Err(strict::invalid("ClusterNamespace", errors));
        };
        if cluster.metadata.deletion_timestamp.is_some() {
            return Err(AppError::new(Code::Deleting, format!("cluster {} is being deleted", spec.cluster)));
        }
        let team = team_of(after).ok_or_else(AppError::hidden)?;
        may_give_access(cx, &team, before.map(|before| before.spec.access).unwrap_or_default(), spec.access)?;
        may_waive(cx, before.map(|before| &before.spec.waivers), &spec.waivers)?;
        let mut warnings = Vec::new();
        if before.is_none() {
            let reference = ClusterRef { team, name: spec.cluster.clone() };
            warnings.extend(free(app, &reference, spec).await?);
            // It goes with its cluster.
            after.metadata.owner_references = Some(vec![OwnerReference {
                api_version: meta::API_VERSION.to_owned(),
                kind: "Cluster".to_owned(),
                name: cluster.name_any(),
                uid: cluster.uid().unwrap_or_default(),
                ..OwnerReference::default()
            }]);
        }
        if after.spec.paused {
            warnings.push("the namespace is paused: nothing is done until it is not".to_owned());
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), &after.spec)?;
        verdict.warnings = warnings;
        let find = |spec| findings::of_namespace(spec, guardrails);
        verdict.security = Some(Findings {
            before: before.map(|before| find(&before.spec)).unwrap_or_default(),
            after: find(&after.spec),
        });
        Ok(verdict)
    }

    async fn releasable(&self, _: &App) -> Result<(), AppError> {
        if self.spec.deletion_protection {
            let detail = format!("namespace {} carries deletionProtection", self.name_any());
            let fix = "turn it off first: kore namespace edit TEAM/CLUSTER/NAME --set-spec deletionProtection=false";
            return Err(Problem::new(Code::Protected, detail).with_fix(fix).into());
        }
        Ok(())
    }

    /// What becomes of its objects, or what would go with it. A cluster that does not answer is no reason to
    /// refuse the question.
    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let before = match (before, after) {
            (Some(before), None) => before,
            (before, Some(after)) => return changes(app, before, after),
            (None, None) => return Ok(Outlook::default()),
        };
        let team = team_of(before).ok_or_else(AppError::hidden)?;
        let cluster = ClusterRef { team, name: before.spec.cluster.clone() };
        let name = before.spec.name.as_str();
        let inside = match app.clusters.client(&cluster).await {
            Ok(Some(client)) => contents::count(&client, name).await.map_err(|error| error.to_string()),
            Ok(None) => Err("the cluster has no credential yet".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let detail = match inside {
            Ok(counts) if counts.is_empty() => vec!["nothing is in it".to_owned()],
            Ok(counts) => counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect(),
            Err(reason) => vec![format!("what is in it cannot be said: {reason}")],
        };
        let digest = hex::encode(Sha256::digest(detail.join("\n")));
        let action = Action {
            component: format!("namespace/{name}"),
            title: format!("Delete namespace {name} and everything in it"),
            verb: ActionVerb::Delete,
            detail,
        };
        Ok(Outlook { actions: vec![action], digest, ..Outlook::default() })
    }
}

/// `team/cluster/name` of a place.
fn reference(place: &Place) -> Option<NamespaceRef> {
    let (cluster, name) = place.name.split_once('.')?;
    let cluster: ClusterName = cluster.parse().ok()?;
    let name: NamespaceName = name.parse().ok()?;
    Some(NamespaceRef { cluster: ClusterRef { team: place.team.clone()?, name: cluster }, name })
}

/// What its objects in the cluster become. Their labels name the installation, before and after alike.
fn changes(app: &App, before: Option<&ClusterNamespace>, after: &ClusterNamespace) -> Result<Outlook, AppError> {
    let team = team_of(after).ok_or_else(AppError::hidden)?;
    let cluster = cluster_of(app, after);
    let parameters = cluster.as_ref().and_then(|cluster| cluster.status.as_ref()?.parameters.as_ref());
    let whose = Whose { team: &team, installation: "" };
    let (guardrails, now) = (guardrails_of(parameters), app.clock.now());
    let of = |object: &ClusterNamespace| cluster_namespace::objects(whose, &object.spec, guardrails, now);
    let actions = object_changes(&before.map(of).unwrap_or_default(), &of(after));
    Ok(Outlook { actions, ..Outlook::default() })
}

fn team_of(object: &ClusterNamespace) -> Option<TeamName> {
    object.namespace().as_deref().and_then(envelope::team_of)?.parse().ok()
}

fn cluster_of(app: &App, object: &ClusterNamespace) -> Option<Arc<Cluster>> {
    app.indexes.clusters.get(object.namespace().as_deref(), object.spec.cluster.as_str())
}

/// Who has which role in it is decided by whoever binds roles in the team.
fn may_give_access(cx: &OpContext, team: &TeamName, before: Access, after: Access) -> Result<(), AppError> {
    if before == after || cx.may(Permission::RoleBindingWrite, &Resource::Team(team.clone())) {
        return Ok(());
    }
    let detail = format!("changing who has which role in a namespace needs {}", Permission::RoleBindingWrite.name());
    let problem = Problem::new(Code::GrantBeyond, detail);
    Err(problem.with_field("/spec/access", "permission", "is given by owners of the team").into())
}

/// What does not hold is decided by whoever keeps the guardrails; anybody who may change the namespace may end it.
fn may_waive(
    cx: &OpContext,
    before: Option<&BTreeMap<String, Waiver>>,
    after: &BTreeMap<String, Waiver>,
) -> Result<(), AppError> {
    let given = after.iter().find(|(name, waiver)| before.and_then(|before| before.get(*name)) != Some(*waiver));
    let Some((name, _)) = given.filter(|_| !cx.may(Permission::GuardrailWaive, &Resource::Platform)) else {
        return Ok(());
    };
    let detail = format!("letting guardrail {name} not hold needs {}", Permission::GuardrailWaive.name());
    let problem = Problem::new(Code::AuthForbidden, detail).with("permission", Permission::GuardrailWaive.name());
    let problem =
        problem.with_field(format!("/spec/waivers/{name}"), "permission", "is given by platform administrators");
    Err(problem.with_fix("ask a platform administrator, with the reason and for how long").into())
}

/// Whether nobody made such a namespace, as far as the cluster can be asked; its controller looks again.
async fn free(app: &App, cluster: &ClusterRef, spec: &ClusterNamespaceSpec) -> Result<Option<String>, AppError> {
    let unknown = || Some(format!("cluster {cluster} does not answer now: the namespace is made once it does"));
    let Ok(Some(client)) = app.clusters.client(cluster).await else { return Ok(unknown()) };
    let there = match Api::<Namespace>::all(client.clone()).get_opt(spec.name.as_str()).await {
        Ok(there) => there,
        Err(_) => return Ok(unknown()),
    };
    let Some(there) = there.filter(|there| !there.labels().contains_key(LABEL_KEPT)) else { return Ok(None) };
    if !spec.adopt {
        let detail = format!("cluster {cluster} has a namespace {} that Kore did not make", there.name_any());
        return Err(Problem::new(Code::NamespaceTaken, detail).with("namespace", spec.name.as_str()).into());
    }
    let inside = contents::count(&client, spec.name.as_str()).await.unwrap_or_default();
    let inside: Vec<_> = inside.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let what = if inside.is_empty() { "nothing is in it".to_owned() } else { format!("in it: {}", inside.join(", ")) };
    Ok(Some(format!("namespace {} is taken over; {what}", spec.name)))
}
