//! `kore audit export`: page by page, so that it takes no more memory however much there is.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::Duration,
};

use kore_api::envelope::List;
use kore_client::{Client, ListQuery, resource};
use serde_json::Value;

use crate::{
    app::App,
    cli::ExportFormat,
    error::{CliError, Result},
    views,
};

/// Records of one request.
const PAGE: u32 = 500;
/// How often a page is asked for while the server is away or has too much to do.
const ATTEMPTS: u32 = 30;

/// The columns of CSV, in their order; names as in the API.
const COLUMNS: [&str; 14] = [
    "at",
    "id",
    "actor",
    "action",
    "team",
    "object",
    "result",
    "status",
    "code",
    "source",
    "address",
    "requestId",
    "detail",
    "changes",
];

pub(super) async fn run(app: &App, filter: Option<String>, format: ExportFormat, file: Option<&Path>) -> Result {
    let client = app.client().await?;
    let path = resource::AUDIT_RECORD.collection(app.globals.team.as_deref());
    let mut query = ListQuery { limit: Some(PAGE), filter, ..ListQuery::default() };
    let mut target = file.map(Target::new).transpose()?;
    let mut put = |text: &str| match &mut target {
        Some(target) => target.write(text),
        None => {
            app.printer.data(text);
            Ok(())
        }
    };
    if format == ExportFormat::Csv {
        put(&line(COLUMNS.iter().map(|name| (*name).to_owned())))?;
    }
    let mut count = 0_u64;
    loop {
        let page = page(&client, &path, &query).await?;
        let text: String = page.items.iter().map(|record| written(record, format)).collect();
        put(&text)?;
        count += page.items.len() as u64;
        if page.metadata.continue_token.is_empty() {
            break;
        }
        query.continue_token = Some(page.metadata.continue_token);
    }
    if let Some(target) = target {
        target.finish()?;
    }
    let place = file.map_or_else(String::new, |file| format!(" to {}", file.display()));
    app.printer.note(&format!("{count} records exported{place}"));
    Ok(())
}

async fn page(client: &Client, path: &str, query: &ListQuery) -> Result<List<Value>> {
    let mut attempt = 1;
    loop {
        match client.list(path, query).await {
            Ok(page) => return Ok(page),
            // The first page says at once that there is no server.
            Err(error) if error.is_passing() && query.continue_token.is_some() && attempt < ATTEMPTS => {
                attempt += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn written(record: &Value, format: ExportFormat) -> String {
    match format {
        ExportFormat::Jsonl => format!("{record}\n"),
        ExportFormat::Csv => line(COLUMNS.iter().map(|name| cell(&views::text(record, name)))),
    }
}

/// A row (RFC 4180): CRLF, and quotes where they are needed.
fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = |cell: String| {
        if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    cells.map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

/// Names and details come from whoever made the request: what a spreadsheet would take for a formula gets a
/// `'` before it (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.trim_start_matches(' ').starts_with(formula) { format!("'{text}") } else { text.to_owned() }
}

/// A file that is there when all of it is written.
struct Target<'a> {
    path: &'a Path,
    file: BufWriter<tempfile::NamedTempFile<File>>,
}

impl<'a> Target<'a> {
    fn new(path: &'a Path) -> Result<Self> {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".kore-audit-").tempfile_in(directory);
        Ok(Self { path, file: BufWriter::new(file.map_err(|error| CliError::file(path, &error))?) })
    }

    fn write(&mut self, text: &str) -> Result {
        self.file.write_all(text.as_bytes()).map_err(|error| CliError::file(self.path, &error))
    }

    fn finish(self) -> Result {
        let failed = |error: std::io::Error| CliError::file(self.path, &error);
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(self.path).map(drop).map_err(|error| failed(error.error))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_rfc_4180_and_no_formula() {
        let record = json!({
            "at": "2026-11-25T12:00:00Z", "id": "1", "actor": "user:ana", "action": "cluster.create",
            "object": "=HYPERLINK(\"http://evil\")", "result": "refused", "status": 422, "source": "cli",
            "detail": "two\nlines, and a comma",
            "changes": [{"path": "spec.paused", "after": true}],
        });
        let row = written(&record, ExportFormat::Csv);
        assert_eq!(
            row,
            "2026-11-25T12:00:00Z,1,user:ana,cluster.create,,\"'=HYPERLINK(\"\"http://evil\"\")\",refused,422,,cli,,,\
             \"two\nlines, and a comma\",\"[{\"\"after\"\":true,\"\"path\"\":\"\"spec.paused\"\"}]\"\r\n"
        );
        for text in ["+1", "-1", "@x", "\tx", "  =1", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("user:ana"), "user:ana");
        assert_eq!(written(&json!({"id": "1"}), ExportFormat::Jsonl), "{\"id\":\"1\"}\n");
    }

    /// Reads a row as RFC 4180 has it.
    fn read(row: &str) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut characters = row.strip_suffix("\r\n").unwrap().chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    cell.push('"');
                    characters.next();
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        assert!(!quoted);
        cells.push(cell);
        cells
    }

    proptest! {
        #[test]
        fn cells_come_back_as_they_went(cells in prop::collection::vec("[a,\"\r\n =é]{0,6}", 1..5)) {
            prop_assert_eq!(read(&line(cells.clone().into_iter())), cells);
        }
    }

    #[test]
    fn there_is_no_file_until_all_of_it_is_written() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("audit.csv");
        let mut target = Target::new(&path).unwrap();
        target.write("half").unwrap();
        assert!(!path.exists());
        drop(target);
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
        let mut target = Target::new(&path).unwrap();
        target.write("whole").unwrap();
        target.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}
