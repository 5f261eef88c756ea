//! `kored`: the server side of Kore. One program, several roles.

mod audit;
mod local;
mod rehearsal;
mod relay;
mod server;

use std::{io::IsTerminal, process::ExitCode};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(name = "kored", version, about = "The server side of Kore")]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Check the audit trail without a server
    #[command(subcommand)]
    Audit(audit::Command),
    /// Supervise the embedded management cluster and the local workload clusters
    Local(local::Arguments),
    /// Carry TCP connections from one address to another
    Relay(relay::Arguments),
    /// Serve the API, the access gateway and the controllers
    Server(server::Arguments),
    /// Print the version
    Version,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("KORE_LOG").unwrap_or_else(|_| EnvFilter::new("info,kube=warn,hyper=warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        // It would tell of a log that cannot be written on that same log, and panic when that fails: a full
        // disk would end whatever task had something to say, for good.
        .log_internal_errors(false)
        .init();
    // Fails only when one is installed already, which nothing before this line does.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "cannot start the async runtime");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match arguments.role {
            Role::Audit(command) => audit::run(command).await,
            Role::Local(arguments) => local::run(arguments).await,
            Role::Relay(arguments) => relay::run(arguments).await,
            Role::Server(arguments) => server::run(arguments).await,
            Role::Version => {
                version();
                Ok(())
            }
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer of `kored version`")]
fn version() {
    println!("kored {}", env!("CARGO_PKG_VERSION"));
}
