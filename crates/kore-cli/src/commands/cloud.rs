//! `kore cloud`.

mod permissions;

use crate::{app::App, cli::CloudCommand, error::Result};

/// Runs `kore cloud`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: CloudCommand) -> Result {
    match command {
        CloudCommand::Permissions(args) => permissions::run(app, &args).await,
    }
}
