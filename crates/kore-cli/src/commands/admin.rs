//! `kore admin`: on the machine that runs Kore.

use kore_api::codes::Code;
use kore_client::{ClientError, admin::Admin};

use crate::{
    app::App,
    cli::AdminCommand,
    error::{CliError, Result},
};

/// Runs `kore admin`.
///
/// # Errors
/// When the server's administration socket does not answer.
pub async fn run(app: &App, command: AdminCommand) -> Result {
    let AdminCommand::ResetLink(args) = command;
    let installation = app.installation(&args)?;
    let link = Admin::new(&installation.admin_socket())?.claim_link(true).await.map_err(|error| match error {
        ClientError::Unreachable { cause, .. } => {
            CliError::new(Code::LocalNotRunning, format!("Kore {:?} is not running on this machine", installation.name))
                .note("because", cause)
        }
        error => error.into(),
    })?;
    let link = link.ok_or_else(|| CliError::new(Code::Internal, "the server minted no link"))?;
    super::user::show_link(app, &link, "Whoever opens it sets the administrator's password")
}
