//! `kore-simulator-aws --listen 127.0.0.1:PORT --moto http://127.0.0.1:PORT`: the simulator as a program.

use std::net::SocketAddr;

use clap::Parser;
use kore_simulator_aws::{Config, Simulator};
use tokio::net::TcpListener;
use url::Url;

/// AWS as far as Kore uses it, in front of moto.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
    /// Where moto is.
    #[arg(long)]
    moto: Url,
    /// What ids are made of.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<(), std::io::Error> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let config = Config { seed: arguments.seed, ..Config::new(arguments.moto) };
    let listener = TcpListener::bind(arguments.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    Simulator::new(config).serve(listener).await
}
