//! The server: HTTP/1.1 on a listener, where a connection can also end without an answer.

use std::{io, sync::Arc};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, UdpSocket};

use crate::{
    config::Config,
    front::Front,
    route53::names,
    wire::{Answer, Request},
};

/// No request of AWS's control planes is larger.
const LIMIT: usize = 16 << 20;

/// AWS as far as Kore uses it, in front of moto. Clones are the same one.
#[derive(Clone)]
pub struct Simulator(Arc<Front>);

/// The request ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Cut;

impl Simulator {
    /// A simulator in which there is nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Front::new(config)))
    }

    /// Serves on `listener` until it is dropped. Answers come by plain HTTP/1.1; a loopback address is the place for it. Who asks
    /// for names is answered by UDP at the same port.
    ///
    /// This is no axum router, because a handler there always answers: that a connection is cut instead is a fault that
    /// tests order.
    ///
    /// # Errors
    /// When no connection can be taken any more, or somebody has the port already.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let names = names::serve(self.0.clone(), UdpSocket::bind(listener.local_addr()?).await?);
        tokio::select! {
            ended = names => ended,
            ended = self.connections(listener) => ended,
        }
    }

    async fn connections(self, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            let front = self.0.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| answer(front.clone(), request));
                // A connection that ends early is the client's own affair, or was cut on purpose.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }
}

async fn answer(
    front: Arc<Front>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<bytes::Bytes>>, Cut> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LIMIT).collect().await.map_err(|_| Cut)?.to_bytes();
    let request = Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    };
    // A client that goes away does not stop what it asked for, as at AWS.
    let work = tokio::spawn(async move { front.answer(request).await });
    let Answer { status, headers, body } = work.await.ok().flatten().ok_or(Cut)?;
    let mut response = http::Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
