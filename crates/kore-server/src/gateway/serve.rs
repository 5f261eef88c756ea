//! The listener: TLS, HTTP/1.1 and HTTP/2, no limits on how long an answer takes.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::Gateway;
use crate::listen;

/// Connections at once.
const CONNECTIONS: usize = 4096;
/// How long a handshake, and the head of a request, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long requests under way may go on after the stop.
const DRAIN: Duration = Duration::from_secs(5);
/// Requests at once on one HTTP/2 connection: a controller watches every kind there is.
const STREAMS: u32 = 1024;
/// Bytes of headers.
const HEADERS: u32 = 64 << 10;

/// Serves until `stop` is cancelled; then requests under way have a few seconds.
pub async fn serve(listener: TcpListener, tls: Arc<rustls::ServerConfig>, gateway: Gateway, stop: CancellationToken) {
    let (acceptor, ending) = (TlsAcceptor::from(tls), stop.clone());
    let each = move |tcp, peer| connection(tcp, peer, acceptor.clone(), gateway.clone(), ending.clone());
    let open = listen::accept(listener, CONNECTIONS, &stop, each).await;
    let _in_time = tokio::time::timeout(DRAIN, open.wait()).await;
}

async fn connection(
    tcp: TcpStream,
    peer: SocketAddr,
    acceptor: TlsAcceptor,
    gateway: Gateway,
    stop: CancellationToken,
) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let stream = tokio::time::timeout(PATIENCE, acceptor.accept(tcp)).await??;
    let stopping = stop.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (gateway, stop) = (gateway.clone(), stop.clone());
        async move { Ok::<_, Infallible>(gateway.handle(request.map(Body::new), peer.ip(), stop).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADERS)
        .adaptive_window(true)
        .keep_alive_interval(Duration::from_secs(30));
    let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(served);
    let result = tokio::select! {
        result = served.as_mut() => result,
        () = stopping.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    result.map_err(io::Error::other)
}
