//! What Kore keeps in an organisation. It begins with the first rule or account: connecting one, and looking whether Kore is
//! allowed what it needs, changes nothing there.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationStatus, KEPT},
    condition::{REASON_DELETING, REASON_FAILED, REASON_RECONCILED, REASON_RECONCILING},
};
use kore_domain::account_rule::{guardrails, in_common, units};
use kore_engine::{
    cloud::{CloudProvider, KeptRequest},
    component::Components,
    error::StepError,
};
use kube::{Api, ResourceExt, runtime::controller::Action};

use super::write;
use crate::{
    ReconcileError,
    cloud_account::held_by,
    condition::{Truth, set},
    context::ControllersContext,
    finalizer::{ensure_finalizer, has_finalizer, release},
    operation::{coded, wanted},
    upkeep::{Stand, Subject, Upkeep, again, parameters, superseded, target},
};

/// What is kept in one organisation.
struct Kept<'a> {
    context: &'a ControllersContext,
    object: Arc<CloudOrganization>,
    cloud: &'a dyn CloudProvider,
    asked: KeptRequest,
}

#[async_trait]
impl Subject for Kept<'_> {
    fn components(&self) -> Result<Components, StepError> {
        self.cloud.kept(&self.asked)
    }

    fn leftovers(&self, keys: &[String]) -> Result<Components, StepError> {
        self.cloud.kept_leftovers(&self.asked, keys)
    }

    async fn say(&self, stand: &Stand) -> Result<(), ReconcileError> {
        // What was written since it was read stays: its checks are in the same status.
        let Some(now) = self.now().await? else { return Ok(()) };
        write(self.context, &now, &status(&now, stand, self.context.clock.now())).await.map(drop)
    }
}

impl Kept<'_> {
    fn api(&self) -> Api<CloudOrganization> {
        Api::all(self.context.client.clone())
    }

    /// As it is now, unless it is gone.
    async fn now(&self) -> Result<Option<CloudOrganization>, ReconcileError> {
        let found = self.api().get_opt(&self.object.name_any()).await;
        let found = found.map_err(ReconcileError::kube("reading the organisation"))?;
        Ok(found.filter(|now| now.uid() == self.object.uid()))
    }

    fn upkeep(&self) -> Upkeep<'_> {
        let status = self.object.status.as_ref();
        Upkeep {
            context: self.context,
            wanted: wanted(&*self.object, target(&*self.object, None), parameters(&self.object.spec)),
            is_reached: status.is_some_and(|status| status.kept_generation == self.object.metadata.generation),
            last: status.and_then(|status| status.operation.as_deref()?.parse().ok()),
            superseded: superseded(&self.context.indexes.organizations, &self.object),
        }
    }
}

/// Brings what is kept there to where it should be; how long until it is looked at again, or none where nothing is needed.
pub(super) async fn reach(
    context: &ControllersContext,
    object: &Arc<CloudOrganization>,
    cloud: &dyn CloudProvider,
) -> Result<Option<Duration>, ReconcileError> {
    let (asked, is_needed) = asked(context, object);
    if !is_needed {
        return Ok(None);
    }
    let api: Api<CloudOrganization> = Api::all(context.client.clone());
    let object = ensure_finalizer(&api, Arc::clone(object)).await?;
    let kept = Kept { context, object, cloud, asked };
    let stand = kept.upkeep().reach(&kept).await?;
    kept.say(&stand).await?;
    Ok(Some(again(&stand, context.cloud_drift_period)))
}

/// Takes it all back; the finalizer goes when nothing is left.
pub(super) async fn remove(
    context: &ControllersContext,
    object: &Arc<CloudOrganization>,
    cloud: &dyn CloudProvider,
) -> Result<Action, ReconcileError> {
    let kept = Kept { context, object: Arc::clone(object), cloud, asked: asked(context, object).0 };
    let stand = kept.upkeep().remove(&kept).await?;
    if matches!(stand, Stand::Reached { .. }) {
        release(&kept.api(), &*kept.object).await?;
        return Ok(Action::await_change());
    }
    kept.say(&stand).await?;
    Ok(Action::requeue(again(&stand, context.cloud_drift_period)))
}

/// What is to be there by rules and accounts, and whether it is to be: not before the first of them. What was begun is kept
/// on with.
fn asked(context: &ControllersContext, object: &CloudOrganization) -> (KeptRequest, bool) {
    let name = object.name_any();
    let rules = context.indexes.account_rules.select(None, |rule| rule.spec.organization.as_str() == name);
    let accounts = context.indexes.accounts_in(&name);
    let of_rules = rules.iter().map(|rule| rule.spec.organizational_unit.as_ref());
    let of_accounts = accounts.iter().map(|account| account.spec.organizational_unit.as_ref());
    let held = rules.iter().map(|rule| guardrails(Some(&rule.spec)));
    let held: BTreeSet<_> = held.chain(accounts.iter().map(|account| held_by(&context.indexes, account))).collect();
    let request = KeptRequest {
        organization: object.into(),
        units: units(of_rules.chain(of_accounts)),
        common: in_common(held.iter().copied()),
        guardrails: held.into_iter().collect(),
        is_going: object.metadata.deletion_timestamp.is_some(),
    };
    (request, has_finalizer(object) || !rules.is_empty() || !accounts.is_empty())
}

/// The status with where it stands.
fn status(object: &CloudOrganization, stand: &Stand, now: Timestamp) -> CloudOrganizationStatus {
    let mut status = object.status.clone().unwrap_or_default();
    let deleting = object.metadata.deletion_timestamp.is_some();
    let (truth, reason, message, operation) = match stand {
        Stand::Reached { operation } => {
            status.kept_generation = object.metadata.generation;
            (Truth::True, REASON_RECONCILED, String::new(), *operation)
        }
        Stand::Working { operation, reason, .. } => {
            let word = if deleting { REASON_DELETING } else { REASON_RECONCILING };
            (Truth::False, word, reason.clone(), Some(*operation))
        }
        Stand::Unsteady { reason } => (Truth::False, REASON_RECONCILING, reason.clone(), None),
        Stand::Failed { operation, error } => (Truth::False, REASON_FAILED, coded(error), Some(*operation)),
    };
    status.operation = operation.map(|id| id.to_string()).or(status.operation);
    set(&mut status.conditions, KEPT, truth, reason, &message, object.metadata.generation, now);
    status
}
