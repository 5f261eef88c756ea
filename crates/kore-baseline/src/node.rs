//! What nodes say of themselves.

use k8s_openapi::api::core::v1::{Node, NodeCondition};

/// What a node says of whether it takes pods.
#[must_use]
pub fn ready_condition(node: &Node) -> Option<&NodeCondition> {
    node.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == "Ready")
}

/// Whether it takes pods.
#[must_use]
pub fn is_ready(node: &Node) -> bool {
    ready_condition(node).is_some_and(|ready| ready.status == "True")
}

/// Whether no new pod comes to it.
#[must_use]
pub fn is_cordoned(node: &Node) -> bool {
    node.spec.as_ref().and_then(|spec| spec.unschedulable) == Some(true)
}
