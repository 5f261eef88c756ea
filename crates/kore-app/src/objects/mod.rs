//! Kinds whose home is the management cluster. What they have in common is here: lists and reads from
//! the in-memory index, and one way to write. What is special about each is in its own file.

mod account_rule;
mod address_pool;
mod cloud_account;
mod cloud_organization;
mod cluster;
mod namespace;
mod new_account;
mod plan;
mod plan_policy;
mod plan_version;
mod prospect;
mod quota;
mod read;
mod sight;
mod team;
mod write;

use std::{fmt::Debug, marker::PhantomData};

use async_trait::async_trait;
use kore_api::{
    condition,
    finding::Findings,
    names::TeamName,
    operation::OperationAction,
    plan::Provider,
    policy::{PolicyVerdict, VerdictChange},
    preview::{Action, CostEstimate},
    problem::Problem,
    quota::Quantities,
    upgrade::{Check, Preflight},
};
use kore_domain::{
    access::{OpContext, Resource},
    query::{FieldValue, RawQuery},
};
use kore_kube::index::Index;
use kube::{
    Api, Client, ResourceExt,
    core::object::{HasSpec, HasStatus},
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    App, AppError,
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    envelope,
    kinds::Kind,
    strict::Decoder,
};

pub(crate) use self::{
    plan_policy::{plan_values, team_name},
    sight::Sight,
    write::{note, seen},
};

/// The back end of a kind whose home is the management cluster.
pub(crate) struct Objects<K>(PhantomData<fn() -> K>);

impl<K> Objects<K> {
    /// The back end; it holds nothing.
    pub(crate) const NEW: Self = Self(PhantomData);
}

/// What admission found out about a write that may pass.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    /// What is compared in a preview, before and after.
    pub before: Option<Value>,
    /// As `before`.
    pub after: Value,
    /// What is allowed but worth knowing.
    pub warnings: Vec<String>,
    /// What refuses it, where the rest is known all the same.
    pub problems: Vec<Problem>,
    /// What policies say, of clusters.
    pub policy: Option<PolicyVerdict>,
    /// What is less safe than it could be, of clusters and namespaces.
    pub security: Option<Findings>,
    /// Whose parameters are among what is compared.
    pub provider: Option<Provider>,
    /// Revisions of other objects that all this was seen from; a preview's digest covers them.
    pub basis: Vec<String>,
}

impl Verdict {
    /// A verdict that compares the specs as they are.
    ///
    /// # Errors
    /// Never for our own types: each of them serialises.
    pub(crate) fn of_specs<S: Serialize>(before: Option<&S>, after: &S) -> Result<Self, AppError> {
        let before = before.map(serde_json::to_value).transpose().map_err(AppError::internal)?;
        let after = serde_json::to_value(after).map_err(AppError::internal)?;
        Ok(Self { before, after, ..Self::default() })
    }
}

/// What would be done to the world, and what that was seen from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outlook {
    /// In order.
    pub actions: Vec<Action>,
    /// Digest over what was observed.
    pub digest: String,
    /// Whose verdict would be another, of policies.
    pub verdicts: Vec<VerdictChange>,
    /// What speaks for or against another Kubernetes version, of clusters.
    pub preflight: Option<Preflight>,
    /// What is asked before anything is made, of new clusters.
    pub beforehand: Vec<Check>,
    /// What it would cost, of clusters.
    pub cost: Option<CostEstimate>,
}

/// A kind whose home is the management cluster.
#[async_trait]
pub(crate) trait Stored:
    kube::Resource<DynamicType = ()>
    + HasSpec<Spec: JsonSchema + Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync>
    + HasStatus<Status: Serialize + Send + Sync>
    + Serialize
    + DeserializeOwned
    + Clone
    + Debug
    + Send
    + Sync
    + 'static
{
    /// Its entry in the registry.
    fn entry() -> &'static Kind;
    /// Reads what is written of it.
    fn decoder() -> &'static Decoder;
    /// A new one.
    fn make(name: &str, spec: Self::Spec) -> Self;
    /// All there are.
    fn index(app: &App) -> &Index<Self>;
    /// Where they are written.
    fn api(client: &Client, team: Option<&TeamName>) -> Api<Self>;
    /// What a decision about this one is about; `None` when its name is no name.
    fn resource(place: &Place) -> Option<Resource>;
    /// What a decision about making this one is about.
    fn within(place: &Place) -> Resource {
        place.team.as_ref().map_or(Resource::Platform, |team| Resource::Team(team.clone()))
    }
    /// A field of the allow-list that is not one of the metadata.
    fn lookup(&self, field: &str) -> FieldValue<'_>;
    /// Conditions, for `status.ready` and `status.reason`.
    fn conditions(&self) -> &[condition::Condition];

    /// Whether a list over everything shows this one.
    fn visible(&self, sight: &Sight) -> bool {
        let _ = sight;
        true
    }

    /// Fills in and validates. `before` is what is there. All that is wrong is said at once.
    async fn admit(app: &App, cx: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError>;

    /// Whether it may be deleted.
    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let _ = app;
        Ok(())
    }

    /// What it takes of its team's quota; reserved before it is written. `None` when quotas have nothing to
    /// do with it.
    fn demand(&self, app: &App) -> Result<Option<Quantities>, AppError> {
        let _ = app;
        Ok(None)
    }

    /// Writes the SQL side of a new one, before the object itself (design: intent first).
    async fn intend(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// Makes the SQL side of a new one, which is there now, what it should be.
    async fn confirm(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// Takes the SQL side back of one that was refused.
    async fn withdraw(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// Removes the SQL side of one that goes.
    async fn gone(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// What belongs to a write and comes after it.
    async fn written(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// What must go before it may go.
    async fn leaving(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        let _ = (app, cx);
        Ok(())
    }

    /// What a write would do to the world; `None` for `after` is a deletion.
    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let _ = (app, before, after);
        Ok(Outlook::default())
    }

    /// Whether doing that to it is an operation.
    fn has_operation(&self, action: OperationAction) -> bool {
        let _ = action;
        false
    }
}

/// `cluster/payments/dev`, as audit records name objects.
#[must_use]
pub(crate) fn described(kind: &Kind, place: &Place) -> String {
    let word = kind.name.to_lowercase();
    match &place.team {
        Some(team) => format!("{word}/{team}/{}", place.name),
        None => format!("{word}/{}", place.name),
    }
}

/// The field of any kind: metadata and the summary here, the rest by the kind.
fn field<'a, K: Stored>(object: &'a K, name: &str) -> FieldValue<'a> {
    let ready = || object.conditions().iter().find(|condition| condition.type_ == condition::READY);
    match name {
        "metadata.name" => object.meta().name.as_deref().into(),
        "metadata.team" => object.meta().namespace.as_deref().and_then(envelope::team_of).into(),
        "metadata.creationTimestamp" => {
            object.meta().creation_timestamp.as_ref().map_or(FieldValue::Absent, |time| FieldValue::Time(time.0))
        }
        "status.ready" => ready().map(|ready| ready.status.as_str()).into(),
        "status.reason" => ready().map(|ready| ready.reason.as_str()).into(),
        other => object.lookup(other),
    }
}

/// An enumeration's word, as it is on the wire.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The namespace of a place in the management cluster.
fn namespace(place: &Place) -> Option<String> {
    place.team.as_ref().map(kore_api::meta::team_namespace)
}

/// Names of objects, for refusals that list them; at most ten.
fn names<K: Stored>(objects: &[std::sync::Arc<K>]) -> String {
    let mut names: Vec<_> = objects
        .iter()
        .take(10)
        .map(|object| {
            let team = object.namespace();
            match team.as_deref().and_then(envelope::team_of) {
                Some(team) => format!("{team}/{}", object.name_any()),
                None => object.name_any(),
            }
        })
        .collect();
    if objects.len() > names.len() {
        names.push(format!("and {} more", objects.len() - names.len()));
    }
    names.join(", ")
}

#[async_trait]
impl<K: Stored> Backend for Objects<K> {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        query: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        read::list::<K>(app, cx, team, query).await
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        read::get::<K>(app, cx, place).await
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        write::create::<K>(app, cx, team, &body, options).await
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        write::replace::<K>(app, cx, place, &body, options).await
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        write::delete::<K>(app, cx, place, options).await
    }
}
