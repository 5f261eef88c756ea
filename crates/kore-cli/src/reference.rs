//! `docs/cli.md`, from the grammar.

use clap::{Arg, Command, CommandFactory};

use crate::{cli::Cli, exit};

/// The reference as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut root = Cli::command();
    root.build();
    let mut out = String::from(
        "# The command line\n\nGenerated from the grammar; `KORE_UPDATE=1 cargo test -p kore-cli` writes it anew. \
         Data goes to standard output, everything else to standard error. With `-o json` or `-o jsonl` an error is \
         one line of problem details (RFC 9457), with the exit code as `exit`.\n\n## Flags of every command\n\n",
    );
    let mut globals: Vec<&Arg> = root.get_arguments().filter(|arg| arg.is_global_set()).collect();
    globals.sort_by_key(|arg| arg.get_id().to_string());
    arguments(&mut out, &globals);
    out.push_str("\n## Exit codes\n\n| exit | meaning |\n|---|---|\n");
    for (code, meaning) in exit::TABLE {
        out.push_str(&format!("| {code} | {meaning} |\n"));
    }
    out.push_str("\n## Commands\n");
    for command in root.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help") {
        section(&mut out, command, "kore");
    }
    out
}

fn section(out: &mut String, command: &Command, parent: &str) {
    let name = format!("{parent} {}", command.get_name());
    let below: Vec<&Command> =
        command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help").collect();
    if below.is_empty() {
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").trim();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        out.push_str(&format!("\n### {name}\n\n{about}.\n\n```text\n{usage}\n```\n"));
        let own: Vec<&Arg> = command
            .get_arguments()
            .filter(|arg| {
                !arg.is_global_set() && !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str())
            })
            .collect();
        if !own.is_empty() {
            out.push('\n');
            arguments(out, &own);
        }
        return;
    }
    for below in below {
        section(out, below, &name);
    }
}

fn arguments(out: &mut String, arguments: &[&Arg]) {
    out.push_str("| argument | meaning |\n|---|---|\n");
    for arg in arguments {
        let value = match arg.get_value_names().and_then(|names| names.first()) {
            Some(name) if arg.get_action().takes_values() => name.to_string(),
            _ => String::new(),
        };
        let name = match (arg.get_short(), arg.get_long()) {
            (Some(short), Some(long)) => format!("-{short}, --{long} {value}"),
            (None, Some(long)) => format!("--{long} {value}"),
            _ => value,
        };
        let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name().to_owned())
            .collect();
        if arg.get_action().takes_values() && !values.is_empty() {
            meaning.push_str(&format!(": {}", values.join(", ")));
        }
        if let Some(env) = arg.get_env() {
            meaning.push_str(&format!(" (`{}`)", env.to_string_lossy()));
        }
        out.push_str(&format!("| `{}` | {meaning} |\n", name.trim()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_is_short_and_its_commands_exist() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.lines().count() <= 80);
        let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("kore ")).collect();
        assert!(commands.len() > 5, "{commands:?}");
        for line in commands {
            let typed = line.split(" #").next().unwrap_or_default().split_whitespace();
            let parsed = <Cli as clap::Parser>::try_parse_from(typed);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn the_reference_is_as_the_grammar_says() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
        let fresh = markdown();
        if std::env::var_os("KORE_UPDATE").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "docs/cli.md is old; write it anew: KORE_UPDATE=1 cargo test -p kore-cli");
    }
}
