//! `kore audit`.

mod export;
mod narrow;
mod verify;

use futures::StreamExt;
use jiff::Timestamp;
use kore_api::event::EventAction;
use kore_client::{Client, ListQuery, events, resource};
use kore_domain::query::Filter;
use serde_json::Value;

use self::narrow::Row;
use super::{objects, preview};
use crate::{
    app::App,
    cli::AuditCommand,
    error::{CliError, Result},
    exit::Exit,
    output,
    printer::Style,
    table::Cell,
    views,
};

const AUDIT_RECORD: &str = "AuditRecord";
/// Records that are remembered as shown: more than a stream tells again.
const REMEMBERED: usize = 500;
const NOTHING: &str = "Nothing is on record here.";

/// Runs `kore audit`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AuditCommand) -> Result {
    let team = app.globals.team.as_deref();
    match command {
        AuditCommand::List { which, list, follow: on } => {
            let given = objects::query(&list);
            let filter = narrow::filter(&which, given.filter.as_deref(), app.now())?;
            let query = ListQuery {
                limit: given.limit.or(Some(50)),
                order_by: given.order_by.clone().or_else(|| Some("-at".to_owned())),
                filter: filter.clone(),
                ..given
            };
            if on {
                return follow(app, AUDIT_RECORD, team, &narrow::parse(filter.as_deref())?, Some(&query)).await;
            }
            objects::show_list(app, resource::AUDIT_RECORD, team, &query, NOTHING).await
        }
        AuditCommand::Follow { which, filter } => {
            let filter = narrow::filter(&which, filter.as_deref(), app.now())?;
            follow(app, AUDIT_RECORD, team, &narrow::parse(filter.as_deref())?, None).await
        }
        AuditCommand::Show { request } => show(app, &request).await,
        AuditCommand::Export { which, filter, format, file } => {
            let filter = narrow::filter(&which, filter.as_deref(), app.now())?;
            export::run(app, filter, format, file.as_deref()).await
        }
        AuditCommand::Verify => verify::run(app).await,
        AuditCommand::Sinks => verify::sinks(app).await,
    }
}

/// The records of one request, oldest first.
async fn show(app: &App, request: &str) -> Result {
    let client = app.client().await?;
    let query = ListQuery { filter: Some(objects::term("requestId", "=", request)), ..ListQuery::default() };
    let path = resource::AUDIT_RECORD.collection(app.globals.team.as_deref());
    let (mut items, metadata) = objects::read_list(&client, &path, &query).await?;
    items.reverse();
    if items.is_empty() {
        let error =
            CliError::new(kore_api::codes::Code::NotFound, format!("nothing is on record of request {request}"));
        return Err(error.fix("list requests: kore audit list -o wide"));
    }
    if !matches!(app.format(), output::Format::Table | output::Format::Wide) || !app.globals.columns.is_empty() {
        return output::list(app, "AuditRecord", &items, &metadata, "");
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            app.printer.text("");
        }
        let text = |path: &str| Cell::new(views::text(item, path));
        super::cluster::pairs(
            app,
            vec![
                ("Time", text("at")),
                ("Who", text("actor").style(Style::Bold)),
                ("What", text("action").style(Style::Bold)),
                ("Where", text("object")),
                ("Team", text("team")),
                ("Result", Cell::new(format!("{} {}", views::text(item, "result"), views::text(item, "code")).trim())),
                ("Status", text("status")),
                ("From", Cell::new(format!("{} {}", views::text(item, "source"), views::text(item, "address")).trim())),
                ("Detail", text("detail")),
                ("Record", text("id")),
            ],
        );
        for change in views::at(item, "changes").and_then(Value::as_array).into_iter().flatten() {
            if let Ok(change) = serde_json::from_value(change.clone()) {
                app.printer.line(&preview::change(app, &change));
            }
        }
    }
    Ok(())
}

/// Prints objects of a kind as they change, those that the filter lets through, until interrupted. Opens
/// the stream again when it ends. What a list of records shows comes first: it is read once the stream is
/// open, so that nothing falls between the two, and what both have is printed once. A stream that has to
/// begin anew (rights have changed, say) does not tell what happened meanwhile: that is read, too.
pub(crate) async fn follow(
    app: &App,
    kind: &'static str,
    team: Option<&str>,
    filter: &Filter,
    before: Option<&ListQuery>,
) -> Result {
    // Asked once and for all: an interruption between two events counts as well.
    tokio::select! {
        ended = goes_on(app, kind, team, filter, before) => ended,
        _ = tokio::signal::ctrl_c() => Err(CliError::silent(Exit::INTERRUPTED)),
    }
}

async fn goes_on(
    app: &App,
    kind: &'static str,
    team: Option<&str>,
    filter: &Filter,
    mut before: Option<&ListQuery>,
) -> Result {
    let client = app.client().await?;
    let mut shown: Vec<Value> = Vec::new();
    let mut last: Option<String> = None;
    let begun = app.now();
    let (mut first, mut anew) = (true, false);
    loop {
        let stream = events::open(&client, &[kind], team, last.as_deref()).await;
        let mut stream = match stream {
            Ok(stream) => stream,
            // The id is too old: begin again.
            Err(error) if last.is_some() && !error.is_passing() => {
                (last, anew) = (None, true);
                continue;
            }
            Err(error) if !first && error.is_passing() => {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        first = false;
        if let Some(query) = before.take() {
            shown = objects::listed(app, resource::AUDIT_RECORD, team, query, NOTHING).await?;
        }
        if std::mem::take(&mut anew) && kind == AUDIT_RECORD {
            for record in missed(&client, team, begun, &shown, filter).await? {
                output::record(app, kind, &record)?;
                shown.push(record);
            }
        }
        while let Some(Ok(received)) = stream.next().await {
            last = received.id.or(last);
            let Some(event) = received.event else { continue };
            if !is_among(&shown, &event.object)
                && event.kind == kind
                && event.action != EventAction::Snapshot
                && filter.matches(&Row(&event.object))
            {
                output::record(app, kind, &event.object)?;
                if kind == AUDIT_RECORD {
                    shown.push(event.object);
                    shown.drain(..shown.len().saturating_sub(REMEMBERED));
                }
            }
        }
        anew |= last.is_none();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Records since the newest of those that were shown, without them, oldest first. An older one that was not
/// shown is one that nobody asked for: the list that came first has its limit.
async fn missed(
    client: &Client,
    team: Option<&str>,
    begun: Timestamp,
    shown: &[Value],
    filter: &Filter,
) -> Result<Vec<Value>> {
    let at = |record: &Value| views::text(record, "at").parse::<Timestamp>().ok();
    let newest = shown.iter().filter_map(at).max().unwrap_or(begun);
    let since = objects::term("at", ">=", &newest.to_string());
    let query = ListQuery { filter: Some(since), order_by: Some("at".to_owned()), ..ListQuery::default() };
    let list = client.list_all::<Value>(&resource::AUDIT_RECORD.collection(team), &query).await?;
    Ok(list.items.into_iter().filter(|record| !is_among(shown, record) && filter.matches(&Row(record))).collect())
}

fn is_among(shown: &[Value], record: &Value) -> bool {
    shown.iter().any(|one| one.get("id") == record.get("id"))
}
