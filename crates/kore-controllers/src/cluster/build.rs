//! What the operations on a cluster are.

use kore_api::{cluster::Cluster, operation::Target};
use kore_engine::operations::NewOperation;
use uuid::Uuid;

use super::validate::Valid;
use crate::operation;

/// The operation that brings a cluster to its generation.
pub(crate) fn wanted(cluster: &Cluster, valid: &Valid) -> NewOperation {
    operation::wanted(cluster, target(valid), valid.request.parameters.clone())
}

/// The operation that puts right what came loose; its id is the caller's to choose.
pub(crate) fn correction(valid: &Valid, id: Uuid) -> NewOperation {
    operation::correction(target(valid), valid.request.parameters.clone(), id)
}

fn target(valid: &Valid) -> Target {
    Target {
        kind: "Cluster".to_owned(),
        team: Some(valid.request.name.team.to_string()),
        name: valid.request.name.name.to_string(),
        uid: valid.request.uid.clone(),
        generation: valid.generation,
    }
}
