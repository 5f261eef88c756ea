//! `kore admin`: on the machine that runs Kore.

use kore_api::codes::Code;
use kore_client::{ClientError, admin::Admin};
use serde_json::json;

use crate::{
    app::App,
    cli::AdminCommand,
    error::{CliError, Result},
    output,
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
    let value = json!({"url": link.url, "expiresAt": link.expires_at});
    match app.format() {
        output::Format::Env => {
            output::env(app, &[("KORE_CLAIM_URL", link.url)]);
            Ok(())
        }
        _ => output::one(app, "ClaimLink", &value, |app| {
            app.printer.text(&link.url);
            app.printer.note(&format!(
                "Works once, until {}. Whoever opens it sets the administrator's password.",
                link.expires_at
            ));
            Ok(())
        }),
    }
}
