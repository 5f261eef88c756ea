//! The command line: grammar in [`cli`], one file per command in [`commands`], and [`printer`], the
//! only place that prints.
//!
//! Invariant: it knows the server only through `kore-client`, the local platform only through the
//! supervisor's socket, and nothing about clusters that the API does not say.

#![expect(clippy::indexing_slicing, reason = "indexes are into JSON that this crate made or the server described")]

use std::{collections::HashMap, process::ExitCode};

use clap::Parser;

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod error;
pub mod exit;
pub mod follow;
pub mod kubeconfig;
pub mod output;
pub mod printer;
pub mod progress;
pub mod reference;
pub mod supervisor;
pub mod table;
pub mod tools;
pub mod tree;
pub mod views;

/// Runs the command line of this process.
pub async fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let env: HashMap<String, String> = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let fallback = printer::Printer::new(cli.globals.color, false, cli.globals.verbose, &env);
    match run(cli, env).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            fallback.error(&error);
            ExitCode::from(error.exit.0)
        }
    }
}

async fn run(cli: cli::Cli, env: HashMap<String, String>) -> error::Result {
    let (cli, respelled) = commands::respelled(cli)?;
    let app = app::App::new(cli.globals, env)?;
    if let Some(line) = respelled {
        app.printer.note(&format!("The noun comes first now:  {line}"));
    }
    commands::run(&app, cli.command).await
}
