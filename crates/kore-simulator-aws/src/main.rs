//! `kore-simulator-aws --listen 127.0.0.1:PORT --python PATH`: the simulator as a program.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use clap::{Args, Parser};
use kore_simulator_aws::{Config, MotoProcess, Simulator};
use tokio::net::TcpListener;
use url::Url;

/// AWS as far as Kore uses it, in front of moto. All that is made in it is gone when it ends.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
    #[command(flatten)]
    moto: Moto,
    /// What ids are made of
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Clusters are up once whoever follows `GET /_kore/backing` has made real ones
    #[arg(long)]
    followed: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Moto {
    /// Where moto is
    #[arg(long)]
    moto: Option<Url>,
    /// Python that has moto, as `tools/moto/install` prints it: moto is started with it, and both end together
    #[arg(long)]
    python: Option<PathBuf>,
}

// moto ends with the thread that started it, so that has to be this one, which lives as long as the program.
#[tokio::main]
async fn main() -> Result<(), io::Error> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).init();
    let Arguments { listen, moto, seed, followed } = Arguments::parse();
    // A port that somebody has is said before moto is waited for.
    let listener = TcpListener::bind(listen).await?;
    let serve = async |moto: Url| {
        tracing::info!(address = %listen, "listening");
        Simulator::new(Config { seed, followed: followed.then(Arc::default), ..Config::new(moto) })
            .serve(listener)
            .await
    };
    match (moto.moto, moto.python) {
        (Some(moto), _) => serve(moto).await,
        (None, Some(python)) => {
            let mut moto = MotoProcess::start(&python).await?;
            let url = moto.url().clone();
            tokio::select! {
                served = serve(url) => served,
                // What it knew is lost: this is started anew as a whole, or not at all.
                ended = moto.ended() => Err(io::Error::other(format!("moto ended: {}", ended?))),
            }
        }
        (None, None) => Err(io::ErrorKind::InvalidInput.into()),
    }
}
