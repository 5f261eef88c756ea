//! What a cluster says of itself.

use k8s_openapi::api::core::v1::Node;
use kore_baseline::{Ground, node::is_ready};
use kore_engine::error::StepError;
use kube::{Api, Client, api::ListParams};

/// What is seen from inside.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// Version that the API server reports.
    pub(super) version: Option<String>,
    /// Nodes that are Ready.
    pub(super) ready: Option<u32>,
}

/// What the cluster says; nothing where it does not let us in yet, or does not answer.
pub(super) async fn look(ground: &Ground) -> Result<Inside, StepError> {
    let Some(client) = ground.provisioner().await? else { return Ok(Inside::default()) };
    let version = client.apiserver_version().await.ok().map(|version| version.git_version);
    Ok(Inside { ready: ready(client).await.ok(), version })
}

async fn ready(client: Client) -> Result<u32, kube::Error> {
    let nodes = Api::<Node>::all(client).list(&ListParams::default()).await?;
    let ready = nodes.items.iter().filter(|node| is_ready(node)).count();
    Ok(u32::try_from(ready).unwrap_or(u32::MAX))
}
