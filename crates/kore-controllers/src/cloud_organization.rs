//! CloudOrganization: whether Kore is allowed there what it needs, looked at when its spec changes, when somebody asks,
//! and now and then. Nothing is made, so nothing is left behind by one that goes.

use std::{sync::Arc, time::Duration};

use futures::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationStatus, REASON_ACCESS_LOST, REASON_CHECK_FAILED, REASON_NOT_CHECKED},
    codes::Code,
    condition::{READY, REASON_BLOCKED, REASON_PAUSED},
    meta,
};
use kore_domain::cloud::{check_organization, standing};
use kore_engine::{
    cloud::OrganizationRequest,
    error::{Class, StepError, chain},
};
use kore_kube::{apply, indexes::Indexes};
use kube::{
    Api, ResourceExt,
    runtime::controller::{Action, ReconcileRequest},
};

use crate::{
    ReconcileError,
    cluster::coded,
    condition::{Truth, set},
    context::ControllersContext,
    trigger::on_intent,
};

/// How long what was found good is taken for good: rights are taken away without anybody saying so here
/// (`research/clouds.md`, section 7, row 9).
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// After how long what was not is looked at again: it goes on by itself once somebody has mended it.
const AGAIN_SOON: SignedDuration = SignedDuration::from_mins(15);
/// The least until a check that failed is made again.
const AGAIN_FAILED: Duration = Duration::from_secs(60);

/// An organisation is looked at when its spec changes and when somebody asks for it.
pub(crate) fn triggers(indexes: &Indexes) -> BoxStream<'static, ReconcileRequest<CloudOrganization>> {
    on_intent(&indexes.organizations)
}

/// Checks an organisation when it is time, and says what came of it.
pub(crate) async fn reconcile(
    object: Arc<CloudOrganization>,
    context: Arc<ControllersContext>,
) -> Result<Action, ReconcileError> {
    let now = context.clock.now();
    if object.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    if object.spec.paused {
        let message = "spec.paused is set: nothing is done there";
        write(&context, &object, said(&object, Truth::Unknown, REASON_PAUSED, message, now)).await?;
        return Ok(Action::await_change());
    }
    if let Some(error) = check_organization(&object.spec).into_iter().next() {
        let message = format!("{}: spec{} {}", Code::InputInvalid.entry().code, error.pointer, error.detail);
        write(&context, &object, said(&object, Truth::False, REASON_BLOCKED, &message, now)).await?;
        return Ok(Action::await_change());
    }
    let Some(cloud) = context.clouds.get(&object.spec.provider) else {
        let message = format!("{}: this installation knows no such cloud", Code::CloudNotChecked.entry().code);
        write(&context, &object, said(&object, Truth::Unknown, REASON_NOT_CHECKED, &message, now)).await?;
        return Ok(Action::await_change());
    };
    let left = due(&object, now);
    if !left.is_zero() {
        return Ok(Action::requeue(left));
    }
    let request = OrganizationRequest {
        name: object.name_any(),
        uid: object.uid().unwrap_or_default(),
        spec: object.spec.clone(),
    };
    match cloud.check(&request).await {
        Ok(checks) => {
            let found = standing(&checks);
            let ready = match found.ready {
                Some(true) => Truth::True,
                Some(false) => Truth::False,
                None => Truth::Unknown,
            };
            let mut status = said(&object, ready, found.reason, &found.message, now);
            status.observed_generation = object.metadata.generation;
            status.checks = checks;
            status.checked_at = Some(now);
            let again = if found.ready == Some(false) { AGAIN_SOON } else { AGAIN };
            write(&context, &object, status).await?;
            Ok(Action::requeue(again.unsigned_abs()))
        }
        Err(error) => {
            write(&context, &object, failed(&object, &error, now)).await?;
            Ok(Action::requeue(match error.class {
                Class::Retry(after) | Class::Settling(after) => after.max(AGAIN_FAILED),
                _ => AGAIN_SOON.unsigned_abs(),
            }))
        }
    }
}

/// How long until it is time to look: not at all when the last look failed, was at another spec, or not at what somebody
/// asked for since.
fn due(object: &CloudOrganization, now: Timestamp) -> Duration {
    let status = object.status.clone().unwrap_or_default();
    let ready = status.conditions.iter().find(|one| one.type_ == READY);
    let is_failed = ready.is_some_and(|ready| ready.reason == REASON_CHECK_FAILED);
    let asked = object.annotations().get(meta::ANNOTATION_RETRY);
    let is_answered = asked.is_none() || asked == status.checked_for.as_ref();
    let is_same = status.observed_generation == object.metadata.generation;
    let Some(at) = status.checked_at.filter(|_| is_same && is_answered && !is_failed) else {
        return Duration::ZERO;
    };
    let is_bad = ready.is_some_and(|ready| ready.status == "False");
    let next = at + if is_bad { AGAIN_SOON } else { AGAIN };
    Duration::try_from(next.duration_since(now)).unwrap_or_default()
}

/// What came of a look that failed: what was found before stays, and is not taken for good.
fn failed(object: &CloudOrganization, error: &StepError, now: Timestamp) -> CloudOrganizationStatus {
    let message =
        error.cause.as_deref().map_or_else(|| coded(error), |cause| format!("{}: {}", coded(error), chain(cause)));
    match error.class {
        Class::AccessLost => said(object, Truth::False, REASON_ACCESS_LOST, &message, now),
        _ => said(object, Truth::Unknown, REASON_CHECK_FAILED, &message, now),
    }
}

/// The status with this said, as the answer to whoever asked.
fn said(
    object: &CloudOrganization,
    ready: Truth,
    reason: &str,
    message: &str,
    now: Timestamp,
) -> CloudOrganizationStatus {
    let mut status = object.status.clone().unwrap_or_default();
    set(&mut status.conditions, READY, ready, reason, message, object.metadata.generation, now);
    status.checked_for = object.annotations().get(meta::ANNOTATION_RETRY).cloned();
    status
}

async fn write(
    context: &ControllersContext,
    object: &CloudOrganization,
    status: CloudOrganizationStatus,
) -> Result<(), ReconcileError> {
    if object.status.as_ref() == Some(&status) {
        return Ok(());
    }
    let api: Api<CloudOrganization> = Api::all(context.client.clone());
    match apply::apply_status(&api, object, meta::MANAGER_CONTROLLER, &status).await {
        Ok(_) => Ok(()),
        Err(error) if apply::is_not_found(&error) => Ok(()),
        Err(error) => Err(ReconcileError::kube("writing the organisation's status")(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(status: CloudOrganizationStatus) -> CloudOrganization {
        let spec = serde_json::json!({ "provider": "aws" });
        let mut object = CloudOrganization::new("acme", serde_json::from_value(spec).unwrap());
        object.metadata.generation = Some(2);
        object.status = Some(status);
        object
    }

    fn looked(at: Timestamp) -> CloudOrganizationStatus {
        CloudOrganizationStatus { observed_generation: Some(2), checked_at: Some(at), ..Default::default() }
    }

    #[test]
    fn it_is_time_for_another_spec_for_whoever_asks_and_after_a_day() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let hour = SignedDuration::from_hours(1);
        assert_eq!(due(&organization(CloudOrganizationStatus::default()), now), Duration::ZERO, "never looked at");
        let mut object = organization(looked(now - hour));
        assert_eq!(due(&object, now), Duration::from_secs(23 * 3600));
        assert_eq!(due(&organization(looked(now - hour * 25)), now), Duration::ZERO, "a day is over");
        object.metadata.generation = Some(3);
        assert_eq!(due(&object, now), Duration::ZERO, "another spec");
        object.metadata.generation = Some(2);
        object.annotations_mut().insert(meta::ANNOTATION_RETRY.to_owned(), "request-1".to_owned());
        assert_eq!(due(&object, now), Duration::ZERO, "somebody asks");
        object.status.as_mut().unwrap().checked_for = Some("request-1".to_owned());
        assert!(!due(&object, now).is_zero(), "and has been answered");
    }

    #[test]
    fn what_is_wrong_is_looked_at_again_soon_and_a_failure_keeps_what_was_found() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let mut object = organization(looked(now));
        let lost =
            StepError::new(Code::CloudAccessLost, Class::AccessLost, "the token is refused").caused_by("expired");
        object.status = Some(failed(&object, &lost, now));
        let ready = &object.status.as_ref().unwrap().conditions[0];
        assert_eq!((ready.status.as_str(), ready.reason.as_str()), ("False", "AccessLost"));
        assert_eq!(ready.message, "KORE-CLOUD-0002: the token is refused: expired");
        assert_eq!(due(&object, now), Duration::from_secs(15 * 60));
        let away = StepError::new(Code::CloudNotChecked, Class::Retry(Duration::ZERO), "no answer");
        let status = failed(&object, &away, now);
        assert_eq!((status.conditions[0].status.as_str(), status.checked_at), ("Unknown", Some(now)));
        assert_eq!(due(&organization(status), now), Duration::ZERO, "and is tried again, whatever was found before");
    }
}
