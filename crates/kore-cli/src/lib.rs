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
pub mod complete;
pub mod config;
pub mod error;
pub mod estimate;
pub mod exit;
pub mod federated;
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
    let env: HashMap<String, String> = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let fallback = printer::Printer::new(printer::ColorWhen::Auto, false, 0, &env);
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&fallback, &error, &env),
    };
    let fallback = printer::Printer::new(cli.globals.color, false, cli.globals.verbose, &env);
    let format = cli.globals.output;
    match run(cli, env).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            fallback.error(&error, format);
            ExitCode::from(error.exit.0)
        }
    }
}

/// What clap says to people, it says itself; programs get problem details from us.
fn misunderstood(printer: &printer::Printer, error: &clap::Error, env: &HashMap<String, String>) -> ExitCode {
    let words = std::env::args_os().filter_map(|word| word.into_string().ok());
    let format = output::asked(words, env.get("KORE_OUTPUT").map(String::as_str));
    let for_programs = matches!(format, Some(output::Format::Json | output::Format::Jsonl | output::Format::Yaml));
    if !error.use_stderr() || !for_programs {
        error.exit();
    }
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("Usage:")).map(str::trim).collect();
    let text = lines.join(" ");
    printer.error(&error::CliError::usage(text.trim().trim_start_matches("error: ")), format);
    ExitCode::from(exit::Exit::USAGE.0)
}

async fn run(cli: cli::Cli, env: HashMap<String, String>) -> error::Result {
    let (cli, respelled) = commands::respelled(cli)?;
    let app = app::App::new(cli.globals, env)?;
    if let Some(line) = respelled {
        app.printer.note(&format!("The noun comes first now:  {line}"));
    }
    commands::run(&app, cli.command).await
}
