//! `kored audit verify`: what `kore audit verify` does, without a server; for a copy of database and key
//! directory, or while the server is down.

use std::path::PathBuf;

use anyhow::{Context, bail};
use kore_app::audit::Seal;
use kore_domain::access::{Permission, Platform, SystemContext};
use kore_engine::clock::{Clock, SystemClock};
use kore_store::{Store, StoreOptions};

use crate::server::key_directory;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Check that the trail in the database is what Kore wrote
    Verify {
        /// The installation's `kore.yaml`
        #[arg(long)]
        config: PathBuf,
        /// Another directory with key and checkpoints, as from a backup
        #[arg(long, value_name = "DIRECTORY")]
        keys: Option<PathBuf>,
    },
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Verify { config, keys } = command;
    let configuration = kore_localkube::supervisor::read_configuration(&config)
        .with_context(|| format!("{} cannot be read", config.display()))?
        .with_context(|| format!("there is no {}", config.display()))?;
    let seal = Seal::existing(&keys.unwrap_or_else(|| key_directory(&configuration)))?;
    let options = StoreOptions { chain_key: Some(seal.key().chain_key()), ..StoreOptions::default() };
    let store = Store::connect_with(&configuration.database_url, options).await.context("no database")?;
    let now = SystemClock.now();
    let proof = SystemContext { component: "audit", now }.grant(Permission::AuditReadPlatform, Platform);
    let found = kore_app::audit::verify(&store, &proof, &seal, now).await?;
    for finding in &found.findings {
        say(&format!("{}: {}", finding.place, finding.what));
    }
    let (records, chains) = (found.records, found.chains.len());
    say(&format!("{records} records in {chains} chains, {} checkpoints, key {}", found.checkpoints, found.key));
    if !found.intact {
        bail!("the audit trail is not what Kore wrote: {} findings", found.findings.len());
    }
    say("The audit trail is intact.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of `kored audit verify`")]
fn say(text: &str) {
    println!("{text}");
}
