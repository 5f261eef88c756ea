//! What the accounts of an organisation have cost, read daily: reading costs money, and the bill is hours old anyway.

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    cloud::{COST_READ, CloudOrganization, CloudOrganizationStatus},
    condition::{REASON_FAILED, REASON_RECONCILED},
};
use kore_domain::cloud::budget::due;
use kore_engine::cloud::CloudProvider;
use kube::ResourceExt;

use crate::{
    condition::{Truth, set},
    context::ControllersContext,
    operation::coded,
};

/// Reads it when it is time, and there are accounts; the status with what was read, or with why it was not. What is kept for
/// accounts is looked at more often than a bill is due: whoever asks this then needs no time of its own.
pub(super) async fn read(
    context: &ControllersContext,
    object: &CloudOrganization,
    cloud: &dyn CloudProvider,
    now: Timestamp,
) -> Option<CloudOrganizationStatus> {
    let mut status = object.status.clone().unwrap_or_default();
    if context.indexes.accounts_in(&object.name_any()).is_empty()
        || due(status.spent.as_ref(), now) > SignedDuration::ZERO
    {
        return None;
    }
    let (truth, reason, message) = match cloud.spent(&object.into(), now).await {
        Ok(spent) => {
            status.spent = Some(spent);
            (Truth::True, REASON_RECONCILED, String::new())
        }
        Err(error) => (Truth::Unknown, REASON_FAILED, coded(&error)),
    };
    set(&mut status.conditions, COST_READ, truth, reason, &message, object.metadata.generation, now);
    Some(status)
}
