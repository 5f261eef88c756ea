//! `kore audit verify` and `kore audit sinks`.

use std::time::Duration;

use kore_api::audit::{AuditSinkList, AuditVerification};

use crate::{
    app::App,
    commands::cluster::pairs,
    error::{CliError, Result},
    exit::Exit,
    output::{self, Format},
    printer::Style,
    table::{Cell, Table},
    views,
};

/// How long the server may read: millions of records take minutes.
const PATIENCE: Duration = Duration::from_secs(3600);

pub(super) async fn run(app: &App) -> Result {
    let client = app.client().await?;
    let path = "/api/v1/audit/verification";
    let found: AuditVerification = client.get_within(path, PATIENCE).await?.value;
    match app.format() {
        Format::Table | Format::Wide => show(app, &found),
        _ => output::document(app, &serde_json::to_value(&found).unwrap_or_default())?,
    }
    if found.intact { Ok(()) } else { Err(CliError::silent(Exit::FAILED)) }
}

fn show(app: &App, found: &AuditVerification) {
    let count = |number: u64, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    if found.intact {
        app.printer.line(&vec![(Style::Good, "The audit trail is intact.".to_owned())]);
    } else {
        let head =
            format!("The audit trail is not what Kore wrote: {}.", count(found.findings.len() as u64, "finding"));
        app.printer.line(&vec![(Style::Bad, head)]);
        for finding in &found.findings {
            app.printer.line(&vec![
                (Style::Plain, "  ".to_owned()),
                (Style::Bold, finding.place.clone()),
                (Style::Plain, format!(": {}", finding.what)),
            ]);
        }
    }
    let last = found.last_checkpoint.map_or_else(String::new, |at| format!(", the last of {at:.0}"));
    pairs(
        app,
        vec![
            ("Records", Cell::new(found.records.to_string())),
            ("Checkpoints", Cell::new(format!("{}{last}", found.checkpoints))),
            ("Key", Cell::new(found.key.clone())),
        ],
    );
    let mut table = Table::new(&["WRITER", "RECORDS", "FIRST", "LAST", "SIGNED TO"]);
    for chain in &found.chains {
        table.row(vec![
            Cell::new(chain.writer.clone()),
            Cell::new(chain.records.to_string()),
            Cell::new(chain.first.to_string()),
            Cell::new(chain.last.to_string()),
            Cell::new(chain.signed.to_string()),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    if !found.intact {
        app.printer.note("See docs/audit.md for what to do now. Nothing was changed.");
    }
}

pub(super) async fn sinks(app: &App) -> Result {
    let client = app.client().await?;
    let found: AuditSinkList = client.get("/api/v1/audit/sinks").await?.value;
    if !matches!(app.format(), Format::Table | Format::Wide) {
        return output::document(app, &serde_json::to_value(&found).unwrap_or_default());
    }
    if found.items.is_empty() {
        app.printer.note("Audit records go nowhere else: there are no audit.sinks in kore.yaml.");
        return Ok(());
    }
    let mut table = Table::new(&["NAME", "TARGET", "DELIVERED", "BEHIND", "UP TO", "STATE"]);
    for sink in &found.items {
        let state = match (&sink.last_error, sink.failing_since) {
            (Some(error), Some(since)) => {
                Cell::new(format!("failing for {}: {error}", views::age(Some(since), app.now()))).style(Style::Bad)
            }
            _ if sink.behind > 0 => Cell::new("delivering").style(Style::Busy),
            _ => Cell::new("up to date").style(Style::Good),
        };
        table.row(vec![
            Cell::new(sink.name.clone()),
            Cell::new(sink.target.clone()),
            Cell::new(sink.delivered.to_string()),
            Cell::new(sink.behind.to_string()),
            Cell::new(sink.up_to.map(|at| format!("{at:.0}")).unwrap_or_default()),
            state,
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}
