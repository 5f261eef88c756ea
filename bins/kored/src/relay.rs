//! `kored relay`: makes an address that only this machine's loopback answers reachable where nodes
//! and pods of a local cluster are. TLS passes through untouched.

use std::net::SocketAddr;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on
    #[arg(long)]
    listen: SocketAddr,
    /// Address to connect to
    #[arg(long)]
    to: SocketAddr,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    Ok(kore_localkube::relay::run(arguments.listen, arguments.to).await?)
}
