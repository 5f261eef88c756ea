//! Answers and connections that go on for long, and end when the person behind them loses access.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use futures::future::BoxFuture;
use hyper::{
    body::{Frame, SizeHint},
    upgrade::OnUpgrade,
};
use hyper_util::rt::TokioIo;
use tokio_util::sync::CancellationToken;

/// Bytes that a spliced connection holds in each direction.
const BUFFER: usize = 64 << 10;

/// A body that ends early when `lost` is done.
pub(super) struct Ending {
    inner: Body,
    lost: BoxFuture<'static, ()>,
}

impl Ending {
    pub(super) fn wrap(inner: Body, lost: BoxFuture<'static, ()>) -> Body {
        Body::new(Self { inner, lost })
    }
}

impl hyper::body::Body for Ending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.lost.as_mut().poll(context).is_ready() {
            // Clients of watches and logs take the end of the stream as it is; where a length was
            // promised the answer is broken off.
            let promised = self.inner.size_hint().exact().is_some();
            return Poll::Ready(promised.then(|| Err(axum::Error::new("access to the cluster has ended"))));
        }
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Passes bytes between two upgraded connections, each direction to its own end (half-close is kept),
/// until both have ended, access is lost, or the gateway stops.
pub(super) async fn splice(
    caller: OnUpgrade,
    cluster: OnUpgrade,
    lost: BoxFuture<'static, ()>,
    stop: CancellationToken,
) {
    let (caller, cluster) = match tokio::try_join!(caller, cluster) {
        Ok(both) => both,
        Err(error) => {
            tracing::debug!(%error, "a connection was gone before it was upgraded");
            return;
        }
    };
    let (mut caller, mut cluster) = (TokioIo::new(caller), TokioIo::new(cluster));
    let copy = tokio::io::copy_bidirectional_with_sizes(&mut caller, &mut cluster, BUFFER, BUFFER);
    tokio::select! {
        result = copy => if let Err(error) = result {
            tracing::debug!(%error, "an upgraded connection broke");
        },
        () = lost => tracing::info!("an upgraded connection was closed: access has ended"),
        () = stop.cancelled() => {}
    }
}
