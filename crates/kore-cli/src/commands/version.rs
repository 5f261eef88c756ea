//! `kore version`, `kore completion`.

use clap_complete::Shell;
use serde_json::{Value, json};

use crate::{app::App, cli::VersionArgs, complete, error::Result, output};

/// Runs `kore version`.
///
/// # Errors
/// When the format makes no sense here. A server that does not answer is no error.
pub async fn run(app: &App, args: &VersionArgs) -> Result {
    let client = env!("CARGO_PKG_VERSION");
    let server = if args.client { None } else { server_version(app).await };
    let value = json!({"client": client, "server": server});
    output::one(app, "Version", &value, |app| {
        app.printer.text(&format!("kore    {client}"));
        if let Some(server) = &server {
            app.printer.text(&format!("server  API {server}"));
        } else if !args.client {
            app.printer.note("The server's version is unknown: it does not answer, or no context is chosen.");
        }
        Ok(())
    })
}

async fn server_version(app: &App) -> Option<String> {
    let selected = app.selected().ok()?;
    let client = app.client_for(&selected.context, kore_client::Credentials::Anonymous).ok()?;
    let description = client.get::<Value>("/api/v1/openapi.json").await.ok()?.value;
    description.pointer("/info/version").and_then(Value::as_str).map(str::to_owned)
}

/// Runs `kore completion`.
///
/// # Errors
/// When the shell has none.
pub fn completion(app: &App, shell: Shell) -> Result {
    app.printer.data(&complete::script(app, shell)?);
    Ok(())
}
