//! What the accounts of an organisation have cost, read daily: reading costs money, and the bill is hours old anyway.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    cloud::{COST_READ, CloudOrganization, CloudOrganizationStatus},
    condition::{REASON_FAILED, REASON_RECONCILED},
};
use kore_domain::cloud::budget::due;
use kore_engine::{cloud::CloudProvider, error::chain};
use kube::ResourceExt;

use crate::{
    condition::{Truth, set},
    context::ControllersContext,
    operation::coded,
};

/// How long until it is asked for again where it could not be read.
pub(super) const AGAIN: Duration = Duration::from_secs(60 * 60);

/// Reads it when it is time, and there are accounts; the status with what was read, or with why it was not.
pub(super) async fn read(
    context: &ControllersContext,
    object: &CloudOrganization,
    cloud: &dyn CloudProvider,
    now: Timestamp,
) -> Option<CloudOrganizationStatus> {
    let name = object.name_any();
    let accounts = context.indexes.accounts.select(None, |account| account.spec.organization.as_str() == name);
    let mut status = object.status.clone().unwrap_or_default();
    if accounts.is_empty() || due(status.spent.as_ref(), now) > SignedDuration::ZERO {
        return None;
    }
    let (truth, reason, message) = match cloud.spent(&object.into(), now).await {
        Ok(spent) => {
            status.spent = Some(spent);
            (Truth::True, REASON_RECONCILED, String::new())
        }
        Err(error) => {
            let cause = error.cause.as_deref().map(|cause| format!(": {}", chain(cause))).unwrap_or_default();
            (Truth::Unknown, REASON_FAILED, format!("{}{cause}", coded(&error)))
        }
    };
    set(&mut status.conditions, COST_READ, truth, reason, &message, object.metadata.generation, now);
    Some(status)
}
