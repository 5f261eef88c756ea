//! `kore version`, `kore completion`.

use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::{Value, json};

use crate::{
    app::App,
    cli::{Cli, VersionArgs},
    error::Result,
    output,
};

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
            app.printer.text(&format!("server  {server}"));
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
/// Never.
pub fn completion(app: &App, shell: Shell) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kore", &mut script);
    app.printer.data(&String::from_utf8_lossy(&script));
    Ok(())
}
