//! `kored server`: API, access gateway and controllers in one process.

use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The installation's `kore.yaml`
    #[arg(long)]
    config: PathBuf,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    anyhow::bail!("the server role is not part of this build yet ({})", arguments.config.display())
}
