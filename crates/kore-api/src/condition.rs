//! Condition types and reasons (Kubernetes API conventions). Reasons are stable CamelCase words.

pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

/// Summary: the object is as its spec says and usable.
pub const READY: &str = "Ready";
/// A change is under way; its operation is in `status.operation`.
pub const PROGRESSING: &str = "Progressing";

/// `Ready=True`: everything is as specified.
pub const REASON_RECONCILED: &str = "Reconciled";
/// `Ready=False`: work is under way.
pub const REASON_RECONCILING: &str = "Reconciling";
/// `Ready=False`: the last operation failed; the message carries its code.
pub const REASON_FAILED: &str = "OperationFailed";
/// `Ready=False`: the spec is no longer allowed by the plan version or a policy.
pub const REASON_BLOCKED: &str = "Blocked";
/// `Ready=Unknown`: nobody reconciles while `spec.paused` is set.
pub const REASON_PAUSED: &str = "Paused";
/// `Ready=False`: the object is being deleted.
pub const REASON_DELETING: &str = "Deleting";
