//! CloudOrganization: whether Kore is allowed there what it needs, and, once a rule or an account needs it, what Kore keeps
//! there: a unit of its own, guardrails, and the roles of every account in it.

mod bill;
mod check;
mod kept;

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream::BoxStream};
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationStatus, REASON_NOT_CHECKED},
    codes::Code,
    condition::{READY, REASON_BLOCKED, REASON_PAUSED},
};
use kore_domain::cloud::check_organization;
use kore_kube::indexes::Indexes;
use kube::{
    Api,
    runtime::{
        controller::{Action, ReconcileRequest},
        reflector::ObjectRef,
    },
};

use self::check::{due, look, said};
use crate::{
    ReconcileError,
    condition::Truth,
    context::ControllersContext,
    finalizer::has_finalizer,
    trigger::{on, on_intent},
    written::write_status,
};

/// An organisation is looked at when its spec changes, when somebody asks for it, and when a rule or an account of it comes,
/// changes or goes: they say what Kore keeps there.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<CloudOrganization>> {
    let rules = on(&indexes.account_rules, |change| vec![ObjectRef::new(change.object.spec.organization.as_str())]);
    let accounts = on(&indexes.accounts, |change| vec![ObjectRef::new(change.object.spec.organization.as_str())]);
    futures::stream::select_all([on_intent(&indexes.organizations), rules, accounts]).boxed()
}

/// Checks an organisation when it is time, keeps in it what is needed there, and says what came of both.
pub(crate) async fn reconcile(
    object: Arc<CloudOrganization>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    let now = context.clock.now();
    let deleting = object.metadata.deletion_timestamp.is_some();
    if deleting && !has_finalizer(&*object) {
        return Ok(Action::await_change());
    }
    if object.spec.paused && !deleting {
        let message = "spec.paused is set: nothing is done there";
        write(&context, &object, &said(&object, Truth::Unknown, REASON_PAUSED, message, now)).await?;
        return Ok(Action::await_change());
    }
    if let Some(error) = check_organization(&object.spec).into_iter().next().filter(|_| !deleting) {
        let message = format!("{}: spec{} {}", Code::InputInvalid.entry().code, error.pointer, error.detail);
        write(&context, &object, &said(&object, Truth::False, REASON_BLOCKED, &message, now)).await?;
        return Ok(Action::await_change());
    }
    let Some(cloud) = context.clouds.get(&object.spec.provider) else {
        let message = format!("{}: this installation knows no such cloud", Code::CloudNotChecked.entry().code);
        write(&context, &object, &said(&object, Truth::Unknown, REASON_NOT_CHECKED, &message, now)).await?;
        return Ok(Action::await_change());
    };
    if deleting {
        return kept::remove(&context, &object, &**cloud).await;
    }
    let mut object = object;
    let mut left = due(&object, now);
    if left.is_zero() {
        let (status, again) = look(&**cloud, &object, &(&*object).into(), now).await;
        if let Some(written) = write(&context, &object, &status).await? {
            object = Arc::new(written);
        }
        left = again;
    }
    if is_ready(&object) {
        if let Some(status) = bill::read(&context, &object, &**cloud, now).await
            && let Some(written) = write(&context, &object, &status).await?
        {
            object = Arc::new(written);
        }
        if let Some(kept) = kept::reach(&context, &object, &**cloud).await? {
            left = left.min(kept);
        }
    }
    Ok(Action::requeue(left.max(Duration::from_millis(1))))
}

/// Whether Kore is allowed there what it needs, by the last look.
fn is_ready(object: &CloudOrganization) -> bool {
    let conditions = object.status.iter().flat_map(|status| &status.conditions);
    conditions.into_iter().any(|one| one.type_ == READY && one.status == "True")
}

/// Writes the status where it differs; the object with it, where it was written.
async fn write(
    context: &ControllersContext,
    object: &CloudOrganization,
    status: &CloudOrganizationStatus,
) -> Result<Option<CloudOrganization>, ReconcileError> {
    let api: Api<CloudOrganization> = Api::all(context.client.clone());
    write_status(&api, object, status, "writing the organisation's status").await
}
