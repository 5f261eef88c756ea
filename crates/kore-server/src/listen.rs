//! The http listener: how many connections at once, and how long a request may take to come in. An answer
//! may take as long as it takes.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::ConnectInfo,
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Sleep, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 256;
/// Bytes of headers on one HTTP/2 stream.
const HEADERS: u32 = 64 << 10;

/// What callers get before anybody knows who they are.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Connections at once; whoever comes then waits.
    pub connections: usize,
    /// How long the head of a request may take.
    pub head: Duration,
    /// How long its body may take, as a whole: a byte now and then is no progress.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connections: 4096, head: Duration::from_secs(10), body: Duration::from_secs(30) }
    }
}

/// Serves until `stop` is cancelled, and then what is under way.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, stop: CancellationToken) {
    let ending = stop.clone();
    let each = move |tcp, peer| connection(tcp, peer, router.clone(), patience, ending.clone());
    let open = accept(listener, patience.connections, &stop, each).await;
    open.wait().await;
}

/// Takes connections, so many at once, until `stop` is cancelled; gives those that are still open.
pub(crate) async fn accept<F, T>(
    listener: TcpListener,
    connections: usize,
    stop: &CancellationToken,
    each: F,
) -> TaskTracker
where
    F: Fn(TcpStream, SocketAddr) -> T,
    T: Future<Output = io::Result<()>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(connections));
    let open = TaskTracker::new();
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let (tcp, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Passing faults: the caller is gone, or there are no descriptors left just now.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let served = each(tcp, peer);
        open.spawn(async move {
            let _place = place;
            if let Err(error) = served.await {
                tracing::debug!(%peer, %error, "a connection ended badly");
            }
        });
    }
    open.close();
    open
}

async fn connection(
    tcp: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Patience,
    stop: CancellationToken,
) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let service = service_fn(move |request: http::Request<Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(|body| Body::new(Timely { body, late: Box::pin(sleep(patience.body)) }));
        request.extensions_mut().insert(ConnectInfo(peer));
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADERS)
        .keep_alive_interval(Duration::from_secs(30));
    let served = builder.serve_connection_with_upgrades(TokioIo::new(tcp), service);
    tokio::pin!(served);
    let result = tokio::select! {
        result = served.as_mut() => result,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    result.map_err(io::Error::other)
}

/// A body that has to be there in time.
struct Timely<B> {
    body: B,
    late: Pin<Box<Sleep>>,
}

impl<B> HttpBody for Timely<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.late.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err("the body took too long".into())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use http_body_util::BodyExt;

    use super::*;

    fn timely(body: Body, patience: Duration) -> Timely<Body> {
        Timely { body, late: Box::pin(sleep(patience)) }
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_no_progress() {
        let drip = stream::unfold((), |()| async {
            sleep(Duration::from_millis(5)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ()))
        });
        let short = Duration::from_millis(50);
        let error = timely(Body::from_stream(drip), short).collect().await.unwrap_err();
        assert_eq!(error.to_string(), "the body took too long");
        let silent = stream::pending::<Result<Bytes, Infallible>>();
        assert!(timely(Body::from_stream(silent), short).collect().await.is_err());
        let whole = timely(Body::from("all of it"), Duration::from_secs(3600));
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "all of it");
    }
}
