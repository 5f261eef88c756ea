//! In which account a cluster is: the one that the account rules give its team and its stage when it is made, which then stays.

use std::sync::Arc;

use kore_api::{cloud::CloudAccount, cluster::Cluster, codes::Code, condition::READY, meta};
use kore_engine::{
    error::{Class, StepError},
    provider::ClusterRequest,
};
use kore_kube::apply::{apply, apply_status_unchanged};
use kube::{Api, ResourceExt};

use super::validate::Valid;
use crate::{ReconcileError, context::ControllersContext};

/// Where a cluster stands with its account.
pub(super) enum Placed {
    /// It has what it needs.
    In(Arc<Cluster>, Valid),
    /// Its account is on its way.
    Waits(Arc<Cluster>, Valid, String),
    /// It gets none.
    Nowhere(StepError),
}

/// Decides in which account a cluster is, has that on record before anything is made, has the account made where there is
/// none, and waits for it.
pub(super) async fn place(
    context: &ControllersContext,
    api: &Api<Cluster>,
    cluster: Arc<Cluster>,
    valid: Valid,
) -> Result<Placed, ReconcileError> {
    let Some(cloud) = valid.provider.cloud() else { return Ok(Placed::In(cluster, valid)) };
    let (cluster, name) = match cluster.status.as_ref().and_then(|status| status.account.clone()) {
        Some(name) => (cluster, name),
        None => {
            let request = &valid.request;
            let given = context.indexes.account_for(cloud, &request.name.team, &request.parameters);
            let planned = match given {
                Ok((name, spec)) => CloudAccount::new(name.as_str(), spec),
                Err(why) => return Ok(Placed::Nowhere(StepError::new(Code::CloudNoRule, Class::Quota, why))),
            };
            let name = planned.name_any();
            if context.indexes.accounts.get(None, &name).is_none() {
                let accounts: Api<CloudAccount> = Api::all(context.client.clone());
                let made = apply(&accounts, meta::MANAGER_CONTROLLER, &planned).await;
                made.map_err(ReconcileError::kube("asking for the cluster's account"))?;
            }
            let mut status = cluster.status.clone().unwrap_or_default();
            status.account = Some(name.clone());
            let written = apply_status_unchanged(api, &*cluster, meta::MANAGER_CONTROLLER, &status).await;
            (Arc::new(written.map_err(ReconcileError::kube("recording the cluster's account"))?), name)
        }
    };
    let waits = |reason: String| format!("account {name}: {reason}");
    let Some(account) = context.indexes.accounts.get(None, &name) else {
        return Ok(Placed::Waits(cluster, valid, waits("to be there".to_owned())));
    };
    if let Some(team) = account.spec.team.as_ref().filter(|team| **team != valid.request.name.team) {
        let what = format!("account {name} is team {team}'s");
        return Ok(Placed::Nowhere(StepError::new(Code::ClusterBlocked, Class::Conflict, what)));
    }
    let conditions = account.status.iter().flat_map(|status| &status.conditions);
    let ready = conditions.into_iter().find(|one| one.type_ == READY);
    let is_ready = ready.is_some_and(|ready| ready.status == "True");
    // A cluster that is there is worked on while its account is looked after.
    let is_there = cluster.status.as_ref().is_some_and(|status| status.observed_generation.is_some());
    let found = context.indexes.account_of(&cluster).filter(|_| is_ready || is_there);
    let Some(found) = found else {
        let reason = ready.map_or_else(|| "to be looked at".to_owned(), |ready| ready.message.clone());
        return Ok(Placed::Waits(cluster, valid, waits(reason)));
    };
    let request = ClusterRequest { account: Some(found), ..valid.request };
    Ok(Placed::In(cluster, Valid { request, ..valid }))
}
