//! Whether Kore is allowed in an organisation what it needs: looked at when the spec changes, when somebody asks, and now and
//! then. Changes nothing there.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationStatus, REASON_ACCESS_LOST, REASON_CHECK_FAILED},
    condition::READY,
    meta,
};
use kore_domain::cloud::standing;
use kore_engine::{
    cloud::{CloudProvider, OrganizationRequest},
    error::{Class, StepError},
};
use kube::ResourceExt;

use crate::{
    condition::{Truth, set},
    operation::coded,
};

/// How long what was found good is taken for good: rights are taken away without anybody saying so here
/// (`research/clouds.md`, section 7, row 9).
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// After how long what was not is looked at again: it goes on by itself once somebody has mended it.
const AGAIN_SOON: SignedDuration = SignedDuration::from_mins(15);
/// The least until a check that failed is made again.
const AGAIN_FAILED: Duration = Duration::from_secs(60);

/// Looks; what is known then, and how long it is taken for good.
pub(super) async fn look(
    cloud: &dyn CloudProvider,
    object: &CloudOrganization,
    request: &OrganizationRequest,
    now: Timestamp,
) -> (CloudOrganizationStatus, Duration) {
    match cloud.check(request).await {
        Ok(checks) => {
            let found = standing(&checks);
            let ready = match found.ready {
                Some(true) => Truth::True,
                Some(false) => Truth::False,
                None => Truth::Unknown,
            };
            let mut status = said(object, ready, found.reason, &found.message, now);
            status.observed_generation = object.metadata.generation;
            status.checks = checks;
            status.checked_at = Some(now);
            let again = if found.ready == Some(false) { AGAIN_SOON } else { AGAIN };
            (status, again.unsigned_abs())
        }
        Err(error) => {
            let again = match error.class {
                Class::Retry(after) | Class::Settling(after) => after.max(AGAIN_FAILED),
                _ => AGAIN_SOON.unsigned_abs(),
            };
            (failed(object, &error, now), again)
        }
    }
}

/// How long until it is time to look: not at all when the last look failed, was at another spec, or not at what somebody
/// asked for since.
pub(super) fn due(object: &CloudOrganization, now: Timestamp) -> Duration {
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
    let message = coded(error);
    match error.class {
        Class::AccessLost => said(object, Truth::False, REASON_ACCESS_LOST, &message, now),
        _ => said(object, Truth::Unknown, REASON_CHECK_FAILED, &message, now),
    }
}

/// The status with this said, as the answer to whoever asked.
pub(super) fn said(
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

#[cfg(test)]
mod tests {
    use kore_api::codes::Code;

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
