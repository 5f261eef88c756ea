//! CloudAccount: an account of its organisation, made and kept by components that its cloud knows.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt, stream::BoxStream};
use jiff::Timestamp;
use kore_api::{
    cloud::{
        AccountGuardrails, AccountRule, CloudAccount, CloudAccountStatus, CloudOrganization, KEPT, MonthlyBudget,
        WITHIN_BUDGET,
    },
    codes::Code,
    condition::{
        PROGRESSING, READY, REASON_BLOCKED, REASON_DELETING, REASON_FAILED, REASON_RECONCILED, REASON_RECONCILING,
    },
    meta,
    operation::Remainder,
};
use kore_domain::{
    account_rule::guardrails,
    cloud::{
        budget::{self, Budget, of_account},
        check_account,
    },
};
use kore_engine::{
    cloud::{AccountRequest, CloudProvider},
    component::Components,
    error::{Class, StepError},
    operations::NewOperation,
};
use kore_kube::{apply::apply_status_unchanged, indexes::Indexes};
use kube::{
    Api, ResourceExt,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

use crate::{
    ReconcileError,
    condition::{Truth, set},
    context::ControllersContext,
    finalizer::{ensure_finalizer, has_finalizer, release},
    operation::{self, coded, wanted},
    trigger::{on, on_intent},
    upkeep::{Stand, Subject, Upkeep, again, parameters, superseded, target},
    written::write_status,
};

/// How long until an organisation that is not ready is looked at again; its changes are events of their own.
const LATER: Duration = Duration::from_secs(30);

/// An account is looked at when its spec changes, and when its organisation or its rule does.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<CloudAccount>> {
    let accounts = indexes.accounts.clone();
    let organizations = on(&indexes.organizations, move |change| {
        let name = change.object.name_any();
        let spent = change.object.status.as_ref().and_then(|status| status.spent.as_ref());
        let read_at = spent.map(|spent| spent.read_at);
        let waiting = accounts.select(None, |account| {
            let status = account.status.as_ref();
            let reached = status.and_then(|status| status.observed_generation);
            let knows = status.and_then(|status| status.spent.as_ref()).map(|spent| spent.read_at);
            let is_news = reached != account.metadata.generation || knows < read_at;
            account.spec.organization.as_str() == name && is_news
        });
        waiting.iter().map(|account| ObjectRef::from_obj(&**account)).collect()
    });
    let accounts = indexes.accounts.clone();
    let rules = on(&indexes.account_rules, move |change| {
        let name = change.object.name_any();
        let by = accounts.select(None, |account| account.spec.rule.as_ref().is_some_and(|rule| rule.as_str() == name));
        by.iter().map(|account| ObjectRef::from_obj(&**account)).collect()
    });
    futures::stream::select_all([on_intent(&indexes.accounts), organizations, rules]).boxed()
}

/// The rule that an account came by, where there still is one of that name.
fn rule_of(indexes: &Indexes, account: &CloudAccount) -> Option<Arc<AccountRule>> {
    account.spec.rule.as_ref().and_then(|rule| indexes.account_rules.get(None, rule.as_str()))
}

/// What nobody in an account can do.
pub(crate) fn held_by(indexes: &Indexes, account: &CloudAccount) -> AccountGuardrails {
    guardrails(rule_of(indexes, account).as_ref().map(|rule| &rule.spec))
}

/// Brings an account to its generation, looks at it now and then, and takes it down.
pub(crate) async fn reconcile(
    object: Arc<CloudAccount>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    let deleting = object.metadata.deletion_timestamp.is_some();
    if deleting && !has_finalizer(&*object) {
        return Ok(Action::await_change());
    }
    let status = object.status.as_ref();
    if deleting && object.spec.existing.is_none() && status.is_none_or(|status| status.email.is_none()) {
        // It was never asked for.
        return released(&context, &object).await;
    }
    let api: Api<CloudAccount> = Api::all(context.client.clone());
    let object = if deleting { object } else { ensure_finalizer(&api, object).await? };
    let (organization, cloud) = match valid(&object, &context, deleting) {
        Ok(found) => found,
        Err(Not::Yet(reason)) => {
            // Whoever asked for it follows the operation from here on.
            let new = new_operation(&object);
            operation::begin(&context, &new).await?;
            let stand = Stand::Working { operation: new.id, reason: reason.clone(), requeue: LATER };
            write(&context, &object, &status_of(&object, &stand, None, context.clock.now())).await?;
            return Ok(Action::requeue(LATER));
        }
        Err(Not::Possible(error)) => return blocked(&context, &object, error).await,
    };
    if deleting {
        remove(&context, object, &organization, &*cloud).await
    } else {
        reach(&context, object, &organization, &*cloud).await
    }
}

/// Nothing can be done: said in the status, and by the operation.
async fn blocked(
    context: &ControllersContext,
    object: &CloudAccount,
    error: StepError,
) -> Result<Action, ReconcileError> {
    let new = new_operation(object);
    let before = operation::begin(context, &new).await?;
    operation::end(context, &new, &before, Some(&error), None).await?;
    let status = said(object, Truth::False, REASON_BLOCKED, &coded(&error), context.clock.now());
    let status = CloudAccountStatus { operation: Some(new.id.to_string()), ..status };
    write(context, object, &status).await?;
    Ok(Action::requeue(context.cloud_drift_period))
}

/// The operation that brings an account to its generation.
fn new_operation(object: &CloudAccount) -> NewOperation {
    let target = target(object, object.spec.team.as_ref().map(ToString::to_string));
    wanted(object, target, parameters(&object.spec))
}

/// Takes the finalizer off: nothing is left to be done.
async fn released(context: &ControllersContext, object: &CloudAccount) -> Result<Action, ReconcileError> {
    let new = new_operation(object);
    let before = operation::begin(context, &new).await?;
    operation::end(context, &new, &before, None, Some(Remainder::default())).await?;
    let api: Api<CloudAccount> = Api::all(context.client.clone());
    release(&api, object).await?;
    Ok(Action::await_change())
}

/// Why nothing can be done about an account.
enum Not {
    /// Its organisation is not ready.
    Yet(String),
    /// As it is written.
    Possible(StepError),
}

/// The account's organisation and cloud.
fn valid(
    object: &CloudAccount,
    context: &ControllersContext,
    deleting: bool,
) -> Result<(Arc<CloudOrganization>, Arc<dyn CloudProvider>), Not> {
    let impossible = |what: String| Not::Possible(StepError::new(Code::InputInvalid, Class::Invalid, what));
    if let Some(error) = check_account(&object.spec).into_iter().next().filter(|_| !deleting) {
        return Err(impossible(format!("spec{} {}", error.pointer, error.detail)));
    }
    let name = object.spec.organization.as_str();
    let organization = context.indexes.organizations.get(None, name);
    let organization = organization.ok_or_else(|| impossible(format!("no cloud {name} is connected")))?;
    let cloud = context.clouds.get(&organization.spec.provider);
    let cloud = cloud.ok_or_else(|| impossible("this installation knows no such cloud".to_owned()))?;
    if organization.spec.paused {
        return Err(Not::Yet(format!("cloud {name} is paused: nothing is done there")));
    }
    let conditions = organization.status.iter().flat_map(|status| &status.conditions);
    // Guardrails are on the unit before any account comes into it.
    if !deleting && !conditions.into_iter().any(|one| one.type_ == KEPT && one.status == "True") {
        return Err(Not::Yet(format!("cloud {name} to be ready: unit, guardrails and roles of its accounts")));
    }
    Ok((organization, Arc::clone(cloud)))
}

/// One account.
struct Kept<'a> {
    context: &'a ControllersContext,
    object: Arc<CloudAccount>,
    cloud: &'a dyn CloudProvider,
    asked: AccountRequest,
}

#[async_trait]
impl Subject for Kept<'_> {
    fn components(&self) -> Result<Components, StepError> {
        self.cloud.account(&self.asked)
    }

    fn leftovers(&self, _: &[String]) -> Result<Components, StepError> {
        // An account that was to be closed and is not any more is on record, and stays.
        Ok(Components::new())
    }

    async fn say(&self, stand: &Stand) -> Result<(), ReconcileError> {
        write(self.context, &self.object, &status_of(&self.object, stand, None, self.context.clock.now())).await
    }
}

impl<'a> Kept<'a> {
    fn new(
        context: &'a ControllersContext,
        object: Arc<CloudAccount>,
        organization: &CloudOrganization,
        cloud: &'a dyn CloudProvider,
        known_as: String,
    ) -> Self {
        let asked = AccountRequest {
            organization: organization.into(),
            name: object.name_any(),
            uid: object.uid().unwrap_or_default(),
            spec: object.spec.clone(),
            guardrails: held_by(&context.indexes, &object),
            known_as,
        };
        Self { context, object, cloud, asked }
    }

    fn upkeep(&self) -> Upkeep<'_> {
        let status = self.object.status.as_ref();
        Upkeep {
            context: self.context,
            wanted: new_operation(&self.object),
            is_reached: status.is_some_and(|status| status.observed_generation == self.object.metadata.generation),
            last: status.and_then(|status| status.operation.as_deref()?.parse().ok()),
            superseded: superseded(&self.context.indexes.accounts, &self.object),
        }
    }
}

async fn reach(
    context: &ControllersContext,
    object: Arc<CloudAccount>,
    organization: &CloudOrganization,
    cloud: &dyn CloudProvider,
) -> Result<Action, ReconcileError> {
    let api: Api<CloudAccount> = Api::all(context.client.clone());
    let known_as = match known_as(&object, organization, cloud) {
        Ok(known_as) => known_as,
        Err(error) => return blocked(context, &object, error).await,
    };
    // On record before the account is asked for: what the organisation says of addresses may be another one later.
    let recorded = object.status.as_ref().and_then(|status| status.email.as_ref());
    let object = if object.spec.existing.is_some() || recorded == Some(&known_as) {
        object
    } else {
        let before = object.status.clone().unwrap_or_default();
        let status = CloudAccountStatus { email: Some(known_as.clone()), ..before };
        let written = apply_status_unchanged(&api, &*object, meta::MANAGER_CONTROLLER, &status).await;
        Arc::new(written.map_err(ReconcileError::kube("recording the account's address"))?)
    };
    let kept = Kept::new(context, object, organization, cloud, known_as);
    let mut stand = kept.upkeep().reach(&kept).await?;
    let mut number = None;
    // It becomes another one by an operation alone.
    let is_known = kept.object.status.as_ref().is_some_and(|status| status.account.is_some());
    if matches!(stand, Stand::Reached { operation } if operation.is_some() || !is_known) {
        match cloud.account_number(&kept.asked).await {
            Ok(found) => number = found,
            Err(error) => stand = Stand::Unsteady { reason: coded(&error) },
        }
    }
    let now = context.clock.now();
    let rule = rule_of(&context.indexes, &kept.object);
    let budget = rule.as_ref().and_then(|rule| rule.spec.monthly_budget.as_ref());
    let mut status = status_of(&kept.object, &stand, number, now);
    if let Stand::Reached { .. } = stand {
        status.guardrails = Some(kept.asked.guardrails);
    }
    write(context, &kept.object, &with_cost(status, &kept.object, organization, budget, now)).await?;
    Ok(Action::requeue(again(&stand, context.cloud_drift_period)))
}

/// By what the cloud knows the account: its number, what is on record, or what the organisation says now.
fn known_as(
    object: &CloudAccount,
    organization: &CloudOrganization,
    cloud: &dyn CloudProvider,
) -> Result<String, StepError> {
    let recorded = object.status.as_ref().and_then(|status| status.email.clone());
    let recorded = object.spec.existing.clone().or(recorded);
    let uid = object.uid().unwrap_or_default();
    recorded.map_or_else(|| cloud.known_as(&organization.into(), &object.name_any(), &uid), Ok)
}

async fn remove(
    context: &ControllersContext,
    object: Arc<CloudAccount>,
    organization: &CloudOrganization,
    cloud: &dyn CloudProvider,
) -> Result<Action, ReconcileError> {
    let known_as = match known_as(&object, organization, cloud) {
        Ok(known_as) => known_as,
        Err(error) => return blocked(context, &object, error).await,
    };
    let kept = Kept::new(context, object, organization, cloud, known_as);
    let stand = kept.upkeep().remove(&kept).await?;
    if !matches!(stand, Stand::Reached { .. }) {
        kept.say(&stand).await?;
        return Ok(Action::requeue(again(&stand, context.cloud_drift_period)));
    }
    let api: Api<CloudAccount> = Api::all(context.client.clone());
    release(&api, &*kept.object).await?;
    Ok(Action::await_change())
}

async fn write(
    context: &ControllersContext,
    object: &CloudAccount,
    status: &CloudAccountStatus,
) -> Result<(), ReconcileError> {
    let api: Api<CloudAccount> = Api::all(context.client.clone());
    write_status(&api, object, status, "writing the account's status").await.map(drop)
}

/// The status with this said of both conditions.
fn said(object: &CloudAccount, ready: Truth, reason: &str, message: &str, now: Timestamp) -> CloudAccountStatus {
    let mut status = object.status.clone().unwrap_or_default();
    let generation = object.metadata.generation;
    let progressing = if matches!(reason, REASON_RECONCILING | REASON_DELETING) { Truth::True } else { Truth::False };
    set(&mut status.conditions, READY, ready, reason, message, generation, now);
    set(&mut status.conditions, PROGRESSING, progressing, reason, message, generation, now);
    status
}

/// The status with where it stands.
fn status_of(object: &CloudAccount, stand: &Stand, number: Option<String>, now: Timestamp) -> CloudAccountStatus {
    let deleting = object.metadata.deletion_timestamp.is_some();
    let (mut status, operation) = match stand {
        Stand::Reached { operation } => {
            let mut status = said(object, Truth::True, REASON_RECONCILED, "", now);
            status.observed_generation = object.metadata.generation;
            (status, *operation)
        }
        Stand::Working { operation, reason, .. } => {
            let word = if deleting { REASON_DELETING } else { REASON_RECONCILING };
            (said(object, Truth::False, word, reason, now), Some(*operation))
        }
        Stand::Unsteady { reason } => (said(object, Truth::False, REASON_RECONCILING, reason, now), None),
        Stand::Failed { operation, error } => {
            (said(object, Truth::False, REASON_FAILED, &coded(error), now), Some(*operation))
        }
    };
    status.operation = operation.map(|id| id.to_string()).or(status.operation);
    status.account = number.or(status.account);
    status
}

/// The status with what the account has cost, and how its budget stands, as far as the bill of its organisation says.
fn with_cost(
    mut status: CloudAccountStatus,
    object: &CloudAccount,
    organization: &CloudOrganization,
    budget: Option<&MonthlyBudget>,
    now: Timestamp,
) -> CloudAccountStatus {
    let spent = organization.status.as_ref().and_then(|status| status.spent.as_ref());
    let known = spent.zip(status.account.as_deref()).map(|(spent, number)| of_account(spent, number, budget));
    let stands = known.as_ref().and_then(budget::budget);
    let said = known.as_ref().map(budget::said).unwrap_or_default();
    status.spent = known;
    let Some(stands) = stands else {
        status.conditions.retain(|one| one.type_ != WITHIN_BUDGET);
        return status;
    };
    let (truth, reason) = match stands {
        Budget::Within => (Truth::True, "Within"),
        Budget::Nearly => (Truth::True, "NearlyUsed"),
        Budget::Over => (Truth::False, "Over"),
        Budget::OtherMoney => (Truth::Unknown, "OtherMoney"),
    };
    set(&mut status.conditions, WITHIN_BUDGET, truth, reason, &said, object.metadata.generation, now);
    status
}
