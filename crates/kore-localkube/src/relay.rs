//! A TCP relay: see `kored relay`.

use std::{net::SocketAddr, time::Duration};

use kore_engine::error::StepError;
use nix::sys::socket::{setsockopt, sockopt::IpFreebind};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket, TcpStream},
};

use crate::failure;

/// Listens and carries each connection to `to`, until the process ends.
///
/// # Errors
/// When `listen` cannot be bound.
pub async fn run(listen: SocketAddr, to: SocketAddr) -> Result<(), StepError> {
    let listener = bind(listen).map_err(|error| failure::io(format!("cannot listen on {listen}"), error))?;
    loop {
        let mut near = match listener.accept().await {
            Ok((near, _)) => near,
            Err(error) => {
                // Out of file descriptors, or the peer was gone before we looked: both pass.
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(to).await else { return };
            let _ = near.set_nodelay(true);
            let _ = far.set_nodelay(true);
            // Either side may end as it likes; there is nobody to tell.
            let _ = copy_bidirectional(&mut near, &mut far).await;
        });
    }
}

/// After a reboot the bridge may come later than we do: an address that is not there yet is fine.
fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if listen.is_ipv4() {
        setsockopt(&socket, IpFreebind, &true)?;
    }
    socket.set_reuseaddr(true)?;
    socket.bind(listen)?;
    socket.listen(1024)
}
