//! Whether the clusters that were there before are back. What is on record of them may be of before the
//! machine went down, so that what counts is what runs, and that a person gets in.

use std::collections::HashSet;

use kore_api::{
    codes::Code,
    condition::{REASON_BLOCKED, REASON_FAILED},
    config::REHEARSAL_TEAM,
    names::{ClusterRef, NameError},
    supervisor::{ProcessState, ProcessStatus, Reply, Request},
};
use kore_client::{Client, ClientError, ListQuery, resource};
use serde_json::{Value, json};

use super::{exec, objects, rehearsal::Rehearsed};
use crate::{
    app::{App, Installation},
    error::{CliError, Result},
    supervisor::Supervisor,
    views,
};

/// Asks the cluster who asks: everybody who gets in may.
const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// The clusters that should come back.
#[derive(Debug)]
pub(super) struct Back<'a> {
    app: &'a App,
    installation: &'a Installation,
    client: &'a Client,
    clusters: Vec<String>,
    anew: Vec<String>,
    /// Those that somebody got in to: once is enough.
    entered: HashSet<String>,
}

impl<'a> Back<'a> {
    /// Those that are neither paused nor about to go, and that nobody has to do something about first. What stands behind
    /// a rehearsal's clusters is not among them, as nobody gets in there; and what a rehearsal that begins anew had in its cloud
    /// does not come back: it is made again.
    ///
    /// # Errors
    /// When the server does not list them.
    pub(super) async fn of(
        app: &'a App,
        installation: &'a Installation,
        client: &'a Client,
        rehearsed: Rehearsed,
    ) -> Result<Self> {
        let mut found = list(client).await?;
        found.retain(|cluster| rehearsed == Rehearsed::No || !is_behind(cluster));
        let is_anew = |cluster: &&Value| rehearsed == Rehearsed::BeginsAnew && is_in_cloud(cluster);
        let (anew, mut back) = found.iter().partition::<Vec<_>, _>(is_anew);
        back.retain(|cluster| is_looked_after(cluster));
        let names = |clusters: Vec<&Value>| clusters.into_iter().map(views::qualified).collect();
        Ok(Self { app, installation, client, clusters: names(back), anew: names(anew), entered: HashSet::new() })
    }

    /// Those that are made again.
    pub(super) fn anew(&self) -> &[String] {
        &self.anew
    }

    pub(super) fn clusters(&self) -> &[String] {
        &self.clusters
    }

    /// Those that are not back yet, each with what it waits for.
    ///
    /// # Errors
    /// When the server does not list them.
    pub(super) async fn late(&mut self) -> Result<Vec<String>> {
        let processes = match Supervisor::ask(&self.installation.supervisor_socket(), &Request::List).await {
            Ok(Reply::Processes { processes }) => processes,
            _ => return Ok(vec!["the supervisor does not answer".to_owned()]),
        };
        let mut late = Vec::new();
        for cluster in list(self.client).await? {
            let name = views::qualified(&cluster);
            if is_looked_after(&cluster)
                && self.clusters.contains(&name)
                && let Some(what) = self.waits(&name, &cluster, &processes).await
            {
                late.push(format!("{name} ({what})"));
            }
        }
        Ok(late)
    }

    async fn waits(&mut self, name: &str, cluster: &Value, processes: &[ProcessStatus]) -> Option<String> {
        let prefix = format!("{}/", name.replacen('/', ".", 1));
        let starting = processes
            .iter()
            .find(|process| process.spec.name.starts_with(&prefix) && process.state != ProcessState::Ready);
        if let Some(process) = starting {
            return Some(process.spec.name.strip_prefix(&prefix).unwrap_or_default().to_owned());
        }
        if views::ready(cluster).is_none_or(|(status, ..)| status != "True") {
            return Some(views::state(cluster).0);
        }
        if !self.entered.contains(name) {
            if let Err(error) = self.enter(name).await {
                return Some(error.message);
            }
            self.entered.insert(name.to_owned());
        }
        None
    }

    /// Gets in as the person who asks. Who may not is no judge of it.
    async fn enter(&self, cluster: &str) -> Result {
        let cluster: ClusterRef =
            cluster.parse().map_err(|error: NameError| CliError::new(Code::InputName, error.to_string()))?;
        let credential = match exec::fresh_credential(self.client, &cluster).await {
            Ok(credential) => credential,
            Err(ClientError::Problem(problem)) if problem.status == 403 => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let access = exec::access(self.client, &cluster).await?;
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
        let gateway = exec::gateway(self.app, access, credential.token.into())?;
        gateway.create::<_, Value>(REVIEWS, &review).await.map(drop).map_err(Into::into)
    }
}

async fn list(client: &Client) -> Result<Vec<Value>> {
    objects::read_list(client, &resource::CLUSTER.collection(None), &ListQuery::default()).await.map(|(found, _)| found)
}

fn is_behind(cluster: &Value) -> bool {
    views::text(cluster, "metadata.team") == REHEARSAL_TEAM
}

fn is_in_cloud(cluster: &Value) -> bool {
    views::at(cluster, "status.account").is_some()
}

fn is_looked_after(cluster: &Value) -> bool {
    let paused = views::at(cluster, "spec.paused").and_then(Value::as_bool) == Some(true);
    let stuck = views::ready(cluster).is_some_and(|(_, reason, _)| [REASON_FAILED, REASON_BLOCKED].contains(&reason));
    !paused && !stuck && views::at(cluster, "metadata.deletionTimestamp").is_none()
}
