//! The access gateway: `https://…/k8s/TEAM/CLUSTER/…` is that cluster's API server, for whoever has a
//! credential made out to it. It authenticates, decides, records, writes the person into the request
//! and passes bytes. The console's pages go the same way from their own address, with a browser's session
//! ([`browser`]). It adds no limits of time or size: watches and logs go on for as long as they do.

pub(crate) mod browser;
pub mod clusters;
mod forward;
mod headers;
pub mod path;
mod refusal;
mod request_info;
mod serve;
mod stream;
pub mod tls;

use std::sync::Arc;

use axum::body::Body;
use futures::future::BoxFuture;
use http::{Request, Response};
use kore_app::{signin::SignIn, spool::Spool};
use kore_kube::proxy::TransportError;

pub use self::{path::Target, serve::serve};

/// The way to the clusters: directly, or (later) through an agent that dialled out.
pub trait Clusters: Send + Sync + 'static {
    /// Sends a request whose address is a path within the cluster. The answer is there when its head
    /// is; its body streams. After a 101, `hyper::upgrade::on` the answer gives the connection.
    fn send<'a>(
        &'a self,
        target: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>>;
}

/// What the gateway needs. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    signin: Arc<SignIn>,
    clusters: Arc<dyn Clusters>,
    spool: Spool,
    /// Origin of the console's pages.
    home: String,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway to these clusters; every request is recorded in the spool.
    #[must_use]
    pub fn new(signin: Arc<SignIn>, clusters: Arc<dyn Clusters>, spool: Spool) -> Self {
        let url = signin.public_url();
        let home = url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization());
        Self { signin, clusters, spool, home }
    }
}
