//! Data in the format that was asked for.

use jiff::Timestamp;
use kore_api::meta::API_VERSION;
use serde_json::{Value, json};

use crate::{
    app::App,
    error::{CliError, Result},
    table::{Cell, Table},
    views::{self, Column},
};

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people; columns may change
    Table,
    /// The same with more columns
    Wide,
    /// API objects, stable
    Json,
    /// API objects, stable
    Yaml,
    /// One API object per line
    Jsonl,
    /// kind/name, for other commands
    Name,
    /// KEY='value', where it makes sense
    Env,
}

/// The format that a command line asks for, for errors that come before it is understood.
pub fn asked(arguments: impl IntoIterator<Item = String>, variable: Option<&str>) -> Option<Format> {
    let parse = |text: &str| <Format as clap::ValueEnum>::from_str(text, false).ok();
    let mut arguments = arguments.into_iter().take_while(|argument| argument != "--");
    let mut found = None;
    while let Some(argument) = arguments.next() {
        let given = match argument.as_str() {
            "-o" | "--output" => arguments.next(),
            other => other.strip_prefix("--output=").or_else(|| other.strip_prefix("-o")).map(str::to_owned),
        };
        found = given.as_deref().and_then(parse).or(found);
    }
    found.or_else(|| variable.and_then(parse))
}

/// `kind/team/name` of an object.
#[must_use]
pub fn name_of(kind: &str, object: &Value) -> String {
    format!("{}/{}", kind.to_lowercase(), views::qualified(object))
}

/// Prints a list of objects of one kind; `hint` is for an empty one.
///
/// # Errors
/// When a column does not exist or the format makes no sense here.
pub fn list(app: &App, kind: &str, items: &[Value], metadata: &Value, hint: &str) -> Result {
    match app.format() {
        Format::Table | Format::Wide => {
            if items.is_empty() {
                app.printer.note(hint);
                return Ok(());
            }
            table(app, kind, items)?.print(&app.printer, !app.globals.no_headers);
        }
        Format::Json | Format::Yaml => {
            let list = json!({
                "apiVersion": API_VERSION, "kind": format!("{kind}List"), "metadata": metadata, "items": items,
            });
            document(app, &list)?;
        }
        Format::Jsonl | Format::Name => {
            for item in items {
                record(app, kind, item)?;
            }
        }
        Format::Env => return Err(no_env()),
    }
    if items.is_empty() && !matches!(app.format(), Format::Table | Format::Wide) {
        app.printer.note(hint);
    }
    Ok(())
}

/// Prints one object: as a document, or by `human` for people.
///
/// # Errors
/// When the format makes no sense here.
pub fn one(app: &App, kind: &str, object: &Value, human: impl FnOnce(&App) -> Result) -> Result {
    match app.format() {
        Format::Table | Format::Wide if app.globals.columns.is_empty() => human(app),
        Format::Table | Format::Wide => {
            table(app, kind, std::slice::from_ref(object))?.print(&app.printer, !app.globals.no_headers);
            Ok(())
        }
        Format::Json | Format::Yaml => document(app, object),
        Format::Jsonl | Format::Name => record(app, kind, object),
        Format::Env => Err(no_env()),
    }
}

/// One line of a stream: a JSON object, a name, or a row without a header.
///
/// # Errors
/// When a column does not exist or the format makes no sense here.
pub fn record(app: &App, kind: &str, object: &Value) -> Result {
    match app.format() {
        Format::Name => app.printer.text(&name_of(kind, object)),
        Format::Json | Format::Jsonl => app.printer.text(&object.to_string()),
        Format::Yaml => app.printer.data(&format!("---\n{}", yaml(object)?)),
        Format::Table | Format::Wide => {
            table(app, kind, std::slice::from_ref(object))?.print(&app.printer, false);
        }
        Format::Env => return Err(no_env()),
    }
    Ok(())
}

/// A whole document as JSON or YAML.
///
/// # Errors
/// When it cannot be written as YAML.
pub fn document(app: &App, value: &Value) -> Result {
    match app.format() {
        Format::Yaml => app.printer.data(&yaml(value)?),
        Format::Jsonl => app.printer.text(&value.to_string()),
        _ => app.printer.text(&format!("{value:#}")),
    }
    Ok(())
}

/// As YAML.
///
/// # Errors
/// When it has no form in YAML.
pub fn yaml(value: &Value) -> Result<String> {
    serde_saphyr::to_string(value).map_err(|error| CliError::usage(format!("cannot be written as YAML: {error}")))
}

/// Problem details as programs read this format; nothing for formats that people read.
#[must_use]
pub fn problem(problem: &Value, format: Format) -> Option<String> {
    match format {
        Format::Json | Format::Jsonl => Some(format!("{problem}\n")),
        Format::Yaml => yaml(problem).ok(),
        _ => None,
    }
}

/// Prints `KEY='value'` lines that a shell can read.
pub fn env(app: &App, pairs: &[(&str, String)]) {
    for (key, value) in pairs {
        app.printer.text(&format!("{key}={}", quote(value)));
    }
}

/// Quotes a text for POSIX shells.
#[must_use]
pub fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn no_env() -> CliError {
    CliError::usage("there is no env format of this").fix("use -o json, -o yaml or -o name")
}

fn table(app: &App, kind: &str, items: &[Value]) -> Result<Table> {
    let now = app.now();
    let known = views::columns(kind);
    let chosen: Vec<Chosen> = if app.globals.columns.is_empty() {
        let wide = app.format() == Format::Wide;
        known.iter().filter(|column| wide || !column.wide).map(Chosen::Known).collect()
    } else {
        app.globals.columns.iter().map(|name| choose(known, name)).collect::<Result<_>>()?
    };
    let mut table = Table { headers: chosen.iter().map(Chosen::title).collect(), rows: Vec::new() };
    for item in items {
        table.row(chosen.iter().map(|column| column.cell(item, now)).collect());
    }
    Ok(table)
}

enum Chosen {
    Known(&'static Column),
    Path(String),
}

impl Chosen {
    fn title(&self) -> String {
        match self {
            Self::Known(column) => column.title.to_owned(),
            Self::Path(path) => path.clone(),
        }
    }

    fn cell(&self, item: &Value, now: Timestamp) -> Cell {
        match self {
            Self::Known(column) => (column.cell)(item, now),
            Self::Path(path) => Cell::new(views::at(item, path.trim_start_matches('.')).map_or(String::new(), plain)),
        }
    }
}

fn choose(known: &'static [Column], name: &str) -> Result<Chosen> {
    if name.starts_with('.') {
        return Ok(Chosen::Path(name.to_owned()));
    }
    known.iter().find(|column| column.title.eq_ignore_ascii_case(name)).map(Chosen::Known).ok_or_else(|| {
        let titles = known.iter().map(|column| column.title).collect::<Vec<_>>().join(", ");
        CliError::usage(format!("there is no column {name}")).fix(format!("columns: {titles}, or a path as .spec.x"))
    })
}

/// A value as a person writes it: strings without quotes.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_known_before_the_line_is_understood() {
        let asked = |line: &str, variable| asked(line.split(' ').map(str::to_owned), variable);
        assert_eq!(asked("kore team lst -o json", None), Some(Format::Json));
        assert_eq!(asked("kore --output=jsonl team", Some("yaml")), Some(Format::Jsonl));
        assert_eq!(asked("kore -ojson", None), Some(Format::Json));
        assert_eq!(asked("kore team list", Some("json")), Some(Format::Json));
        assert_eq!(asked("kore exec a/b -- ls -o json", None), None);
        assert_eq!(asked("kore -o xml", None), None);
    }

    #[test]
    fn shells_read_back_what_is_quoted() {
        assert_eq!(quote("it's"), r"'it'\''s'");
    }

    #[test]
    fn values_are_written_plainly() {
        assert_eq!(plain(&json!("x")), "x");
        assert_eq!(plain(&json!({"a": 1})), "{\"a\":1}");
    }
}
