//! `kore help`: on commands and topics.

use clap::{Command, CommandFactory};

use super::explain;
use crate::{
    app::{App, with_suggestion},
    cli::Cli,
    error::{CliError, Result},
};

/// Topics that are no commands.
const TOPICS: &[&str] = &["exit-codes"];

/// Runs `kore help`.
///
/// # Errors
/// When the words name no command and no topic.
pub fn run(app: &App, words: &[String]) -> Result {
    if let [word] = words
        && (TOPICS.contains(&word.as_str()) || word.to_ascii_uppercase().starts_with("KORE-"))
    {
        return explain::run(app, word);
    }
    let mut root = Cli::command();
    root.build();
    let mut command: &mut Command = &mut root;
    for word in words {
        let known: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
        let above = command.get_bin_name().unwrap_or("kore").to_owned();
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(String::as_str).chain(TOPICS.iter().copied()).collect();
            let error = CliError::usage(format!("there is no command {above} {word}"));
            with_suggestion(error, word, &known)
        })?;
    }
    let text = if words.is_empty() { command.render_help() } else { command.render_long_help() };
    app.printer.data(&text.to_string());
    Ok(())
}
