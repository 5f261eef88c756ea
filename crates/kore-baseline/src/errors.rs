//! What API servers refuse, as errors of steps.

use kore_api::codes::Code;
use kore_engine::error::{Class, SOON, StepError};

/// What the management cluster's API server answered.
#[must_use]
pub fn management(error: kube::Error) -> StepError {
    let what = "the management cluster refused a request";
    StepError::new(Code::ManagementUnavailable, Class::Retry(SOON), what).caused_by(error)
}

/// What the cluster's own API server answered.
#[must_use]
pub fn cluster(error: kube::Error) -> StepError {
    let what = "the cluster's API server refused a request";
    StepError::new(Code::ClusterNotReady, Class::Retry(SOON), what).caused_by(error)
}

/// That there is no client.
pub(crate) fn unusable(error: kore_kube::client::ClientError) -> StepError {
    StepError::new(Code::ClusterNotReady, Class::Retry(SOON), "no client for the cluster").caused_by(error)
}
