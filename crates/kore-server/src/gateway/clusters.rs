//! Clusters as the management cluster's Secrets describe them.

use axum::body::Body;
use futures::future::BoxFuture;
use http::{Request, Response};
use kore_kube::proxy::{Transport, TransportError, Transports};

use super::{Clusters, Target};

/// Direct connections: to workload clusters with their gateway credentials, to the management
/// cluster with the server's own.
#[derive(Debug, Clone)]
pub struct Direct {
    workload: Transports,
    management: Transport,
}

impl Direct {
    /// Over the indexed gateway credentials, and a transport to the management cluster.
    #[must_use]
    pub const fn new(workload: Transports, management: Transport) -> Self {
        Self { workload, management }
    }
}

impl Clusters for Direct {
    fn send<'a>(
        &'a self,
        target: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let transport = match target {
                Target::Cluster(cluster) => self.workload.get(cluster)?,
                Target::Management => self.management.clone(),
            };
            transport.send(request).await.map(|response| response.map(Body::new))
        })
    }
}
