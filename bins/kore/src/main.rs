//! `kore`, the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    kore_cli::complete::answer();
    run()
}

#[tokio::main(flavor = "current_thread")]
async fn run() -> ExitCode {
    // The one TLS provider of this project. An error only says that it is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    kore_cli::main().await
}
