//! `kore context`.

use serde_json::{Value, json};

use crate::{
    app::{App, with_suggestion},
    cli::ContextCommand,
    config::{self, Config, Context},
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
};

/// Runs `kore context`.
///
/// # Errors
/// When files cannot be read or written, or a context does not exist.
pub fn run(app: &App, command: ContextCommand) -> Result {
    match command {
        ContextCommand::List => list(app),
        ContextCommand::Use { name } => switch(app, &name),
        ContextCommand::Show { name } => show(app, name),
        ContextCommand::Add { name, server, certificate_authority, switch } => {
            let server = parse_server(&server)?;
            let mut config = app.config()?;
            let ca = match certificate_authority {
                Some(path) => Some(std::path::absolute(&path).map_err(|error| CliError::file(&path, &error))?),
                None => None,
            };
            put(&mut config, &name, Context { server, certificate_authority: ca, ..Context::default() }, switch)?;
            config.save(&app.paths)?;
            app.printer.text(&format!("context/{name} added"));
            app.printer.note(&format!("Sign in:  kore login --context {name}"));
            Ok(())
        }
        ContextCommand::Remove { name } => {
            let mut config = app.config()?;
            if config.contexts.remove(&name).is_none() {
                return Err(unknown(&config, &name));
            }
            for pointer in [&mut config.current_context, &mut config.previous_context] {
                if pointer.as_deref() == Some(name.as_str()) {
                    *pointer = None;
                }
            }
            config.save(&app.paths)?;
            app.sessions(&name).remove()?;
            app.printer.text(&format!("context/{name} removed"));
            Ok(())
        }
    }
}

/// An address as it is kept: scheme, host and port, no trailing slash.
pub(crate) fn parse_server(text: &str) -> Result<String> {
    let wrong = || CliError::usage(format!("{text:?} is not an address")).fix("write it as https://kore.example.com");
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !url.username().is_empty() {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Adds or renews a context; the first one, or with `switch`, becomes the current one.
pub(crate) fn put(config: &mut Config, name: &str, context: Context, switch: bool) -> Result {
    if !config::is_context_name(name) {
        return Err(CliError::usage(format!("{name:?} cannot name a context")).fix("use letters, digits, dashes, dots"));
    }
    let team = config.contexts.get(name).and_then(|old| old.team.clone());
    let context = Context { team: context.team.clone().or(team), ..context };
    config.contexts.insert(name.to_owned(), context);
    let dangling = config.current_context.as_ref().is_none_or(|current| !config.contexts.contains_key(current));
    if switch || dangling {
        make_current(config, name);
    }
    Ok(())
}

fn make_current(config: &mut Config, name: &str) {
    if config.current_context.as_deref() != Some(name) {
        config.previous_context = config.current_context.replace(name.to_owned());
    }
}

fn unknown(config: &Config, name: &str) -> CliError {
    let known: Vec<&str> = config.contexts.keys().map(String::as_str).collect();
    let error = CliError::new(kore_api::codes::Code::NotFound, format!("there is no context {name:?}"))
        .fix("list them: kore context list");
    with_suggestion(error, name, &known)
}

fn list(app: &App) -> Result {
    let config = app.config()?;
    let current = app.selected().map(|selected| selected.name).ok();
    let items: Vec<Value> = config
        .contexts
        .iter()
        .map(|(name, context)| {
            json!({
                "name": name, "server": context.server, "team": context.team,
                "current": current.as_ref() == Some(name),
                "signedIn": app.sessions(name).path().exists(),
            })
        })
        .collect();
    if !app.for_people() {
        return output::list(app, "Context", &items, &json!({}), "No contexts.");
    }
    if items.is_empty() {
        app.printer.note("No contexts. On this machine:  kore up     elsewhere:  kore login https://SERVER");
        return Ok(());
    }
    let mut table = Table::new(&["CURRENT", "NAME", "SERVER", "TEAM", "SESSION"]);
    for (name, context) in &config.contexts {
        let is_current = current.as_ref() == Some(name);
        let signed_in = app.sessions(name).path().exists();
        table.row(vec![
            Cell::new(if is_current { "*" } else { "" }),
            Cell::new(name.as_str()).style(if is_current { Style::Bold } else { Style::Plain }),
            Cell::new(context.server.as_str()),
            Cell::new(context.team.clone().unwrap_or_default()),
            Cell::new(if signed_in { "yes" } else { "no" }),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

fn switch(app: &App, name: &str) -> Result {
    let mut config = app.config()?;
    let name = match name {
        "-" => config.previous_context.clone().ok_or_else(|| {
            CliError::usage("there is no context before this one").fix("list them: kore context list")
        })?,
        name => name.to_owned(),
    };
    if !config.contexts.contains_key(&name) {
        return Err(unknown(&config, &name));
    }
    make_current(&mut config, &name);
    config.save(&app.paths)?;
    app.printer.text(&format!("context/{name}"));
    Ok(())
}

fn show(app: &App, name: Option<String>) -> Result {
    let (name, context, origin) = match name {
        Some(name) => {
            let config = app.config()?;
            let context = config.contexts.get(&name).cloned().ok_or_else(|| unknown(&config, &name))?;
            (name, context, "named".to_owned())
        }
        None => {
            let selected = app.selected()?;
            (selected.name, selected.context, selected.origin)
        }
    };
    let session = app.sessions(&name);
    if app.format() == output::Format::Env {
        output::env(app, &[("KORE_CONTEXT", name), ("KORE_SERVER", context.server)]);
        return Ok(());
    }
    let value = json!({
        "name": name, "origin": origin, "server": context.server, "team": context.team,
        "dataDir": context.data_dir, "certificateAuthority": context.certificate_authority,
        "session": session.path(), "signedIn": session.path().exists(),
    });
    output::one(app, "Context", &value, |app| {
        let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|p| app.paths.tilde(p)).unwrap_or_default();
        super::cluster::pairs(
            app,
            vec![
                ("Context", Cell::new(name.as_str()).style(Style::Bold)),
                ("Chosen by", Cell::new(origin.as_str())),
                ("Server", Cell::new(context.server.as_str())),
                ("Team", Cell::new(context.team.clone().unwrap_or_default())),
                ("Data", Cell::new(path(&context.data_dir))),
                ("CA", Cell::new(path(&context.certificate_authority))),
                (
                    "Session",
                    Cell::new(if session.path().exists() { app.paths.tilde(session.path()) } else { "none".into() }),
                ),
            ],
        );
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        assert_eq!(parse_server("http://127.0.0.1:8420/").unwrap(), "http://127.0.0.1:8420");
        for bad in ["kore", "ftp://x", "http://me@x", "https://"] {
            assert!(parse_server(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_first_context_becomes_current_and_others_do_not() {
        let mut config = Config::default();
        let context = || Context { server: "http://x".into(), ..Context::default() };
        put(&mut config, "a", context(), false).unwrap();
        put(&mut config, "b", context(), false).unwrap();
        assert_eq!(config.current_context.as_deref(), Some("a"));
        put(&mut config, "b", context(), true).unwrap();
        assert_eq!((config.current_context.as_deref(), config.previous_context.as_deref()), (Some("b"), Some("a")));
        assert!(put(&mut config, "../x", context(), false).is_err());
    }
}
