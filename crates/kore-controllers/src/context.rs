//! What all controllers share.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    names::ClusterRef,
};
use kore_domain::{
    access::{Permission, Source, SystemContext, Visibility},
    query::Operator,
};
use kore_engine::{clock::SharedClock, cloud::Clouds, error::StepError, provider::Providers, run::Engine};
use kore_kube::{clusters::Clusters, indexes::Indexes};
use kore_store::{AuditField, AuditQuery, AuditTerm, Store};
use kube::Client;

/// How many of the trail's records about a thing are looked through for a change.
const LOOKED_THROUGH: u64 = 100;
/// What reads are called in the trail.
const READS: [&str; 3] = ["kubectl.get", "kubectl.list", "kubectl.watch"];
/// What changes of an object are called in the trail.
const CHANGES: [&str; 4] = ["kubectl.create", "kubectl.update", "kubectl.patch", "kubectl.delete"];

/// Where the results of operations go on record.
#[async_trait]
pub trait AuditSink: Send + Sync {
    /// Appends a record; durable when it returns. Its id is given by the sink.
    async fn append(&self, record: AuditRecord) -> Result<(), StepError>;

    /// The last change in a cluster that came through the gateway since then, of what records end with:
    /// `/coredns in kube-system`.
    async fn last_change(
        &self,
        cluster: &ClusterRef,
        ending: &str,
        since: Timestamp,
    ) -> Result<Option<AuditRecord>, StepError>;
}

#[async_trait]
impl AuditSink for Store {
    async fn append(&self, record: AuditRecord) -> Result<(), StepError> {
        self.append_audit(&[record]).await.map(drop).map_err(Into::into)
    }

    async fn last_change(
        &self,
        cluster: &ClusterRef,
        ending: &str,
        since: Timestamp,
    ) -> Result<Option<AuditRecord>, StepError> {
        let term = |field, operator, value: String| AuditTerm { field, operator, value };
        let mut terms = vec![
            term(AuditField::Team, Operator::Equal, cluster.team.to_string()),
            term(AuditField::Source, Operator::Equal, Source::Gateway.to_string()),
            term(AuditField::Object, Operator::Contains, ending.to_owned()),
        ];
        // Of which there may be any number.
        terms.extend(READS.map(|read| term(AuditField::Action, Operator::NotEqual, read.to_owned())));
        let query = AuditQuery { terms, since: Some(since), after: None, limit: LOOKED_THROUGH };
        let system = SystemContext { component: "controller", now: since };
        let proof = system.grant(Permission::AuditReadTeam, Visibility::teams([cluster.team.clone()].into()));
        let records = self.list_audit(&proof, &query).await.map_err(StepError::from)?;
        let begins = format!("{cluster} ");
        Ok(records.into_iter().find(|record| {
            record.result == AuditResult::Allowed
                && record.object.starts_with(&begins)
                && record.object.ends_with(ending)
                && CHANGES.contains(&record.action.as_str())
        }))
    }
}

/// Everything the controllers need.
#[derive(Clone)]
pub struct ControllersContext {
    /// The management cluster.
    pub client: Client,
    /// The way into the clusters of teams.
    pub clusters: Clusters,
    /// Its objects; somebody else follows them.
    pub indexes: Indexes,
    /// Who makes clusters.
    pub providers: Arc<Providers>,
    /// Where accounts are made.
    pub clouds: Arc<Clouds>,
    /// Works on components; holds ledger and operation log.
    pub engine: Engine,
    /// What is reserved: quotas and addresses.
    pub store: Store,
    /// Where results go on record.
    pub audit: Arc<dyn AuditSink>,
    /// The time.
    pub clock: SharedClock,
    /// The installation's name, a label on all it makes.
    pub installation: String,
    /// How often a cluster that is as it should be is looked at.
    pub drift_period: Duration,
    /// How often what is kept in a cloud's organisation is: clouds answer few such questions in a time.
    pub cloud_drift_period: Duration,
}

impl fmt::Debug for ControllersContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControllersContext").field("installation", &self.installation).finish_non_exhaustive()
    }
}
