//! `kore cloud check`, and how checks are printed.

use std::time::Duration;

use kore_api::{cloud::PurposeCheck, codes::Code, meta};
use kore_client::{Client, resource};
use serde_json::Value;

use super::super::objects;
use crate::{
    app::App,
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Asks for a check, waits for it, and prints what it found.
///
/// # Errors
/// Exit 1 when Kore is not allowed all, 8 when there is no answer in time.
pub(super) async fn run(app: &App, name: &str, timeout: Duration) -> Result {
    let client = app.client().await?;
    let asked = objects::act(&client, resource::CLOUD_ORGANIZATION, name, "check").await?;
    let request = asked.pointer("/metadata/annotations").and_then(|all| all.get(meta::ANNOTATION_RETRY));
    let request = request.and_then(Value::as_str).map(str::to_owned);
    let object = wait(app, &client, name, timeout, |object| {
        request.is_none() || views::at(object, "status.checkedFor").and_then(Value::as_str) == request.as_deref()
    })
    .await?;
    outcome(app, &object)
}

/// Waits until a check has come to its end.
///
/// # Errors
/// Exit 8 when it has not in time.
pub(super) async fn wait(
    app: &App,
    client: &Client,
    name: &str,
    timeout: Duration,
    done: impl Fn(&Value) -> bool,
) -> Result<Value> {
    let kind = resource::CLOUD_ORGANIZATION;
    objects::wait_until(app, client, kind, None, name, timeout, |object| object.filter(|one| done(one)).cloned()).await
}

/// Prints what a check found; an error when Kore is not allowed all.
///
/// # Errors
/// Exit 1 when Kore is not allowed all. What nobody could look at is no error.
pub(super) fn outcome(app: &App, object: &Value) -> Result {
    output::one(app, resource::CLOUD_ORGANIZATION.kind, object, |app| {
        print(app, object);
        Ok(())
    })?;
    let name = views::text(object, "metadata.name");
    match views::ready(object) {
        Some(("False", _, message)) => {
            let (code, text) = message.split_once(": ").unwrap_or(("", message));
            let code = Code::ALL.iter().copied().find(|one| one.entry().code == code).unwrap_or(Code::CloudNotChecked);
            let mut error = CliError::new(code, text.to_owned()).exit(crate::exit::Exit::FAILED);
            error.fix = code.entry().fix.iter().map(|fix| fix.replace("NAME", &name)).collect();
            Err(error)
        }
        Some(("Unknown", _, message)) => {
            app.printer.warn(message);
            Ok(())
        }
        _ => {
            app.printer.note(&format!("Kore is allowed what it needs in {name}."));
            Ok(())
        }
    }
}

/// The checks, purpose by purpose, with each missing action on a line of its own.
pub(super) fn print(app: &App, object: &Value) {
    let checks = views::at(object, "status.checks").cloned().unwrap_or_default();
    let checks: Vec<PurposeCheck> = serde_json::from_value(checks).unwrap_or_default();
    if checks.is_empty() {
        return;
    }
    app.printer.text("");
    let glyphs = app.printer.glyphs;
    let mut table = Table::new(&["", "PURPOSE", "ROLE", "ACCOUNT", "RESULT", "WHY"]);
    for check in &checks {
        use kore_api::cloud::PurposeResult::{Missing, NotChecked, Unreachable, Verified};
        let (sign, style) = match check.result {
            Verified => (glyphs.done, Style::Good),
            Missing | Unreachable => (glyphs.failed, Style::Bad),
            NotChecked => (glyphs.pending, Style::Warn),
        };
        table.row(vec![
            Cell::new(sign).style(style),
            Cell::new(&check.purpose).style(Style::Bold),
            Cell::new(&check.role),
            Cell::new(&check.account),
            Cell::new(format!("{:?}", check.result)).style(style),
            Cell::new(&check.message).style(Style::Dim),
        ]);
        for action in &check.missing {
            let blank = Cell::default;
            table.row(vec![blank(), blank(), blank(), blank(), Cell::new("lacks").style(style), Cell::new(action)]);
        }
    }
    table.print(&app.printer, !app.globals.no_headers);
}
